/* A linear classifier over hashed n-grams with one byte a weight, trained by a platform on its own reviewed texts. The
 * score of the built-in lexicons is one of its features, so that little data is enough. */
#ifndef TEXT_LINEAR_H
#define TEXT_LINEAR_H

#include <base/arena.h>
#include <base/buffer.h>
#include <marfacrm/types.h>
#include <text/lexicon.h>

enum { TEXT_LINEAR_LABELS = 16, TEXT_LINEAR_LABEL_SIZE = 32, TEXT_LINEAR_BUCKETS = 1 << 16 };

typedef struct text_linear text_linear;

/* Reads a model, whatever the bytes are: MCRM_INVALID where they are no model or damaged. The model borrows the bytes.
 */
int text_linear_open(const void *bytes, size_t length, arena *a, const text_linear **out);
size_t text_linear_label_count(const text_linear *m);
const char *text_linear_label(const text_linear *m, size_t label);

typedef struct text_linear_result {
  size_t label; /* the likeliest */
  double probabilities[TEXT_LINEAR_LABELS];
} text_linear_result;

/* MCRM_OK or MCRM_NO_MEMORY. */
int text_linear_predict(const text_linear *m, const text_reading *reading, arena *a, text_linear_result *out);

typedef struct text_example {
  const char *text;
  size_t length;
  uint32_t label;
} text_example;

typedef struct text_training {
  const char *const *labels; /* 2 … TEXT_LINEAR_LABELS, each of 1 … 31 bytes */
  size_t label_count;
  const text_example *examples;
  size_t example_count;
  unsigned epochs; /* 0: 12 */
  double rate;     /* 0: 0.5 */
  uint64_t seed;   /* of the order of the examples: the same seed gives the same model */
} text_training;

/* Trains by logistic regression and appends the model's bytes. MCRM_INVALID: no examples, bad labels or a text that is
 * not UTF-8 (*bad, which may be NULL, says which example); MCRM_NO_MEMORY. */
int text_linear_train(const text_training *t, buffer *out, size_t *bad);

#endif
