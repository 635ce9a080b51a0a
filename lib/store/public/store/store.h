/* The database: connections, transactions, statements. Records are in <store/record.h>, the journal in
 * <store/journal.h>, search in <store/search.h>. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <base/arena.h>
#include <base/buffer.h>
#include <base/clock.h>
#include <base/id.h>
#include <base/zone.h>
#include <model/entity.h>
#include <store/driver.h>

typedef struct store store;

enum { STORE_KEY_SIZE = 32, STORE_SAVEPOINTS = 8 };

typedef struct store_options {
  const char *url;            /* sqlite:FILE, a bare path, or postgresql://… */
  const char *listen_url;     /* the same database past a pooler, for store_watch; NULL: url */
  const store_driver *driver; /* NULL: by the URL's scheme; else the URL is handed to it without a scheme */
  bool create;                /* make the database where there is none */
  unsigned readers;           /* most read connections; 0 = 4 */
  mcrm_clock clock;           /* now == NULL: the system's */
  const zone *zone;           /* borrowed for the store's life; times in JSON columns are written in it */
  const unsigned char *key;   /* STORE_KEY_SIZE bytes: keys the journal's digests; copied, needed */
} store_options;

/* Opens without touching the schema; store_migrate brings it up. A database newer than this library is refused
 * (MCRM_UNSUPPORTED), an older one is opened but store_begin refuses it until it is migrated. */
int store_open(const store_options *options, mcrm_error *error, store **out);
/* Waits for running transactions' connections to come home; closes nothing after a fork. */
void store_close(store *s);
/* Applies what is missing, each step in a transaction of its own. *applied may be NULL. */
int store_migrate(store *s, mcrm_error *error, unsigned *applied);
/* The schema version the database has, and the one this library wants. */
int store_schema(store *s, mcrm_error *error, unsigned *has, unsigned *wants);
int store_backup(store *s, const char *file, mcrm_error *error);
int store_check(store *s, mcrm_error *error);
/* Folds the write-ahead log in; for a worker, off the request path. A writer that finds the log far over its
 * size does it after its commit. */
int store_checkpoint(store *s, mcrm_error *error);

/* Can be read without waiting: a file, and a connection that nobody uses. */
bool store_at_hand(store *s);
/* One change is written after the other. */
bool store_serial(const store *s);
mcrm_time store_now(const store *s);
const zone *store_zone(const store *s);
/* Calls `wake` after each commit that journalled something, outside all locks, on the committing thread. */
void store_on_commit(store *s, void (*wake)(void *context), void *context);
/* Waits until any process has sealed something, then calls `wake`; or until a moment (clock_monotonic). The rest is as
 * store_listener_wait has it. MCRM_UNSUPPORTED: the database does not say; look every now and then. */
int store_watch(store *s, int64_t until, bool *heard, mcrm_error *error);
/* Hangs up until the next store_watch. */
void store_unwatch(store *s);

/* Who and what a transaction acts for; stamped on every journal entry it makes. */
typedef struct store_origin {
  mcrm_id user_id;       /* 0: the system */
  const char *gate;      /* "crt", "admin", "local" */
  const char *operation; /* "task.complete" */
  const char *trace;     /* the caller's trace id, or NULL */
} store_origin;

/* One transaction. The members above the line are for everybody who is handed it. */
typedef struct store_tx {
  store *store;
  arena *arena;      /* the call's memory: results live there */
  mcrm_error *error; /* the session's */
  mcrm_time now;     /* one instant for all of it */
  bool write;
  store_origin origin;
  /* ---- */
  void *connection;
  int64_t deadline;
  struct store_entry *entries, *last_entry; /* journal entries to seal at commit */
  size_t entry_count;
  bool open;
  bool sealed; /* parallel writers: what was journalled has its place already */
  int failed;  /* the code of a statement that may have undone part of the transaction: it cannot commit */
  unsigned depth;
  struct {
    struct store_entry *last_entry;
    size_t entry_count;
    int failed;
  } marks[STORE_SAVEPOINTS]; /* what each open savepoint goes back to */
} store_tx;

/* deadline by clock_monotonic, 0 = 5 s from now. A reader's transaction is a snapshot. */
int store_begin(store *s, arena *a, mcrm_error *error, bool write, int64_t deadline, const store_origin *origin,
                store_tx *tx);
/* Seals the journal and commits. On any failure everything is rolled back; MCRM_UNAVAILABLE alone leaves open
 * whether it was (the disk refused to say). A statement that failed dooms the transaction, even if
 * nobody looked: further statements and the commit fail with its code, until a savepoint before it is gone back to. */
