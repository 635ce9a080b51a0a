#include "remote.h"

#include "instance.h"
#include "process.h"

#include <base/clock.h>
#include <base/error.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  MS = 1000000,
  LOOK_NS = 20 * MS,  /* how often a waiting call looks whether it is cancelled */
  HANG_NS = 500 * MS, /* a call that nobody waits for any more must have come home by then */
  CRASHES = 3,
  END_MS = 1500, /* a killed process has so long to end */
  INBOX_BYTES = 64 << 20,
  LEFT_MOST = 64
};
static const int64_t START_NS = INT64_C(10) * 1000 * MS;
static const int64_t CRASH_WINDOW_NS = INT64_C(60) * 1000 * MS;

/* A caller that waits. */
typedef struct waiter {
  struct waiter *next;
  uint32_t id;
  frame *first, **last;
  size_t bytes;
  bool overrun;
  pthread_cond_t wake;
} waiter;

/* A call that its caller has left. */
typedef struct left_call {
  uint32_t id;
  int64_t since;
} left_call;

/* One life of the process. Guarded by the remote's lock but for the reading half (the leader's) and the sending half
 * (the sender's) of its channel. */
typedef struct life {
  struct life *next; /* of those that ended */
  process process;
  unsigned inside; /* callers that use it */
  bool leader, sending, dead, starved;
  waiter *waiters;
  left_call left[LEFT_MOST];
  size_t left_count;
} life;

struct remote {
  remote_options options;
  arena *arena;
  message_ready ready;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  life *current;
  life *ended; /* killed, and not yet off the system's list */
  bool starting;
  atomic_bool stopping; /* looked at without the lock, too */
  uint32_t last_id;
  int64_t crashes[CRASHES]; /* the last ones, ns; 0 = none */
};

