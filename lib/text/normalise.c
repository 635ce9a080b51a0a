/* The style: that of Persian publishing as Virastar has it, with half-spaces before endings where letters would join. A
 * text without any Persian letter keeps its own digits, commas and quotes; only its spaces are put right. */
#include <base/utf8.h>
#include <marfacrm/types.h>
#include <stdlib.h>
#include <string.h>
#include <text/normalise.h>

#include "link.h"
#include "normalise_points.h"

enum { HALF = 0x200C, TATWEEL = 0x640, ELLIPSIS = 0x2026, EN_DASH = 0x2013, EM_DASH = 0x2014 };

void points_push(points *p, uint32_t point) {
  if (p->count == p->capacity) {
    size_t capacity = p->capacity ? p->capacity * 2 : 256;
    uint32_t *at = p->failed ? NULL : realloc(p->at, capacity * sizeof *at);
    if (!at) {
      p->failed = true;
      return;
    }
    p->at = at;
    p->capacity = capacity;
  }
  p->at[p->count++] = point;
}

bool point_persian(uint32_t c) {
  return c >= 0x620 && c <= 0x6D3 && c != 0x66A && c != 0x66B && c != 0x66C && c != 0x66D &&
         !(c >= 0x660 && c <= 0x669) && c != TATWEEL;
}
bool point_latin(uint32_t c) { return (c | 32) >= 'a' && (c | 32) <= 'z' && c < 0x80; }
bool point_digit(uint32_t c) { return (c >= '0' && c <= '9') || (c >= 0x6F0 && c <= 0x6F9); }

