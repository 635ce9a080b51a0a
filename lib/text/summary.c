#include <text/summary.h>

#include <base/buffer.h>

#include "lexicon.h"

enum { SIGNATURE_WORDS = 4 };

/* What a sentence says, as 256 bits: two sentences with nearly the same bits say the same. */
typedef struct signature {
  uint64_t bits[SIGNATURE_WORDS];
} signature;

static signature sign(const text_scan *s, const text_sentence *t) {
  signature g = {{0}};
  for (uint32_t i = t->first; i < t->first + t->count; i++) {
    const text_token *token = &s->tokens[i];
    if (token->kind == TEXT_MARK || token->kind == TEXT_BREAK) continue;
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (uint32_t k = 0; k < token->fold_length; k++)
      hash = (hash ^ (unsigned char)token->fold[k]) * UINT64_C(0x100000001B3);
    hash ^= hash >> 29;
    g.bits[hash >> 6 & (SIGNATURE_WORDS - 1)] |= UINT64_C(1) << (hash & 63);
  }
  return g;
}

static bool alike(const signature *a, const signature *b) {
  int both = 0, either = 0;
  for (int i = 0; i < SIGNATURE_WORDS; i++) {
    both += __builtin_popcountll(a->bits[i] & b->bits[i]);
    either += __builtin_popcountll(a->bits[i] | b->bits[i]);
  }
  return either == 0 || both * 10 >= either * 6;
}

static void add_hits(const text_reading *r, double *weights) {
  for (size_t i = 0; i < r->count; i++) {
    const text_lexicon_hit *h = &r->hits[i];
    double *w = &weights[r->scan->tokens[h->first].sentence];
    switch ((lexicon_kind)h->entry.kind) {
      case LEXICON_OUTCOME:
        *w += 0.5 + h->entry.weight / 20.0;
        break;
      case LEXICON_TOPIC:
        *w += 0.4;
        break;
      case LEXICON_URGENCY:
        *w += h->entry.weight >= 20 ? 0.8 : 0.2;
        break;
      default:
        break;
    }
  }
}

static void add_shape(const text_scan *s, double *weights) {
  enum { FEW = 3, LONG = 45 };
  for (size_t i = 0; i < s->sentence_count; i++) {
    const text_sentence *t = &s->sentences[i];
    uint32_t words = 0, numbers = 0;
    for (uint32_t k = t->first; k < t->first + t->count; k++) {
      words += s->tokens[k].kind == TEXT_WORD;
      numbers += s->tokens[k].kind == TEXT_NUMBER;
    }
    weights[i] += numbers ? 0.3 : 0;
    weights[i] += i == 0 ? 0.2 : 0;
    if (words < FEW) weights[i] -= 1;
    if (words > LONG) weights[i] *= 0.8; /* it has had more chances */
  }
}

static void weigh(const text_reading *r, const text_actions *actions, const text_sentiment *m, double *weights) {
  const text_token *tokens = r->scan->tokens;
  add_hits(r, weights);
  for (size_t i = 0; actions && i < actions->count; i++) {
    const text_action *t = &actions->items[i];
    weights[tokens[t->first].sentence] += t->confidence * (t->kind == TEXT_ACTION_QUESTION ? 0.8 : 1.8);
  }
  for (size_t i = 0; m && i < m->cue_count; i++) {
    double w = m->cues[i].weight;
    weights[tokens[m->cues[i].first].sentence] += (w < 0 ? -w : w) * (w < 0 ? 0.25 : 0.15);
  }
  add_shape(r->scan, weights);
}

static const double OUT = -1e9;

/* The sentence is taken, and with it whatever says the same. */
static void take(const text_scan *s, double *weights, const signature *signs, size_t sentence) {
  weights[sentence] = OUT;
  for (size_t i = 0; i < s->sentence_count; i++) {
    if (weights[i] > OUT && alike(&signs[sentence], &signs[i])) weights[i] = OUT;
  }
}

/* The best first; each sentence is looked at twice a round, and there are at most TEXT_SUMMARY_MOST rounds. */
static size_t choose(const text_scan *s, double *weights, const signature *signs, size_t most, uint32_t *chosen,
                     size_t count) {
  const double least = 0.15;
  while (count < most) {
    size_t best = s->sentence_count;
    for (size_t i = 0; i < s->sentence_count; i++) {
      if (weights[i] > OUT && (best == s->sentence_count || weights[i] > weights[best])) best = i;
    }
    if (best == s->sentence_count || (count && weights[best] < least)) break;
    take(s, weights, signs, best);
    chosen[count++] = (uint32_t)best;
  }
  return count;
}

static void ascending(uint32_t *items, size_t count) {
  for (size_t i = 1; i < count; i++) {
    uint32_t moved = items[i];
    size_t at = i;
    for (; at > 0 && items[at - 1] > moved; at--) items[at] = items[at - 1];
    items[at] = moved;
  }
}

static const char *join(const text_scan *s, const uint32_t *chosen, size_t count, arena *a) {
  buffer b;
  buffer_init(&b, s->length + count + 1);
  for (size_t i = 0; i < count; i++) {
    const text_sentence *t = &s->sentences[chosen[i]];
    if (i) buffer_byte(&b, '\n');
    buffer_append(&b, s->text + t->start, t->end - t->start);
  }
  const char *text = b.failed ? NULL : arena_copy(a, b.bytes ? b.bytes : "", b.length);
  buffer_free(&b);
  return text;
}

int text_summary_of(const text_reading *r, const text_actions *actions, const text_sentiment *sentiment, size_t most,
                    arena *a, text_summary *out) {
  const text_scan *s = r->scan;
  *out = (text_summary){.text = ""};
  if (most < 1 || most > TEXT_SUMMARY_MOST) return MCRM_INVALID;
  out->outcome = text_outcome_of(r);
  if (!s->sentence_count) return MCRM_OK;
  double *weights = arena_array(a, s->sentence_count, sizeof *weights);
  signature *signs = arena_array(a, s->sentence_count, sizeof *signs);
  uint32_t *chosen = arena_array(a, most, sizeof *chosen);
  if (!weights || !signs || !chosen) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < s->sentence_count; i++) signs[i] = sign(s, &s->sentences[i]);
  weigh(r, actions, sentiment, weights);
  size_t count = 0;
  if (out->outcome.name) {
    chosen[count++] = s->tokens[out->outcome.first].sentence;
    take(s, weights, signs, chosen[0]);
  }
  count = choose(s, weights, signs, most, chosen, count);
  ascending(chosen, count);
  out->sentences = chosen;
  out->count = count;
  out->text = join(s, chosen, count, a);
  return out->text ? MCRM_OK : MCRM_NO_MEMORY;
}
