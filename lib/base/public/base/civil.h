/* Gregorian calendar and ISO 8601. Days are counted from 1970-01-01; proleptic Gregorian.
 * The day/date conversion is Howard Hinnant's days_from_civil (public domain notes, "chrono-Compatible
 * Low-Level Date Algorithms"). */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include <base/zone.h>
#include <marfacrm/types.h>
#include <stdbool.h>

enum { MS_PER_SECOND = 1000, MS_PER_MINUTE = 60000, MS_PER_HOUR = 3600000, MS_PER_DAY = 86400000 };

typedef struct civil {
  int year, month, day;                  /* month and day from 1 */
  int hour, minute, second, millisecond; /* wall clock */
} civil;

int64_t civil_days(int year, int month, int day);
void civil_date(int64_t days, int *year, int *month, int *day);
bool civil_valid(int year, int month, int day);
/* 0 = Sunday … 6 = Saturday */
int civil_weekday(int64_t days);

/* Wall clock in the zone at an instant. */
civil civil_at(mcrm_time instant, const zone *z);
/* The instant of a wall clock; one that a summer-time jump skips is moved forward by the jump, one that
 * happens twice is the first. Fields may be out of range (day 32, hour 25): they carry over. */
mcrm_time civil_instant(const civil *c, const zone *z);
/* 00:00 of the day that holds the instant. */
mcrm_time civil_midnight(mcrm_time instant, const zone *z);

enum { CIVIL_ISO_SIZE = 40 };
/* 2026-11-22T09:00:00+03:30, with .mmm only where milliseconds are not zero. Returns the length. */
size_t civil_print(mcrm_time instant, const zone *z, char out[CIVIL_ISO_SIZE]);
/* Reads YYYY-MM-DD[(T| )hh:mm[:ss[.fff]][Z|±hh[:]mm]]; without an offset it is wall clock in the zone. */
bool civil_parse(const char *text, size_t length, const zone *z, mcrm_time *out);

#endif
