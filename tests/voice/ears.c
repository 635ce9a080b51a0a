/* A provider of speech whose service is a folder: what it hears is always the same, every recording it was given leaves
 * a byte in the file `heard`, and it fails as the file `outage` says. */
#include <fcntl.h>
#include <marfacrm/plugin.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct state {
  const char *folder;
  int64_t takes;
  const mcrm_plugin_host *host;
} state;

static const mcrm_plugin_option options[] = {
    {.size = sizeof *options, .name = "folder", .kind = MCRM_OPTION_TEXT, .offset = offsetof(state, folder)},
    {.size = sizeof *options,
     .name = "takes",
     .kind = MCRM_OPTION_INT,
     .offset = offsetof(state, takes),
     .fallback = "0",
     .most = 1000},
    {.size = sizeof *options}};
static const mcrm_capabilities capabilities = {.size = sizeof capabilities, .flags = MCRM_CAN_SPEECH};

static mcrm_outcome start(void *of, mcrm_plugin_call *call, const mcrm_plugin_host *host, mcrm_capabilities *can,
                          mcrm_failure *failure) {
  (void)call, (void)can, (void)failure;
  ((state *)of)->host = host;
  return MCRM_OUTCOME_OK;
}

static int file_of(const state *s, const char *name, int flags) {
  char path[300];
  snprintf(path, sizeof path, "%s/%s", s->folder, name);
  return open(path, flags | O_CLOEXEC, 0600);
}

static mcrm_outcome outage(const state *s, mcrm_failure *failure) {
  char word[16] = "";
  int fd = file_of(s, "outage", O_RDONLY);
  if (fd < 0) return MCRM_OUTCOME_OK;
  if (read(fd, word, sizeof word - 1) < 0) word[0] = 0;
  close(fd);
  snprintf(failure->code, sizeof failure->code, "tcp");
  snprintf(failure->detail, sizeof failure->detail, "nobody is there");
  return !strcmp(word, "credit") ? MCRM_OUTCOME_BILLING : MCRM_OUTCOME_NETWORK;
}

static mcrm_outcome speech(void *of, mcrm_plugin_call *call, const mcrm_speech_request *request,
                           mcrm_speech_reply *reply, mcrm_failure *failure) {
  static const char said[] = "قول دادم فردا ساعت ۱۰ خبر بدم.";
  const state *s = of;
  mcrm_outcome outcome = outage(s, failure);
  if (outcome != MCRM_OUTCOME_OK) return outcome;
  nanosleep(&(struct timespec){.tv_nsec = s->takes * 1000000}, NULL);
  int fd = file_of(s, "heard", O_WRONLY | O_CREAT | O_APPEND);
  if (fd < 0 || write(fd, "x", 1) != 1 || !request->length) outcome = MCRM_OUTCOME_PROTOCOL;
  if (fd >= 0) close(fd);
  char *text = s->host->alloc(call, sizeof said);
  if (!text) return MCRM_OUTCOME_PROTOCOL;
  memcpy(text, said, sizeof said);
  reply->text = text;
  return outcome;
}

static mcrm_outcome probe(void *of, mcrm_plugin_call *call, const char **said, mcrm_failure *failure) {
  (void)call, (void)said;
  return outage(of, failure);
}

static const mcrm_speech_ops speech_ops = {.size = sizeof speech_ops, .run = speech};
static const mcrm_plugin plugin = {.abi_major = MCRM_PLUGIN_ABI_MAJOR,
                                   .abi_minor = MCRM_PLUGIN_ABI_MINOR,
                                   .size = sizeof plugin,
                                   .name = "ears",
                                   .version = "1",
                                   .help = "hears the same in everything",
                                   .options = options,
                                   .state_size = sizeof(state),
                                   .capabilities = &capabilities,
                                   .start = start,
                                   .probe = probe,
                                   .speech = &speech_ops};

const mcrm_plugin *mcrm_plugin_entry(const mcrm_plugin_host *host);
const mcrm_plugin *mcrm_plugin_entry(const mcrm_plugin_host *host) {
  return host->abi_major == MCRM_PLUGIN_ABI_MAJOR ? &plugin : NULL;
}
