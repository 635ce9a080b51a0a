/* A small plugin, compiled with the header that AGED_HEADER names: the one of today, the frozen one of 1.0, and one of
 * a version to come. */
#include AGED_HEADER
#include <string.h>

typedef struct state {
  const char *greeting;
  const mcrm_plugin_host *host;
} state;

static mcrm_outcome start(void *of, mcrm_plugin_call *call, const mcrm_plugin_host *host, mcrm_capabilities *can,
                          mcrm_failure *failure) {
  (void)call, (void)failure;
  ((state *)of)->host = host;
  can->context_tokens = 1234;
  return MCRM_OUTCOME_OK;
}

static mcrm_outcome chat(void *of, mcrm_plugin_call *call, const mcrm_chat_request *request, mcrm_chat_reply *reply,
                         mcrm_failure *failure) {
  const state *s = of;
  (void)failure;
  const char *said = request->messages[0]->text;
  size_t greeting = strlen(s->greeting), length = strlen(said);
  char *text = s->host->alloc(call, greeting + length + 1);
  if (!text) return MCRM_OUTCOME_PROTOCOL;
  memcpy(text, s->greeting, greeting);
  memcpy(text + greeting, said, length);
  reply->text = text;
  reply->cost = (int64_t)sizeof *reply;
  return MCRM_OUTCOME_OK;
}

static const mcrm_plugin_option options[] = {
    {.size = sizeof(mcrm_plugin_option),
     .name = "greeting",
     .kind = MCRM_OPTION_TEXT,
     .offset = offsetof(state, greeting),
     .fallback = "hello ",
     .help = "What is said first."},
    {.size = sizeof(mcrm_plugin_option),
     .name = "second",
     .kind = MCRM_OPTION_TEXT,
     .offset = offsetof(state, greeting),
     .help = "The same; the rows lie as far apart as this header makes them."},
    {.size = sizeof(mcrm_plugin_option)},
};
static const mcrm_chat_ops ops = {.size = sizeof ops, .run = chat};
static const mcrm_capabilities capabilities = {.size = sizeof capabilities, .flags = MCRM_CAN_CHAT};
static const mcrm_plugin plugin = {.abi_major = MCRM_PLUGIN_ABI_MAJOR,
                                   .abi_minor = MCRM_PLUGIN_ABI_MINOR,
                                   .size = sizeof plugin,
                                   .name = "aged",
                                   .version = "1.0",
                                   .options = options,
                                   .state_size = sizeof(state),
                                   .capabilities = &capabilities,
                                   .start = start,
                                   .chat = &ops};

const mcrm_plugin *mcrm_plugin_entry(const mcrm_plugin_host *host) {
  return host->size >= offsetof(mcrm_plugin_host, delta) ? &plugin : NULL;
}
