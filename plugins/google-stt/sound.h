/* The samples of a recording, one channel, from its beginning on: of WAV at its own rate, of Opus at 16 kHz. */
#ifndef GOOGLE_SOUND_H
#define GOOGLE_SOUND_H

#include "../common/wav.h"
#include "../common/work.h"
#include "packets.h"

enum { SOUND_RATE = 16000, SOUND_PACKET = SOUND_RATE * 120 / 1000 /* longest of Opus */ };

struct OpusDecoder;

typedef struct sound {
  wav wav;
  packets *packets; /* NULL: WAV */
  struct OpusDecoder *decoder;
  unsigned rate, every; /* of how many samples of WAV one is made */
  size_t at, skip;      /* in WAV; samples at the beginning that are none */
  int16_t left[SOUND_PACKET];
  size_t left_count, left_at;
} sound;

/* UNSUPPORTED where it is none of the two. */
mcrm_outcome sound_open(const work *w, sound *s, const void *bytes, size_t length, const char *media_type,
                        mcrm_failure *failure);
/* Up to `room` samples; 0 at the end, -1 where the file is damaged. */
long sound_read(sound *s, int16_t *out, size_t room);
void sound_close(sound *s);

#endif
