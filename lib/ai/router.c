#include "router.h"

#include <base/civil.h>
#include <base/clock.h>
#include <base/error.h>
#include <base/json.h>
#include <string.h>

static const int64_t NS_PER_MS = INT64_C(1000000), NS_PER_S = INT64_C(1000000000);

enum {
  WAIT_MOST_S = 5,  /* for a service that names a time, or for a turn */
  BACKOFF_MS = 500, /* doubles with each try, with full jitter */
  BACKOFF_MOST_MS = 8000,
  SLICE_MS = 20, /* looks that often whether the call was cancelled */
  LANES_MOST = 32
};

/* ---- time ---- */

static int64_t now_of(const ai *a) { return a->time.monotonic(a->time.context); }

static bool cancelled(const ai_call *call) { return call->cancelled && call->cancelled(call->context); }

/* Sleeps within the deadline; false where the call was cancelled. */
static bool rest(ai *a, const ai_call *call, int64_t ns, int64_t deadline) {
  int64_t end = now_of(a) + ns;
  if (end > deadline) end = deadline;
  for (int64_t now; (now = now_of(a)) < end;) {
    if (cancelled(call)) return false;
    int64_t slice = end - now < SLICE_MS * NS_PER_MS ? end - now : SLICE_MS * NS_PER_MS;
    a->time.sleep(a->time.context, slice);
  }
  return !cancelled(call);
}

static int64_t jitter(ai *a, int attempt) {
  int64_t most = (int64_t)BACKOFF_MS << (attempt > 4 ? 4 : attempt);
  if (most > BACKOFF_MOST_MS) most = BACKOFF_MOST_MS;
  return (int64_t)(a->time.noise(a->time.context) % (uint64_t)(most + 1)) * NS_PER_MS;
}

/* ---- records ---- */

ai_record *router_record(ai *a, ai_call *call, const char *task, const char *who) {
  ai_record *r = arena_alloc(call->arena, sizeof *r);
  if (!r) return NULL;
  *r = (ai_record){.task = task,
                   .provider = who,
                   .at = a->time.now(a->time.context),
                   .input_tokens = -1,
                   .cached_tokens = -1,
                   .output_tokens = -1,
                   .reasoning_tokens = -1,
                   .cost = -1,
                   .zero_retention = -1};
  if (call->records.count < AI_RECORDS_MOST) call->records.at[call->records.count++] = r;
  return r;
}

static void member(buffer *out, const char *name, const char *text) {
  if (!text) return;
  buffer_print(out, ",\"%s\":", name);
  json_write_string(out, text, strlen(text));
}

static void tell(ai *a, const ai_call *call, const ai_record *r) {
  bool alarm =
      r->outcome == MCRM_OUTCOME_AUTH || r->outcome == MCRM_OUTCOME_BILLING || r->outcome == MCRM_OUTCOME_REGION;
  buffer line;
  if (!a->log) return;
  buffer_init(&line, 4096);
  buffer_text(&line, "{\"event\":\"ai_call\"");
  member(&line, "trace", call->trace);
  member(&line, "task", r->task);
  member(&line, "provider", r->provider);
  member(&line, "model", r->model);
  member(&line, "prompt", r->prompt);
  member(&line, "outcome", ai_outcome_name(r->outcome));
  member(&line, "code", r->code);
  member(&line, "detail", r->detail);
  buffer_print(&line, ",\"user_id\":\"%lld\",\"attempt\":%lld,\"latency_ms\":%lld,\"bytes_sent\":%lld,\"cost\":%lld}",
               (long long)call->user_id, (long long)r->attempt, (long long)r->latency_ms, (long long)r->bytes_sent,
               (long long)r->cost);
  if (!line.failed)
    a->log(a->log_context,
           alarm                           ? MCRM_LOG_ERROR
           : r->outcome == MCRM_OUTCOME_OK ? MCRM_LOG_INFO
                                           : MCRM_LOG_WARNING,
           line.bytes);
  buffer_free(&line);
}

/* ---- money ---- */

static int64_t price(const lane *l, int64_t input, int64_t output, int64_t audio_ms) {
  return l->price_input * (input > 0 ? input : 0) / 1000000 + l->price_output * (output > 0 ? output : 0) / 1000000 +
         l->price_audio * audio_ms / MS_PER_HOUR;
}

static bool over(ai_limit limit, ai_limit spent, ai_limit more) {
  return (limit.cost && spent.cost + more.cost > limit.cost) ||
         (limit.tokens && spent.tokens + more.tokens > limit.tokens);
}

static void add(ai_limit *sum, ai_limit more) {
  sum->cost += more.cost;
  sum->tokens += more.tokens;
}

