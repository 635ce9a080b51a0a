/* Cuts the folded text once, from left to right; each byte is looked at a bounded number of times. */
#include <base/utf8.h>
#include <marfacrm/types.h>
#include <string.h>
#include <text/token.h>

#include "link.h"
#include "sentence.h"

typedef enum class { SPACE, BREAK, DIGIT, LATIN, ARABIC, OTHER_LETTER, MARK, EMOJI, HALF } class;

typedef struct scanner {
  arena *arena;
  const char *in; /* folded */
  size_t length, at;
  text_fold_place source;
  const char *text;
  size_t text_length;
  text_token *tokens;
  size_t count, capacity;
  size_t point_byte, point; /* how far code points of the source have been counted */
  link_reader links;
  uint64_t *begins;
} scanner;

static bool letter_class(class c) { return c == LATIN || c == ARABIC || c == OTHER_LETTER; }

static class long_class(uint32_t point) {
  if (point == 0x200C) return HALF;
  if ((point >= 0x1F000 && point <= 0x1FAFF) || (point >= 0x2600 && point <= 0x27BF) || point == 0x2B50 ||
      point == 0x2B55 || point == 0x231A || point == 0x231B || (point >= 0x23E9 && point <= 0x23FA) ||
      (point >= 0x2190 && point <= 0x21FF) || point == 0x2B05 || point == 0x2B06 || point == 0x2B07)
    return EMOJI;
  if (point < 0x2C60 || (point >= 0x2E00 && point <= 0x303F) || (point >= 0xFD3E && point <= 0xFD4F) ||
      (point >= 0xFE10 && point <= 0xFE6F) || (point >= 0xFF00 && point <= 0xFF65) || point == 0xFFFC ||
      point == 0xFFFD)
    return (point >= 0x1E00 && point <= 0x1EFF) ? LATIN : point < 0x2000 ? OTHER_LETTER : MARK;
  return OTHER_LETTER;
}

static class class_of(uint32_t point) {
  if (point < 0x80) {
    if (point >= 'a' && point <= 'z') return LATIN;
    if (point >= '0' && point <= '9') return DIGIT;
    if (point == '\n' || point == '\f' || point == '\v') return BREAK;
    if (point <= ' ' || point == 0x7F) return SPACE;
    return point == '_' ? LATIN : MARK;
  }
  if (point >= 0x600 && point <= 0x6FF)
    return point == 0x60C || point == 0x61B || point == 0x61F || point == 0x6D4 || point == 0x66D || point <= 0x60F
               ? MARK
               : ARABIC;
  if (point < 0xC0) return point == 0xAA || point == 0xBA || point == 0xB5 ? LATIN : MARK;
  if (point == 0xD7 || point == 0xF7) return MARK;
  if (point < 0x250) return LATIN;
  if (point >= 0x750 && point <= 0x77F) return ARABIC;
  if (point < 0x800) return OTHER_LETTER;
  return long_class(point);
}

static class peek(const scanner *s, size_t at, size_t *size) {
  if (at >= s->length) {
    *size = 0;
    return BREAK;
  }
  uint32_t point = 0;
  *size = utf8_decode(s->in + at, s->length - at, &point);
  return class_of(point);
}

static bool digit_at(const scanner *s, size_t at) { return at < s->length && s->in[at] >= '0' && s->in[at] <= '9'; }

static size_t digits_end(const scanner *s, size_t at) {
  while (digit_at(s, at)) at++;
  return at;
}

static bool group_of_three(const scanner *s, size_t at) {
  return digit_at(s, at) && digit_at(s, at + 1) && digit_at(s, at + 2) && !digit_at(s, at + 3);
}

/* The size of a thousands separator that stands here with just three digits behind it: , and ، */
static size_t separator(const scanner *s, size_t at) {
  size_t size = 0;
  if (at < s->length && s->in[at] == ',') size = 1;
  if (s->length - at > 2 && at < s->length && !memcmp(s->in + at, "\xD8\x8C", 2)) size = 2;
  return size && group_of_three(s, at + size) ? size : 0;
}

/* 1.200.000: at least two groups of three after one to three digits. */
static size_t dotted_groups_end(const scanner *s, size_t start, size_t at) {
  if (at - start > 3) return 0;
  int groups = 0;
  while (at < s->length && s->in[at] == '.' && group_of_three(s, at + 1)) {
    at += 4;
    groups++;
  }
  return groups > 1 && !(at < s->length && s->in[at] == '.' && digit_at(s, at + 1)) ? at : 0;
}

/* 3.5, but neither 1.2.3 nor the 2.5 inside it: versions and dotted dates are cut at their dots. */
static size_t fraction_end(const scanner *s, size_t start, size_t at) {
  if (at >= s->length || s->in[at] != '.' || !digit_at(s, at + 1)) return 0;
  if (start >= 2 && s->in[start - 1] == '.' && digit_at(s, start - 2)) return 0;
  size_t end = digits_end(s, at + 1);
  return end < s->length && s->in[end] == '.' && digit_at(s, end + 1) ? 0 : end;
}

