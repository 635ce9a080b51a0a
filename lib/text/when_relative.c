/* Times counted from now or from another time: «دو روز دیگه», "in two weeks", "next month", "2 days after Friday". */
#include "when_reading.h"

enum { AMOUNT_MAX = 100000000 }; /* a million units: more is no time that anybody means */

static void add(amount *a, int64_t hundredths, int unit) {
  static const int64_t ms[] = {MS_PER_SECOND, MS_PER_MINUTE, MS_PER_HOUR};
  static const int months[] = {1, 3, 12, 120, 1200}; /* from TEXT_GRAIN_MONTH on */
  if (unit <= TEXT_GRAIN_HOUR) {
    a->ms += hundredths * ms[unit] / 100;
  } else if (unit <= TEXT_GRAIN_WEEK) {
    int64_t hundredth_days = hundredths * (unit == TEXT_GRAIN_WEEK ? 7 : 1);
    a->days += hundredth_days / 100;
    if (hundredth_days % 100 && unit == TEXT_GRAIN_DAY) a->ms += hundredth_days % 100 * MS_PER_DAY / 100;
  } else {
    int64_t hundredth_months = hundredths * months[unit - TEXT_GRAIN_MONTH];
    a->months += hundredth_months / 100;
    a->days += hundredth_months % 100 * 30 / 100;
    if (hundredth_months % 100 && unit == TEXT_GRAIN_MONTH) unit = TEXT_GRAIN_DAY;
  }
  if (unit < a->grain) a->grain = unit;
}

/* «نیم ساعت», "1/2 hour", "3 days", "a couple of hours", «یه ربع» */
static size_t one_amount(const reading *r, size_t i, amount *a) {
  number n;
  size_t at = i;
  const atom *first = &r->atoms[i];
  if (first->kind == ATOM_DIGITS && atom_mark(r, i + 1, '/') && first[2].kind == ATOM_DIGITS && first[2].value > 0 &&
      first[2].value <= 4 && first->value < first[2].value && !first[1].spaced) {
    if (!atom_class(r, i + 3, WORD_UNIT)) return i;
    add(a, (int64_t)first->value * 100 / first[2].value, first[3].value);
    return i + 4;
  }
  at = when_number(r, i, &n);
  if (at == i && atom_class(r, i, WORD_QUARTER) && first->persian) return i;
  if (at == i || n.ordinal || n.hundredths > AMOUNT_MAX) return i;
  if (n.article && atom_class(r, at, WORD_HALF)) at = when_number(r, at, &n);
  if (atom_class(r, at, WORD_AND) && atom_class(r, at + 1, WORD_HALF)) return i;
  if (atom_class(r, at, WORD_QUARTER) && r->atoms[at].persian) { /* یک ربع، سه ربع */
    if (n.hundredths > 300) return i;
    add(a, n.hundredths * 15, TEXT_GRAIN_MINUTE);
    at++;
    return atom_unit(r, at, TEXT_GRAIN_HOUR) && r->atoms[at].persian ? at + 1 : at;
  }
  if (atom_mark(r, at, '\'') && n.digits) { /* 1' */
    add(a, n.hundredths, TEXT_GRAIN_MINUTE);
    return at + 1;
  }
  if (atom_mark(r, at, '-') && !r->atoms[at].spaced && atom_class(r, at + 1, WORD_UNIT)) at++; /* a two-day */
  bool working = atom_class(r, at, WORD_WORKING) && !r->atoms[at].persian;
  if (working) at++;
  const atom *unit = &r->atoms[at];
  bool per = atom_class(r, at, WORD_PER) && unit->persian && n.words && unit->value != TEXT_GRAIN_MONTH; /* چند روزی */
  if (!atom_class(r, at, WORD_UNIT) && !atom_class(r, at, WORD_SPAN) && !per) return i;
  if (unit->persian && unit->value == TEXT_GRAIN_QUARTER) return i;
  if ((unit->flags & WORD_SHORT) &&
      (!n.digits || (unit->spaced && unit->end - unit->start < 2 && unit->value == TEXT_GRAIN_SECOND)))
    return i;
  if (n.article && when_atom_is(r, unit, "second")) return i;
  if (r->options.strict && !unit->persian && unit->end - unit->start < 3) return i;
  add(a, unit->flags & WORD_START ? n.hundredths * 2 : n.hundredths, unit->value);
  if (n.vague) a->flags |= TEXT_WHEN_VAGUE;
  a->english = !unit->persian;
  at++;
  if (atom_class(r, at, WORD_PLURAL)) at++;
  if (unit->value == TEXT_GRAIN_DAY && atom_class(r, at, WORD_WORKING) && unit->persian) {
    working = true;
    at++;
  }
  a->working = a->working || (working && unit->value == TEXT_GRAIN_DAY);
  if (atom_class(r, at, WORD_AND)) { /* یک ساعت و نیم, an hour and a half */
    size_t half = atom_class(r, at + 1, WORD_ARTICLE) ? at + 2 : at + 1;
    bool quarter = atom_class(r, half, WORD_QUARTER) && r->atoms[half].persian;
    if ((atom_class(r, half, WORD_HALF) || quarter) && !atom_class(r, half + 1, WORD_UNIT)) {
      add(a, quarter ? 25 : 50, unit->value);
      at = half + 1;
    }
  }
  return at;
}

