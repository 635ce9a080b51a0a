/* Calling or writing to a rep in one step: the link, and the draft of the conversation whose clock runs. */
#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <string.h>
#include <text/entity.h>

#include "rep.h"

static int none(crm_call *call, const char *message, const char *what) {
  return error_set(call->tx->error, MCRM_INVALID, "channel", message, "channel: the representative has no %s", what);
}

static int call_link(crm_call *call, const mcrm_rep *rep, mcrm_contact_link *out) {
  char display[TEXT_PHONE_SIZE];
  if (!rep->phones.count) return none(call, "rep.no_phone", "phone number");
  text_phone_display(rep->phones.at[0], display);
  MCRM_SET(out, url, arena_print(call->tx->arena, "tel:%s", rep->phones.at[0]));
  MCRM_SET(out, display, arena_text(call->tx->arena, display));
  return MCRM_OK;
}

/* Numeric ids have no page on t.me; the app opens them. */
static int telegram_link(crm_call *call, const mcrm_rep *rep, mcrm_contact_link *out) {
  arena *a = call->tx->arena;
  const char *name = rep->telegram;
  if (!name || !name[0]) return none(call, "rep.no_telegram", "Telegram name");
  bool numeric = !name[strspn(name, "0123456789")];
  MCRM_SET(out, url, numeric ? arena_print(a, "tg://user?id=%s", name) : arena_print(a, "https://t.me/%s", name));
  MCRM_SET(out, display, numeric ? name : arena_print(a, "@%s", name));
  return MCRM_OK;
}

/* The task that this is for gives the conversation its subject. */
static int subject_of(crm_call *call, const mcrm_contact *in, const char **out) {
  void *found;
  *out = NULL;
  if (!in->task_id) return MCRM_OK;
  int code = access_load(call->tx, call->actor, &model_task, in->task_id, "task.read", &found);
  if (code == MCRM_NOT_FOUND) memcpy(call->tx->error->field, "task_id", sizeof "task_id");
  if (code) return code;
  const mcrm_task *task = found;
  if (task->rep_id && task->rep_id != in->id)
    return error_set(call->tx->error, MCRM_INVALID, "task_id", "task.other_rep",
                     "task_id: the task is about another rep");
  *out = task->title;
  return MCRM_OK;
}

static int draft(crm_call *call, const mcrm_contact *in, const char *subject, mcrm_contact_link *out) {
  mcrm_interaction given = {.size = sizeof given};
  mcrm_interaction *made = arena_alloc(call->tx->arena, sizeof *made);
  if (!made) return error_no_memory(call->tx->error);
  made->size = sizeof *made;
  MCRM_SET(&given, state, "draft");
  MCRM_SET(&given, rep_id, in->id);
  MCRM_SET(&given, type, in->channel);
  MCRM_SET(&given, direction, "out");
  if (in->purpose) MCRM_SET(&given, purpose, in->purpose);
  if (subject) MCRM_SET(&given, subject, subject);
  MCRM_SET(&given, started_at, call->tx->now);
  int code = interaction_log(call, &given, made);
  if (!code) MCRM_SET(out, interaction, made);
  return code;
}

int rep_contact(crm_call *call, const void *input, void *output) {
  const mcrm_contact *in = input;
  mcrm_contact_link *out = output;
  mcrm_rep *rep;
  const char *subject;
  int code = rep_load(call, in->id, &rep);
  if (!code) code = rep_overlay(call, &rep, 1);
  if (!code) code = !strcmp(in->channel, "call") ? call_link(call, rep, out) : telegram_link(call, rep, out);
  if (!code) code = subject_of(call, in, &subject);
  if (!code && arena_failed(call->tx->arena)) code = error_no_memory(call->tx->error);
  return code ? code : draft(call, in, subject, out);
}
