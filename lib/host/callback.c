/* The host's data from functions of the host program. */
#include <base/error.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"

enum { FIRST_ROWS = 64, CELL_MOST = 1 << 20 };

struct mcrm_host_rows {
  const host_shape *shape;
  arena *arena;
  mcrm_error *error;
  const store_value **at;
  size_t count, capacity;
  int code;
};

/* ---- collecting ---- */

static int refuse(mcrm_host_rows *rows, const char *name) {
  mcrm_error why = {0};
  error_set(&why, MCRM_INVALID, name, "host.field", "host.%s has no field \"%.60s\"", rows->shape->name, name);
  error_within(&why, rows->shape->name);
  error_within(&why, "host");
  *rows->error = why;
  return rows->code = MCRM_INVALID;
}

static int take_cell(mcrm_host_rows *rows, const mcrm_host_cell *cell, store_value *values) {
  const char *name = cell->name ? cell->name : "";
  size_t column = 0, length = cell->value ? strlen(cell->value) : 0;
  while (column < rows->shape->count && strcmp(rows->shape->columns[column].name, name) != 0) column++;
  if (column == rows->shape->count) return refuse(rows, name);
  if (!cell->value) return MCRM_OK;
  if (length > CELL_MOST) length = CELL_MOST;
  char *copy = arena_copy(rows->arena, cell->value, length);
  if (!copy) return rows->code = error_no_memory(rows->error);
  values[column] = (store_value){.kind = STORE_TEXT, .text = copy, .length = length};
  return MCRM_OK;
}

int mcrm_host_row(mcrm_host_rows *rows, const mcrm_host_cell *cells, size_t count) {
  if (rows->code) return rows->code;
  if (rows->count == rows->capacity) {
    size_t wanted = rows->capacity ? rows->capacity * 2 : FIRST_ROWS;
    const store_value **more = arena_array(rows->arena, wanted, sizeof *more);
    if (!more) return rows->code = error_no_memory(rows->error);
    if (rows->count) memcpy(more, rows->at, rows->count * sizeof *more);
    rows->at = more;
    rows->capacity = wanted;
  }
  store_value *values = arena_array(rows->arena, HOST_COLUMNS, sizeof *values);
  if (!values) return rows->code = error_no_memory(rows->error);
  for (size_t i = 0; i < count; i++)
    if (take_cell(rows, &cells[i], values)) return rows->code;
  rows->at[rows->count++] = values;
  return MCRM_OK;
}

/* ---- asking ---- */

static bool named(const char *tables, const char *name) {
  size_t length = strlen(name);
  for (const char *at = tables; at && (at = strstr(at, name)); at += length)
    if ((at == tables || at[-1] == ' ') && (at[length] == ' ' || !at[length])) return true;
  return false;
}

int host_given_tables(host *h, const mcrm_host_source *source, mcrm_error *error) {
  if (source->size < offsetof(mcrm_host_source, read) + sizeof source->read || !source->read)
    return error_set(error, MCRM_INVALID, "host_source", "record.size",
                     "mcrm_host_source: set size to sizeof the struct, and read to a function");
  memcpy(&h->source, source, source->size < sizeof h->source ? source->size : sizeof h->source);
  h->source.tables = arena_text(h->arena, source->tables);
  if (!named(h->source.tables, host_shapes[HOST_REPS].name))
    return error_set(error, MCRM_INVALID, "host_source", "missing",
                     "mcrm_host_source: tables must name \"representatives\"");
  for (size_t i = 0; i < HOST_TABLES; i++) {
    host_table *t = &h->tables[i];
    *t = (host_table){.shape = &host_shapes[i]};
    if (!named(h->source.tables, t->shape->name)) continue;
    t->from = t->shape->name;
    for (size_t c = 0; c < t->shape->count; c++) t->expressions[c] = t->shape->columns[c].name;
  }
  return MCRM_OK;
}

int host_given_read(host *h, arena *a, host_table_id id, mcrm_texts keys, mcrm_error *error, host_given *out) {
  mcrm_host_rows rows = {.shape = &host_shapes[id], .arena = a, .error = error};
  *out = (host_given){0};
  if (!h->tables[id].from) return MCRM_OK;
  int code = h->source.read(h->source.context, rows.shape->name, keys, &rows);
  if (rows.code) return rows.code;
  if (code)
    return error_set(error, MCRM_UNAVAILABLE, "host", "host.unavailable", "the host program gave no %s: %s",
                     rows.shape->name, mcrm_code_name(code));
  *out = (host_given){rows.at, rows.count};
  return MCRM_OK;
}

/* ---- order ---- */

typedef struct given_place {
  const store_value *row;
  mcrm_time at;
  const store_value *key;
} given_place;

static int compare_text(const store_value *a, const store_value *b) {
  const char *x = a->kind == STORE_TEXT ? a->text : "", *y = b->kind == STORE_TEXT ? b->text : "";
  size_t m = strlen(x), n = strlen(y);
  return m != n && x[strspn(x, "0123456789")] == 0 && y[strspn(y, "0123456789")] == 0 ? (m < n ? -1 : 1) : strcmp(x, y);
}

static int newest_first(const void *a, const void *b) {
  const given_place *x = a, *y = b;
  if (x->at != y->at) return x->at < y->at ? 1 : -1;
  return compare_text(y->key, x->key);
}

int host_given_sort(const host *h, arena *a, host_given *rows, size_t at, size_t key) {
  given_place *places = arena_array(a, rows->count + 1, sizeof *places);
  if (!places) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < rows->count; i++) {
    places[i] = (given_place){.row = rows->at[i], .key = &rows->at[i][key]};
    if (!host_value_time(&rows->at[i][at], h->zone, &places[i].at)) places[i].at = INT64_MIN;
  }
  if (rows->count) qsort(places, rows->count, sizeof *places, newest_first);
  for (size_t i = 0; i < rows->count; i++) rows->at[i] = places[i].row;
  return MCRM_OK;
}
