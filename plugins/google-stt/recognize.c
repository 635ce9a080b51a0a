/* One call of recognize: the request in proto3's JSON, and its reply, in which what is zero or empty is left out. */
#include <string.h>

#include "google.h"

enum { PHRASES = 1200, PHRASE_LETTERS = 100 };

typedef struct heard_segment {
  mcrm_speech_segment segment;
  struct heard_segment *next;
} heard_segment;

/* ---- the request ---- */

static void write_language(draft *d, const char *code) {
  static const char *const whole[][2] = {{"fa", "fa-IR"}, {"en", "en-US"}, {"ar", "ar-EG"}, {"tr", "tr-TR"},
                                         {"de", "de-DE"}, {"fr", "fr-FR"}, {"az", "az-AZ"}};
  for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
    if (!strcmp(code, whole[i][0])) code = whole[i][1];
  }
  draft_json(d, code);
}

static void write_languages(draft *d, const google *g, const mcrm_speech_request *q) {
  draft_name(d, "languageCodes");
  draft_byte(d, '[');
  if (q->language) write_language(d, q->language);
  for (size_t i = 0; !q->language && i < g->languages.count; i++) {
    if (i) draft_byte(d, ',');
    write_language(d, g->languages.at[i]);
  }
  if (!q->language && !g->languages.count) draft_json(d, "fa-IR");
  draft_byte(d, ']');
}

static size_t letters(const char *text) {
  size_t count = 0;
  for (; *text; text++) count += ((unsigned char)*text & 0xC0) != 0x80;
  return count;
}

static void write_phrase(draft *d, const google *g, const char *phrase, size_t *count) {
  if (*count == PHRASES || !*phrase || letters(phrase) > PHRASE_LETTERS) return;
  if ((*count)++) draft_byte(d, ',');
  draft_text(d, "{\"value\":");
  draft_json(d, phrase);
  if (g->boost > 0) {
    draft_text(d, ",\"boost\":");
    draft_real(d, g->boost);
  }
  draft_byte(d, '}');
}

static void write_phrases(draft *d, const google *g, const mcrm_speech_request *q) {
  size_t count = 0;
  if (!g->phrases.count && !q->hint_count) return;
  draft_name(d, "adaptation");
  draft_text(d, "{\"phraseSets\":[{\"inlinePhraseSet\":{\"phrases\":[");
  for (size_t i = 0; i < g->phrases.count; i++) write_phrase(d, g, g->phrases.at[i], &count);
  for (size_t i = 0; i < q->hint_count; i++) write_phrase(d, g, q->hints[i], &count);
  draft_text(d, "]}}]}");
}

static void write_body(draft *d, const google *g, const mcrm_speech_request *q, const void *audio, size_t length) {
  draft_clear(d);
  draft_text(d, "{\"config\":{");
  write_languages(d, g, q);
  draft_name(d, "autoDecodingConfig");
  draft_text(d, "{}");
  draft_name(d, "model");
  draft_json(d, q->model ? q->model : g->model);
  draft_name(d, "features");
  draft_byte(d, '{');
  if (g->word_times) draft_text(d, "\"enableWordTimeOffsets\":true");
  if (g->punctuation) {
    draft_name(d, "enableAutomaticPunctuation");
    draft_text(d, "true");
  }
  draft_byte(d, '}');
  write_phrases(d, g, q);
  draft_text(d, "},\"content\":\"");
  draft_base64(d, audio, length);
  draft_text(d, "\"}");
}

/* ---- the reply ---- */

static bool add_segment(heard *h, const json *result, const char *text, int64_t offset_ms) {
  const json *best = json_at(result, "alternatives.0");
  const json *words = json_at(best, "words");
  heard_segment *s = work_alloc(h->w, sizeof *s);
  if (!s) return false;
  int64_t before = h->last ? h->last->segment.end_ms : 0;
  double confidence = json_real(best, "confidence", 0);
  s->segment =
      (mcrm_speech_segment){.size = sizeof s->segment, .text = text, .confidence = confidence > 0 ? confidence : -1};
  s->segment.start_ms = before > offset_ms ? before : offset_ms;
  if (words && words->first) s->segment.start_ms = offset_ms + json_ms(words->first, "startOffset", 0);
  s->segment.end_ms = offset_ms + json_ms(result, "resultEndOffset", words ? json_ms(words->last, "endOffset", 0) : 0);
  if (s->segment.end_ms < s->segment.start_ms) s->segment.end_ms = s->segment.start_ms;
  s->segment.speaker = json_line(words, "0.speakerLabel", NULL);
  if (confidence > 0) {
    h->confidence += confidence;
    h->known++;
  }
  if (h->last)
    h->last->next = s;
  else
    h->first = s;
  h->last = s;
  h->count++;
  return true;
}

