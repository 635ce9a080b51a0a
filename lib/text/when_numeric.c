/* Dates in digits: 1405/8/15, 2026-11-22, 15/8, 10/31/74. */
#include <string.h>

#include "when_reading.h"

static bool separator(const reading *r, size_t i, char *mark) {
  const atom *a = &r->atoms[i];
  if (a->kind != ATOM_MARK || (a->mark != '/' && a->mark != '-' && a->mark != '.' && a->mark != '\\')) return false;
  if (a->spaced != r->atoms[i + 1].spaced) return false;
  if (*mark && *mark != a->mark) return false;
  *mark = a->mark;
  return true;
}

static void set_day_month(moment *m, int day, int month) {
  m->has |= HAS_DAY | HAS_MONTH;
  m->day = day;
  m->month = month;
}

static bool plausible(int day, int month) { return day >= 1 && day <= 31 && month >= 1 && month <= 12; }

/* Three numbers with the year first or last. */
static bool three_parts(const reading *r, size_t i, const atom *p[3], char mark, moment *m) {
  int v[3] = {p[0]->value, p[1]->value, p[2]->value};
  bool persian = when_persian(r, i);
  if (p[1]->digits > 2) return false;
  if (p[0]->digits == 4 && p[2]->digits <= 2) {
    set_day_month(m, v[2], v[1]);
    return when_set_year(m, v[0], TEXT_GREGORIAN);
  }
  if (p[0]->digits > 2) return false;
  bool month_first = !persian;
  if (p[2]->digits == 4) {
    if (!when_set_year(m, v[2], TEXT_GREGORIAN)) return false;
    if (m->calendar == TEXT_JALALI) month_first = false;
    if (!plausible(month_first ? v[1] : v[0], month_first ? v[0] : v[1])) month_first = !month_first;
    set_day_month(m, month_first ? v[1] : v[0], month_first ? v[0] : v[1]);
    if (v[0] <= 12 && v[1] <= 12 && v[0] != v[1] && mark != '.') m->flags |= TEXT_WHEN_AMBIGUOUS;
    return true;
  }
  if ((p[2]->digits != 2 && !(persian && v[0] > 31)) || (mark == '.' && !persian)) return false;
  m->has |= HAS_YEAR;
  m->flags |= TEXT_WHEN_ASSUMED;
  if (persian) { /* 05/08/15 and 95.9.6 are year first, 15/8/05 is not: its first number is no recent year */
    if (p[0]->digits != 2) return false;
    m->calendar = TEXT_JALALI;
    bool year_first = plausible(v[2], v[1]) && (v[0] > 31 || v[0] <= 12 || v[2] > 12);
    m->year = when_century(r, year_first ? v[0] : v[2], TEXT_JALALI);
    set_day_month(m, year_first ? v[2] : v[0], v[1]);
    return true;
  }
  m->calendar = TEXT_GREGORIAN;
  m->year = when_century(r, v[2], TEXT_GREGORIAN);
  month_first = plausible(v[1], v[0]);
  set_day_month(m, month_first ? v[1] : v[0], month_first ? v[0] : v[1]);
  return true;
}

/* 8/15, 15/8, 9/2012, 2014/10 */
static bool two_parts(const reading *r, size_t i, const atom *p[2], moment *m) {
  int a = p[0]->value, b = p[1]->value;
  if (p[0]->digits == 4 || p[1]->digits == 4) {
    bool first = p[0]->digits == 4;
    int month = first ? b : a;
    if ((first ? p[1] : p[0])->digits > 2 || month < 1 || month > 12) return false;
    m->has |= HAS_MONTH;
    m->month = month;
    return when_set_year(m, first ? a : b, TEXT_GREGORIAN);
  }
  if (p[0]->digits > 2 || p[1]->digits > 2) return false;
  m->calendar = when_persian(r, i) ? TEXT_JALALI : TEXT_GREGORIAN;
  bool month_first = m->calendar == TEXT_GREGORIAN;
  if (!plausible(month_first ? b : a, month_first ? a : b)) month_first = !month_first;
  if (!plausible(month_first ? b : a, month_first ? a : b)) return false;
  if (plausible(month_first ? a : b, month_first ? b : a) && a != b) m->flags |= TEXT_WHEN_AMBIGUOUS;
  set_day_month(m, month_first ? b : a, month_first ? a : b);
  return true;
}

