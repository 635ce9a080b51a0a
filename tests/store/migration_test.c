/* The schema: from empty, step by step, by two processes at once, and never by an older library. */
#include <base/error.h>
#include <check.h>
#include <stdlib.h>
#include <store/store.h>
#include <string.h>
#include <sys/wait.h>

#include "backend.h"
#include "folder.h"

static char folder[FOLDER_SIZE];
static mcrm_error error;
static arena *memory;
static unsigned char key[STORE_KEY_SIZE] = "a key for tests";

static store *open_store(const char *url, bool create) {
  store *s = NULL;
  store_options options = {.url = url, .create = create, .key = key};
  error_clear(&error);
  store_open(&options, &error, &s);
  return s;
}

static store *must_open(void) {
  store *s = open_store(backend_url(folder, "crm.db"), true);
  ck_assert_msg(s != NULL, "%s", error.detail);
  return s;
}

static void set_up(void) {
  folder_make(folder);
  memory = arena_new(0);
  backend_url(folder, "crm.db"); /* here, not in a child, a server is started */
}

static void tear_down(void) {
  arena_free(memory);
  folder_remove(folder);
}

START_TEST(an_empty_database_is_brought_up_once) {
  unsigned has, wants, applied;
  store *s = must_open();
  ck_assert_int_eq(store_schema(s, &error, &has, &wants), MCRM_OK);
  ck_assert_int_eq(has, 0);
  ck_assert_int_ge(wants, 1);
  ck_assert_msg(!store_migrate(s, &error, &applied), "%s", error.detail);
  ck_assert_int_ge(applied, 1);
  ck_assert_int_eq(store_schema(s, &error, &has, &wants), MCRM_OK);
  ck_assert_int_eq(has, wants);
  ck_assert_int_eq(store_migrate(s, &error, &applied), MCRM_OK);
  ck_assert_int_eq(applied, 0);
  ck_assert_int_eq(store_check(s, &error), MCRM_OK);
  store_close(s);
}
END_TEST

START_TEST(nothing_begins_before_the_migration) {
  store_tx tx;
  store *s = must_open(), *other = must_open();
  for (int write = 0; write < 2; write++) {
    ck_assert_int_eq(store_begin(s, memory, &error, write, 0, NULL, &tx), MCRM_UNSUPPORTED);
    ck_assert_str_eq(error.message, "store.older");
    store_rollback(&tx);
    error_clear(&error);
  }
  ck_assert_int_eq(store_migrate(other, &error, NULL), MCRM_OK);
  ck_assert_int_eq(store_begin(s, memory, &error, false, 0, NULL, &tx), MCRM_OK); /* it notices */
  store_rollback(&tx);
  store_close(s);
  store_close(other);
}
END_TEST

