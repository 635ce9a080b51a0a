/* Counting out: from what the words say to instants. Days: when_days.c. The conventions of the clock:
 * - Parts of the day without an hour: «صبح» 9 («صبح زود» 6), «ظهر» 12, «بعدازظهر» 15, «عصر» and «آخر وقت» 17, «غروب»
 * 19, «شب» 21. English parts are ranges ("this evening" is 18 to 24) whose one moment is such an hour.
 * - An hour without a half of the day: 8–11 in the morning, 12 and 1–7 in the afternoon, marked as assumed.
 * - A time without a day is today's, or tomorrow's if it has passed. */
#include "when_reading.h"

typedef struct part_hours {
  int hour, first, end; /* the one moment; the range, end exclusive (English) */
} part_hours;

static const part_hours parts[] = {
    [PART_DAWN] = {5, 4, 6},       [PART_EARLY] = {6, 0, 9},      [PART_MORNING] = {9, 0, 12},
    [PART_NOON] = {12, 12, 13},    [PART_LUNCH] = {12, 12, 14},   [PART_AFTERNOON] = {15, 12, 19},
    [PART_EVENING] = {17, 18, 24}, [PART_DUSK] = {19, 18, 20},    [PART_CLOSE] = {17, 16, 18},
    [PART_NIGHT] = {21, 18, 24},   [PART_MIDNIGHT] = {24, 24, 25}};

static mcrm_time at_day(const reading *r, int64_t day, int hour, int minute, int second) {
  int y, m, d;
  civil_date(day, &y, &m, &d);
  civil c = {.year = y, .month = m, .day = d, .hour = hour, .minute = minute, .second = second};
  return civil_instant(&c, r->zone);
}

/* The hour of 24 that the words mean; 24 and more are the next day's. */
static int full_hour(moment *m) {
  int hour = m->hour;
  if (hour > 12) return hour;
  if (m->meridiem == 1) return hour % 12;
  if (m->meridiem == 2) return hour % 12 + 12;
  if (m->has & HAS_PART) switch (m->part) {
      case PART_DAWN:
      case PART_EARLY:
      case PART_MORNING:
        return hour == 12 && m->part != PART_MORNING ? 0 : hour % 12 == 0 && m->english ? 0 : hour;
      case PART_NOON:
      case PART_LUNCH:
        return hour < 6 ? hour + 12 : hour;
      case PART_AFTERNOON:
      case PART_EVENING:
      case PART_DUSK:
      case PART_CLOSE:
        return hour == 12 && m->part == PART_EVENING && m->english ? 24 : hour % 12 + 12;
      case PART_NIGHT:
        return hour == 12 || hour == 0 ? 24 : hour < 5 && !m->english ? hour : hour + 12;
      case PART_MIDNIGHT:
        return hour == 12 ? 24 : hour < 6 ? hour + 24 : hour + 12;
      default:
        break;
    }
  if (m->exact || hour == 0) return hour;
  if (hour < 8) {
    m->flags |= TEXT_WHEN_ASSUMED;
    return hour + 12;
  }
  if (hour < 12) m->flags |= TEXT_WHEN_ASSUMED;
  return hour;
}

