/* PostgreSQL and the way to it fail while several processes work through the public API. Each call has a key and is
 * repeated with it until it is answered; the ledger of what was answered is kept outside of the database. Afterwards
 * what was answered is there, nothing is there twice, the audit chain holds, and every process went on by itself. Each
 * kind of fault has a control in which the promise is given up, and whose harm must be seen. SEED and COUNT (faults)
 * from the environment. */
#include <base/error.h>
#include <check.h>
#include <inttypes.h>
#include <marfacrm/marfacrm.h>
#include <signal.h>
#include <stdio.h>
#include <store/store.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "folder.h"
#include "ledger.h"
#include "postgres.h"
#include "proxy.h"
#include "torture.h"

enum { WRITERS = 3 };

typedef struct office {
  char folder[FOLDER_SIZE], key_file[FOLDER_SIZE + 16], url[400], direct[400];
  char rep[24];
  bool keyless; /* a control: repeats without a key */
  bool early;   /* a control: answers before it calls, and forgets */
  bool slow;
} office;

static postgres_server server;

static mcrm *open_office(const office *o, const char *url, int create, mcrm_session **session, mcrm_error *error) {
  mcrm *crm = NULL;
  mcrm_options options = {.size = sizeof options, .storage_url = url, .create = create, .key_file = o->key_file};
  if (mcrm_open(&options, &crm, error)) return NULL;
  int code = create ? mcrm_session_system(crm, session, error) : mcrm_session_open(crm, "sara", "crt", session, error);
  if (!code) return crm;
  mcrm_close(crm);
  return NULL;
}

static void make_office(office *o) {
  mcrm_session *system, *sara;
  mcrm_error error = {0};
  char *answer = NULL;
  *o = (office){0};
  folder_make(o->folder);
  snprintf(o->key_file, sizeof o->key_file, "%s/key", o->folder);
  snprintf(o->url, sizeof o->url, "postgresql://postgres@127.0.0.1:%d/postgres?schema=crm", server.port);
  strcpy(o->direct, o->url);
  mcrm *crm = open_office(o, o->url, 1, &system, &error);
  ck_assert_msg(crm != NULL, "%s", error.detail);
  ck_assert(!mcrm_call(system, "user.create", "{\"username\":\"sara\",\"name\":\"سارا\",\"role\":\"agent\"}", NULL));
  ck_assert(!mcrm_session_open(crm, "sara", "crt", &sara, &error));
  ck_assert(!mcrm_call(sara, "prospect.create", "{\"name\":\"فروشگاه\"}", &answer));
  ck_assert_int_eq(sscanf(answer, "{\"id\":\"%23[0-9]", o->rep), 1);
  mcrm_free(answer);
  mcrm_session_close(sara);
  mcrm_session_close(system);
  mcrm_close(crm);
}

/* ---- who works ---- */

static int call_number(const office *o, mcrm_session *session, uint64_t number, unsigned tries) {
  char json[256], key[48];
  snprintf(key, sizeof key, o->keyless ? "key-%" PRIu64 "-%u" : "key-%" PRIu64, number, tries);
  snprintf(json, sizeof json, "{\"rep_id\":\"%s\",\"title\":\"number %" PRIu64 "\"}", o->rep, number);
  mcrm_call_options once = {.size = sizeof once, .idempotency_key = key};
  int code = mcrm_session_next(session, &once);
  return code ? code : mcrm_call(session, "task.create", json, NULL);
}

static void note_failure(ledger *l, int code, const mcrm_error *error) {
  snprintf(l->words, sizeof l->words, "%s: %.140s", mcrm_code_name(code), error->detail);
  atomic_store(&l->refused, code);
  atomic_fetch_add(&l->tries, 1);
  usleep(10000);
}

