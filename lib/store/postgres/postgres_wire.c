/* Talking to the server without ever blocking on it: this is the one place that waits, and it waits in poll. */
#include <base/clock.h>
#include <base/error.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postgres.h"

/* ---- waiting ---- */

/* Waits until the socket can be read (or written); false where the deadline passed. */
static bool wait_for(PGconn *pq, short events, int64_t deadline) {
  for (;;) {
    int64_t left = deadline - clock_monotonic();
    struct pollfd one = {.fd = PQsocket(pq), .events = events};
    if (one.fd < 0) return true; /* libpq says what is wrong */
    if (left < 0) left = 0;
    const struct timespec pause = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
    int ready = ppoll(&one, 1, &pause, NULL);
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
    if (ready == 0) return false;
  }
}

static int too_late(postgres_connection *c, mcrm_error *error) {
  c->broken = true; /* whatever the server still does, its answer has nobody to go to */
  return error_set(error, MCRM_TIMEOUT, NULL, "timeout", "%s did not answer before the deadline", c->place);
}

/* Everything out, and in what there is, until an answer can be taken without waiting. */
static int answer_ready(postgres_connection *c, int64_t deadline, mcrm_error *error) {
  for (;;) {
    int unsent = PQflush(c->pq);
    if (unsent < 0) {
      /* the server may have said why before it went */
      PQconsumeInput(c->pq);
      if (PQisBusy(c->pq)) return postgres_lost(c, error);
      return MCRM_OK;
    }
    if (!PQisBusy(c->pq) && !unsent) return MCRM_OK;
    if (!wait_for(c->pq, (short)(unsent ? POLLIN | POLLOUT : POLLIN), deadline)) return too_late(c, error);
    if (!PQconsumeInput(c->pq)) return postgres_lost(c, error);
  }
}

/* ---- connecting ---- */

static int connect_failed(postgres_connection *c, mcrm_error *error) {
  const char *message = PQerrorMessage(c->pq);
  const char *at = strstr(message, "failed: ");
  if (at) message = at + 8;
  return error_set(error, MCRM_UNAVAILABLE, "url", "store.connect", "%s: %.*s", c->place, (int)strcspn(message, "\n"),
                   message[0] ? message : "no connection");
}

static int await_connection(postgres_connection *c, int64_t deadline, mcrm_error *error) {
  PostgresPollingStatusType status = PGRES_POLLING_WRITING;
  while (status != PGRES_POLLING_OK) {
    if (status == PGRES_POLLING_FAILED) return connect_failed(c, error);
    if (!wait_for(c->pq, status == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline))
      return error_set(error, MCRM_UNAVAILABLE, "url", "store.connect", "%s: no connection before the deadline",
                       c->place);
    status = PQconnectPoll(c->pq);
  }
  return MCRM_OK;
}

static void ignore_notice(void *context, const PGresult *result) {
  (void)context;
  (void)result;
}

/* A dead network is noticed, in either direction. A server that lost us stops working for nobody. */
static const char session[] =
    "SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'";
static const char kept_session[] =
    "SET client_connection_check_interval = '2s'; SET idle_in_transaction_session_timeout = '120s'";

/* Our reads are written for their indexes, whatever the values: planning them anew each time costs more than most of
 * them do, and the more the larger the tables. What it would be wrong for says so (postgres_statement.c). A page out of
 * order costs little more than the next one, on the disks of today and most of all in memory: the server's own figure,
 * four times as much, has it fetch and sort the whole of a long history for its newest fifty. */
static const char by_index[] = "SET plan_cache_mode = force_generic_plan; SET random_page_cost = 1.1";

static int set_up_session(postgres_connection *c, int64_t deadline, mcrm_error *error) {
  int code = postgres_simple(c, session, deadline, error, NULL);
  if (!code && !c->pooled) code = postgres_simple(c, kept_session, deadline, error, NULL);
  if (!code && !c->pooled && c->role == STORE_READER) code = postgres_simple(c, by_index, deadline, error, NULL);
  if (!code && !c->pooled && c->schema[0]) {
    char sql[128];
    snprintf(sql, sizeof sql, "SET search_path = \"%s\"", c->schema);
    code = postgres_simple(c, sql, deadline, error, NULL);
  }
  return code;
}

