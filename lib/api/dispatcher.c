/* The one way in. mcrm_call, mcrm_invoke and the typed functions all end in dispatch(): refresh the actor, authorise,
 * validate, open the transaction, answer a repeated key, run, hide what the actor may not see, journal, commit. */
#include <base/error.h>
#include <model/json.h>
#include <model/validate.h>
#include <stdlib.h>
#include <store/journal.h>
#include <string.h>

#include <api/operation.h>
#include "file.h"
#include "idempotency.h"
#include "instance.h"

enum { ANSWER_LIMIT = 64 << 20 };

struct mcrm_result {
  arena *memory;
  void *record;
};

/* ---- input ---- */

/* An update names its record; everything else about the input is in the rows. */
static int check_input(const api_operation *o, const void *input, mcrm_error *error) {
  bool update = !strcmp(o->method, "PATCH");
  int code = model_validate(o->input, input, update ? MODEL_UPDATE : MODEL_CREATE, error);
  if (code || !update) return code;
  const model_field *id = model_field_find(o->input, "id", 2);
  if (id && (!model_has(input, id) || model_null(input, id)))
    return error_set(error, MCRM_INVALID, "id", "field.required", "%s needs the id of what to change", o->name);
  return MCRM_OK;
}

static int empty_input(mcrm_session *session, const api_operation *o, arena *a, void **input) {
  *input = NULL;
  if (!o->input) return MCRM_OK;
  model_record *record = arena_alloc(a, o->input->size);
  if (!record) return error_no_memory(&session->error);
  record->size = o->input->size;
  *input = record;
  return MCRM_OK;
}

/* ---- refusals ---- */

static api_denial *denial_of(mcrm_session *session, const char *operation) {
  api_denial *oldest = &session->denials[0];
  for (api_denial *d = session->denials; d < session->denials + API_DENIALS; d++) {
    if (d->operation == operation) return d;
    if (d->since < oldest->since) oldest = d;
  }
  *oldest = (api_denial){.operation = operation};
  return oldest;
}

/* A refusal is in the audit log; the same one again within a minute is counted and told with the next. */
static void journal_denial(mcrm_session *session, const api_operation *o, const store_origin *origin) {
  const int64_t minute = INT64_C(60000000000);
  api_denial *d = denial_of(session, o->name);
  d->unreported++;
  int64_t now = clock_monotonic();
  if (d->since && now - d->since < minute) return;
  mcrm_error ignored = {0};
  store_tx tx;
  char *detail = arena_print(session->scratch, "{\"times\":%lld}", (long long)d->unreported);
  if (!detail || store_begin(session->instance->store, session->scratch, &ignored, true, 0, origin, &tx)) return;
  if (store_journal(&tx, "deny", NULL, 0, 0, NULL, detail) || store_commit(&tx)) {
    store_rollback(&tx);
    return;
  }
  d->since = now;
  d->unreported = 0;
}

/* ---- the call ---- */

typedef struct request {
  const api_operation *operation;
  void *input;
  void *output;
  arena *memory;
  crm_file file;
  const char *repeated; /* the answer given before */
  void *prepared;       /* by the operation's gather and ask */
} request;

/* The answer under the request's key, if it was given before; *body: what the key is compared with. */
static int look_up(mcrm_session *session, request *r, store_tx *tx, buffer *body) {
  const api_operation *o = r->operation;
  if (r->input) model_encode(body, o->input, r->input, session->instance->zone);
  if (body->failed) return error_no_memory(&session->error);
  return idempotency_find(tx, &session->actor, o, session->idempotency_key, body->bytes ? body->bytes : "",
                          body->length, &r->repeated);
}

static bool keyed(const mcrm_session *session, const api_operation *o) {
  return o->write && !o->secret && session->idempotency_key[0];
}

static int run_in(mcrm_session *session, request *r, store_tx *tx) {
  const api_operation *o = r->operation;
  bool key = keyed(session, o);
  buffer body, answer;
  buffer_init(&body, JSON_BYTES * 2);
  buffer_init(&answer, ANSWER_LIMIT);
  int code = key ? look_up(session, r, tx, &body) : MCRM_OK;
  if (code || r->repeated) goto out;
  crm_call call = {.tx = tx, .actor = &session->actor, .crm = &session->instance->crm, .prepared = r->prepared};
  call.opened = &session->opened;
  if (r->file.descriptor >= 0) call.file = &r->file;
  code = o->run(&call, r->input, r->output);
  if (code) goto out;
  access_hide(&session->actor, o->output, r->output);
  if (!key) goto out;
  model_encode(&answer, o->output, r->output, session->instance->zone);
  code = answer.failed ? error_no_memory(&session->error)
                       : idempotency_keep(tx, &session->actor, o, session->idempotency_key,
                                          body.bytes ? body.bytes : "", body.length, answer.bytes);
out:
  buffer_free(&body);
  buffer_free(&answer);
  return code;
}

