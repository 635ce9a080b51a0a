/* One request, from its head to its answer. */
#include <base/error.h>
#include <model/entities.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/* ---- begin ---- */

/* Below the gate's prefix, one segment of a secret's length and letters. */
static bool secret_shape(const mcrm_gateway *g, const char *path, size_t length) {
  if (length != g->prefix_length + ACCESS_SECRET_LENGTH || memcmp(path, g->options.gate_prefix, g->prefix_length))
    return false;
  return strspn(path + g->prefix_length, "abcdefghijklmnopqrstuvwxyz234567") >= ACCESS_SECRET_LENGTH;
}

static bool inside(const mcrm_gateway *g, const char *path, size_t length) {
  return length >= g->mount_length && !memcmp(path, g->mount, g->mount_length) &&
         (length == g->mount_length || path[g->mount_length] == '/');
}

static bool local(const char *peer) {
  return peer && (!strncmp(peer, "127.", 4) || !strcmp(peer, "::1") || !strncmp(peer, "::ffff:127.", 11));
}

/* A trace id that came with the request goes on; else there is a new one: no two are alike, and none is a secret. */
static void trace(mcrm_exchange *x) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  const char *id = x->head.request_id, *parent = x->head.traceparent;
  unsigned char bytes[16];
  size_t length = id ? strlen(id) : 0;
  if (length && length < sizeof x->trace && strspn(id, letters) == length) {
    memcpy(x->trace, id, length + 1);
  } else if (parent && strlen(parent) == 55 && strspn(parent + 3, "0123456789abcdef") == 32 && parent[2] == '-') {
    memcpy(x->trace, parent + 3, 32);
    x->trace[32] = 0;
  } else {
    uint64_t number = atomic_fetch_add(&x->gateway->exchanges, 1);
    memcpy(bytes, x->gateway->run, sizeof x->gateway->run);
    for (size_t i = 16; i-- > sizeof x->gateway->run; number >>= 8) bytes[i] = (unsigned char)number;
    sodium_bin2hex(x->trace, sizeof x->trace, bytes, sizeof bytes);
  }
}

static mcrm_exchange *exchange_new(mcrm_gateway *g, const mcrm_head *head) {
  mcrm_exchange *x = calloc(1, sizeof *x);
  if (!x) return NULL;
  x->gateway = g;
  x->body.spool = x->body.file = x->file = -1;
  x->started = x->whole_at = clock_monotonic();
  x->memory = arena_new(4 << 20);
  if (!x->memory || !head_copy(x->memory, head, g->options.identify != NULL, &x->head)) {
    mcrm_exchange_free(x);
    return NULL;
  }
  x->head_only = !strcmp(head->method, "HEAD");
  const char *method = x->head_only ? "GET" : head->method;
  size_t length = strlen(method);
  if (length < sizeof x->method) memcpy(x->method, method, length + 1);
  trace(x);
  return x;
}

/* Somebody with the right cookie. What is malformed is told to them alone. */
static mcrm_step begin_inside(mcrm_exchange *x) {
  const mcrm_gateway *g = x->gateway;
  const char *text = x->head.target;
  size_t length = target_path_length(text);
  const char *query = text[length] == '?' ? text + length + 1 : "";
  if (strlen(text) > TARGET_MOST) {
    x->task = TASK_REFUSE;
    answer_refuse(x, 414, MCRM_INVALID, NULL, "request.too_large", "the address has more than %d bytes", TARGET_MOST);
  } else if (x->head.twice ||
             !target_read(x->memory, text + g->mount_length, length - g->mount_length, query, &x->target)) {
    x->task = TASK_REFUSE;
    answer_refuse(x, 400, MCRM_INVALID, NULL, "request.malformed", "%s",
                  x->head.twice ? "a header stands there twice" : "the address cannot be read");
  } else {
    route_find(x);
  }
  return body_begin(x);
}

static mcrm_step begin_gate(mcrm_gateway *g, const mcrm_head *head, size_t length, mcrm_exchange **out) {
  const char *secret = head->target + g->prefix_length;
  mcrm_id id;
  const char *name;
  mcrm_time ends;
  bool known = gates_open(g, secret, length - g->prefix_length, &id, &name, &ends);
  bool get = !strcmp(head->method, "GET") || !strcmp(head->method, "HEAD");
  /* Not among those known, but the list is old: the database has the last word, in finish. */
  if (!get || (!known && gates_fresh(g))) {
    gates_missed(g);
    return MCRM_NOT_MINE;
  }
  mcrm_exchange *x = exchange_new(g, head);
  if (!x) return MCRM_NOT_MINE;
  x->task = TASK_GATE;
  x->secret = arena_copy(x->memory, secret, length - g->prefix_length);
  *out = x;
  return MCRM_READY;
}

