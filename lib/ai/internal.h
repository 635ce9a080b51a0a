/* What an instance of the intelligence is made of. */
#ifndef AI_INTERNAL_H
#define AI_INTERNAL_H

#include <ai/task.h>

#include <ai/prompt.h>
#include "cache.h"
#include "lane.h"

/* What a call that runs may cost at most; counted against the budgets until it is booked. */
typedef struct flight {
  struct flight *next;
  mcrm_id user;
  const char *task;
  ai_limit most;
} flight;

typedef struct route {
  const char *task; /* NULL ends */
  lane **lanes;
  size_t count;
  ai_limit day;
} route;

struct ai {
  arena *memory; /* names, routes, prompts */
  lane *lanes;
  size_t lane_count;
  route chat, speech;
  route *tasks;
  size_t task_count;
  ai_limit day, user_day;
  bool redact, no_egress;
  prompts prompts;
  ai_time time;
  void (*log)(void *context, mcrm_log_level level, const char *line);
  void *log_context;
  pthread_mutex_t lock; /* guards the lanes, the flights, the cache and what is below */
  pthread_cond_t free;  /* a call came home */
  flight *flights;
  double retries; /* how many more tries at the same provider are affordable: a tenth of the load */
  cache cache;
  uint64_t local, fallbacks; /* answered by the built-in intelligence: for want of providers; after they failed */
};

/* The providers of a task in order, and its budget. */
const route *ai_route(const ai *a, const char *task, bool speech);

/* Can this lane be asked for that? One that was never started is believed. */
bool ai_may(const ai *a, const lane *l, unsigned need);
/* Starts the provider where nobody has yet. NULL, or why it cannot be asked now, in the arena. */
const mcrm_error *ai_start(ai_call *call, lane *l, int64_t deadline);

#endif