static void timed_wait(pthread_cond_t *wake, pthread_mutex_t *lock, int64_t until) {
  struct timespec t = {.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
  pthread_cond_timedwait(wake, lock, &t);
}

static int monotonic_cond(pthread_cond_t *cond) {
  pthread_condattr_t attributes;
  if (pthread_condattr_init(&attributes)) return -1;
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  int code = pthread_cond_init(cond, &attributes);
  pthread_condattr_destroy(&attributes);
  return code;
}

static int64_t sooner(int64_t a, int64_t b) { return a < b ? a : b; }

/* ---- one life ---- */

static void note_crash(remote *r) {
  memmove(r->crashes, r->crashes + 1, sizeof r->crashes - sizeof *r->crashes);
  r->crashes[CRASHES - 1] = clock_monotonic();
}

/* No new call goes to it. Under the lock. */
static void retire(remote *r, life *l) {
  if (r->current == l) r->current = NULL;
}

static void died(remote *r, life *l, bool crashed) {
  if (l->dead) return;
  l->dead = true;
  if (crashed && !r->stopping) note_crash(r);
  retire(r, l);
  for (waiter *w = l->waiters; w; w = w->next) pthread_cond_signal(&w->wake);
  pthread_cond_broadcast(&r->changed);
}

/* Nobody waits for a process to end, however long the system takes over it. Under the lock. */
static void life_end(remote *r, life *l) {
  process_kill(&l->process);
  l->next = r->ended;
  r->ended = l;
}

static void reap(remote *r, int wait_ms) {
  for (life **at = &r->ended; *at;) {
    life *l = *at;
    if (!process_reap(&l->process, wait_ms)) {
      at = &l->next;
      continue;
    }
    *at = l->next;
    free(l);
  }
}

/* Under the lock. */
static void life_release(remote *r, life *l) {
  if (!--l->inside && r->current != l) life_end(r, l);
}

/* A frame by the time its reader has. */
static int hear(life *l, const provider_patience *p, int64_t until, frame **out) {
  for (;;) {
    int64_t now = clock_monotonic();
    int code = channel_receive(&l->process.channel, sooner(until, now + LOOK_NS), out);
    if (code != MCRM_TIMEOUT || now >= until) return code;
    if (p->cancelled && p->cancelled(p->context)) return MCRM_CANCELLED;
  }
}

static int greet(remote *r, life *l, arena *a, message_ready *ready, const provider_patience *p, mcrm_error *error) {
  buffer fields;
  frame *answer = NULL;
  int64_t until = sooner(clock_monotonic() + START_NS, p->deadline);
  buffer_init(&fields, WIRE_FIELDS_MOST);
  wire_write(&fields, &message_hello_shape, &r->options.hello);
  int code = fields.failed
                 ? error_no_memory(error)
                 : channel_send(&l->process.channel, WIRE_HELLO, 0, &fields, NULL, until, p->cancelled, p->context);
  if (fields.bytes) explicit_bzero(fields.bytes, fields.capacity); /* secrets were in it */
  buffer_free(&fields);
  while (!code && !answer) {
    code = hear(l, p, until, &answer);
    if (code || answer->head.verb != WIRE_LOG) continue;
    message_log line = {0};
    if (r->options.log && !wire_read(a, &message_log_shape, answer->bytes, answer->head.fields, &line) && line.line)
      r->options.log(r->options.context, (mcrm_log_level)line.level, line.line);
    free(answer);
    answer = NULL;
  }
  mcrm_error refused = {0};
  if (!code && answer->head.verb == WIRE_READY)
    code = wire_read(a, &message_ready_shape, answer->bytes, answer->head.fields, ready);
  else if (!code && answer->head.verb == WIRE_REFUSED &&
           !wire_read(a, &message_error_shape, answer->bytes, answer->head.fields, &refused) && refused.code < 0)
    code = error_set(error, refused.code, refused.field, refused.message, "%s", refused.detail);
  else if (!code)
    code = MCRM_INVALID;
  free(answer);
  if (code == MCRM_NO_MEMORY) return error_no_memory(error);
  if (code == MCRM_CANCELLED) return error_set(error, code, "plugin", "cancelled", "nobody waits for it any more");
  if (code && !error->code)
    return error_set(error, MCRM_UNAVAILABLE, "plugin", "provider.process", "%s",
                     code == MCRM_TIMEOUT ? "the plugin's process does not come up in time"
                                          : "the plugin's process dies while it starts");
  return code;
}

static int life_start(remote *r, arena *a, message_ready *ready, const provider_patience *p, life **out,
                      mcrm_error *error) {
  life *l = calloc(1, sizeof *l);
  if (!l) return error_no_memory(error);
  int code = process_start(&l->process, r->options.program, r->options.plugin, error);
  if (code) {
    free(l);
    return code;
  }
  code = greet(r, l, a, ready, p, error);
  if (!code) {
    *out = l;
    return code;
  }
  pthread_mutex_lock(&r->lock);
  life_end(r, l);
  pthread_mutex_unlock(&r->lock);
  return code;
}

/* ---- opening ---- */

int remote_open(const remote_options *options, remote **out, mcrm_error *error) {
  remote *r = calloc(1, sizeof *r);
  arena *a = r ? arena_new(0) : NULL;
  if (!a || pthread_mutex_init(&r->lock, NULL) || monotonic_cond(&r->changed)) {
    arena_free(a);
    free(r);
    close(options->plugin);
    return error_no_memory(error);
  }
  r->options = *options;
  r->arena = a;
  int code = life_start(r, a, &r->ready, &options->patience, &r->current, error);
  if (!code && (!r->ready.label || !r->ready.sandbox || (!r->ready.capabilities && !options->hello.describe)))
    code = error_set(error, MCRM_UNAVAILABLE, "plugin", "provider.process", "the plugin's process says too little");
  if (code)
    remote_free(r);
  else
    *out = r;
  return code;
}

const message_ready *remote_ready(const remote *r) { return &r->ready; }

void remote_stop(remote *r) {
  pthread_mutex_lock(&r->lock);
  r->stopping = true;
  life *l = r->current;
  if (l) {
    l->inside++;
    died(r, l, false);
    life_release(r, l);
  }
  pthread_cond_broadcast(&r->changed);
  pthread_mutex_unlock(&r->lock);
}

void remote_free(remote *r) {
  if (r->current) life_end(r, r->current);
  reap(r, END_MS);
  for (life *l = r->ended, *next; l; l = next) { /* stuck in the system: its parent's end takes it along */
    next = l->next;
    if (l->process.channel.pidfd >= 0) close(l->process.channel.pidfd);
    free(l);
  }
  close(r->options.plugin);
  pthread_cond_destroy(&r->changed);
  pthread_mutex_destroy(&r->lock);
  arena_free(r->arena);
  free(r);
}

/* ---- what a caller does ---- */

typedef struct visit {
  remote *remote;
  provider_call *call;
  life *life;
  waiter self;
} visit;

static bool cancelled(void *context) {
  const visit *v = context;
  const provider_call *c = v->call;
  return v->remote->stopping || (c->cancelled && c->cancelled(c->context));
}

/* Asks without the lock: it is the caller's function. */
static bool cancelled_outside(visit *v) {
  pthread_mutex_unlock(&v->remote->lock);
  const provider_call *c = v->call;
  bool yes = c->cancelled && c->cancelled(c->context);
  pthread_mutex_lock(&v->remote->lock);
  return yes || v->remote->stopping;
}

static mcrm_outcome late(visit *v, const char *phase) {
  return provider_fail(&v->call->failure, MCRM_OUTCOME_TIMEOUT, phase, "no answer by the deadline");
}

static mcrm_outcome given_up(visit *v) {
  return provider_fail(&v->call->failure, MCRM_OUTCOME_CANCELLED, "cancelled", "the call was cancelled");
}

static mcrm_outcome crashed(visit *v) {
  if (v->remote->stopping) return given_up(v);
  if (v->life->starved) return provider_fail(&v->call->failure, MCRM_OUTCOME_PROTOCOL, "memory", "out of memory");
  return provider_fail(&v->call->failure, MCRM_OUTCOME_PROTOCOL, "crash", "the plugin's process died");
}

static mcrm_outcome no_memory(visit *v) {
  return provider_fail(&v->call->failure, MCRM_OUTCOME_PROTOCOL, "memory", "out of memory");
}

/* A process that three times in a minute could not stay alive is left alone for the rest of it. */
static mcrm_outcome breaker(visit *v) {
  int64_t rest = v->remote->crashes[0] ? v->remote->crashes[0] + CRASH_WINDOW_NS - clock_monotonic() : 0;
  if (rest <= 0) return MCRM_OUTCOME_OK;
  mcrm_outcome outcome = provider_fail(&v->call->failure, MCRM_OUTCOME_PROTOCOL, "breaker",
                                       "the plugin's process died %d times in a minute; again in %lld s", CRASHES,
                                       (long long)(rest / 1000000000 + 1));
  v->call->failure.retry_after_ms = rest / MS + 1;
  return outcome;
}

/* Whether a call that was left should have come home by now. */
static bool hangs(const life *l) {
  int64_t now = clock_monotonic();
  for (size_t i = 0; i < l->left_count; i++)
    if (now - l->left[i].since > HANG_NS) return true;
  return l->left_count == LEFT_MOST;
}

static void retire_hanging(remote *r, life *l) {
  if (l->dead || r->current != l || !hangs(l)) return;
  note_crash(r);
  retire(r, l);
}

/* One process at a time is started, without the lock. */
static mcrm_outcome restart(visit *v) {
  remote *r = v->remote;
  mcrm_outcome outcome = breaker(v);
  if (outcome != MCRM_OUTCOME_OK) return outcome;
  r->starting = true;
  pthread_mutex_unlock(&r->lock);
  mcrm_error error = {0};
  message_ready ready = {0};
  life *fresh = NULL;
  arena *a = arena_new(0);
  const provider_patience patience = {.deadline = v->call->deadline, .cancelled = cancelled, .context = v};
  int code = a ? life_start(r, a, &ready, &patience, &fresh, &error) : error_no_memory(&error);
  arena_free(a);
  pthread_mutex_lock(&r->lock);
  r->starting = false;
  pthread_cond_broadcast(&r->changed);
  if (!code) {
    r->current = fresh;
    return MCRM_OUTCOME_OK;
  }
  if (code == MCRM_NO_MEMORY) return no_memory(v);
  if (code == MCRM_CANCELLED) return given_up(v);
  /* an impatient caller says nothing about the process */
  if (clock_monotonic() >= v->call->deadline) return late(v, "start");
  note_crash(r);
  return provider_fail(&v->call->failure, MCRM_OUTCOME_PROTOCOL, "start", "%.200s", error.detail);
}

/* A life to be inside of. */
static mcrm_outcome enter(visit *v) {
  remote *r = v->remote;
  reap(r, 0);
  for (;;) {
    if (cancelled_outside(v)) return given_up(v);
    int64_t now = clock_monotonic();
    if (now >= v->call->deadline) return late(v, "total");
    life *l = r->current;
    if (l) {
      retire_hanging(r, l);
      if (r->current == l) {
        l->inside++;
        v->life = l;
        return MCRM_OUTCOME_OK;
      }
      l->inside++; /* the last one out ends it */
      life_release(r, l);
      continue;
    }
    if (r->starting) {
      timed_wait(&r->changed, &r->lock, sooner(v->call->deadline, now + LOOK_NS));
      continue;
    }
    mcrm_outcome outcome = restart(v);
    if (outcome != MCRM_OUTCOME_OK) return outcome;
  }
}

/* ---- sending ---- */

/* Under the lock: waits until nobody else sends. */
static mcrm_outcome take_turn(visit *v) {
  life *l = v->life;
  while (l->sending && !l->dead) {
    int64_t now = clock_monotonic();
    if (now >= v->call->deadline) return late(v, "total");
    if (cancelled_outside(v)) return given_up(v);
    if (l->sending) timed_wait(&v->remote->changed, &v->remote->lock, sooner(v->call->deadline, now + LOOK_NS));
  }
  if (l->dead) return crashed(v);
  l->sending = true;
  return MCRM_OUTCOME_OK;
}

static mcrm_outcome send_ask(visit *v, wire_verb verb, const message_ask *ask, const channel_raw *raw) {
  remote *r = v->remote;
  life *l = v->life;
  buffer fields;
  buffer_init(&fields, WIRE_FIELDS_MOST);
  wire_write(&fields, &message_ask_shape, ask);
  if (fields.failed || (raw && raw->length > WIRE_RAW_MOST)) {
    bool large = fields.too_long || !fields.failed;
    buffer_free(&fields);
    return large ? provider_fail(&v->call->failure, MCRM_OUTCOME_UNSUPPORTED, "too_large", "the request is too large")
                 : no_memory(v);
  }
  mcrm_outcome outcome = take_turn(v);
  if (outcome == MCRM_OUTCOME_OK) {
    pthread_mutex_unlock(&r->lock);
    int code = channel_send(&l->process.channel, verb, v->self.id, &fields, raw, v->call->deadline, cancelled, v);
    pthread_mutex_lock(&r->lock);
    l->sending = false;
    pthread_cond_broadcast(&r->changed);
    /* It does not even read: what was half said cannot be taken back. */
    if (code == MCRM_UNAVAILABLE || (code && l->process.channel.partly_sent)) died(r, l, code != MCRM_IO);
    outcome = code == MCRM_OK          ? MCRM_OUTCOME_OK
              : code == MCRM_TIMEOUT   ? late(v, "total")
              : code == MCRM_CANCELLED ? given_up(v)
              : code == MCRM_IO        ? provider_unreadable(&v->call->failure)
                                       : crashed(v);
  }
  buffer_free(&fields);
  return outcome;
}

/* The call is left: its answer is thrown away when it comes. Whether it is cancelled or late, the process is told if
 * that needs no waiting; it knows the deadline by itself. */
static void leave(visit *v, bool tell) {
  remote *r = v->remote;
  life *l = v->life;
  if (l->dead || l->left_count == LEFT_MOST) return;
  l->left[l->left_count++] = (left_call){.id = v->self.id, .since = clock_monotonic()};
  if (!tell || l->sending) return;
  int code = channel_send(&l->process.channel, WIRE_CANCEL, v->self.id, NULL, NULL, clock_monotonic(), NULL, NULL);
  if (code == MCRM_UNAVAILABLE || l->process.channel.partly_sent)
    died(r, l, true);
  else if (code)
    retire(r, l);
}

/* ---- reading ---- */

static void forget_left(life *l, uint32_t id) {
  for (size_t i = 0; i < l->left_count; i++)
    if (l->left[i].id == id) {
      l->left[i] = l->left[--l->left_count];
      return;
    }
}

/* Into the inbox of whom it is for. Under the lock; log lines are said by the leader, outside of it. */
static void deliver(life *l, frame *f) {
  waiter *w = l->waiters;
  while (w && w->id != f->head.call) w = w->next;
  if (!w) {
    if (f->head.verb == WIRE_DONE) forget_left(l, f->head.call);
    free(f);
    return;
  }
  w->bytes += sizeof *f + f->head.fields + f->head.raw;
  if (w->bytes > INBOX_BYTES) {
    w->overrun = true;
    free(f);
  } else {
    *w->last = f;
    w->last = &f->next;
  }
  pthread_cond_signal(&w->wake);
}

static void say(const remote *r, const frame *f) {
  message_log line = {0};
  arena *a = r->options.log ? arena_new(1 << 20) : NULL;
  if (a && !wire_read(a, &message_log_shape, f->bytes, f->head.fields, &line) && line.line &&
      (unsigned)line.level <= MCRM_LOG_DEBUG) {
    char *text = arena_text(a, line.line);
    if (text) {
      instance_line(text, strlen(text) + 1);
      r->options.log(r->options.context, (mcrm_log_level)line.level, text);
    }
  }
  arena_free(a);
}

/* Reads for all, until `until` or the first frame. Under the lock, which it leaves in between. */
static void lead(remote *r, life *l, int64_t until) {
  frame *f = NULL;
  l->leader = true;
  pthread_mutex_unlock(&r->lock);
  int code = channel_receive(&l->process.channel, until, &f);
  if (!code && f->head.verb == WIRE_LOG) {
    say(r, f);
    free(f);
    f = NULL;
  }
  pthread_mutex_lock(&r->lock);
  l->leader = false;
  if (f) deliver(l, f);
  if (code && code != MCRM_TIMEOUT) {
    l->starved = code == MCRM_NO_MEMORY;
    died(r, l, code != MCRM_NO_MEMORY);
  }
}

/* What came for this call, without the lock. 1: it was the answer. */
static int take_frame(visit *v, const frame *f, message_done *done, mcrm_outcome *outcome) {
  provider_call *call = v->call;
  message_progress progress = {.done = -1};
  int code = MCRM_OK;
  switch (f->head.verb) {
    case WIRE_DELTA:
      if (call->delta && f->head.raw) call->delta(call->context, frame_raw(f), f->head.raw);
      return 0;
    case WIRE_PROGRESS:
      code = wire_read(call->arena, &message_progress_shape, f->bytes, f->head.fields, &progress);
      if (!code && call->progress && progress.done >= 0 && progress.done <= 1)
        call->progress(call->context, progress.done);
      return 0;
    case WIRE_DONE:
      code = wire_read(call->arena, &message_done_shape, f->bytes, f->head.fields, done);
      break;
    default:
      code = MCRM_INVALID;
  }
  if (code == MCRM_NO_MEMORY)
    *outcome = no_memory(v);
  else if (code || (unsigned)done->outcome > MCRM_OUTCOME_UNSUPPORTED)
    *outcome = provider_fail(&call->failure, MCRM_OUTCOME_PROTOCOL, "process", "the plugin's process speaks nonsense");
  else
    *outcome = (mcrm_outcome)done->outcome;
  return 1;
}

static bool take_inbox(visit *v, message_done *done, mcrm_outcome *outcome) {
  waiter *w = &v->self;
  bool finished = false;
  while (w->first && !finished) {
    frame *f = w->first;
    w->first = f->next;
    if (!w->first) w->last = &w->first;
    w->bytes -= sizeof *f + f->head.fields + f->head.raw;
    pthread_mutex_unlock(&v->remote->lock);
    finished = take_frame(v, f, done, outcome);
    free(f);
    pthread_mutex_lock(&v->remote->lock);
  }
  return finished;
}

static mcrm_outcome await(visit *v, message_done *done) {
  remote *r = v->remote;
  life *l = v->life;
  mcrm_outcome outcome;
  for (;;) {
    if (take_inbox(v, done, &outcome)) return outcome;
    int64_t now = clock_monotonic();
    if (v->self.overrun) {
      died(r, l, true);
      return provider_fail(&v->call->failure, MCRM_OUTCOME_PROTOCOL, "too_large", "the reply is too large");
    }
    if (l->dead) return crashed(v);
    if (now >= v->call->deadline) {
      leave(v, false);
      return late(v, "total");
    }
    if (cancelled_outside(v)) {
      leave(v, true);
      return given_up(v);
    }
    if (v->self.first) continue;
    int64_t until = sooner(v->call->deadline, now + LOOK_NS);
    if (!l->leader && !l->dead)
      lead(r, l, until);
    else if (!l->dead)
      timed_wait(&v->self.wake, &r->lock, until);
  }
}

static void join_waiters(visit *v) {
  v->self.id = ++v->remote->last_id ? v->remote->last_id : ++v->remote->last_id;
  v->self.last = &v->self.first;
  v->self.next = v->life->waiters;
  v->life->waiters = &v->self;
}

static void part_waiters(visit *v) {
  for (waiter **at = &v->life->waiters; *at; at = &(*at)->next)
    if (*at == &v->self) {
      *at = v->self.next;
      break;
    }
  for (frame *f = v->self.first, *next; f; f = next) {
    next = f->next;
    free(f);
  }
  /* Somebody else reads from now on. */
  if (v->life->waiters) pthread_cond_signal(&v->life->waiters->wake);
}

mcrm_outcome remote_call(remote *r, wire_verb verb, provider_call *call, const message_ask *ask, const channel_raw *raw,
                         message_done *done) {
  visit v = {.remote = r, .call = call};
  if (monotonic_cond(&v.self.wake)) return no_memory(&v);
  pthread_mutex_lock(&r->lock);
  mcrm_outcome outcome = enter(&v);
  if (outcome == MCRM_OUTCOME_OK) {
    join_waiters(&v);
    outcome = send_ask(&v, verb, ask, raw);
    if (outcome == MCRM_OUTCOME_OK) outcome = await(&v, done);
    part_waiters(&v);
    life_release(r, v.life);
  }
  pthread_mutex_unlock(&r->lock);
  pthread_cond_destroy(&v.self.wake);
  return outcome;
}
