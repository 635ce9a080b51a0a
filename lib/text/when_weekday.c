/* Days by their place: today, Tuesday, the last Friday of the month, the end of the week. */
#include "when_reading.h"

size_t when_day_word(const reading *r, size_t i, moment *m) {
  const atom *a = &r->atoms[i];
  if (m->has & (HAS_RELDAY | HAS_NOW | HAS_DAY | HAS_PERIOD) || a->kind != ATOM_WORD) return i;
  size_t at = i;
  if (atom_class(r, at, WORD_THE)) at++;
  if (when_atom_is(r, &r->atoms[at], "day") &&
      (atom_class(r, at + 1, WORD_AFTER) || atom_class(r, at + 1, WORD_BEFORE)) && atom_class(r, at + 2, WORD_DAY)) {
    m->has |= HAS_RELDAY;
    m->relday = r->atoms[at + 2].value + (r->atoms[at + 1].class == WORD_AFTER ? 1 : -1);
    if (m->relday < 0) m->flags |= TEXT_WHEN_PAST;
    m->english = true;
    return at + 3;
  }
  if (a->class == WORD_THIS && a->persian && a->value == 0 && atom_class(r, i + 1, WORD_DAY)) /* همین امروز */
    return when_day_word(r, i + 1, m);
  if (a->class == WORD_DAY || a->class == WORD_NIGHT) {
    if (a->class == WORD_NIGHT && (m->has & HAS_PART)) return i;
    m->has |= HAS_RELDAY | (a->class == WORD_NIGHT ? HAS_PART : 0U);
    if (a->class == WORD_NIGHT) m->part = PART_NIGHT;
    m->relday = a->value;
    if (a->value < 0) m->flags |= TEXT_WHEN_PAST;
    m->english = !a->persian;
    m->flags |= TEXT_WHEN_RELATIVE;
    return i + 1;
  }
  if (a->class == WORD_LATE && atom_class(r, i + 1, WORD_NIGHT) && !a->persian) return when_day_word(r, i + 1, m);
  if (a->class == WORD_LAST && when_atom_is(r, a, "last") && when_atom_is(r, &a[1], "night")) {
    m->has |= HAS_RELDAY | HAS_PART;
    m->relday = -1;
    m->part = PART_NIGHT;
    m->english = true;
    m->flags |= TEXT_WHEN_PAST | TEXT_WHEN_RELATIVE;
    return i + 2;
  }
  if (a->class == WORD_THIS && !a->persian && atom_class(r, i + 1, WORD_PART) && !(m->has & HAS_PART)) {
    m->has |= HAS_RELDAY;
    m->english = true;
    m->flags |= TEXT_WHEN_RELATIVE;
    return when_part(r, i + 1, m);
  }
  if (a->class == WORD_THIS && a->persian && a->value == 0 && atom_class(r, i + 1, WORD_PART) && !(m->has & HAS_PART)) {
    m->has |= HAS_RELDAY;
    m->flags |= TEXT_WHEN_RELATIVE;
    return when_part(r, i + 1, m);
  }
  bool now = a->class == WORD_NOW;
  size_t end = i + 1;
  if (!now && (when_atom_is(r, a, "right") || when_atom_is(r, a, "just")) && when_atom_is(r, &a[1], "now"))
    now = true, end++;
  if (!now && a->class == WORD_THIS && atom_class(r, i + 1, WORD_NOW)) now = true, end++;
  if (!now && when_atom_is(r, a, "as") && when_atom_is(r, &a[1], "soon") && when_atom_is(r, &a[2], "as") &&
      when_atom_is(r, &a[3], "possible"))
    now = true, end += 3;
  if (!now) return i;
  if (a->flags & WORD_RISKY) m->weak = true;
  m->has |= HAS_NOW;
  m->flags |= TEXT_WHEN_RELATIVE;
  m->english = !a->persian;
  return end;
}

/* «نماز جمعه», «جمعه بازار» are no days. */
static bool set_phrase(const reading *r, size_t i) {
  const atom *a = &r->atoms[i];
  if (when_atom_is(r, &a[1], "بازار")) return true;
  return i && (when_atom_is(r, &a[-1], "نماز") || when_atom_is(r, &a[-1], "امام") || when_atom_is(r, &a[-1], "خطیب"));
}

static size_t persian_turn(const reading *r, size_t i, moment *m) {
  const atom *a = &r->atoms[i];
  if (a->kind != ATOM_WORD) return i;
  bool base = atom_class(r, i + 1, WORD_FROM) || (atom_unit(r, i + 1, TEXT_GRAIN_HOUR) && when_atom_is(r, a, "قبل"));
  if (a->class == WORD_FUTURE || (a->class == WORD_BEFORE_AFTER && a->value > 0 && !base)) {
    m->turn = TURN_NEXT;
    m->flags |= TEXT_WHEN_AMBIGUOUS;
    return i + 1;
  }
  if (a->class == WORD_PAST || (a->class == WORD_BEFORE_AFTER && a->value < 0 && !base)) {
    m->turn = TURN_LAST;
    m->flags |= TEXT_WHEN_PAST;
    return i + 1;
  }
  return i;
}

