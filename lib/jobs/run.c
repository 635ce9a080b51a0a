#include <base/clock.h>
#include <base/error.h>
#include <jobs/queue.h>
#include <string.h>

/* A worker comes home after so many jobs, so that a job that enqueues itself cannot keep it for ever. */
enum { RUN_MOST = 1000 };

static const jobs_kind *kind_of(const jobs_kind *kinds, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++)
    if (!strcmp(kinds[i].name, name)) return &kinds[i];
  return NULL;
}

/* Effect and completion are one transaction: both or neither. */
static int commit_effect(jobs_run *run, const jobs_kind *kind) {
  const store_origin origin = {.gate = "local", .operation = kind->name, .trace = run->job->trace};
  store_tx tx;
  int code = store_begin(run->store, run->arena, run->error, true, 0, &origin, &tx);
  if (code) return code;
  run->tx = &tx;
  if (kind->effect) code = kind->effect(run);
  if (!code) code = jobs_complete(&tx, run->job);
  if (!code) code = store_commit(&tx);
  store_rollback(&tx);
  run->tx = NULL;
  return code;
}

/* One that whoever claimed it never came back from, time and again, is not tried once more; a patient one not now. */
static int given_up(const mcrm_job *job, mcrm_error *why) {
  if (job->every_ms || job->failures < JOBS_FAILURES || job->error != jobs_left) return MCRM_OK;
  return error_set(why, MCRM_UNAVAILABLE, NULL, "job.left", "%s", jobs_left);
}

/* *failed: the run did not work; the code is of the queue. */
static int run_one(store *s, arena *a, const mcrm_job *job, const jobs_kind *kind, void *context, mcrm_error *error,
                   bool *failed) {
  mcrm_error why = {0};
  jobs_run run = {.store = s, .job = job, .arena = a, .error = &why, .context = context};
  int code = given_up(job, &why);
  if (!code && kind->prepare) code = kind->prepare(&run);
  if (!code) code = commit_effect(&run, kind);
  *failed = code != MCRM_OK;
  if (!code) return MCRM_OK;
  if (kind->undone) kind->undone(&run);
  if (!why.code) error_set(&why, code, NULL, "job.failed", "%s failed without a reason", kind->name);
  code = jobs_fail(&run, kind, &why, error);
  if (code != MCRM_CONFLICT) return code;
  error_clear(error); /* overtaken: whoever has it now sees to it */
  return MCRM_OK;
}

/* The lease of one that waited long for its turn is made new; where somebody else has it by now it is theirs. */
static bool still_claimed(store *s, arena *a, const mcrm_job *job, int64_t since) {
  mcrm_error why = {0};
  jobs_run run = {.store = s, .job = job, .arena = a, .error = &why};
  return clock_monotonic() - since < JOBS_LEASE / 3 * INT64_C(1000000) || !jobs_renew(&run);
}

typedef struct tally {
  unsigned worked, not_worked;
} tally;

/* Each with its effect in a transaction of its own. */
static int run_claimed(store *s, arena *a, const jobs_claimed *claimed, const jobs_kind *kinds, size_t count,
                       void *context, mcrm_error *error, tally *t) {
  int64_t since = clock_monotonic();
  int code = MCRM_OK;
  for (size_t i = 0; i < claimed->count && !code; i++) {
    const mcrm_job *job = claimed->at[i];
    bool wrong = false;
    arena_reset(a);
    if (!still_claimed(s, a, job, since)) continue;
    code = run_one(s, a, job, kind_of(kinds, count, job->kind), context, error, &wrong);
    t->worked += !wrong;
    t->not_worked += wrong;
  }
  return code;
}

int jobs_run_due(store *s, const jobs_kind *kinds, size_t count, void *context, mcrm_error *error, unsigned *ran,
                 unsigned *failed) {
  tally t = {0};
  arena *queue = arena_new(0), *one = arena_new(0);
  int code = queue && one ? MCRM_OK : error_no_memory(error);
  while (!code && t.worked + t.not_worked < RUN_MOST) {
    jobs_claimed claimed;
    arena_reset(queue);
    code = jobs_claim(s, queue, kinds, count, error, &claimed);
    if (code || !claimed.count) break;
    code = run_claimed(s, one, &claimed, kinds, count, context, error, &t);
  }
  arena_free(queue);
  arena_free(one);
  if (ran) *ran = t.worked;
  if (failed) *failed = t.not_worked;
  return code;
}
