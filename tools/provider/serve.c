#include "serve.h"

#include "message.h"

#include <base/clock.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES = 192 << 20, STACK_BYTES = 1 << 20, THREADS_PER_CALL = 4, HOME_NS = 2000000000 };

typedef struct job {
  struct job *next;
  frame *frame;
  server *server;
  int64_t deadline, told; /* told: when it was cancelled, 0 = not */
  atomic_bool cancelled;
  bool running;
} job;

struct server {
  channel *channel;
  instance *instance;
  unsigned most, threads, idle;
  pthread_mutex_t lock, sending;
  pthread_cond_t work;
  job *jobs; /* waiting and running, the oldest first */
};

server *serve_new(channel *c) {
  server *s = calloc(1, sizeof *s);
  if (!s || pthread_mutex_init(&s->lock, NULL) || pthread_mutex_init(&s->sending, NULL) ||
      pthread_cond_init(&s->work, NULL))
    return NULL;
  s->channel = c;
  return s;
}

void serve_start(server *s, instance *i, unsigned concurrency) {
  s->instance = i;
  s->most = concurrency * THREADS_PER_CALL;
}

/* ---- to the host ---- */

static void say_bytes(server *s, wire_verb verb, uint32_t call, const buffer *fields, const void *raw, size_t length) {
  const channel_raw all = {.bytes = raw ? raw : "", .length = length};
  pthread_mutex_lock(&s->sending);
  int code = channel_send(s->channel, verb, call, fields, &all, INT64_MAX, NULL, NULL);
  pthread_mutex_unlock(&s->sending);
  if (code) _exit(0);
}

static bool say_record(server *s, wire_verb verb, uint32_t call, const wire_shape *shape, const void *record) {
  buffer fields;
  buffer_init(&fields, WIRE_FIELDS_MOST);
  wire_write(&fields, shape, record);
  bool fits = !fields.failed;
  if (fits) say_bytes(s, verb, call, &fields, NULL, 0);
  buffer_free(&fields);
  return fits;
}

void serve_say(server *s, wire_verb verb, uint32_t call, const wire_shape *shape, const void *record) {
  say_record(s, verb, call, shape, record);
}

void serve_log(void *context, mcrm_log_level level, const char *line) {
  const message_log log = {.level = (int)level, .line = line};
  say_record(context, WIRE_LOG, 0, &message_log_shape, &log);
}

static bool job_cancelled(void *context) {
  job *j = context;
  return atomic_load(&j->cancelled) || clock_monotonic() >= j->deadline;
}

static void job_delta(void *context, const char *text, size_t length) {
  job *j = context;
  if (length <= WIRE_RAW_MOST) say_bytes(j->server, WIRE_DELTA, j->frame->head.call, NULL, text, length);
}

static void job_progress(void *context, double done) {
  job *j = context;
  const message_progress progress = {.done = done};
  say_record(j->server, WIRE_PROGRESS, j->frame->head.call, &message_progress_shape, &progress);
}

/* ---- a call ---- */

static mcrm_outcome run_call(job *j, const message_ask *ask, provider_call *call, message_done *done,
                             mcrm_chat_reply *chat, mcrm_speech_reply *speech) {
  instance *i = j->server->instance;
  mcrm_outcome outcome;
  switch (j->frame->head.verb) {
    case WIRE_CHAT:
      if (!ask->chat) break;
      outcome = instance_chat(i, call, ask->chat, chat);
      if (outcome == MCRM_OUTCOME_OK) done->chat = chat;
      return outcome;
    case WIRE_SPEECH: {
      if (!ask->speech) break;
      mcrm_speech_request request = *ask->speech;
      request.audio = frame_raw(j->frame);
      request.length = j->frame->head.raw;
      outcome = instance_speech(i, call, &request, speech);
      if (outcome == MCRM_OUTCOME_OK) done->speech = speech;
      return outcome;
    }
    default:
      return instance_probe(i, call, &done->said);
  }
  return provider_fail(&call->failure, MCRM_OUTCOME_PROTOCOL, "process", "a call without a request");
}

static void answer(job *j, const provider_call *call, mcrm_outcome outcome, message_done *done) {
  uint32_t id = j->frame->head.call;
  done->outcome = (int)outcome;
  done->requests = call->requests;
  done->bytes_sent = call->bytes_sent;
  done->bytes_received = call->bytes_received;
  done->first_byte_ns = call->first_byte_ns;
  if (outcome != MCRM_OUTCOME_OK) done->failure = &call->failure;
  if (say_record(j->server, WIRE_DONE, id, &message_done_shape, done)) return;
  mcrm_failure failure;
  message_done large = {
      .outcome = (int)provider_fail(&failure, MCRM_OUTCOME_PROTOCOL, "too_large", "the reply is too large"),
      .failure = &failure};
  say_record(j->server, WIRE_DONE, id, &message_done_shape, &large);
}

