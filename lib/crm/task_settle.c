/* What a task must keep to, and what follows from what was given: whom it may be given to, what it refers to, its
 * due time's grain, its reminder, its course from open to done. */
#include <base/error.h>
#include <model/entities.h>
#include <string.h>

#include "day.h"
#include "rep.h"
#include "task.h"

enum { REMIND_HOUR = 6, REMIND_BEFORE = 15 * MS_PER_MINUTE };
static const mcrm_time last_time = INT64_C(7258118400000); /* the year 2200 */

static bool same(const char *a, const char *b) { return a && b && !strcmp(a, b); }

/* ---- whom and what it refers to ---- */

/* Out of reach and unknown are told apart only to those who reach everybody. */
static int check_assignee(crm_call *call, mcrm_id assignee) {
  store_tx *tx = call->tx;
  bool reached = assignee == call->actor->user_id;
  int code = reached ? MCRM_OK : access_reaches(tx, call->actor, "task.assign", assignee, &reached);
  if (code) return code;
  if (!reached)
    return error_set(tx->error, MCRM_DENIED, "assignee_id", "task.assignee_denied",
                     "%s may not give tasks to user %lld", call->actor->role, (long long)assignee);
  int64_t active = 0;
  code = store_number(tx, &active, 0, "SELECT active FROM user_account WHERE id = $1", store_int(assignee));
  if (code || active) return code;
  return error_set(tx->error, MCRM_INVALID, "assignee_id", "task.assignee_unknown", "there is no active user %lld",
                   (long long)assignee);
}

/* A conversation that the actor may read; what was agreed in it concerns its rep. */
static int check_interaction(crm_call *call, mcrm_id id, mcrm_task *change, bool take_rep) {
  store_rows rows;
  mcrm_id owner = 0, rep = 0;
  bool found = false, reached = false;
  int code = store_query(call->tx, &rows, "SELECT user_id, rep_id FROM interaction WHERE id = $1", store_int(id));
  if (!code && store_next(&rows)) {
    found = true;
    owner = store_get_int(&rows, 0);
    rep = store_get_int(&rows, 1);
  }
  code = store_end(&rows);
  if (!code && found) code = access_reaches(call->tx, call->actor, "interaction.read", owner, &reached);
  if (code) return code;
  if (!reached)
    return error_set(call->tx->error, MCRM_NOT_FOUND, "interaction_id", "interaction.unknown",
                     "there is no interaction %lld", (long long)id);
  if (take_rep) MCRM_SET(change, rep_id, rep);
  return MCRM_OK;
}

static int check_references(crm_call *call, const mcrm_task *before, mcrm_task *change) {
  int code = MCRM_OK;
  if (before && MCRM_HAS(change, assignee_id) && !change->assignee_id)
    return error_set(call->tx->error, MCRM_INVALID, "assignee_id", "field.required", "a task is always somebody's");
  if (MCRM_HAS(change, assignee_id) && change->assignee_id && (!before || change->assignee_id != before->assignee_id))
    code = check_assignee(call, change->assignee_id);
  if (!code && MCRM_HAS(change, rep_id) && change->rep_id) code = rep_expect(call, change->rep_id);
  if (!code && MCRM_HAS(change, interaction_id) && change->interaction_id)
    code = check_interaction(call, change->interaction_id, change, !before && !change->rep_id);
  return code;
}

/* ---- times ---- */

static int check_time(crm_call *call, const char *field, mcrm_time at) {
  if (at >= 0 && at < last_time) return MCRM_OK;
  return error_set(call->tx->error, MCRM_INVALID, field, "time.range", "%s: %lld is not a time between 1970 and 2200",
                   field, (long long)at);
}

static bool over(mcrm_time due, bool whole_day, mcrm_time now, const zone *z) {
  return whole_day ? due < civil_midnight(now, z) : due < now;
}

/* 06:00 of the day, or a quarter of an hour before the time; none for what is past already. */
static mcrm_time reminder(const crm_call *call, mcrm_time due, const char *grain) {
  const zone *z = store_zone(call->tx->store);
  bool whole_day = same(grain, "day");
  if (!due || over(due, whole_day, call->tx->now, z)) return 0;
  if (!whole_day) return due - REMIND_BEFORE;
  civil c = civil_at(due, z);
  c.hour = REMIND_HOUR;
  c.minute = c.second = c.millisecond = 0;
  return civil_instant(&c, z);
}