static void work(void *context, ledger *l, unsigned w) {
  const office *o = context;
  mcrm_session *session = NULL;
  mcrm_error error = {0};
  mcrm *crm = NULL;
  while (!crm && !atomic_load(&l->over)) { /* one that comes while the server is away waits for it */
    crm = open_office(o, o->url, 0, &session, &error);
    if (!crm) note_failure(l, error.code, &error);
  }
  while (crm && !atomic_load(&l->over) && l->next[w] < LEDGER_SPAN) {
    uint64_t n = l->next[w];
    unsigned tries = 0;
    int code;
    if (o->early) l->told[w][n] = true;
    while ((code = call_number(o, session, w * (uint64_t)LEDGER_SPAN + n, tries++)) && !atomic_load(&l->over)) {
      note_failure(l, code, mcrm_session_error(session));
      if (o->early) break;
    }
    if (!code) l->told[w][n] = true;
    if (!code || o->early) l->next[w]++;
    if (o->slow) usleep(4000);
  }
  if (session) mcrm_session_close(session);
  mcrm_close(crm);
}

static void start_all(office *o, ledger *l) {
  for (unsigned w = 0; w < WRITERS; w++) ledger_start(l, w, work, o);
  ck_assert_msg(ledger_goes_on(l, 10000), "%s", l->words);
}

/* ---- what is there afterwards ---- */

typedef struct outcome {
  uint64_t told, lost, doubled;
} outcome;

static void count_effects(const office *o, const ledger *l, outcome *out) {
  static unsigned char effects[LEDGER_WRITERS][LEDGER_SPAN];
  static const unsigned char key[STORE_KEY_SIZE];
  mcrm_error error = {0};
  store *s;
  store_tx tx;
  store_rows rows;
  arena *a = arena_new(0);
  memset(effects, 0, sizeof effects);
  store_options options = {.url = o->direct, .key = key};
  ck_assert_msg(!store_open(&options, &error, &s), "%s", error.detail);
  ck_assert_msg(!store_begin(s, a, &error, false, 0, NULL, &tx), "%s", error.detail);
  store_query_with(&tx, &rows, "SELECT title, count(*) FROM task GROUP BY title", NULL, 0);
  while (store_next(&rows)) {
    uint64_t number;
    const char *title = store_get_text(&rows, 0);
    if (sscanf(title, "number %" SCNu64, &number) != 1) continue; /* the CRM's own */
    ck_assert_uint_lt(number, (uint64_t)LEDGER_WRITERS * LEDGER_SPAN);
    int64_t count = store_get_int(&rows, 1);
    effects[number / LEDGER_SPAN][number % LEDGER_SPAN] = (unsigned char)count;
    out->doubled += count > 1;
  }
  ck_assert_msg(!store_end(&rows), "%s", error.detail);
  for (unsigned w = 0; w < LEDGER_WRITERS; w++)
    for (unsigned n = 0; n < LEDGER_SPAN; n++) out->lost += l->told[w][n] && !effects[w][n];
  out->told = ledger_told(l);
  store_rollback(&tx);
  store_close(s);
  arena_free(a);
}

/* Ends the work. */
static outcome settle(office *o, ledger *l, const char *what, unsigned faults) {
  outcome out = {0};
  mcrm_session *session;
  mcrm_error error = {0};
  ck_assert(ledger_finish(l));
  count_effects(o, l, &out);
  mcrm *crm = open_office(o, o->direct, 0, &session, &error);
  ck_assert_msg(crm && !mcrm_audit_verify(crm, NULL, 0, NULL, NULL, &error), "%s", error.detail);
  mcrm_session_close(session);
  mcrm_close(crm);
  printf("%s: %u faults, %u repeated, %" PRIu64 " answered, %" PRIu64 " lost, %" PRIu64 " doubled\n", what, faults,
         (unsigned)l->tries, out.told, out.lost, out.doubled);
  ledger_free(l);
  folder_remove(o->folder);
  return out;
}

static void nothing_is_wrong(outcome out, unsigned faults) {
  ck_assert_uint_eq(out.lost, 0);
  ck_assert_uint_eq(out.doubled, 0);
  ck_assert_uint_gt(out.told, faults); /* there was load */
}

