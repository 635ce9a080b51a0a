/* Builds the automaton: phrases → trie → failure links in breadth-first order → double array. */
#include <base/utf8.h>
#include <string.h>

#include "cue_table.h"

enum { PHRASES_MAX = 1 << 20, SYMBOL_SPAN = 256 };

typedef struct trie_node {
  uint32_t child, sibling, parent; /* numbers of nodes; 0 = none */
  uint32_t fail, out, slot;
  uint8_t symbol;
} trie_node;

typedef struct builder {
  arena *temporary;
  trie_node *trie; /* [1] is the root, [2] its child by a space */
  uint32_t trie_count, trie_room;
  uint8_t symbols[CUE_NARROW];
  cue_wide *wide;
  uint32_t wide_count, wide_room;
  uint32_t next_symbol;
  cue_output *outputs;
  uint32_t output_count;
  cue_node *nodes;
  uint32_t node_count, node_room, first_free;
} builder;

static bool prepare_symbols(builder *b) {
  for (uint32_t c = 0; c < CUE_NARROW; c++) {
    uint32_t plain;
    switch (cue_point(c, &plain)) {
      case CUE_IS_SPACE:
        b->symbols[c] = CUE_SPACE;
        break;
      case CUE_IS_DOT:
        b->symbols[c] = CUE_DOT;
        break;
      case CUE_IS_BREAK:
        b->symbols[c] = CUE_BREAK;
        break;
      case CUE_IS_SKIPPED:
        b->symbols[c] = CUE_SKIP;
        break;
      default:
        b->symbols[c] = CUE_OTHER;
        break;
    }
  }
  b->next_symbol = CUE_FIRST_SYMBOL;
  b->trie_room = 1024;
  b->trie_count = 3;
  b->trie = arena_array(b->temporary, b->trie_room, sizeof *b->trie);
  b->wide_room = CUE_LAST_SYMBOL;
  b->wide = arena_array(b->temporary, b->wide_room, sizeof *b->wide);
  if (!b->trie || !b->wide) return false;
  b->trie[1].child = 2;
  b->trie[2] = (trie_node){.parent = 1, .fail = 1, .symbol = CUE_SPACE};
  return true;
}

/* The symbol of a plain code point, a new one where it is the first time; 0 where there are too many. */
static uint32_t symbol_for(builder *b, uint32_t plain) {
  if (plain < CUE_NARROW) {
    if (b->symbols[plain] != CUE_OTHER) return b->symbols[plain];
    if (b->next_symbol > CUE_LAST_SYMBOL) return 0;
    uint8_t symbol = (uint8_t)b->next_symbol++;
    for (uint32_t c = 0; c < CUE_NARROW; c++) { /* every form of the letter */
      uint32_t form;
      if (cue_point(c, &form) == CUE_IS_LETTER && form == plain) b->symbols[c] = symbol;
    }
    return symbol;
  }
  uint32_t at = 0;
  while (at < b->wide_count && b->wide[at].point < plain) at++;
  if (at < b->wide_count && b->wide[at].point == plain) return b->wide[at].symbol;
  if (b->next_symbol > CUE_LAST_SYMBOL) return 0;
  memmove(b->wide + at + 1, b->wide + at, (b->wide_count - at) * sizeof *b->wide);
  b->wide[at] = (cue_wide){plain, b->next_symbol++};
  b->wide_count++;
  return b->wide[at].symbol;
}

/* "می شود" and "می‌شود" are one word. */
static bool ends_in_mi(const uint32_t *points, size_t count) {
  enum { MEEM = 0x0645, YEH = 0x06CC, NOON = 0x0646 };
  if (count < 2 || points[count - 1] != YEH || points[count - 2] != MEEM) return false;
  if (count == 2 || points[count - 3] == ' ') return true;
  return points[count - 3] == NOON && (count == 3 || points[count - 4] == ' ');
}

/* The phrase as plain code points with single spaces; 0 where it is empty or too long. */
static size_t plain_phrase(const text_folded *f, uint32_t *points, uint8_t *words) {
  size_t count = 0;
  bool space = false;
  *words = 0;
  for (size_t i = 0; i < f->length;) {
    uint32_t c, plain;
    size_t n = utf8_decode(f->bytes + i, f->length - i, &c);
    if (!n) return 0;
    i += n;
    cue_kind kind = cue_point(c, &plain);
    if (kind == CUE_IS_SKIPPED) continue;
    if (kind != CUE_IS_LETTER && kind != CUE_IS_EMOJI) {
      space = true;
      continue;
    }
    if ((space || kind == CUE_IS_EMOJI) && count > 0 && !ends_in_mi(points, count)) {
      points[count++] = ' ';
      (*words)++;
    }
    points[count++] = plain;
    space = kind == CUE_IS_EMOJI;
    if (count > CUE_POINTS || *words >= CUE_WORDS) return 0;
  }
  if (count) (*words)++;
  return count;
}

