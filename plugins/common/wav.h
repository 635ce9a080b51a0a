/* The samples of a WAV file: PCM of 8 to 32 bits, floating point, A-law and mu-law. */
#ifndef COMMON_WAV_H
#define COMMON_WAV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wav {
  const unsigned char *samples;
  size_t frames; /* samples of one channel */
  unsigned rate, channels, bytes, format;
} wav;

/* False: not such a file. A header that promises more than there is, as recorders write it, is taken for what is there.
 */
bool wav_read(const void *file, size_t length, wav *out);
/* One instant, its channels mixed. */
int16_t wav_sample(const wav *w, size_t frame);
/* The loudest tenth of a second, in dB below full scale: 0 and less. -120 is silence. */
double wav_loudest(const wav *w);
/* 44 bytes before 16-bit samples of one channel. */
enum { WAV_HEADER = 44 };
void wav_header(unsigned char out[WAV_HEADER], unsigned rate, size_t samples);

#endif