static size_t number_end(const scanner *s, bool *fraction) {
  size_t start = s->at, end = digits_end(s, start), size;
  *fraction = false;
  if (end - start <= 3)
    while ((size = separator(s, end))) end += size + 3;
  size_t further = dotted_groups_end(s, start, end);
  if (further) return further;
  further = fraction_end(s, start, end);
  *fraction = further != 0;
  return further ? further : end;
}

static int64_t number_value(const scanner *s, size_t start, size_t end, bool fraction) {
  int64_t value = 0;
  for (size_t i = start; i < end; i++) {
    if (fraction && s->in[i] == '.') break;
    if (!digit_at(s, i)) continue;
    if (value > (INT64_MAX - 9) / 10) return INT64_MAX;
    value = value * 10 + (s->in[i] - '0');
  }
  return value;
}

/* 3g, 4g, 5g, 2fa: read as words though they begin with a digit; other units (3pm, 5gb) are cut off the number. */
static size_t digit_word_end(const scanner *s) {
  size_t end = digits_end(s, s->at), size;
  if (end - s->at != 1) return 0;
  size_t letters = end;
  while (peek(s, letters, &size) == LATIN) letters += size;
  bool known = (letters - end == 1 && s->in[end] == 'g') || (letters - end == 2 && !memcmp(s->in + end, "fa", 2));
  return known && !digit_at(s, letters) ? letters : 0;
}

/* A word: letters of one script; Latin ones take digits in (V2Ray); half-spaces join whatever stands around them;
 * an apostrophe joins two Latin letters. */
static size_t word_end(const scanner *s, class script) {
  size_t at = s->at, size, next;
  for (;;) {
    class c = peek(s, at, &size);
    if (c == script || (script == LATIN && c == DIGIT)) {
      at += size;
    } else if (c == HALF) {
      script = peek(s, at + size, &next);
      if (script == DIGIT) script = LATIN;
      at += size;
    } else if (script == LATIN && at < s->length && s->in[at] == '\'' && peek(s, at + 1, &next) == LATIN) {
      at++;
    } else {
      return at;
    }
  }
}

static bool between(uint32_t point, uint32_t from, uint32_t to) { return point >= from && point <= to; }

/* One pictograph with skin tone, joined parts, or the second half of a flag. */
static size_t emoji_end(const scanner *s) {
  uint32_t point = 0;
  size_t at = s->at + utf8_decode(s->in + s->at, s->length - s->at, &point);
  bool flag = between(point, 0x1F1E6, 0x1F1FF);
  while (at < s->length) {
    size_t size = utf8_decode(s->in + at, s->length - at, &point);
    if (point == 0x200D && at + size < s->length) {
      at += size;
      at += utf8_decode(s->in + at, s->length - at, &point);
    } else if (between(point, 0x1F3FB, 0x1F3FF) || (flag && between(point, 0x1F1E6, 0x1F1FF))) {
      at += size;
      flag = false;
    } else {
      break;
    }
  }
  return at;
}

/* Where the last character's source ends, with the diacritics that were dropped behind it. */
static size_t source_end(scanner *s, size_t end) {
  size_t limit = text_fold_walk(&s->source, end), at = text_fold_walk(&s->source, end - 1);
  uint32_t point = 0;
  at += utf8_decode(s->text + at, s->text_length - at, &point);
  while (at < limit) {
    size_t size = utf8_decode(s->text + at, s->text_length - at, &point);
    if (!between(point, 0x64B, 0x65F) && point != 0x670 && point != 0x640 && !between(point, 0xFE00, 0xFE0F)) break;
    at += size;
  }
  return at;
}

static uint32_t count_points(scanner *s, size_t byte) {
  if (byte > s->point_byte) {
    s->point += utf8_count(s->text + s->point_byte, byte - s->point_byte);
    s->point_byte = byte;
  }
  return (uint32_t)s->point;
}

static text_token *add(scanner *s, text_token_kind kind, size_t end) {
  if (s->count == s->capacity) {
    size_t capacity = s->capacity ? s->capacity + s->capacity / 4 + 16 : s->length / 7 + 16;
    text_token *tokens = arena_grow(s->arena, s->tokens, s->capacity, capacity, sizeof *tokens);
    if (!tokens) return NULL;
    s->tokens = tokens;
    s->capacity = capacity;
  }
  text_token *t = &s->tokens[s->count++];
  t->kind = kind;
  t->start = text_fold_walk(&s->source, s->at);
  t->end = (uint32_t)source_end(s, end);
  t->point_start = count_points(s, t->start);
  t->point_end = count_points(s, t->end);
  t->fold = s->in + s->at;
  s->begins[s->at / 64] |= UINT64_C(1) << s->at % 64;
  t->fold_length = (uint32_t)(end - s->at);
  t->spaced = s->at == 0 || s->in[s->at - 1] == ' ' || s->in[s->at - 1] == '\n' || s->in[s->at - 1] == '\t';
  s->at = end;
  return t;
}

