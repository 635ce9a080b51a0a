/* PostgreSQL behind the storage seam: parallel writers, read committed; readers repeat what they read. */
#include "postgres.h"

#include <base/clock.h>
#include <base/error.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCRATCH_LIMIT = 256 << 20 };

/* ---- the URL ---- */

static bool is_name(const char *text) {
  return text[0] && !text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] && strlen(text) < 48;
}

/* One option of the URL that is ours, not libpq's: is handed over and taken out of it. */
static bool take_option(char *url, const char *name, char *out, size_t size) {
  size_t length = strlen(name);
  for (char *at = strchr(url, '?'); at; at = strchr(at + 1, '&')) {
    if (strncmp(at + 1, name, length) != 0 || at[1 + length] != '=') continue;
    char *value = at + 2 + length, *end = value + strcspn(value, "&");
    if ((size_t)(end - value) >= size) return false;
    memcpy(out, value, (size_t)(end - value));
    out[end - value] = 0;
    if (*end) /* the next one moves up behind our own mark */
      memmove(at + 1, end + 1, strlen(end + 1) + 1);
    else
      *at = 0;
    return true;
  }
  return true;
}

/* host:port/database of a URL, for people: without user and password. */
static void name_place(postgres_connection *c) {
  PQconninfoOption *options = PQconninfoParse(c->url, NULL);
  const char *host = "", *port = "", *database = "";
  for (PQconninfoOption *o = options; o && o->keyword; o++) {
    if (!o->val) continue;
    if (!strcmp(o->keyword, "host")) host = o->val;
    if (!strcmp(o->keyword, "port")) port = o->val;
    if (!strcmp(o->keyword, "dbname")) database = o->val;
  }
  snprintf(c->place, sizeof c->place, "postgresql://%s%s%s/%s", host, port[0] ? ":" : "", port, database);
  PQconninfoFree(options);
}

static int read_url(postgres_connection *c, const char *url, mcrm_error *error) {
  char pooler[24] = "";
  strcpy(c->schema, c->role == STORE_FOREIGN ? "" : "marfacrm");
  if (!(c->url = strdup(url))) return error_no_memory(error);
  if (!take_option(c->url, "schema", c->schema, sizeof c->schema) || (c->schema[0] && !is_name(c->schema)))
    return error_set(error, MCRM_INVALID, "url", "store.url", "schema= is a name of small letters, digits and _");
  if (!take_option(c->url, "pooler", pooler, sizeof pooler) ||
      (pooler[0] && strcmp(pooler, "transaction") && strcmp(pooler, "session")))
    return error_set(error, MCRM_INVALID, "url", "store.url", "pooler= is transaction or session");
  c->pooled = !strcmp(pooler, "transaction");
  char *why = NULL;
  PQconninfoOption *options = PQconninfoParse(c->url, &why);
  if (!options) { /* its words may quote a piece of the password: they stay here */
    PQfreemem(why);
    return error_set(error, MCRM_INVALID, "url", "store.url", "the URL of the database cannot be read");
  }
  PQconninfoFree(options);
  name_place(c);
  return MCRM_OK;
}

/* ---- open ---- */

static int ask(postgres_connection *c, const char *sql, int64_t deadline, mcrm_error *error, PGresult **out) {
  int code = postgres_simple(c, sql, deadline, error, out);
  if (!code && (!*out || PQntuples(*out) != 1)) code = error_set(error, MCRM_INTERNAL, NULL, "store.sql", "%s", sql);
  return code;
}

