/* Statements of a PostgreSQL connection: prepared once for each text and kept, sent when they are asked for, answered
 * when somebody looks. */
#include <base/clock.h>
#include <base/error.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "postgres.h"

enum { SCRATCH_LIMIT = 256 << 20 };

/* ---- plans ---- */

static uint64_t hash_of(const char *sql) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (; *sql; sql++) hash = (hash ^ (unsigned char)*sql) * UINT64_C(0x100000001B3);
  return hash ^ hash >> 32;
}

void postgres_forget_plans(postgres_connection *c) {
  for (size_t i = 0; i < POSTGRES_BUCKETS; i++)
    while (c->buckets[i]) {
      postgres_plan *plan = c->buckets[i];
      c->buckets[i] = plan->chain;
      free(plan->sql);
      free(plan);
    }
  c->kept = 0;
}

/* All are let go at once where there are too many: they are texts of ours, and few make most of the work. */
static int make_room(postgres_connection *c, mcrm_error *error) {
  if (c->kept < POSTGRES_PLANS) return MCRM_OK;
  int code = postgres_settle(c, postgres_patience(c), error);
  if (!code) code = postgres_control(c, COMMAND_CONTROL, "DEALLOCATE ALL", error);
  if (!code) postgres_forget_plans(c);
  return code;
}

static int keep_plan(postgres_connection *c, const char *sql, uint64_t hash, bool expecting, mcrm_error *error,
                     postgres_plan **out) {
  int code = make_room(c, error);
  if (code) return code;
  postgres_plan *plan = calloc(1, sizeof *plan);
  if (!plan || !(plan->sql = strdup(sql))) {
    free(plan);
    return error_no_memory(error);
  }
  plan->hash = hash;
  plan->expecting = expecting;
  plan->name[0] = 'm';
  unsigned number = ++c->names;
  for (int i = 1; i < 11; i++, number /= 8) plan->name[i] = (char)('0' + number % 8);
  plan->chain = c->buckets[hash % POSTGRES_BUCKETS];
  c->buckets[hash % POSTGRES_BUCKETS] = plan;
  c->kept++;
  *out = plan;
  return MCRM_OK;
}

static int plan_for(postgres_connection *c, const char *sql, bool expecting, mcrm_error *error, postgres_plan **out) {
  if (c->pooled) {
    c->passing = (postgres_plan){.state = PLAN_NEW, .expecting = expecting};
    *out = &c->passing;
    return MCRM_OK;
  }
  uint64_t hash = hash_of(sql);
  postgres_plan *plan = c->buckets[hash % POSTGRES_BUCKETS];
  while (plan && (plan->hash != hash || plan->expecting != expecting || strcmp(plan->sql, sql) != 0))
    plan = plan->chain;
  if (!plan) return keep_plan(c, sql, hash, expecting, error, out);
  *out = plan;
  return MCRM_OK;
}

/* The types of a text that the server has not seen: numbers are what they are. Texts of ours are texts; in somebody
 * else's database the server says what a column makes of them. */
static void declare_types(const postgres_connection *c, postgres_plan *plan, const store_value *values, size_t count) {
  for (size_t i = 0; i < count; i++) switch (values[i].kind) {
      case STORE_INT:
        plan->types[i] = c->role == STORE_FOREIGN ? 0 : OID_INT8;
        break;
      case STORE_REAL:
        plan->types[i] = OID_FLOAT8;
        break;
      case STORE_TEXT:
        plan->types[i] = c->role == STORE_FOREIGN ? 0 : OID_TEXT;
        break;
      case STORE_NULL:
        plan->types[i] = 0;
        break;
    }
  plan->parameters = (int)count;
}

/* Numbers and texts are read as the server has them: it need not print the one for us to read again, and of the other
 * both forms are the same. A sum of numbers has a form of its own, and is printed. */
