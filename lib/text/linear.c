/* The file: "MFTL", version, labels (one byte each), two zero bytes; the labels in 32 bytes each; a scale a label
 * (millionths, 32 bits, little endian); the weights, one signed byte, bucket after bucket, label by label inside a
 * bucket; CRC-32 of all that. */
#include <text/linear.h>

#include <string.h>

#include "linear_feature.h"
#include "linear_file.h"

struct text_linear {
  size_t labels;
  char names[TEXT_LINEAR_LABELS][TEXT_LINEAR_LABEL_SIZE];
  double scales[TEXT_LINEAR_LABELS];
  const int8_t *weights;
};

uint32_t linear_crc(const unsigned char *bytes, size_t length) {
  uint32_t crc = UINT32_MAX;
  for (size_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int k = 0; k < 8; k++) crc = crc >> 1 ^ (UINT32_C(0xEDB88320) & (0 - (crc & 1)));
  }
  return ~crc;
}

static uint32_t read32(const unsigned char *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool read_label(const unsigned char *p, char *out) {
  memcpy(out, p, TEXT_LINEAR_LABEL_SIZE);
  if (!out[0] || out[TEXT_LINEAR_LABEL_SIZE - 1]) return false;
  for (const char *c = out; *c; c++) {
    if ((unsigned char)*c < 0x20 || *c == 0x7F) return false;
  }
  return true;
}

int text_linear_open(const void *bytes, size_t length, arena *a, const text_linear **out) {
  const unsigned char *p = bytes;
  *out = NULL;
  if (length < LINEAR_HEAD || memcmp(p, LINEAR_MAGIC, 4) || p[4] != LINEAR_VERSION) return MCRM_INVALID;
  size_t labels = p[5];
  if (labels < 2 || labels > TEXT_LINEAR_LABELS || p[6] || p[7]) return MCRM_INVALID;
  if (length != linear_size(labels) || read32(p + length - 4) != linear_crc(p, length - 4)) return MCRM_INVALID;
  text_linear *m = arena_alloc(a, sizeof *m);
  if (!m) return MCRM_NO_MEMORY;
  m->labels = labels;
  p += LINEAR_HEAD;
  for (size_t i = 0; i < labels; i++, p += TEXT_LINEAR_LABEL_SIZE) {
    if (!read_label(p, m->names[i])) return MCRM_INVALID;
  }
  for (size_t i = 0; i < labels; i++, p += 4) m->scales[i] = read32(p) / 1e6;
  m->weights = (const int8_t *)p;
  *out = m;
  return MCRM_OK;
}

size_t text_linear_label_count(const text_linear *m) { return m->labels; }

const char *text_linear_label(const text_linear *m, size_t label) { return label < m->labels ? m->names[label] : ""; }

static void add_bucket(const text_linear *m, uint32_t bucket, double by, double *scores) {
  const int8_t *w = m->weights + (size_t)bucket * m->labels;
  for (size_t i = 0; i < m->labels; i++) scores[i] += w[i] * by;
}

int text_linear_predict(const text_linear *m, const text_reading *reading, arena *a, text_linear_result *out) {
  linear_features f;
  *out = (text_linear_result){0};
  int code = linear_features_of(reading, a, &f);
  if (code) return code;
  double *scores = out->probabilities;
  for (size_t i = 0; i < f.count; i++) add_bucket(m, f.buckets[i], 1, scores);
  for (size_t i = 0; i < m->labels; i++) scores[i] *= f.each;
  for (uint32_t i = 0; i < LINEAR_RESERVED; i++) add_bucket(m, i, f.lexicon[i], scores);
  for (size_t i = 0; i < m->labels; i++) scores[i] *= m->scales[i];
  linear_softmax(scores, m->labels);
  for (size_t i = 1; i < m->labels; i++) {
    if (scores[i] > scores[out->label]) out->label = i;
  }
  return MCRM_OK;
}
