#include "lexicon.h"

#include <string.h>

/* Sentiment and grammar words compete for the same tokens ("بد نیست" is no negated "بد"), the other kinds stand beside
 * each other. */
static uint32_t group_of(uint8_t kind) { return kind == LEXICON_GRAMMAR ? LEXICON_SENTIMENT : kind; }

static bool before(const text_lexicon_hit *a, const text_lexicon_hit *b) {
  if (a->first != b->first) return a->first < b->first;
  if (a->count != b->count) return a->count > b->count;
  if (a->ended != b->ended) return b->ended;
  return a->phrase < b->phrase; /* the first in the lists counts */
}

/* The matcher reports by last token; a phrase has a bounded number of words, so each hit moves a bounded way. */
static void sort(text_lexicon_hit *hits, size_t count) {
  for (size_t i = 1; i < count; i++) {
    text_lexicon_hit h = hits[i];
    size_t at = i;
    while (at > 0 && before(&h, &hits[at - 1])) {
      hits[at] = hits[at - 1];
      at--;
    }
    hits[at] = h;
  }
}

/* Of a group's hits one that lies inside another says nothing new; roles and topics may overlap. */
static size_t drop_covered(text_lexicon_hit *hits, size_t count) {
  uint32_t covered[LEXICON_KIND_COUNT] = {0};
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t group = group_of(hits[i].entry.kind), end = hits[i].first + hits[i].count;
    if (group != LEXICON_ACTION && group != LEXICON_TOPIC && end <= covered[group]) continue;
    if (group == LEXICON_SENTIMENT && hits[i].first < covered[group]) continue; /* a word has one meaning */
    covered[group] = end > covered[group] ? end : covered[group];
    hits[kept++] = hits[i];
  }
  return kept;
}

/* "I'll", "we'll", "he'll": the matcher drops apostrophes, but these are not ill, well and hell. */
static bool is_will(const text_scan *scan, const text_hit *h) {
  const text_token *t = &scan->tokens[h->first];
  return h->count == 1 && t->fold_length > 3 && !memcmp(t->fold + t->fold_length - 3, "'ll", 3);
}

int text_read(const text_scan *scan, arena *a, text_reading *out) {
  *out = (text_reading){.scan = scan};
  text_hits found;
  int code = text_cues_find(&lexicon_cues, scan, a, &found);
  if (code || !found.count) return code;
  text_lexicon_hit *hits = arena_array(a, found.count, sizeof *hits);
  if (!hits) return MCRM_NO_MEMORY;
  size_t kept = 0;
  for (size_t i = 0; i < found.count; i++) {
    const text_hit *h = &found.items[i];
    if (lexicon_entries[h->phrase].kind == LEXICON_SENTIMENT && is_will(scan, h)) continue;
    hits[kept++] = (text_lexicon_hit){lexicon_entries[h->phrase], h->ended, h->phrase, h->first, h->count};
  }
  sort(hits, kept);
  out->count = drop_covered(hits, kept);
  out->hits = hits;
  return MCRM_OK;
}
