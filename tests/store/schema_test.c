/* The tables are what the entity rows say, in a new database and in one that was made by any older version. */
#include <base/error.h>
#include <check.h>
#include <internal.h>
#include <model/entities.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "folder.h"

static char folder[FOLDER_SIZE], url[420];
static unsigned databases;
static zone *tehran;
static mcrm_error error;
static const store_driver *driver;
static void *connection;

/* A new database each time. */
static void next_database(void) {
  char name[24];
  snprintf(name, sizeof name, "crm%u.db", databases++);
  snprintf(url, sizeof url, "%s", backend_url(folder, name));
}

static void setup(void) {
  error_clear(&error);
  folder_make(folder);
  next_database();
  tehran = zone_load("Asia/Tehran", &error);
}

static void teardown(void) {
  zone_free(tehran);
  folder_remove(folder);
}

static void connect_to_it(bool create) {
  const char *rest;
  driver = store_driver_for(url, &rest, &error);
  ck_assert_msg(driver && !driver->open(rest, STORE_WRITER, create, &error, &connection), "%s", error.detail);
  ck_assert_msg(!driver->begin(connection, 0, &error), "%s", error.detail);
}

static void disconnect(void) {
  ck_assert_msg(!driver->commit(connection, &error), "%s", error.detail);
  driver->close(connection);
}

static void run(const char *sql) {
  ck_assert_msg(!driver->script(connection, sql, &error), "%s: %s", error.detail, sql);
}

/* What an older library left behind: its migrations and nothing newer. */
static void make_old(unsigned version) {
  connect_to_it(true);
  for (size_t i = 0; i < store_migration_count; i++) {
    const store_migration *m = &store_migrations[i];
    if (m->version <= version && (!m->scheme[0] || !strcmp(m->scheme, driver->scheme))) run(m->sql);
  }
  for (unsigned v = 1; v <= version; v++) {
    char sql[128];
    snprintf(sql, sizeof sql, "INSERT INTO schema_version (version, name, applied_at) VALUES (%u, 'old', 1)", v);
    run(sql);
  }
  disconnect();
}

static void bring_up(void) {
  static const unsigned char key[STORE_KEY_SIZE] = {7};
  store *s;
  store_options options = {.url = url, .create = true, .zone = tehran, .key = key};
  ck_assert_msg(!store_open(&options, &error, &s), "%s", error.detail);
  ck_assert_msg(!store_migrate(s, &error, NULL), "%s", error.detail);
  store_close(s);
}

typedef struct looking {
  const char *name;
  size_t found, count;
} looking;

static void note(void *context, const char *name, const char *type) {
  looking *l = context;
  (void)type;
  l->count++;
  l->found += l->name && !strcmp(l->name, name);
}

static looking look(const char *table, const char *column) {
  looking l = {.name = column};
  ck_assert_msg(!driver->columns(connection, table, note, &l, &error), "%s", error.detail);
  return l;
}

static void compare_rows_with_columns(void) {
  connect_to_it(false);
  for (const model_entity *const *e = model_entities; *e; e++) {
    size_t stored = 0;
    if (!(*e)->table) continue;
    for (size_t i = 0; i < (*e)->count; i++) {
      if (!model_stored(&(*e)->fields[i])) continue;
      stored++;
      ck_assert_msg(look((*e)->table, (*e)->fields[i].name).found == 1,
                    "%s has no column %s: add a migration to lib/store/migrations", (*e)->table, (*e)->fields[i].name);
    }
    ck_assert_msg(look((*e)->table, NULL).count == stored, "%s has columns without a row", (*e)->table);
  }
  disconnect();
}

/* All definitions, so that an upgraded database can be held beside a new one. */
static const char sqlite_schema[] =
    "SELECT m.name || ' ' || coalesce(group_concat(i.name || ' ' || i.type || ' ' || i.pk), '') "
    "FROM sqlite_master m LEFT JOIN pragma_table_info(m.name) i GROUP BY m.name ORDER BY m.name";
static const char postgres_schema[] =
    "SELECT table_name || ' ' || string_agg(column_name || ' ' || data_type || ' ' || is_nullable || ' ' || "
    "coalesce(column_default, '') || coalesce(generation_expression, ''), ',' ORDER BY column_name) "
    "FROM information_schema.columns WHERE table_schema = current_schema() GROUP BY table_name "
    "UNION ALL SELECT replace(indexdef, current_schema() || '.', '') FROM pg_indexes WHERE schemaname = "
    "current_schema() "
    "UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = current_schema()::regnamespace ORDER BY 1";

static char *schema(void) {
  void *statement;
  buffer out;
  int got;
  buffer_init(&out, 1 << 20);
  connect_to_it(false);
  ck_assert_msg(
      !driver->query(connection, backend_is_sqlite() ? sqlite_schema : postgres_schema, NULL, 0, &error, &statement),
      "%s", error.detail);
  while ((got = driver->step(statement, &error)) > 0) {
    buffer_text(&out, driver->column(statement, 0).text);
    buffer_byte(&out, '\n');
  }
  ck_assert_msg(!got, "%s", error.detail);
  driver->finish(statement);
  disconnect();
  return buffer_take(&out);
}

START_TEST(a_new_database_has_the_columns_of_the_rows) {
  bring_up();
  compare_rows_with_columns();
}
END_TEST

START_TEST(an_older_database_comes_to_the_same_schema) {
  bring_up();
  char *fresh = schema();
  for (unsigned version = 1; version < store_schema_wanted(); version++) {
    next_database();
    make_old(version);
    bring_up();
    compare_rows_with_columns();
    char *upgraded = schema();
    ck_assert_str_eq(upgraded, fresh);
    free(upgraded);
  }
  ck_assert_uint_gt(store_schema_wanted(), 1); /* else nothing was compared */
  free(fresh);
}
END_TEST

int main(void) {
  Suite *s = suite_create("schema");
  TCase *c = tcase_create("schema");
  tcase_add_checked_fixture(c, setup, teardown);
  tcase_add_test(c, a_new_database_has_the_columns_of_the_rows);
  tcase_add_test(c, an_older_database_comes_to_the_same_schema);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
