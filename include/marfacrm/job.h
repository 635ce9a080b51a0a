/* marfacrm/job.h: slow and periodic work, durable: enqueued in the transaction that needs it, leased by whoever
 * runs it, retried with backoff, and kept with its reason where it cannot be done. */
#ifndef MARFACRM_JOB_H
#define MARFACRM_JOB_H

#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mcrm_job {
  MCRM_STORED;
  const char *kind;      /* task.remind | rep.check_in | host.sync | journal.seal | … */
  const char *state;     /* waiting | running | done | dead */
  const char *payload;   /* JSON, or NULL */
  mcrm_time run_at;      /* not before */
  int64_t every_ms;      /* periodic: the pause between two runs; 0 = once */
  int64_t attempt;       /* raised at each claim; also the fencing token */
  mcrm_time lease_until; /* whoever claimed it has until then */
  const char *error;     /* of the last failed attempt */
  int64_t failures;      /* attempts that failed since the last that worked; 12 = dead, unless it is periodic or patient */
  const char *trace;     /* of the request that wanted it; NULL = nobody's */
} mcrm_job;
MCRM_LIST(mcrm_job);

typedef struct mcrm_job_page {
  MCRM_RECORD;
  mcrm_job_array items;
  const char *next;
} mcrm_job_page;

typedef struct mcrm_job_filter {
  MCRM_RECORD;
  const char *state;
  const char *kind;
  const char *cursor;
  int64_t limit;
} mcrm_job_filter;

#ifdef __cplusplus
}
#endif
#endif
