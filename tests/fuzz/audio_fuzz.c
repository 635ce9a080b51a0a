/* Whatever the bytes are: they are refused with a reason, or there is sound of a length that their number allows. */
#include <audio/audio.h>
#include <string.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  mcrm_error error = {0};
  audio_info info;
  int code = audio_walk_bytes(data, size, &error, &info);
  promise(code == error.code, "the error says what is answered");
  if (code) {
    promise(code == MCRM_INVALID && !strcmp(error.field, "file") && error.detail[0], "a refusal has its reason");
    return 0;
  }
  promise(info.media_type && info.codec && info.frames, "what is taken has a kind and sound");
  promise(info.duration_ms > 0 && info.duration_ms <= INT64_C(7) * 24 * 3600 * 1000, "a length that makes sense");
  promise(info.channels >= 1 && info.channels <= 8 && info.sample_rate >= 4000, "channels and a rate that make sense");
  return 0;
}
