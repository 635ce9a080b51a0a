/* Numbers as they stand in dates: digits, words, both; halves; "a few". */
#include "when_reading.h"

static bool next_is(const reading *r, size_t i, timeword_class class) { return atom_class(r, i, class); }

/* «و نیم», "and a half" */
static size_t half_at(const reading *r, size_t i, number *n) {
  if (!next_is(r, i, WORD_AND)) return i;
  size_t at = i + 1;
  if (next_is(r, at, WORD_ARTICLE)) at++;
  if (next_is(r, at, WORD_HALF)) {
    n->hundredths += 50;
    return at + 1;
  }
  if (next_is(r, at, WORD_QUARTER) && r->atoms[at].persian) {
    n->hundredths += 25;
    return at + 1;
  }
  return i;
}

static size_t ordinal_end(const reading *r, size_t i, number *n) {
  if (!next_is(r, i, WORD_ORDINAL_END)) return i;
  if (r->atoms[i].spaced && !r->atoms[i].persian) return i;
  n->ordinal = true;
  return i + 1;
}

static size_t digits_at(const reading *r, size_t i, number *n) {
  const atom *a = &r->atoms[i];
  n->digits = a->digits;
  n->hundredths = (int64_t)a->value * 100;
  size_t at = i + 1;
  if (atom_mark(r, at, '.') && !r->atoms[at].spaced && r->atoms[at + 1].kind == ATOM_DIGITS &&
      !r->atoms[at + 1].spaced && r->atoms[at + 1].digits <= 2 &&
      !(atom_mark(r, at + 2, '.') && r->atoms[at + 3].kind == ATOM_DIGITS && !r->atoms[at + 3].spaced)) {
    n->hundredths += r->atoms[at + 1].value * (r->atoms[at + 1].digits == 1 ? 10 : 1);
    return at + 2;
  }
  if (next_is(r, at, WORD_SCALE) && a->value < 100000) {
    n->hundredths *= r->atoms[at].value;
    at++;
  }
  size_t end = ordinal_end(r, at, n);
  return end > at ? end : half_at(r, at, n);
}

/* Does v continue the number so far (the last three digits in `current`)? 20 + 3, 100 + 45, not 5 + 40. */
static bool fits(int64_t current, int64_t v) {
  if (current == 0) return true;
  if (v < 10) return current % 10 == 0 && current % 100 != 10;
  if (v < 100) return current % 100 == 0;
  return false;
}

/* «دو سه», «ده بیست»: about that many */
static bool neighbours(int64_t v, const atom *b) {
  if (b->class != WORD_NUMBER || !b->spaced || !b->persian) return false;
  return (v >= 1 && v < 10 && (b->value == v + 1 || (v == 1 && b->value == 2))) ||
         (v >= 10 && v < 100 && v % 10 == 0 && b->value == v + 10);
}

static size_t words_at(const reading *r, size_t i, number *n) {
  int64_t total = 0, current = 0;
  size_t at = i, end = i;
  while (at < r->count && at < i + 16) {
    const atom *a = &r->atoms[at];
    bool first = end == i;
    if (a->kind != ATOM_WORD) break;
    if (a->class == WORD_NUMBER && (first ? true : fits(current, a->value))) {
      current += a->value;
      end = ++at;
      if (first && neighbours(a->value, &r->atoms[at])) {
        n->vague = true;
        current = r->atoms[at].value;
        end = ++at;
        break;
      }
    } else if (a->class == WORD_SCALE && current < 1000) {
      if (!current) current = 1;
      if (a->value == 100) {
        current *= 100;
      } else {
        total += current * a->value;
        current = 0;
      }
      end = ++at;
    } else if (a->class == WORD_ORDINAL && (first || fits(current, a->value)) && (first || a->value < 100)) {
      current += a->value;
      n->ordinal = true;
      end = at + 1;
      break;
    } else {
      break;
    }
    if (next_is(r, at, WORD_AND) && (r->atoms[at].persian || current >= 100 || total))
      at++;
    else if (atom_mark(r, at, '-') && !r->atoms[at].spaced && !r->atoms[at + 1].spaced)
      at++;
  }
  if (end == i) return i;
  n->words = true;
  n->hundredths = (total + current) * 100;
  if (n->hundredths > 1000000000000) n->hundredths = 1000000000000;
  if (n->ordinal) return end;
  size_t ordinal = ordinal_end(r, end, n);
  return ordinal > end ? ordinal : half_at(r, end, n);
}

size_t when_number(const reading *r, size_t i, number *n) {
  const atom *a = &r->atoms[i];
  *n = (number){0};
  if (a->kind == ATOM_DIGITS) return digits_at(r, i, n);
  if (a->kind != ATOM_WORD) return i;
  switch (a->class) {
    case WORD_NUMBER:
    case WORD_SCALE:
    case WORD_ORDINAL:
      return words_at(r, i, n);
    case WORD_ARTICLE:
      if (next_is(r, i + 1, WORD_SOME)) return when_number(r, i + 1, n);
      if (next_is(r, i + 1, WORD_HALF) || (next_is(r, i + 1, WORD_QUARTER))) return i;
      n->hundredths = 100;
      n->article = n->words = true;
      return i + 1;
    case WORD_SOME:
      n->hundredths = (int64_t)a->value * 100;
      n->vague = a->value != 2;
      n->words = true;
      return next_is(r, i + 1, WORD_OF) ? i + 2 : i + 1;
    case WORD_HALF:
      n->hundredths = 50;
      n->words = true;
      return next_is(r, i + 1, WORD_ARTICLE) ? i + 2 : i + 1;
    default:
      return i;
  }
}

size_t when_whole(const reading *r, size_t i, int low, int high, int *value, number *n) {
  size_t end = when_number(r, i, n);
  if (end == i || n->article || n->vague || n->hundredths % 100) return i;
  int64_t whole = n->hundredths / 100;
  if (whole < low || whole > high) return i;
  *value = (int)whole;
  return end;
}
