/* A chat reply, whole or as the pieces of a stream. */
#include <string.h>

#include "grok.h"

void chat_reading_begin(chat_reading *r, const work *w, const grok *g, const mcrm_chat_request *request) {
  *r = (chat_reading){.w = w, .g = g, .request = request, .pool = {.w = w}};
  r->input_tokens = r->cached_tokens = r->output_tokens = r->reasoning_tokens = r->total_tokens = r->cost = -1;
  draft_init(&r->text, w, 16 << 20);
}

/* Pieces are forgotten, so what is kept of them is copied, once. */
static void keep(chat_reading *r, const char **where, const char *text) {
  if (text && *text && (!*where || strcmp(*where, text))) *where = work_copy(r->w, text, strlen(text));
}

static void take_usage(chat_reading *r, const json *usage) {
  if (!usage || usage->kind != JSON_OBJECT) return;
  r->input_tokens = json_integer(usage, "prompt_tokens", r->input_tokens);
  r->output_tokens = json_integer(usage, "completion_tokens", r->output_tokens);
  r->total_tokens = json_integer(usage, "total_tokens", r->total_tokens);
  r->cached_tokens = json_integer(usage, "prompt_tokens_details.cached_tokens", r->cached_tokens);
  r->reasoning_tokens = json_integer(usage, "completion_tokens_details.reasoning_tokens", r->reasoning_tokens);
  r->cost = json_integer(usage, "cost_in_usd_ticks", r->cost);
}

/* Some servers say the last message of the request again, as a piece of its own, before they answer. */
static bool repeats(const chat_reading *r, const char *piece) {
  const mcrm_chat_request *q = r->request;
  const mcrm_chat_message *last = q->message_count ? q->messages[q->message_count - 1] : NULL;
  return !r->text.length && last && !strcmp(last->role, "assistant") && last->text && !strcmp(last->text, piece);
}

static void take_piece(chat_reading *r, const char *piece, bool streamed) {
  if (!piece || !*piece || (streamed && repeats(r, piece))) return;
  draft_text(&r->text, piece);
  if (streamed && !r->text.failed) r->g->host->delta(r->w->call, piece, strlen(piece));
}

/* A text, or a list of parts of which the texts count. */
static void take_content(chat_reading *r, const json *content, bool streamed) {
  if (!content) return;
  if (content->kind == JSON_TEXT) take_piece(r, content->text, streamed);
  for (const json *part = content->kind == JSON_LIST ? content->first : NULL; part; part = part->next)
    take_piece(r, json_text(part, "text", NULL), streamed);
}

static void take_choice(chat_reading *r, const json *choice, bool streamed) {
  const json *message = json_at(choice, "delta");
  if (!message) message = json_at(choice, "message");
  if (json_integer(choice, "index", 0)) return;
  take_content(r, json_at(message, "content"), streamed);
  const char *refusal = json_text(message, "refusal", NULL);
  if (refusal && *refusal && !r->refusal) r->refusal = work_copy(r->w, refusal, strlen(refusal));
  keep(r, &r->finish, json_text(choice, "finish_reason", NULL));
}

static void keep_complaint(chat_reading *r) {
  complaint *c = &r->complaint;
  const char **texts[] = {&c->message, &c->code, &c->type, &c->reason};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const char *copy = work_copy(r->w, *texts[i], strlen(*texts[i]));
    *texts[i] = copy ? copy : "";
  }
  r->complained = true;
}

void chat_reading_take(chat_reading *r, const char *bytes, size_t length, bool streamed) {
  json_forget(&r->pool);
  const json *body = json_read(r->w, &r->pool, bytes, length);
  if (!body || body->kind < JSON_LIST) {
    r->unreadable = true;
    return;
  }
  if (complaint_in(r->w, body, &r->complaint)) {
    keep_complaint(r);
    return;
  }
  const json *choices = json_at(body, "choices");
  r->any = r->any || choices;
  keep(r, &r->model, json_text(body, "model", NULL));
  keep(r, &r->id, json_text(body, "id", NULL));
  take_usage(r, json_at(body, "usage"));
  for (const json *c = choices && choices->kind == JSON_LIST ? choices->first : NULL; c; c = c->next)
    take_choice(r, c, streamed);
}

