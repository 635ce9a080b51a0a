#include "engine.h"

#include <base/civil.h>
#include <base/error.h>
#include <stdlib.h>
#include <string.h>
#include <text/collation.h>
#include <text/entity.h>
#include <text/normalise.h>
#include <text/number.h>
#include <text/search.h>

#include "json.h"

mcrm_error *engine_error(mcrm_error *error, mcrm_error *own) {
  if (!error) error = own;
  *error = (mcrm_error){0};
  return error;
}

int mcrm_text_open(const mcrm_text_options *options, mcrm_text **out, mcrm_error *error) {
  const char *name = "Asia/Tehran";
  if (options && options->size >= sizeof *options && options->time_zone) name = options->time_zone;
  *out = NULL;
  mcrm_error own;
  error = engine_error(error, &own);
  mcrm_text *engine = malloc(sizeof *engine);
  if (!engine) return error_no_memory(error);
  engine->zone = zone_load(name, error);
  if (!engine->zone) {
    free(engine);
    return error->code ? error->code : error_no_memory(error);
  }
  *out = engine;
  return MCRM_OK;
}

void mcrm_text_close(mcrm_text *engine) {
  if (!engine) return;
  zone_free(engine->zone);
  free(engine);
}

/* ---- JSON ---- */

void engine_span(request *r, uint32_t point_start, uint32_t point_end, uint32_t start, uint32_t end) {
  json_key(r->out, "start");
  buffer_number(r->out, point_start);
  json_key(r->out, "end");
  buffer_number(r->out, point_end);
  json_key(r->out, "text");
  json_write_string(r->out, r->text + start, end - start);
}

static int engine_fold(request *r) {
  json_key(r->out, "folded");
  json_write_string(r->out, r->scan.folded.bytes, r->scan.folded.length);
  return MCRM_OK;
}

static int engine_normalise(request *r) {
  buffer clean;
  buffer_init(&clean, (size_t)MCRM_TEXT_MOST * 4);
  int code = text_normalise(r->text, r->length, &clean);
  if (code == MCRM_OK) {
    json_key(r->out, "normalised");
    json_write_string(r->out, clean.bytes ? clean.bytes : "", clean.length);
  }
  buffer_free(&clean);
  return code;
}

static int write_ranges(request *r) {
  text_number_ranges found;
  int code = text_number_ranges_find(r->arena, &r->scan, &found);
  if (code != MCRM_OK || !found.count) return code;
  json_key(r->out, "ranges");
  buffer_byte(r->out, '[');
  for (size_t i = 0; i < found.count; i++) {
    const text_number *low = &found.at[i].low, *high = &found.at[i].high;
    json_key(r->out, NULL);
    buffer_byte(r->out, '{');
    engine_span(r, low->point_start, high->point_end, low->start, high->end);
    json_key(r->out, "low");
    text_number_print(r->out, low);
    json_key(r->out, "high");
    text_number_print(r->out, high);
    buffer_byte(r->out, '}');
  }
  buffer_byte(r->out, ']');
  return MCRM_OK;
}

static int engine_numbers(request *r) {
  text_numbers found;
  int code = text_numbers_find(r->arena, &r->scan, &found);
  if (code != MCRM_OK) return code;
  json_key(r->out, "numbers");
  buffer_byte(r->out, '[');
  for (size_t i = 0; i < found.count; i++) {
    const text_number *n = &found.at[i];
    json_key(r->out, NULL);
    buffer_byte(r->out, '{');
    engine_span(r, n->point_start, n->point_end, n->start, n->end);
    json_key(r->out, "value");
    text_number_print(r->out, n);
    if (n->ordinal) {
      json_key(r->out, "ordinal");
      buffer_text(r->out, "true");
    }
    if (n->percent) {
      json_key(r->out, "percent");
      buffer_text(r->out, "true");
    }
    buffer_byte(r->out, '}');
  }
  buffer_byte(r->out, ']');
  return write_ranges(r);
}

static void entity_flags(buffer *out, unsigned flags) {
  static const char *const NAMES[] = {"colloquial",   "rial",    "foreign", "range",
                                      "bad_checksum", "company", "assumed", "spoken"};
  json_key(out, "flags");
  buffer_byte(out, '[');
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
    if (flags & 1U << i) {
      json_key(out, NULL);
      json_text(out, NAMES[i]);
    }
  buffer_byte(out, ']');
}

