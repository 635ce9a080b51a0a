/* What one rep owes, and how it came to that. */
#include <base/error.h>
#include <model/entities.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"

enum { TEXT_POINTS = 8000, WORD_POINTS = 200, SERIES_MAX = 500 };

typedef struct statement_of {
  host_reader reader;
  arena *arena;
  mcrm_time now;
  mcrm_error why;
  const char *key;
  host_keys keys;
  size_t limit;
  mcrm_invoice **invoices;
  size_t invoice_count;
  mcrm_payment **payments;
  size_t payment_count;
  mcrm_balance_point **series;
  size_t series_count;
} statement_of;

/* Newest first; rows without a time last. The key settles the order of equals. */
static const char *newest_sql(const statement_of *g, host_table_id id, const char *columns, int at, int key) {
  return arena_print(g->arena,
                     "SELECT %s FROM %s WHERE h.f0 IN %s ORDER BY h.f%d IS NULL, h.f%d DESC, h.f%d DESC LIMIT %zu",
                     columns, g->reader.host->tables[id].view, g->keys.list, at, at, key, g->limit);
}

typedef int take_row(statement_of *g, const store_value values[]);

static int take_given(statement_of *g, host_table_id id, int at, int key, take_row *take) {
  host_given rows;
  size_t taken = 0;
  int code = host_given_read(g->reader.host, g->arena, id, (mcrm_texts){&g->key, 1}, &g->why, &rows);
  if (!code && host_given_sort(g->reader.host, g->arena, &rows, (size_t)at, (size_t)key))
    code = error_no_memory(&g->why);
  for (size_t i = 0; !code && i < rows.count && taken < g->limit; i++) {
    const char *of = host_key_text(g->arena, &rows.at[i][0]);
    if (of && !strcmp(of, g->key)) taken++, code = take(g, rows.at[i]);
    if (!code && arena_failed(g->arena)) code = error_no_memory(&g->why);
  }
  return code;
}

static int read_rows(statement_of *g, host_table_id id, const char *columns, int at, int key, take_row *take) {
  if (g->reader.host->source.read) return take_given(g, id, at, key, take);
  const char *sql = newest_sql(g, id, columns, at, key);
  if (!sql) return error_no_memory(&g->why);
  host_rows rows;
  host_query(&g->reader, &rows, sql, g->keys.values, g->keys.count);
  while (host_next(&rows)) {
    store_value values[HOST_COLUMNS] = {0};
    for (size_t i = 0; i < host_shapes[id].count; i++) values[i] = host_column_value(&rows, i);
    if (rows.code || (rows.code = take(g, values))) break;
    if (arena_failed(g->arena)) rows.code = error_no_memory(&g->why);
  }
  return host_rows_end(&rows);
}

/* ---- invoices ---- */

static mcrm_time time_of(const statement_of *g, const store_value *v) {
  mcrm_time at;
  return host_value_time(v, g->reader.host->zone, &at) ? at : 0;
}

static int take_invoice(statement_of *g, const store_value values[]) {
  arena *a = g->arena;
  mcrm_invoice *i = arena_alloc(a, sizeof *i);
  if (!i) return error_no_memory(&g->why);
  int64_t amount, paid;
  if (!host_value_exact(&values[INVOICE_AMOUNT], &amount)) amount = 0;
  bool said = host_value_exact(&values[INVOICE_PAID], &paid);
  invoice_state state = host_invoice_state(host_value_text(a, &values[INVOICE_STATUS], WORD_POINTS));
  if (!said || (state == INVOICE_SETTLED && paid < amount)) paid = state == INVOICE_SETTLED ? amount : 0;
  if (state == INVOICE_OPEN && paid >= amount) state = INVOICE_SETTLED;
  mcrm_time due = time_of(g, &values[INVOICE_DUE]);
  const char *number = host_value_text(a, &values[INVOICE_NUMBER], WORD_POINTS);
  i->size = sizeof *i;
  MCRM_SET(i, number, number ? number : host_value_text(a, &values[INVOICE_KEY], WORD_POINTS));
  MCRM_SET(i, amount, host_whole(amount));
  MCRM_SET(i, paid, host_whole(paid));
  MCRM_SET(i, status,
           state == INVOICE_SETTLED ? "paid"
           : state == INVOICE_VOID  ? "cancelled"
           : due && due < g->now    ? "overdue"
                                    : "unpaid");
  MCRM_SET(i, issued_at, time_of(g, &values[INVOICE_ISSUED]));
  MCRM_SET(i, due_at, due);
  MCRM_SET(i, paid_at, time_of(g, &values[INVOICE_PAID_AT]));
  MCRM_SET(i, host_url, host_value_text(a, &values[INVOICE_URL], 1000));
  g->invoices[g->invoice_count++] = i;
  return MCRM_OK;
}

