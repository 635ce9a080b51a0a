/* Workers and the server die under load, and the server's clock jumps. Producers enqueue numbered jobs, each number
 * once however often they are cut off; workers carry them out. The ledger of what was enqueued is kept outside of the
 * database. Afterwards each number that was acknowledged has its effect, none has it twice, and no job is left. The
 * control is a worker that commits its effect before its completion. SEED and COUNT (per cent of 20 stops and 100
 * kills) from the environment. */
#include <check.h>
#include <inttypes.h>
#include <jobs/queue.h>
#include <marfacrm/task.h>
#include <model/entities.h>
#include <signal.h>
#include <stdio.h>
#include <store/record.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "ledger.h"
#include "postgres.h"
#include "torture.h"

enum { PRODUCERS = 2, KILLS_A_STOP = 5, RESCUE_MS = 35000, STUCK_MS = 20000 };

static const unsigned char key[STORE_KEY_SIZE] = {7};
static const store_origin origin = {.gate = "local", .operation = "test"};
static postgres_server server;
static zone *tehran;

typedef struct queue {
  char url[200];
  bool loose; /* the control */
} queue;

static store *try_open(const queue *q, bool create, mcrm_error *error) {
  store *s;
  store_options options = {.url = q->url, .key = key, .create = create, .zone = tehran};
  return store_open(&options, error, &s) ? NULL : s;
}

/* In a child one that comes while the server is away waits for it. */
static store *open_queue(const queue *q, ledger *l) {
  mcrm_error error = {0};
  store *s = NULL;
  while (!s && !atomic_load(&l->over)) {
    s = try_open(q, false, &error);
    if (!s) usleep(10000);
  }
  return s;
}

/* ---- producers ---- */

/* Once, even where the answer to an earlier try was cut off: the lock waits for what the server is still at. */
static int enqueue(store *s, arena *a, unsigned w, uint64_t n, mcrm_error *error) {
  char payload[48];
  int64_t there = 0;
  store_tx tx;
  snprintf(payload, sizeof payload, "%" PRIu64, w * (uint64_t)LEDGER_SPAN + n);
  int code = store_begin(s, a, error, true, 0, &origin, &tx);
  if (code) return code;
  code = store_lock(&tx, "enqueue", (mcrm_id)(w * (uint64_t)LEDGER_SPAN + n));
  if (!code) code = store_number(&tx, &there, 0, "SELECT 1 FROM job WHERE payload = $1", store_text(payload));
  if (!code && !there) code = jobs_enqueue(&tx, "number", payload, 0, NULL);
  if (!code) code = store_commit(&tx);
  store_rollback(&tx);
  return code;
}

static void produce(void *context, ledger *l, unsigned w) {
  store *s = open_queue(context, l);
  arena *a = arena_new(0);
  while (s && a && !atomic_load(&l->over) && l->next[w] < LEDGER_SPAN) {
    mcrm_error error = {0};
    uint32_t n = l->next[w];
    arena_reset(a);
    if (enqueue(s, a, w, n, &error)) {
      snprintf(l->words, sizeof l->words, "%.150s", error.detail);
      atomic_fetch_add(&l->tries, 1);
      usleep(5000);
      continue;
    }
    l->told[w][n] = true;
    l->next[w]++;
    usleep(4000); /* the workers keep up */
  }
  arena_free(a);
  store_close(s);
}

/* ---- workers ---- */

static int leave_mark(store_tx *tx, const mcrm_job *job) {
  mcrm_task mark = {.size = sizeof mark};
  MCRM_SET(&mark, title, job->payload);
  MCRM_SET(&mark, status, "open");
  return store_insert(tx, &model_task, &mark);
}

/* The worker's own count of what it is at: `context`. */
static int effect(jobs_run *run) {
  atomic_fetch_add((_Atomic uint32_t *)run->context, 1);
  return leave_mark(run->tx, run->job);
}

/* The control: what it does is committed before it is completed, and the worker dies in between, once in four. */
static int effect_at_once(jobs_run *run) {
  store_tx tx;
  int code = store_begin(run->store, run->arena, run->error, true, 0, &origin, &tx);
  if (!code) code = leave_mark(&tx, run->job);
  if (!code) code = store_commit(&tx);
  store_rollback(&tx);
  if (!code && run->job->attempt == 1 && atoll(run->job->payload) % 4 == 0) raise(SIGKILL);
  return code;
}

static const jobs_kind kinds[] = {{.name = "number", .effect = effect}};
static const jobs_kind loose_kinds[] = {{.name = "number", .prepare = effect_at_once}};

