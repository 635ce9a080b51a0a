/* No memory, at every point of a store's life: each allocation fails once in turn, and then all from it on. No
 * crash, no leak, nothing half-written, and whatever reports success gives the right result. COUNT: look at every
 * point also where a usual run looks at a part of them. */
#include <base/error.h>
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <store/journal.h>
#include <string.h>
#include <sys/stat.h>

#include "allocation.h"
#include "folder.h"
#include "torture.h"

typedef struct life {
  char folder[FOLDER_SIZE];
  unsigned char key[STORE_KEY_SIZE];
  mcrm_error error;
  bool committed, read;
  char name[32];
  int64_t head;
} life;

static store *open_store(const life *l, const char *name, bool create, mcrm_error *error) {
  store *s = NULL;
  char path[FOLDER_SIZE + 32];
  snprintf(path, sizeof path, "%s/%s", l->folder, name);
  store_options options = {.url = path, .create = create, .key = l->key};
  store_open(&options, error, &s);
  return s;
}

static void copy_file(const life *l, const char *from, const char *to) {
  char bytes[65536];
  FILE *in = fopen(folder_file(l->folder, from), "r"), *out = fopen(folder_file(l->folder, to), "w");
  ck_assert(in && out);
  for (size_t got; (got = fread(bytes, 1, sizeof bytes, in)) > 0;) ck_assert_uint_eq(fwrite(bytes, 1, got, out), got);
  fclose(in);
  fclose(out);
}

static void remove_work(const life *l) {
  static const char *const names[] = {"work.db", "work.db-wal",  "work.db-shm",     "work.db-journal",
                                      "copy.db", "copy.db.part", "copy.db-journal", "copy.db.part-journal"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) unlink(folder_file(l->folder, names[i]));
}

static void make_template(life *l) {
  *l = (life){.key = "a key for tests"};
  folder_make_quick(l->folder);
  arena *a = arena_new(0);
  store *s = open_store(l, "template.db", true, &l->error);
  store_tx tx;
  ck_assert_msg(s && !store_migrate(s, &l->error, NULL), "%s", l->error.detail);
  ck_assert_int_eq(store_begin(s, a, &l->error, true, 0, NULL, &tx), MCRM_OK);
  ck_assert_int_eq(store_run_with(&tx, "CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT)", NULL, 0), MCRM_OK);
  ck_assert_int_eq(store_commit(&tx), MCRM_OK);
  store_close(s);
  arena_free(a);
}

/* ---- one life: open, write, read, look after, close ---- */

static int write_some(store_tx *tx) {
  int code = store_run(tx, "INSERT INTO item (id, name) VALUES ($1, $2)", store_int(1), store_text("کالا"));
  if (!code) code = store_savepoint(tx);
  if (!code) code = store_journal(tx, "create", "item", 1, 1, NULL, "{\"name\":\"کالا\"}");
  if (!code) code = store_savepoint_release(tx);
  if (!code) code = store_savepoint(tx);
  if (!code) code = store_run(tx, "INSERT INTO item (id, name) VALUES ($1, $2)", store_int(2), store_text("undone"));
  if (!code) store_savepoint_rollback(tx);
  if (!code)
    code = store_run(tx, "INSERT INTO search_doc (id, entity, tokens) VALUES (1, 'item', $1)", store_text("کالا"));
  return code;
}

static int read_back(life *l, store_tx *tx) {
  store_rows rows;
  store_query(tx, &rows, "SELECT name FROM item WHERE id = (SELECT rowid FROM search WHERE search MATCH $1)",
              store_text("کالا"));
  if (store_next(&rows)) {
    const char *name = store_get_text(&rows, 0);
    snprintf(l->name, sizeof l->name, "%s", name ? name : "");
  }
  int code = store_end(&rows);
  return code ? code : store_head(tx, &l->head);
}

static int live_in(life *l, store *s, arena *a) {
  store_tx tx;
  int code = store_begin(s, a, &l->error, true, 0, NULL, &tx);
  if (!code) code = write_some(&tx);
  if (!code) code = store_commit(&tx);
  store_rollback(&tx);
  if (code) return code;
  l->committed = true;
  code = store_begin(s, a, &l->error, false, 0, NULL, &tx);
  if (!code) code = read_back(l, &tx);
  store_rollback(&tx);
  if (code) return code;
  l->read = true;
  code = store_checkpoint(s, &l->error);
  if (!code) code = store_backup(s, folder_file(l->folder, "copy.db"), &l->error);
  if (!code) code = store_check(s, &l->error);
  store_chain chain;
  return code ? code : store_verify(s, a, NULL, &l->error, &chain);
}

static void prepare_life(void *context) {
  life *l = context;
  remove_work(l);
  copy_file(l, "template.db", "work.db");
  error_clear(&l->error);
  l->committed = l->read = false;
}