/* A time on a day; `free` if the day was not said. */
static void set_time(const reading *r, moment *m, int64_t day, bool free, text_when *w) {
  if (m->has & HAS_CLOCK) {
    bool said_half = m->meridiem || (m->has & HAS_PART) || m->exact;
    int hour = full_hour(m);
    w->point = at_day(r, day, hour, m->minute, m->second);
    if (m->has_zone) {
      int32_t offset = zone_offset(r->zone, w->point);
      w->point += (int64_t)offset * MS_PER_SECOND - (int64_t)m->zone_minutes * MS_PER_MINUTE;
    }
    if (free && w->point < r->now && !(m->flags & TEXT_WHEN_PAST)) {
      w->point = at_day(r, ++day, hour, m->minute, m->second);
      m->flags |= TEXT_WHEN_ASSUMED;
    }
    if (free && w->point > r->now && (m->flags & TEXT_WHEN_PAST))
      w->point = at_day(r, --day, hour, m->minute, m->second);
    if (!said_half && m->hour >= 1 && m->hour <= 11) {
      int other = hour >= 12 ? hour - 12 : hour + 12;
      w->candidates[w->candidate_count++] = at_day(r, day, other, m->minute, m->second);
    }
    w->from = w->to = w->last = w->point;
    w->grain = m->clock_grain == TEXT_GRAIN_SECOND ? TEXT_GRAIN_SECOND
               : m->clock_grain == TEXT_GRAIN_HOUR ? TEXT_GRAIN_HOUR
                                                   : TEXT_GRAIN_MINUTE;
    return;
  }
  const part_hours *p = &parts[m->part];
  int hour = p->hour;
  if (m->part == PART_EVENING && m->english) hour = 18;
  if (m->part == PART_MIDNIGHT && (m->has & HAS_DAY)) hour = 0; /* "midnight on 12 August" */
  if (free && !(m->flags & (TEXT_WHEN_PAST | TEXT_WHEN_RELATIVE)) &&
      at_day(r, day, p->end > hour ? p->end : hour + 1, 0, 0) <= r->now)
    day++;
  w->point = at_day(r, day, hour, 0, 0);
  w->from = w->point;
  w->to = at_day(r, day, p->end > hour ? p->end : hour + 1, 0, 0);
  if (m->english && m->part != PART_NOON && m->part != PART_MIDNIGHT) {
    bool late = (m->flags & TEXT_WHEN_VAGUE) && m->part == PART_NIGHT;
    w->from = at_day(r, day, late ? 21 : p->first, 0, 0);
  } else if (m->part == PART_NOON || m->part == PART_MIDNIGHT) {
    w->to = w->from;
  }
  w->last = w->from;
  w->grain = TEXT_GRAIN_HOUR;
  m->flags |= TEXT_WHEN_ASSUMED;
}

static void set_span(const reading *r, const day_span *s, text_when *w) {
  w->from = at_day(r, s->first, 0, 0, 0);
  w->to = at_day(r, s->end, 0, 0, 0);
  w->last = s->grain == TEXT_GRAIN_DAY ? at_day(r, s->end - 1, 0, 0, 0) : w->from;
  w->point = at_day(r, s->point, 0, 0, 0);
  w->grain = (text_grain)s->grain;
  if (s->has_other) w->candidates[w->candidate_count++] = at_day(r, s->other, 0, 0, 0);
}

/* now, or the base, moved by the moment's shift */
static bool shifted(const reading *r, moment *m, text_when *w) {
  text_calendar calendar = when_calendar(r, m);
  if (calendar == TEXT_LUNAR) calendar = TEXT_JALALI;
  if (m->counted_from) {
    moment base = *m;
    base.has &= ~(unsigned)HAS_SHIFT;
    base.counted_from = false;
    if (!when_resolve(r, &base, w)) return false;
    bool timed = base.has & HAS_TIME || m->shift_grain < TEXT_GRAIN_DAY;
    m->flags |= w->flags & ~(unsigned)TEXT_WHEN_PAST;
    civil c = civil_at(w->point, r->zone);
    int64_t day = when_add_months(civil_days(c.year, c.month, c.day), m->months, calendar) + m->days;
    w->point = at_day(r, day, c.hour, c.minute, c.second) + m->ms;
    w->candidate_count = 0;
    w->from = w->last = w->point;
    w->to = timed ? w->from : at_day(r, day + 1, 0, 0, 0);
    w->grain = timed ? TEXT_GRAIN_MINUTE : TEXT_GRAIN_DAY;
    if (w->point < r->now - MS_PER_DAY) m->flags |= TEXT_WHEN_PAST;
    return true;
  }
  if (m->months > 12 * 5000 || m->months < -12 * 5000 || m->days > 2000000 || m->days < -2000000) return false;
  int64_t day = when_add_months(r->today, m->months, calendar) + m->days;
  if (m->working && m->days < 4000 && m->days > -4000) day = when_working_days(r->today, m->days, m->english);
  if ((m->has & HAS_WEEKDAY) && m->shift_grain == TEXT_GRAIN_WEEK) { /* «دوشنبه دو هفته آینده» */
    int64_t back = m->english ? (civil_weekday(day) + 6) % 7 : (civil_weekday(day) + 1) % 7;
    int64_t first = day - back;
    day = first + (m->weekday - civil_weekday(first) + 7) % 7;
  }
  if (m->shift_grain < TEXT_GRAIN_DAY || m->ms) {
    const civil *c = &r->clock;
    w->point = at_day(r, day, c->hour, c->minute, c->second) + m->ms;
    w->from = w->to = w->last = w->point;
    w->grain = m->shift_grain == TEXT_GRAIN_SECOND ? TEXT_GRAIN_SECOND : TEXT_GRAIN_MINUTE;
    return true;
  }
  if (m->has & HAS_TIME) {
    set_time(r, m, day, false, w);
    return true;
  }
  day_span s = {day, day + 1, day, TEXT_GRAIN_DAY, 0, false};
  set_span(r, &s, w);
  return true;
}

