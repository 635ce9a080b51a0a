/* What is done with tasks beside changing them: completing with what comes of it, snoozing, passing on, many at
 * once. */
#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <model/validate.h>
#include <stdio.h>
#include <string.h>

#include "ids.h"
#include "task.h"

static int load(crm_call *call, mcrm_id id, mcrm_task **out) {
  void *task = NULL;
  int code = access_load_for(call->tx, call->actor, &model_task, id, "task.read", "task.write", &task);
  *out = task;
  return code;
}

static int check_active(crm_call *call, const mcrm_task *task) {
  if (task_active(task) && !task->archived_at) return MCRM_OK;
  return error_set(call->tx->error, MCRM_CONFLICT, "status", "task.closed", "task %lld is %s", (long long)task->id,
                   task->archived_at ? "archived" : task->status);
}

/* ---- complete ---- */

/* The conversation that the task was about; one with an id is the draft that was opened for it. */
static int log_interaction(crm_call *call, const mcrm_task *task, const mcrm_interaction *given,
                           const mcrm_interaction **out) {
  mcrm_interaction *logged = arena_alloc(call->tx->arena, sizeof *logged);
  if (!logged) return error_no_memory(call->tx->error);
  mcrm_interaction interaction = *given;
  bool draft = MCRM_HAS(&interaction, id) && interaction.id;
  if (!draft) {
    if (!interaction.rep_id) MCRM_SET(&interaction, rep_id, task->rep_id);
    if (!interaction.user_id) MCRM_SET(&interaction, user_id, task->assignee_id);
  } else if (!MCRM_HAS(&interaction, state)) {
    MCRM_SET(&interaction, state, "final");
  }
  logged->size = sizeof *logged;
  int code = model_validate(&model_interaction, &interaction, draft ? MODEL_UPDATE : MODEL_CREATE, call->tx->error);
  if (!code)
    code = draft ? interaction_update(call, &interaction, logged) : interaction_log(call, &interaction, logged);
  if (code) error_within(call->tx->error, "interaction");
  *out = logged;
  return code;
}

static int make_following(crm_call *call, const mcrm_task *task, const mcrm_interaction *logged, const mcrm_task *given,
                          const mcrm_task **out) {
  mcrm_task following = *given, *made = NULL;
  if (!following.rep_id) MCRM_SET(&following, rep_id, task->rep_id);
  if (!following.assignee_id) MCRM_SET(&following, assignee_id, task->assignee_id);
  if (!following.interaction_id && logged) MCRM_SET(&following, interaction_id, logged->id);
  int code = model_validate(&model_task, &following, MODEL_CREATE, call->tx->error);
  if (!code) code = task_make(call, &following, "user", &made);
  if (code) error_within(call->tx->error, "next_task");
  *out = made;
  return code;
}

int task_complete(crm_call *call, const void *input, void *output) {
  const mcrm_task_completion *wanted = input;
  mcrm_task_completed *done = output;
  mcrm_task *before;
  task_outcome outcome = {0};
  mcrm_task change = {.size = sizeof change};
  MCRM_SET(&change, status, "done");
  if (MCRM_HAS(wanted, version)) MCRM_SET(&change, version, wanted->version);
  int code = load(call, wanted->id, &before);
  if (!code) code = check_active(call, before);
  if (!code) code = task_apply(call, before, &change, &outcome);
  if (!code && wanted->interaction) code = log_interaction(call, outcome.task, wanted->interaction, &done->interaction);
  done->next_task = outcome.next;
  if (!code && wanted->next_task)
    code = make_following(call, outcome.task, done->interaction, wanted->next_task, &done->next_task);
  if (code) return code;
  MCRM_SET(done, task, outcome.task);
  MCRM_SET(done, interaction, done->interaction);
  MCRM_SET(done, next_task, done->next_task);
  MCRM_SET(done, skipped, outcome.skipped);
  return MCRM_OK;
}

/* ---- one change to one task ---- */

static int check_until(crm_call *call, mcrm_time until) {
  if (until > call->tx->now) return MCRM_OK;
  return error_set(call->tx->error, MCRM_INVALID, "until", "task.until_past", "until: %lld is not in the future",
                   (long long)until);
}

/* Out of sight until then; then it reminds again. */
static int set_snooze(crm_call *call, mcrm_time until, mcrm_task *change) {
  MCRM_SET(change, snoozed_until, until);
  MCRM_SET(change, remind_at, until);
  return check_until(call, until);
}

static int apply_active(crm_call *call, const mcrm_task *before, const mcrm_task *change, mcrm_task **out) {
  task_outcome outcome = {0};
  int code = check_active(call, before);
  if (!code) code = task_apply(call, before, change, &outcome);
  *out = outcome.task;
  return code;
}

