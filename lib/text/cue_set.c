/* Cues as a program uses them: named, compiled once, matched on readings and heard in conversations. */
#include <base/error.h>
#include <stdlib.h>
#include <string.h>
#include <text/cue.h>

#include "reading.h"

struct mcrm_cues {
  arena *arena;
  const text_cues *compiled;
  const mcrm_phrase *phrases; /* copies */
};

struct mcrm_conversation {
  arena *arena;
  const mcrm_cues *cues;
  text_cue_state *state;
};

static const char *text_or(const char *text, const char *otherwise) { return text && *text ? text : otherwise; }

static int refuse(mcrm_error *error, size_t at, const mcrm_phrase *p, const char *field, const char *what) {
  return error_set(error, MCRM_INVALID, field, "cue.invalid", "phrase %zu (\"%.80s\"): %s", at + 1,
                   text_or(p->text, ""), what);
}

static bool read_endings(const char *name, text_endings *out) {
  static const char *const NAMES[] = {"exact", "noun", "verb", "english", "any"};
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
    if (!strcmp(NAMES[i], text_or(name, "exact"))) {
      *out = (text_endings)i;
      return true;
    }
  return false;
}

static bool read_language(const char *name, text_phrase_language *out) {
  *out = TEXT_LANGUAGE_ANY;
  if (!name || !*name) return true;
  *out = !strcmp(name, "fa") ? TEXT_LANGUAGE_PERSIAN : TEXT_LANGUAGE_ENGLISH;
  return *out == TEXT_LANGUAGE_PERSIAN || !strcmp(name, "en");
}

static int read_phrase(const mcrm_phrase *p, size_t at, text_phrase *out, mcrm_error *error) {
  if (p->size < sizeof *p) return refuse(error, at, p, "size", "the struct is smaller than it should be");
  if (!p->cue || !*p->cue) return refuse(error, at, p, "cue", "it belongs to no cue");
  if (!read_endings(p->endings, &out->endings))
    return refuse(error, at, p, "endings", "endings are exact, noun, verb, english or any");
  if (!read_language(p->language, &out->language)) return refuse(error, at, p, "language", "the language is fa or en");
  if (p->weight < INT16_MIN || p->weight > INT16_MAX)
    return refuse(error, at, p, "weight", "the weight is -32768 to 32767");
  if (p->cooldown_ms < 0 || p->cooldown_ms > UINT32_MAX)
    return refuse(error, at, p, "cooldown_ms", "the cooldown is 0 to 49 days");
  out->text = p->text;
  out->weight = (int16_t)p->weight;
  out->cooldown = (uint32_t)p->cooldown_ms;
  out->negative = p->negative;
  out->once = p->once;
  return MCRM_OK;
}

static mcrm_phrase copy_of(arena *a, const mcrm_phrase *p) {
  mcrm_phrase copy = *p;
  copy.text = arena_text(a, p->text);
  copy.cue = arena_text(a, p->cue);
  copy.category = arena_text(a, p->category);
  copy.language = copy.endings = NULL;
  return copy;
}

static uint64_t hash_of(const char *text) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (; *text; text++) hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001B3);
  return hash ^ hash >> 32;
}

/* Phrases of the same cue get the same number: that of the first of them. */
static bool number_cues(arena *temporary, const mcrm_phrase *phrases, text_phrase *out, size_t count) {
  size_t room = 16;
  while (room < count * 2) room *= 2;
  uint32_t *table = arena_array(temporary, room, sizeof *table); /* phrase + 1 */
  if (!table) return false;
  for (size_t i = 0; i < count; i++) {
    size_t at = hash_of(phrases[i].cue) & (room - 1);
    while (table[at] && strcmp(phrases[table[at] - 1].cue, phrases[i].cue) != 0) at = (at + 1) & (room - 1);
    if (!table[at]) table[at] = (uint32_t)i + 1;
    out[i].id = table[at] - 1;
  }
  return true;
}

static int compile(mcrm_cues *c, arena *temporary, const mcrm_phrase *const *phrases, size_t count, mcrm_error *error) {
  size_t bad = 0;
  mcrm_phrase *own = arena_array(c->arena, count ? count : 1, sizeof *own);
  text_phrase *plain = arena_array(temporary, count ? count : 1, sizeof *plain);
  if (!own || !plain) return error_no_memory(error);
  for (size_t i = 0; i < count; i++) {
    int code = read_phrase(phrases[i], i, &plain[i], error);
    if (code != MCRM_OK) return code;
    own[i] = copy_of(c->arena, phrases[i]);
  }
  if (arena_failed(c->arena) || !number_cues(temporary, own, plain, count)) return error_no_memory(error);
  c->phrases = own;
  int code = text_cues_make(c->arena, plain, count, &c->compiled, &bad);
  if (code == MCRM_INVALID)
    return refuse(error, bad, &own[bad], "text", "it has no letters, is too long, or there are too many characters");
  return code == MCRM_OK ? code : error_no_memory(error);
}