static bool has_gate(mcrm_gateway *g, const mcrm_head *theirs, mcrm_id *gate, const char **name, mcrm_time *expires) {
  heading cookies;
  const char *value;
  size_t length;
  mcrm_time now = store_now(g->store);
  head_cookies(theirs, &cookies);
  for (unsigned i = 0; i < 4 && cookie_find(&cookies, g->gate_cookie, i, &value, &length); i++)
    if (cookie_gate_read(g, value, length, now, gate, name, expires)) return true;
  return false;
}

/* A probe of the machine's own, where the options let it in. */
static bool is_probe(const mcrm_gateway *g, const mcrm_head *head, size_t length) {
  const char *rest = head->target + g->mount_length;
  size_t left = length - g->mount_length;
  bool asks = (left == 7 && !memcmp(rest, "/health", 7)) || (left == 8 && !memcmp(rest, "/metrics", 8));
  return asks && g->options.local_probes && local(head->peer) && !strcmp(head->method, "GET");
}

mcrm_step mcrm_gateway_begin(mcrm_gateway *g, const mcrm_head *head, mcrm_exchange **out) {
  mcrm_id gate = 0;
  const char *name = NULL;
  mcrm_time expires = 0;
  *out = NULL;
  if (!head || head->size < offsetof(mcrm_head, header_count) + sizeof head->header_count || !head->method ||
      !head->target)
    return MCRM_NOT_MINE;
  mcrm_head ours = {0};
  memcpy(&ours, head, head->size < sizeof ours ? head->size : sizeof ours);
  size_t length = target_path_length(ours.target);
  if (secret_shape(g, ours.target, length)) return begin_gate(g, &ours, length, out);
  if (!inside(g, ours.target, length)) return MCRM_NOT_MINE;
  bool probe = is_probe(g, &ours, length);
  if (!has_gate(g, &ours, &gate, &name, &expires) && !probe) {
    if (g->mount_length) gates_missed(g); /* at the root everything else is the host's */
    return MCRM_NOT_MINE;
  }
  mcrm_exchange *x = exchange_new(g, &ours);
  if (!x) return MCRM_NOT_MINE;
  x->gate = x->identity.path = gate;
  x->gate_name = x->identity.gate = name;
  x->gate_expires = expires;
  x->probe = probe;
  *out = x;
  return begin_inside(x);
}

/* ---- finish ---- */

static void enter(mcrm_exchange *x, mcrm_id gate, const char *name, mcrm_time ends) {
  mcrm_gateway *g = x->gateway;
  atomic_fetch_add(&g->count.entries, 1);
  cookie_set_gate(x, gate, name, ends);
  answer_begin(x, 303);
  answer_header(x, "Location", arena_print(x->memory, "%s/", g->mount));
}

static int finish_gate(mcrm_exchange *x) {
  mcrm_id gate;
  const char *name;
  mcrm_time ends;
  if (x->secret && gates_open(x->gateway, x->secret, strlen(x->secret), &gate, &name, &ends)) {
    enter(x, gate, name, ends);
    return MCRM_OK;
  }
  gates_missed(x->gateway);
  return MCRM_NOT_FOUND;
}

static void run(mcrm_exchange *x) {
  switch (x->task) {
    case TASK_API:
      operation_run(x);
      return;
    case TASK_LOGIN:
      signin_login(x);
      return;
    case TASK_LOGOUT:
      signin_logout(x);
      return;
    case TASK_ME:
      signin_me(x);
      return;
    case TASK_HAND_OVER:
      handover_run(x);
      return;
    case TASK_STREAM:
      stream_open(x);
      return;
    case TASK_OPENAPI:
      document_openapi(x);
      return;
    case TASK_HEALTH:
      document_health(x);
      return;
    case TASK_METRICS:
      metrics_run(x);
      return;
    case TASK_FILE:
      file_run(x);
      return;
    default:
      return;
  }
}

/* Whoever works here every day is never sent away by the gate's age. */
static void renew(mcrm_exchange *x, mcrm_time ends) {
  static const int64_t half = INT64_C(15) * 24 * 3600 * 1000;
  mcrm_time now = store_now(x->gateway->store);
  if (x->caller && x->status < 400 && x->gate_expires - now < half && (!ends || ends > x->gate_expires))
    cookie_set_gate(x, x->gate, x->gate_name, ends);
}

static const char *task_name(const mcrm_exchange *x) {
  static const char *const names[] = {
      "refused",           "gate",         "route",   "session.login", "session.logout", "session.me",
      "session.hand_over", "event.stream", "openapi", "file",          "health",         "metrics"};
  return x->operation ? x->operation->name : names[x->task];
}

