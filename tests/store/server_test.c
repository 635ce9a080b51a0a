/* A PostgreSQL server that is not what it was, or was never what it should be: each is told apart, and nothing needs a
 * restart of ours. */
#include <base/error.h>
#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <store/guard.h>
#include <store/search.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "postgres.h"

static postgres_server server;
static pid_t pooler;
static mcrm_error error;
static unsigned char key[STORE_KEY_SIZE] = "a key for tests";

#define assert_ok(call) ck_assert_msg((call) == MCRM_OK, "%s: %s", #call, error.detail)

static const char *url_of(const char *user, const char *more) {
  static char urls[4][300];
  static unsigned next;
  char *url = urls[next++ % 4];
  snprintf(url, sizeof urls[0], "postgresql://%s@/postgres?host=%s%s", user, server.folder, more);
  return url;
}

static int try_open(const char *url, store **out) {
  const store_options options = {.url = url, .create = true, .key = key};
  error_clear(&error);
  int code = store_open(&options, &error, out);
  if (!code) code = store_migrate(*out, &error, NULL);
  if (code) store_close(*out);
  if (code) *out = NULL;
  return code;
}

static store *open_at(const char *url) {
  store *s;
  assert_ok(try_open(url, &s));
  return s;
}

static int expect_refused(const char *url) {
  store *s;
  int code = try_open(url, &s);
  ck_assert_ptr_null(s);
  return code;
}

static int transact(store *s, bool write, const char *sql) {
  store_tx tx;
  arena *a = arena_new(0);
  error_clear(&error);
  int code = store_begin(s, a, &error, write, 0, NULL, &tx);
  if (!code) code = store_run_with(&tx, sql, NULL, 0);
  if (!code) code = store_commit(&tx);
  store_rollback(&tx);
  arena_free(a);
  return code;
}

static const char write_sql[] = "UPDATE gate SET name = 'x'", read_sql[] = "SELECT count(*) FROM gate";
static int write_to(store *s) { return transact(s, true, write_sql); }
static int read_from(store *s) { return transact(s, false, read_sql); }

static void says(const char *message, const char *words) {
  ck_assert_str_eq(error.message, message);
  ck_assert_msg(strstr(error.detail, words) != NULL, "no \"%s\" in: %s", words, error.detail);
}

/* ---- what the admin got wrong ---- */

START_TEST(each_wrong_piece_of_the_address_is_told_apart) {
  char wrong[300];
  ck_assert_int_eq(expect_refused("postgresql://postgres@/postgres?host=/nowhere"), MCRM_UNAVAILABLE);
  says("store.connect", "/nowhere");
  ck_assert_str_eq(error.field, "url");
  snprintf(wrong, sizeof wrong, "postgresql://postgres@/nobodys?host=%s", server.folder);
  ck_assert_int_eq(expect_refused(wrong), MCRM_UNAVAILABLE);
  says("store.connect", "\"nobodys\" does not exist");
  ck_assert_int_eq(expect_refused(url_of("nobody", "")), MCRM_UNAVAILABLE);
  says("store.connect", "\"nobody\" does not exist");
  ck_assert_int_eq(expect_refused("postgresql://a b?x"), MCRM_INVALID);
  ck_assert_str_eq(error.field, "url");
  ck_assert_int_eq(expect_refused(url_of("postgres", "&schema=Bad-Name")), MCRM_INVALID);
  says("store.url", "schema=");
  ck_assert_int_eq(expect_refused("postgresql:/one-slash"), MCRM_UNAVAILABLE); /* a file of that name, in no folder */
  ck_assert_int_eq(expect_refused("mysql://host/db"), MCRM_UNSUPPORTED);
  says("store.scheme", "mysql");
}
END_TEST

START_TEST(a_wrong_password_is_named_and_not_shown) {
  char hba[100], was[16000], url[300];
  size_t length;
  postgres_ask(&server, "CREATE ROLE locked LOGIN PASSWORD 'right-one'");
  snprintf(hba, sizeof hba, "%s/data/pg_hba.conf", server.folder);
  FILE *f = fopen(hba, "r");
  ck_assert_ptr_nonnull(f);
  length = fread(was, 1, sizeof was, f);
  fclose(f);
  f = fopen(hba, "w");
  fprintf(f, "local all locked scram-sha-256\n%.*s", (int)length, was);
  fclose(f);
  postgres_ask(&server, "SELECT pg_reload_conf()");
  snprintf(url, sizeof url, "postgresql://locked:canary-4711@/postgres?host=%s", server.folder);
  for (int i = 0; i < 100 && expect_refused(url) && !strstr(error.detail, "password"); i++) usleep(50000);
  says("store.connect", "password authentication failed for user \"locked\"");
  ck_assert_ptr_null(strstr(error.detail, "canary"));
  snprintf(url, sizeof url, "postgresql://locked:right-one@/postgres?host=%s", server.folder);
  ck_assert_int_ne(expect_refused(url), MCRM_OK); /* the right one comes in, and may not make a schema */
  ck_assert_ptr_nonnull(strstr(error.detail, "permission denied"));
}
END_TEST

