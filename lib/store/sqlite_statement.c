/* Statements of an SQLite connection: prepared once for each text, kept, the least used let go. */
#include <stdlib.h>
#include <string.h>

#include "sqlite.h"

/* FNV-1a by words of eight bytes; texts are ours, so nobody aims at the buckets. */
static uint64_t hash_of(const char *sql) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (size_t left = strlen(sql), some; left; left -= some, sql += some) {
    uint64_t word = 0;
    some = left < sizeof word ? left : sizeof word;
    memcpy(&word, sql, some);
    hash = (hash ^ word) * UINT64_C(0x100000001B3);
    hash ^= hash >> 32;
  }
  return hash;
}

/* ---- the statements at rest, newest first ---- */

static void rest(sqlite_connection *c, sqlite_statement *s) {
  s->newer = NULL;
  s->older = c->newest;
  if (c->newest)
    c->newest->newer = s;
  else
    c->oldest = s;
  c->newest = s;
}

static void rise(sqlite_connection *c, sqlite_statement *s) {
  if (s->newer)
    s->newer->older = s->older;
  else
    c->newest = s->older;
  if (s->older)
    s->older->newer = s->newer;
  else
    c->oldest = s->newer;
  s->newer = s->older = NULL;
}

static void dispose(sqlite_statement *s) {
  sqlite3_finalize(s->handle);
  free(s->numbers);
  free(s->sql);
  free(s);
}

static void forget(sqlite_connection *c, sqlite_statement *s) {
  sqlite_statement **at = &c->buckets[s->hash % SQLITE_BUCKETS];
  while (*at != s) at = &(*at)->chain;
  *at = s->chain;
  c->kept--;
  s->kept = false;
}

void sqlite_forget_statements(sqlite_connection *c) {
  while (c->newest) {
    sqlite_statement *s = c->newest;
    rise(c, s);
    forget(c, s);
    dispose(s);
  }
}

/* ---- preparing ---- */

/* The n of each $n: SQLite numbers parameters by first appearance, which need not be their order. */
static int number_parameters(sqlite_statement *s, mcrm_error *error) {
  s->parameters = sqlite3_bind_parameter_count(s->handle);
  if (!s->parameters) return MCRM_OK;
  s->numbers = calloc((size_t)s->parameters, sizeof *s->numbers);
  if (!s->numbers) return error_no_memory(error);
  for (int i = 0; i < s->parameters; i++) {
    const char *name = sqlite3_bind_parameter_name(s->handle, i + 1);
    int number = 0;
    if (name && name[0] == '$')
      for (const char *digit = name + 1; *digit >= '0' && *digit <= '9' && number < 100000; digit++)
        number = number * 10 + (*digit - '0');
    if (!number)
      return error_set(error, MCRM_INTERNAL, NULL, "store.sql", "parameter %s is not one of $1…: %s", name ? name : "?",
                       s->sql);
    s->numbers[i] = number;
  }
  return MCRM_OK;
}

static int prepare(sqlite_connection *c, const char *sql, uint64_t hash, mcrm_error *error, sqlite_statement **out) {
  sqlite_statement *s = calloc(1, sizeof *s);
  if (!s) return error_no_memory(error);
  s->connection = c;
  s->hash = hash;
  s->sql = strdup(sql);
  int code = s->sql ? MCRM_OK : error_no_memory(error);
  const char *tail = NULL;
  if (!code) {
    int rc = sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->handle, &tail);
    if (rc) code = sqlite_fail_at(c, rc, error, sql);
  }
  if (!code && (!s->handle || tail[strspn(tail, " \n\t;")]))
    code = error_set(error, MCRM_INTERNAL, NULL, "store.sql", "not one statement: %s", sql);
  if (!code) code = number_parameters(s, error);
  if (code) {
    dispose(s);
    return code;
  }
  *out = s;
  return MCRM_OK;
}

static void keep(sqlite_connection *c, sqlite_statement *s) {
  if (c->kept >= SQLITE_STATEMENTS) {
    sqlite_statement *least = c->oldest;
    if (!least) return; /* all are running: this one is let go when it is finished */
    rise(c, least);
    forget(c, least);
    dispose(least);
  }
  s->chain = c->buckets[s->hash % SQLITE_BUCKETS];
  c->buckets[s->hash % SQLITE_BUCKETS] = s;
  s->kept = true;
  c->kept++;
}

/* A statement for the text that nobody is using: a kept one, or else a new one. */
static int take(sqlite_connection *c, const char *sql, mcrm_error *error, sqlite_statement **out) {
  uint64_t hash = hash_of(sql);
  sqlite_statement *s = c->buckets[hash % SQLITE_BUCKETS];
  while (s && (s->hash != hash || strcmp(s->sql, sql) != 0)) s = s->chain;
  if (s && !s->running)
    rise(c, s);
  else {
    bool nested = s != NULL;
    int code = prepare(c, sql, hash, error, &s);
    if (code) return code;
    if (!nested) keep(c, s);
  }
  s->running = true;
  s->next_running = c->running;
  c->running = s;
  *out = s;
  return MCRM_OK;
}

