/* The public interface of text on one text: everything that a reading gives and what stands beside it. Spans lie in the
 * text and count its code points; what is written in words is read back. The first bytes choose moment and language. */
#include <base/utf8.h>
#include <marfacrm/text.h>
#include <string.h>

#include "fuzz.h"

typedef struct given {
  const mcrm_text *engine;
  const char *text;
  size_t length;
  mcrm_time now;
  const char *language;
} given;

static void check_span(const given *g, const mcrm_span *at, const char *what) {
  promise(at->byte_start <= at->byte_end && at->byte_end <= g->length, what);
  promise(utf8_count(g->text, at->byte_start) == at->start && utf8_count(g->text, at->byte_end) == at->end, what);
}

static void check_cut(const given *g, mcrm_reading *r) {
  const mcrm_folded *folded;
  mcrm_token_array tokens;
  mcrm_sentence_array sentences;
  promise(!mcrm_reading_folded(r, &folded, NULL) && !mcrm_reading_tokens(r, &tokens, NULL) &&
              !mcrm_reading_sentences(r, &sentences, NULL),
          "a text is cut");
  promise(folded->source[folded->length] == g->length, "the map ends with the text");
  for (size_t i = 0; i < folded->length; i++) {
    promise(folded->source[i] <= folded->source[i + 1], "the map is monotonic");
    promise(((unsigned char)g->text[folded->source[i]] & 0xC0) != 0x80, "the map names whole characters");
  }
  for (size_t i = 0; i < tokens.count; i++) check_span(g, &tokens.at[i]->at, "tokens");
  for (size_t i = 0; i < sentences.count; i++) {
    check_span(g, &sentences.at[i]->at, "sentences");
    promise(sentences.at[i]->first + sentences.at[i]->count <= (int64_t)tokens.count, "sentences are of tokens");
  }
}

static void check_times(const given *g, mcrm_reading *r) {
  mcrm_when_array whens;
  promise(!mcrm_reading_when(r, &whens, NULL), "times are found");
  for (size_t i = 0; i < whens.count; i++) {
    const mcrm_when *w = whens.at[i];
    check_span(g, &w->at, "times");
    promise(!w->past || !w->due, "what is past is never due");
    mcrm_time next;
    if (w->rule)
      promise(!mcrm_recurrence_next(g->engine, w->rule, strlen(w->rule), g->now, g->now, &next, NULL),
              "a rule that was read is a rule");
    char *words;
    if (w->from && !mcrm_time_words(g->engine, w->from, w->grain, g->language, &words, NULL)) {
      promise(utf8_valid(words, strlen(words)), "a time in words is text");
      mcrm_free(words);
    }
  }
}

static void check_numbers(const given *g, mcrm_reading *r) {
  mcrm_number_array numbers;
  mcrm_number_range_array ranges;
  promise(!mcrm_reading_numbers(r, &numbers, NULL) && !mcrm_reading_ranges(r, &ranges, NULL), "numbers are found");
  for (size_t i = 0; i < ranges.count; i++) check_span(g, &ranges.at[i]->at, "ranges");
  for (size_t i = 0; i < numbers.count; i++) {
    const mcrm_number *n = numbers.at[i];
    check_span(g, &n->at, "numbers");
    char *words;
    if (!mcrm_number_words(n->value, n->nano, n->ordinal, g->language, &words, NULL)) {
      promise(*words && utf8_valid(words, strlen(words)), "a number has words");
      mcrm_free(words);
    }
  }
}

static void check_meaning(const given *g, mcrm_reading *r) {
  mcrm_entity_array entities;
  mcrm_action_array actions;
  mcrm_topic_array topics;
  mcrm_sentence_array summary;
  const mcrm_mood *mood;
  const mcrm_urgency *urgency;
  const mcrm_contact_outcome *outcome;
  bool asks;
  promise(!mcrm_reading_entities(r, &entities, NULL) && !mcrm_reading_actions(r, &actions, &asks, NULL) &&
              !mcrm_reading_topics(r, &topics, NULL) && !mcrm_reading_summary(r, 3, &summary, NULL) &&
              !mcrm_reading_mood(r, &mood, NULL) && !mcrm_reading_urgency(r, &urgency, NULL) &&
              !mcrm_reading_outcome(r, &outcome, NULL),
          "a text is read");
  for (size_t i = 0; i < entities.count; i++) check_span(g, &entities.at[i]->at, "entities");
  for (size_t i = 0; i < topics.count; i++) check_span(g, &topics.at[i]->at, "topics");
  for (size_t i = 0; i < mood->cues.count; i++) check_span(g, &mood->cues.at[i]->at, "the mood's words");
  for (size_t i = 0; i < urgency->reasons.count; i++) check_span(g, &urgency->reasons.at[i]->at, "reasons");
  for (size_t i = 0; i < actions.count; i++) {
    check_span(g, &actions.at[i]->at, "actions");
    promise(utf8_valid(actions.at[i]->title, strlen(actions.at[i]->title)), "a title is text");
  }
  promise(mood->score >= -1 && mood->score <= 1, "a score lies in -1 … 1");
  promise(summary.count <= 3, "a summary is as short as was asked");
}

static void check_beside(const given *g) {
  char *out, *back, phone[MCRM_PHONE_SIZE], shown[MCRM_PHONE_SIZE];
  mcrm_time at;
  mcrm_redaction *redaction;
  (void)mcrm_time_parse(g->engine, g->text, g->length, &at, NULL);
  if (!mcrm_recurrence_next(g->engine, g->text, g->length, g->now, g->now, &at, NULL))
    promise(!at || at > g->now, "the next time is later");
  if (!mcrm_phone_normalise(g->text, g->length, phone)) mcrm_phone_display(phone, shown);
  promise(!mcrm_search_keys(g->text, g->length, &out, NULL), "a text has keys");
  mcrm_free(out);
  promise(!mcrm_redaction_open(&redaction, NULL), "a redaction opens");
  promise(!mcrm_redact(redaction, g->text, g->length, &out, NULL), "a text is redacted");
  promise(!mcrm_restore(redaction, out, strlen(out), &back, NULL), "a text is restored");
  mcrm_free(out);
  mcrm_free(back);
  mcrm_redaction_close(redaction);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static mcrm_text *engine;
  static const char *const LANGUAGES[] = {NULL, "fa", "en", ""};
  if (!engine) promise(!mcrm_text_open(NULL, &engine, NULL), "the engine opens");
  if (size < 4) return 0;
  uint32_t step = (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16;
  given g = {engine, (const char *)data + 4, size - 4, ((mcrm_time)step - (4 << 20)) * 386017, LANGUAGES[data[3] % 4]};
  mcrm_reading *r;
  mcrm_error error;
  int code = mcrm_reading_open(engine, g.text, g.length, g.now, g.language, &r, &error);
  bool valid = utf8_valid(g.text, g.length);
  promise(code == (valid ? MCRM_OK : MCRM_INVALID), "what is UTF-8 is read, and nothing else");
  if (!valid) return 0;
  check_cut(&g, r);
  check_numbers(&g, r);
  check_times(&g, r);
  check_meaning(&g, r);
  mcrm_reading_close(r);
  if (!memchr(g.text, 0, g.length)) check_beside(&g);
  return 0;
}
