/* What the queue promises: every job runs until it worked or is given up with its reason, and an effect is
 * committed once. The clock is the test's. */
#include <base/error.h>
#include <check.h>
#include <jobs/queue.h>
#include <model/entities.h>
#include <pthread.h>
#include <store/record.h>
#include <string.h>

#include "backend.h"
#include "folder.h"

static struct {
  char folder[FOLDER_SIZE];
  store *store;
  zone *zone;
  arena *arena;
  mcrm_error error;
  mcrm_time now;
} f;

static mcrm_time present(void *unused) {
  (void)unused;
  return f.now;
}

#define assert_ok(call)                                                         \
  do {                                                                          \
    int code_ = (call);                                                         \
    ck_assert_msg(code_ == MCRM_OK, "%s: %d %s", #call, code_, f.error.detail); \
  } while (0)

static void open_queue(void) {
  unsigned char key[STORE_KEY_SIZE];
  memset(&f, 0, sizeof f);
  memset(key, 7, sizeof key);
  folder_make(f.folder);
  f.now = 1795331000000;
  f.zone = zone_load("Asia/Tehran", &f.error);
  f.arena = arena_new(0);
  const store_options options = {
      .url = backend_url(f.folder, "crm.db"), .create = true, .clock = {present, NULL}, .zone = f.zone, .key = key};
  assert_ok(store_open(&options, &f.error, &f.store));
  assert_ok(store_migrate(f.store, &f.error, NULL));
}

static void close_queue(void) {
  store_close(f.store);
  zone_free(f.zone);
  arena_free(f.arena);
  folder_remove(f.folder);
}

static store_tx begin(bool write) {
  static const store_origin origin = {.gate = "local", .operation = "test"};
  store_tx tx;
  error_clear(&f.error);
  assert_ok(store_begin(f.store, f.arena, &f.error, write, 0, &origin, &tx));
  return tx;
}

static int64_t number(const char *sql) {
  store_tx tx = begin(false);
  int64_t out = 0;
  assert_ok(store_number_with(&tx, &out, 0, sql, NULL, 0));
  store_rollback(&tx);
  return out;
}

static mcrm_id enqueue(const char *kind, mcrm_time run_at) {
  store_tx tx = begin(true);
  mcrm_id id;
  assert_ok(jobs_enqueue(&tx, kind, "{\"rep\":1}", run_at, &id));
  assert_ok(store_commit(&tx));
  return id;
}

static mcrm_job *job_of(mcrm_id id) {
  store_tx tx = begin(false);
  void *job = NULL;
  assert_ok(store_load(&tx, &model_job, id, &job));
  store_rollback(&tx);
  return job;
}

/* ---- work to be done: an effect that can be counted ---- */

/* One more notification. */
static int leave_a_mark(jobs_run *run) {
  mcrm_id id;
  int code = store_mint(run->tx, &id);
  if (code) return code;
  return store_run(run->tx,
                   "INSERT INTO notification (id, created_at, updated_at, version, kind) VALUES ($1, 0, 0, 1, 'mark')",
                   store_int(id));
}

static int64_t marks(void) { return number("SELECT COUNT(*) FROM notification"); }

static int fail_after_the_mark(jobs_run *run) {
  int code = leave_a_mark(run);
  return code ? code : error_set(run->error, MCRM_UNAVAILABLE, NULL, "host.down", "the host is down");
}

static const jobs_kind mark = {"mark", 0, NULL, leave_a_mark, NULL, 0, NULL};
static const jobs_kind failing = {"failing", 0, NULL, fail_after_the_mark, NULL, 0, NULL};

static unsigned run(const jobs_kind *kind) {
  unsigned ran = 0;
  error_clear(&f.error);
  assert_ok(jobs_run_due(f.store, kind, 1, NULL, &f.error, &ran, NULL));
  return ran;
}

/* ---- in the transaction ---- */

START_TEST(a_job_is_there_with_its_transaction_or_not_at_all) {
  store_tx tx = begin(true);
  assert_ok(jobs_enqueue(&tx, "mark", NULL, 0, NULL));
  store_rollback(&tx);
  ck_assert_uint_eq(run(&mark), 0);
  mcrm_id id = enqueue("mark", 0);
  ck_assert_uint_eq(run(&mark), 1);
  ck_assert_uint_eq(run(&mark), 0);
  ck_assert_int_eq(marks(), 1);
  ck_assert_str_eq(job_of(id)->state, "done");
}
END_TEST

START_TEST(nothing_runs_before_its_time) {
  enqueue("mark", f.now + 5000);
  mcrm_time next;
  assert_ok(jobs_next(f.store, &mark, 1, &f.error, &next));
  ck_assert_int_eq(next, f.now + 5000);
  ck_assert_uint_eq(run(&mark), 0);
  f.now += 5000;
  ck_assert_uint_eq(run(&mark), 1);
}
END_TEST

START_TEST(what_a_worker_does_not_know_it_leaves_to_others) {
  mcrm_id id = enqueue("of.a.newer.version", 0);
  ck_assert_uint_eq(run(&mark), 0);
  ck_assert_str_eq(job_of(id)->state, "waiting");
}
END_TEST

/* ---- failing ---- */

START_TEST(a_failed_run_leaves_no_effect_and_comes_back_later_each_time) {
  mcrm_id id = enqueue("failing", 0);
  int64_t expected = 2000;
  for (int i = 1; i <= 11; i++) {
    ck_assert_uint_eq(run(&failing), 0);
    mcrm_job *job = job_of(id);
    ck_assert_str_eq(job->state, "waiting");
    ck_assert_int_eq(job->failures, i);
    ck_assert_int_ge(job->run_at - f.now, expected * 8 / 10);
    ck_assert_int_le(job->run_at - f.now, expected * 12 / 10);
    f.now = job->run_at;
    expected = expected * 2 > JOBS_BACKOFF_MOST ? JOBS_BACKOFF_MOST : expected * 2;
  }
  run(&failing);
  mcrm_job *job = job_of(id);
  ck_assert_str_eq(job->state, "dead");
  ck_assert_int_eq(job->attempt, 12);
  ck_assert_str_eq(job->error, "unavailable: the host is down");
  ck_assert_int_eq(marks(), 0);
  f.now += 100 * (int64_t)JOBS_BACKOFF_MOST;
  ck_assert_uint_eq(run(&failing), 0);
  ck_assert_int_eq(job_of(id)->attempt, 12);
}
END_TEST

START_TEST(one_that_fails_does_not_stop_the_others) {
  const jobs_kind kinds[] = {failing, mark};
  enqueue("failing", 0);
  enqueue("mark", 0);
  unsigned ran, failed;
  assert_ok(jobs_run_due(f.store, kinds, 2, NULL, &f.error, &ran, &failed));
  ck_assert_uint_eq(ran, 1);
  ck_assert_uint_eq(failed, 1);
}
END_TEST

/* ---- leases ---- */

static jobs_claimed claim_of(const jobs_kind *kinds, size_t count) {
  jobs_claimed claimed;
  error_clear(&f.error);
  assert_ok(jobs_claim(f.store, f.arena, kinds, count, &f.error, &claimed));
  return claimed;
}

static mcrm_job *claim(void) {
  jobs_claimed claimed = claim_of(&mark, 1);
  ck_assert_uint_le(claimed.count, 1);
  return claimed.count ? claimed.at[0] : NULL;
}

/* The end of a run whose job had been claimed before: its effect, and the completion. */
static int finish(const mcrm_job *job) {
  store_tx tx = begin(true);
  jobs_run late = {.store = f.store, .job = job, .tx = &tx, .arena = f.arena, .error = &f.error};
  int code = leave_a_mark(&late);
  if (!code) code = jobs_complete(&tx, job);
  if (!code) return store_commit(&tx);
  store_rollback(&tx);
  return code;
}

START_TEST(a_claimed_job_is_nobody_elses_until_its_lease_ends) {
  enqueue("mark", 0);
  mcrm_job *mine = claim();
  ck_assert_ptr_nonnull(mine);
  ck_assert_int_eq(mine->attempt, 1);
  f.now += JOBS_LEASE - 1;
  ck_assert_ptr_null(claim());
  f.now += 1;
  mcrm_job *theirs = claim();
  ck_assert_ptr_nonnull(theirs);
  ck_assert_int_eq(theirs->attempt, 2);
}
END_TEST

START_TEST(quick_ones_are_claimed_together_each_with_its_own_attempt) {
  for (int i = 0; i < JOBS_TOGETHER + 3; i++) enqueue("mark", f.now - i);
  jobs_claimed first = claim_of(&mark, 1), rest = claim_of(&mark, 1);
  ck_assert_uint_eq(first.count, JOBS_TOGETHER);
  ck_assert_uint_eq(rest.count, 3);
  ck_assert_uint_eq(claim_of(&mark, 1).count, 0);
  for (size_t i = 0; i < first.count; i++) {
    mcrm_job *stored = job_of(first.at[i]->id);
    ck_assert_int_eq(stored->attempt, 1);
    ck_assert_int_eq(first.at[i]->attempt, 1);
    ck_assert_int_eq(stored->lease_until, first.at[i]->lease_until);
    ck_assert_int_eq(stored->failures, 0);
    if (i) ck_assert_int_ge(first.at[i]->run_at, first.at[i - 1]->run_at);
  }
  for (size_t i = 0; i < rest.count; i++) assert_ok(finish(rest.at[i]));
  ck_assert_int_eq(marks(), 3);
  ck_assert_int_eq(number("SELECT COUNT(*) FROM job WHERE state = 'running'"), JOBS_TOGETHER);
}
END_TEST

START_TEST(those_of_a_worker_that_died_come_back_one_by_one) {
  for (int i = 0; i < 3; i++) enqueue("mark", f.now - i);
  jobs_claimed lost = claim_of(&mark, 1);
  ck_assert_uint_eq(lost.count, 3);
  f.now += JOBS_LEASE;
  enqueue("mark", f.now - JOBS_LEASE * 2);
  ck_assert_uint_eq(claim_of(&mark, 1).count, 1); /* the oldest, which waits: no other waits with it */
  for (int i = 0; i < 3; i++) {
    jobs_claimed again = claim_of(&mark, 1);
    ck_assert_uint_eq(again.count, 1);
    ck_assert_int_eq(again.at[0]->attempt, 2);
    ck_assert_int_eq(again.at[0]->failures, 1);
    assert_ok(finish(again.at[0]));
  }
  for (size_t i = 0; i < lost.count; i++) ck_assert_int_eq(finish(lost.at[i]), MCRM_CONFLICT);
  ck_assert_int_eq(marks(), 3);
}
END_TEST

static int ask_somebody(jobs_run *run) {
  (void)run;
  return MCRM_OK;
}

START_TEST(one_that_asks_others_is_claimed_alone) {
  const jobs_kind kinds[] = {{.name = "mark", .effect = leave_a_mark}, {.name = "slow", .prepare = ask_somebody}};
  enqueue("slow", f.now - 9);
  for (int i = 0; i < 4; i++) enqueue("mark", f.now - 8 + i);
  enqueue("slow", f.now - 1);
  ck_assert_uint_eq(claim_of(kinds, 2).count, 1);
  ck_assert_uint_eq(claim_of(kinds, 2).count, 4);
  ck_assert_uint_eq(claim_of(kinds, 2).count, 1);
  ck_assert_uint_eq(claim_of(kinds, 2).count, 0);
}
END_TEST

START_TEST(whoever_stalled_past_the_lease_leaves_no_effect) {
  enqueue("mark", 0);
  mcrm_job *stalled = claim();
  f.now += JOBS_LEASE;
  mcrm_job *second = claim();
  assert_ok(finish(second));
  ck_assert_int_eq(marks(), 1);
  ck_assert_int_eq(finish(stalled), MCRM_CONFLICT);
  ck_assert_int_eq(marks(), 1);
  ck_assert_str_eq(job_of(second->id)->state, "done");
}
END_TEST

START_TEST(a_stalled_run_cannot_finish_what_somebody_else_is_at) {
  enqueue("mark", 0);
  mcrm_job *stalled = claim();
  f.now += JOBS_LEASE;
  mcrm_job *second = claim();
  ck_assert_int_eq(finish(stalled), MCRM_CONFLICT);
  mcrm_error why = {.code = MCRM_IO};
  jobs_run late = {.store = f.store, .job = stalled, .arena = f.arena};
  ck_assert_int_eq(jobs_fail(&late, &mark, &why, &f.error), MCRM_CONFLICT);
  ck_assert_str_eq(job_of(second->id)->state, "running");
  assert_ok(finish(second));
  ck_assert_int_eq(marks(), 1);
}
END_TEST

START_TEST(a_periodic_job_is_fenced_as_well) {
  const jobs_kind every = {"mark", 60000, NULL, leave_a_mark, NULL, 0, NULL};
  assert_ok(jobs_schedule(f.store, &every, 1, &f.error));
  mcrm_job *stalled = claim();
  f.now += JOBS_LEASE;
  assert_ok(finish(claim()));
  f.now += 60000;
  mcrm_job *third = claim();
  ck_assert_int_eq(third->attempt, 3);
  ck_assert_int_eq(finish(stalled), MCRM_CONFLICT);
  assert_ok(finish(third));
  ck_assert_int_eq(marks(), 2);
}
END_TEST

START_TEST(renewing_prolongs_the_lease_while_it_is_held) {
  enqueue("mark", 0);
  mcrm_job *mine = claim();
  jobs_run slow = {.store = f.store, .job = mine, .arena = f.arena, .error = &f.error};
  f.now += JOBS_LEASE - 1;
  assert_ok(jobs_renew(&slow));
  f.now += JOBS_LEASE - 1;
  ck_assert_ptr_null(claim());
  f.now += 1;
  ck_assert_ptr_nonnull(claim());
  ck_assert_int_eq(jobs_renew(&slow), MCRM_CONFLICT);
}
END_TEST

/* What is told of failures is kept as notifications, in the transaction that books the failure. */
static int told, told_dead;

static int tell(jobs_run *run, const mcrm_error *why, bool dead) {
  told++;
  told_dead += dead;
  ck_assert_int_ne(why->code, MCRM_OK);
  return leave_a_mark(run);
}

static int tell_in_vain(jobs_run *run, const mcrm_error *why, bool dead) {
  int code = tell(run, why, dead);
  return code ? code : error_set(run->error, MCRM_NOT_FOUND, NULL, "gone", "nobody is there to be told");
}

START_TEST(a_job_that_kills_its_worker_is_given_up_in_the_end) {
  const jobs_kind deadly = {"mark", 0, NULL, leave_a_mark, tell, 0, NULL};
  mcrm_id id = enqueue("mark", 0);
  told = told_dead = 0;
  for (int i = 0; i < JOBS_FAILURES; i++) {
    ck_assert_ptr_nonnull(claim()); /* and die */
    f.now += JOBS_LEASE;
  }
  ck_assert_uint_eq(run(&deadly), 0); /* it is not run once more */
  ck_assert_str_eq(job_of(id)->state, "dead");
  ck_assert_ptr_nonnull(strstr(job_of(id)->error, "lease"));
  ck_assert_int_eq(told_dead, 1);
  ck_assert_int_eq(marks(), 1);
}
END_TEST

/* An outage of a day is no reason to give up, and its end is noticed by all that wait. */
START_TEST(a_patient_job_is_tried_until_it_is_old) {
  const jobs_kind patient = {"mark", 0, NULL, fail_after_the_mark, tell, INT64_C(86400000), NULL};
  mcrm_id id = enqueue("mark", 0);
  const mcrm_time born = f.now;
  int tries = 0;
  for (; strcmp(job_of(id)->state, "dead") && tries < 100; tries++) {
    ck_assert_uint_eq(run(&patient), 0);
    if (tries > 12) ck_assert_int_le(job_of(id)->run_at - f.now, JOBS_BACKOFF_MOST * 12 / 10);
    if (tries == 20) { /* a worker that dies meanwhile costs an hour and not the job */
      f.now = job_of(id)->run_at;
      ck_assert_ptr_nonnull(claim());
      f.now += JOBS_LEASE;
      ck_assert_uint_eq(run(&patient), 0);
      ck_assert_str_eq(job_of(id)->state, "waiting");
    }
    if (strcmp(job_of(id)->state, "dead")) f.now = job_of(id)->run_at;
  }
  ck_assert_int_ge(f.now - born, 86400000);
  ck_assert_int_gt(tries, 30);
  ck_assert_int_lt(tries, 50);
}
END_TEST

START_TEST(what_waits_after_a_failure_is_woken) {
  const jobs_kind hourly = {"failing", 0, NULL, fail_after_the_mark, NULL, INT64_C(86400000), NULL};
  mcrm_id tried = enqueue("failing", 0), later = enqueue("failing", f.now + 50000000);
  for (int i = 0; i < 13; i++) {
    run(&hourly);
    f.now = job_of(tried)->run_at;
  }
  run(&hourly);
  ck_assert_int_gt(job_of(tried)->run_at, f.now + 60000);
  mcrm_time planned = job_of(later)->run_at;
  store_tx tx = begin(true);
  assert_ok(jobs_wake(&tx, "failing"));
  assert_ok(store_commit(&tx));
  ck_assert_int_le(job_of(tried)->run_at, f.now);
  ck_assert_int_eq(job_of(later)->run_at, planned); /* it has not been tried yet */
}
END_TEST

START_TEST(each_failure_is_told_and_the_last_one_as_the_last) {
  const jobs_kind telling = {"failing", 0, NULL, fail_after_the_mark, tell, 0, NULL};
  mcrm_id id = enqueue("failing", 0);
  told = told_dead = 0;
  for (int i = 1; i <= JOBS_FAILURES; i++) {
    ck_assert_uint_eq(run(&telling), 0);
    ck_assert_int_eq(told, i);
    ck_assert_int_eq(told_dead, i == JOBS_FAILURES);
    ck_assert_int_eq(marks(), i); /* the effect's own mark is undone, the telling stays */
    f.now = job_of(id)->run_at;
  }
  ck_assert_str_eq(job_of(id)->state, "dead");
}
END_TEST

START_TEST(telling_in_vain_does_not_keep_the_failure_from_being_booked) {
  const jobs_kind telling = {"failing", 0, NULL, fail_after_the_mark, tell_in_vain, 0, NULL};
  mcrm_id id = enqueue("failing", 0);
  ck_assert_uint_eq(run(&telling), 0);
  ck_assert_int_eq(job_of(id)->failures, 1);
  ck_assert_str_eq(job_of(id)->error, "unavailable: the host is down");
  ck_assert_int_eq(marks(), 0);
}
END_TEST

static int give_up(jobs_run *run) {
  run->hopeless = true;
  return error_set(run->error, MCRM_INVALID, NULL, "bad", "it will never work");
}

START_TEST(what_is_hopeless_is_not_tried_again_until_somebody_says_so) {
  const jobs_kind hopeless = {"failing", 0, give_up, NULL, tell, 0, NULL};
  bool any;
  mcrm_id id = enqueue("failing", 0);
  told_dead = 0;
  ck_assert_uint_eq(run(&hopeless), 0);
  ck_assert_str_eq(job_of(id)->state, "dead");
  ck_assert_int_eq(told_dead, 1);
  store_tx tx = begin(true);
  assert_ok(jobs_revive(&tx, "failing", "{\"rep\":1}", &any));
  ck_assert(any);
  assert_ok(store_commit(&tx));
  ck_assert_str_eq(job_of(id)->state, "waiting");
  ck_assert_int_eq(job_of(id)->failures, 0);
  tx = begin(true);
  assert_ok(jobs_drop(&tx, "failing", "{\"rep\":1}"));
  assert_ok(store_commit(&tx));
  ck_assert_int_eq(number("SELECT COUNT(*) FROM job"), 0);
}
END_TEST

/* ---- periodic ---- */

START_TEST(a_periodic_job_has_one_row_and_runs_once_a_period) {
  const jobs_kind every = {"mark", 60000, NULL, leave_a_mark, NULL, 0, NULL};
  for (int i = 0; i < 3; i++) assert_ok(jobs_schedule(f.store, &every, 1, &f.error));
  ck_assert_int_eq(number("SELECT COUNT(*) FROM job"), 1);
  ck_assert_uint_eq(run(&every), 1);
  ck_assert_uint_eq(run(&every), 0);
  f.now += 10 * 60000; /* nobody was there: what was missed is not made up for */
  ck_assert_uint_eq(run(&every), 1);
  ck_assert_uint_eq(run(&every), 0);
}
END_TEST

START_TEST(a_changed_period_is_taken_over) {
  const jobs_kind minute = {"mark", 60000, NULL, leave_a_mark, NULL, 0, NULL},
                  hour = {"mark", 3600000, NULL, leave_a_mark, NULL, 0, NULL};
  assert_ok(jobs_schedule(f.store, &minute, 1, &f.error));
  assert_ok(jobs_schedule(f.store, &hour, 1, &f.error));
  ck_assert_int_eq(number("SELECT every_ms FROM job"), 3600000);
  ck_assert_int_eq(number("SELECT COUNT(*) FROM job"), 1);
  ck_assert_uint_eq(run(&hour), 1); /* due in an hour; then it is to be every minute */
  assert_ok(jobs_schedule(f.store, &minute, 1, &f.error));
  f.now += 60000;
  ck_assert_uint_eq(run(&minute), 1);
}
END_TEST

START_TEST(a_periodic_job_is_never_given_up) {
  const jobs_kind every = {"failing", 60000, NULL, fail_after_the_mark, NULL, 0, NULL};
  assert_ok(jobs_schedule(f.store, &every, 1, &f.error));
  for (int i = 0; i < 30; i++) {
    run(&every);
    f.now += 61000 * 12 / 10;
  }
  ck_assert_int_eq(number("SELECT COUNT(*) FROM job WHERE state = 'waiting'"), 1);
  ck_assert_int_ge(number("SELECT failures FROM job"), 29);
}
END_TEST

/* ---- several workers ---- */

static void *worker(void *unused) {
  (void)unused;
  mcrm_error error = {0};
  return jobs_run_due(f.store, &mark, 1, NULL, &error, NULL, NULL) ? "failed" : NULL;
}

START_TEST(several_workers_do_each_job_once) {
  for (int i = 0; i < 60; i++) enqueue("mark", 0);
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, worker, NULL), 0);
  for (int i = 0; i < 4; i++) {
    void *failed;
    pthread_join(threads[i], &failed);
    ck_assert_ptr_null(failed);
  }
  ck_assert_int_eq(marks(), 60);
  ck_assert_int_eq(number("SELECT COUNT(*) FROM job WHERE state = 'done' AND attempt = 1"), 60);
}
END_TEST

