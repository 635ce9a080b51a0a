/* What one process commits is heard in another, through lost connections and past a pooler, and read in its order. */
#include <base/error.h>
#include <check.h>
#include <marfacrm/marfacrm.h>
#include <model/entities.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <store/journal.h>
#include <store/record.h>
#include <sys/wait.h>

#include "folder.h"
#include "postgres.h"

static postgres_server server;
static pid_t pooler;
static arena *memory;
static mcrm_error error;
static unsigned char key[STORE_KEY_SIZE] = "a key for tests";
static store *speaking, *hearing;
static atomic_int woken;
static int schemas;

#define assert_ok(call) ck_assert_msg((call) == MCRM_OK, "%s: %s", #call, error.detail)
static const int64_t SECOND = INT64_C(1000000000);

static void wake(void *context) { atomic_fetch_add((atomic_int *)context, 1); }

static const char *url_of(const char *more) {
  static char url[400];
  snprintf(url, sizeof url, "postgresql://postgres@/postgres?host=%s&schema=w%d%s", server.folder, schemas, more);
  return url;
}

static const char *pooled(void) {
  static char more[60];
  snprintf(more, sizeof more, "&port=%d&pooler=transaction", POSTGRES_POOLER_PORT);
  return more;
}

static store *open_at(const char *url, const char *listen_url) {
  store *s;
  store_options options = {.url = url, .listen_url = listen_url, .create = true, .key = key};
  error_clear(&error);
  assert_ok(store_open(&options, &error, &s));
  assert_ok(store_migrate(s, &error, NULL));
  return s;
}

static void set_up(void) {
  schemas++;
  memory = arena_new(0);
  speaking = open_at(url_of(""), NULL);
  hearing = open_at(url_of(""), NULL);
  store_on_commit(hearing, wake, &woken);
  atomic_store(&woken, 0);
}

static void tear_down(void) {
  store_close(speaking);
  store_close(hearing);
  arena_free(memory);
}

static void say(store *s, int64_t rep) {
  store_tx tx;
  arena *a = arena_new(0);
  mcrm_interaction said = {.size = sizeof said, .rep_id = rep, .type = "call"};
  mcrm_error mine = {0}; /* said by several threads */
  int code = store_begin(s, a, &mine, true, 0, &(store_origin){.operation = "interaction.log"}, &tx);
  if (!code) code = store_insert(&tx, &model_interaction, &said);
  if (!code) code = store_commit(&tx);
  store_rollback(&tx);
  arena_free(a);
  if (code) fprintf(stderr, "%s\n", mine.detail); /* not a failure of this thread: it is seen by what is not heard */
}

static bool hears(store *s, int64_t ns) {
  bool heard;
  assert_ok(store_watch(s, clock_monotonic() + ns, &heard, &error));
  return heard;
}

START_TEST(a_commit_elsewhere_is_heard_and_silence_is_not) {
  ck_assert_msg(hears(hearing, 0), "whoever begins to listen looks once");
  ck_assert(!hears(hearing, SECOND / 20));
  int before = atomic_load(&woken);
  say(speaking, 1);
  ck_assert(hears(hearing, 10 * SECOND));
  ck_assert_int_eq(atomic_load(&woken), before + 1);
  ck_assert_msg(!hears(hearing, SECOND / 20), "said once, heard once");
}
END_TEST

START_TEST(another_schema_is_not_heard) {
  hears(hearing, 0);
  schemas++;
  store *other = open_at(url_of(""), NULL);
  say(other, 1);
  ck_assert(!hears(hearing, SECOND / 5));
  store_close(other);
}
END_TEST

/* A number that the server says, without a process of its own: the writers' threads must not be forked. */
static int64_t ask(const char *sql) {
  store_tx tx;
  int64_t number = -1;
  arena *a = arena_new(0);
  if (store_begin(speaking, a, &error, false, 0, NULL, &tx)) return -1;
  if (store_number_with(&tx, &number, -1, sql, NULL, 0)) number = -1;
  store_rollback(&tx);
  arena_free(a);
  return number;
}

#define LISTENERS "FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
static int64_t cut_off(void) { return ask("SELECT count(pg_terminate_backend(pid, 5000)) " LISTENERS); }

/* Control: the connection was really cut, else the second part would prove nothing. */
START_TEST(what_is_said_while_the_connection_is_cut_is_not_missed) {
  hears(hearing, 0);
  for (int i = 0; i < 10; i++) {
    ck_assert_int_eq(cut_off(), 1);
    ck_assert_int_eq(ask("SELECT count(*) " LISTENERS), 0);
    say(speaking, i + 1);
    ck_assert_msg(hears(hearing, 10 * SECOND), "the first look after the cut");
  }
  postgres_halt(&server, SIGINT);
  bool heard;
  ck_assert_int_eq(store_watch(hearing, clock_monotonic() + SECOND / 10, &heard, &error), MCRM_UNAVAILABLE);
  ck_assert(!heard);
  postgres_launch(&server);
  ck_assert(hears(hearing, 10 * SECOND));
  say(speaking, 1);
  ck_assert(hears(hearing, 10 * SECOND));
}
END_TEST

