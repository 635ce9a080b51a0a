/* Running an operation of the table for a request. */
#include <base/error.h>
#include <model/entities.h>
#include <model/json.h>
#include <string.h>

#include "internal.h"

static bool changes(const mcrm_exchange *x) { return strcmp(x->method, "GET") != 0; }

/* The kinds of body that an operation takes. */
static bool media_fits(const mcrm_exchange *x) {
  const char *type = x->head.content_type;
  if (!x->body.length) return true;
  if (model_file_field(x->operation->input)) /* the body is the file, whatever it is, or a form with it */
    return type && !head_media(type, "application/json") && !head_media(type, "application/x-www-form-urlencoded");
  if (head_media(type, "application/json")) return true;
  bool form = !strcmp(x->method, "POST") && x->operation->input && head_media(type, "multipart/form-data");
  return form ||
         (head_media(type, "text/csv") && x->operation->input && model_field_find(x->operation->input, "csv", 3));
}

/* An edit says which version it has seen, so that nobody's change is lost unseen. */
static bool needs_version(mcrm_exchange *x, const buffer *json) {
  const char *value;
  size_t length;
  if (strcmp(x->method, "PATCH") || x->head.if_match || !model_field_find(x->operation->input, "version", 7))
    return false;
  return !input_member(json->bytes, json->length, "version", &value, &length);
}

/* However many stand in the line before the one writer: nobody waits longer than one call would. */
static int64_t patience(const mcrm_exchange *x) {
  int64_t waited = (clock_monotonic() - x->whole_at) / 1000000;
  return waited < API_PATIENCE_MS ? API_PATIENCE_MS - waited : 1;
}

static int prepare_call(mcrm_exchange *x) {
  mcrm_call_options options = {.size = sizeof options, .trace = x->trace};
  if (mcrm_exchange_in_turn(x)) options.timeout_ms = patience(x);
  options.files = model_file_field(x->operation->input) || model_file_field(x->operation->output);
  if (x->operation->write) options.idempotency_key = x->head.idempotency_key;
  if (options.idempotency_key && !options.idempotency_key[0])
    return answer_refuse(x, 400, MCRM_INVALID, "Idempotency-Key", "request.malformed", "Idempotency-Key is empty");
  int code = mcrm_session_next(x->caller->session, &options);
  return code ? answer_error(x, mcrm_session_error(x->caller->session)) : MCRM_OK;
}

static void etag(mcrm_exchange *x) {
  const char *version;
  size_t length;
  if (!x->operation->output->table || x->status != 200) return;
  if (!input_member(x->content, x->content_length, "version", &version, &length) || !length || length >= 20) return;
  char *tag = arena_alloc(x->memory, length + 3);
  if (!tag) return;
  tag[0] = tag[length + 1] = '"';
  memcpy(tag + 1, version, length);
  answer_header(x, "ETag", tag);
}

/* What failed, as mcrm_call says it, with the status that tells a stale If-Match from other conflicts. */
static void failed(mcrm_exchange *x, char *json) {
  const mcrm_error *error = mcrm_session_error(x->caller->session);
  int status = answer_status(error);
  bool stale = error->code == MCRM_CONFLICT && !strcmp(error->message, "record.changed");
  if (stale && (x->head.if_match || !strcmp(x->method, "PATCH"))) status = 412;
  if (!json) {
    answer_error(x, error);
    return;
  }
  answer_json(x, status, json);
  if (error->code == MCRM_BUSY) answer_header(x, "Retry-After", "1");
}

static void call(mcrm_exchange *x, const char *json) {
  char *answer = NULL;
  if (prepare_call(x)) return;
  if (mcrm_call(x->caller->session, x->operation->name, json, &answer)) {
    failed(x, answer);
    return;
  }
  if (model_file_field(x->operation->output)) {
    download_answer(x, answer);
    mcrm_free(answer);
    return;
  }
  answer_json(x, 200, answer);
  etag(x);
}

void operation_run(mcrm_exchange *x) {
  mcrm_error error = {0};
  buffer json;
  if (caller_take(x, &error)) {
    answer_error(x, &error);
    return;
  }
  if (route_operation(x) || (changes(x) && caller_check_page(x))) return;
  if (!media_fits(x)) {
    answer_refuse(x, 415, MCRM_INVALID, "Content-Type", "request.media_type", "%s does not take %.60s",
                  x->operation->name, x->head.content_type ? x->head.content_type : "a body without a Content-Type");
    return;
  }
  buffer_init(&json, JSON_BYTES);
  if (input_build(x, &json, &error))
    answer_error(x, &error);
  else if (needs_version(x, &json))
    answer_refuse(x, 428, MCRM_CONFLICT, "version", "precondition.needed",
                  "send If-Match with the version you have seen");
  else
    call(x, x->operation->input || strcmp(json.bytes, "{}") ? json.bytes : NULL);
  buffer_free(&json);
}