/* What comes before an operation that asks a provider. A repeated request asks nobody. */
static int prepare(mcrm_session *session, request *r, int64_t deadline, const store_origin *origin) {
  const api_operation *o = r->operation;
  mcrm *instance = session->instance;
  store_tx tx;
  buffer body;
  int code = store_begin(instance->store, r->memory, &session->error, false, deadline, origin, &tx);
  if (code) return code;
  buffer_init(&body, JSON_BYTES * 2);
  if (keyed(session, o)) code = look_up(session, r, &tx, &body);
  buffer_free(&body);
  crm_call call = {.tx = &tx, .actor = &session->actor, .crm = &instance->crm};
  if (r->file.descriptor >= 0) call.file = &r->file;
  if (!code && !r->repeated) code = o->gather(&call, r->input, &r->prepared);
  store_rollback(&tx);
  if (code || r->repeated) return code;
  crm_asking asking = {.store = instance->store,
                       .arena = r->memory,
                       .error = &session->error,
                       .actor = &session->actor,
                       .crm = &instance->crm,
                       .trace = origin->trace,
                       .deadline = deadline};
  return o->ask(&asking, r->prepared);
}

static int run_transaction(mcrm_session *session, request *r, int64_t deadline, const store_origin *origin) {
  const api_operation *o = r->operation;
  store_tx tx;
  int code = store_begin(session->instance->store, r->memory, &session->error, o->write, deadline, origin, &tx);
  if (code) return code;
  code = run_in(session, r, &tx);
  if (!code && arena_failed(r->memory)) code = error_no_memory(&session->error);
  /* A repeated request changed nothing; its transaction ends like a read. */
  if (!code && o->write && !r->repeated)
    code = store_commit(&tx);
  else
    store_rollback(&tx);
  return code;
}

static int run_within(mcrm_session *session, request *r) {
  const api_operation *o = r->operation;
  mcrm *instance = session->instance;
  store_origin origin = {.user_id = session->actor.user_id,
                         .gate = session->gate,
                         .operation = o->name,
                         .trace = session->trace[0] ? session->trace : NULL};
  int64_t deadline = clock_monotonic() + session->timeout_ms * 1000000;
  model_record *output = arena_alloc(r->memory, o->output->size);
  if (!output) return error_no_memory(&session->error);
  output->size = o->output->size;
  r->output = output;
  int code = o->gather ? prepare(session, r, deadline, &origin) : MCRM_OK;
  if (!code && !r->repeated) code = run_transaction(session, r, deadline, &origin);
  if (code == MCRM_DENIED) journal_denial(session, o, &origin);
  if (code) return code;
  if (o->write && !strncmp(o->name, "user.", 5)) atomic_fetch_add(&instance->people, 1);
  if (o->write && !strncmp(o->name, "path.", 5)) api_paths_changed(instance);
  if (r->repeated)
    code = model_decode(r->memory, o->output, r->repeated, strlen(r->repeated), instance->zone, &session->error,
                        &r->output);
  return code;
}

static int run(mcrm_session *session, request *r) {
  int code = file_take(r->operation, r->input, r->memory, &r->file, &session->error);
  if (!code) code = run_within(session, r);
  file_release(&r->file);
  return code;
}

static int authorise(mcrm_session *session, const api_operation *o) {
  int code = api_actor_refresh(session);
  if (code) return code;
  if (access_may(&session->actor, o->permission) != ACCESS_NONE) return MCRM_OK;
  store_origin origin = {.user_id = session->actor.user_id,
                         .gate = session->gate,
                         .operation = o->name,
                         .trace = session->trace[0] ? session->trace : NULL};
  journal_denial(session, o, &origin);
  return error_set(&session->error, MCRM_DENIED, NULL, "denied", "%s may not %s", session->actor.role, o->name);
}

static int find(mcrm_session *session, const char *name, const api_operation **out) {
  *out = name ? api_operation_find(name) : NULL;
  if (*out) return MCRM_OK;
  return error_set(&session->error, MCRM_NOT_FOUND, "operation", "operation.unknown", "no operation \"%.60s\"",
                   name ? name : "");
}

