/* The disk refuses: every operation on it fails once in turn, and then all from it on; and a disk that is really
 * full. Commits are refused cleanly, reads go on, nothing is half-written, the same store works on when the disk
 * does. */
#include <base/error.h>
#include <check.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <store/journal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "flaky.h"
#include "folder.h"

static char folder[FOLDER_SIZE];
static unsigned char key[STORE_KEY_SIZE] = "a key for tests";
static mcrm_error error;
static arena *memory;
static store *db;
static int64_t number; /* the last that was tried */

static store *open_store(void) {
  store *s = NULL;
  store_options options = {.url = folder_file(folder, "crm.db"), .create = true, .key = key};
  store_open(&options, &error, &s);
  return s;
}

static void open_db(void) {
  error_clear(&error);
  memory = arena_new(0);
  number = 0;
  db = open_store();
  ck_assert_msg(db && !store_migrate(db, &error, NULL), "%s", error.detail);
  store_tx tx;
  ck_assert_int_eq(store_begin(db, memory, &error, true, 0, NULL, &tx), MCRM_OK);
  ck_assert_int_eq(store_run_with(&tx, "CREATE TABLE credit (n BIGINT PRIMARY KEY, filling TEXT)", NULL, 0), MCRM_OK);
  ck_assert_int_eq(store_run_with(&tx, "CREATE TABLE debit (n BIGINT PRIMARY KEY)", NULL, 0), MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
}

static void set_up(void) {
  folder_make_quick(folder);
  ck_assert(flaky_start());
  open_db();
}

static void tear_down(void) {
  store_close(db);
  arena_free(memory);
  flaky_stop();
  folder_remove(folder);
}

static int write_one(void) {
  static const char filling[6000] = {[0 ... 5998] = 'x'};
  store_tx tx;
  error_clear(&error);
  store_value n = store_int(++number);
  int code = store_begin(db, memory, &error, true, 0, NULL, &tx);
  if (code) return code;
  code =
      store_run(&tx, "INSERT INTO credit (n, filling) VALUES ($1, $2)", n, store_text_of(filling, sizeof filling - 1));
  if (!code) code = store_run(&tx, "INSERT INTO debit (n) VALUES ($1)", n);
  if (!code) code = store_journal(&tx, "create", "credit", number, 1, NULL, "{}");
  if (!code) code = store_commit(&tx);
  store_rollback(&tx);
  return code;
}

/* How many there are; -1 where one is there by half, -2 where they cannot be read. */
static int64_t count(void) {
  store_tx tx;
  mcrm_error mine = {0};
  int64_t credits = -2, debits = -2, head = -2;
  if (store_begin(db, memory, &mine, false, 0, NULL, &tx)) return -2;
  int code = store_number_with(&tx, &credits, -2, "SELECT count(*) FROM credit", NULL, 0);
  if (!code) code = store_number_with(&tx, &debits, -2, "SELECT count(*) FROM debit", NULL, 0);
  if (!code) code = store_head(&tx, &head);
  store_rollback(&tx);
  if (code) return -2;
  return credits == debits && credits == head ? credits : -1;
}

static void expect_sound(uint64_t nth) {
  store_chain chain;
  error_clear(&error);
  ck_assert_msg(!store_check(db, &error), "operation %llu: %s", (unsigned long long)nth, error.detail);
  ck_assert_msg(!store_verify(db, memory, NULL, &error, &chain), "operation %llu: %s", (unsigned long long)nth,
                error.detail);
}

/* One write, one read, one folding of the log with the nth operation failing. */
static void fail_one(uint64_t nth, flaky_fault fault, bool sticky, bool *failed) {
  int64_t before = count();
  ck_assert_int_ge(before, 0);
  flaky_fail(nth, fault, sticky);
  int code = write_one();
  int64_t during = count();
  mcrm_error quiet = {0};
  store_checkpoint(db, &quiet);
  *failed = flaky_failures() > 0;
  flaky_fail(0, fault, false);
  int64_t after = count();
  ck_assert_msg(code == MCRM_OK || code == MCRM_IO || code == MCRM_UNAVAILABLE, "operation %llu: %d %s",
                (unsigned long long)nth, code, error.detail);
  if (fault == FLAKY_FULL)
    ck_assert_msg(during == after, "a full disk kept a reader out: operation %llu", (unsigned long long)nth);
  if (code == MCRM_OK) ck_assert_int_eq(after, before + 1);
  if (code == MCRM_IO) ck_assert_int_eq(after, before);
  if (code == MCRM_UNAVAILABLE) ck_assert(after == before || after == before + 1);
  ck_assert_msg(!write_one(), "operation %llu: afterwards %s", (unsigned long long)nth, error.detail);
  ck_assert_int_eq(count(), after + 1);
  expect_sound(nth);
  arena_reset(memory);
}

static void fail_each(flaky_fault fault, bool sticky) {
  bool failed = true;
  uint64_t nth = 0;
  ck_assert_int_eq(write_one(), MCRM_OK);
  while (failed) fail_one(++nth, fault, sticky, &failed);
  printf("%s %s: %llu operations\n", fault == FLAKY_FULL ? "full" : "error", sticky ? "from there on" : "once",
         (unsigned long long)nth);
  ck_assert_uint_gt(nth, 10);
}

START_TEST(an_error_at_any_operation) { fail_each(FLAKY_ERROR, _i); }
END_TEST

START_TEST(a_disk_full_at_any_write) { fail_each(FLAKY_FULL, _i); }
END_TEST

START_TEST(opening_with_an_error_at_any_operation) {
  ck_assert_int_eq(write_one(), MCRM_OK);
  bool failed = true;
  for (uint64_t nth = 1; failed; nth++) {
    store_close(db);
    error_clear(&error);
    flaky_fail(nth, FLAKY_ERROR, _i);
    db = open_store();
    int64_t seen = db ? count() : -2;
    store_close(db);
    failed = flaky_failures() > 0;
    flaky_fail(0, FLAKY_ERROR, false);
    ck_assert_msg(seen == -2 || seen == 1, "operation %llu: %lld", (unsigned long long)nth, (long long)seen);
    error_clear(&error);
    db = open_store();
    ck_assert_msg(db != NULL, "operation %llu: afterwards %s", (unsigned long long)nth, error.detail);
    ck_assert_int_eq(count(), 1);
    expect_sound(nth);
  }
}
END_TEST

START_TEST(a_backup_that_fails_leaves_no_file) {
  for (int i = 0; i < 20; i++) ck_assert_int_eq(write_one(), MCRM_OK);
  bool failed = true;
  for (uint64_t nth = 1; failed; nth++) {
    error_clear(&error);
    flaky_fail(nth, _i ? FLAKY_FULL : FLAKY_ERROR, true);
    int code = store_backup(db, folder_file(folder, "copy.db"), &error);
    failed = flaky_failures() > 0;
    flaky_fail(0, FLAKY_ERROR, false);
    ck_assert_msg(!code || code == MCRM_IO, "operation %llu: %d %s", (unsigned long long)nth, code, error.detail);
    ck_assert_int_eq(access(folder_file(folder, "copy.db"), F_OK), code ? -1 : 0);
    ck_assert_int_eq(access(folder_file(folder, "copy.db.part"), F_OK), -1);
    if (!code && failed) { /* the failure did not matter: then the copy is whole */
      store *live = db;
      rename(folder_file(folder, "copy.db"), folder_file(folder, "whole.db"));
      store_options options = {.url = folder_file(folder, "whole.db"), .key = key};
      ck_assert_int_eq(store_open(&options, &error, &db), MCRM_OK);
      ck_assert_int_eq(count(), 20);
      store_close(db);
      db = live;
      unlink(folder_file(folder, "whole.db"));
    }
  }
}
END_TEST

/* ---- a file system of two megabytes ---- */

static void write_whole(const char *path, const char *format, int value) {
  FILE *f = fopen(path, "w");
  if (!f) return;
  fprintf(f, format, value);
  fclose(f);
}

/* Whether this process now has a small file system of its own on the folder. */
static bool mount_small(void) {
  int user = (int)getuid(), group = (int)getgid();
  if (unshare(user ? CLONE_NEWUSER | CLONE_NEWNS : CLONE_NEWNS)) return false;
  if (user) {
    write_whole("/proc/self/uid_map", "0 %d 1", user);
    write_whole("/proc/self/setgroups", "deny", 0);
    write_whole("/proc/self/gid_map", "0 %d 1", group);
  }
  if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL)) return false;
  return !mount("marfacrm", folder, "tmpfs", 0, "size=2m");
}