size_t when_amount(const reading *r, size_t i, amount *a) {
  *a = (amount){.grain = TEXT_GRAIN_CENTURY};
  size_t end = one_amount(r, i, a);
  for (int more = 0; end > i && more < 4; more++) {
    size_t at = end;
    if (atom_mark(r, at, ',')) at++;
    if (atom_class(r, at, WORD_AND)) at++;
    int grain = a->grain;
    amount further = *a;
    size_t next = one_amount(r, at, &further);
    if (next == at || further.grain >= grain) break;
    *a = further;
    end = next;
  }
  return end;
}

static void set_shift(moment *m, const amount *a, int sign) {
  m->has |= HAS_SHIFT;
  m->months = a->months * sign;
  m->days = a->days * sign;
  m->ms = a->ms * sign;
  m->shift_grain = a->grain;
  m->working = a->working;
  if (!m->counted_from) m->english = a->english;
  m->flags |= a->flags | TEXT_WHEN_RELATIVE;
}

/* The time that a shift counts from, behind "after", «بعد از»: any moment without a shift of its own. */
static size_t base_at(const reading *r, size_t i, moment *m) {
  moment base = {.has = HAS_SHIFT, .flags = m->flags}; /* HAS_SHIFT: none may be read */
  size_t end = when_moment(r, i, &base);
  if (end == i || (base.weak && !(base.has & (HAS_HOLIDAY | HAS_MONTH))) ||
      !(base.has & (HAS_DATE | HAS_TIME | HAS_NOW)))
    return i;
  base.weak = false;
  *m = base;
  m->counted_from = !(base.has == (HAS_SHIFT | HAS_NOW));
  if (!m->counted_from) m->has = HAS_SHIFT;
  return end;
}

static size_t shift_after(const reading *r, size_t i, moment *m, const amount *a) {
  const atom *next = &r->atoms[i];
  if (next->kind != ATOM_WORD) return i;
  int sign = 0;
  bool base = false;
  size_t at = i + 1;
  switch (next->class) {
    case WORD_FUTURE:
      sign = 1;
      break;
    case WORD_PAST:
      sign = -1;
      break;
    case WORD_AGO:
      sign = -1;
      break;
    case WORD_HENCE:
      sign = 1;
      break;
    case WORD_BEFORE_AFTER:
      sign = next->value;
      if (atom_class(r, at, WORD_FROM)) {
        at++;
        base = true;
      }
      break;
    case WORD_AFTER:
      sign = 1;
      base = true;
      if (atom_class(r, at, WORD_FROM)) at++;
      break;
    case WORD_BEFORE:
      sign = -1;
      base = true;
      break;
    case WORD_FROM:
      if (next->persian) return i;
      sign = 1;
      base = true;
      break;
    case WORD_REMAINING:
      sign = -1;
      base = true;
      if (!atom_class(r, at, WORD_TO) && !atom_class(r, at, WORD_UNTIL)) return i;
      at++;
      break;
    default:
      return i;
  }
  if (base) {
    moment counted = *m;
    size_t end = base_at(r, at, &counted);
    if (end == at) {
      if (next->class == WORD_FROM) return i;
      if (next->class == WORD_REMAINING) m->flags |= TEXT_WHEN_NO_VALUE;
      if (next->class == WORD_BEFORE_AFTER) { /* «دو هفته بعد از …»: from something we do not know */
        m->flags |= TEXT_WHEN_NO_VALUE;
        at = i + 1;
      } else if (next->class == WORD_REMAINING) {
        at = i + 2;
      } else if (next->class == WORD_AFTER && next->persian) {
        return i;
      } else {
        at = i + 1;
      }
    } else {
      *m = counted;
      at = end;
    }
  }
  set_shift(m, a, sign);
  if (next->class == WORD_PAST && a->grain >= TEXT_GRAIN_DAY) m->flags |= TEXT_WHEN_PAST;
  if (sign < 0 && !m->counted_from) m->flags |= TEXT_WHEN_PAST;
  return at;
}

