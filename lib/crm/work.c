#include <crm/work.h>

#include <base/error.h>
#include <crm/operations.h>
#include <jobs/queue.h>
#include <model/entities.h>
#include <store/journal.h>
#include <string.h>

#include "page.h"
#include "reminder.h"
#include "rep.h"
#include "voice_note.h"

enum {
  EVERY_TWENTY_SECONDS = 20 * 1000,
  EVERY_MINUTE = 60 * 1000,
  EVERY_FIVE = 5 * EVERY_MINUTE,
  EVERY_QUARTER = 15 * EVERY_MINUTE,
  EVERY_HOUR = 60 * EVERY_MINUTE,
  EVERY_DAY = 24 * EVERY_HOUR,
  DONE_KEPT_DAYS = 7,
  PATIENCE = 7 * EVERY_DAY /* with a provider that is down, empty or blocked */
};

/* The system acts, with every right. */
static int as_system(jobs_run *run, int (*sweep)(crm_call *call, const void *prepared)) {
  const workplace *place = run->context;
  const access_actor system = {
      .username = "system", .role = "admin", .language = "fa", .gate = "local", .policy = place->policy};
  crm_call call = {.tx = run->tx, .actor = &system, .crm = place->crm};
  return sweep(&call, run->prepared);
}

static int give_reminders(crm_call *call, const void *nothing) {
  (void)nothing;
  return reminder_sweep(call);
}

static int remind(jobs_run *run) { return as_system(run, give_reminders); }

static int make_check_ins(crm_call *call, const void *nothing) {
  (void)nothing;
  return cadence_sweep(call);
}

static int check_in(jobs_run *run) { return as_system(run, make_check_ins); }

/* The host is asked outside of the transaction: it may take its time, and writers must not wait for it. */
static int ask_host(jobs_run *run) {
  const workplace *place = run->context;
  mcrm_rep_array *live = arena_alloc(run->arena, sizeof *live);
  if (!live) return error_no_memory(run->error);
  run->prepared = live;
  if (!place->crm->host) return MCRM_OK;
  return host_reps(place->crm->host, run->arena, (mcrm_texts){0}, store_now(run->store), run->error, live);
}

static int take_over(crm_call *call, const void *live) {
  int64_t changed;
  return call->crm->host ? rep_sync_with(call, live, true, &changed) : MCRM_OK;
}

static int sync_host(jobs_run *run) { return as_system(run, take_over); }

static int seal(jobs_run *run) {
  unsigned sealed;
  return store_seal(run->store, run->error, &sealed);
}

static int checkpoint(jobs_run *run) { return store_checkpoint(run->store, run->error); }

/* Forgets jobs that were done. */
static int tidy(jobs_run *run) {
  return jobs_forget(run->tx, run->tx->now - DONE_KEPT_DAYS * (int64_t)24 * EVERY_HOUR);
}

