/* The host's data from functions of the program that embeds the library. */
#include <check.h>
#include <marfacrm/host.h>
#include <marfacrm/marfacrm.h>
#include <stdio.h>
#include <string.h>

#include "../harness/folder.h"

/* ---- a host program: two reps, one of them with invoices ---- */

static char folder[FOLDER_SIZE];
static mcrm *crm;
static mcrm_session *admin;
static mcrm_error error;
static const char *debt = "1200000";
static const char *odd_field;
static int answers; /* what the host's function returns */

static bool wanted(mcrm_texts keys, const char *key) {
  for (size_t i = 0; i < keys.count; i++)
    if (!strcmp(keys.at[i], key)) return true;
  return !keys.count;
}

static int give_reps(mcrm_texts keys, mcrm_host_rows *rows) {
  const mcrm_host_cell rezaei[] = {{"key", "17"},         {"name", "موبایل رضایی"}, {"phone", "۰۹۱۲ ۳۴۵ ۶۷۸۹"},
                                   {"telegram", "@reza"}, {"debt", debt},           {"status", NULL}};
  const mcrm_host_cell karimi[] = {{"name", "کریمی"}, {"key", "4"}, {odd_field ? odd_field : "credit", "500"}};
  if (wanted(keys, "17")) mcrm_host_row(rows, rezaei, 6);
  if (wanted(keys, "4")) mcrm_host_row(rows, karimi, 3);
  return answers;
}

static int give_invoices(mcrm_texts keys, mcrm_host_rows *rows) {
  static const mcrm_host_cell invoices[][5] = {
      {{"rep_key", "17"}, {"number", "9"}, {"amount", "700000"}, {"issued_at", "1405/06/01"}, {"due_at", "1405/06/10"}},
      {{"rep_key", "17"},
       {"number", "10"},
       {"amount", "500000"},
       {"issued_at", "۱۴۰۵/۰۸/۰۱"},
       {"due_at", "1499/01/01"}},
      {{"rep_key", "17"}, {"number", "8"}, {"amount", "100"}, {"issued_at", "1405/01/01"}, {"status", "paid"}}};
  for (size_t i = 0; wanted(keys, "17") && i < 3; i++) mcrm_host_row(rows, invoices[i], 5);
  return answers;
}

static int give(void *context, const char *table, mcrm_texts keys, mcrm_host_rows *rows) {
  ck_assert_ptr_eq(context, &crm);
  if (!strcmp(table, "invoices")) return give_invoices(keys, rows);
  ck_assert_str_eq(table, "representatives");
  return give_reps(keys, rows);
}

static const mcrm_host_source source = {
    .size = sizeof source, .context = &crm, .tables = "representatives invoices", .read = give};

static void set_up(void) {
  char url[200];
  folder_make(folder);
  snprintf(url, sizeof url, "sqlite:%s", folder_file(folder, "crm.db"));
  debt = "1200000", odd_field = NULL, answers = MCRM_OK;
  const mcrm_options options = {.size = sizeof options, .storage_url = url, .create = 1, .host_source = &source};
  ck_assert_msg(!mcrm_open(&options, &crm, &error), "%s", error.detail);
  ck_assert_int_eq(mcrm_session_system(crm, &admin, &error), MCRM_OK);
}

static void tear_down(void) {
  mcrm_session_close(admin);
  mcrm_close(crm);
  folder_remove(folder);
}

static int64_t changed(void) {
  int64_t count;
  ck_assert_msg(!mcrm_host_changed(crm, &count, &error), "%s", error.detail);
  return count;
}

/* The answer of an operation, of which the test keeps one at a time. */
static const char *ask(const char *operation, const char *json) {
  static char *last;
  mcrm_free(last);
  last = NULL;
  int code = mcrm_call(admin, operation, json, &last);
  ck_assert_msg(!code, "%s: %s", operation, last ? last : "");
  return last;
}

static const char *ask_rezaei(const char *operation) {
  char id[24], json[64];
  const char *list = ask("rep.list", "{\"phone\":\"09123456789\"}"), *at = strstr(list, "\"id\":\"");
  ck_assert_msg(at && sscanf(at, "\"id\":\"%23[0-9]", id) == 1, "%s", list);
  snprintf(json, sizeof json, "{\"id\":\"%s\"}", id);
  return ask(operation, json);
}

static void says(const char *answer, const char *part) {
  ck_assert_msg(strstr(answer, part) != NULL, "\"%s\" is not in %s", part, answer);
}

/* ---- what it comes to ---- */

