/* A platform's own classifier as a program uses it. */
#include <base/error.h>
#include <stdlib.h>
#include <string.h>
#include <text/linear.h>

#include "reading.h"

struct mcrm_model {
  arena *arena;
  const text_linear *linear;
};

static int train(const mcrm_training *t, arena *a, buffer *out, mcrm_error *error) {
  text_example *examples = arena_array(a, t->example_count ? t->example_count : 1, sizeof *examples);
  if (!examples) return error_no_memory(error);
  for (size_t i = 0; i < t->example_count; i++) {
    if (t->examples[i].label >= t->label_count)
      return error_set(error, MCRM_INVALID, "label", "model.label", "example %zu has a label that there is not", i + 1);
    examples[i] = (text_example){t->examples[i].text, t->examples[i].length, (uint32_t)t->examples[i].label};
  }
  text_training own = {.labels = t->labels,
                       .label_count = t->label_count,
                       .examples = examples,
                       .example_count = t->example_count,
                       .epochs = t->epochs,
                       .rate = t->rate,
                       .seed = t->seed};
  size_t bad = 0;
  int code = text_linear_train(&own, out, &bad);
  if (code == MCRM_INVALID)
    return error_set(error, code, "examples", "model.training",
                     "no examples, labels that are too few, too many or too long, or example %zu is not UTF-8",
                     bad + 1);
  return code == MCRM_OK && !out->failed ? MCRM_OK : error_no_memory(error);
}

int mcrm_model_train(const mcrm_training *training, char **model, size_t *length, mcrm_error *error) {
  *model = NULL;
  *length = 0;
  mcrm_error own;
  error = engine_error(error, &own);
  if (training->size < sizeof *training)
    return error_set(error, MCRM_INVALID, "size", "model.training", "the struct is smaller than it should be");
  buffer out;
  buffer_init(&out, (size_t)64 << 20);
  arena *a = arena_new((size_t)1 << 32);
  int code = a ? train(training, a, &out, error) : error_no_memory(error);
  arena_free(a);
  size_t bytes = out.length;
  if (code == MCRM_OK && !(*model = buffer_take(&out))) code = error_no_memory(error);
  if (code == MCRM_OK) *length = bytes;
  buffer_free(&out);
  return code;
}

int mcrm_model_open(const char *bytes, size_t length, mcrm_model **out, mcrm_error *error) {
  *out = NULL;
  mcrm_error own;
  error = engine_error(error, &own);
  arena *a = arena_new((size_t)256 << 20);
  if (!a) return error_no_memory(error);
  mcrm_model *m = arena_alloc(a, sizeof *m);
  const char *copy = arena_copy(a, bytes, length);
  int code = m && copy ? text_linear_open(copy, length, a, &m->linear) : MCRM_NO_MEMORY;
  if (code != MCRM_OK) {
    arena_free(a);
    if (code != MCRM_INVALID) return error_no_memory(error);
    return error_set(error, code, "model", "model.damaged", "these bytes are no model, or a damaged one");
  }
  m->arena = a;
  *out = m;
  return MCRM_OK;
}

void mcrm_model_close(mcrm_model *model) {
  if (model) arena_free(model->arena);
}

/* The likeliest first; there are at most sixteen. */
static void sort(mcrm_class *list, size_t count) {
  for (size_t i = 1; i < count; i++) {
    mcrm_class moved = list[i];
    size_t at = i;
    for (; at > 0 && list[at - 1].probability < moved.probability; at--) list[at] = list[at - 1];
    list[at] = moved;
  }
}

int mcrm_model_classify(const mcrm_model *model, mcrm_reading *r, mcrm_class_array *out, mcrm_error *error) {
  *out = (mcrm_class_array){0};
  mcrm_error own;
  error = engine_error(error, &own);
  text_linear_result result;
  void *at;
  int code = reading_once(r, READING_LEXICON, reading_lexicon);
  if (code == MCRM_OK) code = text_linear_predict(model->linear, &r->lexicon, r->arena, &result);
  size_t count = text_linear_label_count(model->linear);
  mcrm_class *list = code == MCRM_OK ? reading_list(r->arena, count, sizeof *list, &at) : NULL;
  if (!list) return error_no_memory(error);
  for (size_t i = 0; i < count; i++)
    list[i] = (mcrm_class){sizeof *list, text_linear_label(model->linear, i), result.probabilities[i]};
  sort(list, count);
  *out = (mcrm_class_array){at, count};
  return MCRM_OK;
}