/* ---- another server under the same address ---- */

static void restart_with(const char *setting) {
  postgres_ask(&server, setting);
  postgres_halt(&server, SIGINT);
  postgres_launch(&server);
}

START_TEST(a_server_that_comes_back_without_fsync_takes_no_writes_until_it_has_it) {
  store *s = open_at(url_of("postgres", "&schema=fsync"));
  assert_ok(write_to(s));
  restart_with("ALTER SYSTEM SET fsync = off");
  ck_assert_int_eq(write_to(s), MCRM_UNSUPPORTED);
  says("store.unsafe", "fsync");
  assert_ok(read_from(s));
  restart_with("ALTER SYSTEM RESET fsync");
  assert_ok(write_to(s));
  restart_with("ALTER SYSTEM SET synchronous_commit = off");
  ck_assert_int_eq(write_to(s), MCRM_UNSUPPORTED);
  says("store.unsafe", "synchronous_commit");
  restart_with("ALTER SYSTEM RESET synchronous_commit");
  assert_ok(write_to(s));
  store_close(s);
}
END_TEST

static void set_standby(bool on) {
  char signal_file[100];
  snprintf(signal_file, sizeof signal_file, "%s/data/standby.signal", server.folder);
  postgres_halt(&server, SIGINT);
  if (on)
    fclose(fopen(signal_file, "w"));
  else
    unlink(signal_file);
  postgres_launch(&server);
}

START_TEST(a_server_that_comes_back_as_a_standby_is_read_only) {
  store *s = open_at(url_of("postgres", "&schema=standby"));
  assert_ok(write_to(s));
  set_standby(true);
  ck_assert_int_eq(write_to(s), MCRM_UNAVAILABLE);
  says("store.standby", "standby");
  assert_ok(read_from(s));
  ck_assert_int_eq(expect_refused(url_of("postgres", "&schema=standby")), MCRM_UNAVAILABLE);
  says("store.standby", "target_session_attrs");
  set_standby(false);
  assert_ok(write_to(s));
  store_close(s);
}
END_TEST

/* ---- the second line: a role that does not own the tables ---- */

static int64_t count_of(store *s, const store_origin *origin, const char *table) {
  store_tx tx;
  char sql[100];
  int64_t count = -1;
  arena *a = arena_new(0);
  error_clear(&error);
  snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
  assert_ok(store_begin(s, a, &error, false, 0, origin, &tx));
  assert_ok(store_number_with(&tx, &count, -1, sql, NULL, 0));
  store_rollback(&tx);
  arena_free(a);
  return count;
}

/* A row in each table, of user 1 where it is anybody's: values for all columns that must have one. */
static const char fill_tables[] =
    "DO $$ DECLARE t TEXT; BEGIN "
    "INSERT INTO user_account (id, created_at, updated_at, version, username, name, role) SELECT i, 1, 1, 1, "
    "CAST(i AS text), 'x', CASE i WHEN 3 THEN 'admin' ELSE 'agent' END FROM generate_series(1, 3) i; "
    "FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'guarded' AND tablename NOT IN ('schema_version', "
    "'user_account') ORDER BY tablename <> 'journal' LOOP EXECUTE (SELECT format('INSERT INTO %I (%s) VALUES (%s)', t, "
    "string_agg(quote_ident(column_name), ', '), string_agg(CASE data_type WHEN 'text' THEN '''x''' ELSE '1' END, ', "
    "')) "
    "FROM information_schema.columns WHERE table_schema = 'guarded' AND table_name = t AND is_generated = 'NEVER' AND "
    "((is_nullable = 'NO' AND column_default IS NULL) OR column_name = 'user_id')); END LOOP; END $$";

static const char plan_function[] =
    "CREATE FUNCTION plan_of(what TEXT) RETURNS TEXT LANGUAGE plpgsql AS $$ DECLARE line TEXT; plan TEXT := ''; BEGIN "
    "FOR line IN EXECUTE 'EXPLAIN ' || what LOOP plan := plan || line; END LOOP; RETURN plan; END $$";

static const char *guarded(const char *what) {
  char sql[2400];
  snprintf(sql, sizeof sql, "SET search_path = guarded; %s", what);
  return postgres_ask(&server, sql);
}