static bool add_result(heard *h, const json *result, int64_t offset_ms) {
  const char *text = json_text(result, "alternatives.0.transcript", "");
  const char *language = json_text(result, "languageCode", NULL);
  text += strspn(text, " \t\n");
  if (!*text) return true;
  if (!h->language && language && !(h->language = work_copy(h->w, language, strcspn(language, "-_")))) return false;
  if (h->text.length) draft_byte(&h->text, ' ');
  draft_text(&h->text, text);
  return !h->text.failed && add_segment(h, result, text, offset_ms);
}

static mcrm_outcome read_reply(heard *h, const mcrm_http_reply *http, int64_t offset_ms, mcrm_failure *failure) {
  const json *body = json_read(h->w, NULL, http->body, http->length);
  const json *results = json_at(body, "results");
  complaint c;
  failure->status = http->status;
  failure->server_time = http->server_time;
  if (!body || body->kind != JSON_OBJECT)
    return work_fail(failure, MCRM_OUTCOME_PROTOCOL, "no_json", "the reply is no JSON: is base_url right?");
  if (complaint_in(h->w, body, &c)) return complaint_fail(h->w, http, &c, NULL, failure);
  if (!h->request_id) h->request_id = json_text(body, "metadata.requestId", NULL);
  for (const json *r = results && results->kind == JSON_LIST ? results->first : NULL; r; r = r->next) {
    if (!add_result(h, r, offset_ms)) return work_no_memory(failure);
  }
  return MCRM_OUTCOME_OK; /* without results nothing was said */
}

mcrm_outcome recognize(google *g, heard *h, const mcrm_speech_request *q, draft *body, const void *audio, size_t length,
                       int64_t offset_ms, mcrm_failure *failure) {
  const work *w = h->w;
  endpoint_request r;
  mcrm_http_reply http = {.size = sizeof http, .body = ""};
  const char *token;
  mcrm_outcome outcome = token_get(w, g, &token, failure);
  if (outcome) return outcome;
  const char *path = work_print(w, "/v2/projects/%s/locations/%s/recognizers/_:recognize", g->project, g->location);
  const char *bearer = work_print(w, "Bearer %s", token);
  write_body(body, g, q, audio, length);
  if (!path || !bearer || body->failed || !endpoint_begin(w, &g->at, "POST", path, &r)) return work_no_memory(failure);
  endpoint_header(&r, "Authorization", bearer);
  endpoint_header(&r, "Content-Type", "application/json");
  r.http.body = body->bytes;
  r.http.body_length = body->length;
  outcome = w->host->http(w->call, &r.http, &http, failure);
  if (outcome) return outcome;
  if (http.status >= 200 && http.status < 300) return read_reply(h, &http, offset_ms, failure);
  outcome = token_judge(w, &http, complaint_of(w, &http, token, failure), failure);
  if (outcome == MCRM_OUTCOME_AUTH) token_forget(g, token);
  return outcome;
}

mcrm_outcome heard_end(const heard *h, mcrm_speech_reply *reply, mcrm_failure *failure) {
  const mcrm_speech_segment **list = work_alloc(h->w, (h->count + 1) * sizeof *list);
  if (!list) return work_no_memory(failure);
  for (heard_segment *s = h->first; s; s = s->next) list[reply->segment_count++] = &s->segment;
  reply->segments = list;
  reply->text = h->text.bytes ? h->text.bytes : "";
  reply->language = h->language;
  reply->request_id = h->request_id;
  reply->confidence = h->known ? h->confidence / (double)h->known : -1;
  reply->cost = -1;
  return MCRM_OUTCOME_OK;
}
