/* SQLite behind the storage seam: write-ahead log, every commit synced, one writer. */
#include "sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- errors ---- */

typedef struct sqlite_meaning {
  int code;
  const char *message;
} sqlite_meaning;

static sqlite_meaning meaning_of(int rc) {
  if (rc == SQLITE_IOERR_NOMEM) return (sqlite_meaning){MCRM_NO_MEMORY, "no_memory"};
  switch (rc & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return (sqlite_meaning){MCRM_BUSY, "store.busy"};
    case SQLITE_FULL:
      return (sqlite_meaning){MCRM_IO, "store.full"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return (sqlite_meaning){MCRM_IO, "store.corrupt"};
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return (sqlite_meaning){MCRM_IO, "store.io"};
    case SQLITE_CONSTRAINT:
      return (sqlite_meaning){MCRM_CONFLICT, "store.constraint"};
    case SQLITE_NOMEM:
      return (sqlite_meaning){MCRM_NO_MEMORY, "no_memory"};
    case SQLITE_INTERRUPT:
      return (sqlite_meaning){MCRM_TIMEOUT, "timeout"};
    case SQLITE_TOOBIG:
      return (sqlite_meaning){MCRM_INVALID, "too_long"};
    default:
      return (sqlite_meaning){MCRM_INTERNAL, "store.internal"};
  }
}

/* The column in "UNIQUE constraint failed: task.key": the field that was wrong. */
static const char *constrained_column(int rc, const char *message) {
  if ((rc & 0xFF) != SQLITE_CONSTRAINT) return NULL;
  const char *dot = strrchr(message, '.');
  return dot && dot[1] && !strpbrk(dot, " ,:") ? dot + 1 : NULL;
}

int sqlite_fail_at(sqlite_connection *c, int rc, mcrm_error *error, const char *what) {
  sqlite_meaning m = meaning_of(rc);
  /* Out of memory the full-text module may keep a wrong idea of its index, though what is stored is right: such a
   * connection is closed when it comes home. */
  if (m.code == MCRM_NO_MEMORY || rc == SQLITE_CORRUPT_VTAB) c->broken = true;
  if (m.code == MCRM_NO_MEMORY) return error_no_memory(error);
  if (m.code == MCRM_TIMEOUT)
    return error_set(error, m.code, NULL, m.message, "the deadline passed while the database worked");
  const char *message = sqlite3_errmsg(c->db);
  if (m.code == MCRM_INTERNAL && what) return error_set(error, m.code, NULL, m.message, "%s: %.120s", message, what);
  return error_set(error, m.code, constrained_column(rc, message), m.message, "%s", message);
}

int sqlite_fail(sqlite_connection *c, int rc, mcrm_error *error) { return sqlite_fail_at(c, rc, error, NULL); }

/* ---- waiting ---- */

/* Called while another process (or connection) holds a lock; true = try again. */
static int wait_for_lock(void *context, int calls) {
  sqlite_connection *c = context;
  int64_t left = c->lock_deadline - clock_monotonic();
  if (left <= 0) return 0;
  int64_t pause = INT64_C(100000) << (calls < 6 ? calls : 6); /* 0.1 ms, doubling up to 6.4 ms */
  if (pause > left) pause = left;
  const struct timespec t = {.tv_nsec = (long)pause};
  nanosleep(&t, NULL);
  return 1;
}

/* Called now and then while a statement works; true = break off. */
static int past_deadline(void *context) {
  const sqlite_connection *c = context;
  return c->deadline && clock_monotonic() > c->deadline;
}

static int note_log(void *context, sqlite3 *db, const char *name, int pages) {
  (void)db;
  (void)name;
  ((sqlite_connection *)context)->log_pages = pages;
  return SQLITE_OK;
}

/* ---- open ---- */

static int run(sqlite_connection *c, const char *sql, mcrm_error *error) {
  int rc = sqlite3_exec(c->db, sql, NULL, NULL, NULL);
  return rc ? sqlite_fail_at(c, rc, error, sql) : MCRM_OK;
}

/* A text or number that a pragma answers, as text; "" where there is none. */
static int ask(sqlite_connection *c, const char *sql, char *out, size_t size, mcrm_error *error) {
  sqlite3_stmt *statement = NULL;
  out[0] = 0;
  int rc = sqlite3_prepare_v2(c->db, sql, -1, &statement, NULL);
  if (!rc) rc = sqlite3_step(statement);
  if (rc == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    if (text && strlen(text) < size) strcpy(out, text);
    rc = text ? SQLITE_DONE : SQLITE_NOMEM;
  }
  sqlite3_finalize(statement);
  return rc == SQLITE_DONE ? MCRM_OK : sqlite_fail_at(c, rc, error, sql);
}

static int expect(sqlite_connection *c, const char *sql, const char *expected, mcrm_error *error) {
  char answer[32];
  int code = ask(c, sql, answer, sizeof answer, error);
  if (code || !strcmp(answer, expected)) return code;
  return error_set(error, MCRM_UNSUPPORTED, "url", "store.unsafe", "%s is %s, not %s: commits would not be durable",
                   sql, answer, expected);
}

/* SQLite does not call the busy handler for this one change of lock. */
static int enter_wal(sqlite_connection *c, mcrm_error *error) {
  for (int calls = 0;; calls++) {
    char mode[16];
    mcrm_error busy = {0};
    int code = ask(c, "PRAGMA journal_mode = WAL", mode, sizeof mode, &busy);
    if (code == MCRM_BUSY && wait_for_lock(c, calls)) continue;
    if (code) return error_set(error, code, NULL, busy.message, "%s", busy.detail);
    if (strcmp(mode, "wal") != 0)
      return error_set(error, MCRM_UNSUPPORTED, "url", "store.unsafe", "no write-ahead log on this file system (%s)",
                       mode);
    return MCRM_OK;
  }
}

/* Somebody else's database is not written into by mistake, nor read. */
static int claim(sqlite_connection *c, mcrm_error *error) {
  char id[16], tables[24];
  int code = ask(c, "PRAGMA application_id", id, sizeof id, error);
  if (code || !strcmp(id, "1296257613")) return code; /* SQLITE_APPLICATION */
  if (c->role != STORE_WRITER)
    return error_set(error, MCRM_UNSUPPORTED, "url", "store.foreign", "the file is not marked as ours");
  code = ask(c, "SELECT count(*) FROM sqlite_schema", tables, sizeof tables, error);
  if (code) return code;
  if (strcmp(id, "0") != 0 || strcmp(tables, "0") != 0)
    return error_set(error, MCRM_UNSUPPORTED, "url", "store.foreign", "the file holds another program's database");
  return run(c, "PRAGMA application_id = 1296257613", error);
}

static int set_up_ours(sqlite_connection *c, mcrm_error *error) {
  int code = MCRM_OK;
  if (c->role == STORE_WRITER)
    code = enter_wal(c, error);
  else
    code = expect(c, "PRAGMA journal_mode", "wal", error);
  if (!code) code = claim(c, error);
  if (!code)
    code = run(c, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864", error);
  if (!code) code = expect(c, "PRAGMA synchronous", "2", error);
  if (!code) code = expect(c, "PRAGMA foreign_keys", "1", error);
  char size[16];
  if (!code) code = ask(c, "PRAGMA page_size", size, sizeof size, error);
  if (!code)
    for (const char *digit = size; *digit; digit++) c->page_size = c->page_size * 10 + (*digit - '0');
  return code;
}

/* No memory-mapped reading: a disk error under a mapping is a SIGBUS, which would be the host's death. */
static int set_up(sqlite_connection *c, mcrm_error *error) {
  sqlite3_extended_result_codes(c->db, 1);
  sqlite3_busy_handler(c->db, wait_for_lock, c);
  sqlite3_progress_handler(c->db, 10000, past_deadline, c);
  sqlite3_wal_hook(c->db, note_log, c); /* and so no automatic checkpoints */
  sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  /* Our own triggers keep the full-text index, which SQLite 3.40 counts as a virtual table not for untrusted use. */
  sqlite3_db_config(c->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, c->role != STORE_FOREIGN, NULL);
  sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  if (c->role == STORE_FOREIGN) sqlite3_limit(c->db, SQLITE_LIMIT_ATTACHED, 0);
  int code = run(c, "PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0", error);
  if (!code && c->role != STORE_FOREIGN) code = set_up_ours(c, error);
  if (!code && c->role != STORE_WRITER) code = run(c, "PRAGMA query_only = ON", error);
  if (code) return code;
  const char *begin = c->role == STORE_WRITER ? "BEGIN IMMEDIATE" : "BEGIN";
  int rc = sqlite3_prepare_v3(c->db, begin, -1, SQLITE_PREPARE_PERSISTENT, &c->begin, NULL);
  if (!rc) rc = sqlite3_prepare_v3(c->db, "COMMIT", -1, SQLITE_PREPARE_PERSISTENT, &c->commit, NULL);
  if (!rc) rc = sqlite3_prepare_v3(c->db, "ROLLBACK", -1, SQLITE_PREPARE_PERSISTENT, &c->rollback, NULL);
  return rc ? sqlite_fail(c, rc, error) : MCRM_OK;
}

static void close_connection(void *connection) {
  sqlite_connection *c = connection;
  if (c->db) {
    sqlite_halt(c);
    while (c->running) sqlite_finish(c->running);
    sqlite_forget_statements(c);
    sqlite3_finalize(c->begin);
    sqlite3_finalize(c->commit);
    sqlite3_finalize(c->rollback);
    sqlite3_close(c->db);
  }
  free(c);
}

/* A new file is for its owner alone; SQLite gives the log beside it the same mode. */
static int make_file(const char *path, mcrm_error *error) {
  int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0)
    close(file);
  else if (errno != EEXIST)
    return error_set(error, MCRM_UNAVAILABLE, "url", "store.create", "%s cannot be made: %s", path,
                     strerrordesc_np(errno));
  return MCRM_OK;
}

static int open_connection(const char *url, store_role role, bool create, mcrm_error *error, void **connection) {
  *connection = NULL;
  const char *path = strncmp(url, "sqlite:", 7) ? url : url + 7;
  if (!path[0]) return error_set(error, MCRM_INVALID, "url", "missing", "the URL names no file");
  if (create) {
    int code = make_file(path, error);
    if (code) return code;
  }
  sqlite_connection *c = calloc(1, sizeof *c);
  if (!c) return error_no_memory(error);
  c->role = role;
  /* nobody waits long for somebody else's database to let them in */
  c->lock_deadline = clock_monotonic() + (role == STORE_FOREIGN ? STORE_DEFAULT_WAIT / 10 : STORE_DEFAULT_WAIT);
  int flags = SQLITE_OPEN_NOMUTEX | (role == STORE_FOREIGN ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
  int rc = sqlite3_open_v2(path, &c->db, flags, NULL);
  int code = MCRM_OK;
  if (rc == SQLITE_CANTOPEN)
    code = error_set(error, MCRM_UNAVAILABLE, "url", "store.missing", "%s cannot be opened: %s", path,
                     access(path, F_OK) ? "no such file" : "no access");
  else if (rc)
    code = c->db ? sqlite_fail(c, rc, error) : error_no_memory(error);
  if (!code) code = set_up(c, error);
  if (code) {
    close_connection(c);
    return code;
  }
  *connection = c;
  return MCRM_OK;
}

static bool is_alive(const void *connection) {
  const sqlite_connection *c = connection;
  return !c->broken;
}

/* ---- transactions ---- */

static int run_kept(sqlite3_stmt *statement) {
  int rc = sqlite3_step(statement);
  int after = sqlite3_reset(statement);
  return rc == SQLITE_DONE ? SQLITE_OK : after ? after : rc;
}

static int begin(void *connection, int64_t deadline, mcrm_error *error) {
  sqlite_connection *c = connection;
  if (c->in_transaction)
    return error_set(error, MCRM_INTERNAL, NULL, "store.nested", "a transaction inside a transaction");
  c->lock_deadline = deadline ? deadline : clock_monotonic() + STORE_DEFAULT_WAIT;
  c->deadline = 0;
  int rc = run_kept(c->begin);
  if (rc) return sqlite_fail(c, rc, error);
  c->deadline = deadline;
  c->in_transaction = true;
  return MCRM_OK;
}

static void rollback(void *connection) {
  sqlite_connection *c = connection;
  if (!c->in_transaction) return;
  sqlite_halt(c);
  c->deadline = 0;
  if (!sqlite3_get_autocommit(c->db) && run_kept(c->rollback)) c->broken = true;
  c->in_transaction = false;
}

static int commit(void *connection, mcrm_error *error) {
  sqlite_connection *c = connection;
  if (!c->in_transaction || sqlite3_get_autocommit(c->db)) {
    c->in_transaction = false;
    return error_set(error, MCRM_IO, NULL, "store.undone", "the database had undone the transaction");
  }
  sqlite_halt(c);
  c->deadline = 0; /* nothing breaks a commit off half-way */
  int rc = run_kept(c->commit);
  if (rc) {
    int code = rc == SQLITE_IOERR_FSYNC
                   ? error_set(error, MCRM_UNAVAILABLE, NULL, "store.unknown", "the disk did not confirm the commit")
                   : sqlite_fail(c, rc, error);
    rollback(c);
    return code;
  }
  c->in_transaction = false;
  if (c->role == STORE_WRITER) sqlite_trim_log(c);
  return MCRM_OK;
}

static int64_t changed(void *connection) { return sqlite3_changes64(((sqlite_connection *)connection)->db); }

/* A migration may rebuild a table that others refer to: references are looked at when it commits. */
static int script(void *connection, const char *sql, mcrm_error *error) {
  sqlite_connection *c = connection;
  int code = c->in_transaction ? run(c, "PRAGMA defer_foreign_keys = ON", error) : MCRM_OK;
  if (!code) code = run(c, sql, error);
  if (!code && c->in_transaction && sqlite3_get_autocommit(c->db))
    code = error_set(error, MCRM_INTERNAL, NULL, "store.script", "the script ended its transaction");
  return code;
}

const store_driver store_sqlite = {
    .scheme = "sqlite",
    .capabilities = STORE_SERIAL_WRITERS | STORE_FILE,
    .open = open_connection,
    .close = close_connection,
    .alive = is_alive,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .query = sqlite_query,
    .post = sqlite_post,
    .step = sqlite_step,
    .finish = sqlite_finish,
    .column_count = sqlite_column_count,
    .column_name = sqlite_column_name,
    .column = sqlite_column,
    .changed = changed,
    .script = script,
    .columns = sqlite_columns,
    .checkpoint = sqlite_checkpoint,
    .backup = sqlite_backup,
    .check = sqlite_check,
    .search = {.quote = '"',
               .any = " OR ",
               .all = " AND ",
               .beginning = "*",
               .stands = "SELECT rowid FROM search WHERE search MATCH $1 LIMIT 1",
               .find = "SELECT f.id, d.rep_id, d.entity FROM (SELECT rowid AS id FROM "
                       "search WHERE search MATCH $1 AND rowid < $2 ORDER BY rowid DESC "
                       "LIMIT $3) AS f JOIN search_doc d ON d.id = f.id ORDER BY f.id DESC"}};
