#include <store/record.h>

#include <base/error.h>
#include <string.h>

#include "internal.h"
#include "record_plan.h"

enum { SELECT_LIMIT = 64 * 1024, VALUES = sizeof((store_select *)0)->values / sizeof(store_value), FIRST_ROWS = 64 };

void store_select_begin(store_select *s, store_tx *tx, const model_entity *e) {
  const record_plan *plan = record_plan_of(tx, e);
  store_select_text(s, tx, e, plan ? plan->select : "");
  if (!plan) s->code = MCRM_NO_MEMORY;
}

void store_select_text(store_select *s, store_tx *tx, const model_entity *e, const char *sql) {
  s->tx = tx;
  s->entity = e;
  s->count = 0;
  s->where = false;
  s->code = MCRM_OK;
  buffer_init(&s->sql, SELECT_LIMIT);
  buffer_text(&s->sql, sql);
}

static void bind(store_select *s, store_value value) {
  if (s->count == VALUES) {
    if (!s->code)
      s->code = error_set(s->tx->error, MCRM_INVALID, NULL, "list.too_many_values", "a list takes at most %d values",
                          (int)VALUES);
    return;
  }
  s->values[s->count++] = value;
  buffer_print(&s->sql, "$%zu", s->count);
}

static void condition(store_select *s) {
  buffer_text(&s->sql, s->where ? " AND (" : " WHERE (");
  s->where = true;
}

void store_where_plain(store_select *s, const char *sql) {
  condition(s);
  buffer_text(&s->sql, sql);
  buffer_byte(&s->sql, ')');
}

void store_where_with(store_select *s, const char *sql, const store_value *values, size_t count) {
  size_t used = 0;
  condition(s);
  for (const char *mark; (mark = strchr(sql, '?')); sql = mark + 1) {
    buffer_append(&s->sql, sql, (size_t)(mark - sql));
    if (used < count) bind(s, values[used]);
    used++;
  }
  buffer_text(&s->sql, sql);
  buffer_byte(&s->sql, ')');
  if (used != count && !s->code)
    s->code = error_set(s->tx->error, MCRM_INTERNAL, NULL, "store.values", "a condition has %zu marks and %zu values",
                        used, count);
}

void store_where_in(store_select *s, const char *column, mcrm_texts texts) {
  if (!texts.count) {
    store_where_plain(s, "1 = 0");
    return;
  }
  condition(s);
  buffer_text(&s->sql, column);
  buffer_text(&s->sql, " IN (");
  for (size_t i = 0; i < texts.count && !s->code; i++) {
    if (i) buffer_append(&s->sql, ", ", 2);
    bind(s, store_text(texts.at[i]));
  }
  buffer_text(&s->sql, "))");
}

void store_order(store_select *s, const char *sql) {
  buffer_text(&s->sql, " ORDER BY ");
  buffer_text(&s->sql, sql);
}

void store_limit(store_select *s, int64_t limit) {
  buffer_text(&s->sql, " LIMIT ");
  buffer_number(&s->sql, limit);
}

void store_hold(store_select *s) {
  if (!(s->tx->store->driver->capabilities & STORE_SERIAL_WRITERS)) buffer_text(&s->sql, " FOR UPDATE SKIP LOCKED");
}

static int ready(store_select *s) {
  if (!s->code && s->sql.failed) s->code = error_no_memory(s->tx->error);
  return s->code;
}

static bool grow(arena *a, const void ***at, size_t count, size_t *capacity) {
  if (count < *capacity) return true;
  size_t wanted = *capacity ? *capacity * 2 : FIRST_ROWS;
  const void **more = arena_array(a, wanted, sizeof *more);
  if (!more) return false;
  if (count) memcpy(more, *at, count * sizeof *more);
  *at = more;
  *capacity = wanted;
  return true;
}

static int collect(store_rows *rows, const record_plan *plan, model_records *out) {
  const void **at = NULL;
  size_t count = 0, capacity = 0;
  while (store_next(rows)) {
    void *record;
    if (record_read(rows, plan, 0, &record)) break;
    if (!grow(rows->tx->arena, &at, count, &capacity)) return rows->code = error_no_memory(rows->tx->error);
    at[count++] = record;
  }
  *out = (model_records){at, count};
  return rows->code;
}

int store_select_end(store_select *s, model_records *out) {
  *out = (model_records){0};
  const record_plan *plan = ready(s) ? NULL : record_plan_of(s->tx, s->entity);
  if (plan) {
    store_rows rows;
    if (!store_query_with(s->tx, &rows, s->sql.bytes, s->values, s->count)) collect(&rows, plan, out);
    s->code = store_end(&rows);
  } else if (!s->code) {
    s->code = MCRM_NO_MEMORY;
  }
  buffer_free(&s->sql);
  return s->code;
}

int store_select_count(store_select *s, int64_t *out) {
  *out = 0;
  if (ready(s)) return s->code;
  buffer sql;
  buffer_init(&sql, SELECT_LIMIT + 100);
  buffer_text(&sql, "SELECT CAST(COUNT(*) AS BIGINT) FROM (");
  buffer_append(&sql, s->sql.bytes, s->sql.length);
  buffer_text(&sql, ") AS counted");
  int code =
      sql.failed ? error_no_memory(s->tx->error) : store_number_with(s->tx, out, 0, sql.bytes, s->values, s->count);
  buffer_free(&sql);
  return code;
}

void store_select_drop(store_select *s) { buffer_free(&s->sql); }