int postgres_connect(postgres_connection *c, int64_t deadline, mcrm_error *error) {
  int64_t latest = clock_monotonic() + POSTGRES_CONNECT_WAIT;
  if (deadline && deadline < latest) latest = deadline;
  /* What stands in the URL wins over what stands before it here. */
  const char *keys[] = {"application_name", "keepalives_idle", "tcp_user_timeout", "client_encoding", "dbname", NULL};
  const char *values[] = {"marfacrm", "30", "15000", "UTF8", c->url, NULL};
  c->pq = PQconnectStartParams(keys, values, 1);
  if (!c->pq) return error_no_memory(error);
  PQsetNoticeReceiver(c->pq, ignore_notice, NULL); /* libpq would print them */
  int code = PQstatus(c->pq) == CONNECTION_BAD ? connect_failed(c, error) : await_connection(c, latest, error);
  if (!code) {
    c->broken = false;
    if (PQsetnonblocking(c->pq, 1) || !PQenterPipelineMode(c->pq)) code = postgres_lost(c, error);
  }
  if (!code) code = set_up_session(c, latest, error);
  if (!code && c->role == STORE_WRITER) code = postgres_expect_safe(c, latest, error);
  if (code) postgres_disconnect(c);
  return code;
}

void postgres_disconnect(postgres_connection *c) {
  PQfinish(c->pq);
  c->pq = NULL;
  c->broken = true;
  c->begun = c->leaving = false;
  c->queued = 0;
  postgres_forget_plans(c);
}

/* ---- the queue ---- */

void postgres_queued(postgres_connection *c, postgres_command_kind kind, postgres_plan *plan,
                     postgres_statement *statement) {
  c->queue[c->queued++] = (postgres_command){.kind = kind, .plan = plan, .statement = statement};
}

int postgres_control(postgres_connection *c, postgres_command_kind kind, const char *sql, mcrm_error *error) {
  if (c->broken || !PQsendQueryParams(c->pq, sql, 0, NULL, NULL, NULL, NULL, 0)) return postgres_lost(c, error);
  postgres_queued(c, kind, NULL, NULL);
  return MCRM_OK;
}

int64_t postgres_patience(const postgres_connection *c) {
  return c->deadline ? c->deadline : clock_monotonic() + POSTGRES_STATEMENT_WAIT;
}

/* An error that the server answered, not libpq for it, and that leaves no doubt (40003). */
static bool is_servers_word(const PGresult *result) {
  const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state && strcmp(state, "40003") != 0;
}

/* must_touch, which stands in the schema, says so. */
static bool touched_nothing(const PGresult *result) {
  const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state && !strcmp(state, "MC001");
}

static int refuse(const store_refusal *r, mcrm_error *error) {
  return error_set(error, r->code, r->field, r->message, "%s", r->detail);
}

/* One answer; takes the result. What follows a failure in the queue is answered with PIPELINE_ABORTED. */
static int take_answer(postgres_connection *c, const postgres_command *command, PGresult *result, mcrm_error *error) {
  ExecStatusType status = PQresultStatus(result);
  bool worked = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
  int code = MCRM_OK;
  if (command->otherwise && touched_nothing(result))
    code = refuse(command->otherwise, error);
  else if (!worked && status != PGRES_PIPELINE_ABORTED)
    code = postgres_fail(c, result, error);
  if (code && command->kind != COMMAND_COMMIT && is_servers_word(result)) c->refused = true;
  if (command->kind == COMMAND_COMMIT) c->committed = worked && !strcmp(PQcmdStatus(result), "COMMIT");
  if (command->kind == COMMAND_PREPARE) command->plan->state = worked ? PLAN_READY : PLAN_NEW;
  if (command->kind == COMMAND_DESCRIBE && worked) postgres_learn_types(command->plan, result);
  if (command->statement) {
    if (worked) {
      command->statement->result = result;
      return MCRM_OK;
    }
    command->statement->code = code ? code : MCRM_IO;
  }
  PQclear(result);
  return code;
}

