/* Is the mapping true of the tables that are there? */
#include <base/error.h>
#include <string.h>

#include "connection.h"

enum { SAMPLE = 20 };

static int wrong(const host_table *t, const char *column, mcrm_error *error, const char *message, const char *why) {
  mcrm_error named = {0};
  error_set(&named, MCRM_INVALID, column, message, "%s", why);
  error_within(&named, t->shape->name);
  error_within(&named, "host");
  return error_set(error, MCRM_INVALID, named.field, message, "%s: %s", named.field, named.detail);
}

/* The value in a message: what stands there, on one line. */
static int odd_value(const host_table *t, size_t column, const store_value *v, mcrm_error *error) {
  char why[120];
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  const char *text = host_value_text(a, v, 40);
  const char *print = arena_print(a, "\"%s\" is not %s", text ? text : "",
                                  t->shape->columns[column].kind == HOST_TIME ? "a time" : "a number");
  strncpy(why, print ? print : "", sizeof why - 1);
  why[sizeof why - 1] = 0;
  arena_free(a);
  return wrong(t, t->shape->columns[column].name, error, "host.value", why);
}

static int look_at(const host_table *t, size_t column, const zone *z, const store_value *v, mcrm_error *error) {
  int64_t number;
  host_kind kind = t->shape->columns[column].kind;
  if (v->kind == STORE_NULL || kind == HOST_TEXT) return MCRM_OK;
  if (v->kind == STORE_TEXT && !v->length) return MCRM_OK;
  bool good = kind == HOST_TIME ? host_value_time(v, z, &number) : host_value_money(v, &number);
  return good ? MCRM_OK : odd_value(t, column, v, error);
}

/* Reads some rows of one expression. In quotes of no kind: what the database says names the column it misses. */
static int check_column(host_reader *r, const host_table *t, size_t column, arena *a) {
  mcrm_error why = {0}, *error = r->error;
  const char *sql = arena_print(a, "SELECT (%s\n) FROM %s\n LIMIT %d", t->expressions[column], t->from, SAMPLE);
  if (!sql) return error_no_memory(error);
  host_rows rows;
  r->error = &why;
  int odd = MCRM_OK;
  host_query(r, &rows, sql, NULL, 0);
  while (!odd && host_next(&rows)) {
    store_value v = host_column_value(&rows, 0);
    if (!rows.code) odd = look_at(t, column, r->host->zone, &v, error);
  }
  int code = host_rows_end(&rows);
  r->error = error;
  if (code == MCRM_INTERNAL) return wrong(t, t->shape->columns[column].name, error, "host.expression", why.detail);
  return code ? error_set(error, code, NULL, why.message, "%s", why.detail) : odd;
}

static int check_from(host_reader *r, const host_table *t, arena *a) {
  mcrm_error why = {0}, *error = r->error;
  const char *sql = arena_print(a, "SELECT 1 FROM %s\n LIMIT 1", t->from);
  if (!sql) return error_no_memory(error);
  host_rows rows;
  r->error = &why;
  host_query(r, &rows, sql, NULL, 0);
  host_next(&rows);
  int code = host_rows_end(&rows);
  r->error = error;
  if (code == MCRM_INTERNAL) return wrong(t, "from", error, "host.table", why.detail);
  return code ? error_set(error, code, NULL, why.message, "%s", why.detail) : MCRM_OK;
}

int host_check_tables(host_reader *r) {
  arena *a = arena_new(0);
  if (!a) return error_no_memory(r->error);
  int code = MCRM_OK;
  for (size_t i = 0; !code && i < HOST_TABLES; i++) {
    const host_table *t = &r->host->tables[i];
    if (!t->from) continue;
    code = check_from(r, t, a);
    for (size_t c = 0; !code && c < t->shape->count; c++)
      if (t->expressions[c]) code = check_column(r, t, c, a);
  }
  arena_free(a);
  return code;
}

void host_name_field(host_reader *r) {
  mcrm_error named = {0}, *before = r->error;
  r->error = &named;
  if (!host_reader_again(r, HOST_BRIEF) && host_check_tables(r) == MCRM_INVALID) *before = named;
  r->error = before;
}

static int check_given(host *h, mcrm_error *error) {
  mcrm_error why = {0};
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  int code = MCRM_OK;
  for (size_t id = 0; !code && id < HOST_TABLES; id++) {
    const host_table *t = &h->tables[id];
    host_given rows;
    code = host_given_read(h, a, (host_table_id)id, (mcrm_texts){0}, &why, &rows);
    for (size_t i = 0; !code && i < rows.count && i < SAMPLE; i++)
      for (size_t c = 0; !code && c < t->shape->count; c++) code = look_at(t, c, h->zone, &rows.at[i][c], &why);
  }
  arena_free(a);
  if (code == MCRM_INVALID) *error = why;
  return code && code != MCRM_INVALID ? host_unavailable(h, &why, error) : code;
}

int host_check(host *h, mcrm_error *error) {
  if (h->source.read) return check_given(h, error);
  host_reader r;
  int code = host_reader_begin(h, HOST_LONG, error, &r);
  if (code) {
    /* another shape is a fault of the configuration, not of the host */
    if (!strcmp(error->message, "host.shape")) code = error->code = MCRM_INVALID;
    return code;
  }
  mcrm_error why = {0};
  r.error = &why;
  code = host_check_tables(&r);
  host_reader_end(&r);
  if (code == MCRM_INVALID) *error = why;
  return code && code != MCRM_INVALID ? host_unavailable(h, &why, error) : code;
}