/* "the day after Christmas", «هفته بعد از عید»: one unit from a time */
static size_t unit_from(const reading *r, size_t i, moment *m) {
  size_t at = atom_class(r, i, WORD_THE) ? i + 1 : i;
  const atom *unit = &r->atoms[at];
  if (!atom_class(r, at, WORD_UNIT) || unit->flags & (WORD_PLURAL_FORM | WORD_SHORT) || unit->value < TEXT_GRAIN_DAY)
    return i;
  at++;
  int sign = atom_class(r, at, WORD_AFTER)          ? 1
             : atom_class(r, at, WORD_BEFORE)       ? -1
             : atom_class(r, at, WORD_BEFORE_AFTER) ? r->atoms[at].value
                                                    : 0;
  if (!sign || when_atom_is(r, &r->atoms[at + 1], "next")) return i;
  at++;
  if (unit->persian && !atom_class(r, at, WORD_FROM)) return i;
  if (unit->persian) at++;
  moment counted = *m;
  size_t end = base_at(r, at, &counted);
  if (end == at || !counted.counted_from) return i;
  *m = counted;
  amount one = {.grain = TEXT_GRAIN_CENTURY, .english = !unit->persian};
  add(&one, 100, unit->value);
  set_shift(m, &one, sign);
  return end;
}

/* three fridays from now, 2 thursdays back */
static size_t weekdays_away(const reading *r, size_t i, moment *m) {
  int count;
  number n;
  size_t at = when_whole(r, i, 1, 52, &count, &n);
  if (at == i || n.ordinal || !atom_class(r, at, WORD_WEEKDAY) || r->atoms[at].persian) return i;
  int weekday = r->atoms[at++].value;
  if (atom_class(r, at, WORD_FROM) && atom_class(r, at + 1, WORD_NOW))
    at += 2;
  else if (atom_class(r, at, WORD_AGO))
    at++, count = -count;
  else
    return i;
  m->has |= HAS_WEEKDAY;
  m->weekday = weekday;
  m->turn = count < 0 ? TURN_LAST : TURN_NONE;
  m->nth = count;
  m->english = true;
  return at;
}

size_t when_shift(const reading *r, size_t i, moment *m) {
  if (m->has & (HAS_SHIFT | HAS_DAY | HAS_MONTH)) return i;
  size_t at = i;
  amount a;
  if (atom_mark(r, at, '+') || atom_class(r, at, WORD_PLUS)) {
    size_t end = when_amount(r, at + 1, &a);
    if (end == at + 1) return i;
    set_shift(m, &a, 1);
    if (m->has & HAS_DATE) m->counted_from = true;
    return end;
  }
  size_t away = weekdays_away(r, i, m);
  if (away > i) return away;
  bool told = false; /* "in", «ظرف», «طی»: so many units from now on */
  const atom *word = &r->atoms[at];
  if (word->kind == ATOM_WORD) {
    bool english_in = word->class == WORD_IN && !word->persian && when_atom_is(r, word, "in");
    bool after = word->class == WORD_AFTER || (word->class == WORD_BEFORE_AFTER && word->value > 0);
    if (english_in || (word->class == WORD_IN && word->persian) || word->class == WORD_WITHIN || after) {
      told = true;
      at++;
      if (after && word->persian) {
        if (!atom_class(r, at, WORD_FROM)) return i;
        at++;
      }
      if (atom_class(r, at, WORD_ABOUT)) {
        m->flags |= TEXT_WHEN_APPROXIMATE;
        at++;
      }
      if (atom_class(r, at, WORD_THE) && (atom_class(r, at + 1, WORD_NEXT))) at += 2;
    }
  }
  size_t whole = told ? i : unit_from(r, i, m);
  if (whole > i) return whole;
  if (atom_class(r, at, WORD_THE) && r->atoms[at + 1].class == WORD_UNIT && !told) { /* the min after */
    if (!atom_class(r, at + 2, WORD_AFTER) || atom_class(r, at + 1, WORD_DAY)) return i;
    if (r->atoms[at + 3].kind == ATOM_WORD) return i;
    amount one = {.grain = TEXT_GRAIN_CENTURY, .english = true};
    add(&one, 100, r->atoms[at + 1].value);
    set_shift(m, &one, 1);
    return at + 3;
  }
  size_t end = when_amount(r, at, &a);
  if (end == at) {
    if (told && !word->persian && when_atom_is(r, word, "in") && r->atoms[at].kind == ATOM_DIGITS &&
        r->atoms[at].digits <= 2 && r->atoms[at].value && r->atoms[at + 1].kind == ATOM_WALL) { /* in 15 */
      amount minutes = {.grain = TEXT_GRAIN_CENTURY, .english = true};
      add(&minutes, (int64_t)r->atoms[at].value * 100, TEXT_GRAIN_MINUTE);
      set_shift(m, &minutes, 1);
      return at + 1;
    }
    return i;
  }
  size_t after = shift_after(r, end, m, &a);
  if (after > end) {
    if (told && word->class != WORD_AFTER && word->class != WORD_BEFORE_AFTER && (m->flags & TEXT_WHEN_PAST) == 0 &&
        !m->counted_from && atom_class(r, end, WORD_FUTURE) && word->persian)
      m->flags |= TEXT_WHEN_DEADLINE;
    return after;
  }
  if (!told) return i;
  if (word->class == WORD_IN && word->persian && (m->has & HAS_DATE)) return i;
  set_shift(m, &a, 1);
  return end;
}

