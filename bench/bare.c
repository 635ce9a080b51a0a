#include "bare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

enum { PLANS = 1024, PARAMETERS = 256, INT8 = 20, TEXT = 25, FLOAT8 = 701 };

struct bare {
  PGconn *pq;
  char *plans[PLANS]; /* texts; a statement's name is its place */
  size_t queued;      /* commands without an answer */
};

static volatile unsigned long long sink;

bare *bare_open(const char *conninfo) {
  bare *b = calloc(1, sizeof *b);
  if (!b || !(b->pq = PQconnectdb(conninfo))) die("memory", NULL);
  if (PQstatus(b->pq) != CONNECTION_OK) die("libpq", PQerrorMessage(b->pq));
  bare_ask(b, "SET search_path = marfacrm");
  if (!PQenterPipelineMode(b->pq)) die("pipeline", PQerrorMessage(b->pq));
  return b;
}

void bare_close(bare *b) {
  PQfinish(b->pq);
  for (size_t i = 0; i < PLANS; i++) free(b->plans[i]);
  free(b);
}

static void look_at(PGresult *result) {
  ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) die("libpq", PQresultErrorMessage(result));
  for (int row = 0; row < PQntuples(result); row++)
    for (int i = 0; i < PQnfields(result); i++) {
      const char *text = PQgetvalue(result, row, i);
      sink += PQftype(result, i) == INT8 ? (unsigned long long)atoll(text) : (unsigned char)text[0];
    }
}

static void wait_for_all(bare *b) {
  if (!b->queued) return;
  if (!PQpipelineSync(b->pq)) die("sync", PQerrorMessage(b->pq));
  for (;;) {
    PGresult *result = PQgetResult(b->pq);
    if (!result) {
      if (PQstatus(b->pq) != CONNECTION_OK) die("libpq", PQerrorMessage(b->pq));
      continue;
    }
    bool end = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    if (!end) look_at(result);
    PQclear(result);
    if (end) break;
  }
  b->queued = 0;
}

static void send_plain(bare *b, const char *sql) {
  if (!PQsendQueryParams(b->pq, sql, 0, NULL, NULL, NULL, NULL, 0)) die(sql, PQerrorMessage(b->pq));
  b->queued++;
}

/* The statement's name; a new one is prepared with the types of these values. */
static void name_of(bare *b, const recorded *r, char name[16]) {
  size_t at = 0;
  while (b->plans[at] && strcmp(b->plans[at], r->sql) != 0) at = (at + 1) % PLANS;
  snprintf(name, 16, "b%zu", at);
  if (b->plans[at]) return;
  Oid types[PARAMETERS];
  for (size_t i = 0; i < r->count; i++)
    types[i] = r->values[i].kind == STORE_INT    ? INT8
               : r->values[i].kind == STORE_REAL ? FLOAT8
               : r->values[i].kind == STORE_TEXT ? TEXT
                                                 : 0;
  if (!(b->plans[at] = strdup(r->sql)) || !PQsendPrepare(b->pq, name, r->sql, (int)r->count, types))
    die(r->sql, PQerrorMessage(b->pq));
  b->queued++;
}

/* Numbers in text: whether a parameter is a BIGINT to the server is known to it alone where it was NULL at first. */
static void send_statement(bare *b, const recorded *r) {
  char name[16], numbers[PARAMETERS][32];
  const char *values[PARAMETERS];
  int lengths[PARAMETERS], formats[PARAMETERS] = {0};
  name_of(b, r, name);
  for (size_t i = 0; i < r->count; i++) {
    const store_value *v = &r->values[i];
    values[i] = v->kind == STORE_NULL ? NULL : v->kind == STORE_TEXT ? v->text : numbers[i];
    lengths[i] = v->kind == STORE_TEXT ? (int)v->length : 0;
    if (v->kind == STORE_INT) snprintf(numbers[i], sizeof numbers[i], "%lld", (long long)v->number);
    if (v->kind == STORE_REAL) snprintf(numbers[i], sizeof numbers[i], "%.17g", v->real);
  }
  if (!PQsendQueryPrepared(b->pq, name, (int)r->count, values, lengths, formats, 0)) die(r->sql, PQerrorMessage(b->pq));
  b->queued++;
}

void bare_play(bare *b, const recorded *from, size_t count, bool pipelined) {
  for (size_t i = 0; i < count; i++) {
    const recorded *r = &from[i];
    switch (r->kind) {
      case RECORDED_BEGIN:
        send_plain(b, r->write ? "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
                               : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        break;
      case RECORDED_STATEMENT:
        send_statement(b, r);
        break;
      case RECORDED_WAIT:
        wait_for_all(b);
        break;
      case RECORDED_COMMIT:
      case RECORDED_ROLLBACK:
        send_plain(b, r->kind == RECORDED_COMMIT ? "COMMIT" : "ROLLBACK");
        wait_for_all(b);
        break;
    }
    if (!pipelined) wait_for_all(b);
  }
  wait_for_all(b);
}

long bare_ask(bare *b, const char *sql) {
  if (PQpipelineStatus(b->pq) != PQ_PIPELINE_OFF && !PQexitPipelineMode(b->pq)) die(sql, PQerrorMessage(b->pq));
  PGresult *result = PQexec(b->pq, sql);
  ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) die(sql, PQerrorMessage(b->pq));
  long answer = status == PGRES_TUPLES_OK && PQntuples(result) ? atol(PQgetvalue(result, 0, 0)) : 0;
  PQclear(result);
  if (!PQenterPipelineMode(b->pq)) die(sql, PQerrorMessage(b->pq));
  return answer;
}
