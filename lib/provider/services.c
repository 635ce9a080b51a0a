#include "services.h"

#include <base/clock.h>
#include <base/utf8.h>
#include <math.h>
#include <string.h>

enum { HTTP_MOST = 1000 }; /* headers or parts of one request */

void instance_line(char *text, size_t size) {
  text[size - 1] = 0;
  for (size_t length = strlen(text), i = 0; i < length;) {
    uint32_t point;
    size_t bytes = utf8_decode(text + i, length - i, &point);
    if (!bytes && length - i < 4) {
      text[i] = 0; /* cut off in the middle of a character */
      return;
    }
    if (!bytes || point < ' ' || point == 0x7F) text[i] = bytes ? ' ' : '?';
    i += bytes ? bytes : 1;
  }
}

void services_failure(const instance *i, mcrm_failure *failure) {
  failure->code[sizeof failure->code - 1] = 0;
  failure->detail[sizeof failure->detail - 1] = 0;
  vault_blot(i->vault, failure->code);
  vault_blot(i->vault, failure->detail);
  instance_line(failure->code, sizeof failure->code);
  instance_line(failure->detail, sizeof failure->detail);
}

static void service_log(mcrm_plugin_call *call, mcrm_log_level level, const char *line) {
  if (!call || !line || !call->instance->log || (unsigned)level > MCRM_LOG_DEBUG) return;
  size_t length = strnlen(line, 64 << 10);
  char *whole = arena_copy(call->arena, line, length);
  if (!whole) return;
  vault_blot(call->instance->vault, whole);
  if (strlen(whole) >= INSTANCE_LINE) whole[INSTANCE_LINE - 1] = 0;
  instance_line(whole, strlen(whole) + 1);
  const char *trace = call->call ? call->call->trace : NULL;
  if (trace) {
    char *traced = arena_print(call->arena, "[%.64s] %s", trace, whole);
    if (traced) whole = traced;
  }
  call->instance->log(call->instance->context, level, whole);
}

static int64_t service_now(void) { return clock_system(NULL); }

static void *service_alloc(mcrm_plugin_call *call, size_t bytes) { return arena_alloc(call->arena, bytes); }

static void *send_alloc(void *context, size_t bytes) { return service_alloc(context, bytes); }

static int service_cancelled(mcrm_plugin_call *call) {
  const provider_call *c = call->call;
  return c && c->cancelled && c->cancelled(c->context);
}

static int send_cancelled(void *context) { return service_cancelled(context); }

static void service_progress(mcrm_plugin_call *call, double done) {
  const provider_call *c = call->call;
  if (c && c->progress && done >= 0 && done <= 1) c->progress(c->context, done);
}

static void service_delta(mcrm_plugin_call *call, const char *text, size_t length) {
  const provider_call *c = call->call;
  if (c && c->delta && text && length) c->delta(c->context, text, length);
}

/* ---- http ---- */

static mcrm_outcome malformed(mcrm_failure *failure, const char *what) {
  return provider_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "request", "the plugin's request %s", what);
}

static mcrm_outcome take_parts(arena *a, const mcrm_http_request *theirs, mcrm_http_request *ours,
                               mcrm_failure *failure) {
  size_t stride = theirs->parts->size;
  if (stride < PLUGIN_THROUGH(mcrm_http_part, length) || stride > 4096 || stride % sizeof(void *))
    return malformed(failure, "has a part of a wrong size");
  mcrm_http_part *parts = arena_array(a, ours->part_count, sizeof *parts);
  if (!parts) return provider_fail(failure, MCRM_OUTCOME_PROTOCOL, "memory", "out of memory");
  for (size_t i = 0; i < ours->part_count; i++) {
    const char *at = (const char *)theirs->parts + i * stride;
    plugin_take(&parts[i], sizeof *parts, at, stride, 0);
    if (!parts[i].name || (parts[i].length && !parts[i].bytes)) return malformed(failure, "has a part without a name");
  }
  ours->parts = parts;
  return MCRM_OUTCOME_OK;
}

static mcrm_outcome take_request(arena *a, const mcrm_http_request *theirs, mcrm_http_request *ours,
                                 mcrm_failure *failure) {
  if (!plugin_take(ours, sizeof *ours, theirs, theirs ? theirs->size : 0, PLUGIN_THROUGH(mcrm_http_request, context)))
    return malformed(failure, "has no size");
  if (!ours->method || !ours->url) return malformed(failure, "has no method or URL");
  if (ours->header_count > HTTP_MOST || ours->part_count > HTTP_MOST || (ours->header_count && !ours->headers) ||
      (ours->body_length && !ours->body))
    return malformed(failure, "counts more than it has");
  for (size_t i = 0; i < ours->header_count; i++)
    if (!ours->headers[i].name || !ours->headers[i].value) return malformed(failure, "has a header without a value");
  if (!ours->part_count) return MCRM_OUTCOME_OK;
  if (!ours->parts || ours->body_length) return malformed(failure, "has both a body and parts, or neither");
  return take_parts(a, theirs, ours, failure);
}