static int run_life(void *context) {
  life *l = context;
  store *s = open_store(l, "work.db", false, &l->error);
  if (!s) return l->error.code;
  arena *a = arena_new(0);
  int code = a ? live_in(l, s, a) : MCRM_NO_MEMORY;
  arena_free(a);
  store_close(s);
  return code;
}

static int64_t count_items(const life *l, const char *name, int64_t *head) {
  mcrm_error error = {0};
  arena *a = arena_new(0);
  store *s = open_store(l, name, false, &error);
  store_chain chain = {0};
  store_tx tx;
  int64_t count = -1;
  if (s && !store_begin(s, a, &error, false, 0, NULL, &tx)) {
    store_number_with(&tx, &count, -1, "SELECT count(*) FROM item", NULL, 0);
    store_rollback(&tx);
  }
  if (!s || store_check(s, &error) || store_verify(s, a, NULL, &error, &chain)) count = -1;
  *head = chain.seq;
  if (error.code) fprintf(stderr, "%s: %s\n", name, error.detail);
  store_close(s);
  arena_free(a);
  return count;
}

static bool right_life(void *context, int code) {
  life *l = context;
  int64_t head, count = count_items(l, "work.db", &head);
  bool copied = !access(folder_file(l->folder, "copy.db"), F_OK);
  bool part = !access(folder_file(l->folder, "copy.db.part"), F_OK);
  bool right = (code == MCRM_OK || code == MCRM_NO_MEMORY) && (count == 0 || count == 1) && head == count && !part;
  if (l->committed) right &= count == 1;
  if (l->read) right &= !strcmp(l->name, "کالا") && l->head == 1;
  if (!code) right &= copied && l->read;
  if (copied) right &= count_items(l, "copy.db", &head) == 1;
  if (!right)
    fprintf(stderr, "code %d (%s), %lld rows, head %lld, copied %d, part %d, committed %d, read %s\n", code,
            l->error.detail, (long long)count, (long long)head, copied, part, l->committed,
            l->read ? l->name : "nothing");
  return right;
}

/* ---- a schema from nothing ---- */

static void prepare_schema(void *context) {
  life *l = context;
  remove_work(l);
  error_clear(&l->error);
}

static int run_schema(void *context) {
  life *l = context;
  store *s = open_store(l, "work.db", true, &l->error);
  if (!s) return l->error.code;
  int code = store_migrate(s, &l->error, NULL);
  store_close(s);
  return code;
}

static bool right_schema(void *context, int code) {
  life *l = context;
  mcrm_error error = {0};
  unsigned has = 99, wants = 0, applied = 99;
  store *s = open_store(l, "work.db", true, &error);
  bool right = s && !store_schema(s, &error, &has, &wants) && has <= wants && (code || has == wants);
  right = right && !store_migrate(s, &error, &applied) && applied == wants - has && !store_check(s, &error);
  store_close(s);
  if (!right) fprintf(stderr, "schema %u of %u, code %d (%s): %s\n", has, wants, code, l->error.detail, error.detail);
  return right && (code == MCRM_OK || code == MCRM_NO_MEMORY);
}

/* ---- */

static life l;

static void set_up(void) { make_template(&l); }

static void tear_down(void) {
  remove_work(&l);
  folder_remove(l.folder);
}

static const char *const ways[] = {"once", "from there on"};

static void sweep(const allocation_plan *plan, int sticky) {
  allocation_report report = allocation_sweep(plan, sticky);
  printf("%s, failing %s: %llu points, %llu leaks, %llu wrong\n", plan->name, ways[sticky],
         (unsigned long long)report.points, (unsigned long long)report.leaks, (unsigned long long)report.wrong);
  ck_assert_uint_eq(report.leaks, 0);
  ck_assert_uint_eq(report.wrong, 0);
  if (allocation_watched()) ck_assert_uint_gt(report.points, 100);
}

START_TEST(a_life_survives_every_failure) {
  uint64_t step = torture_setting("COUNT", 0) ? 1 : 3;
  allocation_plan plan = {.name = "life",
                          .context = &l,
                          .prepare = prepare_life,
                          .run = run_life,
                          .right = right_life,
                          .first = 1 + torture_setting("SEED", 1) % step,
                          .step = step};
  sweep(&plan, _i);
}
END_TEST

START_TEST(a_migration_survives_failures) {
  uint64_t step = torture_setting("COUNT", 0) ? 1 : 23;
  allocation_plan plan = {.name = "schema",
                          .context = &l,
                          .prepare = prepare_schema,
                          .run = run_schema,
                          .right = right_schema,
                          .first = 1 + torture_setting("SEED", 1) % step,
                          .step = step};
  sweep(&plan, _i);
}
END_TEST

int main(void) {
  Suite *s = suite_create("memory");
  TCase *c = tcase_create("memory");
  tcase_set_timeout(c, 0);
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_add_loop_test(c, a_life_survives_every_failure, 0, 2);
  tcase_add_loop_test(c, a_migration_survives_failures, 0, 2);
  suite_add_tcase(s, c);
  SRunner *runner = srunner_create(s);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
