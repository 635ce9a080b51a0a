/* What fifty voice notes at once cost the host's process: recordings uploaded by fifty threads, then transcribed and
 * analysed by fifty workers, by the real plugins in their processes, with tests/double as the services. What is
 * measured is this process (VmHWM of /proc/self/status); the providers' processes are not it.
 * bench_memory [NOTES [SECONDS]] */
#include <fcntl.h>
#include <marfacrm/marfacrm.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../tests/harness/wav.h"

enum { MOST = 200, RATE = 16000 };

typedef struct place {
  char folder[40], rep[24];
  pid_t service;
  mcrm *crm;
  mcrm_session *system;
  unsigned notes, seconds;
} place;

typedef struct hand {
  pthread_t thread;
  place *place;
  unsigned number;
} hand;

static void die(const char *what, const char *detail) {
  fprintf(stderr, "bench_memory: %s: %s\n", what, detail ? detail : "");
  exit(1);
}

static const char *in(const place *p, const char *name) {
  static _Thread_local char path[96];
  snprintf(path, sizeof path, "%s/%s", p->folder, name);
  return path;
}

/* ---- the process ---- */

/* KiB of a line of /proc/self/status; `anew`: the most so far is what there is now. */
static long memory(const char *line, bool anew) {
  char text[4096] = "";
  int fd = anew ? open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC) : -1;
  if (anew && (fd < 0 || write(fd, "5", 1) != 1)) die("clear_refs", "cannot be written");
  if (fd >= 0) close(fd);
  fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (fd < 0 || read(fd, text, sizeof text - 1) < 0) die("status", "cannot be read");
  close(fd);
  const char *at = strstr(text, line);
  return at ? atol(at + strlen(line)) : -1;
}

/* ---- what is there ---- */

static void record(const place *p, unsigned number) {
  char name[24];
  snprintf(name, sizeof name, "%u.wav", number);
  if (!wav_write(in(p, name), RATE, p->seconds, number)) die(name, "cannot be written");
}

static void start_service(place *p) {
  char address[96] = "", config[2048];
  p->service = fork();
  if (!p->service) {
    execlp("node", "node", MARFACRM_SOURCE "/tests/double/double.mjs", p->folder, (char *)NULL);
    _exit(127);
  }
  FILE *file = NULL;
  for (int i = 0; i < 100 && !(file = fopen(in(p, "url"), "r")); i++) usleep(100000);
  if (!file || !fgets(address, sizeof address, file)) die("tests/double", "does not start");
  fclose(file);
  snprintf(config, sizeof config,
           "providers:\n"
           "  ears: {plugin: whisper, base_url: \"%s/v1\", key: \"file:%s/key\"}\n"
           "  mind: {plugin: grok, base_url: \"%s/v1\", key: \"file:%s/key\", model: grok-4.3}\n"
           "ai: {speech: [ears], chat: [mind], plugins: \"%s\", program: \"%s\", prompts: \"%s/share/prompts\"}\n"
           "%s",
           address, p->folder, address, p->folder, PROVIDER_PLUGINS, PROVIDER_PROGRAM, MARFACRM_SOURCE,
           getenv("SEALED") ? "voice: {key_file: voice.key}\n" : "");
  file = fopen(in(p, "crm.yaml"), "w");
  if (!file || fputs(config, file) < 0 || fclose(file)) die("crm.yaml", "cannot be written");
  umask(077);
  file = fopen(in(p, "key"), "w");
  if (!file || fputs("xai-double-0123456789", file) < 0 || fclose(file)) die("key", "cannot be written");
}

static char *call(mcrm_session *s, const char *operation, const char *json) {
  char *answer = NULL;
  if (mcrm_call(s, operation, json, &answer)) die(operation, mcrm_session_error(s)->detail);
  return answer;
}

