#include "speech.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *encoder(const char *name) {
  static const struct {
    const char *ending, *arguments;
  } kinds[] = {{".live.webm", "-c:a libopus -b:a 24k -live 1 -cluster_time_limit 1000 -f webm"},
               {".webm", "-c:a libopus -b:a 24k -f webm"},
               {".vorbis.ogg", "-c:a libvorbis -ar 44100 -f ogg"},
               {".ogg", "-c:a libopus -b:a 24k -f ogg"},
               {".mp3", "-c:a libmp3lame -b:a 48k -f mp3"},
               {".live.m4a", "-c:a aac -b:a 48k -movflags +frag_keyframe+empty_moov+default_base_moof -f mp4"},
               {".opus.m4a", "-c:a libopus -b:a 24k -f mp4"},
               {".m4a", "-c:a aac -b:a 48k -f mp4"},
               {".8k.wav", "-c:a pcm_mulaw -ar 8000 -f wav"},
               {".wav", "-c:a pcm_s16le -ar 16000 -f wav"}};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    size_t length = strlen(name), ending = strlen(kinds[i].ending);
    if (length > ending && !strcmp(name + length - ending, kinds[i].ending)) return kinds[i].arguments;
  }
  ck_abort_msg("no kind of file: %s", name);
}

void speech_make(const char *folder, const char *name, const char *voice, const char *sentence) {
  char command[4096];
  /* through a pipe where the file is to look as if it were being recorded */
  int live = strstr(name, ".live.") != NULL;
  int length = snprintf(
      command, sizeof command,
      "espeak-ng -v %s --stdout '%s' | ffmpeg -nostdin -loglevel error -y -i pipe:0 -map_metadata -1 %s %s '%s/%s'",
      voice, sentence, encoder(name), live ? "pipe:1 >" : "", folder, name);
  ck_assert(length > 0 && (size_t)length < sizeof command);
  ck_assert_msg(system(command) == 0, "%s", command);
}

unsigned char *speech_read(const char *folder, const char *name, size_t *length) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  ck_assert_msg(file != NULL, "%s", path);
  unsigned char *bytes = malloc(4 << 20);
  *length = fread(bytes, 1, 4 << 20, file);
  fclose(file);
  ck_assert(*length > 0 && *length < 4 << 20);
  unsigned char *exact = realloc(bytes, *length); /* so that the sanitizer sees a byte read beyond it */
  ck_assert_ptr_nonnull(exact);
  return exact;
}
