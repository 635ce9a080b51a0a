/* Repeating times. */
#include <base/civil.h>
#include <check.h>
#include <string.h>
#include <text/jalali.h>
#include <text/recurrence.h>

static zone *tehran;

static void setup(void) {
  mcrm_error error = {0};
  tehran = zone_load("Asia/Tehran", &error);
  ck_assert_ptr_nonnull(tehran);
}

static void teardown(void) { zone_free(tehran); }

static mcrm_time at(const char *iso) {
  mcrm_time t = 0;
  ck_assert(civil_parse(iso, strlen(iso), tehran, &t));
  return t;
}

static recurrence rule(const char *text) {
  recurrence r;
  mcrm_error error = {0};
  ck_assert_msg(recurrence_parse(text, strlen(text), &r, &error) == MCRM_OK, "%s: %s", text, error.detail);
  return r;
}

/* The first occurrences from the start on, each found from the one before. */
static void gives(const char *text, const char *start, const char *const *expected, size_t count) {
  recurrence r = rule(text);
  mcrm_time first = at(start), last = first - 1;
  for (size_t i = 0; i < count; i++) {
    mcrm_time next = recurrence_next(&r, first, last, tehran);
    if (!expected[i]) {
      ck_assert_int_eq(next, 0);
      return;
    }
    char iso[CIVIL_ISO_SIZE] = "none";
    if (next) civil_print(next, tehran, iso);
    ck_assert_msg(next == at(expected[i]), "%s, number %zu: %s instead of %s", text, i + 1, iso, expected[i]);
    last = next;
  }
}
#define GIVES(text, start, ...)                                       \
  do {                                                                \
    static const char *const expected[] = {__VA_ARGS__};              \
    gives(text, start, expected, sizeof expected / sizeof *expected); \
  } while (0)

START_TEST(days_and_weeks) {
  GIVES("FREQ=DAILY", "2026-11-22T09:00", "2026-11-22T09:00", "2026-11-23T09:00", "2026-11-24T09:00");
  GIVES("FREQ=DAILY;INTERVAL=2", "2026-11-22T09:00", "2026-11-22T09:00", "2026-11-24T09:00", "2026-11-26T09:00");
  GIVES("FREQ=DAILY;BYDAY=SA,SU,MO,TU,WE", "2026-11-25", "2026-11-25", "2026-11-28", "2026-11-29");
  GIVES("FREQ=WEEKLY", "2026-11-22T09:00", "2026-11-22T09:00", "2026-11-29T09:00");
  GIVES("FREQ=WEEKLY;BYDAY=MO,WE", "2026-11-22", "2026-11-23", "2026-11-25", "2026-11-30", "2026-12-02");
  GIVES("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-23", "2026-11-23", "2026-12-07", "2026-12-21");
  /* the week's first day decides which weeks are skipped (RFC 5545, 3.3.10) */
  GIVES("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05T09:00", "1997-08-05T09:00",
        "1997-08-10T09:00", "1997-08-19T09:00", "1997-08-24T09:00", NULL);
  GIVES("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05T09:00", "1997-08-05T09:00",
        "1997-08-17T09:00", "1997-08-19T09:00", "1997-08-31T09:00", NULL);
}
END_TEST

