/* The demo's host database as SQL for PostgreSQL: the tables as that host has them, and the rows of the SQLite file. */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"

static const char schema_1[] =
    "CREATE TABLE representatives (id serial PRIMARY KEY, full_name text NOT NULL, admin_username text NOT NULL "
    "UNIQUE,\n"
    "  telegram_id text, phone_number text, store_name text, status text NOT NULL DEFAULT 'active',\n"
    "  balance integer DEFAULT 0, pricing jsonb NOT NULL DEFAULT '{}', created_at timestamp NOT NULL DEFAULT now(),\n"
    "  updated_at timestamp NOT NULL DEFAULT now());\n"
    "CREATE TABLE invoices (id serial PRIMARY KEY,\n"
    "  representative_id integer NOT NULL REFERENCES representatives (id), amount integer NOT NULL,\n"
    "  status text NOT NULL DEFAULT 'pending', due_date timestamp NOT NULL, paid_at timestamp, data jsonb,\n"
    "  telegram_link text, created_at timestamp NOT NULL DEFAULT now());\n"
    "CREATE TABLE payments (id serial PRIMARY KEY,\n"
    "  representative_id integer NOT NULL REFERENCES representatives (id),\n"
    "  invoice_id integer REFERENCES invoices (id), amount integer NOT NULL, type text NOT NULL, description text,\n"
    "  created_at timestamp NOT NULL DEFAULT now());\n"
    "CREATE INDEX invoices_rep ON invoices (representative_id);\n"
    "CREATE INDEX payments_rep ON payments (representative_id);\n"
    "CREATE INDEX payments_invoice ON payments (invoice_id);\n";

static const char schema_2[] =
    "CREATE TABLE representatives (id serial PRIMARY KEY, full_name text NOT NULL, admin_username text NOT NULL "
    "UNIQUE,\n"
    "  telegram_id text, phone_number text, store_name text, limited_price_1_month numeric(10,2) DEFAULT 900,\n"
    "  limited_price_6_month numeric(10,2) DEFAULT 1600, unlimited_price_1_month numeric(10,2) DEFAULT 40000,\n"
    "  unlimited_price_6_month numeric(10,2) DEFAULT 240000, status text DEFAULT 'active',\n"
    "  sourcing_type text DEFAULT 'direct', created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now());\n"
    "CREATE TABLE invoices (id serial PRIMARY KEY, invoice_number text NOT NULL UNIQUE,\n"
    "  representative_id integer REFERENCES representatives (id), total_amount numeric(15,2) NOT NULL,\n"
    "  base_amount numeric(15,2) NOT NULL, discount_amount numeric(15,2) DEFAULT 0,\n"
    "  tax_amount numeric(15,2) DEFAULT 0, status text DEFAULT 'pending', due_date timestamp, paid_date timestamp,\n"
    "  invoice_data jsonb, telegram_sent boolean DEFAULT false, created_at timestamp DEFAULT now(),\n"
    "  updated_at timestamp DEFAULT now());\n"
    "CREATE TABLE invoice_items (id serial PRIMARY KEY, invoice_id integer NOT NULL REFERENCES invoices (id),\n"
    "  description text NOT NULL, service_type text NOT NULL, duration_months integer NOT NULL,\n"
    "  quantity numeric(10,3) DEFAULT 1, unit_price numeric(15,2) NOT NULL, total_price numeric(15,2) NOT NULL);\n"
    "CREATE TABLE financial_ledger (id serial PRIMARY KEY,\n"
    "  representative_id integer NOT NULL REFERENCES representatives (id),\n"
    "  transaction_date timestamp NOT NULL DEFAULT now(), transaction_type text NOT NULL,\n"
    "  amount numeric(12,2) NOT NULL, running_balance numeric(12,2) NOT NULL, reference_id integer,\n"
    "  reference_number text, description text, created_at timestamp DEFAULT now());\n"
    "CREATE INDEX invoices_rep ON invoices (representative_id);\n"
    "CREATE INDEX items_invoice ON invoice_items (invoice_id);\n"
    "CREATE INDEX ledger_rep ON financial_ledger (representative_id);\n";

static const char *const tables_1[] = {"representatives", "invoices", "payments", NULL};
static const char *const tables_2[] = {"representatives", "invoices", "invoice_items", "financial_ledger", NULL};

/* Whatever its type: PostgreSQL reads a quoted literal as the column's. */
static void print_value(const char *text, FILE *out) {
  if (!text) {
    fputs("NULL", out);
    return;
  }
  putc('\'', out);
  for (const char *c = text; *c; c++) {
    if (*c == '\'') putc('\'', out);
    putc(*c, out);
  }
  putc('\'', out);
}

static void print_row(sqlite3_stmt *row, const char *table, FILE *out) {
  int columns = sqlite3_column_count(row);
  fprintf(out, "INSERT INTO %s (", table);
  for (int i = 0; i < columns; i++) fprintf(out, "%s%s", i ? ", " : "", sqlite3_column_name(row, i));
  fputs(") VALUES (", out);
  for (int i = 0; i < columns; i++) {
    if (i) fputs(", ", out);
    print_value((const char *)sqlite3_column_text(row, i), out);
  }
  fputs(");\n", out);
}

static int print_table(sqlite3 *db, const char *table, FILE *out) {
  char sql[100];
  sqlite3_stmt *row;
  int step;
  snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY id", table);
  if (sqlite3_prepare_v2(db, sql, -1, &row, NULL)) return -1;
  while ((step = sqlite3_step(row)) == SQLITE_ROW) print_row(row, table, out);
  sqlite3_finalize(row);
  fprintf(out, "SELECT setval('%s_id_seq', (SELECT MAX(id) FROM %s)) \\g /dev/null\n", table, table);
  return step == SQLITE_DONE ? 0 : -1;
}

int demo_print_postgresql(const demo_options *options, FILE *out, char *error, size_t size) {
  char folder[] = "/tmp/marfacrm-demo-XXXXXX", file[64];
  sqlite3 *db = NULL;
  if (!mkdtemp(folder)) {
    snprintf(error, size, "%s cannot be made", folder);
    return -1;
  }
  snprintf(file, sizeof file, "%s/host.db", folder);
  int code = demo_write(file, options, error, size);
  if (!code && (sqlite3_open_v2(file, &db, SQLITE_OPEN_READONLY, NULL) || fputs("BEGIN;\n", out) < 0)) code = -1;
  if (!code) fputs(options->generation == 2 ? schema_2 : schema_1, out);
  const char *const *tables = options->generation == 2 ? tables_2 : tables_1;
  for (int i = 0; !code && tables[i]; i++) code = print_table(db, tables[i], out);
  if (!code) fputs("COMMIT;\n", out);
  if (!code && fflush(out)) code = -1;
  if (code && !error[0]) snprintf(error, size, "the SQL could not be written");
  sqlite3_close(db);
  unlink(file);
  rmdir(folder);
  return code;
}
