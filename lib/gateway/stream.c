/* Events as a stream (server-sent events). A cursor into the journal is all there is to a stream: nothing is queued for
 * a client, so a slow one costs no memory, and one that is far behind is told to start afresh. An idle stream holds
 * no session; one look at the journal's head a second serves them all. */
#include <base/civil.h>
#include <base/error.h>
#include <marfacrm/event.h>
#include <marfacrm/list.h>
#include <model/entities.h>
#include <model/json.h>
#include <stdlib.h>
#include <store/journal.h>
#include <string.h>

#include "internal.h"

enum {
  HEARTBEAT_MS = 15 * MS_PER_SECOND,
  LOOK_MS = MS_PER_SECOND, /* other processes change things, too */
  FAR_BEHIND = 2000,       /* entries: reading the lists again is quicker */
  AT_ONCE = 100,
  OUT_MOST = 256 << 10
};
static const int64_t MS_NS = 1000000, LOGIN_EVERY_NS = INT64_C(5000000000);

/* ---- the journal's head ---- */

static int read_head(mcrm_gateway *g, int64_t *head) {
  mcrm_error ignored = {0};
  store_tx tx;
  arena *memory = arena_new(1 << 16);
  if (!memory) return MCRM_NO_MEMORY;
  int code = store_begin(g->store, memory, &ignored, false, 0, &(store_origin){.operation = "event.stream"}, &tx);
  if (!code) {
    code = store_head(&tx, head);
    store_rollback(&tx);
  }
  arena_free(memory);
  return code;
}

static int head_now(mcrm_gateway *g, int64_t *head) {
  unsigned commits = api_commits(g->instance);
  pthread_mutex_lock(&g->lock);
  bool fresh = g->head_read_at && g->head_commits == commits && clock_monotonic() - g->head_read_at < LOOK_MS * MS_NS;
  *head = g->head;
  pthread_mutex_unlock(&g->lock);
  if (fresh) return MCRM_OK;
  int code = read_head(g, head);
  if (code) return code;
  pthread_mutex_lock(&g->lock);
  g->head = *head;
  g->head_commits = commits;
  g->head_read_at = clock_monotonic();
  pthread_mutex_unlock(&g->lock);
  return MCRM_OK;
}

/* ---- opening ---- */

/* Where to go on: the header that browsers send when they connect again, or ?after=. */
static int read_cursor(mcrm_exchange *x, mcrm_error *error) {
  const target *t = &x->target;
  const char *text = x->head.last_event_id;
  x->stream.seq = -1;
  if (t->pair_count > 1 || (t->pair_count && strcmp(t->pairs[0].name, "after")))
    return error_set(error, MCRM_INVALID, t->pairs[t->pair_count - 1].name, "field.unknown",
                     "a stream takes after only");
  if (!text && t->pair_count) text = t->pairs[0].value;
  if (text && !input_number(text, &x->stream.seq))
    return error_set(error, MCRM_INVALID, "after", "field.type", "after: \"%.40s\" is not a seq", text);
  return MCRM_OK;
}

static int may_hear(mcrm_exchange *x, mcrm_error *error) {
  const access_actor *actor;
  int code = api_session_actor(x->caller->session, &actor);
  if (code) {
    *error = *mcrm_session_error(x->caller->session);
    return code;
  }
  return access_may(actor, "event.read") != ACCESS_NONE
             ? MCRM_OK
             : error_set(error, MCRM_DENIED, NULL, "denied", "%s may not event.stream", actor->role);
}

void stream_open(mcrm_exchange *x) {
  mcrm_error error = {0};
  int code = caller_take(x, &error);
  if (!code) code = may_hear(x, &error);
  if (!code) code = read_cursor(x, &error);
  if (code) {
    answer_error(x, &error);
    return;
  }
  answer_begin(x, 200);
  answer_header(x, "Content-Type", "text/event-stream; charset=utf-8");
  answer_header(x, "X-Accel-Buffering", "no");
  if (x->head_only) return;
  x->stream.on = true;
  x->stream.logins = atomic_load(&x->gateway->logins);
  x->stream.heard_at = x->stream.checked_at = clock_monotonic();
  buffer_init(&x->stream.out, OUT_MOST);
  atomic_fetch_add(&x->gateway->count.streams, 1);
}

int mcrm_exchange_is_stream(const mcrm_exchange *x) { return x->stream.on; }
void mcrm_exchange_end(mcrm_exchange *x) { atomic_store(&x->stream.end, true); }

/* ---- what is sent ---- */

static void say(stream *s, const char *event, int64_t seq, const char *data) {
  buffer_print(&s->out, "id: %lld\nevent: %s\ndata: %s\n\n", (long long)seq, event, data);
  s->seq = seq;
}