START_TEST(months_and_years) {
  GIVES("FREQ=MONTHLY;BYMONTHDAY=15", "2026-11-22", "2026-12-15", "2027-01-15");
  GIVES("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-22", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28");
  GIVES("FREQ=MONTHLY;BYDAY=1MO", "2026-11-22", "2026-12-07", "2027-01-04");
  GIVES("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-22", "2026-11-27", "2026-12-25");
  GIVES("FREQ=YEARLY", "2024-02-29", "2024-02-29", "2028-02-29");
  GIVES("FREQ=YEARLY;SKIP=BACKWARD", "2024-02-29", "2024-02-29", "2025-02-28", "2026-02-28");
}
END_TEST

START_TEST(a_month_without_the_day) {
  GIVES("FREQ=MONTHLY", "2026-10-31", "2026-10-31", "2026-12-31", "2027-01-31");
  GIVES("FREQ=MONTHLY;SKIP=OMIT", "2026-10-31", "2026-10-31", "2026-12-31");
  GIVES("FREQ=MONTHLY;SKIP=BACKWARD", "2026-10-31", "2026-10-31", "2026-11-30", "2026-12-31");
  GIVES("FREQ=MONTHLY;SKIP=FORWARD", "2026-10-31", "2026-10-31", "2026-12-01", "2026-12-31");
}
END_TEST

START_TEST(jalali_months) {
  /* 31 Shahrivar 1405 = 22 September 2026; Mehr has 30 days */
  GIVES("RSCALE=PERSIAN;FREQ=MONTHLY;SKIP=BACKWARD", "2026-09-22T18:00", "2026-09-22T18:00", "2026-10-22T18:00",
        "2026-11-21T18:00");
  GIVES("RSCALE=PERSIAN;FREQ=MONTHLY;BYMONTHDAY=10", "2026-11-22", "2026-12-01", "2026-12-31");
  GIVES("RSCALE=PERSIAN;FREQ=YEARLY", "2026-03-21", "2026-03-21", "2027-03-21", "2028-03-20", "2029-03-20");
  /* 30 Esfand: only in leap years 1403, 1408, 1412 */
  GIVES("RSCALE=PERSIAN;FREQ=YEARLY", "2025-03-20", "2025-03-20", "2030-03-20", "2034-03-20");
  GIVES("RSCALE=GREGORIAN;FREQ=MONTHLY", "2026-11-22", "2026-11-22", "2026-12-22");
}
END_TEST

START_TEST(ends) {
  GIVES("FREQ=DAILY;COUNT=2", "2026-11-22", "2026-11-22", "2026-11-23", NULL);
  GIVES("FREQ=DAILY;UNTIL=20261124", "2026-11-22", "2026-11-22", "2026-11-23", "2026-11-24", NULL);
  GIVES("FREQ=DAILY;UNTIL=20261123T060000Z", "2026-11-22T09:00", "2026-11-22T09:00", "2026-11-23T09:00", NULL);
}
END_TEST

START_TEST(the_wall_clock_stays) {
  /* Tehran put its clocks forward on 2022-03-22 for the last time */
  GIVES("FREQ=DAILY", "2022-03-20T09:00", "2022-03-20T09:00", "2022-03-21T09:00", "2022-03-22T09:00",
        "2022-03-23T09:00");
}
END_TEST

START_TEST(strictly_after_and_far_away) {
  recurrence r = rule("FREQ=DAILY;INTERVAL=3");
  mcrm_time start = at("2026-11-22T09:00");
  ck_assert_int_eq(recurrence_next(&r, start, start, tehran), at("2026-11-25T09:00"));
  ck_assert_int_eq(recurrence_next(&r, start, 0, tehran), start);
  mcrm_time far = recurrence_next(&r, start, at("2126-11-22T09:00"), tehran);
  ck_assert(far > at("2126-11-22T09:00") && far <= at("2126-11-25T09:00"));
  recurrence never = rule("FREQ=YEARLY;BYMONTHDAY=31"); /* from a month of thirty days */
  ck_assert_int_eq(recurrence_next(&never, at("2026-11-22"), 0, tehran), 0);
}
END_TEST

static const char *error_of(const char *text) {
  static mcrm_error error;
  recurrence r;
  error = (mcrm_error){0};
  ck_assert_int_eq(recurrence_parse(text, strlen(text), &r, &error), MCRM_INVALID);
  ck_assert_str_eq(error.field, "recurrence");
  return error.detail;
}

START_TEST(an_error_names_what_is_wrong) {
  ck_assert_ptr_nonnull(strstr(error_of("INTERVAL=2"), "FREQ is missing"));
  ck_assert_ptr_nonnull(strstr(error_of("FREQ=HOURLY"), "FREQ=HOURLY"));
  ck_assert_ptr_nonnull(strstr(error_of("FREQ=DAILY;INTERVAL=0"), "INTERVAL=0"));
  ck_assert_ptr_nonnull(strstr(error_of("FREQ=DAILY;BYDAY=XX"), "BYDAY=XX"));
  ck_assert_ptr_nonnull(strstr(error_of("FREQ=DAILY;BYSETPOS=1"), "not supported"));
  ck_assert_ptr_nonnull(strstr(error_of("FREQ=MONTHLY;BYMONTHDAY=32"), "BYMONTHDAY=32"));
  ck_assert_ptr_nonnull(strstr(error_of("FREQ=DAILY;UNTIL=2026"), "UNTIL=2026"));
  ck_assert_ptr_nonnull(strstr(error_of("FREQ=DAILY;COUNT=2;UNTIL=20270101"), "exclude each other"));
  ck_assert_ptr_nonnull(strstr(error_of("every day"), "NAME=VALUE"));
  error_of("");
  rule("RRULE:FREQ=DAILY");
  rule("freq=weekly;byday=mo");
}
END_TEST

int main(void) {
  Suite *suite = suite_create("recurrence");
  TCase *tests = tcase_create("recurrence");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, days_and_weeks);
  tcase_add_test(tests, months_and_years);
  tcase_add_test(tests, a_month_without_the_day);
  tcase_add_test(tests, jalali_months);
  tcase_add_test(tests, ends);
  tcase_add_test(tests, the_wall_clock_stays);
  tcase_add_test(tests, strictly_after_and_far_away);
  tcase_add_test(tests, an_error_names_what_is_wrong);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