static void entity_value(buffer *out, const text_entity *e) {
  json_key(out, "value");
  bool amount = e->kind == TEXT_MONEY && !(e->flags & TEXT_FOREIGN);
  if (amount)
    buffer_number(out, e->amount);
  else
    json_text(out, e->value);
  if (e->kind != TEXT_MONEY || !(e->flags & (TEXT_COLLOQUIAL | TEXT_RANGE))) return;
  bool range = (e->flags & TEXT_RANGE) != 0;
  json_key(out, range ? "range" : "readings");
  buffer_byte(out, '[');
  buffer_number(out, range ? e->other : e->amount);
  buffer_byte(out, ',');
  buffer_number(out, range ? e->amount : e->other);
  buffer_byte(out, ']');
}

static int engine_entities(request *r) {
  text_entities found;
  int code = text_entities_find(r->arena, &r->scan, &found);
  if (code != MCRM_OK) return code;
  json_key(r->out, "entities");
  buffer_byte(r->out, '[');
  for (size_t i = 0; i < found.count; i++) {
    const text_entity *e = &found.at[i];
    json_key(r->out, NULL);
    buffer_byte(r->out, '{');
    engine_span(r, e->point_start, e->point_end, e->start, e->end);
    json_key(r->out, "kind");
    json_text(r->out, text_entity_name(e->kind));
    entity_value(r->out, e);
    entity_flags(r->out, e->flags);
    buffer_byte(r->out, '}');
  }
  buffer_byte(r->out, ']');
  return MCRM_OK;
}

static int engine_tokens(request *r) {
  json_key(r->out, "tokens");
  buffer_byte(r->out, '[');
  for (size_t i = 0; i < r->scan.token_count; i++) {
    const text_token *t = &r->scan.tokens[i];
    json_key(r->out, NULL);
    buffer_byte(r->out, '{');
    engine_span(r, t->point_start, t->point_end, t->start, t->end);
    json_key(r->out, "kind");
    json_text(r->out, text_token_name(t->kind));
    json_key(r->out, "fold");
    json_write_string(r->out, t->fold, t->fold_length);
    json_key(r->out, "sentence");
    buffer_number(r->out, t->sentence);
    buffer_byte(r->out, '}');
  }
  buffer_byte(r->out, ']');
  return MCRM_OK;
}

static int engine_keys(request *r) {
  buffer keys;
  buffer_init(&keys, (size_t)1 << 32);
  int code = text_search_index(r->arena, r->text, r->length, &keys);
  json_key(r->out, "keys");
  buffer_byte(r->out, '[');
  for (size_t at = 0; code == MCRM_OK && at < keys.length;) {
    const char *key = keys.bytes + at, *end = memchr(key, ' ', keys.length - at);
    size_t length = end ? (size_t)(end - key) : keys.length - at;
    json_key(r->out, NULL);
    json_write_string(r->out, key, length);
    at += length + 1;
  }
  buffer_byte(r->out, ']');
  buffer_free(&keys);
  return code;
}

static const struct {
  const char *what;
  int (*write)(request *r);
} KINDS[] = {{"when", engine_when},         {"fold", engine_fold},           {"normalise", engine_normalise},
             {"tokens", engine_tokens},     {"keys", engine_keys},           {"numbers", engine_numbers},
             {"entities", engine_entities}, {"sentiment", engine_sentiment}, {"actions", engine_actions},
             {"summary", engine_summary},   {"jalali", engine_jalali}};

static int answer(request *r, const char *what, mcrm_error *error) {
  size_t kind = 0, count = sizeof KINDS / sizeof *KINDS;
  while (kind < count && strcmp(KINDS[kind].what, what) != 0) kind++;
  if (kind == count)
    return error_set(error, MCRM_INVALID, "what", "text.unknown_operation", "there is no \"%.40s\"", what);
  int code = text_scan_make(r->arena, r->text, r->length, &r->scan);
  if (code == MCRM_INVALID) return error_set(error, code, "text", "text.malformed", "the text is not valid UTF-8");
  if (code != MCRM_OK) return error_no_memory(error);
  buffer_byte(r->out, '{');
  json_key(r->out, "text");
  json_write_string(r->out, r->text, r->length);
  code = KINDS[kind].write(r);
  buffer_byte(r->out, '}');
  if (code == MCRM_INVALID)
    return error_set(error, code, "text", "text.unreadable", "nothing that \"%s\" reads was found", what);
  return code == MCRM_OK && !r->out->failed ? MCRM_OK : error_no_memory(error);
}

