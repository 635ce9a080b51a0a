#include <string.h>
#include <text/action.h>

#include "action_find.h"

const char *text_action_kind_name(text_action_kind k) {
  static const char *const names[] = {"task", "promise", "request", "proposal", "question"};
  return (size_t)k < sizeof names / sizeof *names ? names[k] : "";
}

const char *text_who_name(text_who w) {
  static const char *const names[] = {"me", "you", "they", "named"};
  return (size_t)w < sizeof names / sizeof *names ? names[w] : "";
}

const text_lexicon_hit *action_role(const action_find *f, uint32_t roles, uint32_t first, uint32_t end) {
  for (size_t i = f->hit; i < f->hit_end; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    if (h->first >= end) break;
    if (h->entry.kind == LEXICON_ACTION && h->first >= first && roles >> h->entry.value & 1) return h;
  }
  return NULL;
}

bool action_in_time(const action_find *f, uint32_t token) {
  for (size_t i = f->when; i < f->when_end; i++) {
    const text_when *w = &f->whens->at[i];
    if (token >= w->token && token < w->token + w->token_count) return true;
  }
  return false;
}

bool action_due(const action_find *f, uint32_t first, uint32_t end, text_due *out) {
  for (size_t i = f->when; i < f->when_end; i++) {
    const text_when *w = &f->whens->at[i];
    if (w->token >= first && w->token + w->token_count <= end && text_when_due(w, f->zone, out)) return true;
  }
  return false;
}

text_action *action_add(action_find *f, const text_action *like) {
  if (f->count == f->room) {
    size_t room = f->room ? f->room * 2 : 8;
    text_action *larger = arena_grow(f->memory, f->items, f->room, room, sizeof *larger);
    if (!larger) {
      f->failed = true;
      return NULL;
    }
    f->items = larger;
    f->room = room;
  }
  text_action *t = &f->items[f->count++];
  *t = *like;
  t->has_due = action_due(f, t->first, t->first + t->count, &t->due);
  return t;
}

static bool is_question(const action_find *f) {
  for (uint32_t i = f->end; i > f->first; i--) {
    const text_token *t = &f->scan->tokens[i - 1];
    if (t->kind == TEXT_WORD || t->kind == TEXT_NUMBER) return false;
    if (text_token_is(t, "?") || text_token_is(t, "؟")) return true;
  }
  return false;
}

static bool in_persian(const action_find *f) {
  uint32_t persian = 0, latin = 0;
  for (uint32_t i = f->first; i < f->end; i++) {
    const text_token *t = &f->scan->tokens[i];
    if (t->kind != TEXT_WORD) continue;
    if ((unsigned char)t->fold[0] >= 0xD8 && (unsigned char)t->fold[0] <= 0xDB) {
      persian++;
    } else {
      latin++;
    }
  }
  return persian > 0 && persian * 2 >= latin;
}

/* Persian in Latin letters: one of its verbs stands there. */
static bool in_finglish(const action_find *f) {
  for (size_t i = f->hit; i < f->hit_end; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    bool negated = h->entry.kind == LEXICON_GRAMMAR && h->entry.value <= GRAMMAR_NEGATED_MODAL;
    if ((h->entry.kind == LEXICON_VERB || negated) && (unsigned char)f->scan->tokens[h->first].fold[0] < 0x80)
      return true;
  }
  return false;
}

/* A sentence that asks and has no request in it: an open question. */
static void open_question(action_find *f, size_t before) {
  enum { WORDS = 2 };
  uint32_t words = 0;
  for (uint32_t i = f->first; i < f->end; i++) words += f->scan->tokens[i].kind == TEXT_WORD;
  if (f->count != before || words < WORDS) return;
  const text_lexicon_hit *ask = action_role(f, 1U << ROLE_ASK, f->first, f->end);
  bool opens = ask && f->scan->persian && ask->first < f->first + 12 && words < 16;
  if (!f->question && !opens) return;
  text_action like = {.kind = TEXT_ACTION_QUESTION, .who = TEXT_WHO_YOU, .first = f->first, .count = f->end - f->first};
  like.confidence = f->question ? 0.8 : 0.5;
  text_action *t = action_add(f, &like);
  if (!t) return;
  const text_token *tokens = f->scan->tokens;
  t->has_due = false;
  t->title =
      arena_copy(f->memory, f->scan->text + tokens[f->first].start, tokens[f->end - 1].end - tokens[f->first].start);
  f->failed = f->failed || !t->title;
}

/* One item with no time of its own, one time in the sentence: they belong together. */
static void lend_time(action_find *f, size_t before) {
  if (f->count != before + 1 || f->items[before].has_due || f->items[before].kind == TEXT_ACTION_QUESTION) return;
  f->items[before].has_due = action_due(f, f->first, f->end, &f->items[before].due);
}

static void stretch(action_find *f, uint32_t first, uint32_t end) {
  const text_reading *r = f->reading;
  f->first = first;
  f->end = end;
  while (f->hit < r->count && r->hits[f->hit].first < f->first) f->hit++;
  for (f->hit_end = f->hit; f->hit_end < r->count && r->hits[f->hit_end].first < f->end;) f->hit_end++;
  if (f->whens) {
    while (f->when < f->whens->count && f->whens->at[f->when].token < f->first) f->when++;
    for (f->when_end = f->when; f->when_end < f->whens->count && f->whens->at[f->when_end].token < f->end;)
      f->when_end++;
  }
  f->question = is_question(f);
  size_t before = f->count;
  if (in_persian(f) || in_finglish(f)) {
    action_persian(f);
  } else {
    action_english(f);
    lend_time(f, before);
  }
  open_question(f, before);
}

/* What has no full stop for hundreds of words is cut, so that the time stays in proportion to the text. */
static void sentence(action_find *f, const text_sentence *s) {
  enum { LONGEST = 240 };
  uint32_t end = s->first + s->count;
  for (uint32_t at = s->first; at < end && !f->failed; at += LONGEST)
    stretch(f, at, end - at > LONGEST ? at + LONGEST : end);
}

int text_actions_of(const text_reading *reading, const text_when_list *whens, const zone *z, arena *a,
                    text_actions *out) {
  *out = (text_actions){0};
  action_find f = {.reading = reading, .scan = reading->scan, .whens = whens, .zone = z, .memory = a};
  for (size_t i = 0; i < reading->scan->sentence_count && !f.failed; i++) sentence(&f, &reading->scan->sentences[i]);
  if (f.failed) return MCRM_NO_MEMORY;
  *out = (text_actions){f.items, f.count, false};
  for (size_t i = 0; i < f.count; i++) {
    bool to_reader = f.items[i].kind == TEXT_ACTION_REQUEST || f.items[i].kind == TEXT_ACTION_PROPOSAL;
    out->asks = out->asks || (to_reader && f.items[i].confidence >= 0.5);
  }
  return MCRM_OK;
}
