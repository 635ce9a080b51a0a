#include "note_reply.h"

#include "note_local.h"

#include <base/error.h>
#include <base/utf8.h>
#include <string.h>
#include <text/fold.h>
#include <text/when.h>

extern const model_entity model_note_reply_item;

enum { LIST_MOST = 50 };

/* "unknown" gives a model that cannot tell a way to say so. */
static const char *const moods[] = {"positive", "neutral", "negative", "mixed", "unknown", NULL};
static const char *const urgencies[] = {"low", "normal", "high", "critical", "unknown", NULL};

static const model_field note_reply_item_fields[] = {
    FIELD_TEXT(mcrm_note_reply_item, quote, .max = 1000, .help = "the words of the data it stands on, verbatim"),
    FIELD_TEXT(mcrm_note_reply_item, text, .max = 500, .help = "what is to be done, as a short title"),
    FIELD_TEXT(mcrm_note_reply_item, who, .max = 100, .help = "user (the writer), rep, or a name from the data"),
    FIELD_TEXT(
        mcrm_note_reply_item, when, .max = 200,
        .help = "the words of the data that say when, verbatim, never a computed date; null where there are none"),
};
MODEL_ENTITY(note_reply_item, note_reply_item_fields);

static const model_field note_reply_fields[] = {
    FIELD_TEXT(mcrm_note_reply, sentiment_quote, .max = 1000, .help = "the words that show how the rep felt, verbatim"),
    FIELD_TEXT(mcrm_note_reply, sentiment, .choices = moods, .help = "how the rep felt"),
    FIELD_REAL(mcrm_note_reply, sentiment_score, .help = "from -1 to 1"),
    FIELD_TEXTS(mcrm_note_reply, emotions, .max = 8,
                .help = "of: angry, worried, disappointed, confused, hurried, satisfied, grateful, interested"),
    FIELD_TEXT(mcrm_note_reply, urgency_quote, .max = 1000, .help = "the words that show how urgent it is, verbatim"),
    FIELD_TEXT(mcrm_note_reply, urgency, .choices = urgencies),
    FIELD_LIST(mcrm_note_reply, action_items, note_reply_item, .max = LIST_MOST, .help = "what somebody is to do now"),
    FIELD_LIST(mcrm_note_reply, promises, note_reply_item, .max = LIST_MOST, .help = "what somebody promised"),
    FIELD_TEXTS(mcrm_note_reply, open_questions, .max = LIST_MOST, .help = "questions without an answer"),
    FIELD_TEXTS(mcrm_note_reply, topics, .max = 20, .help = "what it is about, one or two words each"),
    FIELD_TEXT(mcrm_note_reply, follow_up_when, .max = 200,
               .help = "the words that say when to be in touch again, verbatim; null where there are none"),
    FIELD_TEXT(mcrm_note_reply, outcome, .max = 200, .help = "how the conversation ended, a few words"),
    FIELD_TEXT(mcrm_note_reply, feedback, .max = 1000, .help = "what the rep thinks of the product or the service"),
    FIELD_TEXT(mcrm_note_reply, summary, .max = 2000, .help = "one to three sentences"),
    FIELD_TEXT(mcrm_note_reply, story, .max = 6000, .help = "what happened, in order, up to eight sentences"),
    FIELD_REAL(mcrm_note_reply, confidence, .help = "from 0 to 1"),
};
MODEL_ENTITY(note_reply, note_reply_fields);

/* ---- grounding ---- */

typedef struct grounds {
  ai_call *call;
  text_folded text;
  mcrm_analysis *out;
} grounds;

/* Does it stand in the text, but for how it is written? The cheapest test for what was made up. */
static bool stands(const grounds *g, const char *quote) {
  text_folded folded;
  if (!quote || !quote[strspn(quote, " \n\t")]) return false;
  if (text_fold(g->call->arena, quote, strlen(quote), &folded)) return false;
  const char *p = folded.bytes;
  size_t length = folded.length;
  while (length && strchr(" .،,!؟?\"«»", p[length - 1])) length--;
  while (length && strchr(" \"", *p)) p++, length--;
  return length && memmem(g->text.bytes, g->text.length, p, length);
}

/* When the words mean, read by us; they must stand in the text as well. */
static bool due_of(const grounds *g, const char *words, text_due *out) {
  text_scan scan;
  text_when_list whens;
  ai_call *c = g->call;
  if (!stands(g, words) || text_scan_make(c->arena, words, strlen(words), &scan)) return false;
  if (text_when_find(&scan, c->now, c->zone, NULL, c->arena, &whens)) return false;
  for (size_t i = 0; i < whens.count; i++)
    if (text_when_due(&whens.at[i], c->zone, out)) return true;
  return false;
}

static const char *filled(const char *text) { return text && text[strspn(text, " \n\t")] ? text : NULL; }

