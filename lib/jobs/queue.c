/* The rows of the queue. They are bookkeeping of the library's own work and stand outside of the journal; what a
 * job changes is journalled like every other change. */
#include <jobs/queue.h>

#include <base/error.h>
#include <model/entities.h>
#include <stdio.h>
#include <store/record.h>
#include <string.h>

enum { KINDS_MOST = 32, REASON_MOST = 320 };
static const store_origin system_origin = {.gate = "local", .operation = "job"};

/* ---- in ---- */

static int insert(store_tx *tx, const char *kind, const char *payload, mcrm_time run_at, int64_t every_ms,
                  mcrm_id *out) {
  static const char sql[] =
      "INSERT INTO job (id, created_at, updated_at, version, kind, state, payload, run_at, every_ms, attempt, "
      "failures, trace) VALUES ($1, $2, $2, 1, $3, 'waiting', $4, $5, $6, 0, 0, $7) ON CONFLICT DO NOTHING";
  mcrm_id id;
  int code = store_mint(tx, &id);
  if (code) return code;
  const store_value values[] = {store_int(id),
                                store_int(tx->now),
                                store_text(kind),
                                store_text(payload),
                                store_int(run_at ? run_at : tx->now),
                                store_int(every_ms),
                                store_text(tx->origin.trace)};
  if (out) *out = id;
  if (every_ms) return store_post_with(tx, sql, values, 7); /* it may be there already */
  return store_expect_with(tx, &store_id_taken, sql, values, 7);
}

int jobs_enqueue(store_tx *tx, const char *kind, const char *payload, mcrm_time run_at, mcrm_id *id) {
  return insert(tx, kind, payload, run_at, 0, id);
}

static int missing(store_tx *tx, const jobs_kind *kinds, size_t count, bool *any) {
  *any = false;
  for (size_t i = 0; i < count && !*any; i++) {
    int64_t every = 0;
    if (!kinds[i].every_ms) continue;
    int code = store_number(tx, &every, 0, "SELECT every_ms FROM job WHERE kind = $1 AND every_ms > 0",
                            store_text(kinds[i].name));
    if (code) return code;
    *any = every != kinds[i].every_ms;
  }
  return MCRM_OK;
}

static int schedule(store_tx *tx, const jobs_kind *kind) {
  int code = insert(tx, kind->name, NULL, 0, kind->every_ms, NULL);
  if (code) return code;
  /* a pause that became shorter does not wait for the end of the long one */
  return store_post(tx,
                    "UPDATE job SET every_ms = $1, run_at = CASE WHEN run_at > $3 THEN $3 ELSE run_at END "
                    "WHERE kind = $2 AND every_ms > 0 AND every_ms <> $1",
                    store_int(kind->every_ms), store_text(kind->name), store_int(tx->now + kind->every_ms));
}

int jobs_schedule(store *s, const jobs_kind *kinds, size_t count, mcrm_error *error) {
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  store_tx tx;
  bool any = false;
  int code = store_begin(s, a, error, false, 0, &system_origin, &tx);
  if (!code) {
    code = missing(&tx, kinds, count, &any);
    store_rollback(&tx);
  }
  if (!code && any && !(code = store_begin(s, a, error, true, 0, &system_origin, &tx))) {
    for (size_t i = 0; i < count && !code; i++)
      if (kinds[i].every_ms) code = schedule(&tx, &kinds[i]);
    if (!code)
      code = store_commit(&tx);
    else
      store_rollback(&tx);
  }
  arena_free(a);
  return code;
}

/* ---- what is due ---- */

/* Waiting and due, or left behind by whoever had claimed it; of these kinds, the longest due first. A lease longer than
 * any is of a clock that was wrong: it ends at once, or the job would wait for that day. */