/* Spans of hours, minutes, seconds: "next 3 minutes", «ساعت آینده» */
static bool small_period(const reading *r, const moment *m, text_when *w) {
  static const int64_t sizes[] = {MS_PER_SECOND, MS_PER_MINUTE, MS_PER_HOUR};
  if (!(m->has & HAS_PERIOD) || m->period > TEXT_GRAIN_HOUR) return false;
  int64_t size = sizes[m->period], offset = (int64_t)zone_offset(r->zone, r->now) * MS_PER_SECOND;
  int64_t local = r->now + offset, start = local - local % size;
  int64_t count = m->period_count > 0 ? m->period_count : 1;
  w->from = start - offset + m->period_shift * size;
  w->to = w->from + count * size;
  w->last = w->from;
  w->point = r->now + (m->period_shift > 0 ? count : m->period_shift) * size;
  w->grain = (text_grain)m->period;
  return true;
}

bool when_resolve(const reading *r, const moment *said, text_when *w) {
  moment copy = *said, *m = &copy;
  day_span s;
  bool date = (m->has & HAS_DATE) != 0;
  w->candidate_count = 0;
  if (m->flags & TEXT_WHEN_NO_VALUE) {
    w->flags = m->flags;
    w->grain = TEXT_GRAIN_DAY;
    w->kind = TEXT_WHEN_DATE;
    return true;
  }
  if (m->has & HAS_SHIFT) {
    if (!shifted(r, m, w)) return false;
  } else if (m->has & HAS_NOW && !date) {
    if (m->has & HAS_TIME) {
      set_time(r, m, r->today, true, w);
    } else {
      w->from = w->to = w->last = w->point = r->now - (r->now % MS_PER_SECOND + MS_PER_SECOND) % MS_PER_SECOND;
      w->grain = TEXT_GRAIN_SECOND;
    }
  } else if (small_period(r, m, w)) {
    date = true;
  } else if (date) {
    if (!when_days(r, m, &s)) return false;
    if ((m->has & HAS_HOLIDAY) && (m->has & HAS_PART) && m->part == PART_NIGHT && !m->english) { /* «شب عید»: its eve */
      s.first--;
      s.end--;
      s.point--;
    }
    if (m->has & HAS_TIME)
      set_time(r, m, s.end - s.first == 1 ? s.first : s.point, false, w);
    else
      set_span(r, &s, w);
    if (s.has_other && (m->has & HAS_TIME) && !w->candidate_count) {
      civil c = civil_at(w->point, r->zone);
      w->candidates[w->candidate_count++] = at_day(r, s.other, c.hour, c.minute, c.second);
    }
  } else if (m->has & HAS_TIME) {
    set_time(r, m, r->today, true, w);
  } else {
    return false;
  }
  w->flags = m->flags;
  if (w->to <= at_day(r, r->today, 0, 0, 0) && w->point < r->now) w->flags |= TEXT_WHEN_PAST;
  w->calendar = when_calendar(r, m);
  if (w->calendar == TEXT_LUNAR) w->flags |= TEXT_WHEN_APPROXIMATE;
  bool timed = (m->has & HAS_TIME) || w->grain < TEXT_GRAIN_DAY;
  w->kind = timed ? (date || (m->has & HAS_SHIFT) ? TEXT_WHEN_DATETIME : TEXT_WHEN_TIME) : TEXT_WHEN_DATE;
  return true;
}
