/* worker: runs jobs, for ever or once from cron. */
#include <marfacrm/host.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli.h"

static bool loud(const config *c) { return !strcmp(c->log_level, "info") || !strcmp(c->log_level, "debug"); }

/* A host that says when something changed is heard on a thread of its own: a job may take its time. */
typedef struct watch {
  mcrm *crm;
  atomic_bool over;
} watch;

static void *hear(void *context) {
  watch *w = context;
  while (!atomic_load(&w->over)) {
    mcrm_error error = {0};
    int code = mcrm_host_watch(w->crm, 500, NULL, &error);
    if (code == MCRM_UNSUPPORTED && strcmp(error.message, "unsupported"))
      fprintf(stderr, "marfacrm worker: %s\n", error.detail); /* it was asked for and cannot be had */
    if (code == MCRM_UNSUPPORTED) break;
    if (code) nanosleep(&(struct timespec){.tv_nsec = 500 * 1000000L}, NULL);
  }
  return NULL;
}

static void say(void *context, int level, const char *line) {
  static const char *const levels[] = {"error", "warning", "info", "debug"};
  const config *c = context;
  int most = 0;
  while (most < 3 && strcmp(c->log_level, levels[most])) most++;
  if (level <= most) fprintf(stderr, "%s\n", line);
}

static int open_logging(const config *c, mcrm **out) {
  mcrm_error error = {0};
  mcrm_options options = {.size = sizeof options, .config_file = cli_config_file(), .log = say};
  options.log_context = (void *)(uintptr_t)c;
  return mcrm_open(&options, out, &error) ? cli_fail(&error) : CLI_DONE;
}

static int work(mcrm *crm, const config *c) {
  watch host = {.crm = crm};
  pthread_t hearing;
  bool heard = !pthread_create(&hearing, NULL, hear, &host);
  fputs(loud(c) ? "marfacrm worker: ready\n" : "", stderr);
  do {
    mcrm_error error = {0};
    unsigned done = 0;
    /* A database that is busy or a full disk now may be well in a while: say so and go on. */
    if (mcrm_work(crm, &done, &error))
      fprintf(stderr, "marfacrm worker: %s: %s\n", mcrm_code_name(error.code), error.detail);
    else if (done && loud(c))
      fprintf(stderr, "marfacrm worker: %u done\n", done);
  } while (cli_wait(mcrm_work_pause(crm, c->jobs_pause * 1000)));
  atomic_store(&host.over, true);
  if (heard) pthread_join(hearing, NULL);
  fputs(loud(c) ? "marfacrm worker: stopped\n" : "", stderr);
  return CLI_DONE;
}

int command_worker(int argc, char **argv) {
  const char *words[CLI_WORDS], *once = NULL;
  const cli_option options[] = {{"once", NULL, "run what is due and end, for cron", &once}, {0}};
  config *c;
  mcrm *crm;
  int status;
  if (!cli_read(&(cli_command){"",
                               "Runs what is due: reminders, check-ins, refreshing from the host. Any number of "
                               "workers may run at once.\nEnds on SIGINT or SIGTERM after the job in hand.",
                               options, 0, 0},
                argc, argv, words, &status))
    return status;
  if ((status = cli_config(&c))) return status;
  if (!(status = open_logging(c, &crm))) {
    if (once) {
      mcrm_error error = {0};
      unsigned done = 0;
      if (mcrm_work(crm, &done, &error))
        status = cli_fail(&error);
      else
        printf("{\"done\":%u}\n", done);
    } else {
      cli_signals();
      status = work(crm, c);
    }
    mcrm_close(crm);
  }
  config_free(c);
  return status;
}
