/* What recurs: «هر دوشنبه ساعت ۵», "every other week", «ماهی یک بار», «یک روز در میان». */
#include <base/buffer.h>
#include <string.h>
#include <text/recurrence.h>

#include "when_reading.h"

typedef struct pattern {
  int frequency; /* recurrence_frequency */
  int interval;
  unsigned weekdays; /* bit 0: Sunday */
  int month_day;
  bool english;
  moment time; /* its clock and part of the day */
} pattern;

static bool is_hour_or_less(int unit) { return unit < TEXT_GRAIN_DAY; }

static bool set_unit(pattern *p, int unit, int count) {
  p->interval = count;
  switch (unit) {
    case TEXT_GRAIN_DAY:
      p->frequency = RECURRENCE_DAILY;
      return true;
    case TEXT_GRAIN_WEEK:
      p->frequency = RECURRENCE_WEEKLY;
      return true;
    case TEXT_GRAIN_MONTH:
      p->frequency = RECURRENCE_MONTHLY;
      return true;
    case TEXT_GRAIN_QUARTER:
      p->frequency = RECURRENCE_MONTHLY;
      p->interval = 3 * count;
      return true;
    case TEXT_GRAIN_YEAR:
      p->frequency = RECURRENCE_YEARLY;
      return true;
    default:
      return false;
  }
}

/* «دوشنبه و چهارشنبه», "Monday, Wednesday and Friday", «شنبه تا چهارشنبه» */
static size_t weekday_list(const reading *r, size_t i, pattern *p) {
  size_t end = i, at = i;
  int last = -1;
  bool range = false;
  for (int days = 0; days < RECURRENCE_DAYS && atom_class(r, at, WORD_WEEKDAY); days++) {
    int day = r->atoms[at].value;
    if (range && last >= 0)
      for (int d = last; d != day; d = (d + 1) % 7) p->weekdays |= 1U << d;
    p->weekdays |= 1U << day;
    last = day;
    end = ++at;
    if (atom_class(r, at, WORD_PLURAL)) end = ++at;
    range = atom_class(r, at, WORD_UNTIL) || (atom_class(r, at, WORD_TO) && !r->atoms[at].persian);
    if (!range && !atom_class(r, at, WORD_AND) && !atom_mark(r, at, ',')) break;
    if (atom_mark(r, at, ',') && atom_class(r, at + 1, WORD_AND)) at++;
    at++;
  }
  return end;
}

/* «به جز پنجشنبه و جمعه» */
static size_t except(const reading *r, size_t i, pattern *p) {
  size_t at = i;
  if (atom_class(r, at, WORD_TO) && atom_class(r, at + 1, WORD_EXCEPT)) at++;
  if (!atom_class(r, at, WORD_EXCEPT)) return i;
  at++;
  if (atom_class(r, at, WORD_FROM)) at++;
  pattern without = {0};
  size_t end = weekday_list(r, at, &without);
  if (end == at) return i;
  p->weekdays = (p->weekdays ? p->weekdays : 127) & ~without.weekdays;
  p->frequency = RECURRENCE_WEEKLY;
  return end;
}

/* What stands behind the pattern: a time, «یک بار», "of the week". */
static size_t behind(const reading *r, size_t i, pattern *p) {
  size_t end = i;
  for (int turns = 0; turns < 6; turns++) {
    size_t at = end;
    number n;
    if (atom_unit(r, at, TEXT_GRAIN_WEEK) && p->frequency == RECURRENCE_DAILY) {
      end = at + 1;
      continue;
    }
    size_t times = when_number(r, at, &n);
    if (times > at && atom_class(r, times, WORD_TIMES)) {
      end = times + 1;
      continue;
    }
    size_t next = except(r, at, p);
    if (next > at) {
      end = next;
      continue;
    }
    if (p->frequency == RECURRENCE_MONTHLY && !p->month_day) { /* «هر ماه روز دهم», "on the 5th" */
      size_t day = at;
      if (atom_class(r, day, WORD_IN) || atom_unit(r, day, TEXT_GRAIN_DAY)) day++;
      moment m = {0};
      next = when_ordinal_day(r, day, &m);
      if (next > day) {
        p->month_day = m.day;
        end = next;
        continue;
      }
    }
    if (atom_class(r, at, WORD_IN) || atom_mark(r, at, '@')) at++;
    if (atom_mark(r, at, ',') && !r->atoms[at].spaced) at++;
    if (p->frequency == RECURRENCE_WEEKLY && !p->weekdays && atom_class(r, at, WORD_WEEKDAY)) {
      end = weekday_list(r, at, p);
      continue;
    }
    next = when_clock(r, at, &p->time);
    if (next == at) next = when_part(r, at, &p->time);
    if (next == at) break;
    end = next;
  }
  return end;
}

