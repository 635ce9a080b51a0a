/* Values as they stand in real tables, messy and hostile ones too, and what is made of them. */
#include <base/utf8.h>

#include "hands.h"

static const char *const small_tables =
    "CREATE TABLE people (id INTEGER PRIMARY KEY, name, phone, tg, debt, credit, seen);"
    "CREATE TABLE bills (id INTEGER PRIMARY KEY, person, sum, got, state, due, made);";

static const host_mapping small_reps[] = {{"key", "p.id"},         {"name", "p.name"}, {"phone", "p.phone"},
                                          {"telegram", "p.tg"},    {"debt", "p.debt"}, {"credit", "p.credit"},
                                          {"updated_at", "p.seen"}};
static const host_mapping small_bills[] = {{"rep_key", "b.person"}, {"amount", "b.sum"}, {"paid", "b.got"},
                                           {"status", "b.state"},   {"due_at", "b.due"}, {"issued_at", "b.made"},
                                           {"key", "b.id"}};
static const host_options small = {.reps_from = "people p",
                                   .reps = small_reps,
                                   .rep_count = 7,
                                   .invoices_from = "bills b",
                                   .invoices = small_bills,
                                   .invoice_count = 7,
                                   .time_zone = "Asia/Tehran",
                                   .rep_url = "https://panel.example/reps/{key}/edit"};

static const char *small_host(const char *rows) {
  const char *file = folder_file(folder, "small.db");
  sql(file, small_tables);
  sql(file, rows);
  return file;
}

START_TEST(overdue_is_unpaid_and_past_due_and_part_payments_subtract) {
  host *h = opened(
      &small,
      small_host("INSERT INTO people (id, name) VALUES (1, 'a');"
                 "INSERT INTO bills (person, sum, got, state, due, made) VALUES"
                 " (1, 1000, 400, 'pending', '2026-11-01 00:00:00', '2026-10-01')," /* overdue, 600 left */
                 " (1, 500, NULL, 'pending', '2027-01-01 00:00:00', '2026-11-02')," /* not due yet */
                 " (1, 300, 300, 'pending', '2026-11-01 00:00:00', '2026-10-02')," /* paid by parts, whatever it says */
                 " (1, 700, 0, 'paid', '2026-11-01 00:00:00', '2026-10-03'),"      /* paid, whatever the sum says */
                 " (1, 900, 0, 'Cancelled', '2026-11-01 00:00:00', '2026-10-04')"));
  const mcrm_invoices *t = one(h, "1")->invoices;
  ck_assert_int_eq(t->count, 5);
  ck_assert_int_eq(t->unpaid, 2);
  ck_assert_int_eq(t->overdue, 1);
  ck_assert_int_eq(t->unpaid_amount, 1100);
  mcrm_account account;
  assert_ok(host_account(h, memory, "1", NOW, 200, &error, &account));
  ck_assert_uint_eq(account.invoices.count, 5);
  static const char *const states[] = {"unpaid", "cancelled", "paid", "paid", "overdue"};
  for (size_t i = 0; i < 5; i++) ck_assert_str_eq(account.invoices.at[i]->status, states[i]);
  ck_assert_int_eq(account.invoices.at[4]->paid, 400);
  ck_assert_int_eq(account.invoices.at[2]->paid, 700);
  host_close(h);
}
END_TEST

START_TEST(times_without_a_zone_are_of_the_mapped_zone) {
  host *h =
      opened(&small, small_host("INSERT INTO people (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd'), (5, 'e');"
                                "INSERT INTO bills (person, sum, made) VALUES (1, 1, '2026-11-20 10:00:00'), (2, 1, "
                                "'2026-11-20T10:00:00.250Z'),"
                                " (3, 1, '2026-11-20 10:00:00.123456+00'), (4, 1, 1795168800), (5, 1, 1795168800000)"));
  ck_assert_int_eq(one(h, "1")->invoices->last_at, 1795168800000 - 12600000);
  ck_assert_int_eq(one(h, "2")->invoices->last_at, 1795168800250);
  ck_assert_int_eq(one(h, "3")->invoices->last_at, 1795168800123);
  ck_assert_int_eq(one(h, "4")->invoices->last_at, 1795168800000);
  ck_assert_int_eq(one(h, "5")->invoices->last_at, 1795168800000);
  host_close(h);
}
END_TEST

