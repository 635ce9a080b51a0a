/* Moving everything between two databases of either kind: equal contents, going on after a cut, and a control. */
#include <base/error.h>
#include <check.h>
#include <marfacrm/marfacrm.h>
#include <model/entities.h>
#include <store/copy.h>
#include <store/journal.h>
#include <store/record.h>
#include <store/search.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend.h"
#include "folder.h"
#include "internal.h"

static char folder[FOLDER_SIZE];
static mcrm_error error;
static arena *memory;
static zone *tehran;
static unsigned char key[STORE_KEY_SIZE] = "a key for tests";

#define assert_ok(call) ck_assert_msg((call) == MCRM_OK, "%s: %s", #call, error.detail)

static store *open_at(const char *url) {
  store *s;
  store_options options = {.url = url, .create = true, .zone = tehran, .key = key};
  error_clear(&error);
  assert_ok(store_open(&options, &error, &s));
  assert_ok(store_migrate(s, &error, NULL));
  return s;
}

static void set_up(void) {
  folder_make(folder);
  error_clear(&error);
  memory = arena_new(0);
  tehran = zone_load("Asia/Tehran", &error);
}

static void tear_down(void) {
  arena_free(memory);
  zone_free(tehran);
  folder_remove(folder);
}

static void fill(store *s, int from, int count) {
  store_tx tx;
  assert_ok(store_begin(s, memory, &error, true, 0, NULL, &tx));
  mcrm_sentiment mood = {.size = sizeof mood};
  MCRM_SET(&mood, label, "negative");
  MCRM_SET(&mood, score, -0.35);
  for (int i = from; i < from + count; i++) {
    char name[64];
    snprintf(name, sizeof name, "فروشگاه «ستاره» %d", i);
    mcrm_interaction said = {.size = sizeof said, .rep_id = 7, .type = "call", .notes = name};
    if (i % 3 == 0) said.sentiment = &mood;
    assert_ok(store_insert(&tx, &model_interaction, &said));
    assert_ok(store_run(&tx, "INSERT INTO rep_phone (phone, rep_id) VALUES ($1, $2)", store_text(name), store_int(i)));
    assert_ok(store_run(&tx,
                        "INSERT INTO provenance (entity_id, field, source, confidence, state, at) VALUES "
                        "($1, 'notes', 'ai', $2, 'proposed', 5)",
                        store_int(said.id), store_real(i / 7.0)));
  }
  assert_ok(store_commit(&tx));
}

static void expect_equal(store *a, store *b, int64_t rows) {
  store_sum left, right;
  assert_ok(store_sum_of(a, &error, &left));
  assert_ok(store_sum_of(b, &error, &right));
  ck_assert_int_eq(left.rows, rows);
  ck_assert_int_eq(right.rows, rows);
  ck_assert(left.low == right.low && left.high == right.high);
}

enum {
  ROWS = 1203,
  EACH = 7
}; /* a record has a row, a journal entry, its change, its seal, its tokens, phone, provenance */

START_TEST(everything_is_the_same_there_and_back) {
  store *from = open_at(backend_url(folder, "from.db")), *file = open_at(folder_file(folder, "middle.db"));
  store *back = open_at(backend_url(folder, "back.db"));
  fill(from, 0, ROWS);
  assert_ok(store_copy(from, file, NULL, NULL, &error));
  expect_equal(from, file, ROWS * EACH);
  assert_ok(store_copy(file, back, NULL, NULL, &error));
  expect_equal(from, back, ROWS * EACH);
  store_chain chain;
  assert_ok(store_verify(back, memory, NULL, &error, &chain));
  ck_assert_int_eq(chain.entries, ROWS);
  store_tx tx;
  store_hits hits; /* what makes the search's index is copied, and so is the index */
  assert_ok(store_begin(back, memory, &error, false, 0, NULL, &tx));
  assert_ok(store_search(&tx, "ستاره 1202", NULL, &(store_search_scope){.all = true}, 0, 10, &hits));
  ck_assert_uint_eq(hits.count, 1);
  store_rollback(&tx);
  store_close(from);
  store_close(file);
  store_close(back);
}
END_TEST

