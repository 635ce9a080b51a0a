/* The day: what to do now, and why in this order. */
#include "worklog.h"

#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <string.h>

#include "cursor.h"
#include "day.h"
#include "kpi.h"
#include "task.h"

/* What was chosen to be shown, with the records it is shown by. */
typedef struct choice {
  const worklog_entry *at[WORKLOG_GROUPS * PAGE_MOST];
  size_t count;
  worklog_rows tasks, reps, conversations;
} choice;

/* The first of each group. */
static void choose(const worklog_plan *plan, choice *c) {
  size_t shown[WORKLOG_GROUPS] = {0};
  for (size_t i = 0; i < plan->entries.count; i++) {
    const worklog_entry *e = &plan->entries.at[i];
    if (shown[e->group] == (size_t)plan->limit) continue;
    shown[e->group]++;
    c->at[c->count++] = e;
  }
}

static int load_rows(const worklog_plan *plan, choice *c, const worklog_alerts *alerts) {
  crm_call *call = plan->call;
  size_t most = c->count + alerts->count;
  mcrm_id *tasks = arena_array(call->tx->arena, most, sizeof *tasks);
  mcrm_id *reps = arena_array(call->tx->arena, most, sizeof *reps);
  mcrm_id *conversations = arena_array(call->tx->arena, most, sizeof *conversations);
  if (!tasks || !reps || !conversations) return error_no_memory(call->tx->error);
  size_t task_count = 0, rep_count = 0, conversation_count = 0;
  for (size_t i = 0; i < c->count; i++) {
    reps[rep_count++] = c->at[i]->rep_id;
    if (c->at[i]->group == WORKLOG_FOLLOW_UPS)
      conversations[conversation_count++] = c->at[i]->id;
    else
      tasks[task_count++] = c->at[i]->id;
  }
  for (size_t i = 0; i < alerts->count; i++) {
    reps[rep_count++] = alerts->at[i].rep_id;
    tasks[task_count++] = alerts->at[i].task_id;
  }
  int code = worklog_tasks(call, tasks, task_count, &c->tasks);
  if (!code) code = worklog_reps(call, reps, rep_count, &c->reps);
  if (!code) code = worklog_conversations(call, conversations, conversation_count, &c->conversations);
  return code;
}

static const char *channel_of(const mcrm_rep *rep) {
  if (!rep) return NULL;
  const char *preferred = rep->profile ? rep->profile->preferred_channel : NULL;
  bool writes = rep->telegram && rep->telegram[0];
  if (writes && (!rep->phones.count || (preferred && !strcmp(preferred, "telegram")))) return "telegram";
  return rep->phones.count ? "call" : NULL;
}

/* Why a follow-up is there comes first. */
static int follow_up_reason(crm_call *call, const mcrm_interaction *i, mcrm_reason_array *reasons) {
  arena *a = call->tx->arena;
  const mcrm_reason **at = arena_array(a, reasons->count + 1, sizeof *at);
  mcrm_reason *first = arena_alloc(a, sizeof *first);
  const char *day = message_time(a, call->actor->language, i->started_at, false, store_zone(call->tx->store));
  if (!at || !first || !day) return error_no_memory(call->tx->error);
  first->size = sizeof *first;
  MCRM_SET(first, code, "follow_up");
  MCRM_SET(first, points, 0);
  MCRM_SET(first, text, message(a, call->actor->language, MESSAGE_FOLLOW_UP, (message_values){.a = day}));
  if (!first->text) return error_no_memory(call->tx->error);
  at[0] = first;
  for (size_t k = 0; k < reasons->count; k++) at[k + 1] = reasons->at[k];
  *reasons = (mcrm_reason_array){at, reasons->count + 1};
  return MCRM_OK;
}

