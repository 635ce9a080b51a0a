#ifndef TEXT_SENTIMENT_WALK_H
#define TEXT_SENTIMENT_WALK_H

#include <stdbool.h>
#include <text/token.h>

typedef struct sentiment_item {
  uint32_t first, count, sentence;
  double value;
  uint8_t emotions;
  bool negated, faint;
} sentiment_item;

/* What is in force while the text is walked through; the *_left count down by token. */
typedef struct sentiment_walk {
  const text_scan *scan;
  sentiment_item *items;
  size_t count;
  size_t clause, sentence_items; /* the first item of the clause, of the sentence */
  unsigned boost_left, not_left, without_left, thought_left, nots, exclamations;
  double boost, scale;
  bool wish, long_since, asked, all_upper, contrasted;
} sentiment_walk;

/* An emoticon that begins at this token: its weight, or 0. */
double sentiment_face(const text_scan *scan, uint32_t at);

#endif
