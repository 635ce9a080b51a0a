/* Which cues fire: what the matcher found, less what negative phrases, cooldown and once-per-call hold back. */
#include <string.h>

#include "cue_table.h"

struct text_cue_state {
  mcrm_time *fired; /* by the number of the id; NEVER before the first time */
};

#define NEVER INT64_MIN

text_cue_state *text_cue_state_make(arena *a, const text_cues *cues) {
  text_cue_state *s = arena_alloc(a, sizeof *s);
  if (!s) return NULL;
  s->fired = arena_array(a, cues->slot_count ? cues->slot_count : 1, sizeof *s->fired);
  if (!s->fired) return NULL;
  for (uint32_t i = 0; i < cues->slot_count; i++) s->fired[i] = NEVER;
  return s;
}

static bool in_language(const text_phrase *p, const text_scan *scan) {
  if (p->language == TEXT_LANGUAGE_ANY) return true;
  return (p->language == TEXT_LANGUAGE_PERSIAN) == scan->persian;
}

static bool held_back(const text_phrase *p, const text_cue_state *state, uint32_t slot, mcrm_time now) {
  if (!state || state->fired[slot] == NEVER) return false;
  return p->once || (p->cooldown && now < state->fired[slot] + (mcrm_time)p->cooldown);
}

typedef struct fire {
  const text_cues *cues;
  const text_scan *scan;
  text_cue *items;
  uint32_t *taken;      /* by id number: item + 1 */
  uint32_t *suppressed; /* by id number: the sentence + 1 of its last negative phrase */
  size_t count;
} fire;

static uint32_t sentence_of(const fire *f, const text_hit *h) { return f->scan->tokens[h->first].sentence; }

static void consider(fire *f, const text_cue_state *state, const text_hit *h, mcrm_time now) {
  const text_phrase *p = &f->cues->phrases[h->phrase];
  uint32_t slot = f->cues->slots[h->phrase];
  if (p->negative || !in_language(p, f->scan) || f->suppressed[slot] == sentence_of(f, h) + 1) return;
  if (held_back(p, state, slot, now)) return;
  text_cue cue = {p->id, p->category, p->weight, h->phrase, h->first, h->count};
  if (!f->taken[slot]) {
    f->items[f->count] = cue;
    f->taken[slot] = (uint32_t)++f->count;
  } else if (f->items[f->taken[slot] - 1].count < h->count) {
    f->items[f->taken[slot] - 1] = cue;
  }
}

/* Sentence by sentence: first what the negative phrases hold back, then the rest. */
static void fire_all(fire *f, const text_cue_state *state, const text_hits *hits, mcrm_time now) {
  for (size_t from = 0, to; from < hits->count; from = to) {
    uint32_t sentence = sentence_of(f, &hits->items[from]);
    for (to = from; to < hits->count && sentence_of(f, &hits->items[to]) == sentence; to++) {
      const text_phrase *p = &f->cues->phrases[hits->items[to].phrase];
      if (p->negative && in_language(p, f->scan)) f->suppressed[f->cues->slots[hits->items[to].phrase]] = sentence + 1;
    }
    for (size_t i = from; i < to; i++) consider(f, state, &hits->items[i], now);
  }
}

int text_cues_fire(const text_cues *cues, text_cue_state *state, const text_scan *scan, mcrm_time now, arena *a,
                   text_cue_list *out) {
  *out = (text_cue_list){0};
  text_hits hits;
  int code = text_cues_find(cues, scan, a, &hits);
  if (code || !hits.count) return code;
  fire f = {.cues = cues, .scan = scan};
  size_t most = hits.count < cues->slot_count ? hits.count : cues->slot_count;
  f.items = arena_array(a, most, sizeof *f.items);
  f.taken = arena_array(a, cues->slot_count, sizeof *f.taken);
  f.suppressed = arena_array(a, cues->slot_count, sizeof *f.suppressed);
  if (!f.items || !f.taken || !f.suppressed) return MCRM_NO_MEMORY;
  fire_all(&f, state, &hits, now);
  if (state) {
    for (size_t i = 0; i < f.count; i++) state->fired[cues->slots[f.items[i].phrase]] = now;
  }
  *out = (text_cue_list){f.items, f.count};
  return MCRM_OK;
}