size_t when_weekday(const reading *r, size_t i, moment *m) {
  if (m->has & (HAS_WEEKDAY | HAS_WEEKEND | HAS_RELDAY)) {
    /* «امروز دوشنبه»: a day may be said twice */
    if (!(m->has & HAS_RELDAY) || (m->has & HAS_WEEKDAY) || !atom_class(r, i, WORD_WEEKDAY)) return i;
    return i + 1;
  }
  size_t at = i;
  int value = 9;
  if (atom_class(r, at, WORD_THIS) && r->atoms[at].persian && r->atoms[at].value == 0) {
    value = 0;
    at++;
  } else {
    value = when_english_turn(r, at, &at);
  }
  if (atom_unit(r, at, TEXT_GRAIN_DAY) && r->atoms[at].persian && atom_class(r, at + 1, WORD_WEEKDAY)) at++;
  if (atom_class(r, at, WORD_PLURAL) && atom_class(r, at + 1, WORD_WEEKDAY)) at++;
  if (!atom_class(r, at, WORD_WEEKDAY)) return i;
  const atom *day = &r->atoms[at];
  if (day->persian && set_phrase(r, at)) return i;
  m->has |= HAS_WEEKDAY;
  m->weekday = day->value;
  m->turn = value == 9 ? TURN_NONE : value == 0 ? TURN_THIS : value;
  m->english = !day->persian;
  if (value == -1) m->flags |= TEXT_WHEN_PAST;
  if (value == 1 && m->english) m->flags |= TEXT_WHEN_AMBIGUOUS;
  at++;
  if (!day->persian) {
    bool word = when_atom_is(r, day, "sun") || when_atom_is(r, day, "sat");
    bool dot = atom_mark(r, at, '.') && !r->atoms[at].spaced && (day->flags & WORD_SHORT);
    bool on = i && atom_class(r, i - 1, WORD_IN);
    if (word && !dot && value == 9 && !on && r->count > 1) m->weak = true;
    if (dot) at++;
    if (atom_class(r, at, WORD_AFTER) && when_atom_is(r, &r->atoms[at + 1], "next")) {
      m->nth = 2;
      return at + 2;
    }
    return at;
  }
  if (atom_class(r, at, WORD_PLURAL) && r->atoms[at].joined) at++;
  return persian_turn(r, at, m);
}

static size_t month_or_period(const reading *r, size_t i, moment *m) {
  size_t at = i;
  size_t end = when_period(r, at, m);
  if (end > at) return end;
  end = when_named_date(r, at, m);
  if (end > at && !(m->has & HAS_DAY)) {
    m->weak = false;
    return end;
  }
  return i;
}

/* Behind "of", «از»: a month or a period; "the month" is this one. */
static size_t of_month(const reading *r, size_t i, moment *m) {
  size_t at = i;
  bool of = false;
  if (atom_class(r, at, WORD_OF) || atom_class(r, at, WORD_IN) ||
      (atom_class(r, at, WORD_FROM) && r->atoms[at].persian)) {
    at++;
    of = true;
  }
  bool persian = r->atoms[at].persian;
  if (!of && !persian) return i;
  moment probe = *m;
  size_t end = month_or_period(r, at, &probe);
  if (end > at && !(probe.has & HAS_DAY)) {
    *m = probe;
    return end;
  }
  if (atom_class(r, at, WORD_THE)) at++;
  if (atom_class(r, at, WORD_UNIT) && r->atoms[at].value >= TEXT_GRAIN_WEEK) {
    m->has |= HAS_PERIOD;
    m->period = r->atoms[at].value;
    m->period_count = 1;
    return at + 1;
  }
  return i;
}

