/* Words before a time, and ranges of two: «از شنبه تا دوشنبه», "July 13-15", «ساعت ۱۰ الی ۱۲». */
#include "when_reading.h"

size_t when_prefix(const reading *r, size_t i, expression *e) {
  size_t at = i;
  for (int words = 0; words < 4; words++) {
    const atom *a = &r->atoms[at];
    if (atom_mark(r, at, '@')) {
      at++;
      continue;
    }
    if (a->kind != ATOM_WORD) break;
    bool from = atom_class(r, at + 1, WORD_FROM) && r->atoms[at + 1].persian;
    switch (a->class) {
      case WORD_IN:
        at++;
        break;
      case WORD_FROM:
        e->flags |= TEXT_WHEN_OPEN;
        at++;
        break;
      case WORD_UNTIL:
      case WORD_BY:
        e->flags |= TEXT_WHEN_DEADLINE;
        at++;
        break;
      case WORD_BETWEEN:
        e->between = true;
        at++;
        break;
      case WORD_ABOUT:
        e->flags |= TEXT_WHEN_APPROXIMATE;
        at++;
        break;
      case WORD_BEFORE:
        e->flags |= TEXT_WHEN_BEFORE;
        at++;
        break;
      case WORD_AFTER:
        if (a->persian && !from) return at;
        e->flags |= TEXT_WHEN_OPEN;
        at += from ? 2 : 1;
        break;
      case WORD_BEFORE_AFTER:
        if (!from && !atom_unit(r, at + 1, TEXT_GRAIN_HOUR) && !atom_class(r, at + 1, WORD_PART)) return at;
        e->flags |= a->value > 0 ? TEXT_WHEN_OPEN : TEXT_WHEN_BEFORE;
        at += from ? 2 : 1;
        break;
      case WORD_WITHIN:
      case WORD_DURING:
        e->flags |= 0;
        at++;
        break;
      case WORD_FOR:
        if (a->persian) return at;
        at++;
        break;
      case WORD_DATE:
        if (words == 0) return i;
        at++;
        break;
      case WORD_TO:
        if (words || !a->persian || !atom_class(r, at + 1, WORD_TERM)) return at;
        at++;
        break;
      case WORD_TERM:
        at++;
        break;
      case WORD_THE:
        at++;
        break;
      case WORD_UNIT:
        if (!a->persian || a->value != TEXT_GRAIN_DAY || when_special(r, at, &(moment){0}) > at) return at;
        at += atom_class(r, at + 1, WORD_PLURAL) ? 2 : 1;
        break;
      default:
        return at;
    }
  }
  return at;
}

/* Behind the first moment of a range, before the second. */
static size_t range_word(const reading *r, size_t i, bool between, bool english) {
  const atom *a = &r->atoms[i];
  if (a->kind == ATOM_MARK && (a->mark == '-' || a->mark == '/')) {
    if (a->mark == '/' && r->atoms[i + 1].digits != 4) return i;
    return a->spaced == a[1].spaced ? i + 1 : i;
  }
  if (a->kind != ATOM_WORD) return i;
  size_t at = i + 1;
  if (a->class == WORD_UNTIL || (a->class == WORD_TO && !a->persian)) {
    if (atom_class(r, at, WORD_THE)) at++;
    return at;
  }
  if (a->class == WORD_AND && between) return at;
  if (english && between && when_atom_is(r, a, "but") && atom_class(r, at, WORD_BEFORE)) return at + 1;
  return i;
}

static void take_date(moment *to, const moment *from) {
  unsigned time = to->has & (unsigned)HAS_TIME;
  moment merged = *from;
  merged.has = (from->has & ~(unsigned)HAS_TIME) | time;
  merged.hour = to->hour;
  merged.minute = to->minute;
  merged.second = to->second;
  merged.meridiem = to->meridiem;
  merged.clock_grain = to->clock_grain;
  merged.part = to->part;
  merged.exact = to->exact;
  merged.has_zone = to->has_zone;
  merged.zone_minutes = to->zone_minutes;
  merged.flags |= to->flags;
  *to = merged;
}

