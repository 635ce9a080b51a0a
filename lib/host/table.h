/* The host's four tables as SQL: a mapping becomes a subquery with one column for each field of ours. */
#ifndef HOST_TABLE_H
#define HOST_TABLE_H

#include <base/arena.h>
#include <base/buffer.h>
#include <host/host.h>
#include <stdbool.h>

typedef enum rep_column {
  REP_KEY,
  REP_NAME,
  REP_SHOP,
  REP_USERNAME,
  REP_PHONE,
  REP_PHONE2,
  REP_PHONES,
  REP_TELEGRAM,
  REP_STATUS,
  REP_BALANCE,
  REP_DEBT,
  REP_CREDIT,
  REP_SERVICE,
  REP_ACTIVE,
  REP_EXPIRING,
  REP_URL,
  REP_UPDATED
} rep_column;
typedef enum invoice_column {
  INVOICE_REP,
  INVOICE_AMOUNT,
  INVOICE_KEY,
  INVOICE_NUMBER,
  INVOICE_PAID,
  INVOICE_STATUS,
  INVOICE_DUE,
  INVOICE_ISSUED,
  INVOICE_PAID_AT,
  INVOICE_URL
} invoice_column;
typedef enum payment_column {
  PAYMENT_REP,
  PAYMENT_AMOUNT,
  PAYMENT_KEY,
  PAYMENT_KIND,
  PAYMENT_DESCRIPTION,
  PAYMENT_AT
} payment_column;
typedef enum ledger_column { LEDGER_REP, LEDGER_AT, LEDGER_BALANCE, LEDGER_KEY } ledger_column;

enum { HOST_COLUMNS = 17 };

typedef enum host_kind { HOST_TEXT, HOST_MONEY, HOST_TIME, HOST_INT } host_kind;

typedef struct host_column {
  const char *name;
  host_kind kind;
  bool needed;
} host_column;

typedef enum host_table_id { HOST_REPS, HOST_INVOICES, HOST_PAYMENTS, HOST_LEDGER, HOST_TABLES } host_table_id;

/* What a table's columns are called; constant. */
typedef struct host_shape {
  const char *name; /* as in the configuration: "representatives" */
  const host_column *columns;
  size_t count;
} host_shape;

extern const host_shape host_shapes[HOST_TABLES];

typedef struct host_table {
  const host_shape *shape;
  const char *from; /* NULL: not mapped */
  const char *expressions[HOST_COLUMNS];
  const char *view; /* "(SELECT … AS f0, … FROM …) AS h" */
} host_table;

/* Checks names and needed fields, copies, and makes the view. */
int host_table_make(host_table *t, host_table_id id, arena *a, const char *from, const host_mapping *mapping,
                    size_t count, mcrm_error *error);

#endif
