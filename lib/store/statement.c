/* Statements of a transaction. */
#include <string.h>

#include "internal.h"

store_value store_text_of(const char *text, size_t length) {
  return (store_value){.kind = text ? STORE_TEXT : STORE_NULL, .text = text, .length = text ? length : 0};
}

store_value store_text(const char *text) { return store_text_of(text, text ? strlen(text) : 0); }

/* A statement that failed may have undone the transaction, or part of it: it cannot commit. */
static int note_failure(store_tx *tx, int code) {
  if (!tx->failed) tx->failed = code;
  if (code == MCRM_UNSUPPORTED) store_schema_doubt(tx->store);
  return code;
}

static int may_run(store_tx *tx) {
  int code = store_same_process(tx->store, tx->error);
  if (!code && !tx->open)
    code = error_set(tx->error, MCRM_INTERNAL, NULL, "store.closed", "a statement after its transaction ended");
  else if (!code && tx->failed)
    code = error_set(tx->error, tx->failed, NULL, "store.failed", "a statement of the transaction had failed");
  return code;
}

int store_query_with(store_tx *tx, store_rows *rows, const char *sql, const store_value *values, size_t count) {
  *rows = (store_rows){.tx = tx, .code = may_run(tx)};
  if (rows->code) return rows->code;
  const store_driver *driver = tx->store->driver;
  rows->code = driver->query(tx->connection, sql, values, count, tx->error, &rows->statement);
  if (rows->code) note_failure(tx, rows->code);
  return rows->code;
}

bool store_next(store_rows *rows) {
  if (rows->code || !rows->statement || store_same_process(rows->tx->store, rows->tx->error)) return false;
  int got = rows->tx->store->driver->step(rows->statement, rows->tx->error);
  if (got < 0) rows->code = note_failure(rows->tx, got);
  return got > 0;
}

int store_end(store_rows *rows) {
  if (rows->statement && !store_same_process(rows->tx->store, rows->tx->error))
    rows->tx->store->driver->finish(rows->statement);
  rows->statement = NULL;
  return rows->code;
}

store_value store_get(store_rows *rows, size_t column) {
  if (!rows->statement || rows->code) return store_null();
  store_value value = rows->tx->store->driver->column(rows->statement, column);
  if (value.kind == STORE_TEXT && !value.text) {
    rows->code = note_failure(rows->tx, error_no_memory(rows->tx->error));
    return store_null();
  }
  return value;
}

int64_t store_get_int(store_rows *rows, size_t column) {
  store_value value = store_get(rows, column);
  return value.kind == STORE_INT ? value.number : 0;
}

double store_get_real(store_rows *rows, size_t column) {
  store_value value = store_get(rows, column);
  return value.kind == STORE_REAL ? value.real : value.kind == STORE_INT ? (double)value.number : 0;
}

bool store_get_null(store_rows *rows, size_t column) { return store_get(rows, column).kind == STORE_NULL; }

const char *store_get_text(store_rows *rows, size_t column) {
  store_value value = store_get(rows, column);
  if (value.kind != STORE_TEXT) return NULL;
  const char *copy = arena_copy(rows->tx->arena, value.text, value.length);
  if (!copy) rows->code = note_failure(rows->tx, error_no_memory(rows->tx->error));
  return copy;
}

int store_run_with(store_tx *tx, const char *sql, const store_value *values, size_t count) {
  store_rows rows;
  if (!store_query_with(tx, &rows, sql, values, count))
    while (store_next(&rows)) continue;
  return store_end(&rows);
}

int store_post_with(store_tx *tx, const char *sql, const store_value *values, size_t count) {
  int code = may_run(tx);
  if (!code && (code = tx->store->driver->post(tx->connection, sql, values, count, tx->error))) note_failure(tx, code);
  return code;
}

/* Where nothing is sent later there is no need to wait for: it is run, and looked at. */
static int expect_now(store_tx *tx, const store_refusal *r, const char *sql, const store_value *values, size_t count) {
  store_rows rows;
  bool touched = false, change = false;
  if (!store_query_with(tx, &rows, sql, values, count)) {
    change = !tx->store->driver->column_count(rows.statement);
    touched = store_next(&rows);
  }
  int code = store_end(&rows);
  if (code || touched || (change && store_changed(tx))) return code;
  return note_failure(tx, error_set(tx->error, r->code, r->field, r->message, "%s", r->detail));
}

int store_expect_with(store_tx *tx, const store_refusal *otherwise, const char *sql, const store_value *values,
                      size_t count) {
  const store_driver *driver = tx->store->driver;
  if (!driver->expect) return expect_now(tx, otherwise, sql, values, count);
  int code = may_run(tx);
  if (!code && (code = driver->expect(tx->connection, sql, values, count, otherwise, tx->error)))
    note_failure(tx, code);
  return code;
}

int store_settle(store_tx *tx) {
  const store_driver *driver = tx->store->driver;
  int code = may_run(tx);
  if (!code && driver->settle && (code = driver->settle(tx->connection, tx->error))) note_failure(tx, code);
  return code;
}

int64_t store_changed(store_tx *tx) {
  return tx->open && !store_same_process(tx->store, tx->error) ? tx->store->driver->changed(tx->connection) : 0;
}

int store_number_with(store_tx *tx, int64_t *out, int64_t otherwise, const char *sql, const store_value *values,
                      size_t count) {
  store_rows rows;
  *out = otherwise;
  if (!store_query_with(tx, &rows, sql, values, count) && store_next(&rows) && !store_get_null(&rows, 0))
    *out = store_get_int(&rows, 0);
  return store_end(&rows);
}
