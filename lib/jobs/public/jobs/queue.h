/* Work that is done later, or again and again: rows that are enqueued in the transaction that needs them, claimed
 * by a lease, and completed in the transaction of their effect.
 *
 * What is promised: a job that was committed runs until it worked or has failed 12 times (a patient one: and is old
 * enough); then it is dead, with its reason. An effect is committed once, whoever runs, dies or stalls: each claim
 * raises `attempt`, and a completion counts only while the attempt is still the one that was claimed. Whoever stalls
 * past its lease finds at the end that the job is no longer its own, and its effect is undone. Times are the store's
 * clock; for leases the database's own, where it has one, so that workers on several machines agree. */
#ifndef JOBS_QUEUE_H
#define JOBS_QUEUE_H

#include <marfacrm/job.h>
#include <stdbool.h>
#include <store/store.h>

enum {
  JOBS_LEASE = 30 * 1000,         /* ms a claim holds unless it is renewed */
  JOBS_TOGETHER = 16,             /* claimed by one worker at once, at most */
  JOBS_FAILURES = 12,             /* then a job is dead; a periodic one goes on */
  JOBS_BACKOFF_MOST = 3600 * 1000 /* ms */
};

/* One claimed job as its function sees it. */
typedef struct jobs_run {
  store *store;
  const mcrm_job *job;
  store_tx *tx; /* of the effect; NULL while preparing */
  arena *arena; /* for this run only */
  mcrm_error *error;
  void *context;  /* the worker's */
  void *prepared; /* what `prepare` hands to `effect` */
  bool hopeless;  /* set by a step that fails: trying again is no use, the job is given up at once */
} jobs_run;

/* A kind of work. `prepare` runs outside of any transaction, for what is slow (asking another system): it may run
 * more often than its effect, and renews its lease. `effect` runs in the transaction that completes the job; on
 * failure all of it is undone. Either may be NULL. */
typedef struct jobs_kind {
  const char *name;
  int64_t every_ms; /* periodic: the pause after each run; 0 = only when enqueued */
  int (*prepare)(jobs_run *run);
  int (*effect)(jobs_run *run);
  /* Tells whoever waits for it: runs in the transaction that puts a failed run back or, where `dead`, gives the job
   * up. Where it fails itself, only its own part is undone. May be NULL. */
  int (*failed)(jobs_run *run, const mcrm_error *why, bool dead);
  int64_t patient_ms; /* an enqueued one is not given up before it is so old, but tried once an hour: for outages */
  /* Keeps what stands whatever became of the effect, such as money that was spent: runs outside of any transaction
   * where the effect was not committed. May be NULL. */
  void (*undone)(jobs_run *run);
} jobs_kind;

/* payload: JSON or NULL. run_at 0 = now. id may be NULL. Takes effect with the transaction. */
int jobs_enqueue(store_tx *tx, const char *kind, const char *payload, mcrm_time run_at, mcrm_id *id);
/* Makes the rows of the periodic kinds that have none yet, and takes over a changed period. */
int jobs_schedule(store *s, const jobs_kind *kinds, size_t count, mcrm_error *error);

/* The error of a job whose last worker never came back; a claimed one has this very pointer. */
extern const char jobs_left[];

typedef struct jobs_claimed {
  mcrm_job *at[JOBS_TOGETHER];
  size_t count;
} jobs_claimed;

/* Claims jobs of these kinds that are due, in one statement: as many as there are that wait and have no `prepare`; else
 * one. Each has a lease and an attempt of its own. count 0: there is none. */
int jobs_claim(store *s, arena *a, const jobs_kind *kinds, size_t count, mcrm_error *error, jobs_claimed *out);
/* Prolongs the lease from now on; MCRM_CONFLICT where the job is no longer this run's. */
int jobs_renew(jobs_run *run);
/* In the transaction of the effect: done, or the next run of a periodic one. MCRM_CONFLICT as above, perhaps only of its
 * commit. */
int jobs_complete(store_tx *tx, const mcrm_job *job);
/* Puts it back with the reason, later each time; or gives it up. MCRM_CONFLICT as above. */
int jobs_fail(jobs_run *run, const jobs_kind *kind, const mcrm_error *why, mcrm_error *error);
/* Waiting or given up, of this kind and with this payload: due now, with all tries before it. *any: there was one. */
int jobs_revive(store_tx *tx, const char *kind, const char *payload, bool *any);
/* Those of this kind that wait after a failure are due now: what kept them from working is over. */
int jobs_wake(store_tx *tx, const char *kind);
/* Forgets those that nobody has claimed. */
int jobs_drop(store_tx *tx, const char *kind, const char *payload);

/* Runs what is due until nothing is, each job once; a job that fails is put back and does not stop the others.
 * *ran: how many effects were committed; *failed: how many runs failed. Both may be NULL. Any number of workers at
 * once. The code is of the queue itself, not of the jobs. */
int jobs_run_due(store *s, const jobs_kind *kinds, size_t count, void *context, mcrm_error *error, unsigned *ran,
                 unsigned *failed);
/* When the next job of these kinds is due; 0 = there is none. */
int jobs_next(store *s, const jobs_kind *kinds, size_t count, mcrm_error *error, mcrm_time *out);
/* Forgets jobs that were done before a moment. */
int jobs_forget(store_tx *tx, mcrm_time before);

#endif
