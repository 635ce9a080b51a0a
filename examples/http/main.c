/* marfacrm-http: the CRM behind its own small HTTP server. TLS and HTTP/2 are nginx's; see nginx.conf beside this. */
#include <getopt.h>
#include <marfacrm/host.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "listener.h"
#include "log.h"
#include "server.h"

static const char usage[] =
    "Usage: marfacrm-http [options]\n\n"
    "  --config FILE       marfacrm.yaml\n"
    "  --database URL      sqlite:FILE (default sqlite:crm.db) or postgresql://…\n"
    "  --listen ADDR:PORT  default 127.0.0.1:8080; port 0 takes a free one\n"
    "  --unix PATH         listen on a Unix socket instead, for a server in front\n"
    "  --public-url URL    where browsers find the CRM; default http://127.0.0.1:PORT/crm\n"
    "  --ui FOLDER         the frontend's files\n"
    "  --workers N         requests worked on at once (default 8)\n"
    "  --patience SECONDS  for a request to arrive (default 60); a large body has longer\n"
    "  --no-jobs           leave reminders and other jobs to `marfacrm worker`\n\n"
    "Ends on SIGTERM or SIGINT: takes no new connection, finishes what it is doing, tells event streams goodbye.\n";

typedef struct settings {
  const char *config, *database, *listen, *unix_path, *public_url, *ui;
  unsigned workers, patience;
  bool jobs;
} settings;

static int read_settings(int argc, char **argv, settings *s) {
  static const struct option options[] = {{"config", 1, NULL, 'c'},
                                          {"database", 1, NULL, 'd'},
                                          {"listen", 1, NULL, 'l'},
                                          {"unix", 1, NULL, 'u'},
                                          {"public-url", 1, NULL, 'p'},
                                          {"ui", 1, NULL, 'i'},
                                          {"workers", 1, NULL, 'w'},
                                          {"no-jobs", 0, NULL, 'n'},
                                          {"patience", 1, NULL, 'P'},
                                          {"help", 0, NULL, 'h'},
                                          {0}};
  *s = (settings){.listen = "127.0.0.1:8080", .workers = 8, .jobs = true};
  for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;) switch (o) {
      case 'c':
        s->config = optarg;
        break;
      case 'd':
        s->database = optarg;
        break;
      case 'l':
        s->listen = optarg;
        break;
      case 'u':
        s->unix_path = optarg;
        break;
      case 'p':
        s->public_url = optarg;
        break;
      case 'i':
        s->ui = optarg;
        break;
      case 'n':
        s->jobs = false;
        break;
      case 'w':
        s->workers = (unsigned)strtoul(optarg, NULL, 10);
        if (s->workers >= 1 && s->workers <= 64) break;
        fprintf(stderr, "--workers %s: 1 to 64 are possible\n", optarg);
        return 2;
      case 'P':
        s->patience = (unsigned)strtoul(optarg, NULL, 10);
        if (s->patience >= 1 && s->patience <= 3600) break;
        fprintf(stderr, "--patience %s: 1 to 3600 seconds are possible\n", optarg);
        return 2;
      case 'h':
        fputs(usage, stdout);
        return -1;
      default:
        fputs(usage, stderr);
        return 2;
    }
  if (optind == argc) return 0;
  fprintf(stderr, "unexpected \"%s\"\n%s", argv[optind], usage);
  return 2;
}

/* sd_notify(3) without the library. */
static void tell_systemd(const char *state) {
  const char *path = getenv("NOTIFY_SOCKET");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (!path || strlen(path) >= sizeof address.sun_path) return;
  memcpy(address.sun_path, path, strlen(path));
  if (address.sun_path[0] == '@') address.sun_path[0] = 0;
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
  sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, length);
  close(fd);
}

enum { JOBS_PAUSE_MS = 5000, WATCH_MS = 500, BURST_MS = 5, ALONE_SECONDS = 5 };

typedef struct jobs {
  mcrm *crm;
  server *server;
  int stop; /* readable when it is time to end */
} jobs;

static void *run_jobs(void *context) {
  const jobs *j = context;
  struct pollfd stop = {.fd = j->stop, .events = POLLIN};
  do {
    mcrm_error error = {0};
    unsigned done;
    if (mcrm_work(j->crm, &done, &error)) fprintf(stderr, "{\"level\":\"warning\",\"jobs\":\"%s\"}\n", error.detail);
  } while (poll(&stop, 1, (int)mcrm_work_pause(j->crm, JOBS_PAUSE_MS)) == 0);
  return NULL;
}

