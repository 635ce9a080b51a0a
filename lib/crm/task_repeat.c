/* The next one of a task that recurs. A series has no row of its own: each task carries the rule, and the next is
 * counted from it. */
#include <base/error.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <text/jalali.h>
#include <text/recurrence.h>

#include "day.h"
#include "reminder.h"
#include "task.h"

/* So many missed occurrences are counted one by one. */
enum { MISSED_MOST = 2000, SHORTEST_MONTH = 28 };

static int parse(crm_call *call, const char *field, const char *rule, recurrence *out) {
  mcrm_error why = {0};
  int code = recurrence_parse(rule, strlen(rule), out, &why);
  if (!code) return MCRM_OK;
  return error_set(call->tx->error, code, field, why.message[0] ? why.message : "recurrence.rule",
                   "%s \"%.80s\": %.140s", field, rule, why.detail);
}

int task_repeat_check(crm_call *call, const char *rule, mcrm_time due_at) {
  recurrence parsed;
  int code = parse(call, "recurrence", rule, &parsed);
  if (code || !parsed.until || parsed.until >= due_at) return code;
  return error_set(call->tx->error, MCRM_INVALID, "recurrence", "recurrence.ended",
                   "recurrence \"%.80s\" ends before the task is due", rule);
}

/* A monthly rule without a day means the day it began on. Where a shorter month has moved one occurrence, the day
 * would be forgotten; so it is written into the rule before that happens. */
static const char *pinned(crm_call *call, const recurrence *parsed, const char *rule, mcrm_time due) {
  if (parsed->frequency != RECURRENCE_MONTHLY || parsed->day_count || parsed->month_day_count) return rule;
  civil c = civil_at(due, store_zone(call->tx->store));
  int year, month, day = c.day;
  if (parsed->persian) jalali_from_days(civil_days(c.year, c.month, c.day), &year, &month, &day);
  return day <= SHORTEST_MONTH ? rule : arena_print(call->tx->arena, "%s;BYMONTHDAY=%d", rule, day);
}

/* COUNT counts from the task that carries the rule: the next one has what is left. */
static const char *counted_down(crm_call *call, const recurrence *parsed, const char *rule, int64_t left) {
  if (!parsed->count) return rule;
  const char *at = rule;
  while (*at && strncasecmp(at, "COUNT=", 6) != 0) at++;
  const char *end = strchr(at, ';');
  return arena_print(call->tx->arena, "%.*sCOUNT=%lld%s", (int)(at - rule), rule, (long long)left, end ? end : "");
}

int task_repeat_next(crm_call *call, const mcrm_task *task, task_repeat *out) {
  const zone *z = store_zone(call->tx->store);
  bool whole_day = task->due_grain && !strcmp(task->due_grain, "day");
  mcrm_time over = whole_day ? civil_midnight(call->tx->now, z) : call->tx->now;
  recurrence parsed;
  *out = (task_repeat){0};
  if (!task->due_at) return MCRM_OK; /* its due time was taken away: there is nothing to count from */
  int code = parse(call, "recurrence", task->recurrence, &parsed);
  if (code) return code;
  mcrm_time due = recurrence_next(&parsed, task->due_at, task->due_at, z);
  for (; due && due < over; due = recurrence_next(&parsed, task->due_at, due, z))
    if (++out->skipped == MISSED_MOST && !parsed.count) due = over - 1;
  if (!due) return MCRM_OK;
  out->due = due;
  out->rule = pinned(call, &parsed, task->recurrence, task->due_at);
  if (out->rule) out->rule = counted_down(call, &parsed, out->rule, parsed.count - 1 - out->skipped);
  return out->rule ? MCRM_OK : error_no_memory(call->tx->error);
}

int cadence_next(crm_call *call, const char *rule, mcrm_time start, mcrm_time after, mcrm_time *next) {
  const zone *z = store_zone(call->tx->store);
  recurrence parsed;
  *next = 0;
  int code = parse(call, "cadence", rule, &parsed);
  if (!code) *next = recurrence_next(&parsed, civil_midnight(start, z), after, z);
  return code;
}