/* COUNT: of a hundred parts of all there is, rounded up. */
static unsigned faults_of(unsigned all) { return (unsigned)((all * torture_setting("COUNT", 100) + 99) / 100); }

static void rest(uint64_t *random, unsigned most_ms) { usleep((unsigned)(torture_random(random) % most_ms) * 1000); }

static void stop_server(void) { postgres_remove(&server); }

/* ---- the server dies, and those who work ---- */

static void await(const char *sql, const char *answer) {
  for (int i = 0; i < 400; i++) {
    if (!strcmp(postgres_ask(&server, sql), answer)) return;
    usleep(25000);
  }
  ck_abort_msg("%s is never %s", sql, answer);
}

static void start_server(void) { postgres_start(&server, true, NULL); }

START_TEST(kills_and_immediate_stops_lose_nothing_and_double_nothing) {
  office o;
  ledger *l = ledger_new();
  uint64_t random = torture_setting("SEED", 1);
  unsigned stops = faults_of(20), kills = 0;
  make_office(&o);
  start_all(&o, l);
  for (unsigned i = 0; i < stops; i++) {
    for (unsigned k = 0; k < 5; k++, kills++) {
      unsigned w = (unsigned)(torture_random(&random) % WRITERS);
      rest(&random, 60);
      ledger_kill(l, w);
      ledger_start(l, w, work, &o);
    }
    rest(&random, 60);
    postgres_halt(&server, SIGQUIT);
    postgres_launch(&server);
    ck_assert_msg(ledger_goes_on(l, 15000), "a writer is stuck: %s", l->words);
  }
  outcome out = settle(&o, l, "kill -9 and immediate stop", stops + kills);
  nothing_is_wrong(out, stops);
}
END_TEST

/* The control: they take for done what they have only begun, and go on doing so while there is no server. */
START_TEST(answering_before_the_commit_is_caught) {
  office o;
  ledger *l = ledger_new();
  make_office(&o);
  o.early = true;
  start_all(&o, l);
  postgres_halt(&server, SIGQUIT);
  ck_assert_msg(ledger_goes_on(l, 15000), "%s", l->words);
  for (unsigned w = 0; w < WRITERS; w++) ledger_kill(l, w);
  postgres_launch(&server);
  outcome out = settle(&o, l, "control, answered too early", 1);
  ck_assert_uint_gt(out.lost, 0);
}
END_TEST

/* The control: the server acknowledges what is not on its disk. The library refuses such a server when it connects, so
 * it becomes one while they work; and who writes its log behind them is held up. */
