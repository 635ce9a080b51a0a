#include <text/topic.h>

#include "lexicon.h"

/* "هنوز حل شد؟" asks, "قول نداد" is no match at all; what is left is a negated verb or a "not" right beside the words.
 */
static bool denied(const text_reading *r, const text_lexicon_hit *h) {
  const text_token *tokens = r->scan->tokens;
  uint32_t end = h->first + h->count;
  for (size_t i = 0; i < r->count; i++) {
    const text_lexicon_hit *g = &r->hits[i];
    if (g->first > end) break;
    if (g->entry.kind != LEXICON_GRAMMAR) continue;
    if (g->first == end && g->entry.value == GRAMMAR_NEGATED_VERB) return true;
    bool before = g->first + g->count <= h->first && g->first + 3 > h->first && !r->scan->persian;
    if (before && g->entry.value == GRAMMAR_NOT) return true;
  }
  return end < r->scan->token_count && (text_token_is(&tokens[end], "؟") || text_token_is(&tokens[end], "?"));
}

text_outcome text_outcome_of(const text_reading *r) {
  text_outcome best = {0};
  int weight = 0;
  for (size_t i = 0; i < r->count; i++) {
    const text_lexicon_hit *h = &r->hits[i];
    if (h->entry.kind != LEXICON_OUTCOME || h->entry.weight < weight) continue;
    if (denied(r, h)) {
      best.denied = !best.name;
      continue;
    }
    weight = h->entry.weight;
    best = (text_outcome){lexicon_outcomes[h->entry.value], h->first, h->count, false};
  }
  return best;
}
