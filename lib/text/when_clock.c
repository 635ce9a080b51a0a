/* Times of day: "16:30", «ساعت ۴ و نیم عصر», "quarter past 8pm", «یه ربع به پنج», and parts of the day. */
#include "when_reading.h"

static bool is_at(const reading *r, size_t i) {
  return atom_mark(r, i, '@') || (atom_class(r, i, WORD_IN) && when_atom_is(r, &r->atoms[i], "at"));
}

static bool is_hour_word(const reading *r, size_t i) {
  return atom_unit(r, i, TEXT_GRAIN_HOUR) && r->atoms[i].persian && !(r->atoms[i].flags & WORD_PLURAL_FORM);
}

/* The time of a moment is being set: nothing said about the rest of it is lost. */
static void set_clock(moment *m, int hour, int minute, int grain) {
  m->has |= HAS_CLOCK;
  m->hour = hour;
  m->minute = minute;
  m->second = 0;
  m->clock_grain = grain;
}

/* am, pm, p.m., p m, «ب.ظ», «ق . ظ» */
static size_t meridiem_at(const reading *r, size_t i, moment *m) {
  const atom *a = &r->atoms[i];
  size_t at = i + 1;
  int value = 0;
  if (a->class == WORD_MERIDIEM && a->kind == ATOM_WORD) value = a->value;
  if (when_atom_is(r, a, "p") || when_atom_is(r, a, "a")) {
    size_t m_at = atom_mark(r, at, '.') ? at + 1 : at;
    bool whole = when_atom_is(r, &r->atoms[m_at], "m");
    if (!whole && (a->spaced || a->start == 0)) return i;
    bool range =
        i >= 2 && (atom_class(r, i - 2, WORD_FROM) || atom_class(r, i - 2, WORD_TO) || atom_class(r, at, WORD_TO));
    if (!whole && when_atom_is(r, a, "a") && !m->minute && !range) return i;
    value = when_atom_is(r, a, "p") ? 2 : 1;
    if (whole) at = m_at + 1;
    if (whole && m_at > i + 1 && atom_mark(r, at, '.') && !r->atoms[at].spaced) at++;
  }
  if (when_atom_is(r, a, "ب") || when_atom_is(r, a, "ق")) {
    if (atom_mark(r, at, '.')) at++;
    if (!when_atom_is(r, &r->atoms[at], "ظ")) return i;
    value = when_atom_is(r, a, "ب") ? 2 : 1;
    at++;
  }
  if (!value) return i;
  m->meridiem = value;
  return at;
}

static size_t zone_at(const reading *r, size_t i, moment *m) {
  size_t at = atom_mark(r, i, '(') ? i + 1 : i;
  if (!atom_class(r, at, WORD_ZONE)) return i;
  if (when_atom_is(r, &r->atoms[at], "z") && r->atoms[at].spaced) return i;
  m->has_zone = true;
  m->zone_minutes = r->atoms[at].value;
  at++;
  return atom_mark(r, at, ')') ? at + 1 : at;
}

/* What may stand behind an hour: am, o'clock, -ish, sharp, a zone. */
static size_t tail_at(const reading *r, size_t i, moment *m) {
  size_t at = i;
  for (int turns = 0; turns < 4; turns++) {
    size_t end = meridiem_at(r, at, m);
    if (end == at) end = zone_at(r, at, m);
    if (end == at && (atom_class(r, at, WORD_OCLOCK) || atom_class(r, at, WORD_ISH))) end = at + 1;
    if (end == at && atom_class(r, at, WORD_EXACT) && !r->atoms[at].persian) end = at + 1;
    if (end == at && atom_class(r, at, WORD_ABOUT) && when_atom_is(r, &r->atoms[at], "approximately")) end = at + 1;
    if (end == at) break;
    at = end;
  }
  return at;
}

