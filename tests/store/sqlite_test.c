/* The SQLite driver by itself, through the seam. */
#include <base/error.h>
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <store/store.h>
#include <string.h>
#include <sys/stat.h>

#include "folder.h"

static char folder[FOLDER_SIZE];
static mcrm_error error;
static const store_driver *const sqlite = &store_sqlite;
static void *writer;

static const char *file(const char *name) { return folder_file(folder, name); }

static void *open_as(const char *name, store_role role, bool create) {
  void *connection = NULL;
  error_clear(&error);
  sqlite->open(file(name), role, create, &error, &connection);
  return connection;
}

static int run_with(void *connection, const char *sql, const store_value *values, size_t count) {
  void *statement;
  int code = sqlite->query(connection, sql, values, count, &error, &statement);
  if (code) return code;
  int got;
  while ((got = sqlite->step(statement, &error)) > 0) continue;
  sqlite->finish(statement);
  return got;
}

static int run(void *connection, const char *sql) { return run_with(connection, sql, NULL, 0); }

static int64_t number(void *connection, const char *sql) {
  void *statement;
  ck_assert_msg(!sqlite->query(connection, sql, NULL, 0, &error, &statement), "%s", error.detail);
  ck_assert_msg(sqlite->step(statement, &error) == 1, "%s", error.detail);
  int64_t n = sqlite->column(statement, 0).number;
  sqlite->finish(statement);
  return n;
}

static void begin(void *connection) { ck_assert_msg(!sqlite->begin(connection, 0, &error), "%s", error.detail); }

static void set_up(void) {
  folder_make(folder);
  writer = open_as("a.db", STORE_WRITER, true);
  ck_assert_msg(writer != NULL, "%s", error.detail);
  begin(writer);
  ck_assert_int_eq(
      sqlite->script(writer,
                     "CREATE TABLE t (id BIGINT PRIMARY KEY, v TEXT, w TEXT); CREATE TABLE u (a DOUBLE PRECISION)",
                     &error),
      MCRM_OK);
  ck_assert_int_eq(sqlite->commit(writer, &error), MCRM_OK);
}

static void tear_down(void) {
  sqlite->close(writer);
  folder_remove(folder);
}

/* ---- opening ---- */

START_TEST(a_new_file_is_for_its_owner_alone_and_so_is_its_log) {
  struct stat about;
  ck_assert(!stat(file("a.db"), &about));
  ck_assert_int_eq(about.st_mode & 0777, 0600);
  ck_assert(!stat(file("a.db-wal"), &about));
  ck_assert_int_eq(about.st_mode & 0777, 0600);
}
END_TEST

START_TEST(every_connection_is_durable_and_checks_references) {
  void *reader = open_as("a.db", STORE_READER, false);
  void *both[] = {writer, reader};
  for (int i = 0; i < 2; i++) {
    begin(both[i]);
    ck_assert_int_eq(number(both[i], "PRAGMA synchronous"), 2);
    ck_assert_int_eq(number(both[i], "PRAGMA foreign_keys"), 1);
    ck_assert_int_eq(number(both[i], "PRAGMA wal_autocheckpoint"), 0);
    ck_assert_int_eq(number(both[i], "PRAGMA query_only"), i);
    ck_assert_int_eq(number(both[i], "PRAGMA application_id"), 0x4D43524D);
    sqlite->rollback(both[i]);
  }
  sqlite->close(reader);
}
END_TEST

START_TEST(a_missing_database_is_named) {
  ck_assert_ptr_null(open_as("missing.db", STORE_WRITER, false));
  ck_assert_int_eq(error.code, MCRM_UNAVAILABLE);
  ck_assert_ptr_nonnull(strstr(error.detail, "missing.db"));
  ck_assert_ptr_null(open_as("missing.db", STORE_FOREIGN, false));
  ck_assert_int_eq(error.code, MCRM_UNAVAILABLE);
  ck_assert_ptr_nonnull(strstr(error.detail, "missing.db"));
  ck_assert_int_ne(access(file("missing.db"), F_OK), 0);
  ck_assert_ptr_null(open_as("no/such/folder/a.db", STORE_WRITER, true));
  ck_assert_int_eq(error.code, MCRM_UNAVAILABLE);
}
END_TEST