/* What makes a server unfit, as it says it: the first that is not as it should be. */
static int judge(const postgres_connection *c, const PGresult *answer, mcrm_error *error) {
  const char *said[5];
  for (int i = 0; i < 5; i++) said[i] = PQgetvalue(answer, 0, i);
  if (strcmp(said[0], "f"))
    return error_set(error, MCRM_UNAVAILABLE, "url", "store.standby",
                     "%s is a standby and takes no writes: name the primary, or all servers with "
                     "target_session_attrs=read-write",
                     c->place);
  if (strcmp(said[1], "on"))
    return error_set(error, MCRM_UNSUPPORTED, "url", "store.unsafe", "fsync is off: commits would not be durable");
  if (!strcmp(said[2], "off"))
    return error_set(error, MCRM_UNSUPPORTED, "url", "store.unsafe",
                     "synchronous_commit is off: commits would not be durable");
  if (strcmp(said[3], "UTF8"))
    return error_set(error, MCRM_UNSUPPORTED, "url", "store.unsafe", "the database's encoding is %s, not UTF8",
                     said[3]);
  if (strcmp(said[4], "t"))
    return error_set(error, MCRM_UNSUPPORTED, "url", "store.unsafe", "PostgreSQL 13 or newer is needed");
  return MCRM_OK;
}

/* Commits must be durable, and text must be Unicode. Asked of each connection anew: after a failover it is another
 * server, after a restart it may have other settings. */
int postgres_expect_safe(postgres_connection *c, int64_t deadline, mcrm_error *error) {
  PGresult *answer;
  int code = ask(c,
                 "SELECT pg_is_in_recovery(), current_setting('fsync'), current_setting('synchronous_commit'), "
                 "current_setting('server_encoding'), current_setting('server_version_num')::int >= 130000",
                 deadline, error, &answer);
  if (!code) code = judge(c, answer, error);
  PQclear(answer);
  return code;
}

/* Our tables have a schema of their own, so that they can live in the host's database. Whose it is does not change. */
static int find_schema(postgres_connection *c, bool create, mcrm_error *error) {
  char sql[200];
  PGresult *answer;
  snprintf(sql, sizeof sql,
           "SELECT count(*), coalesce(bool_or(NOT pg_has_role(nspowner, 'USAGE')), false) FROM pg_namespace "
           "WHERE nspname = '%s'",
           c->schema);
  int code = ask(c, sql, clock_monotonic() + POSTGRES_CONNECT_WAIT, error, &answer);
  bool there = !code && !strcmp(PQgetvalue(answer, 0, 0), "1");
  c->guarded = there && !strcmp(PQgetvalue(answer, 0, 1), "t");
  PQclear(answer);
  if (code || there) return code;
  if (!create)
    return error_set(error, MCRM_UNAVAILABLE, "url", "store.missing", "%s has no schema %s", c->place, c->schema);
  snprintf(sql, sizeof sql, "CREATE SCHEMA IF NOT EXISTS \"%s\"", c->schema);
  code = postgres_simple(c, sql, clock_monotonic() + POSTGRES_CONNECT_WAIT, error, NULL);
  if (code != MCRM_CONFLICT) return code;
  error_clear(error); /* IF NOT EXISTS does not wait: another process made it in the same moment */
  return MCRM_OK;
}

static void close_connection(void *connection) {
  postgres_connection *c = connection;
  if (c->pq) postgres_disconnect(c);
  postgres_forget_plans(c);
  postgres_free_statements(c);
  buffer_free(&c->scratch);
  if (c->c_locale) freelocale(c->c_locale);
  if (c->url) {
    explicit_bzero(c->url, strlen(c->url));
    free(c->url);
  }
  free(c);
}

static int open_connection(const char *url, store_role role, bool create, mcrm_error *error, void **connection) {
  *connection = NULL;
  postgres_connection *c = calloc(1, sizeof *c);
  if (!c) return error_no_memory(error);
  c->role = role;
  buffer_init(&c->scratch, SCRATCH_LIMIT);
  c->c_locale = newlocale(LC_ALL_MASK, "C", NULL);
  int code = c->c_locale ? read_url(c, url, error) : error_no_memory(error);
  if (!code) code = postgres_connect(c, 0, error);
  if (!code && role != STORE_FOREIGN) code = find_schema(c, create, error);
  if (code) {
    close_connection(c);
    return code;
  }
  *connection = c;
  return MCRM_OK;
}

static bool is_alive(const void *connection) {
  const postgres_connection *c = connection;
  return !c->broken && PQstatus(c->pq) == CONNECTION_OK;
}

