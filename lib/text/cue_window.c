/* Sixty-four bytes of the fold at a time: where words begin, and which of them the filter lets through. What only the
 * automaton understands (pictographs, letters beyond U+06FF, stray marks) stops the window; a word is read without its
 * half-spaces, and of one that has something else odd in it (an apostrophe, a letter three times) what stands before
 * that decides. */
#include "cue_window.h"

#include <assert.h>
#include <text/fold.h>

static_assert(CUE_SPAN + CUE_KEY <= TEXT_FOLD_BEHIND, "a look and the key of its last word can be read");

/* What the bytes are by themselves and the one or two behind them; of a letter of two bytes, its first. */
typedef struct classes {
  uint64_t ascii;         /* letters and digits */
  uint64_t pairs;         /* letters of two bytes */
  uint64_t hamza, formed; /* those of them that are skipped, and that have another form */
  uint64_t apostrophe;    /* skipped, too */
  uint64_t half;          /* half-spaces */
  uint64_t strange;       /* what stops the window, and half-spaces */
  uint64_t high;          /* not ASCII */
  uint64_t triple, again; /* the two bytes behind it are the same, or the second and the fourth */
} classes;

/* What a look has to know of the one before. */
typedef struct carry {
  uint64_t pair, half; /* bits of bytes that belong to letters and half-spaces that began there */
  bool plain, inside;  /* it ended with a letter that is no half-space; with any */
  bool word;           /* a word that began there goes on, and nothing odd was in it */
} carry;

/* The places of words in the window. */
typedef struct cue_places {
  unsigned count;
  uint16_t items[CUE_LOOKS * CUE_SPAN / 2 + CUE_SPAN]; /* a word and a gap take two bytes; room for a whole vector */
} cue_places;

/* The widest vectors that are compiled in: 3 AVX-512, 2 AVX2 (where the processor has them), 1 SSE2, 0 none. Tests take
 * each. */
#ifndef CUE_VECTORS
#if defined(__x86_64__)
#define CUE_VECTORS 3
#else
#define CUE_VECTORS 0
#endif
#endif

bool cue_half_spaced(const cue_window *w, unsigned place, cue_key *key) {
  uint64_t letters = cue_bits_from(w->letters, place), over = ~letters & (letters + 1);
  uint64_t halves = cue_bits_from(w->half, place), half = halves & (over - 1);
  if (!(over & ((UINT64_C(1) << CUE_SEEN) - 1)) || (cue_bits_from(w->odd, place) & ~halves & (over - 1)) ||
      (cue_bits_from(w->stops, place) & (over | (over - 1))))
    return false;
  unsigned length = 0, from = 0;
  *key = (cue_key){0};
  for (half |= over; half; half &= half - 1) {
    unsigned to = (unsigned)__builtin_ctzll(half), part = to - from;
    if (length + part >= CUE_KEY) return false;
    cue_key more = cue_key_of(w->at + place + from, part);
    if (length >= 8) {
      key->high |= more.low << (length - 8) * 8;
    } else {
      key->low |= more.low << length * 8;
      key->high |= more.high << length * 8 | (length ? more.low >> (8 - length) * 8 : 0);
    }
    length += part;
    from = to + 3;
  }
  return true;
}

#define TARGET
#define NAMED(name)   name
#define TRAILING(set) ((set) ? __builtin_ctzll(set) : 64)
#if CUE_VECTORS > 0
#include <immintrin.h>
#define VECTOR              __m128i
#define TRUTH               __m128i
#define WIDTH               16
#define LOAD(p)             _mm_loadu_si128((const __m128i *)(const void *)(p))
#define STORE(p, v)         _mm_storeu_si128((__m128i *)(void *)(p), v)
#define SET1                _mm_set1_epi8
#define CMPEQ               _mm_cmpeq_epi8
#define SUB                 _mm_sub_epi8
#define AT_MOST(v, limit)   _mm_cmpeq_epi8(_mm_min_epu8(v, limit), v)
#define CHOOSE(truth, a, b) (((a) & (truth)) | ((b) & ~(truth)))
#define BITS(truth)         ((uint64_t)(unsigned)_mm_movemask_epi8(truth))
#endif
#include "cue_look.h"

