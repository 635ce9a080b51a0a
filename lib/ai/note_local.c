/* The built-in answer to "note.analyse": what lib/text finds, put into the fields of an analysis. */
#include "note_local.h"

#include <base/civil.h>
#include <base/error.h>
#include <string.h>
#include <text/action.h>
#include <text/entity.h>
#include <text/holiday.h>
#include <text/summary.h>
#include <text/topic.h>

enum { SUMMARY_SENTENCES = 3, STORY_SENTENCES = 8, LIST_MOST = 50 };

/* Everything the text room says about one note. */
typedef struct note_reading {
  ai_call *call;
  text_scan scan;
  text_reading reading;
  text_when_list whens;
  text_actions actions;
  text_sentiment sentiment;
  text_urgency urgency;
  text_topics topics;
  text_entities entities;
  mcrm_analysis *out;
} note_reading;

static int read_note(note_reading *r, const char *text) {
  arena *a = r->call->arena;
  int code = text_scan_make(a, text, strlen(text), &r->scan);
  if (code == MCRM_INVALID)
    return error_set(r->call->error, MCRM_INVALID, "text", "text.unreadable", "text is malformed or too long");
  if (!code) code = text_read(&r->scan, a, &r->reading);
  if (!code) code = text_when_find(&r->scan, r->call->now, r->call->zone, NULL, a, &r->whens);
  if (!code) code = text_actions_of(&r->reading, &r->whens, r->call->zone, a, &r->actions);
  if (!code) code = text_sentiment_of(&r->reading, a, &r->sentiment);
  if (!code) code = text_urgency_of(&r->reading, &r->sentiment, a, &r->urgency);
  if (!code) code = text_topics_of(&r->reading, a, &r->topics);
  if (!code) code = text_entities_find(a, &r->scan, &r->entities);
  return code ? error_no_memory(r->call->error) : MCRM_OK;
}

/* The source text under a run of tokens. */
static const char *quote(note_reading *r, uint32_t first, uint32_t count) {
  if (!count) return NULL;
  uint32_t start = r->scan.tokens[first].start, end = r->scan.tokens[first + count - 1].end;
  return arena_copy(r->call->arena, r->scan.text + start, end - start);
}

static bool ends_clause(const text_token *t) {
  static const char *const marks[] = {".", ",", ";", ":", "!", "?", "،", "؛", "؟", "…"};
  if (t->kind == TEXT_BREAK) return true;
  for (size_t i = 0; t->kind == TEXT_MARK && i < sizeof marks / sizeof *marks; i++)
    if (text_token_is(t, marks[i])) return true;
  return false;
}

/* The clause around a token: people string clauses together with commas, so the sentence would say too much. */
static const char *clause(note_reading *r, uint32_t token) {
  const text_sentence *in = &r->scan.sentences[r->scan.tokens[token].sentence];
  uint32_t first = token, last = token;
  while (first > in->first && !ends_clause(&r->scan.tokens[first - 1])) first--;
  while (last + 1 < in->first + in->count && !ends_clause(&r->scan.tokens[last + 1])) last++;
  return quote(r, first, last - first + 1);
}

static void *new_record(note_reading *r, size_t size) {
  model_record *record = arena_alloc(r->call->arena, size);
  if (record) record->size = size;
  return record;
}

static const char *who(note_reading *r, const text_action *a) {
  if (a->who == TEXT_WHO_NAMED) return quote(r, a->name_first, a->name_count);
  return a->who == TEXT_WHO_THEY ? "rep" : "user";
}

/* Nothing was said about when: the next working day, as a day. */
mcrm_time note_suggested_due(const ai_call *call) {
  civil c = civil_at(call->now, call->zone);
  int64_t day = holiday_next_working_day(civil_days(c.year, c.month, c.day));
  civil due = {0};
  civil_date(day, &due.year, &due.month, &due.day);
  return civil_instant(&due, call->zone);
}

static mcrm_action_item *action_item(note_reading *r, const text_action *a) {
  mcrm_action_item *item = new_record(r, sizeof *item);
  if (!item) return NULL;
  MCRM_SET(item, text, a->title);
  MCRM_SET(item, who, who(r, a));
  MCRM_SET(item, due_at, a->has_due ? a->due.at : note_suggested_due(r->call));
  MCRM_SET(item, due_grain, a->has_due && a->due.grain == TEXT_GRAIN_MINUTE ? "minute" : "day");
  MCRM_SET(item, due_suggested, !a->has_due);
  MCRM_SET(item, quote, quote(r, a->first, a->count));
  MCRM_SET(item, confidence, a->confidence);
  return item;
}

