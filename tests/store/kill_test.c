/* kill -9 while two processes write through store transactions: nothing acknowledged is lost, nothing is there by
 * half, the chain holds. And the same with writers that acknowledge before COMMIT, which must be caught: a harness
 * that cannot see a loss proves nothing. SEED and COUNT (rounds) from the environment. */
#include "kill.h"

#include <base/error.h>
#include <check.h>
#include <inttypes.h>
#include <store/journal.h>
#include <string.h>

#include "folder.h"
#include "torture.h"

enum { ROUNDS = 200, CONTROL_ROUNDS = 60 };

typedef struct bank {
  char folder[FOLDER_SIZE], path[FOLDER_SIZE + 16];
  unsigned char key[STORE_KEY_SIZE];
  bool early; /* acknowledges before COMMIT */
  store_chain chain;
} bank;

static store *open_bank(bank *b, bool create, mcrm_error *error) {
  store *s = NULL;
  store_options options = {.url = b->path, .create = create, .key = b->key};
  store_open(&options, error, &s);
  return s;
}

/* One number is an entry in `credit`, its like in `debit`, and a journal entry. */
static int write_number(store_tx *tx, uint64_t number) {
  store_value n = store_int((int64_t)number);
  return store_run(tx, "INSERT INTO credit (n) VALUES ($1)", n) ||
         store_run(tx, "INSERT INTO debit (n) VALUES ($1)", n) ||
         store_journal(tx, "create", "credit", (mcrm_id)number, 1, NULL, "{\"amount\":1}");
}

static void write_forever(void *context, uint64_t first, int ledger) {
  bank *b = context;
  mcrm_error error = {0};
  store *s = open_bank(b, false, &error);
  arena *a = arena_new(0);
  for (uint64_t number = first; s && a; number++) {
    store_tx tx;
    arena_reset(a);
    if (store_begin(s, a, &error, true, 0, NULL, &tx) || write_number(&tx, number)) break;
    if (b->early) kill_acknowledge(ledger, number);
    if (store_commit(&tx)) break;
    if (!b->early) kill_acknowledge(ledger, number);
    if (number % 16 == 0 && store_checkpoint(s, &error)) break;
  }
  fprintf(stderr, "writer: %s\n", error.detail);
}

static int64_t count_lost(store_tx *tx, const uint64_t *acknowledged, size_t count) {
  int64_t lost = 0;
  for (size_t i = 0; i < count; i++) {
    int64_t there;
    if (store_number(tx, &there, 0, "SELECT count(*) FROM credit JOIN debit ON debit.n = credit.n WHERE credit.n = $1",
                     store_int((int64_t)acknowledged[i])))
      return -1;
    lost += !there;
  }
  return lost;
}

static int64_t check_round(void *context, const uint64_t *acknowledged, size_t count) {
  bank *b = context;
  mcrm_error error = {0};
  store *s = open_bank(b, false, &error);
  arena *a = arena_new(0);
  store_tx tx;
  int64_t lost = -1, halves = -1, head = -1, credits = -1;
  int code = s ? store_begin(s, a, &error, false, 0, NULL, &tx) : error.code;
  if (!code) {
    lost = count_lost(&tx, acknowledged, count);
    code = store_number_with(&tx, &halves, -1,
                             "SELECT (SELECT count(*) FROM credit WHERE n NOT IN (SELECT n FROM debit)) + "
                             "(SELECT count(*) FROM debit WHERE n NOT IN (SELECT n FROM credit))",
                             NULL, 0);
    if (!code) code = store_number_with(&tx, &credits, -1, "SELECT count(*) FROM credit", NULL, 0);
    if (!code) code = store_head(&tx, &head);
    store_rollback(&tx);
  }
  store_chain kept = b->chain; /* the head seen after the round before must still be in the chain */
  if (!code) code = store_verify(s, a, kept.seq ? &kept : NULL, &error, &b->chain);
  if (!code) code = store_check(s, &error);
  if (code || halves || head != credits) {
    fprintf(stderr, "check: %s, %" PRId64 " halves, %" PRId64 " journalled of %" PRId64 "\n", error.detail, halves,
            head, credits);
    lost = -1;
  }
  arena_free(a);
  store_close(s);
  return lost;
}

static void make_bank(bank *b, bool early) {
  *b = (bank){.key = "a key for tests", .early = early};
  folder_make(b->folder);
  snprintf(b->path, sizeof b->path, "%s/bank.db", b->folder);
  mcrm_error error = {0};
  arena *a = arena_new(0);
  store *s = open_bank(b, true, &error);
  store_tx tx;
  ck_assert_msg(s && !store_migrate(s, &error, NULL), "%s", error.detail);
  ck_assert_int_eq(store_begin(s, a, &error, true, 0, NULL, &tx), MCRM_OK);
  ck_assert_int_eq(store_run_with(&tx, "CREATE TABLE credit (n BIGINT PRIMARY KEY)", NULL, 0), MCRM_OK);
  ck_assert_int_eq(store_run_with(&tx, "CREATE TABLE debit (n BIGINT PRIMARY KEY)", NULL, 0), MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  store_close(s);
  arena_free(a);
}

static kill_report torture(bool early, unsigned rounds, unsigned writers) {
  bank b;
  make_bank(&b, early);
  kill_plan plan = {.rounds = rounds,
                    .writers = writers,
                    .seed = torture_setting("SEED", 1),
                    .most_ms = 25,
                    .context = &b,
                    .write = write_forever,
                    .lost = check_round};
  kill_report report = kill_run(&plan);
  folder_remove(b.folder);
  printf("%s: %u rounds, %" PRIu64 " acknowledged, %" PRIu64 " lost, %u wrong\n", early ? "control" : "kill",
         report.rounds, report.acknowledged, report.lost, report.wrong);
  return report;
}

START_TEST(nothing_acknowledged_is_lost) {
  unsigned rounds = (unsigned)torture_setting("COUNT", ROUNDS / TORTURE_SHARE);
  kill_report report = torture(false, rounds, 2);
  ck_assert_uint_eq(report.rounds, rounds);
  ck_assert_uint_eq(report.wrong, 0);
  ck_assert_uint_eq(report.lost, 0);
  ck_assert_uint_gt(report.acknowledged, rounds); /* there was load */
}
END_TEST

START_TEST(writers_that_acknowledge_before_they_commit_are_caught) {
  kill_report report = torture(true, CONTROL_ROUNDS, 1);
  ck_assert_uint_eq(report.wrong, 0);
  ck_assert_uint_gt(report.lost, 0);
}
END_TEST

int main(void) {
  Suite *s = suite_create("kill");
  TCase *c = tcase_create("kill");
  tcase_set_timeout(c, 0);
  tcase_add_test(c, nothing_acknowledged_is_lost);
  tcase_add_test(c, writers_that_acknowledge_before_they_commit_are_caught);
  suite_add_tcase(s, c);
  SRunner *runner = srunner_create(s);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