/* One line a request: what, who, how it ended; never the address, in which a secret may stand. */
static void finished(mcrm_exchange *x) {
  mcrm_gateway *g = x->gateway;
  int64_t ns = clock_monotonic() - x->started;
  unsigned hundreds = (unsigned)x->status / 100;
  atomic_fetch_add(&g->count.status[hundreds < 6 ? hundreds : 0], 1);
  atomic_fetch_add(&g->count.busy_ns, (unsigned long long)ns);
  if (x->operation) {
    size_t at = (size_t)(x->operation - api_operations);
    if (at < OPERATIONS_MOST) atomic_fetch_add(x->status < 400 ? &g->count.calls[at] : &g->count.failures[at], 1);
  }
  if (!g->options.log) return;
  buffer line;
  buffer_init(&line, 400);
  buffer_text(&line, "{\"event\":\"request\",\"do\":\"");
  buffer_text(&line, task_name(x));
  buffer_text(&line, "\",\"user\":\"");
  buffer_text(&line, x->caller ? x->caller->username : "");
  buffer_text(&line, "\",\"gate\":\"");
  buffer_text(&line, x->gate_name ? x->gate_name : "");
  buffer_text(&line, "\",\"status\":");
  buffer_number(&line, x->status);
  buffer_text(&line, ",\"us\":");
  buffer_number(&line, ns / 1000);
  buffer_text(&line, ",\"trace\":\"");
  buffer_text(&line, x->trace);
  buffer_text(&line, "\"}");
  if (!line.failed) g->options.log(g->options.log_context, x->status >= 500 ? 3 : 6, line.bytes);
  buffer_free(&line);
}

/* A header that there was no memory for is missing from the answer. What was done is done: the same key tells. */
static void without_memory(mcrm_exchange *x) {
  if (!arena_failed(x->memory) || x->status >= 400) return;
  if (x->stream.on) atomic_fetch_sub(&x->gateway->count.streams, 1);
  x->stream.on = false;
  answer_refuse(x, 503, MCRM_NO_MEMORY, NULL, "no_memory", "no memory for the answer");
}

int mcrm_gateway_finish(mcrm_exchange *x) {
  mcrm_error error = {0};
  mcrm_time ends = 0;
  int code = gates_refresh(x->gateway, &error);
  if (x->task == TASK_GATE) {
    code = code ? MCRM_NOT_FOUND : finish_gate(x);
    if (!code) finished(x);
    return code;
  }
  if (!x->probe && code) {
    answer_error(x, &error);
  } else if (!x->probe && !gates_valid(x->gateway, x->gate, &ends)) {
    gates_missed(x->gateway);
    return MCRM_NOT_FOUND;
  } else {
    run(x);
    if (!x->probe) renew(x, ends);
    without_memory(x);
  }
  if (!x->stream.on) {
    caller *c = x->caller;
    finished(x);
    x->caller = NULL;
    caller_give_back(x->gateway, c);
  }
  return MCRM_OK;
}

static bool one_record(const api_operation *o) {
  return o && !o->write && !o->ask && o->output && o->output->table && !model_file_field(o->output);
}

/* A rep is shown as the host has it now, and even a host in a file may keep one waiting: its lock is not ours. */
static bool asks_host(const mcrm_exchange *x) {
  return x->operation->output == &model_rep && api_host(x->gateway->instance);
}

/* What keeps the one writer busy for a moment only, and nothing before it. */
int mcrm_exchange_in_turn(const mcrm_exchange *x) {
  const api_operation *o = x->operation;
  return x->task == TASK_API && o && o->write && !o->ask && !model_file_field(o->input) && !asks_host(x) &&
         store_serial(x->gateway->store);
}

int mcrm_gateway_try(mcrm_exchange *x) {
  mcrm_gateway *g = x->gateway;
  bool ready = x->task == TASK_API && one_record(x->operation) && !asks_host(x) && gates_fresh(g) &&
               store_at_hand(g->store) && caller_at_hand(x);
  return ready ? mcrm_gateway_finish(x) : MCRM_BUSY;
}

/* ---- the answer ---- */

int mcrm_exchange_status(const mcrm_exchange *x) { return x->status; }

mcrm_header mcrm_exchange_header(const mcrm_exchange *x, size_t i) {
  return i < x->header_count ? x->headers[i] : (mcrm_header){NULL, NULL};
}

const void *mcrm_exchange_content(const mcrm_exchange *x, size_t *length) {
  *length = x->content_length;
  return x->content ? x->content : "";
}

int mcrm_exchange_file(const mcrm_exchange *x, int64_t *offset, int64_t *length) {
  *offset = x->file_offset;
  *length = x->file_length;
  return x->file;
}

void mcrm_exchange_free(mcrm_exchange *x) {
  if (!x) return;
  if (x->stream.on) atomic_fetch_sub(&x->gateway->count.streams, 1);
  caller_give_back(x->gateway, x->caller);
  if (x->file >= 0) close(x->file);
  body_free(&x->body);
  buffer_free(&x->stream.out);
  mcrm_free(x->owned);
  arena_free(x->memory);
  explicit_bzero(&x->identity, sizeof x->identity);
  free(x);
}