static const char *who_of(const grounds *g, const char *who) {
  if (!who || !strcmp(who, "user") || !strcmp(who, "rep")) return who ? who : "user";
  return stands(g, who) ? who : "user"; /* a name nobody mentioned is nobody's */
}

/* ---- into the analysis ---- */

/* What the built-in intelligence found from the same words keeps its due time where the model names none. */
static const mcrm_action_item *local_item(const mcrm_action_item_array *items, const char *quote) {
  for (size_t i = 0; i < items->count; i++) {
    const char *theirs = items->at[i]->quote;
    if (theirs && quote && (strstr(theirs, quote) || strstr(quote, theirs))) return items->at[i];
  }
  return NULL;
}

static void put_due(const grounds *g, mcrm_action_item *item, const mcrm_note_reply_item *said,
                    const mcrm_action_item_array *local) {
  text_due due;
  const mcrm_action_item *same = local_item(local, said->quote);
  if (due_of(g, said->when, &due)) {
    MCRM_SET(item, due_at, due.at);
    MCRM_SET(item, due_grain, due.grain == TEXT_GRAIN_MINUTE ? "minute" : "day");
    MCRM_SET(item, due_suggested, 0);
  } else if (same) {
    MCRM_SET(item, due_at, same->due_at);
    MCRM_SET(item, due_grain, same->due_grain);
    MCRM_SET(item, due_suggested, same->due_suggested);
  } else {
    MCRM_SET(item, due_at, note_suggested_due(g->call));
    MCRM_SET(item, due_grain, "day");
    MCRM_SET(item, due_suggested, 1);
  }
}

static int put_actions(grounds *g, const mcrm_note_reply *reply) {
  arena *a = g->call->arena;
  size_t most = reply->action_items.count, count = 0, steps_count = 0;
  const mcrm_action_item **items = arena_array(a, most + 1, sizeof *items);
  const mcrm_next_step **steps = arena_array(a, most + 1, sizeof *steps);
  if (!items || !steps) return error_no_memory(g->call->error);
  mcrm_action_item_array local = g->out->action_items;
  for (size_t i = 0; i < most; i++) {
    const mcrm_note_reply_item *said = reply->action_items.at[i];
    if (!stands(g, said->quote) || !filled(said->text)) continue;
    mcrm_action_item *item = arena_alloc(a, sizeof *item);
    mcrm_next_step *step = arena_alloc(a, sizeof *step);
    if (!item || !step) return error_no_memory(g->call->error);
    item->size = sizeof *item;
    MCRM_SET(item, text, said->text);
    MCRM_SET(item, who, who_of(g, said->who));
    MCRM_SET(item, quote, said->quote);
    MCRM_SET(item, confidence, reply->confidence);
    put_due(g, item, said, &local);
    items[count++] = item;
    if (strcmp(item->who, "user")) continue;
    step->size = sizeof *step;
    MCRM_SET(step, text, item->text);
    MCRM_SET(step, due_at, item->due_at);
    steps[steps_count++] = step;
  }
  if (!count) return MCRM_OK; /* the built-in findings stay */
  MCRM_SET(g->out, action_items, ((mcrm_action_item_array){items, count}));
  MCRM_SET(g->out, next_steps, ((mcrm_next_step_array){steps, steps_count}));
  return MCRM_OK;
}

static int put_promises(grounds *g, const mcrm_note_reply *reply) {
  size_t count = 0;
  const mcrm_promise **at = arena_array(g->call->arena, reply->promises.count + 1, sizeof *at);
  if (!at) return error_no_memory(g->call->error);
  for (size_t i = 0; i < reply->promises.count; i++) {
    const mcrm_note_reply_item *said = reply->promises.at[i];
    text_due due = {0};
    if (!stands(g, said->quote) || !filled(said->text)) continue;
    mcrm_promise *p = arena_alloc(g->call->arena, sizeof *p);
    if (!p) return error_no_memory(g->call->error);
    p->size = sizeof *p;
    MCRM_SET(p, by, who_of(g, said->who));
    MCRM_SET(p, text, said->text);
    MCRM_SET(p, due_at, due_of(g, said->when, &due) ? due.at : 0);
    at[count++] = p;
  }
  if (count) MCRM_SET(g->out, promises, ((mcrm_promise_array){at, count}));
  return MCRM_OK;
}

static double within(double value, double least, double most) {
  return value < least ? least : value > most ? most : value; /* the reader lets no NaN through */
}

static bool emotion(const char *name) {
  for (int e = 0; e < TEXT_EMOTION_COUNT; e++)
    if (!strcmp(name, text_emotion_name((text_emotion)e))) return true;
  return false;
}

