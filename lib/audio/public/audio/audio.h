/* What is in an audio file: told from its first bytes and from a walk over the whole container, never from what its
 * headers say of themselves. webm and ogg with Opus (ogg also with Vorbis), mp3, m4a/mp4, wav.
 *
 * The input is hostile: every size is checked against the file, nothing recurses, memory does not depend on the input,
 * and time is linear in its length. What is damaged or cut off is refused with what was wrong and at which byte. */
#ifndef AUDIO_AUDIO_H
#define AUDIO_AUDIO_H

#include <marfacrm/types.h>

/* Where the bytes come from. `read` fills in exactly `length` bytes that lie within `size`: 0 or a code. */
typedef struct audio_input {
  int (*read)(void *context, uint64_t offset, void *out, size_t length);
  void *context;
  uint64_t size;
} audio_input;

typedef struct audio_info {
  const char *media_type; /* audio/webm | audio/ogg | audio/mpeg | audio/mp4 | audio/wav */
  const char *codec;      /* opus | vorbis | mp3 | aac | pcm | alaw | mulaw */
  uint32_t sample_rate;   /* Hz */
  uint32_t channels;
  int64_t duration_ms; /* by the frames that are there */
  uint64_t frames;     /* packets; of wav, samples of one channel */
} audio_info;

/* MCRM_INVALID: "file.media_type" is none of these kinds, or one with something else in it,
 * "audio.damaged" does not hold together, "audio.empty" has no sound. The detail says what and where. */
int audio_walk(const audio_input *input, mcrm_error *error, audio_info *out);

/* The same for bytes in memory. */
int audio_walk_bytes(const void *bytes, size_t length, mcrm_error *error, audio_info *out);

#endif
