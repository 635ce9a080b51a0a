/* A plugin to copy. It speaks to the simplest speech service that there can be, such as a few lines of script around a
 * recogniser of your own: POST the audio file, get the words back as plain text.
 *   POST {url}?language=fa            200 text/plain: سلام، فردا ساعت ده تماس می‌گیرم
 *   Content-Type: audio/webm          4xx, 5xx: the reason in one line
 *   Authorization: Bearer {key}
 * docs/plugin-author.md goes through it line by line. */
#include <marfacrm/plugin.h>
#include <stdio.h>
#include <string.h>

/* What an admin may write, and where it lands. */
typedef struct state {
  const char *url, *key;
  const mcrm_plugin_host *host; /* remembered by start */
} state;

static const mcrm_plugin_option options[] = {
    {.size = sizeof(mcrm_plugin_option),
     .name = "url",
     .kind = MCRM_OPTION_URL,
     .offset = offsetof(state, url),
     .required = 1,
     .help = "Where the audio is sent."},
    {.size = sizeof(mcrm_plugin_option),
     .name = "api_key",
     .kind = MCRM_OPTION_SECRET,
     .offset = offsetof(state, key),
     .help = "Sent as Authorization: Bearer."},
    {.size = sizeof(mcrm_plugin_option)},
};

static const mcrm_capabilities capabilities = {
    .size = sizeof(mcrm_capabilities), .flags = MCRM_CAN_SPEECH, .audio_bytes = 25 << 20};

/* The host decides by the class what happens next, so this is what matters most. */
static mcrm_outcome class_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return MCRM_OUTCOME_AUTH;
    case 402:
      return MCRM_OUTCOME_BILLING;
    case 429:
      return MCRM_OUTCOME_RATE_LIMIT;
    default:
      return status >= 500 ? MCRM_OUTCOME_OVERLOAD : MCRM_OUTCOME_BAD_REQUEST;
  }
}

static mcrm_outcome failed(const mcrm_http_reply *reply, mcrm_failure *failure) {
  failure->status = reply->status;
  failure->retry_after_ms = reply->retry_after_ms;
  failure->server_time = reply->server_time;
  snprintf(failure->code, sizeof failure->code, "%d", reply->status);
  snprintf(failure->detail, sizeof failure->detail, "%.200s", reply->body);
  return class_of(reply->status);
}

static mcrm_outcome start(void *of, mcrm_plugin_call *call, const mcrm_plugin_host *host,
                          mcrm_capabilities *instance_capabilities, mcrm_failure *failure) {
  state *s = of;
  (void)call, (void)failure;
  s->host = host;
  /* A server on this machine hears nothing that leaves it. */
  instance_capabilities->local = !strncmp(s->url, "http://127.", 11) || !strncmp(s->url, "http://localhost", 16);
  return MCRM_OUTCOME_OK;
}

/* Memory of the call's: nothing is freed by hand. */
static char *print(const state *s, mcrm_plugin_call *call, const char *format, const char *a, const char *b) {
  size_t size = strlen(format) + strlen(a) + strlen(b);
  char *text = s->host->alloc(call, size);
  if (text) snprintf(text, size, format, a, b);
  return text;
}

static mcrm_outcome no_memory(mcrm_failure *failure) {
  snprintf(failure->code, sizeof failure->code, "memory");
  snprintf(failure->detail, sizeof failure->detail, "out of memory");
  return MCRM_OUTCOME_PROTOCOL;
}

static mcrm_outcome speech(void *of, mcrm_plugin_call *call, const mcrm_speech_request *request,
                           mcrm_speech_reply *reply, mcrm_failure *failure) {
  const state *s = of;
  mcrm_http_reply answer = {.size = sizeof answer};
  const char *url = request->language ? print(s, call, "%s?language=%s", s->url, request->language) : s->url;
  char *bearer = print(s, call, "Bearer %s%s", s->key ? s->key : "", "");
  if (!url || !bearer) return no_memory(failure);
  const mcrm_http_field headers[] = {{"Content-Type", request->media_type}, {"Authorization", bearer}};
  const mcrm_http_request ask = {.size = sizeof ask,
                                 .method = "POST",
                                 .url = url,
                                 .headers = headers,
                                 .header_count = s->key ? 2 : 1,
                                 .body = request->audio,
                                 .body_length = request->length,
                                 .reply_limit = 1 << 20};
  mcrm_outcome outcome = s->host->http(call, &ask, &answer, failure);
  if (outcome != MCRM_OUTCOME_OK) return outcome; /* the host has said why */
  if (answer.status != 200) return failed(&answer, failure);
  reply->text = answer.body;
  reply->language = request->language;
  return MCRM_OUTCOME_OK;
}

/* Asked by `marfacrm doctor`: any answer but a refusal of the key shows that somebody is there. */
static mcrm_outcome probe(void *of, mcrm_plugin_call *call, const char **said, mcrm_failure *failure) {
  const state *s = of;
  mcrm_http_reply answer = {.size = sizeof answer};
  char *bearer = print(s, call, "Bearer %s%s", s->key ? s->key : "", "");
  if (!bearer) return no_memory(failure);
  const mcrm_http_field headers[] = {{"Authorization", bearer}};
  const mcrm_http_request ask = {.size = sizeof ask,
                                 .method = "GET",
                                 .url = s->url,
                                 .headers = headers,
                                 .header_count = s->key ? 1 : 0,
                                 .reply_limit = 64 << 10};
  mcrm_outcome outcome = s->host->http(call, &ask, &answer, failure);
  if (outcome != MCRM_OUTCOME_OK) return outcome;
  if (answer.status == 401 || answer.status == 403 || answer.status >= 500) return failed(&answer, failure);
  *said = "it answers";
  return MCRM_OUTCOME_OK;
}

static const mcrm_speech_ops speech_ops = {.size = sizeof speech_ops, .run = speech};

static const mcrm_plugin plugin = {
    .abi_major = MCRM_PLUGIN_ABI_MAJOR,
    .abi_minor = MCRM_PLUGIN_ABI_MINOR,
    .size = sizeof plugin,
    .name = "template",
    .version = "1.0",
    .help = "Speech to text by a service that takes a file and answers with text.",
    .options = options,
    .state_size = sizeof(state),
    .capabilities = &capabilities,
    .start = start,
    .probe = probe,
    .speech = &speech_ops,
};

const mcrm_plugin *mcrm_plugin_entry(const mcrm_plugin_host *host) {
  return host->abi_major == MCRM_PLUGIN_ABI_MAJOR ? &plugin : NULL;
}