static uint32_t child_of(const builder *b, uint32_t node, uint32_t symbol) {
  for (uint32_t c = b->trie[node].child; c; c = b->trie[c].sibling) {
    if (b->trie[c].symbol == symbol) return c;
  }
  return 0;
}

static uint32_t add_child(builder *b, uint32_t node, uint32_t symbol) {
  if (b->trie_count == b->trie_room) {
    if (b->trie_room > UINT32_MAX / 4) return 0;
    trie_node *larger = arena_array(b->temporary, (size_t)b->trie_room * 2, sizeof *larger);
    if (!larger) return 0;
    memcpy(larger, b->trie, b->trie_room * sizeof *larger);
    b->trie = larger;
    b->trie_room *= 2;
  }
  uint32_t at = b->trie_count++;
  b->trie[at] = (trie_node){.parent = node, .sibling = b->trie[node].child, .symbol = (uint8_t)symbol};
  b->trie[node].child = at;
  return at;
}

static int add_phrase(builder *b, const text_phrase *p, uint32_t index, cue_shape *shape) {
  uint32_t points[CUE_POINTS + 4];
  size_t length = p->text ? strlen(p->text) : 0;
  text_folded folded;
  if (!length || length > 4 * CUE_POINTS) return MCRM_INVALID;
  int code = text_fold(b->temporary, p->text, length, &folded);
  if (code) return code;
  size_t count = plain_phrase(&folded, points, &shape->words);
  if (!count) return MCRM_INVALID;
  shape->endings = (uint8_t)p->endings;
  uint32_t at = 2;
  for (size_t i = 0; i < count; i++) {
    uint32_t symbol = symbol_for(b, points[i]);
    if (!symbol) return MCRM_INVALID;
    uint32_t next = child_of(b, at, symbol);
    if (!next) next = add_child(b, at, symbol);
    if (!next) return MCRM_NO_MEMORY;
    at = next;
  }
  b->outputs[++b->output_count] = (cue_output){index, b->trie[at].out};
  b->trie[at].out = b->output_count;
  return MCRM_OK;
}

/* Breadth first: each node's failure state and, behind its own phrases, those of that state. */
static uint32_t *link_failures(builder *b) {
  uint32_t *order = arena_array(b->temporary, b->trie_count, sizeof *order);
  if (!order) return NULL;
  uint32_t head = 0, tail = 0;
  order[tail++] = 1;
  b->trie[1].fail = 1;
  while (head < tail) {
    uint32_t node = order[head++];
    for (uint32_t c = b->trie[node].child; c; c = b->trie[c].sibling) {
      uint32_t fail = b->trie[node].fail, to = 0;
      while (node != 1 && !(to = child_of(b, fail, b->trie[c].symbol)) && fail != 1) fail = b->trie[fail].fail;
      b->trie[c].fail = to ? to : 1;
      uint32_t inherited = b->trie[b->trie[c].fail].out, *last = &b->trie[c].out;
      while (*last) last = &b->outputs[*last].next;
      *last = inherited;
      order[tail++] = c;
    }
  }
  return order;
}

static bool grow_nodes(builder *b, uint32_t need) {
  if (need <= b->node_room) return true;
  uint32_t room = b->node_room ? b->node_room : 4096;
  while (room < need) room *= 2;
  cue_node *larger = arena_array(b->temporary, room, sizeof *larger);
  if (!larger) return false;
  if (b->nodes) memcpy(larger, b->nodes, b->node_room * sizeof *larger);
  b->nodes = larger;
  b->node_room = room;
  return true;
}

static bool fits(const builder *b, uint32_t node, uint32_t base) {
  for (uint32_t c = b->trie[node].child; c; c = b->trie[c].sibling) {
    if (b->nodes[base + b->trie[c].symbol].check) return false;
  }
  return true;
}

/* Finds a place for the children of a node. A crowded stretch is given up after some tries, so that building stays
 * fast for any phrases. */
static bool place_children(builder *b, uint32_t node) {
  uint32_t first = b->trie[node].child, tries = 0;
  if (!first) return true;
  uint32_t symbol = b->trie[first].symbol;
  for (uint32_t slot = b->first_free;; slot++) {
    if (!grow_nodes(b, slot + 2 * SYMBOL_SPAN)) return false;
    if (b->nodes[slot].check || slot <= symbol + CUE_ROOT) continue;
    if (!fits(b, node, slot - symbol)) {
      if (++tries > 200) b->first_free = slot;
      continue;
    }
    uint32_t base = slot - symbol;
    b->nodes[b->trie[node].slot].base = base;
    for (uint32_t c = first; c; c = b->trie[c].sibling) {
      uint32_t at = base + b->trie[c].symbol;
      b->nodes[at].check = b->trie[node].slot;
      b->trie[c].slot = at;
      if (at >= b->node_count) b->node_count = at + 1;
    }
    while (b->first_free < b->node_room && b->nodes[b->first_free].check) b->first_free++;
    return true;
  }
}

