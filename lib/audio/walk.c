#include "walk.h"

#include <base/error.h>
#include <string.h>

enum { RATE_LEAST = 4000, RATE_MOST = 384000, CHANNELS_MOST = 8 };
/* No sound that anybody speaks is longer; keeps every product of lengths within 64 bits. */
static const uint64_t longest_s = 7 * 24 * 3600;

const uint8_t *window_see(window *w, uint64_t at, size_t length) {
  uint64_t size = w->input->size;
  if (length > WINDOW || at > size || length > size - at || w->code) return NULL;
  if (at < w->at || at - w->at > w->length || length > w->length - (at - w->at)) {
    size_t most = size - at < WINDOW ? (size_t)(size - at) : WINDOW;
    w->length = 0;
    w->code = w->input->read(w->input->context, at, w->bytes, most);
    if (w->code) return NULL;
    w->at = at;
    w->length = most;
  }
  return w->bytes + (at - w->at);
}

static int refuse(walk *w, const char *message, const char *format, const char *what, uint64_t at) {
  if (w->file.code) return error_set(w->error, w->file.code, NULL, "io", "the audio file could not be read");
  return error_set(w->error, MCRM_INVALID, "file", message, format, w->kind, what, (unsigned long long)at);
}

int walk_damaged(walk *w, uint64_t at, const char *what) {
  return refuse(w, "audio.damaged", "file: damaged %s: %s at byte %llu", what, at);
}

int walk_cut(walk *w, uint64_t at, const char *what) {
  return refuse(w, "audio.damaged", "file: %s cut off: %s that begins at byte %llu is not whole", what, at);
}

int walk_unsupported(walk *w, const char *what, const char *name) {
  if (w->file.code) return error_set(w->error, w->file.code, NULL, "io", "the audio file could not be read");
  return error_set(w->error, MCRM_INVALID, "file", "file.media_type", "file: %s with %s%.20s is not taken", w->kind,
                   what, name);
}

/* ---- what kind it is ---- */

typedef struct container {
  const char *kind, *media_type;
  int (*walk)(walk *w);
} container;

static const container wav = {"wav", "audio/wav", walk_wav}, ogg = {"ogg", "audio/ogg", walk_ogg},
                       webm = {"webm", "audio/webm", walk_webm}, mp4 = {"mp4", "audio/mp4", walk_mp4},
                       mp3 = {"mp3", "audio/mpeg", walk_mp3};

static const container *sniff(walk *w) {
  const uint8_t *p = walk_see(w, 0, 12);
  if (!p) return NULL;
  if (!memcmp(p, "RIFF", 4) && !memcmp(p + 8, "WAVE", 4)) return &wav;
  if (!memcmp(p, "OggS", 4)) return &ogg;
  if (!memcmp(p, "\x1A\x45\xDF\xA3", 4)) return &webm;
  if (!memcmp(p + 4, "ftyp", 4)) return &mp4;
  if (!memcmp(p, "ID3", 3) || mp3_begins(w, 0)) return &mp3;
  return NULL;
}

/* What a walk found must make sense before anybody trusts it. */
static int finish(walk *w) {
  audio_info *out = w->out;
  if (!out->frames || !w->length)
    return error_set(w->error, MCRM_INVALID, "file", "audio.empty", "file: the %s has no sound in it", w->kind);
  if (out->sample_rate < RATE_LEAST || out->sample_rate > RATE_MOST)
    return walk_unsupported(w, "an odd sample rate", "");
  if (!out->channels || out->channels > CHANNELS_MOST) return walk_unsupported(w, "that many channels", "");
  if (w->length / w->unit >= longest_s) return walk_unsupported(w, "more than a week of sound", "");
  out->duration_ms = (int64_t)(w->length * 1000 / w->unit);
  if (!out->duration_ms) out->duration_ms = 1;
  return MCRM_OK;
}

int audio_walk(const audio_input *input, mcrm_error *error, audio_info *out) {
  walk w = {.file = {.input = input}, .size = input->size, .error = error, .out = out, .unit = 1, .kind = "audio"};
  *out = (audio_info){0};
  const container *c = sniff(&w);
  if (!c) {
    if (w.file.code) return walk_damaged(&w, 0, "");
    return error_set(error, MCRM_INVALID, "file", "file.media_type",
                     "file: none of webm, ogg, mp3, m4a and wav: no such file begins with these bytes");
  }
  w.kind = c->kind;
  int code = c->walk(&w);
  if (!code && w.file.code) code = walk_damaged(&w, 0, "");
  if (!code) code = finish(&w);
  out->media_type = c->media_type;
  return code;
}

static int read_bytes(void *context, uint64_t offset, void *out, size_t length) {
  memcpy(out, (const uint8_t *)context + offset, length);
  return MCRM_OK;
}

int audio_walk_bytes(const void *bytes, size_t length, mcrm_error *error, audio_info *out) {
  const audio_input input = {read_bytes, (void *)(uintptr_t)bytes, length};
  return audio_walk(&input, error, out);
}