int task_snooze(crm_call *call, const void *input, void *output) {
  const mcrm_snooze *wanted = input;
  mcrm_task change = {.size = sizeof change}, *before, *after = NULL;
  if (MCRM_HAS(wanted, version)) MCRM_SET(&change, version, wanted->version);
  int code = load(call, wanted->id, &before);
  if (!code) code = set_snooze(call, wanted->until, &change);
  if (!code) code = apply_active(call, before, &change, &after);
  if (!code) *(mcrm_task *)output = *after;
  return code;
}

int task_reassign(crm_call *call, const void *input, void *output) {
  const mcrm_reassignment *wanted = input;
  mcrm_task change = {.size = sizeof change}, *before, *after = NULL;
  if (MCRM_HAS(wanted, version)) MCRM_SET(&change, version, wanted->version);
  MCRM_SET(&change, assignee_id, wanted->assignee_id);
  int code = load(call, wanted->id, &before);
  if (!code) code = apply_active(call, before, &change, &after);
  if (!code) *(mcrm_task *)output = *after;
  return code;
}

/* ---- one action on many ---- */

static int bulk_change(crm_call *call, const mcrm_bulk *bulk, mcrm_task *change) {
  store_tx *tx = call->tx;
  if (!strcmp(bulk->action, "complete")) {
    MCRM_SET(change, status, "done");
  } else if (!strcmp(bulk->action, "cancel")) {
    MCRM_SET(change, status, "cancelled");
  } else if (!strcmp(bulk->action, "reassign")) {
    if (!bulk->assignee_id)
      return error_set(tx->error, MCRM_INVALID, "assignee_id", "field.required", "reassign needs an assignee_id");
    MCRM_SET(change, assignee_id, bulk->assignee_id);
  } else if (!strcmp(bulk->action, "snooze")) {
    if (!bulk->until) return error_set(tx->error, MCRM_INVALID, "until", "field.required", "snooze needs an until");
    return set_snooze(call, bulk->until, change);
  } else if (!strcmp(bulk->action, "priority")) {
    if (!bulk->priority)
      return error_set(tx->error, MCRM_INVALID, "priority", "field.required", "priority needs a priority");
    MCRM_SET(change, priority, bulk->priority);
  } else {
    MCRM_SET(change, archived_at, tx->now);
  }
  return MCRM_OK;
}

/* What went wrong with one of them: ids[3].status, "task 123: …". */
static int name_culprit(crm_call *call, int code, size_t index, const char *id) {
  mcrm_error *error = call->tx->error;
  char field[32], detail[sizeof error->detail];
  snprintf(field, sizeof field, "ids[%zu]", index);
  if (code == MCRM_NO_MEMORY) return code;
  if (!strcmp(error->field, "id") || !error->field[0])
    snprintf(error->field, sizeof error->field, "%s", field);
  else
    error_within(error, field);
  snprintf(detail, sizeof detail, "%s", error->detail);
  snprintf(error->detail, sizeof error->detail, "task %.20s: %.200s", id, detail);
  return code;
}

static int check_repeats(crm_call *call, mcrm_texts texts, const mcrm_id *ids) {
  for (size_t i = 0; i < texts.count; i++)
    for (size_t j = 0; j < i; j++)
      if (ids[i] == ids[j])
        return name_culprit(call, error_set(call->tx->error, MCRM_INVALID, "id", "id.repeated", "named twice"), i,
                            texts.at[i]);
  return MCRM_OK;
}

/* What is closed can still be archived. */
static int bulk_one(crm_call *call, mcrm_id id, const mcrm_task *change, mcrm_task **out) {
  mcrm_task *before;
  task_outcome outcome = {0};
  int code = load(call, id, &before);
  if (code || !MCRM_HAS(change, archived_at)) return code ? code : apply_active(call, before, change, out);
  if (!before->archived_at) code = task_apply(call, before, change, &outcome);
  *out = outcome.task ? outcome.task : before;
  return code;
}

int task_bulk(crm_call *call, const void *input, void *output) {
  const mcrm_bulk *bulk = input;
  mcrm_bulk_done *done = output;
  size_t count = bulk->ids.count;
  mcrm_task change = {.size = sizeof change};
  mcrm_id *ids = arena_array(call->tx->arena, count, sizeof *ids);
  mcrm_task **after = arena_array(call->tx->arena, count, sizeof *after);
  if (!ids || !after) return error_no_memory(call->tx->error);
  int code = bulk_change(call, bulk, &change);
  for (size_t i = 0; i < count && !code; i++)
    if (!id_read(bulk->ids.at[i], &ids[i]))
      code = name_culprit(call, error_set(call->tx->error, MCRM_INVALID, "id", "field.type", "not an id"), i,
                          bulk->ids.at[i]);
  if (!code) code = check_repeats(call, bulk->ids, ids);
  for (size_t i = 0; i < count && !code; i++)
    if ((code = bulk_one(call, ids[i], &change, &after[i]))) name_culprit(call, code, i, bulk->ids.at[i]);
  if (code) return code;
  done->items = (mcrm_task_array){(const mcrm_task *const *)after, count};
  done->present |= MCRM_BIT_OF(done, items);
  return MCRM_OK;
}
