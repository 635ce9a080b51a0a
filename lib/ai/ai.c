#include "internal.h"

#include <base/clock.h>
#include <base/error.h>
#include <base/json.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CONCURRENCY = 4 };
static const int64_t BROKEN_NS = INT64_C(60000000000); /* what could not be started is left alone so long */

static int64_t system_monotonic(void *context) {
  (void)context;
  return clock_monotonic();
}

static void system_sleep(void *context, int64_t ns) {
  struct timespec t = {.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};
  (void)context;
  nanosleep(&t, NULL);
}

static uint64_t system_noise(void *context) {
  uint64_t noise;
  (void)context;
  randombytes_buf(&noise, sizeof noise);
  return noise;
}

static lane *find(const ai *a, const char *name) {
  for (size_t i = 0; i < a->lane_count; i++)
    if (!strcmp(a->lanes[i].name, name)) return &a->lanes[i];
  return NULL;
}

static int take_route(ai *a, const char *field, mcrm_texts names, unsigned need, mcrm_error *error, route *out) {
  out->lanes = arena_array(a->memory, names.count + 1, sizeof *out->lanes);
  if (!out->lanes) return error_no_memory(error);
  for (size_t i = 0; i < names.count; i++) {
    lane *l = find(a, names.at[i]);
    if (!l)
      return error_set(error, MCRM_INVALID, field, "config.provider", "%s: there is no provider '%s'", field,
                       names.at[i]);
    l->wanted |= need;
    out->lanes[out->count++] = l;
  }
  return MCRM_OK;
}

static int take_lanes(ai *a, const ai_options *o, mcrm_error *error) {
  a->lanes = arena_array(a->memory, o->provider_count + 1, sizeof *a->lanes);
  if (!a->lanes) return error_no_memory(error);
  for (size_t i = 0; i < o->provider_count; i++) {
    const ai_provider *p = &o->providers[i];
    unsigned most = p->concurrency ? p->concurrency : CONCURRENCY;
    a->lanes[a->lane_count++] = (lane){.provider = p->provider,
                                       .name = provider_name(p->provider),
                                       .most = most,
                                       .allowed = most,
                                       .per_minute = p->rate_per_minute,
                                       .day = p->day,
                                       .price_input = p->price_input,
                                       .price_output = p->price_output,
                                       .price_audio = p->price_audio};
  }
  return MCRM_OK;
}

static int take_tasks(ai *a, const ai_options *o, mcrm_error *error) {
  a->tasks = arena_array(a->memory, o->task_count + 1, sizeof *a->tasks);
  if (!a->tasks) return error_no_memory(error);
  for (size_t i = 0; i < o->task_count; i++) {
    const ai_task_options *t = &o->tasks[i];
    bool speech = !strcmp(t->task, "speech");
    const ai_task *known = ai_tasks;
    while (known->name && strcmp(known->name, t->task)) known++;
    if (!known->name && !speech)
      return error_set(error, MCRM_INVALID, "ai.tasks", "config.task", "ai.tasks: there is no task '%s'", t->task);
    route *r = &a->tasks[a->task_count];
    char *field = arena_print(a->memory, "ai.tasks.%s.providers", t->task);
    if (!field) return error_no_memory(error);
    mcrm_texts names = t->providers.count ? t->providers : speech ? o->speech : o->chat;
    int code = take_route(a, field, names, speech ? MCRM_CAN_SPEECH : MCRM_CAN_CHAT, error, r);
    if (code) return code;
    r->task = arena_text(a->memory, t->task);
    r->day = t->day;
    a->task_count++;
  }
  return arena_failed(a->memory) ? error_no_memory(error) : MCRM_OK;
}

static int start(ai *a, const ai_options *o, mcrm_error *error) {
  if (!a->memory || sodium_init() < 0) return error_no_memory(error);
  a->time = o->time;
  if (!a->time.monotonic) a->time.monotonic = system_monotonic;
  if (!a->time.now) a->time.now = clock_system;
  if (!a->time.sleep) a->time.sleep = system_sleep;
  if (!a->time.noise) a->time.noise = system_noise;
  a->redact = !o->keep_private_data;
  a->no_egress = o->no_egress;
  a->day = o->day;
  a->user_day = o->user_day;
  a->log = o->log;
  a->log_context = o->log_context;
  a->retries = 10;
  int code = take_lanes(a, o, error);
  if (!code) code = take_route(a, "ai.chat", o->chat, MCRM_CAN_CHAT, error, &a->chat);
  if (!code) code = take_route(a, "ai.speech", o->speech, MCRM_CAN_SPEECH, error, &a->speech);
  if (!code) code = take_tasks(a, o, error);
  if (!code && ai_chats(a)) code = prompts_read(a->memory, o->prompts, o->installed, error, &a->prompts);
  return code;
}

