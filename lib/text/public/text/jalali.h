/* The Iranian (Jalali, Solar Hijri) calendar, exact for the years of the official table (1206–1498) and, after
 * them, as ICU computes it. Days are counted from 1970-01-01, as in base/civil.h. */
#ifndef TEXT_JALALI_H
#define TEXT_JALALI_H

#include <base/buffer.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum text_language { TEXT_AUTO, TEXT_PERSIAN, TEXT_ENGLISH } text_language;

enum { JALALI_YEAR_MAX = 1799 };

typedef struct jalali_date {
  int year, month, day; /* month and day from 1 */
} jalali_date;

bool jalali_leap(int year);
/* 31, 30 or 29; 0 where there is no such month. */
int jalali_month_days(int year, int month);
bool jalali_valid(int year, int month, int day);
/* Days since 1970-01-01 of a valid date. A day beyond the month's length carries over. */
int64_t jalali_days(int year, int month, int day);
void jalali_from_days(int64_t days_since_1970, int *year, int *month, int *day);
/* A day that the new month does not have becomes its last one: 31 Shahrivar + 1 month = 30 Mehr. */
jalali_date jalali_add_months(jalali_date date, int64_t months);
jalali_date jalali_add_years(jalali_date date, int64_t years);

/* "" where the number is out of range. Persian for TEXT_AUTO. weekday: 0 = Sunday, as in base/civil.h. */
const char *jalali_month_name(int month, text_language language);
const char *jalali_weekday_name(int weekday, text_language language);
/* "سه‌شنبه ۱۵ آبان ۱۴۰۵", "Tuesday 15 Aban 1405" */
void jalali_print(buffer *out, int64_t days, text_language language);
/* 1405/08/15 */
void jalali_print_number(buffer *out, int64_t days);

#endif