/* Names the budget that would be broken, or NULL. Under the lock. */
static const char *broken_budget(const ai *a, const router_request *r, const lane *l, ai_limit most, ai_limit here) {
  ai_spent spent = r->call->spent;
  add(&spent.all, here);
  add(&spent.user, here);
  add(&spent.task, here);
  for (const flight *f = a->flights; f; f = f->next) {
    add(&spent.all, f->most);
    if (f->user == r->call->user_id) add(&spent.user, f->most);
    if (!strcmp(f->task, r->task)) add(&spent.task, f->most);
  }
  if (over(a->day, spent.all, most)) return "day";
  if (over(a->user_day, spent.user, most)) return "user";
  if (over(r->route->day, spent.task, most)) return "task";
  return over(l->day, l->spent, most) ? "provider" : NULL;
}

/* ---- one try ---- */

typedef struct attempt {
  ai *a;
  router_request *r;
  int64_t deadline;
  int tries;     /* that left for a provider */
  ai_limit here; /* what this call has cost so far */
} attempt;

static void land(ai *a, flight *f) {
  for (flight **at = &a->flights; *at; at = &(*at)->next)
    if (*at == f) {
      *at = f->next;
      return;
    }
}

static void new_day(ai *a, lane *l) {
  int64_t day = a->time.now(a->time.context) / MS_PER_DAY;
  if (l->day_of == day) return;
  l->day_of = day;
  l->spent = (ai_limit){0};
}

/* Waits for a turn at a provider. LANE_GO, or why there is none. */
static lane_answer wait_turn(attempt *t, lane *l) {
  ai *a = t->a;
  int64_t start = now_of(a), patience = (t->deadline - start) / 2, waited = 0;
  if (patience > WAIT_MOST_S * NS_PER_S) patience = WAIT_MOST_S * NS_PER_S;
  for (;;) {
    int64_t wait = 0;
    pthread_mutex_lock(&a->lock);
    lane_answer answer = lane_enter(l, now_of(a), &wait);
    if (answer == LANE_FULL) { /* in real time: another thread brings the turn */
      struct timespec until;
      clock_gettime(CLOCK_MONOTONIC, &until);
      until.tv_nsec += SLICE_MS * NS_PER_MS;
      if (until.tv_nsec >= NS_PER_S) until.tv_sec++, until.tv_nsec -= NS_PER_S;
      pthread_cond_timedwait(&a->free, &a->lock, &until);
      waited += SLICE_MS * NS_PER_MS;
    }
    pthread_mutex_unlock(&a->lock);
    if (answer == LANE_FULL && waited < patience && now_of(a) - start < patience && !cancelled(t->r->call)) continue;
    if (answer == LANE_WAIT && now_of(a) - start + wait <= patience && rest(a, t->r->call, wait, t->deadline)) continue;
    return answer;
  }
}

static bool call_cancelled(void *context) { return cancelled(context); }

static void call_progress(void *context, double done) {
  const ai_call *call = context;
  if (call->progress) call->progress(call->context, done);
}

static void book(attempt *t, lane *l, ai_record *record, const provider_call *c) {
  router_request *r = t->r;
  const mcrm_failure *why = &c->failure;
  record->bytes_sent = c->bytes_sent;
  record->redactions = r->redactions;
  if (record->outcome != MCRM_OUTCOME_OK) {
    record->code = why->code[0] ? arena_text(r->call->arena, why->code) : NULL;
    record->detail = why->detail[0] ? arena_text(r->call->arena, why->detail) : NULL;
  }
  int64_t output = (record->output_tokens > 0 ? record->output_tokens : 0) +
                   (record->reasoning_tokens > 0 ? record->reasoning_tokens : 0);
  if (record->cost < 0 && record->outcome == MCRM_OUTCOME_OK)
    record->cost = price(l, record->input_tokens, output, record->audio_ms);
  /* A reply that did not come, or was cut off, may have been paid for all the same. */
  bool worked_on = record->outcome == MCRM_OUTCOME_TIMEOUT || record->outcome == MCRM_OUTCOME_TRUNCATED ||
                   (record->outcome == MCRM_OUTCOME_NETWORK && c->first_byte_ns);
  if (record->cost < 0 && c->requests && worked_on) record->cost = price(l, r->input_tokens, 0, r->audio_ms);
  ai_limit cost = {record->cost > 0 ? record->cost : 0, (record->input_tokens > 0 ? record->input_tokens : 0) + output};
  add(&t->here, cost);
  add(&l->spent, cost);
  l->latency_ms += (uint64_t)record->latency_ms;
  l->cost += (uint64_t)cost.cost;
  l->input_tokens += (uint64_t)(record->input_tokens > 0 ? record->input_tokens : 0);
  l->output_tokens += (uint64_t)output;
  l->bytes_sent += (uint64_t)(c->bytes_sent > 0 ? c->bytes_sent : 0);
}

