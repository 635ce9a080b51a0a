/* A transcription as the servers write it: JSON with and without segments, or bare text. */
#include <math.h>
#include <string.h>

#include "whisper.h"

static const char *trimmed(const work *w, const char *text) {
  size_t length;
  text += strspn(text, " \t\r\n");
  length = strlen(text);
  while (length && strchr(" \t\r\n", text[length - 1])) length--;
  return text[length] ? work_copy(w, text, length) : text;
}

typedef struct hearing {
  const work *w;
  const whisper *o;
  mcrm_speech_reply *reply;
  mcrm_speech_segment *all;
  const mcrm_speech_segment **list;
  draft text;
  double probability, weight;
  bool changed;
} hearing;

static bool take_segment(hearing *h, const json *segment) {
  doubt d = {json_real(segment, "no_speech_prob", NAN), json_real(segment, "avg_logprob", NAN),
             json_real(segment, "compression_ratio", NAN)};
  const char *said = trimmed(h->w, json_text(segment, "text", ""));
  const char *text = said && *said ? guard_loops(h->w, h->o, said) : said;
  if (!text) return false;
  if (!*text) return true;
  bool looped = text != said;
  h->changed = h->changed || looped;
  /* what was a loop only has its compression from there */
  if (looped) d.compression = NAN;
  if (guard_drops(h->w, h->o, text, &d)) {
    h->reply->dropped++;
    return h->changed = true;
  }
  h->reply->dropped += looped;
  mcrm_speech_segment *s = &h->all[h->reply->segment_count];
  *s = (mcrm_speech_segment){.size = sizeof *s, .text = text, .speaker = json_line(segment, "speaker", NULL)};
  s->start_ms = json_ms(segment, "start", 0);
  s->end_ms = json_ms(segment, "end", s->start_ms);
  s->confidence = isnan(d.log_probability) || d.log_probability > 0 ? -1 : exp(d.log_probability);
  if (s->confidence >= 0) {
    double length = (double)(s->end_ms - s->start_ms > 0 ? s->end_ms - s->start_ms : 1);
    h->probability += s->confidence * length;
    h->weight += length;
  }
  if (h->text.length) draft_byte(&h->text, ' ');
  draft_text(&h->text, text);
  h->list[h->reply->segment_count++] = s;
  return !h->text.failed;
}

/* The segment before said again word for word is a loop over segments. */
static bool again(const json *before, const json *segment, size_t *times) {
  const char *now = json_text(segment, "text", "");
  *times = before && *now && !strcmp(json_text(before, "text", ""), now) ? *times + 1 : 0;
  return *times >= 3;
}

static bool read_segments(hearing *h, const json *segments) {
  size_t count = 0, times = 0;
  const json *before = NULL;
  for (const json *s = segments->first; s; s = s->next) count++;
  h->all = work_alloc(h->w, (count + 1) * sizeof *h->all);
  h->list = work_alloc(h->w, (count + 1) * sizeof *h->list);
  if (!h->all || !h->list) return false;
  for (const json *s = segments->first; s; before = s, s = s->next) {
    if (again(before, s, &times) && h->o->loops) {
      h->reply->dropped++;
      h->changed = true;
    } else if (!take_segment(h, s)) {
      return false;
    }
  }
  h->reply->segments = h->list;
  if (h->weight > 0) h->reply->confidence = h->probability / h->weight;
  return true;
}

/* Without segments the whole text is one, of which nothing else is known. */
static bool guard_text(hearing *h) {
  doubt none = {NAN, NAN, NAN};
  const char *text = trimmed(h->w, h->reply->text);
  h->reply->text = text && *text ? guard_loops(h->w, h->o, text) : text;
  if (!h->reply->text) return false;
  h->reply->dropped += h->reply->text != text;
  if (!guard_drops(h->w, h->o, h->reply->text, &none)) return true;
  h->reply->dropped++;
  h->reply->text = "";
  return true;
}

/* In a reply of probabilities of tokens their mean tells how sure the service is. */
static double token_confidence(const json *tokens) {
  double sum = 0;
  size_t count = 0;
  for (const json *t = tokens && tokens->kind == JSON_LIST ? tokens->first : NULL; t; t = t->next) {
    double p = json_real(t, "logprob", 1);
    if (p > 0) continue;
    sum += p;
    count++;
  }
  return count ? exp(sum / (double)count) : -1;
}

static mcrm_outcome read_json(hearing *h, const json *body, const mcrm_http_reply *http, mcrm_failure *failure) {
  complaint c;
  const json *segments = json_at(body, "segments");
  h->reply->text = json_text(body, "text", NULL);
  if (!h->reply->text && complaint_in(h->w, body, &c)) return complaint_fail(h->w, http, &c, h->o->at.key, failure);
  if (!h->reply->text)
    return work_fail(failure, MCRM_OUTCOME_PROTOCOL, "no_text", "the reply has no text in it: is base_url right?");
  const char *language =
      json_text(body, "language", json_text(body, "detected_language", json_text(body, "languages.0.code", NULL)));
  h->reply->language = language ? language_code(language) : NULL;
  h->reply->duration_ms = json_ms(body, "duration", json_ms(body, "usage.seconds", 0));
  h->reply->confidence = token_confidence(json_at(body, "logprobs"));
  bool listed = segments && segments->kind == JSON_LIST && segments->first;
  if (listed && !read_segments(h, segments)) return work_no_memory(failure);
  if (listed && h->changed)
    h->reply->text = h->text.bytes ? h->text.bytes : "";
  else if (listed)
    h->reply->text = trimmed(h->w, h->reply->text);
  return (!listed && !guard_text(h)) || !h->reply->text ? work_no_memory(failure) : MCRM_OUTCOME_OK;
}

mcrm_outcome reply_read(const work *w, const whisper *o, const mcrm_http_reply *http, mcrm_speech_reply *reply,
                        mcrm_failure *failure) {
  const char *type = work_header(http, "content-type");
  const char *id = work_header(http, "x-request-id");
  const char *body = http->body + strspn(http->body, " \t\r\n");
  hearing h = {.w = w, .o = o, .reply = reply};
  draft_init(&h.text, w, 0);
  failure->status = http->status;
  failure->server_time = http->server_time;
  reply->request_id = id ? work_copy(w, id, strlen(id)) : NULL;
  bool object = *body == '{' && (!type || !work_has(type, "text/") || strcmp(whisper_format(o, o->model), "text"));
  if (object || work_has(type, "json")) {
    const json *read = json_read(w, NULL, http->body, http->length);
    if (!read) return work_fail(failure, MCRM_OUTCOME_PROTOCOL, "no_json", "the reply is cut off or no JSON");
    return read_json(&h, read, http, failure);
  }
  if (*body == '<') /* whisper.cpp calls its bare text HTML; this is some */
    return work_fail(failure, MCRM_OUTCOME_PROTOCOL, "html", "a page came instead of a text: is base_url right?");
  reply->text = work_copy(w, body, http->length - (size_t)(body - http->body));
  return !reply->text || !guard_text(&h) ? work_no_memory(failure) : MCRM_OUTCOME_OK;
}
