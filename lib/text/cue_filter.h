/* What stands before the automaton: most words begin no phrase and are passed without looking at their letters one by
 * one, and a whole word is one look-up where that says as much. The automaton stays the truth; the filter may only send
 * it to a word too often. */
#ifndef TEXT_CUE_FILTER_H
#define TEXT_CUE_FILTER_H

#include <base/arena.h>
#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text_cues;

enum { CUE_HEAD = 8, CUE_KEY = 16 /* bytes that are looked at, first and in the end */ };
enum { CUE_HEAD_BITS = 16, CUE_OPEN_BITS = 14, CUE_BRIEF = 4 };

/* The first bytes of a word; the rest is 0. */
typedef struct cue_key {
  uint64_t low, high;
} cue_key;

/* Inside a phrase: the automaton's states before and behind a word, and behind the space that follows it. */
typedef struct cue_step {
  cue_key word;
  uint32_t from, to, on; /* from 0: a free place */
  uint32_t out;          /* of `to` */
} cue_step;

/* For phrases whose words take no endings. */
typedef struct cue_exact {
  /* Of the first bytes of a text in which what is no ASCII letter is a space: words by the hash of eight of a phrase,
   * or of four of one that is shorter; in a word the bit by the hash of four. */
  uint64_t beginnings[2 << (CUE_HEAD_BITS - 6)], shorts[1 << (CUE_HEAD_BITS - 6)];
  uint64_t keys[1 << (CUE_HEAD_BITS + 1 - 6)]; /* by hash of a word's key, two bits as in `words` */
  uint64_t doubles[1 << (CUE_HEAD_BITS - 6)];  /* by hash of the key of two words with a space between them */
  const cue_step *steps;                       /* 1 << step_bits places */
  unsigned step_bits;
} cue_exact;

/* Sets of bits. */
typedef struct cue_filter {
  /* By hash of a word's head, two bits: a phrase is over with it, or may be; one goes on behind it. */
  uint64_t words[1 << (CUE_HEAD_BITS + 1 - 6)];
  uint64_t prefixes[1 << (CUE_HEAD_BITS - 6)]; /* by hash of whatever a phrase's first word begins with */
  uint64_t open[1 << (CUE_OPEN_BITS - 6)];     /* by hash of four bytes that may be followed by any ending */
  uint64_t pairs[1 << (16 - 6)];               /* two bytes that may be */
  bool has_open;                               /* any of these two */
  const cue_exact *exact;                      /* NULL where a word takes endings */
} cue_filter;

enum { CUE_OVER = 1, CUE_GOES_ON = 2 };

/* The filter of an automaton that is otherwise complete. */
cue_filter *cue_filter_make(arena *a, const struct text_cues *cues);
/* Adds what is for words without endings, where they are. False: no memory. */
bool cue_exact_make(arena *temporary, arena *a, const struct text_cues *cues, cue_filter *filter);

/* The key of the first `length` bytes (at most CUE_KEY) at p, where 16 can be read. */
static inline cue_key cue_key_of(const unsigned char *p, unsigned length) {
  static const uint64_t KEEP[] = {UINT64_MAX, UINT64_MAX, 0, 0};
  uint64_t two[2], keep[2];
  memcpy(two, p, sizeof two);
  memcpy(keep, (const unsigned char *)KEEP + CUE_KEY - length, sizeof keep);
  return (cue_key){le64toh(two[0] & keep[0]), le64toh(two[1] & keep[1])};
}

/* The first `length` bytes (1 … CUE_HEAD) at p, where eight can be read. */
static inline uint64_t cue_head_of(const unsigned char *p, unsigned length) {
  uint64_t head;
  memcpy(&head, p, sizeof head);
  return le64toh(head) << (CUE_HEAD - length) * 8;
}

static inline uint32_t cue_head_hash(uint64_t head) {
  return (uint32_t)(head * UINT64_C(0x9E3779B97F4A7C15) >> (64 - CUE_HEAD_BITS));
}

static inline uint64_t cue_hash(cue_key k) {
  return k.low * UINT64_C(0x9E3779B97F4A7C15) + k.high * UINT64_C(0xC2B2AE3D27D4EB4F);
}

static inline uint32_t cue_double_hash(cue_key k) { return (uint32_t)(cue_hash(k) >> (64 - CUE_HEAD_BITS)); }

static inline uint32_t cue_open_hash(const unsigned char *p) {
  uint32_t four;
  memcpy(&four, p, sizeof four);
  return le32toh(four) * UINT32_C(0x9E3779B1) >> (32 - CUE_OPEN_BITS);
}

static inline uint32_t cue_pair(const unsigned char *p) { return p[0] | (uint32_t)p[1] << 8; }

static inline uint32_t cue_step_hash(cue_key k, uint32_t from, unsigned bits) {
  return (uint32_t)((cue_hash(k) ^ from * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - bits));
}

static inline uint32_t cue_four_hash(uint64_t eight) {
  return (uint32_t)eight * UINT32_C(0x27D4EB4F) >> (32 - CUE_HEAD_BITS);
}

static inline uint64_t cue_eight_hash(uint64_t eight) {
  return eight * UINT64_C(0x9E3779B97F4A7C15) >> (64 - (CUE_HEAD_BITS - 5));
}

/* May a phrase begin with these eight bytes? The lowest bit; those above it mean nothing. */
static inline uint64_t cue_begins(const cue_exact *e, uint64_t eight) {
  uint32_t four = cue_four_hash(eight);
  return (e->beginnings[cue_eight_hash(eight)] | e->shorts[four / 64]) >> four % 64;
}

/* What the word of that hash may be: CUE_OVER, CUE_GOES_ON. */
static inline uint64_t cue_what(const uint64_t *set, uint32_t hash) { return set[hash / 32] >> hash % 32 * 2; }

static inline bool cue_bit(const uint64_t *set, uint32_t at) { return set[at >> 6] >> (at & 63) & 1; }

#endif
