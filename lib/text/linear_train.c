/* Multinomial logistic regression by stochastic gradient descent with a falling rate. */
#include <string.h>

#include "linear_feature.h"
#include "linear_file.h"

enum { EPOCHS = 12 };
static const double usual_rate = 0.5, decay = 1e-6;

typedef struct trainer {
  const text_training *t;
  arena *memory;
  linear_features *features;
  uint32_t *order;
  float *weights; /* bucket after bucket */
  uint64_t random;
} trainer;

static uint64_t next_random(uint64_t *state) { /* splitmix64 */
  uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
  return z ^ z >> 31;
}

static bool labels_good(const text_training *t) {
  if (t->label_count < 2 || t->label_count > TEXT_LINEAR_LABELS || !t->example_count) return false;
  for (size_t i = 0; i < t->label_count; i++) {
    size_t length = t->labels[i] ? strlen(t->labels[i]) : 0;
    if (length < 1 || length >= TEXT_LINEAR_LABEL_SIZE) return false;
    for (size_t k = 0; k < length; k++) {
      if ((unsigned char)t->labels[i][k] < 0x20 || t->labels[i][k] == 0x7F) return false;
    }
  }
  return true;
}

/* The features of one example, kept; what it took to find them is forgotten. */
static int keep_features(trainer *r, arena *scratch, const text_example *e, linear_features *out) {
  text_scan scan;
  text_reading reading;
  linear_features f;
  arena_reset(scratch);
  int code = text_scan_make(scratch, e->text, e->length, &scan);
  if (!code) code = text_read(&scan, scratch, &reading);
  if (!code) code = linear_features_of(&reading, scratch, &f);
  if (code) return code;
  *out = f;
  out->buckets = arena_array(r->memory, f.count ? f.count : 1, sizeof *f.buckets);
  if (!out->buckets) return MCRM_NO_MEMORY;
  if (f.count) memcpy(out->buckets, f.buckets, f.count * sizeof *f.buckets);
  return MCRM_OK;
}

static int read_examples(trainer *r, size_t *bad) {
  arena *scratch = arena_new(0);
  if (!scratch) return MCRM_NO_MEMORY;
  int code = MCRM_OK;
  for (size_t i = 0; i < r->t->example_count && !code; i++) {
    const text_example *e = &r->t->examples[i];
    code = e->label < r->t->label_count ? keep_features(r, scratch, e, &r->features[i]) : MCRM_INVALID;
    if (code && bad) *bad = i;
    r->order[i] = (uint32_t)i;
  }
  arena_free(scratch);
  return code;
}

static void learn(trainer *r, const linear_features *f, uint32_t label, double rate) {
  size_t labels = r->t->label_count;
  double scores[TEXT_LINEAR_LABELS] = {0};
  for (size_t i = 0; i < f->count; i++) {
    const float *w = r->weights + (size_t)f->buckets[i] * labels;
    for (size_t k = 0; k < labels; k++) scores[k] += (double)w[k] * (double)f->each;
  }
  for (size_t i = 0; i < LINEAR_RESERVED; i++) {
    for (size_t k = 0; k < labels; k++) scores[k] += (double)r->weights[i * labels + k] * (double)f->lexicon[i];
  }
  linear_softmax(scores, labels);
  float step[TEXT_LINEAR_LABELS];
  for (size_t k = 0; k < labels; k++) step[k] = (float)(rate * ((k == label) - scores[k]));
  const float shrink = (float)(1 - rate * decay);
  for (size_t i = 0; i < f->count; i++) {
    float *w = r->weights + (size_t)f->buckets[i] * labels;
    for (size_t k = 0; k < labels; k++) w[k] = w[k] * shrink + step[k] * f->each;
  }
  for (size_t i = 0; i < LINEAR_RESERVED; i++) {
    for (size_t k = 0; k < labels; k++) r->weights[i * labels + k] += step[k] * f->lexicon[i];
  }
}

static void run(trainer *r) {
  unsigned epochs = r->t->epochs ? r->t->epochs : EPOCHS;
  double rate = r->t->rate > 0 ? r->t->rate : usual_rate;
  for (unsigned e = 0; e < epochs; e++) {
    for (size_t i = r->t->example_count; i > 1; i--) {
      size_t other = next_random(&r->random) % i;
      uint32_t kept = r->order[i - 1];
      r->order[i - 1] = r->order[other];
      r->order[other] = kept;
    }
    for (size_t i = 0; i < r->t->example_count; i++)
      learn(r, &r->features[r->order[i]], r->t->examples[r->order[i]].label, rate / (1 + 0.3 * e));
  }
}

static void put32(buffer *out, uint32_t value) {
  for (int i = 0; i < 4; i++) buffer_byte(out, (char)(value >> 8 * i & 0xFF));
}

/* One scale for all labels, so that their scores stay comparable. */
static void write_weights(const trainer *r, buffer *out) {
  size_t count = (size_t)TEXT_LINEAR_BUCKETS * r->t->label_count;
  float most = 1e-6F;
  for (size_t i = 0; i < count; i++) {
    float size = r->weights[i] < 0 ? -r->weights[i] : r->weights[i];
    most = size > most ? size : most;
  }
  double scale = (double)most / 127;
  uint32_t millionths = scale * 1e6 < 1 ? 1 : scale * 1e6 > 4e9 ? 4000000000U : (uint32_t)(scale * 1e6 + 0.5);
  for (size_t i = 0; i < r->t->label_count; i++) put32(out, millionths);
  for (size_t i = 0; i < count; i++) {
    double w = (double)r->weights[i] / scale;
    buffer_byte(out, (char)(int)(w < 0 ? w - 0.5 : w + 0.5));
  }
}

static int write_model(const trainer *r, buffer *out) {
  size_t from = out->length;
  buffer_append(out, LINEAR_MAGIC, 4);
  buffer_byte(out, LINEAR_VERSION);
  buffer_byte(out, (char)r->t->label_count);
  buffer_append(out, "\0\0", 2);
  for (size_t i = 0; i < r->t->label_count; i++) {
    char name[TEXT_LINEAR_LABEL_SIZE] = {0};
    memcpy(name, r->t->labels[i], strlen(r->t->labels[i]));
    buffer_append(out, name, sizeof name);
  }
  write_weights(r, out);
  if (!out->failed) put32(out, linear_crc((const unsigned char *)out->bytes + from, out->length - from));
  return out->failed ? MCRM_NO_MEMORY : MCRM_OK;
}

int text_linear_train(const text_training *t, buffer *out, size_t *bad) {
  if (bad) *bad = 0;
  if (!labels_good(t)) return MCRM_INVALID;
  trainer r = {.t = t, .memory = arena_new((size_t)1 << 32), .random = t->seed};
  if (!r.memory) return MCRM_NO_MEMORY;
  r.features = arena_array(r.memory, t->example_count, sizeof *r.features);
  r.order = arena_array(r.memory, t->example_count, sizeof *r.order);
  r.weights = arena_array(r.memory, (size_t)TEXT_LINEAR_BUCKETS * t->label_count, sizeof *r.weights);
  int code = MCRM_NO_MEMORY;
  if (r.features && r.order && r.weights) code = read_examples(&r, bad);
  if (!code) {
    run(&r);
    code = write_model(&r, out);
  }
  arena_free(r.memory);
  return code;
}