static const char *as_role(const char *actor, const char *what) {
  char sql[1200];
  snprintf(sql, sizeof sql, "SET ROLE crm; SET marfacrm.actor = '%s'; %s", actor, what);
  return guarded(sql);
}

/* The tables in which somebody finds no row, by SQL alone. */
static const char *hidden_from(const char *actor) {
  return as_role(actor,
                 "SELECT coalesce(string_agg(tablename, ' ' ORDER BY tablename), '') FROM pg_tables WHERE schemaname = "
                 "'guarded' AND tablename <> 'schema_version' AND CAST((xpath('/row/n/text()', query_to_xml(format("
                 "'SELECT count(*) AS n FROM %I', tablename), false, true, '')))[1] AS text) = '0'");
}

static const char *all_tables(void) {
  static char all[400];
  snprintf(all, sizeof all, "%s",
           guarded("SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = "
                   "'guarded' AND tablename <> 'schema_version'"));
  return all;
}

static bool searched_by_index(const char *table) {
  char sql[200];
  snprintf(sql, sizeof sql,
           "SET enable_seqscan = off; SELECT public.plan_of('SELECT id FROM %s WHERE vector @@ ''a''') LIKE "
           "'%%search_doc_vector%%'",
           table);
  return as_role("1", sql)[0] == 't';
}

/* Who is whom to the policies, table by table. */
static void compare_matrix(void) {
  const char *all = all_tables();
  ck_assert_str_eq(hidden_from(""), all);
  ck_assert_str_eq(hidden_from("99"), all); /* nobody has this number */
  ck_assert_str_eq(hidden_from("1 OR 1=1"), all);
  ck_assert_str_eq(hidden_from("1"), "gate");
  ck_assert_str_eq(hidden_from("2"), "gate idempotency saved_view"); /* the last two are of the first */
  ck_assert_str_eq(hidden_from("3"), "");                            /* an admin */
  ck_assert_str_eq(hidden_from("system"), "");
}

/* What is not seen is not changed, and nothing is put there. */
static void compare_writes(store *s) {
  static const store_origin agent = {.user_id = 1, .gate = "crt", .operation = "test"};
  store_tx tx;
  arena *a = arena_new(0);
  assert_ok(store_begin(s, a, &error, true, 0, &agent, &tx));
  assert_ok(store_run_with(&tx, write_sql, NULL, 0));
  ck_assert_int_eq(store_changed(&tx), 0);
  ck_assert_int_ne(
      store_run_with(&tx, "INSERT INTO gate (id, name, secret_hash, created_at) VALUES (5, 'b', 'y', 1)", NULL, 0),
      MCRM_OK);
  ck_assert_ptr_nonnull(strstr(error.detail, "row-level security"));
  store_rollback(&tx);
  arena_free(a);
}

/* The search has its index through a view; below a policy there would be none. */
static void compare_search(void) {
  postgres_ask(&server, plan_function);
  ck_assert(searched_by_index("search_index"));
  ck_assert_msg(!searched_by_index("search_doc"), "control: the policy itself allows the index");
  ck_assert_str_eq(as_role("", "SELECT count(*) FROM search_index"), "0");
  ck_assert_str_eq(as_role("2", "SELECT count(*) FROM search_index"), "1");
  ck_assert_str_eq(guarded("SELECT count(*) FROM search_index"), "1"); /* the owner */
}

/* Control: without its policy a table is open to anybody, so what was seen is the policies' doing. */
static void compare_without_policy(void) {
  const char *all = all_tables();
  guarded("ALTER TABLE gate DISABLE ROW LEVEL SECURITY");
  ck_assert_str_eq(hidden_from("1"), "");
  ck_assert_str_ne(hidden_from(""), all);
  guarded("ALTER TABLE gate ENABLE ROW LEVEL SECURITY");
}