enum { NOT_POSSIBLE = 77 };

#define must(condition)                                                                 \
  do {                                                                                  \
    if (!(condition)) {                                                                 \
      fprintf(stderr, "full disk: %s (%d %s)\n", #condition, error.code, error.detail); \
      return 1;                                                                         \
    }                                                                                   \
  } while (0)

static int fill_up(void) {
  if (!mount_small()) return NOT_POSSIBLE;
  FILE *reserve = fopen(folder_file(folder, "reserve"), "w");
  for (int i = 0; i < 400 * 1024; i++) fputc('r', reserve);
  fclose(reserve);
  open_db();
  int code;
  int64_t written = 0;
  while (!(code = write_one())) written++;
  must(code == MCRM_IO && !strcmp(error.message, "store.full") && written > 10);
  must(count() == written);
  must(write_one() == MCRM_IO && count() == written);
  unlink(folder_file(folder, "reserve"));
  must(!write_one() && count() == written + 1);
  error_clear(&error);
  must(!store_check(db, &error));
  store_close(db);
  return 0;
}

START_TEST(a_disk_that_is_really_full) {
  int status;
  store_close(db);
  pid_t child = fork();
  if (!child) _exit(fill_up());
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert(WIFEXITED(status));
  if (WEXITSTATUS(status) == NOT_POSSIBLE)
    fprintf(stderr, "no small file system can be mounted here: %s\n", strerror(errno));
  else
    ck_assert_int_eq(WEXITSTATUS(status), 0);
  db = open_store();
}
END_TEST

int main(void) {
  Suite *s = suite_create("disk");
  TCase *c = tcase_create("disk");
  tcase_set_timeout(c, 0);
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_add_loop_test(c, an_error_at_any_operation, 0, 2);
  tcase_add_loop_test(c, a_disk_full_at_any_write, 0, 2);
  tcase_add_loop_test(c, opening_with_an_error_at_any_operation, 0, 2);
  tcase_add_loop_test(c, a_backup_that_fails_leaves_no_file, 0, 2);
  tcase_add_test(c, a_disk_that_is_really_full);
  suite_add_tcase(s, c);
  SRunner *runner = srunner_create(s);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
