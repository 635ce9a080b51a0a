/* What the server says, in the library's words: SQLSTATE is read here and nowhere else. */
#include <base/error.h>
#include <string.h>

#include "postgres.h"

typedef struct postgres_meaning {
  const char *state; /* the class, or the whole */
  int code;
  const char *message;
  bool lost; /* the connection is not to be used again */
} postgres_meaning;

/* The first that fits. */
static const postgres_meaning meanings[] = {
    {"23", MCRM_CONFLICT, "store.constraint", false},
    {"40003", MCRM_UNAVAILABLE, "store.unknown", true}, /* whether the statement was carried out */
    {"40", MCRM_BUSY, "store.busy", false},             /* deadlock, serialisation */
    {"55P03", MCRM_BUSY, "store.busy", false},
    {"57014", MCRM_TIMEOUT, "timeout", false},
    {"53100", MCRM_IO, "store.full", false},
    {"53200", MCRM_NO_MEMORY, "no_memory", false},
    {"53", MCRM_BUSY, "store.busy", true}, /* too many connections */
    {"57", MCRM_UNAVAILABLE, "store.unavailable", true},
    {"08", MCRM_UNAVAILABLE, "store.unavailable", true},
    {"28", MCRM_UNAVAILABLE, "store.login", true},
    {"3D000", MCRM_UNAVAILABLE, "store.missing", true},
    {"25P02", MCRM_IO, "store.undone", false},
    {"25P03", MCRM_UNAVAILABLE, "store.unavailable", true}, /* idle too long in a transaction */
    {"58", MCRM_IO, "store.io", false},
    {"XX001", MCRM_IO, "store.corrupt", false},
    {"XX002", MCRM_IO, "store.corrupt", false},
    {"22001", MCRM_INVALID, "too_long", false},
    {"54", MCRM_INVALID, "too_long", false},
    {"22021", MCRM_INVALID, "text.not_utf8", false},
    {"0A000", MCRM_INTERNAL, "store.internal", true}, /* perhaps a kept plan whose table has changed */
    {"26000", MCRM_BUSY, "store.busy", true},         /* a pooler had given the statement's session to somebody else */
};

static const char *field_of(const PGresult *result, int which) {
  const char *text = PQresultErrorField(result, which);
  return text ? text : "";
}

/* The column in "Key (username)=(ali) already exists.", whatever the language around it. */
static const char *constrained_column(const PGresult *result, char *out, size_t size) {
  const char *column = PQresultErrorField(result, PG_DIAG_COLUMN_NAME);
  if (column) return column;
  const char *open = strchr(field_of(result, PG_DIAG_MESSAGE_DETAIL), '(');
  const char *close = open ? strstr(open, ")=(") : NULL;
  if (!close || memchr(open, ',', (size_t)(close - open)) || (size_t)(close - open) > size) return NULL;
  memcpy(out, open + 1, (size_t)(close - open) - 1);
  out[close - open - 1] = 0;
  return out;
}

/* Who was the primary when we connected may only read now. */
static bool demoted(const postgres_connection *c, const char *state) {
  return !strcmp(state, "25006") && c->role == STORE_WRITER;
}

int postgres_fail(postgres_connection *c, const PGresult *result, mcrm_error *error) {
  const char *state = field_of(result, PG_DIAG_SQLSTATE), *message = field_of(result, PG_DIAG_MESSAGE_PRIMARY);
  char column[64];
  if (!state[0]) return postgres_lost(c, error);
  if (demoted(c, state)) {
    c->broken = true;
    return error_set(error, MCRM_UNAVAILABLE, NULL, "store.unavailable", "%s takes no writes any more", c->place);
  }
  if (!strcmp(state, "25006")) return error_set(error, MCRM_IO, NULL, "store.io", "%s", message);
  for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
    const postgres_meaning *m = &meanings[i];
    if (strncmp(state, m->state, strlen(m->state)) != 0) continue;
    if (m->lost) c->broken = true;
    if (m->code == MCRM_NO_MEMORY) return error_no_memory(error);
    const char *field = m->code == MCRM_CONFLICT ? constrained_column(result, column, sizeof column) : NULL;
    return error_set(error, m->code, field, m->message, "%s", message);
  }
  return error_set(error, MCRM_INTERNAL, NULL, "store.internal", "%s (%s)", message, state);
}

int postgres_lost(postgres_connection *c, mcrm_error *error) {
  const char *message = c->pq ? PQerrorMessage(c->pq) : "";
  c->broken = true;
  return error_set(error, MCRM_UNAVAILABLE, NULL, "store.unavailable", "%s: %.*s", c->place,
                   (int)strcspn(message, "\n"), message[0] ? message : "the connection is gone");
}