static bool readable(Oid type) {
  switch (type) {
    case OID_BOOL:
    case OID_NAME:
    case OID_INT8:
    case OID_INT2:
    case OID_INT4:
    case OID_TEXT:
    case OID_FLOAT8:
    case OID_VARCHAR:
      return true;
    default:
      return false;
  }
}

void postgres_learn_types(postgres_plan *plan, const PGresult *described) {
  int count = PQnparams(described), columns = PQnfields(described);
  plan->parameters = count < POSTGRES_PARAMETERS ? count : POSTGRES_PARAMETERS;
  for (int i = 0; i < plan->parameters; i++) plan->types[i] = PQparamtype(described, i);
  plan->binary = true;
  for (int i = 0; i < columns && plan->binary; i++) plan->binary = readable(PQftype(described, i));
}

/* ---- values on their way out ---- */

typedef struct outgoing {
  size_t at[POSTGRES_PARAMETERS]; /* in the scratch; SIZE_MAX: borrowed or NULL */
  const char *bytes[POSTGRES_PARAMETERS];
  int lengths[POSTGRES_PARAMETERS], formats[POSTGRES_PARAMETERS];
} outgoing;

static void put_big_endian(buffer *out, uint64_t bits) {
  char bytes[8];
  for (int i = 0; i < 8; i++) bytes[i] = (char)(unsigned char)(bits >> (56 - 8 * i));
  buffer_append(out, bytes, sizeof bytes);
}

static bool put_value(buffer *scratch, outgoing *o, size_t i, const store_value *v, Oid type) {
  o->at[i] = SIZE_MAX;
  o->bytes[i] = NULL;
  o->formats[i] = 0;
  o->lengths[i] = 0;
  if (v->kind == STORE_NULL) return true;
  size_t start = scratch->length;
  if (v->kind == STORE_INT && type == OID_INT8) {
    put_big_endian(scratch, (uint64_t)v->number);
    o->formats[i] = 1;
  } else if (type == OID_FLOAT8 && v->kind != STORE_TEXT) {
    double real = v->kind == STORE_REAL ? v->real : (double)v->number;
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    put_big_endian(scratch, bits);
    o->formats[i] = 1;
  } else if (v->kind == STORE_INT) {
    buffer_number(scratch, v->number);
    buffer_byte(scratch, 0);
  } else if (v->kind == STORE_TEXT) {
    if (v->length > INT_MAX || (v->length && memchr(v->text, 0, v->length))) return false;
    if (type == OID_TEXT) { /* sent from where it is */
      o->bytes[i] = v->text ? v->text : "";
      o->lengths[i] = (int)v->length;
      o->formats[i] = 1;
      return true;
    }
    buffer_append(scratch, v->text ? v->text : "", v->length);
    buffer_byte(scratch, 0);
  } else {
    return false; /* a real number where the server wants something else: our statement is wrong */
  }
  o->at[i] = start;
  o->lengths[i] = (int)(scratch->length - start);
  return true;
}

static int put_values(postgres_connection *c, outgoing *o, const postgres_plan *plan, const store_value *values,
                      size_t count, mcrm_error *error) {
  buffer_clear(&c->scratch);
  for (size_t i = 0; i < count; i++)
    if (!put_value(&c->scratch, o, i, &values[i], plan->types[i]))
      return error_set(error, MCRM_INVALID, NULL, "text.not_utf8", "parameter $%zu cannot be stored", i + 1);
  if (c->scratch.failed) {
    buffer_free(&c->scratch);
    buffer_init(&c->scratch, SCRATCH_LIMIT);
    return error_no_memory(error);
  }
  for (size_t i = 0; i < count; i++)
    if (o->at[i] != SIZE_MAX) o->bytes[i] = c->scratch.bytes + o->at[i];
  return MCRM_OK;
}

/* ---- sending ---- */

/* A statement that must touch a row is an error to the server where it does not (must_touch stands in the schema), so
 * that nothing behind it is carried out: COMMIT can be on its way. */
