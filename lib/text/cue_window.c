/* Sixty-four bytes of the fold at a time: where words begin, and which of them the filter lets through. What only the
 * automaton understands (pictographs, letters beyond U+06FF, stray marks) stops the window; of a word that has
 * something odd in it (a half-space, an apostrophe, a letter three times) what stands before that decides. */
#include "cue_filter.h"

#include <string.h>

enum { SPAN = 64, STEP = SPAN - CUE_KEY, LOOK = SPAN + CUE_HEAD /* bytes that are read */ };

/* What the bytes are by themselves and the one or two behind them; of a letter of two bytes, its first. */
typedef struct classes {
  uint64_t ascii;           /* letters and digits */
  uint64_t pairs;           /* letters of two bytes */
  uint64_t hamza, formed;   /* those of them that are skipped, and that have another form */
  uint64_t apostrophe;      /* skipped, too */
  uint64_t half;            /* half-spaces */
  uint64_t strange;         /* what stops the window, half-spaces among it */
  uint64_t same, same_pair; /* the byte, or the byte after next, is the same */
} classes;

/* The widest vectors that are compiled in: 2 AVX2 (where the processor has it), 1 SSE2, 0 none. Tests take each. */
#ifndef CUE_VECTORS
#if defined(__x86_64__)
#define CUE_VECTORS 2
#else
#define CUE_VECTORS 0
#endif
#endif

#define TARGET
#define NAMED(name) name
#if CUE_VECTORS > 0
#include <immintrin.h>
#define VECTOR  __m128i
#define WIDTH   16
#define LOAD(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#define SET1    _mm_set1_epi8
#define CMPEQ   _mm_cmpeq_epi8
#define AND     _mm_and_si128
#define OR      _mm_or_si128
#define ANDNOT  _mm_andnot_si128
#define SUB     _mm_sub_epi8
#define MIN     _mm_min_epu8
#define BITS(v) ((uint64_t)(unsigned)_mm_movemask_epi8(v))
#endif
#include "cue_look.h"

#if CUE_VECTORS > 1
#undef TARGET
#undef NAMED
#undef VECTOR
#undef WIDTH
#undef LOAD
#undef SET1
#undef CMPEQ
#undef AND
#undef OR
#undef ANDNOT
#undef SUB
#undef MIN
#undef BITS
#define TARGET      __attribute__((target("avx2,bmi,bmi2")))
#define NAMED(name) name##_avx2
#define VECTOR      __m256i
#define WIDTH       32
#define LOAD(p)     _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define SET1        _mm256_set1_epi8
#define CMPEQ       _mm256_cmpeq_epi8
#define AND         _mm256_and_si256
#define OR          _mm256_or_si256
#define ANDNOT      _mm256_andnot_si256
#define SUB         _mm256_sub_epi8
#define MIN         _mm256_min_epu8
#define BITS(v)     ((uint64_t)(unsigned)_mm256_movemask_epi8(v))
#include "cue_look.h"
#endif

static void look_best(cue_window *w, size_t limit) {
#if CUE_VECTORS > 1
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) {
    look_avx2(w, limit);
    return;
  }
#endif
  look(w, limit);
}

/* The window at a place where a character begins. */
static void fill(cue_window *w, const unsigned char *at, bool inside) {
  size_t left = (size_t)(w->end - at), step = STEP;
  w->bytes = at;
  if (left < LOOK) {
    memset(w->copy, ' ', sizeof w->copy);
    memcpy(w->copy, at, left);
    w->bytes = w->copy;
  }
  if (left <= STEP)
    step = left;
  else
    while ((w->bytes[step] & 0xC0) == 0x80) step--;
  w->at = at;
  w->next = at + step;
  w->inside = inside;
  look_best(w, step);
}

void cue_window_open(cue_window *w, const cue_filter *filter, const unsigned char *at, const unsigned char *end) {
  w->filter = filter;
  w->end = end;
  fill(w, at, false);
}

const unsigned char *cue_window_next(cue_window *w, const unsigned char *at, bool *inside) {
  size_t passed = (size_t)(at - w->at);
  if (at < w->next && !(passed && w->letters >> (passed - 1) & 1))
    w->events &= UINT64_MAX << passed;
  else
    fill(w, at, false);
  while (!w->events) {
    if (w->next == w->end) return w->end;
    fill(w, w->next, w->letters >> (w->next - w->at - 1) & 1);
  }
  unsigned first = (unsigned)__builtin_ctzll(w->events);
  *inside = (w->stops >> first & 1) && (first ? w->letters >> (first - 1) & 1 : w->inside);
  return w->at + first;
}

unsigned cue_window_word(cue_window *w, const unsigned char *at, cue_key *key) {
  if (at >= w->next) fill(w, at, false);
  unsigned from = (unsigned)(at - w->at), length = run_length(w->letters, from, CUE_KEY);
  if (length == CUE_KEY || run_length(~(w->odd | w->stops), from, CUE_KEY) <= length) return 0;
  *key = cue_key_of(w->bytes + from, length);
  return length;
}
