#include "wav.h"

#include <math.h>
#include <string.h>

enum { PCM = 1, REAL = 3, A_LAW = 6, MU_LAW = 7, EXTENSIBLE = 0xFFFE };

static unsigned number(const unsigned char *at, size_t bytes) {
  unsigned value = 0;
  for (size_t i = bytes; i; i--) value = value << 8 | at[i - 1];
  return value;
}

static bool read_format(const unsigned char *at, size_t length, wav *out) {
  if (length < 16) return false;
  out->format = number(at, 2);
  out->channels = number(at + 2, 2);
  out->rate = number(at + 4, 4);
  out->bytes = number(at + 14, 2) / 8;
  if (out->format == EXTENSIBLE && length >= 26) out->format = number(at + 24, 2);
  bool known = out->format == PCM    ? out->bytes >= 1 && out->bytes <= 4
               : out->format == REAL ? out->bytes == 4
                                     : (out->format == A_LAW || out->format == MU_LAW) && out->bytes == 1;
  return known && out->channels >= 1 && out->channels <= 32 && out->rate >= 1000 && out->rate <= 384000;
}

bool wav_read(const void *file, size_t length, wav *out) {
  const unsigned char *p = file;
  bool formatted = false;
  *out = (wav){0};
  if (length < 12 || memcmp(p, "RIFF", 4) || memcmp(p + 8, "WAVE", 4)) return false;
  for (size_t at = 12; length - at >= 8;) {
    size_t size = number(p + at + 4, 4);
    size_t there = size < length - at - 8 ? size : length - at - 8;
    if (!memcmp(p + at, "fmt ", 4)) {
      formatted = read_format(p + at + 8, there, out);
    } else if (!memcmp(p + at, "data", 4) && formatted) {
      out->samples = p + at + 8;
      out->frames = there / (out->bytes * out->channels);
      return out->frames > 0;
    }
    at += 8 + there;
    if (size & 1 && at < length) at++;
  }
  return false;
}

static int from_a_law(unsigned char code) {
  int value = code ^ 0x55;
  int segment = value >> 4 & 7;
  int magnitude = segment ? ((value & 15) * 2 + 33) << (segment - 1) : (value & 15) * 2 + 1;
  return (value & 0x80 ? magnitude : -magnitude) * 8;
}

static int from_mu_law(unsigned char code) {
  int value = ~code & 0xFF;
  int magnitude = ((((value & 15) * 2 + 33) << (value >> 4 & 7)) - 33) * 4;
  return value & 0x80 ? -magnitude : magnitude;
}

static int one_sample(const wav *w, const unsigned char *at) {
  float real;
  switch (w->format) {
    case A_LAW:
      return from_a_law(*at);
    case MU_LAW:
      return from_mu_law(*at);
    case REAL:
      memcpy(&real, at, sizeof real);
      if (!(real > -1)) return isnan(real) ? 0 : -32767;
      return real < 1 ? (int)(real * 32767) : 32767;
    default:
      if (w->bytes == 1) return (*at - 128) * 256;
      return (int16_t)number(at + w->bytes - 2, 2); /* the upper 16 bits */
  }
}

int16_t wav_sample(const wav *w, size_t frame) {
  int sum = 0;
  const unsigned char *at = w->samples + frame * w->channels * w->bytes;
  for (unsigned i = 0; i < w->channels; i++) sum += one_sample(w, at + i * w->bytes);
  return (int16_t)(sum / (int)w->channels);
}

double wav_loudest(const wav *w) {
  size_t window = w->rate / 10;
  double loudest = 0;
  for (size_t from = 0; from < w->frames; from += window) {
    size_t to = w->frames - from < window ? w->frames : from + window;
    double sum = 0;
    for (size_t i = from; i < to; i++) {
      double sample = wav_sample(w, i) / 32768.0;
      sum += sample * sample;
    }
    sum /= (double)(to - from);
    if (sum > loudest) loudest = sum;
  }
  return loudest < 1e-12 ? -120 : 10 * log10(loudest);
}

static void put(unsigned char *at, size_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) at[i] = (unsigned char)(value >> 8 * i);
}

void wav_header(unsigned char out[WAV_HEADER], unsigned rate, size_t samples) {
  memcpy(out, "RIFF....WAVEfmt ", 16);
  put(out + 4, samples * 2 + WAV_HEADER - 8, 4);
  put(out + 16, 16, 4);
  put(out + 20, PCM, 2);
  put(out + 22, 1, 2);
  put(out + 24, rate, 4);
  put(out + 28, (size_t)rate * 2, 4);
  put(out + 32, 2, 2);
  put(out + 34, 16, 2);
  memcpy(out + 36, "data", 4);
  put(out + 40, samples * 2, 4);
}
