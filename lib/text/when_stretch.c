/* Longer stretches: decades, centuries, halves and quarters of a year. */
#include <string.h>

#include "when_reading.h"

/* An ordinal, «اول» among them. */
static size_t which_at(const reading *r, size_t i, int high, int *which) {
  number n;
  if (atom_class(r, i, WORD_EDGE) && r->atoms[i].value == EDGE_FIRST) {
    *which = 1;
    return i + 1;
  }
  size_t end = when_whole(r, i, 1, high, which, &n);
  return end > i && n.ordinal ? end : i;
}

/* The year that a part belongs to: «سال ۹۵», «امسال», «سال جاری», «سال» alone. */
static size_t year_of(const reading *r, size_t i, moment *m) {
  moment probe = *m;
  size_t end = when_year(r, i, &probe);
  if (end == i) {
    probe = *m;
    end = when_period(r, i, &probe);
    if (end > i && probe.period != TEXT_GRAIN_YEAR && probe.period != TEXT_GRAIN_MONTH) end = i;
  }
  if (end > i) {
    *m = probe;
    return end;
  }
  if (atom_unit(r, i, TEXT_GRAIN_YEAR) && r->atoms[i].persian) return i + 1;
  return i;
}

/* «قرن هفدهم میلادی», «دهه شصت», «دهه‌های 60 و 70», «دهه دوم قرن» */
static size_t decade_at(const reading *r, size_t i, moment *m) {
  bool century = atom_unit(r, i, TEXT_GRAIN_CENTURY), decade = atom_unit(r, i, TEXT_GRAIN_DECADE);
  if ((!century && !decade) || !r->atoms[i].persian) return i;
  size_t at = i + 1;
  if (atom_class(r, at, WORD_PLURAL)) at++;
  int value;
  number n;
  size_t end = when_whole(r, at, 1, 2000, &value, &n);
  bool first = end == at && atom_class(r, end, WORD_EDGE) && r->atoms[end].value == EDGE_FIRST;
  if (first) {
    end++;
    value = 1;
    n = (number){.ordinal = true};
  }
  if (end == at) return i;
  m->has |= HAS_DECADE;
  m->flags |= TEXT_WHEN_NO_VALUE;
  if (decade && !n.ordinal && value % 10 == 0) {
    m->year = value < 100 ? (value < 30 ? 1400 : 1300) + value : value;
    m->calendar = m->year < 1500 ? TEXT_JALALI : TEXT_GREGORIAN;
    m->flags &= ~(unsigned)TEXT_WHEN_NO_VALUE;
  } else if (!n.ordinal && decade) {
    return i;
  } else if (century && value <= 30) {
    m->year = (value - 1) * 100 + 1;
  }
  m->period = century ? TEXT_GRAIN_CENTURY : TEXT_GRAIN_DECADE;
  for (int more = 0; more < 3; more++) { /* «60 ، 70 و 80» */
    size_t next = end;
    if (atom_mark(r, next, ','))
      next++;
    else if (atom_class(r, next, WORD_AND))
      next++;
    else
      break;
    size_t last = when_whole(r, next, 1, 2000, &value, &n);
    if (last == next) break;
    end = last;
    m->flags |= TEXT_WHEN_NO_VALUE;
  }
  if (decade && atom_unit(r, end, TEXT_GRAIN_CENTURY)) end++;
  moment era = {.has = HAS_YEAR};
  return when_era(r, end, &era);
}

/* «نیمه دوم سال», «شش‌ماهه اول ۱۴۰۴», «سه ماهه سوم امسال», «سه ماه
 * نخست سال»
 */
static size_t half_at(const reading *r, size_t i, moment *m) {
  int months, which;
  number n;
  size_t at = i;
  bool half = atom_class(r, at, WORD_EDGE) && when_atom_is(r, &r->atoms[at], "نیمه");
  if (half) {
    months = 6;
    at++;
  } else {
    at = when_whole(r, i, 3, 6, &months, &n);
    if (at == i || n.ordinal || (months != 3 && months != 6)) return i;
    bool unit =
        atom_unit(r, at, TEXT_GRAIN_MONTH) || (atom_class(r, at, WORD_SPAN) && r->atoms[at].value == TEXT_GRAIN_MONTH);
    if (!unit) return i;
    at++;
  }
  size_t end = which_at(r, at, 12 / months, &which);
  if (end == at) return i;
  moment probe = *m;
  size_t month = when_named_date(r, end, &probe);
  if (half && month > end && !(probe.has & HAS_DAY)) { /* «نیمه دوم مهر» */
    *m = probe;
    m->has |= HAS_EDGE;
    m->edge = which == 1 ? EDGE_START : EDGE_END;
    m->flags |= TEXT_WHEN_VAGUE;
    m->weak = false;
    return month;
  }
  m->has |= HAS_PART_OF;
  m->part_which = which;
  m->part_months = months;
  if (atom_unit(r, end, TEXT_GRAIN_CENTURY)) {
    moment century = {0};
    size_t last = decade_at(r, end, &century);
    m->flags |= TEXT_WHEN_NO_VALUE;
    return last;
  }
  size_t year = year_of(r, end, m);
  if (year == end && half && !atom_unit(r, end, TEXT_GRAIN_CENTURY)) m->weak = true;
  return year;
}

size_t when_stretch(const reading *r, size_t i, moment *m) {
  if (m->has & (HAS_DECADE | HAS_PART_OF | HAS_MONTH | HAS_PERIOD | HAS_SHIFT | HAS_EDGE)) return i;
  moment probe = *m;
  size_t end = half_at(r, i, &probe);
  if (end > i) {
    *m = probe;
    return end;
  }
  return decade_at(r, i, m);
}

size_t when_mention(const reading *r, size_t i) {
  number n;
  size_t at = when_number(r, i, &n);
  /* «سومین روز», but not «… شانزدهم روز …» */
  bool counted = at > i && n.ordinal && r->atoms[at - 1].end - r->atoms[at - 1].start > 6 &&
                 !memcmp(r->scan->folded.bytes + r->atoms[at - 1].end - 6, "مین", 6);
  if (!counted) at = i;
  const atom *a = &r->atoms[at];
  if (a->kind != ATOM_WORD || !a->persian) return i;
  if (a->class == WORD_MENTION)
    return a->value ? (a[1].class == WORD_UNIT && a[1].kind == ATOM_WORD ? at + 2 : i) : at + 1;
  bool hourly = a->class == WORD_EVERY && a[1].class == WORD_UNIT && a[1].kind == ATOM_WORD;
  if (hourly) return at + 2;
  if (a->class == WORD_EDGE && a[1].class == WORD_UNIT && a[1].value == TEXT_GRAIN_HOUR && a[2].kind == ATOM_WORD &&
      a[2].class == WORD_PART)
    return at + 3;
  if (a->class == WORD_DURING && a[1].class == WORD_UNIT && a[1].kind == ATOM_WORD) return at + 2;
  if (a->class != WORD_UNIT || a->value < TEXT_GRAIN_DAY) return i;
  if (a[1].class == WORD_TO && a[2].class == WORD_UNIT && a[2].value == a->value && a[2].kind == ATOM_WORD)
    return at + 3;
  size_t end = at + 1;
  bool plural = a->flags & WORD_PLURAL_FORM;
  if (atom_class(r, end, WORD_PLURAL)) {
    plural = true;
    end++;
  }
  if (!plural && !(counted && a->value >= TEXT_GRAIN_DAY)) return i;
  if (atom_class(r, end, WORD_EDGE) || atom_class(r, end, WORD_FUTURE)) end++;
  return end;
}