/* What one end leaves unsaid, the other says: "9 to 11am on Friday", "May to December 2022". */
static void share(moment *a, moment *b) {
  bool a_date = a->has & (HAS_DATE | HAS_SHIFT | HAS_NOW), b_date = b->has & (HAS_DATE | HAS_SHIFT | HAS_NOW);
  if (!a_date && b_date && (a->has & HAS_TIME)) take_date(a, b);
  if (a_date && !b_date && (b->has & HAS_TIME)) take_date(b, a);
  if ((a->has & HAS_MONTH) && (b->has & HAS_MONTH)) {
    if (!(a->has & HAS_YEAR) && (b->has & HAS_YEAR)) {
      a->has |= HAS_YEAR;
      a->year = a->month > b->month ? b->year - 1 : b->year;
      a->calendar = b->calendar;
    } else if (!(b->has & HAS_YEAR) && (a->has & HAS_YEAR)) {
      b->has |= HAS_YEAR;
      b->year = b->month < a->month ? a->year + 1 : a->year;
    }
  }
  if ((a->has & HAS_WEEKDAY) && (b->has & HAS_PERIOD) && (b->has & HAS_WEEKDAY) && !(a->has & HAS_PERIOD)) {
    a->has |= HAS_PERIOD;
    a->period = b->period;
    a->period_shift = b->period_shift;
    a->period_count = b->period_count;
  }
  if ((a->has & HAS_DAY) && !(a->has & HAS_MONTH) && !(a->has & HAS_PERIOD) && (b->has & HAS_DAY)) {
    int day = a->day;
    *a = *b;
    a->day = day;
  }
  if ((a->has & HAS_CLOCK) && (b->has & HAS_CLOCK) && !a->meridiem && !(a->has & HAS_PART) && !a->exact &&
      a->hour <= 12) {
    bool fits = a->hour % 12 < b->hour % 12;
    if (b->meridiem && (fits || a->hour == 12)) a->meridiem = b->meridiem;
    if (!b->meridiem && (b->has & HAS_PART) && fits) {
      a->has |= HAS_PART;
      a->part = b->part;
    }
  }
  if ((a->has & HAS_CLOCK) && (b->has & HAS_CLOCK) && (a->has & HAS_PART) && !(b->has & HAS_PART) && !b->meridiem &&
      !b->exact && b->hour <= 12 && b->hour > a->hour % 12) {
    b->has |= HAS_PART;
    b->part = a->part;
  }
}

/* The second end is a number alone, and takes its nature from the first: «ساعت ۱۰ الی ۱۲», "July 13-15, 2012". */
static size_t bare_second(const reading *r, size_t i, moment *a, moment *b) {
  int value;
  number n;
  size_t at = atom_class(r, i, WORD_THE) ? i + 1 : i;
  size_t end = when_whole(r, at, 0, 31, &value, &n);
  if (end == at || n.digits > 2 || r->atoms[end].class == WORD_UNIT) return i;
  if ((a->has & HAS_DAY) && (a->has & HAS_MONTH) && !(a->has & HAS_TIME) && value > 0) {
    if (atom_mark(r, end, ':')) return i;
    *b = *a;
    b->day = value;
    if (value > 31 || value <= a->day) b->invalid = true;
    size_t year = atom_mark(r, end, ',') ? end + 1 : end;
    if (!(a->has & HAS_YEAR) && r->atoms[year].kind == ATOM_DIGITS && r->atoms[year].digits == 4) {
      a->has |= HAS_YEAR;
      a->year = b->year = r->atoms[year].value;
      b->has |= HAS_YEAR;
      return year + 1;
    }
    return end;
  }
  if ((a->has & HAS_CLOCK) && value <= 24 && !n.ordinal) {
    *b = *a;
    b->hour = value;
    b->minute = 0;
    b->clock_grain = TEXT_GRAIN_HOUR;
    return end;
  }
  return i;
}