#if CUE_VECTORS > 1
#undef TARGET
#undef NAMED
#undef TRAILING
#undef VECTOR
#undef TRUTH
#undef WIDTH
#undef LOAD
#undef STORE
#undef SET1
#undef CMPEQ
#undef SUB
#undef AT_MOST
#undef BITS
#define TARGET                       __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define NAMED(name)                  name##_avx2
#define TRAILING                     _tzcnt_u64
#define MATCHING(some, ends, starts) _pdep_u64(_pext_u64(some, ends), starts)
#define VECTOR                       __m256i
#define TRUTH                        __m256i
#define WIDTH                        32
#define LOAD(p)                      _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define STORE(p, v)                  _mm256_storeu_si256((__m256i *)(void *)(p), v)
#define SET1                         _mm256_set1_epi8
#define CMPEQ                        _mm256_cmpeq_epi8
#define SUB                          _mm256_sub_epi8
#define AT_MOST(v, limit)            _mm256_cmpeq_epi8(_mm256_min_epu8(v, limit), v)
#define BITS(truth)                  ((uint64_t)(unsigned)_mm256_movemask_epi8(truth))
#include "cue_look.h"
#endif

#if CUE_VECTORS > 2
#undef TARGET
#undef NAMED
#undef VECTOR
#undef TRUTH
#undef WIDTH
#undef LOAD
#undef STORE
#undef SET1
#undef CMPEQ
#undef SUB
#undef AT_MOST
#undef CHOOSE
#undef BITS
#define TARGET              __attribute__((target("avx512f,avx512bw,avx512vbmi2,avx2,bmi,bmi2,popcnt")))
#define NAMED(name)         name##_avx512
#define VECTOR              __m512i
#define TRUTH               uint64_t
#define WIDTH               64
#define LOAD(p)             _mm512_loadu_si512(p)
#define STORE(p, v)         _mm512_storeu_si512(p, v)
#define SET1                _mm512_set1_epi8
#define CMPEQ               _mm512_cmpeq_epi8_mask
#define SUB                 _mm512_sub_epi8
#define AT_MOST             _mm512_cmple_epu8_mask
#define CHOOSE(truth, a, b) _mm512_mask_blend_epi8(truth, b, a)
#define BITS(truth)         (truth)
#define PLACES              places_of
static const unsigned char numbers[64] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                          16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
                                          32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
                                          48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};

/* The places of a set's bits, at most 32, counted from `first`. */
TARGET static inline __m512i places_of(uint64_t set, unsigned first) {
  __m512i places = _mm512_maskz_compress_epi8(set, LOAD(numbers));
  return _mm512_add_epi16(_mm512_cvtepu8_epi16(_mm512_castsi512_si256(places)), _mm512_set1_epi16((short)first));
}
#include "cue_look.h"
#endif

static void look_through_best(cue_window *w, unsigned looks) {
#if CUE_VECTORS > 1
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) {
#if CUE_VECTORS > 2
    if (__builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512bw")) {
      look_through_avx512(w, looks);
      return;
    }
#endif
    look_through_avx2(w, looks);
    return;
  }
#endif
  look_through(w, looks);
}

void cue_window_fill(cue_window *w, const unsigned char *at, bool inside) {
  enum { WHOLE = CUE_LOOKS * CUE_SPAN };
  size_t left = (size_t)(w->end - at);
  w->at = at;
  w->inside = inside;
  if (left < WHOLE) {
    w->length = (unsigned)left;
    look_through_best(w, w->length / CUE_SPAN + 1);
  } else { /* the last look is only for what begins before it */
    w->length = WHOLE - CUE_SPAN;
    while ((at[w->length] & 0xC0) == 0x80) w->length--;
    look_through_best(w, CUE_LOOKS);
  }
}
