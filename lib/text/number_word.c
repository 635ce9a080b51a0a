/* Looks up the words that numbers are made of: a sieve, then a search by halves. */
#include "number_word.h"

#include <string.h>

/* Below, equal or above: a word against a text. */
static int compare(const number_word *w, const char *text, size_t length) {
  size_t i = 0, shorter = w->length < length ? w->length : length;
  while (i < shorter && w->text[i] == text[i]) i++;
  if (i < shorter) return (unsigned char)w->text[i] - (unsigned char)text[i];
  return (w->length > length) - (w->length < length);
}

/* A bit for the first eight bytes and the length of each word, and for the first four bytes alone: most words of a text
 * have no bit here, and nothing is searched for them. */
static const uint64_t SIEVE[64] = {
    0x0A02212001000300, 0x0008202021404002, 0x00800448000C00A8, 0x0200010211400000, 0x0009000000020000,
    0x0881A00000000008, 0x40004042810401C0, 0x4060000020014200, 0x0002000001010001, 0x8002004400943C48,
    0x0008004200200056, 0x0000280610000200, 0x40C0600020807840, 0x0004448403100000, 0x0000800000000220,
    0x0104004110080114, 0x1000001000000040, 0x1200300000420880, 0x0004000020028100, 0x0000485028000110,
    0x0200180401002022, 0xA600141020180009, 0x03801200080A0000, 0x000100C71008E081, 0x5208408890A20102,
    0x810080000800000F, 0x224C052000008480, 0x020000040284D100, 0x0440004010080421, 0x0200028010040000,
    0x005880000D806002, 0x0142111080000886, 0x4100100000000000, 0x8010105220088001, 0x81020020042A00C9,
    0x0808200506000420, 0x48200010006A0400, 0x280048A004800300, 0x090204C000003060, 0x2000000044700000,
    0x2000150800404800, 0x0004900100208810, 0x2803180202100002, 0x0000580000500008, 0x0241422178003048,
    0x280800C421082000, 0x6008802191200058, 0x400220C000300000, 0x008888004E481403, 0x8000000000004004,
    0x001000820940000A, 0x0000000400406008, 0x0082900002000002, 0x0900101100000020, 0x8202022424281010,
    0x882824010C021008, 0x2400004000000120, 0x0050060000008111, 0x2500002110080300, 0x0100C40090000104,
    0x1105080000001004, 0x8108A250800A0400, 0x00C0020C0908018A, 0x4C00824000001052};

static bool sieve(const char *text, size_t shown, size_t length) {
  uint64_t start = 0;
  memcpy(&start, text, shown < 8 ? shown : 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  start = __builtin_bswap64(start);
#endif
  uint64_t hash = (start ^ length * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xD6E8FEB86659FD93) >> 52;
  return SIEVE[hash >> 6] >> (hash & 63) & 1;
}

bool number_word_begins(const char *text, size_t length) { return length >= 4 && sieve(text, 4, 0); }

const number_word *number_word_find(const char *text, size_t length) {
  if (!length || !sieve(text, length, length)) return NULL;
  bool latin = (unsigned char)*text < 0x80;
  const number_word *words = latin ? number_words_latin : number_words_fa;
  size_t low = 0, high = latin ? number_words_latin_count : number_words_fa_count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = compare(&words[middle], text, length);
    if (!order) return &words[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

const number_word *number_word_prefix(const char *text, size_t length) {
  size_t longest = length < NUMBER_LONGEST_WORD ? length : NUMBER_LONGEST_WORD;
  for (size_t size = longest; size > 1; size--) {
    if (size < length && ((unsigned char)text[size] & 0xC0) == 0x80) continue; /* inside a letter */
    const number_word *found = number_word_find(text, size);
    if (found) return found;
  }
  return NULL;
}
