#include "stand.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void keep_line(void *context, mcrm_log_level level, const char *instance, const char *line) {
  stand *s = context;
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&lock);
  size_t length = strlen(s->log);
  snprintf(s->log + length, sizeof s->log - length, "%d %s: %s\n", (int)level, instance, line);
  pthread_mutex_unlock(&lock);
}

int stand_open_plugin(stand *s, bool isolated, const char *plugin, const char *const *settings) {
  provider_setting list[24];
  char names[24][32];
  size_t n = 0;
  *s = (stand){0};
  for (; settings && settings[n]; n++) {
    const char *equals = strchr(settings[n], '=');
    snprintf(names[n], sizeof names[n], "%.*s", (int)(equals - settings[n]), settings[n]);
    list[n] = (provider_setting){.name = names[n], .value = equals + 1, .where = "marfacrm.yaml:12:5"};
  }
  const provider_options options = {.name = "one",
                                    .plugin = plugin,
                                    .isolated = isolated,
                                    .folder = PROVIDER_PLUGINS,
                                    .program = PROVIDER_PROGRAM,
                                    .settings = list,
                                    .setting_count = n,
                                    .log = keep_line,
                                    .context = s};
  s->arena = arena_new(0);
  return provider_open(&options, &s->error, &s->provider);
}

int stand_open(stand *s, bool isolated, const char *const *settings) {
  return stand_open_plugin(s, isolated, "rogue", settings);
}

void stand_close(stand *s) {
  provider_close(s->provider);
  arena_free(s->arena);
}

mcrm_outcome stand_chat_own(const stand *s, provider_call *call, const char *text, int64_t ms, mcrm_chat_reply *reply) {
  const mcrm_chat_message message = {.size = sizeof message, .role = "user", .text = text};
  const mcrm_chat_message *messages[] = {&message};
  const mcrm_chat_request request = {.size = sizeof request,
                                     .messages = messages,
                                     .message_count = 1,
                                     .temperature = -1,
                                     .stream = call->delta != NULL};
  call->deadline = clock_monotonic() + ms * 1000000;
  return provider_chat(s->provider, call, &request, reply);
}

mcrm_outcome stand_chat(stand *s, const char *text, int64_t ms, bool stream) {
  arena_reset(s->arena);
  s->call.arena = s->arena;
  if (!stream) s->call.delta = NULL;
  return stand_chat_own(s, &s->call, text, ms, &s->chat);
}

static bool write_text(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  if (fd >= 0) close(fd);
  return written;
}

static bool loopback_up(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  bool up = fd >= 0 && !ioctl(fd, SIOCSIFFLAGS, &lo);
  if (fd >= 0) close(fd);
  return up;
}

bool stand_silent_names(void) {
  char path[] = "/tmp/marfacrm-resolv-XXXXXX";
  const struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(53), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  if (unshare(CLONE_NEWNS | CLONE_NEWNET) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) || !loopback_up())
    return false;
  int deaf = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), made = mkstemp(path);
  if (made >= 0) close(made);
  bool right = deaf >= 0 && !bind(deaf, (const struct sockaddr *)&at, sizeof at) && made >= 0 &&
               write_text(path, "nameserver 127.0.0.1\n") && !chmod(path, 0644) &&
               !mount(path, "/etc/resolv.conf", NULL, MS_BIND, NULL);
  if (made >= 0) unlink(path);
  return right; /* the socket stays */
}

void faults_start(faults *f, const char *kind) {
  int out[2];
  if (pipe(out)) abort();
  f->process = fork();
  if (!f->process) {
    dup2(out[1], 1);
    execlp("python3", "python3", MARFACRM_SOURCE "/tests/provider/faults.py", kind, (char *)NULL);
    _exit(127);
  }
  close(out[1]);
  f->out = out[0];
  char line[256] = "";
  for (size_t n = 0; n < sizeof line - 1 && read(out[0], line + n, 1) == 1 && line[n] != '\n'; n++) continue;
  f->port = (unsigned)atoi(line);
  f->word[0] = 0;
  sscanf(line, "%*d %199s", f->word);
  snprintf(f->url, sizeof f->url, "%s://127.0.0.1:%u", strcmp(kind, "tls") ? "http" : "https", f->port);
}

void faults_stop(faults *f) {
  kill(f->process, SIGKILL);
  waitpid(f->process, NULL, 0);
  close(f->out);
}