static bool place(builder *b, const uint32_t *order) {
  b->first_free = CUE_ROOT + 1;
  b->node_count = CUE_ROOT + 1;
  if (!grow_nodes(b, 4 * SYMBOL_SPAN)) return false;
  b->nodes[CUE_NOWHERE].check = UINT32_MAX; /* never free, never a child */
  b->nodes[CUE_ROOT].check = UINT32_MAX;
  b->trie[1].slot = CUE_ROOT;
  for (uint32_t i = 0; i < b->trie_count - 1; i++) {
    if (!place_children(b, order[i])) return false;
  }
  for (uint32_t i = 0; i < b->trie_count - 1; i++) {
    const trie_node *t = &b->trie[order[i]];
    b->nodes[t->slot].fail = b->trie[t->fail].slot;
    b->nodes[t->slot].out = t->out;
  }
  /* A leaf's base is 0: whatever stands there is another's child. Room so that base + any symbol is inside. */
  b->node_count += SYMBOL_SPAN;
  return grow_nodes(b, b->node_count);
}

static const void *keep(arena *a, const void *items, size_t count, size_t size) {
  void *copy = arena_array(a, count ? count : 1, size);
  if (copy && count) memcpy(copy, items, count * size);
  return copy;
}

/* Numbers the ids 0… in order of appearance; quadratic only in hash collisions. */
static bool number_ids(arena *temporary, arena *a, const text_phrase *phrases, size_t count, text_cues *cues) {
  size_t room = 16;
  while (room < count * 2) room *= 2;
  uint32_t *table = arena_array(temporary, room, sizeof *table); /* phrase + 1 */
  uint32_t *slots = arena_array(a, count ? count : 1, sizeof *slots);
  if (!table || !slots) return false;
  for (size_t i = 0; i < count; i++) {
    size_t at = phrases[i].id * UINT64_C(0x9E3779B97F4A7C15) >> 32 & (room - 1);
    while (table[at] && phrases[table[at] - 1].id != phrases[i].id) at = (at + 1) & (room - 1);
    if (!table[at]) {
      table[at] = (uint32_t)i + 1;
      slots[i] = cues->slot_count++;
    } else {
      slots[i] = slots[table[at] - 1];
    }
  }
  cues->slots = slots;
  return true;
}

static bool keep_all(arena *a, const builder *b, const cue_shape *shapes, const text_phrase *phrases, size_t count,
                     text_cues *cues) {
  cues->nodes = keep(a, b->nodes, b->node_count, sizeof *b->nodes);
  cues->outputs = keep(a, b->outputs, (size_t)b->output_count + 1, sizeof *b->outputs);
  cues->shapes = keep(a, shapes, count, sizeof *shapes);
  cues->symbols = keep(a, b->symbols, CUE_NARROW, 1);
  cues->wide = keep(a, b->wide, b->wide_count, sizeof *b->wide);
  text_phrase *own = arena_array(a, count ? count : 1, sizeof *own);
  if (!own || !number_ids(b->temporary, a, phrases, count, cues)) return false;
  for (size_t i = 0; i < count; i++) {
    own[i] = phrases[i];
    own[i].text = arena_text(a, phrases[i].text);
  }
  cues->phrases = own;
  cues->node_count = b->node_count;
  cues->output_count = b->output_count + 1;
  cues->phrase_count = (uint32_t)count;
  cues->wide_count = b->wide_count;
  cues->start = b->trie[2].slot;
  cue_filter *filter = cue_filter_make(a, cues);
  cues->filter = filter;
  return filter && cue_exact_make(b->temporary, a, cues, filter) && !arena_failed(a);
}

static int build(builder *b, arena *a, const text_phrase *phrases, size_t count, text_cues *cues, size_t *bad) {
  cue_shape *shapes = arena_array(b->temporary, count ? count : 1, sizeof *shapes);
  b->outputs = arena_array(b->temporary, count + 1, sizeof *b->outputs);
  if (!shapes || !b->outputs || !prepare_symbols(b)) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < count; i++) {
    int code = add_phrase(b, &phrases[i], (uint32_t)i, &shapes[i]);
    if (code) {
      if (bad) *bad = i;
      return code;
    }
  }
  const uint32_t *order = link_failures(b);
  if (!order || !place(b, order)) return MCRM_NO_MEMORY;
  return keep_all(a, b, shapes, phrases, count, cues) ? MCRM_OK : MCRM_NO_MEMORY;
}

int text_cues_make(arena *a, const text_phrase *phrases, size_t count, const text_cues **out, size_t *bad) {
  if (bad) *bad = 0;
  *out = NULL;
  if (count > PHRASES_MAX) return MCRM_INVALID;
  text_cues *cues = arena_alloc(a, sizeof *cues);
  builder b = {.temporary = arena_new((size_t)1 << 30)};
  int code = MCRM_NO_MEMORY;
  if (cues && b.temporary) code = build(&b, a, phrases, count, cues, bad);
  arena_free(b.temporary);
  if (!code) *out = cues;
  return code;
}
