#include "wav.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(unsigned char *at, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) at[i] = (unsigned char)(value >> (8 * i));
}

bool wav_write(const char *path, unsigned rate, unsigned seconds, uint64_t number) {
  unsigned char head[44] = "RIFF....WAVEfmt ";
  size_t length = (size_t)rate * 2;
  uint64_t bytes = (uint64_t)length * seconds;
  put(head + 4, 36 + bytes, 4);
  put(head + 16, 16, 4); /* of the format that follows: PCM, one channel, 16 bit */
  put(head + 20, 1, 2);
  put(head + 22, 1, 2);
  put(head + 24, rate, 4);
  put(head + 28, length, 4);
  put(head + 32, 2, 2);
  put(head + 34, 16, 2);
  memcpy(head + 36, "data", 4);
  put(head + 40, bytes, 4);
  unsigned char *second = malloc(length);
  FILE *file = second ? fopen(path, "w") : NULL;
  bool written = file && fwrite(head, sizeof head, 1, file) == 1;
  for (size_t i = 0; second && i < length; i++) second[i] = (unsigned char)(i * 31 % 251);
  if (second) put(second, number, 8);
  for (unsigned i = 0; written && i < seconds; i++) written = fwrite(second, length, 1, file) == 1;
  if (file && fclose(file)) written = false;
  free(second);
  return written;
}