START_TEST(who_hung_up_costs_no_commit_a_word_and_begins_anew) {
  hears(hearing, 0);
  ck_assert_int_eq(ask("SELECT count(*) " LISTENERS), 1);
  store_unwatch(hearing);
  int64_t left = 1, until = clock_monotonic() + 10 * SECOND;
  while ((left = ask("SELECT count(*) " LISTENERS)) && clock_monotonic() < until) continue;
  ck_assert_int_eq(left, 0);
  store_unwatch(hearing); /* again is harmless */
  say(speaking, 1);
  ck_assert_msg(hears(hearing, 10 * SECOND), "what was said meanwhile");
  ck_assert(!hears(hearing, SECOND / 20));
  say(speaking, 2);
  ck_assert(hears(hearing, 10 * SECOND));
}
END_TEST

/* ---- order: a reader that goes by seq, on hearing alone, sees each entry once and in its order ---- */

enum { WRITERS = 4, EACH = 60 };

static void *write_on(void *context) {
  store *s = context;
  for (int i = 0; i < EACH; i++) say(s, i + 1);
  return NULL;
}

static int64_t read_on(int64_t after) {
  store_tx tx;
  store_rows rows;
  arena *a = arena_new(0);
  assert_ok(store_begin(hearing, a, &error, false, 0, NULL, &tx));
  assert_ok(store_query(&tx, &rows, "SELECT seq FROM seal WHERE seq > $1 ORDER BY seq", store_int(after)));
  while (store_next(&rows)) {
    ck_assert_int_eq(store_get_int(&rows, 0), after + 1);
    after++;
  }
  assert_ok(store_end(&rows));
  store_rollback(&tx);
  arena_free(a);
  return after;
}

START_TEST(parallel_writers_are_followed_without_a_gap_while_the_connection_is_cut) {
  pthread_t writers[WRITERS];
  int64_t seq = 0;
  for (int i = 0; i < WRITERS; i++) pthread_create(&writers[i], NULL, write_on, speaking);
  for (int looks = 0; seq < WRITERS * EACH && looks < 5000; looks++) {
    ck_assert_msg(hears(hearing, 20 * SECOND), "nothing was heard after %lld of %d", (long long)seq, WRITERS * EACH);
    seq = read_on(seq);
    if (looks % 5 == 0) cut_off();
  }
  ck_assert_int_eq(seq, WRITERS * EACH);
  for (int i = 0; i < WRITERS; i++) pthread_join(writers[i], NULL);
}
END_TEST

/* ---- a pooler ---- */

START_TEST(behind_a_pooler_a_listen_url_hears_and_without_one_nobody_does) {
  bool heard;
  char direct[400];
  if (!pooler) return;
  snprintf(direct, sizeof direct, "postgresql://postgres@/postgres?host=%s", server.folder);
  store *deaf = open_at(url_of(pooled()), NULL), *hears_past = open_at(url_of(pooled()), direct);
  ck_assert_int_eq(store_watch(deaf, clock_monotonic() + SECOND, &heard, &error), MCRM_UNSUPPORTED);
  ck_assert_ptr_nonnull(strstr(error.detail, "listen_url"));
  error_clear(&error);
  hears(hears_past, 0);
  say(deaf, 1);
  ck_assert(hears(hears_past, 10 * SECOND));
  store_close(deaf);
  store_close(hears_past);
}
END_TEST

START_TEST(a_file_says_nothing_by_itself) {
  char folder[FOLDER_SIZE];
  bool heard;
  folder_make(folder);
  store *s = open_at(folder_file(folder, "crm.db"), NULL);
  ck_assert_int_eq(store_watch(s, clock_monotonic() + SECOND, &heard, &error), MCRM_UNSUPPORTED);
  store_close(s);
  folder_remove(folder);
}
END_TEST

int main(void) {
  if (!postgres_installed()) {
    fputs("SKIPPED: there is no PostgreSQL on this machine\n", stderr);
    return 77;
  }
  postgres_start(&server, false, NULL);
  if (postgres_pooler_installed()) pooler = postgres_pooler(&server);
  Suite *s = suite_create("watch");
  TCase *c = tcase_create("watch");
  tcase_set_timeout(c, 60);
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_add_test(c, a_commit_elsewhere_is_heard_and_silence_is_not);
  tcase_add_test(c, another_schema_is_not_heard);
  tcase_add_test(c, what_is_said_while_the_connection_is_cut_is_not_missed);
  tcase_add_test(c, who_hung_up_costs_no_commit_a_word_and_begins_anew);
  tcase_add_test(c, parallel_writers_are_followed_without_a_gap_while_the_connection_is_cut);
  tcase_add_test(c, behind_a_pooler_a_listen_url_hears_and_without_one_nobody_does);
  tcase_add_test(c, a_file_says_nothing_by_itself);
  suite_add_tcase(s, c);
  SRunner *runner = srunner_create(s);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  if (pooler && !kill(pooler, SIGQUIT)) waitpid(pooler, NULL, 0);
  postgres_remove(&server);
  return failed != 0;
}