static const jobs_kind kinds[] = {
    {"task.remind", EVERY_MINUTE, NULL, remind, NULL, 0, NULL},
    {"rep.check_in", EVERY_QUARTER, NULL, check_in, NULL, 0, NULL},
    {"journal.seal", EVERY_FIVE, seal, NULL, NULL, 0, NULL},
    {"storage.checkpoint", EVERY_QUARTER, checkpoint, NULL, NULL, 0, NULL},
    {"job.tidy", EVERY_HOUR, NULL, tidy, NULL, 0, NULL},
    {voice_transcribe_kind, 0, voice_transcribe_prepare, voice_transcribe_effect, voice_work_failed, PATIENCE,
     voice_transcribe_undone},
    {voice_analyse_kind, 0, voice_analyse_prepare, voice_analyse_effect, voice_work_failed, PATIENCE,
     voice_analyse_undone},
    {voice_deepen_kind, 0, voice_deepen_prepare, voice_deepen_effect, NULL, PATIENCE, voice_analyse_undone},
    {voice_erase_kind, 0, NULL, voice_erase, NULL, 0, NULL},
    {"voice_note.resume", EVERY_FIVE, NULL, voice_resume, NULL, 0, NULL},
    {"voice_note.expire", EVERY_HOUR, NULL, voice_expire, NULL, 0, NULL},
    {"voice_note.sweep", EVERY_DAY, voice_sweep_prepare, NULL, NULL, 0, NULL},
    {"host.sync", EVERY_TWENTY_SECONDS, ask_host, sync_host, NULL, 0, NULL}, /* the last: see kinds_of */
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* As this instance is configured. A host whose data are elsewhere is looked at there. */
static size_t kinds_of(const crm *instance, jobs_kind out[KINDS]) {
  memcpy(out, kinds, sizeof kinds);
  if (instance->host_poll_ms) out[KINDS - 1].every_ms = instance->host_poll_ms;
  return KINDS - (size_t)instance->host_elsewhere;
}

int crm_work(const crm *instance, store *s, const access_policy *policy, unsigned *ran, mcrm_error *error) {
  workplace place = {instance, policy};
  jobs_kind mine[KINDS];
  size_t count = kinds_of(instance, mine);
  if (ran) *ran = 0;
  int code = jobs_schedule(s, mine, count, error);
  return code ? code : jobs_run_due(s, mine, count, &place, error, ran, NULL);
}

int crm_work_next(const crm *instance, store *s, mcrm_error *error, mcrm_time *at) {
  jobs_kind mine[KINDS];
  size_t count = kinds_of(instance, mine);
  return jobs_next(s, mine, count, error, at);
}

static int take_changes(const workplace *place, store *s, arena *a, int64_t *changed, mcrm_error *error) {
  const access_actor system = {
      .username = "system", .role = "admin", .language = "fa", .gate = "local", .policy = place->policy};
  mcrm_rep_array live;
  store_tx tx;
  int code = host_reps(place->crm->host, a, (mcrm_texts){0}, store_now(s), error, &live);
  if (!code) code = store_begin(s, a, error, true, 0, &(store_origin){.gate = "local", .operation = "host.sync"}, &tx);
  if (code) return code;
  crm_call call = {.tx = &tx, .actor = &system, .crm = place->crm};
  code = rep_sync_with(&call, &live, true, changed);
  if (!code) code = store_commit(&tx);
  store_rollback(&tx);
  return code;
}

int crm_host_changed(const crm *instance, store *s, const access_policy *policy, int64_t *changed, mcrm_error *error) {
  const workplace place = {instance, policy};
  *changed = 0;
  if (!instance->host || instance->host_elsewhere)
    return error_set(error, MCRM_UNSUPPORTED, "host", "unsupported", "no host is configured for this program");
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  int code = take_changes(&place, s, a, changed, error);
  arena_free(a);
  return code;
}

/* ---- the queue, for admins ---- */

int job_list(crm_call *call, const void *input, void *output) {
  const mcrm_job_filter *filter = input;
  mcrm_job_page *page = output;
  const char *next;
  store_select s;
  model_records found;
  store_select_begin(&s, call->tx, &model_job);
  if (filter->state) store_where(&s, "state = ?", store_text(filter->state));
  if (filter->kind) store_where(&s, "kind = ?", store_text(filter->kind));
  int code = page_select(call, &s, &(page_order){NULL, true}, filter->cursor, filter->limit, &found, &next);
  if (code) return code;
  MCRM_SET(page, items, ((mcrm_job_array){(const mcrm_job *const *)found.at, found.count}));
  MCRM_SET(page, next, next);
  return MCRM_OK;
}

/* What had been given up, or waits for its next try, is tried at once. */
int job_retry(crm_call *call, const void *input, void *output) {
  const mcrm_ref *ref = input;
  void *found, *after;
  int code = access_load(call->tx, call->actor, &model_job, ref->id, "job", &found);
  if (code) return code;
  const mcrm_job *job = found;
  if (strcmp(job->state, "dead") && strcmp(job->state, "waiting"))
    return error_set(call->tx->error, MCRM_CONFLICT, "state", "job.state", "job %lld is %s", (long long)job->id,
                     job->state);
  mcrm_job change = {.size = sizeof change};
  MCRM_SET(&change, state, "waiting");
  MCRM_SET(&change, run_at, call->tx->now);
  MCRM_SET(&change, failures, 0);
  if (MCRM_HAS(ref, version)) MCRM_SET(&change, version, ref->version);
  code = store_update(call->tx, &model_job, job, &change, &after);
  if (!code) *(mcrm_job *)output = *(const mcrm_job *)after;
  return code;
}
