/* What other nouns may do with tasks, and what the files of this noun share. */
#ifndef CRM_TASK_H
#define CRM_TASK_H

#include <crm/call.h>
#include <marfacrm/task.h>

/* Makes a task from what was given: checks whom it may be given to and what it refers to, fills in the defaults,
 * stores it and its derived fields. source: user | ai | recurrence | cadence | import. */
int task_make(crm_call *call, const mcrm_task *wanted, const char *source, mcrm_task **out);

/* task.create for a row of a file. */
crm_operation task_import;

/* Derived fields: overdue, score and reasons. */
int task_fill(crm_call *call, mcrm_task *task);
int task_fill_all(crm_call *call, mcrm_task *const *tasks, size_t count);

bool task_active(const mcrm_task *task); /* open or in progress */
/* Active, and past due: a day's task once that day is over in the zone. */
bool task_overdue(const mcrm_task *task, mcrm_time now, const zone *z);

/* ---- shared by task*.c ---- */

/* Stores the present fields of `change` over `before`, with what follows from them: the reminder from the due time,
 * completed_at from the status, and the next of the recurrence where it is closed (*next, else NULL). The actor's
 * right to `before` has been checked. */
typedef struct task_outcome {
  mcrm_task *task, *next;
  int64_t skipped;
} task_outcome;
int task_apply(crm_call *call, const mcrm_task *before, const mcrm_task *change, task_outcome *out);

/* Checks what is given in a task that is made (before NULL) or changed, and settles what follows (task_settle.c). */
int task_settle(crm_call *call, const mcrm_task *before, mcrm_task *change);

/* The rule, as it stands in a task, or MCRM_INVALID (field "recurrence"). */
int task_repeat_check(crm_call *call, const char *rule, mcrm_time due_at);
/* The next due time after the task's that is not over yet. *due 0: the series has ended. */
typedef struct task_repeat {
  mcrm_time due;
  const char *rule; /* of the next task: pinned to the day the series began on, counted down */
  int64_t skipped;
} task_repeat;
int task_repeat_next(crm_call *call, const mcrm_task *task, task_repeat *out);

#endif