/* Waits for word again and again, where the database gives word; of a burst of changes not of each one. */
static void hear(const jobs *j, int (*word)(const jobs *j, mcrm_error *error)) {
  struct pollfd stop = {.fd = j->stop, .events = POLLIN};
  int code;
  do {
    mcrm_error error = {0};
    while (!(code = word(j, &error)))
      if (poll(&stop, 1, BURST_MS)) return;
  } while (code != MCRM_UNSUPPORTED && poll(&stop, 1, WATCH_MS) == 0);
}

/* Where the host's database says when something changed, it is on everybody's screen within a second. */
static int host_word(const jobs *j, mcrm_error *error) { return mcrm_host_watch(j->crm, WATCH_MS, NULL, error); }
static void *run_host_watch(void *context) {
  hear(context, host_word);
  return NULL;
}

/* What other processes change reaches the event streams of this one. Where nobody has one open, nobody listens: each
 * commit would wake this process for nothing. */
static int crm_word(const jobs *j, mcrm_error *error) {
  if (server_await_streams(j->server, ALONE_SECONDS)) return mcrm_watch(j->crm, WATCH_MS, error);
  mcrm_unwatch(j->crm);
  return MCRM_OK;
}
static void *run_watch(void *context) {
  const jobs *j = context;
  mcrm_error error = {0};
  if (mcrm_watch(j->crm, 0, &error) != MCRM_UNSUPPORTED) hear(j, crm_word);
  return NULL;
}

static void wait_for_signal(void) {
  sigset_t signals;
  struct signalfd_siginfo info;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int fd = signalfd(-1, &signals, SFD_CLOEXEC);
  while (fd >= 0 && read(fd, &info, sizeof info) < 0) {
  }
  close(fd);
}

static int serve(const settings *s, mcrm *crm, int listener, const char *shown, log_lines *log) {
  mcrm_error error = {0};
  mcrm_gateway *gateway;
  char url[200];
  int stop[2];
  snprintf(url, sizeof url, "http://%s/crm", s->unix_path ? "127.0.0.1" : shown);
  mcrm_gateway_options options = {.size = sizeof options,
                                  .public_url = s->public_url ? s->public_url : url,
                                  .ui_folder = s->ui,
                                  .log = log_line,
                                  .log_context = log};
  if (mcrm_gateway_open(crm, &options, &gateway, &error)) {
    fprintf(stderr, "marfacrm-http: %s\n", error.detail);
    return 1;
  }
  server *running = server_start(&(server_options){
      .crm = crm, .gateway = gateway, .listener = listener, .workers = s->workers, .patience = s->patience});
  if (!running || pipe(stop)) {
    fprintf(stderr, "marfacrm-http: the server does not start\n");
    return 1;
  }
  jobs work = {crm, running, stop[0]};
  pthread_t worker, host_watcher, watcher;
  bool working = s->jobs && !pthread_create(&worker, NULL, run_jobs, &work);
  bool watching_host = s->jobs && !pthread_create(&host_watcher, NULL, run_host_watch, &work);
  bool watching = !pthread_create(&watcher, NULL, run_watch, &work);
  fprintf(stderr, "marfacrm-http %s: listening on %s for %s\n", mcrm_version(), shown, options.public_url);
  tell_systemd("READY=1");
  wait_for_signal();
  tell_systemd("STOPPING=1");
  close(stop[1]);
  log_stop(log); /* before the end, which may be a sudden one */
  server_stop(running, 8000);
  if (working) pthread_join(worker, NULL);
  if (watching_host) pthread_join(host_watcher, NULL);
  if (watching) pthread_join(watcher, NULL);
  server_free(running);
  close(stop[0]);
  mcrm_gateway_close(gateway);
  return 0;
}

int main(int argc, char **argv) {
  static log_lines log;
  settings s;
  mcrm *crm;
  mcrm_error error = {0};
  sigset_t signals;
  char shown[160], problem[200];
  int status = read_settings(argc, argv, &s);
  if (status) return status < 0 ? 0 : status;
  /* Blocked before any thread starts, so that only wait_for_signal sees them. */
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  signal(SIGPIPE, SIG_IGN);
  log_start(&log);
  mcrm_options options = {.size = sizeof options,
                          .config_file = s.config,
                          .storage_url = s.database,
                          .create = 1,
                          .log = log_line,
                          .log_context = &log};
  if (mcrm_open(&options, &crm, &error)) {
    log_stop(&log);
    fprintf(stderr, "marfacrm-http: %s\n", error.detail);
    return 1;
  }
  int listener = listener_open(s.unix_path, s.listen, shown, sizeof shown, problem, sizeof problem);
  if (listener < 0) {
    fprintf(stderr, "marfacrm-http: %s\n", problem);
    status = 1;
  } else {
    status = serve(&s, crm, listener, shown, &log);
  }
  log_stop(&log);
  mcrm_close(crm);
  return status;
}
