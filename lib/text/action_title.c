/* Titles of tasks: the words of the clause without its time and without what asks or promises; a Persian verb as its
 * infinitive in front ("زنگ زدن برای تمدید"). */
#include <base/buffer.h>
#include <string.h>
#include <text/sentiment.h>

#include "action_find.h"

enum { TITLE_BYTES = 200, TITLE_WORDS = 18 };

static bool one_of(const text_token *t, const char *const *words) {
  for (; *words; words++) {
    if (text_token_is(t, *words)) return true;
  }
  return false;
}

static bool in_role(const action_find *f, uint32_t token, uint32_t roles) {
  for (size_t i = f->hit; i < f->hit_end; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    if (h->first > token) break;
    if (h->entry.kind == LEXICON_ACTION && roles >> h->entry.value & 1 && token < h->first + h->count) return true;
  }
  return false;
}

static void put(const action_find *f, buffer *b, uint32_t token, unsigned *words) {
  const text_token *t = &f->scan->tokens[token];
  if (++*words > TITLE_WORDS || b->length + (t->end - t->start) + 2 > TITLE_BYTES) {
    *words = TITLE_WORDS;
    return;
  }
  if (b->length && (t->spaced || t->kind == TEXT_WORD)) buffer_byte(b, ' ');
  buffer_append(b, f->scan->text + t->start, t->end - t->start);
}

static const char *finish(const action_find *f, buffer *b) {
  const char *title = b->failed ? NULL : arena_copy(f->memory, b->bytes ? b->bytes : "", b->length);
  buffer_free(b);
  return title;
}

/* "خسته نباشید" and other courtesies. */
static bool in_courtesy(const action_find *f, uint32_t token) {
  for (size_t i = f->hit; i < f->hit_end; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    if (h->first > token) break;
    if (h->entry.kind == LEXICON_SENTIMENT && h->entry.emotions == 1U << TEXT_GRATEFUL && token < h->first + h->count)
      return true;
  }
  return false;
}

static bool dropped(const action_find *f, uint32_t token) {
  static const char *const words[] = {"من",   "ما", "شما", "خودم", "رو",  "را",    "حتما",  "سلام", "هم",
                                      "دیگه", "که", "تا",  "بعد",  "اون", "ایشون", "ایشان", NULL};
  const text_token *t = &f->scan->tokens[token];
  return t->kind == TEXT_BREAK || t->kind == TEXT_EMOJI || t->kind == TEXT_MARK || action_in_time(f, token) ||
         in_role(f, token, 1U << ROLE_PROMISE | 1U << ROLE_REQUEST | 1U << ROLE_MUST) || in_courtesy(f, token) ||
         one_of(t, words);
}

/* The noun of a compound verb: زنگ in "برای تمدید زنگ بزنم"; what را marks is an object, what به precedes is not one.
 */
static uint32_t noun_of(const action_find *f, uint32_t first, uint32_t verb) {
  static const char *const light[] = {"کردن", "دادن", "زدن", "گرفتن", "گذاشتن", "شدن", "کشیدن", "بستن", NULL};
  static const char *const before[] = {"به", "با", "از", "برای", "واسه", "در", "تو", NULL};
  bool is_light = false;
  for (size_t i = f->hit; i < f->hit_end; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    if (h->entry.kind != LEXICON_VERB || h->first != verb) continue;
    for (const char *const *l = light; *l; l++) is_light = is_light || !strcmp(lexicon_infinitives[h->entry.value], *l);
  }
  if (!is_light || verb == first || dropped(f, verb - 1) || one_of(&f->scan->tokens[verb - 1], before)) return verb;
  if (verb - 1 > first && one_of(&f->scan->tokens[verb - 2], before)) return verb;
  return verb - 1;
}

const char *action_title_persian(action_find *f, uint32_t first, uint32_t end, const text_lexicon_hit *verb) {
  buffer b;
  unsigned words = 0;
  buffer_init(&b, TITLE_BYTES + 64);
  uint32_t noun = end;
  bool others = verb && (verb->entry.emotions & ACTION_PERSON) % 3 == 2; /* the subject is not the writer */
  if (verb) {
    noun = noun_of(f, first, verb->first);
    if (noun < verb->first) put(f, &b, noun, &words);
    if (b.length) buffer_byte(&b, ' ');
    buffer_text(&b, lexicon_infinitives[verb->entry.value]);
  }
  for (uint32_t i = first; i < noun && words < TITLE_WORDS; i++) {
    if (!dropped(f, i) && !(others && in_role(f, i, 1U << ROLE_THEY))) put(f, &b, i, &words);
  }
  return finish(f, &b);
}

/* Words that may stand before the verb of a request: "can you", "I would like you to". */
static bool leads_english(const text_token *t) {
  static const char *const words[] = {
      "please", "pls",    "plz",     "kindly",   "can",   "could", "would", "will", "you",   "i",    "i'll",
      "we",     "we'll",  "need",    "want",     "like",  "to",    "i'd",   "and",  "so",    "then", "also",
      "also,",  "is",     "it",      "possible", "shall", "am",    "going", "i'm",  "gonna", "if",   "must",
      "have",   "should", "promise", "let's",    "lets",  "that",  "ll",    "u",    "mind",  NULL};
  return t->kind == TEXT_MARK || t->kind == TEXT_BREAK || one_of(t, words);
}

const char *action_title_english(action_find *f, uint32_t first, uint32_t end) {
  static const char *const joints[] = {"and", "or", "then", "so", NULL};
  static const char *const linking[] = {"by", "on", "at", "until", "before", "in", NULL};
  buffer b;
  unsigned words = 0;
  uint32_t i = first;
  while (i + 1 < end && leads_english(&f->scan->tokens[i])) i++;
  buffer_init(&b, TITLE_BYTES + 64);
  while (end > i + 1 && (one_of(&f->scan->tokens[end - 1], joints) || f->scan->tokens[end - 1].kind == TEXT_MARK))
    end--;
  for (; i < end && words < TITLE_WORDS; i++) {
    const text_token *t = &f->scan->tokens[i];
    bool to_time = i + 1 < end && action_in_time(f, i + 1) && one_of(t, linking);
    bool stop = t->kind == TEXT_MARK && (text_token_is(t, "?") || text_token_is(t, ".") || text_token_is(t, "!"));
    if (to_time || action_in_time(f, i) || stop || t->kind == TEXT_BREAK || t->kind == TEXT_EMOJI) continue;
    put(f, &b, i, &words);
  }
  if (b.length && b.bytes[0] >= 'a' && b.bytes[0] <= 'z') b.bytes[0] = (char)(b.bytes[0] - 32);
  return finish(f, &b);
}
