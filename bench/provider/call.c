/* What the router and the provider process add to a bare libcurl call, in the same run and in turns, against a server
 * of our own that answers at once; and what starting a process costs. */
#include <ai/ai.h>
#include <ai/task.h>
#include <arpa/inet.h>
#include <base/arena.h>
#include <base/clock.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <provider/provider.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../measure.h"

enum { CALLS = 4000, STARTS = 100, AUDIO = 4096 };

static void *serve_one(void *context) {
  static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nfine";
  int fd = (int)(intptr_t)context;
  char bytes[16384];
  size_t have = 0;
  for (ssize_t n; (n = recv(fd, bytes + have, sizeof bytes - 1 - have, 0)) > 0;) {
    have += (size_t)n;
    bytes[have] = 0;
    const char *end = strstr(bytes, "\r\n\r\n");
    if (!end || have < (size_t)(end + 4 - bytes) + AUDIO) continue;
    if (send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0) break;
    have = 0;
  }
  close(fd);
  return NULL;
}

static void *serve(void *context) {
  for (int fd; (fd = accept((int)(intptr_t)context, NULL, NULL)) >= 0;) {
    pthread_t thread;
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (!pthread_create(&thread, NULL, serve_one, (void *)(intptr_t)fd)) pthread_detach(thread);
  }
  return NULL;
}

static unsigned start_server(void) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof at;
  pthread_t thread;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(fd, (struct sockaddr *)&at, size) || listen(fd, 16) || getsockname(fd, (struct sockaddr *)&at, &size) ||
      pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd))
    exit(1);
  return ntohs(at.sin_port);
}

static size_t take(char *bytes, size_t size, size_t count, void *context) {
  (void)bytes;
  *(size_t *)context += size * count;
  return size * count;
}

static provider *open_one(const char *url, bool isolated) {
  mcrm_error error = {0};
  provider *p = NULL;
  const provider_setting setting = {.name = "url", .value = url};
  const provider_options options = {
      .name = "bench", .plugin = "template", .isolated = isolated, .settings = &setting, .setting_count = 1};
  if (provider_open(&options, &error, &p)) {
    fprintf(stderr, "%s\n", error.detail);
    exit(1);
  }
  return p;
}

static double call_provider(provider *p, arena *a, const char *audio) {
  const mcrm_speech_request request = {
      .size = sizeof request, .audio = audio, .length = AUDIO, .media_type = "audio/wav"};
  mcrm_speech_reply reply;
  provider_call call = {.arena = a, .deadline = clock_monotonic() + 10000000000};
  int64_t begun = clock_monotonic();
  mcrm_outcome outcome = provider_speech(p, &call, &request, &reply);
  int64_t took = clock_monotonic() - begun;
  if (outcome != MCRM_OUTCOME_OK) {
    fprintf(stderr, "%s: %s\n", call.failure.code, call.failure.detail);
    exit(1);
  }
  arena_reset(a);
  return (double)took / 1000;
}

/* As a voice note is asked about; nothing is kept of it. */
static double call_router(ai *router, arena *a, const char *audio) {
  const ai_audio heard = {.bytes = audio, .length = AUDIO, .media_type = "audio/wav", .duration_ms = 1000};
  mcrm_error error = {0};
  ai_call call = {.arena = a, .error = &error, .ai = router, .deadline = clock_monotonic() + 10000000000};
  ai_transcript said;
  int64_t begun = clock_monotonic();
  int code = ai_transcribe(&call, &heard, &said);
  int64_t took = clock_monotonic() - begun;
  if (code) {
    fprintf(stderr, "%s\n", error.detail);
    exit(1);
  }
  arena_reset(a);
  return (double)took / 1000;
}

static ai *open_router(const char *url) {
  mcrm_error error = {0};
  ai *router;
  const char *const names[] = {"bench"};
  const ai_provider one = {.provider = open_one(url, true)};
  const ai_options options = {.providers = &one, .provider_count = 1, .speech = {names, 1}};
  if (ai_open(&options, &error, &router)) {
    fprintf(stderr, "%s\n", error.detail);
    exit(1);
  }
  return router;
}

static double call_bare(CURL *curl) {
  int64_t begun = clock_monotonic();
  if (curl_easy_perform(curl)) exit(1);
  return (double)(clock_monotonic() - begun) / 1000;
}

static CURL *make_bare(const char *url, const char *audio, struct curl_slist **headers, size_t *got) {
  CURL *curl = curl_easy_init();
  *headers = curl_slist_append(curl_slist_append(NULL, "Content-Type: audio/wav"), "Expect:");
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)AUDIO);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, audio);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *headers);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, got);
  return curl;
}

int main(void) {
  static char audio[AUDIO];
  static double bare[CALLS], isolated[CALLS], routed[CALLS], local[CALLS], starts[STARTS];
  char url[64];
  size_t got = 0;
  struct curl_slist *headers;
  snprintf(url, sizeof url, "http://127.0.0.1:%u/", start_server());
  CURL *curl = make_bare(url, audio, &headers, &got);
  arena *a = arena_new(0);
  provider *far = open_one(url, true), *near = open_one(url, false);
  ai *router = open_router(url);
  for (int i = -50; i < CALLS; i++) {
    double b = call_bare(curl), f = call_provider(far, a, audio), n = call_provider(near, a, audio),
           r = call_router(router, a, audio);
    if (i < 0) continue;
    bare[i] = b;
    isolated[i] = f;
    local[i] = n;
    routed[i] = r;
  }
  for (int i = 0; i < STARTS; i++) {
    int64_t begun = clock_monotonic();
    provider *p = open_one(url, true);
    starts[i] = (double)(clock_monotonic() - begun) / 1000;
    provider_close(p);
  }
  double b99 = measure_quantile(bare, CALLS, .99), f99 = measure_quantile(isolated, CALLS, .99),
         r99 = measure_quantile(routed, CALLS, .99);
  printf("a call of libcurl alone: %.0f µs p50, %.0f µs p99\n", measure_quantile(bare, CALLS, .5), b99);
  printf("by a plugin in this process: %.0f µs p50, %.0f µs p99\n", measure_quantile(local, CALLS, .5),
         measure_quantile(local, CALLS, .99));
  printf("by a plugin in its own: %.0f µs p50, %.0f µs p99; added at p99 %.0f µs\n",
         measure_quantile(isolated, CALLS, .5), f99, f99 - b99);
  printf("by the router, and a plugin in its own: %.0f µs p50, %.0f µs p99; added at p99 %.0f µs (aim at most 1000)\n",
         measure_quantile(routed, CALLS, .5), r99, r99 - b99);
  printf("starting a process, with its plugin checked, loaded and configured: %.2f ms p50, %.2f ms p99\n",
         measure_quantile(starts, STARTS, .5) / 1000, measure_quantile(starts, STARTS, .99) / 1000);
  ai_close(router);
  provider_close(far);
  provider_close(near);
  arena_free(a);
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
  return 0;
}
