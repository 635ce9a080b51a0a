#include <text/topic.h>

#include "lexicon.h"

/* By mentions, then by where they begin; there are few topics. */
static void sort(text_topic *t, size_t count) {
  for (size_t i = 1; i < count; i++) {
    text_topic moved = t[i];
    size_t at = i;
    while (at > 0 &&
           (t[at - 1].count < moved.count || (t[at - 1].count == moved.count && t[at - 1].first > moved.first))) {
      t[at] = t[at - 1];
      at--;
    }
    t[at] = moved;
  }
}

int text_topics_of(const text_reading *r, arena *a, text_topics *out) {
  *out = (text_topics){0};
  text_topic *t = arena_array(a, lexicon_topic_count, sizeof *t);
  uint32_t *end = arena_array(a, lexicon_topic_count, sizeof *end); /* of the last mention: "لینک ساب" is one */
  if (!t || !end) return MCRM_NO_MEMORY;
  for (size_t i = 0; i < r->count; i++) {
    const text_lexicon_hit *h = &r->hits[i];
    if (h->entry.kind != LEXICON_TOPIC) continue;
    text_topic *topic = &t[h->entry.value];
    if (topic->count && h->first < end[h->entry.value]) continue;
    if (!topic->count) *topic = (text_topic){lexicon_topics[h->entry.value], 0, h->first, h->count};
    topic->count++;
    end[h->entry.value] = h->first + h->count;
  }
  size_t count = 0;
  for (uint32_t i = 0; i < lexicon_topic_count; i++) {
    if (t[i].count) t[count++] = t[i];
  }
  sort(t, count);
  *out = (text_topics){t, count};
  return MCRM_OK;
}