static void where_due(store_select *s, const jobs_kind *kinds, size_t count, mcrm_time due) {
  const char *names[KINDS_MOST];
  size_t known = count < KINDS_MOST ? count : KINDS_MOST;
  for (size_t i = 0; i < known; i++) names[i] = kinds[i].name;
  if (due)
    store_where(s,
                "(state = 'waiting' AND run_at <= ?) OR (state = 'running' AND (lease_until <= ? OR lease_until > ?))",
                store_int(due), store_int(due), store_int(due + 2 * JOBS_LEASE));
  else
    store_where_plain(s, "state IN ('waiting', 'running')");
  store_where_in(s, "kind", (mcrm_texts){names, known});
  store_order(s, "CASE state WHEN 'running' THEN lease_until ELSE run_at END, id");
}

/* due: 0 = whenever. A writer takes hold of what it finds; what another worker is just claiming is passed over. */
static int find(store_tx *tx, const jobs_kind *kinds, size_t count, mcrm_time due, size_t most, jobs_claimed *out) {
  store_select s;
  model_records found;
  store_select_begin(&s, tx, &model_job);
  where_due(&s, kinds, count, due);
  store_limit(&s, (int64_t)most);
  if (tx->write) store_hold(&s);
  int code = store_select_end(&s, &found);
  out->count = code ? 0 : found.count;
  for (size_t i = 0; i < out->count; i++) out->at[i] = (mcrm_job *)(uintptr_t)found.at[i];
  return code;
}

/* Looking is a reader's: writers are not held up by a queue in which nothing is due. */
static int look(store *s, arena *a, const jobs_kind *kinds, size_t count, bool now_only, mcrm_error *error,
                mcrm_job **out) {
  store_tx tx;
  jobs_claimed first = {0};
  *out = NULL;
  int code = store_begin(s, a, error, false, 0, &system_origin, &tx);
  if (code) return code;
  mcrm_time now = 0;
  if (now_only) code = store_shared_now(&tx, &now);
  if (!code) code = find(&tx, kinds, count, now, 1, &first);
  if (first.count) *out = first.at[0];
  store_rollback(&tx);
  return code;
}

int jobs_next(store *s, const jobs_kind *kinds, size_t count, mcrm_error *error, mcrm_time *out) {
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  mcrm_job *job;
  int code = look(s, a, kinds, count, false, error, &job);
  *out = code || !job ? 0 : !strcmp(job->state, "running") ? job->lease_until : job->run_at;
  arena_free(a);
  return code;
}

/* ---- claimed ---- */

const char jobs_left[] = "the worker did not come back before its lease ended";

static bool is_left_behind(const mcrm_job *job) { return !strcmp(job->state, "running"); }

static bool is_slow(const jobs_kind *kinds, size_t count, const mcrm_job *job) {
  for (size_t i = 0; i < count; i++)
    if (!strcmp(kinds[i].name, job->kind)) return kinds[i].prepare != NULL;
  return true;
}

/* Together go those that wait and are quick. One that takes its time would let the leases of the others run out, and
 * one that was left behind may be what its worker died of: those go alone. */
static void keep_together(jobs_claimed *c, const jobs_kind *kinds, size_t count) {
  size_t kept = 0;
  if (c->count && (is_left_behind(c->at[0]) || is_slow(kinds, count, c->at[0]))) {
    c->count = 1;
    return;
  }
  for (size_t i = 0; i < c->count; i++)
    if (!is_left_behind(c->at[i]) && !is_slow(kinds, count, c->at[i])) c->at[kept++] = c->at[i];
  c->count = kept;
}

