/* The store: schema, transactions, savepoints, several connections, fork, upkeep. */
#include <base/error.h>
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <store/journal.h>
#include <store/store.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"

static char folder[FOLDER_SIZE];
static mcrm_error error;
static arena *memory;
static store *db;
static unsigned char key[STORE_KEY_SIZE] = "a key for tests";

static const char *file(const char *name) { return folder_file(folder, name); }

static store *open_store(const char *name, bool create) {
  store *s = NULL;
  store_options options = {.url = file(name), .create = create, .key = key};
  store_open(&options, &error, &s);
  return s;
}

static void set_up(void) {
  folder_make(folder);
  error_clear(&error);
  memory = arena_new(0);
  db = open_store("crm.db", true);
  ck_assert_msg(db != NULL, "%s", error.detail);
  ck_assert_int_eq(store_migrate(db, &error, NULL), MCRM_OK);
  store_tx tx;
  ck_assert_int_eq(store_begin(db, memory, &error, true, 0, NULL, &tx), MCRM_OK);
  ck_assert_int_eq(
      store_run_with(&tx, "CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT UNIQUE, size DOUBLE PRECISION)", NULL,
                     0),
      MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
}

static void tear_down(void) {
  store_close(db);
  arena_free(memory);
  folder_remove(folder);
}

static void begin(store_tx *tx, bool write) {
  ck_assert_msg(!store_begin(db, memory, &error, write, 0, NULL, tx), "%s", error.detail);
}

static int add(store_tx *tx, int64_t id, const char *name) {
  return store_run(tx, "INSERT INTO item (id, name) VALUES ($1, $2)", store_int(id), store_text(name));
}

static int64_t items(void) {
  store_tx tx;
  int64_t count = -1;
  begin(&tx, false);
  ck_assert_int_eq(store_number_with(&tx, &count, 0, "SELECT count(*) FROM item", NULL, 0), MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  return count;
}

START_TEST(a_commit_is_seen_by_the_next_reader) {
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(add(&tx, 1, "سلام"), MCRM_OK);
  ck_assert_int_eq(store_changed(&tx), 1);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  store_rows rows;
  begin(&tx, false);
  ck_assert_int_eq(store_query(&tx, &rows, "SELECT id, name, size FROM item WHERE name = $1", store_text("سلام")),
                   MCRM_OK);
  ck_assert(store_next(&rows));
  ck_assert_int_eq(store_get_int(&rows, 0), 1);
  ck_assert_str_eq(store_get_text(&rows, 1), "سلام");
  ck_assert(store_get_null(&rows, 2));
  ck_assert(!store_next(&rows));
  ck_assert_int_eq(store_end(&rows), MCRM_OK);
  ck_assert_int_eq(store_end(&rows), MCRM_OK);
  store_rollback(&tx);
  store_rollback(&tx);
}
END_TEST

static Suite *suite(void) {
  Suite *s = suite_create("store");
  TCase *c = tcase_create("transactions");
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_add_test(c, a_commit_is_seen_by_the_next_reader);
  suite_add_tcase(s, c);
  return s;
}

int main(void) {
  (void)items;
  SRunner *runner = srunner_create(suite());
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
