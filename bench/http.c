/* The CRM over HTTP beside what it stands on: a read beside bare libmicrohttpd, a write beside mcrm_call, the CGI
 * program beside one that says hello, and what memory it takes. bench_http SERVER CGI HELLO */
#include <marfacrm/marfacrm.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "http_client.h"
#include "http_server.h"
#include "measure.h"

enum { READS = 1600, TURNS = 25, WRITES = 1600, AT_ONCE = 8, ROUNDS = 3, STREAMS = 1000, STARTS = 200, POOL = 12 << 10 };

typedef struct bench {
  char folder[64], url[96], log[96], secret[64], rep[24];
  http_server server;
  unsigned bare_port;
  pid_t bare;
} bench;

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu_of(pid_t pid) {
  clockid_t clock;
  if (clock_getcpuclockid(pid, &clock)) die("clock", "the server has gone");
  return seconds(clock);
}

/* A line of /proc/PID/status, in KB. */
static long memory_of(pid_t pid, const char *name) {
  char path[40], line[200];
  long kb = -1;
  snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
  FILE *file = fopen(path, "re");
  while (file && fgets(line, sizeof line, file))
    if (!strncmp(line, name, strlen(name))) kb = atol(line + strlen(name) + 1);
  if (file) fclose(file);
  return kb;
}

/* ---- bare libmicrohttpd, with an answer of the same size ---- */

static enum MHD_Result hello(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                             const char *version, const char *data, size_t *size, void **state) {
  (void)method, (void)version, (void)data, (void)size;
  if (!*state) {
    *state = context;
    if (!strcmp(url, "/idle")) MHD_suspend_connection(connection); /* as a stream that has nothing to say */
    return MHD_YES;
  }
  return MHD_queue_response(connection, 200, context);
}

static void run_bare(int announce) {
  static char body[700];
  memset(body, 'x', sizeof body);
  struct MHD_Response *r = MHD_create_response_from_buffer(sizeof body, body, MHD_RESPMEM_PERSISTENT);
  struct MHD_Daemon *d =
      MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, hello,
                       r, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL, MHD_OPTION_END);
  const union MHD_DaemonInfo *info = d ? MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT) : NULL;
  unsigned port = info ? info->port : 0;
  if (write(announce, &port, sizeof port) != sizeof port) _exit(1);
  pause();
  _exit(0);
}

static void start_bare(bench *b) {
  int ends[2];
  if (pipe(ends)) die("pipe", "bare server");
  b->bare = http_server_fork("bare server");
  if (!b->bare) run_bare(ends[1]);
  if (read(ends[0], &b->bare_port, sizeof b->bare_port) != sizeof b->bare_port || !b->bare_port) die("bare", "no port");
}

/* ---- ours ---- */

static void say(mcrm_session *s, const char *operation, const char *json, const char *name, char *out, size_t size) {
  char *answer;
  if (mcrm_call(s, operation, json, &answer)) die(operation, answer);
  if (out) http_text_of(answer, name, out, size);
  mcrm_free(answer);
}

/* Sara, and a prospect whose id comes back. */
static void people(mcrm_session *s, char *rep, size_t size) {
  say(s, "user.create", "{\"username\":\"sara\",\"name\":\"سارا\",\"role\":\"agent\",\"password\":\"a long password\"}",
      "id", NULL, 0);
  say(s, "prospect.create", "{\"name\":\"فروشگاه نمونه\",\"phones\":[\"09121234567\"]}", "id", rep, size);
}

static void make_crm(bench *b) {
  mcrm *crm;
  mcrm_session *s;
  mcrm_error error = {0};
  strcpy(b->folder, "/var/tmp/marfacrm-bench-XXXXXX");
  if (!mkdtemp(b->folder)) die("mkdtemp", b->folder);
  snprintf(b->url, sizeof b->url, "sqlite:%s/crm.db", b->folder);
  snprintf(b->log, sizeof b->log, "%s/server.log", b->folder);
  mcrm_options options = {.size = sizeof options, .storage_url = b->url, .create = 1};
  if (mcrm_open(&options, &crm, &error) || mcrm_session_system(crm, &s, &error)) die("open", error.detail);
  people(s, b->rep, sizeof b->rep);
  say(s, "path.rotate", "{\"gate\":\"crt\"}", "secret", b->secret, sizeof b->secret);
  mcrm_session_close(s);
  mcrm_close(crm);
}

