/* The valid secret paths, in memory: looking at one needs no database. The list is read again when it is a second
 * old, or at once where this process has changed it. */
#include <base/clock.h>
#include <base/error.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

static const int64_t SECOND_NS = INT64_C(1000000000);

static bool fresh(const mcrm_gateway *g) {
  return g->gates_known && g->gates_paths == api_paths(g->instance) && clock_monotonic() - g->gates_read_at < SECOND_NS;
}

bool gates_fresh(mcrm_gateway *g) {
  pthread_mutex_lock(&g->lock);
  bool yes = fresh(g);
  pthread_mutex_unlock(&g->lock);
  return yes;
}

int gates_refresh(mcrm_gateway *g, mcrm_error *error) {
  if (gates_fresh(g)) return MCRM_OK;
  unsigned paths = api_paths(g->instance);
  access_gates gates;
  store_tx tx;
  arena *memory = arena_new(1 << 20);
  if (!memory) return error_no_memory(error);
  int code = store_begin(g->store, memory, error, false, 0, &(store_origin){.operation = "gate"}, &tx);
  if (!code) {
    code = access_gates_load(&tx, &gates);
    store_rollback(&tx);
  }
  if (!code && arena_failed(memory)) code = error_no_memory(error);
  if (!code) {
    pthread_mutex_lock(&g->lock);
    arena *old = g->gates_memory;
    g->gates_memory = memory;
    g->gates = gates;
    g->gates_known = true;
    g->gates_paths = paths;
    g->gates_read_at = clock_monotonic();
    pthread_mutex_unlock(&g->lock);
    memory = old;
  }
  arena_free(memory);
  return code;
}

static const char *name_of(const access_gate *gate) { return strcmp(gate->name, "admin") ? "crt" : "admin"; }

bool gates_open(mcrm_gateway *g, const char *secret, size_t length, mcrm_id *id, const char **name, mcrm_time *ends) {
  mcrm_time now = store_now(g->store);
  pthread_mutex_lock(&g->lock);
  const access_gate *gate = access_gate_find(&g->gates, secret, length, now);
  if (gate) {
    *id = gate->id;
    *name = name_of(gate);
    *ends = gate->ends_at;
  }
  pthread_mutex_unlock(&g->lock);
  return gate != NULL;
}

bool gates_valid(mcrm_gateway *g, mcrm_id id, mcrm_time *ends) {
  mcrm_time now = store_now(g->store);
  bool valid = false;
  pthread_mutex_lock(&g->lock);
  for (size_t i = 0; i < g->gates.count && !valid; i++) {
    const access_gate *gate = &g->gates.at[i];
    valid = gate->id == id && (!gate->ends_at || gate->ends_at > now);
    if (valid) *ends = gate->ends_at;
  }
  pthread_mutex_unlock(&g->lock);
  return valid;
}

/* Counted, and told once a minute without the path: a log must not become the place where a secret with a typing
 * error is found. */
void gates_missed(mcrm_gateway *g) {
  unsigned long long all = atomic_fetch_add(&g->count.misses, 1) + 1, more = 0;
  int64_t now = clock_monotonic();
  char line[96];
  if (!g->options.log) return;
  pthread_mutex_lock(&g->lock);
  if (!g->misses_logged_at || now - g->misses_logged_at > 60 * SECOND_NS) {
    more = all - g->misses_logged;
    g->misses_logged = all;
    g->misses_logged_at = now;
  }
  pthread_mutex_unlock(&g->lock);
  if (!more) return;
  snprintf(line, sizeof line, "{\"event\":\"gate.missed\",\"times\":%llu}", more);
  g->options.log(g->options.log_context, 4, line);
}