/* ---- running ---- */

static int bind(sqlite_statement *s, int parameter, const store_value *value) {
  switch (value->kind) {
    case STORE_INT:
      return sqlite3_bind_int64(s->handle, parameter, value->number);
    case STORE_REAL:
      return sqlite3_bind_double(s->handle, parameter, value->real);
    case STORE_TEXT:
      return sqlite3_bind_text64(s->handle, parameter, value->text ? value->text : "", value->length, SQLITE_TRANSIENT,
                                 SQLITE_UTF8);
    case STORE_NULL:
      break;
  }
  return sqlite3_bind_null(s->handle, parameter);
}

static int bind_all(sqlite_statement *s, const store_value *values, size_t count, mcrm_error *error) {
  for (int i = 0; i < s->parameters; i++) {
    if ((size_t)s->numbers[i] > count)
      return error_set(error, MCRM_INTERNAL, NULL, "store.sql", "no value for $%d: %s", s->numbers[i], s->sql);
    int rc = bind(s, i + 1, &values[s->numbers[i] - 1]);
    if (rc) return sqlite_fail(s->connection, rc, error);
  }
  return MCRM_OK;
}

/* SQLite undoes a whole transaction by itself after some errors. What follows must not run on its own then. */
static int in_transaction(sqlite_connection *c, mcrm_error *error) {
  if (c->in_transaction ? !sqlite3_get_autocommit(c->db) : c->role != STORE_WRITER) return MCRM_OK;
  if (!c->in_transaction)
    return error_set(error, MCRM_INTERNAL, NULL, "store.closed", "a writer's statement outside of a transaction");
  return error_set(error, MCRM_IO, NULL, "store.undone", "the database had to undo the transaction");
}

int sqlite_query(void *connection, const char *sql, const store_value *values, size_t count, mcrm_error *error,
                 void **statement) {
  sqlite_connection *c = connection;
  sqlite_statement *s;
  *statement = NULL;
  int code = in_transaction(c, error);
  if (!code) code = take(c, sql, error, &s);
  if (code) return code;
  code = bind_all(s, values, count, error);
  if (code) {
    sqlite_finish(s);
    return code;
  }
  *statement = s;
  return MCRM_OK;
}

int sqlite_step(void *statement, mcrm_error *error) {
  sqlite_statement *s = statement;
  int code = in_transaction(s->connection, error);
  if (code) return code;
  int rc = sqlite3_step(s->handle);
  if (rc == SQLITE_ROW) return 1;
  return rc == SQLITE_DONE ? 0 : sqlite_fail_at(s->connection, rc, error, s->sql);
}

int sqlite_post(void *connection, const char *sql, const store_value *values, size_t count, mcrm_error *error) {
  void *statement;
  int code = sqlite_query(connection, sql, values, count, error, &statement);
  if (code) return code;
  do code = sqlite_step(statement, error);
  while (code > 0);
  sqlite_finish(statement);
  return code;
}

void sqlite_finish(void *statement) {
  sqlite_statement *s = statement;
  sqlite_connection *c = s->connection;
  sqlite_statement **at = &c->running;
  while (*at != s) at = &(*at)->next_running;
  *at = s->next_running;
  s->running = false;
  sqlite3_reset(s->handle);
  sqlite3_clear_bindings(s->handle);
  if (s->kept)
    rest(c, s);
  else
    dispose(s);
}

void sqlite_halt(sqlite_connection *c) {
  for (sqlite_statement *s = c->running; s; s = s->next_running) sqlite3_reset(s->handle);
}

size_t sqlite_column_count(void *statement) {
  return (size_t)sqlite3_column_count(((sqlite_statement *)statement)->handle);
}

const char *sqlite_column_name(void *statement, size_t column) {
  return sqlite3_column_name(((sqlite_statement *)statement)->handle, (int)column);
}

store_value sqlite_column(void *statement, size_t column) {
  sqlite3_stmt *handle = ((sqlite_statement *)statement)->handle;
  switch (sqlite3_column_type(handle, (int)column)) {
    case SQLITE_INTEGER:
      return store_int(sqlite3_column_int64(handle, (int)column));
    case SQLITE_FLOAT:
      return store_real(sqlite3_column_double(handle, (int)column));
    case SQLITE_NULL:
      return store_null();
    default:
      break;
  }
  const char *text = (const char *)sqlite3_column_text(handle, (int)column);
  return (store_value){
      .kind = STORE_TEXT, .text = text, .length = text ? (size_t)sqlite3_column_bytes(handle, (int)column) : 0};
}
