/* Recordings for tests that need many of them, each another one. */
#ifndef HARNESS_WAV_H
#define HARNESS_WAV_H

#include <stdbool.h>
#include <stdint.h>

/* A WAV file of 16 bit, one channel; `number` stands in the first samples of each second. false: it cannot be written.
 */
bool wav_write(const char *path, unsigned rate, unsigned seconds, uint64_t number);

#endif