START_TEST(a_server_that_answers_before_it_has_written_is_refused_and_its_loss_is_caught) {
  office o;
  ledger *l = ledger_new();
  mcrm_session *session;
  mcrm_error error = {0};
  make_office(&o);
  o.slow = true;
  start_all(&o, l);
  postgres_ask(&server, "ALTER SYSTEM SET synchronous_commit = off");
  postgres_ask(&server, "SELECT pg_reload_conf()");
  await("SHOW synchronous_commit", "off");
  pid_t log_writer = atoi(postgres_ask(&server, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"));
  ck_assert_int_gt(log_writer, 0);
  ck_assert_int_eq(kill(log_writer, SIGSTOP), 0);
  ck_assert_msg(ledger_goes_on(l, 15000), "%s", l->words);
  ck_assert_ptr_null(open_office(&o, o.url, 0, &session, &error));
  ck_assert_int_eq(error.code, MCRM_UNSUPPORTED);
  ck_assert_msg(ledger_goes_on(l, 15000), "%s", l->words);
  postgres_ask(&server, "ALTER SYSTEM RESET synchronous_commit"); /* from the next start on */
  postgres_halt(&server, SIGQUIT);
  for (unsigned w = 0; w < WRITERS; w++) ledger_kill(l, w);
  postgres_launch(&server);
  outcome out = settle(&o, l, "control, synchronous_commit off", 1);
  ck_assert_uint_gt(out.lost, 0);
}
END_TEST

/* ---- the network is cut in the middle of COMMIT ---- */

static outcome cut_commits(bool keyless, unsigned cuts) {
  office o;
  ledger *l = ledger_new();
  make_office(&o);
  o.keyless = keyless;
  proxy *p = proxy_start(server.port, torture_setting("SEED", 1));
  snprintf(o.url, sizeof o.url, "postgresql://postgres@127.0.0.1:%d/postgres?schema=crm", p->port);
  start_all(&o, l);
  atomic_store(&p->one_in, 4);
  for (unsigned ms = 0; p->before + p->after < cuts && ms < 120000; ms += 5) usleep(5000);
  atomic_store(&p->one_in, 0);
  ck_assert_msg(ledger_goes_on(l, 15000), "a writer is stuck: %s", l->words);
  ck_assert_uint_gt(p->before, 0);
  ck_assert_uint_gt(p->after, 0);
  outcome out =
      settle(&o, l, keyless ? "control, repeated without a key" : "network cut in COMMIT", p->before + p->after);
  proxy_stop(p);
  return out;
}

START_TEST(a_commit_whose_answer_is_cut_off_is_told_by_its_key) {
  unsigned cuts = faults_of(100) + 3;
  nothing_is_wrong(cut_commits(false, cuts), cuts / 4);
}
END_TEST

/* The server answers a part with an error, and the part is undone: no word on the COMMIT behind it. */
static void undo_a_failed_part(store_tx *tx) {
  mcrm_error *error = tx->error, ignored = {0};
  ck_assert_int_eq(store_savepoint(tx), MCRM_OK);
  tx->error = &ignored;
  ck_assert_int_ne(store_run_with(tx, "SELECT 1 / 0", NULL, 0), MCRM_OK);
  store_savepoint_rollback(tx);
  tx->error = error;
}

/* A transaction that nobody waits for before its COMMIT goes out as one: what is told of it is what became of it. */
START_TEST(what_was_sent_whole_and_cut_off_is_called_unknown_not_undone) {
  enum { CUTS = 40 };
  static unsigned char key[STORE_KEY_SIZE];
  office o;
  store *through, *straight;
  mcrm_error error = {0};
  char url[200];
  unsigned unknown[2] = {0};
  arena *a = arena_new(0);
  make_office(&o);
  FILE *file = fopen(o.key_file, "re");
  ck_assert_ptr_nonnull(file);
  ck_assert_uint_eq(fread(key, 1, sizeof key, file), sizeof key);
  fclose(file);
  proxy *p = proxy_start(server.port, 1);
  snprintf(url, sizeof url, "postgresql://postgres@127.0.0.1:%d/postgres?schema=crm", p->port);
  ck_assert_int_eq(store_open(&(store_options){.url = url, .key = key}, &error, &through), MCRM_OK);
  ck_assert_int_eq(store_open(&(store_options){.url = o.direct, .key = key}, &error, &straight), MCRM_OK);
  for (int i = 0; i < CUTS; i++) {
    store_tx tx;
    int64_t there = -1;
    for (int cut = 0; cut < 2; cut++) { /* first one that is let through: the connection is known to be well */
      atomic_store(&p->one_in, (unsigned)cut);
      error_clear(&error);
      int code = store_begin(through, a, &error, true, 0, NULL, &tx);
      if (!code && i / 2 % 2) undo_a_failed_part(&tx);
      if (!code)
        code = store_post(&tx,
                          "INSERT INTO idempotency (key, user_id, operation, request_digest, code, created_at) "
                          "VALUES ('cut', $1, 'test', '', 0, 0)",
                          store_int(2 * i + cut));
      if (!code) code = store_commit(&tx);
      store_rollback(&tx);
      ck_assert_int_eq(code, cut ? MCRM_UNAVAILABLE : MCRM_OK);
    }
    ck_assert_int_eq(store_begin(straight, a, &(mcrm_error){0}, false, 0, NULL, &tx), MCRM_OK);
    ck_assert_int_eq(
        store_number(&tx, &there, -1, "SELECT count(*) FROM idempotency WHERE user_id = $1", store_int(2 * i + 1)),
        MCRM_OK);
    store_rollback(&tx);
    if (there) ck_assert_str_eq(error.message, "store.unknown");
    if (!strcmp(error.message, "store.unknown")) unknown[there]++;
    arena_reset(a);
  }
  ck_assert_uint_gt(unknown[true], 0);
  ck_assert_uint_gt(unknown[false], 0);
  store_close(through);
  store_close(straight);
  proxy_stop(p);
  arena_free(a);
}
END_TEST

START_TEST(repeating_without_a_key_is_caught) {
  outcome out = cut_commits(true, 8);
  ck_assert_uint_gt(out.doubled, 0);
  ck_assert_uint_eq(out.lost, 0);
}
END_TEST

/* ---- the standby takes over ---- */

static postgres_server standby;

static void stop_both(void) {
  postgres_remove(&standby);
  postgres_remove(&server);
}

static void promote(void) {
  char data[sizeof standby.folder + 8];
  snprintf(data, sizeof data, "%s/data", standby.folder);
  const char *arguments[] = {POSTGRES_BIN "/pg_ctl", "promote", "-w", "-s", "-D", data, NULL};
  ck_assert_int_eq(postgres_run(arguments, "/dev/null"), 0);
}

/* synchronous: a commit waits until the standby has it. */
static outcome fail_over(bool synchronous) {
  office o;
  ledger *l = ledger_new();
  make_office(&o);
  postgres_copy(&server, &standby, NULL);
  postgres_launch(&standby);
  snprintf(o.url, sizeof o.url,
           "postgresql://postgres@127.0.0.1:%d,127.0.0.1:%d/postgres?target_session_attrs=read-write&schema=crm",
           server.port, standby.port);
  strcpy(o.direct, o.url);
  if (synchronous) {
    postgres_ask(&server, "ALTER SYSTEM SET synchronous_standby_names = '*'");
    postgres_ask(&server, "SELECT pg_reload_conf()");
    await("SELECT max(sync_state) FROM pg_stat_replication", "sync");
  } else { /* the control: the standby has long been cut off when the primary dies */
    await("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'", "1");
    postgres_halt(&standby, SIGINT);
  }
  start_all(&o, l);
  usleep(500000);
  postgres_halt(&server, SIGQUIT);
  if (!synchronous)
    for (unsigned w = 0; w < WRITERS; w++) ledger_kill(l, w);
  if (!synchronous) postgres_launch(&standby);
  promote();
  if (synchronous) ck_assert_msg(ledger_goes_on(l, 15000), "a writer is stuck: %s", l->words);
  return settle(&o, l, synchronous ? "failover to a synchronous standby" : "control, standby cut off", 1);
}

START_TEST(a_synchronous_standby_takes_over_without_a_loss) { nothing_is_wrong(fail_over(true), 1); }
END_TEST

START_TEST(a_standby_that_lags_behind_is_caught) { ck_assert_uint_gt(fail_over(false).lost, 0); }
END_TEST

/* ---- the disk is full ---- */

static void start_server_with_small_disk(void) {
  char sql[200];
  server.small_mb = 40;
  postgres_start(&server, true, NULL);
  if (!server.mounted) return;
  snprintf(sql, sizeof sql, "CREATE TABLESPACE small LOCATION '%s/small'", server.folder);
  postgres_ask(&server, sql);
  postgres_ask(&server, "ALTER SYSTEM SET default_tablespace = 'small'"); /* for whatever is made from now on */
  postgres_ask(&server, "SELECT pg_reload_conf()");
}

static void start_server_with_small_files(void) {
  server.small_mb = 24; /* a file of its log has 16 */
  server.by_limit = true;
  postgres_start(&server, true, NULL);
}

static void stop_small_server(void) {
  postgres_remove(&server);
  server = (postgres_server){0};
}

/* Until there is no room: on a small disk for any table, where files are limited for the one that each call writes. */
static void fill_disk(void) {
  postgres_ask(&server, "CREATE TABLE filler (t text)");
  postgres_ask(
      &server,
      server.mounted
          ? "DO $$ BEGIN LOOP BEGIN INSERT INTO filler SELECT md5(i::text) FROM generate_series(1, 2000) i; "
            "EXCEPTION WHEN disk_full THEN EXIT; END; END LOOP; END $$"
          : "DO $$ BEGIN LOOP BEGIN INSERT INTO crm.idempotency (key, user_id, operation, request_digest, code, "
            "created_at) SELECT gen_random_uuid(), 0, '', repeat('x', 1500), 0, 0 FROM generate_series(1, 200); "
            "EXCEPTION WHEN disk_full THEN EXIT; END; END LOOP; END $$");
}

static void make_room(void) {
  if (server.mounted) {
    postgres_ask(&server, "DROP TABLE filler");
    return;
  }
  postgres_ask(&server, "DELETE FROM crm.idempotency WHERE user_id = 0");
  postgres_ask(&server, "VACUUM crm.idempotency");
}

START_TEST(a_full_disk_refuses_writes_reads_on_and_goes_on_when_there_is_room) {
  office o;
  ledger *l = ledger_new();
  mcrm_session *session;
  mcrm_error error = {0};
  make_office(&o);
  start_all(&o, l);
  fill_disk();
  for (int i = 0; i < 2000 && l->refused != MCRM_IO; i++) usleep(5000);
  ck_assert_msg(l->refused == MCRM_IO, "the disk is not full: %s", l->words);
  mcrm *crm = open_office(&o, o.direct, 0, &session, &error);
  ck_assert_msg(crm && !mcrm_call(session, "task.list", "{\"limit\":5}", NULL), "no reading: %s", error.detail);
  mcrm_session_close(session);
  mcrm_close(crm);
  make_room();
  ck_assert_msg(ledger_goes_on(l, 15000), "a writer is stuck: %s", l->words);
  outcome out = settle(&o, l, server.mounted ? "full disk" : "full file", 1);
  nothing_is_wrong(out, 1);
}
END_TEST

int main(void) {
  if (!postgres_installed()) {
    fputs("SKIPPED: there is no PostgreSQL on this machine\n", stderr);
    return 77;
  }
  Suite *s = suite_create("faults");
  fault_case(s, "stops", true, start_server, stop_server, kills_and_immediate_stops_lose_nothing_and_double_nothing);
  fault_case(s, "early", true, start_server, stop_server, answering_before_the_commit_is_caught);
  fault_case(s, "unwritten", false, start_server, stop_server,
             a_server_that_answers_before_it_has_written_is_refused_and_its_loss_is_caught);
  fault_case(s, "cuts", false, start_server, stop_server, a_commit_whose_answer_is_cut_off_is_told_by_its_key);
  fault_case(s, "whole", true, start_server, stop_server, what_was_sent_whole_and_cut_off_is_called_unknown_not_undone);
  fault_case(s, "keyless", false, start_server, stop_server, repeating_without_a_key_is_caught);
  fault_case(s, "failover", false, start_server, stop_both, a_synchronous_standby_takes_over_without_a_loss);
  fault_case(s, "lagging", false, start_server, stop_both, a_standby_that_lags_behind_is_caught);
  fault_case(s, "full disk", false, start_server_with_small_disk, stop_small_server,
             a_full_disk_refuses_writes_reads_on_and_goes_on_when_there_is_room);
  fault_case(s, "full file", false, start_server_with_small_files, stop_small_server,
             a_full_disk_refuses_writes_reads_on_and_goes_on_when_there_is_room);
  SRunner *runner = srunner_create(s);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
