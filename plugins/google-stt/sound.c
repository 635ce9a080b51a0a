#include "sound.h"

#include <opus/opus.h>
#include <string.h>

enum { MOST_RATE = 48000, OPUS_RATE = 48000 };

static mcrm_outcome open_wav(sound *s, const void *bytes, size_t length, mcrm_failure *failure) {
  if (!wav_read(bytes, length, &s->wav))
    return work_fail(failure, MCRM_OUTCOME_UNSUPPORTED, "audio", "this kind of WAV cannot be cut: send PCM");
  s->every = (s->wav.rate + MOST_RATE - 1) / MOST_RATE;
  s->rate = s->wav.rate / s->every;
  return MCRM_OUTCOME_OK;
}

mcrm_outcome sound_open(const work *w, sound *s, const void *bytes, size_t length, const char *media_type,
                        mcrm_failure *failure) {
  int error;
  *s = (sound){.every = 1};
  if (!strcmp(media_type, "audio/wav")) return open_wav(s, bytes, length, failure);
  if (!(s->packets = work_alloc(w, sizeof *s->packets))) return work_no_memory(failure);
  if (!packets_open(s->packets, bytes, length, !strcmp(media_type, "audio/webm")))
    return work_fail(
        failure, MCRM_OUTCOME_UNSUPPORTED, "audio",
        "over a minute and not Opus of one or two channels, so it cannot be cut: send Opus, or PCM as WAV");
  s->decoder = opus_decoder_create(SOUND_RATE, 1, &error);
  if (!s->decoder) return work_no_memory(failure);
  opus_decoder_ctl(s->decoder, OPUS_SET_GAIN(s->packets->gain));
  s->rate = SOUND_RATE;
  s->skip = (size_t)s->packets->pre_skip * SOUND_RATE / OPUS_RATE;
  return MCRM_OUTCOME_OK;
}

void sound_close(sound *s) {
  if (s->decoder) opus_decoder_destroy(s->decoder);
  s->decoder = NULL;
}

static long read_wav(sound *s, int16_t *out, size_t room) {
  size_t count = 0;
  for (; count < room && s->at + s->every <= s->wav.frames; s->at += s->every) {
    int sum = 0;
    for (unsigned i = 0; i < s->every; i++) sum += wav_sample(&s->wav, s->at + i);
    out[count++] = (int16_t)(sum / (int)s->every);
  }
  return (long)count;
}

/* 1 and samples in `left`, 0 at the end, -1. */
static int next_packet(sound *s) {
  const unsigned char *packet;
  size_t size;
  int more = packets_next(s->packets, &packet, &size);
  if (more <= 0) return more;
  int samples =
      !size || size > INT32_MAX ? -1 : opus_decode(s->decoder, packet, (opus_int32)size, s->left, SOUND_PACKET, 0);
  if (samples < 0) return -1;
  s->left_count = (size_t)samples;
  s->left_at = s->skip < s->left_count ? s->skip : s->left_count;
  s->skip -= s->left_at;
  return 1;
}

long sound_read(sound *s, int16_t *out, size_t room) {
  if (!s->packets) return read_wav(s, out, room);
  while (s->left_at == s->left_count) {
    int more = next_packet(s);
    if (more <= 0) return more;
  }
  size_t count = s->left_count - s->left_at < room ? s->left_count - s->left_at : room;
  memcpy(out, s->left + s->left_at, count * sizeof *out);
  s->left_at += count;
  return (long)count;
}
