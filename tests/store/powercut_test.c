/* Power cuts: at every moment of a workload, with every sector that was not synced found old or new by chance. What
 * was acknowledged must be there, transactions whole, the structure sound, the chain valid. The same with
 * synchronous = NORMAL and OFF, which must fail: then the simulation can see what it is for.
 * SEED and COUNT (disks looked at) from the environment. */
#include "powercut.h"

#include <base/error.h>
#include <check.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <store/journal.h>
#include <string.h>

#include "folder.h"
#include "torture.h"

enum { POINTS = 20000, CONTROL_POINTS = 1500, TRANSACTIONS = 70, HANDLES = 8, CONFIRM_EVERY = 16, AGAIN_EVERY = 5 };

typedef struct ledger {
  size_t acknowledged_at[TRANSACTIONS + 1]; /* by number: moment at which the commit was reported */
  int64_t begun;
} ledger;

typedef struct verdict {
  uint64_t points, lost, corrupt, half;
} verdict;

static char folder[FOLDER_SIZE];
static unsigned char key[STORE_KEY_SIZE] = "a key for tests";
static sqlite3 *handles[HANDLES];
static int handle_count;

typedef enum disk_kind { HONEST, LYING } disk_kind;

/* The driver does not let anybody lower its durability, so the controls reach around it. */
static int note_handle(sqlite3 *db, const char **message, const struct sqlite3_api_routines *api) {
  (void)message;
  (void)api;
  if (handle_count < HANDLES) handles[handle_count++] = db;
  return SQLITE_OK;
}

static mcrm_time same_time(void *context) {
  (void)context;
  return INT64_C(1790000000000);
}

static store *open_store(bool create, mcrm_error *error) {
  store *s = NULL;
  store_options options = {
      .url = folder_file(folder, "cut.db"), .create = create, .key = key, .clock = {same_time, NULL}};
  store_open(&options, error, &s);
  return s;
}

/* ---- the workload ---- */

static int write_number(store_tx *tx, int64_t number, uint64_t random) {
  static const char filling[3000] = {[0 ... 2998] = 'x'};
  store_value n = store_int(number);
  int code = store_run(tx, "INSERT INTO credit (n, filling) VALUES ($1, $2)", n, store_text_of(filling, random % 3000));
  if (!code) code = store_run(tx, "INSERT INTO debit (n, side) VALUES ($1, 1)", n);
  if (!code && random % 8 == 0)
    code =
        store_run(tx, "UPDATE credit SET filling = $2 WHERE n % 5 = $1 % 5", n, store_text_of(filling, random % 700));
  if (!code) code = store_run(tx, "INSERT INTO debit (n, side) VALUES ($1, 2)", n);
  if (!code) code = store_run(tx, "UPDATE total SET n = $1", n);
  return code ? code : store_journal(tx, "create", "credit", number, 1, NULL, "{\"amount\":1}");
}