/* every 2 weeks, «هر سه روز», «هر دوشنبه», "every other day", «هر شب» */
static size_t every(const reading *r, size_t i, pattern *p) {
  if (!atom_class(r, i, WORD_EVERY)) return i;
  size_t at = i + 1;
  int count = 1;
  number n;
  p->english = !r->atoms[i].persian;
  if (atom_class(r, at, WORD_OTHER)) {
    count = 2;
    at++;
  } else {
    size_t end = when_whole(r, at, 1, 400, &count, &n);
    if (end > at && (atom_class(r, end, WORD_UNIT) || (n.ordinal && atom_class(r, end, WORD_WEEKDAY))))
      at = end;
    else
      count = 1;
  }
  const atom *a = &r->atoms[at];
  if (a->kind != ATOM_WORD) return i;
  if (a->class == WORD_UNIT && set_unit(p, a->value, count)) {
    at++;
    if (!p->english && a->value == TEXT_GRAIN_DAY && atom_class(r, at, WORD_WEEKDAY)) {
      p->frequency = RECURRENCE_WEEKLY;
      at = weekday_list(r, at, p);
    }
    return behind(r, at, p);
  }
  if (a->class == WORD_WEEKDAY) {
    p->frequency = RECURRENCE_WEEKLY;
    p->interval = count;
    return behind(r, weekday_list(r, at, p), p);
  }
  if (a->class == WORD_WORKDAY || (a->class == WORD_WORKING && atom_class(r, at + 1, WORD_UNIT))) {
    p->frequency = RECURRENCE_WEEKLY;
    p->interval = 1;
    p->weekdays = 62; /* Monday to Friday */
    return behind(r, a->class == WORD_WORKING ? at + 2 : at + 1, p);
  }
  if (a->class == WORD_PART) {
    p->frequency = RECURRENCE_DAILY;
    p->interval = count;
    size_t end = when_part(r, at, &p->time);
    return behind(r, end, p);
  }
  return i;
}

/* «ماهی یک بار», «هفته‌ای دو بار», "once a week", "twice a month" */
static size_t times_per(const reading *r, size_t i, pattern *p) {
  const atom *a = &r->atoms[i];
  if (a->kind != ATOM_WORD) return i;
  number n;
  if (a->class == WORD_TIMES && !a->persian && a->value) {
    bool per = atom_class(r, i + 1, WORD_ARTICLE) || atom_class(r, i + 1, WORD_EVERY) || when_atom_is(r, &a[1], "per");
    if (!per || !atom_class(r, i + 2, WORD_UNIT) || !set_unit(p, a[2].value, 1)) return i;
    p->english = true;
    return behind(r, i + 3, p);
  }
  size_t at = i + 1;
  int unit;
  if (a->class == WORD_PER && a->persian)
    unit = a->value;
  else if (a->class == WORD_UNIT && a->persian && (when_atom_is(r, &a[1], "ای") || when_atom_is(r, &a[1], "ی")) &&
           a[1].joined)
    unit = a->value, at++;
  else
    return i;
  size_t end = when_number(r, at, &n);
  if (end == at || !atom_class(r, end, WORD_TIMES) || is_hour_or_less(unit) || !set_unit(p, unit, 1)) return i;
  return behind(r, end + 1, p);
}