int ai_open(const ai_options *options, mcrm_error *error, ai **out) {
  pthread_condattr_t monotonic;
  *out = NULL;
  ai *a = calloc(1, sizeof *a);
  if (!a) {
    for (size_t i = 0; i < options->provider_count; i++) provider_close(options->providers[i].provider);
    return error_no_memory(error);
  }
  pthread_mutex_init(&a->lock, NULL);
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&a->free, &monotonic);
  pthread_condattr_destroy(&monotonic);
  a->memory = arena_new(0);
  int code = start(a, options, error);
  if (!code) {
    *out = a;
    return MCRM_OK;
  }
  for (size_t i = a->lane_count; i < options->provider_count; i++) provider_close(options->providers[i].provider);
  ai_close(a);
  return code;
}

void ai_close(ai *a) {
  if (!a) return;
  for (size_t i = 0; i < a->lane_count; i++) provider_close(a->lanes[i].provider);
  pthread_mutex_lock(&a->lock);
  while (a->flights) pthread_cond_wait(&a->free, &a->lock);
  pthread_mutex_unlock(&a->lock);
  cache_free(&a->cache);
  arena_free(a->memory);
  pthread_cond_destroy(&a->free);
  pthread_mutex_destroy(&a->lock);
  free(a);
}

const route *ai_route(const ai *a, const char *task, bool speech) {
  for (size_t i = 0; i < a->task_count; i++)
    if (!strcmp(a->tasks[i].task, task)) return &a->tasks[i];
  return speech ? &a->speech : &a->chat;
}

bool ai_may(const ai *a, const lane *l, unsigned need) {
  const mcrm_capabilities *can = provider_capabilities(l->provider);
  return !can || ((can->flags & need) == need && (!a->no_egress || can->local));
}

static void tell_broken(ai *a, const lane *l, const mcrm_error *why) {
  buffer line;
  if (!a->log) return;
  buffer_init(&line, 4096);
  buffer_text(&line, "{\"event\":\"provider_broken\",\"provider\":");
  json_write_string(&line, l->name, strlen(l->name));
  buffer_text(&line, ",\"code\":");
  json_write_string(&line, why->message, strlen(why->message));
  buffer_text(&line, ",\"detail\":");
  json_write_string(&line, why->detail, strlen(why->detail));
  buffer_byte(&line, '}');
  if (!line.failed) a->log(a->log_context, MCRM_LOG_ERROR, line.bytes);
  buffer_free(&line);
}

const mcrm_error *ai_start(ai_call *call, lane *l, int64_t deadline) {
  static const mcrm_error no_memory = {.code = MCRM_NO_MEMORY, .message = "no_memory", .detail = "out of memory"};
  ai *a = call->ai;
  mcrm_error why = {0};
  if (provider_capabilities(l->provider)) return NULL;
  int64_t now = a->time.monotonic(a->time.context);
  pthread_mutex_lock(&a->lock);
  if (l->broken_until > now) why = l->broken;
  pthread_mutex_unlock(&a->lock);
  if (!why.code) {
    const provider_patience patience = {
        .deadline = clock_monotonic() + (deadline - now), .cancelled = call->cancelled, .context = call->context};
    int code = provider_start(l->provider, &patience, &why);
    pthread_mutex_lock(&a->lock);
    l->broken_until = 0;
    if (code && code != MCRM_TIMEOUT && code != MCRM_CANCELLED) { /* a person must act */
      l->broken_until = now + BROKEN_NS;
      l->broken = why;
    }
    pthread_mutex_unlock(&a->lock);
    if (!code) return NULL;
    if (code != MCRM_CANCELLED) tell_broken(a, l, &why);
  }
  mcrm_error *copy = arena_alloc(call->arena, sizeof *copy);
  if (copy) *copy = why;
  return copy ? copy : &no_memory;
}

static bool any(const ai *a, const route *r, unsigned need) {
  for (size_t i = 0; i < r->count; i++)
    if (ai_may(a, r->lanes[i], need)) return true;
  return false;
}

static bool reaches(const ai *a, bool speech) {
  const unsigned need = speech ? MCRM_CAN_SPEECH : MCRM_CAN_CHAT;
  if (!a) return false;
  if (any(a, speech ? &a->speech : &a->chat, need)) return true;
  for (size_t i = 0; i < a->task_count; i++)
    if (speech == !strcmp(a->tasks[i].task, "speech") && any(a, &a->tasks[i], need)) return true;
  return false;
}

bool ai_chats(const ai *a) { return reaches(a, false); }
bool ai_listens(const ai *a) { return reaches(a, true); }

void ai_forgive(ai *a) {
  if (!a) return;
  pthread_mutex_lock(&a->lock);
  for (size_t i = 0; i < a->lane_count; i++) lane_forgive(&a->lanes[i], a->time.monotonic(a->time.context));
  pthread_mutex_unlock(&a->lock);
}
