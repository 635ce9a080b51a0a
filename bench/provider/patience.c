/* How much later than its deadline a call returns, and how soon after it was cancelled, whatever the peer does: by the
 * router and the provider process, several calls at once, against the faults of tests/provider/faults.py. */
#include "../../tests/provider/stand.h"
#include "../measure.h"

#include <ai/ai.h>
#include <ai/task.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 8, TURNS = 25, CALLS = AT_ONCE * TURNS, AUDIO = 64 << 10, MOST = 12 };

static const int64_t MS = 1000000;

/* A peer, and the path of its misbehaviour. */
static const struct {
  const char *what, *server, *path;
} peers[] = {{"hangs", "plain", "silence"},
             {"drips", "plain", "drip"},
             {"stops in the middle", "plain", "stall"},
             {"never ends its stream", "plain", "endless"},
             {"never ends its body", "plain", "large"},
             {"closes one half", "plain", "half"},
             {"resets", "plain", "reset"},
             {"cuts its stream", "plain", "cut"},
             {"shakes no hands", "deaf", ""},
             {"takes no connection", "full", ""},
             {"nobody tells the address of", "plain", NULL}};
enum { PEERS = sizeof peers / sizeof *peers };

typedef struct run {
  ai *router;
  bool cancels;
  atomic_uint next;
  double late[CALLS]; /* ms after the deadline, or after it was cancelled */
} run;

static bool after(void *context) { return clock_monotonic() >= *(const int64_t *)context; }

/* What comes home before its time is not late. */
static double call_once(run *r, arena *a, unsigned number) {
  static const char audio[AUDIO];
  const ai_audio heard = {.bytes = audio, .length = AUDIO, .media_type = "audio/wav", .duration_ms = 1000};
  mcrm_error error = {0};
  ai_transcript said;
  int64_t limit = clock_monotonic() + (60 + number * 7919 % 190) * MS;
  ai_call call = {.arena = a,
                  .error = &error,
                  .ai = r->router,
                  .deadline = r->cancels ? limit + 10000 * MS : limit,
                  .cancelled = r->cancels ? after : NULL,
                  .context = &limit};
  ai_transcribe(&call, &heard, &said);
  int64_t late = clock_monotonic() - limit;
  return late > 0 ? (double)late / (double)MS : 0;
}

static void *caller(void *context) {
  run *r = context;
  arena *a = arena_new(0);
  if (!a) die("memory", NULL);
  for (unsigned number; (number = atomic_fetch_add(&r->next, 1)) < CALLS; arena_reset(a))
    r->late[number] = call_once(r, a, number);
  arena_free(a);
  return NULL;
}

static ai *open_router(const char *base, const char *path) {
  char url[160];
  mcrm_error error = {0};
  ai *router;
  const char *const names[] = {"bench"};
  snprintf(url, sizeof url, "%s/%s", base, path);
  const provider_setting setting = {.name = "url", .value = url};
  const provider_options plugin = {.name = "bench",
                                   .plugin = "template",
                                   .isolated = true,
                                   .concurrency = AT_ONCE,
                                   .folder = PROVIDER_PLUGINS,
                                   .program = PROVIDER_PROGRAM,
                                   .settings = &setting,
                                   .setting_count = 1};
  ai_provider one = {.concurrency = AT_ONCE};
  if (provider_open(&plugin, &error, &one.provider)) die("provider", error.detail);
  const ai_options options = {.providers = &one, .provider_count = 1, .speech = {names, 1}};
  if (ai_open(&options, &error, &router)) die("provider", error.detail);
  return router;
}

/* Adds to `all`. */
static size_t measure(size_t peer, bool cancels, double *all, size_t count) {
  static run r;
  pthread_t threads[AT_ONCE];
  faults server;
  char url[64];
  faults_start(&server, peers[peer].server);
  bool deaf = !strcmp(peers[peer].server, "deaf");
  snprintf(url, sizeof url, "%s://%s:%u", deaf ? "https" : "http", peers[peer].path ? "127.0.0.1" : "service.example",
           server.port);
  r = (run){.router = open_router(url, peers[peer].path ? peers[peer].path : ""), .cancels = cancels};
  for (int i = 0; i < AT_ONCE; i++)
    if (pthread_create(&threads[i], NULL, caller, &r)) die("no thread", NULL);
  for (int i = 0; i < AT_ONCE; i++) pthread_join(threads[i], NULL);
  ai_close(r.router);
  faults_stop(&server);
  memcpy(all + count, r.late, sizeof r.late);
  printf("  a peer that %s: %.1f ms p50, %.1f ms at most\n", peers[peer].what, measure_quantile(r.late, CALLS, .5),
         measure_quantile(r.late, CALLS, 1));
  return count + CALLS;
}

int main(void) {
  static double all[MOST * CALLS];
  size_t count = 0, peer_count = stand_silent_names() ? PEERS : PEERS - 1;
  if (peer_count < PEERS) puts("(no namespaces: no name service that is silent)");
  printf("calls that return after their deadline, %d at once:\n", AT_ONCE);
  for (size_t i = 0; i < peer_count; i++) count = measure(i, false, all, count);
  printf("all %zu: %.1f ms p99, %.1f ms p99.9, %.1f ms at most (aim at most 50)\n", count,
         measure_quantile(all, count, .99), measure_quantile(all, count, .999), measure_quantile(all, count, 1));
  count = 0;
  printf("calls that return after they were cancelled, %d at once:\n", AT_ONCE);
  for (size_t i = 0; i < peer_count; i++) count = measure(i, true, all, count);
  printf("all %zu: %.1f ms p99, %.1f ms p99.9, %.1f ms at most (aim at most 100)\n", count,
         measure_quantile(all, count, .99), measure_quantile(all, count, .999), measure_quantile(all, count, 1));
  return 0;
}
