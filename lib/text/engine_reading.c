#include <text/sentiment.h>

#include "engine.h"
#include "json.h"

static void write_cues(request *r, const text_sentiment *s) {
  json_key(r->out, "cues");
  buffer_byte(r->out, '[');
  for (size_t i = 0; i < s->cue_count; i++) {
    const text_sentiment_cue *cue = &s->cues[i];
    const text_token *first = &r->scan.tokens[cue->first], *last = first + cue->count - 1;
    json_key(r->out, NULL);
    buffer_byte(r->out, '{');
    engine_span(r, first->point_start, last->point_end, first->start, last->end);
    json_key(r->out, "weight");
    json_thousandths(r->out, (long long)(cue->weight * 1000 + (cue->weight < 0 ? -0.5 : 0.5)));
    buffer_byte(r->out, '}');
  }
  buffer_byte(r->out, ']');
}

static void write_emotions(request *r, const text_sentiment *s) {
  json_key(r->out, "emotions");
  buffer_byte(r->out, '[');
  for (int e = 0; e < TEXT_EMOTION_COUNT; e++)
    if (s->emotions[e] > 0) {
      json_key(r->out, NULL);
      json_text(r->out, text_emotion_name((text_emotion)e));
    }
  buffer_byte(r->out, ']');
}

static void write_urgency(request *r, const text_urgency *u) {
  json_key(r->out, "urgency");
  json_text(r->out, text_urgency_name(u->level));
  json_key(r->out, "urgency_reasons");
  buffer_byte(r->out, '[');
  for (size_t i = 0; i < u->reason_count; i++) {
    const text_token *first = &r->scan.tokens[u->reasons[i].first], *last = first + u->reasons[i].count - 1;
    json_key(r->out, NULL);
    buffer_byte(r->out, '{');
    json_key(r->out, "name");
    json_text(r->out, u->reasons[i].name);
    if (u->reasons[i].count) {
      json_key(r->out, "text");
      json_write_string(r->out, r->text + first->start, last->end - first->start);
    }
    buffer_byte(r->out, '}');
  }
  buffer_byte(r->out, ']');
}

int engine_sentiment(request *r) {
  text_reading reading;
  text_sentiment sentiment;
  text_urgency urgency;
  int code = text_read(&r->scan, r->arena, &reading);
  if (code == MCRM_OK) code = text_sentiment_of(&reading, r->arena, &sentiment);
  if (code == MCRM_OK) code = text_urgency_of(&reading, &sentiment, r->arena, &urgency);
  if (code != MCRM_OK) return code;
  json_key(r->out, "label");
  json_text(r->out, text_mood_name(sentiment.mood));
  json_key(r->out, "score");
  json_thousandths(r->out, (long long)(sentiment.score * 1000 + (sentiment.score < 0 ? -0.5 : 0.5)));
  write_emotions(r, &sentiment);
  write_urgency(r, &urgency);
  write_cues(r, &sentiment);
  return MCRM_OK;
}
