#include <string.h>

#include "cue_table.h"
#include "cue_window.h"

enum { ENDING_MAX = 12 };

typedef struct finder {
  const text_cues *cues;
  const text_scan *scan;
  arena *memory;
  const unsigned char *at, *end;
  const unsigned char *words[CUE_WORDS + 1]; /* where the last words began, by number */
  uint32_t word;
  text_hit *hits;
  size_t count, room;
  bool failed;
} finder;

/* The scan's fold is valid UTF-8. */
static inline size_t point_at(const unsigned char *p, uint32_t *c) {
  if (p[0] < 0x80) {
    *c = p[0];
    return 1;
  }
  if (p[0] < 0xE0) {
    *c = (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    return 2;
  }
  if (p[0] < 0xF0) {
    *c = (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    return 3;
  }
  *c = (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 | (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
  return 4;
}

/* The symbol of a code point that the table does not hold. */
static uint32_t wide_symbol(const text_cues *cues, uint32_t c, bool *emoji) {
  uint32_t plain;
  cue_kind kind = cue_point(c, &plain);
  *emoji = kind == CUE_IS_EMOJI;
  switch (kind) {
    case CUE_IS_SKIPPED:
      return CUE_SKIP;
    case CUE_IS_BREAK:
      return CUE_BREAK;
    case CUE_IS_DOT:
      return CUE_DOT;
    case CUE_IS_SPACE:
      return CUE_SPACE;
    default:
      break;
  }
  uint32_t low = 0, high = cues->wide_count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (cues->wide[middle].point < plain) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low < cues->wide_count && cues->wide[low].point == plain) return cues->wide[low].symbol;
  return *emoji ? CUE_SPACE : CUE_OTHER;
}

static inline uint32_t symbol_of(const text_cues *cues, uint32_t c, bool *emoji) {
  *emoji = false;
  return c < CUE_NARROW ? cues->symbols[c] : wide_symbol(cues, c, emoji);
}

static inline bool is_letter(uint32_t symbol) {
  return symbol == CUE_OTHER || (symbol > CUE_SPACE && symbol < CUE_DOT);
}

/* The letters from here to the end of the word; more than an ending has gives ENDING_MAX + 1. */
static size_t rest_of_word(const finder *f, const unsigned char *p, uint32_t *letters) {
  size_t count = 0;
  while (p < f->end) {
    uint32_t c, plain;
    p += point_at(p, &c);
    cue_kind kind = cue_point(c, &plain);
    if (kind == CUE_IS_SKIPPED) continue;
    if (kind != CUE_IS_LETTER) break;
    if (count >= ENDING_MAX) return ENDING_MAX + 1;
    if (count < 2 || letters[count - 1] != plain || letters[count - 2] != plain) letters[count++] = plain;
  }
  return count;
}

static bool room_for_hit(finder *f) {
  if (f->count < f->room) return true;
  size_t room = f->room ? f->room * 2 : 32;
  text_hit *larger = arena_grow(f->memory, f->hits, f->room, room, sizeof *larger);
  if (!larger) {
    f->failed = true;
    return false;
  }
  f->hits = larger;
  f->room = room;
  return true;
}

static void add_hit(finder *f, uint32_t phrase, bool ended) {
  if (!room_for_hit(f)) return;
  const char *start = (const char *)f->words[(f->word - f->cues->shapes[phrase].words + 1) & CUE_WORDS];
  text_hit *hit = &f->hits[f->count++];
  *hit = (text_hit){.phrase = phrase, .ended = ended};
  /* The last word may be "می" and the rest. */
  text_tokens_of(f->scan, start, (const char *)f->at - 1, &hit->first, &hit->count);
}

/* What ends where the word does. */
static void report_whole(finder *f, uint32_t out) {
  for (; out; out = f->cues->outputs[out].next) add_hit(f, f->cues->outputs[out].phrase, false);
}

static void report(finder *f, uint32_t out) {
  uint32_t letters[ENDING_MAX + 1];
  size_t rest = rest_of_word(f, f->at, letters);
  if (!rest) report_whole(f, out);
  for (; rest && out; out = f->cues->outputs[out].next) {
    uint32_t phrase = f->cues->outputs[out].phrase;
    if (cue_ending((text_endings)f->cues->shapes[phrase].endings, letters, rest)) add_hit(f, phrase, true);
  }
}

/* Are the bytes of the word from `start` exactly می or نمی? */
static bool is_mi(const unsigned char *start, const unsigned char *end) {
  if (end - start == 6 && start[0] == 0xD9 && start[1] == 0x86) start += 2;
  return end - start == 4 && start[0] == 0xD9 && start[1] == 0x85 && start[2] == 0xDB && start[3] == 0x8C;
}

/* Three or more of one letter count as one; o and e inside a Latin word as two (goooood). Returns where to go on. */
static const unsigned char *past_run(const finder *f, const unsigned char *p, size_t n) {
  const unsigned char *q = p + n;
  size_t length = 1;
  while ((size_t)(f->end - q) >= n && !memcmp(p, q, n)) {
    q += n;
    length++;
  }
  if (length < 3) return p;
  bool inside = q < f->end && *q >= 'a' && *q <= 'z';
  return (*p == 'o' || *p == 'e') && inside ? q - 2 * n : q - n;
}

/* Between words: white space and light marks, or a break. Returns the symbol to step by, 0 where "می" goes on. */
static uint32_t cross_gap(finder *f, const unsigned char *word) {
  uint32_t gap = 0, symbol = CUE_SPACE;
  const unsigned char *word_end = f->at;
  bool emoji, plain_spaces = true;
  while (f->at < f->end) {
    uint32_t c;
    size_t n = point_at(f->at, &c);
    uint32_t s = symbol_of(f->cues, c, &emoji);
    if (is_letter(s)) break;
    f->at += n;
    if (s == CUE_DOT) s = f->at<f->end && * f->at> ' ' ? CUE_SPACE : CUE_BREAK;
    if (s == CUE_BREAK || (s == CUE_SPACE && ++gap > CUE_GAP)) symbol = CUE_BREAK;
    if (c != ' ') plain_spaces = false;
  }
  if (symbol == CUE_SPACE && word && plain_spaces && f->at < f->end && is_mi(word, word_end)) return 0;
  return symbol;
}

/* No phrase goes on with this word: to where it ends. */
static const unsigned char *skip_word(const finder *f, const unsigned char *p) {
  const uint8_t *symbols = f->cues->symbols;
  while (p < f->end) {
    uint32_t c;
    size_t n = point_at(p, &c);
    if (c >= CUE_NARROW || (!is_letter(symbols[c]) && symbols[c] != CUE_SKIP)) break;
    p += n;
  }
  return p;
}

/* The automaton letter by letter, from a state in which a word has begun (`word`) or is about to: to the end of the
 * text, or where it is `filtered` only to the next beginning of a word at which no phrase is under way. */
static void walk(finder *f, uint32_t state, const unsigned char *word, bool filtered) {
  const text_cues *cues = f->cues;
  const cue_node *nodes = cues->nodes;
  bool after_emoji = false;
  while (f->at < f->end && !f->failed) {
    const unsigned char *p = f->at;
    uint32_t c;
    bool emoji;
    size_t n = point_at(p, &c);
    uint32_t symbol = symbol_of(cues, c, &emoji);
    if (symbol == CUE_SKIP) {
      f->at += n;
      continue;
    }
    if (!is_letter(symbol)) {
      uint32_t by = cross_gap(f, word);
      if (by) {
        state = by == CUE_SPACE ? cue_next(nodes, state, CUE_SPACE) : cues->start;
        word = NULL;
        if (filtered && state == cues->start) return;
      }
      after_emoji = false;
      continue;
    }
    if ((emoji || after_emoji) && word) {
      state = cue_next(nodes, state, CUE_SPACE);
      word = NULL;
    }
    after_emoji = emoji;
    if (!word) {
      word = p;
      f->words[++f->word & CUE_WORDS] = p;
    }
    if ((size_t)(f->end - p) > 2 * n && p[n + n - 1] == p[n - 1] && !emoji) p = past_run(f, p, n);
    f->at = p + n;
    if (state != CUE_ROOT) {
      state = symbol == CUE_OTHER ? CUE_ROOT : cue_next(nodes, state, symbol);
      if (nodes[state].out && emoji) report_whole(f, nodes[state].out);
      if (nodes[state].out && !emoji) report(f, nodes[state].out);
    }
    if (state == CUE_ROOT) f->at = skip_word(f, f->at);
  }
}

/* The step by a whole word: the automaton's, for words without endings fail as wholes. NULL: no phrase has it here. */
static const cue_step *step_by(const text_cues *cues, uint32_t state, cue_key key) {
  const cue_exact *exact = cues->filter->exact;
  uint32_t mask = (UINT32_C(1) << exact->step_bits) - 1;
  for (;; state = cues->nodes[state].fail) {
    for (uint32_t at = cue_step_hash(key, state, exact->step_bits); exact->steps[at].from; at = (at + 1) & mask) {
      const cue_step *s = &exact->steps[at];
      if (s->word.low == key.low && s->word.high == key.high && s->from == state) return s;
    }
    if (state == cues->start) return NULL;
  }
}

/* Word by word from one that may begin a phrase, while single spaces stand between them and nothing odd comes. */
static void follow(finder *f, cue_window *w) {
  const text_cues *cues = f->cues;
  uint32_t state = cues->start, behind = 0;
  const unsigned char *word = NULL;
  for (;;) {
    cue_key key;
    const unsigned char *next = behind ? f->at + 1 : f->at;
    unsigned length = behind && (*f->at != ' ' || next == f->end) ? 0 : cue_window_word(w, next, &key);
    if (!length || is_mi(next, next + length)) {
      walk(f, behind ? behind : state, word, true);
      return;
    }
    word = next;
    f->words[++f->word & CUE_WORDS] = word;
    f->at = word + length;
    const cue_step *by = step_by(cues, state, key);
    if (!by) break;
    report_whole(f, by->out);
    if (by->on == cues->start) break;
    state = by->on;
    behind = by->to;
  }
  if (f->at < f->end && *f->at < 0x80) f->at++; /* a space, or what is like one */
}

static void walk_where_needed(finder *f) {
  cue_window w;
  bool inside = false;
  cue_window_open(&w, f->cues->filter, f->at, f->end);
  while ((f->at = cue_window_next(&w, f->at, &inside)) < f->end && !f->failed) {
    if (inside)
      walk(f, CUE_ROOT, f->at, true);
    else if (f->cues->filter->exact)
      follow(f, &w);
    else
      walk(f, f->cues->start, NULL, true);
  }
}

static int find(const text_cues *cues, const text_scan *scan, arena *a, bool filtered, text_hits *out) {
  finder f = {.cues = cues, .scan = scan, .memory = a};
  *out = (text_hits){0};
  if (!scan->token_count) return MCRM_OK;
  f.at = (const unsigned char *)scan->folded.bytes;
  f.end = f.at + scan->folded.length;
  if (filtered)
    walk_where_needed(&f);
  else
    walk(&f, cues->start, NULL, false);
  if (f.failed) return MCRM_NO_MEMORY;
  *out = (text_hits){f.hits, f.count};
  return MCRM_OK;
}

int text_cues_find(const text_cues *cues, const text_scan *scan, arena *a, text_hits *out) {
  return find(cues, scan, a, true, out);
}

int cue_find_plainly(const text_cues *cues, const text_scan *scan, arena *a, text_hits *out) {
  return find(cues, scan, a, false, out);
}