static void open_place(place *p) {
  mcrm_error error = {0};
  char url[128], config[128];
  memcpy(p->folder, "/var/tmp/marfacrm-bench-XXXXXX", sizeof "/var/tmp/marfacrm-bench-XXXXXX");
  if (!mkdtemp(p->folder) || chdir(p->folder)) die(p->folder, "cannot be made");
  start_service(p);
  snprintf(url, sizeof url, "sqlite:%s", in(p, "crm.db"));
  snprintf(config, sizeof config, "%s", in(p, "crm.yaml"));
  const mcrm_options options = {.size = sizeof options, .config_file = config, .storage_url = url, .create = 1};
  if (mcrm_open(&options, &p->crm, &error) || mcrm_session_system(p->crm, &p->system, &error))
    die("open", error.detail);
  mcrm_free(call(p->system, "user.create", "{\"username\":\"sara\",\"name\":\"سارا\",\"role\":\"agent\"}"));
  char *answer = call(p->system, "prospect.create", "{\"name\":\"فروشگاه\"}");
  if (sscanf(answer, "{\"id\":\"%23[0-9]", p->rep) != 1) die("prospect.create", answer);
  mcrm_free(answer);
  for (unsigned i = 0; i < p->notes; i++) record(p, i);
}

static void close_place(place *p) {
  char command[80];
  mcrm_session_close(p->system);
  mcrm_close(p->crm);
  kill(p->service, SIGTERM);
  waitpid(p->service, NULL, 0);
  snprintf(command, sizeof command, "rm -rf '%s'", p->folder);
  if (system(command)) die(command, NULL);
}

/* ---- the work ---- */

static void *upload(void *context) {
  const hand *h = context;
  place *p = h->place;
  mcrm_error error = {0};
  mcrm_session *sara;
  char json[256];
  const mcrm_call_options may = {.size = sizeof may, .files = 1, .timeout_ms = 120000};
  if (mcrm_session_open(p->crm, "sara", "crt", &sara, &error)) die("session", error.detail);
  snprintf(json, sizeof json, "{\"rep_id\":\"%s\",\"language\":\"fa\",\"file\":{\"path\":\"%s/%u.wav\"}}", p->rep,
           p->folder, h->number);
  mcrm_session_next(sara, &may);
  mcrm_free(call(sara, "voice_note.upload", json));
  mcrm_session_close(sara);
  return NULL;
}

/* Until nothing is left that could be done now. */
static void *work(void *context) {
  const hand *h = context;
  mcrm_error error = {0};
  unsigned done = 1;
  while (done)
    if (mcrm_work(h->place->crm, &done, &error)) die("work", error.detail);
  return NULL;
}

static void all(place *p, void *(*what)(void *context)) {
  static hand hands[MOST];
  for (unsigned i = 0; i < p->notes; i++) {
    hands[i] = (hand){.place = p, .number = i};
    if (pthread_create(&hands[i].thread, NULL, what, &hands[i])) die("thread", NULL);
  }
  for (unsigned i = 0; i < p->notes; i++) pthread_join(hands[i].thread, NULL);
}

static void check_done(place *p) {
  unsigned ready = 0;
  for (int i = 0; ready < p->notes; i++) { /* one that had to wait for its turn is tried again after a while */
    if (i == 600) die("voice notes", "are not ready after a minute");
    char *answer = call(p->system, "voice_note.list", "{\"limit\":200}");
    ready = 0;
    for (const char *at = answer; (at = strstr(at, "\"state\":\"ready\"")); at++) ready++;
    mcrm_free(answer);
    if (ready == p->notes) break;
    usleep(100000);
    work(&(hand){.place = p});
  }
}

int main(int count, char **words) {
  place p = {.notes = count > 1 ? (unsigned)atoi(words[1]) : 50, .seconds = count > 2 ? (unsigned)atoi(words[2]) : 60};
  if (!p.notes || p.notes > MOST || !p.seconds) die("usage", "bench_memory [NOTES [SECONDS]]");
  open_place(&p);
  mcrm_free(call(p.system, "worklog.get", "{}"));
  long before = memory("VmRSS:", true);
  all(&p, upload);
  long uploaded = memory("VmHWM:", false) - before;
  memory("VmRSS:", true);
  all(&p, work);
  check_done(&p);
  long worked = memory("VmHWM:", false) - before;
  printf(
      "%u voice notes of %.1f MB at once: the host's process grows by %.1f MiB while they come in and by %.1f MiB "
      "while they are worked on (aim less than 64)\n",
      p.notes, (double)p.seconds * RATE * 2 / 1e6, (double)uploaded / 1024, (double)worked / 1024);
  close_place(&p);
  return 0;
}