static void set_period(moment *m, int unit, int shift, int count) {
  m->has |= HAS_PERIOD;
  m->period = unit;
  m->period_shift = shift;
  m->period_count = count;
  m->flags |= TEXT_WHEN_RELATIVE;
  if (shift < 0) m->flags |= TEXT_WHEN_PAST;
}

/* «این هفته», «ماه بعد», «سال جاری» */
static size_t persian_period(const reading *r, size_t i, moment *m) {
  bool here = atom_class(r, i, WORD_THIS), far = here && r->atoms[i].value == 1;
  size_t at = here ? i + 1 : i;
  if (!atom_class(r, at, WORD_UNIT) || !r->atoms[at].persian) return i;
  const atom *unit = &r->atoms[at++];
  bool plural = unit->flags & WORD_PLURAL_FORM;
  if (atom_class(r, at, WORD_PLURAL)) {
    plural = true;
    at++;
  }
  bool working = unit->value == TEXT_GRAIN_DAY && atom_class(r, at, WORD_WORKING);
  if (working) at++;
  const atom *next = &r->atoms[at];
  int shift = 0;
  bool turned = false;
  if (next->kind == ATOM_WORD) {
    bool base = next->class == WORD_BEFORE_AFTER && atom_class(r, at + 1, WORD_FROM);
    if (next->class == WORD_FUTURE || (next->class == WORD_BEFORE_AFTER && next->value > 0 && !base))
      shift = 1, turned = true;
    else if (next->class == WORD_PAST || (next->class == WORD_BEFORE_AFTER && !base))
      shift = -1, turned = true;
    else if (next->class == WORD_CURRENT)
      turned = true;
  }
  if (!here && !turned) return i;
  if (here && unit->value < TEXT_GRAIN_DAY) return i;
  if (turned) at++;
  if (working && shift) { /* روز کاری بعد */
    m->has |= HAS_WORKDAY;
    m->turn = shift;
    m->flags |= TEXT_WHEN_RELATIVE | (shift < 0 ? TEXT_WHEN_PAST : 0U);
    return at;
  }
  if (plural && here && atom_class(r, at, WORD_EDGE) && r->atoms[at].value == EDGE_FIRST) at++;
  set_period(m, unit->value, shift, plural ? 0 : 1);
  if (plural) m->flags |= TEXT_WHEN_VAGUE;
  if (far && !turned) m->flags |= TEXT_WHEN_NO_VALUE;
  return at;
}

int when_english_turn(const reading *r, size_t i, size_t *end) {
  size_t at = i;
  int turn = 9;
  if (atom_class(r, at, WORD_THE)) at++;
  if (atom_class(r, at, WORD_ABOUT)) at++;
  for (int words = 0; words < 2; words++, at++) { /* this past, this coming */
    if (atom_class(r, at, WORD_NEXT))
      turn = 1;
    else if (atom_class(r, at, WORD_LAST))
      turn = -1;
    else if (atom_class(r, at, WORD_THIS) && !r->atoms[at].persian && turn == 9)
      turn = 0;
    else
      break;
  }
  *end = at;
  return turn;
}

