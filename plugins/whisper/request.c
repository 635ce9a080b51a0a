/* The fields of a transcription request; the file comes last, which no server minds and some need. */
#include <string.h>

#include "whisper.h"

enum { FIELDS = 16, KEYWORDS = 100, PROMPT_BYTES = 800 /* Whisper reads the last 224 tokens */ };

typedef struct form {
  const work *w;
  const whisper *o;
  mcrm_http_part *parts;
  size_t count;
} form;

static void field(form *f, const char *name, const char *value) {
  f->parts[f->count++] =
      (mcrm_http_part){.size = sizeof *f->parts, .name = name, .bytes = value, .length = strlen(value)};
}

/* One of several: `name[]` or `name`. */
static void item(form *f, const char *bracketed, const char *plain, const char *value) {
  field(f, strcmp(f->o->array_style, "plain") ? bracketed : plain, value);
}

static const char *file_name(const char *media_type) {
  static const char *const names[][2] = {{"audio/webm", "note.webm"}, {"audio/ogg", "note.ogg"},
                                         {"audio/mpeg", "note.mp3"},  {"audio/mp4", "note.m4a"},
                                         {"audio/wav", "note.wav"},   {"audio/flac", "note.flac"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!strcmp(media_type, names[i][0])) return names[i][1];
  }
  return "note.ogg";
}

/* The house's words, then the hints, separated by commas; what would not be read any more is left out. */
static const char *prompt(const form *f, const mcrm_speech_request *q, bool with_hints, const char *between) {
  draft d;
  draft_init(&d, f->w, 0);
  if (f->o->prompt) draft_text(&d, f->o->prompt);
  for (size_t i = 0; with_hints && i < q->hint_count; i++) {
    if (d.length + strlen(q->hints[i]) > PROMPT_BYTES) break;
    if (d.length) draft_text(&d, i ? between : " ");
    draft_text(&d, q->hints[i]);
  }
  return d.failed ? NULL : d.bytes ? d.bytes : "";
}

static const char *hint_style(const whisper *o, const char *model) {
  if (o->hints) return o->hints;
  if (!strcmp(model, "gpt-transcribe")) return "keywords";
  if (work_has(model, "diarize")) return "none";
  return strcmp(o->server, "speaches") ? "prompt" : "hotwords";
}

static bool write_hints(form *f, const mcrm_speech_request *q, const char *model) {
  const char *style = hint_style(f->o, model);
  const char *words = prompt(f, q, !strcmp(style, "prompt"), "، ");
  if (!words) return false;
  if (*words && !work_has(model, "diarize")) field(f, "prompt", words);
  for (size_t i = 0; !strcmp(style, "keywords") && i < q->hint_count && i < KEYWORDS; i++)
    item(f, "keywords[]", "keywords", q->hints[i]);
  if (!strcmp(style, "hotwords") && q->hint_count) {
    form bare = *f;
    whisper none = *f->o;
    none.prompt = NULL;
    bare.o = &none;
    words = prompt(&bare, q, true, ", ");
    if (!words) return false;
    field(f, "hotwords", words);
  }
  return true;
}

static void write_language(form *f, const mcrm_speech_request *q, const char *model) {
  const char *code = q->language ? language_code(q->language) : NULL;
  if (code && !strcmp(model, "gpt-transcribe"))
    item(f, "languages[]", "languages", code);
  else if (code)
    field(f, "language", code);
  else if (!strcmp(f->o->server, "whisper.cpp"))
    field(f, "language", "auto"); /* which would hear English otherwise */
}

static bool write_temperature(form *f) {
  draft d;
  draft_init(&d, f->w, 0);
  draft_real(&d, f->o->temperature);
  if (d.failed) return false;
  field(f, "temperature", d.bytes);
  return true;
}

bool request_parts(const work *w, const whisper *o, const mcrm_speech_request *q, mcrm_http_request *out) {
  const char *model = q->model ? q->model : o->model;
  const char *format = whisper_format(o, model);
  form f = {.w = w, .o = o, .parts = work_alloc(w, (FIELDS + KEYWORDS) * sizeof *f.parts)};
  if (!f.parts) return false;
  if (o->send_model) field(&f, "model", model);
  write_language(&f, q, model);
  field(&f, "response_format", format);
  if (!strcmp(format, "verbose_json")) {
    item(&f, "timestamp_granularities[]", "timestamp_granularities", "segment");
    if (o->word_times) item(&f, "timestamp_granularities[]", "timestamp_granularities", "word");
  }
  if (o->chunking ? !strcmp(o->chunking, "auto") : work_has(model, "diarize")) field(&f, "chunking_strategy", "auto");
  if (!write_temperature(&f) || !write_hints(&f, q, model)) return false;
  f.parts[f.count++] = (mcrm_http_part){.size = sizeof *f.parts,
                                        .name = "file",
                                        .file_name = file_name(q->media_type),
                                        .media_type = q->media_type,
                                        .bytes = q->audio,
                                        .length = q->length};
  out->parts = f.parts;
  out->part_count = f.count;
  return true;
}
