/* Titles of tasks: the words of the clause without its time and without what asks or promises. */
#include "action_title.h"

#include <string.h>

void title_put(const action_find *f, buffer *b, uint32_t token, unsigned *words) {
  const text_token *t = &f->scan->tokens[token];
  if (++*words > TITLE_WORDS || b->length + (t->end - t->start) + 2 > TITLE_BYTES) {
    *words = TITLE_WORDS;
    return;
  }
  if (b->length && (t->spaced || t->kind == TEXT_WORD)) buffer_byte(b, ' ');
  buffer_append(b, f->scan->text + t->start, t->end - t->start);
}

const char *title_finish(const action_find *f, buffer *b) {
  const char *title = b->failed ? NULL : arena_copy(f->memory, b->bytes ? b->bytes : "", b->length);
  buffer_free(b);
  return title;
}

/* Words that may stand before the verb of a request: "can you", "I would like you to". */
static bool leads_english(const text_token *t) {
  static const char *const words[] = {
      "please", "pls",    "plz",     "kindly",   "can",   "could", "would", "will", "you",   "i",    "i'll",
      "we",     "we'll",  "need",    "want",     "like",  "to",    "i'd",   "and",  "so",    "then", "also",
      "also,",  "is",     "it",      "possible", "shall", "am",    "going", "i'm",  "gonna", "if",   "must",
      "have",   "should", "promise", "let's",    "lets",  "that",  "ll",    "u",    "mind",  NULL};
  return t->kind == TEXT_MARK || t->kind == TEXT_BREAK || action_word(t, words);
}

const char *action_title_english(action_find *f, uint32_t first, uint32_t end) {
  static const char *const joints[] = {"and", "or", "then", "so", NULL};
  static const char *const linking[] = {"by", "on", "at", "until", "before", "in", NULL};
  buffer b;
  unsigned words = 0;
  uint32_t i = first;
  while (i + 1 < end && leads_english(&f->scan->tokens[i])) i++;
  buffer_init(&b, TITLE_BYTES + 64);
  while (end > i + 1 && (action_word(&f->scan->tokens[end - 1], joints) || f->scan->tokens[end - 1].kind == TEXT_MARK))
    end--;
  for (; i < end && words < TITLE_WORDS; i++) {
    const text_token *t = &f->scan->tokens[i];
    bool to_time = i + 1 < end && action_in_time(f, i + 1) && action_word(t, linking);
    bool stop = t->kind == TEXT_MARK && (text_token_is(t, "?") || text_token_is(t, ".") || text_token_is(t, "!"));
    if (to_time || action_in_time(f, i) || stop || t->kind == TEXT_BREAK || t->kind == TEXT_EMOJI) continue;
    title_put(f, &b, i, &words);
  }
  if (b.length && b.bytes[0] >= 'a' && b.bytes[0] <= 'z') b.bytes[0] = (char)(b.bytes[0] - 32);
  return title_finish(f, &b);
}