/* «یک روز در میان», «روز در میان», «هفته‌ای یک در میان» aside */
static size_t alternating(const reading *r, size_t i, pattern *p) {
  number n;
  int count = 1;
  size_t at = when_whole(r, i, 1, 6, &count, &n);
  const atom *a = &r->atoms[at];
  if (a->kind != ATOM_WORD || !a->persian || (a->class != WORD_UNIT && a->class != WORD_PART)) return i;
  if (!atom_class(r, at + 1, WORD_MIDST) || !r->atoms[at + 1].value) return i;
  if (a->class == WORD_PART) {
    set_unit(p, TEXT_GRAIN_DAY, count + 1);
    p->time.has = HAS_PART;
    p->time.part = a->value;
  } else if (!set_unit(p, a->value, count + 1)) {
    return i;
  }
  return behind(r, at + 2, p);
}

/* «شنبه‌ها و دوشنبه‌ها», "on Mondays" */
static size_t plural_weekdays(const reading *r, size_t i, pattern *p) {
  size_t at = i;
  if (atom_class(r, at, WORD_IN)) at++;
  const atom *a = &r->atoms[at];
  bool on = at > i && when_atom_is(r, &a[-1], "on");
  if (on && (when_atom_is(r, a, "weekdays") || when_atom_is(r, a, "weekends"))) {
    p->frequency = RECURRENCE_WEEKLY;
    p->weekdays = when_atom_is(r, a, "weekdays") ? 62 : 65;
    p->english = true;
    return behind(r, at + 1, p);
  }
  if (!atom_class(r, at, WORD_WEEKDAY)) return i;
  bool plural = (a->flags & WORD_PLURAL_FORM) || (atom_class(r, at + 1, WORD_PLURAL) && a->persian);
  if (!plural) return i;
  p->frequency = RECURRENCE_WEEKLY;
  p->interval = 1;
  p->english = !a->persian;
  return behind(r, weekday_list(r, at, p), p);
}