/* The quarter: "3rd qtr 2018", «ربع چهارم سال», «شش ماهه اول» aside; 18q4. */
static size_t quarter_at(const reading *r, size_t i, moment *m) {
  int which;
  number n;
  size_t at = atom_class(r, i, WORD_THE) ? i + 1 : i;
  size_t end = when_whole(r, at, 1, 4, &which, &n);
  if (end > at && n.ordinal && atom_class(r, end, WORD_QUARTER) && !r->atoms[end].persian) {
    end++;
  } else if (when_atom_is(r, &r->atoms[i], "q") && r->atoms[i + 1].kind == ATOM_DIGITS && !r->atoms[i + 1].spaced &&
             r->atoms[i + 1].value >= 1 && r->atoms[i + 1].value <= 4) {
    which = r->atoms[i + 1].value;
    end = i + 2;
  } else if (r->atoms[i].kind == ATOM_DIGITS && when_atom_is(r, &r->atoms[i + 1], "q") && !r->atoms[i + 1].spaced &&
             r->atoms[i + 2].kind == ATOM_DIGITS && r->atoms[i + 2].value >= 1 && r->atoms[i + 2].value <= 4) {
    m->has |= HAS_YEAR;
    m->year = r->atoms[i].digits == 2 ? when_century(r, r->atoms[i].value, TEXT_GREGORIAN) : r->atoms[i].value;
    m->calendar = TEXT_GREGORIAN;
    which = r->atoms[i + 2].value;
    end = i + 3;
  } else if ((atom_class(r, i, WORD_QUARTER) || atom_unit(r, i, TEXT_GRAIN_QUARTER)) && r->atoms[i].persian) {
    end = when_whole(r, i + 1, 1, 4, &which, &n);
    if (end > i + 1 && !n.ordinal) return i;
    if (end == i + 1 && atom_class(r, end, WORD_EDGE) && r->atoms[end].value == EDGE_FIRST) which = 1, end++;
    if (end == i + 1) return i;
  } else {
    return i;
  }
  m->has |= HAS_QUARTER;
  m->quarter = which;
  m->english = !r->atoms[i].persian;
  if (atom_class(r, end, WORD_OF) || atom_mark(r, end, ',')) {
    moment probe = *m;
    size_t year = r->atoms[end + 1].kind == ATOM_DIGITS && r->atoms[end + 1].digits == 4 ? end + 2 : end;
    if (year > end) {
      probe.has |= HAS_YEAR;
      probe.year = r->atoms[end + 1].value;
      probe.calendar = TEXT_GREGORIAN;
      *m = probe;
      return year;
    }
  }
  if (m->english && r->atoms[end].kind == ATOM_DIGITS && r->atoms[end].digits == 4) {
    m->has |= HAS_YEAR;
    m->year = r->atoms[end].value;
    m->calendar = TEXT_GREGORIAN;
    return end + 1;
  }
  if (!m->english && atom_unit(r, end, TEXT_GRAIN_YEAR)) {
    moment probe = *m;
    size_t year = when_period(r, end, &probe);
    if (year == end) year = when_year(r, end, &probe);
    if (year == end) return end + 1;
    *m = probe;
    return year;
  }
  return end;
}

size_t when_nth(const reading *r, size_t i, moment *m) {
  if (m->has & (HAS_NTH | HAS_MONTH | HAS_PERIOD | HAS_DAY | HAS_WEEKDAY | HAS_QUARTER)) return i;
  moment probe = *m;
  size_t end = quarter_at(r, i, &probe);
  if (end > i) {
    *m = probe;
    return end;
  }
  probe = *m;
  size_t at = atom_class(r, i, WORD_THE) ? i + 1 : i;
  int which = 0;
  number n;
  end = when_whole(r, at, 1, 366, &which, &n);
  if (end > at && !n.ordinal) return i;
  if (end == at && when_atom_is(r, &r->atoms[at], "second")) which = 2, end = at + 1;
  if (end == at && atom_class(r, at, WORD_EDGE) && r->atoms[at].persian &&
      (r->atoms[at].value == EDGE_FIRST || r->atoms[at].value == EDGE_LAST)) {
    which = r->atoms[at].value == EDGE_FIRST ? 1 : -1;
    end = at + 1;
  }
  if (atom_class(r, end, WORD_LAST) && when_atom_is(r, &r->atoms[end], "last")) {
    which = which ? -which : -1;
    end++;
  }
  if (!which) return i;
  const atom *a = &r->atoms[end];
  bool week =
      a->kind == ATOM_WORD && a->class == WORD_UNIT && (a->value == TEXT_GRAIN_DAY || a->value == TEXT_GRAIN_WEEK);
  if (a->kind != ATOM_WORD || (a->class != WORD_WEEKDAY && !week && a->class != WORD_WEEKEND)) return i;
  end++;
  if (when_atom_is(r, a, "week") && atom_mark(r, end, '-') &&
      when_atom_is(r, &r->atoms[end + 1], "end")) { /* week-end */
    probe.nth_unit = -1;
    end += 2;
  } else {
    probe.nth_unit = a->class == WORD_WEEKEND ? -1 : a->value;
  }
  probe.english = !a->persian;
  size_t of = of_month(r, end, &probe);
  if (of == end && !(a->persian && (of = when_year(r, end, &probe)) > end)) return i;
  probe.nth = which;
  probe.has |= HAS_NTH;
  if (a->class == WORD_WEEKDAY) {
    probe.has |= HAS_WEEKDAY;
    probe.weekday = a->value;
  }
  probe.weak = false;
  *m = probe;
  return of;
}