/* 16:30, 16:30:15, "16 : 30"; one digit of minutes only behind «ساعت» */
static size_t colon_at(const reading *r, size_t i, moment *m, bool after_hour) {
  const atom *a = &r->atoms[i];
  if (a->kind != ATOM_DIGITS || a->digits > 2 || !atom_mark(r, i + 1, ':') || a[2].kind != ATOM_DIGITS) return i;
  if (a[1].spaced != a[2].spaced || a[2].digits > 2 || (a[2].digits == 1 && !after_hour)) return i;
  if (a->value > 24 || a[2].value > 59 || (a->value == 24 && a[2].value)) return i;
  set_clock(m, a->value, a[2].value, TEXT_GRAIN_MINUTE);
  m->exact = a->digits == 2 && r->scan->folded.bytes[a->start] == '0';
  size_t at = i + 3;
  if (atom_mark(r, at, ':') && r->atoms[at + 1].kind == ATOM_DIGITS && r->atoms[at + 1].digits == 2 &&
      r->atoms[at + 1].value <= 60) {
    m->second = r->atoms[at + 1].value;
    m->clock_grain = TEXT_GRAIN_SECOND;
    m->exact = true;
    at += 2;
  }
  if (atom_unit(r, at, TEXT_GRAIN_MINUTE) && r->atoms[at].persian) at++;
  return tail_at(r, at, m);
}

/* 15h, 16h30 */
static size_t h_at(const reading *r, size_t i, moment *m) {
  const atom *a = &r->atoms[i];
  if (a->kind != ATOM_DIGITS || a->digits > 2 || a->value > 23) return i;
  if (!when_atom_is(r, &a[1], "h") || a[1].spaced) return i;
  if (a[2].kind == ATOM_DIGITS && !a[2].spaced && a[2].digits == 2 && a[2].value < 60) {
    set_clock(m, a->value, a[2].value, TEXT_GRAIN_MINUTE);
    m->exact = true;
    return tail_at(r, i + 3, m);
  }
  if (a->value < 13 && !(i && is_at(r, i - 1))) return i;
  set_clock(m, a->value, 0, TEXT_GRAIN_MINUTE);
  m->exact = true;
  return tail_at(r, i + 2, m);
}

static bool set_hour(moment *m, const number *n) {
  int64_t hour = n->hundredths / 100, rest = n->hundredths % 100;
  if (n->ordinal || n->article || n->vague || hour > 24 || (rest && (rest != 50 && rest != 25))) return false;
  set_clock(m, (int)hour, rest == 50 ? 30 : rest == 25 ? 15 : 0, rest ? TEXT_GRAIN_MINUTE : TEXT_GRAIN_HOUR);
  return true;
}

/* «و سی دقیقه و ۹ ثانیه»; without «دقیقه» only where `loose` */
static size_t minutes_at(const reading *r, size_t i, moment *m, bool loose) {
  if (!atom_class(r, i, WORD_AND) || m->minute) return i;
  int minute;
  number n;
  size_t at = when_whole(r, i + 1, 0, 59, &minute, &n);
  if (at == i + 1 || n.ordinal) return i;
  if (atom_unit(r, at, TEXT_GRAIN_MINUTE))
    at++;
  else if (!loose || r->atoms[at].class == WORD_UNIT || r->atoms[at].class == WORD_WEEKDAY || n.hundredths % 500)
    return i;
  m->minute = minute;
  m->clock_grain = TEXT_GRAIN_MINUTE;
  if (!atom_class(r, at, WORD_AND)) return at;
  int second;
  size_t end = when_whole(r, at + 1, 0, 59, &second, &n);
  if (end == at + 1 || !atom_unit(r, end, TEXT_GRAIN_SECOND)) return at;
  m->second = second;
  m->clock_grain = TEXT_GRAIN_SECOND;
  return end + 1;
}

