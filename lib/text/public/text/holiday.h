/* Public holidays of Iran, and the working day. */
#ifndef TEXT_HOLIDAY_H
#define TEXT_HOLIDAY_H

#include <stdbool.h>
#include <stdint.h>

/* The Persian name of the public holiday on that day (days since 1970-01-01), or NULL. Fridays are not named here.
 * Lunar holidays are known for 1403–1410 and may shift by a day with the sighting of the moon. */
const char *holiday_name(int64_t days);
/* A public holiday or a Friday. */
bool holiday_is(int64_t days);
bool holiday_working_day(int64_t days);
/* The first working day after that day. */
int64_t holiday_next_working_day(int64_t days);

/* Days with names that people set dates by, holidays or not. */
typedef enum holiday_day {
  HOLIDAY_NOWRUZ,
  HOLIDAY_NATURE_DAY,
  HOLIDAY_YALDA,
  HOLIDAY_TASUA,
  HOLIDAY_ASHURA,
  HOLIDAY_ARBAEEN,
  HOLIDAY_MID_SHABAN,
  HOLIDAY_FITR,
  HOLIDAY_QURBAN,
  HOLIDAY_GHADIR,
  HOLIDAY_MABAATH,
  HOLIDAY_CHRISTMAS,
  HOLIDAY_CHRISTMAS_EVE,
  HOLIDAY_NEW_YEAR,
  HOLIDAY_NEW_YEARS_EVE,
  HOLIDAY_VALENTINE,
  HOLIDAY_HALLOWEEN,
  HOLIDAY_EASTER,
  HOLIDAY_GOOD_FRIDAY,
  HOLIDAY_THANKSGIVING,
  HOLIDAY_MOTHERS_DAY_FA,
  HOLIDAY_FATHERS_DAY_FA,
  HOLIDAY_TEACHERS_DAY_FA,
  HOLIDAY_STUDENTS_DAY_FA,
  HOLIDAY_FIRE_WEDNESDAY,
  HOLIDAY_EASTER_MONDAY,
  HOLIDAY_MAUNDY_THURSDAY,
  HOLIDAY_SHROVE_TUESDAY,
  HOLIDAY_ASH_WEDNESDAY,
  HOLIDAY_PALM_SUNDAY,
  HOLIDAY_ASCENSION,
  HOLIDAY_PENTECOST,
  HOLIDAY_WHIT_MONDAY,
  HOLIDAY_BLACK_FRIDAY,
  HOLIDAY_CYBER_MONDAY,
  HOLIDAY_MOTHERS_DAY,
  HOLIDAY_FATHERS_DAY,
  HOLIDAY_MLK_DAY,
  HOLIDAY_PRESIDENTS_DAY,
  HOLIDAY_MEMORIAL_DAY,
  HOLIDAY_LABOR_DAY,
  HOLIDAY_COLUMBUS_DAY,
  HOLIDAY_INDEPENDENCE_DAY,
  HOLIDAY_VETERANS_DAY,
  HOLIDAY_ST_PATRICK,
  HOLIDAY_BOXING_DAY,
  HOLIDAY_WOMENS_DAY,
  HOLIDAY_EARTH_DAY,
  HOLIDAY_DAYS
} holiday_day;

/* The next one on or after `from`, or that of the (Jalali or Gregorian) year, if it is not 0. False where the table
 * does not reach. */
bool holiday_find(holiday_day which, int64_t from, int year, int64_t *days);

/* Does the moon decide when it is? Then it may be a day off. */
bool holiday_is_lunar(holiday_day which);

/* A day of the lunar calendar, where the table reaches (1445–1454). */
bool holiday_lunar_days(int year, int month, int day, int64_t *days);

#endif