static int read_invoices(statement_of *g) {
  if (!g->reader.host->tables[HOST_INVOICES].from) return MCRM_OK;
  g->invoices = arena_array(g->arena, g->limit, sizeof *g->invoices);
  if (!g->invoices) return error_no_memory(&g->why);
  return read_rows(g, HOST_INVOICES, "h.f0, h.f1, h.f2, h.f3, h.f4, h.f5, h.f6, h.f7, h.f8, h.f9", INVOICE_ISSUED,
                   INVOICE_KEY, take_invoice);
}

/* ---- payments ---- */

static int take_payment(statement_of *g, const store_value values[]) {
  mcrm_payment *p = arena_alloc(g->arena, sizeof *p);
  int64_t amount;
  if (!p) return error_no_memory(&g->why);
  p->size = sizeof *p;
  MCRM_SET(p, amount, host_value_money(&values[PAYMENT_AMOUNT], &amount) ? amount : 0);
  MCRM_SET(p, kind, host_value_text(g->arena, &values[PAYMENT_KIND], WORD_POINTS));
  MCRM_SET(p, description, host_value_text(g->arena, &values[PAYMENT_DESCRIPTION], TEXT_POINTS));
  MCRM_SET(p, at, time_of(g, &values[PAYMENT_AT]));
  g->payments[g->payment_count++] = p;
  return MCRM_OK;
}

static int read_payments(statement_of *g) {
  if (!g->reader.host->tables[HOST_PAYMENTS].from) return MCRM_OK;
  g->payments = arena_array(g->arena, g->limit, sizeof *g->payments);
  if (!g->payments) return error_no_memory(&g->why);
  return read_rows(g, HOST_PAYMENTS, "h.f0, h.f1, h.f2, h.f3, h.f4, h.f5", PAYMENT_AT, PAYMENT_KEY, take_payment);
}

/* ---- the course of the balance ---- */

static int add_point(statement_of *g, mcrm_time at, int64_t amount) {
  mcrm_balance_point *p = arena_alloc(g->arena, sizeof *p);
  if (!p) return error_no_memory(&g->why);
  p->size = sizeof *p;
  MCRM_SET(p, at, at);
  MCRM_SET(p, amount, amount);
  g->series[g->series_count++] = p;
  return MCRM_OK;
}

static int take_ledger(statement_of *g, const store_value values[]) {
  int64_t amount;
  mcrm_time at = time_of(g, &values[LEDGER_AT]);
  if (!at || !host_value_money(&values[LEDGER_BALANCE], &amount) || g->series_count == SERIES_MAX) return MCRM_OK;
  return add_point(g, at, g->reader.host->debtor_negative ? -amount : amount);
}

typedef struct movement {
  mcrm_time at;
  int64_t owes; /* how the debt grew */
} movement;

static int newest_first(const void *a, const void *b) {
  mcrm_time x = ((const movement *)a)->at, y = ((const movement *)b)->at;
  return x < y ? 1 : x > y ? -1 : 0;
}