/* The reminder that the due time had made: was it left as it was made? */
static bool reminder_is_made(const crm_call *call, const mcrm_task *before) {
  if (!before || !before->remind_at) return true;
  crm_call then = *call;
  store_tx tx = *call->tx;
  tx.now = 0; /* as seen when it was not over yet */
  then.tx = &tx;
  return before->remind_at == reminder(&then, before->due_at, before->due_grain);
}

static int settle_due(crm_call *call, const mcrm_task *before, mcrm_task *change) {
  const zone *z = store_zone(call->tx->store);
  if (!MCRM_HAS(change, due_at) && !MCRM_HAS(change, due_grain)) return MCRM_OK;
  mcrm_time due = MCRM_HAS(change, due_at) ? change->due_at : before ? before->due_at : 0;
  int code = check_time(call, "due_at", due);
  if (code) return code;
  const char *grain = MCRM_HAS(change, due_grain) ? change->due_grain : NULL;
  if (!due) {
    if (grain)
      return error_set(call->tx->error, MCRM_INVALID, "due_grain", "task.grain_without_due",
                       "due_grain \"%s\" needs a due_at", grain);
  } else if (!grain) {
    grain = due == civil_midnight(due, z) ? "day" : "minute";
  } else if (same(grain, "day")) {
    due = civil_midnight(due, z);
  }
  MCRM_SET(change, due_at, due);
  MCRM_SET(change, due_grain, grain);
  return MCRM_OK;
}

static int settle_reminder(crm_call *call, const mcrm_task *before, mcrm_task *change) {
  if (MCRM_HAS(change, remind_at)) {
    int code = check_time(call, "remind_at", change->remind_at);
    if (code) return code;
  } else if (MCRM_HAS(change, due_at) && reminder_is_made(call, before)) {
    MCRM_SET(change, remind_at, reminder(call, change->due_at, change->due_grain));
  }
  if (before && MCRM_HAS(change, remind_at) && change->remind_at != before->remind_at) MCRM_SET(change, reminded_at, 0);
  return MCRM_OK;
}

static int settle_recurrence(crm_call *call, const mcrm_task *before, mcrm_task *change) {
  const char *rule = MCRM_HAS(change, recurrence) ? change->recurrence : before ? before->recurrence : NULL;
  mcrm_time due = MCRM_HAS(change, due_at) ? change->due_at : before ? before->due_at : 0;
  if (!rule || (!MCRM_HAS(change, recurrence) && !MCRM_HAS(change, due_at))) return MCRM_OK;
  if (!due)
    return error_set(call->tx->error, MCRM_INVALID, "recurrence", "task.recurrence_without_due",
                     "what recurs needs a due_at to count from");
  return task_repeat_check(call, rule, due);
}

/* ---- status ---- */

/* What may follow: whatever was closed is opened again before it is closed otherwise. */
static bool may_follow(const char *from, const char *to) {
  bool closed = same(from, "done") || same(from, "cancelled");
  return same(from, to) || !closed || same(to, "open");
}

static int settle_status(crm_call *call, const mcrm_task *before, mcrm_task *change) {
  if (!MCRM_HAS(change, status)) return MCRM_OK;
  if (!change->status)
    return error_set(call->tx->error, MCRM_INVALID, "status", "field.required", "a task needs a status");
  if (before && !may_follow(before->status, change->status))
    return error_set(call->tx->error, MCRM_CONFLICT, "status", "task.closed", "task %lld is %s and cannot become %s",
                     (long long)before->id, before->status, change->status);
  bool closed = same(change->status, "done") || same(change->status, "cancelled");
  if (before && same(before->status, change->status)) return MCRM_OK;
  MCRM_SET(change, completed_at, closed ? call->tx->now : 0);
  return MCRM_OK;
}

static void settle_defaults(crm_call *call, mcrm_task *task) {
  if (!task->assignee_id) MCRM_SET(task, assignee_id, call->actor->user_id);
  if (!task->status) MCRM_SET(task, status, "open");
  if (!task->priority) MCRM_SET(task, priority, "normal");
}

int task_settle(crm_call *call, const mcrm_task *before, mcrm_task *change) {
  if (!before)
    settle_defaults(call, change);
  else if (MCRM_HAS(change, priority) && !change->priority)
    MCRM_SET(change, priority, "normal");
  int code = check_references(call, before, change);
  if (!code && MCRM_HAS(change, snoozed_until)) code = check_time(call, "snoozed_until", change->snoozed_until);
  if (!code) code = settle_due(call, before, change);
  if (!code) code = settle_reminder(call, before, change);
  if (!code) code = settle_recurrence(call, before, change);
  if (!code) code = settle_status(call, before, change);
  return code;
}