static int write_item(const worklog_plan *plan, const choice *c, const worklog_entry *e, mcrm_worklog_item *item) {
  crm_call *call = plan->call;
  score s;
  score_of(call, &e->subject, score_rep_find(&plan->reps, e->rep_id), &s);
  const mcrm_rep *rep = worklog_row(&c->reps, e->rep_id);
  bool follow_up = e->group == WORKLOG_FOLLOW_UPS;
  mcrm_task *task = follow_up ? NULL : (mcrm_task *)(uintptr_t)worklog_row(&c->tasks, e->id);
  const mcrm_interaction *conversation = follow_up ? worklog_row(&c->conversations, e->id) : NULL;
  int code = score_reasons(call, &e->subject, &s, &item->reasons);
  if (!code && conversation) code = follow_up_reason(call, conversation, &item->reasons);
  if (task) {
    MCRM_SET(task, overdue, task_overdue(task, call->tx->now, store_zone(call->tx->store)));
    MCRM_SET(task, score, s.points);
  }
  item->size = sizeof *item;
  MCRM_SET(item, task, task);
  MCRM_SET(item, rep, rep);
  MCRM_SET(item, score, s.points);
  MCRM_SET(item, reasons, item->reasons);
  MCRM_SET(item, channel, channel_of(rep));
  MCRM_SET(item, interaction, conversation);
  return code;
}

/* The items of each group stand one after the other in one array; they came sorted. */
static int write_groups(const worklog_plan *plan, const choice *c, mcrm_worklog *out) {
  arena *a = plan->call->tx->arena;
  mcrm_worklog_item *items = arena_array(a, c->count, sizeof *items);
  const mcrm_worklog_item **at = arena_array(a, c->count, sizeof *at);
  if (!items || !at) return error_no_memory(plan->call->tx->error);
  mcrm_worklog_item_array groups[WORKLOG_GROUPS] = {0};
  const mcrm_worklog_item *best = NULL;
  double most = 0;
  for (size_t i = 0; i < c->count; i++) {
    mcrm_worklog_item_array *group = &groups[c->at[i]->group];
    int code = write_item(plan, c, c->at[i], &items[i]);
    if (code) return code;
    at[i] = &items[i];
    if (!group->count) group->at = at + i;
    group->count++;
    bool later = c->at[i]->group == WORKLOG_LATER;
    if (!best || (!later && items[i].score > most)) { /* something later only where nothing is left for today */
      best = &items[i];
      most = items[i].score;
    }
  }
  MCRM_SET(out, now, best);
  MCRM_SET(out, overdue, groups[WORKLOG_OVERDUE]);
  MCRM_SET(out, today, groups[WORKLOG_TODAY]);
  MCRM_SET(out, follow_ups, groups[WORKLOG_FOLLOW_UPS]);
  MCRM_SET(out, later, groups[WORKLOG_LATER]);
  return MCRM_OK;
}

static int show(worklog_plan *plan, mcrm_worklog *out) {
  crm_call *call = plan->call;
  choice *c = arena_alloc(call->tx->arena, sizeof *c);
  worklog_alerts *alerts = arena_alloc(call->tx->arena, sizeof *alerts);
  if (!c || !alerts) return error_no_memory(call->tx->error);
  choose(plan, c);
  int code = worklog_alerts_find(plan, alerts);
  if (!code) code = load_rows(plan, c, alerts);
  if (!code) code = write_groups(plan, c, out);
  if (!code) code = worklog_alerts_write(plan, &c->reps, &c->tasks, alerts, &out->alerts);
  MCRM_SET(out, alerts, out->alerts);
  return code;
}

int worklog_get(crm_call *call, const void *input, void *output) {
  const mcrm_worklog_filter *filter = input;
  mcrm_worklog *out = output;
  const zone *z = store_zone(call->tx->store);
  worklog_plan plan = {.call = call, .user = filter->user_id};
  int code = page_limit(call, filter->limit, &plan.limit);
  if (!code) code = kpi_person(call, "worklog", &plan.user);
  if (code) return code;
  plan.day = civil_midnight(filter->day ? filter->day : call->tx->now, z);
  plan.tomorrow = day_from(plan.day, 1, z);
  int64_t open = 0;
  code = store_number(call->tx, &open, 0,
                      "SELECT CAST(COUNT(*) AS BIGINT) FROM task WHERE assignee_id = $1 AND status IN ('open', "
                      "'in_progress') AND archived_at IS NULL",
                      store_int(plan.user));
  if (!code) code = worklog_find(&plan);
  if (!code) code = worklog_order(&plan);
  if (!code) code = show(&plan, out);
  if (!code) code = kpi_load(call, plan.user, plan.day, &out->kpis);
  MCRM_SET(out, kpis, out->kpis);
  MCRM_SET(out, day, plan.day);
  MCRM_SET(out, open, open);
  return code;
}
