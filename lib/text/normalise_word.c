#include <base/utf8.h>
#include <stdlib.h>
#include <string.h>

#include "normalise_points.h"

enum { HALF = 0x200C, HEH = 0x647, YEH = 0x6CC, HAMZA_ABOVE = 0x654, EN_DASH = 0x2013 };

static uint32_t point(const points *p, size_t at) { return at < p->count ? p->at[at] : 0; }

/* Letters that never join the next one: no half-space is needed behind them. */
static bool never_joins(uint32_t c) {
  return c == 0x627 || c == 0x622 || c == 0x62F || c == 0x630 || c == 0x631 || c == 0x632 || c == 0x698 || c == 0x648;
}

static size_t word_end(const points *p, size_t at) {
  while (point_persian(point(p, at)) || point(p, at) == HALF) at++;
  return at;
}

static bool equals(const points *p, size_t at, size_t end, const char *word) {
  size_t length = strlen(word);
  for (size_t i = 0; at < end; at++) {
    uint32_t c;
    if (i >= length) return false;
    i += utf8_decode(word + i, length - i, &c);
    if (c != p->at[at]) return false;
    if (at + 1 == end) return i == length;
  }
  return length == 0;
}

static bool listed(const points *p, size_t at, size_t end, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (equals(p, at, end, words[i])) return true;
  return false;
}

#define LISTED(p, at, end, list) listed(p, at, end, list, sizeof(list) / sizeof *(list))

static const char *const PREFIXES[] = {"می", "نمی", "بی"};
static const char *const ENDINGS[] = {"ها",     "های",    "هایی",  "هایم",  "هایت", "هایش", "هایمان", "هایتان",
                                      "هایشان", "هایمون", "هاتون", "هاشون", "تر",   "تری",  "ترین"};
/* Only behind a silent «ه»: «گفته ام», «خانه ای». */
static const char *const AFTER_HEH[] = {"ام", "ات", "اش", "ای", "ایم", "اید", "اند"};

/* «جمعهها» → «جمعه‌ها»: where the ending begins behind a silent «ه»; 0: nowhere. */
static size_t silent_heh(const points *in, size_t at, size_t end) {
  static const char *const PLURALS[] = {"ها", "های", "هایی"};
  for (size_t size = 2; size <= 4 && end - at > size + 2; size++)
    if (in->at[end - size - 1] == HEH && LISTED(in, end - size, end, PLURALS)) return end - size;
  return 0;
}

/* The word at [at, end) with the space before it has been held back: how is it joined to what stands in out? */
static void push_word(const points *in, size_t at, size_t end, points *out, bool spaced) {
  uint32_t before = points_last(out);
  bool follows = spaced && point_persian(before);
  if (follows && LISTED(in, at, end, ENDINGS)) {
    if (!never_joins(before)) points_push(out, HALF);
  } else if (follows && before == HEH && LISTED(in, at, end, AFTER_HEH)) {
    points_push(out, HALF);
  } else if (follows && before == HEH && end == at + 1 && (in->at[at] == YEH || in->at[at] == 0x621)) {
    points_push(out, HAMZA_ABOVE); /* «خانه ی ما» → «خانهٔ ما» */
    return;
  } else if (spaced) {
    points_push(out, ' ');
  }
  size_t split = silent_heh(in, at, end);
  for (size_t i = at; i < end; i++) {
    if (i == split && i > at) points_push(out, HALF);
    points_push(out, in->at[i]);
  }
}

/* Half-spaces only between letters, and one at a time; «خانه‌یی», «خانه‌ئی» →
 * «خانه‌ای».
 */
static void tidy_halves(const points *in, points *out) {
  for (size_t at = 0; at < in->count; at++) {
    uint32_t c = in->at[at];
    if (c == HALF) {
      size_t next = at;
      while (point(in, next) == HALF) next++;
      uint32_t before = points_last(out), after = point(in, next);
      at = next - 1;
      if (!point_letter(before) && !point_digit(before)) continue;
      if (after == HAMZA_ABOVE && before == HEH) continue; /* «خانه‌ٔ» */
      if (!point_letter(after) && !point_digit(after)) continue;
      bool yi = points_last(out) == HEH && (after == YEH || after == 0x626) && point(in, next + 1) == YEH &&
                !point_persian(point(in, next + 2));
      points_push(out, HALF);
      if (yi) {
        points_push(out, 0x627);
        at = next;
      }
      continue;
    }
    points_push(out, c);
  }
}

