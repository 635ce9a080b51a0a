#include "page.h"

#include <base/error.h>
#include <stdio.h>
#include <string.h>

enum { SQL_SIZE = 160 };

static store_value key_of(const void *record, const model_field *column) {
  if (!column) return store_null();
  return column->kind == MODEL_TEXT ? store_text(model_text(record, column)) : store_int(model_number(record, column));
}

static int add_cursor(crm_call *call, store_select *s, const page_order *order, const model_field *column,
                      const char *cursor) {
  char sql[SQL_SIZE];
  store_value key;
  mcrm_id last;
  store_value_kind kind = !column ? STORE_NULL : column->kind == MODEL_TEXT ? STORE_TEXT : STORE_INT;
  int code = cursor_read_as(call, cursor, kind, &key, &last);
  if (code) return code;
  if (column) {
    snprintf(sql, sizeof sql, "(%s, id) %s (?, ?)", order->column, order->newest ? "<" : ">");
    store_where(s, sql, key, store_int(last));
  } else {
    store_where(s, order->newest ? "id < ?" : "id > ?", store_int(last));
  }
  return MCRM_OK;
}

int page_select(crm_call *call, store_select *s, const page_order *order, const char *cursor, int64_t limit,
                model_records *items, const char **next) {
  char sql[SQL_SIZE];
  const char *down = order->newest ? " DESC" : "";
  const model_field *column = order->column ? model_field_find(s->entity, order->column, strlen(order->column)) : NULL;
  *next = NULL;
  int code = page_limit(call, limit, &limit);
  if (!code && cursor) code = add_cursor(call, s, order, column, cursor);
  if (code) {
    store_select_drop(s);
    return code;
  }
  if (column)
    snprintf(sql, sizeof sql, "%s%s, id%s", order->column, down, down);
  else
    snprintf(sql, sizeof sql, "id%s", down);
  store_order(s, sql);
  store_limit(s, limit + 1); /* one more tells whether there is a next page */
  if ((code = store_select_end(s, items))) return code;
  if (items->count <= (size_t)limit) return MCRM_OK;
  items->count = (size_t)limit;
  const void *last = items->at[items->count - 1];
  *next = cursor_write(call, key_of(last, column), model_number(last, &s->entity->fields[0]));
  return *next ? MCRM_OK : call->tx->error->code;
}
