#include "stand.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
