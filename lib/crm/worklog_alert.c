/* What must not be overlooked: reps who were angry, conversations that were critical, promises that are late,
 * debts of those who are to be spoken to. */
#include <base/error.h>
#include <marfacrm/rep.h>
#include <model/entities.h>
#include <model/json.h>
#include <string.h>

#include "day.h"
#include "worklog.h"

enum { ALERT_DAYS = 3, CONVERSATIONS_MOST = 300, PROMISES_MOST = 5, DEBTS_MOST = 3 };
static const int64_t debt_alarming = 20000000; /* Toman */

static bool known(const worklog_alerts *alerts, const char *code, mcrm_id rep) {
  for (size_t i = 0; i < alerts->count; i++)
    if (alerts->at[i].rep_id == rep && !strcmp(alerts->at[i].code, code)) return true;
  return false;
}

static void add(worklog_alerts *alerts, const char *code, mcrm_id rep, mcrm_id interaction, mcrm_id task,
                mcrm_time at) {
  if (alerts->count == WORKLOG_ALERTS || known(alerts, code, rep)) return;
  mcrm_alert *alert = &alerts->at[alerts->count++];
  *alert = (mcrm_alert){.size = sizeof *alert};
  MCRM_SET(alert, code, code);
  MCRM_SET(alert, rep_id, rep);
  MCRM_SET(alert, interaction_id, interaction);
  MCRM_SET(alert, task_id, task);
  MCRM_SET(alert, at, at);
}

static bool is_angry(crm_call *call, store_value json, int *code) {
  static const char word[] = "\"angry\"";
  if (json.kind != STORE_TEXT || !memmem(json.text, json.length, word, sizeof word - 1)) return false;
  void *decoded = NULL;
  *code = model_decode(call->tx->arena, &model_sentiment, json.text, json.length, store_zone(call->tx->store),
                       call->tx->error, &decoded);
  if (*code) return false;
  const mcrm_sentiment *s = decoded;
  for (size_t i = 0; i < s->emotions.count; i++)
    if (!strcmp(s->emotions.at[i], "angry")) return s->score < 0;
  return false;
}

/* The person's conversations of the last days that were bad; what came after one with the same rep has answered
 * it. Which these are is told by one index. */
static int find_conversations(const worklog_plan *plan, worklog_alerts *out) {
  crm_call *call = plan->call;
  store_rows rows;
  store_query(
      call->tx, &rows,
      "SELECT i.id, i.rep_id, i.started_at, i.urgency, i.sentiment FROM (SELECT id, rep_id, started_at FROM "
      "interaction WHERE user_id = $1 AND started_at >= $2 AND state = 'final' AND archived_at IS NULL AND "
      "(urgency = 'critical' OR CAST(mood AS DOUBLE PRECISION) < 0) ORDER BY started_at DESC, id DESC LIMIT $3) "
      "c JOIN interaction i ON i.id = c.id WHERE NOT EXISTS (SELECT 1 FROM interaction n WHERE n.rep_id = "
      "c.rep_id AND n.started_at > c.started_at AND n.state = 'final') ORDER BY i.started_at DESC, i.id DESC",
      store_int(plan->user), store_int(day_from(plan->day, -ALERT_DAYS, store_zone(call->tx->store))),
      store_int(CONVERSATIONS_MOST));
  while (store_next(&rows)) {
    mcrm_id id = store_get_int(&rows, 0), rep = store_get_int(&rows, 1);
    mcrm_time at = store_get_int(&rows, 2);
    store_value urgency = store_get(&rows, 3);
    if (urgency.length == 8 && !memcmp(urgency.text, "critical", 8)) add(out, "urgent", rep, id, 0, at);
    int code = MCRM_OK;
    if (is_angry(call, store_get(&rows, 4), &code)) add(out, "angry", rep, id, 0, at);
    if (code) rows.code = code;
  }
  return store_end(&rows);
}

int worklog_alerts_find(const worklog_plan *plan, worklog_alerts *out) {
  out->count = 0;
  int code = find_conversations(plan, out);
  size_t promises = 0, debts = 0;
  for (size_t i = 0; i < plan->entries.count && !code; i++) {
    const worklog_entry *e = &plan->entries.at[i];
    const score_rep *rep = score_rep_find(&plan->reps, e->rep_id);
    if (e->group == WORKLOG_OVERDUE && e->interaction_id && e->rep_id && promises < PROMISES_MOST) {
      add(out, "promise_broken", e->rep_id, e->interaction_id, e->id, e->subject.due_at);
      promises++;
    }
    if (e->group != WORKLOG_LATER && rep && rep->debt >= debt_alarming && debts < DEBTS_MOST &&
        !known(out, "debt", e->rep_id)) {
      add(out, "debt", e->rep_id, 0, e->group == WORKLOG_FOLLOW_UPS ? 0 : e->id, plan->call->tx->now);
      debts++;
    }
  }
  return code;
}

int worklog_alerts_write(const worklog_plan *plan, const worklog_rows *reps, const worklog_rows *tasks,
                         worklog_alerts *alerts, mcrm_alert_array *out) {
  crm_call *call = plan->call;
  arena *a = call->tx->arena;
  const char *language = call->actor->language;
  const mcrm_alert **at = arena_array(a, alerts->count, sizeof *at);
  if (!at) return error_no_memory(call->tx->error);
  for (size_t i = 0; i < alerts->count; i++) {
    mcrm_alert *alert = &alerts->at[i];
    const mcrm_rep *rep = worklog_row(reps, alert->rep_id);
    const mcrm_task *task = worklog_row(tasks, alert->task_id);
    const score_rep *facts = score_rep_find(&plan->reps, alert->rep_id);
    message_values values = {.a = rep ? rep->name : ""};
    message_key key = MESSAGE_ALERT_ANGRY;
    if (!strcmp(alert->code, "promise_broken")) {
      key = MESSAGE_ALERT_PROMISE;
      values.b = task ? task->title : "";
    } else if (!strcmp(alert->code, "debt")) {
      key = MESSAGE_ALERT_DEBT;
      values.n = facts ? facts->debt : 0;
    } else {
      if (!strcmp(alert->code, "urgent")) key = MESSAGE_ALERT_URGENT;
      values.b = message_time(a, language, alert->at, false, store_zone(call->tx->store));
    }
    MCRM_SET(alert, text, message(a, language, key, values));
    if (!alert->text) return error_no_memory(call->tx->error);
    at[i] = alert;
  }
  *out = (mcrm_alert_array){at, alerts->count};
  return MCRM_OK;
}
