/* Statements on the host's tables. */
#include <base/error.h>
#include <string.h>

#include "connection.h"

int host_query(host_reader *r, host_rows *rows, const char *sql, const store_value *values, size_t count) {
  *rows = (host_rows){.reader = r};
  rows->code = r->host->driver->query(r->connection.handle, sql, values, count, r->error, &rows->statement);
  return rows->code;
}

bool host_next(host_rows *rows) {
  if (rows->code || !rows->statement) return false;
  int got = rows->reader->host->driver->step(rows->statement, rows->reader->error);
  if (got < 0) rows->code = got;
  return got > 0;
}

store_value host_column_value(host_rows *rows, size_t column) {
  store_value v = rows->reader->host->driver->column(rows->statement, column);
  if (v.kind == STORE_TEXT && !v.text) rows->code = error_no_memory(rows->reader->error);
  return v;
}

int host_rows_end(host_rows *rows) {
  if (rows->statement) rows->reader->host->driver->finish(rows->statement);
  rows->statement = NULL;
  return rows->code;
}

/* ---- keys ---- */

const char *host_key_text(arena *a, const store_value *v) { return host_value_text(a, v, 200); }

/* A canonical decimal: what a number would be written as. */
static bool number_of(const char *key, int64_t *out) {
  size_t length = strlen(key);
  *out = 0;
  if (!length || length > 18 || (key[0] == '0' && length > 1)) return false;
  for (size_t i = 0; i < length; i++) {
    if (key[i] < '0' || key[i] > '9') return false;
    *out = *out * 10 + (key[i] - '0');
  }
  return true;
}

size_t host_keys_make(arena *a, mcrm_texts keys, size_t from, host_keys *out) {
  static const size_t sizes[] = {1, 8, HOST_KEYS_AT_ONCE};
  size_t left = keys.count - from, size = 0;
  while (sizes[size] < left && sizes[size] < HOST_KEYS_AT_ONCE) size++;
  size_t places = sizes[size], taken = left < places ? left : places;
  buffer list;
  buffer_init(&list, 4096);
  for (size_t i = 0; i < places; i++) {
    const char *key = keys.at[from + (i < taken ? i : taken - 1)];
    int64_t number;
    out->values[2 * i] = (store_value){.kind = STORE_TEXT, .text = key, .length = strlen(key)};
    out->values[2 * i + 1] =
        number_of(key, &number) ? (store_value){.kind = STORE_INT, .number = number} : out->values[2 * i];
    buffer_print(&list, "%s$%zu, $%zu", i ? ", " : "(", 2 * i + 1, 2 * i + 2);
  }
  buffer_byte(&list, ')');
  out->count = 2 * places;
  out->list = list.failed ? NULL : arena_copy(a, list.bytes, list.length);
  buffer_free(&list);
  return out->list ? taken : 0;
}

/* ---- meanings ---- */

static bool same_word(const char *text, const char *word) {
  for (; *word; text++, word++)
    if (*text != *word && !(*text >= 'A' && *text <= 'Z' && *text + ('a' - 'A') == *word)) return false;
  return !*text;
}

invoice_state host_invoice_state(const char *status) {
  static const char *const settled[] = {"paid", "settled", NULL};
  static const char *const voided[] = {"cancelled", "canceled", "void", "voided", NULL};
  if (!status) return INVOICE_OPEN;
  for (size_t i = 0; settled[i]; i++)
    if (same_word(status, settled[i])) return INVOICE_SETTLED;
  for (size_t i = 0; voided[i]; i++)
    if (same_word(status, voided[i])) return INVOICE_VOID;
  return INVOICE_OPEN;
}

const mcrm_balance *host_balance(arena *a, int64_t debt) {
  mcrm_balance *b = arena_alloc(a, sizeof *b);
  if (!b) return NULL;
  b->size = sizeof *b;
  MCRM_SET(b, state, debt > 0 ? "debtor" : debt < 0 ? "creditor" : "settled");
  MCRM_SET(b, amount, debt < 0 ? -debt : debt);
  return b;
}
