/* The store: schema, transactions, savepoints, several connections, fork, upkeep. */
#include <base/error.h>
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <store/journal.h>
#include <store/store.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend.h"
#include "folder.h"
#include "internal.h"

static char folder[FOLDER_SIZE];
static mcrm_error error;
static arena *memory;
static store *db;
static unsigned char key[STORE_KEY_SIZE] = "a key for tests";

static const char *file(const char *name) { return folder_file(folder, name); }

static store *open_store(const char *name, bool create) {
  store *s = NULL;
  store_options options = {.url = backend_url(folder, name), .create = create, .key = key};
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

START_TEST(what_is_rolled_back_was_never_there) {
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(add(&tx, 1, "a"), MCRM_OK);
  store_rollback(&tx);
  store_rollback(&tx);
  ck_assert_int_eq(items(), 0);
  ck_assert_int_eq(store_commit(&tx), MCRM_INTERNAL);
}
END_TEST

START_TEST(a_constraint_names_its_column_and_the_transaction_goes_on_from_its_savepoint) {
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(add(&tx, 1, "a"), MCRM_OK);
  ck_assert_int_eq(store_savepoint(&tx), MCRM_OK);
  ck_assert_int_eq(add(&tx, 2, "a"), MCRM_CONFLICT);
  ck_assert_str_eq(error.field, "name");
  error_clear(&error);
  ck_assert_int_eq(add(&tx, 3, "c"), MCRM_CONFLICT); /* nothing runs in what is broken */
  store_savepoint_rollback(&tx);
  error_clear(&error);
  ck_assert_int_eq(add(&tx, 2, "b"), MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  ck_assert_int_eq(items(), 2);
}
END_TEST

START_TEST(a_constraint_without_a_savepoint_dooms_its_transaction) {
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(add(&tx, 1, "a"), MCRM_OK);
  ck_assert_int_eq(add(&tx, 2, "a"), MCRM_CONFLICT);
  error_clear(&error);
  ck_assert_int_eq(store_commit(&tx), MCRM_CONFLICT);
  ck_assert_int_eq(items(), 0);
}
END_TEST

START_TEST(what_was_posted_is_there_and_fails_no_later_than_the_commit) {
  store_tx tx;
  begin(&tx, true);
  for (int64_t i = 0; i < 300; i++) /* more than a driver would keep back */
    ck_assert_int_eq(store_post(&tx, "INSERT INTO item (id) VALUES ($1)", store_int(i)), MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  ck_assert_int_eq(items(), 300);
  begin(&tx, true);
  int code = store_post(&tx, "INSERT INTO item (id) VALUES ($1)", store_int(300));
  if (!code) code = store_post(&tx, "INSERT INTO item (id) VALUES ($1)", store_int(7));
  if (!code) code = store_commit(&tx);
  ck_assert_int_eq(code, MCRM_CONFLICT);
  store_rollback(&tx);
  ck_assert_int_eq(items(), 300);
}
END_TEST

static const store_refusal gone = {MCRM_NOT_FOUND, "item_id", "item.gone", "there is no such item"};

static int expect_item(store_tx *tx, int64_t id) {
  return store_expect(tx, &gone, "SELECT 1 FROM item WHERE id = $1", store_int(id));
}

START_TEST(what_must_touch_a_row_fails_the_transaction_in_its_own_words_where_it_does_not) {
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(add(&tx, 1, "a"), MCRM_OK);
  ck_assert_int_eq(expect_item(&tx, 1), MCRM_OK);
  int code = expect_item(&tx, 2);
  if (!code) code = store_commit(&tx);
  ck_assert_int_eq(code, MCRM_NOT_FOUND);
  ck_assert_str_eq(error.field, "item_id");
  ck_assert_str_eq(error.message, "item.gone");
  store_rollback(&tx);
  ck_assert_int_eq(items(), 0);
}
END_TEST

START_TEST(a_change_that_must_touch_a_row_does_or_fails) {
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(add(&tx, 1, "a"), MCRM_OK);
  ck_assert_int_eq(store_expect(&tx, &gone, "UPDATE item SET name = $1 WHERE id = 1", store_text("b")), MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  begin(&tx, true);
  int code =
      store_expect(&tx, &gone, "INSERT INTO item (id, name) VALUES (1, $1) ON CONFLICT DO NOTHING", store_text("c"));
  if (!code) code = store_commit(&tx);
  ck_assert_int_eq(code, MCRM_NOT_FOUND);
  store_rollback(&tx);
  ck_assert_int_eq(items(), 1);
}
END_TEST

START_TEST(what_was_expected_in_a_part_fails_that_part_alone) {
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(add(&tx, 1, "outer"), MCRM_OK);
  ck_assert_int_eq(store_savepoint(&tx), MCRM_OK);
  ck_assert_int_eq(add(&tx, 2, "undone"), MCRM_OK);
  int code = expect_item(&tx, 9);
  if (!code) code = store_savepoint_release(&tx);
  ck_assert_int_eq(code, MCRM_NOT_FOUND);
  store_savepoint_rollback(&tx);
  error_clear(&error);
  ck_assert_int_eq(store_savepoint(&tx), MCRM_OK);
  ck_assert_int_eq(add(&tx, 3, "kept"), MCRM_OK);
  ck_assert_int_eq(expect_item(&tx, 3), MCRM_OK);
  ck_assert_int_eq(store_savepoint_release(&tx), MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  ck_assert_int_eq(items(), 2);
}
END_TEST

/* What was posted in the part and fails only when it is undone goes with it, too. */
START_TEST(what_fails_while_its_part_is_undone_does_not_fail_the_rest) {
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(store_savepoint(&tx), MCRM_OK);
  ck_assert_int_eq(store_post(&tx, "INSERT INTO item (id) VALUES ($1)", store_int(1)), MCRM_OK);
  store_post(&tx, "INSERT INTO item (id) VALUES ($1)", store_int(1));
  store_savepoint_rollback(&tx);
  error_clear(&error);
  ck_assert_int_eq(store_savepoint(&tx), MCRM_OK);
  expect_item(&tx, 9);
  store_savepoint_rollback(&tx);
  error_clear(&error);
  ck_assert_int_eq(add(&tx, 2, "kept"), MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  ck_assert_int_eq(items(), 1);
}
END_TEST

START_TEST(undoing_a_part_does_not_hide_what_failed_before_it) {
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(add(&tx, 1, "a"), MCRM_OK);
  int code = expect_item(&tx, 9);
  if (!code) code = store_savepoint(&tx);
  ck_assert_int_eq(code, MCRM_NOT_FOUND);
  store_savepoint_rollback(&tx);
  error_clear(&error);
  ck_assert_int_eq(store_savepoint(&tx), MCRM_NOT_FOUND); /* and each one after it says so */
  ck_assert_int_eq(error.code, MCRM_NOT_FOUND);
  ck_assert_int_eq(store_commit(&tx), MCRM_NOT_FOUND);
  ck_assert_int_eq(items(), 0);
}
END_TEST

START_TEST(a_savepoint_is_undone_alone) {
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(add(&tx, 1, "outer"), MCRM_OK);
  ck_assert_int_eq(store_savepoint(&tx), MCRM_OK);
  ck_assert_int_eq(add(&tx, 2, "kept"), MCRM_OK);
  ck_assert_int_eq(store_savepoint(&tx), MCRM_OK);
  ck_assert_int_eq(add(&tx, 3, "undone"), MCRM_OK);
  store_savepoint_rollback(&tx);
  ck_assert_int_eq(store_savepoint_release(&tx), MCRM_OK);
  ck_assert_int_eq(store_savepoint_release(&tx), MCRM_INTERNAL);
  error_clear(&error);
  ck_assert_int_eq(add(&tx, 4, "undone"), MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  ck_assert_int_eq(items(), 3);
}
END_TEST

static int64_t head(void) {
  store_tx tx;
  int64_t seq = -1;
  begin(&tx, false);
  ck_assert_int_eq(store_head(&tx, &seq), MCRM_OK);
  store_rollback(&tx);
  return seq;
}

START_TEST(undoing_a_savepoint_takes_its_journal_entries_back) {
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(store_savepoint(&tx), MCRM_OK);
  ck_assert_int_eq(store_journal(&tx, "create", "item", 1, 1, NULL, "{}"), MCRM_OK);
  store_savepoint_rollback(&tx);
  ck_assert_int_eq(store_journal(&tx, "create", "item", 2, 1, NULL, "{}"), MCRM_OK);
  ck_assert_int_eq(store_savepoint(&tx), MCRM_OK);
  ck_assert_int_eq(store_journal(&tx, "update", "item", 2, 2, NULL, "{}"), MCRM_OK);
  store_savepoint_rollback(&tx);
  ck_assert_int_eq(store_journal(&tx, "update", "item", 2, 2, NULL, "{\"a\":1}"), MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  ck_assert_int_eq(head(), 2);
  store_chain chain;
  ck_assert_msg(!store_verify(db, memory, NULL, &error, &chain), "%s", error.detail);
  ck_assert_int_eq(chain.entries, 2);
}
END_TEST

START_TEST(savepoints_have_a_depth_and_need_a_writer) {
  store_tx tx;
  begin(&tx, true);
  for (int i = 0; i < STORE_SAVEPOINTS; i++) ck_assert_int_eq(store_savepoint(&tx), MCRM_OK);
  ck_assert_int_eq(store_savepoint(&tx), MCRM_INTERNAL);
  store_rollback(&tx);
  error_clear(&error);
  begin(&tx, false);
  ck_assert_int_eq(store_savepoint(&tx), MCRM_INTERNAL);
  store_rollback(&tx);
}
END_TEST

START_TEST(a_reader_keeps_its_snapshot_while_others_commit) {
  store_tx reader, writer;
  int64_t before, after;
  begin(&reader, false);
  ck_assert_int_eq(store_number_with(&reader, &before, -1, "SELECT count(*) FROM item", NULL, 0), MCRM_OK);
  begin(&writer, true);
  ck_assert_int_eq(add(&writer, 1, "a"), MCRM_OK);
  ck_assert_int_eq(store_commit(&writer), MCRM_OK);
  ck_assert_int_eq(store_number_with(&reader, &after, -1, "SELECT count(*) FROM item", NULL, 0), MCRM_OK);
  store_rollback(&reader);
  ck_assert_int_eq(before, after);
  ck_assert_int_eq(items(), 1);
}
END_TEST

START_TEST(a_reader_cannot_write) {
  store_tx tx;
  begin(&tx, false);
  ck_assert_int_ne(add(&tx, 1, "a"), MCRM_OK);
  ck_assert_int_ne(store_commit(&tx), MCRM_OK);
  ck_assert_int_eq(items(), 0);
}
END_TEST

START_TEST(a_statement_that_takes_too_long_dooms_its_transaction) {
  store_tx tx;
  store_rows rows;
  ck_assert_int_eq(store_begin(db, memory, &error, true, clock_monotonic() + 50 * INT64_C(1000000), NULL, &tx),
                   MCRM_OK);
  ck_assert_int_eq(add(&tx, 1, "a"), MCRM_OK);
  store_query_with(&tx, &rows, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
                   NULL, 0);
  ck_assert(!store_next(&rows));
  ck_assert_int_eq(store_end(&rows), MCRM_TIMEOUT);
  error_clear(&error);
  ck_assert_int_eq(store_commit(&tx), MCRM_TIMEOUT);
  error_clear(&error);
  ck_assert_int_eq(items(), 0);
}
END_TEST

typedef struct bell {
  int rings;
  int64_t seen;
} bell;

static void ring(void *context) {
  bell *b = context;
  b->rings++;
  b->seen = head(); /* no lock is held: the hook may use the store */
}

START_TEST(a_commit_that_journalled_wakes_outside_of_locks) {
  bell b = {0};
  store_on_commit(db, ring, &b);
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(add(&tx, 1, "quiet"), MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  ck_assert_int_eq(b.rings, 0);
  begin(&tx, true);
  ck_assert_int_eq(store_journal(&tx, "create", "item", 1, 1, NULL, NULL), MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  ck_assert_int_eq(b.rings, 1);
  ck_assert_int_eq(b.seen, 1);
}
END_TEST

/* ---- connections ---- */

START_TEST(a_second_writer_waits_until_its_deadline) {
  store_tx first, second;
  begin(&first, true);
  int64_t start = clock_monotonic();
  ck_assert_int_eq(store_begin(db, memory, &error, true, start + 50 * INT64_C(1000000), NULL, &second), MCRM_BUSY);
  int64_t waited = (clock_monotonic() - start) / 1000000;
  ck_assert_msg(waited >= 49 && waited < 1000, "%lld ms", (long long)waited);
  store_rollback(&second);
  store_rollback(&first);
  error_clear(&error);
  begin(&second, true);
  store_rollback(&second);
}
END_TEST

START_TEST(readers_are_limited_and_their_connections_come_back) {
  store_tx readers[4], one_more;
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < 4; i++) begin(&readers[i], false);
    ck_assert_int_eq(store_begin(db, memory, &error, false, clock_monotonic() + 1000000, NULL, &one_more), MCRM_BUSY);
    error_clear(&error);
    for (int i = 0; i < 4; i++) store_rollback(&readers[i]);
  }
}
END_TEST

typedef struct turn {
  atomic_int *waiting;
  int number, code;
  int *order, *served;
} turn;

static void *take_turn(void *context) {
  turn *t = context;
  mcrm_error mine = {0};
  store_tx tx;
  arena *a = arena_new(0);
  atomic_fetch_add(t->waiting, 1);
  t->code = store_begin(db, a, &mine, true, 0, NULL, &tx);
  if (!t->code) {
    t->order[(*t->served)++] = t->number; /* the write transaction is the lock */
    store_rollback(&tx);
  }
  arena_free(a);
  return NULL;
}

START_TEST(writers_are_served_in_the_order_they_came) {
  enum { WRITERS = 6 };
  pthread_t threads[WRITERS];
  turn turns[WRITERS];
  int order[WRITERS], served = 0;
  atomic_int waiting = 0;
  store_tx tx;
  begin(&tx, true);
  for (int i = 0; i < WRITERS; i++) {
    turns[i] = (turn){&waiting, i, 0, order, &served};
    pthread_create(&threads[i], NULL, take_turn, &turns[i]);
    while (atomic_load(&waiting) <= i) usleep(100);
    usleep(20000); /* it stands in the queue by now */
  }
  store_rollback(&tx);
  for (int i = 0; i < WRITERS; i++) pthread_join(threads[i], NULL);
  ck_assert_int_eq(served, WRITERS);
  for (int i = 0; i < WRITERS; i++) ck_assert_int_eq(order[i], i);
}
END_TEST

enum { THREADS = 4, THREAD_ROWS = 50 };

static void *write_and_read(void *context) {
  int64_t number = (int64_t)(intptr_t)context, bad = 0;
  arena *a = arena_new(0);
  for (int64_t i = 0; i < THREAD_ROWS; i++) {
    mcrm_error mine = {0};
    store_tx tx;
    char name[32];
    int64_t id = number * 1000 + i, count = 0;
    snprintf(name, sizeof name, "row %lld", (long long)id);
    bad += store_begin(db, a, &mine, true, 0, NULL, &tx) || add(&tx, id, name) ||
           store_journal(&tx, "create", "item", id, 1, NULL, "{}") || store_commit(&tx);
    bad += store_begin(db, a, &mine, false, 0, NULL, &tx) != 0;
    bad += store_number(&tx, &count, 0, "SELECT count(*) FROM item WHERE id >= $1 AND id < $1 + 1000",
                        store_int(number * 1000)) != 0;
    bad += count != i + 1; /* reads its own writes */
    store_rollback(&tx);
    if (number == 0 && i % 10 == 0) bad += store_checkpoint(db, &mine) != 0;
    arena_reset(a);
  }
  arena_free(a);
  return (void *)(intptr_t)bad;
}

START_TEST(threads_write_and_read_at_once) {
  pthread_t threads[THREADS];
  for (intptr_t i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, write_and_read, (void *)i);
  for (int i = 0; i < THREADS; i++) {
    void *bad;
    pthread_join(threads[i], &bad);
    ck_assert_int_eq((intptr_t)bad, 0);
  }
  ck_assert_int_eq(items(), THREADS * THREAD_ROWS);
  ck_assert_int_eq(head(), THREADS * THREAD_ROWS);
  store_chain chain;
  ck_assert_msg(!store_verify(db, memory, NULL, &error, &chain), "%s", error.detail);
}
END_TEST

/* ---- a driver whose connections die, and cannot be opened for a while ---- */

static atomic_int deaths, refusals, opened;

static const store_driver *whole; /* the backend's own */

static bool dies(const void *connection) { return atomic_load(&deaths) ? false : whole->alive(connection); }

static int refuses(const char *url, store_role role, bool create, mcrm_error *e, void **connection) {
  *connection = NULL;
  if (atomic_load(&refusals)) return error_set(e, MCRM_UNAVAILABLE, NULL, "store.missing", "gone for a while");
  atomic_fetch_add(&opened, 1);
  return whole->open(url, role, create, e, connection);
}

START_TEST(a_dead_connection_is_replaced_when_the_database_is_back) {
  whole = db->driver;
  store_driver driver = *whole;
  driver.alive = dies;
  driver.open = refuses;
  db->driver = &driver;
  store_tx tx;
  for (int write = 0; write < 2; write++) {
    begin(&tx, write);
    atomic_store(&deaths, 1);
    store_rollback(&tx);
    atomic_store(&deaths, 0);
    atomic_store(&refusals, 1);
    for (int i = 0; i < 6; i++) { /* the right to open one comes back each time */
      ck_assert_int_eq(store_begin(db, memory, &error, write, 0, NULL, &tx), MCRM_UNAVAILABLE);
      error_clear(&error);
    }
    atomic_store(&refusals, 0);
    atomic_store(&opened, 0);
    begin(&tx, write);
    store_rollback(&tx);
    ck_assert_int_eq(atomic_load(&opened), 1);
  }
  db->driver = whole;
}
END_TEST

START_TEST(a_waiter_gets_the_turn_of_a_connection_that_died) {
  whole = db->driver;
  store_driver driver = *whole;
  driver.alive = dies;
  db->driver = &driver;
  atomic_int waiting = 0;
  int order[1], served = 0;
  turn t = {&waiting, 0, -1, order, &served};
  pthread_t thread;
  store_tx tx;
  begin(&tx, true);
  pthread_create(&thread, NULL, take_turn, &t);
  while (!atomic_load(&waiting)) usleep(100);
  usleep(20000);
  atomic_store(&deaths, 1);
  store_rollback(&tx);
  atomic_store(&deaths, 0);
  pthread_join(thread, NULL);
  ck_assert_int_eq(t.code, MCRM_OK);
  db->driver = whole;
}
END_TEST

static void *hold_for_a_while(void *context) {
  store_tx *tx = context;
  usleep(50000);
  return (void *)(intptr_t)(add(tx, 1, "late") || store_commit(tx));
}

START_TEST(closing_waits_for_running_transactions) {
  store_tx tx;
  pthread_t thread;
  void *failed;
  begin(&tx, true);
  pthread_create(&thread, NULL, hold_for_a_while, &tx);
  store_close(db);
  pthread_join(thread, &failed);
  ck_assert_ptr_null(failed);
  db = open_store("crm.db", false);
  ck_assert_int_eq(items(), 1);
}
END_TEST

START_TEST(a_statement_after_its_transaction_is_refused) {
  store_tx tx;
  begin(&tx, true);
  store_rollback(&tx);
  ck_assert_int_eq(add(&tx, 1, "late"), MCRM_INTERNAL);
  ck_assert_str_eq(error.message, "store.closed");
}
END_TEST

START_TEST(numbers_are_read_as_either_kind) {
  store_tx tx;
  store_rows rows;
  begin(&tx, false);
  store_query_with(&tx, &rows, "SELECT 0.25, 3, NULL, 'x'", NULL, 0);
  ck_assert(store_next(&rows));
  ck_assert(store_get_real(&rows, 0) > 0.249 && store_get_real(&rows, 0) < 0.251);
  ck_assert(store_get_real(&rows, 1) > 2.999 && store_get_real(&rows, 1) < 3.001);
  ck_assert_int_eq(store_get_int(&rows, 2), 0);
  ck_assert_int_eq(store_get_int(&rows, 3), 0);
  ck_assert_ptr_null(store_get_text(&rows, 2));
  ck_assert(store_get_null(&rows, 9)); /* no such column */
  ck_assert_int_eq(store_end(&rows), MCRM_OK);
  store_rollback(&tx);
}
END_TEST

/* Once a driver knows what a statement's columns are it may read them in another form. */
START_TEST(a_value_is_the_same_each_time_it_is_read) {
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(
      store_run(&tx, "INSERT INTO item (id, name, size) VALUES ($1, $2, $3), (-7, '', 1e300), (5, NULL, 0)",
                store_int(INT64_MIN), store_text("یک"), store_real(-0.5)),
      MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  begin(&tx, false);
  for (int reading = 0; reading < 3; reading++) {
    store_rows rows;
    store_query_with(&tx, &rows,
                     "SELECT id, name, size, CAST(-2 AS SMALLINT), CAST(-3 AS INTEGER) FROM item ORDER BY id", NULL, 0);
    ck_assert(store_next(&rows));
    ck_assert_int_eq(store_get_int(&rows, 0), INT64_MIN);
    ck_assert_str_eq(store_get_text(&rows, 1), "یک");
    ck_assert_int_eq((int64_t)(store_get_real(&rows, 2) * 10), -5);
    ck_assert_int_eq(store_get_int(&rows, 3), -2);
    ck_assert_int_eq(store_get_int(&rows, 4), -3);
    ck_assert(store_next(&rows));
    ck_assert_int_eq(store_get_int(&rows, 0), -7);
    ck_assert_str_eq(store_get_text(&rows, 1), "");
    ck_assert(!store_get_null(&rows, 1));
    ck_assert(store_get_real(&rows, 2) > 9e299);
    ck_assert(store_next(&rows));
    ck_assert(store_get_null(&rows, 1));
    ck_assert(!store_get_null(&rows, 2));
    ck_assert(!store_next(&rows));
    ck_assert_int_eq(store_end(&rows), MCRM_OK);
    store_query_with(&tx, &rows, "SELECT SUM(id), COUNT(*), MAX(name) FROM item WHERE id > -8", NULL, 0);
    ck_assert(store_next(&rows));
    ck_assert_int_eq(store_get_int(&rows, 0), -2);
    ck_assert_int_eq(store_get_int(&rows, 1), 2);
    ck_assert_str_eq(store_get_text(&rows, 2), "");
    ck_assert_int_eq(store_end(&rows), MCRM_OK);
  }
  store_rollback(&tx);
}
END_TEST

typedef struct crowd {
  store *store;
  unsigned seed;
  atomic_int refused;
  int done, odd;
} crowd;

static void *push_in(void *context) {
  crowd *c = context;
  arena *a = arena_new(0);
  for (int i = 0; i < 300; i++) {
    mcrm_error mine = {0};
    store_tx tx;
    c->seed = c->seed * 1103515245 + 12345;
    int64_t patience = (c->seed >> 16) % 300 * INT64_C(1000), count;
    int code = store_begin(c->store, a, &mine, (c->seed >> 8) % 3 == 0, clock_monotonic() + patience, NULL, &tx);
    if (!code) code = store_number_with(&tx, &count, 0, "SELECT count(*) FROM item", NULL, 0);
    store_rollback(&tx);
    atomic_fetch_add(&c->refused, code == MCRM_BUSY);
    c->done += code == MCRM_OK;
    c->odd += code != MCRM_OK && code != MCRM_BUSY && code != MCRM_TIMEOUT;
  }
  arena_free(a);
  return NULL;
}

START_TEST(a_crowd_with_short_patience_leaves_the_pool_whole) {
  enum { CROWD = 8 };
  pthread_t threads[CROWD];
  crowd crowds[CROWD];
  store_options options = {.url = backend_url(folder, "crm.db"), .key = key, .readers = 2};
  store *s = NULL;
  ck_assert_int_eq(store_open(&options, &error, &s), MCRM_OK);
  store_tx holder; /* keeps writers out until the first of them has lost patience */
  ck_assert_int_eq(store_begin(s, memory, &error, true, 0, NULL, &holder), MCRM_OK);
  for (unsigned i = 0; i < CROWD; i++) {
    crowds[i].store = s;
    crowds[i].seed = i;
    crowds[i].done = crowds[i].odd = 0;
    atomic_init(&crowds[i].refused, 0);
    pthread_create(&threads[i], NULL, push_in, &crowds[i]);
  }
  while (!atomic_load(&crowds[0].refused)) usleep(1000);
  store_rollback(&holder);
  int done = 0;
  for (int i = 0; i < CROWD; i++) {
    pthread_join(threads[i], NULL);
    ck_assert_int_eq(crowds[i].odd, 0);
    done += crowds[i].done;
  }
  ck_assert_int_gt(done, 0);
  store_tx tx[3]; /* all connections are there again */
  for (int i = 0; i < 3; i++) ck_assert_int_eq(store_begin(s, memory, &error, i == 2, 0, NULL, &tx[i]), MCRM_OK);
  for (int i = 0; i < 3; i++) store_rollback(&tx[i]);
  store_close(s);
}
END_TEST

static int wait_for(pid_t child) {
  int status = -1;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int write_rows_in_child(int64_t from, int64_t count) {
  mcrm_error mine = {0};
  store *s = NULL;
  store_options options = {.url = backend_url(folder, "crm.db"), .key = key};
  arena *a = arena_new(0);
  int failed = store_open(&options, &mine, &s) != 0;
  for (int64_t i = 0; !failed && i < count; i++) {
    store_tx tx;
    char name[32];
    snprintf(name, sizeof name, "row %lld", (long long)(from + i));
    failed = store_begin(s, a, &mine, true, 0, NULL, &tx) || add(&tx, from + i, name) || store_commit(&tx);
  }
  if (failed) fprintf(stderr, "child: %s\n", mine.detail);
  store_close(s);
  arena_free(a);
  return failed;
}

START_TEST(two_processes_write) {
  enum { ROWS = 150 };
  store_close(db);
  pid_t first = fork();
  if (!first) _exit(write_rows_in_child(0, ROWS));
  pid_t second = fork();
  if (!second) _exit(write_rows_in_child(ROWS, ROWS));
  ck_assert_int_eq(wait_for(first), 0);
  ck_assert_int_eq(wait_for(second), 0);
  db = open_store("crm.db", false);
  ck_assert_int_eq(items(), 2 * ROWS);
}
END_TEST

START_TEST(a_lock_of_another_process_is_waited_for_until_the_deadline) {
  int ready[2], done[2];
  char byte = 0;
  ck_assert(!pipe(ready) && !pipe(done));
  store_close(db);
  pid_t child = fork();
  if (!child) {
    close(done[1]);
    db = open_store("crm.db", false);
    store_tx tx;
    int failed = !db || store_begin(db, memory, &error, true, 0, NULL, &tx);
    failed |= write(ready[1], &byte, 1) != 1;
    failed |= read(done[0], &byte, 1) != 0; /* until the parent closes its end */
    store_rollback(&tx);
    _exit(failed);
  }
  ck_assert_int_eq(read(ready[0], &byte, 1), 1);
  db = open_store("crm.db", false);
  ck_assert_msg(db != NULL, "%s", error.detail); /* opening needs no write lock */
  store_tx tx;
  int64_t start = clock_monotonic();
  ck_assert_int_eq(store_begin(db, memory, &error, true, start + 80 * INT64_C(1000000), NULL, &tx), MCRM_BUSY);
  int64_t waited = (clock_monotonic() - start) / 1000000;
  ck_assert_msg(waited >= 79 && waited < 1000, "%lld ms", (long long)waited);
  error_clear(&error);
  ck_assert_int_eq(items(), 0); /* readers go on */
  close(done[1]);
  ck_assert_int_eq(wait_for(child), 0);
  begin(&tx, true);
  store_rollback(&tx);
  close(ready[0]), close(ready[1]), close(done[0]);
}
END_TEST

/* ---- fork ---- */

static int use_inherited(store_tx *tx) {
  mcrm_error mine = {0};
  store_tx other;
  arena *a = arena_new(0);
  tx->error = &mine;
  if (add(tx, 2, "child") != MCRM_UNSUPPORTED || strcmp(mine.message, "forked") != 0) return 1;
  if (store_commit(tx) != MCRM_UNSUPPORTED) return 2;
  store_rollback(tx);
  error_clear(&mine);
  if (store_begin(db, a, &mine, false, 0, NULL, &other) != MCRM_UNSUPPORTED) return 3;
  store_rollback(&other);
  unsigned has, wants;
  error_clear(&mine);
  if (store_check(db, &mine) != MCRM_UNSUPPORTED || store_checkpoint(db, &mine) != MCRM_UNSUPPORTED) return 4;
  if (store_migrate(db, &mine, NULL) != MCRM_UNSUPPORTED || store_schema(db, &mine, &has, &wants) != MCRM_UNSUPPORTED)
    return 5;
  if (store_backup(db, file("copy.db"), &mine) != MCRM_UNSUPPORTED) return 6;
  store_close(db);
  arena_free(a);
  return 0;
}

START_TEST(a_forked_child_is_refused_and_harms_nothing) {
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(add(&tx, 1, "parent"), MCRM_OK);
  pid_t child = fork();
  if (!child) _exit(use_inherited(&tx));
  ck_assert_int_eq(wait_for(child), 0);
  ck_assert_msg(store_commit(&tx) == MCRM_OK, "%s", error.detail);
  ck_assert_int_eq(items(), 1);
  ck_assert_int_eq(store_check(db, &error), MCRM_OK);
}
END_TEST

/* ---- upkeep ---- */

static void fill(int64_t from, int64_t count) {
  store_tx tx;
  begin(&tx, true);
  for (int64_t i = from; i < from + count; i++) {
    char name[600];
    snprintf(name, sizeof name, "row %0500lld", (long long)i);
    ck_assert_int_eq(add(&tx, i, name), MCRM_OK);
  }
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
}

START_TEST(a_backup_is_whole_private_and_never_overwrites) {
  struct stat about;
  fill(0, 300);
  ck_assert_msg(!store_backup(db, file("copy.db"), &error), "%s", error.detail);
  ck_assert(!stat(file("copy.db"), &about));
  ck_assert_int_eq(about.st_mode & 0777, 0600);
  ck_assert_int_eq(store_backup(db, file("copy.db"), &error), MCRM_CONFLICT);
  ck_assert_str_eq(error.field, "file");
  error_clear(&error);
  fill(300, 1);
  store *live = db;
  db = open_store("copy.db", false);
  ck_assert_msg(db != NULL, "%s", error.detail);
  ck_assert_int_eq(items(), 300);
  ck_assert_int_eq(store_check(db, &error), MCRM_OK);
  store_close(db);
  db = live;
  ck_assert_int_eq(store_backup(db, file("no/such/folder.db"), &error), MCRM_IO);
}
END_TEST

START_TEST(a_backup_is_taken_while_a_writer_is_at_work) {
  store_tx tx;
  fill(0, 10);
  begin(&tx, true);
  ck_assert_int_eq(add(&tx, 100, "not committed"), MCRM_OK);
  ck_assert_msg(!store_backup(db, file("copy.db"), &error), "%s", error.detail);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  store *live = db;
  db = open_store("copy.db", false);
  ck_assert_int_eq(items(), 10);
  store_close(db);
  db = live;
}
END_TEST

START_TEST(a_check_finds_a_damaged_page) {
  fill(0, 300);
  ck_assert_int_eq(store_check(db, &error), MCRM_OK);
  store_close(db);
  FILE *f = fopen(file("crm.db"), "r+");
  fseek(f, 0, SEEK_END);
  long size = ftell(f);
  char noise[64];
  memset(noise, 0xA5, sizeof noise);
  for (long at = size - 10 * 4096; at < size; at += 4096) {
    fseek(f, at, SEEK_SET);
    fwrite(noise, sizeof noise, 1, f);
  }
  fclose(f);
  db = open_store("crm.db", false);
  ck_assert_msg(db != NULL, "%s", error.detail);
  ck_assert_int_eq(store_check(db, &error), MCRM_IO);
  ck_assert_str_eq(error.message, "store.corrupt");
}
END_TEST

START_TEST(an_update_to_a_missing_record_is_refused) {
  store_tx tx;
  begin(&tx, true);
  ck_assert_int_eq(store_run_with(&tx, "CREATE TABLE part (id BIGINT PRIMARY KEY, item_id BIGINT)", NULL, 0), MCRM_OK);
  ck_assert_int_eq(store_run_with(&tx, "INSERT INTO part VALUES (1, 77)", NULL, 0), MCRM_OK);
  ck_assert_int_eq(store_run_with(&tx, "ALTER TABLE part ADD COLUMN whole BIGINT REFERENCES item (id)", NULL, 0),
                   MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  ck_assert_int_eq(store_check(db, &error), MCRM_OK);
  begin(&tx, true);
  ck_assert_int_eq(store_run_with(&tx, "UPDATE part SET whole = 77", NULL, 0), MCRM_CONFLICT);
  store_rollback(&tx);
}
END_TEST

START_TEST(a_check_finds_a_dangling_reference) {
  sqlite3 *raw;
  ck_assert_int_eq(sqlite3_open(file("crm.db"), &raw), SQLITE_OK);
  ck_assert_int_eq(sqlite3_exec(raw, "PRAGMA foreign_keys = OFF; INSERT INTO change (journal_id) VALUES (99)", 0, 0, 0),
                   SQLITE_OK);
  sqlite3_close(raw);
  ck_assert_int_eq(store_check(db, &error), MCRM_IO);
  ck_assert_str_eq(error.message, "store.corrupt");
  ck_assert_ptr_nonnull(strstr(error.detail, "journal"));
}
END_TEST

START_TEST(a_copy_that_was_cut_short_does_not_block_the_next) {
  FILE *f = fopen(file("copy.db.part"), "w");
  fputs("half", f);
  fclose(f);
  ck_assert_msg(!store_backup(db, file("copy.db"), &error), "%s", error.detail);
  ck_assert_int_ne(access(file("copy.db.part"), F_OK), 0);
}
END_TEST

START_TEST(a_checkpoint_keeps_the_log_from_growing) {
  struct stat log;
  for (int i = 0; i < 20; i++) {
    fill(i * 100, 100);
    ck_assert_int_eq(store_checkpoint(db, &error), MCRM_OK);
  }
  ck_assert(!stat(file("crm.db-wal"), &log));
  ck_assert_msg(log.st_size < 1 << 20, "%ld bytes", (long)log.st_size);
  ck_assert_int_eq(items(), 2000);
}
END_TEST

START_TEST(a_writer_folds_a_long_log_in_by_itself) {
  struct stat log;
  for (int i = 0; i < 60; i++) fill(i * 1000, 1000); /* about 1 MB of log each */
  ck_assert(!stat(file("crm.db-wal"), &log));
  ck_assert_msg(log.st_size < 40 << 20, "%ld bytes", (long)log.st_size);
}
END_TEST

START_TEST(a_log_that_a_reader_held_up_is_cut_off_when_it_leaves) {
  struct stat log;
  store_tx reader;
  int64_t count;
  begin(&reader, false);
  ck_assert_int_eq(store_number_with(&reader, &count, 0, "SELECT count(*) FROM item", NULL, 0), MCRM_OK);
  for (int i = 0; i < 90; i++) fill(i * 1000, 1000);
  ck_assert(!stat(file("crm.db-wal"), &log));
  ck_assert_msg(log.st_size > 64 << 20, "%ld bytes", (long)log.st_size);
  store_rollback(&reader);
  ck_assert_int_eq(store_checkpoint(db, &error), MCRM_OK);
  ck_assert(!stat(file("crm.db-wal"), &log));
  ck_assert_msg(log.st_size < 1 << 20, "%ld bytes", (long)log.st_size);
  ck_assert_int_eq(items(), 90000);
}
END_TEST

static Suite *suite(void) {
  Suite *s = suite_create("store");
  TCase *c = tcase_create("store");
  tcase_set_timeout(c, 60);
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_add_test(c, a_commit_is_seen_by_the_next_reader);
  tcase_add_test(c, what_is_rolled_back_was_never_there);
  tcase_add_test(c, a_constraint_names_its_column_and_the_transaction_goes_on_from_its_savepoint);
  tcase_add_test(c, a_constraint_without_a_savepoint_dooms_its_transaction);
  tcase_add_test(c, what_was_posted_is_there_and_fails_no_later_than_the_commit);
  tcase_add_test(c, what_must_touch_a_row_fails_the_transaction_in_its_own_words_where_it_does_not);
  tcase_add_test(c, a_change_that_must_touch_a_row_does_or_fails);
  tcase_add_test(c, what_was_expected_in_a_part_fails_that_part_alone);
  tcase_add_test(c, what_fails_while_its_part_is_undone_does_not_fail_the_rest);
  tcase_add_test(c, undoing_a_part_does_not_hide_what_failed_before_it);
  tcase_add_test(c, a_value_is_the_same_each_time_it_is_read);
  tcase_add_test(c, a_savepoint_is_undone_alone);
  tcase_add_test(c, undoing_a_savepoint_takes_its_journal_entries_back);
  tcase_add_test(c, savepoints_have_a_depth_and_need_a_writer);
  tcase_add_test(c, a_reader_keeps_its_snapshot_while_others_commit);
  tcase_add_test(c, a_reader_cannot_write);
  tcase_add_test(c, a_statement_that_takes_too_long_dooms_its_transaction);
  tcase_add_test(c, a_commit_that_journalled_wakes_outside_of_locks);
  tcase_add_test(c, readers_are_limited_and_their_connections_come_back);
  tcase_add_test(c, threads_write_and_read_at_once);
  tcase_add_test(c, a_dead_connection_is_replaced_when_the_database_is_back);
  tcase_add_test(c, closing_waits_for_running_transactions);
  tcase_add_test(c, a_statement_after_its_transaction_is_refused);
  tcase_add_test(c, numbers_are_read_as_either_kind);
  tcase_add_test(c, two_processes_write);
  tcase_add_test(c, a_forked_child_is_refused_and_harms_nothing);
  tcase_add_test(c, an_update_to_a_missing_record_is_refused);
  suite_add_tcase(s, c);
  if (backend_is_sqlite()) { /* one writer, and a file */
    c = tcase_create("file");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, a_second_writer_waits_until_its_deadline);
    tcase_add_test(c, writers_are_served_in_the_order_they_came);
    tcase_add_test(c, a_waiter_gets_the_turn_of_a_connection_that_died);
    tcase_add_test(c, a_crowd_with_short_patience_leaves_the_pool_whole);
    tcase_add_test(c, a_lock_of_another_process_is_waited_for_until_the_deadline);
    tcase_add_test(c, a_backup_is_whole_private_and_never_overwrites);
    tcase_add_test(c, a_backup_is_taken_while_a_writer_is_at_work);
    tcase_add_test(c, a_check_finds_a_damaged_page);
    tcase_add_test(c, a_check_finds_a_dangling_reference);
    tcase_add_test(c, a_copy_that_was_cut_short_does_not_block_the_next);
    tcase_add_test(c, a_checkpoint_keeps_the_log_from_growing);
    tcase_add_test(c, a_writer_folds_a_long_log_in_by_itself);
    tcase_add_test(c, a_log_that_a_reader_held_up_is_cut_off_when_it_leaves);
    suite_add_tcase(s, c);
  }
  return s;
}

int main(void) {
  SRunner *runner = srunner_create(suite());
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
