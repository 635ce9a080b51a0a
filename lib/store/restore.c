#include <stdio.h>
#include <store/copy.h>
#include <string.h>

#include "internal.h"

static const store_origin restore_origin = {.gate = "local", .operation = "database.restore"};
enum { NAME = 40 };

typedef struct places {
  char there[NAME], fresh[NAME + 12], aside[NAME + 12];
  const char *url; /* of `fresh` */
} places;

/* The URL again with the other schema. The name is one of ours: small letters, digits and _ (the driver says so). */
static int find_places(arena *a, const char *url, places *p, mcrm_error *error) {
  const char *option = strstr(url, "schema="), *rest = "";
  size_t before = strlen(url);
  strcpy(p->there, "marfacrm");
  if (option) {
    size_t length = strcspn(option + 7, "&");
    if (length >= sizeof p->there || length != strspn(option + 7, "abcdefghijklmnopqrstuvwxyz0123456789_"))
      return error_set(error, MCRM_INVALID, "url", "store.url", "schema= is too long a name to restore into");
    memcpy(p->there, option + 7, length);
    p->there[length] = 0;
    before = (size_t)(option - url);
    rest = option + 7 + length;
  }
  snprintf(p->fresh, sizeof p->fresh, "%s_restoring", p->there);
  snprintf(p->aside, sizeof p->aside, "%s_before", p->there);
  const char *join = option ? "" : strchr(url, '?') ? "&" : "?";
  p->url = arena_print(a, "%.*s%sschema=%s%s", (int)before, url, join, p->fresh, rest);
  return p->url ? MCRM_OK : error_no_memory(error);
}

static int exists(store_tx *tx, const char *schema, bool *out) {
  int64_t found = 0;
  int code = store_number(tx, &found, 0, "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = $1",
                          store_text(schema));
  *out = found > 0;
  return code;
}

static int run(store_tx *tx, const char *what, const char *schema, const char *name) {
  char sql[4096];
  snprintf(sql, sizeof sql, what, schema, name);
  return store_run_with(tx, sql, NULL, 0);
}

/* Before any work: is there something, and may it go aside? */
static int may_replace(store_tx *tx, const places *p, bool replace, bool *there) {
  bool aside = false;
  int code = exists(tx, p->there, there);
  if (!code && *there && !replace)
    return error_set(tx->error, MCRM_CONFLICT, "storage.url", "conflict",
                     "the schema %s holds a database; --replace puts it aside first", p->there);
  if (!code && *there) code = exists(tx, p->aside, &aside);
  if (!code && aside)
    return error_set(tx->error, MCRM_CONFLICT, "storage.url", "conflict",
                     "the schema %s of an earlier restore is still there", p->aside);
  return code;
}

/* What other roles might do in the schema %1$s they may do in %2$s, and with what is made there later. */
static const char grants[] =
    "DO $$ DECLARE what TEXT; BEGIN FOR what IN "
    "SELECT format('GRANT %%s ON SCHEMA %%I TO %%s', a.privilege_type, '%2$s', CASE a.grantee WHEN 0 THEN 'PUBLIC' "
    "ELSE quote_ident(pg_get_userbyid(a.grantee)) END) "
    "FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = '%1$s' AND a.grantee <> n.nspowner "
    "UNION ALL SELECT format('GRANT %%s ON %%I.%%I TO %%s', a.privilege_type, '%2$s', c.relname, CASE a.grantee WHEN 0 "
    "THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END) "
    "FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = to_regnamespace('%1$s') AND c.relkind IN ('r', "
    "'v') "
    "AND a.grantee <> c.relowner AND to_regclass(format('%%I.%%I', '%2$s', c.relname)) IS NOT NULL "
    "UNION ALL SELECT format('GRANT EXECUTE ON FUNCTION %%I.%%I(%%s) TO %%s', '%2$s', p.proname, "
    "pg_get_function_identity_arguments(p.oid), CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE "
    "quote_ident(pg_get_userbyid(a.grantee)) END) "
    "FROM pg_proc p, aclexplode(p.proacl) a WHERE p.pronamespace = to_regnamespace('%1$s') AND a.grantee <> p.proowner "
    "AND EXISTS (SELECT FROM pg_proc f WHERE f.pronamespace = to_regnamespace('%2$s') AND f.proname = p.proname "
    "AND f.proargtypes = p.proargtypes) "
    "UNION ALL SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %%s IN SCHEMA %%I GRANT %%s ON TABLES TO %%s', "
    "quote_ident(pg_get_userbyid(d.defaclrole)), '%2$s', a.privilege_type, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE "
    "quote_ident(pg_get_userbyid(a.grantee)) END) "
    "FROM pg_default_acl d, aclexplode(d.defaclacl) a WHERE d.defaclnamespace = to_regnamespace('%1$s') AND "
    "d.defaclobjtype = 'r' AND a.grantee <> d.defaclrole "
    "LOOP EXECUTE what; END LOOP; END $$";

static int change_names(store_tx *tx, const places *p, bool there) {
  int code = there ? run(tx, grants, p->there, p->fresh) : MCRM_OK;
  if (!code)
    code = there ? run(tx, "ALTER SCHEMA \"%s\" RENAME TO \"%s\"", p->there, p->aside)
                 : run(tx, "DROP SCHEMA IF EXISTS \"%s\"", p->there, "");
  return code ? code : run(tx, "ALTER SCHEMA \"%s\" RENAME TO \"%s\"", p->fresh, p->there);
}

/* One step in a transaction of its own. */
static int in_transaction(store *s, arena *a, const places *p, bool replace, bool last, mcrm_error *error) {
  store_tx tx;
  bool there = false;
  int code = store_begin(s, a, error, true, 0, &restore_origin, &tx);
  if (code) return code;
  code = may_replace(&tx, p, replace, &there);
  if (!code && last) code = change_names(&tx, p, there);
  if (!code) code = store_commit(&tx);
  store_rollback(&tx);
  return code;
}

static void sweep(store *s, arena *a, const places *p) {
  mcrm_error quiet = {0};
  store_tx tx;
  if (store_begin(s, a, &quiet, true, 0, &restore_origin, &tx)) return;
  if (!run(&tx, "DROP SCHEMA \"%s\" CASCADE", p->fresh, "")) store_commit(&tx);
  store_rollback(&tx);
}

int store_restore(store *backup, const char *url, bool replace, mcrm_error *error) {
  places p;
  store *fresh = NULL;
  if (!strstr(url, "://")) return error_set(error, MCRM_UNSUPPORTED, "url", "unsupported", "a file is put in its place");
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  int code = find_places(a, url, &p, error);
  const store_options options = {.url = p.url, .create = true, .zone = backup->zone, .key = backup->key};
  if (!code) code = store_open(&options, error, &fresh);
  if (!code) code = store_migrate(fresh, error, NULL);
  if (!code) code = in_transaction(fresh, a, &p, replace, false, error);
  /* of a restore that was cut short there may be a beginning: of this backup it is gone on with */
  if (!code) code = store_copy(backup, fresh, NULL, NULL, error);
  if (!code) code = in_transaction(fresh, a, &p, replace, true, error);
  if (code && fresh) sweep(fresh, a, &p);
  store_close(fresh);
  arena_free(a);
  return code;
}
