#include <text/sentiment.h>

#include "lexicon.h"

const char *text_urgency_name(text_urgency_level level) {
  static const char *const names[] = {"low", "normal", "high", "critical"};
  return (size_t)level < sizeof names / sizeof *names ? names[level] : "";
}

/* Is what the hit says denied or over by its clause ("قطع نشده", "no outage")? Its own words aside, the next two tokens
 * (Persian) or the two before it (English) decide. */
static bool denied(const text_reading *r, size_t at) {
  const text_lexicon_hit *h = &r->hits[at];
  uint32_t end = h->first + h->count;
  for (size_t i = at; i < r->count && r->hits[i].first < end + 2; i++) {
    const text_lexicon_hit *g = &r->hits[i];
    if (g->first >= end && g->entry.kind == LEXICON_GRAMMAR && g->entry.value == GRAMMAR_NEGATED_VERB) return true;
  }
  for (size_t i = at; i > 0 && r->hits[i - 1].first + 3 > h->first; i--) {
    const text_lexicon_hit *g = &r->hits[i - 1];
    bool not = g->entry.value == GRAMMAR_NOT || g->entry.value == GRAMMAR_WITHOUT;
    if (g->first < h->first && g->entry.kind == LEXICON_GRAMMAR && not ) return true;
  }
  return false;
}

static unsigned bangs(const text_scan *s) {
  unsigned count = 0;
  for (size_t i = 0; i < s->token_count; i++) {
    if (s->tokens[i].kind == TEXT_MARK && s->tokens[i].fold_length == 1 && s->tokens[i].fold[0] == '!') count++;
  }
  return count;
}

/* The strongest reason decides; several strong ones, or a strong one said in anger, make it critical. */
static text_urgency_level level_of(const unsigned *by_level, const text_scan *s, const text_sentiment *m) {
  bool loud = m && (m->emotions[TEXT_ANGRY] > 0.6 || (m->negative > 2 && bangs(s) >= 2));
  if (by_level[TEXT_URGENCY_CRITICAL]) return TEXT_URGENCY_CRITICAL;
  unsigned high = by_level[TEXT_URGENCY_HIGH];
  if (high >= 3 || (high >= 2 && loud)) return TEXT_URGENCY_CRITICAL;
  if (high && by_level[TEXT_URGENCY_LOW]) return TEXT_URGENCY_NORMAL;
  if (high || (loud && m->score < -0.5)) return TEXT_URGENCY_HIGH;
  return by_level[TEXT_URGENCY_LOW] ? TEXT_URGENCY_LOW : TEXT_URGENCY_NORMAL;
}

int text_urgency_of(const text_reading *r, const text_sentiment *sentiment, arena *a, text_urgency *out) {
  *out = (text_urgency){.level = TEXT_URGENCY_NORMAL};
  unsigned by_level[TEXT_URGENCY_CRITICAL + 1] = {0};
  size_t most = 0;
  for (size_t i = 0; i < r->count; i++) most += r->hits[i].entry.kind == LEXICON_URGENCY;
  text_urgency_reason *reasons = arena_array(a, most ? most : 1, sizeof *reasons);
  if (!reasons) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < r->count; i++) {
    const text_lexicon_hit *h = &r->hits[i];
    int level = h->entry.weight / 10;
    if (h->entry.kind != LEXICON_URGENCY || (level > TEXT_URGENCY_LOW && denied(r, i))) continue;
    bool known = false;
    for (size_t k = out->reason_count; k > 0 && !known && out->reason_count - k < 16; k--)
      known = reasons[k - 1].name == lexicon_reasons[h->entry.value];
    if (!known && level >= 0 && level <= TEXT_URGENCY_CRITICAL) by_level[level]++;
    reasons[out->reason_count++] = (text_urgency_reason){lexicon_reasons[h->entry.value], h->first, h->count};
  }
  out->level = level_of(by_level, r->scan, sentiment);
  out->reasons = reasons;
  return MCRM_OK;
}