static int prepare(postgres_connection *c, const postgres_plan *plan, const char *sql, int count, mcrm_error *error) {
  buffer whole;
  if (!plan->expecting)
    return PQsendPrepare(c->pq, plan->name, sql, count, plan->types) ? MCRM_OK : postgres_lost(c, error);
  buffer_init(&whole, SCRATCH_LIMIT);
  buffer_print(&whole, "WITH touched AS (%s%s) SELECT must_touch(count(*)) FROM touched", sql,
               strncmp(sql, "SELECT ", 7) ? " RETURNING 1" : "");
  int code = whole.failed                                                        ? error_no_memory(error)
             : PQsendPrepare(c->pq, plan->name, whole.bytes, count, plan->types) ? MCRM_OK
                                                                                 : postgres_lost(c, error);
  buffer_free(&whole);
  return code;
}

/* The statement's text goes before it where the server does not know it; in one batch, so that it costs no wait. */
static int send_plan(postgres_connection *c, postgres_plan *plan, const char *sql, const store_value *values,
                     size_t count, mcrm_error *error) {
  if (plan->state != PLAN_NEW) return MCRM_OK;
  declare_types(c, plan, values, count);
  int code = prepare(c, plan, sql, (int)count, error);
  if (code) return code;
  postgres_queued(c, COMMAND_PREPARE, plan, NULL);
  plan->state = PLAN_SENT;
  if (c->pooled) return MCRM_OK;
  if (!PQsendDescribePrepared(c->pq, plan->name)) return postgres_lost(c, error);
  postgres_queued(c, COMMAND_DESCRIBE, plan, NULL);
  return MCRM_OK;
}

/* Which way is short depends on how often the words occur: of the search alone the server has to know them. */
static int plan_by_values(postgres_connection *c, const char *sql, mcrm_error *error) {
  if (c->role != STORE_READER || c->pooled || c->by_values || !c->in_transaction || !strstr(sql, " @@ "))
    return MCRM_OK;
  c->by_values = true;
  return postgres_control(c, COMMAND_CONTROL, "SET LOCAL plan_cache_mode = force_custom_plan", error);
}

static int in_transaction(const postgres_connection *c, mcrm_error *error) {
  if (c->in_transaction || c->role != STORE_WRITER) return MCRM_OK;
  return error_set(error, MCRM_INTERNAL, NULL, "store.closed", "a writer's statement outside of a transaction");
}

static int send_statement(postgres_connection *c, const char *sql, const store_value *values, size_t count,
                          const store_refusal *otherwise, postgres_statement *statement, mcrm_error *error) {
  postgres_plan *plan = NULL;
  outgoing o;
  int code = in_transaction(c, error);
  if (!code && count > POSTGRES_PARAMETERS)
    code = error_set(error, MCRM_INTERNAL, NULL, "store.sql", "a statement with %zu parameters", count);
  if (!code && c->queued + 5 > POSTGRES_QUEUE) code = postgres_settle(c, postgres_patience(c), error);
  if (!code) code = plan_by_values(c, sql, error);
  if (!code) code = plan_for(c, sql, otherwise != NULL, error, &plan);
  if (!code) code = send_plan(c, plan, sql, values, count, error);
  if (!code) code = put_values(c, &o, plan, values, count, error);
  if (code) return code;
  if ((size_t)plan->parameters != count && plan->state == PLAN_READY)
    return error_set(error, MCRM_INTERNAL, NULL, "store.sql", "%d parameters, %zu values: %.120s", plan->parameters,
                     count, sql);
  bool binary = statement && plan->binary && c->role != STORE_FOREIGN;
  if (!PQsendQueryPrepared(c->pq, plan->name, (int)count, o.bytes, o.lengths, o.formats, binary))
    return postgres_lost(c, error);
  if (statement) statement->binary = binary;
  postgres_queued(c, COMMAND_RUN, plan, statement);
  c->queue[c->queued - 1].otherwise = otherwise;
  return MCRM_OK;
}

/* ---- running ---- */

