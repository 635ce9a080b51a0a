/* The provider for xAI's Grok, and for every server that speaks OpenAI's chat completions: what differs between them is
 * options, and `server` sets the options' defaults. */
#include "grok.h"

#include <string.h>

#define ROW(row_name, row_kind, member, ...)                                              \
  {                                                                                       \
    .size = sizeof(mcrm_plugin_option), .name = row_name, .kind = MCRM_OPTION_##row_kind, \
    .offset = offsetof(grok, member), __VA_ARGS__                                         \
  }

static const char *const servers[] = {"xai", "openai", "azure", "gemini", "llama.cpp", "other", NULL};
static const char *const efforts[] = {"none", "minimal", "low", "medium", "high", "xhigh", NULL};
static const char *const structures[] = {"json_schema", "json_object", "prompt", NULL};
static const char *const system_roles[] = {"system", "developer", "user", NULL};
static const char *const token_fields[] = {"max_completion_tokens", "max_tokens", NULL};
static const char *const conversations[] = {"header", "prompt_cache_key", "none", NULL};
static const char *const stores[] = {"false", "unsaid", NULL};
static const char *const probes[] = {"key", "models", "health", NULL};

static const mcrm_plugin_option options[] = {
    ROW("server", TEXT, server, .fallback = "xai", .choices = servers,
        .help = "whose ways are the defaults of the other options"),
    ENDPOINT_OPTIONS(grok, at),
    ROW("path", TEXT, path, .fallback = "/chat/completions", .help = "of chat, behind base_url"),
    ROW("model", TEXT, model, .help = "xAI: grok-4.3; others: must be given (llama.cpp: need not)"),
    ROW("effort", TEXT, effort, .choices = efforts,
        .help = "of reasoning, where a task does not say; not sent to models that refuse it"),
    ROW("temperature", REAL, temperature, .fallback = "-1", .least = -1, .most = 2,
        .help = "where a task does not say; -1: the service's own"),
    ROW("max_tokens", INT, max_tokens, .fallback = "0", .least = 0, .most = 1000000,
        .help = "of a reply, where a task does not say; 0: the service's own"),
    ROW("max_tokens_field", TEXT, max_tokens_field, .choices = token_fields, .help = "its name; by the server"),
    ROW("structured", TEXT, structured, .choices = structures,
        .help = "how a reply is held to a schema: json_schema by the service, json_object or prompt by words; by the "
                "server"),
    ROW("strict", BOOL, strict, .fallback = "true", .help = "ask for strict schemas"),
    ROW("system_role", TEXT, system_role, .choices = system_roles, .fallback = "system",
        .help = "what the service calls the system's messages"),
    ROW("stream_usage", BOOL, stream_usage, .fallback = "true", .help = "ask for token counts at the end of a stream"),
    ROW("conversation", TEXT, conversation, .choices = conversations,
        .help = "how calls with the same beginning are marked: header (x-grok-conv-id), prompt_cache_key, none; by the "
                "server"),
    ROW("store", TEXT, store, .choices = stores,
        .help = "false: ask the service in each request to keep nothing; unsaid: where the field is refused; by the "
                "server"),
    ROW("probe", TEXT, probe, .choices = probes,
        .help = "how key and service are tried at no cost: /api-key, /models or /health; by the server"),
    ROW("speech", BOOL, speech, .fallback = "true", .help = "xAI's speech to text as well (server: xai only)"),
    ROW("speech_path", TEXT, speech_path, .fallback = "/stt", .help = "behind base_url"),
    ROW("diarize", BOOL, diarize, .fallback = "false", .help = "tell speakers apart"),
    ROW("filler_words", BOOL, filler_words, .fallback = "false", .help = "keep the ers and ums"),
    {.size = sizeof(mcrm_plugin_option)}};

/* What each server does unless it is told otherwise. */
typedef struct ways {
  const char *server, *base_url, *auth_style, *model, *structured, *max_tokens_field, *conversation, *probe, *store;
} ways;