static int bare_year(const reading *r, size_t i, size_t *end, text_calendar calendar) {
  int value;
  number n;
  *end = when_whole(r, i, 1, 3000, &value, &n);
  if (*end == i || n.ordinal || (n.words && value < 1000)) return 0;
  if (n.digits == 2) return when_century(r, value, TEXT_JALALI);
  (void)calendar;
  return value >= 1000 ? value : 0;
}

/* The first end is a number alone: «سوم تا پنجم همین ماه», "10 - 22 August", "7 to 9am", «۵ تا ۷ عصر». */
/* «1902 – 1979 میلادی», «از ۹۲ تا کنون» */
static size_t years_first(const reading *r, size_t i, expression *e) {
  const atom *a = &r->atoms[i];
  if (a->kind != ATOM_DIGITS || (a->digits != 4 && !(a->digits == 2 && i && atom_class(r, i - 1, WORD_FROM)))) return i;
  size_t second = range_word(r, i + 1, e->between, false);
  if (second == i + 1) return i;
  moment b = {0};
  size_t end = when_year(r, second, &b);
  if (end == second && atom_class(r, second, WORD_NOW)) {
    if (!when_persian(r, i)) return i;
    b = (moment){
        .has = HAS_NOW, .flags = TEXT_WHEN_RELATIVE, .calendar = a->value >= 1500 ? TEXT_GREGORIAN : TEXT_JALALI};
    end = second + 1;
  }
  if (end == second || b.weak) return i;
  e->a = (moment){.has = HAS_YEAR, .calendar = b.calendar, .english = b.english};
  e->a.year = a->digits == 2 ? when_century(r, a->value, TEXT_JALALI) : a->value;
  e->b = b;
  e->range = true;
  return end;
}

static size_t bare_first(const reading *r, size_t i, expression *e) {
  int value;
  number n;
  size_t years = years_first(r, i, e);
  if (years > i) return years;
  size_t at = atom_class(r, i, WORD_THE) ? i + 1 : i;
  size_t end = when_whole(r, at, 0, 31, &value, &n);
  if (end == at && atom_class(r, at, WORD_EDGE) && r->atoms[at].value == EDGE_FIRST) value = 1, end = at + 1;
  if (end == at || n.digits > 2) return i;
  size_t second = range_word(r, end, e->between, false);
  bool list = second == end && atom_class(r, end, WORD_AND) && r->atoms[end].persian;
  if (list) second = end + 1;
  if (second == end) return i;
  if (atom_mark(r, end, '-') && r->atoms[second + 1].kind == ATOM_MARK && r->atoms[second + 2].kind == ATOM_DIGITS &&
      !atom_mark(r, second + 1, ':') && !atom_mark(r, second + 1, ','))
    return i;
  moment b = {0};
  size_t b_end = when_moment(r, second, &b);
  if (b_end == second || b.weak || b.invalid) {
    if (b.invalid || list) return i;
    int hour;
    b_end = when_whole(r, second, 1, 24, &hour, &n);
    bool lonely = b_end > second && r->atoms[b_end].kind == ATOM_WALL && at == 0 && r->atoms[end].class == WORD_UNTIL;
    bool told = e->hours && b_end > second && r->atoms[b_end].class != WORD_UNIT; /* «فردا بین ۴ تا ۶» */
    if ((!lonely && !told) || hour <= value || n.ordinal) return i;
    b = (moment){.has = HAS_CLOCK, .hour = hour, .clock_grain = TEXT_GRAIN_HOUR};
  }
  if (r->atoms[at].class == WORD_EDGE && r->atoms[at].kind == ATOM_WORD && (b.has & HAS_EDGE) && !list) {
    e->a = e->b = b; /* «اول تا اواسط آذر» */
    e->a.edge = EDGE_FIRST;
    e->a.flags &= ~(unsigned)TEXT_WHEN_VAGUE;
  } else if ((b.has & HAS_DAY) && ((b.has & (HAS_MONTH | HAS_PERIOD)) || n.ordinal) && value >= 1) {
    if (list && b.day <= value) return i;
    e->a = e->b = b;
    e->a.day = value;
  } else if ((b.has & HAS_CLOCK) && value <= 24 && !n.ordinal && !list) {
    e->a = e->b = b;
    e->a.hour = value;
    e->a.minute = 0;
    e->a.meridiem = 0;
    e->a.exact = false;
    e->a.has &= ~(unsigned)HAS_PART;
    share(&e->a, &e->b);
  } else {
    return i;
  }
  e->range = true;
  return b_end;
}

