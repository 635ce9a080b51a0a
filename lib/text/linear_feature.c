#include "linear_feature.h"

#include <text/sentiment.h>

enum { GRAM_LEAST = 3, GRAM_MOST = 5, WORD_POINTS = 24 };

#define HASH_START UINT64_C(0xCBF29CE484222325)

static uint64_t hash_on(uint64_t hash, const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001B3);
  return hash;
}

static void put(linear_features *f, uint64_t hash) {
  if (f->count == LINEAR_FEATURES_MOST) return;
  hash ^= hash >> 31;
  hash *= UINT64_C(0x9E3779B97F4A7C15);
  f->buckets[f->count++] = LINEAR_RESERVED + (uint32_t)(hash >> 40) % (TEXT_LINEAR_BUCKETS - LINEAR_RESERVED);
}

/* Every run of 3 to 5 letters of a word, its beginning and end as letters of their own. */
static void letters(linear_features *f, const text_token *t) {
  uint32_t starts[WORD_POINTS + 1];
  size_t points = 0;
  for (uint32_t i = 0; i < t->fold_length && points < WORD_POINTS; i++) {
    if (((unsigned char)t->fold[i] & 0xC0) != 0x80) starts[points++] = i;
  }
  starts[points] = t->fold_length;
  for (size_t n = GRAM_LEAST; n <= GRAM_MOST; n++) {
    for (size_t i = 0; i + n <= points + 2; i++) { /* positions 0 and points + 1 are the edges */
      size_t first = i ? i - 1 : 0, last = i + n - 1 > points ? points : i + n - 1;
      uint64_t hash = hash_on(HASH_START, i == 0 ? "<" : "c", 1);
      hash = hash_on(hash, t->fold + starts[first], starts[last] - starts[first]);
      if (i + n == points + 2) hash = hash_on(hash, ">", 1);
      put(f, hash);
    }
  }
}

static void words(linear_features *f, const text_scan *s) {
  uint64_t before = 0;
  for (size_t i = 0; i < s->token_count; i++) {
    const text_token *t = &s->tokens[i];
    if (t->kind == TEXT_BREAK || t->kind == TEXT_LINK) continue;
    uint64_t hash =
        t->kind == TEXT_NUMBER ? hash_on(HASH_START, "#", 1) : hash_on(HASH_START ^ 1, t->fold, t->fold_length);
    put(f, hash);
    if (before) put(f, before * 31 + hash);
    before = hash;
    if (t->kind == TEXT_WORD) letters(f, t);
  }
}

/* Newton's method; the argument is at least 1. */
static double root(double of) {
  double x = of > 1 ? of / 2 + 0.5 : 1;
  for (int i = 0; i < 20; i++) x = (x + of / x) / 2;
  return x;
}

int linear_features_of(const text_reading *r, arena *a, linear_features *out) {
  enum { PER_BYTE = 6 };
  *out = (linear_features){0};
  text_sentiment m;
  int code = text_sentiment_of(r, a, &m);
  if (code) return code;
  size_t most = r->scan->length * PER_BYTE + 8;
  out->buckets = arena_array(a, most < LINEAR_FEATURES_MOST ? most : LINEAR_FEATURES_MOST, sizeof *out->buckets);
  if (!out->buckets) return MCRM_NO_MEMORY;
  words(out, r->scan);
  out->each = (float)(1 / root(out->count ? (double)out->count : 1));
  out->lexicon[LINEAR_SCORE] = (float)m.score;
  out->lexicon[LINEAR_POSITIVE] = (float)(m.positive / (m.positive + 4));
  out->lexicon[LINEAR_NEGATIVE] = (float)(m.negative / (m.negative + 4));
  out->lexicon[LINEAR_CONSTANT] = 1;
  return MCRM_OK;
}

/* e^x for x ≤ 0, good to a few thousandths, which is finer than weights of one byte are. */
static double power_of_e(double x) {
  if (x < -30) return 0;
  double y = 1 + x / 4096;
  for (int i = 0; i < 12; i++) y *= y;
  return y;
}

void linear_softmax(double *scores, size_t count) {
  double top = scores[0], sum = 0;
  for (size_t i = 1; i < count; i++) top = scores[i] > top ? scores[i] : top;
  for (size_t i = 0; i < count; i++) sum += scores[i] = power_of_e(scores[i] - top);
  for (size_t i = 0; i < count; i++) scores[i] /= sum;
}