START_TEST(what_is_no_database_is_refused_and_left_as_it_was) {
  char text[8192], after[8192];
  memset(text, 'x', sizeof text);
  FILE *f = fopen(file("notes.txt"), "w");
  fwrite(text, sizeof text, 1, f);
  fclose(f);
  ck_assert_ptr_null(open_as("notes.txt", STORE_WRITER, true));
  ck_assert_int_eq(error.code, MCRM_IO);
  f = fopen(file("notes.txt"), "r");
  ck_assert_int_eq(fread(after, sizeof after, 1, f), 1);
  fclose(f);
  ck_assert(!memcmp(text, after, sizeof text));
}
END_TEST

static void make_foreign(const char *name) {
  void *host = open_as(name, STORE_WRITER, true);
  begin(host);
  ck_assert_int_eq(
      sqlite->script(
          host,
          "CREATE TABLE rep (code TEXT, debt BIGINT); INSERT INTO rep VALUES ('r1', 5); PRAGMA application_id = 0",
          &error),
      MCRM_OK);
  ck_assert_int_eq(sqlite->commit(host, &error), MCRM_OK);
  sqlite->close(host);
}

START_TEST(another_programs_database_is_not_taken_over) {
  make_foreign("host.db");
  ck_assert_ptr_null(open_as("host.db", STORE_WRITER, true));
  ck_assert_int_eq(error.code, MCRM_UNSUPPORTED);
  ck_assert_str_eq(error.message, "store.foreign");
}
END_TEST

START_TEST(a_foreign_database_is_read_and_never_written) {
  make_foreign("host.db");
  void *host = open_as("host.db", STORE_FOREIGN, false);
  ck_assert_msg(host != NULL, "%s", error.detail);
  begin(host);
  ck_assert_int_eq(number(host, "SELECT debt FROM rep"), 5);
  ck_assert_int_ne(run(host, "UPDATE rep SET debt = 0"), MCRM_OK);
  error_clear(&error);
  ck_assert_int_ne(run(host, "ATTACH 'x.db' AS x"), MCRM_OK);
  error_clear(&error);
  ck_assert_int_eq(run(host, "PRAGMA query_only = OFF"), MCRM_OK);
  ck_assert_int_ne(run(host, "UPDATE rep SET debt = 0"), MCRM_OK);
  error_clear(&error);
  ck_assert_int_eq(number(host, "SELECT debt FROM rep"), 5);
  sqlite->rollback(host);
  sqlite->close(host);
}
END_TEST

/* ---- statements ---- */

START_TEST(parameters_are_bound_by_number_in_any_order) {
  void *statement;
  const store_value values[] = {store_text("one"), store_int(2), store_null(), store_real(0.5)};
  begin(writer);
  ck_assert_int_eq(sqlite->query(writer, "SELECT $2, $1, $4, $3, $2", values, 4, &error, &statement), MCRM_OK);
  ck_assert_int_eq(sqlite->step(statement, &error), 1);
  ck_assert_int_eq(sqlite->column_count(statement), 5);
  ck_assert_int_eq(sqlite->column(statement, 0).number, 2);
  ck_assert_str_eq(sqlite->column(statement, 1).text, "one");
  ck_assert(fabs(sqlite->column(statement, 2).real - 0.5) < 1e-9);
  ck_assert_int_eq(sqlite->column(statement, 3).kind, STORE_NULL);
  ck_assert_int_eq(sqlite->column(statement, 4).number, 2);
  ck_assert_int_eq(sqlite->step(statement, &error), 0);
  sqlite->finish(statement);
  ck_assert_int_eq(run_with(writer, "SELECT $5", values, 4), MCRM_INTERNAL);
  error_clear(&error);
  ck_assert_int_eq(run(writer, "SELECT ?"), MCRM_INTERNAL);
  error_clear(&error);
  ck_assert_int_eq(run(writer, "SELECT 1; SELECT 2"), MCRM_INTERNAL);
  error_clear(&error);
  ck_assert_int_eq(run(writer, ""), MCRM_INTERNAL);
  sqlite->rollback(writer);
}
END_TEST

