/* Builds the filter: every way to write the beginning of a phrase, and its words, from the automaton itself. */
#include "cue_filter.h"

#include <base/utf8.h>

#include "cue_table.h"
#include "fold_table.h"

typedef struct filling {
  const text_cues *cues;
  cue_filter *filter;
  unsigned char bytes[CUE_KEY + 8];
  size_t over; /* where a brief phrase ends */
  /* of the steps */
  uint32_t from;
  cue_step *steps;
  size_t count, room;
  arena *arena;
} filling;

/* These go on behind a space. */
static const char *const joined[] = {"می", "نمی"};

static void add(uint64_t *set, uint32_t at) { set[at >> 6] |= UINT64_C(1) << (at & 63); }

static cue_key key_of(const filling *f, size_t length) {
  return cue_key_of(f->bytes, (unsigned)(length < CUE_KEY ? length : CUE_KEY));
}

static uint64_t head_of(const filling *f, size_t length) {
  return cue_head_of(f->bytes, (unsigned)(length < CUE_HEAD ? length : CUE_HEAD));
}

static void add_head(filling *f) {
  add(f->filter->open, cue_open_hash(f->bytes));
  f->filter->has_open = true;
}

static void add_pair(filling *f) {
  add(f->filter->pairs, cue_pair(f->bytes));
  f->filter->has_open = true;
}

/* Any letters may follow these bytes. */
static void add_open(filling *f, size_t length) {
  if (length >= 4) {
    add_head(f);
  } else if (length == 2) {
    add_pair(f);
  } else {
    for (unsigned byte = '0'; byte < 0xE0; byte++) {
      f->bytes[length] = (unsigned char)byte;
      if (length == 3)
        add_head(f);
      else
        add_pair(f);
    }
  }
}

static bool takes_endings(const text_cues *cues, uint32_t out) {
  for (; out; out = cues->outputs[out].next)
    if (cues->shapes[cues->outputs[out].phrase].endings != TEXT_EXACT) return true;
  return false;
}

static uint32_t child(const text_cues *cues, uint32_t node, uint32_t symbol) {
  uint32_t to = cues->nodes[node].base + symbol;
  return cues->nodes[to].check == node ? to : 0;
}

/* Does folding leave it alone? Others never stand in a folded text. */
static bool stays(uint32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
  return fold_two_bytes[c - 0x80] == FOLD_SAME;
}

/* May it be that letter of a word? Behind the first one the window calls آ ؤ ئ odd, lest there be too many forms. */
static bool letter(const text_cues *cues, uint32_t c, size_t length) {
  bool formed = c >= 0x622 && c <= 0x626;
  return cues->symbols[c] >= CUE_FIRST_SYMBOL && cues->symbols[c] <= CUE_LAST_SYMBOL && stays(c) &&
         (!length || !formed);
}

static void add_what(uint64_t *set, uint32_t at, unsigned what) { set[at / 32] |= (uint64_t)what << at % 32 * 2; }

static void add_word(filling *f, size_t length, unsigned what) {
  add_what(f->filter->words, cue_head_hash(head_of(f, length)), what);
}

/* At most as deep as a head is long. */
static void fill(filling *f, uint32_t node, size_t length) {
  const text_cues *cues = f->cues;
  uint32_t out = cues->nodes[node].out, to;
  if (length) add(f->filter->prefixes, cue_head_hash(head_of(f, length)));
  if (length >= CUE_HEAD || (length && out)) add_word(f, length, CUE_OVER);
  if (length >= CUE_HEAD) return;
  if (length && child(cues, node, CUE_SPACE)) add_word(f, length, CUE_GOES_ON);
  for (uint32_t c = '0'; c < CUE_NARROW; c++)
    if (letter(cues, c, length) && (to = child(cues, node, cues->symbols[c])))
      fill(f, to, length + utf8_encode(c, (char *)f->bytes + length));
  if (length && takes_endings(cues, out)) add_open(f, length);
}