int mcrm_cues_open(const mcrm_phrase *const *phrases, size_t count, mcrm_cues **out, mcrm_error *error) {
  enum { PHRASES_MOST = 1 << 20 };
  *out = NULL;
  mcrm_error own;
  error = engine_error(error, &own);
  if (count > PHRASES_MOST)
    return error_set(error, MCRM_INVALID, "phrases", "cue.too_many", "%zu phrases are too many", count);
  arena *a = arena_new((size_t)1 << 30), *temporary = arena_new((size_t)1 << 30);
  mcrm_cues *c = a ? arena_alloc(a, sizeof *c) : NULL;
  int code = MCRM_NO_MEMORY;
  if (c && temporary) {
    c->arena = a;
    code = compile(c, temporary, phrases, count, error);
  }
  arena_free(temporary);
  if (code == MCRM_OK) {
    *out = c;
    return code;
  }
  arena_free(a);
  return error->code ? error->code : error_no_memory(error);
}

void mcrm_cues_close(mcrm_cues *cues) {
  if (cues) arena_free(cues->arena);
}

static mcrm_cue cue_of(const mcrm_cues *cues, const mcrm_reading *r, uint32_t phrase, uint32_t first, uint32_t count) {
  const mcrm_phrase *p = &cues->phrases[phrase];
  return (mcrm_cue){.size = sizeof(mcrm_cue),
                    .at = reading_span(&r->scan, first, count),
                    .cue = p->cue,
                    .category = p->category,
                    .phrase = p->text,
                    .weight = p->weight,
                    .negative = p->negative};
}

int mcrm_cues_match(const mcrm_cues *cues, mcrm_reading *r, mcrm_cue_array *out, mcrm_error *error) {
  mcrm_error own;
  error = engine_error(error, &own);
  *out = (mcrm_cue_array){0};
  text_hits hits;
  void *at;
  int code = text_cues_find(cues->compiled, &r->scan, r->arena, &hits);
  mcrm_cue *list = code == MCRM_OK ? reading_list(r->arena, hits.count, sizeof *list, &at) : NULL;
  if (!list) return error_no_memory(error);
  for (size_t i = 0; i < hits.count; i++)
    list[i] = cue_of(cues, r, hits.items[i].phrase, hits.items[i].first, hits.items[i].count);
  *out = (mcrm_cue_array){at, hits.count};
  return MCRM_OK;
}

int mcrm_conversation_open(const mcrm_cues *cues, mcrm_conversation **out, mcrm_error *error) {
  *out = NULL;
  mcrm_error own;
  error = engine_error(error, &own);
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  mcrm_conversation *c = arena_alloc(a, sizeof *c);
  text_cue_state *state = c ? text_cue_state_make(a, cues->compiled) : NULL;
  if (!state) {
    arena_free(a);
    return error_no_memory(error);
  }
  *c = (mcrm_conversation){a, cues, state};
  *out = c;
  return MCRM_OK;
}

void mcrm_conversation_close(mcrm_conversation *conversation) {
  if (conversation) arena_free(conversation->arena);
}

int mcrm_conversation_hear(mcrm_conversation *c, mcrm_reading *r, mcrm_time at, mcrm_cue_array *out,
                           mcrm_error *error) {
  mcrm_error own;
  error = engine_error(error, &own);
  *out = (mcrm_cue_array){0};
  text_cue_list fired;
  void *items;
  int code = text_cues_fire(c->cues->compiled, c->state, &r->scan, at, r->arena, &fired);
  mcrm_cue *list = code == MCRM_OK ? reading_list(r->arena, fired.count, sizeof *list, &items) : NULL;
  if (!list) return error_no_memory(error);
  for (size_t i = 0; i < fired.count; i++)
    list[i] = cue_of(c->cues, r, fired.items[i].phrase, fired.items[i].first, fired.items[i].count);
  *out = (mcrm_cue_array){items, fired.count};
  return MCRM_OK;
}