/* One statement for all. It comes in two lengths, so that it stays prepared: the last one fills it up. */
static int take(store_tx *tx, jobs_claimed *c, mcrm_time now) {
  static const char claim[] =
      "UPDATE job SET attempt = attempt + 1, failures = failures + CASE state WHEN 'running' THEN 1 ELSE 0 END, "
      "error = CASE state WHEN 'running' THEN $1 ELSE error END, state = 'running', lease_until = $2, updated_at = $3, "
      "version = version + 1 WHERE id IN ";
  store_value values[3 + JOBS_TOGETHER] = {store_text(jobs_left), store_int(now + JOBS_LEASE), store_int(tx->now)};
  size_t places = c->count == 1 ? 1 : JOBS_TOGETHER;
  buffer sql;
  buffer_init(&sql, 4096);
  buffer_text(&sql, claim);
  for (size_t i = 0; i < places; i++) {
    mcrm_job *job = c->at[i < c->count ? i : c->count - 1];
    values[3 + i] = store_int(job->id);
    buffer_print(&sql, "%s$%zu", i ? ", " : "(", i + 4);
  }
  buffer_byte(&sql, ')');
  int code = sql.failed ? error_no_memory(tx->error) : store_post_with(tx, sql.bytes, values, 3 + places);
  buffer_free(&sql);
  return code;
}

/* What the statement made of them. */
static void note(jobs_claimed *c, mcrm_time now) {
  for (size_t i = 0; i < c->count; i++) {
    mcrm_job *job = c->at[i];
    bool left_behind = is_left_behind(job);
    if (left_behind) job->error = jobs_left; /* whoever had it until now has failed without a word */
    job->failures += left_behind;
    job->attempt++;
    job->lease_until = now + JOBS_LEASE;
    job->state = "running";
  }
}

int jobs_claim(store *s, arena *a, const jobs_kind *kinds, size_t count, mcrm_error *error, jobs_claimed *out) {
  mcrm_job *any;
  int code = look(s, a, kinds, count, true, error, &any);
  out->count = 0;
  if (code || !any) return code;
  store_tx tx;
  if ((code = store_begin(s, a, error, true, 0, &system_origin, &tx))) return code;
  mcrm_time now = 0;
  code = store_shared_now(&tx, &now);
  if (!code) code = find(&tx, kinds, count, now, JOBS_TOGETHER, out); /* another worker may have been faster */
  keep_together(out, kinds, count);
  if (!code && out->count && !(code = take(&tx, out, now))) code = store_commit(&tx);
  store_rollback(&tx);
  if (code) out->count = 0;
  note(out, now);
  return code;
}

/* The job is no longer claimed by this attempt. */
static const store_refusal overtaken = {MCRM_CONFLICT, "attempt", "job.lost", "the attempt was overtaken"};

int jobs_renew(jobs_run *run) {
  store_tx tx;
  int code = store_begin(run->store, run->arena, run->error, true, 0, &system_origin, &tx);
  if (code) return code;
  mcrm_time now;
  code = store_shared_now(&tx, &now);
  if (!code)
    code = store_expect(&tx, &overtaken,
                        "UPDATE job SET lease_until = $1 WHERE id = $2 AND attempt = $3 AND state = 'running'",
                        store_int(now + JOBS_LEASE), store_int(run->job->id), store_int(run->job->attempt));
  if (!code) return store_commit(&tx);
  store_rollback(&tx);
  return code;
}

int jobs_complete(store_tx *tx, const mcrm_job *job) {
  return store_expect(tx, &overtaken,
                      "UPDATE job SET state = $1, run_at = $2, lease_until = NULL, error = NULL, failures = 0, "
                      "updated_at = $3, version = version + 1 WHERE id = $4 AND attempt = $5 AND state = 'running'",
                      store_text(job->every_ms ? "waiting" : "done"), store_int(tx->now + job->every_ms),
                      store_int(tx->now), store_int(job->id), store_int(job->attempt));
}

/* min(2^n, 3600) seconds ± 20 %, so that what failed together does not come back together. */
static int64_t backoff(int64_t failures, mcrm_id noise) {
  int64_t pause = failures >= 12 ? JOBS_BACKOFF_MOST : (INT64_C(1) << failures) * 1000;
  if (pause > JOBS_BACKOFF_MOST) pause = JOBS_BACKOFF_MOST;
  uint64_t mixed = (uint64_t)noise * UINT64_C(0x9E3779B97F4A7C15);
  return pause * (int64_t)(800 + (mixed >> 32) % 401) / 1000;
}