/* What the plugin's struct has room for; one that forgot its size is taken for the first that there was. */
static void give(void *theirs, size_t their_size, size_t least, const void *ours, size_t our_size) {
  size_t size = their_size < least ? least : their_size;
  if (size > our_size) size = our_size;
  memcpy((char *)theirs + sizeof(size_t), (const char *)ours + sizeof(size_t), size - sizeof(size_t));
}

static mcrm_outcome service_http(mcrm_plugin_call *call, const mcrm_http_request *request, mcrm_http_reply *reply,
                                 mcrm_failure *failure) {
  instance *i = call->instance;
  mcrm_http_request ours;
  mcrm_http_reply got = {.size = sizeof got, .retry_after_ms = -1, .body = ""};
  mcrm_failure why = {.size = sizeof why, .retry_after_ms = -1};
  mcrm_outcome outcome = take_request(call->arena, request, &ours, &why);
  if (outcome == MCRM_OUTCOME_OK && call->starting)
    outcome = malformed(&why, "was sent from start, where there is no network");
  if (outcome == MCRM_OUTCOME_OK && !i->transport)
    outcome =
        provider_fail(&why, MCRM_OUTCOME_UNSUPPORTED, "transport", "the HTTP module of marfacrm is not installed");
  if (outcome == MCRM_OUTCOME_OK) {
    call->send.alloc = send_alloc;
    call->send.cancelled = send_cancelled;
    call->send.context = call;
    outcome = i->table->send(i->transport, &call->send, &ours, &got, &why);
  }
  if (outcome != MCRM_OUTCOME_OK) services_failure(i, &why);
  give(reply, reply->size, PLUGIN_THROUGH(mcrm_http_reply, server_time), &got, sizeof got);
  if (outcome != MCRM_OUTCOME_OK && failure)
    give(failure, failure->size, PLUGIN_THROUGH(mcrm_failure, detail), &why, sizeof why);
  return outcome;
}

const mcrm_plugin_host instance_host = {
    .size = sizeof(mcrm_plugin_host),
    .abi_major = MCRM_PLUGIN_ABI_MAJOR,
    .abi_minor = MCRM_PLUGIN_ABI_MINOR,
    .log = service_log,
    .now = service_now,
    .alloc = service_alloc,
    .http = service_http,
    .cancelled = service_cancelled,
    .progress = service_progress,
    .delta = service_delta,
};

/* ---- what comes back ---- */

static bool is_text(const char *text) { return !text || utf8_valid(text, strlen(text)); }

static mcrm_outcome unreadable(mcrm_failure *failure, const char *what) {
  return provider_fail(failure, MCRM_OUTCOME_PROTOCOL, "plugin", "the plugin's reply %s", what);
}

mcrm_outcome instance_check_chat(const mcrm_chat_reply *reply, mcrm_failure *failure) {
  if (!reply->text) return unreadable(failure, "has no text");
  if (!is_text(reply->text) || !is_text(reply->model) || !is_text(reply->finish) || !is_text(reply->request_id))
    return unreadable(failure, "is not UTF-8");
  if (reply->input_tokens < -1 || reply->cached_tokens < -1 || reply->output_tokens < -1 ||
      reply->reasoning_tokens < -1 || reply->cost < -1)
    return unreadable(failure, "counts below nothing");
  return MCRM_OUTCOME_OK;
}

static bool is_confidence(double value) { return value == -1 || (value >= 0 && value <= 1); }

mcrm_outcome instance_check_speech(const mcrm_speech_reply *reply, mcrm_failure *failure) {
  if (!reply->text) return unreadable(failure, "has no text");
  if (!is_text(reply->text) || !is_text(reply->language) || !is_text(reply->model) || !is_text(reply->request_id))
    return unreadable(failure, "is not UTF-8");
  if (reply->duration_ms < 0 || reply->dropped < 0 || reply->cost < -1 || !is_confidence(reply->confidence))
    return unreadable(failure, "counts wrongly");
  for (size_t i = 0; i < reply->segment_count; i++) {
    const mcrm_speech_segment *s = reply->segments[i];
    if (!s->text || !is_text(s->text) || !is_text(s->speaker)) return unreadable(failure, "has a segment without text");
    if (s->start_ms < 0 || s->end_ms < s->start_ms || !is_confidence(s->confidence))
      return unreadable(failure, "has a segment at a wrong time");
  }
  return MCRM_OUTCOME_OK;
}
