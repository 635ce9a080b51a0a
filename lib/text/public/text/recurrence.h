/* Repeating times: the part of RFC 5545 (RRULE) and RFC 7529 (RSCALE, SKIP) that tasks use:
 * FREQ=DAILY|WEEKLY|MONTHLY|YEARLY; INTERVAL; BYDAY (MO, 1MO, -1FR); BYMONTHDAY (15, -1); COUNT; UNTIL; WKST;
 * RSCALE=PERSIAN|GREGORIAN; SKIP=OMIT|BACKWARD|FORWARD. */
#ifndef TEXT_RECURRENCE_H
#define TEXT_RECURRENCE_H

#include <base/zone.h>
#include <marfacrm/types.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum recurrence_frequency {
  RECURRENCE_DAILY,
  RECURRENCE_WEEKLY,
  RECURRENCE_MONTHLY,
  RECURRENCE_YEARLY
} recurrence_frequency;

typedef enum recurrence_skip { RECURRENCE_OMIT, RECURRENCE_BACKWARD, RECURRENCE_FORWARD } recurrence_skip;

enum { RECURRENCE_DAYS = 14, RECURRENCE_MONTH_DAYS = 31, RECURRENCE_INTERVAL_MAX = 1000, RECURRENCE_COUNT_MAX = 10000 };

typedef struct recurrence {
  recurrence_frequency frequency;
  int interval;    /* 1 … RECURRENCE_INTERVAL_MAX */
  int count;       /* 0: no end by count */
  int week_start;  /* 0 = Sunday */
  mcrm_time until; /* the last moment that still counts; 0: none */
  bool until_day;  /* UNTIL named a day: `until` is its 00:00 UTC, and the whole day counts in the zone asked for */
  bool persian;    /* months and years of the Jalali calendar */
  recurrence_skip skip;
  uint8_t day_count, month_day_count;
  struct {
    int8_t nth; /* 0: every one */
    int8_t weekday;
  } days[RECURRENCE_DAYS];
  int8_t month_days[RECURRENCE_MONTH_DAYS];
} recurrence;

/* Reads a rule, with or without "RRULE:" before it. MCRM_INVALID with an error that names the part that is wrong. */
int recurrence_parse(const char *text, size_t length, recurrence *out, mcrm_error *error);

/* The first occurrence after `after` and not before `start`, which gives the time of day and the day that intervals
 * count from; 0 where there is none. Bounded: a rule that never comes true gives 0 after a fixed number of steps. */
mcrm_time recurrence_next(const recurrence *rule, mcrm_time start, mcrm_time after, const zone *z);

#endif
