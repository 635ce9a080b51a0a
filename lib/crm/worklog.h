/* The parts of the day's work that worklog.c puts together. */
#ifndef CRM_WORKLOG_H
#define CRM_WORKLOG_H

#include <crm/call.h>
#include <marfacrm/report.h>

#include "score.h"

typedef enum worklog_group {
  WORKLOG_OVERDUE,
  WORKLOG_TODAY,
  WORKLOG_FOLLOW_UPS,
  WORKLOG_LATER,
  WORKLOG_GROUPS
} worklog_group;

/* One candidate, as little of it as the order needs. */
typedef struct worklog_entry {
  mcrm_id id; /* of the task; of the conversation where it is a follow-up */
  mcrm_id rep_id, interaction_id;
  score_subject subject;
  double points;
  worklog_group group;
} worklog_entry;

typedef struct worklog_entries {
  worklog_entry *at;
  size_t count, capacity;
} worklog_entries;

typedef struct worklog_plan {
  crm_call *call;
  mcrm_id user;
  mcrm_time day, tomorrow;
  int64_t limit; /* of each group */
  worklog_entries entries;
  score_reps reps;
} worklog_plan;

/* ---- worklog_entries.c: what there is to do, in order ---- */

int worklog_find(worklog_plan *plan);
/* Scores and sorts them: by group, most points first. */
int worklog_order(worklog_plan *plan);

/* ---- worklog_rows.c: what is shown of it ---- */

/* Records by their ids. */
typedef struct worklog_rows {
  mcrm_id *ids; /* sorted */
  const void **at;
  size_t count;
} worklog_rows;

const void *worklog_row(const worklog_rows *rows, mcrm_id id);
int worklog_tasks(crm_call *call, mcrm_id *ids, size_t count, worklog_rows *out);
/* Conversations as far as a follow-up shows them. */
int worklog_conversations(crm_call *call, mcrm_id *ids, size_t count, worklog_rows *out);
/* Reps as far as a row shows them: local rows, never the host. */
int worklog_reps(crm_call *call, mcrm_id *ids, size_t count, worklog_rows *out);

/* ---- worklog_alert.c: what must not be overlooked ---- */

enum { WORKLOG_ALERTS = 20 };

typedef struct worklog_alerts {
  mcrm_alert at[WORKLOG_ALERTS];
  size_t count;
} worklog_alerts;

/* Finds them; their texts are written when the reps' names are known. */
int worklog_alerts_find(const worklog_plan *plan, worklog_alerts *out);
int worklog_alerts_write(const worklog_plan *plan, const worklog_rows *reps, const worklog_rows *tasks,
                         worklog_alerts *alerts, mcrm_alert_array *out);

#endif
