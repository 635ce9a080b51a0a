/* What torture programs share: a seed, a count, repeatable random numbers. SEED and COUNT come from the
 * environment, so that a long run on demand is the short run of every build with other numbers. */
#ifndef HARNESS_TORTURE_H
#define HARNESS_TORTURE_H

#include <stdint.h>
#include <stdlib.h>

static inline uint64_t torture_setting(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

/* A sanitizer's build runs a tenth: it looks for other defects. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { TORTURE_SHARE = 10 };
#else
enum { TORTURE_SHARE = 1 };
#endif

/* SplitMix64. */
static inline uint64_t torture_random(uint64_t *state) {
  uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
  return z ^ z >> 31;
}

#endif
