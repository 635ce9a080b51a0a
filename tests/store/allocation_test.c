/* Every allocation of a piece of work with the store fails once, each in turn: whatever comes of it is an error with
 * nothing half done, or the right result. The allocator is this program's own, so it is not built under sanitizers
 * that bring theirs. */
#include <base/error.h>
#include <errno.h>
#include <stdlib.h>

#include "record_fixture.h"

/* ---- an allocator that fails on demand: it counts down while it is armed ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

/* The shared libraries are to use it too. */
#define SHARED __attribute__((visibility("default")))

static long countdown; /* 0: not armed */
static bool sticky;    /* once it failed it goes on failing */
static bool failed;
static _Atomic long live; /* blocks that are not freed */

static bool fails(void) {
  if (!countdown || (countdown > 1 && --countdown)) return false;
  if (!sticky) countdown = 0;
  failed = true;
  errno = ENOMEM;
  return true;
}

static void *counted(void *memory) {
  live += memory != NULL;
  return memory;
}

SHARED void *malloc(size_t size) { return fails() ? NULL : counted(__libc_malloc(size)); }
SHARED void *calloc(size_t count, size_t size) { return fails() ? NULL : counted(__libc_calloc(count, size)); }

SHARED void *realloc(void *memory, size_t size) {
  if (fails()) return NULL;
  return memory ? __libc_realloc(memory, size) : counted(__libc_realloc(NULL, size));
}

SHARED void free(void *memory) {
  live -= memory != NULL;
  __libc_free(memory);
}

static void arm(long at) {
  failed = false;
  countdown = at;
}

static void disarm(void) { countdown = 0; }

/* ---- the work ---- */

typedef struct result {
  mcrm_id id;
  size_t listed, hits, history;
  char title[64];
} result;

static int change(store_tx *tx, mcrm_id id, result *out) {
  void *before, *after;
  int code = store_load(tx, &model_gadget, id, &before);
  if (code) return code;
  mcrm_gadget wanted = full_gadget();
  wanted.present = 0;
  MCRM_SET(&wanted, title, "نصب پنل");
  MCRM_SET(&wanted, parts, ((mcrm_part_array){wanted.parts.at, 1}));
  if ((code = store_update(tx, &model_gadget, before, &wanted, &after))) return code;
  strcpy(out->title, ((const mcrm_gadget *)after)->title);
  return MCRM_OK;
}

static int look(store_tx *tx, result *out) {
  store_select s;
  model_records records;
  store_select_begin(&s, tx, &model_gadget);
  store_where(&s, "count < ?", store_int(1000));
  store_order(&s, "id");
  int code = store_select_end(&s, &records);
  out->listed = records.count;
  store_hits hits;
  const store_search_scope all = {.all = true};
  if (!code) code = store_search(tx, "نصب پن", "gadget", &all, 0, 10, &hits);
  if (!code) out->hits = hits.count;
  mcrm_audit_entry_array history;
  if (!code) code = store_history(tx, "gadget", 0, 0, 10000, &history);
  if (!code) out->history = history.count;
  return code;
}

static int work(arena *a, mcrm_error *error, result *out) {
  store_tx tx;
  *out = (result){0};
  int code = store_begin(f.store, a, error, true, 0, NULL, &tx);
  if (code) return code;
  mcrm_gadget g = full_gadget();
  code = store_insert(&tx, &model_gadget, &g);
  out->id = g.id;
  if (!code) code = change(&tx, g.id, out);
  if (!code) code = look(&tx, out);
  if (!code) code = store_commit(&tx);
  store_rollback(&tx);
  return code;
}

static int64_t records(void) { return number_of("SELECT COUNT(*) FROM gadget"); }

static void check_result(const result *r, int64_t before) {
  ck_assert_int_eq(records(), before + 1);
  ck_assert_uint_eq(r->listed, (size_t)before + 1);
  ck_assert_uint_eq(r->hits, before < 9 ? (size_t)before + 1 : 10);
  ck_assert_uint_eq(r->history, 2 * (size_t)before); /* of what was committed before */
  ck_assert_str_eq(r->title, "نصب پنل");
}

static void fail_each(void) {
  result r;
  int64_t before = records();
  ck_assert_int_eq(work(f.arena, &f.error, &r), MCRM_OK); /* prepares the statements */
  check_result(&r, before);
  int refused = 0;
  for (long at = 1;; at++) {
    before = records();
    mcrm_error error = {0};
    arena *a = arena_new(0);
    arm(at);
    int code = work(a, &error, &r);
    disarm();
    arena_free(a);
    if (code) {
      ck_assert_msg(code == MCRM_NO_MEMORY, "allocation %ld: %d %s", at, code, error.detail);
      ck_assert_int_eq(error.code, code);
      ck_assert_msg(records() == before, "allocation %ld left something behind", at);
      refused++;
    } else {
      check_result(&r, before);
    }
    if (!failed) break;
  }
  ck_assert_int_gt(refused, 50);
  store_chain chain;
  ck_assert_msg(store_verify(f.store, f.arena, NULL, &f.error, &chain) == MCRM_OK, "%s", f.error.detail);
}

static void seal_each(void) {
  store_driver parallel = *f.driver;
  parallel.capabilities &= ~(unsigned)STORE_SERIAL_WRITERS;
  store *s = fixture_store(&parallel);
  for (long at = 1;; at++) {
    store_tx tx;
    ck_assert_int_eq(store_begin(s, f.arena, &f.error, true, 0, NULL, &tx), MCRM_OK);
    stored_gadget(&tx, "x");
    commit(&tx);
    mcrm_error error = {0};
    unsigned sealed;
    store_chain chain;
    arm(at);
    int code = store_seal(s, &error, &sealed);
    if (!code) code = store_verify(s, f.arena, NULL, &error, &chain);
    disarm();
    ck_assert_msg(!code || code == MCRM_NO_MEMORY, "allocation %ld: %d %s", at, code, error.detail);
    if (!failed) {
      ck_assert_int_eq(code, MCRM_OK);
      ck_assert_int_eq(chain.entries, at);
      break;
    }
    ck_assert_msg(store_seal(s, &f.error, &sealed) == MCRM_OK, "%s", f.error.detail); /* what was left is still there */
  }
  store_close(s);
}

/* Twice, for what libraries keep from their first use is no leak. */
static void twice(int backend, void (*each)(void)) {
  long kept = 0;
  for (int round = 0; round < 2; round++) {
    fixture_open(backend);
    each();
    fixture_close();
    if (round) ck_assert_msg(live <= kept, "%ld blocks more after the second round", live - kept);
    kept = live;
  }
}

START_TEST(one_failed_allocation_does_no_harm) {
  sticky = false;
  twice(_i, fail_each);
}
END_TEST

START_TEST(no_memory_from_some_point_on_does_no_harm) {
  sticky = true;
  twice(_i, fail_each);
}
END_TEST

START_TEST(sealing_and_verifying_survive_one_failed_allocation) {
  sticky = false;
  twice(_i, seal_each);
}
END_TEST

START_TEST(sealing_and_verifying_survive_no_memory_from_some_point_on) {
  sticky = true;
  twice(_i, seal_each);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("allocation");
  TCase *each = tcase_create("each");
  tcase_set_timeout(each, 120);
  add_test(each, one_failed_allocation_does_no_harm);
  add_test(each, no_memory_from_some_point_on_does_no_harm);
  add_test(each, sealing_and_verifying_survive_one_failed_allocation);
  add_test(each, sealing_and_verifying_survive_no_memory_from_some_point_on);
  suite_add_tcase(suite, each);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failures = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failures != 0;
}