static size_t english_period(const reading *r, size_t i, moment *m) {
  size_t unit = atom_class(r, i, WORD_THE) ? i + 1 : i;
  if (atom_class(r, unit, WORD_UNIT) && atom_class(r, unit + 1, WORD_AFTER) &&
      when_atom_is(r, &r->atoms[unit + 2], "next") &&
      r->atoms[unit].value >= TEXT_GRAIN_DAY) { /* the week after next */
    set_period(m, r->atoms[unit].value, 2, 1);
    m->english = true;
    return unit + 3;
  }
  size_t at = i;
  int count = 1;
  number n;
  bool counted = false;
  if (atom_class(r, i, WORD_ALL) && atom_class(r, i + 1, WORD_UNIT)) {
    set_period(m, r->atoms[i + 1].value, 0, 1);
    m->english = true;
    return i + 2;
  }
  size_t number_end = when_whole(r, i, 1, 400, &count, &n); /* two upcoming weeks */
  if (number_end > i && atom_class(r, number_end, WORD_NEXT) && !n.ordinal) {
    at = number_end;
    counted = true;
  } else {
    count = 1;
  }
  int turn = when_english_turn(r, at, &at);
  if (turn == 9) return i;
  if (!counted) {
    size_t end = when_number(r, at, &n);
    if (end > at && !n.ordinal && !n.article && n.hundredths % 100 == 0 && n.hundredths < 40000 && turn &&
        atom_class(r, end, WORD_UNIT)) {
      count = (int)(n.hundredths / 100);
      if (n.vague) m->flags |= TEXT_WHEN_VAGUE;
      counted = true;
      at = end;
    }
  }
  const atom *a = &r->atoms[at];
  if (a->kind != ATOM_WORD || a->persian) return i;
  bool second = when_atom_is(r, a, "second") || when_atom_is(r, a, "min") || (a->flags & WORD_SHORT);
  if (a->class == WORD_UNIT && (counted || !second)) {
    set_period(m, a->value, turn * count, counted ? count : 1);
    if (counted) m->period_shift = turn > 0 ? 1 : -count;
  } else if (a->class == WORD_QUARTER && !counted) {
    set_period(m, TEXT_GRAIN_QUARTER, turn, 1);
  } else if (a->class == WORD_QUARTER) {
    set_period(m, TEXT_GRAIN_QUARTER, turn > 0 ? 1 : -count, count);
  } else if (a->class == WORD_WEEKEND) {
    m->has |= HAS_WEEKEND;
    m->turn = turn;
    m->flags |= TEXT_WHEN_RELATIVE;
  } else if (a->class == WORD_WORKDAY && turn) {
    m->has |= HAS_WORKDAY;
    m->turn = turn;
    m->flags |= TEXT_WHEN_RELATIVE;
  } else if (a->class == WORD_WORKING && r->atoms[at + 1].class == WORD_UNIT && turn) {
    m->has |= HAS_WORKDAY;
    m->turn = turn;
    at++;
  } else if (a->class == WORD_SEASON) {
    m->has |= HAS_SEASON;
    m->season = a->value;
    m->turn = turn;
  } else if (a->class == WORD_GREGORIAN && turn) {
    m->has |= HAS_MONTH;
    m->month = a->value;
    m->calendar = TEXT_GREGORIAN;
    m->calendar_said = true;
    m->turn = turn;
  } else {
    return i;
  }
  if (turn < 0) m->flags |= TEXT_WHEN_PAST;
  m->english = true;
  return at + 1;
}

size_t when_period(const reading *r, size_t i, moment *m) {
  unsigned others = HAS_PERIOD | HAS_SEASON | HAS_WEEKEND | HAS_WORKDAY;
  if (m->has & others) return i;
  if (atom_class(r, i, WORD_EDGE) && r->atoms[i].value == EDGE_FIRST && atom_unit(r, i + 1, TEXT_GRAIN_DAY) &&
      atom_class(r, i + 2, WORD_WORKING) && !(m->has & HAS_DATE)) { /* اولین روز کاری */
    m->has |= HAS_WORKDAY;
    m->turn = TURN_NEXT;
    return i + 3;
  }
  if (atom_class(r, i, WORD_YEAR)) {
    set_period(m, TEXT_GRAIN_YEAR, r->atoms[i].value, 1);
    return i + 1;
  }
  size_t end = persian_period(r, i, m);
  if (end > i) return end;
  return english_period(r, i, m);
}