START_TEST(reps_of_a_function_are_reps) {
  ck_assert_int_eq(changed(), 2);
  const char *rep = ask_rezaei("rep.get");
  says(rep, "\"name\":\"موبایل رضایی\"");
  says(rep, "\"phones\":[\"+989123456789\"]");
  says(rep, "\"balance\":{\"state\":\"debtor\",\"amount\":1200000}");
  says(rep, "\"count\":3,\"unpaid\":2,\"overdue\":1,\"unpaid_amount\":1200000");
  ck_assert_int_eq(mcrm_check(crm, &error), MCRM_OK);
}
END_TEST

START_TEST(invoices_come_newest_first) {
  changed();
  const char *account = ask_rezaei("rep.account"), *ten = strstr(account, "\"number\":\"10\""),
             *nine = strstr(account, "\"number\":\"9\""), *eight = strstr(account, "\"number\":\"8\"");
  ck_assert_msg(ten && nine && eight && ten < nine && nine < eight, "%s", account);
  says(account, "\"status\":\"overdue\"");
}
END_TEST

START_TEST(a_change_is_live_and_an_event) {
  changed();
  ask_rezaei("rep.get");
  debt = "900000";
  says(ask_rezaei("rep.get"), "\"amount\":900000"); /* what is shown is never a copy */
  says(ask("event.list", "{\"after\":2}"), "\"items\":[]");
  ck_assert_int_eq(changed(), 1);
  says(ask("event.list", "{\"after\":2}"), "\"entity\":\"rep\"");
  ck_assert_int_eq(changed(), 0);
}
END_TEST

START_TEST(a_host_that_is_down_shows_as_it_was) {
  changed();
  answers = MCRM_BUSY;
  debt = "1";
  says(ask_rezaei("rep.get"), "\"amount\":1200000");
  ck_assert_int_eq(mcrm_host_changed(crm, NULL, &error), MCRM_UNAVAILABLE);
  ck_assert_int_eq(mcrm_check(crm, &error), MCRM_UNAVAILABLE);
}
END_TEST

START_TEST(an_unknown_field_is_named) {
  odd_field = "kredit";
  ck_assert_int_eq(mcrm_check(crm, &error), MCRM_INVALID);
  ck_assert_str_eq(error.field, "host.representatives.kredit");
  ck_assert_int_eq(mcrm_host_changed(crm, NULL, &error), MCRM_UNAVAILABLE);
  ck_assert_str_eq(error.field, "host.representatives.kredit");
}
END_TEST

START_TEST(a_source_that_is_not_whole_is_refused) {
  const mcrm_host_source wrong[] = {{.size = 8, .tables = "representatives", .read = give},
                                    {.size = sizeof source, .tables = "representatives"},
                                    {.size = sizeof source, .tables = "invoices payments", .read = give},
                                    {.size = sizeof source, .read = give}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    mcrm *never;
    const mcrm_options options = {
        .size = sizeof options, .storage_url = folder_file(folder, "other.db"), .create = 1, .host_source = &wrong[i]};
    ck_assert_int_eq(mcrm_open(&options, &never, &error), MCRM_INVALID);
    ck_assert_str_eq(error.field, "host_source");
  }
}
END_TEST

/* The command line and workers of the same configuration: not the host program. */
START_TEST(another_program_shows_the_last_known_values) {
  char url[200];
  changed();
  mcrm_session_close(admin);
  mcrm_close(crm);
  snprintf(url, sizeof url, "sqlite:%s", folder_file(folder, "crm.db"));
  const char *file = folder_file(folder, "marfacrm.yaml");
  FILE *yaml = fopen(file, "w");
  fputs("host: {source: callbacks}\n", yaml);
  fclose(yaml);
  const mcrm_options options = {.size = sizeof options, .storage_url = url, .config_file = file};
  ck_assert_msg(!mcrm_open(&options, &crm, &error), "%s", error.detail);
  ck_assert_int_eq(mcrm_session_system(crm, &admin, &error), MCRM_OK);
  debt = "1";
  says(ask_rezaei("rep.get"), "\"amount\":1200000");
  ck_assert_int_eq(mcrm_host_changed(crm, NULL, &error), MCRM_UNSUPPORTED);
  ck_assert_int_eq(mcrm_work(crm, NULL, &error), MCRM_OK);
  ck_assert_ptr_null(strstr(ask("job.list", "{}"), "host.sync"));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("host program");
  TCase *c = tcase_create("callbacks");
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_add_test(c, reps_of_a_function_are_reps);
  tcase_add_test(c, invoices_come_newest_first);
  tcase_add_test(c, a_change_is_live_and_an_event);
  tcase_add_test(c, a_host_that_is_down_shows_as_it_was);
  tcase_add_test(c, an_unknown_field_is_named);
  tcase_add_test(c, a_source_that_is_not_whole_is_refused);
  tcase_add_test(c, another_program_shows_the_last_known_values);
  suite_add_tcase(suite, c);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? 1 : 0;
}