/* 15 Aban 1405 is 2026-11-06; the small host's zone is Tehran's. */
START_TEST(jalali_dates_are_read_in_any_digits) {
  const mcrm_time midnight = INT64_C(1793910600000);
  host *h =
      opened(&small, small_host("INSERT INTO people (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd'), "
                                "(5, 'e'), (6, 'f'), (7, 'g'), (8, 'h'), (9, 'i');"
                                "INSERT INTO bills (person, sum, made) VALUES (1, 1, '1405/08/15'),"
                                " (2, 1, ' ۱۴۰۵/۸/۱۵ '), (3, 1, '١٤٠٥-٠٨-١٥ 00:00'), (4, 1, '1405/8/15 - 0:00:00'),"
                                " (5, 1, '۱۴۰۵/۰۸/۱۵ ۹:۳۰'), (6, 1, '1403/12/30'), (7, 1, '1405/12/30'),"
                                " (8, 1, '15/08/1405'), (9, 1, '1405/08/15 noon')"));
  static const char *const same[] = {"1", "2", "3", "4"}, *const never[] = {"7", "8", "9"};
  for (size_t i = 0; i < 4; i++) ck_assert_int_eq(one(h, same[i])->invoices->last_at, midnight);
  ck_assert_int_eq(one(h, "5")->invoices->last_at, midnight + 34200000);
  ck_assert_int_eq(one(h, "6")->invoices->last_at, INT64_C(1742416200000)); /* a leap year's last day: 2025-03-20 */
  for (size_t i = 0; i < 3; i++) ck_assert_int_eq(one(h, never[i])->invoices->last_at, 0);
  host_close(h);
}
END_TEST

START_TEST(amounts_are_whole_toman) {
  host *h = opened(&small, small_host("INSERT INTO people (id, name, debt, credit) VALUES (1, 'a', 10.5, NULL), (2, "
                                      "'b', '10.49', 0), (3, 'c', 0, '۱٬۲۰۰٫۵'),"
                                      " (4, 'd', 'much', NULL), (5, 'e', NULL, NULL), (6, 'f', 100, 30), (7, 'g', "
                                      "'-0.5', NULL), (8, 'h', 1e300, NULL),"
                                      " (9, 'i', '99999999999999999999999', NULL)"));
  ck_assert_int_eq(one(h, "1")->debt, 11);
  ck_assert_int_eq(one(h, "2")->debt, 10);
  ck_assert_int_eq(one(h, "3")->debt, -1201);
  ck_assert_str_eq(one(h, "3")->balance->state, "creditor");
  ck_assert_ptr_null(one(h, "4")->balance);
  ck_assert_ptr_null(one(h, "5")->balance);
  ck_assert_int_eq(one(h, "6")->debt, 70);
  ck_assert_int_eq(one(h, "7")->debt, -1);
  ck_assert_ptr_null(one(h, "8")->balance);
  ck_assert_ptr_null(one(h, "9")->balance);
  host_close(h);
}
END_TEST

START_TEST(sums_are_rounded_once) {
  host *h =
      opened(&small, small_host("INSERT INTO people (id, name, debt, credit) VALUES (1, 'a', 10.4, 9.9);"
                                "INSERT INTO bills (person, sum, got, state) VALUES (1, 100.5, NULL, 'pending'), "
                                "(1, '100.5', 0.1, 'pending'), (1, 7.25, '7.25', 'pending'), (1, 0.29, 0, 'pending')"));
  ck_assert_int_eq(one(h, "1")->debt, 1); /* 0.5 */
  ck_assert_int_eq(one(h, "1")->invoices->unpaid, 3);
  ck_assert_int_eq(one(h, "1")->invoices->unpaid_amount, 201); /* 201.19 */
  host_close(h);
}
END_TEST

START_TEST(phones_are_found_in_any_form) {
  host *h = opened(
      &small,
      small_host("INSERT INTO people (id, name, phone) VALUES (1, 'a', '۰۹۱۲ ۳۴۵ ۶۷۸۹'), (2, 'b', '+98 991 320 0001'),"
                 " (3, 'c', '0912 345 6789، ۰۲۱-۸۸۷۷۶۶۵۵'), (4, 'd', 9123456789), (5, 'e', 'ندارد'), (6, 'f', ''),"
                 " (7, 'g', '[\"09123456789\",\"09123456789\",\"09351112233\"]'), (8, 'h', 'همراه: 09123456789 منزل "
                 "02188776655')"));
  static const char *const expected[][2] = {{"+989123456789", NULL},
                                            {"+989913200001", NULL},
                                            {"+989123456789", "+982188776655"},
                                            {"+989123456789", NULL},
                                            {NULL, NULL},
                                            {NULL, NULL},
                                            {"+989123456789", "+989351112233"},
                                            {"+989123456789", "+982188776655"}};
  for (int i = 0; i < 8; i++) {
    char key[4];
    snprintf(key, sizeof key, "%d", i + 1);
    mcrm_texts phones = one(h, key)->phones;
    size_t count = expected[i][1] ? 2 : expected[i][0] ? 1 : 0;
    ck_assert_msg(phones.count == count, "rep %s: %zu phones", key, phones.count);
    for (size_t k = 0; k < count; k++) ck_assert_str_eq(phones.at[k], expected[i][k]);
  }
  host_close(h);
}
END_TEST

