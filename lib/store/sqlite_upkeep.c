/* Looking after an SQLite database: its columns, its log, copies, checks. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* A rename is durable once its folder is. */
static int sync_folder(const char *file) {
  char *folder = strdup(file);
  if (!folder) return -1;
  char *slash = strrchr(folder, '/');
  if (slash) slash[slash == folder] = 0;
  int handle = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int failed = handle < 0 ? -1 : fsync(handle);
  if (handle >= 0) close(handle);
  free(folder);
  return failed;
}

static int refuse(const char *file, mcrm_error *error) {
  int why = errno;
  if (why == ENOMEM) return error_no_memory(error);
  return error_set(error, why == EEXIST ? MCRM_CONFLICT : MCRM_IO, "file", why == EEXIST ? "exists" : "store.io",
                   "%s: %s", file, strerrordesc_np(why));
}

/* The copy grows under another name: a file of the wanted name is a whole copy, or (after a crash) empty. */
int sqlite_backup(void *connection, const char *file, mcrm_error *error) {
  sqlite_connection *c = connection;
  int code = MCRM_OK, reserved = -1, part = -1;
  size_t size = strlen(file) + sizeof ".part";
  char *partial = malloc(size);
  if (!partial) return error_no_memory(error);
  strcpy(partial, file);
  strcat(partial, ".part");
  reserved = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (reserved < 0) {
    code = refuse(file, error);
    goto out;
  }
  unlink(partial); /* of a copy that was cut short: whoever reserved the name is alone with it */
  part = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (part < 0) {
    code = refuse(partial, error);
    goto undo;
  }
  c->deadline = 0;
  code = copy_pages(c, partial, error);
  if (!code && (fsync(part) || rename(partial, file) || sync_folder(file))) code = refuse(file, error);
  if (!code) goto out;
  unlink(partial);
undo:
  unlink(file);
out:
  if (part >= 0) close(part);
  if (reserved >= 0) close(reserved);
  free(partial);
  return code;
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
