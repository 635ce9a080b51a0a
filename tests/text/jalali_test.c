/* The Jalali calendar, against the official table and against ICU. */
#include <base/civil.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <text/holiday.h>
#include <text/jalali.h>
#include <unicode/ucal.h>

static FILE *open_cases(const char *name) {
  char path[512];
  const char *folder = getenv("MARFACRM_CASES");
  snprintf(path, sizeof path, "%s/%s", folder ? folder : MARFACRM_CASES_DEFAULT, name);
  return fopen(path, "r");
}

START_TEST(every_day_of_the_official_table) {
  FILE *table = open_cases("jalali-official-newyear-1206-1498.tsv");
  if (!table) return; /* the cases live beside the project, not in it */
  int year, y, m, d, leap, cycle, years = 0;
  int64_t expected_next = 0;
  while (fscanf(table, "%d\t%d-%d-%d\t%d\t%d", &year, &y, &m, &d, &leap, &cycle) == 6) {
    int64_t first = civil_days(y, m, d);
    if (expected_next) ck_assert_int_eq(first, expected_next);
    ck_assert_int_eq(jalali_leap(year), leap);
    int64_t at = first;
    for (int month = 1; month <= 12; month++)
      for (int day = 1; day <= jalali_month_days(year, month); day++, at++) {
        int yy, mm, dd;
        ck_assert_int_eq(jalali_days(year, month, day), at);
        jalali_from_days(at, &yy, &mm, &dd);
        ck_assert(yy == year && mm == month && dd == day);
      }
    expected_next = at;
    years++;
  }
  fclose(table);
  ck_assert_int_eq(years, 293);
}
END_TEST

START_TEST(every_day_of_1300_to_1500_as_icu_has_it) {
  UErrorCode status = U_ZERO_ERROR;
  static const UChar utc[] = {'U', 'T', 'C', 0};
  UCalendar *calendar = ucal_open(utc, -1, "fa_IR@calendar=persian", UCAL_TRADITIONAL, &status);
  ck_assert(U_SUCCESS(status));
  for (int64_t days = jalali_days(1300, 1, 1); days < jalali_days(1501, 1, 1); days++) {
    int year, month, day;
    jalali_from_days(days, &year, &month, &day);
    ucal_setMillis(calendar, (double)days * 86400000.0, &status);
    ck_assert_int_eq(ucal_get(calendar, UCAL_YEAR, &status), year);
    ck_assert_int_eq(ucal_get(calendar, UCAL_MONTH, &status) + 1, month);
    ck_assert_int_eq(ucal_get(calendar, UCAL_DATE, &status), day);
    ck_assert_int_eq(ucal_get(calendar, UCAL_DAY_OF_WEEK, &status) - 1, civil_weekday(days));
    ck_assert_int_eq(jalali_days(year, month, day), days);
  }
  ucal_close(calendar);
}
END_TEST

START_TEST(known_leap_years) {
  ck_assert(jalali_leap(1399) && jalali_leap(1403) && jalali_leap(1408) && jalali_leap(1503));
  ck_assert(!jalali_leap(1404) && !jalali_leap(1405) && !jalali_leap(1502));
  ck_assert(jalali_valid(1403, 12, 30) && !jalali_valid(1404, 12, 30) && !jalali_valid(1404, 7, 31));
  ck_assert(!jalali_valid(1404, 0, 1) && !jalali_valid(1404, 13, 1) && !jalali_valid(0, 1, 1));
}
END_TEST

START_TEST(years_far_away_convert_both_ways) {
  for (int year = 1; year <= JALALI_YEAR_MAX; year++) {
    ck_assert_int_eq(jalali_days(year + 1, 1, 1) - jalali_days(year, 1, 1), jalali_leap(year) ? 366 : 365);
    int y, m, d;
    jalali_from_days(jalali_days(year, 12, 29), &y, &m, &d);
    ck_assert(y == year && m == 12 && d == 29);
  }
}
END_TEST

START_TEST(months_and_years_clamp_to_the_month) {
  jalali_date d = jalali_add_months((jalali_date){1405, 6, 31}, 1);
  ck_assert(d.year == 1405 && d.month == 7 && d.day == 30);
  d = jalali_add_months((jalali_date){1405, 1, 15}, -1);
  ck_assert(d.year == 1404 && d.month == 12 && d.day == 15);
  d = jalali_add_years((jalali_date){1403, 12, 30}, 1);
  ck_assert(d.year == 1404 && d.month == 12 && d.day == 29);
}
END_TEST

START_TEST(dates_in_words) {
  buffer b;
  buffer_init(&b, 1000);
  jalali_print(&b, civil_days(2026, 11, 24), TEXT_PERSIAN);
  ck_assert_str_eq(b.bytes, "سه‌شنبه ۳ آذر ۱۴۰۵");
  buffer_clear(&b);
  jalali_print(&b, civil_days(2026, 11, 24), TEXT_ENGLISH);
  ck_assert_str_eq(b.bytes, "Tuesday 3 Azar 1405");
  buffer_clear(&b);
  jalali_print_number(&b, civil_days(2026, 11, 24));
  ck_assert_str_eq(b.bytes, "1405/09/03");
  buffer_free(&b);
  ck_assert_str_eq(jalali_month_name(13, TEXT_PERSIAN), "");
}
END_TEST

/* The table was entered by hand in part: every month has 29 or 30 days, and no more than three in a row have the same.
 */
START_TEST(lunar_months_have_29_or_30_days) {
  int64_t before = 0, first;
  int months = 0, same = 0, length = 0;
  for (int year = 1445; year <= 1454; year++)
    for (int month = 1; month <= 12; month++) {
      if (!holiday_lunar_days(year, month, 1, &first)) continue;
      int64_t days = first - before;
      if (before) {
        ck_assert_msg(days == 29 || days == 30, "before %d/%d: %d days", year, month, (int)days);
        same = days == length ? same + 1 : 1;
        ck_assert_msg(same <= 3, "before %d/%d: %d months of %d days", year, month, same, (int)days);
        length = (int)days;
      }
      before = first;
      months++;
    }
  ck_assert_int_eq(months, 108);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("jalali");
  TCase *tests = tcase_create("jalali");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, lunar_months_have_29_or_30_days);
  tcase_add_test(tests, every_day_of_the_official_table);
  tcase_add_test(tests, every_day_of_1300_to_1500_as_icu_has_it);
  tcase_add_test(tests, known_leap_years);
  tcase_add_test(tests, years_far_away_convert_both_ways);
  tcase_add_test(tests, months_and_years_clamp_to_the_month);
  tcase_add_test(tests, dates_in_words);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