START_TEST(values_come_back_as_they_went_in) {
  const int64_t numbers[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT64_C(9007199254740993)};
  const char texts[][8] = {"", "a", "علی", "a\0b", "'\"", "%_\\"};
  const size_t lengths[] = {0, 1, 6, 3, 2, 3};
  begin(writer);
  for (int i = 0; i < 6; i++) {
    void *statement;
    char borrowed[8];
    memcpy(borrowed, texts[i], sizeof borrowed);
    const store_value values[] = {store_int(numbers[i]), store_text_of(borrowed, lengths[i])};
    ck_assert_int_eq(sqlite->query(writer, "SELECT $1, $2 AS name", values, 2, &error, &statement), MCRM_OK);
    memset(borrowed, 'x', sizeof borrowed); /* not touched after query returned */
    ck_assert_int_eq(sqlite->step(statement, &error), 1);
    ck_assert_int_eq(sqlite->column(statement, 0).number, numbers[i]);
    store_value text = sqlite->column(statement, 1);
    ck_assert_int_eq(text.kind, STORE_TEXT);
    ck_assert_int_eq(text.length, lengths[i]);
    ck_assert(!memcmp(text.text, texts[i], lengths[i]) && !text.text[text.length]);
    ck_assert_str_eq(sqlite->column_name(statement, 1), "name");
    sqlite->finish(statement);
  }
  sqlite->rollback(writer);
}
END_TEST

START_TEST(a_statement_may_run_inside_itself) {
  const char *sql = "WITH n (i) AS (VALUES (1), (2), (3)) SELECT i FROM n";
  void *outer, *inner;
  int pairs = 0;
  begin(writer);
  ck_assert_int_eq(sqlite->query(writer, sql, NULL, 0, &error, &outer), MCRM_OK);
  while (sqlite->step(outer, &error) == 1) {
    ck_assert_int_eq(sqlite->query(writer, sql, NULL, 0, &error, &inner), MCRM_OK);
    ck_assert_ptr_ne(inner, outer);
    while (sqlite->step(inner, &error) == 1) pairs++;
    sqlite->finish(inner);
  }
  sqlite->finish(outer);
  sqlite->rollback(writer);
  ck_assert_int_eq(pairs, 9);
}
END_TEST

START_TEST(more_texts_than_are_kept_all_give_their_own_answer) {
  unsigned state = 7;
  begin(writer);
  for (int i = 0; i < 20000; i++) {
    char sql[64];
    state = state * 1103515245 + 12345;
    int which = (int)(state >> 16) % 700;
    snprintf(sql, sizeof sql, "SELECT %d", which);
    ck_assert_int_eq(number(writer, sql), which);
  }
  sqlite->rollback(writer);
}
END_TEST

START_TEST(a_writer_runs_nothing_outside_of_a_transaction) {
  ck_assert_int_eq(run(writer, "INSERT INTO t (id) VALUES (1)"), MCRM_INTERNAL);
  error_clear(&error);
  begin(writer);
  ck_assert_int_eq(sqlite->begin(writer, 0, &error), MCRM_INTERNAL);
  error_clear(&error);
  ck_assert_int_eq(number(writer, "SELECT count(*) FROM t"), 0);
  sqlite->rollback(writer);
}
END_TEST

START_TEST(after_the_database_undid_a_transaction_nothing_of_it_runs_on_its_own) {
  begin(writer);
  ck_assert_int_eq(run(writer, "INSERT INTO t (id) VALUES (1)"), MCRM_OK);
  ck_assert_int_eq(run(writer, "INSERT OR ROLLBACK INTO t (id) VALUES (1)"), MCRM_CONFLICT);
  error_clear(&error);
  ck_assert_int_eq(run(writer, "INSERT INTO t (id) VALUES (2)"), MCRM_IO);
  error_clear(&error);
  ck_assert_int_eq(sqlite->commit(writer, &error), MCRM_IO);
  error_clear(&error);
  begin(writer);
  ck_assert_int_eq(number(writer, "SELECT count(*) FROM t"), 0);
  sqlite->rollback(writer);
  ck_assert(sqlite->alive(writer));
}
END_TEST