void normalise_affixes(const points *in, points *out) {
  points tidy = {0};
  tidy_halves(in, &tidy);
  bool spaced = false;
  for (size_t at = 0; at < tidy.count;) {
    uint32_t c = tidy.at[at];
    if (c == ' ') {
      spaced = true;
      at++;
      continue;
    }
    if (!point_persian(c)) {
      if (spaced) points_push(out, ' ');
      points_push(out, c);
      spaced = false;
      at++;
      continue;
    }
    size_t end = word_end(&tidy, at);
    push_word(&tidy, at, end, out, spaced);
    spaced = false;
    bool prefix = LISTED(&tidy, at, end, PREFIXES) && point(&tidy, end) == ' ' && point_persian(point(&tidy, end + 1));
    at = end;
    if (prefix) {
      points_push(out, HALF);
      at++;
      size_t verb = word_end(&tidy, at);
      for (; at < verb; at++) points_push(out, tidy.at[at]);
    }
  }
  if (spaced) points_push(out, ' ');
  if (tidy.failed) out->failed = true;
  free(tidy.at);
}

/* ---- numbers ---- */

static bool part_of_number(uint32_t c) {
  return point_digit(c) || c == '.' || c == ',' || c == '/' || c == ':' || c == 0x66B || c == 0x66C;
}

static uint32_t persian_digit(uint32_t c) { return c >= '0' && c <= '9' ? c - '0' + 0x6F0 : c; }

/* Digits that belong to a Latin name stay: ATM74, IBM-96, 95BCS. */
static bool belongs_to_name(const points *p, size_t at, size_t end) {
  uint32_t before = at ? p->at[at - 1] : 0, after = point(p, end);
  if (point_latin(before) || point_latin(after) || before == '_' || after == '_' || before == '@' || before == '#')
    return true;
  return at > 1 && before == '-' && point_latin(p->at[at - 2]);
}

/* 3/1/1355 → 1355/1/3 */
static bool day_first(const points *p, size_t at, size_t end, size_t *month, size_t *year) {
  size_t slashes = 0, marks[2] = {0, 0};
  for (size_t i = at; i < end; i++)
    if (p->at[i] == '/') {
      if (slashes < 2) marks[slashes] = i;
      slashes++;
    } else if (!point_digit(p->at[i])) {
      return false;
    }
  *month = marks[0] + 1;
  *year = marks[1] + 1;
  return slashes == 2 && marks[0] - at <= 2 && marks[0] > at && marks[1] - marks[0] <= 3 && marks[1] > *month &&
         end - *year == 4;
}

static void push_range(const points *p, size_t from, size_t to, points *out) {
  for (size_t i = from; i < to; i++) points_push(out, persian_digit(p->at[i]));
}

static void push_number(const points *p, size_t at, size_t end, points *out) {
  size_t month, year, dots = 0;
  if (day_first(p, at, end, &month, &year)) {
    push_range(p, year, end, out);
    points_push(out, '/');
    push_range(p, month, year - 1, out);
    points_push(out, '/');
    push_range(p, at, month - 1, out);
    return;
  }
  for (size_t i = at; i < end; i++) dots += p->at[i] == '.';
  for (size_t i = at; i < end; i++) {
    uint32_t c = p->at[i];
    if (c == '.' && dots == 1) c = 0x66B;
    if (c == ',') c = 0x66C;
    points_push(out, persian_digit(c));
  }
}

void normalise_numbers(const points *in, points *out) {
  for (size_t at = 0; at < in->count;) {
    if (!point_digit(in->at[at])) {
      if (in->at[at] == '%' && point_digit(points_last(out)) && points_last(out) >= 0x6F0)
        points_push(out, 0x66A);
      else
        points_push(out, in->at[at]);
      at++;
      continue;
    }
    size_t end = at;
    while (part_of_number(point(in, end))) end++;
    while (!point_digit(in->at[end - 1])) end--;
    if (belongs_to_name(in, at, end)) {
      for (; at < end; at++) points_push(out, in->at[at]);
      continue;
    }
    uint32_t before = points_last(out);
    if (point_persian(before)) points_push(out, ' ');
    push_number(in, at, end, out);
    if (point_persian(point(in, end))) points_push(out, ' ');
    at = end;
  }
}
