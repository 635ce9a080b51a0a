/* A stretch of the folded text as sets of bits: bit i belongs to byte i. Where words begin and end in it, and at which
 * of them the automaton has to look. */
#ifndef TEXT_CUE_WINDOW_H
#define TEXT_CUE_WINDOW_H

#include "cue_filter.h"

enum { CUE_SPAN = 64, CUE_LOOKS = 16 /* as many bytes are looked at together, and so often in a window */ };
enum { CUE_SEEN = 57 /* bits that are to be had at once from any place on */ };

/* The bits of each look, and what is read behind the last. */
typedef uint64_t cue_set[CUE_LOOKS + 1];

typedef struct cue_window {
  const cue_filter *filter;
  const unsigned char *at, *end; /* its first byte; where the text ends */
  unsigned length;               /* so many are decided about: the rest is what stands behind those */
  bool inside;                   /* a word goes on from before */
  cue_set letters, stops, odd, half;
  cue_set starts, ends, odd_ends; /* of words; of each that starts here its end, or where it becomes odd */
  cue_set unusual;                /* neither ASCII nor letters, odd, or a stop */
  cue_set events;
  unsigned char spaced[CUE_LOOKS * CUE_SPAN + CUE_HEAD]; /* with spaces for what is no letter in ASCII */
} cue_window;

/* The window from `at` on, where a character begins. */
void cue_window_fill(cue_window *w, const unsigned char *at, bool inside);

/* The key of the word at `place` without its half-spaces, which count for nothing; false where more is odd with it, or
 * it is long. */
bool cue_half_spaced(const cue_window *w, unsigned place, cue_key *key);

/* The bits from `place` on; those behind CUE_SEEN may be missing. */
static inline uint64_t cue_bits_from(const uint64_t *set, unsigned place) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  uint64_t bits;
  memcpy(&bits, (const unsigned char *)set + place / 8, sizeof bits);
  return bits >> place % 8;
#else
  unsigned shift = place % 64;
  return set[place / 64] >> shift | (shift ? set[place / 64 + 1] << (64 - shift) : 0);
#endif
}

static inline void cue_window_open(cue_window *w, const cue_filter *filter, const unsigned char *at,
                                   const unsigned char *end) {
  w->filter = filter;
  w->end = end;
  cue_window_fill(w, at, false);
}

/* Does a letter stand before that byte? */
static inline bool cue_window_goes_on(const cue_window *w, unsigned place) {
  return place ? cue_bit(w->letters, place - 1) : w->inside;
}

/* Where it is in the window, which follows it. */
static inline unsigned cue_window_place(cue_window *w, const unsigned char *at) {
  if ((size_t)(at - w->at) >= w->length) cue_window_fill(w, at, false);
  return (unsigned)(at - w->at);
}

/* Between words, or at the text's beginning: where the automaton has to look again at or behind `at`, the text's end if
 * nowhere. *inside: in the middle of a word that begins no phrase. */
static inline const unsigned char *cue_window_next(cue_window *w, const unsigned char *at, bool *inside) {
  if (at == w->end) return at;
  unsigned place = cue_window_place(w, at);
  if (place && cue_bit(w->letters, place - 1) && (cue_bit(w->letters, place) || cue_bit(w->stops, place))) {
    cue_window_fill(w, at, false); /* the automaton sees a beginning where the look saw none */
    place = 0;
  }
  unsigned look = place / CUE_SPAN;
  uint64_t events = w->events[look] & UINT64_MAX << place % CUE_SPAN;
  while (!events) {
    if (++look * CUE_SPAN >= w->length) {
      const unsigned char *next = w->at + w->length;
      if (next == w->end) return next;
      cue_window_fill(w, next, cue_window_goes_on(w, w->length));
      look = 0;
    }
    events = w->events[look];
  }
  place = look * CUE_SPAN + (unsigned)__builtin_ctzll(events);
  *inside = cue_bit(w->stops, place) && cue_window_goes_on(w, place);
  return w->at + place;
}

/* The length of the word that begins at `at`, with its key; 0 where it is long or has something odd in it, other than
 * half-spaces. */
static inline unsigned cue_window_word(cue_window *w, const unsigned char *at, cue_key *key) {
  unsigned place = cue_window_place(w, at);
  uint64_t ends = cue_bits_from(w->ends, place);
  if (!cue_bit(w->starts, place) || !(ends & ((UINT64_C(1) << CUE_KEY) - 1))) return 0;
  unsigned length = (unsigned)__builtin_ctzll(ends);
  if (cue_bit(w->odd_ends, place + length))
    return cue_half_spaced(w, place, key) ? (unsigned)__builtin_ctzll(~cue_bits_from(w->letters, place)) : 0;
  *key = cue_key_of(w->at + place, length);
  return length;
}

#endif
