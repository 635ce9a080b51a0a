/* Looking after a PostgreSQL database: its columns, its messages. */
#include <base/clock.h>
#include <base/error.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "postgres.h"

static store_value text(const char *bytes) {
  return (store_value){.kind = STORE_TEXT, .text = bytes, .length = strlen(bytes)};
}

/* Where the name says no schema it is looked for where unqualified names are. */
int postgres_columns(void *connection, const char *table, void (*column)(void *, const char *, const char *),
                     void *context, mcrm_error *error) {
  const store_value values[] = {text(table)};
  void *statement;
  size_t count = 0;
  int code = postgres_query(connection,
                            "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a "
                            "WHERE a.attrelid = to_regclass(CAST($1 AS text)) AND a.attnum > 0 AND NOT a.attisdropped "
                            "ORDER BY a.attnum",
                            values, 1, error, &statement);
  if (code) return code;
  int got;
  while ((got = postgres_step(statement, error)) > 0) {
    column(context, postgres_column(statement, 0).text, postgres_column(statement, 1).text);
    count++;
  }
  postgres_finish(statement);
  if (got < 0) return got;
  if (!count) return error_set(error, MCRM_NOT_FOUND, NULL, "store.no_table", "there is no table %s", table);
  return MCRM_OK;
}

/* A number that the query answers. */
static int number(void *connection, const char *sql, const store_value *values, size_t count, mcrm_error *error,
                  int64_t *out) {
  void *statement;
  int code = postgres_query(connection, sql, values, count, error, &statement);
  if (code) return code;
  int got = postgres_step(statement, error);
  if (got > 0) *out = postgres_column(statement, 0).number;
  postgres_finish(statement);
  return got < 0 ? got : MCRM_OK;
}

/* ---- messages ---- */

static void channel_of(const postgres_connection *c, const char *channel, char out[160]) {
  if (c->role == STORE_FOREIGN)
    snprintf(out, 160, "%.60s", channel);
  else
    snprintf(out, 160, "%.50s_%.60s", c->schema, channel);
  out[62] = 0; /* the server cuts names there */
}

int postgres_notify(void *connection, const char *channel, const char *payload, mcrm_error *error) {
  char name[160];
  channel_of(connection, channel, name);
  const store_value values[] = {text(name), text(payload)};
  return postgres_post(connection, "SELECT pg_notify($1, $2)", values, 2, error);
}

int postgres_listen(void *connection, const char *channel, mcrm_error *error) {
  postgres_connection *c = connection;
  char name[160], sql[400];
  channel_of(c, channel, name);
  if (c->pooled)
    return error_set(error, MCRM_UNSUPPORTED, "url", "store.pooler",
                     "behind a pooler that lends sessions for a transaction nothing is heard: name a listen_url");
  char *quoted = PQescapeIdentifier(c->pq, name, strlen(name));
  if (!quoted) return error_no_memory(error);
  snprintf(sql, sizeof sql, "LISTEN %s", quoted);
  PQfreemem(quoted);
  return postgres_simple(c, sql, clock_monotonic() + POSTGRES_CONNECT_WAIT, error, NULL);
}

static int take_notices(postgres_connection *c) {
  int heard = 0;
  for (PGnotify *note; (note = PQnotifies(c->pq)); heard = 1) PQfreemem(note);
  return heard;
}

int postgres_heard(void *connection, int64_t until, mcrm_error *error) {
  postgres_connection *c = connection;
  for (;;) {
    if (!PQconsumeInput(c->pq) || PQstatus(c->pq) != CONNECTION_OK) return postgres_lost(c, error);
    if (take_notices(c)) return 1;
    int64_t left = until - clock_monotonic();
    if (left <= 0) return 0;
    struct pollfd one = {.fd = PQsocket(c->pq), .events = POLLIN};
    const struct timespec pause = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
    if (ppoll(&one, 1, &pause, NULL) == 0) return 0;
  }
}

int postgres_descriptor(void *connection) { return PQsocket(((postgres_connection *)connection)->pq); }

/* ---- checks ---- */

/* What the server can say of its own structures without an extension: constraints that were never looked at, indexes
 * that are not whole. */
int postgres_check(void *connection, mcrm_error *error) {
  postgres_connection *c = connection;
  const store_value values[] = {text(c->schema)};
  int64_t wrong = 0;
  int code = number(connection,
                    "SELECT count(*) FROM pg_class i JOIN pg_index x ON x.indexrelid = i.oid JOIN pg_namespace n "
                    "ON n.oid = i.relnamespace WHERE n.nspname = $1 AND NOT (x.indisvalid AND x.indisready)",
                    values, 1, error, &wrong);
  if (!code && wrong)
    code = error_set(error, MCRM_IO, NULL, "store.corrupt", "%lld indexes are not whole: REINDEX", (long long)wrong);
  return code;
}
