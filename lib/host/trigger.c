/* The triggers that make the host's database say when something changed, as SQL for the admin to read and to run. */
#include <base/error.h>
#include <string.h>

#include "connection.h"

/* The tables behind the mapping, as the planner names them: views, joins and subqueries are looked through. */
static const char relations_sql[] =
    "SELECT DISTINCT format('%I.%I', n->>'Schema', n->>'Relation Name') "
    "FROM jsonb_path_query(CAST($1 AS jsonb), 'strict $.** ? (exists(@.\"Relation Name\"))') AS n ORDER BY 1";

enum { TABLES_MOST = 64, PLAN_MOST = 1 << 20 };

typedef struct trigger_tables {
  arena *arena;
  const char *at[TABLES_MOST];
  size_t count;
} trigger_tables;

static int add_table(trigger_tables *t, const char *name, size_t length, mcrm_error *error) {
  for (size_t i = 0; i < t->count; i++)
    if (strlen(t->at[i]) == length && !memcmp(t->at[i], name, length)) return MCRM_OK;
  if (t->count == TABLES_MOST)
    return error_set(error, MCRM_UNSUPPORTED, "host", "too_many", "the mapping reads more than %d tables", TABLES_MOST);
  t->at[t->count] = arena_copy(t->arena, name, length);
  return t->at[t->count++] ? MCRM_OK : error_no_memory(error);
}

/* The plan of reading a whole view comes as one text. */
static int read_plan(host_reader *r, const host_table *table, arena *a, store_value *plan) {
  host_rows rows;
  const char *sql = arena_print(a, "EXPLAIN (VERBOSE, FORMAT JSON) SELECT * FROM %s", table->view);
  if (!sql) return error_no_memory(r->error);
  *plan = (store_value){.kind = STORE_TEXT, .text = ""};
  host_query(r, &rows, sql, NULL, 0);
  if (host_next(&rows)) {
    store_value v = host_column_value(&rows, 0);
    if (!rows.code && v.kind == STORE_TEXT && v.length < PLAN_MOST) {
      plan->text = arena_copy(a, v.text, v.length);
      plan->length = v.length;
      if (!plan->text) rows.code = error_no_memory(r->error);
    }
  }
  return host_rows_end(&rows);
}

static int find_tables(host_reader *r, const host_table *table, trigger_tables *out) {
  host_rows rows;
  store_value plan;
  int code = read_plan(r, table, out->arena, &plan);
  if (code) return code;
  host_query(r, &rows, relations_sql, &plan, 1);
  while (host_next(&rows)) {
    store_value v = host_column_value(&rows, 0);
    if (!rows.code && v.kind == STORE_TEXT) rows.code = add_table(out, v.text, v.length, r->error);
    if (rows.code) break;
  }
  return host_rows_end(&rows);
}

static void print_install(buffer *sql, const trigger_tables *t) {
  buffer_text(sql,
              "CREATE OR REPLACE FUNCTION marfacrm_changed() RETURNS trigger LANGUAGE plpgsql AS $$\n"
              "BEGIN PERFORM pg_notify('" HOST_CHANNEL "', TG_TABLE_NAME); RETURN NULL; END $$;\n");
  for (size_t i = 0; i < t->count; i++)
    buffer_print(sql,
                 "DROP TRIGGER IF EXISTS marfacrm_changed ON %s;\n"
                 "CREATE TRIGGER marfacrm_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s\n"
                 "  FOR EACH STATEMENT EXECUTE FUNCTION marfacrm_changed();\n",
                 t->at[i], t->at[i]);
}

static void print_remove(buffer *sql, const trigger_tables *t) {
  for (size_t i = 0; i < t->count; i++) buffer_print(sql, "DROP TRIGGER IF EXISTS marfacrm_changed ON %s;\n", t->at[i]);
  buffer_text(sql, "DROP FUNCTION IF EXISTS marfacrm_changed();\n");
}

static bool can_notify(const host *h) { return h->driver && h->driver->listen; }

int host_triggers(host *h, bool install, buffer *sql, mcrm_error *error) {
  host_reader r;
  mcrm_error why = {0};
  if (!can_notify(h))
    return error_set(error, MCRM_UNSUPPORTED, "host.url", "unsupported",
                     "only a PostgreSQL host can say by itself that something changed");
  trigger_tables tables = {.arena = arena_new(0)};
  if (!tables.arena) return error_no_memory(error);
  int code = host_reader_begin(h, HOST_LONG, error, &r);
  if (code) goto out;
  r.error = &why;
  for (size_t i = 0; !code && i < HOST_TABLES; i++)
    if (h->tables[i].from) code = find_tables(&r, &h->tables[i], &tables);
  host_reader_end(&r);
  if (code) {
    code = code == MCRM_UNSUPPORTED ? error_set(error, code, why.field, why.message, "%s", why.detail)
                                    : host_unavailable(h, &why, error);
    goto out;
  }
  if (install)
    print_install(sql, &tables);
  else
    print_remove(sql, &tables);
  if (sql->failed) code = error_no_memory(error);
out:
  arena_free(tables.arena);
  return code;
}

/* Whoever writes there finds the host's schema, not one of ours. */
static int open_writer(host *h, const char *url, mcrm_error *error, void **connection) {
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  const char *in = strstr(url, "schema=") ? "" : strchr(url, '?') ? "&schema=public" : "?schema=public";
  char *address = arena_print(a, "%s%s", url, in);
  int code = address ? h->driver->open(address, STORE_WRITER, false, error, connection) : error_no_memory(error);
  if (address) explicit_bzero(address, strlen(address));
  arena_free(a);
  return code;
}

int host_run_script(host *h, const char *url, const char *sql, mcrm_error *error) {
  void *connection = NULL;
  if (!can_notify(h)) return error_set(error, MCRM_UNSUPPORTED, "host.url", "unsupported", "the host runs no triggers");
  int code = open_writer(h, url ? url : h->url, error, &connection);
  if (code) return code;
  code = h->driver->begin(connection, 0, error);
  if (!code) code = h->driver->script(connection, sql, error);
  if (!code)
    code = h->driver->commit(connection, error);
  else
    h->driver->rollback(connection);
  h->driver->close(connection);
  return code;
}