static postgres_statement *take(postgres_connection *c) {
  postgres_statement *s = c->resting;
  if (s)
    c->resting = s->next;
  else if (!(s = malloc(sizeof *s)))
    return NULL;
  *s = (postgres_statement){.next = c->running, .connection = c, .row = -1};
  c->running = s;
  return s;
}

static void rest(postgres_statement *s) {
  postgres_connection *c = s->connection;
  postgres_statement **at = &c->running;
  while (*at != s) at = &(*at)->next;
  *at = s->next;
  PQclear(s->result);
  s->result = NULL;
  s->next = c->resting;
  c->resting = s;
}

/* A transaction in which nothing has been answered yet has done nothing: where its connection turns out to be dead it
 * begins anew on another, and nobody notices. */
static bool can_begin_anew(const postgres_connection *c) {
  return c->in_transaction && !c->begun && c->queued == c->begin_commands;
}

static int begin_anew(postgres_connection *c, mcrm_error *error) {
  mcrm_error quiet = {0};
  postgres_disconnect(c);
  int code = postgres_connect(c, c->deadline, &quiet);
  if (!code) code = postgres_begin_now(c, &quiet);
  return code ? error_set(error, code, quiet.field, quiet.message, "%s", quiet.detail) : MCRM_OK;
}

/* Waited for here, where it can be sent once more. */
static int send_first(postgres_connection *c, const char *sql, const store_value *values, size_t count,
                      const store_refusal *otherwise, postgres_statement *s, mcrm_error *error) {
  mcrm_error failed = {0};
  int code = send_statement(c, sql, values, count, otherwise, s, &failed);
  if (!code) code = postgres_settle(c, postgres_patience(c), &failed);
  if (code == MCRM_UNAVAILABLE && c->broken) {
    if (s) s->code = MCRM_OK;
    code = begin_anew(c, error);
    return code ? code : send_statement(c, sql, values, count, otherwise, s, error);
  }
  return code ? error_set(error, code, failed.field[0] ? failed.field : NULL, failed.message, "%s", failed.detail)
              : MCRM_OK;
}

int postgres_query(void *connection, const char *sql, const store_value *values, size_t count, mcrm_error *error,
                   void **statement) {
  postgres_connection *c = connection;
  *statement = NULL;
  bool first = can_begin_anew(c);
  postgres_statement *s = take(c);
  if (!s) return error_no_memory(error);
  int code =
      first ? send_first(c, sql, values, count, NULL, s, error) : send_statement(c, sql, values, count, NULL, s, error);
  if (code) {
    rest(s);
    return code;
  }
  *statement = s;
  return MCRM_OK;
}

int postgres_post(void *connection, const char *sql, const store_value *values, size_t count, mcrm_error *error) {
  return send_statement(connection, sql, values, count, NULL, NULL, error);
}

int postgres_expect(void *connection, const char *sql, const store_value *values, size_t count,
                    const store_refusal *otherwise, mcrm_error *error) {
  postgres_connection *c = connection;
  return c->doubted && can_begin_anew(c) ? send_first(c, sql, values, count, otherwise, NULL, error)
                                         : send_statement(c, sql, values, count, otherwise, NULL, error);
}

/* Its answer, waited for if need be. */
static int answered(postgres_statement *s, mcrm_error *error) {
  if (s->result) return MCRM_OK;
  if (!s->code) {
    int code = postgres_settle(s->connection, postgres_patience(s->connection), error);
    if (code) return code;
  }
  if (s->result) {
    const char *count = PQcmdTuples(s->result);
    int64_t changed = 0;
    for (; *count; count++) changed = changed * 10 + (*count - '0');
    s->connection->changed = changed;
    return MCRM_OK;
  }
  return error_set(error, s->code ? s->code : MCRM_IO, NULL, "store.undone", "the transaction had ended");
}

int postgres_step(void *statement, mcrm_error *error) {
  postgres_statement *s = statement;
  int code = answered(s, error);
  if (code) return code;
  return ++s->row < PQntuples(s->result);
}