/* The client reads its lists again and goes on from here. */
static void start_at(stream *s, const char *event, int64_t head) {
  char data[48];
  buffer number;
  buffer_init(&number, sizeof data - 1);
  buffer_print(&number, "{\"head\":%lld}", (long long)head);
  say(s, event, head, number.failed ? "{}" : number.bytes);
  buffer_free(&number);
}

static void tell(mcrm_gateway *g, stream *s, const mcrm_event_page *page) {
  buffer one;
  buffer_init(&one, 4096);
  for (size_t i = 0; i < page->items.count; i++) {
    buffer_clear(&one);
    model_encode(&one, &model_event, page->items.at[i], store_zone(g->store));
    if (!one.failed) say(s, "change", page->items.at[i]->seq, one.bytes);
  }
  buffer_free(&one);
  /* What was for others is behind us, too: an id without data moves a browser's cursor. */
  if (page->next > s->seq) {
    s->seq = page->next;
    buffer_print(&s->out, "id: %lld\n\n", (long long)s->seq);
  }
}

static int read_events(mcrm_exchange *x, caller *c) {
  mcrm_event_filter filter = {.size = sizeof filter};
  mcrm_result *result = NULL;
  MCRM_SET(&filter, after, x->stream.seq);
  MCRM_SET(&filter, limit, AT_ONCE);
  int code = mcrm_invoke(c->session, "event.list", &filter, &result);
  if (!code) tell(x->gateway, &x->stream, mcrm_result_record(result));
  mcrm_result_free(result);
  return code;
}

/* Nobody hears on after signing out, or without the right. */
static bool is_over(int code) { return code == MCRM_UNAUTHENTICATED || code == MCRM_DENIED; }

static int look(mcrm_exchange *x, int64_t now) {
  stream *s = &x->stream;
  mcrm_gateway *g = x->gateway;
  mcrm_error error = {0};
  mcrm_time ends;
  int64_t head;
  caller *c = x->caller; /* of the opening, once */
  x->caller = NULL;
  int code = head_now(g, &head);
  unsigned logins = atomic_load(&g->logins);
  bool check = now - s->checked_at > LOGIN_EVERY_NS || logins != s->logins || (s->seq >= 0 && head != s->seq);
  if (!code && check && !c) code = caller_for(g, &x->identity, &c, &error);
  if (!code && check) {
    s->checked_at = now;
    s->logins = logins;
    if (gates_refresh(g, &error) == MCRM_OK && !gates_valid(g, x->gate, &ends)) code = MCRM_UNAUTHENTICATED;
  }
  if (!code && s->seq < 0)
    start_at(s, "ready", head);
  else if (!code && (head - s->seq > FAR_BEHIND || head < s->seq))
    start_at(s, "resync", head);
  else if (!code && head != s->seq)
    code = read_events(x, c);
  caller_give_back(g, c);
  return code;
}

static void heartbeat(stream *s, int64_t now) {
  if (s->out.length)
    s->heard_at = now;
  else if (now - s->heard_at >= HEARTBEAT_MS * MS_NS) {
    buffer_text(&s->out, ": still here\n\n");
    s->heard_at = now;
  }
}

/* The answer's head has been sent, and the request's has been read: a stream may stay for a day, and there may be
 * thousands. */
static void let_go_of_head(mcrm_exchange *x) {
  arena_free(x->memory);
  x->memory = NULL;
  x->header_count = 0;
  x->head = (heading){0};
  x->target = (target){0};
}

int mcrm_exchange_stream(mcrm_exchange *x, const char **bytes, size_t *length, int64_t *wait_ms) {
  stream *s = &x->stream;
  int64_t now = clock_monotonic();
  *bytes = "";
  *length = 0;
  *wait_ms = LOOK_MS;
  if (!s->on || s->over) return MCRM_CANCELLED;
  buffer_free(&s->out); /* an idle stream keeps nothing */
  bool first = !s->greeted;
  if (first) {
    let_go_of_head(x);
    buffer_text(&s->out, "retry: 3000\n\n");
  }
  s->greeted = true;
  if (atomic_load(&s->end)) {
    buffer_text(&s->out, "event: end\ndata: {\"reason\":\"stopping\"}\n\n");
    s->over = true;
  } else {
    int code = look(x, now);
    if (is_over(code)) {
      buffer_text(&s->out, "event: end\ndata: {\"reason\":\"signed_out\"}\n\n");
      s->over = true;
    }
  }
  heartbeat(s, now);
  if (s->out.failed) { /* no memory for it now: it is read again */
    s->over = true;
    return MCRM_CANCELLED;
  }
  *bytes = s->out.bytes ? s->out.bytes : "";
  *length = s->out.length;
  return MCRM_OK;
}
