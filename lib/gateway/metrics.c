/* Figures in Prometheus' text format, for admins, and for probes of the machine where the options say so. */
#include <base/error.h>
#include <string.h>

#include "internal.h"

static void head_line(buffer *out, const char *name, const char *kind, const char *help) {
  buffer_print(out, "# HELP marfacrm_%s %s\n# TYPE marfacrm_%s %s\n", name, help, name, kind);
}

static void one(buffer *out, const char *name, const char *kind, const char *help, unsigned long long value) {
  head_line(out, name, kind, help);
  buffer_print(out, "marfacrm_%s %llu\n", name, value);
}

static void by_operation(buffer *out, const mcrm_gateway *g) {
  head_line(out, "operations_total", "counter", "Operations run, by how they ended.");
  for (size_t i = 0; i < g->operations && i < OPERATIONS_MOST; i++) {
    unsigned long long done = atomic_load(&g->count.calls[i]), failed = atomic_load(&g->count.failures[i]);
    if (done)
      buffer_print(out, "marfacrm_operations_total{operation=\"%s\",end=\"done\"} %llu\n", api_operations[i].name,
                   done);
    if (failed)
      buffer_print(out, "marfacrm_operations_total{operation=\"%s\",end=\"failed\"} %llu\n", api_operations[i].name,
                   failed);
  }
}

static void write_all(buffer *out, mcrm_gateway *g) {
  unsigned long long requests = 0;
  head_line(out, "requests_total", "counter", "Requests answered by the CRM.");
  for (int i = 1; i < 6; i++) {
    unsigned long long n = atomic_load(&g->count.status[i]);
    requests += n;
    buffer_print(out, "marfacrm_requests_total{status=\"%dxx\"} %llu\n", i, n);
  }
  head_line(out, "request_seconds", "summary", "Time from the head of a request to its answer.");
  unsigned long long us = atomic_load(&g->count.busy_ns) / 1000;
  buffer_print(out, "marfacrm_request_seconds_sum %llu.%06llu\nmarfacrm_request_seconds_count %llu\n", us / 1000000,
               us % 1000000, requests);
  one(out, "gate_entries_total", "counter", "Who came in by a secret path.", atomic_load(&g->count.entries));
  one(out, "gate_misses_total", "counter", "Requests under the mount or for a secret that saw nothing.",
      atomic_load(&g->count.misses));
  one(out, "logins_total", "counter", "Logins.", atomic_load(&g->count.logins));
  one(out, "logins_failed_total", "counter", "Wrong names and passwords.", atomic_load(&g->count.logins_failed));
  int streams = atomic_load(&g->count.streams);
  one(out, "event_streams", "gauge", "Event streams that are open.", (unsigned long long)(streams < 0 ? 0 : streams));
  pthread_mutex_lock(&g->lock);
  unsigned idle = g->idle_count;
  pthread_mutex_unlock(&g->lock);
  one(out, "sessions_idle", "gauge", "Sessions kept for the next request.", idle);
  by_operation(out, g);
  ai_metrics(api_ai(g->instance), out);
}

static int allowed(mcrm_exchange *x) {
  mcrm_error error = {0};
  const access_actor *actor;
  if (x->probe) return MCRM_OK;
  int code = caller_take(x, &error);
  if (code) return answer_error(x, &error);
  if ((code = api_session_actor(x->caller->session, &actor)))
    return answer_error(x, mcrm_session_error(x->caller->session));
  if (access_may(actor, "metrics") != ACCESS_NONE) return MCRM_OK;
  return answer_refuse(x, 403, MCRM_DENIED, NULL, "denied", "%s may not see the metrics", actor->role);
}

void metrics_run(mcrm_exchange *x) {
  buffer out;
  if (allowed(x)) return;
  buffer_init(&out, 1 << 20);
  write_all(&out, x->gateway);
  size_t length = out.length;
  x->owned = buffer_take(&out);
  answer_begin(x, x->owned ? 200 : 503);
  if (x->owned) answer_content(x, "text/plain; version=0.0.4; charset=utf-8", x->owned, length);
}
