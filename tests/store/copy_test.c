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
  tcase_add_test(c, no_table_is_left_out);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