cue_filter *cue_filter_make(arena *a, const text_cues *cues) {
  filling f = {.cues = cues, .filter = arena_alloc(a, sizeof *f.filter)};
  if (!f.filter) return NULL;
  fill(&f, cues->start, 0);
  for (size_t i = 0; i < 2; i++) {
    size_t length = strlen(joined[i]);
    memcpy(f.bytes, joined[i], length);
    add_word(&f, length, CUE_OVER);
    for (size_t n = 2; n <= length; n += 2) add(f.filter->prefixes, cue_head_hash(head_of(&f, n)));
  }
  return f.filter;
}

/* ---- Words without endings ---- */

static bool add_step(filling *f, size_t length, uint32_t to) {
  if (f->count == f->room) {
    size_t room = f->room ? f->room * 2 : 1024;
    cue_step *larger = arena_grow(f->arena, f->steps, f->room, room, sizeof *larger);
    if (!larger) return false;
    f->steps = larger;
    f->room = room;
  }
  const cue_node *nodes = f->cues->nodes;
  f->steps[f->count++] = (cue_step){key_of(f, length), f->from, to, cue_next(nodes, to, CUE_SPACE), nodes[to].out};
  return true;
}

/* The words that may follow at a node. Those of CUE_KEY bytes and more are no steps. */
static bool collect(filling *f, uint32_t node, size_t length) {
  const text_cues *cues = f->cues;
  uint32_t to;
  if (length && (cues->nodes[node].out || child(cues, node, CUE_SPACE)) && !add_step(f, length, node)) return false;
  for (uint32_t c = '0'; c < CUE_NARROW; c++) {
    if (!letter(cues, c, length) || !(to = child(cues, node, cues->symbols[c]))) continue;
    size_t longer = length + utf8_encode(c, (char *)f->bytes + length);
    if (longer < CUE_KEY && !collect(f, to, longer)) return false;
  }
  return true;
}

static bool keep_steps(arena *a, const filling *f, cue_exact *exact) {
  unsigned bits = 4;
  while ((size_t)1 << bits < f->count * 2) bits++;
  cue_step *table = arena_array(a, (size_t)1 << bits, sizeof *table);
  if (!table) return false;
  for (size_t i = 0; i < f->count; i++) {
    uint32_t at = cue_step_hash(f->steps[i].word, f->steps[i].from, bits);
    while (table[at].from) at = (at + 1) & ((UINT32_C(1) << bits) - 1);
    table[at] = f->steps[i];
  }
  exact->steps = table;
  exact->step_bits = bits;
  return true;
}

/* A phrase is over at `length`, with less than eight bytes: four of them, or of what may stand behind it. */
static void add_brief(filling *f, cue_exact *exact, size_t length) {
  if (length >= CUE_BRIEF) {
    uint32_t four;
    memcpy(&four, f->bytes, sizeof four);
    add(exact->shorts, cue_four_hash(le32toh(four)));
    return;
  }
  for (unsigned byte = ' '; byte < 0xE0; byte++) {
    bool ascii = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z');
    if (byte != ' ' && (f->over == length || (!ascii && byte < 0x80))) continue;
    f->bytes[length] = (unsigned char)byte;
    add_brief(f, exact, length + 1);
  }
}

/* The bytes that a phrase begins with, with up to so many spaces as may stand between two words. */
static void fill_beginnings(filling *f, cue_exact *exact, uint32_t node, size_t length, size_t word) {
  const text_cues *cues = f->cues;
  uint32_t to;
  if (length >= CUE_HEAD) {
    uint64_t eight;
    memcpy(&eight, f->bytes, sizeof eight);
    eight = le64toh(eight);
    exact->beginnings[cue_eight_hash(eight)] |= UINT64_C(1) << cue_four_hash(eight) % 64;
    return;
  }
  if (length > word && cues->nodes[node].out) {
    unsigned char kept[CUE_HEAD];
    memcpy(kept, f->bytes, sizeof kept);
    f->over = length;
    add_brief(f, exact, length);
    memcpy(f->bytes, kept, sizeof kept);
  }
  if (length > word && (to = child(cues, node, CUE_SPACE))) {
    for (size_t spaces = 1; spaces <= CUE_GAP; spaces++) {
      f->bytes[length + spaces - 1] = ' ';
      fill_beginnings(f, exact, to, length + spaces, length + spaces);
      for (size_t i = 0; i < 2; i++) { /* behind these any word may go on */
        size_t all = length + spaces + strlen(joined[i]);
        memcpy(f->bytes + length + spaces, joined[i], strlen(joined[i]));
        f->over = all;
        if (all < CUE_HEAD)
          add_brief(f, exact, all);
        else
          fill_beginnings(f, exact, to, all, all);
      }
      memset(f->bytes + length, ' ', spaces);
    }
  }
  for (uint32_t c = '0'; c < CUE_NARROW; c++)
    if (letter(cues, c, length - word) && (to = child(cues, node, cues->symbols[c])))
      fill_beginnings(f, exact, to, length + utf8_encode(c, (char *)f->bytes + length), word);
}

