#include "recorder.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

enum { CONNECTIONS = 64 };

const store_driver *__real_store_driver_for(const char *url, const char **rest, mcrm_error *error);
const store_driver *__wrap_store_driver_for(const char *url, const char **rest, mcrm_error *error);

static const store_driver *real;
static recording *into;
static bool unanswered; /* something was sent since the last wait */
static bool first;      /* of its transaction: the driver waits for it at once */
static struct {
  void *connection;
  bool write;
} connections[CONNECTIONS];

void record_into(recording *to) { into = to; }

static char *kept(const char *text, size_t length) {
  char *copy = malloc(length + 1);
  if (!copy) die("memory", NULL);
  if (length) memcpy(copy, text, length);
  copy[length] = 0;
  return copy;
}

static recorded *add(recorded_kind kind) {
  if (into->count == into->capacity) {
    into->capacity = into->capacity ? into->capacity * 2 : 1024;
    into->at = realloc(into->at, into->capacity * sizeof *into->at);
    if (!into->at) die("memory", NULL);
  }
  recorded *r = &into->at[into->count++];
  *r = (recorded){.kind = kind};
  return r;
}

static void add_statement(const char *sql, const store_value *values, size_t count) {
  if (!into) return;
  recorded *r = add(RECORDED_STATEMENT);
  r->sql = kept(sql, strlen(sql));
  r->count = count;
  r->values = calloc(count + 1, sizeof *r->values);
  if (!r->values) die("memory", NULL);
  for (size_t i = 0; i < count; i++) {
    r->values[i] = values[i];
    if (values[i].kind == STORE_TEXT) r->values[i].text = kept(values[i].text, values[i].length);
  }
  unanswered = true;
}

static void add_wait(void) {
  if (!into || !unanswered) return;
  add(RECORDED_WAIT);
  unanswered = first = false;
}

void recording_free(recording *r) {
  for (size_t i = 0; i < r->count; i++) {
    for (size_t k = 0; k < r->at[i].count; k++)
      if (r->at[i].values[k].kind == STORE_TEXT) free((char *)(uintptr_t)r->at[i].values[k].text);
    free(r->at[i].values);
    free(r->at[i].sql);
  }
  free(r->at);
  *r = (recording){0};
}

/* ---- the driver's slots ---- */

static int open_connection(const char *url, store_role role, bool create, mcrm_error *error, void **connection) {
  int code = real->open(url, role, create, error, connection);
  for (size_t i = 0; !code && i < CONNECTIONS; i++)
    if (!connections[i].connection) {
      connections[i].connection = *connection;
      connections[i].write = role == STORE_WRITER;
      break;
    }
  return code;
}

static void close_connection(void *connection) {
  for (size_t i = 0; i < CONNECTIONS; i++)
    if (connections[i].connection == connection) connections[i].connection = NULL;
  real->close(connection);
}

static int begin(void *connection, int64_t deadline, mcrm_error *error) {
  if (into) {
    recorded *r = add(RECORDED_BEGIN);
    for (size_t i = 0; i < CONNECTIONS; i++)
      if (connections[i].connection == connection) r->write = connections[i].write;
    first = true;
    unanswered = false;
  }
  return real->begin(connection, deadline, error);
}

static int commit(void *connection, mcrm_error *error) {
  if (into) add(RECORDED_COMMIT);
  unanswered = false;
  return real->commit(connection, error);
}

static void rollback(void *connection) {
  bool open = into && into->count && into->at[into->count - 1].kind != RECORDED_COMMIT &&
              into->at[into->count - 1].kind != RECORDED_ROLLBACK;
  if (open) add(RECORDED_ROLLBACK);
  unanswered = false;
  real->rollback(connection);
}

static int query(void *connection, const char *sql, const store_value *values, size_t count, mcrm_error *error,
                 void **statement) {
  add_statement(sql, values, count);
  if (first) add_wait();
  return real->query(connection, sql, values, count, error, statement);
}

static int post(void *connection, const char *sql, const store_value *values, size_t count, mcrm_error *error) {
  add_statement(sql, values, count);
  return real->post(connection, sql, values, count, error);
}

static int step(void *statement, mcrm_error *error) {
  add_wait();
  return real->step(statement, error);
}

static void finish(void *statement) {
  add_wait();
  real->finish(statement);
}

static int expect(void *connection, const char *sql, const store_value *values, size_t count,
                  const store_refusal *otherwise, mcrm_error *error) {
  add_statement(sql, values, count);
  return real->expect(connection, sql, values, count, otherwise, error);
}

static int settle(void *connection, mcrm_error *error) {
  add_wait();
  return real->settle(connection, error);
}

static int notify(void *connection, const char *channel, const char *payload, mcrm_error *error) {
  const store_value values[] = {{.kind = STORE_TEXT, .text = channel, .length = strlen(channel)},
                                {.kind = STORE_TEXT, .text = payload, .length = strlen(payload)}};
  add_statement("SELECT pg_notify($1, $2)", values, 2);
  return real->notify(connection, channel, payload, error);
}

const store_driver *__wrap_store_driver_for(const char *url, const char **rest, mcrm_error *error) {
  static store_driver ours;
  const store_driver *driver = __real_store_driver_for(url, rest, error);
  if (!driver || strcmp(driver->scheme, "postgresql") != 0) return driver;
  real = driver;
  ours = *driver;
  ours.open = open_connection;
  ours.close = close_connection;
  ours.begin = begin;
  ours.commit = commit;
  ours.rollback = rollback;
  ours.query = query;
  ours.post = post;
  ours.step = step;
  ours.finish = finish;
  ours.expect = expect;
  ours.settle = settle;
  ours.notify = notify;
  return &ours;
}
