#include "lane.h"

static const int64_t NS_PER_MS = INT64_C(1000000), NS_PER_S = INT64_C(1000000000);

enum {
  OPEN_S = 30,       /* a breaker stays open, and its window looks back so far */
  PATIENT_S = 5,     /* a timeout counts where the try had at least so long */
  COOL_S = 2,        /* after a 429 that says no time */
  COOL_MOST_S = 600, /* after one that does */
  REFUSED_S = 60,    /* after a wrong key, an empty account, a blocked country: a person must act */
  BURST_S = 10
};

static void refill(lane *l, int64_t now) {
  double most = l->per_minute * BURST_S / 60;
  if (most < 1) most = 1;
  if (!l->filled_at)
    l->tokens = most;
  else
    l->tokens += (double)(now - l->filled_at) / (double)NS_PER_S * l->per_minute / 60;
  if (l->tokens > most) l->tokens = most;
  l->filled_at = now;
}

lane_answer lane_enter(lane *l, int64_t now, int64_t *wait) {
  if (l->cool_until > now) return LANE_COOLING;
  if (l->open_until > now || (l->open_until && l->probing)) return LANE_OPEN;
  if (l->running >= (unsigned)l->allowed) return LANE_FULL;
  if (l->per_minute > 0) {
    refill(l, now);
    if (l->tokens < 1) {
      *wait = (int64_t)((1 - l->tokens) * 60 / l->per_minute * (double)NS_PER_S) + 1;
      return LANE_WAIT;
    }
    l->tokens--;
  }
  if (l->open_until) l->probing = true;
  l->running++;
  return LANE_GO;
}

static void open_breaker(lane *l, int64_t now) {
  l->open_until = now + OPEN_S * NS_PER_S;
  l->breaker_opened++;
  l->in_row = l->window_count = 0;
}

/* Five failures in a row, or more than half of the last twenty within half a minute. */
static void judge(lane *l, int64_t now, bool failed) {
  l->window[l->window_next].at = now;
  l->window[l->window_next].failed = failed;
  l->window_next = (l->window_next + 1) % BREAKER_WINDOW;
  if (l->window_count < BREAKER_WINDOW) l->window_count++;
  l->in_row = failed ? l->in_row + 1 : 0;
  unsigned recent = 0, bad = 0;
  for (unsigned i = 0; i < l->window_count; i++) {
    if (now - l->window[i].at > OPEN_S * NS_PER_S) continue;
    recent++;
    bad += l->window[i].failed;
  }
  if (l->in_row >= BREAKER_ROW || (recent == BREAKER_WINDOW && bad * 2 > recent)) open_breaker(l, now);
}

static void cool(lane *l, int64_t now, int64_t ms, mcrm_outcome why) {
  int64_t until = now + ms * NS_PER_MS;
  if (until > l->cool_until) l->cool_until = until;
  l->cool_for = why;
}

void lane_leave(lane *l, int64_t now, mcrm_outcome outcome, int64_t retry_after_ms, int64_t had) {
  bool down = outcome == MCRM_OUTCOME_OVERLOAD || outcome == MCRM_OUTCOME_NETWORK || outcome == MCRM_OUTCOME_PROTOCOL ||
              (outcome == MCRM_OUTCOME_TIMEOUT && had >= PATIENT_S * NS_PER_S);
  bool silent = outcome == MCRM_OUTCOME_CANCELLED || (outcome == MCRM_OUTCOME_TIMEOUT && !down);
  l->running--;
  l->outcomes[outcome]++;
  if (silent) {
    l->probing = false; /* nothing was learnt: the next one tries */
    return;
  }
  if (l->probing) {
    l->probing = false;
    if (down)
      open_breaker(l, now);
    else
      l->open_until = 0;
  } else {
    judge(l, now, down);
  }
  if (outcome == MCRM_OUTCOME_OK && l->allowed < l->most) {
    l->allowed += 1 / l->allowed;
    if (l->allowed > l->most) l->allowed = l->most;
  }
  if (outcome == MCRM_OUTCOME_RATE_LIMIT) {
    l->allowed = l->allowed / 2 < 1 ? 1 : l->allowed / 2;
    int64_t ms = retry_after_ms < 0 ? COOL_S * 1000 : retry_after_ms;
    cool(l, now, ms > COOL_MOST_S * 1000 ? COOL_MOST_S * 1000 : ms, outcome);
  }
  if (outcome == MCRM_OUTCOME_AUTH || outcome == MCRM_OUTCOME_REGION || outcome == MCRM_OUTCOME_BILLING)
    cool(l, now, REFUSED_S * 1000, outcome);
}

void lane_forgive(lane *l, int64_t now) {
  if (l->cool_for != MCRM_OUTCOME_RATE_LIMIT) l->cool_until = 0;
  if (l->open_until > now) l->open_until = now; /* one call tries */
  l->broken_until = 0;
}
