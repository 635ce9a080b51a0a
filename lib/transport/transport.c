#include "internal.h"

#include <base/clock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- connections ---- */

static void connection_free(connection *l) {
  if (!l) return;
  curl_easy_cleanup(l->easy);
  curl_multi_cleanup(l->multi);
  free(l);
}

static connection *connection_new(void) {
  connection *l = calloc(1, sizeof *l);
  if (!l) return NULL;
  l->multi = curl_multi_init();
  l->easy = curl_easy_init();
  if (l->multi && l->easy) return l;
  connection_free(l);
  return NULL;
}

/* The one used last has the warmest connection. */
static connection *connection_take(transport *t) {
  pthread_mutex_lock(&t->lock);
  connection *l = t->free;
  if (l) t->free = l->next;
  pthread_mutex_unlock(&t->lock);
  if (l) return l;
  l = connection_new();
  if (!l) return NULL;
  pthread_mutex_lock(&t->lock);
  l->all = t->all;
  t->all = l;
  pthread_mutex_unlock(&t->lock);
  return l;
}

static void connection_give(transport *t, connection *l) {
  pthread_mutex_lock(&t->lock);
  l->next = t->free;
  t->free = l;
  pthread_mutex_unlock(&t->lock);
}

/* ---- one exchange ---- */

static int64_t after(int64_t from, int64_t ms) { return ms > 0 ? from + ms * 1000000 : INT64_MAX; }

static bool sooner(int64_t candidate, const char *name, int64_t *limit, const char **phase) {
  if (candidate >= *limit) return false;
  *limit = candidate;
  *phase = name;
  return true;
}

/* Until when it may go on as it stands, and what is said if it does not. */
static int64_t limit_of(exchange *x, const char **phase) {
  const transport_settings *s = &x->transport->settings;
  *phase = !x->connected ? "connect" : !x->first_byte ? "first_byte" : "total";
  int64_t limit = x->how->deadline;
  int64_t total = after(x->begun, s->total_ms);
  if (total < limit) limit = total;
  if (!x->connected)
    sooner(after(x->begun, s->connect_ms), "connect", &limit, phase);
  else if (!x->first_byte)
    sooner(after(x->active, s->first_byte_ms), "first_byte", &limit, phase);
  else
    sooner(after(x->active, s->idle_ms), "idle", &limit, phase);
  return limit;
}

/* libcurl knows only afterwards when the connection stood. */
static void look(exchange *x, int64_t now) {
  curl_off_t microseconds = 0;
  if (x->connected) return;
  curl_easy_getinfo(x->easy, CURLINFO_PRETRANSFER_TIME_T, &microseconds);
  if (microseconds > 0 || x->first_byte) x->connected = x->active = now;
}

static CURLcode drive(exchange *x, CURLM *multi) {
  for (;;) {
    int running = 0, left, waits;
    if (curl_multi_perform(multi, &running)) return CURLE_OUT_OF_MEMORY;
    for (CURLMsg *m; (m = curl_multi_info_read(multi, &left)) != NULL;)
      if (m->msg == CURLMSG_DONE) {
        look(x, clock_monotonic());
        return m->data.result;
      }
    int64_t now = clock_monotonic();
    look(x, now);
    const char *phase;
    int64_t limit = limit_of(x, &phase);
    if (now >= limit) {
      x->limit_hit = phase;
      return CURLE_OPERATION_TIMEDOUT;
    }
    if (x->how->cancelled(x->how->context)) {
      x->cancelled = true;
      return CURLE_ABORTED_BY_CALLBACK;
    }
    int64_t rest = (limit - now + 999999) / 1000000;
    curl_multi_poll(multi, NULL, 0, rest < TRANSPORT_LOOK_MS ? (int)rest : TRANSPORT_LOOK_MS, &waits);
  }
}

static void count(exchange *x) {
  curl_off_t sent = 0, received = 0;
  curl_easy_getinfo(x->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
  curl_easy_getinfo(x->easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
  x->how->bytes_sent += sent;
  x->how->bytes_received += received;
  if (x->connected) x->how->requests++;
  if (!x->how->first_byte) x->how->first_byte = x->first_byte;
}

static mcrm_outcome transport_run(transport *t, transport_send *how, const mcrm_http_request *request,
                                  mcrm_http_reply *reply, mcrm_failure *failure) {
  connection *l = connection_take(t);
  if (!l) return outcome_fail(failure, MCRM_OUTCOME_PROTOCOL, "memory", "out of memory");
  exchange x = {.transport = t, .how = how, .request = request, .easy = l->easy, .begun = clock_monotonic()};
  mcrm_outcome outcome = request_prepare(&x, failure);
  if (outcome == MCRM_OUTCOME_OK) {
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (!curl_multi_add_handle(l->multi, l->easy)) {
      code = drive(&x, l->multi);
      count(&x);
      outcome = outcome_of(&x, code, failure);
      if (outcome == MCRM_OUTCOME_OK) outcome = reply_give(&x, reply, failure);
      curl_multi_remove_handle(l->multi, l->easy);
    } else {
      outcome = outcome_of(&x, code, failure);
    }
  }
  /* Nothing of the plugin's memory may stay behind in the handle. */
  curl_easy_reset(l->easy);
  request_free(&x);
  connection_give(t, l);
  return outcome;
}

/* ---- the table ---- */

static void transport_close(transport *t) {
  for (connection *l = t->all, *next; l; l = next) {
    next = l->all;
    connection_free(l);
  }
  curl_slist_free_all(t->resolve);
  pthread_mutex_destroy(&t->lock);
  free(t);
}

static transport *transport_open(const transport_settings *settings, char why[256]) {
  /* Never undone: the host may use libcurl, too. */
  if (curl_global_init(CURL_GLOBAL_DEFAULT)) {
    snprintf(why, 256, "libcurl does not start");
    return NULL;
  }
  transport *t = calloc(1, sizeof *t);
  bool right = t != NULL;
  if (right) {
    t->settings = *settings;
    pthread_mutex_init(&t->lock, NULL);
  }
  for (size_t i = 0; right && i < settings->resolve.count; i++) {
    struct curl_slist *longer = curl_slist_append(t->resolve, settings->resolve.at[i]);
    right = longer != NULL;
    if (right) t->resolve = longer;
  }
  if (right) return t;
  if (t) transport_close(t);
  snprintf(why, 256, "out of memory");
  return NULL;
}

static void transport_wake(transport *t) {
  pthread_mutex_lock(&t->lock);
  for (connection *l = t->all; l; l = l->all) curl_multi_wakeup(l->multi);
  pthread_mutex_unlock(&t->lock);
}

const transport_table *marfacrm_transport(void) {
  static const transport_table table = {.version = TRANSPORT_VERSION,
                                        .open = transport_open,
                                        .close = transport_close,
                                        .wake = transport_wake,
                                        .send = transport_run};
  return &table;
}
