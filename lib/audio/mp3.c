/* MPEG audio: frames one behind the other, between tags. */
#include <string.h>

#include "walk.h"

typedef struct frame {
  uint32_t length, samples, rate, channels;
} frame;

static const uint16_t bitrates_1[] = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
static const uint16_t bitrates_2[] = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
static const uint16_t rates[] = {44100, 48000, 32000};

/* Layer III only; a free bitrate (0) has no length to go by. */
static bool read_frame(const uint8_t *p, frame *f) {
  unsigned version = p[1] >> 3 & 3, layer = p[1] >> 1 & 3, bitrate = p[2] >> 4, rate = p[2] >> 2 & 3;
  if (p[0] != 0xFF || (p[1] & 0xE0) != 0xE0 || version == 1 || layer != 1) return false;
  if (!bitrate || bitrate == 15 || rate == 3) return false;
  bool first = version == 3; /* MPEG 1; else 2, or 2.5 */
  f->rate = (uint32_t)rates[rate] >> (first ? 0 : version == 2 ? 1 : 2);
  f->channels = p[3] >> 6 == 3 ? 1 : 2;
  f->samples = first ? 1152 : 576;
  f->length = f->samples / 8 * (first ? bitrates_1 : bitrates_2)[bitrate] * 1000 / f->rate + (p[2] >> 1 & 1);
  return true;
}

bool mp3_begins(walk *w, uint64_t at) {
  frame f;
  const uint8_t *p = walk_see(w, at, 4);
  return p && read_frame(p, &f);
}

/* The size of a tag that stands here; 0: none. */
static uint64_t tag_size(walk *w, uint64_t at) {
  const uint8_t *p = walk_see(w, at, 10);
  if (p && !memcmp(p, "ID3", 3)) {
    uint64_t size = (uint64_t)(p[6] & 0x7F) << 21 | (uint64_t)(p[7] & 0x7F) << 14 | (uint64_t)(p[8] & 0x7F) << 7;
    return 10 + (size | (p[9] & 0x7F)) + (p[5] & 0x10 ? 10 : 0);
  }
  p = walk_see(w, at, 3);
  if (p && !memcmp(p, "TAG", 3) && at + 128 == w->size) return 128;
  p = walk_see(w, at, 32);
  if (p && !memcmp(p, "APETAGEX", 8)) return (uint64_t)le32(p + 12) + (p[23] & 0x20 ? 32 : 0);
  return 0;
}

/* The first frame of many encoders holds figures about the file instead of sound. */
static bool is_header(walk *w, uint64_t at, const frame *f) {
  size_t look = f->length < 192 ? f->length : 192;
  const uint8_t *p = walk_see(w, at, look);
  if (!p) return false;
  return memmem(p, look, "Xing", 4) || memmem(p, look, "Info", 4) || memmem(p, look, "VBRI", 4);
}

int walk_mp3(walk *w) {
  audio_info *out = w->out;
  uint64_t at = 0, count = 0;
  while (at < w->size) {
    frame f;
    uint64_t tag = tag_size(w, at);
    if (tag > w->size - at) return walk_cut(w, at, "a tag");
    at += tag;
    if (tag) continue;
    const uint8_t *p = walk_see(w, at, 4);
    if (!p) return walk_cut(w, at, "a frame's head");
    if (!read_frame(p, &f) || f.length < 24) return walk_damaged(w, at, "no frame begins");
    if (f.length > w->size - at) return walk_cut(w, at, "a frame");
    if (!out->sample_rate) {
      *out = (audio_info){.codec = "mp3", .sample_rate = f.rate, .channels = f.channels};
      w->unit = f.rate;
    } else if (f.rate != out->sample_rate) {
      return walk_damaged(w, at, "the sample rate changes");
    }
    if (count++ || !is_header(w, at, &f)) {
      out->frames++;
      w->length += f.samples;
    }
    at += f.length;
  }
  return MCRM_OK;
}
