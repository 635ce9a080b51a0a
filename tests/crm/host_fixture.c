#include "host_fixture.h"

#include <demo.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "../harness/folder.h"

static char file[256], away[256];

static sqlite3 *open_host(void) {
  sqlite3 *db;
  ck_assert_int_eq(sqlite3_open(file, &db), SQLITE_OK);
  return db;
}

void host_sql(const char *sql) {
  sqlite3 *db = open_host();
  char *why = NULL;
  ck_assert_msg(!sqlite3_exec(db, sql, NULL, NULL, &why), "%s: %s", sql, why);
  sqlite3_close(db);
}

const char *host_text(const char *sql) {
  sqlite3 *db = open_host();
  sqlite3_stmt *s;
  ck_assert_msg(!sqlite3_prepare_v2(db, sql, -1, &s, NULL), "%s: %s", sql, sqlite3_errmsg(db));
  ck_assert_msg(sqlite3_step(s) == SQLITE_ROW, "%s", sql);
  const char *out = arena_text(f.arena, (const char *)sqlite3_column_text(s, 0));
  sqlite3_finalize(s);
  sqlite3_close(db);
  return out;
}

int64_t host_number(const char *sql) {
  const char *text = host_text(sql);
  long long number = 0;
  if (text) ck_assert_int_eq(sscanf(text, "%lld", &number), 1);
  return number;
}

void host_down(void) { ck_assert_int_eq(rename(file, away), 0); }
void host_up(void) { ck_assert_int_eq(rename(away, file), 0); }

static int run_sync(crm_call *call, const void *input, void *output) {
  (void)input;
  return rep_sync(call, output);
}

int64_t sync_host(void) {
  int64_t changed = 0;
  assert_ok(fixture_run(NULL, run_sync, NULL, true, NULL, &changed));
  return changed;
}

void host_fixture_open(void) {
  fixture_open();
  char why[200];
  snprintf(file, sizeof file, "%s", folder_file(f.folder, "host.db"));
  snprintf(away, sizeof away, "%s", folder_file(f.folder, "away.db"));
  const demo_options demo = {.reps = HOST_FIXTURE_REPS, .seed = 11, .generation = 1, .now = f.now / 1000};
  ck_assert_msg(!demo_write(file, &demo, why, sizeof why), "%s", why);
  host_options options = host_preset_v1;
  options.url = file;
  assert_ok(host_open(&options, &f.error, &f.crm.host));
  sync_host();
}

void host_fixture_close(void) {
  host_close(f.crm.host);
  fixture_close();
}

mcrm_id rep_of(const char *host_key) {
  char sql[200];
  snprintf(sql, sizeof sql, "SELECT id FROM rep WHERE host_key = '%s'", host_key);
  mcrm_id id = fixture_number(sql);
  ck_assert_msg(id != 0, "no rep %s", host_key);
  return id;
}

const mcrm_rep *rep_shown(const char *who, mcrm_id id) {
  mcrm_rep *out = arena_alloc(f.arena, sizeof *out);
  const mcrm_ref ref = {.size = sizeof ref, .id = id};
  out->size = sizeof *out;
  assert_ok(READ_AS(who, rep_get, ref, &ref, out));
  return out;
}

mcrm_rep_page listed(const char *who, mcrm_rep_filter filter) {
  mcrm_rep_page page = {.size = sizeof page};
  filter.size = sizeof filter;
  assert_ok(READ_AS(who, rep_list, rep_filter, &filter, &page));
  return page;
}
