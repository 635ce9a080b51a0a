/* The Opus packets of an Ogg or WebM file. The file is hostile: every size is checked, nothing recurses, and time is
 * linear in its length. */
#ifndef GOOGLE_PACKETS_H
#define GOOGLE_PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACKET_BYTES = 64 << 10 };

typedef struct packets {
  const unsigned char *bytes;
  size_t length, at;
  bool webm;
  /* of Opus */
  unsigned channels, pre_skip;
  int gain;
  /* ogg: the page being read */
  const unsigned char *laces;
  unsigned lace, lace_count;
  uint32_t serial;
  unsigned headers; /* packets at the beginning that are none of sound */
  size_t joined;
  unsigned char packet[PACKET_BYTES]; /* one that lies on several pages */
  /* webm: the track being read, and the one that sounds */
  uint64_t number, track;
  bool opus;
} packets;

/* False: no Opus in it. */
bool packets_open(packets *p, const void *bytes, size_t length, bool webm);
/* 1 and a packet, 0 at the end, -1 where the file is damaged. */
int packets_next(packets *p, const unsigned char **packet, size_t *size);

#endif
