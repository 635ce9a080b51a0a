/* Tasks: made, changed, read. Lists are in task_list.c, completing and passing on in task_step.c. */
#include "task.h"

#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <string.h>

#include "day.h"
#include "notification.h"
#include "score.h"

static bool same(const char *a, const char *b) { return a && b && !strcmp(a, b); }

bool task_active(const mcrm_task *task) { return same(task->status, "open") || same(task->status, "in_progress"); }

bool task_overdue(const mcrm_task *task, mcrm_time now, const zone *z) {
  if (!task_active(task) || !task->due_at) return false;
  return same(task->due_grain, "day") ? task->due_at < civil_midnight(now, z) : task->due_at < now;
}

/* ---- derived fields ---- */

int task_fill_all(crm_call *call, mcrm_task *const *tasks, size_t count) {
  mcrm_id *ids = arena_array(call->tx->arena, count, sizeof *ids);
  if (!ids) return error_no_memory(call->tx->error);
  for (size_t i = 0; i < count; i++) ids[i] = task_active(tasks[i]) ? tasks[i]->rep_id : 0;
  score_reps reps;
  int code = score_reps_load(call, ids, count, false, &reps);
  for (size_t i = 0; i < count && !code; i++) {
    mcrm_task *task = tasks[i];
    score_subject subject = {task->due_at, same(task->due_grain, "day"), task->interaction_id != 0, task->priority};
    score points = {0};
    if (task_active(task)) score_of(call, &subject, score_rep_find(&reps, task->rep_id), &points);
    code = score_reasons(call, &subject, &points, &task->reasons);
    MCRM_SET(task, reasons, task->reasons);
    MCRM_SET(task, score, points.points);
    MCRM_SET(task, overdue, task_overdue(task, call->tx->now, store_zone(call->tx->store)));
  }
  return code;
}

int task_fill(crm_call *call, mcrm_task *task) { return task_fill_all(call, &task, 1); }

/* ---- made ---- */

int task_make(crm_call *call, const mcrm_task *wanted, const char *source, mcrm_task **out) {
  mcrm_task *task = arena_alloc(call->tx->arena, sizeof *task);
  if (!task) return error_no_memory(call->tx->error);
  *task = *wanted;
  task->size = sizeof *task;
  task->id = 0; /* ids are minted here */
  MCRM_SET(task, source, source);
  int code = task_settle(call, NULL, task);
  if (!code) code = store_insert(call->tx, &model_task, task);
  if (!code && task->assignee_id != call->actor->user_id && task_active(task)) code = notification_assigned(call, task);
  if (!code) code = task_fill(call, task);
  *out = task;
  return code;
}

static int create(crm_call *call, const mcrm_task *wanted, const char *source, mcrm_task *out) {
  mcrm_task *task = NULL;
  int code = task_make(call, wanted, source, &task);
  if (!code) *out = *task;
  return code;
}

int task_create(crm_call *call, const void *input, void *output) { return create(call, input, "user", output); }

int task_import(crm_call *call, const void *input, void *output) { return create(call, input, "import", output); }

/* ---- changed ---- */

/* Whoever had it has it again, unless they have left: then it is the actor's. */
static int make_next(crm_call *call, const mcrm_task *closed, task_outcome *out) {
  task_repeat repeat;
  int64_t here = 0;
  int code = task_repeat_next(call, closed, &repeat);
  out->skipped = repeat.skipped;
  if (code || !repeat.due) return code;
  code =
      store_number(call->tx, &here, 0, "SELECT active FROM user_account WHERE id = $1", store_int(closed->assignee_id));
  if (code) return code;
  mcrm_todo *todos = arena_array(call->tx->arena, closed->checklist.count, sizeof *todos);
  const mcrm_todo **at = arena_array(call->tx->arena, closed->checklist.count, sizeof *at);
  if (!todos || !at) return error_no_memory(call->tx->error);
  for (size_t i = 0; i < closed->checklist.count; i++) {
    todos[i] = *closed->checklist.at[i];
    MCRM_SET(&todos[i], done, 0); /* the list starts anew */
    at[i] = &todos[i];
  }
  mcrm_task next = {.size = sizeof next};
  MCRM_SET(&next, title, closed->title);
  MCRM_SET(&next, description, closed->description);
  MCRM_SET(&next, rep_id, closed->rep_id);
  if (here) MCRM_SET(&next, assignee_id, closed->assignee_id);
  MCRM_SET(&next, priority, closed->priority);
  MCRM_SET(&next, due_at, repeat.due);
  MCRM_SET(&next, due_grain, closed->due_grain);
  MCRM_SET(&next, recurrence, repeat.rule);
  next.checklist = (mcrm_todo_array){at, closed->checklist.count};
  next.present |= MCRM_BIT_OF(&next, checklist);
  if (closed->remind_at && closed->due_at) /* the reminder keeps its distance */
    MCRM_SET(&next, remind_at, repeat.due + (closed->remind_at - closed->due_at));
  return task_make(call, &next, "recurrence", &out->next);
}

int task_apply(crm_call *call, const mcrm_task *before, const mcrm_task *wanted, task_outcome *out) {
  mcrm_task change = *wanted;
  void *after;
  int code = task_settle(call, before, &change);
  if (!code) code = store_update(call->tx, &model_task, before, &change, &after);
  if (code) return code;
  *out = (task_outcome){.task = after};
  if (task_active(before) && !task_active(out->task) && before->recurrence) code = make_next(call, out->task, out);
  if (!code && out->task->assignee_id != before->assignee_id && out->task->assignee_id != call->actor->user_id)
    code = notification_assigned(call, out->task);
  return code ? code : task_fill(call, out->task);
}

int task_update(crm_call *call, const void *input, void *output) {
  const mcrm_task *change = input;
  void *before;
  int code = access_load_for(call->tx, call->actor, &model_task, change->id, "task.read", "task.write", &before);
  task_outcome outcome;
  if (!code) code = task_apply(call, before, change, &outcome);
  if (!code) *(mcrm_task *)output = *outcome.task;
  return code;
}

int task_get(crm_call *call, const void *input, void *output) {
  const mcrm_ref *ref = input;
  void *task;
  int code = access_load(call->tx, call->actor, &model_task, ref->id, "task.read", &task);
  if (!code) code = task_fill(call, task);
  if (!code) *(mcrm_task *)output = *(mcrm_task *)task;
  return code;
}