static void prepare(void) {
  mcrm_error error = {0};
  store_tx tx;
  arena *a = arena_new(0);
  store *s = open_store(true, &error);
  ck_assert_msg(s && !store_migrate(s, &error, NULL), "%s", error.detail);
  ck_assert_int_eq(store_begin(s, a, &error, true, 0, NULL, &tx), MCRM_OK);
  ck_assert_int_eq(store_run_with(&tx, "CREATE TABLE credit (n BIGINT PRIMARY KEY, filling TEXT)", NULL, 0), MCRM_OK);
  ck_assert_int_eq(store_run_with(&tx, "CREATE TABLE debit (n BIGINT, side BIGINT, PRIMARY KEY (n, side))", NULL, 0),
                   MCRM_OK);
  ck_assert_int_eq(store_run_with(&tx, "CREATE TABLE total (n BIGINT)", NULL, 0), MCRM_OK);
  ck_assert_int_eq(store_run_with(&tx, "INSERT INTO total (n) VALUES (0)", NULL, 0), MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  store_close(s); /* folds the log in and deletes it */
  arena_free(a);
}

static void work(powercut_disk *disk, uint64_t seed, const char *synchronous, ledger *l) {
  mcrm_error error = {0};
  arena *a = arena_new(0);
  store_tx tx, reader;
  bool reading = false;
  handle_count = 0;
  store *s = open_store(false, &error);
  ck_assert_msg(s != NULL, "%s", error.detail);
  /* A connection that writes and one for the checkpoints, each opened at its first use: the PRAGMA is for both. */
  ck_assert_int_eq(store_begin(s, a, &error, true, 0, NULL, &tx), MCRM_OK);
  store_rollback(&tx);
  ck_assert_int_eq(store_begin(s, a, &error, false, 0, NULL, &reader), MCRM_OK);
  store_rollback(&reader);
  for (int i = 0; synchronous && i < handle_count; i++)
    ck_assert_int_eq(sqlite3_exec(handles[i], synchronous, NULL, NULL, NULL), SQLITE_OK);
  powercut_record(disk);
  for (int64_t number = 1; number <= TRANSACTIONS; number++) {
    uint64_t random = torture_random(&seed);
    l->begun = number;
    ck_assert_msg(
        !store_begin(s, a, &error, true, 0, NULL, &tx) && !write_number(&tx, number, random) && !store_commit(&tx),
        "%s", error.detail);
    l->acknowledged_at[number] = powercut_moments(disk);
    if (number % 9 == 0) { /* a snapshot that keeps a checkpoint from finishing */
      if (reading)
        store_rollback(&reader);
      else {
        int64_t n;
        ck_assert_int_eq(store_begin(s, a, &error, false, 0, NULL, &reader), MCRM_OK);
        ck_assert_int_eq(store_number_with(&reader, &n, 0, "SELECT n FROM total", NULL, 0), MCRM_OK);
      }
      reading = !reading;
    }
    if (number % 5 == 0) ck_assert_int_eq(store_checkpoint(s, &error), MCRM_OK);
  }
  if (reading) store_rollback(&reader);
  store_close(s); /* recorded, too: folds the log in and deletes it */
  arena_free(a);
}

/* ---- the oracle ---- */

/* The last number of an unbroken row 1, 2, …, each with both debits; -1 where one is there by half. */
static int64_t whole_numbers(store_tx *tx) {
  store_rows rows;
  int64_t last = 0, total = -1, debits = -1;
  bool broken = false;
  store_query_with(tx, &rows, "SELECT n, (SELECT count(*) FROM debit WHERE debit.n = credit.n) FROM credit ORDER BY n",
                   NULL, 0);
  while (store_next(&rows)) {
    broken |= store_get_int(&rows, 0) != last + 1 || store_get_int(&rows, 1) != 2;
    last = store_get_int(&rows, 0);
  }
  if (store_end(&rows)) return -1;
  if (store_number_with(tx, &total, -1, "SELECT n FROM total", NULL, 0)) return -1;
  if (store_number_with(tx, &debits, -1, "SELECT count(*) FROM debit", NULL, 0)) return -1;
  return broken || total != last || debits != 2 * last ? -1 : last;
}

/* Numbers up to `acknowledged` must be there, those after `begun` cannot. */
static void judge(store *s, arena *a, int64_t acknowledged, int64_t begun, bool write, verdict *v) {
  mcrm_error error = {0};
  store_tx tx;
  store_chain chain;
  int64_t there = -1;
  if (!store_begin(s, a, &error, false, 0, NULL, &tx)) {
    there = whole_numbers(&tx);
    store_rollback(&tx);
  }
  if (error.code || store_check(s, &error) || store_verify(s, a, NULL, &error, &chain))
    v->corrupt++;
  else if (there < 0 || there > begun || chain.seq != there)
    v->half++;
  else if (there < acknowledged)
    v->lost++;
  else if (write &&
           (store_begin(s, a, &error, true, 0, NULL, &tx) || write_number(&tx, there + 1, 0) || store_commit(&tx)))
    v->corrupt++; /* a database that was recovered can be used */
}

static void open_and_judge(powercut_disk *found, int64_t acknowledged, int64_t begun, bool write, verdict *v) {
  mcrm_error error = {0};
  arena *a = arena_new(0);
  powercut_mount(found);
  store *s = open_store(false, &error);
  if (s)
    judge(s, a, acknowledged, begun, write, v);
  else
    v->corrupt++;
  store_close(s);
  arena_free(a);
  v->points++;
}

/* Now and then the power is cut again while the first cut is recovered from. */
static void look(powercut_disk *disk, const ledger *l, size_t moment, uint64_t seed, verdict *v) {
  int64_t acknowledged = 0;
  for (int64_t n = 1; n <= TRANSACTIONS && l->acknowledged_at[n] <= moment; n++) acknowledged = n;
  powercut_disk *found = powercut_found(disk, moment, seed);
  bool again = v->points % AGAIN_EVERY == 0;
  if (again) powercut_record(found);
  open_and_judge(found, acknowledged, l->begun, !again && v->points % CONFIRM_EVERY == 0, v);
  size_t moments = powercut_moments(found);
  if (again && moments) {
    powercut_disk *second = powercut_found(found, torture_random(&seed) % (moments + 1), seed);
    open_and_judge(second, acknowledged, l->begun, true, v);
    powercut_free(second);
  }
  powercut_free(found);
}

static verdict torture(const char *synchronous, disk_kind kind, uint64_t points) {
  verdict v = {0};
  uint64_t seed = torture_setting("SEED", 1);
  while (v.points < points) {
    powercut_disk *disk = powercut_start();
    ck_assert_ptr_nonnull(disk);
    ledger l = {0};
    prepare();
    if (kind == LYING) powercut_lie(disk);
    work(disk, torture_random(&seed), synchronous, &l);
    size_t moments = powercut_moments(disk);
    for (size_t moment = 0; moment <= moments && v.points < points; moment++)
      for (unsigned i = 0; i < 4 && v.points < points; i++) look(disk, &l, moment, torture_random(&seed), &v);
    powercut_free(disk);
  }
  printf("%s, %s disk: %" PRIu64 " found, %" PRIu64 " lost acknowledged rows, %" PRIu64 " corrupt, %" PRIu64
         " half transactions\n",
         synchronous ? synchronous : "as shipped (FULL)", kind == LYING ? "lying" : "honest", v.points, v.lost,
         v.corrupt, v.half);
  return v;
}

START_TEST(a_power_cut_loses_and_breaks_nothing) {
  uint64_t points = torture_setting("COUNT", POINTS / TORTURE_SHARE);
  verdict v = torture(NULL, HONEST, points);
  ck_assert_uint_ge(v.points, points);
  ck_assert_uint_eq(v.lost + v.corrupt + v.half, 0);
}
END_TEST

START_TEST(with_synchronous_normal_losses_are_seen) {
  verdict v = torture("PRAGMA synchronous = NORMAL", HONEST, CONTROL_POINTS);
  ck_assert_uint_gt(v.lost, 0);
}
END_TEST

START_TEST(with_synchronous_off_damage_is_seen) {
  verdict v = torture("PRAGMA synchronous = OFF", HONEST, CONTROL_POINTS);
  ck_assert_uint_gt(v.corrupt + v.half, 0);
}
END_TEST

START_TEST(with_a_disk_that_only_says_it_synced_damage_is_seen) {
  verdict v = torture(NULL, LYING, CONTROL_POINTS);
  ck_assert_uint_gt(v.lost, 0);
  ck_assert_uint_gt(v.corrupt + v.half, 0);
}
END_TEST

/* Brings up what was found; what version it had. */
static unsigned bring_up(powercut_disk *found, size_t moment, unsigned *wants) {
  mcrm_error error = {0};
  unsigned has = 0, applied = 0;
  powercut_mount(found);
  store *s = open_store(true, &error);
  ck_assert_msg(s && !store_schema(s, &error, &has, wants), "moment %zu: %s", moment, error.detail);
  ck_assert_msg(!store_migrate(s, &error, &applied) && !store_check(s, &error), "moment %zu: %s", moment, error.detail);
  ck_assert_uint_eq(has + applied, *wants);
  store_close(s);
  return has;
}

/* A database that is just being made is there in the end: nothing, or some steps of the schema, or all. */
START_TEST(a_schema_can_be_brought_up_after_a_cut_at_any_moment) {
  mcrm_error error = {0};
  uint64_t seed = torture_setting("SEED", 1);
  powercut_disk *disk = powercut_start();
  powercut_record(disk);
  store *s = open_store(true, &error);
  ck_assert_msg(s && !store_migrate(s, &error, NULL), "%s", error.detail);
  size_t migrated_at = powercut_moments(disk);
  store_close(s);
  size_t moments = powercut_moments(disk);
  unsigned points = 0, cut_short = 0, wants = 0;
  for (size_t i = 0; i < 4 * (moments + 1); i += TORTURE_SHARE) {
    powercut_disk *found = powercut_found(disk, i / 4, torture_random(&seed));
    unsigned has = bring_up(found, i / 4, &wants);
    if (i / 4 >= migrated_at) ck_assert_uint_eq(has, wants);
    powercut_free(found);
    cut_short += has < wants;
    points++;
  }
  printf("a schema made: %u found, %u of them not whole yet\n", points, cut_short);
  ck_assert_uint_gt(cut_short, 0);
  ck_assert_uint_lt(cut_short, points);
  powercut_free(disk);
}
END_TEST

static void set_up(void) {
  folder_make(folder);
  sqlite3_auto_extension((void (*)(void))note_handle);
}

static void tear_down(void) {
  sqlite3_reset_auto_extension();
  folder_remove(folder);
}

int main(void) {
  Suite *s = suite_create("powercut");
  TCase *c = tcase_create("powercut");
  tcase_set_timeout(c, 0);
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_add_test(c, a_power_cut_loses_and_breaks_nothing);
  tcase_add_test(c, with_synchronous_normal_losses_are_seen);
  tcase_add_test(c, with_synchronous_off_damage_is_seen);
  tcase_add_test(c, with_a_disk_that_only_says_it_synced_damage_is_seen);
  tcase_add_test(c, a_schema_can_be_brought_up_after_a_cut_at_any_moment);
  suite_add_tcase(s, c);
  SRunner *runner = srunner_create(s);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