static int put_back(store_tx *tx, const jobs_kind *kind, const mcrm_job *job, bool hopeless, const char *reason,
                    bool *dead) {
  int64_t failures = job->failures + 1;
  bool tired = failures >= JOBS_FAILURES && tx->now - job->created_at >= kind->patient_ms;
  *dead = !job->every_ms && (hopeless || tired);
  int64_t pause = backoff(failures, job->id + job->attempt);
  if (job->every_ms && pause > job->every_ms) pause = job->every_ms;
  return store_expect(tx, &overtaken,
                      "UPDATE job SET state = $1, run_at = $2, lease_until = NULL, error = $3, failures = $4, "
                      "updated_at = $5, version = version + 1 WHERE id = $6 AND attempt = $7 AND state = 'running'",
                      store_text(*dead ? "dead" : "waiting"), store_int(tx->now + pause), store_text(reason),
                      store_int(failures), store_int(tx->now), store_int(job->id), store_int(job->attempt));
}

/* What is told of a failure must not keep the failure from being booked. */
static int tell(jobs_run *run, const jobs_kind *kind, store_tx *tx, const mcrm_error *why, bool dead) {
  if (!kind->failed) return MCRM_OK;
  int code = store_savepoint(tx);
  if (code) return code;
  run->tx = tx;
  run->error = tx->error;
  code = kind->failed(run, why, dead);
  run->tx = NULL;
  if (!code) code = store_savepoint_release(tx);
  if (!code) return MCRM_OK;
  store_savepoint_rollback(tx);
  error_clear(tx->error);
  return MCRM_OK;
}

int jobs_fail(jobs_run *run, const jobs_kind *kind, const mcrm_error *why, mcrm_error *error) {
  char reason[REASON_MOST];
  bool dead;
  snprintf(reason, sizeof reason, "%s: %s", mcrm_code_name(why->code), why->detail[0] ? why->detail : why->message);
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  store_tx tx;
  const store_origin origin = {.gate = "local", .operation = kind->name};
  int code = store_begin(run->store, a, error, true, 0, &origin, &tx);
  if (!code) {
    code = put_back(&tx, kind, run->job, run->hopeless, reason, &dead);
    if (!code) code = tell(run, kind, &tx, why, dead);
    if (!code)
      code = store_commit(&tx);
    else
      store_rollback(&tx);
  }
  arena_free(a);
  return code;
}

int jobs_revive(store_tx *tx, const char *kind, const char *payload, bool *any) {
  int code = store_run(tx,
                       "UPDATE job SET state = 'waiting', run_at = $1, failures = 0, updated_at = $1, "
                       "version = version + 1 WHERE kind = $2 AND payload = $3 AND state IN ('waiting', 'dead')",
                       store_int(tx->now), store_text(kind), store_text(payload));
  *any = !code && store_changed(tx) > 0;
  return code;
}

int jobs_wake(store_tx *tx, const char *kind) {
  return store_post(tx,
                    "UPDATE job SET run_at = $1, updated_at = $1, version = version + 1 "
                    "WHERE kind = $2 AND state = 'waiting' AND failures > 0 AND run_at > $1",
                    store_int(tx->now), store_text(kind));
}

int jobs_drop(store_tx *tx, const char *kind, const char *payload) {
  return store_post(tx, "DELETE FROM job WHERE kind = $1 AND payload = $2 AND state IN ('waiting', 'dead')",
                    store_text(kind), store_text(payload));
}

int jobs_forget(store_tx *tx, mcrm_time before) {
  return store_post(tx, "DELETE FROM job WHERE state = 'done' AND run_at < $1", store_int(before));
}