/* The hour behind «ساعت» or "at". */
static size_t hour_at(const reading *r, size_t i, moment *m, bool after_hour) {
  size_t end = colon_at(r, i, m, after_hour);
  if (end > i) return end;
  number n;
  const atom *a = &r->atoms[i];
  if (a->kind == ATOM_DIGITS && atom_mark(r, i + 1, '.') && a[2].kind == ATOM_DIGITS && !a[2].spaced &&
      a[2].digits == 2 && a->value <= 24 && a[2].value < 60) {
    if (atom_mark(r, i + 3, '.') && a[4].kind == ATOM_DIGITS) return i;
    set_clock(m, a->value, a[2].value, TEXT_GRAIN_MINUTE);
    return tail_at(r, i + 3, m);
  }
  end = when_number(r, i, &n);
  if (end == i || (r->atoms[end].kind == ATOM_MARK && r->atoms[end].mark == '%')) return i;
  int64_t whole = n.hundredths / 100;
  if (atom_mark(r, end, '.') && r->atoms[end + 1].kind == ATOM_DIGITS && !r->atoms[end + 1].spaced) return i;
  if (n.digits > 2 && r->atoms[end].kind == ATOM_DIGITS) return i; /* at 0912 345 6789 */
  if (a->kind == ATOM_DIGITS && n.digits >= 3 && n.digits <= 4 && whole % 100 < 60 && whole <= 2400 && !after_hour) {
    set_clock(m, (int)(whole / 100), (int)(whole % 100), TEXT_GRAIN_MINUTE); /* at 730 */
    return tail_at(r, end, m);
  }
  if (!set_hour(m, &n)) return i;
  size_t minutes = minutes_at(r, end, m, after_hour);
  if (minutes == end && !after_hour && !m->minute) { /* "three twenty", "12 15" */
    int minute;
    number more;
    size_t further = when_whole(r, end, 10, 59, &minute, &more);
    if (further > end && !more.ordinal && r->atoms[further].class != WORD_UNIT && (more.words || more.digits == 2)) {
      set_clock(m, m->hour, minute, TEXT_GRAIN_MINUTE);
      minutes = further;
    }
  }
  return tail_at(r, minutes, m);
}

/* The target of "to" and "past": an hour, noon, midnight. */
static size_t target_at(const reading *r, size_t i, moment *m) {
  size_t at = i;
  for (int turns = 0; turns < 2 && is_hour_word(r, at); turns++) at++; /* «ساعت ساعت» was stammered */
  if (atom_class(r, at, WORD_PART) && (r->atoms[at].value == PART_NOON || r->atoms[at].value == PART_MIDNIGHT) &&
      !r->atoms[at].persian) {
    set_clock(m, r->atoms[at].value == PART_NOON ? 12 : 0, 0, TEXT_GRAIN_MINUTE);
    m->exact = true;
    return at + 1;
  }
  size_t end = h_at(r, at, m);
  if (end > at) return end;
  number n;
  end = when_number(r, at, &n);
  if (end == at || !set_hour(m, &n) || m->minute || m->hour > 24) return i;
  if (r->atoms[end].class == WORD_UNIT && r->atoms[end].kind == ATOM_WORD) return i;
  return tail_at(r, end, m);
}

/* «ربع به پنج», "20 minutes past 3pm", "half three" */
static size_t around_hour(const reading *r, size_t i, moment *m) {
  size_t at = i;
  int minutes = 0;
  number n;
  bool persian = r->atoms[i].persian, unit = false;
  if (atom_class(r, at, WORD_ARTICLE) || (atom_class(r, at, WORD_NUMBER) && r->atoms[at].value == 1)) at++;
  if (atom_class(r, at, WORD_QUARTER)) {
    minutes = 15;
    at++;
    unit = true;
  } else if (atom_class(r, i, WORD_HALF) && !persian) {
    minutes = 30;
    at = i + 1;
    unit = true;
  } else {
    at = when_whole(r, i, 1, 59, &minutes, &n);
    if (at == i || n.ordinal) return i;
    if (atom_unit(r, at, TEXT_GRAIN_MINUTE) && !(r->atoms[at].flags & WORD_SHORT)) {
      persian = r->atoms[at].persian;
      unit = true;
      at++;
    }
  }
  int sign = 0;
  if (atom_class(r, at, WORD_REMAINING)) at++, persian = true;
  if (atom_class(r, at, WORD_TO) || (!persian && atom_class(r, at, WORD_UNTIL)))
    sign = -1;
  else if (!persian && (atom_class(r, at, WORD_LAST) || atom_class(r, at, WORD_AFTER)) &&
           (when_atom_is(r, &r->atoms[at], "past") || when_atom_is(r, &r->atoms[at], "after")))
    sign = 1;
  size_t hour = sign ? at + 1 : at;
  if (!sign && !(minutes == 30 && atom_class(r, i, WORD_HALF) && !persian)) return i;
  if (sign && !unit && persian) return i; /* «۲۰ به ۵» is a score, a ratio, … */
  moment target = *m;
  size_t end = target_at(r, hour, &target);
  if (end == hour) return i;
  if (!unit && sign < 0 && !target.exact && !target.meridiem) return i; /* "5 to 7" is a range */
  *m = target;
  if (sign < 0) {
    m->hour = m->hour ? m->hour - 1 : 23;
    m->minute = 60 - minutes;
    if (m->hour == 0 && !m->exact) m->hour = 12;
  } else {
    m->minute = minutes;
  }
  m->clock_grain = TEXT_GRAIN_MINUTE;
  return end;
}

