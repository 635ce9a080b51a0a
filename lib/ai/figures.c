/* What there is to see of the providers: states, metrics, a probe. */
#include <ai/hearing.h>
#include <base/civil.h>
#include <base/clock.h>
#include <base/error.h>
#include <string.h>

#include "router.h"

size_t ai_provider_count(const ai *a) { return a ? a->lane_count : 0; }

static ai_state state_of(ai *a, const lane *l) {
  int64_t now = a->time.monotonic(a->time.context);
  const mcrm_capabilities *can = provider_capabilities(l->provider);
  ai_state s = {.name = l->name,
                .plugin = provider_plugin(l->provider),
                .chats = (can ? can->flags : l->wanted) & MCRM_CAN_CHAT,
                .listens = (can ? can->flags : l->wanted) & MCRM_CAN_SPEECH,
                .local = can && can->local,
                .state = can ? "ok" : "idle",
                .latency_ms = (int64_t)l->latency_ms,
                .cost = (int64_t)l->cost,
                .input_tokens = (int64_t)l->input_tokens,
                .output_tokens = (int64_t)l->output_tokens,
                .bytes_sent = (int64_t)l->bytes_sent,
                .running = l->running,
                .allowed = (int64_t)l->allowed};
  for (size_t i = 0; i < OUTCOMES; i++) s.calls += (int64_t)l->outcomes[i];
  s.failures = s.calls - (int64_t)l->outcomes[MCRM_OUTCOME_OK];
  if (l->running >= (unsigned)l->allowed) s.state = "busy";
  if (l->open_until) s.state = "open";
  if (l->cool_until > now) {
    s.state = "cooling";
    s.because = ai_outcome_name(l->cool_for);
  }
  if (can && a->no_egress && !can->local) s.state = "unreachable";
  if (!can && l->broken_until) {
    s.state = "broken";
    s.broken = l->broken;
  }
  return s;
}

ai_state ai_provider_state(ai *a, size_t index) {
  pthread_mutex_lock(&a->lock);
  ai_state s = state_of(a, &a->lanes[index]);
  pthread_mutex_unlock(&a->lock);
  return s;
}

/* ---- metrics ---- */

static void head(buffer *out, const char *name, const char *kind, const char *help) {
  buffer_print(out, "# HELP marfacrm_ai_%s %s\n# TYPE marfacrm_ai_%s %s\n", name, help, name, kind);
}

static void whole(buffer *out, const char *name, const lane *l, unsigned long long value) {
  buffer_print(out, "marfacrm_ai_%s{provider=\"%s\"} %llu\n", name, l->name, value);
}

static void calls(ai *a, buffer *out) {
  head(out, "calls_total", "counter", "Tries at providers, by outcome.");
  for (size_t i = 0; i < a->lane_count; i++)
    for (int o = 0; o < OUTCOMES; o++)
      if (a->lanes[i].outcomes[o])
        buffer_print(out, "marfacrm_ai_calls_total{provider=\"%s\",outcome=\"%s\"} %llu\n", a->lanes[i].name,
                     ai_outcome_name((mcrm_outcome)o), (unsigned long long)a->lanes[i].outcomes[o]);
}

static void sums(ai *a, buffer *out) {
  head(out, "seconds_total", "counter", "Time spent waiting for providers.");
  for (size_t i = 0; i < a->lane_count; i++)
    buffer_print(out, "marfacrm_ai_seconds_total{provider=\"%s\"} %llu.%03u\n", a->lanes[i].name,
                 (unsigned long long)(a->lanes[i].latency_ms / 1000), (unsigned)(a->lanes[i].latency_ms % 1000));
  head(out, "usd_total", "counter", "What the calls cost.");
  for (size_t i = 0; i < a->lane_count; i++)
    buffer_print(out, "marfacrm_ai_usd_total{provider=\"%s\"} %llu.%06llu\n", a->lanes[i].name,
                 (unsigned long long)(a->lanes[i].cost / (uint64_t)AI_TICKS_PER_USD),
                 (unsigned long long)(a->lanes[i].cost % (uint64_t)AI_TICKS_PER_USD / 10000));
  head(out, "input_tokens_total", "counter", "Tokens sent.");
  for (size_t i = 0; i < a->lane_count; i++) whole(out, "input_tokens_total", &a->lanes[i], a->lanes[i].input_tokens);
  head(out, "output_tokens_total", "counter", "Tokens that came back, reasoning included.");
  for (size_t i = 0; i < a->lane_count; i++) whole(out, "output_tokens_total", &a->lanes[i], a->lanes[i].output_tokens);
  head(out, "sent_bytes_total", "counter", "Bytes that left for a provider.");
  for (size_t i = 0; i < a->lane_count; i++) whole(out, "sent_bytes_total", &a->lanes[i], a->lanes[i].bytes_sent);
  head(out, "breaker_opened_total", "counter", "How often a provider was left alone for a while.");
  for (size_t i = 0; i < a->lane_count; i++)
    whole(out, "breaker_opened_total", &a->lanes[i], a->lanes[i].breaker_opened);
}

