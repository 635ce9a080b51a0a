#include "chat.h"

#include <base/error.h>
#include <model/json.h>
#include <model/validate.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <text/redact.h>

#include <ai/schema.h>
#include "guard.h"
#include "router.h"

enum {
  PART_BYTES = 32 << 10, /* of a long text; some ten thousand tokens of Persian */
  PARTS_MOST = 32,
  TEXT_LIMIT = 8 << 20,
  BYTES_PER_TOKEN = 3 /* a careful guess for Persian */
};

typedef struct chat {
  const ai_task *task;
  ai_call *call;
  const prompt *prompt;
  text_redaction *redaction; /* NULL: nothing is left out */
  const char *schema;
  char nonce[GUARD_NONCE];
} chat;

/* One round: what is sent, and the record that came back. */
typedef struct round {
  chat *chat;
  const char *system, *data;
  void *record;
  const char *text; /* the reply as it came, for the cache */
  char errors[256];
} round;

/* ---- what came back ---- */

/* From the first brace to the last: a model without a strict mode likes to wrap JSON in words and fences. */
static bool find_object(const char *text, const char **from, size_t *length) {
  const char *first = text ? strchr(text, '{') : NULL, *last = text ? strrchr(text, '}') : NULL;
  if (!first || !last || last < first) return false;
  *from = first;
  *length = (size_t)(last - first) + 1;
  return true;
}

static int restore_text(chat *c, const char **text) {
  buffer out;
  if (!*text) return MCRM_OK;
  buffer_init(&out, TEXT_LIMIT);
  int code = c->redaction ? text_restore(c->redaction, *text, strlen(*text), &out) : MCRM_OK;
  if (!c->redaction) buffer_text(&out, *text);
  buffer clean;
  buffer_init(&clean, TEXT_LIMIT);
  if (!code) guard_clean(&clean, out.bytes ? out.bytes : "", out.length);
  *text = clean.failed ? NULL : arena_copy(c->call->arena, clean.bytes ? clean.bytes : "", clean.length);
  buffer_free(&out);
  buffer_free(&clean);
  return *text ? MCRM_OK : MCRM_NO_MEMORY;
}

/* Puts back what was left out, in every text of the record; and nothing invisible stays in any. */
static int restore(chat *c, const model_entity *e, void *record) {
  int code = MCRM_OK;
  for (const model_field *f = e->fields, *end = f + e->count; !code && f < end; f++) {
    if (!model_has(record, f)) continue;
    if (f->kind == MODEL_TEXT) {
      const char *text = model_text(record, f);
      code = restore_text(c, &text);
      model_set_text(record, f, text);
    } else if (f->kind == MODEL_TEXTS) {
      mcrm_texts texts = model_texts(record, f);
      const char **at = arena_array(c->call->arena, texts.count + 1, sizeof *at);
      if (!at) return MCRM_NO_MEMORY;
      for (size_t i = 0; !code && i < texts.count; i++) {
        at[i] = texts.at[i];
        code = restore_text(c, &at[i]);
      }
      model_set_texts(record, f, (mcrm_texts){at, texts.count});
    } else if (f->kind == MODEL_LIST) {
      model_records list = model_list(record, f);
      for (size_t i = 0; !code && i < list.count; i++) code = restore(c, f->entity, (void *)(uintptr_t)list.at[i]);
    }
  }
  return code;
}

/* Nested records are checked by their own rows, too. */
static int validate(const model_entity *e, const void *record, mcrm_error *error) {
  int code = model_validate(e, record, MODEL_CREATE, error);
  for (const model_field *f = e->fields, *end = f + e->count; !code && f < end; f++) {
    if (f->kind != MODEL_LIST || !model_has(record, f)) continue;
    model_records list = model_list(record, f);
    for (size_t i = 0; !code && i < list.count; i++) code = validate(f->entity, list.at[i], error);
  }
  return code;
}

