/* A key is a row of printable bytes: "!" between words, digits by their count and value, "A" … "a" for the 33 Persian
 * letters, "b" … "{" for Latin, "|" and the code point for all else. Behind a space, which sorts below all of them,
 * stands what decides between equals. */
#include <text/collation.h>

#include <base/arena.h>
#include <base/utf8.h>
#include <marfacrm/types.h>
#include <string.h>
#include <text/fold.h>

static const uint16_t ALPHABET[] = {0x622, 0x627, 0x628, 0x67E, 0x62A, 0x62B, 0x62C, 0x686, 0x62D, 0x62E, 0x62F,
                                    0x630, 0x631, 0x632, 0x698, 0x633, 0x634, 0x635, 0x636, 0x637, 0x638, 0x639,
                                    0x63A, 0x641, 0x642, 0x6A9, 0x6AF, 0x644, 0x645, 0x646, 0x648, 0x647, 0x6CC};

/* 0: not a Persian letter. */
static char letter_weight(uint32_t point) {
  if (point == 0x624) point = 0x648;
  if (point == 0x626) point = 0x6CC;
  if (point < 0x622 || point > 0x6CC) return 0;
  for (size_t i = 0; i < sizeof ALPHABET / sizeof *ALPHABET; i++)
    if (ALPHABET[i] == point) return (char)('A' + i);
  return 0;
}

static bool digit(char c) { return c >= '0' && c <= '9'; }

/* "7" → "17", "10" → "210": longer numbers sort behind shorter ones. */
static size_t add_number(const text_folded *f, size_t at, buffer *out) {
  while (digit(f->bytes[at]) && f->bytes[at] == '0' && digit(f->bytes[at + 1])) at++;
  size_t end = at;
  while (digit(f->bytes[end])) end++;
  size_t count = end - at;
  for (; count >= 9; count -= 9) buffer_byte(out, '9');
  buffer_byte(out, (char)('0' + count));
  buffer_append(out, f->bytes + at, end - at);
  return end;
}

static void add_other(uint32_t point, buffer *out) {
  static const char HEX[] = "0123456789ABCDEF";
  buffer_byte(out, '|');
  for (int shift = 20; shift >= 0; shift -= 4) buffer_byte(out, HEX[point >> shift & 15]);
}

static bool separates(uint32_t point) {
  return point < 0xC0 || point == 0x60C || point == 0x61B || point == 0x61F || point == 0x6D4 || point == 0xD7 ||
         point == 0xF7 || (point >= 0x2000 && point < 0x2C00) || (point >= 0x3000 && point <= 0x303F);
}

typedef struct ties {
  char kinds[64]; /* what is special about the first letters: their case, a hamza, a half-space before them */
  size_t count, used;
} ties;

static void add_tie(ties *t, char kind) {
  if (t->count < sizeof t->kinds) t->kinds[t->count++] = kind;
  if (kind != '0') t->used = t->count;
}

static void add_word_break(buffer *out, size_t start, bool *pending) {
  if (*pending && out->length > start) buffer_byte(out, '!');
  *pending = false;
}

static void write_key(const text_folded *f, const char *text, buffer *out) {
  size_t start = out->length;
  bool pending = false, half = false;
  text_fold_place place = {.folded = f};
  ties t = {.count = 0};
  for (size_t at = 0; at < f->length;) {
    uint32_t point = 0;
    size_t size = utf8_decode(f->bytes + at, f->length - at, &point);
    char weight = letter_weight(point);
    bool latin = point >= 'a' && point <= 'z';
    if (point == 0x200C || point == 0x621) {
      half = true; /* a half-space and a lone hamza weigh nothing */
    } else if (!weight && !latin && !digit((char)f->bytes[at]) && separates(point)) {
      pending = true;
    } else {
      add_word_break(out, start, &pending);
      char source = text[text_fold_walk(&place, at)];
      bool special = point == 0x624 || point == 0x626 || (source >= 'A' && source <= 'Z');
      add_tie(&t, (char)('0' + special + 2 * half));
      half = false;
      if (digit(f->bytes[at])) {
        at = add_number(f, at, out);
        continue;
      }
      if (weight)
        buffer_byte(out, weight);
      else if (latin)
        buffer_byte(out, (char)(point - 'a' + 'b'));
      else
        add_other(point, out);
    }
    at += size;
  }
  if (t.used) {
    buffer_byte(out, ' ');
    buffer_append(out, t.kinds, t.used);
  }
}

int text_collation_key(const char *text, size_t length, buffer *out) {
  /* The longest ligature folds to 11 times its bytes, each with its offset, in an array that grew by halves. */
  arena *a = arena_new(((size_t)1 << 20) + length * 256);
  if (!a) return MCRM_NO_MEMORY;
  text_folded folded;
  int code = text_fold(a, text, length, &folded);
  if (code == MCRM_OK) {
    write_key(&folded, text, out);
    if (out->failed) code = out->too_long ? MCRM_INVALID : MCRM_NO_MEMORY;
  }
  arena_free(a);
  return code;
}
