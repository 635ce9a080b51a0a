/* What the parts of the plugin share. */
#ifndef GROK_GROK_H
#define GROK_GROK_H

#include "../common/complaint.h"
#include "../common/draft.h"
#include "../common/endpoint.h"

typedef struct grok {
  const mcrm_plugin_host *host;
  endpoint at;
  const char *server; /* whose ways are the defaults */
  const char *path, *model, *effort, *structured, *system_role, *max_tokens_field, *conversation, *probe, *store;
  int64_t max_tokens, strict, stream_usage, speech, diarize, filler_words;
  double temperature;
  const char *speech_path;
} grok;

/* The body of a request; NULL: no memory. */
const char *chat_body(const work *w, const grok *g, const mcrm_chat_request *request, size_t *length);

/* What has come of a reply, whole or in pieces. */
typedef struct chat_reading {
  const work *w;
  const grok *g;
  const mcrm_chat_request *request;
  draft text;
  json_pool pool;
  const char *finish, *refusal, *model, *id;
  int64_t input_tokens, cached_tokens, output_tokens, reasoning_tokens, total_tokens, cost;
  complaint complaint;
  bool any, done, complained, unreadable;
} chat_reading;

void chat_reading_begin(chat_reading *r, const work *w, const grok *g, const mcrm_chat_request *request);
/* A whole reply, or a piece of a stream: JSON. */
void chat_reading_take(chat_reading *r, const char *bytes, size_t length, bool streamed);
mcrm_outcome chat_reading_end(chat_reading *r, const mcrm_http_reply *http, mcrm_chat_reply *reply,
                              mcrm_failure *failure);

mcrm_outcome chat_run(void *state, mcrm_plugin_call *call, const mcrm_chat_request *request, mcrm_chat_reply *reply,
                      mcrm_failure *failure);
mcrm_outcome listen_run(void *state, mcrm_plugin_call *call, const mcrm_speech_request *request,
                        mcrm_speech_reply *reply, mcrm_failure *failure);
mcrm_outcome probe_run(void *state, mcrm_plugin_call *call, const char **said, mcrm_failure *failure);

#endif