static void raise_version(store *s) {
  store_tx tx;
  ck_assert_int_eq(store_begin(s, memory, &error, true, 0, NULL, &tx), MCRM_OK);
  ck_assert_int_eq(store_run(&tx, "INSERT INTO schema_version (version, name, applied_at) VALUES ($1, $2, 0)",
                             store_int(9999), store_text("future")),
                   MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
}

START_TEST(a_newer_database_is_refused) {
  store *s = must_open();
  ck_assert_int_eq(store_migrate(s, &error, NULL), MCRM_OK);
  raise_version(s);
  ck_assert_ptr_null(open_store(backend_url(folder, "crm.db"), false));
  ck_assert_int_eq(error.code, MCRM_UNSUPPORTED);
  ck_assert_str_eq(error.message, "store.newer");
  error_clear(&error);
  store_tx tx; /* a process that was running all the while does not write into it either */
  int code = store_begin(s, memory, &error, true, 0, NULL, &tx);
  if (!code) {
    store_run(&tx,
              "INSERT INTO idempotency (key, user_id, operation, request_digest, code, created_at) VALUES ('k', 1, "
              "'o', 'd', 0, 0)");
    code = store_commit(&tx);
  }
  ck_assert_int_eq(code, MCRM_UNSUPPORTED);
  ck_assert_str_eq(error.message, "store.newer");
  error_clear(&error);
  for (int write = 0; write < 2; write++) { /* and now that it knows, it does not begin */
    ck_assert_int_eq(store_begin(s, memory, &error, write, 0, NULL, &tx), MCRM_UNSUPPORTED);
    ck_assert_str_eq(error.message, "store.newer");
    error_clear(&error);
  }
  ck_assert_int_eq(store_migrate(s, &error, NULL), MCRM_UNSUPPORTED);
  store_close(s);
}
END_TEST

START_TEST(processes_that_migrate_at_once_share_the_work) {
  enum { PROCESSES = 4 };
  pid_t children[PROCESSES];
  for (int i = 0; i < PROCESSES; i++) {
    children[i] = fork();
    if (children[i]) continue;
    store *s = open_store(backend_url(folder, "crm.db"), true);
    int failed = !s || store_migrate(s, &error, NULL);
    if (failed) fprintf(stderr, "%s\n", error.detail);
    _exit(failed);
  }
  for (int i = 0; i < PROCESSES; i++) {
    int status;
    ck_assert_int_eq(waitpid(children[i], &status, 0), children[i]);
    ck_assert_int_eq(status, 0);
  }
  store *s = must_open();
  store_tx tx;
  int64_t steps, most;
  ck_assert_int_eq(store_begin(s, memory, &error, false, 0, NULL, &tx), MCRM_OK);
  ck_assert_int_eq(store_number_with(&tx, &steps, 0, "SELECT count(*) FROM schema_version", NULL, 0), MCRM_OK);
  ck_assert_int_eq(store_number_with(&tx, &most, 0, "SELECT max(version) FROM schema_version", NULL, 0), MCRM_OK);
  ck_assert_int_eq(steps, most);
  store_rollback(&tx);
  store_close(s);
}
END_TEST

/* Asks as the database's dialect has it. */
static bool is_found(store_tx *tx, const char *word, bool beginning) {
  const char *rest;
  char search[64];
  int64_t id;
  const store_search_dialect *d = &store_driver_for(backend_url(folder, "crm.db"), &rest, &error)->search;
  snprintf(search, sizeof search, "%c%s%c%s", d->quote, word, d->quote, beginning ? d->beginning : "");
  ck_assert_msg(!store_number(tx, &id, 0, d->stands, store_text(search)), "%s", error.detail);
  return id == 5;
}

START_TEST(the_search_index_follows_its_table) {
  store *s = must_open();
  store_tx tx;
  ck_assert_int_eq(store_migrate(s, &error, NULL), MCRM_OK);
  ck_assert_int_eq(store_begin(s, memory, &error, true, 0, NULL, &tx), MCRM_OK);
  ck_assert_msg(!store_run(&tx, "INSERT INTO search_doc (id, entity, tokens) VALUES ($1, $2, $3)", store_int(5),
                           store_text("task"), store_text("سرور کند e:task")),
                "%s", error.detail);
  ck_assert(is_found(&tx, "سرور", false));
  ck_assert(is_found(&tx, "e:task", false));
  ck_assert(!is_found(&tx, "task", false)); /* split at spaces only */
  ck_assert_int_eq(store_run(&tx, "UPDATE search_doc SET tokens = $1 WHERE id = 5", store_text("تند")), MCRM_OK);
  ck_assert(!is_found(&tx, "سرور", false));
  ck_assert(is_found(&tx, "تن", true));
  ck_assert_int_eq(store_run(&tx, "DELETE FROM search_doc WHERE id = $1", store_int(5)), MCRM_OK);
  ck_assert(!is_found(&tx, "تند", false));
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  store_close(s);
}
END_TEST

START_TEST(urls_are_understood_or_refused_by_name) {
  char home[256], url[128];
  ck_assert_ptr_null(open_store("mysql://db/crm", false));
  ck_assert_int_eq(error.code, MCRM_UNSUPPORTED);
  ck_assert_str_eq(error.field, "url");
  ck_assert_ptr_null(open_store("", true));
  ck_assert_int_eq(error.code, MCRM_INVALID);
  ck_assert_ptr_null(open_store("sqlite:", true));
  ck_assert_int_eq(error.code, MCRM_INVALID);
  ck_assert_ptr_nonnull(getcwd(home, sizeof home));
  snprintf(url, sizeof url, "sqlite:%s", "here.db");
  ck_assert_int_eq(chdir(folder), 0);
  store *s = open_store(url, true);
  ck_assert_int_eq(chdir(home), 0);
  ck_assert_msg(s != NULL, "%s", error.detail);
  ck_assert_int_eq(store_migrate(s, &error, NULL), MCRM_OK);
  store_tx tx[3]; /* connections opened later go to the same file */
  for (int i = 0; i < 3; i++) ck_assert_int_eq(store_begin(s, memory, &error, false, 0, NULL, &tx[i]), MCRM_OK);
  for (int i = 0; i < 3; i++) store_rollback(&tx[i]);
  ck_assert_int_eq(access(folder_file(folder, "here.db"), F_OK), 0);
  store_close(s);
}
END_TEST

static Suite *suite(void) {
  Suite *s = suite_create("migration");
  TCase *c = tcase_create("migration");
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_add_test(c, an_empty_database_is_brought_up_once);
  tcase_add_test(c, nothing_begins_before_the_migration);
  tcase_add_test(c, a_newer_database_is_refused);
  tcase_add_test(c, processes_that_migrate_at_once_share_the_work);
  tcase_add_test(c, the_search_index_follows_its_table);
  if (backend_is_sqlite()) tcase_add_test(c, urls_are_understood_or_refused_by_name);
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
