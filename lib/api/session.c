#include <base/error.h>
#include <base/utf8.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "instance.h"

/* Another process may have changed the actor's role: trust what was read for a second at most. */
static const int64_t TRUSTED_NS = INT64_C(1000000000);

static int read_actor(mcrm_session *session) {
  mcrm *instance = session->instance;
  unsigned people = atomic_load(&instance->people);
  store_tx tx;
  arena_reset(session->identity);
  int code = store_begin(instance->store, session->identity, &session->error, false, 0,
                         &(store_origin){.operation = "session"}, &tx);
  if (code) return code;
  code = access_actor_load(&tx, instance->policy, session->username, session->gate, &session->actor);
  store_rollback(&tx);
  if (!code) {
    session->people = people;
    session->read_at = clock_monotonic();
  }
  return code;
}

int api_actor_refresh(mcrm_session *session) {
  if (!session->username) return MCRM_OK;
  if (session->people == atomic_load(&session->instance->people) && clock_monotonic() - session->read_at < TRUSTED_NS)
    return MCRM_OK;
  return read_actor(session);
}

static int session_new(mcrm *instance, const char *username, const char *gate, mcrm_session **out, mcrm_error *error) {
  mcrm_session *session = calloc(1, sizeof *session);
  if (!session) return error_no_memory(error);
  session->instance = instance;
  session->opened = -1;
  session->timeout_ms = API_PATIENCE_MS;
  atomic_flag_clear(&session->in_use);
  memcpy(session->gate, gate, strlen(gate) + 1);
  session->scratch = arena_new(0);
  session->identity = arena_new(0);
  session->username = username ? strdup(username) : NULL;
  session->actor = (access_actor){.role = "admin", .language = "fa", .gate = session->gate, .policy = instance->policy};
  int code = !session->scratch || !session->identity || (username && !session->username)
                 ? error_no_memory(&session->error)
                 : MCRM_OK;
  if (!code && username) code = read_actor(session);
  if (code) {
    *error = session->error;
    mcrm_session_close(session);
    return code;
  }
  *out = session;
  return MCRM_OK;
}

int mcrm_session_open(mcrm *instance, const char *username, const char *gate, mcrm_session **out, mcrm_error *error) {
  error_clear(error);
  *out = NULL;
  if (!username || !username[0] || !utf8_valid(username, strlen(username)))
    return error_set(error, MCRM_INVALID, "username", "field.required", "username is missing or not UTF-8");
  if (!gate || (strcmp(gate, "crt") && strcmp(gate, "admin") && strcmp(gate, "local")))
    return error_set(error, MCRM_INVALID, "gate", "field.choice", "gate: \"%.20s\" is none of crt, admin, local",
                     gate ? gate : "");
  return session_new(instance, username, gate, out, error);
}

int mcrm_session_system(mcrm *instance, mcrm_session **out, mcrm_error *error) {
  error_clear(error);
  *out = NULL;
  return session_new(instance, NULL, "local", out, error);
}

void api_session_drop_file(mcrm_session *session) {
  if (session->opened >= 0) close(session->opened);
  session->opened = -1;
}

void mcrm_session_close(mcrm_session *session) {
  if (!session) return;
  api_session_drop_file(session);
  arena_free(session->scratch);
  arena_free(session->identity);
  free(session->username);
  free(session);
}

int api_session_actor(mcrm_session *session, const access_actor **out) {
  error_clear(&session->error);
  *out = &session->actor;
  return api_actor_refresh(session);
}

const mcrm_error *mcrm_session_error(const mcrm_session *session) { return &session->error; }

int mcrm_session_next(mcrm_session *session, const mcrm_call_options *theirs) {
  mcrm_call_options ours = {0}, *options = &ours;
  error_clear(&session->error);
  if (!theirs || theirs->size < offsetof(mcrm_call_options, files))
    return error_set(&session->error, MCRM_INVALID, "size", "record.size", "mcrm_call_options: size is not set");
  memcpy(options, theirs, theirs->size < sizeof ours ? theirs->size : sizeof ours);
  const char *key = options->idempotency_key ? options->idempotency_key : "";
  const char *trace = options->trace ? options->trace : "";
  if (strlen(key) >= sizeof session->idempotency_key || !utf8_valid(key, strlen(key)))
    return error_set(&session->error, MCRM_INVALID, "idempotency_key", "text.too_long",
                     "idempotency_key has %zu bytes, at most %zu of UTF-8 fit", strlen(key),
                     sizeof session->idempotency_key - 1);
  if (strlen(trace) >= sizeof session->trace || !utf8_valid(trace, strlen(trace)))
    return error_set(&session->error, MCRM_INVALID, "trace", "text.too_long",
                     "trace has %zu bytes, at most %zu of UTF-8 fit", strlen(trace), sizeof session->trace - 1);
  if (options->timeout_ms < 0 || options->timeout_ms > 600000)
    return error_set(&session->error, MCRM_INVALID, "timeout_ms", "field.range",
                     "timeout_ms: %lld is not between 0 and 600000", (long long)options->timeout_ms);
  memcpy(session->idempotency_key, key, strlen(key) + 1);
  memcpy(session->trace, trace, strlen(trace) + 1);
  session->timeout_ms = options->timeout_ms ? options->timeout_ms : API_PATIENCE_MS;
  session->files = options->files != 0;
  return MCRM_OK;
}