START_TEST(a_copy_that_was_cut_short_goes_on) {
  store *from = open_at(backend_url(folder, "from.db")), *to = open_at(folder_file(folder, "to.db"));
  fill(from, 0, 700);
  assert_ok(store_copy(from, to, NULL, NULL, &error));
  fill(from, 700, 40);
  assert_ok(store_copy(from, to, NULL, NULL, &error));
  expect_equal(from, to, 740 * EACH);
  store_close(from);
  store_close(to);
}
END_TEST

START_TEST(another_byte_in_the_target_is_noticed) {
  store *from = open_at(backend_url(folder, "from.db")), *to = open_at(folder_file(folder, "to.db"));
  fill(from, 0, 20);
  assert_ok(store_copy(from, to, NULL, NULL, &error));
  store_tx tx;
  assert_ok(store_begin(to, memory, &error, true, 0, NULL, &tx));
  assert_ok(store_run(&tx, "UPDATE provenance SET confidence = confidence + $1 WHERE confidence > $2",
                      store_real(1e-12), store_real(2.7)));
  assert_ok(store_commit(&tx));
  ck_assert_int_eq(store_copy(from, to, NULL, NULL, &error), MCRM_CONFLICT);
  ck_assert_str_eq(error.message, "store.copy");
  store_close(from);
  store_close(to);
}
END_TEST

/* ---- while others write ---- */

typedef struct busy {
  store *from;
  int next, times;
} busy;

static void write_between(void *context, const char *table, int64_t rows) {
  busy *b = context;
  (void)table;
  if (rows && b->times-- > 0) fill(b->from, b->next++, 1);
}

/* Read in several transactions it would be a mixture, which the checksum finds. */
START_TEST(a_copy_is_one_snapshot_whoever_writes) {
  store *from = open_at(backend_url(folder, "from.db")), *to = open_at(folder_file(folder, "to.db"));
  busy writes = {from, ROWS, 12};
  fill(from, 0, ROWS);
  assert_ok(store_copy(from, to, write_between, &writes, &error));
  ck_assert_int_eq(writes.next, ROWS + 12);
  store_sum sum;
  assert_ok(store_sum_of(to, &error, &sum));
  ck_assert_int_eq(sum.rows, ROWS * EACH);
  store_close(from);
  store_close(to);
}
END_TEST

START_TEST(a_backup_of_either_kind_is_a_file_with_everything) {
  store *from = open_at(backend_url(folder, "from.db"));
  const char *file = folder_file(folder, "backup.db");
  struct stat about;
  fill(from, 0, 60);
  assert_ok(store_backup(from, file, &error));
  ck_assert(!stat(file, &about) && (about.st_mode & 0777) == 0600);
  ck_assert_msg(
      access(folder_file(folder, "backup.db.part"), F_OK) && access(folder_file(folder, "backup.db-wal"), F_OK),
      "nothing lies beside it");
  ck_assert_int_eq(store_backup(from, file, &error), MCRM_CONFLICT);
  fill(from, 60, 1);
  store *backup = open_at(file);
  store_sum sum;
  assert_ok(store_sum_of(backup, &error, &sum));
  ck_assert_int_eq(sum.rows, 60 * EACH);
  store_chain chain;
  assert_ok(store_verify(backup, memory, NULL, &error, &chain));
  ck_assert_int_eq(chain.entries, 60);
  store_close(from);
  store_close(backup);
}
END_TEST

static bool may_read(store *s, const char *table) {
  store_tx tx;
  int64_t may = 0;
  assert_ok(store_begin(s, memory, &error, false, 0, NULL, &tx));
  assert_ok(
      store_number(&tx, &may, 0, "SELECT CAST(has_table_privilege('reader', $1, 'SELECT') AS int)", store_text(table)));
  store_rollback(&tx);
  return may;
}