static mcrm_outcome read_reply(round *r, const char *text) {
  chat *c = r->chat;
  mcrm_error why = {0};
  const char *from;
  size_t length;
  if (!find_object(text, &from, &length)) {
    snprintf(r->errors, sizeof r->errors, "the reply holds no JSON object");
    return MCRM_OUTCOME_INVALID_OUTPUT;
  }
  int code = model_decode(c->call->arena, c->task->reply, from, length, c->call->zone, &why, &r->record);
  if (!code) code = validate(c->task->reply, r->record, &why);
  if (!code) code = restore(c, c->task->reply, r->record);
  if (!code) {
    r->text = arena_copy(c->call->arena, from, length);
    return MCRM_OUTCOME_OK;
  }
  r->record = NULL;
  snprintf(r->errors, sizeof r->errors, "%.60s: %.180s", why.field[0] ? why.field : "json", why.detail);
  return MCRM_OUTCOME_INVALID_OUTPUT;
}

/* ---- one try ---- */

static void tally(ai_record *record, const mcrm_chat_reply *reply, arena *a) {
  int64_t *sums[] = {&record->input_tokens, &record->cached_tokens, &record->output_tokens, &record->reasoning_tokens,
                     &record->cost};
  const int64_t more[] = {reply->input_tokens, reply->cached_tokens, reply->output_tokens, reply->reasoning_tokens,
                          reply->cost};
  for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
    if (more[i] >= 0) *sums[i] = (*sums[i] > 0 ? *sums[i] : 0) + more[i];
  if (reply->model) record->model = arena_text(a, reply->model);
  if (reply->request_id) record->request_id = arena_text(a, reply->request_id);
  if (reply->zero_retention >= 0) record->zero_retention = reply->zero_retention;
}

static mcrm_outcome say(round *r, provider *p, provider_call *call, ai_record *record,
                        const mcrm_chat_message *const *messages, size_t count, mcrm_chat_reply *reply) {
  chat *c = r->chat;
  mcrm_chat_request request = {.size = sizeof request,
                               .messages = messages,
                               .message_count = count,
                               .max_tokens = c->task->max_tokens,
                               .temperature = 0,
                               .conversation = c->prompt->id};
  if (provider_capabilities(p)->flags & MCRM_CAN_SCHEMA) {
    request.schema_name = "reply";
    request.schema = c->schema;
  }
  *reply = (mcrm_chat_reply){.size = sizeof *reply,
                             .input_tokens = -1,
                             .cached_tokens = -1,
                             .output_tokens = -1,
                             .reasoning_tokens = -1,
                             .cost = -1,
                             .zero_retention = -1};
  int64_t sent = call->bytes_sent;
  unsigned requests = call->requests;
  mcrm_outcome outcome = provider_chat(p, call, &request, reply);
  if (call->bytes_sent < sent) call->bytes_sent += sent; /* of both rounds, whether the call counts on or anew */
  if (call->requests < requests) call->requests += requests;
  tally(record, reply, r->chat->call->arena);
  if (outcome != MCRM_OUTCOME_OK) return outcome;
  if (reply->finish && !strcmp(reply->finish, "length")) return MCRM_OUTCOME_TRUNCATED;
  if (reply->finish && !strcmp(reply->finish, "content_filter")) return MCRM_OUTCOME_CONTENT_FILTER;
  return read_reply(r, reply->text);
}

static void explain(provider_call *call, mcrm_outcome outcome, const char *errors) {
  if (outcome == MCRM_OUTCOME_INVALID_OUTPUT) snprintf(call->failure.detail, sizeof call->failure.detail, "%s", errors);
  if (outcome == MCRM_OUTCOME_TRUNCATED)
    snprintf(call->failure.detail, sizeof call->failure.detail, "the reply ended at its token limit");
}

