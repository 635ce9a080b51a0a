/* The compiled form of a phrase matcher: constant arrays, so that the built-in lexicons are part of the program. */
#ifndef TEXT_CUE_TABLE_H
#define TEXT_CUE_TABLE_H

#include <text/cue.h>

#include "cue_filter.h"

enum {
  CUE_NARROW = 0x700,   /* code points below have a symbol by table, the others by search */
  CUE_OTHER = 0,        /* a letter or digit that no phrase has */
  CUE_SPACE = 1,        /* between words */
  CUE_FIRST_SYMBOL = 2, /* letters of the phrases */
  CUE_LAST_SYMBOL = 252,
  CUE_DOT = 253, /* a break where white space follows it, a space inside "t.me" */
  CUE_BREAK = 254,
  CUE_SKIP = 255, /* as if it were not there */
  CUE_WORDS = 15, /* of a phrase */
  CUE_POINTS = 250,
  CUE_GAP = 3,  /* separators between two words of a phrase, at most */
  CUE_ROOT = 1, /* inside a word that no phrase continues */
  CUE_NOWHERE = 0
};

/* A state of the automaton: a slot of a double array. The child by symbol c stands at base + c and names its parent in
 * `check`. */
typedef struct cue_node {
  uint32_t base, check, fail;
  uint32_t out; /* first of the phrases that end here, in `outputs`; 0 = none */
} cue_node;

typedef struct cue_output {
  uint32_t phrase, next;
} cue_output;

/* The state behind a symbol: a child's, or that of the longest end of what was read that goes on so. */
static inline uint32_t cue_next(const cue_node *nodes, uint32_t state, uint32_t symbol) {
  for (;;) {
    uint32_t to = nodes[state].base + symbol;
    if (nodes[to].check == state) return to;
    if (state == CUE_ROOT) return CUE_ROOT;
    state = nodes[state].fail;
  }
}

typedef struct cue_wide {
  uint32_t point, symbol;
} cue_wide;

typedef struct cue_shape {
  uint8_t words, endings;
} cue_shape;

struct text_cues {
  const cue_node *nodes;
  const cue_output *outputs;
  const cue_shape *shapes; /* of each phrase */
  const uint8_t *symbols;  /* CUE_NARROW */
  const cue_wide *wide;    /* sorted by code point */
  uint32_t node_count, output_count, phrase_count, wide_count;
  uint32_t start; /* the state at the beginning of a word */
  const cue_filter *filter;
  /* Only for cues that people give: */
  const text_phrase *phrases;
  const uint32_t *slots; /* of each phrase: the number of its id */
  uint32_t slot_count;
};

/* What a code point is to the matcher: itself in its plainest form, or one of the kinds. */
typedef enum cue_kind { CUE_IS_LETTER, CUE_IS_SPACE, CUE_IS_DOT, CUE_IS_BREAK, CUE_IS_SKIPPED, CUE_IS_EMOJI } cue_kind;
cue_kind cue_point(uint32_t point, uint32_t *plain);

/* text_cues_find without the filter: what it has to agree with. */
int cue_find_plainly(const text_cues *cues, const text_scan *scan, arena *a, text_hits *out);

/* May a word whose phrase is followed by these letters (plain code points) still be that phrase? */
bool cue_ending(text_endings endings, const uint32_t *letters, size_t count);

#endif