/* Does a part of the day follow, so that a bare number before it is an hour? */
static bool part_follows(const reading *r, size_t i) {
  moment probe = {0};
  bool english = atom_class(r, i, WORD_IN) || atom_class(r, i, WORD_THIS);
  size_t at = english && !r->atoms[i].persian ? i + 1 : i;
  if (at > i && atom_class(r, at, WORD_THE)) at++;
  if (at > i && atom_class(r, at, WORD_MERIDIEM)) return true;
  if (!r->atoms[i].persian && (atom_class(r, i, WORD_DAY) || atom_class(r, i, WORD_NIGHT))) return true;
  return when_part(r, at, &probe) > at;
}

size_t when_clock(const reading *r, size_t i, moment *m) {
  size_t at = i, end;
  bool after_hour = false, told = i && is_at(r, i - 1);
  if (m->has & HAS_CLOCK) return m->meridiem || !atom_class(r, i, WORD_MERIDIEM) ? i : meridiem_at(r, i, m);
  if (atom_class(r, at, WORD_EXACT) && r->atoms[at].persian) {
    if (r->atoms[at].value == 1 && !is_hour_word(r, at + 1)) return i;
    at++;
    told = true;
    if (atom_class(r, at, WORD_IN)) at++;
  }
  for (int turns = 0; turns < 2 && is_hour_word(r, at); turns++) {
    at++;
    after_hour = true;
  }
  size_t around = around_hour(r, at, m);
  if (around > at) return around;
  if (after_hour || told) {
    end = h_at(r, at, m);
    if (end == at) end = hour_at(r, at, m, after_hour);
    if (end > at) return end;
    return i;
  }
  end = colon_at(r, at, m, false);
  if (end == at) end = h_at(r, at, m);
  if (end > at) return end;
  number n;
  end = when_number(r, at, &n);
  if (end == at || n.ordinal) return i;
  moment probe = *m;
  if (n.digits == 3 || n.digits == 4) { /* 330 p.m. */
    int64_t whole = n.hundredths / 100;
    if (whole % 100 > 59 || whole > 1259) return i;
    set_clock(&probe, (int)(whole / 100), (int)(whole % 100), TEXT_GRAIN_MINUTE);
  } else if (!set_hour(&probe, &n)) {
    return i;
  }
  if (n.digits && atom_class(r, end, WORD_ISH)) end++;
  size_t tail = tail_at(r, end, &probe);
  if (tail > end && probe.hour <= 12 && (probe.meridiem || atom_class(r, end, WORD_OCLOCK))) {
    if (n.words && !probe.meridiem && n.hundredths > 1200) return i;
    *m = probe;
    return tail;
  }
  size_t minutes = minutes_at(r, end, &probe, false);
  if ((n.digits < 3 && part_follows(r, minutes)) || (minutes > end && n.hundredths % 100 == 0)) {
    *m = probe;
    return minutes;
  }
  return i;
}