/* A reply that does not fit is sent back once, with what is wrong with it and not with all that was said before. */
static mcrm_outcome ask(router_request *request, provider *p, provider_call *call, ai_record *record) {
  round *r = request->context;
  chat *c = r->chat;
  mcrm_chat_message system = {sizeof system, "system", r->system}, user = {sizeof user, "user", r->data};
  const mcrm_chat_message *const first[] = {&system, &user};
  mcrm_chat_reply reply;
  mcrm_outcome outcome = say(r, p, call, record, first, 2, &reply);
  if (outcome != MCRM_OUTCOME_INVALID_OUTPUT) {
    explain(call, outcome, "");
    return outcome;
  }
  buffer text;
  buffer_init(&text, TEXT_LIMIT);
  prompt_render(&text, c->prompt->repair, &(prompt_value){"errors", r->errors}, 1);
  mcrm_chat_message wrong = {sizeof wrong, "assistant", reply.text ? reply.text : ""},
                    repair = {sizeof repair, "user", text.bytes ? text.bytes : ""};
  const mcrm_chat_message *const second[] = {&system, &user, &wrong, &repair};
  outcome = text.failed ? outcome : say(r, p, call, record, second, 4, &reply);
  buffer_free(&text);
  explain(call, outcome, r->errors);
  return outcome;
}

/* ---- the cache ---- */

static void hash_text(crypto_generichash_state *h, const char *text) {
  size_t length = strlen(text);
  crypto_generichash_update(h, (const unsigned char *)&length, sizeof length);
  crypto_generichash_update(h, (const unsigned char *)text, length);
}

/* By what was asked, without the nonce; for the same providers, so that another choice asks again. */
static void key_of(const chat *c, const route *way, const char *template, const char *text,
                   unsigned char key[CACHE_KEY]) {
  crypto_generichash_state h;
  crypto_generichash_init(&h, NULL, 0, CACHE_KEY);
  hash_text(&h, c->task->name);
  hash_text(&h, c->prompt->id);
  hash_text(&h, template);
  hash_text(&h, c->schema);
  for (size_t i = 0; i < way->count; i++) hash_text(&h, way->lanes[i]->name);
  hash_text(&h, text);
  crypto_generichash_final(&h, key, CACHE_KEY);
}

static bool from_cache(round *r, const unsigned char key[CACHE_KEY], ai_answer *answer) {
  chat *c = r->chat;
  ai *a = c->call->ai;
  const char *text = NULL, *who = NULL, *model = NULL;
  pthread_mutex_lock(&a->lock);
  const cache_entry *e = cache_find(&a->cache, key, a->time.now(a->time.context));
  if (e) {
    text = arena_text(c->call->arena, e->text);
    who = arena_text(c->call->arena, e->provider);
    model = arena_text(c->call->arena, e->model);
  }
  pthread_mutex_unlock(&a->lock);
  if (!text || !who || !model || read_reply(r, text) != MCRM_OUTCOME_OK) return false;
  ai_record *record = router_record(a, c->call, c->task->name, who);
  if (record) {
    record->model = model;
    record->prompt = c->prompt->id;
    record->cached = true;
    record->cost = 0;
  }
  *answer = (ai_answer){.provider = who, .model = model, .prompt = c->prompt->id, .suspicious = answer->suspicious};
  return true;
}

/* ---- a round ---- */

static const char *rendered(chat *c, const char *template) {
  const prompt_value values[] = {{"schema", c->schema}, {"nonce", c->nonce}};
  buffer out;
  buffer_init(&out, TEXT_LIMIT);
  prompt_render(&out, template, values, 2);
  const char *text = out.failed ? NULL : arena_copy(c->call->arena, out.bytes ? out.bytes : "", out.length);
  buffer_free(&out);
  return text;
}

static int64_t redactions_in(const char *text) {
  static const char *const tokens[] = {"[PHONE_", "[TELEGRAM_", "[EMAIL_",      "[IP_",
                                       "[CARD_",  "[SHEBA_",    "[NATIONAL_ID_"};
  int64_t count = 0;
  for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
    for (const char *p = text; (p = strstr(p, tokens[i])); p++) count++;
  return count;
}