/* What was not tried is in the ledger as well, where money is the reason: somebody will ask. */
static mcrm_outcome refuse_budget(attempt *t, const lane *l, const char *which) {
  ai_record *record = router_record(t->a, t->r->call, t->r->task, l->name);
  if (!record) return MCRM_OUTCOME_BUDGET;
  record->prompt = t->r->prompt;
  record->outcome = MCRM_OUTCOME_BUDGET;
  record->code = which;
  record->detail = "the day's budget is used up";
  t->r->last = record;
  tell(t->a, t->r->call, record);
  return MCRM_OUTCOME_BUDGET;
}

static mcrm_outcome try_lane(attempt *t, lane *l, int64_t until, int64_t *retry_after_ms, bool *ours) {
  ai *a = t->a;
  router_request *r = t->r;
  flight f = {.user = r->call->user_id, .task = r->task};
  f.most = (ai_limit){price(l, r->input_tokens, r->output_tokens, r->audio_ms), r->input_tokens + r->output_tokens};
  *retry_after_ms = -1;
  pthread_mutex_lock(&a->lock);
  new_day(a, l);
  const char *broken = broken_budget(a, r, l, f.most, t->here);
  if (broken) {
    l->running--;
    l->probing = false;
    l->outcomes[MCRM_OUTCOME_BUDGET]++;
  } else {
    f.next = a->flights;
    a->flights = &f;
  }
  pthread_mutex_unlock(&a->lock);
  *ours = !broken || !strcmp(broken, "provider"); /* another provider may do */
  if (broken) return refuse_budget(t, l, broken);
  ai_record spare = {0}, *record = router_record(a, r->call, r->task, l->name);
  if (!record) record = &spare;
  int64_t start = now_of(a);
  provider_call c = {.arena = r->call->arena,
                     .deadline = clock_monotonic() + (until - start),
                     .trace = r->call->trace,
                     .cancelled = call_cancelled,
                     .progress = call_progress,
                     .context = r->call};
  c.failure.size = sizeof c.failure;
  c.failure.retry_after_ms = -1;
  record->prompt = r->prompt;
  record->asked = r->asked;
  record->attempt = ++t->tries;
  mcrm_outcome outcome = r->ask(r, l->provider, &c, record);
  if (outcome != MCRM_OUTCOME_OK && cancelled(r->call)) outcome = MCRM_OUTCOME_CANCELLED;
  if ((unsigned)outcome >= OUTCOMES) outcome = MCRM_OUTCOME_PROTOCOL;
  int64_t now = now_of(a);
  record->outcome = outcome;
  record->latency_ms = (now - start) / NS_PER_MS;
  *retry_after_ms = c.failure.retry_after_ms;
  pthread_mutex_lock(&a->lock);
  land(a, &f);
  book(t, l, record, &c);
  lane_leave(l, now, outcome, c.failure.retry_after_ms, until - start);
  pthread_cond_broadcast(&a->free);
  pthread_mutex_unlock(&a->lock);
  r->last = record == &spare ? NULL : record;
  tell(a, r->call, record);
  return outcome;
}

/* ---- which, and how often ---- */

/* A provider that could not be started is in the ledger once a call, and the next one is asked. */
static void book_broken(ai *a, router_request *r, const lane *l, const mcrm_error *why, mcrm_outcome outcome) {
  ai_record *record = router_record(a, r->call, r->task, l->name);
  if (!record) return;
  record->prompt = r->prompt;
  record->outcome = outcome;
  record->code = "start";
  record->detail = why->detail;
  r->last = record;
  tell(a, r->call, record);
}

/* One that was never started is believed until its turn comes. */
static bool able(const ai *a, const router_request *r, const lane *l) {
  const mcrm_capabilities *can = provider_capabilities(l->provider);
  return ai_may(a, l, r->need) && (!can || !r->fits || r->fits(r, can));
}

static bool started(ai *a, router_request *r, lane *l, int64_t deadline, mcrm_outcome *outcome) {
  if (provider_capabilities(l->provider)) return true;
  const mcrm_error *why = ai_start(r->call, l, deadline);
  if (!why) return able(a, r, l);
  *outcome = why->code == MCRM_TIMEOUT     ? MCRM_OUTCOME_TIMEOUT
             : why->code == MCRM_CANCELLED ? MCRM_OUTCOME_CANCELLED
                                           : MCRM_OUTCOME_PROTOCOL;
  book_broken(a, r, l, why, *outcome);
  return false;
}