static mcrm_promise *promise(note_reading *r, const text_action *a) {
  mcrm_promise *p = new_record(r, sizeof *p);
  if (!p) return NULL;
  MCRM_SET(p, by, who(r, a));
  MCRM_SET(p, text, a->title);
  MCRM_SET(p, due_at, a->has_due ? a->due.at : 0);
  return p;
}

static mcrm_next_step *next_step(note_reading *r, const mcrm_action_item *item) {
  mcrm_next_step *step = new_record(r, sizeof *step);
  if (!step) return NULL;
  MCRM_SET(step, text, item->text);
  MCRM_SET(step, due_at, item->due_at);
  return step;
}

static int put_actions(note_reading *r) {
  arena *a = r->call->arena;
  const mcrm_action_item **items = arena_array(a, LIST_MOST, sizeof *items);
  const mcrm_promise **promises = arena_array(a, LIST_MOST, sizeof *promises);
  const mcrm_next_step **steps = arena_array(a, LIST_MOST, sizeof *steps);
  const char **questions = arena_array(a, LIST_MOST, sizeof *questions);
  size_t item_count = 0, promise_count = 0, step_count = 0, question_count = 0;
  mcrm_time follow_up = 0;
  double confidence = 0;
  if (arena_failed(a)) return error_no_memory(r->call->error);
  for (size_t i = 0; i < r->actions.count && item_count < LIST_MOST; i++) {
    const text_action *found = &r->actions.items[i];
    if (found->kind == TEXT_ACTION_QUESTION) {
      if (question_count < LIST_MOST) questions[question_count++] = quote(r, found->first, found->count);
      continue;
    }
    mcrm_action_item *item = action_item(r, found);
    if (found->kind == TEXT_ACTION_PROMISE) promises[promise_count++] = promise(r, found);
    if (arena_failed(a)) return error_no_memory(r->call->error);
    items[item_count++] = item;
    confidence += item->confidence;
    if (strcmp(item->who, "user")) continue;
    steps[step_count++] = next_step(r, item);
    if (found->has_due && (!follow_up || item->due_at < follow_up)) follow_up = item->due_at;
  }
  MCRM_SET(r->out, action_items, ((mcrm_action_item_array){items, item_count}));
  MCRM_SET(r->out, next_steps, ((mcrm_next_step_array){steps, step_count}));
  MCRM_SET(r->out, promises, ((mcrm_promise_array){promises, promise_count}));
  MCRM_SET(r->out, open_questions, ((mcrm_texts){questions, question_count}));
  MCRM_SET(r->out, follow_up_at, follow_up);
  /* Without an action the rules have only the words' mood to go by. */
  MCRM_SET(r->out, confidence, item_count ? confidence / (double)item_count : 0.5);
  return arena_failed(a) ? error_no_memory(r->call->error) : MCRM_OK;
}

static int put_sentiment(note_reading *r, const text_baseline *baseline) {
  arena *a = r->call->arena;
  size_t cue_most = r->sentiment.cue_count < LIST_MOST ? r->sentiment.cue_count : LIST_MOST, emotion_count = 0;
  const char **emotions = arena_array(a, TEXT_EMOTION_COUNT, sizeof *emotions);
  const char **cues = arena_array(a, cue_most, sizeof *cues);
  mcrm_sentiment *s = new_record(r, sizeof *s);
  const text_sentiment_cue *strongest = NULL;
  if (arena_failed(a)) return error_no_memory(r->call->error);
  for (int e = 0; e < TEXT_EMOTION_COUNT; e++)
    if (r->sentiment.emotions[e] > 0) emotions[emotion_count++] = text_emotion_name((text_emotion)e);
  for (size_t i = 0; i < cue_most; i++) {
    const text_sentiment_cue *c = &r->sentiment.cues[i];
    cues[i] = quote(r, c->first, c->count);
    double weight = c->weight < 0 ? -c->weight : c->weight;
    if (!strongest || weight > (strongest->weight < 0 ? -strongest->weight : strongest->weight)) strongest = c;
  }
  MCRM_SET(s, label, text_mood_name(r->sentiment.mood));
  MCRM_SET(s, score, r->sentiment.score);
  MCRM_SET(s, emotions, ((mcrm_texts){emotions, emotion_count}));
  MCRM_SET(s, shift, text_baseline_shift(baseline, r->sentiment.score));
  MCRM_SET(s, cues, ((mcrm_texts){cues, cue_most}));
  MCRM_SET(r->out, sentiment, s);
  /* What the rep made of it, in the words that show it most. */
  if (strongest) MCRM_SET(r->out, feedback, clause(r, strongest->first));
  return arena_failed(a) ? error_no_memory(r->call->error) : MCRM_OK;
}

