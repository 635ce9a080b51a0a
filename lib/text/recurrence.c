#include <base/civil.h>
#include <text/jalali.h>
#include <text/recurrence.h>

/* Periods without an occurrence that are looked through before giving up: enough for 30 Esfand every 7th year. */
enum { EMPTY_MAX = 400, DAYS_MAX = 64 };

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

typedef struct anchor {
  const recurrence *rule;
  const zone *zone;
  civil clock; /* of the start */
  int64_t day;
  int year, month, month_day; /* in the rule's calendar */
} anchor;

static void split(bool persian, int64_t days, int *y, int *m, int *d) {
  if (persian)
    jalali_from_days(days, y, m, d);
  else
    civil_date(days, y, m, d);
}

static int64_t month_first(bool persian, int64_t month_index) {
  int y = (int)floor_div(month_index, 12), m = (int)(month_index - (int64_t)y * 12) + 1;
  return persian ? jalali_days(y, m, 1) : civil_days(y, m, 1);
}

/* The days of one period, ascending. */
typedef struct period_days {
  int64_t at[DAYS_MAX];
  int count;
} period_days;

static void put(period_days *p, int64_t day) {
  int at = p->count;
  if (at == DAYS_MAX) return;
  while (at > 0 && p->at[at - 1] >= day) {
    if (p->at[at - 1] == day) return;
    at--;
  }
  for (int i = p->count; i > at; i--) p->at[i] = p->at[i - 1];
  p->at[at] = day;
  p->count++;
}

static bool on_weekday(const recurrence *rule, int64_t day) {
  if (!rule->day_count) return true;
  for (int i = 0; i < rule->day_count; i++)
    if (rule->days[i].weekday == civil_weekday(day)) return true;
  return false;
}

static void put_month_day(const recurrence *rule, period_days *p, int64_t first, int64_t end, int day) {
  int64_t at = day > 0 ? first + day - 1 : end + day;
  if (at < first) return;
  if (at >= end) {
    if (rule->skip == RECURRENCE_OMIT) return;
    at = rule->skip == RECURRENCE_BACKWARD ? end - 1 : end;
  }
  if (on_weekday(rule, at) || rule->days[0].nth) put(p, at);
}

static void month_days(const anchor *a, period_days *p, int64_t month_index) {
  const recurrence *rule = a->rule;
  int64_t first = month_first(rule->persian, month_index), end = month_first(rule->persian, month_index + 1);
  if (rule->month_day_count) {
    for (int i = 0; i < rule->month_day_count; i++) put_month_day(rule, p, first, end, rule->month_days[i]);
    return;
  }
  if (!rule->day_count) {
    put_month_day(rule, p, first, end, a->month_day);
    return;
  }
  for (int i = 0; i < rule->day_count; i++) {
    int nth = rule->days[i].nth, weekday = rule->days[i].weekday;
    int64_t day = first + (weekday - civil_weekday(first) + 7) % 7;
    if (!nth) {
      for (; day < end; day += 7) put(p, day);
    } else {
      day = nth > 0 ? day + 7 * (int64_t)(nth - 1)
                    : end - 7 + (weekday - civil_weekday(end) + 7) % 7 + 7 * (int64_t)(nth + 1);
      if (day >= first && day < end) put(p, day);
    }
  }
}

static int64_t week_of(const recurrence *rule, int64_t day) {
  return day - (civil_weekday(day) - rule->week_start + 7) % 7;
}

static void days_of_period(const anchor *a, int64_t k, period_days *p) {
  const recurrence *rule = a->rule;
  int64_t step = k * rule->interval;
  p->count = 0;
  switch (rule->frequency) {
    case RECURRENCE_DAILY:
      if (on_weekday(rule, a->day + step)) put(p, a->day + step);
      break;
    case RECURRENCE_WEEKLY: {
      int64_t week = week_of(rule, a->day) + 7 * step;
      for (int64_t day = week; day < week + 7; day++)
        if (rule->day_count ? on_weekday(rule, day) : civil_weekday(day) == civil_weekday(a->day)) put(p, day);
      break;
    }
    case RECURRENCE_MONTHLY:
      month_days(a, p, (int64_t)a->year * 12 + a->month - 1 + step);
      break;
    case RECURRENCE_YEARLY:
      month_days(a, p, ((int64_t)a->year + step) * 12 + a->month - 1);
      break;
  }
}

/* The period that holds the day, or an earlier one. */
static int64_t period_before(const anchor *a, int64_t day) {
  const recurrence *rule = a->rule;
  int y, m, d;
  split(rule->persian, day, &y, &m, &d);
  int64_t units = 0;
  switch (rule->frequency) {
    case RECURRENCE_DAILY:
      units = day - a->day;
      break;
    case RECURRENCE_WEEKLY:
      units = floor_div(day - week_of(rule, a->day), 7);
      break;
    case RECURRENCE_MONTHLY:
      units = (int64_t)(y - a->year) * 12 + m - a->month;
      break;
    case RECURRENCE_YEARLY:
      units = y - a->year;
      break;
  }
  int64_t k = floor_div(units, rule->interval) - 1;
  return k < 0 ? 0 : k;
}

static mcrm_time at_day(const anchor *a, int64_t day) {
  civil c = a->clock;
  civil_date(day, &c.year, &c.month, &c.day);
  return civil_instant(&c, a->zone);
}

mcrm_time recurrence_next(const recurrence *rule, mcrm_time start, mcrm_time after, const zone *z) {
  anchor a = {.rule = rule, .zone = z, .clock = civil_at(start, z)};
  if (rule->interval < 1) return 0;
  a.day = civil_days(a.clock.year, a.clock.month, a.clock.day);
  split(rule->persian, a.day, &a.year, &a.month, &a.month_day);
  civil c = civil_at(after, z);
  int64_t after_day = civil_days(c.year, c.month, c.day);
  if (c.year > 9000 || a.clock.year > 9000) return 0;
  /* a count counts from the start; otherwise begin near `after` */
  int64_t k = rule->count || after < start ? 0 : period_before(&a, after_day);
  int seen = 0;
  for (int empty = 0; empty < EMPTY_MAX; k++) {
    period_days p;
    days_of_period(&a, k, &p);
    bool any = false;
    for (int i = 0; i < p.count; i++) {
      mcrm_time at = at_day(&a, p.at[i]);
      if (at < start) continue;
      any = true;
      if (rule->until && (rule->until_day ? p.at[i] * MS_PER_DAY > rule->until : at > rule->until)) return 0;
      if (rule->count && ++seen > rule->count) return 0;
      if (at > after) return at;
    }
    empty = any ? 0 : empty + 1;
  }
  return 0;
}
