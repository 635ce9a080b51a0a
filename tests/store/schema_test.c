/* The tables are what the entity rows say, in a new database and in one that was made by any older version. */
#include <base/error.h>
#include <check.h>
#include <internal.h>
#include <model/entities.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char file[64];
static zone *tehran;
static mcrm_error error;

static void setup(void) {
  error_clear(&error);
  snprintf(file, sizeof file, "/tmp/marfacrm-schema-XXXXXX");
  int fd = mkstemp(file);
  ck_assert_int_ge(fd, 0);
  close(fd);
  unlink(file);
  tehran = zone_load("Asia/Tehran", &error);
}

static void teardown(void) {
  char beside[80];
  zone_free(tehran);
  unlink(file);
  snprintf(beside, sizeof beside, "%s-wal", file);
  unlink(beside);
  snprintf(beside, sizeof beside, "%s-shm", file);
  unlink(beside);
}

static sqlite3 *open_file(void) {
  sqlite3 *db;
  ck_assert(!sqlite3_open(file, &db));
  return db;
}

static void run(sqlite3 *db, const char *sql) {
  char *message = NULL;
  ck_assert_msg(!sqlite3_exec(db, sql, NULL, NULL, &message), "%s", message);
}

/* What an older library left behind: its migrations and nothing newer. */
static void make_old(unsigned version) {
  sqlite3 *db = open_file();
  run(db, "PRAGMA journal_mode=WAL");
  for (size_t i = 0; i < store_migration_count; i++) {
    const store_migration *m = &store_migrations[i];
    if (m->version > version || (m->scheme[0] && strcmp(m->scheme, "sqlite"))) continue;
    run(db, m->sql);
  }
  for (unsigned v = 1; v <= version; v++) {
    char sql[128];
    snprintf(sql, sizeof sql, "INSERT INTO schema_version (version, name, applied_at) VALUES (%u, 'old', 1)", v);
    run(db, sql);
  }
  run(db, "PRAGMA application_id = 1296257613"); /* lib/store/sqlite.c: this is ours */
  sqlite3_close(db);
}

static void bring_up(void) {
  static const unsigned char key[STORE_KEY_SIZE] = {7};
  char url[80];
  store *s;
  snprintf(url, sizeof url, "sqlite:%s", file);
  store_options options = {.url = url, .create = true, .zone = tehran, .key = key};
  ck_assert_msg(!store_open(&options, &error, &s), "%s", error.detail);
  ck_assert_msg(!store_migrate(s, &error, NULL), "%s", error.detail);
  store_close(s);
}

static bool has_column(sqlite3 *db, const char *table, const char *column) {
  sqlite3_stmt *statement;
  ck_assert(!sqlite3_prepare_v2(db, "SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2", -1, &statement, NULL));
  sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 2, column, -1, SQLITE_STATIC);
  bool found = sqlite3_step(statement) == SQLITE_ROW;
  sqlite3_finalize(statement);
  return found;
}

static size_t count_columns(sqlite3 *db, const char *table) {
  sqlite3_stmt *statement;
  ck_assert(!sqlite3_prepare_v2(db, "SELECT COUNT(*) FROM pragma_table_info(?1)", -1, &statement, NULL));
  sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
  sqlite3_step(statement);
  size_t count = (size_t)sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  return count;
}

static void compare_rows_with_columns(void) {
  sqlite3 *db = open_file();
  for (const model_entity *const *e = model_entities; *e; e++) {
    size_t stored = 0;
    if (!(*e)->table) continue;
    for (size_t i = 0; i < (*e)->count; i++) {
      if (!model_stored(&(*e)->fields[i])) continue;
      stored++;
      ck_assert_msg(has_column(db, (*e)->table, (*e)->fields[i].name),
                    "%s has no column %s: add a migration to lib/store/migrations", (*e)->table, (*e)->fields[i].name);
    }
    ck_assert_msg(count_columns(db, (*e)->table) == stored, "%s has columns without a row", (*e)->table);
  }
  sqlite3_close(db);
}

/* All definitions, so that an upgraded database can be held beside a new one. */
static char *schema(void) {
  sqlite3 *db = open_file();
  sqlite3_stmt *statement;
  buffer out;
  buffer_init(&out, 1 << 20);
  ck_assert(
      !sqlite3_prepare_v2(db,
                          "SELECT m.name || ' ' || coalesce(group_concat(i.name || ' ' || i.type || ' ' || i.pk), '') "
                          "FROM sqlite_master m LEFT JOIN pragma_table_info(m.name) i GROUP BY m.name ORDER BY m.name",
                          -1, &statement, NULL));
  while (sqlite3_step(statement) == SQLITE_ROW) {
    buffer_text(&out, (const char *)sqlite3_column_text(statement, 0));
    buffer_byte(&out, '\n');
  }
  sqlite3_finalize(statement);
  sqlite3_close(db);
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
    teardown();
    setup();
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
