/* Times, entities, moods, actions and summaries of one text at an arbitrary moment, in both languages: what they point
 * at lies inside the text, and their times are in order. The first bytes choose the moment and the options. */
#include <base/utf8.h>
#include <base/zone.h>
#include <string.h>
#include <text/action.h>
#include <text/entity.h>
#include <text/recurrence.h>
#include <text/sentiment.h>
#include <text/summary.h>
#include <text/topic.h>
#include <text/when.h>

#include "fuzz.h"

static void check_times(const text_scan *s, const text_when_list *list, const zone *z, mcrm_time now) {
  uint32_t end = 0;
  for (size_t i = 0; i < list->count; i++) {
    const text_when *w = &list->at[i];
    promise(w->start < w->end && w->end <= s->length && w->start >= end, "spans are in order");
    promise(utf8_count(s->text, w->start) == w->point_start && utf8_count(s->text, w->end) == w->point_end,
            "points are counted");
    promise(w->token_count && w->token + w->token_count <= s->token_count, "tokens are there");
    promise(w->candidate_count <= TEXT_WHEN_CANDIDATES, "candidates fit");
    if (!(w->flags & (TEXT_WHEN_NO_VALUE | TEXT_WHEN_OPEN | TEXT_WHEN_BEFORE)) && w->kind != TEXT_WHEN_DURATION)
      promise(w->from <= w->to, "a time does not end before it begins");
    recurrence rule;
    mcrm_error error = {0};
    if (w->rule) {
      promise(w->kind == TEXT_WHEN_RECURRENCE, "only a recurrence has a rule");
      promise(!recurrence_parse(w->rule, strlen(w->rule), &rule, &error), "rules are well formed");
      recurrence_next(&rule, now, now, z);
    }
    text_due due;
    if (text_when_due(w, z, &due)) {
      promise(!(w->flags & TEXT_WHEN_PAST), "what is past is never due");
      promise(due.grain == TEXT_GRAIN_DAY || due.grain == TEXT_GRAIN_MINUTE, "due times have two grains");
    }
    end = w->end;
  }
}

static void check_actions(const text_scan *s, const text_actions *actions) {
  for (size_t i = 0; i < actions->count; i++) {
    const text_action *one = &actions->items[i];
    promise(one->count && one->first + one->count <= s->token_count, "an action stands in the text");
    promise(one->name_first + one->name_count <= s->token_count, "a name stands in the text");
    promise(one->confidence >= 0 && one->confidence <= 1, "confidence is a share");
    promise(one->title && utf8_valid(one->title, strlen(one->title)), "a title is text");
  }
}

static void read_all(const char *text, size_t length, mcrm_time now, const zone *z, const text_when_options *options,
                     arena *a) {
  text_scan s;
  text_reading reading;
  text_when_list whens;
  text_entities entities;
  text_sentiment mood;
  text_urgency urgency;
  text_actions actions;
  text_summary summary;
  promise(!text_scan_make(a, text, length, &s) && !text_read(&s, a, &reading), "valid text is read");
  promise(!text_when_find(&s, now, z, options, a, &whens), "times are found");
  check_times(&s, &whens, z, now);
  promise(!text_entities_find(a, &s, &entities), "entities are found");
  uint32_t end = 0;
  for (size_t i = 0; i < entities.count; i++) {
    promise(entities.at[i].start >= end && entities.at[i].start < entities.at[i].end, "entities do not overlap");
    promise(utf8_valid(entities.at[i].value, strlen(entities.at[i].value)), "values are text");
    end = entities.at[i].end;
  }
  promise(end <= length, "entities lie in the text");
  promise(!text_sentiment_of(&reading, a, &mood) && !text_urgency_of(&reading, &mood, a, &urgency), "moods are read");
  promise(mood.score >= -1 && mood.score <= 1, "a score lies in -1 … 1");
  promise(!text_actions_of(&reading, &whens, z, a, &actions), "actions are found");
  check_actions(&s, &actions);
  promise(!text_summary_of(&reading, &actions, &mood, 1 + length % TEXT_SUMMARY_MOST, a, &summary), "is summed up");
  for (size_t i = 1; i < summary.count; i++)
    promise(summary.sentences[i - 1] < summary.sentences[i], "a summary keeps the order");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static zone *z;
  mcrm_error error = {0};
  if (!z) z = zone_load("Asia/Tehran", &error);
  if (size < 5) return 0;
  /* 1921 to 2126, in steps that hit ends of months and hours alike */
  uint32_t step = (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16;
  mcrm_time now = ((mcrm_time)step - (4 << 20)) * 386017;
  text_when_options options = {.language = (text_language)(data[3] % 3),
                               .forward = data[3] & 4,
                               .strict = data[3] & 8,
                               .durations = data[3] & 16};
  const char *text = (const char *)data + 4;
  if (!utf8_valid(text, size - 4)) return 0;
  arena *a = arena_new((size_t)1 << 30);
  if (!a) return 0;
  read_all(text, size - 4, now, z, &options, a);
  arena_free(a);
  return 0;
}
