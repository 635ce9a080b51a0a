#include "fold_block.h"

#include <string.h>

#include "fold_table.h"

#if defined(__x86_64__)
#include <tmmintrin.h>

#define SSSE3 __attribute__((target("ssse3")))

typedef struct block {
  __m128i bytes; /* in lower case */
  unsigned lead, bad;
} block;

SSSE3 static inline __m128i each(int byte) { return _mm_set1_epi8((char)byte); }

/* Which second bytes belong to letters that stay: a bit of the table for their low half, picked by the lead's last two
 * bits and their high half. */
SSSE3 static inline __m128i stays(__m128i bytes, __m128i before) {
  const __m128i pick_low = _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, (char)128, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m128i pick_high = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, (char)128);
  __m128i row =
      _mm_or_si128(_mm_slli_epi16(_mm_and_si128(before, each(3)), 2), _mm_and_si128(_mm_srli_epi16(bytes, 4), each(3)));
  __m128i half = _mm_and_si128(bytes, each(15));
  __m128i low = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)fold_same_low), half);
  __m128i high = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)fold_same_high), half);
  __m128i bits = _mm_or_si128(_mm_and_si128(low, _mm_shuffle_epi8(pick_low, row)),
                              _mm_and_si128(high, _mm_shuffle_epi8(pick_high, row)));
  return _mm_xor_si128(_mm_cmpeq_epi8(bits, _mm_setzero_si128()), each(0xFF));
}

/* Sixteen bytes that begin with a whole character. */
SSSE3 static inline block classify(__m128i in) {
  __m128i before = _mm_slli_si128(in, 1);
  __m128i lead = _mm_cmpeq_epi8(_mm_and_si128(in, each(0xFC)), each(0xD8));
  __m128i behind_lead = _mm_slli_si128(lead, 1);
  __m128i tail = _mm_cmplt_epi8(in, each(0xC0)); /* 80 … BF, signed */
  __m128i ascii = _mm_cmpgt_epi8(in, each(0xFF));
  __m128i upper = _mm_and_si128(_mm_cmpgt_epi8(in, each('A' - 1)), _mm_cmplt_epi8(in, each('Z' + 1)));
  __m128i good = _mm_andnot_si128(_mm_or_si128(behind_lead, _mm_cmpeq_epi8(in, each('\r'))), _mm_or_si128(ascii, lead));
  good = _mm_or_si128(good, _mm_and_si128(_mm_and_si128(tail, behind_lead), stays(in, before)));
  return (block){.bytes = _mm_or_si128(in, _mm_and_si128(upper, each(32))),
                 .lead = (unsigned)_mm_movemask_epi8(lead),
                 .bad = (unsigned)_mm_movemask_epi8(good) ^ 0xFFFFU};
}

/* So many bytes (1 … 15) out of sixteen, with stores that overlap. */
static void put_some(const char *bytes, size_t count, char *out) {
  size_t part = count >= 8 ? 8 : count >= 4 ? 4 : count >= 2 ? 2 : 1;
  char *last = out + count - part;
  const char *from = bytes + count - part;
  switch (part) {
    case 8:
      memcpy(out, bytes, 8);
      memcpy(last, from, 8);
      break;
    case 4:
      memcpy(out, bytes, 4);
      memcpy(last, from, 4);
      break;
    case 2:
      memcpy(out, bytes, 2);
      memcpy(last, from, 2);
      break;
    default:
      *out = *bytes;
  }
}

/* The last bytes of a text, less than sixteen of them, where they all stay: taken from the sixteen that end it. */
SSSE3 static size_t run_out(const char *end, size_t left, char *out) {
  static const char shift[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                 -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
  __m128i in = _mm_loadu_si128((const __m128i *)(const void *)(end - 16));
  block b = classify(_mm_shuffle_epi8(in, _mm_loadu_si128((const __m128i *)(const void *)(shift + 16 - left))));
  if (b.bad & ((2U << left) - 1)) return 0; /* one more, for a letter that is not whole */
  char bytes[16];
  _mm_storeu_si128((__m128i *)(void *)bytes, b.bytes);
  put_some(bytes, left, out);
  return left;
}

SSSE3 static size_t run(const char *in, size_t length, char *out) {
  size_t at = 0;
  while (length - at >= 16) {
    block b = classify(_mm_loadu_si128((const __m128i *)(const void *)(in + at)));
    _mm_storeu_si128((__m128i *)(void *)(out + at), b.bytes);
    unsigned good = b.bad ? (unsigned)__builtin_ctz(b.bad) : 16;
    if (good && b.lead >> (good - 1) & 1) good--; /* its second byte is the bad one, or in the next block */
    at += good;
    if (b.bad) return at;
  }
  if (at && at < length) at += run_out(in + length, length - at, out + at);
  return at;
}

size_t fold_block(const char *in, size_t length, char *out) {
  return __builtin_cpu_supports("ssse3") ? run(in, length, out) : 0;
}

#else

size_t fold_block(const char *in, size_t length, char *out) {
  (void)in, (void)length, (void)out;
  return 0;
}

#endif