/* Asks about one text, which is clean and without what is to be left out. */
static mcrm_outcome ask_once(chat *c, const char *template, const char *text, ai_answer *answer, void **record) {
  ai *a = c->call->ai;
  unsigned char key[CACHE_KEY];
  round r = {.chat = c};
  router_request request = {.call = c->call,
                            .task = c->task->name,
                            .prompt = c->prompt->id,
                            .route = ai_route(a, c->task->name, false),
                            .need = MCRM_CAN_CHAT,
                            .output_tokens = c->task->max_tokens,
                            .ask = ask,
                            .context = &r};
  buffer data;
  key_of(c, request.route, template, text, key);
  if (from_cache(&r, key, answer)) {
    *record = r.record;
    return MCRM_OUTCOME_OK;
  }
  buffer_init(&data, TEXT_LIMIT);
  guard_quote(&data, c->nonce, text, strlen(text));
  r.data = data.bytes;
  r.system = rendered(c, template);
  mcrm_outcome outcome = MCRM_OUTCOME_PROTOCOL;
  if (!data.failed && r.system) {
    request.input_tokens = (int64_t)(strlen(r.system) + data.length) / BYTES_PER_TOKEN + 1;
    request.redactions = c->redaction ? redactions_in(text) : 0;
    outcome = router_run(a, &request);
  }
  buffer_free(&data);
  if (outcome != MCRM_OUTCOME_OK) return outcome;
  *record = r.record;
  const char *model = request.last && request.last->model ? request.last->model : "";
  *answer = (ai_answer){.provider = request.last ? request.last->provider : "",
                        .model = model,
                        .prompt = c->prompt->id,
                        .suspicious = answer->suspicious};
  pthread_mutex_lock(&a->lock);
  if (r.text) cache_keep(&a->cache, key, r.text, answer->provider, model, a->time.now(a->time.context));
  pthread_mutex_unlock(&a->lock);
  return MCRM_OUTCOME_OK;
}

/* ---- long texts ---- */

/* Where a part may end: after a line, a sentence or a word, in this order. */
static size_t part_length(const char *text, size_t length) {
  if (length <= PART_BYTES) return length;
  for (size_t i = PART_BYTES; i > PART_BYTES / 2; i--)
    if (text[i - 1] == '\n') return i;
  for (size_t i = PART_BYTES; i > PART_BYTES / 2; i--)
    if (text[i] == ' ' && strchr(".!?", text[i - 1])) return i;
  for (size_t i = PART_BYTES; i > PART_BYTES / 2; i--)
    if (text[i - 1] == ' ') return i;
  size_t i = PART_BYTES;
  while (i && ((unsigned char)text[i] & 0xC0) == 0x80) i--;
  return i;
}

static void tell_progress(const chat *c, double done) {
  if (c->call->progress) c->call->progress(c->call->context, done);
}