/* A mood must show in words that are there; else the built-in reading stands. */
static int put_mood(grounds *g, const mcrm_note_reply *reply, const text_baseline *baseline) {
  if (!reply->sentiment || !strcmp(reply->sentiment, "unknown") || !stands(g, reply->sentiment_quote)) return MCRM_OK;
  mcrm_sentiment *s = arena_alloc(g->call->arena, sizeof *s);
  const char **emotions = arena_array(g->call->arena, reply->emotions.count + 1, sizeof *emotions);
  const char **cue = arena_array(g->call->arena, 1, sizeof *cue);
  size_t count = 0;
  if (!s || !emotions || !cue) return error_no_memory(g->call->error);
  s->size = sizeof *s;
  for (size_t i = 0; i < reply->emotions.count; i++)
    if (emotion(reply->emotions.at[i])) emotions[count++] = reply->emotions.at[i];
  *cue = reply->sentiment_quote;
  double score = within(reply->sentiment_score, -1, 1);
  MCRM_SET(s, label, reply->sentiment);
  MCRM_SET(s, score, score);
  MCRM_SET(s, emotions, ((mcrm_texts){emotions, count}));
  MCRM_SET(s, shift, text_baseline_shift(baseline, score));
  MCRM_SET(s, cues, ((mcrm_texts){cue, 1}));
  MCRM_SET(g->out, sentiment, s);
  return MCRM_OK;
}

static void put_rest(grounds *g, const mcrm_note_reply *reply) {
  text_due due;
  mcrm_analysis *out = g->out;
  if (reply->urgency && strcmp(reply->urgency, "unknown") && stands(g, reply->urgency_quote))
    MCRM_SET(out, urgency, reply->urgency);
  if (filled(reply->summary)) MCRM_SET(out, summary, reply->summary);
  if (filled(reply->story)) MCRM_SET(out, story, reply->story);
  if (filled(reply->outcome)) MCRM_SET(out, outcome, reply->outcome);
  if (filled(reply->feedback)) MCRM_SET(out, feedback, reply->feedback);
  if (reply->topics.count) MCRM_SET(out, topics, reply->topics);
  if (reply->open_questions.count) MCRM_SET(out, open_questions, reply->open_questions);
  if (due_of(g, reply->follow_up_when, &due)) MCRM_SET(out, follow_up_at, due.at);
  MCRM_SET(out, confidence, within(reply->confidence, 0, 1));
}

int note_reply_take(ai_call *call, const void *input, const void *reply, void *output) {
  const ai_note *note = input;
  grounds g = {.call = call, .out = output};
  int code = text_fold(call->arena, note->text, strlen(note->text), &g.text);
  if (code == MCRM_INVALID) return error_set(call->error, MCRM_INVALID, "text", "text.unreadable", "text is malformed");
  if (code) return error_no_memory(call->error);
  code = put_actions(&g, reply);
  if (!code) code = put_promises(&g, reply);
  if (!code) code = put_mood(&g, reply, &note->baseline);
  if (!code) put_rest(&g, reply);
  return code;
}

/* ---- long texts ---- */

static int join_records(ai_call *call, mcrm_note_reply_item_array *to, mcrm_note_reply_item_array more) {
  const mcrm_note_reply_item **at = arena_array(call->arena, to->count + more.count + 1, sizeof *at);
  if (!at) return error_no_memory(call->error);
  if (to->count) memcpy(at, to->at, to->count * sizeof *at);
  if (more.count) memcpy(at + to->count, more.at, more.count * sizeof *at);
  *to = (mcrm_note_reply_item_array){at, to->count + more.count};
  return MCRM_OK;
}

static int join_texts(ai_call *call, mcrm_texts *to, mcrm_texts more) {
  const char **at = arena_array(call->arena, to->count + more.count + 1, sizeof *at);
  size_t count = to->count;
  if (!at) return error_no_memory(call->error);
  if (count) memcpy(at, to->at, count * sizeof *at);
  for (size_t i = 0; i < more.count; i++) {
    size_t k = 0;
    while (k < count && strcmp(at[k], more.at[i])) k++;
    if (k == count) at[count++] = more.at[i];
  }
  *to = (mcrm_texts){at, count};
  return MCRM_OK;
}

int note_reply_join(ai_call *call, void *sum, const void *part) {
  mcrm_note_reply *to = sum;
  const mcrm_note_reply *more = part;
  int code = join_records(call, &to->action_items, more->action_items);
  if (!code) code = join_records(call, &to->promises, more->promises);
  if (!code) code = join_texts(call, &to->open_questions, more->open_questions);
  if (!code) code = join_texts(call, &to->topics, more->topics);
  if (!code && more->follow_up_when) to->follow_up_when = more->follow_up_when;
  return code;
}

/* What one part says to the one that reads them all; from that one come the words about the whole. */
void note_reply_gist(buffer *out, const void *part) {
  const mcrm_note_reply *r = part;
  const char *texts[] = {r->story ? r->story : r->summary, r->feedback, r->sentiment_quote, r->urgency_quote};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    if (!texts[i]) continue;
    buffer_text(out, texts[i]);
    buffer_byte(out, '\n');
  }
}
