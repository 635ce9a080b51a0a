/* The storage seam: what a SQL database must do to carry the CRM. A backend ends in one `const
 * store_driver`; it is linked in (SQLite), or a module that is loaded when a URL asks for it (PostgreSQL). Everything
 * above writes SQL in the dialect that SQLite and PostgreSQL share (ARCHITECTURE.md § Storage).
 *
 * Rules for all slots: a connection is used by one thread at a time. No slot touches the connection's text
 * parameters after it returns. On failure a slot fills the error and returns its code; afterwards the
 * connection is usable or reports itself broken by `alive`. Status mapping: locked → MCRM_BUSY, full disk or
 * I/O error → MCRM_IO, constraint → MCRM_CONFLICT, no memory → MCRM_NO_MEMORY, deadline → MCRM_TIMEOUT, server gone →
 * MCRM_UNAVAILABLE, anything else → MCRM_INTERNAL with the database's message as detail. A statement that fails may
 * have undone the transaction, or the part of it since the last savepoint. */
#ifndef STORE_DRIVER_H
#define STORE_DRIVER_H

#include <marfacrm/types.h>
#include <stdbool.h>

typedef enum store_value_kind { STORE_NULL, STORE_INT, STORE_REAL, STORE_TEXT } store_value_kind;

typedef struct store_value {
  store_value_kind kind;
  int64_t number;
  double real;
  const char *text; /* STORE_TEXT: UTF-8, `length` bytes. NULL from `column`: no memory for it */
  size_t length;
} store_value;

/* What a connection is for. A reader sees a snapshot for the length of its transaction and cannot write. A
 * foreign connection is to somebody else's database (the host's): read-only, nothing of ours is set up. */
typedef enum store_role { STORE_WRITER, STORE_READER, STORE_FOREIGN } store_role;

enum {
  STORE_SERIAL_WRITERS = 1 << 0, /* write transactions happen one after the other: their order is the commit order */
  STORE_FILE = 1 << 1            /* the URL after the scheme is a file's path */
};

/* How the database searches tokens. A term in quotes is a token, never an operator. */
typedef struct store_search_dialect {
  char quote;
  const char *any, *all; /* between terms */
  const char *beginning; /* behind a term that may be the beginning of a token */
  const char *stands;    /* $1: a search: has it any result? */
  const char *find;      /* $1: a search, $2: only ids below, $3: at most so many. id, rep_id, entity; newest first */
} store_search_dialect;

/* Names of locks, and the channel on which a sealed journal is announced. */
enum { STORE_LOCK_MIGRATE = 1, STORE_LOCK_SEAL = 2 };
#define STORE_CHANNEL "journal"

/* Raised with every change of what follows: a driver that is a module says for which it was built. */
enum { STORE_DRIVER_VERSION = 3 };

/* What a transaction fails with. The texts live as long as it; field may be NULL. */
typedef struct store_refusal {
  int code;
  const char *field, *message, *detail;
} store_refusal;