/* ---- what is measured ---- */

/* In many short turns, for the processor's speed is not the same from one second to the next. */
static void reads(const bench *b) {
  char request[2048];
  double ours[TURNS], bare[TURNS], ratio[TURNS];
  snprintf(request, sizeof request, "GET /crm/api/v1/reps/%s HTTP/1.1\r\n%s\r\n", b->rep, b->server.head);
  http_repeat(b->server.port, 16, READS, request, 200);
  for (int i = 0; i < TURNS; i++) {
    double from = cpu_of(b->bare);
    http_repeat(b->bare_port, 16, READS, request, 200);
    bare[i] = (cpu_of(b->bare) - from) * 1e6 / READS;
    from = cpu_of(b->server.pid);
    http_repeat(b->server.port, 16, READS, request, 200);
    ours[i] = (cpu_of(b->server.pid) - from) * 1e6 / READS;
    ratio[i] = ours[i] / bare[i];
  }
  printf(
      "authenticated read by HTTP: %.1f µs of the server's CPU, bare libmicrohttpd %.1f µs, ratio %.1f (aim at most "
      "3)\n",
      measure_quantile(ours, TURNS, .5), measure_quantile(bare, TURNS, .5), measure_quantile(ratio, TURNS, .5));
  printf("resident after %d requests: %.1f MB (aim below 20)\n", READS * TURNS,
         (double)memory_of(b->server.pid, "VmRSS") / 1024);
}

static const char *const note =
    "{\"rep_id\":\"%s\",\"type\":\"call\",\"direction\":\"out\",\"notes\":\"گفت فردا تماس بگیرید\"}";

typedef struct writer {
  const bench *bench;
  const char *rep;
  mcrm *crm; /* NULL: by HTTP */
} writer;

static void *write_some(void *context) {
  const writer *w = context;
  char json[400], request[2048], *answer;
  static _Thread_local char told[HTTP_ANSWER];
  mcrm_session *s = NULL;
  mcrm_error error = {0};
  snprintf(json, sizeof json, note, w->rep);
  snprintf(
      request, sizeof request,
      "POST /crm/api/v1/interactions HTTP/1.1\r\n%sContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
      w->bench->server.head, strlen(json), json);
  int fd = w->crm ? -1 : http_connect(w->bench->server.port);
  if (w->crm && mcrm_session_open(w->crm, "sara", "crt", &s, &error)) die("session", error.detail);
  for (int i = 0; i < WRITES / AT_ONCE; i++) {
    if (w->crm) {
      if (mcrm_call(s, "interaction.log", json, &answer)) die("interaction.log", answer);
      mcrm_free(answer);
    } else {
      http_send(fd, request, strlen(request));
      if (http_receive(fd, told) != 200) die("interaction.log", told);
    }
  }
  mcrm_session_close(s);
  if (fd >= 0) close(fd);
  return NULL;
}

static double write_all(writer *w) {
  pthread_t threads[AT_ONCE];
  double from = seconds(CLOCK_MONOTONIC);
  for (int i = 0; i < AT_ONCE; i++)
    if (pthread_create(&threads[i], NULL, write_some, w)) die("thread", NULL);
  for (int i = 0; i < AT_ONCE; i++) pthread_join(threads[i], NULL);
  return WRITES / (seconds(CLOCK_MONOTONIC) - from);
}

static void writes(const bench *b) {
  mcrm_error error = {0};
  double worst = 1e9, http_rate = 0, call_rate = 0;
  char url[96], rep[24];
  mcrm_session *s;
  writer http = {b, b->rep, NULL}, call = {b, rep, NULL};
  /* a database of its own: in the server's, each would also pay for looking at what the other had changed */
  snprintf(url, sizeof url, "sqlite:%s/call.db", b->folder);
  mcrm_options options = {.size = sizeof options, .storage_url = url, .create = 1};
  if (mcrm_open(&options, &call.crm, &error) || mcrm_session_system(call.crm, &s, &error)) die("open", error.detail);
  people(s, rep, sizeof rep);
  mcrm_session_close(s);
  for (int i = 0; i < ROUNDS; i++) {
    double called = write_all(&call), asked = write_all(&http);
    if (asked / called >= worst) continue;
    worst = asked / called;
    http_rate = asked;
    call_rate = called;
  }
  mcrm_close(call.crm);
  printf("interaction.log, %d at once: by HTTP %.0f/s, mcrm_call %.0f/s, ratio %.2f (aim at least 0.8)\n", AT_ONCE,
         http_rate, call_rate, worst);
}

