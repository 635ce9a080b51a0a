#include <ai/task.h>
#include <base/error.h>

int ai_transcribe(ai_call *call, const ai_audio *audio, ai_transcript *out) {
  *out = (ai_transcript){.text = "", .confidence = -1};
  (void)audio;
  return error_set(call->error, MCRM_UNSUPPORTED, NULL, "ai.none", "no speech provider is configured");
}
