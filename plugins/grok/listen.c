/* xAI's speech to text: multipart whose last part is the file; no model, and the language only decides how numbers and
 * the like are written. */
#include <string.h>

#include "grok.h"

enum { KEYTERMS = 100, KEYTERM_LETTERS = 50, FIELDS = 8, PAUSE_MS = 1000, SEGMENT_MS = 15000 };

static size_t letters(const char *text) {
  size_t count = 0;
  for (; *text; text++) count += ((unsigned char)*text & 0xC0) != 0x80;
  return count;
}

static void field(mcrm_http_part *parts, size_t *count, const char *name, const char *value) {
  parts[(*count)++] = (mcrm_http_part){.size = sizeof *parts, .name = name, .bytes = value, .length = strlen(value)};
}

static const char *file_name(const char *media_type) {
  static const char *const names[][2] = {{"audio/webm", "note.webm"}, {"audio/ogg", "note.ogg"},
                                         {"audio/mpeg", "note.mp3"},  {"audio/mp4", "note.m4a"},
                                         {"audio/wav", "note.wav"},   {"audio/flac", "note.flac"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!strcmp(media_type, names[i][0])) return names[i][1];
  }
  return "note";
}

static bool write_parts(const work *w, const grok *g, const mcrm_speech_request *q, endpoint_request *r) {
  mcrm_http_part *parts = work_alloc(w, (FIELDS + KEYTERMS) * sizeof *parts);
  size_t count = 0, terms = 0;
  if (!parts) return false;
  if (q->language) {
    field(parts, &count, "language", q->language);
    field(parts, &count, "format", "true");
  }
  if (g->diarize) field(parts, &count, "diarize", "true");
  if (g->filler_words) field(parts, &count, "filler_words", "true");
  for (size_t i = 0; i < q->hint_count && terms < KEYTERMS; i++) {
    if (!*q->hints[i] || letters(q->hints[i]) > KEYTERM_LETTERS) continue;
    field(parts, &count, "keyterm", q->hints[i]);
    terms++;
  }
  parts[count++] = (mcrm_http_part){.size = sizeof *parts,
                                    .name = "file",
                                    .file_name = file_name(q->media_type),
                                    .media_type = q->media_type,
                                    .bytes = q->audio,
                                    .length = q->length};
  r->http.parts = parts;
  r->http.part_count = count;
  return true;
}

/* Words are put together to what was said in one breath by one speaker. */
static bool same_breath(const mcrm_speech_segment *s, int64_t start, int64_t end, const char *speaker) {
  bool same = !speaker || !s->speaker ? speaker == s->speaker : !strcmp(speaker, s->speaker);
  return same && start - s->end_ms < PAUSE_MS && end - s->start_ms < SEGMENT_MS;
}

typedef struct saying {
  const work *w;
  mcrm_speech_segment *all, *open; /* the one that still grows */
  const mcrm_speech_segment **list;
  size_t count, known;
  double confidence;
  draft text;
} saying;

static void add_word(saying *s, const json *word) {
  int64_t start = json_ms(word, "start", 0);
  int64_t end = json_ms(word, "end", start);
  const char *speaker = json_line(word, "speaker", NULL);
  double confidence = json_real(word, "confidence", -1);
  if (confidence >= 0) {
    s->confidence += confidence;
    s->known++;
  }
  if (!s->open || !same_breath(s->open, start, end, speaker)) {
    s->open = &s->all[s->count];
    *s->open = (mcrm_speech_segment){.size = sizeof *s->open, .start_ms = start, .confidence = -1, .speaker = speaker};
    s->list[s->count++] = s->open;
    draft_init(&s->text, s->w, 0);
  } else {
    draft_byte(&s->text, ' ');
  }
  draft_text(&s->text, json_text(word, "text", ""));
  s->open->end_ms = end;
  s->open->text = s->text.bytes ? s->text.bytes : "";
}

static bool read_words(const work *w, const json *words, mcrm_speech_reply *reply) {
  saying s = {.w = w};
  size_t count = 0;
  for (const json *word = words->first; word; word = word->next) count++;
  s.all = work_alloc(w, (count + 1) * sizeof *s.all);
  s.list = work_alloc(w, (count + 1) * sizeof *s.list);
  if (!s.all || !s.list) return false;
  for (const json *word = words->first; word; word = word->next) {
    add_word(&s, word);
    if (s.text.failed) return false;
  }
  reply->segments = s.list;
  reply->segment_count = s.count;
  reply->confidence = s.known ? s.confidence / (double)s.known : -1;
  return true;
}

static mcrm_outcome read_reply(const work *w, const grok *g, const mcrm_http_reply *http, mcrm_speech_reply *reply,
                               mcrm_failure *failure) {
  const json *body = json_read(w, NULL, http->body, http->length);
  const char *text = json_text(body, "text", NULL);
  const char *id = work_header(http, "x-request-id");
  const char *language = json_text(body, "language", NULL);
  complaint c;
  failure->status = http->status;
  if (!text && complaint_in(w, body, &c)) return complaint_fail(w, http, &c, g->at.key, failure);
  if (!text)
    return work_fail(failure, MCRM_OUTCOME_PROTOCOL, "no_text", "the reply has no text in it: is base_url right?");
  reply->text = text;
  reply->language = language && *language ? language : NULL;
  reply->duration_ms = json_ms(body, "duration", 0);
  reply->request_id = id ? work_copy(w, id, strlen(id)) : NULL;
  reply->cost = -1;
  reply->confidence = -1;
  const json *words = json_at(body, "words");
  return words && words->kind == JSON_LIST && !read_words(w, words, reply) ? work_no_memory(failure) : MCRM_OUTCOME_OK;
}

mcrm_outcome listen_run(void *state, mcrm_plugin_call *call, const mcrm_speech_request *request,
                        mcrm_speech_reply *reply, mcrm_failure *failure) {
  const grok *g = state;
  work w = {g->host, call};
  endpoint_request r;
  mcrm_http_reply http = {.size = sizeof http, .body = ""};
  if (!g->speech || strcmp(g->server, "xai"))
    return work_fail(failure, MCRM_OUTCOME_UNSUPPORTED, "speech",
                     "only server: xai listens; use plugin whisper for others");
  if (!endpoint_begin(&w, &g->at, "POST", g->speech_path, &r) || !write_parts(&w, g, request, &r))
    return work_no_memory(failure);
  mcrm_outcome outcome = w.host->http(call, &r.http, &http, failure);
  if (outcome) return outcome;
  if (http.status < 200 || http.status > 299) return complaint_of(&w, &http, g->at.key, failure);
  return read_reply(&w, g, &http, reply, failure);
}
