/* How long an Opus packet sounds, by its table of contents (RFC 6716 § 3.1). */
#include "walk.h"

enum { LONGEST = 5760 }; /* 120 ms at 48 kHz */

static uint32_t frame_samples(unsigned config) {
  static const uint16_t slow[] = {480, 960, 1920, 2880}, fast[] = {120, 240, 480, 960};
  if (config < 12) return slow[config & 3];       /* speech */
  if (config < 16) return config & 1 ? 960 : 480; /* both */
  return fast[config & 3];                        /* music */
}

uint32_t opus_samples(const uint8_t *packet, size_t length) {
  if (!length) return 0;
  uint32_t one = frame_samples(packet[0] >> 3), count = (packet[0] & 3) == 0 ? 1 : 2;
  if ((packet[0] & 3) == 3) {
    if (length < 2) return 0;
    count = packet[1] & 0x3F;
  }
  return one * count <= LONGEST ? one * count : 0;
}
