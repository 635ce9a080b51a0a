/* A phrase matcher for thousands of phrases at once: Aho-Corasick over folded code points, whole words only.
 *
 * What people write in several ways is one: half-spaces are ignored (نمی‌شه = نمیشه = نمی شه), آ =
 * ا, apostrophes are dropped (don't = dont), a hyphen, a comma or an underscore separates words like a space, and three
 * or more of a letter count as one ("خیلیییی"). A phrase never spans the end of a sentence. */
#ifndef TEXT_CUE_H
#define TEXT_CUE_H

#include <base/arena.h>
#include <marfacrm/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <text/token.h>

/* Which endings a phrase's last word may carry. */
typedef enum text_endings {
  TEXT_EXACT, /* none */
  TEXT_ENDINGS_NOUN, /* Persian nouns and adjectives: ها، تر، ترین، ی، م ت ش مون تون شون، ه، ست … */
  TEXT_ENDINGS_VERB,    /* Persian verb stems: م ی د ه یم ید ند, participles, object pronouns */
  TEXT_ENDINGS_ENGLISH, /* s es ed ing ly er est … */
  TEXT_ENDINGS_ANY      /* the phrase is the beginning of a word */
} text_endings;

typedef enum text_phrase_language {
  TEXT_LANGUAGE_ANY,
  TEXT_LANGUAGE_PERSIAN,
  TEXT_LANGUAGE_ENGLISH
} text_phrase_language;

typedef struct text_phrase {
  const char *text;  /* UTF-8, NUL-terminated, as a person writes it; at most 15 words and 250 characters */
  uint32_t id;       /* several phrases may share one: they are one cue */
  uint16_t category; /* the caller's own */
  int16_t weight;    /* the caller's own */
  text_endings endings;
  text_phrase_language language; /* only in texts that are mostly in this language */
  bool negative;                 /* where it matches, other phrases of its id do not count in that sentence */
  bool once;                     /* at most once in a call (a text_cue_state) */
  uint32_t cooldown;             /* milliseconds in which the cue does not fire again; 0 = always */
} text_phrase;

typedef struct text_cues text_cues;

/* Compiles phrases; everything is copied into the arena. MCRM_INVALID where a phrase has no letters or is too long
 * (*bad, which may be NULL, tells which one) or there are more than 250 different characters, or MCRM_NO_MEMORY. */
int text_cues_make(arena *a, const text_phrase *phrases, size_t count, const text_cues **out, size_t *bad);

/* One place where a phrase was found. */
typedef struct text_hit {
  uint32_t phrase;       /* index in the phrases the automaton was made of */
  uint32_t first, count; /* tokens of the scan */
  bool ended;            /* the last word carried an ending */
} text_hit;

typedef struct text_hits {
  const text_hit *items;
  size_t count;
} text_hits;

/* Every occurrence of every phrase, in the order of their ends. Linear time. MCRM_OK or MCRM_NO_MEMORY. */
int text_cues_find(const text_cues *cues, const text_scan *scan, arena *a, text_hits *out);

/* What a running conversation remembers: when each cue fired last. Belongs to one conversation, one thread at a time.
 */
typedef struct text_cue_state text_cue_state;
text_cue_state *text_cue_state_make(arena *a, const text_cues *cues); /* NULL: no memory */

typedef struct text_cue {
  uint32_t id;
  uint16_t category;
  int16_t weight;
  uint32_t phrase;       /* index of the phrase */
  uint32_t first, count; /* tokens */
} text_cue;

typedef struct text_cue_list {
  const text_cue *items;
  size_t count;
} text_cue_list;

/* The cues that fire on this text now: languages, negative phrases, cooldown and once-per-call applied, one cue per id,
 * its longest phrase. `state` may be NULL (then neither cooldown nor once apply). */
int text_cues_fire(const text_cues *cues, text_cue_state *state, const text_scan *scan, mcrm_time now, arena *a,
                   text_cue_list *out);

#endif
