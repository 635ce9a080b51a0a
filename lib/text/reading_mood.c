/* How a text feels and what it asks: sentiment, urgency, actions, topics, outcome, summary, as a reading gives them. */
#include <base/error.h>
#include <text/summary.h>
#include <text/topic.h>

#include "reading.h"

int reading_lexicon(mcrm_reading *r) { return text_read(&r->scan, r->arena, &r->lexicon); }

int reading_mood(mcrm_reading *r) {
  int code = reading_once(r, READING_LEXICON, reading_lexicon);
  return code == MCRM_OK ? text_sentiment_of(&r->lexicon, r->arena, &r->mood) : code;
}

int reading_drafts(mcrm_reading *r) {
  int code = reading_once(r, READING_LEXICON, reading_lexicon);
  if (code == MCRM_OK) code = reading_once(r, READING_TIMES, reading_times);
  return code == MCRM_OK ? text_actions_of(&r->lexicon, &r->times, r->engine->zone, r->arena, &r->drafts) : code;
}

static int list_sentiment(mcrm_reading *r) {
  void *at;
  int code = reading_once(r, READING_MOOD, reading_mood);
  if (code != MCRM_OK) return code;
  const text_sentiment *m = &r->mood;
  mcrm_mood_cue *list = reading_list(r->arena, m->cue_count, sizeof *list, &at);
  if (!list) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < m->cue_count; i++) {
    const text_sentiment_cue *c = &m->cues[i];
    list[i] = (mcrm_mood_cue){sizeof *list, reading_span(&r->scan, c->first, c->count), c->weight, c->negated};
  }
  r->sentiment = (mcrm_mood){.size = sizeof r->sentiment,
                             .label = text_mood_name(m->mood),
                             .score = m->score,
                             .angry = m->emotions[TEXT_ANGRY],
                             .worried = m->emotions[TEXT_WORRIED],
                             .disappointed = m->emotions[TEXT_DISAPPOINTED],
                             .confused = m->emotions[TEXT_CONFUSED],
                             .hurried = m->emotions[TEXT_HURRIED],
                             .satisfied = m->emotions[TEXT_SATISFIED],
                             .grateful = m->emotions[TEXT_GRATEFUL],
                             .interested = m->emotions[TEXT_INTERESTED],
                             .courtesy = m->courtesy,
                             .cues = {at, m->cue_count}};
  return MCRM_OK;
}

static int list_urgency(mcrm_reading *r) {
  text_urgency found;
  void *at;
  int code = reading_once(r, READING_MOOD, reading_mood);
  if (code == MCRM_OK) code = text_urgency_of(&r->lexicon, &r->mood, r->arena, &found);
  if (code != MCRM_OK) return code;
  mcrm_urgency_reason *list = reading_list(r->arena, found.reason_count, sizeof *list, &at);
  if (!list) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < found.reason_count; i++) {
    const text_urgency_reason *t = &found.reasons[i];
    list[i] = (mcrm_urgency_reason){sizeof *list, reading_span(&r->scan, t->first, t->count), t->name};
  }
  r->urgency = (mcrm_urgency){sizeof r->urgency, text_urgency_name(found.level), {at, found.reason_count}};
  return MCRM_OK;
}

static mcrm_action action_of(const mcrm_reading *r, const text_action *t) {
  mcrm_action out = {.size = sizeof out,
                     .at = reading_span(&r->scan, t->first, t->count),
                     .kind = text_action_kind_name(t->kind),
                     .who = text_who_name(t->who),
                     .title = t->title,
                     .confidence = t->confidence};
  if (t->has_due) {
    out.due = t->due.at;
    out.all_day = t->due.grain == TEXT_GRAIN_DAY;
  }
  return out;
}

static int list_actions(mcrm_reading *r) {
  void *at;
  int code = reading_once(r, READING_DRAFTS, reading_drafts);
  if (code != MCRM_OK) return code;
  mcrm_action *list = reading_list(r->arena, r->drafts.count, sizeof *list, &at);
  if (!list) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < r->drafts.count; i++) {
    const text_action *t = &r->drafts.items[i];
    list[i] = action_of(r, t);
    if (!t->name_count) continue;
    mcrm_span name = reading_span(&r->scan, t->name_first, t->name_count);
    list[i].name = arena_copy(r->arena, r->scan.text + name.byte_start, name.byte_end - name.byte_start);
    if (!list[i].name) return MCRM_NO_MEMORY;
  }
  r->actions = (mcrm_action_array){at, r->drafts.count};
  return MCRM_OK;
}

