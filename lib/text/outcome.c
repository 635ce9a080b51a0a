#include <text/topic.h>

#include "lexicon.h"

/* "هنوز حل شد؟" asks, "قول نداد" is no match at all; what is left is a negated verb or a "not" right beside the words.
 */
static bool denied(const text_reading *r, size_t at) {
  enum { BEFORE = 3 /* tokens */ };
  const text_token *tokens = r->scan->tokens;
  const text_lexicon_hit *h = &r->hits[at];
  uint32_t end = h->first + h->count;
  for (size_t i = at; i < r->count && r->hits[i].first <= end; i++) {
    const lexicon_entry *e = &r->hits[i].entry;
    if (r->hits[i].first == end && e->kind == LEXICON_GRAMMAR && e->value == GRAMMAR_NEGATED_VERB) return true;
  }
  for (size_t i = at; !r->scan->persian && i > 0 && r->hits[i - 1].first + BEFORE > h->first; i--) {
    const text_lexicon_hit *g = &r->hits[i - 1];
    bool not = g->entry.kind == LEXICON_GRAMMAR && g->entry.value == GRAMMAR_NOT;
    if (not &&g->first + g->count <= h->first) return true;
  }
  return end < r->scan->token_count && (text_token_is(&tokens[end], "؟") || text_token_is(&tokens[end], "?"));
}

text_outcome text_outcome_of(const text_reading *r) {
  text_outcome best = {0};
  int weight = 0;
  for (size_t i = 0; i < r->count; i++) {
    const text_lexicon_hit *h = &r->hits[i];
    if (h->entry.kind != LEXICON_OUTCOME || h->entry.weight < weight) continue;
    if (denied(r, i)) {
      best.denied = !best.name;
      continue;
    }
    weight = h->entry.weight;
    best = (text_outcome){lexicon_outcomes[h->entry.value], h->first, h->count, false};
  }
  return best;
}
