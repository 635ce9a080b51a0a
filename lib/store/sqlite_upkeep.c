/* Looking after an SQLite database: its columns, its log, copies, checks. */
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "sqlite.h"

int sqlite_columns(void *connection, const char *table, void (*column)(void *, const char *, const char *),
                   void *context, mcrm_error *error) {
  sqlite_connection *c = connection;
  sqlite3_stmt *statement = NULL;
  size_t count = 0;
  int rc = sqlite3_prepare_v2(c->db, "SELECT name, type FROM pragma_table_info(?)", -1, &statement, NULL);
  if (!rc) rc = sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
  while (!rc && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
    const char *name = (const char *)sqlite3_column_text(statement, 0);
    const char *type = (const char *)sqlite3_column_text(statement, 1);
    rc = name && type ? SQLITE_OK : SQLITE_NOMEM;
    if (!rc) column(context, name, type);
    count++;
  }
  int code = rc == SQLITE_DONE ? MCRM_OK : sqlite_fail(c, rc, error);
  sqlite3_finalize(statement);
  if (!code && !count) code = error_set(error, MCRM_NOT_FOUND, NULL, "store.no_table", "there is no table %s", table);
  return code;
}

/* ---- the write-ahead log ---- */

static int64_t log_size(const sqlite_connection *c, int pages) { return (int64_t)pages * c->page_size; }

/* Folds in what can be without waiting for anybody; where the log is far too long, waits a moment for readers to
 * leave it, so that it can be cut off. */
static int fold_in(sqlite_connection *c) {
  int in_log = 0, folded = 0;
  c->deadline = 0;
  int rc = sqlite3_wal_checkpoint_v2(c->db, "main", SQLITE_CHECKPOINT_PASSIVE, &in_log, &folded);
  if (rc || log_size(c, in_log) < SQLITE_LOG_HARD) return rc;
  c->lock_deadline = clock_monotonic() + 50 * INT64_C(1000000);
  rc = sqlite3_wal_checkpoint_v2(c->db, "main", SQLITE_CHECKPOINT_TRUNCATE, &in_log, &folded);
  return rc;
}

int sqlite_checkpoint(void *connection, mcrm_error *error) {
  sqlite_connection *c = connection;
  int rc = fold_in(c);
  /* busy: another one is folding, or readers still look at the log. The next call goes on. */
  return rc && (rc & 0xFF) != SQLITE_BUSY ? sqlite_fail(c, rc, error) : MCRM_OK;
}

void sqlite_trim_log(sqlite_connection *c) {
  if (c->log_pages < c->trimmed_pages) c->trimmed_pages = 0; /* the log began anew */
  if (log_size(c, c->log_pages - c->trimmed_pages) < SQLITE_LOG_SOFT) return;
  c->trimmed_pages = c->log_pages; /* where readers hold it up, not again with each commit */
  fold_in(c);
}

/* ---- copies ---- */

static int copy_pages(sqlite_connection *c, const char *file, mcrm_error *error) {
  sqlite3 *copy = NULL;
  int rc = sqlite3_open_v2(file, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  int code = MCRM_OK;
  if (!rc) {
    sqlite3_extended_result_codes(copy, 1);
    sqlite3_backup *backup = sqlite3_backup_init(copy, "main", c->db, "main");
    rc = backup ? sqlite3_backup_step(backup, -1) : sqlite3_errcode(copy);
    int after = sqlite3_backup_finish(backup);
    if (rc == SQLITE_DONE) rc = after;
  }
  if (rc) {
    sqlite_connection target = {.db = copy};
    code = copy ? sqlite_fail_at(&target, rc, error, file) : error_no_memory(error);
  }
  sqlite3_close(copy);
  return code;
}

static int fill(void *connection, const char *partial, mcrm_error *error) {
  sqlite_connection *c = connection;
  c->deadline = 0;
  return copy_pages(c, partial, error);
}

int sqlite_backup(void *connection, const char *file, mcrm_error *error) {
  return store_backup_into(file, fill, connection, error);
}

/* ---- checks ---- */

static int foreign_keys_hold(sqlite_connection *c, mcrm_error *error) {
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2(c->db, "PRAGMA foreign_key_check", -1, &statement, NULL);
  if (!rc) rc = sqlite3_step(statement);
  int code = MCRM_OK;
  if (rc == SQLITE_ROW)
    code = error_set(error, MCRM_IO, NULL, "store.corrupt", "row %lld of %s refers to a row of %s that is not there",
                     (long long)sqlite3_column_int64(statement, 1), (const char *)sqlite3_column_text(statement, 0),
                     (const char *)sqlite3_column_text(statement, 2));
  else if (rc != SQLITE_DONE)
    code = sqlite_fail(c, rc, error);
  sqlite3_finalize(statement);
  return code;
}

static int structure_holds(sqlite_connection *c, mcrm_error *error) {
  sqlite3_stmt *statement = NULL;
  int rc = sqlite3_prepare_v2(c->db, "PRAGMA integrity_check(1)", -1, &statement, NULL);
  if (!rc) rc = sqlite3_step(statement);
  int code = MCRM_OK;
  if (rc == SQLITE_ROW) {
    const char *verdict = (const char *)sqlite3_column_text(statement, 0);
    if (!verdict)
      code = error_no_memory(error);
    else if (strcmp(verdict, "ok") != 0)
      code = error_set(error, MCRM_IO, NULL, "store.corrupt", "%s", verdict);
  } else {
    code = sqlite_fail(c, rc, error);
  }
  sqlite3_finalize(statement);
  return code;
}

int sqlite_check(void *connection, mcrm_error *error) {
  sqlite_connection *c = connection;
  c->deadline = 0;
  int code = structure_holds(c, error);
  return code ? code : foreign_keys_hold(c, error);
}