/* "end of", «آخر», «سر برج» and what they are the edge of. */
size_t when_edge(const reading *r, size_t i, moment *m) {
  if (m->has & (HAS_EDGE | HAS_MONTH | HAS_PERIOD | HAS_DAY)) return i;
  moment probe = *m;
  size_t at = atom_class(r, i, WORD_THE) ? i + 1 : i;
  const atom *a = &r->atoms[at];
  if (a->kind != ATOM_WORD) return i;
  bool first =
      (a->class == WORD_EDGE && a->value == EDGE_FIRST) || (a->class == WORD_ORDINAL && a->value == 1 && a->persian);
  size_t hours = atom_unit(r, at + 1, TEXT_GRAIN_HOUR) ? at + 2 : at + 1;
  if (hours == at + 2 && atom_class(r, hours, WORD_PLURAL)) hours++;
  if (first && hours > at + 1 && atom_class(r, hours, WORD_PART) && !(m->has & HAS_PART)) { /* «نخستین ساعات بامداد» */
    size_t part = when_part(r, hours, m);
    if (m->part == PART_MORNING) m->part = PART_EARLY;
    return part;
  }
  if (a->class == WORD_EDGEOF) {
    probe.has |= HAS_EDGE | HAS_PERIOD;
    probe.edge = a->flags & WORD_START ? EDGE_START : EDGE_END;
    probe.period = a->value;
    probe.period_count = 1;
    probe.english = true;
    *m = probe;
    return at + 1;
  }
  bool head = a->class == WORD_EXACT && a->persian && a->value == 1; /* سر */
  bool loose = (a->class == WORD_EARLY || a->class == WORD_LATE) && !a->persian;
  if (a->class != WORD_EDGE && !head && !loose) return i;
  if (a->class == WORD_EDGE && a->value == EDGE_LAST) return i;
  probe.has |= HAS_EDGE;
  probe.edge = head ? EDGE_FIRST : loose ? (a->class == WORD_EARLY ? EDGE_START : EDGE_END) : a->value;
  probe.english = !a->persian;
  if (loose || (a->flags & WORD_VAGUE)) probe.flags |= TEXT_WHEN_VAGUE;
  at++;
  if (a->persian && atom_class(r, at, WORD_PART)) { /* سر شب، اول صبح، آخر شب */
    if (m->has & HAS_PART) return i;
    size_t part = when_part(r, at, m);
    if (m->part == PART_MORNING && (head || a->value == EDGE_FIRST || a->value == EDGE_START)) m->part = PART_EARLY;
    return part;
  }
  if (a->persian && a->value == EDGE_FIRST && atom_class(r, at, WORD_ADVERB)) {
    m->has |= HAS_PART;
    m->part = PART_MORNING;
    return at + 1;
  }
  if (a->persian && atom_class(r, at, WORD_FROM)) at++;
  if (!a->persian && !loose) {
    if (atom_class(r, at, WORD_OF))
      at++;
    else if (a->value == EDGE_MIDDLE && when_atom_is(r, a, "mid"))
      at += atom_mark(r, at, '-') ? 1 : 0;
    else
      return i;
  }
  size_t end = at;
  if (a->persian && atom_unit(r, at, TEXT_GRAIN_YEAR)) end = when_year(r, at, &probe);
  if (end == at) end = of_month(r, at, &probe);
  if (end == at) end = month_or_period(r, at, &probe);
  if (end == at && !a->persian) {
    if (atom_class(r, at, WORD_THE)) end = ++at;
    if (atom_class(r, at, WORD_UNIT) && r->atoms[at].value >= TEXT_GRAIN_DAY && !(r->atoms[at].flags & WORD_SHORT) &&
        !loose) {
      probe.has |= HAS_PERIOD;
      probe.period = r->atoms[at].value;
      probe.period_count = 1;
      end = at + 1;
    } else if (!loose) {
      end = when_year(r, at, &probe);
    }
  }
  if (end == at) return i;
  if (probe.flags & TEXT_WHEN_PAST && probe.edge == EDGE_END && probe.period_shift == 0)
    probe.flags &= ~(unsigned)TEXT_WHEN_PAST;
  if (a->persian && probe.period == TEXT_GRAIN_WEEK && (probe.has & HAS_PERIOD) && probe.edge == EDGE_END) {
    probe.has &= ~(unsigned)(HAS_EDGE | HAS_PERIOD);
    probe.has |= HAS_WEEKEND;
    probe.turn = probe.period_shift;
  }
  probe.weak = false;
  *m = probe;
  return end;
}
