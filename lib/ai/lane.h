/* The way to one provider: may it be asked now, and what is learnt from how it answered. */
#ifndef AI_LANE_H
#define AI_LANE_H

#include <ai/ai.h>
#include <provider/provider.h>
#include <pthread.h>

enum { OUTCOMES = MCRM_OUTCOME_UNSUPPORTED + 1, BREAKER_WINDOW = 20, BREAKER_ROW = 5 };

typedef struct lane {
  provider *provider;
  const char *name;
  unsigned wanted;           /* MCRM_CAN_…: what the configuration asks it for */
  unsigned most;             /* calls at once, as configured */
  double allowed;            /* … as the service has taught us: halved by each 429, growing by one a round */
  unsigned running;          /* now */
  double per_minute, tokens; /* rate: a bucket that holds ten seconds' worth */
  int64_t filled_at;
  int64_t cool_until; /* the service asked to wait, or refuses us */
  mcrm_outcome cool_for;
  int64_t broken_until; /* it could not be started; 0 = it could, or nobody has tried */
  mcrm_error broken;
  struct {
    int64_t at;
    bool failed;
  } window[BREAKER_WINDOW];
  unsigned window_next, window_count, in_row;
  int64_t open_until; /* breaker; 0 = closed */
  bool probing;       /* one call tries whether it is well again */
  ai_limit day, spent;
  int64_t day_of; /* the day that `spent` is of, counted in whole days */
  int64_t price_input, price_output, price_audio;
  /* ---- figures, since the instance was opened ---- */
  uint64_t outcomes[OUTCOMES];
  uint64_t latency_ms, cost, input_tokens, output_tokens, bytes_sent, breaker_opened;
} lane;

typedef enum lane_answer { LANE_GO, LANE_WAIT, LANE_FULL, LANE_COOLING, LANE_OPEN } lane_answer;

/* All under the instance's lock. LANE_GO counts the call as running: lane_leave must follow. LANE_WAIT: a token comes
 * in *wait ns. LANE_FULL: as many run as may. */
lane_answer lane_enter(lane *l, int64_t now, int64_t *wait);
/* `had` is the time that the try was given: a timeout of an impatient caller says nothing about the provider. */
void lane_leave(lane *l, int64_t now, mcrm_outcome outcome, int64_t retry_after_ms, int64_t had);
/* It is asked with the next call, whatever it was like before; only a wait that the service asked for goes on. */
void lane_forgive(lane *l, int64_t now);

#endif