/* By a grant of its own, and not as everybody may. */
static bool may_call(store *s, const char *function) {
  store_tx tx;
  int64_t granted = 0;
  assert_ok(store_begin(s, memory, &error, false, 0, NULL, &tx));
  assert_ok(
      store_number(&tx, &granted, 0,
                   "SELECT count(*) FROM pg_proc p, aclexplode(p.proacl) a WHERE p.oid = CAST($1 AS regprocedure) "
                   "AND a.grantee = CAST('reader' AS regrole)",
                   store_text(function)));
  store_rollback(&tx);
  return granted > 0;
}

/* Backup, damage that the chain shows, restore: equal checksums and a whole chain; the damaged one lies aside. */
START_TEST(a_server_is_restored_from_its_backup) {
  if (backend_is_sqlite()) return; /* a file is put in its place: tests/tools/database.sh */
  const char *url = backend_url(folder, "from.db"), *file = folder_file(folder, "backup.db");
  store *s = open_at(url), *backup;
  store_sum before, after;
  store_chain chain;
  store_tx tx;
  fill(s, 0, 60);
  assert_ok(store_sum_of(s, &error, &before));
  assert_ok(store_backup(s, file, &error));
  assert_ok(store_begin(s, memory, &error, true, 0, NULL, &tx));
  assert_ok(store_run_with(&tx, "DELETE FROM seal WHERE seq = 30", NULL, 0));
  assert_ok(store_run_with(&tx, "UPDATE interaction SET notes = 'ویران'", NULL, 0));
  assert_ok(store_run_with(&tx, "CREATE ROLE reader", NULL, 0));
  assert_ok(store_run_with(&tx, "GRANT SELECT ON journal TO reader", NULL, 0));
  assert_ok(store_run_with(&tx, "GRANT EXECUTE ON FUNCTION must_touch(BIGINT) TO reader", NULL, 0));
  assert_ok(store_commit(&tx));
  ck_assert_int_ne(store_verify(s, memory, NULL, &error, &chain), MCRM_OK);
  store_close(s);
  backup = open_at(file);
  ck_assert_int_eq(store_restore(backup, url, false, &error), MCRM_CONFLICT);
  error_clear(&error);
  assert_ok(store_restore(backup, url, true, &error));
  ck_assert_msg(store_restore(backup, url, true, &error) == MCRM_CONFLICT, "what lies aside is not written over");
  ck_assert_ptr_nonnull(strstr(error.detail, "_before"));
  s = open_at(url);
  assert_ok(store_sum_of(s, &error, &after));
  ck_assert(before.rows == after.rows && before.low == after.low && before.high == after.high);
  assert_ok(store_verify(s, memory, NULL, &error, &chain));
  ck_assert_int_eq(chain.entries, 60);
  ck_assert_msg(may_read(s, "journal"), "what another role might do is not lost");
  ck_assert(!may_read(s, "seal"));
  ck_assert_msg(may_call(s, "must_touch(bigint)"), "nor what it might call");
  ck_assert(!may_call(s, "search_vector(text)"));
  fill(s, 60, 1);
  store_close(s);
  store_close(backup);
}
END_TEST

/* A table that somebody adds is in the list, or the copy is not whole. */
START_TEST(no_table_is_left_out) {
  for (size_t i = 0; i < store_migration_count; i++) {
    const char *at = store_migrations[i].sql;
    while ((at = strstr(at, "CREATE TABLE "))) {
      char name[64];
      ck_assert_int_eq(sscanf(at += 13, "%63s", name), 1);
      ck_assert_msg(!strcmp(name, "schema_version") || store_copies(name), "lib/store/copy.c leaves out %s", name);
    }
  }
}
END_TEST

int main(void) {
  Suite *s = suite_create("copy");
  TCase *c = tcase_create("copy");
  tcase_set_timeout(c, 100);
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_add_test(c, everything_is_the_same_there_and_back);
  tcase_add_test(c, a_copy_that_was_cut_short_goes_on);
  tcase_add_test(c, another_byte_in_the_target_is_noticed);
  tcase_add_test(c, a_copy_is_one_snapshot_whoever_writes);
  tcase_add_test(c, a_backup_of_either_kind_is_a_file_with_everything);
  tcase_add_test(c, a_server_is_restored_from_its_backup);
  tcase_add_test(c, no_table_is_left_out);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