/* ---- prepared outside of the transaction ---- */

static int ask(jobs_run *run) {
  ck_assert_ptr_null(run->tx);
  run->prepared = arena_text(run->arena, "answer");
  return MCRM_OK;
}

static int use(jobs_run *run) {
  ck_assert_str_eq(run->prepared, "answer");
  ck_assert_str_eq(run->job->payload, "{\"rep\":1}");
  return leave_a_mark(run);
}

START_TEST(what_is_slow_is_prepared_before_the_transaction) {
  const jobs_kind slow = {"mark", 0, ask, use, NULL, 0, NULL};
  enqueue("mark", 0);
  ck_assert_uint_eq(run(&slow), 1);
  ck_assert_int_eq(marks(), 1);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {a_job_is_there_with_its_transaction_or_not_at_all,
                                nothing_runs_before_its_time,
                                what_a_worker_does_not_know_it_leaves_to_others,
                                a_failed_run_leaves_no_effect_and_comes_back_later_each_time,
                                one_that_fails_does_not_stop_the_others,
                                a_claimed_job_is_nobody_elses_until_its_lease_ends,
                                quick_ones_are_claimed_together_each_with_its_own_attempt,
                                those_of_a_worker_that_died_come_back_one_by_one,
                                one_that_asks_others_is_claimed_alone,
                                whoever_stalled_past_the_lease_leaves_no_effect,
                                a_stalled_run_cannot_finish_what_somebody_else_is_at,
                                a_periodic_job_is_fenced_as_well,
                                renewing_prolongs_the_lease_while_it_is_held,
                                a_job_that_kills_its_worker_is_given_up_in_the_end,
                                a_patient_job_is_tried_until_it_is_old,
                                what_waits_after_a_failure_is_woken,
                                each_failure_is_told_and_the_last_one_as_the_last,
                                telling_in_vain_does_not_keep_the_failure_from_being_booked,
                                what_is_hopeless_is_not_tried_again_until_somebody_says_so,
                                a_periodic_job_has_one_row_and_runs_once_a_period,
                                a_changed_period_is_taken_over,
                                a_periodic_job_is_never_given_up,
                                several_workers_do_each_job_once,
                                what_is_slow_is_prepared_before_the_transaction};
  Suite *s = suite_create("jobs");
  TCase *c = tcase_create("queue");
  tcase_add_checked_fixture(c, open_queue, close_queue);
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) tcase_add_test(c, tests[i]);
  suite_add_tcase(s, c);
  SRunner *runner = srunner_create(s);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