static char *print_rule(const reading *r, const pattern *p) {
  static const char *const frequencies[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
  static const char *const names[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
  buffer b;
  buffer_init(&b, 200);
  if (!p->english && p->frequency >= RECURRENCE_MONTHLY) buffer_text(&b, "RSCALE=PERSIAN;");
  buffer_print(&b, "FREQ=%s", frequencies[p->frequency]);
  if (p->interval > 1) buffer_print(&b, ";INTERVAL=%d", p->interval);
  bool list = false;
  for (int k = 0; k < 7; k++) {
    int day = p->english ? (k + 1) % 7 : (k + 6) % 7;
    if (!(p->weekdays & (1U << day))) continue;
    buffer_text(&b, list ? "," : ";BYDAY=");
    buffer_text(&b, names[day]);
    list = true;
  }
  if (p->month_day) buffer_print(&b, ";BYMONTHDAY=%d", p->month_day);
  if (p->month_day > 28 || (p->frequency >= RECURRENCE_MONTHLY && !p->month_day)) buffer_text(&b, ";SKIP=BACKWARD");
  if (!p->english && p->frequency == RECURRENCE_WEEKLY && p->interval > 1) buffer_text(&b, ";WKST=SA");
  char *rule = b.failed ? NULL : arena_copy(r->arena, b.bytes, b.length);
  buffer_free(&b);
  return rule;
}

/* The first time it comes true from now on. */
static void first_time(const reading *r, const pattern *p, text_when *w) {
  recurrence rule;
  text_when time = {0};
  mcrm_time start = civil_midnight(r->now, r->zone);
  moment m = p->time;
  m.flags |= TEXT_WHEN_RELATIVE;
  m.has |= HAS_RELDAY;
  bool timed = (m.has & HAS_TIME) && when_resolve(r, &m, &time);
  if (timed) start = time.point;
  w->flags = timed ? time.flags & (TEXT_WHEN_ASSUMED | TEXT_WHEN_VAGUE) : 0;
  w->grain = timed ? (time.grain < TEXT_GRAIN_MINUTE ? TEXT_GRAIN_SECOND : TEXT_GRAIN_MINUTE) : TEXT_GRAIN_DAY;
  w->calendar = p->english ? TEXT_GREGORIAN : TEXT_JALALI;
  mcrm_error ignored = {0};
  mcrm_time first = 0;
  bool day_named = p->weekdays || p->month_day;
  if (recurrence_parse(w->rule, strlen(w->rule), &rule, &ignored) == MCRM_OK)
    first = recurrence_next(&rule, start, timed || !day_named ? r->now : start - 1, r->zone);
  if (!first) first = start;
  w->from = w->point = w->last = first;
  w->to = timed ? first : first + MS_PER_DAY;
}

/* «ساعت ۱۸ هر روز», "at 9 every Monday": the time first */
static size_t time_first(const reading *r, size_t i, pattern *p) {
  const atom *a = &r->atoms[i];
  bool hour = atom_unit(r, i, TEXT_GRAIN_HOUR) && a->persian;
  size_t at = i;
  if (atom_class(r, at, WORD_IN)) at++;
  if (!hour && r->atoms[at].kind != ATOM_DIGITS && !atom_class(r, at, WORD_PART)) return i;
  moment time = {0};
  size_t end = when_clock(r, at, &time);
  size_t part = when_part(r, end, &time);
  if (part > end) end = part;
  if (end == at || !atom_class(r, end, WORD_EVERY)) return i;
  size_t last = every(r, end, p);
  if (last == end) return i;
  if (!(p->time.has & HAS_TIME)) p->time = time;
  return last;
}

/* «شنبه تا چهارشنبه هر روز ساعت ۹» */
static size_t weekdays_first(const reading *r, size_t i, pattern *p) {
  size_t at = atom_class(r, i, WORD_FROM) && r->atoms[i].persian ? i + 1 : i;
  pattern days = {0};
  size_t end = weekday_list(r, at, &days);
  bool several = days.weekdays & (days.weekdays - 1);
  if (!several || !atom_class(r, end, WORD_EVERY) || !atom_unit(r, end + 1, TEXT_GRAIN_DAY)) return i;
  size_t last = every(r, end, p);
  if (last == end || p->frequency != RECURRENCE_DAILY) return i;
  p->frequency = RECURRENCE_WEEKLY;
  p->weekdays = days.weekdays;
  return last;
}

size_t when_except(const reading *r, size_t i) {
  pattern p = {0};
  return except(r, i, &p);
}

/* «هر روز ماه رمضان», «هر دوشنبه سال ۹۹», «هر روز از سال»: named with it, but a rule has no place for it. */
static size_t frame(const reading *r, size_t i) {
  size_t at = atom_class(r, i, WORD_FROM) && r->atoms[i].persian ? i + 1 : i;
  if (!r->atoms[at].persian) return i;
  moment m = {0};
  size_t end = when_year(r, at, &m);
  if (end == at) end = when_named_date(r, at, &m);
  if (end > at && !m.weak && !(m.has & HAS_DAY)) return end;
  if (at > i && atom_unit(r, at, TEXT_GRAIN_YEAR)) return at + 1;
  return i;
}

int when_recurrence(const reading *r, size_t i, expression *e) {
  pattern p = {.interval = 1};
  size_t end = every(r, i, &p);
  if (end == i) end = time_first(r, i, &p);
  if (end == i) end = weekdays_first(r, i, &p);
  if (end == i) end = times_per(r, i, &p);
  if (end == i) end = alternating(r, i, &p);
  if (end == i) end = plural_weekdays(r, i, &p);
  if (end == i) return MCRM_OK;
  e->end = frame(r, end);
  e->rule = print_rule(r, &p);
  if (!e->rule) return MCRM_NO_MEMORY;
  e->result.kind = TEXT_WHEN_RECURRENCE;
  e->result.rule = e->rule;
  first_time(r, &p, &e->result);
  return MCRM_OK;
}