typedef struct store_driver {
  const char *scheme; /* the part of the URL before ':' */
  unsigned capabilities;

  /* Opens a connection. `create` lets it make a missing database; else a missing one is MCRM_UNAVAILABLE. The error
   * names the URL without secrets. */
  int (*open)(const char *url, store_role role, bool create, mcrm_error *error, void **connection);
  /* Never fails; after a fork it must not be called on an inherited connection (the caller sees to that). */
  void (*close)(void *connection);
  bool (*alive)(const void *connection);

  /* For whom the next transaction acts: a user's id, "system", or "" for nobody. NULL where the database does not
   * care. */
  void (*acting)(void *connection, const char *actor);
  /* Starts a transaction; a writer waits at most until `deadline` (clock_monotonic, 0 = 5 s) for the lock. A
   * statement that still runs at a deadline that was given is broken off with MCRM_TIMEOUT. */
  int (*begin)(void *connection, int64_t deadline, mcrm_error *error);
  /* MCRM_OK means durable. Any other result means not committed, except MCRM_UNAVAILABLE: unknown. */
  int (*commit)(void *connection, mcrm_error *error);
  void (*rollback)(void *connection);

  /* Runs one statement with $1…$count bound; a writer's outside of a transaction is refused. The statement is prepared
   * once per connection and kept; `sql` may be freed afterwards. On success *statement stands before its first row. */
  int (*query)(void *connection, const char *sql, const store_value *values, size_t count, mcrm_error *error,
               void **statement);
  /* A statement whose rows and count nobody wants. It may be sent later, with the next statement or COMMIT, and fails
   * with it. */
  int (*post)(void *connection, const char *sql, const store_value *values, size_t count, mcrm_error *error);
  /* A post that must touch a row: a SELECT that returns one, or an INSERT, UPDATE or DELETE (without RETURNING) that
   * changes one. Where it does not, it fails with what `otherwise` says, and nothing behind it is carried out.
   * NULL, like the next slot, where posts are not sent later. */
  int (*expect)(void *connection, const char *sql, const store_value *values, size_t count,
                const store_refusal *otherwise, mcrm_error *error);
  /* Waits for what was posted. */
  int (*settle)(void *connection, mcrm_error *error);
  /* 1 a row is there, 0 the end, negative a code: of `query` too, where the driver sends it only now. */
  int (*step)(void *statement, mcrm_error *error);
  /* Releases the statement for its next use; needed on every path after a successful query. */
  void (*finish)(void *statement);

  /* Of the current row; text is borrowed until the next step or finish and is NUL-terminated. */
  size_t (*column_count)(void *statement);
  const char *(*column_name)(void *statement, size_t column);
  store_value (*column)(void *statement, size_t column);
  /* Rows that the last finished INSERT, UPDATE or DELETE of this connection changed. */
  int64_t (*changed)(void *connection);

  /* Runs several statements without parameters (a migration), inside the caller's transaction. */
  int (*script)(void *connection, const char *sql, mcrm_error *error);
  /* Column names of a table, one a call to `column`; MCRM_NOT_FOUND where there is no such table. */
  int (*columns)(void *connection, const char *table, void (*column)(void *context, const char *name, const char *type),
                 void *context, mcrm_error *error);

  /* Folds write-ahead data into the main file where the database has such a thing; never blocks writers long. */
  int (*checkpoint)(void *connection, mcrm_error *error);
  /* A consistent copy into a new file (refused where it exists), safe while others write. NULL: the database is no
   * file; its rows are copied. */
  int (*backup)(void *connection, const char *file, mcrm_error *error);
  /* Checks the database's own structures; MCRM_IO with what is wrong. */
  int (*check)(void *connection, mcrm_error *error);

  /* Messages between processes; all four NULL where the database has none. `notify` reaches the listeners when the
   * transaction commits. `listen` is for a connection of its own, outside of transactions; `heard` waits until a
   * message came (1), or the moment (clock_monotonic) passed (0), or the connection is lost (a code). `descriptor` can
   * be polled for reading; it may change with each call of `heard`. */
  int (*notify)(void *connection, const char *channel, const char *payload, mcrm_error *error);
  int (*listen)(void *connection, const char *channel, mcrm_error *error);
  int (*heard)(void *connection, int64_t until, mcrm_error *error);
  int (*descriptor)(void *connection);

  const char *now; /* SELECT of the server's clock in ms; NULL where the database has no clock of its own */
  /* SELECTs that take the lock with the name $1 until the write transaction ends: after waiting for it, or not; then
   * the row says 1, or 0 where somebody else has it. NULL where writers are serial. */
  const char *lock, *try_lock;
  store_search_dialect search;
} store_driver;

extern const store_driver store_sqlite;

/* The driver for a URL and what of it the driver is handed: a file's path, or the whole. What names no scheme is a file
 * for SQLite. Drivers that are modules are loaded. NULL: MCRM_UNSUPPORTED. */
const store_driver *store_driver_for(const char *url, const char **rest, mcrm_error *error);

/* What a module exports by the name "marfacrm_store_driver". NULL: it is of another version. */
typedef const store_driver *store_driver_entry(unsigned version);

#endif