static bool may_pass(mcrm_outcome outcome) { /* an outage that may be over in a moment */
  return outcome == MCRM_OUTCOME_OVERLOAD || outcome == MCRM_OUTCOME_TIMEOUT || outcome == MCRM_OUTCOME_NETWORK ||
         outcome == MCRM_OUTCOME_RATE_LIMIT || outcome == MCRM_OUTCOME_PROTOCOL;
}

/* Would any provider say the same? */
static bool final(mcrm_outcome outcome) {
  return outcome == MCRM_OUTCOME_OK || outcome == MCRM_OUTCOME_CANCELLED || outcome == MCRM_OUTCOME_BAD_REQUEST ||
         outcome == MCRM_OUTCOME_CONTENT_FILTER;
}

static bool afford_retry(ai *a) {
  pthread_mutex_lock(&a->lock);
  bool yes = a->retries >= 1;
  if (yes) a->retries--;
  pthread_mutex_unlock(&a->lock);
  return yes;
}

static mcrm_outcome why_not(const lane *l, lane_answer answer, int64_t now) {
  switch (answer) {
    case LANE_OPEN:
      return MCRM_OUTCOME_OVERLOAD;
    case LANE_COOLING:
      return l->cool_until > now ? l->cool_for : MCRM_OUTCOME_RATE_LIMIT;
    default:
      return MCRM_OUTCOME_RATE_LIMIT;
  }
}

/* The share of the time left that one try may take: what comes after it needs some, too. */
static int64_t try_until(int64_t now, int64_t deadline, bool others) {
  return others ? now + (deadline - now) * 6 / 10 : deadline;
}

mcrm_outcome router_run(ai *a, router_request *r) {
  lane *lanes[LANES_MOST];
  bool out[LANES_MOST] = {0}; /* no use asking it again in this call */
  size_t count = 0, left;
  mcrm_outcome outcome = MCRM_OUTCOME_UNSUPPORTED;
  attempt t = {.a = a, .r = r, .deadline = r->call->deadline ? r->call->deadline : now_of(a) + 60 * NS_PER_S};
  for (size_t i = 0; i < r->route->count && count < LANES_MOST; i++)
    if (able(a, r, r->route->lanes[i])) lanes[count++] = r->route->lanes[i];
  left = count;
  pthread_mutex_lock(&a->lock);
  a->retries = a->retries + 0.1 > 10 ? 10 : a->retries + 0.1;
  pthread_mutex_unlock(&a->lock);
  for (size_t i = 0; left && t.tries < ROUTER_TRIES; i = (i + 1) % count) {
    lane *l = lanes[i];
    int64_t retry_after, now = now_of(a);
    bool ours = true;
    if (out[i]) continue;
    if (cancelled(r->call)) return MCRM_OUTCOME_CANCELLED;
    if (now >= t.deadline) return MCRM_OUTCOME_TIMEOUT;
    if (!started(a, r, l, try_until(now, t.deadline, left > 1), &outcome)) {
      out[i] = true;
      left--;
      continue;
    }
    lane_answer answer = wait_turn(&t, l);
    if (answer != LANE_GO) {
      outcome = cancelled(r->call) ? MCRM_OUTCOME_CANCELLED : why_not(l, answer, now_of(a));
      r->resting = l->name;
      out[i] = true;
      left--;
      continue;
    }
    outcome = try_lane(&t, l, try_until(now_of(a), t.deadline, left > 1), &retry_after, &ours);
    if (final(outcome) || !ours) return outcome;
    now = now_of(a);
    bool soon = outcome == MCRM_OUTCOME_RATE_LIMIT && retry_after >= 0 && retry_after <= WAIT_MOST_S * 1000 &&
                now + retry_after * NS_PER_MS < t.deadline;
    if (soon && left == 1 && t.tries < ROUTER_TRIES && afford_retry(a)) {
      if (!rest(a, r->call, retry_after * NS_PER_MS, t.deadline)) return MCRM_OUTCOME_CANCELLED;
      continue;
    }
    if (outcome == MCRM_OUTCOME_RATE_LIMIT || !may_pass(outcome)) {
      out[i] = true;
      left--;
      continue;
    }
    /* Others are asked at once; who was asked already gets a moment. */
    if (t.tries < (int)left) continue;
    if (t.tries >= ROUTER_TRIES || !afford_retry(a)) return outcome;
    if (!rest(a, r->call, jitter(a, t.tries), t.deadline)) return MCRM_OUTCOME_CANCELLED;
  }
  return outcome;
}
