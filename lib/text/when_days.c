/* Which days a moment means. The conventions:
 * - Months are Jalali for Persian words, Gregorian for English ones, unless the month's name says otherwise.
 * - The week begins on Saturday in Persian, on Monday in English; its end is Thursday and Friday, or Saturday and
 * Sunday.
 * - A bare weekday is the next one after today; "this" may be today; "next Friday" is the Friday of next week in
 * English, the nearest in Persian. «هفته آینده» as one day is today in seven days, as a range the next week.
 * - A day and month without a year are the nearest; a month alone is this one or the next to come; a day alone is the
 *   next such day.
 * - «آخر ماه» is its last day, «اول ماه» and «سر برج» the first of the next one. */
#include <text/holiday.h>

#include "when_reading.h"

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

text_calendar when_calendar(const reading *r, const moment *m) {
  if (m->calendar_said || (m->has & HAS_YEAR)) return m->calendar;
  if (m->has & HAS_MONTH) return m->calendar;
  (void)r;
  return m->english ? TEXT_GREGORIAN : TEXT_JALALI;
}

static void split(int64_t days, text_calendar calendar, int *y, int *m, int *d) {
  if (calendar == TEXT_GREGORIAN)
    civil_date(days, y, m, d);
  else
    jalali_from_days(days, y, m, d);
}

/* The tabular Islamic calendar (civil epoch); the sighting of the moon may shift it by a day. */
static int64_t lunar_days(int year, int month, int day) {
  int64_t known;
  if (holiday_lunar_days(year, month, day, &known)) return known;
  return day + (59 * (month - 1) + 1) / 2 + (int64_t)(year - 1) * 354 + (3 + 11 * (int64_t)year) / 30 + 1948439 -
         2440588 - 0;
}