static int list_topics(mcrm_reading *r) {
  text_topics found;
  void *at;
  int code = reading_once(r, READING_LEXICON, reading_lexicon);
  if (code == MCRM_OK) code = text_topics_of(&r->lexicon, r->arena, &found);
  if (code != MCRM_OK) return code;
  mcrm_topic *list = reading_list(r->arena, found.count, sizeof *list, &at);
  if (!list) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < found.count; i++) {
    const text_topic *t = &found.items[i];
    list[i] = (mcrm_topic){sizeof *list, reading_span(&r->scan, t->first, t->words), t->name, t->count};
  }
  r->topics = (mcrm_topic_array){at, found.count};
  return MCRM_OK;
}

static int tell_outcome(mcrm_reading *r) {
  int code = reading_once(r, READING_LEXICON, reading_lexicon);
  if (code != MCRM_OK) return code;
  text_outcome found = text_outcome_of(&r->lexicon);
  r->outcome = (mcrm_contact_outcome){.size = sizeof r->outcome, .name = found.name};
  if (found.name) r->outcome.at = reading_span(&r->scan, found.first, found.count);
  return MCRM_OK;
}

static int summarise(mcrm_reading *r, size_t most, mcrm_sentence_array *out) {
  text_summary found;
  void *at;
  int code = reading_once(r, READING_MOOD, reading_mood);
  if (code == MCRM_OK) code = reading_once(r, READING_DRAFTS, reading_drafts);
  if (code == MCRM_OK) code = text_summary_of(&r->lexicon, &r->drafts, &r->mood, most, r->arena, &found);
  if (code != MCRM_OK) return code;
  mcrm_sentence *list = reading_list(r->arena, found.count, sizeof *list, &at);
  if (!list) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < found.count; i++) list[i] = reading_sentence(&r->scan, found.sentences[i]);
  *out = (mcrm_sentence_array){at, found.count};
  return MCRM_OK;
}

int mcrm_reading_mood(mcrm_reading *r, const mcrm_mood **out, mcrm_error *error) {
  int code = reading_answer(r, READING_MOOD_GIVEN, list_sentiment, error);
  *out = code == MCRM_OK ? &r->sentiment : NULL;
  return code;
}

int mcrm_reading_urgency(mcrm_reading *r, const mcrm_urgency **out, mcrm_error *error) {
  int code = reading_answer(r, READING_URGENCY, list_urgency, error);
  *out = code == MCRM_OK ? &r->urgency : NULL;
  return code;
}

int mcrm_reading_actions(mcrm_reading *r, mcrm_action_array *out, bool *asks, mcrm_error *error) {
  int code = reading_answer(r, READING_ACTIONS, list_actions, error);
  *out = r->actions;
  if (asks) *asks = code == MCRM_OK && r->drafts.asks;
  return code;
}

int mcrm_reading_topics(mcrm_reading *r, mcrm_topic_array *out, mcrm_error *error) {
  int code = reading_answer(r, READING_TOPICS, list_topics, error);
  *out = r->topics;
  return code;
}

int mcrm_reading_outcome(mcrm_reading *r, const mcrm_contact_outcome **out, mcrm_error *error) {
  int code = reading_answer(r, READING_OUTCOME, tell_outcome, error);
  *out = code == MCRM_OK ? &r->outcome : NULL;
  return code;
}

int mcrm_reading_summary(mcrm_reading *r, size_t most, mcrm_sentence_array *out, mcrm_error *error) {
  mcrm_error own;
  error = engine_error(error, &own);
  *out = (mcrm_sentence_array){0};
  if (!most || most > MCRM_SUMMARY_MOST)
    return error_set(error, MCRM_INVALID, "most", "text.out_of_range", "%zu is not 1 … %d", most, MCRM_SUMMARY_MOST);
  int code = summarise(r, most, out);
  return code == MCRM_OK ? code : error_no_memory(error);
}

void mcrm_baseline_add(mcrm_baseline *b, double score) {
  text_baseline own = {b->mean, b->variance, b->count};
  text_baseline_add(&own, score);
  *b = (mcrm_baseline){own.mean, own.variance, own.count};
}

double mcrm_baseline_shift(const mcrm_baseline *b, double score) {
  return text_baseline_shift(&(text_baseline){b->mean, b->variance, b->count}, score);
}