int store_commit(store_tx *tx);
/* Harmless on a transaction that has ended. */
void store_rollback(store_tx *tx);
/* A part of a write transaction that can be undone alone, STORE_SAVEPOINTS deep at most: 0 or a code. Undoing
 * takes back its journal entries too; the session's error is left for the caller to clear. Where the release fails the
 * part is still to be undone. */
int store_savepoint(store_tx *tx);
int store_savepoint_release(store_tx *tx);
void store_savepoint_rollback(store_tx *tx);

/* A new id. Whoever inserts it says store_id_taken of a row that is there already: two processes may mint one in the
 * same millisecond, once in years. */
int store_mint(store_tx *tx, mcrm_id *out);
extern const store_refusal store_id_taken;
/* Keeps other writers that ask for the same words out until this one's transaction ends. Where writers are serial they
 * are out already. */
int store_lock(store_tx *tx, const char *words, mcrm_id number);
/* The time that all who share the database agree on, for leases: the server's where it has a clock and the store was
 * not given one; else the transaction's now. */
int store_shared_now(store_tx *tx, mcrm_time *out);

/* ---- statements ----
 *   store_rows rows;
 *   int code = store_query(tx, &rows, "SELECT id FROM task WHERE assignee_id = $1 AND status = $2",
 *                          store_int(user), store_text("open"));
 *   while (!code && store_next(&rows)) use(store_get_int(&rows, 0));
 *   code = store_end(&rows);           // the first error of query, next or end
 */
static inline store_value store_null(void) { return (store_value){.kind = STORE_NULL}; }
static inline store_value store_int(int64_t number) { return (store_value){.kind = STORE_INT, .number = number}; }
static inline store_value store_real(double real) { return (store_value){.kind = STORE_REAL, .real = real}; }
/* 0 is stored as NULL: ids and times. */
static inline store_value store_int_or_null(int64_t number) { return number ? store_int(number) : store_null(); }
store_value store_text(const char *text); /* NULL is NULL */
store_value store_text_of(const char *text, size_t length);

typedef struct store_rows {
  store_tx *tx;
  void *statement;
  int code;
} store_rows;

#define STORE_VALUES(...) \
  (const store_value[]){__VA_ARGS__}, sizeof((const store_value[]){__VA_ARGS__}) / sizeof(store_value)
#define store_query(tx, rows, sql, ...) store_query_with(tx, rows, sql, STORE_VALUES(__VA_ARGS__))
#define store_run(tx, sql, ...)         store_run_with(tx, sql, STORE_VALUES(__VA_ARGS__))
#define store_post(tx, sql, ...)        store_post_with(tx, sql, STORE_VALUES(__VA_ARGS__))

int store_query_with(store_tx *tx, store_rows *rows, const char *sql, const store_value *values, size_t count);
/* false at the end and on failure. */
bool store_next(store_rows *rows);
/* Releases the statement; the code of the whole. May be called twice. */
int store_end(store_rows *rows);
int64_t store_get_int(store_rows *rows, size_t column); /* NULL is 0 */
double store_get_real(store_rows *rows, size_t column);
bool store_get_null(store_rows *rows, size_t column);
/* Copied into the transaction's arena; NULL stays NULL. */
const char *store_get_text(store_rows *rows, size_t column);
/* Borrowed until store_next or store_end. */
store_value store_get(store_rows *rows, size_t column);

/* A statement without rows. */
int store_run_with(store_tx *tx, const char *sql, const store_value *values, size_t count);
/* The same where nobody wants to know how many rows it changed: it may fail as late as with the commit, which then
 * fails. Saves a wait where the database is a server. */
int store_post_with(store_tx *tx, const char *sql, const store_value *values, size_t count);
/* One that must touch a row: a SELECT that returns one, or a change (without RETURNING) of one. Where it does not, the
 * transaction fails with `otherwise`; that too may be as late as with the commit, so nothing may depend on its having
 * passed. */
#define store_expect(tx, otherwise, sql, ...) store_expect_with(tx, otherwise, sql, STORE_VALUES(__VA_ARGS__))
int store_expect_with(store_tx *tx, const store_refusal *otherwise, const char *sql, const store_value *values,
                      size_t count);
/* Rows that the last store_run of this transaction changed. */
int64_t store_changed(store_tx *tx);
/* First column of the first row as a number; `otherwise` where there is none. */
#define store_number(tx, out, otherwise, sql, ...) store_number_with(tx, out, otherwise, sql, STORE_VALUES(__VA_ARGS__))
int store_number_with(store_tx *tx, int64_t *out, int64_t otherwise, const char *sql, const store_value *values,
                      size_t count);

#endif