/* Digits on both sides of the mark with no space: part of a longer number, an address, a version. */
static bool chained(const reading *r, size_t mark, size_t digits) {
  const atom *a = &r->atoms[mark];
  return a->kind == ATOM_MARK && (a->mark == '/' || a->mark == '-' || a->mark == '.' || a->mark == ':') &&
         !r->atoms[digits > mark ? mark : digits].spaced && r->atoms[digits].kind == ATOM_DIGITS &&
         !r->atoms[digits > mark ? digits : mark].spaced && !r->atoms[mark].spaced && !r->atoms[mark + 1].spaced;
}

size_t when_numeric_date(const reading *r, size_t i, moment *m) {
  const atom *a = &r->atoms[i];
  if (a->kind != ATOM_DIGITS || a->digits > 4 || (m->has & (HAS_DAY | HAS_MONTH | HAS_YEAR))) return i;
  if (i >= 2 && r->atoms[i - 1].kind == ATOM_MARK && r->atoms[i - 2].kind == ATOM_DIGITS && !a->spaced &&
      !r->atoms[i - 1].spaced && strchr("/-.:", r->atoms[i - 1].mark) && r->atoms[i - 1].mark &&
      !(atom_mark(r, i - 1, '/') && a->digits == 4 && i >= 3 && atom_mark(r, i - 3, ':')))
    return i;
  const atom *parts[3] = {a, &r->atoms[i + 2], &r->atoms[i + 4]};
  char mark = 0;
  moment probe = *m;
  size_t end = i + 3;
  if (a->digits == 4 && parts[1]->kind == ATOM_DIGITS && a[1].kind == ATOM_DIGITS && a[1].digits == 2 && a[1].spaced &&
      a[2].digits == 2 && a[2].spaced && a[3].kind != ATOM_DIGITS && plausible(a[2].value, a[1].value)) {
    set_day_month(&probe, a[2].value, a[1].value); /* 2014 12 28 */
    if (!when_set_year(&probe, a->value, TEXT_GREGORIAN)) return i;
    *m = probe;
    return i + 3;
  }
  if (!separator(r, i + 1, &mark) || parts[1]->kind != ATOM_DIGITS) return i;
  bool three = separator(r, i + 3, &mark) && parts[2]->kind == ATOM_DIGITS && parts[2]->digits <= 4 &&
               !(mark == '-' && atom_mark(r, i + 5, ':') && !r->atoms[i + 5].spaced);
  if (three) {
    end = i + 5;
    if (chained(r, end, end + 1) && !(atom_mark(r, end, '-') && atom_mark(r, end + 2, ':')) &&
        !(atom_mark(r, end, '/') && r->atoms[end + 1].digits == 4))
      return i;
    if (!three_parts(r, i, parts, mark, &probe)) return i;
  } else {
    if (mark != '/' || r->atoms[i + 1].spaced || chained(r, end, end + 1)) return i;
    if (r->atoms[end].class == WORD_UNIT || atom_mark(r, end, '%') || atom_class(r, end, WORD_OF)) return i;
    if (a->value == 24 && a[2].value == 7) return i; /* day and night */
    if (!two_parts(r, i, parts, &probe)) return i;
  }
  size_t era = when_era_word(r, end, &probe);
  if (!three && (probe.has & HAS_DAY) && atom_mark(r, end, ',') && r->atoms[end + 1].digits == 4 &&
      r->atoms[end + 1].kind == ATOM_DIGITS &&
      when_set_year(&probe, r->atoms[end + 1].value, TEXT_GREGORIAN)) /* 08/12,2015 */
    era = end + 2;
  *m = probe;
  if (!plausible(m->has & HAS_DAY ? m->day : 1, m->month)) m->invalid = true;
  return era;
}
