/* What the files of the PostgreSQL driver share. The driver is a module of its own (marfacrm-postgres.so), so that the
 * library does not link libpq; of the library it has the base room, and of the storage seam the header.
 *
 * libpq is only ever used without blocking: everything that is sent goes into a pipeline, and one place
 * (postgres_wire.c) waits for the server, with a deadline. A connection stays in pipeline mode. What a transaction
 * sends is collected until somebody needs an answer, so that BEGIN goes out with the first statement, and statements
 * that nobody waits for with the next one that somebody does. */
#ifndef STORE_POSTGRES_H
#define STORE_POSTGRES_H

#include <base/buffer.h>
#include <libpq-fe.h>
#include <locale.h>
#include <stdbool.h>
#include <store/driver.h>

enum {
  POSTGRES_PLANS = 256,     /* statements kept prepared per connection */
  POSTGRES_BUCKETS = 512,   /* a power of two */
  POSTGRES_QUEUE = 128,     /* commands sent between two syncs, at most */
  POSTGRES_PARAMETERS = 256 /* of one statement */
};

/* How long is waited where nobody said. */
static const int64_t POSTGRES_CONNECT_WAIT = INT64_C(5000000000);
static const int64_t POSTGRES_STATEMENT_WAIT = INT64_C(60000000000);
static const int64_t POSTGRES_COMMIT_WAIT = INT64_C(10000000000);
/* After so long without a transaction nothing is sent on trust. */
static const int64_t POSTGRES_REST = INT64_C(1000000000);

typedef struct postgres_connection postgres_connection;

/* A statement's text as the server knows it. */
typedef struct postgres_plan {
  struct postgres_plan *chain; /* in its bucket */
  uint64_t hash;
  char *sql;
  char name[16]; /* "" where statements are not kept */
  enum { PLAN_NEW, PLAN_SENT, PLAN_READY } state;
  int parameters; /* of which the types are known */
  Oid types[POSTGRES_PARAMETERS];
  bool binary;    /* all its columns can be read as the server has them */
  bool expecting; /* it must touch a row */
} postgres_plan;

/* The types we bind and read, by their numbers in pg_type. */
enum {
  OID_BOOL = 16,
  OID_NAME = 19,
  OID_INT8 = 20,
  OID_INT2 = 21,
  OID_INT4 = 23,
  OID_TEXT = 25,
  OID_OID = 26,
  OID_FLOAT4 = 700,
  OID_FLOAT8 = 701,
  OID_VARCHAR = 1043,
  OID_NUMERIC = 1700
};

/* One run of a statement. */
typedef struct postgres_statement {
  struct postgres_statement *next; /* running, or at rest */
  postgres_connection *connection;
  PGresult *result; /* NULL until its answer is there */
  bool binary;      /* how it was asked for */
  int row;
  int code; /* why there is no answer */
} postgres_statement;

typedef enum postgres_command_kind {
  COMMAND_CONTROL, /* BEGIN, ROLLBACK, … */
  COMMAND_COMMIT,
  COMMAND_PREPARE,
  COMMAND_DESCRIBE,
  COMMAND_RUN, /* for a statement, or (NULL) for nobody */
} postgres_command_kind;

typedef struct postgres_command {
  postgres_command_kind kind;
  postgres_plan *plan;
  postgres_statement *statement;
  const store_refusal *otherwise; /* of one that must touch a row */
} postgres_command;