/* «سال ۱۲۹۵ تا ۱۳۰۰» */
static size_t second_year(const reading *r, size_t i, moment *a, moment *b) {
  if (!(a->has & HAS_YEAR) || (a->has & (HAS_MONTH | HAS_DAY | HAS_TIME | HAS_SEASON))) return i;
  size_t end;
  int year = bare_year(r, i, &end, a->calendar);
  if (!year) return i;
  *b = *a;
  b->year = year;
  moment era = *b;
  size_t more = when_year(r, i, &era);
  (void)more;
  return end;
}

/* A range of times behind a day: "Thursday from 9:30 to 11:00", "monday 7 to 9am". */
static size_t times_behind(const reading *r, size_t i, expression *e) {
  size_t at = i;
  if (atom_class(r, at, WORD_IN)) at++;
  if (atom_class(r, at, WORD_FROM) || atom_class(r, at, WORD_BETWEEN)) at++;
  bool between = atom_class(r, i, WORD_BETWEEN) || (at > i + 1 && atom_class(r, at - 1, WORD_BETWEEN));
  expression times = {.between = at > i, .hours = between};
  size_t end = bare_first(r, at, &times);
  if (end == at) {
    end = when_moment(r, at, &times.a);
    if (end == at || (times.a.has & ~(unsigned)HAS_TIME)) return i;
    size_t second = range_word(r, end, times.between, true);
    if (second == end) return i;
    size_t b_end = when_moment(r, second, &times.b);
    if (b_end == second) b_end = bare_second(r, second, &times.a, &times.b);
    if (b_end == second) return i;
    end = b_end;
  }
  if ((times.a.has | times.b.has) & ~(unsigned)HAS_TIME) return i;
  share(&times.a, &times.b);
  moment day = e->a;
  e->b = times.b;
  e->a = times.a;
  take_date(&e->a, &day);
  take_date(&e->b, &day);
  e->range = true;
  return end;
}

/* «سال‌های ۱۹۳۲ و ۱۹۳۴»: from the first to the last. */
static size_t year_list(const reading *r, size_t i, const moment *a) {
  if (!(a->has & HAS_YEAR) || (a->has & (HAS_MONTH | HAS_DAY | HAS_TIME)) || a->english) return i;
  if (!atom_class(r, i, WORD_AND) || r->atoms[i + 1].kind != ATOM_DIGITS) return i;
  const atom *year = &r->atoms[i + 1];
  bool fits = (year->digits == 4 && year->value > 1200 && year->value < 2100) ||
              (year->digits == 2 && year[1].kind != ATOM_DIGITS);
  bool era = atom_class(r, i + 2, WORD_ERA) || atom_class(r, i + 2, WORD_HEJIRA);
  return fits && !era && !a->calendar_said && year[1].class != WORD_UNIT ? i + 1 : i;
}

