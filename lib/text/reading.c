/* A reading: opened and closed, and what its tokens are. */
#include "reading.h"

#include <base/error.h>
#include <base/utf8.h>
#include <string.h>

int mcrm_reading_open(const mcrm_text *engine, const char *text, size_t length, mcrm_time now, const char *language,
                      mcrm_reading **out, mcrm_error *error) {
  *out = NULL;
  mcrm_error own;
  error = engine_error(error, &own);
  int code = engine_check(length, error);
  if (code != MCRM_OK) return code;
  arena *a = engine_arena(length);
  if (!a) return error_no_memory(error);
  mcrm_reading *r = arena_alloc(a, sizeof *r);
  char *copy = arena_copy(a, text, length);
  code = r && copy ? text_scan_make(a, copy, length, &r->scan) : MCRM_NO_MEMORY;
  if (code != MCRM_OK) {
    arena_free(a);
    return engine_refused(code, error);
  }
  r->engine = engine;
  r->arena = a;
  r->now = now;
  r->language = engine_language(language);
  *out = r;
  return MCRM_OK;
}

void mcrm_reading_close(mcrm_reading *r) {
  if (r) arena_free(r->arena);
}

int reading_once(mcrm_reading *r, reading_part part, int (*find)(mcrm_reading *r)) {
  if (r->done >> part & 1) return MCRM_OK;
  int code = find(r);
  if (code == MCRM_OK) r->done |= 1U << part;
  return code;
}

int reading_answer(mcrm_reading *r, reading_part part, int (*find)(mcrm_reading *r), mcrm_error *error) {
  mcrm_error own;
  error = engine_error(error, &own);
  int code = reading_once(r, part, find);
  return code == MCRM_OK ? code : error_no_memory(error);
}

void *reading_list(arena *a, size_t count, size_t size, void **at) {
  char *items = arena_array(a, count ? count : 1, size);
  char *list = arena_array(a, count ? count : 1, sizeof(void *));
  if (!items || !list) return NULL;
  for (size_t i = 0; i < count; i++) {
    const char *item = items + i * size;
    memcpy(items + i * size, &size, sizeof size);
    memcpy(list + i * sizeof item, &item, sizeof item);
  }
  *at = list;
  return items;
}

mcrm_span reading_span(const text_scan *s, uint32_t first, uint32_t count) {
  if (!count || first >= s->token_count) return (mcrm_span){0};
  const text_token *from = &s->tokens[first], *last = from + count - 1;
  return (mcrm_span){from->point_start, last->point_end, from->start, last->end};
}

mcrm_sentence reading_sentence(const text_scan *s, size_t index) {
  const text_sentence *t = &s->sentences[index];
  mcrm_span span = reading_span(s, t->first, t->count);
  /* a line break is a token of the sentence that it ends, and no part of its text */
  uint32_t start = span.start + (uint32_t)utf8_count(s->text + span.byte_start, t->start - span.byte_start);
  uint32_t end = start + (uint32_t)utf8_count(s->text + t->start, t->end - t->start);
  return (mcrm_sentence){sizeof(mcrm_sentence), {start, end, t->start, t->end}, t->first, t->count};
}

static int list_folded(mcrm_reading *r) {
  const text_folded *f = &r->scan.folded;
  text_fold_place place = {.folded = f};
  uint32_t *source = arena_array(r->arena, f->length + 1, sizeof *source);
  if (!source) return MCRM_NO_MEMORY;
  for (size_t i = 0; i <= f->length; i++) source[i] = text_fold_walk(&place, i);
  r->folded = (mcrm_folded){sizeof r->folded, f->bytes, f->length, source};
  return MCRM_OK;
}

/* Room for every token's fold with its end. */
static char *fold_room(const mcrm_reading *r) {
  size_t room = 1;
  for (size_t i = 0; i < r->scan.token_count; i++) room += (size_t)r->scan.tokens[i].fold_length + 1;
  return arena_alloc(r->arena, room);
}

static int list_tokens(mcrm_reading *r) {
  void *at;
  size_t count = r->scan.token_count;
  mcrm_token *list = reading_list(r->arena, count, sizeof *list, &at);
  char *folds = list ? fold_room(r) : NULL;
  if (!folds) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < count; i++) {
    const text_token *t = &r->scan.tokens[i];
    memcpy(folds, t->fold, t->fold_length);
    list[i] = (mcrm_token){.size = sizeof *list,
                           .at = {t->point_start, t->point_end, t->start, t->end},
                           .kind = text_token_name(t->kind),
                           .fold = folds,
                           .sentence = t->sentence,
                           .value = t->value};
    folds += t->fold_length + 1;
  }
  r->tokens = (mcrm_token_array){at, count};
  return MCRM_OK;
}

static int list_sentences(mcrm_reading *r) {
  void *at;
  size_t count = r->scan.sentence_count;
  mcrm_sentence *list = reading_list(r->arena, count, sizeof *list, &at);
  if (!list) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < count; i++) list[i] = reading_sentence(&r->scan, i);
  r->sentences = (mcrm_sentence_array){at, count};
  return MCRM_OK;
}

int mcrm_reading_folded(mcrm_reading *r, const mcrm_folded **out, mcrm_error *error) {
  int code = reading_answer(r, READING_FOLDED, list_folded, error);
  *out = code == MCRM_OK ? &r->folded : NULL;
  return code;
}

int mcrm_reading_tokens(mcrm_reading *r, mcrm_token_array *out, mcrm_error *error) {
  int code = reading_answer(r, READING_TOKENS, list_tokens, error);
  *out = r->tokens;
  return code;
}

int mcrm_reading_sentences(mcrm_reading *r, mcrm_sentence_array *out, mcrm_error *error) {
  int code = reading_answer(r, READING_SENTENCES, list_sentences, error);
  *out = r->sentences;
  return code;
}