static size_t persian_part(const reading *r, size_t i, moment *m) {
  size_t at = i;
  int part = r->atoms[at].value;
  at++;
  if (r->atoms[at].class == WORD_PLURAL && r->atoms[at].joined) at++;
  if (part == PART_MORNING && atom_class(r, at, WORD_EARLY)) {
    part = PART_EARLY;
    at++;
  }
  if (part == PART_NIGHT && atom_class(r, at, WORD_LATE)) at++;
  m->part = part;
  m->has |= HAS_PART;
  return at;
}

/* «روزنامه عصر», «عصر طلایی»: an age, a name */
static bool no_part(const reading *r, size_t i) {
  static const char *const before[] = {"روزنامه", "نشریه", "ولی", "خبرگزاری", "خیابان"};
  static const char *const after[] = {"طلایی", "حجر",     "جدید",     "دیجیتال", "ایران",
                                      "حاضر",  "یخبندان", "ارتباطات", "صنعت"};
  for (size_t k = 0; i && k < sizeof before / sizeof *before; k++)
    if (when_atom_is(r, &r->atoms[i - 1], before[k])) return true;
  for (size_t k = 0; k < sizeof after / sizeof *after; k++)
    if (when_atom_is(r, &r->atoms[i + 1], after[k])) return true;
  return false;
}

/* «شب بخیر», «صبح شما بخیر», "good morning" */
static bool greeting(const reading *r, size_t i) {
  if (!r->atoms[i].persian) return i && when_atom_is(r, &r->atoms[i - 1], "good");
  for (size_t k = i + 1; k < i + 3; k++) {
    const atom *a = &r->atoms[k];
    if (when_atom_is(r, a, "بخیر") || (atom_class(r, k, WORD_TO) && when_atom_is(r, &a[1], "خیر"))) return true;
  }
  return false;
}

size_t when_part(const reading *r, size_t i, moment *m) {
  if (m->has & HAS_PART) return i;
  if (atom_class(r, i, WORD_PART) && greeting(r, i)) return i;
  size_t at = i;
  if (atom_class(r, i, WORD_EDGE) && r->atoms[i].value == EDGE_END && atom_class(r, i + 1, WORD_ADVERB)) {
    m->part = PART_CLOSE;
    m->has |= HAS_PART;
    return i + 2;
  }
  if (atom_class(r, at, WORD_PART) && r->atoms[at].persian && r->atoms[at].value == PART_EVENING && no_part(r, at))
    return i;
  if (atom_class(r, at, WORD_PART) && r->atoms[at].persian) return persian_part(r, at, m);
  bool early = false, late = false;
  if (atom_class(r, at, WORD_EARLY) && !r->atoms[at].persian) {
    early = true;
    at++;
    if (when_atom_is(r, &r->atoms[at], "hours") && atom_class(r, at + 1, WORD_OF)) at += 2;
    if (atom_class(r, at, WORD_THE)) at++;
  } else if (atom_class(r, at, WORD_LATE) && !r->atoms[at].persian) {
    late = true;
    at++;
  }
  bool close =
      when_atom_is(r, &r->atoms[at], "cob") || (when_atom_is(r, &r->atoms[at], "close") &&
                                                atom_class(r, at + 1, WORD_OF) && atom_class(r, at + 2, WORD_WORKING));
  bool first = when_atom_is(r, &r->atoms[at], "first") && when_atom_is(r, &r->atoms[at + 1], "thing");
  if (close || first) {
    m->has |= HAS_PART;
    m->part = close ? PART_CLOSE : PART_MORNING;
    m->english = true;
    if (close) return when_atom_is(r, &r->atoms[at], "cob") ? at + 1 : at + 3;
    return at + 2;
  }
  if (when_atom_is(r, &r->atoms[at], "mid") && when_atom_is(r, &r->atoms[at + 1], "day")) {
    m->part = PART_NOON;
    m->has |= HAS_PART;
    return at + 2;
  }
  if (!atom_class(r, at, WORD_PART) || r->atoms[at].persian) return i;
  m->part = r->atoms[at].value;
  if (early && m->part == PART_MORNING) m->part = PART_EARLY;
  if (late) m->flags |= TEXT_WHEN_VAGUE;
  m->has |= HAS_PART;
  m->english = true;
  return at + 1;
}
