/* What the files of the SQLite driver share. */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sqlite3.h>

#include "internal.h"

enum {
  SQLITE_STATEMENTS = 256,        /* kept prepared per connection */
  SQLITE_BUCKETS = 512,           /* a power of two */
  SQLITE_LOG_SOFT = 16 << 20,     /* a commit that leaves a longer write-ahead log folds it in … */
  SQLITE_LOG_HARD = 64 << 20,     /* … and one that leaves this much cuts it off, too */
  SQLITE_APPLICATION = 0x4D43524D /* "MCRM" */
};

typedef struct sqlite_connection sqlite_connection;

typedef struct sqlite_statement {
  sqlite_connection *connection;
  sqlite3_stmt *handle;
  char *sql;
  uint64_t hash;
  struct sqlite_statement *chain;         /* in its bucket */
  struct sqlite_statement *newer, *older; /* by last use; only while at rest */
  struct sqlite_statement *next_running;  /* while lent out */
  bool running, kept;
  int *numbers; /* for SQLite's i-th parameter the n of its $n */
  int parameters;
} sqlite_statement;

struct sqlite_connection {
  sqlite3 *db;
  store_role role;
  bool in_transaction, broken;
  int64_t deadline; /* for the running transaction; 0 = none */
  int64_t lock_deadline;
  unsigned waits;
  int log_pages;     /* of the write-ahead log after the last commit */
  int trimmed_pages; /* what it had when last folded in */
  int page_size;
  sqlite3_stmt *begin, *commit, *rollback;
  sqlite_statement *buckets[SQLITE_BUCKETS];
  sqlite_statement *newest, *oldest; /* those at rest */
  sqlite_statement *running;
  unsigned kept;
};

/* Fills the error from the connection's last result. */
int sqlite_fail(sqlite_connection *c, int rc, mcrm_error *error);
int sqlite_fail_at(sqlite_connection *c, int rc, mcrm_error *error, const char *what);

int sqlite_query(void *connection, const char *sql, const store_value *values, size_t count, mcrm_error *error,
                 void **statement);
int sqlite_post(void *connection, const char *sql, const store_value *values, size_t count, mcrm_error *error);
int sqlite_step(void *statement, mcrm_error *error);
void sqlite_finish(void *statement);
size_t sqlite_column_count(void *statement);
const char *sqlite_column_name(void *statement, size_t column);
store_value sqlite_column(void *statement, size_t column);
/* Takes the running statements off their rows: their transaction ends. */
void sqlite_halt(sqlite_connection *c);
void sqlite_forget_statements(sqlite_connection *c);

int sqlite_columns(void *connection, const char *table, void (*column)(void *, const char *, const char *),
                   void *context, mcrm_error *error);
int sqlite_checkpoint(void *connection, mcrm_error *error);
int sqlite_backup(void *connection, const char *file, mcrm_error *error);
int sqlite_check(void *connection, mcrm_error *error);
/* After a commit: keeps the write-ahead log from growing without bound. Never fails the commit. */
void sqlite_trim_log(sqlite_connection *c);

#endif