struct postgres_connection {
  PGconn *pq;
  store_role role;
  bool guarded; /* somebody else owns the tables: their policies want to know for whom we act */
  char actor[24];
  bool pooled; /* behind a pooler that lends servers for a transaction: nothing is kept in the session */
  bool broken;
  bool in_transaction; /* the caller's view */
  bool by_values;      /* the transaction's statements are planned for their values */
  bool begun;          /* BEGIN has been answered */
  bool committed;      /* COMMIT was answered with COMMIT */
  bool doubted;        /* the transaction's connection may be dead: its first statement is waited for */
  bool refused;        /* a statement that went out with COMMIT was answered with an error: COMMIT did nothing */
  bool leaving;        /* a reader's ROLLBACK was sent; its answer is taken with the next one that is waited for */
  int64_t deadline;    /* of the running transaction; 0 = none */
  int64_t used_at;     /* when the last one ended */
  char schema[64];
  char place[160]; /* host:port/database, for people */
  char *url;       /* without what is ours */
  locale_t c_locale;
  int64_t changed;
  unsigned begin_commands; /* how much of the queue is BEGIN */
  unsigned names;
  unsigned kept;
  postgres_plan *buckets[POSTGRES_BUCKETS];
  postgres_plan passing; /* the one without a name */
  postgres_statement *running, *resting;
  postgres_command queue[POSTGRES_QUEUE];
  unsigned queued;
  buffer scratch; /* parameters on their way out */
};

/* ---- postgres_error.c ---- */

/* Fills the error from a failed result; notes where the connection is of no more use. */
int postgres_fail(postgres_connection *c, const PGresult *result, mcrm_error *error);
/* The connection itself is gone. */
int postgres_lost(postgres_connection *c, mcrm_error *error);

/* ---- postgres_wire.c: the one place that waits ---- */

/* Connects anew (c->pq is NULL) and sets the session up. */
int postgres_connect(postgres_connection *c, int64_t deadline, mcrm_error *error);
void postgres_disconnect(postgres_connection *c);
/* Queues a command of ours that has no parameters. */
int postgres_control(postgres_connection *c, postgres_command_kind kind, const char *sql, mcrm_error *error);
/* Notes a command that was just sent. */
void postgres_queued(postgres_connection *c, postgres_command_kind kind, postgres_plan *plan,
                     postgres_statement *statement);
/* Ends a transaction that changed nothing without waiting for the server's word. */
int postgres_leave(postgres_connection *c, mcrm_error *error);
/* Ends the queue and waits until all of it is answered; the first failure. */
int postgres_settle(postgres_connection *c, int64_t deadline, mcrm_error *error);
/* Runs statements without parameters outside of the pipeline. The last result is the caller's where he wants it. */
int postgres_simple(postgres_connection *c, const char *sql, int64_t deadline, mcrm_error *error, PGresult **last);
/* Until when to wait for a statement of the running transaction. */
int64_t postgres_patience(const postgres_connection *c);

/* ---- postgres.c ---- */

/* Of a server that is to take writes: that it does, and that its commits are durable. */
int postgres_expect_safe(postgres_connection *c, int64_t deadline, mcrm_error *error);
/* Queues what begins a transaction. */
int postgres_begin_now(postgres_connection *c, mcrm_error *error);

/* ---- postgres_statement.c ---- */

/* A statement was described: what its parameters and columns are. */
void postgres_learn_types(postgres_plan *plan, const PGresult *described);
int postgres_query(void *connection, const char *sql, const store_value *values, size_t count, mcrm_error *error,
                   void **statement);
int postgres_post(void *connection, const char *sql, const store_value *values, size_t count, mcrm_error *error);
int postgres_expect(void *connection, const char *sql, const store_value *values, size_t count,
                    const store_refusal *otherwise, mcrm_error *error);
int postgres_step(void *statement, mcrm_error *error);
void postgres_finish(void *statement);
size_t postgres_column_count(void *statement);
const char *postgres_column_name(void *statement, size_t column);
store_value postgres_column(void *statement, size_t column);
/* Takes the answers from all that is still running: their transaction ends. */
void postgres_halt(postgres_connection *c);
/* The session is gone, and with it what was prepared. */
void postgres_forget_plans(postgres_connection *c);
void postgres_free_statements(postgres_connection *c);

/* ---- postgres_upkeep.c ---- */

int postgres_columns(void *connection, const char *table, void (*column)(void *, const char *, const char *),
                     void *context, mcrm_error *error);
int postgres_check(void *connection, mcrm_error *error);
int postgres_listen(void *connection, const char *channel, mcrm_error *error);
int postgres_notify(void *connection, const char *channel, const char *payload, mcrm_error *error);
int postgres_heard(void *connection, int64_t until, mcrm_error *error);
int postgres_descriptor(void *connection);

#endif
