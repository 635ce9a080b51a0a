#include <base/error.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

static int open_ui(mcrm_gateway *g, mcrm_error *error) {
  if (!g->options.ui_folder) return MCRM_OK;
  g->ui = open(g->options.ui_folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (g->ui >= 0) return MCRM_OK;
  return error_set(error, MCRM_NOT_FOUND, "ui_folder", "gateway.option", "ui_folder: there is no folder %.200s",
                   g->options.ui_folder);
}

static int build(mcrm_gateway *g, const mcrm_gateway_options *options, mcrm_error *error) {
  g->memory = arena_new(1 << 20);
  if (!g->memory || sodium_init() < 0) return error_no_memory(error);
  int code = options_take(g, options, error);
  if (code) return code;
  g->store = api_store(g->instance);
  api_key(g->instance, "mcrmgate", g->key);
  api_key(g->instance, "mcrmhost", g->host_key);
  randombytes_buf(g->run, sizeof g->run);
  for (const api_operation *o = api_operations; o->name; o++) g->operations++;
  code = open_ui(g, error);
  return code ? code : gates_refresh(g, error);
}

int mcrm_gateway_open(mcrm *instance, const mcrm_gateway_options *options, mcrm_gateway **out, mcrm_error *error) {
  *out = NULL;
  error_clear(error);
  mcrm_gateway *g = calloc(1, sizeof *g);
  if (!g) return error_no_memory(error);
  g->instance = instance;
  g->ui = -1;
  pthread_mutex_init(&g->lock, NULL);
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&g->login_free, &monotonic);
  pthread_condattr_destroy(&monotonic);
  int code = build(g, options, error);
  if (code) {
    mcrm_gateway_close(g);
    return error->code ? code : error_no_memory(error);
  }
  *out = g;
  return MCRM_OK;
}

void mcrm_gateway_close(mcrm_gateway *g) {
  if (!g) return;
  while (g->idle) {
    caller *next = g->idle->next;
    caller_free(g->idle);
    g->idle = next;
  }
  if (g->ui >= 0) close(g->ui);
  arena_free(g->gates_memory);
  arena_free(g->memory);
  free(g->openapi);
  pthread_cond_destroy(&g->login_free);
  pthread_mutex_destroy(&g->lock);
  if (g->host_secret) explicit_bzero(g->host_secret, strlen(g->host_secret));
  free(g->host_secret);
  explicit_bzero(g->key, sizeof g->key);
  explicit_bzero(g->host_key, sizeof g->host_key);
  free(g);
}
