/* What a person has to do, in order. Every statement here walks one index and is bounded: the cost is that of the
 * person's open work, however long the history is. */
#include <base/error.h>
#include <stdlib.h>
#include <string.h>

#include "day.h"
#include "worklog.h"

enum { DUE_MOST = 2000, FOLLOW_UP_DAYS = 7, FOLLOW_UPS_MOST = 400 };

static worklog_entry *append(worklog_plan *plan) {
  worklog_entries *list = &plan->entries;
  if (list->count == list->capacity) {
    size_t capacity = list->capacity ? list->capacity * 2 : 256;
    worklog_entry *more = arena_array(plan->call->tx->arena, capacity, sizeof *more);
    if (!more) return NULL;
    if (list->count) memcpy(more, list->at, list->count * sizeof *more);
    list->at = more;
    list->capacity = capacity;
  }
  return &list->at[list->count++];
}

/* The same text, but ours: it need not be copied for each of thousands of rows. */
static const char *priority_of(store_value value) {
  static const char *const names[] = {"low", "normal", "high", "urgent"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (value.length == strlen(names[i]) && !memcmp(value.text, names[i], value.length)) return names[i];
  return NULL;
}

static worklog_group group_of(const worklog_plan *plan, const score_subject *s) {
  mcrm_time now = plan->call->tx->now;
  mcrm_time over = s->whole_day ? civil_midnight(now, store_zone(plan->call->tx->store)) : now;
  if (!s->due_at || s->due_at >= plan->tomorrow) return WORKLOG_LATER;
  return s->due_at < over ? WORKLOG_OVERDUE : WORKLOG_TODAY;
}

static int take_tasks(worklog_plan *plan, store_rows *rows) {
  while (store_next(rows)) {
    worklog_entry *e = append(plan);
    if (!e) {
      rows->code = error_no_memory(plan->call->tx->error);
      break;
    }
    store_value grain = store_get(rows, 4);
    e->id = store_get_int(rows, 0);
    e->rep_id = store_get_int(rows, 1);
    e->interaction_id = store_get_int(rows, 2);
    e->subject = (score_subject){.due_at = store_get_int(rows, 3),
                                 .whole_day = grain.kind == STORE_TEXT && grain.length == 3, /* "day" */
                                 .promise = e->interaction_id != 0,
                                 .priority = priority_of(store_get(rows, 5))};
    e->group = group_of(plan, &e->subject);
  }
  return store_end(rows);
}

#define TASKS                                                                                                        \
  "SELECT id, rep_id, interaction_id, due_at, due_grain, priority FROM task WHERE assignee_id = $1 AND status = $2 " \
  "AND archived_at IS NULL AND (snoozed_until IS NULL OR snoozed_until <= $3) AND "

static int find_tasks(worklog_plan *plan, const char *status) {
  store_tx *tx = plan->call->tx;
  store_rows rows;
  store_value user = store_int(plan->user), state = store_text(status), now = store_int(tx->now);
  store_query(tx, &rows, TASKS "due_at < $4 ORDER BY due_at, id LIMIT $5", user, state, now, store_int(plan->tomorrow),
              store_int(DUE_MOST));
  int code = take_tasks(plan, &rows);
  if (code) return code;
  store_query(tx, &rows, TASKS "due_at >= $4 ORDER BY due_at, id LIMIT $5", user, state, now, store_int(plan->tomorrow),
              store_int(plan->limit));
  if ((code = take_tasks(plan, &rows))) return code;
  store_query(tx, &rows, TASKS "due_at IS NULL ORDER BY id LIMIT $4", user, state, now, store_int(plan->limit));
  return take_tasks(plan, &rows);
}

/* Conversations in which a follow-up was agreed for these days, of which no task was made, and after which nobody
 * has spoken to the rep. */
static int find_follow_ups(worklog_plan *plan) {
  store_rows rows;
  const zone *z = store_zone(plan->call->tx->store);
  store_query(
      plan->call->tx, &rows,
      "SELECT i.id, i.rep_id, i.follow_up_at FROM (SELECT id, rep_id, started_at, follow_up_at FROM interaction "
      "WHERE user_id = $1 AND follow_up_at IS NOT NULL AND follow_up_at >= $2 AND follow_up_at < $3 AND state = "
      "'final' AND archived_at IS NULL ORDER BY follow_up_at DESC LIMIT $4) i WHERE NOT EXISTS (SELECT 1 FROM "
      "task t WHERE t.interaction_id = i.id) AND NOT EXISTS (SELECT 1 FROM interaction n WHERE n.rep_id = "
      "i.rep_id AND n.started_at > i.started_at AND n.state = 'final') ORDER BY i.follow_up_at DESC, i.id",
      store_int(plan->user), store_int(day_from(plan->day, -FOLLOW_UP_DAYS, z)), store_int(plan->tomorrow),
      store_int(FOLLOW_UPS_MOST));
  while (store_next(&rows)) {
    worklog_entry *e = append(plan);
    if (!e) {
      rows.code = error_no_memory(plan->call->tx->error);
      break;
    }
    mcrm_time at = store_get_int(&rows, 2);
    *e = (worklog_entry){.id = store_get_int(&rows, 0),
                         .rep_id = store_get_int(&rows, 1),
                         .interaction_id = store_get_int(&rows, 0),
                         .subject = {.due_at = at, .whole_day = at == civil_midnight(at, z), .promise = true},
                         .group = WORKLOG_FOLLOW_UPS};
  }
  return store_end(&rows);
}

int worklog_find(worklog_plan *plan) {
  int code = find_tasks(plan, "open");
  if (!code) code = find_tasks(plan, "in_progress");
  return code ? code : find_follow_ups(plan);
}

/* By group, then what has most points; what is due first where they are equal. */
static int in_order(const void *a, const void *b) {
  const worklog_entry *l = a, *r = b;
  if (l->group != r->group) return l->group < r->group ? -1 : 1;
  if (l->points != r->points) return l->points > r->points ? -1 : 1;
  if (l->subject.due_at != r->subject.due_at) {
    if (!l->subject.due_at || !r->subject.due_at) return l->subject.due_at ? -1 : 1;
    return l->subject.due_at < r->subject.due_at ? -1 : 1;
  }
  return l->id < r->id ? -1 : l->id > r->id;
}

int worklog_order(worklog_plan *plan) {
  worklog_entries *list = &plan->entries;
  mcrm_id *ids = arena_array(plan->call->tx->arena, list->count, sizeof *ids);
  if (!ids) return error_no_memory(plan->call->tx->error);
  for (size_t i = 0; i < list->count; i++) ids[i] = list->at[i].rep_id;
  int code = score_reps_load(plan->call, ids, list->count, false, &plan->reps);
  if (code) return code;
  for (size_t i = 0; i < list->count; i++) {
    score s;
    score_of(plan->call, &list->at[i].subject, score_rep_find(&plan->reps, list->at[i].rep_id), &s);
    list->at[i].points = s.points;
  }
  if (list->count) qsort(list->at, list->count, sizeof *list->at, in_order);
  return MCRM_OK;
}
