#include "table.h"

#include <base/error.h>
#include <string.h>

enum { VIEW_LIMIT = 256 * 1024 };

static const host_column rep_columns[] = {
    [REP_KEY] = {"key", HOST_TEXT, true},
    [REP_NAME] = {"name", HOST_TEXT, true},
    [REP_SHOP] = {"shop", HOST_TEXT, false},
    [REP_USERNAME] = {"admin_username", HOST_TEXT, false},
    [REP_PHONE] = {"phone", HOST_TEXT, false},
    [REP_PHONE2] = {"phone2", HOST_TEXT, false},
    [REP_PHONES] = {"phones", HOST_TEXT, false},
    [REP_TELEGRAM] = {"telegram", HOST_TEXT, false},
    [REP_STATUS] = {"status", HOST_TEXT, false},
    [REP_BALANCE] = {"balance", HOST_MONEY, false},
    [REP_DEBT] = {"debt", HOST_MONEY, false},
    [REP_CREDIT] = {"credit", HOST_MONEY, false},
    [REP_SERVICE] = {"service_status", HOST_TEXT, false},
    [REP_ACTIVE] = {"service_active", HOST_INT, false},
    [REP_EXPIRING] = {"service_expiring", HOST_INT, false},
    [REP_URL] = {"url", HOST_TEXT, false},
    [REP_UPDATED] = {"updated_at", HOST_TIME, false},
};

static const host_column invoice_columns[] = {
    [INVOICE_REP] = {"rep_key", HOST_TEXT, true},      [INVOICE_AMOUNT] = {"amount", HOST_MONEY, true},
    [INVOICE_KEY] = {"key", HOST_TEXT, false},         [INVOICE_NUMBER] = {"number", HOST_TEXT, false},
    [INVOICE_PAID] = {"paid", HOST_MONEY, false},      [INVOICE_STATUS] = {"status", HOST_TEXT, false},
    [INVOICE_DUE] = {"due_at", HOST_TIME, false},      [INVOICE_ISSUED] = {"issued_at", HOST_TIME, false},
    [INVOICE_PAID_AT] = {"paid_at", HOST_TIME, false}, [INVOICE_URL] = {"url", HOST_TEXT, false},
};

static const host_column payment_columns[] = {
    [PAYMENT_REP] = {"rep_key", HOST_TEXT, true},
    [PAYMENT_AMOUNT] = {"amount", HOST_MONEY, true},
    [PAYMENT_KEY] = {"key", HOST_TEXT, false},
    [PAYMENT_KIND] = {"kind", HOST_TEXT, false},
    [PAYMENT_DESCRIPTION] = {"description", HOST_TEXT, false},
    [PAYMENT_AT] = {"at", HOST_TIME, false},
};

static const host_column ledger_columns[] = {
    [LEDGER_REP] = {"rep_key", HOST_TEXT, true},
    [LEDGER_AT] = {"at", HOST_TIME, true},
    [LEDGER_BALANCE] = {"balance", HOST_MONEY, true},
    [LEDGER_KEY] = {"key", HOST_TEXT, false},
};

#define SHAPE(name, columns) \
  { name, columns, sizeof columns / sizeof *columns }
const host_shape host_shapes[HOST_TABLES] = {
    [HOST_REPS] = SHAPE("representatives", rep_columns),
    [HOST_INVOICES] = SHAPE("invoices", invoice_columns),
    [HOST_PAYMENTS] = SHAPE("payments", payment_columns),
    [HOST_LEDGER] = SHAPE("ledger", ledger_columns),
};

static int wrong(mcrm_error *error, const host_shape *shape, const char *column, const char *message,
                 const char *what) {
  char field[64];
  size_t used = 0;
  const char *parts[] = {"host.", shape->name, ".", column};
  for (size_t i = 0; i < 4; i++)
    for (const char *c = parts[i]; *c && used + 1 < sizeof field; c++) field[used++] = *c;
  field[used] = 0;
  return error_set(error, MCRM_INVALID, field, message, "%s", what);
}

static int place(host_table *t, arena *a, const host_mapping *m, mcrm_error *error) {
  for (size_t i = 0; i < t->shape->count; i++) {
    if (strcmp(m->name, t->shape->columns[i].name) != 0) continue;
    bool mapped = m->expression && m->expression[strspn(m->expression, " \t\n")];
    t->expressions[i] = mapped ? arena_text(a, m->expression) : NULL;
    return t->expressions[i] || !mapped ? MCRM_OK : error_no_memory(error);
  }
  return wrong(error, t->shape, m->name, "host.field", "no such field");
}

/* A newline ends each expression, so that a comment in it cannot swallow what follows. */
static int make_view(host_table *t, arena *a, mcrm_error *error) {
  buffer sql;
  buffer_init(&sql, VIEW_LIMIT);
  buffer_text(&sql, "(SELECT ");
  for (size_t i = 0; i < t->shape->count; i++) {
    if (i) buffer_append(&sql, ", ", 2);
    if (t->expressions[i])
      buffer_print(&sql, "(%s\n) AS f%zu", t->expressions[i], i);
    else
      buffer_print(&sql, "NULL AS f%zu", i);
  }
  buffer_print(&sql, " FROM %s\n) AS h", t->from);
  bool too_long = sql.failed && sql.too_long;
  t->view = sql.failed ? NULL : arena_copy(a, sql.bytes, sql.length);
  buffer_free(&sql);
  if (too_long) return wrong(error, t->shape, "", "too_long", "the expressions are too long");
  return t->view ? MCRM_OK : error_no_memory(error);
}

int host_table_make(host_table *t, host_table_id id, arena *a, const char *from, const host_mapping *mapping,
                    size_t count, mcrm_error *error) {
  *t = (host_table){.shape = &host_shapes[id]};
  if (!from) return count ? wrong(error, t->shape, "from", "missing", "fields are mapped but no table is named") : 0;
  t->from = arena_text(a, from);
  if (!t->from) return error_no_memory(error);
  for (size_t i = 0; i < count; i++) {
    int code = place(t, a, &mapping[i], error);
    if (code) return code;
  }
  for (size_t i = 0; i < t->shape->count; i++)
    if (t->shape->columns[i].needed && !t->expressions[i])
      return wrong(error, t->shape, t->shape->columns[i].name, "missing", "this field must be mapped");
  return make_view(t, a, error);
}
