/* Row-level security: does the database hold this role to it? */
#include <store/guard.h>

#include <stdio.h>

#include "internal.h"

int store_guard_look(store *s, mcrm_error *error, store_guard *out) {
  static const char sql[] =
      "SELECT CAST(pg_has_role(n.nspowner, 'USAGE') AS int), current_user, "
      "(SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind = 'r' AND c.relrowsecurity), "
      "(SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind = 'r' AND c.relname <> "
      "'schema_version' AND NOT (c.relrowsecurity AND row_security_active(c.oid))) "
      "FROM pg_namespace n WHERE n.nspname = current_schema()";
  store_tx tx;
  store_rows rows;
  *out = (store_guard){0};
  if (!s->driver->acting) return MCRM_OK;
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  int code = store_begin(s, a, error, false, 0, &(store_origin){.operation = "doctor"}, &tx);
  if (!code) {
    store_query_with(&tx, &rows, sql, NULL, 0);
    out->possible = true;
    if (store_next(&rows)) {
      const char *role = store_get_text(&rows, 1);
      out->owner = store_get_int(&rows, 0) != 0;
      snprintf(out->role, sizeof out->role, "%s", role ? role : "");
      out->tables = store_get_int(&rows, 2);
      out->open = store_get_int(&rows, 3);
    }
    code = store_end(&rows);
    store_rollback(&tx);
  }
  arena_free(a);
  return code;
}