static int month_length(int year, int month, text_calendar calendar) {
  if (calendar == TEXT_JALALI) return jalali_month_days(year, month);
  if (calendar == TEXT_LUNAR) return 30;
  return (int)(civil_days(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - civil_days(year, month, 1));
}

static int64_t join(int year, int month, int day, text_calendar calendar) {
  if (calendar == TEXT_LUNAR) return lunar_days(year, month, day);
  return calendar == TEXT_GREGORIAN ? civil_days(year, month, day) : jalali_days(year, month, day);
}

int64_t when_add_months(int64_t days, int64_t months, text_calendar calendar) {
  int y, m, d;
  split(days, calendar, &y, &m, &d);
  int64_t at = (int64_t)y * 12 + m - 1 + months;
  if (at < -12 * 9000 || at > 12 * 9000) return days;
  y = (int)floor_div(at, 12);
  m = (int)(at - (int64_t)y * 12) + 1;
  int length = month_length(y, m, calendar);
  return join(y, m, d > length ? length : d, calendar);
}

static int64_t week_start(int64_t day, bool english) {
  int weekday = civil_weekday(day);
  return day - (english ? (weekday + 6) % 7 : (weekday + 1) % 7);
}

/* The first and the end of the unit that holds the day, moved on by `shift` units. */
static void unit_span(int64_t day, int unit, int64_t shift, int64_t count, text_calendar calendar, bool english,
                      day_span *s) {
  int y, m, d;
  if (count < 1) count = 1;
  split(day, calendar, &y, &m, &d);
  switch (unit) {
    case TEXT_GRAIN_WEEK:
      s->first = week_start(day, english) + 7 * shift;
      s->end = s->first + 7 * count;
      break;
    case TEXT_GRAIN_MONTH:
      s->first = when_add_months(join(y, m, 1, calendar), shift, calendar);
      s->end = when_add_months(s->first, count, calendar);
      break;
    case TEXT_GRAIN_QUARTER:
      s->first = when_add_months(join(y, (m - 1) / 3 * 3 + 1, 1, calendar), 3 * shift, calendar);
      s->end = when_add_months(s->first, 3 * count, calendar);
      break;
    case TEXT_GRAIN_YEAR:
      s->first = join(y + (int)shift, 1, 1, calendar);
      s->end = join(y + (int)(shift + count), 1, 1, calendar);
      break;
    case TEXT_GRAIN_DECADE:
    case TEXT_GRAIN_CENTURY: {
      int size = unit == TEXT_GRAIN_DECADE ? 10 : 100, begin = y - y % size + (int)shift * size;
      s->first = join(begin, 1, 1, calendar);
      s->end = join(begin + size * (int)count, 1, 1, calendar);
      break;
    }
    default:
      s->first = day + shift;
      s->end = s->first + count;
      unit = TEXT_GRAIN_DAY;
  }
  s->point = s->first;
  s->grain = unit;
}

/* The same place in another unit: next week = today in seven days. */
static int64_t same_place(int64_t day, int unit, int64_t shift, text_calendar calendar) {
  switch (unit) {
    case TEXT_GRAIN_WEEK:
      return day + 7 * shift;
    case TEXT_GRAIN_MONTH:
      return when_add_months(day, shift, calendar);
    case TEXT_GRAIN_QUARTER:
      return when_add_months(day, 3 * shift, calendar);
    case TEXT_GRAIN_YEAR:
      return when_add_months(day, 12 * shift, calendar);
    default:
      return day + shift;
  }
}

static void one_day(day_span *s, int64_t day) {
  s->first = s->point = day;
  s->end = day + 1;
  s->grain = TEXT_GRAIN_DAY;
}

static bool day_of(int year, int month, int day, text_calendar calendar, int64_t *out) {
  if (month < 1 || month > 12 || day < 1 || day > month_length(year, month, calendar)) return false;
  *out = join(year, month, day, calendar);
  return true;
}

static int64_t distance(int64_t a, int64_t b) { return a < b ? b - a : a - b; }

/* 15 Mehr of which year? */
static bool day_and_month(const reading *r, moment *m, day_span *s) {
  text_calendar calendar = when_calendar(r, m);
  int year, month, day;
  int64_t best = 0, at;
  bool found = false;
  split(r->today, calendar == TEXT_LUNAR ? TEXT_JALALI : calendar, &year, &month, &day);
  if (calendar == TEXT_LUNAR) { /* now's lunar year */
    year = (int)((r->today + 2440588 - 1948439) * 30 / 10631) + 1;
  }
  if (m->has & HAS_YEAR) {
    if (!day_of(m->year, m->month, m->day, calendar, &at)) return false;
    one_day(s, at);
    if (at < r->today) m->flags |= TEXT_WHEN_PAST;
    return true;
  }
  if ((m->has & HAS_PERIOD) && m->period == TEXT_GRAIN_YEAR) {
    if (!day_of(year + m->period_shift, m->month, m->day, calendar, &at)) return false;
    one_day(s, at);
    return true;
  }
  /* The last hundred days or the year to come; with a weekday, the year in which it fits, if one is near. */
  int64_t oldest = r->options.forward ? r->today : r->today - 100;
  bool weekday = (m->has & HAS_WEEKDAY) != 0;
  if (m->turn == TURN_LAST || m->flags & TEXT_WHEN_PAST) oldest = r->today - 366 * 4;
  for (int pass = weekday ? 0 : 1; pass < 3 && !found; pass++)
    for (int y = year - 4; y <= year + (pass == 1 ? 2 : 8); y++) {
      if (!day_of(y, m->month, m->day, calendar, &at) || at < oldest) continue;
      if (pass == 0 && (civil_weekday(at) != m->weekday || at > r->today + 2 * 366)) continue;
      if (pass == 1 && r->options.strict && at > r->today + 366) continue;
      if (pass == 2 && r->options.strict) continue;
      if (m->turn == TURN_LAST && at >= r->today) continue;
      if (!found || distance(at, r->today) < distance(best, r->today)) best = at;
      found = true;
    }
  if (!found) return false;
  one_day(s, best);
  m->flags |= TEXT_WHEN_ASSUMED;
  if (best < r->today && !(m->flags & TEXT_WHEN_PAST)) {
    int y, mm, d;
    split(best, calendar == TEXT_LUNAR ? TEXT_JALALI : calendar, &y, &mm, &d);
    m->flags |= TEXT_WHEN_AMBIGUOUS | TEXT_WHEN_PAST;
    if (calendar != TEXT_LUNAR && day_of(y + 1, m->month, m->day, calendar, &s->other)) s->has_other = true;
  }
  return true;
}

static bool month_span(const reading *r, moment *m, day_span *s) {
  text_calendar calendar = when_calendar(r, m);
  int year, month, day;
  split(r->today, calendar == TEXT_LUNAR ? TEXT_JALALI : calendar, &year, &month, &day);
  if (calendar == TEXT_LUNAR) {
    year = (int)((r->today + 2440588 - 1948439) * 30 / 10631) + 1;
    month = 1;
  }
  if (m->has & HAS_YEAR)
    year = m->year;
  else if ((m->has & HAS_PERIOD) && m->period == TEXT_GRAIN_YEAR)
    year += m->period_shift;
  else if (m->turn == TURN_LAST)
    year -= m->month >= month;
  else if (m->turn == TURN_NEXT)
    year += m->month <= month;
  else if (m->recent)
    year -= m->month > month;
  else {
    if (m->month < month) year++;
    m->flags |= TEXT_WHEN_ASSUMED;
  }
  if (m->month < 1 || m->month > 12) return false;
  s->first = s->point = join(year, m->month, 1, calendar);
  s->end = s->first + month_length(year, m->month, calendar);
  s->grain = TEXT_GRAIN_MONTH;
  return true;
}

/* The next 10th; the 10th of that month; "Thu 15th": the next 15th that is a Thursday. */
static bool day_alone(const reading *r, moment *m, day_span *s) {
  text_calendar calendar = when_calendar(r, m);
  int year, month, day;
  int64_t at;
  split(r->today, calendar, &year, &month, &day);
  if ((m->has & HAS_PERIOD) && m->period == TEXT_GRAIN_MONTH) {
    int64_t first = when_add_months(join(year, month, 1, calendar), m->period_shift, calendar);
    split(first, calendar, &year, &month, &day);
    if (!day_of(year, month, m->day, calendar, &at)) return false;
    one_day(s, at);
    return true;
  }
  bool past = m->turn == TURN_LAST;
  for (int months = 0; months < 24; months++) {
    int64_t first = when_add_months(join(year, month, 1, calendar), past ? -months : months, calendar);
    int y, mm, d;
    split(first, calendar, &y, &mm, &d);
    if (!day_of(y, mm, m->day, calendar, &at) || (past ? at >= r->today : at < r->today)) continue;
    if ((m->has & HAS_WEEKDAY) && civil_weekday(at) != m->weekday) continue;
    one_day(s, at);
    m->flags |= TEXT_WHEN_ASSUMED;
    return true;
  }
  return false;
}

static int64_t next_weekday(int64_t after, int weekday) {
  return after + 1 + (weekday - civil_weekday(after) - 1 + 14) % 7;
}

static void weekday_alone(const reading *r, moment *m, day_span *s) {
  int64_t next = next_weekday(r->today, m->weekday);
  bool today = civil_weekday(r->today) == m->weekday;
  int64_t day = next;
  if (m->nth) { /* three Fridays from now, Friday after next */
    day = m->nth > 0 ? next + 7 * ((int64_t)m->nth - 1)
                     : next - 7 * (today ? 1 : 1) - 7 * ((int64_t)-m->nth - (today ? 0 : 1));
    if (m->nth < 0) day = next - 7 * ((int64_t)-m->nth + (today ? 1 : 0));
  } else if (m->turn == TURN_THIS) {
    day = today ? r->today : next;
  } else if (m->turn == TURN_LAST) {
    day = today ? r->today - 7 : next - 7;
  } else if (m->turn == TURN_NEXT && m->english) {
    day = week_start(r->today, true) + 7 + (m->weekday + 6) % 7;
    s->other = next;
    s->has_other = next != day;
  } else if (m->turn == TURN_NEXT) {
    s->other = next + 7;
    s->has_other = true;
  }
  one_day(s, day);
}

static int64_t weekday_in_week(int64_t first, int weekday) { return first + (weekday - civil_weekday(first) + 7) % 7; }

/* Third Monday, last week, 2nd day of the span. */
static bool nth_of(const moment *m, day_span *s) {
  int64_t day;
  int step = m->has & HAS_WEEKDAY || m->nth_unit == -1 ? 7 : m->nth_unit == TEXT_GRAIN_WEEK ? 7 : 1;
  int weekday = m->has & HAS_WEEKDAY ? m->weekday : m->nth_unit == -1 ? (m->english ? 6 : 4) : m->english ? 1 : 6;
  if (step == 1)
    day = m->nth > 0 ? s->first + m->nth - 1 : s->end + m->nth;
  else if (m->nth > 0)
    day = weekday_in_week(s->first, weekday) + 7 * ((int64_t)m->nth - 1);
  else
    day = weekday_in_week(s->end - 7, weekday) + 7 * ((int64_t)m->nth + 1);
  /* a week counts to the month that most of it lies in */
  if (!(m->has & HAS_WEEKDAY) && m->nth_unit == TEXT_GRAIN_WEEK && m->nth < 0 && s->end - day < 4) day -= 7;
  if (day < s->first - 6 || day >= s->end + 7) return false;
  one_day(s, day);
  if (!(m->has & HAS_WEEKDAY) && m->nth_unit == TEXT_GRAIN_WEEK) {
    s->end = day + 7;
    s->grain = TEXT_GRAIN_WEEK;
  } else if (m->nth_unit == -1 && !(m->has & HAS_WEEKDAY)) {
    s->end = day + 2;
  }
  return true;
}

/* Narrows a span to its beginning, middle or end. */
static void narrow(const reading *r, moment *m, day_span *s) {
  int64_t length = s->end - s->first;
  int y, mm, d;
  text_calendar calendar = when_calendar(r, m);
  if (calendar == TEXT_LUNAR) calendar = TEXT_JALALI;
  bool exact = !m->english && !(m->flags & TEXT_WHEN_VAGUE);
  if (exact && m->edge != EDGE_MIDDLE) {
    one_day(s, m->edge == EDGE_END || m->edge == EDGE_LAST ? s->end - 1 : s->first);
    return;
  }
  int64_t first = s->first, end = s->end;
  m->flags |= TEXT_WHEN_VAGUE;
  if (s->grain == TEXT_GRAIN_WEEK) {
    if (m->edge == EDGE_END)
      first = s->end - 3;
    else if (m->edge == EDGE_MIDDLE)
      first += 2, end = first + 3;
    else
      end = first + 3;
    s->point = m->edge == EDGE_END ? (m->english ? first : s->end - 1) : first;
  } else if (s->grain == TEXT_GRAIN_MONTH) {
    if (m->edge == EDGE_END)
      first += 20;
    else if (m->edge == EDGE_MIDDLE)
      first += 10, end = first + 10;
    else
      end = first + 10;
    s->point = m->edge == EDGE_END ? end - 1 : m->edge == EDGE_MIDDLE ? s->first + 14 : first;
  } else if (s->grain >= TEXT_GRAIN_QUARTER) {
    split(s->first, calendar, &y, &mm, &d);
    int months = s->grain == TEXT_GRAIN_QUARTER ? 1 : 4;
    if (m->edge == EDGE_END)
      first = m->english && months == 4 ? join(y, 9, 1, calendar) : when_add_months(end, -months, calendar);
    else if (m->edge == EDGE_MIDDLE)
      first = when_add_months(first, months, calendar), end = when_add_months(first, months, calendar);
    else
      end = when_add_months(first, months, calendar);
    s->point = m->edge == EDGE_END ? end - 1 : first + (m->edge == EDGE_MIDDLE ? length / 6 : 0);
  } else {
    s->point = m->edge == EDGE_END ? end - 1 : first;
  }
  s->first = first;
  s->end = end;
  s->grain = s->grain > TEXT_GRAIN_MONTH ? TEXT_GRAIN_MONTH : TEXT_GRAIN_DAY;
}

static void season_span(const reading *r, const moment *m, day_span *s) {
  int year, month, day;
  text_calendar calendar = m->english ? TEXT_GREGORIAN : TEXT_JALALI;
  split(r->today, calendar, &year, &month, &day);
  if (m->has & HAS_YEAR) year = m->year;
  if ((m->has & HAS_PERIOD) && m->period == TEXT_GRAIN_YEAR) year += m->period_shift;
  if (calendar == TEXT_JALALI) {
    s->first = join(year, 1 + 3 * m->season, 1, calendar);
    s->end = m->season == 3 ? join(year + 1, 1, 1, calendar) : join(year, 4 + 3 * m->season, 1, calendar);
  } else {
    static const int starts[][2] = {{3, 20}, {6, 21}, {9, 23}, {12, 21}};
    int next = (m->season + 1) % 4;
    if (m->season == 3 && month <= 3 && !(m->has & HAS_YEAR)) year--;
    s->first = civil_days(year, starts[m->season][0], starts[m->season][1]);
    s->end = civil_days(next == 0 ? year + 1 : year, starts[next][0], starts[next][1]);
  }
  if (!(m->has & (HAS_YEAR | HAS_PERIOD)) && ((m->turn == TURN_NEXT && s->first <= r->today) || s->end <= r->today)) {
    s->first = when_add_months(s->first, 12, calendar);
    s->end = when_add_months(s->end, 12, calendar);
  }
  if (m->turn == TURN_LAST && s->end > r->today) {
    s->first = when_add_months(s->first, -12, calendar);
    s->end = when_add_months(s->end, -12, calendar);
  }
  s->point = s->first;
  s->grain = TEXT_GRAIN_QUARTER;
}

static void weekend_span(const reading *r, const moment *m, day_span *s) {
  int64_t week = week_start(r->today, m->english);
  int shift = m->turn == TURN_THIS ? 0 : m->turn;
  if (m->has & HAS_PERIOD && m->period == TEXT_GRAIN_WEEK) shift = m->period_shift;
  s->first = week + 5 + 7 * (int64_t)shift;
  s->end = s->first + 2;
  s->point = m->english ? s->first : s->end - 1;
  s->grain = TEXT_GRAIN_DAY;
}

static void period_span(const reading *r, moment *m, day_span *s) {
  text_calendar calendar = m->english ? TEXT_GREGORIAN : TEXT_JALALI;
  int64_t shift = m->period_shift, count = m->period_count;
  unit_span(r->today, m->period, shift, count, calendar, m->english, s);
  if (count > 1)
    s->point = same_place(r->today, m->period, shift > 0 ? count : shift, calendar);
  else if (m->period_count == 0 && m->period == TEXT_GRAIN_DAY && shift > 0)
    s->point = r->today + 3; /* روزهای آینده */
  else
    s->point = same_place(r->today, m->period, shift, calendar);
}

static bool edge_of_year(const reading *r, moment *m, day_span *s) {
  bool start = m->edge <= EDGE_START;
  if ((m->has & HAS_PERIOD) && start && !m->english && m->period_shift == 0 && !(m->flags & TEXT_WHEN_RELATIVE)) {
    /* اول ماه، سر برج، اول هفته: the next one's */
    unit_span(r->today, m->period, m->period == TEXT_GRAIN_YEAR ? 0 : 1, 1, TEXT_JALALI, false, s);
    if (m->period == TEXT_GRAIN_YEAR && !(m->flags & TEXT_WHEN_OPEN))
      unit_span(r->today, m->period, 1, 1, TEXT_JALALI, false, s);
    one_day(s, s->first);
    return true;
  }
  return false;
}

int64_t when_working_days(int64_t day, int64_t count, bool english) {
  int step = count < 0 ? -1 : 1;
  for (int64_t left = count < 0 ? -count : count; left > 0; left--) do
      day += step;
    while (english ? civil_weekday(day) == 6 || civil_weekday(day) == 0 : !holiday_working_day(day));
  return day;
}

static void workday(const reading *r, const moment *m, day_span *s) {
  one_day(s, when_working_days(r->today, m->turn < 0 ? -1 : 1, m->english));
}

bool when_days(const reading *r, moment *m, day_span *s) {
  *s = (day_span){0};
  if ((m->has & HAS_YEAR) && (m->year > 9000 || m->year < -9000)) return false;
  if (m->has & HAS_HOLIDAY) {
    int64_t day = 0;
    int year = m->has & HAS_YEAR ? m->year : 0;
    if (!holiday_find((holiday_day)m->holiday, r->today, year, &day)) return false;
    if (m->turn == TURN_LAST && day >= r->today && !holiday_find((holiday_day)m->holiday, r->today - 366, 0, &day))
      return false;
    one_day(s, day);
    return true;
  }
  if (m->has & HAS_NTH) {
    moment of = *m;
    of.has &= ~(unsigned)(HAS_NTH | HAS_WEEKDAY);
    if (!when_days(r, &of, s)) return false;
    return nth_of(m, s);
  }
  if (m->has & HAS_PART_OF) {
    text_calendar calendar = m->has & HAS_YEAR ? m->calendar : m->english ? TEXT_GREGORIAN : TEXT_JALALI;
    int y, mm, d;
    split(r->today, calendar, &y, &mm, &d);
    if (m->has & HAS_YEAR) y = m->year;
    if ((m->has & HAS_PERIOD) && m->period == TEXT_GRAIN_YEAR) y += m->period_shift;
    s->first = s->point =
        when_add_months(join(y, 1, 1, calendar), (int64_t)(m->part_which - 1) * m->part_months, calendar);
    s->end = when_add_months(s->first, m->part_months, calendar);
    s->grain = TEXT_GRAIN_QUARTER;
    return true;
  }
  if (m->has & HAS_DECADE) {
    unit_span(join(m->year, 1, 1, m->calendar), m->period, 0, 1, m->calendar, false, s);
    return true;
  }
  if ((m->has & HAS_DAY) && !(m->has & HAS_MONTH) && (m->has & HAS_YEAR)) { /* the fifth day of the year */
    one_day(s, join(m->year, 1, 1, m->calendar) + m->day - 1);
    return true;
  }
  if ((m->has & HAS_MONTH) && (m->has & HAS_DAY)) {
    if (!day_and_month(r, m, s)) return false;
    if (m->as_week) unit_span(s->first, TEXT_GRAIN_WEEK, 0, 1, when_calendar(r, m), m->english, s);
    return true;
  }
  if (m->has & HAS_MONTH) {
    if (!month_span(r, m, s)) return false;
    if (m->has & HAS_EDGE) narrow(r, m, s);
    return true;
  }
  if (m->has & HAS_DAY) return day_alone(r, m, s);
  if (m->has & HAS_QUARTER) {
    int y, mm, d;
    text_calendar calendar = m->english ? TEXT_GREGORIAN : TEXT_JALALI;
    split(r->today, calendar, &y, &mm, &d);
    if (m->has & HAS_YEAR) y = m->year;
    if ((m->has & HAS_PERIOD) && m->period == TEXT_GRAIN_YEAR) y += m->period_shift;
    unit_span(join(y, m->quarter * 3 - 2, 1, calendar), TEXT_GRAIN_QUARTER, 0, 1, calendar, m->english, s);
    return true;
  }
  if (m->has & HAS_SEASON) {
    season_span(r, m, s);
    if (m->has & HAS_EDGE) narrow(r, m, s);
    return true;
  }
  if (m->has & HAS_WEEKEND) {
    weekend_span(r, m, s);
    return true;
  }
  if (m->has & HAS_WORKDAY) {
    workday(r, m, s);
    return true;
  }
  if (m->has & HAS_YEAR) {
    text_calendar calendar = m->calendar;
    s->first = s->point = join(m->year, 1, 1, calendar);
    s->end = join(m->year + 1, 1, 1, calendar);
    s->grain = TEXT_GRAIN_YEAR;
    if (m->has & HAS_EDGE) narrow(r, m, s);
    return true;
  }
  if (m->has & HAS_EDGE && edge_of_year(r, m, s)) return true;
  if (m->has & HAS_PERIOD) {
    period_span(r, m, s);
    if ((m->has & HAS_WEEKDAY) && m->period == TEXT_GRAIN_WEEK)
      one_day(s, weekday_in_week(s->first, m->weekday));
    else if (m->has & HAS_EDGE)
      narrow(r, m, s);
    else if (m->has & HAS_RELDAY)
      one_day(s, r->today + m->relday);
    return true;
  }
  if (m->has & HAS_WEEKDAY) {
    weekday_alone(r, m, s);
    return true;
  }
  if (m->has & HAS_RELDAY) {
    one_day(s, r->today + m->relday);
    return true;
  }
  return false;
}
