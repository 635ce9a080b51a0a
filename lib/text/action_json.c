/* Actions and summary as the engine writes them. */
#include <base/civil.h>
#include <string.h>
#include <text/summary.h>

#include "engine.h"
#include "json.h"

typedef struct everything {
  text_reading reading;
  text_when_list whens;
  text_sentiment sentiment;
  text_actions actions;
} everything;

static int read_all(request *r, everything *all) {
  text_when_options options = {.language = r->language};
  int code = text_read(&r->scan, r->arena, &all->reading);
  if (!code) code = text_when_find(&r->scan, r->now, r->engine->zone, &options, r->arena, &all->whens);
  if (!code) code = text_sentiment_of(&all->reading, r->arena, &all->sentiment);
  if (!code) code = text_actions_of(&all->reading, &all->whens, r->engine->zone, r->arena, &all->actions);
  return code;
}

static void stretch(request *r, uint32_t first, uint32_t count) {
  const text_token *from = &r->scan.tokens[first], *last = from + count - 1;
  engine_span(r, from->point_start, last->point_end, from->start, last->end);
}

static void write_due(request *r, const text_due *due) {
  char text[CIVIL_ISO_SIZE];
  json_key(r->out, "due");
  json_write_string(r->out, text, civil_print(due->at, r->engine->zone, text));
  json_key(r->out, "due_grain");
  json_text(r->out, due->grain == TEXT_GRAIN_DAY ? "day" : "minute");
}

static void write_action(request *r, const text_action *t) {
  json_key(r->out, NULL);
  buffer_byte(r->out, '{');
  json_key(r->out, "kind");
  json_text(r->out, text_action_kind_name(t->kind));
  json_key(r->out, "title");
  json_text(r->out, t->title);
  json_key(r->out, "who");
  json_text(r->out, text_who_name(t->who));
  if (t->name_count) {
    json_key(r->out, "name");
    const text_token *from = &r->scan.tokens[t->name_first], *last = from + t->name_count - 1;
    json_write_string(r->out, r->text + from->start, last->end - from->start);
  }
  if (t->has_due) write_due(r, &t->due);
  json_key(r->out, "confidence");
  json_thousandths(r->out, (long long)(t->confidence * 1000 + 0.5));
  stretch(r, t->first, t->count);
  buffer_byte(r->out, '}');
}

static void write_topics(request *r, const text_topics *topics) {
  json_key(r->out, "topics");
  buffer_byte(r->out, '[');
  for (size_t i = 0; i < topics->count; i++) {
    json_key(r->out, NULL);
    json_text(r->out, topics->items[i].name);
  }
  buffer_byte(r->out, ']');
}

static void write_outcome(request *r, const text_outcome *outcome) {
  json_key(r->out, "outcome");
  if (outcome->name) {
    json_text(r->out, outcome->name);
  } else {
    buffer_text(r->out, "null");
  }
}

int engine_actions(request *r) {
  everything all;
  text_topics topics;
  int code = read_all(r, &all);
  if (!code) code = text_topics_of(&all.reading, r->arena, &topics);
  if (code) return code;
  text_outcome outcome = text_outcome_of(&all.reading);
  json_key(r->out, "asks");
  buffer_text(r->out, all.actions.asks ? "true" : "false");
  json_key(r->out, "actions");
  buffer_byte(r->out, '[');
  for (size_t i = 0; i < all.actions.count; i++) write_action(r, &all.actions.items[i]);
  buffer_byte(r->out, ']');
  write_topics(r, &topics);
  write_outcome(r, &outcome);
  return MCRM_OK;
}

int engine_summary(request *r) {
  enum { SENTENCES = 4 };
  everything all;
  text_summary summary;
  int code = read_all(r, &all);
  if (!code) code = text_summary_of(&all.reading, &all.actions, &all.sentiment, SENTENCES, r->arena, &summary);
  if (code) return code;
  json_key(r->out, "summary");
  buffer_byte(r->out, '[');
  for (size_t i = 0; i < summary.count; i++) {
    const text_sentence *s = &r->scan.sentences[summary.sentences[i]];
    json_key(r->out, NULL);
    json_write_string(r->out, r->text + s->start, s->end - s->start);
  }
  buffer_byte(r->out, ']');
  write_outcome(r, &summary.outcome);
  return MCRM_OK;
}