static void carry_out(void *context, ledger *l, unsigned w) {
  const queue *q = context;
  store *s = open_queue(q, l);
  while (s && !atomic_load(&l->over)) {
    mcrm_error error = {0};
    unsigned ran = 0;
    if (jobs_run_due(s, q->loose ? loose_kinds : kinds, 1, &l->next[w], &error, &ran, NULL)) usleep(10000);
    if (!ran) usleep(3000);
  }
  store_close(s);
}

static void start_one(queue *q, ledger *l, unsigned w) { ledger_start(l, w, w < PRODUCERS ? produce : carry_out, q); }

static void start_all(queue *q, ledger *l) {
  for (unsigned w = 0; w < LEDGER_WRITERS; w++) start_one(q, l, w);
  ck_assert_msg(ledger_goes_on(l, STUCK_MS), "%s", l->words);
}

/* ---- what is there ---- */

static void make_queue(queue *q) {
  mcrm_error error = {0};
  *q = (queue){0};
  snprintf(q->url, sizeof q->url, "postgresql://postgres@/postgres?host=%s&schema=crm", server.folder);
  store *s = try_open(q, true, &error);
  ck_assert_msg(s && !store_migrate(s, &error, NULL), "%s", error.detail);
  store_close(s);
}

static long ask(const char *sql) { return atol(postgres_ask(&server, sql)); }

static long left(void) { return ask("SELECT count(*) FROM crm.job WHERE state <> 'done'"); }

/* A dead worker's lease ends after 30 s: for short runs they are taken to have passed. */
static void let_leases_end(void) {
  postgres_ask(&server, "UPDATE crm.job SET lease_until = lease_until - 30000 WHERE state = 'running'");
}

static int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Producers stop; the workers have until the moment to finish. The milliseconds it took, -1 where work is left. */
static int64_t drain(queue *q, ledger *l, bool hurry) {
  int64_t from = now_ms();
  for (unsigned w = 0; w < PRODUCERS; w++) ledger_kill(l, w);
  for (int round = 0; left(); round++) {
    if (now_ms() - from > RESCUE_MS) return -1;
    if (hurry && round == 5) let_leases_end();
    for (unsigned w = PRODUCERS; w < LEDGER_WRITERS; w++)
      if (ledger_gone(l, w)) start_one(q, l, w);
    usleep(50000);
  }
  return now_ms() - from;
}

typedef struct outcome {
  uint64_t told, lost;
  long doubled, left;
} outcome;

static outcome settle(queue *q, ledger *l, const char *what, bool hurry) {
  outcome out = {0};
  static bool done[LEDGER_WRITERS][LEDGER_SPAN];
  mcrm_error error = {0};
  arena *a = arena_new(0);
  store_tx tx;
  store_rows rows;
  int64_t took = drain(q, l, hurry);
  ck_assert(ledger_finish(l));
  memset(done, 0, sizeof done);
  store *s = try_open(q, false, &error);
  ck_assert_msg(s && !store_begin(s, a, &error, false, 0, NULL, &tx), "%s", error.detail);
  store_query_with(&tx, &rows, "SELECT title, count(*) FROM task GROUP BY title", NULL, 0);
  while (store_next(&rows)) {
    uint64_t number = strtoull(store_get_text(&rows, 0), NULL, 10);
    ck_assert_uint_lt(number, (uint64_t)PRODUCERS * LEDGER_SPAN);
    done[number / LEDGER_SPAN][number % LEDGER_SPAN] = true;
    out.doubled += store_get_int(&rows, 1) > 1;
  }
  ck_assert_msg(!store_end(&rows), "%s", error.detail);
  store_rollback(&tx);
  store_close(s);
  arena_free(a);
  for (unsigned w = 0; w < PRODUCERS; w++)
    for (unsigned n = 0; n < LEDGER_SPAN; n++) out.lost += l->told[w][n] && !done[w][n];
  out.told = ledger_told(l);
  out.left = left();
  printf("%s: %" PRIu64 " jobs, %" PRIu64 " lost, %ld done twice, %ld left, the last %" PRId64
         " ms after the last fault; "
         "attempts: %s\n",
         what, out.told, out.lost, out.doubled, out.left, took,
         postgres_ask(&server, "SELECT sum(attempt) FROM crm.job"));
  ledger_free(l);
  return out;
}

static void nothing_is_wrong(outcome out, unsigned faults) {
  ck_assert_uint_eq(out.lost, 0);
  ck_assert_int_eq(out.doubled, 0);
  ck_assert_int_eq(out.left, 0);
  ck_assert_uint_gt(out.told, faults);
}