/* ---- transactions ---- */

/* Behind a pooler the session is somebody else's after each transaction: what we need is set in it. */
int postgres_begin_now(postgres_connection *c, mcrm_error *error) {
  bool write = c->role == STORE_WRITER;
  c->by_values = false;
  int code = postgres_control(
      c, COMMAND_CONTROL,
      write ? "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
      error);
  if (!code && c->pooled && c->schema[0]) {
    char sql[128];
    snprintf(sql, sizeof sql, "SET LOCAL search_path = \"%s\"", c->schema);
    code = postgres_control(c, COMMAND_CONTROL, sql, error);
  }
  if (!code && c->guarded && c->actor[0]) {
    char sql[64];
    snprintf(sql, sizeof sql, "SET LOCAL marfacrm.actor = '%s'", c->actor);
    code = postgres_control(c, COMMAND_CONTROL, sql, error);
  }
  c->begin_commands = c->queued;
  return code;
}

/* Letters and digits: it is put into a statement. */
static void acting(void *connection, const char *actor) {
  postgres_connection *c = connection;
  size_t length = strspn(actor, "abcdefghijklmnopqrstuvwxyz0123456789");
  if (length >= sizeof c->actor || actor[length]) length = 0;
  memcpy(c->actor, actor, length);
  c->actor[length] = 0;
}

/* It has not been used for long, or its server has said something while nobody asked: farewell, most likely. */
static bool is_doubtful(const postgres_connection *c) {
  struct pollfd one = {.fd = PQsocket(c->pq), .events = POLLIN};
  return clock_monotonic() - c->used_at > POSTGRES_REST || poll(&one, 1, 0);
}

static int begin(void *connection, int64_t deadline, mcrm_error *error) {
  postgres_connection *c = connection;
  if (c->in_transaction)
    return error_set(error, MCRM_INTERNAL, NULL, "store.nested", "a transaction inside a transaction");
  c->deadline = deadline;
  c->begun = false;
  c->doubted = c->role == STORE_WRITER && is_doubtful(c);
  c->changed = 0;
  if (c->broken) { /* was idle while the server went */
    postgres_disconnect(c);
    int code = postgres_connect(c, deadline, error);
    if (code) return code;
  }
  int code = postgres_begin_now(c, error);
  c->in_transaction = !code;
  return code;
}

static void rollback(void *connection) {
  postgres_connection *c = connection;
  mcrm_error quiet = {0};
  if (!c->in_transaction) return;
  c->deadline = 0;
  c->in_transaction = false;
  c->used_at = clock_monotonic();
  if (!c->broken && c->role != STORE_WRITER && !c->queued && !c->leaving) {
    postgres_leave(c, &quiet);
  } else if (!c->broken && !postgres_control(c, COMMAND_CONTROL, "ROLLBACK", &quiet)) {
    postgres_settle(c, clock_monotonic() + POSTGRES_CONNECT_WAIT, &quiet);
    if (!c->broken && PQtransactionStatus(c->pq) != PQTRANS_IDLE) c->broken = true;
  }
  postgres_halt(c);
  c->begun = false;
}

/* From here on an answer that does not come means: nobody knows. */
static int commit_unknown(postgres_connection *c, const mcrm_error *why, mcrm_error *error) {
  c->broken = true;
  return error_set(error, MCRM_UNAVAILABLE, NULL, "store.unknown", "%s did not confirm the commit: %.120s", c->place,
                   why->detail);
}

/* What was posted goes out with COMMIT; where it failed, COMMIT was not carried out: PostgreSQL skips what follows a
 * failure up to the sync, and answers ROLLBACK to the COMMIT of a failed transaction. */
static int confirm(postgres_connection *c, mcrm_error *why) {
  int64_t until = clock_monotonic() + POSTGRES_COMMIT_WAIT;
  int64_t patience = c->begun ? c->deadline : postgres_patience(c); /* unbegun, all of the work is still to be done */
  if (patience > until) until = patience;
  c->committed = c->refused = false; /* an error that a mark undid is no answer to this */
  int code = postgres_control(c, COMMAND_COMMIT, "COMMIT", why);
  if (!code) code = postgres_settle(c, until, why);
  if (c->committed) return MCRM_OK; /* whatever befell the connection afterwards */
  if (code) return code;
  return error_set(why, MCRM_IO, NULL, "store.undone", "the database undid the transaction");
}