START_TEST(a_role_that_owns_nothing_sees_rows_only_for_somebody) {
  static const store_origin sara = {.user_id = 3, .gate = "crt", .operation = "test"};
  store *owner = open_at(url_of("postgres", "&schema=guarded")), *s;
  store_guard guard;
  guarded(fill_tables);
  guarded("UPDATE gate SET name = 'crt'");
  assert_ok(store_guard_look(owner, &error, &guard));
  ck_assert(guard.possible && guard.owner);
  postgres_ask(&server, "CREATE ROLE crm LOGIN NOBYPASSRLS");
  postgres_ask(&server, "GRANT USAGE ON SCHEMA guarded TO crm");
  postgres_ask(&server, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA guarded TO crm");
  s = open_at(url_of("crm", "&schema=guarded"));
  assert_ok(store_guard_look(s, &error, &guard));
  ck_assert(guard.possible && !guard.owner);
  ck_assert_msg(guard.tables > 10 && !guard.open, "%lld tables have no policy: see 0006_guard.postgresql.sql",
                (long long)guard.open);
  compare_matrix();
  compare_writes(s);
  compare_search();
  compare_without_policy();
  ck_assert_int_eq(count_of(s, NULL, "gate"), 0);
  ck_assert_int_eq(count_of(s, &sara, "gate"), 1);
  ck_assert_int_eq(count_of(s, &(store_origin){.operation = "job"}, "gate"), 1);
  ck_assert_msg(count_of(s, NULL, "gate") == 0, "who acted before is forgotten");
  /* nor can it be written without: the row is not there, or may not be */
  assert_ok(transact(s, true, write_sql));
  ck_assert_str_eq(postgres_ask(&server, "SELECT name FROM guarded.gate"), "crt");
  ck_assert_int_ne(transact(s, true, "INSERT INTO gate (id, name, secret_hash, created_at) VALUES (2, 'b', 'y', 1)"),
                   MCRM_OK);
  ck_assert_ptr_nonnull(strstr(error.detail, "row-level security"));
  ck_assert_int_ne(transact(s, true, "ALTER TABLE gate DISABLE ROW LEVEL SECURITY"), MCRM_OK);
  ck_assert_int_ne(transact(s, true, "CREATE TABLE mine (id bigint)"), MCRM_OK);
  /* Control: the owner is not held to it, so what was seen above is the policies' doing. */
  ck_assert_int_eq(count_of(owner, NULL, "gate"), 1);
  if (pooler) {
    char more[100];
    snprintf(more, sizeof more, "&schema=guarded&port=%d&pooler=transaction", POSTGRES_POOLER_PORT);
    store *lent = open_at(url_of("crm", more));
    ck_assert_int_eq(count_of(lent, &sara, "gate"), 1);
    ck_assert_int_eq(count_of(lent, NULL, "gate"), 0);
    store_close(lent);
  }
  store_close(s);
  store_close(owner);
}
END_TEST

/* ---- a pooler that lends servers for one transaction ---- */

typedef struct crowd {
  store *store;
  int failures;
} crowd;

static void *keep_writing(void *context) {
  crowd *c = context;
  for (int i = 0; i < 60; i++) {
    store_tx tx;
    mcrm_error mine = {0};
    arena *a = arena_new(0);
    int code = store_begin(c->store, a, &mine, true, 0, NULL, &tx);
    for (int k = 0; k < 3 && !code; k++) {
      char sql[80];
      snprintf(sql, sizeof sql, "UPDATE gate SET name = 'x' WHERE id = %d", (i * 7 + k) % 40);
      code = store_run_with(&tx, sql, NULL, 0);
    }
    if (!code) code = store_commit(&tx);
    store_rollback(&tx);
    arena_free(a);
    c->failures += code != MCRM_OK;
  }
  return NULL;
}

static int failures_of(const char *more) {
  enum { CROWD = 6 };
  pthread_t threads[CROWD];
  crowd crowds[CROWD];
  int failures = 0;
  /* a store each: more sessions than the pooler has servers */
  int opened = 0;
  while (opened < CROWD && !try_open(url_of("postgres", more), &crowds[opened].store)) crowds[opened++].failures = 0;
  for (int i = 0; i < opened; i++) pthread_create(&threads[i], NULL, keep_writing, &crowds[i]);
  for (int i = 0; i < opened; i++) {
    pthread_join(threads[i], NULL);
    failures += crowds[i].failures;
    store_close(crowds[i].store);
  }
  return failures + CROWD - opened;
}

/* Control: with statements kept in the session, as without pooler=transaction, the same work fails there. */
START_TEST(statements_that_are_kept_fail_behind_a_pooler_and_ours_do_not) {
  char more[100];
  if (!pooler) return;
  store_close(open_at(url_of("postgres", "&schema=pooled")));
  snprintf(more, sizeof more, "&schema=pooled&port=%d&pooler=transaction", POSTGRES_POOLER_PORT);
  ck_assert_int_eq(failures_of(more), 0);
  snprintf(more, sizeof more, "&schema=pooled&port=%d&pooler=session", POSTGRES_POOLER_PORT);
  ck_assert_int_gt(failures_of(more), 0);
}
END_TEST

/* ---- plans ---- */

static const char *plan_mode(store_tx *tx) {
  static char mode[40];
  store_rows rows;
  store_query(tx, &rows, "SELECT current_setting('plan_cache_mode')");
  mode[0] = 0;
  if (store_next(&rows)) snprintf(mode, sizeof mode, "%s", store_get_text(&rows, 0));
  return store_end(&rows) ? error.detail : mode;
}

START_TEST(reads_are_planned_once_and_a_search_by_its_words) {
  const store_search_scope everybody = {.all = true};
  store *s = open_at(url_of("postgres", "&schema=planned"));
  arena *a = arena_new(0);
  store_hits hits;
  store_tx tx;
  for (int turn = 0; turn < 2; turn++) { /* what one transaction said does not hold for the next */
    assert_ok(store_begin(s, a, &error, false, 0, NULL, &tx));
    ck_assert_str_eq(plan_mode(&tx), "force_generic_plan");
    assert_ok(store_search(&tx, "سرور", NULL, &everybody, 0, 10, &hits));
    ck_assert_str_eq(plan_mode(&tx), "force_custom_plan");
    store_rollback(&tx);
    assert_ok(store_begin(s, a, &error, false, 0, NULL, &tx)); /* the search comes first */
    assert_ok(store_search(&tx, "سرور", NULL, &everybody, 0, 10, &hits));
    ck_assert_str_eq(plan_mode(&tx), "force_custom_plan");
    store_rollback(&tx);
  }
  assert_ok(store_begin(s, a, &error, true, 0, NULL, &tx)); /* work in the background looks at all kinds of things */
  ck_assert_str_eq(plan_mode(&tx), "auto");
  store_rollback(&tx);
  arena_free(a);
  store_close(s);
}
END_TEST

static bool sorts(store_tx *tx) {
  store_rows rows;
  bool found = false;
  store_query(tx, &rows,
              "EXPLAIN SELECT * FROM interaction WHERE archived_at IS NULL AND rep_id = $1 "
              "ORDER BY started_at DESC, id DESC LIMIT 51",
              store_int(7));
  while (store_next(&rows)) found = found || strstr(store_get_text(&rows, 0), "Sort");
  ck_assert_msg(!store_end(&rows), "%s", error.detail);
  return found;
}

/* Control: by the server's own figures the whole history would be fetched and sorted. */
START_TEST(the_newest_of_a_long_history_are_found_without_sorting_it) {
  store *s = open_at(url_of("postgres", "&schema=walked"));
  arena *a = arena_new(0);
  store_tx tx;
  assert_ok(store_migrate(s, &error, NULL));
  assert_ok(store_begin(s, a, &error, true, 0, NULL, &tx));
  assert_ok(store_run_with(&tx,
                           "INSERT INTO interaction (id, created_at, updated_at, version, rep_id, type, started_at, "
                           "notes) SELECT n, n, n, 1, n % 180 + 1, 'call', n, repeat('x', 300) "
                           "FROM generate_series(1, 10000) n",
                           NULL, 0));
  assert_ok(store_run_with(&tx, "ANALYZE interaction", NULL, 0));
  ck_assert(sorts(&tx));
  assert_ok(store_commit(&tx));
  assert_ok(store_begin(s, a, &error, false, 0, NULL, &tx));
  ck_assert(!sorts(&tx));
  store_rollback(&tx);
  arena_free(a);
  store_close(s);
}
END_TEST

int main(void) {
  if (!postgres_installed()) {
    fputs("SKIPPED: there is no PostgreSQL on this machine\n", stderr);
    return 77;
  }
  postgres_start(&server, false, NULL);
  if (postgres_pooler_installed()) pooler = postgres_pooler(&server);
  Suite *s = suite_create("server");
  TCase *c = tcase_create("server");
  tcase_set_timeout(c, 60);
  tcase_add_test(c, statements_that_are_kept_fail_behind_a_pooler_and_ours_do_not);
  tcase_add_test(c, the_newest_of_a_long_history_are_found_without_sorting_it);
  tcase_add_test(c, a_role_that_owns_nothing_sees_rows_only_for_somebody);
  tcase_add_test(c, each_wrong_piece_of_the_address_is_told_apart);
  tcase_add_test(c, a_wrong_password_is_named_and_not_shown);
  tcase_add_test(c, a_server_that_comes_back_without_fsync_takes_no_writes_until_it_has_it);
  tcase_add_test(c, a_server_that_comes_back_as_a_standby_is_read_only);
  tcase_add_test(c, reads_are_planned_once_and_a_search_by_its_words);
  suite_add_tcase(s, c);
  SRunner *runner = srunner_create(s);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  if (pooler && !kill(pooler, SIGQUIT)) waitpid(pooler, NULL, 0);
  postgres_remove(&server);
  return failed != 0;
}
