/* One chat call: the request goes out, and what comes is told apart by its first byte, because servers answer a request
 * for a stream with plain JSON when something is wrong. */
#include <string.h>

#include "../common/sse.h"
#include "grok.h"

typedef struct arriving {
  chat_reading reading;
  sse events;
  draft whole; /* what is no stream */
  enum { UNTOLD, STREAM, WHOLE } kind;
  bool too_long;
} arriving;

enum { STREAM_BYTES = 32 << 20, DONE = 1 };

static int take_event(void *context, const char *event, const char *data, size_t length) {
  arriving *a = context;
  chat_reading *r = &a->reading;
  if (work_starts(data, "[DONE]")) {
    r->done = true;
    return DONE;
  }
  chat_reading_take(r, data, length, true);
  if (!strcmp(event, "error") && !r->complained) {
    r->complaint = (complaint){"the stream reports an error", "", "", "", -1, 0, false};
    r->complained = true;
  }
  return r->complained || r->text.failed ? DONE : 0;
}

static int take_bytes(void *context, const char *bytes, size_t length) {
  arriving *a = context;
  size_t blank = 0;
  if (a->kind == UNTOLD) {
    while (blank < length && bytes[blank] && strchr(" \t\r\n", bytes[blank])) blank++;
    if (blank == length) return 0;
    a->kind = bytes[blank] && strchr("{[<", bytes[blank]) ? WHOLE : STREAM;
  }
  if (a->kind == WHOLE) {
    draft_append(&a->whole, bytes + blank, length - blank);
    return a->whole.failed;
  }
  int code = sse_feed(&a->events, bytes + blank, length - blank);
  a->too_long = code == SSE_TOO_LONG;
  return code;
}

static void finish_stream(arriving *a) {
  chat_reading *r = &a->reading;
  if (a->kind == WHOLE)
    chat_reading_take(r, a->whole.bytes, a->whole.length, true);
  else if (!r->done && !r->complained && !a->too_long)
    sse_end(&a->events);
  if (a->kind == STREAM && !r->done && r->finish && !r->complained)
    work_log(r->w, MCRM_LOG_WARNING, "the stream ended without its end mark");
}

static bool usable(const mcrm_http_reply *http) { return http->status >= 200 && http->status < 300; }

static mcrm_outcome send_request(const work *w, const grok *g, const mcrm_chat_request *request, arriving *a,
                                 mcrm_http_reply *http, mcrm_failure *failure) {
  endpoint_request r;
  size_t length;
  const char *body = chat_body(w, g, request, &length);
  if (!body || !endpoint_begin(w, &g->at, "POST", g->path, &r)) return work_no_memory(failure);
  endpoint_header(&r, "Content-Type", "application/json");
  endpoint_header(&r, "Accept", request->stream ? "text/event-stream" : "application/json");
  if (request->conversation && !strcmp(g->conversation, "header"))
    endpoint_header(&r, "x-grok-conv-id", request->conversation);
  r.http.body = body;
  r.http.body_length = length;
  if (request->stream) {
    r.http.data = take_bytes;
    r.http.context = a;
    r.http.reply_limit = STREAM_BYTES;
  }
  return w->host->http(w->call, &r.http, http, failure);
}

mcrm_outcome chat_run(void *state, mcrm_plugin_call *call, const mcrm_chat_request *request, mcrm_chat_reply *reply,
                      mcrm_failure *failure) {
  const grok *g = state;
  work w = {g->host, call};
  arriving a = {.kind = UNTOLD};
  mcrm_http_reply http = {.size = sizeof http, .body = ""};
  chat_reading_begin(&a.reading, &w, g, request);
  sse_init(&a.events, &w, take_event, &a);
  draft_init(&a.whole, &w, STREAM_BYTES);
  mcrm_outcome outcome = send_request(&w, g, request, &a, &http, failure);
  if (outcome && !(a.kind == STREAM && a.reading.finish)) return outcome;
  if (outcome) /* every word had come before the connection went wrong */
    work_log(&w, MCRM_LOG_WARNING, "the stream broke behind its last word (%s)", failure->code);
  else if (!usable(&http))
    return complaint_of(&w, &http, g->at.key, failure);
  if (a.too_long) return work_fail(failure, MCRM_OUTCOME_PROTOCOL, "too_long", "an event of the stream is over 1 MiB");
  if (request->stream)
    finish_stream(&a);
  else
    chat_reading_take(&a.reading, http.body, http.length, false);
  return chat_reading_end(&a.reading, &http, reply, failure);
}
