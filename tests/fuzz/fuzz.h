/* What the fuzz targets share. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise that does not hold ends the program, which the fuzzer reports with the input. */
#define promise(holds, words)                                      \
  do {                                                             \
    if (!(holds)) {                                                \
      fprintf(stderr, "broken promise: %s (%s)\n", words, #holds); \
      abort();                                                     \
    }                                                              \
  } while (0)

#endif
