/* A text as code points, on its way through the steps of normalise.c. Points of stretches that must stay as they are
 * (links, code, tags) carry a mark, so that no rule recognises them. */
#ifndef TEXT_NORMALISE_POINTS_H
#define TEXT_NORMALISE_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POINT_KEPT UINT32_C(0x80000000)

typedef struct points {
  uint32_t *at;
  size_t count, capacity;
  bool failed;
} points;

void points_push(points *p, uint32_t point);
static inline uint32_t points_last(const points *p) { return p->count ? p->at[p->count - 1] : 0; }

bool point_persian(uint32_t point); /* a letter of the Arabic script, or a diacritic */
bool point_latin(uint32_t point);
bool point_digit(uint32_t point); /* ASCII or Persian */
static inline bool point_letter(uint32_t point) { return point_persian(point) || point_latin(point); }

/* The steps that look at whole words: half-spaces of prefixes and endings, numbers. */
void normalise_affixes(const points *in, points *out);
void normalise_numbers(const points *in, points *out);

#endif
