/* Opus packets out of any bytes: each lies within what was given, and there is an end. */
#include "fuzz.h"
#include "packets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static packets p;
  const unsigned char *packet;
  size_t length, sum = 0;
  if (!size || !packets_open(&p, data + 1, size - 1, data[0] & 1)) return 0;
  while (packets_next(&p, &packet, &length) == 1) {
    for (size_t i = 0; i < length; i++) sum += packet[i];
    promise(length <= size, "no packet is longer than the file");
    promise(p.at <= size, "and none lies beyond it");
  }
  (void)sum;
  return 0;
}
