/* Lists of tasks: filters, orders, pages. */
#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <string.h>

#include "cursor.h"
#include "day.h"
#include "task.h"

/* What has no due time stands at the end in both directions. */
#define NO_DUE_LAST  "COALESCE(due_at, 9223372036854775807)"
#define NO_DUE_FIRST "COALESCE(due_at, 0)"
#define RANK         "CASE priority WHEN 'urgent' THEN 3 WHEN 'high' THEN 2 WHEN 'low' THEN 0 ELSE 1 END"

static int64_t due_last(const mcrm_task *t) { return t->due_at ? t->due_at : INT64_MAX; }
static int64_t due_first(const mcrm_task *t) { return t->due_at; }
static int64_t created(const mcrm_task *t) { return t->created_at; }
static int64_t rank(const mcrm_task *t) {
  static const char *const names[] = {"low", "normal", "high", "urgent"};
  for (int i = 0; i < 4; i++)
    if (t->priority && !strcmp(t->priority, names[i])) return i;
  return 1;
}

typedef struct ordering {
  const char *name, *by, *after; /* after: of the cursor's key, key and id */
  int64_t (*key)(const mcrm_task *task);
} ordering;

static const ordering orders[] = {
    {"due_at", NO_DUE_LAST ", id", NO_DUE_LAST " > ? OR (" NO_DUE_LAST " = ? AND id > ?)", due_last},
    {"-due_at", NO_DUE_FIRST " DESC, id DESC", NO_DUE_FIRST " < ? OR (" NO_DUE_FIRST " = ? AND id < ?)", due_first},
    {"-created_at", "created_at DESC, id DESC", "created_at < ? OR (created_at = ? AND id < ?)", created},
    {"-priority", RANK " DESC, id", RANK " < ? OR (" RANK " = ? AND id > ?)", rank},
};

static const ordering *order_of(const char *name) {
  for (size_t i = 0; name && i < sizeof orders / sizeof *orders; i++)
    if (!strcmp(orders[i].name, name)) return &orders[i];
  return &orders[0];
}

static void where_status(store_select *s, const crm_call *call, const char *status) {
  if (!strcmp(status, "active")) {
    store_where_plain(s, "status IN ('open', 'in_progress')");
  } else if (!strcmp(status, "overdue")) {
    mcrm_time today = civil_midnight(call->tx->now, store_zone(call->tx->store));
    store_where_plain(s, "status IN ('open', 'in_progress')");
    store_where(s, "due_at < CASE due_grain WHEN 'day' THEN CAST(? AS BIGINT) ELSE CAST(? AS BIGINT) END",
                store_int(today), store_int(call->tx->now));
  } else {
    store_where(s, "status = ?", store_text(status));
  }
}

static void where(store_select *s, const crm_call *call, const mcrm_task_filter *filter) {
  access_where(s, call->actor, "task.read", "assignee_id");
  store_where_plain(s, filter->archived ? "archived_at IS NOT NULL" : "archived_at IS NULL");
  if (filter->status) where_status(s, call, filter->status);
  if (filter->assignee_id) store_where(s, "assignee_id = ?", store_int(filter->assignee_id));
  if (filter->rep_id) store_where(s, "rep_id = ?", store_int(filter->rep_id));
  if (filter->interaction_id) store_where(s, "interaction_id = ?", store_int(filter->interaction_id));
  if (filter->priority) store_where(s, "priority = ?", store_text(filter->priority));
  if (filter->due_after) store_where(s, "due_at >= ?", store_int(filter->due_after));
  if (filter->due_before) store_where(s, "due_at < ?", store_int(filter->due_before));
}

int task_list(crm_call *call, const void *input, void *output) {
  const mcrm_task_filter *filter = input;
  mcrm_task_page *page = output;
  const ordering *order = order_of(filter->sort);
  int64_t limit;
  store_value key = store_null();
  mcrm_id id = 0;
  int code = page_limit(call, filter->limit, &limit);
  if (!code && filter->cursor) code = cursor_read_as(call, filter->cursor, STORE_INT, &key, &id);
  if (code) return code;
  store_select s;
  store_select_begin(&s, call->tx, &model_task);
  where(&s, call, filter);
  if (filter->cursor) store_where(&s, order->after, key, key, store_int(id));
  store_order(&s, order->by);
  store_limit(&s, limit + 1);
  model_records found;
  if ((code = store_select_end(&s, &found))) return code;
  size_t shown = found.count > (size_t)limit ? (size_t)limit : found.count;
  page->items = (mcrm_task_array){(const mcrm_task *const *)found.at, shown};
  page->present |= MCRM_BIT_OF(page, items) | MCRM_BIT_OF(page, next);
  if (found.count > shown) {
    const mcrm_task *last = page->items.at[shown - 1];
    page->next = cursor_write(call, store_int(order->key(last)), last->id);
    if (!page->next) return call->tx->error->code;
  }
  return task_fill_all(call, (mcrm_task *const *)found.at, shown);
}
