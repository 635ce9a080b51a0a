/* What the parts of the plugin share. */
#ifndef WHISPER_WHISPER_H
#define WHISPER_WHISPER_H

#include "../common/complaint.h"
#include "../common/draft.h"
#include "../common/endpoint.h"

typedef struct whisper {
  const mcrm_plugin_host *host;
  endpoint at;
  const char *server; /* whose ways are the defaults */
  const char *path, *model, *response_format, *array_style, *hints, *prompt, *probe, *chunking;
  int64_t send_model, word_times, loops;
  double temperature, no_speech, log_probability, compression, silence;
  mcrm_plugin_texts outros;
} whisper;

/* json | verbose_json | text | diarized_json: as the admin says, else by the model. */
const char *whisper_format(const whisper *o, const char *model);

bool request_parts(const work *w, const whisper *o, const mcrm_speech_request *q, mcrm_http_request *out);

mcrm_outcome reply_read(const work *w, const whisper *o, const mcrm_http_reply *http, mcrm_speech_reply *reply,
                        mcrm_failure *failure);

/* ---- what such models invent ---- */

/* What is known of a segment besides its words; NaN = nothing. */
typedef struct doubt {
  double no_speech, log_probability, compression;
} doubt;

/* Whether to leave it out: silence, gibberish, or words with which films end. */
bool guard_drops(const work *w, const whisper *o, const char *text, const doubt *d);
/* The text with what is said over and over kept once; the same pointer where nothing is. NULL: no memory. */
const char *guard_loops(const work *w, const whisper *o, const char *text);

/* "fa" of "persian", "fa-IR", "Farsi", "fas"; NULL where it is none we know. */
const char *language_code(const char *name);

#endif