static const ways known[] = {
    {"xai", "https://api.x.ai/v1", "bearer", "grok-4.3", "json_schema", "max_completion_tokens", "header", "key",
     "unsaid"},
    {"openai", "https://api.openai.com/v1", "bearer", NULL, "json_schema", "max_completion_tokens", "prompt_cache_key",
     "models", "false"},
    {"azure", NULL, "api-key", NULL, "json_schema", "max_completion_tokens", "none", "models", "unsaid"},
    {"gemini", "https://generativelanguage.googleapis.com/v1beta/openai", "bearer", NULL, "json_schema", "max_tokens",
     "none", "models", "unsaid"},
    {"llama.cpp", "http://127.0.0.1:8080/v1", "none", NULL, "json_schema", "max_tokens", "none", "health", "unsaid"},
    {"other", NULL, "bearer", NULL, "json_object", "max_tokens", "none", "models", "unsaid"}};

static void take_default(const char **option, const char *value) {
  if (!*option) *option = value;
}

static mcrm_outcome start(void *state, mcrm_plugin_call *call, const mcrm_plugin_host *host,
                          mcrm_capabilities *capabilities, mcrm_failure *failure) {
  grok *g = state;
  const ways *w = known;
  (void)call;
  while (strcmp(w->server, g->server) && w < known + sizeof known / sizeof *known - 1) w++;
  g->host = host;
  take_default(&g->at.base_url, w->base_url);
  take_default(&g->at.auth_style, w->auth_style);
  take_default(&g->model, w->model);
  take_default(&g->structured, w->structured);
  take_default(&g->max_tokens_field, w->max_tokens_field);
  take_default(&g->conversation, w->conversation);
  take_default(&g->probe, w->probe);
  take_default(&g->store, w->store);
  if (g->path[0] != '/' || g->speech_path[0] != '/')
    return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, g->path[0] != '/' ? "path" : "speech_path", "begins with /");
  if (!g->model && strcmp(g->server, "llama.cpp"))
    return work_fail(failure, MCRM_OUTCOME_BAD_REQUEST, "model", "must be given for server: %s", g->server);
  if (strcmp(g->structured, "json_schema")) capabilities->flags &= ~(unsigned)MCRM_CAN_SCHEMA;
  if (!g->speech || strcmp(g->server, "xai"))
    capabilities->flags &= ~(unsigned)(MCRM_CAN_SPEECH | MCRM_CAN_SEGMENTS | MCRM_CAN_HINTS);
  if (!endpoint_local(g->at.base_url)) capabilities->local = 0;
  return endpoint_check(&g->at, failure);
}

static const mcrm_capabilities capabilities = {
    .size = sizeof capabilities,
    .flags = MCRM_CAN_CHAT | MCRM_CAN_STREAM | MCRM_CAN_SCHEMA | MCRM_CAN_SPEECH | MCRM_CAN_SEGMENTS | MCRM_CAN_HINTS,
    .audio_bytes = 500 << 20,
    .local = 1 /* until start has seen where it is */};

static const mcrm_chat_ops chat = {.size = sizeof chat, .run = chat_run};
static const mcrm_speech_ops speech = {.size = sizeof speech, .run = listen_run};

static const mcrm_plugin plugin = {
    .abi_major = MCRM_PLUGIN_ABI_MAJOR,
    .abi_minor = MCRM_PLUGIN_ABI_MINOR,
    .size = sizeof plugin,
    .name = "grok",
    .version = "1.0",
    .help = "xAI's Grok: chat and speech; or any server that speaks OpenAI's chat completions",
    .options = options,
    .state_size = sizeof(grok),
    .capabilities = &capabilities,
    .start = start,
    .probe = probe_run,
    .chat = &chat,
    .speech = &speech};

const mcrm_plugin *mcrm_plugin_entry(const mcrm_plugin_host *host) {
  return host->abi_major == MCRM_PLUGIN_ABI_MAJOR ? &plugin : NULL;
}
