/* Days in the zone of the CRM. */
#ifndef CRM_DAY_H
#define CRM_DAY_H

#include <base/civil.h>

/* 00:00 of the day that is `days` after the one that holds the instant. */
static inline mcrm_time day_from(mcrm_time instant, int days, const zone *z) {
  civil c = civil_at(instant, z);
  c.day += days;
  c.hour = c.minute = c.second = c.millisecond = 0;
  return civil_instant(&c, z);
}

/* Days since 1970-01-01 of the day that holds the instant. */
static inline int64_t day_number(mcrm_time instant, const zone *z) {
  civil c = civil_at(instant, z);
  return civil_days(c.year, c.month, c.day);
}

#endif