static const char *finish_word(const char *finish) {
  static const char *const words[][2] = {{"stop", "stop"},
                                         {"end_turn", "stop"},
                                         {"STOP", "stop"},
                                         {"eos", "stop"},
                                         {"length", "length"},
                                         {"max_tokens", "length"},
                                         {"MAX_TOKENS", "length"},
                                         {"model_length", "length"},
                                         {"REASON_MAX_CONTEXT", "length"},
                                         {"content_filter", "content_filter"},
                                         {"SAFETY", "content_filter"}};
  for (size_t i = 0; finish && i < sizeof words / sizeof *words; i++) {
    if (!strcmp(finish, words[i][0])) return words[i][1];
  }
  return "other";
}

/* xAI counts reasoning beside the reply, OpenAI within it; the sum tells which. */
static int64_t visible_tokens(const chat_reading *r) {
  if (r->output_tokens < 0 || r->reasoning_tokens <= 0) return r->output_tokens;
  bool beside = !strcmp(r->g->server, "xai");
  if (r->total_tokens >= 0 && r->input_tokens >= 0) beside = r->total_tokens != r->input_tokens + r->output_tokens;
  return beside || r->reasoning_tokens > r->output_tokens ? r->output_tokens : r->output_tokens - r->reasoning_tokens;
}

/* grok-4.3 answers for grok-4.3-latest and the reverse; another model than was asked is worth a line in the log. */
static void compare_models(const chat_reading *r) {
  const char *asked = r->request->model ? r->request->model : r->g->model;
  const char *answered = r->model;
  if (!asked || !answered || !*answered || !strcmp(r->g->server, "llama.cpp")) return;
  if (work_starts(answered, "models/")) answered += strlen("models/");
  size_t a = strlen(asked), b = strlen(answered);
  if (a > 7 && !strcmp(asked + a - 7, "-latest")) a -= 7;
  size_t shorter = a < b ? a : b;
  const char *rest = a < b ? answered + shorter : asked + shorter;
  if (strncmp(asked, answered, shorter) || (a != b && *rest != '-'))
    work_log(r->w, MCRM_LOG_WARNING, "asked %s, answered by %s: the service may have retired the first", asked,
             r->model);
}

static void fill_in(const chat_reading *r, const mcrm_http_reply *http, mcrm_chat_reply *reply) {
  const char *kept = work_header(http, "x-zero-data-retention");
  const char *id = work_header(http, "x-request-id");
  reply->text = r->text.bytes ? r->text.bytes : "";
  reply->model = r->model;
  reply->finish = r->refusal ? "content_filter" : finish_word(r->finish);
  reply->request_id = id ? work_copy(r->w, id, strlen(id)) : r->id;
  reply->input_tokens = r->input_tokens;
  reply->cached_tokens = r->cached_tokens;
  reply->output_tokens = visible_tokens(r);
  reply->reasoning_tokens = r->reasoning_tokens;
  reply->cost = r->cost;
  reply->zero_retention = !kept ? -1 : !strcmp(kept, "true");
}

mcrm_outcome chat_reading_end(chat_reading *r, const mcrm_http_reply *http, mcrm_chat_reply *reply,
                              mcrm_failure *failure) {
  if (r->text.failed) return work_no_memory(failure);
  fill_in(r, http, reply);
  if (r->complained) return complaint_fail(r->w, http, &r->complaint, r->g->at.key, failure);
  failure->status = http->status;
  failure->server_time = http->server_time;
  if (!r->any)
    return work_fail(failure, MCRM_OUTCOME_PROTOCOL, "no_reply", "what came is no chat completion: is base_url right?");
  if (!strcmp(reply->finish, "content_filter"))
    return work_fail(failure, MCRM_OUTCOME_CONTENT_FILTER, r->refusal ? "refusal" : "content_filter", "%s",
                     r->refusal ? r->refusal : "the service stopped its reply for what it would say");
  if (!r->finish && (r->request->stream || r->unreadable))
    return work_fail(failure, MCRM_OUTCOME_TRUNCATED, "cut", "the reply ended in its middle, after %zu bytes of text",
                     r->text.length);
  if (!r->text.length && !strcmp(reply->finish, "stop"))
    return work_fail(failure, MCRM_OUTCOME_PROTOCOL, "empty", "the service says that it is done, with no word said");
  compare_models(r);
  return MCRM_OUTCOME_OK;
}