/* A dash joins two of a kind; between a date and a time it only separates. */
static bool alike(const moment *a, const moment *b) {
  bool a_date = a->has & (HAS_DATE | HAS_NOW), b_date = b->has & (HAS_DATE | HAS_NOW);
  bool a_time = a->has & HAS_TIME, b_time = b->has & HAS_TIME;
  if ((a->has | b->has) & HAS_SHIFT) return false;
  if (a_date && b_date && (a->has & HAS_MONTH) && (b->has & HAS_MONTH)) return a->calendar == b->calendar;
  bool noon = (b->has & HAS_PART) && (b->part == PART_NOON || b->part == PART_MIDNIGHT) && (a->has & HAS_CLOCK);
  if (!a_date && !b_date) return (a->has & HAS_TIME) == (b->has & HAS_TIME) || noon;
  if (a_date && b_date) return true;
  return a_date && a_time && b_time && ((b->has & HAS_CLOCK) || noon);
}

bool when_range(const reading *r, size_t i, expression *e) {
  size_t end = bare_first(r, i, e);
  if (end > i) {
    e->end = end;
    return true;
  }
  end = when_moment(r, i, &e->a);
  if (end == i) return false;
  e->end = end;
  if (e->a.invalid) return true;
  bool date_only = (e->a.has & HAS_DATE) && !(e->a.has & HAS_TIME);
  if (date_only) {
    size_t times = times_behind(r, end, e);
    if (times > end) {
      e->end = times;
      return true;
    }
  }
  size_t second = range_word(r, end, e->between, e->a.english);
  if (second == end) second = year_list(r, end, &e->a);
  /* «امروز و فردا», "today or tomorrow" */
  if (second == end && e->a.has == HAS_RELDAY && e->a.relday >= 0 &&
      (atom_class(r, end, WORD_AND) || atom_class(r, end, WORD_OR)) && atom_class(r, end + 1, WORD_DAY) &&
      r->atoms[end + 1].value > e->a.relday)
    second = end + 1;
  if (second == end && atom_class(r, end, WORD_NOW) && when_atom_is(r, &r->atoms[end], "تاکنون")) {
    e->b = (moment){.has = HAS_NOW, .flags = TEXT_WHEN_RELATIVE};
    e->range = true;
    e->end = end + 1;
    return true;
  }
  if (second == end) return true;
  size_t start = second;
  if (atom_class(r, start, WORD_IN)) start++;
  moment b = {0};
  size_t b_end = when_moment(r, start, &b);
  bool number_first = b_end > start && (b.has & HAS_CLOCK) && (e->a.has & HAS_DAY) && !(e->a.has & HAS_CLOCK) && 0;
  if (b_end == start || number_first) {
    b_end = bare_second(r, start, &e->a, &b);
    if (b_end == start) b_end = second_year(r, start, &e->a, &b);
  }
  if (b_end == start) return true;
  if (atom_mark(r, end, '-') && !alike(&e->a, &b)) return true;
  if (atom_mark(r, end, '-') && (b.weak != e->a.weak) && !b.has) return true;
  if (b.weak && !(e->a.has & (HAS_MONTH | HAS_YEAR))) return true;
  if (b.invalid) {
    e->a.invalid = true;
    e->end = b_end;
    return true;
  }
  if ((b.flags & TEXT_WHEN_NO_VALUE) || (e->a.flags & TEXT_WHEN_NO_VALUE)) {
    e->a.flags |= TEXT_WHEN_NO_VALUE;
  }
  e->b = b;
  e->until =
      date_only && !(b.has & (HAS_DATE | HAS_SHIFT | HAS_NOW)) && (b.has & HAS_TIME) && atom_class(r, end, WORD_UNTIL);
  share(&e->a, &e->b);
  e->a.weak = e->b.weak = e->a.weak && e->b.weak && e->a.calendar != e->b.calendar;
  e->range = true;
  e->end = (b.has & HAS_WEEKDAY) && !(b.has & HAS_TIME) ? when_except(r, b_end) : b_end;
  return true;
}