/* Without a ledger: back from what is owed now, one invoice or payment at a time, as far as both lists are whole. */
static int work_out(statement_of *g, int64_t debt) {
  movement *moves = arena_array(g->arena, g->invoice_count + g->payment_count + 1, sizeof *moves);
  if (!moves) return error_no_memory(&g->why);
  size_t count = 0;
  mcrm_time whole = 0;
  for (size_t i = 0; i < g->invoice_count; i++)
    if (g->invoices[i]->issued_at && strcmp(g->invoices[i]->status, "cancelled") != 0)
      moves[count++] = (movement){g->invoices[i]->issued_at, g->invoices[i]->amount};
  for (size_t i = 0; i < g->payment_count; i++)
    if (g->payments[i]->at) moves[count++] = (movement){g->payments[i]->at, -g->payments[i]->amount};
  if (g->invoice_count == g->limit) whole = g->invoices[g->limit - 1]->issued_at;
  if (g->payment_count == g->limit && g->payments[g->limit - 1]->at > whole) whole = g->payments[g->limit - 1]->at;
  if (count) qsort(moves, count, sizeof *moves, newest_first);
  int code = MCRM_OK;
  for (size_t i = 0; !code && i < count && i < SERIES_MAX && moves[i].at >= whole; i++) {
    code = add_point(g, moves[i].at, debt);
    debt -= moves[i].owes;
  }
  return code;
}

static int read_series(statement_of *g, const mcrm_rep *rep) {
  g->series = arena_array(g->arena, SERIES_MAX, sizeof *g->series);
  if (!g->series) return error_no_memory(&g->why);
  int code = MCRM_OK;
  if (g->reader.host->tables[HOST_LEDGER].from)
    code = read_rows(g, HOST_LEDGER, "h.f0, h.f1, h.f2, h.f3", LEDGER_AT, LEDGER_KEY, take_ledger);
  else if (rep->balance)
    code = work_out(g, rep->debt);
  for (size_t i = 0, n = g->series_count; i < n / 2; i++) {
    mcrm_balance_point *swap = g->series[i];
    g->series[i] = g->series[n - 1 - i];
    g->series[n - 1 - i] = swap;
  }
  return code;
}

/* ---- all of it ---- */

static int read_account(statement_of *g, const mcrm_rep *rep) {
  int code = read_invoices(g);
  if (!code) code = read_payments(g);
  return code ? code : read_series(g, rep);
}

static int read_database(statement_of *g, const mcrm_rep *rep, mcrm_error *error) {
  if (!host_keys_make(g->arena, (mcrm_texts){&g->key, 1}, 0, &g->keys)) return error_no_memory(error);
  int code = host_reader_begin(g->reader.host, HOST_BRIEF, error, &g->reader);
  if (code) return code;
  g->reader.error = &g->why;
  code = read_account(g, rep);
  if (code == MCRM_INTERNAL) host_name_field(&g->reader);
  host_reader_end(&g->reader);
  return code;
}

int host_account(host *h, arena *a, const char *key, mcrm_time now, size_t limit, mcrm_error *error,
                 mcrm_account *out) {
  statement_of g = {.arena = a, .now = now, .limit = limit ? limit : 1, .key = key, .reader.host = h};
  mcrm_texts keys = {&key, 1};
  mcrm_rep_array reps;
  int code = host_reps(h, a, keys, now, error, &reps);
  if (code) return code;
  const mcrm_rep *rep = host_rep_find(&reps, key);
  if (!rep)
    return error_set(error, MCRM_NOT_FOUND, "id", "host.not_found", "the host has no representative \"%.60s\"", key);
  code = h->source.read ? read_account(&g, rep) : read_database(&g, rep, error);
  if (code) return g.why.code ? host_unavailable(h, &g.why, error) : code;
  *out = (mcrm_account){.size = sizeof *out};
  MCRM_SET(out, balance, rep->balance);
  MCRM_SET(out, totals, rep->invoices);
  MCRM_SET(out, invoices, ((mcrm_invoice_array){(const mcrm_invoice *const *)g.invoices, g.invoice_count}));
  MCRM_SET(out, payments, ((mcrm_payment_array){(const mcrm_payment *const *)g.payments, g.payment_count}));
  MCRM_SET(out, series, ((mcrm_balance_point_array){(const mcrm_balance_point *const *)g.series, g.series_count}));
  MCRM_SET(out, as_of, now);
  return MCRM_OK;
}