START_TEST(a_statement_left_running_does_not_hold_the_snapshot) {
  void *reader = open_as("a.db", STORE_READER, false), *statement;
  begin(reader);
  ck_assert_int_eq(sqlite->query(reader, "SELECT 1 UNION ALL SELECT count(*) FROM t", NULL, 0, &error, &statement),
                   MCRM_OK);
  ck_assert_int_eq(sqlite->step(statement, &error), 1);
  ck_assert_int_eq(sqlite->commit(reader, &error), MCRM_OK);
  begin(writer);
  ck_assert_int_eq(run(writer, "INSERT INTO t (id) VALUES (1)"), MCRM_OK);
  ck_assert_int_eq(sqlite->commit(writer, &error), MCRM_OK);
  begin(reader);
  ck_assert_int_eq(number(reader, "SELECT count(*) FROM t"), 1);
  sqlite->rollback(reader);
  sqlite->finish(statement);
  sqlite->close(reader);
}
END_TEST

/* ---- looking after it ---- */

static void collect(void *context, const char *name, const char *type) {
  char *out = context;
  strcat(strcat(strcat(strcat(out, name), ":"), type), " ");
}

START_TEST(columns_are_listed_and_a_missing_table_is_said) {
  char names[128] = "";
  ck_assert_int_eq(sqlite->columns(writer, "t", collect, names, &error), MCRM_OK);
  ck_assert_str_eq(names, "id:BIGINT v:TEXT w:TEXT ");
  ck_assert_int_eq(sqlite->columns(writer, "nothing", collect, names, &error), MCRM_NOT_FOUND);
}
END_TEST

START_TEST(a_script_fails_whole) {
  begin(writer);
  ck_assert_int_ne(sqlite->script(writer, "CREATE TABLE x (a BIGINT); CREATE TABLE x (b BIGINT)", &error), MCRM_OK);
  sqlite->rollback(writer);
  error_clear(&error);
  ck_assert_int_eq(sqlite->columns(writer, "x", collect, NULL, &error), MCRM_NOT_FOUND);
  error_clear(&error);
  begin(writer);
  ck_assert_int_eq(sqlite->script(writer, "CREATE TABLE x (a BIGINT); COMMIT", &error), MCRM_INTERNAL);
  sqlite->rollback(writer);
}
END_TEST

static Suite *suite(void) {
  Suite *s = suite_create("sqlite");
  TCase *c = tcase_create("sqlite");
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_add_test(c, a_new_file_is_for_its_owner_alone_and_so_is_its_log);
  tcase_add_test(c, every_connection_is_durable_and_checks_references);
  tcase_add_test(c, a_missing_database_is_named);
  tcase_add_test(c, what_is_no_database_is_refused_and_left_as_it_was);
  tcase_add_test(c, another_programs_database_is_not_taken_over);
  tcase_add_test(c, a_foreign_database_is_read_and_never_written);
  tcase_add_test(c, parameters_are_bound_by_number_in_any_order);
  tcase_add_test(c, values_come_back_as_they_went_in);
  tcase_add_test(c, a_statement_may_run_inside_itself);
  tcase_add_test(c, more_texts_than_are_kept_all_give_their_own_answer);
  tcase_add_test(c, a_writer_runs_nothing_outside_of_a_transaction);
  tcase_add_test(c, after_the_database_undid_a_transaction_nothing_of_it_runs_on_its_own);
  tcase_add_test(c, a_statement_left_running_does_not_hold_the_snapshot);
  tcase_add_test(c, columns_are_listed_and_a_missing_table_is_said);
  tcase_add_test(c, a_script_fails_whole);
  suite_add_tcase(s, c);
  return s;
}

int main(void) {
  SRunner *runner = srunner_create(suite());
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
