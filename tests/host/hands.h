/* What the tests of the host room share: a folder, demo databases, SQL by hand. */
#ifndef TESTS_HOST_HANDS_H
#define TESTS_HOST_HANDS_H

#include <check.h>
#include <demo.h>
#include <host/host.h>
#include <sqlite3.h>
#include <string.h>

#include "../harness/folder.h"

static const int64_t now_s = 1795430000; /* 2026-11-23 in the morning */
#define NOW (now_s * 1000)

static char folder[FOLDER_SIZE];
static arena *memory;
static mcrm_error error;

static inline void set_up(void) {
  folder_make(folder);
  memory = arena_new(0);
  error = (mcrm_error){0};
}

static inline void tear_down(void) {
  arena_free(memory);
  folder_remove(folder);
}

/* ---- hands ---- */

#define assert_code(expected, call)                                                                          \
  do {                                                                                                       \
    error = (mcrm_error){0};                                                                                 \
    int code_ = (call);                                                                                      \
    ck_assert_msg(code_ == (expected), "%s: %d, not %d: %s: %s", #call, code_, (int)(expected), error.field, \
                  error.detail);                                                                             \
  } while (0)
#define assert_ok(call) assert_code(MCRM_OK, call)

static inline const char *demo(const char *name, int generation) {
  const char *file = folder_file(folder, name);
  char why[200];
  const demo_options options = {.reps = 40, .seed = 7, .generation = generation, .now = now_s};
  ck_assert_msg(!demo_write(file, &options, why, sizeof why), "%s", why);
  return file;
}

static inline void sql(const char *file, const char *text) {
  sqlite3 *db;
  char *why = NULL;
  ck_assert_int_eq(sqlite3_open(file, &db), SQLITE_OK);
  ck_assert_msg(!sqlite3_exec(db, text, NULL, NULL, &why), "%s: %s", text, why);
  sqlite3_close(db);
}

/* First column of the first row. */
static inline int64_t number(const char *file, const char *text) {
  sqlite3 *db;
  sqlite3_stmt *s;
  ck_assert_int_eq(sqlite3_open(file, &db), SQLITE_OK);
  ck_assert_msg(!sqlite3_prepare_v2(db, text, -1, &s, NULL), "%s: %s", text, sqlite3_errmsg(db));
  ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
  int64_t out = sqlite3_column_int64(s, 0);
  sqlite3_finalize(s);
  sqlite3_close(db);
  return out;
}

static inline host *opened(const host_options *preset, const char *file) {
  host_options options = *preset;
  host *h;
  options.url = file;
  assert_ok(host_open(&options, &error, &h));
  return h;
}

static inline mcrm_rep_array all(host *h) {
  mcrm_rep_array out;
  assert_ok(host_reps(h, memory, (mcrm_texts){0}, NOW, &error, &out));
  return out;
}

static inline const mcrm_rep *one(host *h, const char *key) {
  mcrm_rep_array out;
  const mcrm_texts keys = {&key, 1};
  assert_ok(host_reps(h, memory, keys, NOW, &error, &out));
  return host_rep_find(&out, key);
}

#endif