static bool add_number(scanner *s) {
  size_t start = s->at, word = digit_word_end(s);
  if (word) return add(s, TEXT_WORD, word);
  bool fraction;
  size_t end = number_end(s, &fraction);
  text_token *t = add(s, TEXT_NUMBER, end);
  if (!t) return false;
  t->value = number_value(s, start, end, fraction);
  t->fraction = fraction;
  return true;
}

static bool add_break(scanner *s) {
  size_t end = s->at, size;
  for (;;) {
    class c = peek(s, end, &size);
    if (!size || (c != BREAK && c != SPACE)) break;
    end += size;
  }
  size_t stop = end;
  while (stop > s->at + 1 && s->in[stop - 1] == ' ') stop--;
  return add(s, TEXT_BREAK, stop);
}

static bool add_next(scanner *s) {
  size_t size;
  class c = peek(s, s->at, &size);
  if (c == SPACE || c == HALF) {
    s->at += size;
    return true;
  }
  if (c == BREAK) return add_break(s);
  size_t link = c == LATIN || c == DIGIT || c == MARK ? link_end(&s->links, s->at) : 0;
  if (link) return add(s, TEXT_LINK, link);
  if (c == DIGIT) return add_number(s);
  if (letter_class(c)) return add(s, TEXT_WORD, word_end(s, c));
  if (c == EMOJI) return add(s, TEXT_EMOJI, emoji_end(s));
  return add(s, TEXT_MARK, s->at + size);
}

static uint32_t bits_of(uint64_t word) {
  word -= word >> 1 & UINT64_C(0x5555555555555555);
  word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
  word = (word + (word >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
  return (uint32_t)(word * UINT64_C(0x0101010101010101) >> 56);
}

static const uint32_t *count_beginnings(arena *a, const uint64_t *begins, size_t words) {
  uint32_t *before = arena_array(a, words, sizeof *before), count = 0;
  for (size_t i = 0; before && i < words; i++) {
    before[i] = count;
    count += bits_of(begins[i]);
  }
  return before;
}

uint32_t text_token_at(const text_scan *scan, const char *fold) {
  size_t at = (size_t)(fold - scan->folded.bytes);
  uint64_t up_to = scan->begins[at / 64] << (63 - at % 64);
  uint32_t count = scan->before[at / 64] + bits_of(up_to);
  return count ? count - 1 : 0;
}

void text_tokens_of(const text_scan *scan, const char *from, const char *to, uint32_t *first, uint32_t *count) {
  size_t start = (size_t)(from - scan->folded.bytes), end = (size_t)(to - scan->folded.bytes);
  *first = text_token_at(scan, from);
  *count = 1;
  uint64_t behind = scan->begins[start / 64] & ~((UINT64_C(2) << start % 64) - 1);
  uint64_t up_to = scan->begins[end / 64] << (63 - end % 64);
  /* mostly it is one, and there is nothing to count */
  if (start / 64 == end / 64 ? behind << (63 - end % 64) : end / 64 > start / 64 + 1 || behind || up_to)
    *count = text_token_at(scan, to) - *first + 1;
}

static bool mostly_persian(const text_scan *s) {
  size_t arabic = 0, latin = 0;
  for (size_t i = 0; i < s->token_count; i++) {
    const text_token *t = &s->tokens[i];
    if (t->kind != TEXT_WORD) continue;
    unsigned char lead = (unsigned char)t->fold[0];
    if (lead >= 0xD8 && lead <= 0xDD)
      arabic += t->fold_length / 2;
    else if (lead < 0x80)
      latin += t->fold_length;
  }
  return arabic > 0 && arabic >= latin;
}

int text_scan_make(arena *a, const char *text, size_t length, text_scan *out) {
  *out = (text_scan){.text = text, .length = length};
  int code = text_fold(a, text, length, &out->folded);
  if (code != MCRM_OK) return code;
  scanner s = {.arena = a,
               .in = out->folded.bytes,
               .length = out->folded.length,
               .source = {.folded = &out->folded},
               .text = text,
               .text_length = length,
               .links = {.in = out->folded.bytes, .length = out->folded.length}};
  size_t words = s.length / 64 + 1;
  s.begins = arena_array(a, words, sizeof *s.begins);
  if (!s.begins) return MCRM_NO_MEMORY;
  while (s.at < s.length)
    if (!add_next(&s)) return MCRM_NO_MEMORY;
  out->begins = s.begins;
  out->before = count_beginnings(a, s.begins, words);
  if (!out->before) return MCRM_NO_MEMORY;
  out->tokens = s.tokens;
  out->token_count = s.count;
  out->persian = mostly_persian(out);
  return sentence_cut(a, out, s.tokens);
}

const char *text_token_name(text_token_kind kind) {
  static const char *const NAMES[] = {"word", "number", "mark", "emoji", "link", "break"};
  return NAMES[kind];
}

/* Byte by byte: nearly always the first or second one differs already. */
bool text_token_is(const text_token *t, const char *folded_word) {
  uint32_t i = 0;
  while (i < t->fold_length && folded_word[i] == t->fold[i]) i++;
  return i == t->fold_length && !folded_word[i];
}