text_language engine_language(const char *name) {
  if (name && !strcmp(name, "fa")) return TEXT_PERSIAN;
  return name && !strcmp(name, "en") ? TEXT_ENGLISH : TEXT_AUTO;
}

arena *engine_arena(size_t length) { return arena_new(((size_t)64 << 20) + length * 512); }

int engine_check(size_t length, mcrm_error *error) {
  if (length <= MCRM_TEXT_MOST) return MCRM_OK;
  return error_set(error, MCRM_INVALID, "text", "text.too_long", "%zu bytes are more than %d", length, MCRM_TEXT_MOST);
}

int mcrm_text_json(const mcrm_text *engine, const char *what, const char *text, size_t length, mcrm_time now,
                   const char *language, char **json_out, mcrm_error *error) {
  *json_out = NULL;
  mcrm_error own;
  error = engine_error(error, &own);
  int code = engine_check(length, error);
  if (code != MCRM_OK) return code;
  buffer out;
  buffer_init(&out, (size_t)1 << 32);
  request r = {
      .engine = engine, .text = text, .length = length, .now = now, .language = engine_language(language), .out = &out};
  r.arena = engine_arena(length);
  code = r.arena ? answer(&r, what, error) : error_no_memory(error);
  if (code == MCRM_OK) {
    *json_out = buffer_take(&out);
    if (!*json_out) code = error_no_memory(error);
  }
  buffer_free(&out);
  arena_free(r.arena);
  return code;
}

/* ---- typed ---- */

int engine_refused(int code, mcrm_error *error) {
  if (code == MCRM_INVALID) return error_set(error, code, "text", "text.malformed", "the text is not valid UTF-8");
  return error_no_memory(error);
}

int engine_give(int code, buffer *b, char **out, mcrm_error *error) {
  if (code == MCRM_OK && !b->bytes) buffer_text(b, "");
  if (code == MCRM_OK && !(*out = buffer_take(b))) code = MCRM_NO_MEMORY;
  buffer_free(b);
  return code == MCRM_OK ? code : engine_refused(code, error);
}

static int derived(int (*derive)(const char *, size_t, buffer *), const char *text, size_t length, char **out,
                   mcrm_error *error) {
  *out = NULL;
  mcrm_error own;
  error = engine_error(error, &own);
  int code = engine_check(length, error);
  if (code != MCRM_OK) return code;
  buffer b;
  buffer_init(&b, (size_t)1 << 32);
  return engine_give(derive(text, length, &b), &b, out, error);
}

static int fold(const char *text, size_t length, buffer *out) { return text_fold_append(out, text, length); }

int mcrm_text_fold(const char *text, size_t length, char **out, mcrm_error *error) {
  return derived(fold, text, length, out, error);
}

int mcrm_text_normalise(const char *text, size_t length, char **out, mcrm_error *error) {
  return derived(text_normalise, text, length, out, error);
}

int mcrm_text_collation(const char *text, size_t length, char **out, mcrm_error *error) {
  return derived(text_collation_key, text, length, out, error);
}

int mcrm_time_parse(const mcrm_text *engine, const char *text, size_t length, mcrm_time *out, mcrm_error *error) {
  mcrm_error own;
  error = engine_error(error, &own);
  if (civil_parse(text, length, engine->zone, out)) return MCRM_OK;
  return error_set(error, MCRM_INVALID, "now", "time.invalid", "not an ISO 8601 time");
}

int mcrm_phone_normalise(const char *text, size_t length, char out[MCRM_PHONE_SIZE]) {
  return text_phone_normalise(text, length, out) ? MCRM_OK : MCRM_INVALID;
}

void mcrm_phone_display(const char *e164, char out[MCRM_PHONE_SIZE]) { text_phone_display(e164, out); }