static int put_urgency(note_reading *r) {
  size_t count = r->urgency.reason_count < LIST_MOST ? r->urgency.reason_count : LIST_MOST;
  const char **reasons = arena_array(r->call->arena, count, sizeof *reasons);
  if (!reasons) return error_no_memory(r->call->error);
  for (size_t i = 0; i < count; i++) reasons[i] = r->urgency.reasons[i].name;
  MCRM_SET(r->out, urgency, text_urgency_name(r->urgency.level));
  MCRM_SET(r->out, urgency_reasons, ((mcrm_texts){reasons, count}));
  return MCRM_OK;
}

static int put_topics(note_reading *r) {
  size_t count = r->topics.count < LIST_MOST ? r->topics.count : LIST_MOST;
  const char **names = arena_array(r->call->arena, count, sizeof *names);
  if (!names) return error_no_memory(r->call->error);
  for (size_t i = 0; i < count; i++) names[i] = r->topics.items[i].name;
  MCRM_SET(r->out, topics, ((mcrm_texts){names, count}));
  MCRM_SET(r->out, outcome, text_outcome_of(&r->reading).name);
  return MCRM_OK;
}

static int put_entities(note_reading *r) {
  size_t count = r->entities.count < LIST_MOST ? r->entities.count : LIST_MOST;
  const mcrm_mention **at = arena_array(r->call->arena, count, sizeof *at);
  if (!at) return error_no_memory(r->call->error);
  for (size_t i = 0; i < count; i++) {
    const text_entity *e = &r->entities.at[i];
    mcrm_mention *m = new_record(r, sizeof *m);
    if (!m) return error_no_memory(r->call->error);
    MCRM_SET(m, kind, text_entity_name(e->kind));
    MCRM_SET(m, value, e->value);
    MCRM_SET(m, text, arena_copy(r->call->arena, r->scan.text + e->start, e->end - e->start));
    at[i] = m;
  }
  MCRM_SET(r->out, entities, ((mcrm_mention_array){at, count}));
  return MCRM_OK;
}

/* The chosen sentences in their order, as one text. */
static const char *sentences(note_reading *r, size_t most) {
  buffer out;
  text_summary summary;
  if (text_summary_of(&r->reading, &r->actions, &r->sentiment, most, r->call->arena, &summary)) return NULL;
  buffer_init(&out, r->scan.length + most + 1);
  for (size_t i = 0; i < summary.count; i++) {
    const text_sentence *s = &r->scan.sentences[summary.sentences[i]];
    if (i) buffer_byte(&out, ' ');
    buffer_append(&out, r->scan.text + s->start, s->end - s->start);
  }
  const char *text = out.failed ? NULL : arena_copy(r->call->arena, out.bytes ? out.bytes : "", out.length);
  buffer_free(&out);
  return text;
}

int note_analyse_local(ai_call *call, const void *input, void *output) {
  const ai_note *note = input;
  note_reading r = {.call = call, .out = output};
  int code = read_note(&r, note->text);
  if (!code) code = put_actions(&r);
  if (!code) code = put_sentiment(&r, &note->baseline);
  if (!code) code = put_urgency(&r);
  if (!code) code = put_topics(&r);
  if (!code) code = put_entities(&r);
  if (code) return code;
  MCRM_SET(r.out, summary, sentences(&r, SUMMARY_SENTENCES));
  MCRM_SET(r.out, story, sentences(&r, STORY_SENTENCES));
  MCRM_SET(r.out, language, call->language ? call->language : r.scan.persian ? "fa" : "en");
  return r.out->summary && r.out->story ? MCRM_OK : error_no_memory(call->error);
}