/* The first word, by its key. */
static void fill_keys(filling *f, uint64_t *keys, uint32_t node, size_t length) {
  const text_cues *cues = f->cues;
  uint32_t to, at = cue_double_hash(key_of(f, length));
  if (length >= CUE_KEY || (length && cues->nodes[node].out)) add_what(keys, at, CUE_OVER);
  if (length >= CUE_KEY) return;
  if (length && child(cues, node, CUE_SPACE)) add_what(keys, at, CUE_GOES_ON);
  for (uint32_t c = '0'; c < CUE_NARROW; c++)
    if (letter(cues, c, length) && (to = child(cues, node, cues->symbols[c])))
      fill_keys(f, keys, to, length + utf8_encode(c, (char *)f->bytes + length));
}

/* The first two words, as far as a key goes; the second begins at byte `second`, where there is one yet. */
static void fill_doubles(filling *f, uint64_t *doubles, uint32_t node, size_t length, size_t second) {
  const text_cues *cues = f->cues;
  uint32_t space = child(cues, node, CUE_SPACE), to;
  if (second && (length >= CUE_KEY || (length > second && (space || cues->nodes[node].out))))
    add(doubles, cue_double_hash(key_of(f, length)));
  if (length >= CUE_KEY) return;
  if (space && length && !second) {
    f->bytes[length] = ' ';
    for (size_t i = 0; i < 2; i++) {
      memcpy(f->bytes + length + 1, joined[i], strlen(joined[i]));
      add(doubles, cue_double_hash(key_of(f, length + 1 + strlen(joined[i]))));
    }
    fill_doubles(f, doubles, space, length + 1, length + 1);
  }
  for (uint32_t c = '0'; c < CUE_NARROW; c++)
    if (letter(cues, c, length - second) && (to = child(cues, node, cues->symbols[c])))
      fill_doubles(f, doubles, to, length + utf8_encode(c, (char *)f->bytes + length), second);
}

bool cue_exact_make(arena *temporary, arena *a, const text_cues *cues, cue_filter *filter) {
  filling f = {.cues = cues, .filter = filter, .arena = temporary};
  for (uint32_t i = 0; i < cues->phrase_count; i++)
    if (cues->shapes[i].endings != TEXT_EXACT) return true;
  cue_exact *exact = arena_alloc(a, sizeof *exact);
  if (!exact) return false;
  for (uint32_t i = CUE_ROOT + 1; i < cues->node_count; i++) {
    uint32_t parent = cues->nodes[i].check;
    if (!parent || parent >= cues->node_count || child(cues, parent, CUE_SPACE) != i) continue;
    f.from = i;
    if (!collect(&f, i, 0)) return false;
  }
  fill_keys(&f, exact->keys, cues->start, 0);
  fill_doubles(&f, exact->doubles, cues->start, 0, 0);
  fill_beginnings(&f, exact, cues->start, 0, 0);
  for (size_t i = 0; i < 2; i++) {
    memcpy(f.bytes, joined[i], strlen(joined[i]));
    add_brief(&f, exact, strlen(joined[i]));
    add_what(exact->keys, cue_double_hash(key_of(&f, strlen(joined[i]))), CUE_OVER);
  }
  filter->exact = exact;
  return keep_steps(a, &f, exact);
}