/* Each part by itself, then what the parts say as one. */
static mcrm_outcome ask_parts(chat *c, const char *text, ai_answer *answer, void **reply) {
  buffer gists;
  mcrm_outcome outcome = MCRM_OUTCOME_OK;
  void *parts[PARTS_MOST] = {0};
  size_t count = 0, length = strlen(text), at = 0;
  buffer_init(&gists, PART_BYTES * 2);
  while (at < length && outcome == MCRM_OUTCOME_OK) {
    if (count == PARTS_MOST) {
      outcome = MCRM_OUTCOME_UNSUPPORTED;
      break;
    }
    size_t part = part_length(text + at, length - at);
    const char *copy = arena_copy(c->call->arena, text + at, part);
    outcome = copy ? ask_once(c, c->prompt->system, copy, answer, &parts[count]) : MCRM_OUTCOME_PROTOCOL;
    if (outcome == MCRM_OUTCOME_OK) c->task->gist(&gists, parts[count++]);
    at += part;
    tell_progress(c, (double)at / (double)length * 0.9);
  }
  if (outcome == MCRM_OUTCOME_OK && gists.failed) outcome = MCRM_OUTCOME_UNSUPPORTED;
  if (outcome == MCRM_OUTCOME_OK && c->redaction) { /* what was put back is left out again */
    buffer safe;
    buffer_init(&safe, TEXT_LIMIT);
    if (text_redact(c->redaction, gists.bytes ? gists.bytes : "", gists.length, &safe)) outcome = MCRM_OUTCOME_PROTOCOL;
    buffer_free(&gists);
    gists = safe;
  }
  if (outcome == MCRM_OUTCOME_OK)
    outcome = ask_once(c, c->prompt->reduce, gists.bytes ? gists.bytes : "", answer, reply);
  buffer_free(&gists);
  for (size_t i = 0; outcome == MCRM_OUTCOME_OK && i < count; i++)
    if (c->task->join(c->call, *reply, parts[i])) outcome = MCRM_OUTCOME_PROTOCOL;
  return outcome;
}

/* ---- the whole ---- */

static int prepare_text(chat *c, const char *text, const char **out) {
  buffer clean, safe;
  buffer_init(&clean, TEXT_LIMIT);
  buffer_init(&safe, TEXT_LIMIT);
  guard_clean(&clean, text, strlen(text));
  int code = clean.failed ? MCRM_NO_MEMORY : MCRM_OK;
  if (!code && c->redaction) code = text_redact(c->redaction, clean.bytes ? clean.bytes : "", clean.length, &safe);
  const buffer *from = c->redaction ? &safe : &clean;
  *out = code || from->failed ? NULL : arena_copy(c->call->arena, from->bytes ? from->bytes : "", from->length);
  buffer_free(&clean);
  buffer_free(&safe);
  return *out ? MCRM_OK : code ? code : MCRM_NO_MEMORY;
}

static bool persian(const char *text) {
  size_t other = 0, latin = 0;
  for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
    other += *p >= 0xD8 && *p <= 0xDB;
    latin += (*p | 32) >= 'a' && (*p | 32) <= 'z';
  }
  return other >= latin;
}

static const char *schema_of(ai_call *call, const model_entity *e) {
  buffer out;
  buffer_init(&out, TEXT_LIMIT);
  schema_print(&out, e);
  const char *text = out.failed ? NULL : arena_copy(call->arena, out.bytes, out.length);
  buffer_free(&out);
  return text;
}

static void make_nonce(ai *a, char out[GUARD_NONCE]) {
  snprintf(out, GUARD_NONCE, "%016llx%016llx", (unsigned long long)a->time.noise(a->time.context),
           (unsigned long long)a->time.noise(a->time.context));
}

mcrm_outcome chat_ask(const ai_task *task, ai_call *call, const char *text, ai_answer *answer, void **reply) {
  ai *a = call->ai;
  const char *safe, *language = call->language ? call->language : persian(text) ? "fa" : "en";
  chat c = {.task = task, .call = call, .prompt = prompt_find(&a->prompts, task->name, language)};
  if (!c.prompt || !text[strspn(text, " \n\t\r")]) return MCRM_OUTCOME_UNSUPPORTED;
  c.schema = schema_of(call, task->reply);
  if (a->redact) c.redaction = text_redaction_new();
  mcrm_outcome outcome = MCRM_OUTCOME_PROTOCOL;
  if (!c.schema || (a->redact && !c.redaction) || prepare_text(&c, text, &safe)) goto out;
  make_nonce(a, c.nonce);
  outcome = strlen(safe) > PART_BYTES ? ask_parts(&c, safe, answer, reply)
                                      : ask_once(&c, c.prompt->system, safe, answer, reply);
out:
  text_redaction_free(c.redaction);
  return outcome;
}
