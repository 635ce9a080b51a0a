#ifndef TEXT_LINEAR_FEATURE_H
#define TEXT_LINEAR_FEATURE_H

#include <text/linear.h>

/* The first buckets are the lexicons' numbers; n-grams are hashed into the others. */
enum { LINEAR_SCORE, LINEAR_POSITIVE, LINEAR_NEGATIVE, LINEAR_CONSTANT, LINEAR_RESERVED, LINEAR_FEATURES_MOST = 20000 };

typedef struct linear_features {
  uint32_t *buckets; /* n-grams, each worth `each` */
  size_t count;
  float each;
  float lexicon[LINEAR_RESERVED];
} linear_features;

int linear_features_of(const text_reading *r, arena *a, linear_features *out);
/* scores[label] becomes its probability. */
void linear_softmax(double *scores, size_t count);

#endif
