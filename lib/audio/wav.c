/* RIFF: chunks one behind the other; "fmt " says what "data" holds. */
#include <string.h>

#include "walk.h"

enum { PCM = 1, FLOAT = 3, ALAW = 6, MULAW = 7, EXTENSIBLE = 0xFFFE };

typedef struct format {
  uint32_t rate, align;
  bool known;
} format;

static int read_format(walk *w, uint64_t at, uint32_t size, format *f) {
  const uint8_t *p = walk_see(w, at, size < 40 ? 16 : 40);
  if (size < 16 || !p) return walk_damaged(w, at, "the format chunk is too short");
  unsigned tag = le16(p), channels = le16(p + 2), bits = le16(p + 14);
  if (tag == EXTENSIBLE && size >= 40) tag = le16(p + 24);
  f->rate = le32(p + 4);
  f->align = le16(p + 12);
  w->out->channels = channels;
  w->out->sample_rate = f->rate;
  w->out->codec = tag == ALAW ? "alaw" : tag == MULAW ? "mulaw" : "pcm";
  if (tag != PCM && tag != FLOAT && tag != ALAW && tag != MULAW)
    return walk_unsupported(w, "another codec than PCM", "");
  if (!f->rate || !channels || !bits || f->align != channels * ((bits + 7) / 8))
    return walk_damaged(w, at, "the format does not add up");
  f->known = true;
  return MCRM_OK;
}

int walk_wav(walk *w) {
  format f = {0};
  uint64_t at = 12;
  while (at < w->size) {
    const uint8_t *p = walk_see(w, at, 8);
    if (!p) return at + 1 == w->size ? MCRM_OK : walk_cut(w, at, "a chunk's head"); /* an odd byte to fill up */
    uint32_t size = le32(p + 4);
    uint64_t body = at + 8, left = w->size - body;
    bool data = !memcmp(p, "data", 4), is_format = !memcmp(p, "fmt ", 4);
    /* A program that wrote into a pipe did not know: what is there counts. */
    if (data && (size == 0 || size >= 0x7FFFF000)) size = left > UINT32_MAX ? UINT32_MAX : (uint32_t)left;
    if (size > left) return walk_cut(w, at, data ? "the sound" : "a chunk");
    int code = is_format ? read_format(w, body, size, &f) : MCRM_OK;
    if (code) return code;
    if (data) {
      if (!f.known) return walk_damaged(w, at, "sound before its format");
      if (w->out->frames) return walk_damaged(w, at, "a second piece of sound");
      w->unit = f.rate;
      w->out->frames = w->length = size / f.align;
    }
    at = body + size + (size & 1);
  }
  return MCRM_OK;
}
