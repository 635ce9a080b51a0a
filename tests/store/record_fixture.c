#include "record_fixture.h"

#include <base/civil.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "backend.h"

fixture f;

/* ---- the records ---- */

static const model_field part_fields[] = {
    FIELD_TEXT(mcrm_part, label),
    FIELD_INT(mcrm_part, weight),
    FIELD_TIME(mcrm_part, at),
};
MODEL_ENTITY(part, part_fields);

static const model_field gadget_fields[] = {
    FIELDS_STORED(mcrm_gadget),
    FIELD_ID(mcrm_gadget, rep_id),
    FIELD_ID(mcrm_gadget, owner_id),
    FIELD_TEXT(mcrm_gadget, title, .flags = MODEL_REQUIRED | MODEL_SEARCHABLE),
    FIELD_TEXT(mcrm_gadget, notes, .flags = MODEL_SEARCHABLE),
    FIELD_TIME(mcrm_gadget, due_at),
    FIELD_INT(mcrm_gadget, count),
    FIELD_MONEY(mcrm_gadget, price),
    FIELD_BOOL(mcrm_gadget, done),
    FIELD_REAL(mcrm_gadget, ratio),
    FIELD_JSON(mcrm_gadget, extra),
    FIELD_TEXTS(mcrm_gadget, tags, .flags = MODEL_SEARCHABLE),
    FIELD_OBJECT(mcrm_gadget, part, part),
    FIELD_LIST(mcrm_gadget, parts, part, .flags = MODEL_SEARCHABLE),
    FIELD_MAP(mcrm_gadget, by_label, part),
    FIELD_INT(mcrm_gadget, derived, .flags = MODEL_DERIVED),
    FIELD_TEXT(mcrm_gadget, secret, .flags = MODEL_SECRET),
    FIELD_MONEY(mcrm_gadget, sensitive, .flags = MODEL_SENSITIVE),
};
MODEL_ENTITY(gadget, gadget_fields, .table = "gadget", .owner = "owner_id");

static const model_field gauge_fields[] = {
    FIELDS_STORED(mcrm_gauge),
    FIELD_INT(mcrm_gauge, reading),
};
MODEL_ENTITY(gauge, gauge_fields, .table = "gauge");

mcrm_gadget full_gadget(void) {
  static const char *const tags[] = {"vip", "تمدید"};
  static const mcrm_part wheel = {.size = sizeof wheel, .present = 7, .label = "چرخ", .weight = 3, .at = 1700000000000};
  static const mcrm_part bell = {.size = sizeof bell, .present = 3, .label = "زنگ \"x\"", .weight = -1};
  static const mcrm_part *const parts[] = {&wheel, &bell};
  return (mcrm_gadget){.size = sizeof(mcrm_gadget),
                       .rep_id = 77,
                       .owner_id = 5,
                       .title = "پیگیری سرور",
                       .notes = "کند است",
                       .due_at = 1795000000000,
                       .count = -12,
                       .price = INT64_C(9007199254740993),
                       .done = 1,
                       .ratio = 0.1,
                       .extra = "{\"a\":[1,2]}",
                       .tags = {tags, 2},
                       .part = &wheel,
                       .parts = {parts, 2},
                       .by_label = {parts, 2},
                       .secret = "hunter2",
                       .sensitive = 42};
}

mcrm_gadget stored_gadget(store_tx *tx, const char *title) {
  mcrm_gadget g = {.size = sizeof g, .title = title};
  ck_assert_msg(store_insert(tx, &model_gadget, &g) == MCRM_OK, "%s", tx->error->detail);
  return g;
}

const mcrm_gadget *loaded_gadget(store_tx *tx, mcrm_id id) {
  void *found = NULL;
  ck_assert_msg(store_load(tx, &model_gadget, id, &found) == MCRM_OK, "%s", tx->error->detail);
  return found;
}

/* ---- the database ---- */

static mcrm_time present(void *context) { return ((const fixture *)context)->now; }

store *fixture_store(const store_driver *driver) {
  const store_options options = {.url = f.url,
                                 .driver = driver ? driver : f.driver,
                                 .create = true,
                                 .clock = {present, &f},
                                 .zone = f.zone,
                                 .key = f.key};
  store *s;
  ck_assert_msg(store_open(&options, &f.error, &s) == MCRM_OK, "%s", f.error.detail);
  return s;
}

static void create_table(const model_entity *e) {
  char sql[2000];
  int at = snprintf(sql, sizeof sql, "CREATE TABLE %s (", e->table);
  for (size_t i = 0; i < e->count; i++) {
    const model_field *field = &e->fields[i];
    if (!model_stored(field)) continue;
    const char *type = field->kind == MODEL_REAL ? "DOUBLE PRECISION" : field->kind <= MODEL_BOOL ? "BIGINT" : "TEXT";
    at += snprintf(sql + at, sizeof sql - (size_t)at, "%s%s %s%s", i ? ", " : "", field->name, type,
                   i ? "" : " PRIMARY KEY");
  }
  snprintf(sql + at, sizeof sql - (size_t)at, ")");
  run_sql(sql);
}

void fixture_open(void) {
  memset(&f, 0, sizeof f);
  memset(f.key, 7, sizeof f.key);
  strcpy(f.folder, "/tmp/marfacrm-test-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(f.folder));
  const char *rest;
  snprintf(f.url, sizeof f.url, "%s", backend_url(f.folder, "test.db"));
  f.driver = store_driver_for(f.url, &rest, &f.error);
  ck_assert_msg(f.driver != NULL, "%s", f.error.detail);
  f.now = 1795331000123;
  f.zone = zone_load("Asia/Tehran", &f.error);
  f.arena = arena_new(0);
  f.store = fixture_store(NULL);
  ck_assert_msg(store_migrate(f.store, &f.error, NULL) == MCRM_OK, "%s", f.error.detail);
  create_table(&model_gadget);
  create_table(&model_gauge);
}

void fixture_close(void) {
  store_close(f.store);
  zone_free(f.zone);
  arena_free(f.arena);
  static const char *const files[] = {"test.db", "test.db-wal", "test.db-shm", "copy.db"};
  char path[128];
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    snprintf(path, sizeof path, "%s/%s", f.folder, files[i]);
    unlink(path);
  }
  rmdir(f.folder);
}

static store_tx begin(bool write) {
  static const store_origin origin = {.user_id = 5, .gate = "crt", .operation = "gadget.update", .trace = "t-1"};
  store_tx tx;
  ck_assert_msg(store_begin(f.store, f.arena, &f.error, write, 0, &origin, &tx) == MCRM_OK, "%s", f.error.detail);
  return tx;
}

store_tx begin_write(void) { return begin(true); }

store_tx begin_read(void) { return begin(false); }

void commit(store_tx *tx) { ck_assert_msg(store_commit(tx) == MCRM_OK, "%s", tx->error->detail); }

void run_sql(const char *sql) {
  store_tx tx = begin_write();
  ck_assert_msg(store_run_with(&tx, sql, NULL, 0) == MCRM_OK, "%s: %s", sql, f.error.detail);
  commit(&tx);
}

int64_t number_of(const char *sql) {
  store_tx tx = begin_read();
  int64_t number;
  ck_assert_int_eq(store_number_with(&tx, &number, 0, sql, NULL, 0), MCRM_OK);
  store_rollback(&tx);
  return number;
}
