/* What the walks of the containers share. */
#ifndef AUDIO_WALK_H
#define AUDIO_WALK_H

#include <audio/audio.h>
#include <stdbool.h>

/* A look into the file that moves along; each table that is read side by side with another has its own. */
enum { WINDOW = 4096 };

typedef struct window {
  const audio_input *input;
  uint64_t at;
  size_t length;
  int code; /* of a read that failed */
  uint8_t bytes[WINDOW];
} window;

typedef struct walk {
  window file;
  uint64_t size;
  const char *kind; /* "webm": for errors */
  mcrm_error *error;
  audio_info *out;
  uint64_t length; /* of the sound so far, in units of a second divided by `unit` */
  uint64_t unit;
} walk;

/* `length` (at most WINDOW) bytes at an offset; NULL beyond the end of the file or where reading failed. */
const uint8_t *window_see(window *w, uint64_t at, size_t length);
static inline const uint8_t *walk_see(walk *w, uint64_t at, size_t length) { return window_see(&w->file, at, length); }

/* All return MCRM_INVALID, or the code of a read that failed before. */
int walk_damaged(walk *w, uint64_t at, const char *what);
int walk_cut(walk *w, uint64_t at, const char *what); /* the file ends within it */
int walk_unsupported(walk *w, const char *what, const char *name);

/* The ways of the containers; the first bytes have been looked at. */
int walk_wav(walk *w);
int walk_mp3(walk *w);
int walk_ogg(walk *w);
int walk_webm(walk *w);
int walk_mp4(walk *w);
/* Does an mp3 frame with a header that holds together begin here? */
bool mp3_begins(walk *w, uint64_t at);

/* Samples at 48 kHz of an Opus packet, by its first byte and, where it has one, the second; 0: no Opus packet. */
uint32_t opus_samples(const uint8_t *packet, size_t length);

static inline uint16_t le16(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }
static inline uint32_t le32(const uint8_t *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
static inline uint64_t le64(const uint8_t *p) { return le32(p) | (uint64_t)le32(p + 4) << 32; }
static inline uint16_t be16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static inline uint32_t be32(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}
static inline uint64_t be64(const uint8_t *p) { return (uint64_t)be32(p) << 32 | be32(p + 4); }

#endif