static void gauges(ai *a, buffer *out) {
  head(out, "running", "gauge", "Calls that run.");
  for (size_t i = 0; i < a->lane_count; i++) whole(out, "running", &a->lanes[i], a->lanes[i].running);
  head(out, "allowed", "gauge", "Calls that may run at once, as the service has taught us.");
  for (size_t i = 0; i < a->lane_count; i++)
    whole(out, "allowed", &a->lanes[i], (unsigned long long)a->lanes[i].allowed);
  head(out, "ready", "gauge", "1: it may be asked; 0: cooling, breaker open, out of reach, or it cannot be started.");
  for (size_t i = 0; i < a->lane_count; i++) {
    const char *state = state_of(a, &a->lanes[i]).state;
    whole(out, "ready", &a->lanes[i], !strcmp(state, "ok") || !strcmp(state, "busy") || !strcmp(state, "idle"));
  }
}

void ai_metrics(ai *a, buffer *out) {
  if (!a) return;
  pthread_mutex_lock(&a->lock);
  calls(a, out);
  sums(a, out);
  gauges(a, out);
  head(out, "cache_total", "counter", "Replies looked for in memory.");
  buffer_print(out, "marfacrm_ai_cache_total{end=\"hit\"} %llu\nmarfacrm_ai_cache_total{end=\"miss\"} %llu\n",
               (unsigned long long)a->cache.hits, (unsigned long long)a->cache.misses);
  head(out, "local_total", "counter", "Answers of the built-in intelligence.");
  buffer_print(out,
               "marfacrm_ai_local_total{because=\"alone\"} %llu\nmarfacrm_ai_local_total{because=\"failure\"} %llu\n",
               (unsigned long long)a->local, (unsigned long long)a->fallbacks);
  pthread_mutex_unlock(&a->lock);
}

/* ---- a probe ---- */

typedef mcrm_outcome (*look_at)(provider *p, provider_call *call, const char **said);

/* One question to a provider that is up, and its record. */
static mcrm_outcome ask(ai_call *call, lane *l, look_at look, int64_t until, const char **said) {
  ai *a = call->ai;
  ai_record *record = router_record(a, call, "probe", l->name);
  if (!record) {
    error_no_memory(call->error);
    return MCRM_OUTCOME_PROTOCOL;
  }
  int64_t start = a->time.monotonic(a->time.context);
  provider_call c = {.arena = call->arena,
                     .deadline = clock_monotonic() + (until - start),
                     .trace = call->trace,
                     .cancelled = call->cancelled,
                     .context = call->context};
  c.failure.size = sizeof c.failure;
  c.failure.retry_after_ms = -1;
  const char *line = NULL;
  record->outcome = look(l->provider, &c, &line);
  if (line) *said = *said ? arena_print(call->arena, "%s; %s", *said, line) : line;
  if ((unsigned)record->outcome >= OUTCOMES) record->outcome = MCRM_OUTCOME_PROTOCOL;
  record->attempt = (int64_t)call->records.count;
  record->latency_ms = (a->time.monotonic(a->time.context) - start) / 1000000;
  record->bytes_sent = c.bytes_sent;
  record->audio_ms = look == ai_hear ? AI_HEARING_MS : 0;
  record->cost = l->price_audio * record->audio_ms / MS_PER_HOUR;
  if (record->outcome != MCRM_OUTCOME_OK) {
    record->code = c.failure.code[0] ? arena_text(call->arena, c.failure.code) : NULL;
    record->detail = c.failure.detail[0] ? arena_text(call->arena, c.failure.detail) : NULL;
  }
  pthread_mutex_lock(&a->lock);
  if (record->outcome == MCRM_OUTCOME_OK) { /* it is well: what kept others from asking is over */
    l->cool_until = l->open_until = 0;
    l->in_row = l->window_count = 0;
  }
  l->outcomes[record->outcome]++;
  pthread_mutex_unlock(&a->lock);
  return record->outcome;
}

int ai_probe(ai_call *call, const char *name, const char **said) {
  ai *a = call->ai;
  lane *l = NULL;
  *said = NULL;
  for (size_t i = 0; i < ai_provider_count(a); i++)
    if (!strcmp(a->lanes[i].name, name)) l = &a->lanes[i];
  if (!l) return error_set(call->error, MCRM_NOT_FOUND, "name", "not_found", "there is no provider \"%.40s\"", name);
  int64_t start = a->time.monotonic(a->time.context),
          left = call->deadline ? call->deadline - start : INT64_C(20000000000);
  pthread_mutex_lock(&a->lock);
  l->broken_until = 0; /* somebody looks: it is tried now */
  pthread_mutex_unlock(&a->lock);
  const mcrm_error *broken = ai_start(call, l, start + left);
  if (!broken && !ai_may(a, l, 0))
    return error_set(call->error, MCRM_UNSUPPORTED, "name", "ai.egress",
                     "ai.egress is none, and %.40s is not on this machine", name);
  if (broken) {
    ai_record *record = router_record(a, call, "probe", l->name);
    if (!record) return error_no_memory(call->error);
    record->attempt = 1;
    record->outcome = broken->code == MCRM_TIMEOUT ? MCRM_OUTCOME_TIMEOUT : MCRM_OUTCOME_PROTOCOL;
    record->code = "start";
    record->detail = broken->detail;
    return MCRM_OK;
  }
  mcrm_outcome outcome = ask(call, l, provider_probe, start + left, said);
  if (outcome == MCRM_OUTCOME_OK && l->wanted & provider_capabilities(l->provider)->flags & MCRM_CAN_SPEECH)
    ask(call, l, ai_hear, start + left, said);
  return call->error->code;
}