START_TEST(hostile_values_come_out_clean) {
  host *h =
      opened(&small, small_host("INSERT INTO people (id, name, phone, tg) VALUES"
                                " (1, CAST(x'61FF62C0AF' AS TEXT), CAST(x'FF3039' AS TEXT), CAST(x'40FF' AS TEXT)),"
                                " (2, '  two' || char(10) || 'lines' || char(0) || 'and more  ', NULL, NULL),"
                                " (3, x'D8A7D8', NULL, NULL), (4, 12.5, NULL, NULL), (5, '   ', NULL, NULL);"
                                "INSERT INTO people (id, name) SELECT 6, replace(hex(zeroblob(5000)), '00', 'س');"
                                "INSERT INTO people (id, name) VALUES (-7, 'x'); INSERT INTO bills (person, sum) "
                                "VALUES ('nobody', 'x'), (x'FF', 5)"));
  mcrm_rep_array reps = all(h);
  ck_assert_uint_eq(reps.count, 7);
  for (size_t i = 0; i < reps.count; i++)
    if (reps.at[i]->name) ck_assert(utf8_valid(reps.at[i]->name, strlen(reps.at[i]->name)));
  ck_assert_str_eq(one(h, "1")->name,
                   "a\xEF\xBF\xBD"
                   "b\xEF\xBF\xBD\xEF\xBF\xBD");
  ck_assert_uint_eq(one(h, "1")->phones.count, 0);
  ck_assert_str_eq(one(h, "2")->name, "two lines and more");
  ck_assert_str_eq(one(h, "3")->name, "\xD8\xA7\xEF\xBF\xBD");
  ck_assert_ptr_null(one(h, "5")->name);
  ck_assert_uint_eq(utf8_count(one(h, "6")->name, strlen(one(h, "6")->name)), 200);
  ck_assert_str_eq(one(h, "-7")->host_key, "-7");
  ck_assert_ptr_null(one(h, "8"));
  ck_assert_ptr_null(one(h, "' OR 1=1 --"));
  host_close(h);
}
END_TEST

START_TEST(keys_of_any_kind_are_met) {
  const char *file = folder_file(folder, "keys.db");
  sql(file, "CREATE TABLE people (id TEXT, name); INSERT INTO people VALUES ('007', 'a'), ('7', 'b'), ('x/ y', 'c')");
  static const host_mapping rows[] = {{"key", "id"}, {"name", "name"}};
  const host_options options = {.reps_from = "people", .reps = rows, .rep_count = 2, .rep_url = "/r/{key}#top"};
  host *h = opened(&options, file);
  ck_assert_str_eq(one(h, "007")->name, "a");
  ck_assert_str_eq(one(h, "7")->name, "b");
  ck_assert_str_eq(one(h, "x/ y")->host_url, "/r/x%2F%20y#top");
  host_close(h);
  static const host_mapping made[] = {{"key", "'' || id"}, {"name", "name"}}; /* an expression has no kind of its own */
  const host_options other = {.reps_from = "people", .reps = made, .rep_count = 2};
  h = opened(&other, file);
  ck_assert_str_eq(one(h, "7")->name, "b");
  host_close(h);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("host_value");
  TCase *c = tcase_create("value");
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_add_test(c, overdue_is_unpaid_and_past_due_and_part_payments_subtract);
  tcase_add_test(c, times_without_a_zone_are_of_the_mapped_zone);
  tcase_add_test(c, jalali_dates_are_read_in_any_digits);
  tcase_add_test(c, amounts_are_whole_toman);
  tcase_add_test(c, sums_are_rounded_once);
  tcase_add_test(c, phones_are_found_in_any_form);
  tcase_add_test(c, hostile_values_come_out_clean);
  tcase_add_test(c, keys_of_any_kind_are_met);
  suite_add_tcase(suite, c);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