void postgres_finish(void *statement) {
  postgres_statement *s = statement;
  mcrm_error quiet = {0};
  if (!s->result && !s->code) answered(s, &quiet);
  rest(s);
}

void postgres_halt(postgres_connection *c) {
  for (postgres_statement *s = c->running; s; s = s->next) {
    PQclear(s->result);
    s->result = NULL;
    s->code = MCRM_IO;
  }
}

void postgres_free_statements(postgres_connection *c) {
  while (c->running) rest(c->running);
  while (c->resting) {
    postgres_statement *s = c->resting;
    c->resting = s->next;
    free(s);
  }
}

/* ---- what came back ---- */

size_t postgres_column_count(void *statement) { return (size_t)PQnfields(((postgres_statement *)statement)->result); }

const char *postgres_column_name(void *statement, size_t column) {
  return PQfname(((postgres_statement *)statement)->result, (int)column);
}

static bool whole_number(const char *text, int64_t *out) {
  bool negative = *text == '-';
  uint64_t value = 0, most = (uint64_t)INT64_MAX + negative;
  const char *digit = text + negative;
  if (!*digit) return false;
  for (; *digit >= '0' && *digit <= '9'; digit++) {
    uint64_t one = (uint64_t)(*digit - '0');
    if (value > (most - one) / 10) return false;
    value = value * 10 + one;
  }
  if (*digit == '.') /* 1200.00 is 1200 */
    do digit++;
    while (*digit == '0');
  *out = (int64_t)(negative ? 0 - value : value);
  return !*digit;
}

static store_value number_of(const postgres_connection *c, const char *text) {
  int64_t number;
  if (whole_number(text, &number)) return (store_value){.kind = STORE_INT, .number = number};
  return (store_value){.kind = STORE_REAL, .real = strtod_l(text, NULL, c->c_locale)};
}

static uint64_t big_endian(const char *bytes, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; i++) value = value << 8 | (unsigned char)bytes[i];
  return value;
}

static store_value binary_of(const char *bytes, int length, Oid type) {
  store_value v = {.kind = STORE_INT};
  switch (type) {
    case OID_INT8:
      v.number = (int64_t)big_endian(bytes, 8);
      return v;
    case OID_INT4:
      v.number = (int32_t)big_endian(bytes, 4);
      return v;
    case OID_INT2:
      v.number = (int16_t)big_endian(bytes, 2);
      return v;
    case OID_BOOL:
      v.number = bytes[0] != 0;
      return v;
    case OID_FLOAT8: {
      uint64_t bits = big_endian(bytes, 8);
      v.kind = STORE_REAL;
      memcpy(&v.real, &bits, sizeof v.real);
      return v;
    }
    default: /* libpq puts a NUL behind each value */
      return (store_value){.kind = STORE_TEXT, .text = bytes, .length = (size_t)length};
  }
}

store_value postgres_column(void *statement, size_t column) {
  const postgres_statement *s = statement;
  int at = (int)column, length = PQgetlength(s->result, s->row, at);
  if (!length && PQgetisnull(s->result, s->row, at)) return (store_value){.kind = STORE_NULL};
  const char *text = PQgetvalue(s->result, s->row, at);
  if (s->binary) return binary_of(text, length, PQftype(s->result, at));
  switch (PQftype(s->result, at)) {
    case OID_INT8:
    case OID_INT4:
    case OID_INT2:
    case OID_OID:
    case OID_NUMERIC:
      return number_of(s->connection, text);
    case OID_FLOAT8:
    case OID_FLOAT4:
      return (store_value){.kind = STORE_REAL, .real = strtod_l(text, NULL, s->connection->c_locale)};
    case OID_BOOL:
      return (store_value){.kind = STORE_INT, .number = text[0] == 't'};
    default:
      return (store_value){.kind = STORE_TEXT, .text = text, .length = (size_t)length};
  }
}