static unsigned stops_wanted(void) { return (unsigned)((20 * torture_setting("COUNT", 100) + 99) / 100); }
static bool small_run(void) { return stops_wanted() < 5; }

static void start_server(void) { postgres_start(&server, false, NULL); }
static void stop_server(void) { postgres_remove(&server); }

/* ---- kills and stops ---- */

START_TEST(dying_workers_and_servers_lose_no_job_and_do_none_twice) {
  queue q;
  ledger *l = ledger_new();
  uint64_t random = torture_setting("SEED", 1);
  unsigned stops = stops_wanted(), kills = 0;
  char what[60];
  make_queue(&q);
  start_all(&q, l);
  for (unsigned i = 0; i < stops; i++) {
    for (unsigned k = 0; k < KILLS_A_STOP; k++, kills++) {
      unsigned w = (unsigned)(torture_random(&random) % 4 ? PRODUCERS + torture_random(&random) % 2
                                                          : torture_random(&random) % PRODUCERS);
      usleep((unsigned)(torture_random(&random) % 60) * 1000);
      ledger_kill(l, w);
      start_one(&q, l, w);
    }
    usleep((unsigned)(torture_random(&random) % 60) * 1000);
    postgres_halt(&server, SIGQUIT);
    postgres_launch(&server);
    ck_assert_msg(ledger_goes_on(l, STUCK_MS), "somebody is stuck: %s", l->words);
  }
  snprintf(what, sizeof what, "%u kill -9, %u immediate stops", kills, stops);
  nothing_is_wrong(settle(&q, l, what, small_run()), stops);
}
END_TEST

START_TEST(an_effect_committed_before_its_completion_is_caught) {
  queue q;
  ledger *l = ledger_new();
  make_queue(&q);
  q.loose = true;
  ledger_start(l, 0, produce, &q);
  for (int i = 0; i < 1000 && l->next[0] < 12; i++) usleep(5000);
  ledger_kill(l, 0);
  for (unsigned w = PRODUCERS; w < LEDGER_WRITERS; w++) start_one(&q, l, w);
  ck_assert_int_gt(settle(&q, l, "control, effect before completion", true).doubled, 0);
}
END_TEST

/* ---- the server's clock ---- */

static void start_server_with_a_clock(void) {
  server.own_clock = true;
  postgres_start(&server, false, NULL);
}

static void stop_server_with_a_clock(void) {
  postgres_remove(&server);
  server.own_clock = false;
}

/* Forth and back, with a worker that dies while the clock is wrong: its lease lies in a future that never comes, or in
 * the past. */
START_TEST(a_clock_that_jumps_holds_no_job_up_and_does_none_twice) {
  static const long jumps[] = {864000, 0, -3600, 0};
  queue q;
  ledger *l = ledger_new();
  make_queue(&q);
  start_all(&q, l);
  long before = ask("SELECT extract(epoch FROM clock_timestamp())");
  for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
    postgres_clock(&server, jumps[i]);
    usleep(150000);
    for (unsigned w = PRODUCERS; w < LEDGER_WRITERS; w++) {
      ledger_kill(l, w);
      if (i % 2) start_one(&q, l, w); /* nobody lives while it is wrong: what is claimed then stays claimed */
    }
    if (jumps[i] == 864000) ck_assert_int_gt(ask("SELECT extract(epoch FROM clock_timestamp())"), before + 800000);
    if (i % 2 == 0) {
      start_one(&q, l, PRODUCERS);
      usleep(150000);
      ledger_kill(l, PRODUCERS);
    }
  }
  nothing_is_wrong(settle(&q, l, "jumping clock", true), 10);
}
END_TEST

int main(void) {
  if (!postgres_installed() || !postgres_clock_installed()) {
    puts("SKIPPED: PostgreSQL or libfaketime is not installed");
    return 77;
  }
  mcrm_error error = {0};
  if (!(tehran = zone_load("Asia/Tehran", &error))) return 1;
  Suite *s = suite_create("worker faults");
  fault_case(s, "deaths", true, start_server, stop_server, dying_workers_and_servers_lose_no_job_and_do_none_twice);
  fault_case(s, "deaths", true, start_server, stop_server, an_effect_committed_before_its_completion_is_caught);
  fault_case(s, "clock", false, start_server_with_a_clock, stop_server_with_a_clock,
             a_clock_that_jumps_holds_no_job_up_and_does_none_twice);
  SRunner *runner = srunner_create(s);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  zone_free(tehran);
  return failed != 0;
}