/* Each answer is followed by a NULL, and all by the sync. */
static int read_answers(postgres_connection *c, int64_t deadline, mcrm_error *error) {
  int first = MCRM_OK;
  for (unsigned i = 0; i <= c->queued;) {
    int code = answer_ready(c, deadline, error);
    if (code) return code;
    PGresult *result = PQgetResult(c->pq);
    if (!result) {
      if (PQstatus(c->pq) == CONNECTION_BAD) return postgres_lost(c, error);
      i++; /* the end of this command's answers */
      continue;
    }
    if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
      PQclear(result);
      return first;
    }
    if (i == c->queued) { /* not ours to expect: the server ended the connection with a word of farewell */
      code = postgres_fail(c, result, error);
      PQclear(result);
      c->broken = true;
      return first ? first : code ? code : MCRM_INTERNAL;
    }
    code = take_answer(c, &c->queue[i], result, error);
    if (!first) first = code;
    if (PQstatus(c->pq) == CONNECTION_BAD) {
      c->broken = true;
      return first ? first : postgres_lost(c, error);
    }
  }
  return first;
}

int postgres_leave(postgres_connection *c, mcrm_error *error) {
  int code = postgres_control(c, COMMAND_CONTROL, "ROLLBACK", error);
  c->queued = 0; /* nobody's answer but its own is owed */
  if (code) return code;
  if (!PQpipelineSync(c->pq) || PQflush(c->pq) < 0) return postgres_lost(c, error);
  c->leaving = true;
  return MCRM_OK;
}

static int take_leave(postgres_connection *c, int64_t deadline, mcrm_error *error) {
  while (c->leaving) {
    int code = answer_ready(c, deadline, error);
    if (code) return code;
    PGresult *result = PQgetResult(c->pq);
    if (!result && PQstatus(c->pq) == CONNECTION_BAD) return postgres_lost(c, error);
    ExecStatusType status = result ? PQresultStatus(result) : PGRES_COMMAND_OK;
    if (status == PGRES_FATAL_ERROR) { /* the server had a word of farewell */
      code = postgres_fail(c, result, error);
      c->broken = true;
    }
    PQclear(result);
    if (code) return code;
    c->leaving = status != PGRES_PIPELINE_SYNC;
  }
  return MCRM_OK;
}

static int settle_queue(postgres_connection *c, int64_t deadline, mcrm_error *error) {
  if (c->broken || !PQpipelineSync(c->pq)) return postgres_lost(c, error);
  int code = take_leave(c, deadline, error);
  return code ? code : read_answers(c, deadline, error);
}

int postgres_settle(postgres_connection *c, int64_t deadline, mcrm_error *error) {
  if (!c->queued && c->leaving && !c->broken) return take_leave(c, deadline, error);
  if (!c->queued) return c->broken ? postgres_lost(c, error) : MCRM_OK;
  int code = settle_queue(c, deadline, error);
  for (unsigned i = 0; i < c->queued; i++) {
    postgres_command *command = &c->queue[i];
    if (command->plan && command->plan->state == PLAN_SENT) command->plan->state = PLAN_NEW;
    if (command->statement && !command->statement->result && !command->statement->code)
      command->statement->code = code ? code : MCRM_INTERNAL;
  }
  c->queued = 0;
  if (!c->broken) c->begun = c->in_transaction;
  return code;
}

/* ---- outside of the pipeline ---- */

static int drain(postgres_connection *c, int64_t deadline, mcrm_error *error, PGresult **last) {
  int first = MCRM_OK;
  for (;;) {
    int code = answer_ready(c, deadline, error);
    if (code) return first ? first : code;
    PGresult *result = PQgetResult(c->pq);
    if (!result) return first;
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_FATAL_ERROR) {
      code = postgres_fail(c, result, error);
      if (!first) first = code;
    }
    if (last && status == PGRES_TUPLES_OK) {
      PQclear(*last);
      *last = result;
    } else {
      PQclear(result);
    }
    if (PQstatus(c->pq) == CONNECTION_BAD) {
      c->broken = true;
      return first ? first : postgres_lost(c, error);
    }
  }
}

int postgres_simple(postgres_connection *c, const char *sql, int64_t deadline, mcrm_error *error, PGresult **last) {
  if (last) *last = NULL;
  int code = postgres_settle(c, deadline, error);
  if (code) return code;
  if (!PQexitPipelineMode(c->pq) || !PQsendQuery(c->pq, sql)) return postgres_lost(c, error);
  code = drain(c, deadline, error, last);
  if (code && last) {
    PQclear(*last);
    *last = NULL;
  }
  if (!c->broken && !PQenterPipelineMode(c->pq)) return postgres_lost(c, error);
  return code;
}
