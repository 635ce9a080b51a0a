/* Cues out of a file that an administrator wrote: refused with a reason and a line, or compiled and heard. */
#include <base/utf8.h>
#include <marfacrm/text.h>
#include <string.h>

#include "fuzz.h"

static void hear(const mcrm_text *engine, const mcrm_cues *cues, const char *text, size_t length) {
  mcrm_conversation *talk;
  mcrm_reading *r;
  mcrm_cue_array found;
  promise(!mcrm_conversation_open(cues, &talk, NULL), "a conversation begins");
  promise(!mcrm_reading_open(engine, text, length, 0, NULL, &r, NULL), "a text is read");
  promise(!mcrm_cues_match(cues, r, &found, NULL), "phrases are found");
  for (size_t i = 0; i < found.count; i++) {
    const mcrm_cue *c = found.at[i];
    promise(c->at.byte_start < c->at.byte_end && c->at.byte_end <= length, "a cue lies in the text");
    promise(c->cue && *c->cue && c->phrase, "a cue has a name and a phrase");
  }
  for (mcrm_time at = 0; at < 400000; at += 90000)
    promise(!mcrm_conversation_hear(talk, r, at, &found, NULL), "cues are heard");
  mcrm_reading_close(r);
  mcrm_conversation_close(talk);
}

/* The file itself is the text as well: it holds its own phrases. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static mcrm_text *engine;
  if (!engine) promise(!mcrm_text_open(NULL, &engine, NULL), "the engine opens");
  mcrm_cues *cues;
  mcrm_error error;
  const char *yaml = (const char *)data;
  int code = mcrm_cues_open_yaml(yaml, size, &cues, &error);
  if (code != MCRM_OK) {
    promise(code == MCRM_INVALID && error.message[0] && utf8_valid(error.message, strlen(error.message)),
            "a refusal says why");
    promise(!cues, "nothing is given where nothing was made");
    return 0;
  }
  if (utf8_valid(yaml, size)) hear(engine, cues, yaml, size);
  mcrm_cues_close(cues);
  return 0;
}
