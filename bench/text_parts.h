/* The parts of the text engine as the benchmark calls them. */
#ifndef BENCH_TEXT_PARTS_H
#define BENCH_TEXT_PARTS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct text_part {
  const char *name;
  void (*run)(const char *text, size_t length); /* all that the part needs, from the bytes on */
  double aim;                                   /* microseconds; 0: none */
} text_part;

extern const text_part text_parts[];
extern const size_t text_part_count;
const text_part *text_part_named(const char *name);

void text_die(const char *what);
void text_fold_bytes(const char *text, size_t length);    /* into a buffer */
void text_fold_with_map(const char *text, size_t length); /* with the offsets in the source */

void text_write_fresh(size_t bytes);
size_t text_part_memory(const text_part *part, const char *text, size_t length); /* fresh bytes that its answer takes */

/* Thousands of phrases (those of the lexicons) over one text, by us and by Hyperscan. */
typedef struct text_matcher text_matcher;
text_matcher *text_matcher_make(const char *const *texts, size_t count, size_t phrases);
void text_matcher_free(text_matcher *m);
size_t text_matcher_phrases(const text_matcher *m);
/* The number of hits. Ours works on a scan, which the engine makes once for all its readers. */
size_t text_matcher_ours(text_matcher *m, size_t turn);
size_t text_matcher_peer(text_matcher *m, size_t turn);
size_t text_matcher_peer_words(text_matcher *m, size_t turn); /* only whole words, with their tokens */
bool text_matcher_has_peer(void);

#endif