/* Claims the session for this thread. */
static int enter(mcrm_session *session) {
  if (atomic_flag_test_and_set(&session->in_use)) return MCRM_BUSY;
  error_clear(&session->error);
  arena_reset(session->scratch);
  api_session_drop_file(session);
  return MCRM_OK;
}

static void leave(mcrm_session *session) {
  session->idempotency_key[0] = session->trace[0] = 0;
  session->timeout_ms = API_PATIENCE_MS;
  session->files = false;
  atomic_flag_clear(&session->in_use);
}

/* ---- JSON ---- */

static char *error_json(const mcrm_session *session) {
  buffer out;
  buffer_init(&out, 4096);
  api_error_json(&out, &session->error, session->actor.language);
  return buffer_take(&out);
}

static int call_json(mcrm_session *session, const char *name, const char *json, buffer *answer) {
  request r = {.memory = session->scratch};
  int code = find(session, name, &r.operation);
  if (!code) code = authorise(session, r.operation);
  if (code) return code;
  const api_operation *o = r.operation;
  size_t length = json ? strlen(json) : 0;
  if (o->input && length) {
    code = model_decode(r.memory, o->input, json, length, session->instance->zone, &session->error, &r.input);
    if (!code && !session->files && file_named(o->input, r.input))
      code = error_set(&session->error, MCRM_INVALID, "file.path", "file.foreign",
                       "file.path: JSON names files only where mcrm_call_options.files allows it");
    if (!code) code = check_input(o, r.input, &session->error);
  } else if (!o->input && length) {
    code = json_check(json, length, &session->error);
    if (!code && strspn(json, " {}\t\r\n") != length)
      code = error_set(&session->error, MCRM_INVALID, NULL, "field.unknown", "%s takes no input", o->name);
  } else {
    code = empty_input(session, o, r.memory, &r.input);
    if (!code && o->input) code = check_input(o, r.input, &session->error);
  }
  if (!code) code = run(session, &r);
  if (code) return code;
  if (!session->files) file_hide(o->output, r.output);
  model_encode(answer, o->output, r.output, session->instance->zone);
  return MCRM_OK;
}

int mcrm_call(mcrm_session *session, const char *operation, const char *json, char **json_out) {
  if (json_out) *json_out = NULL;
  int code = enter(session);
  if (code) return code;
  buffer answer;
  buffer_init(&answer, ANSWER_LIMIT);
  code = call_json(session, operation, json, &answer);
  if (!code && json_out) {
    *json_out = buffer_take(&answer);
    /* The effect, if any, is committed: what cannot be told must not look as if nothing had happened. */
    if (!*json_out)
      code = error_set(&session->error, MCRM_UNAVAILABLE, NULL, "answer.lost",
                       "%s was done; its answer needs more memory", operation);
  }
  buffer_free(&answer);
  if (code && json_out) *json_out = error_json(session);
  leave(session);
  return code;
}

/* ---- records ---- */

static int invoke(mcrm_session *session, const char *name, const void *input, mcrm_result *result) {
  request r = {.memory = result->memory};
  int code = find(session, name, &r.operation);
  if (!code) code = authorise(session, r.operation);
  if (code) return code;
  if (input && !r.operation->input)
    return error_set(&session->error, MCRM_INVALID, NULL, "field.unknown", "%s takes no input", name);
  code = input ? model_adopt(r.memory, r.operation->input, input, &session->error, &r.input)
               : empty_input(session, r.operation, r.memory, &r.input);
  if (!code && r.operation->input) code = check_input(r.operation, r.input, &session->error);
  if (!code) code = run(session, &r);
  result->record = r.output;
  return code;
}

int mcrm_invoke(mcrm_session *session, const char *operation, const void *input, mcrm_result **result) {
  if (result) *result = NULL;
  int code = enter(session);
  if (code) return code;
  mcrm_result *made = calloc(1, sizeof *made);
  if (made) made->memory = arena_new(0);
  code = made && made->memory ? invoke(session, operation, input, made) : error_no_memory(&session->error);
  if (!code && result)
    *result = made;
  else
    mcrm_result_free(made);
  leave(session);
  return code;
}

const void *mcrm_result_record(const mcrm_result *result) { return result->record; }

void mcrm_result_free(mcrm_result *result) {
  if (!result) return;
  arena_free(result->memory);
  free(result);
}
