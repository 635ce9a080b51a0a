/* The body of a chat request. What calls have in common comes first and the words that differ last, because services
 * cache by equal beginnings. */
#include <string.h>

#include "grok.h"

/* Refused by the service whatever its value. */
static bool takes_effort(const char *model) {
  if (!model) return true;
  bool single = work_starts(model, "grok-4.20-") && !work_has(model, "multi-agent");
  return !single && !work_starts(model, "grok-build") && !work_starts(model, "gpt-4");
}

static void write_messages(draft *d, const grok *g, const mcrm_chat_request *request) {
  draft_name(d, "messages");
  draft_byte(d, '[');
  for (size_t i = 0; i < request->message_count; i++) {
    const mcrm_chat_message *m = request->messages[i];
    if (i) draft_byte(d, ',');
    draft_text(d, "{\"role\":");
    draft_json(d, strcmp(m->role, "system") ? m->role : g->system_role);
    draft_text(d, ",\"content\":");
    draft_json(d, m->text ? m->text : "");
    draft_byte(d, '}');
  }
  draft_byte(d, ']');
}

/* The schema is the host's text and goes as it is. */
static void write_format(draft *d, const grok *g, const mcrm_chat_request *request) {
  if (!request->schema || !strcmp(g->structured, "prompt")) return;
  draft_name(d, "response_format");
  if (!strcmp(g->structured, "json_object")) {
    draft_text(d, "{\"type\":\"json_object\"}");
    return;
  }
  draft_text(d, "{\"type\":\"json_schema\",\"json_schema\":{\"name\":");
  draft_json(d, request->schema_name ? request->schema_name : "reply");
  if (g->strict) draft_text(d, ",\"strict\":true");
  draft_text(d, ",\"schema\":");
  draft_text(d, request->schema);
  draft_text(d, "}}");
}

static void write_numbers(draft *d, const grok *g, const mcrm_chat_request *request) {
  double temperature = request->temperature >= 0 ? request->temperature : g->temperature;
  int64_t most = request->max_tokens > 0 ? request->max_tokens : g->max_tokens;
  if (temperature >= 0) {
    draft_name(d, "temperature");
    draft_real(d, temperature);
  }
  if (most > 0) {
    draft_name(d, g->max_tokens_field);
    draft_integer(d, most);
  }
}

const char *chat_body(const work *w, const grok *g, const mcrm_chat_request *request, size_t *length) {
  const char *model = request->model ? request->model : g->model;
  const char *effort = request->effort ? request->effort : g->effort;
  draft d;
  draft_init(&d, w, 0);
  draft_byte(&d, '{');
  if (model) {
    draft_name(&d, "model");
    draft_json(&d, model);
  }
  write_numbers(&d, g, request);
  if (effort && takes_effort(model)) {
    draft_name(&d, "reasoning_effort");
    draft_json(&d, effort);
  }
  write_format(&d, g, request);
  if (request->stream) {
    draft_name(&d, "stream");
    draft_text(&d, g->stream_usage ? "true,\"stream_options\":{\"include_usage\":true}" : "true");
  }
  if (!strcmp(g->store, "false")) {
    draft_name(&d, "store");
    draft_text(&d, "false");
  }
  if (request->conversation && !strcmp(g->conversation, "prompt_cache_key")) {
    draft_name(&d, "prompt_cache_key");
    draft_json(&d, request->conversation);
  }
  write_messages(&d, g, request);
  draft_byte(&d, '}');
  *length = d.length;
  return d.failed ? NULL : d.bytes;
}