static void run(job *j) {
  message_ask ask = {0};
  message_done done = {0};
  mcrm_chat_reply chat;
  mcrm_speech_reply speech;
  provider_call call = {.arena = arena_new(ARENA_BYTES),
                        .delta = job_delta,
                        .progress = job_progress,
                        .cancelled = job_cancelled,
                        .context = j};
  mcrm_outcome outcome = MCRM_OUTCOME_OK;
  int code = call.arena ? wire_read(call.arena, &message_ask_shape, j->frame->bytes, j->frame->head.fields, &ask) : -1;
  call.deadline = ask.deadline;
  call.trace = ask.trace;
  if (code)
    outcome = provider_fail(&call.failure, MCRM_OUTCOME_PROTOCOL, "process", "the request cannot be read");
  else
    outcome = run_call(j, &ask, &call, &done, &chat, &speech);
  answer(j, &call, outcome, &done);
  arena_free(call.arena);
}

/* ---- threads ---- */

static void drop(server *s, job *j) {
  for (job **at = &s->jobs; *at; at = &(*at)->next)
    if (*at == j) {
      *at = j->next;
      break;
    }
  free(j->frame);
  free(j);
}

static job *waiting(server *s) {
  for (job *j = s->jobs; j; j = j->next)
    if (!j->running) return j;
  return NULL;
}

static void *worker(void *context) {
  server *s = context;
  pthread_mutex_lock(&s->lock);
  for (;;) {
    job *j;
    while (!(j = waiting(s))) {
      s->idle++;
      pthread_cond_wait(&s->work, &s->lock);
      s->idle--;
    }
    j->running = true;
    pthread_mutex_unlock(&s->lock);
    run(j);
    pthread_mutex_lock(&s->lock);
    drop(s, j);
  }
  return NULL;
}

/* One more where all are at work; where there can be none, the call waits. */
static void hire(server *s) {
  pthread_attr_t attributes;
  pthread_t thread;
  if (s->threads >= s->most || pthread_attr_init(&attributes)) return;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  if (!pthread_create(&thread, &attributes, worker, s)) s->threads++;
  pthread_attr_destroy(&attributes);
}

/* ---- from the host ---- */

/* Only the deadline is wanted here; the call is read where it is run. */
static int64_t deadline_of(const frame *f) {
  static const wire_row rows[] = {{1, WIRE_LONG, 0, 0, NULL}};
  static const wire_shape shape = {sizeof(int64_t), 0, rows, 1};
  int64_t deadline = 0;
  return wire_read(NULL, &shape, f->bytes, f->head.fields, &deadline) ? 0 : deadline;
}

static void take_call(server *s, frame *f) {
  job *j = calloc(1, sizeof *j);
  if (!j) _exit(1); /* the host starts another */
  j->frame = f;
  j->server = s;
  j->deadline = deadline_of(f);
  pthread_mutex_lock(&s->lock);
  job **last = &s->jobs;
  size_t queued = 1;
  for (; *last; last = &(*last)->next) queued += !(*last)->running;
  *last = j;
  if (s->idle < queued) hire(s);
  pthread_cond_signal(&s->work);
  pthread_mutex_unlock(&s->lock);
}

static void cancel(server *s, uint32_t id) {
  pthread_mutex_lock(&s->lock);
  for (job *j = s->jobs; j; j = j->next)
    if (j->frame->head.call == id) {
      atomic_store(&j->cancelled, true);
      j->told = clock_monotonic();
    }
  pthread_mutex_unlock(&s->lock);
  instance_wake(s->instance);
}

bool serve_frame(server *s, frame *f) {
  switch (f->head.verb) {
    case WIRE_CHAT:
    case WIRE_SPEECH:
    case WIRE_PROBE:
      take_call(s, f);
      return true;
    case WIRE_CANCEL:
      cancel(s, f->head.call);
      free(f);
      return true;
    default:
      return false;
  }
}

int64_t serve_watch(server *s) {
  int64_t now = clock_monotonic(), next = INT64_MAX;
  bool lost = false, healthy = false;
  pthread_mutex_lock(&s->lock);
  for (job *j = s->jobs; j; j = j->next) {
    int64_t home = (j->told && j->told < j->deadline ? j->told : j->deadline) + HOME_NS;
    lost |= now >= home;
    healthy |= now < home;
    if (home < next) next = home;
  }
  pthread_mutex_unlock(&s->lock);
  if (lost && !healthy) _exit(1);
  return lost ? now + HOME_NS / 4 : next;
}
