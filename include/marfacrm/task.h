/* marfacrm/task.h: what is to be done, by whom, until when. */
#ifndef MARFACRM_TASK_H
#define MARFACRM_TASK_H

#include <marfacrm/interaction.h>
#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mcrm_todo {
  MCRM_RECORD;
  const char *text;
  int64_t done;
} mcrm_todo;
MCRM_LIST(mcrm_todo);

/* Why something is where it is in an order: a code for programs, points, and a text in the actor's language. */
typedef struct mcrm_reason {
  MCRM_RECORD;
  const char *code; /* overdue | due_today | promise | angry | debt | silent | urgent | value | … */
  double points;
  const char *text;
} mcrm_reason;
MCRM_LIST(mcrm_reason);

typedef struct mcrm_task {
  MCRM_STORED;
  mcrm_id rep_id;
  mcrm_id interaction_id; /* the conversation it came from */
  mcrm_id assignee_id;    /* default: the actor */
  const char *title;
  const char *description;
  mcrm_time due_at;      /* an all-day due time is 00:00 Tehran of that day */
  const char *due_grain; /* day | minute */
  mcrm_time remind_at;   /* default: 06:00 Tehran of the due day, or 15 minutes before a time */
  mcrm_time snoozed_until;
  const char *status;     /* open | in_progress | done | cancelled */
  int64_t overdue;        /* derived: open, and past due (a day's task after that day) */
  const char *priority;   /* low | normal | high | urgent */
  const char *source;     /* user | ai | recurrence | cadence */
  const char *recurrence; /* RFC 5545/7529, e.g. FREQ=MONTHLY;RSCALE=PERSIAN;SKIP=BACKWARD */
  mcrm_todo_array checklist;
  mcrm_time completed_at;
  double score;              /* derived: in the work log's order */
  mcrm_reason_array reasons; /* derived: why */
  mcrm_time archived_at;
  mcrm_time reminded_at; /* when its reminder was given */
} mcrm_task;
MCRM_LIST(mcrm_task);

typedef struct mcrm_task_page {
  MCRM_RECORD;
  mcrm_task_array items;
  const char *next;
} mcrm_task_page;

typedef struct mcrm_task_filter {
  MCRM_RECORD;
  const char *status; /* open | in_progress | done | cancelled | overdue | active (open or in progress) */
  mcrm_id assignee_id;
  mcrm_id rep_id;
  mcrm_id interaction_id;
  const char *priority;
  mcrm_time due_after;
  mcrm_time due_before;
  int64_t archived;
  const char *sort; /* due_at (default) | -due_at | -created_at | -priority */
  const char *cursor;
  int64_t limit;
} mcrm_task_filter;

/* Completes a task and, in the same step, logs the conversation it was about and makes the task that follows.
 * What the nested records leave out is taken from the task: rep, assignee. */
typedef struct mcrm_task_completion {
  MCRM_RECORD;
  mcrm_id id;
  int64_t version;
  const mcrm_interaction *interaction;
  const mcrm_task *next_task;
} mcrm_task_completion;

typedef struct mcrm_task_completed {
  MCRM_RECORD;
  const mcrm_task *task;
  const mcrm_interaction *interaction;
  const mcrm_task *next_task; /* the one given, or the next of the recurrence */
  int64_t skipped;            /* occurrences of the recurrence that had passed and were left out */
} mcrm_task_completed;

typedef struct mcrm_snooze {
  MCRM_RECORD;
  mcrm_id id;
  int64_t version;
  mcrm_time until;
} mcrm_snooze;

typedef struct mcrm_reassignment {
  MCRM_RECORD;
  mcrm_id id;
  int64_t version;
  mcrm_id assignee_id;
} mcrm_reassignment;

/* One action on many tasks: all of them, or none. */
typedef struct mcrm_bulk {
  MCRM_RECORD;
  mcrm_texts ids;
  const char *action; /* complete | cancel | reassign | snooze | priority | archive */
  mcrm_id assignee_id;
  mcrm_time until;
  const char *priority;
} mcrm_bulk;

typedef struct mcrm_bulk_done {
  MCRM_RECORD;
  mcrm_task_array items;
} mcrm_bulk_done;

#ifdef __cplusplus
}
#endif
#endif