static int commit(void *connection, mcrm_error *error) {
  postgres_connection *c = connection;
  if (!c->in_transaction)
    return error_set(error, MCRM_IO, NULL, "store.undone", "the database had undone the transaction");
  if (!c->begun && c->queued == c->begin_commands) { /* nothing was asked */
    rollback(c);
    return MCRM_OK;
  }
  mcrm_error why = {0};
  bool write = c->role == STORE_WRITER, was_broken = c->broken;
  /* What has a moment to be done by, and has not been waited for yet, is broken off there, and not left unknown. */
  int code = c->deadline && !c->begun ? postgres_settle(c, c->deadline, &why) : MCRM_OK;
  bool asked = !code;
  if (!code) code = confirm(c, &why);
  if (code) {
    bool unknown = write && asked && !was_broken && c->broken && !c->refused;
    rollback(c);
    return unknown ? commit_unknown(c, &why, error)
                   : error_set(error, code, why.field[0] ? why.field : NULL, why.message, "%s", why.detail);
  }
  postgres_halt(c);
  c->in_transaction = c->begun = false;
  c->deadline = 0;
  c->used_at = clock_monotonic();
  return MCRM_OK;
}

static int settle(void *connection, mcrm_error *error) {
  return postgres_settle(connection, postgres_patience(connection), error);
}

static int64_t changed(void *connection) { return ((postgres_connection *)connection)->changed; }

static int script(void *connection, const char *sql, mcrm_error *error) {
  postgres_connection *c = connection;
  int code = postgres_simple(c, sql, postgres_patience(c), error, NULL);
  if (!code && c->in_transaction && PQtransactionStatus(c->pq) != PQTRANS_INTRANS)
    code = error_set(error, MCRM_INTERNAL, NULL, "store.script", "the script ended its transaction");
  return code;
}

static int checkpoint(void *connection, mcrm_error *error) {
  (void)connection;
  (void)error;
  return MCRM_OK; /* the server sees to it */
}

static const store_driver postgres = {
    .scheme = "postgresql",
    .capabilities = 0,
    .open = open_connection,
    .close = close_connection,
    .alive = is_alive,
    .acting = acting,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .query = postgres_query,
    .post = postgres_post,
    .expect = postgres_expect,
    .settle = settle,
    .step = postgres_step,
    .finish = postgres_finish,
    .column_count = postgres_column_count,
    .column_name = postgres_column_name,
    .column = postgres_column,
    .changed = changed,
    .script = script,
    .columns = postgres_columns,
    .checkpoint = checkpoint,
    .check = postgres_check,
    .listen = postgres_listen,
    .notify = postgres_notify,
    .heard = postgres_heard,
    .descriptor = postgres_descriptor,
    .now = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)",
    /* two stores in one database have two schemas, and so two locks */
    .lock = "SELECT 1 FROM pg_advisory_xact_lock(CAST($1 AS int), hashtext(current_schema()))",
    .try_lock = "SELECT CAST(pg_try_advisory_xact_lock(CAST($1 AS int), hashtext(current_schema())) AS int)",
    .search = {.quote = '\'',
               .any = " | ",
               .all = " & ",
               .beginning = ":*",
               .stands = "SELECT id FROM search_index WHERE vector @@ CAST($1 AS tsquery) LIMIT 1",
               .find = "SELECT id, rep_id, entity FROM search_index WHERE vector @@ CAST($1 AS tsquery) AND id < $2 "
                       "ORDER BY id DESC LIMIT $3"}};

__attribute__((visibility("default"))) store_driver_entry marfacrm_store_driver;

const store_driver *marfacrm_store_driver(unsigned version) {
  return version == STORE_DRIVER_VERSION ? &postgres : NULL;
}