/* What each of many connections costs that have asked for `path` and wait, in KB. */
static double idle_kb(pid_t pid, unsigned port, const char *path, const char *head, const char *until) {
  static int fds[STREAMS];
  char request[2048], answer[4096];
  snprintf(request, sizeof request, "GET %s HTTP/1.1\r\n%s\r\n", path, head);
  long before = memory_of(pid, "RssAnon");
  for (int i = 0; i < STREAMS; i++) {
    fds[i] = http_connect(port);
    http_send(fds[i], request, strlen(request));
    answer[0] = 0;
    for (size_t length = 0; until && !strstr(answer, until);) {
      ssize_t got = read(fds[i], answer + length, sizeof answer - 1 - length);
      if (got <= 0) die("stream", "it ended");
      length += (size_t)got;
      answer[length] = 0;
    }
  }
  usleep(200000);
  double kb = (double)(memory_of(pid, "RssAnon") - before) / STREAMS;
  for (int i = 0; i < STREAMS; i++) close(fds[i]);
  return kb;
}

static void streams(const bench *b) {
  double bare = idle_kb(b->bare, b->bare_port, "/idle", "Host: x\r\n", NULL);
  double ours = idle_kb(b->server.pid, b->server.port, "/crm/api/v1/events/stream", b->server.head, "event: ready");
  printf(
      "%d idle event streams: %.1f KB of the server's memory each, %.1f beyond bare libmicrohttpd's %.1f (aim at most "
      "16 beyond)\n",
      STREAMS, ours, ours - bare, bare);
}

static double start_often(const char *program) {
  double from = seconds(CLOCK_MONOTONIC);
  for (int i = 0; i < STARTS; i++) {
    pid_t pid;
    int status;
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", 1, 0);
    char *const arguments[] = {(char *)(uintptr_t)program, NULL};
    if (posix_spawn(&pid, program, &quiet, NULL, arguments, environ)) die("spawn", program);
    waitpid(pid, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status)) die(program, "it failed");
    posix_spawn_file_actions_destroy(&quiet);
  }
  return (seconds(CLOCK_MONOTONIC) - from) / STARTS * 1000;
}

static void starts(const bench *b, const char *cgi, const char *hello_program) {
  double best = 1e9, ours_ms = 0, hello_ms = 0;
  setenv("MARFACRM_DATABASE", b->url, 1);
  setenv("REQUEST_METHOD", "GET", 1);
  setenv("REQUEST_URI", "/crm/", 1);
  for (int i = 0; i < ROUNDS; i++) {
    double theirs = start_often(hello_program), ours = start_often(cgi);
    if (ours / theirs >= best) continue;
    best = ours / theirs;
    ours_ms = ours;
    hello_ms = theirs;
  }
  printf("a CGI request that opens the database: %.2f ms, a static hello %.2f ms, ratio %.1f (aim at most 3.5)\n",
         ours_ms, hello_ms, best);
}

static void end(bench *b) {
  static const char *const names[] = {"crm.db",      "crm.db-wal",  "crm.db-shm",  "crm.db.key", "call.db",
                                      "call.db-wal", "call.db-shm", "call.db.key", "server.log"};
  char path[128];
  http_server_stop(&b->server);
  kill(b->bare, SIGKILL);
  waitpid(b->bare, NULL, 0);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    snprintf(path, sizeof path, "%s/%s", b->folder, names[i]);
    unlink(path);
  }
  rmdir(b->folder);
}

int main(int argc, char **argv) {
  bench b = {0};
  if (argc != 4) die("usage", "bench_http SERVER CGI HELLO");
  signal(SIGPIPE, SIG_IGN);
  setrlimit(RLIMIT_NOFILE, &(struct rlimit){4096, 4096});
  make_crm(&b);
  start_bare(&b);
  http_server_start(&b.server, argv[1], "--database", b.url, b.log);
  http_server_sign_in(&b.server, b.secret, "sara");
  reads(&b);
  writes(&b);
  streams(&b);
  starts(&b, argv[2], argv[3]);
  end(&b);
  return 0;
}