static uint32_t point(const points *p, size_t at) { return at < p->count ? p->at[at] : 0; }
static bool one_of(uint32_t c, const uint32_t *list, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (list[i] == c) return true;
  return false;
}
#define ONE_OF(c, ...) \
  one_of(c, (const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

/* ---- reading: letters as Persian writes them, and what must not be touched ---- */

static uint32_t persian_letter(uint32_t c) {
  switch (c) {
    case 0x64A:
    case 0x649:
    case 0x6D2:
      return 0x6CC;
    case 0x643:
    case 0x6AA:
      return 0x6A9;
    case 0x6C1:
    case 0x6BE:
    case 0x6D5:
      return 0x647;
    case 0xAD:
    case 0xAC:
    case 0x200B:
      return HALF;
    case 0xA0:
    case 0x202F:
    case '\t':
      return ' ';
    default:
      break;
  }
  if (c >= 0x660 && c <= 0x669) return c - 0x660 + 0x6F0;
  return c >= 0x2000 && c <= 0x200A ? ' ' : c;
}

static bool invisible(uint32_t c) {
  return c == 0xFEFF || c == '\r' || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

static bool starts(const char *text, size_t length, const char *prefix) {
  size_t size = strlen(prefix);
  return length >= size && !memcmp(text, prefix, size);
}

static char low(char c) { return (c >= 'A' && c <= 'Z') ? (char)(c + 32) : c; }

static bool link_char(char c) { return c > ' ' && c < 0x7F && !strchr("<>\"`", c); }

/* An address or an e-mail that begins here. `seen` is how far runs without any were walked already. */
static size_t link_length(const char *text, size_t at, size_t length, size_t *seen) {
  if (at < *seen || (at && (link_char(text[at - 1]) && !strchr("([{", text[at - 1])))) return 0;
  size_t end = at;
  bool scheme = false, www = length - at > 4 && low(text[at]) == 'w' && low(text[at + 1]) == 'w' &&
                             low(text[at + 2]) == 'w' && text[at + 3] == '.';
  size_t mail = 0;
  while (end < length && link_char(text[end])) {
    if (text[end] == ':' && starts(text + end, length - end, "://") && end > at) scheme = true;
    if (text[end] == '@' && end > at) mail = end;
    end++;
  }
  *seen = end;
  if (!scheme && !www && !(mail && memchr(text + mail, '.', end - mail))) return 0;
  if (!scheme && !www) {
    while (end > mail && strchr(".,;:!?)]}'", text[end - 1])) end--;
    return end - at;
  }
  while (end > at && strchr(".,;:!?'", text[end - 1])) end--;
  return end - at;
}

/* <tag …> */
static size_t tag_length(const char *text, size_t length) {
  if (length < 3 || text[0] != '<' || !(point_latin((unsigned char)text[1]) || text[1] == '/' || text[1] == '!'))
    return 0;
  size_t most = length < 2000 ? length : 2000;
  const char *end = memchr(text, '>', most);
  return end ? (size_t)(end - text) + 1 : 0;
}

/* %1$s, %s */
static size_t placeholder_length(const char *text, size_t length) {
  size_t at = 1;
  if (text[0] != '%') return 0;
  while (at < length && at < 4 && text[at] >= '0' && text[at] <= '9') at++;
  if (at < length && text[at] == '$')
    at++;
  else if (at > 1)
    return 0;
  return at < length && (text[at] == 's' || text[at] == 'd') ? at + 1 : 0;
}

static size_t kept_length(const char *text, size_t at, size_t length, size_t *seen) {
  const char *from = text + at;
  size_t left = length - at, size;
  if (starts(from, left, "```")) {
    const char *end = left > 6 ? memmem(from + 3, left - 3, "```", 3) : NULL;
    return end ? (size_t)(end - from) + 3 : left;
  }
  if ((size = tag_length(from, left))) return size;
  if ((size = placeholder_length(from, left))) return size;
  unsigned char c = (unsigned char)*from;
  return c < 0x80 && c > ' ' ? link_length(text, at, length, seen) : 0;
}

static int read_points(const char *text, size_t length, points *out, bool *persian) {
  bool arabic = false, latin = false;
  size_t seen = 0;
  for (size_t at = 0; at < length;) {
    size_t kept = kept_length(text, at, length, &seen);
    for (size_t end = at + kept; at < end;) {
      uint32_t c;
      size_t size = utf8_decode(text + at, length - at, &c);
      if (!size) return MCRM_INVALID;
      points_push(out, c | POINT_KEPT);
      at += size;
    }
    if (kept) continue;
    if (starts(text + at, length - at, "&quot;")) {
      points_push(out, '"');
      at += 6;
      continue;
    }
    uint32_t c;
    size_t size = utf8_decode(text + at, length - at, &c);
    if (!size) return MCRM_INVALID;
    at += size;
    if (invisible(c)) continue;
    c = persian_letter(c);
    arabic |= point_persian(c);
    latin |= point_latin(c);
    points_push(out, c);
  }
  *persian = arabic || !latin;
  return MCRM_OK;
}

/* ---- marks ---- */

static bool ellipsis_part(uint32_t c) { return c == '.' || c == ELLIPSIS; }

/* Where a row of at least three dots (with or without spaces between them) ends; 0: none begins here. */
static size_t ellipsis_end(const points *in, size_t at) {
  size_t end = at, dots = 0;
  for (size_t i = at; i < in->count; i++) {
    uint32_t c = in->at[i];
    if (ellipsis_part(c)) {
      dots += c == ELLIPSIS ? 3 : 1;
      end = i + 1;
    } else if (c != ' ') {
      break;
    }
  }
  return dots >= 3 ? end : 0;
}

/* Exclamation and question marks in a row: one of each, the question first. */
static size_t merge_marks(const points *in, size_t at, points *out, bool persian) {
  bool asks = false, exclaims = false;
  for (; at < in->count && ONE_OF(in->at[at], '!', '?', 0x61F); at++) {
    asks |= in->at[at] != '!';
    exclaims |= in->at[at] == '!';
  }
  if (asks) points_push(out, persian ? 0x61F : '?');
  if (exclaims) points_push(out, '!');
  return at;
}

/* A tatweel inside a word is only drawn; at the edge of one, or between digits, a dash was meant. */
static size_t tatweels(const points *in, size_t at, points *out) {
  uint32_t before = points_last(out);
  size_t end = at;
  while (point(in, end) == TATWEEL) end++;
  bool inside = point_persian(before) && point_persian(point(in, end));
  if (!inside) points_push(out, EN_DASH);
  return end;
}

static uint32_t persian_mark(const points *in, size_t at, const points *out) {
  uint32_t c = in->at[at];
  bool between_digits = point_digit(points_last(out)) && point_digit(point(in, at + 1));
  if (c == ',' && !between_digits) return 0x60C;
  if (c == ';') return 0x61B;
  return c;
}

static void normalise_marks(const points *in, points *out, bool persian) {
  bool open = false;
  for (size_t at = 0; at < in->count;) {
    uint32_t c = in->at[at];
    size_t end = ellipsis_part(c) ? ellipsis_end(in, at) : 0;
    if (c == '\n') open = false;
    if (end) {
      points_push(out, ELLIPSIS);
      at = end;
    } else if (c == '!' || c == '?' || c == 0x61F) {
      at = merge_marks(in, at, out, persian);
    } else if (c == TATWEEL) {
      at = tatweels(in, at, out);
    } else if (c == '-' && point(in, at + 1) == '-' && points_last(out) != '-') {
      size_t dashes = 2;
      while (point(in, at + dashes) == '-') dashes++;
      if (dashes <= 3) points_push(out, dashes == 2 ? EN_DASH : EM_DASH);
      for (size_t i = 0; dashes > 3 && i < dashes; i++) points_push(out, '-');
      at += dashes;
    } else if (persian && (c == '"' || c == 0x201C || c == 0x201D || (c == '\'' && point(in, at + 1) == '\''))) {
      bool opens = c == 0x201C || (c != 0x201D && !open);
      points_push(out, opens ? 0xAB : 0xBB);
      open = opens;
      at += c == '\'' ? 2 : 1;
    } else {
      points_push(out, persian ? persian_mark(in, at, out) : c);
      at++;
    }
  }
}

/* ---- spaces ---- */

static uint32_t closing_of(uint32_t c) {
  switch (c) {
    case '(':
      return ')';
    case '[':
      return ']';
    case '{':
      return '}';
    case 0xAB:
      return 0xBB;
    default:
      return 0;
  }
}

static bool closes(uint32_t c) { return c == ')' || c == ']' || c == '}' || c == 0xBB; }

/* Marks both halves of every pair of brackets that are properly nested. */
static bool find_pairs(const points *p, bool *paired) {
  size_t *stack = malloc((p->count + 1) * sizeof *stack), depth = 0;
  if (!stack) return false;
  for (size_t i = 0; i < p->count; i++) {
    uint32_t c = p->at[i];
    if (c == '\n' && point(p, i + 1) == '\n') depth = 0;
    if (closing_of(c)) {
      stack[depth++] = i;
    } else if (closes(c) && depth && closing_of(p->at[stack[depth - 1]]) == c) {
      paired[i] = paired[stack[--depth]] = true;
    }
  }
  free(stack);
  return true;
}

static bool no_space_before(uint32_t c) {
  return ONE_OF(c, 0x60C, 0x61B, ':', '!', 0x61F, '?', '.', ELLIPSIS, ',', ';');
}
static bool wordlike(uint32_t c) { return point_letter(c) || point_digit(c) || (c & POINT_KEPT); }

/* Does a mark that stands between these want a space behind it? */
static bool space_behind(uint32_t before, uint32_t mark, uint32_t next) {
  if (ONE_OF(mark, 0x60C, 0x61B)) return wordlike(next) || closing_of(next);
  if (ONE_OF(mark, '!', 0x61F, ELLIPSIS)) return point_persian(next) || (next & POINT_KEPT);
  if (mark == '.' || mark == ':') return point_persian(before) && point_persian(next);
  return false;
}

static void push_spaced(points *out, const points *in, const bool *paired, size_t at, bool *space) {
  uint32_t c = in->at[at], before = points_last(out);
  bool tight = (paired[at] && closes(c)) || no_space_before(c);
  if (*space && before && before != '\n' && !tight) points_push(out, ' ');
  before = points_last(out);
  if (!*space && paired[at] && closing_of(c) && wordlike(before)) points_push(out, ' ');
  points_push(out, c);
  *space = false;
  uint32_t next = point(in, at + 1);
  if (paired[at] && closes(c) && (point_letter(next) || (paired[at] && point_digit(next)))) *space = true;
  if (space_behind(before, c, next)) *space = true;
}

static bool normalise_spaces(const points *in, points *out) {
  bool *paired = calloc(in->count + 1, sizeof *paired);
  if (!paired || !find_pairs(in, paired)) {
    free(paired);
    return false;
  }
  bool space = false, inside = false; /* inside: right behind an opening bracket that has its pair */
  size_t lines = 0;
  for (size_t at = 0; at < in->count; at++) {
    uint32_t c = in->at[at];
    if (c == '\n') {
      if (++lines <= 2) points_push(out, c);
      space = inside = false;
    } else if (c == ' ') {
      space = !inside && out->count > 0;
    } else {
      lines = 0;
      push_spaced(out, in, paired, at, &space);
      inside = paired[at] && closing_of(c);
    }
  }
  while (out->count && (points_last(out) == '\n' || points_last(out) == ' ')) out->count--;
  size_t first = 0;
  while (first < out->count && out->at[first] == '\n') first++;
  if (first) {
    out->count -= first;
    memmove(out->at, out->at + first, out->count * sizeof *out->at);
  }
  free(paired);
  return true;
}

/* ---- all of it ---- */

static void write_points(const points *p, buffer *out) {
  for (size_t i = 0; i < p->count; i++) {
    char bytes[4];
    buffer_append(out, bytes, utf8_encode(p->at[i] & ~POINT_KEPT, bytes));
  }
}

static void swap(points *a, points *b) {
  points other = *a;
  *a = *b;
  *b = other;
  b->count = 0;
}

int text_normalise(const char *text, size_t length, buffer *out) {
  points a = {0}, b = {0};
  bool persian = false;
  int code = read_points(text, length, &a, &persian);
  if (code == MCRM_OK) {
    normalise_marks(&a, &b, persian);
    swap(&a, &b);
    if (!a.failed && !normalise_spaces(&a, &b)) b.failed = true;
    swap(&a, &b);
    normalise_affixes(&a, &b);
    swap(&a, &b);
    if (persian) {
      normalise_numbers(&a, &b);
      swap(&a, &b);
    }
    if (a.failed || b.failed)
      code = MCRM_NO_MEMORY;
    else
      write_points(&a, out);
    if (code == MCRM_OK && out->failed) code = out->too_long ? MCRM_INVALID : MCRM_NO_MEMORY;
  }
  free(a.at);
  free(b.at);
  return code;
}
