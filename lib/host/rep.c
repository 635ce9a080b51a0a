/* Live values of reps. */
#include <base/error.h>
#include <model/entities.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"

enum { NAME_MAX_POINTS = 200, USERNAME_MAX = 100, URL_MAX = 1000, WORD_MAX = 100, FIRST_REPS = 64 };

typedef struct reading {
  host_reader reader;
  arena *arena;
  mcrm_time now;
  mcrm_error why;
  mcrm_rep **at;
  size_t count, capacity;
} reading;

/* ---- one rep ---- */

/* {key} in the pattern, percent-encoded. */
static const char *page_of(arena *a, const char *pattern, const char *key) {
  static const char hex[] = "0123456789ABCDEF";
  const char *place = strstr(pattern, "{key}");
  if (!place) return arena_text(a, pattern);
  char *out = arena_alloc(a, strlen(pattern) + 3 * strlen(key) + 1);
  if (!out) return NULL;
  size_t used = (size_t)(place - pattern);
  memcpy(out, pattern, used);
  for (const char *c = key; *c; c++) {
    bool plain = (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || strchr("-._~", *c);
    if (!plain) out[used++] = '%', out[used++] = hex[(unsigned char)*c >> 4], out[used++] = hex[*c & 15];
    if (plain) out[used++] = *c;
  }
  strcpy(out + used, place + 5);
  return out;
}

/* Adds the phones of one column that are not there yet. */
static int add_phones(arena *a, const store_value *v, const char **out, size_t *count) {
  const char *one[HOST_PHONES_MAX], *text = v->kind == STORE_INT ? host_value_text(a, v, 24) : v->text;
  size_t found, before = *count;
  if (v->kind != STORE_INT && v->kind != STORE_TEXT) return MCRM_OK;
  if (!text) return MCRM_NO_MEMORY;
  int code = host_phones(a, text, v->kind == STORE_INT ? strlen(text) : v->length, one, HOST_PHONES_MAX, &found);
  for (size_t i = 0; !code && i < found; i++) {
    bool known = false;
    for (size_t k = 0; k < before; k++) known |= !strcmp(out[k], one[i]);
    if (!known) out[(*count)++] = one[i];
  }
  return code;
}

static int set_phones(arena *a, mcrm_rep *rep, const store_value values[]) {
  const char *found[3 * HOST_PHONES_MAX];
  size_t count = 0;
  int code = MCRM_OK;
  for (int c = REP_PHONE; !code && c <= REP_PHONES; c++) code = add_phones(a, &values[c], found, &count);
  const char **at = code ? NULL : arena_array(a, count + 1, sizeof *at);
  if (!at) return MCRM_NO_MEMORY;
  memcpy(at, found, count * sizeof *at);
  MCRM_SET(rep, phones, ((mcrm_texts){at, count}));
  return MCRM_OK;
}

static void set_balance(const host *h, arena *a, mcrm_rep *rep, const store_value values[]) {
  int64_t debt = 0, credit = 0;
  bool known = host_value_exact(&values[REP_BALANCE], &debt);
  if (known) {
    if (h->debtor_negative) debt = -debt;
  } else {
    bool owes = host_value_exact(&values[REP_DEBT], &debt), owed = host_value_exact(&values[REP_CREDIT], &credit);
    known = owes || owed;
    debt = (owes ? debt : 0) - (owed ? credit : 0);
  }
  debt = known ? host_whole(debt) : 0;
  MCRM_SET(rep, balance, known ? host_balance(a, debt) : NULL);
  MCRM_SET(rep, debt, debt);
}

static void set_service(const host *h, arena *a, mcrm_rep *rep, const store_value values[]) {
  const char *const *mapped = h->tables[HOST_REPS].expressions;
  MCRM_SET(rep, service, NULL);
  if (!mapped[REP_SERVICE] && !mapped[REP_ACTIVE] && !mapped[REP_EXPIRING]) return;
  mcrm_service *s = arena_alloc(a, sizeof *s);
  if (!s) return;
  s->size = sizeof *s;
  int64_t number;
  if (mapped[REP_SERVICE]) MCRM_SET(s, status, host_value_text(a, &values[REP_SERVICE], WORD_MAX));
  if (mapped[REP_ACTIVE]) MCRM_SET(s, active, host_value_money(&values[REP_ACTIVE], &number) ? number : 0);
  if (mapped[REP_EXPIRING]) MCRM_SET(s, expiring, host_value_money(&values[REP_EXPIRING], &number) ? number : 0);
  MCRM_SET(rep, service, s);
}

static mcrm_invoices *no_invoices(arena *a) {
  mcrm_invoices *totals = arena_alloc(a, sizeof *totals);
  if (!totals) return NULL;
  totals->size = sizeof *totals;
  MCRM_SET(totals, count, 0);
  MCRM_SET(totals, unpaid, 0);
  MCRM_SET(totals, overdue, 0);
  MCRM_SET(totals, unpaid_amount, 0);
  MCRM_SET(totals, last_at, 0);
  return totals;
}

static mcrm_rep *make_rep(const host *h, arena *a, mcrm_time now, const char *key, const store_value values[]) {
  mcrm_rep *rep = arena_alloc(a, sizeof *rep);
  if (!rep) return NULL;
  rep->size = sizeof *rep;
  MCRM_SET(rep, kind, "rep");
  MCRM_SET(rep, host_key, key);
  MCRM_SET(rep, name, host_value_text(a, &values[REP_NAME], NAME_MAX_POINTS));
  MCRM_SET(rep, shop, host_value_text(a, &values[REP_SHOP], NAME_MAX_POINTS));
  MCRM_SET(rep, admin_username, host_value_text(a, &values[REP_USERNAME], USERNAME_MAX));
  if (set_phones(a, rep, values)) return NULL;
  const char *telegram = host_value_text(a, &values[REP_TELEGRAM], URL_MAX);
  MCRM_SET(rep, telegram, telegram ? host_telegram(a, telegram, strlen(telegram)) : NULL);
  MCRM_SET(rep, status, host_value_text(a, &values[REP_STATUS], WORD_MAX));
  set_balance(h, a, rep, values);
  MCRM_SET(rep, invoices, h->tables[HOST_INVOICES].from ? no_invoices(a) : NULL);
  set_service(h, a, rep, values);
  const char *url = host_value_text(a, &values[REP_URL], URL_MAX);
  MCRM_SET(rep, host_url, url || !h->rep_url ? url : page_of(a, h->rep_url, key));
  MCRM_SET(rep, as_of, now);
  return rep;
}

/* ---- many ---- */

static int add(reading *g, mcrm_rep *rep) {
  if (g->count == g->capacity) {
    size_t wanted = g->capacity ? g->capacity * 2 : FIRST_REPS;
    mcrm_rep **more = arena_array(g->arena, wanted, sizeof *more);
    if (!more) return error_no_memory(&g->why);
    if (g->count) memcpy(more, g->at, g->count * sizeof *more);
    g->at = more;
    g->capacity = wanted;
  }
  g->at[g->count++] = rep;
  return MCRM_OK;
}

static int take_rep(reading *g, const store_value values[]) {
  const char *key = host_key_text(g->arena, &values[REP_KEY]);
  mcrm_rep *rep = key ? make_rep(g->reader.host, g->arena, g->now, key, values) : NULL;
  if (arena_failed(g->arena) || (key && !rep)) return error_no_memory(&g->why);
  return rep ? add(g, rep) : MCRM_OK;
}

static int read_reps(reading *g, const char *where, const host_keys *keys) {
  const host *h = g->reader.host;
  const char *sql = arena_print(
      g->arena,
      "SELECT h.f0, h.f1, h.f2, h.f3, h.f4, h.f5, h.f6, h.f7, h.f8, h.f9, h.f10, h.f11, h.f12, h.f13, h.f14, "
      "h.f15, h.f16 FROM %s%s%s",
      h->tables[HOST_REPS].view, where ? " WHERE h.f0 IN " : "", where ? where : "");
  if (!sql) return error_no_memory(&g->why);
  host_rows rows;
  host_query(&g->reader, &rows, sql, keys ? keys->values : NULL, keys ? keys->count : 0);
  while (host_next(&rows)) {
    store_value values[HOST_COLUMNS];
    for (size_t i = 0; i < HOST_COLUMNS; i++) values[i] = host_column_value(&rows, i);
    if (rows.code || (rows.code = take_rep(g, values))) break;
  }
  return host_rows_end(&rows);
}

static int by_key(const void *a, const void *b) {
  return strcmp((*(const mcrm_rep *const *)a)->host_key, (*(const mcrm_rep *const *)b)->host_key);
}

/* A mapping that joins may give a rep twice. */
static void settle(reading *g) {
  size_t kept = 0;
  if (g->count) qsort(g->at, g->count, sizeof *g->at, by_key);
  for (size_t i = 0; i < g->count; i++)
    if (!kept || strcmp(g->at[kept - 1]->host_key, g->at[i]->host_key) != 0) g->at[kept++] = g->at[i];
  g->count = kept;
}

const mcrm_rep *host_rep_find(const mcrm_rep_array *reps, const char *key) {
  for (size_t low = 0, high = reps->count; key && low < high;) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(key, reps->at[middle]->host_key);
    if (!order) return reps->at[middle];
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

/* ---- totals of invoices: all are counted by the database, only open ones are looked at ---- */

static mcrm_invoices *totals_of(reading *g, const store_value *key) {
  const mcrm_rep_array reps = {(const mcrm_rep *const *)g->at, g->count};
  const mcrm_rep *rep = host_rep_find(&reps, host_key_text(g->arena, key));
  return rep ? (mcrm_invoices *)(uintptr_t)rep->invoices : NULL;
}

static int read_counts(reading *g, const char *where, const host_keys *keys) {
  const host *h = g->reader.host;
  const char *sql = arena_print(
      g->arena, "SELECT h.f%d, CAST(COUNT(*) AS BIGINT), MAX(h.f%d) FROM %s%s%s GROUP BY h.f%d", INVOICE_REP,
      INVOICE_ISSUED, h->tables[HOST_INVOICES].view, where ? " WHERE h.f0 IN " : "", where ? where : "", INVOICE_REP);
  if (!sql) return error_no_memory(&g->why);
  host_rows rows;
  host_query(&g->reader, &rows, sql, keys ? keys->values : NULL, keys ? keys->count : 0);
  while (host_next(&rows)) {
    store_value key = host_column_value(&rows, 0);
    mcrm_invoices *totals = rows.code ? NULL : totals_of(g, &key);
    store_value count = host_column_value(&rows, 1), last = host_column_value(&rows, 2);
    if (rows.code) break;
    if (!totals) continue;
    totals->count += count.number;
    if (!host_value_time(&last, h->zone, &totals->last_at)) totals->last_at = 0;
  }
  return host_rows_end(&rows);
}

static void add_open(const reading *g, mcrm_invoices *totals, const store_value values[]) {
  int64_t amount, paid;
  mcrm_time due;
  if (!host_value_exact(&values[INVOICE_AMOUNT], &amount)) return;
  if (host_value_exact(&values[INVOICE_PAID], &paid)) amount -= paid;
  if (amount <= 0) return;
  totals->unpaid++;
  if (__builtin_add_overflow(totals->unpaid_amount, amount, &totals->unpaid_amount))
    totals->unpaid_amount = INT64_MAX / 2;
  if (host_value_time(&values[INVOICE_DUE], g->reader.host->zone, &due) && due < g->now) totals->overdue++;
}

static int read_open(reading *g, const char *where, const host_keys *keys) {
  const host *h = g->reader.host;
  const char *sql =
      arena_print(g->arena,
                  "SELECT h.f%d, h.f%d, h.f%d, h.f%d, h.f%d FROM %s WHERE LOWER(COALESCE(h.f%d, '')) NOT IN "
                  "('paid', 'settled', 'cancelled', 'canceled', 'void', 'voided')%s%s",
                  INVOICE_REP, INVOICE_AMOUNT, INVOICE_PAID, INVOICE_STATUS, INVOICE_DUE, h->tables[HOST_INVOICES].view,
                  INVOICE_STATUS, where ? " AND h.f0 IN " : "", where ? where : "");
  if (!sql) return error_no_memory(&g->why);
  host_rows rows;
  host_query(&g->reader, &rows, sql, keys ? keys->values : NULL, keys ? keys->count : 0);
  while (host_next(&rows)) {
    store_value values[HOST_COLUMNS] = {0}, key = host_column_value(&rows, 0);
    mcrm_invoices *totals = rows.code ? NULL : totals_of(g, &key);
    values[INVOICE_AMOUNT] = host_column_value(&rows, 1);
    values[INVOICE_PAID] = host_column_value(&rows, 2);
    values[INVOICE_STATUS] = host_column_value(&rows, 3);
    values[INVOICE_DUE] = host_column_value(&rows, 4);
    if (rows.code) break;
    const char *status = host_value_text(g->arena, &values[INVOICE_STATUS], WORD_MAX);
    if (totals && host_invoice_state(status) == INVOICE_OPEN) add_open(g, totals, values);
  }
  return host_rows_end(&rows);
}

static int read_totals(reading *g, const char *where, const host_keys *keys) {
  if (!g->reader.host->tables[HOST_INVOICES].from) return MCRM_OK;
  int code = read_counts(g, where, keys);
  return code ? code : read_open(g, where, keys);
}

/* Sums were made in thousandths. */
static void round_totals(reading *g) {
  for (size_t i = 0; i < g->count; i++) {
    mcrm_invoices *totals = (mcrm_invoices *)(uintptr_t)g->at[i]->invoices;
    if (totals) totals->unpaid_amount = host_whole(totals->unpaid_amount);
  }
}

static int read_all(reading *g) {
  int code = read_reps(g, NULL, NULL);
  settle(g);
  return code ? code : read_totals(g, NULL, NULL);
}

static int read_some(reading *g, mcrm_texts keys) {
  host_keys some;
  int code = MCRM_OK;
  for (size_t from = 0, taken; !code && from < keys.count; from += taken) {
    taken = host_keys_make(g->arena, keys, from, &some);
    if (!taken) return error_no_memory(&g->why);
    code = read_reps(g, some.list, &some);
  }
  settle(g);
  for (size_t from = 0, taken; !code && from < keys.count; from += taken) {
    taken = host_keys_make(g->arena, keys, from, &some);
    if (!taken) return error_no_memory(&g->why);
    code = read_totals(g, some.list, &some);
  }
  return code;
}

/* ---- from the host program's functions ---- */

static void count_invoice(const reading *g, mcrm_invoices *totals, const store_value values[]) {
  mcrm_time issued;
  totals->count++;
  if (host_value_time(&values[INVOICE_ISSUED], g->reader.host->zone, &issued) && issued > totals->last_at)
    totals->last_at = issued;
  const char *status = host_value_text(g->arena, &values[INVOICE_STATUS], WORD_MAX);
  if (host_invoice_state(status) == INVOICE_OPEN) add_open(g, totals, values);
}

static int take_given(reading *g, mcrm_texts keys) {
  host *h = g->reader.host;
  host_given rows;
  int code = host_given_read(h, g->arena, HOST_REPS, keys, &g->why, &rows);
  for (size_t i = 0; !code && i < rows.count; i++) code = take_rep(g, rows.at[i]);
  settle(g);
  if (!code) code = host_given_read(h, g->arena, HOST_INVOICES, keys, &g->why, &rows);
  for (size_t i = 0; !code && i < rows.count; i++) {
    mcrm_invoices *totals = totals_of(g, &rows.at[i][INVOICE_REP]);
    if (totals) count_invoice(g, totals, rows.at[i]);
  }
  return code;
}

/* ---- all of it ---- */

static int read_database(reading *g, mcrm_texts keys, mcrm_error *error) {
  int code = host_reader_begin(g->reader.host, keys.count ? HOST_BRIEF : HOST_LONG, error, &g->reader);
  if (code) return code;
  g->reader.error = &g->why;
  code = keys.count ? read_some(g, keys) : read_all(g);
  if (code == MCRM_INTERNAL) host_name_field(&g->reader);
  host_reader_end(&g->reader);
  return code ? host_unavailable(g->reader.host, &g->why, error) : MCRM_OK;
}

static int read_given(reading *g, mcrm_texts keys, mcrm_error *error) {
  int code = take_given(g, keys);
  return code ? host_unavailable(g->reader.host, &g->why, error) : MCRM_OK;
}

int host_reps(host *h, arena *a, mcrm_texts keys, mcrm_time now, mcrm_error *error, mcrm_rep_array *out) {
  reading g = {.arena = a, .now = now, .reader.host = h};
  *out = (mcrm_rep_array){0};
  int code = h->source.read ? read_given(&g, keys, error) : read_database(&g, keys, error);
  if (code) return code;
  round_totals(&g);
  if (arena_failed(a)) return error_no_memory(error);
  *out = (mcrm_rep_array){(const mcrm_rep *const *)g.at, g.count};
  return MCRM_OK;
}
