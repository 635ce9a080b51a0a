/* The phrase matcher: the lines before an empty line are phrases, what follows is the text. With the filter it finds
 * what the bare automaton finds, and with all phrases what two automata with a part of them each find. */
#include <base/utf8.h>
#include <string.h>
#include <text/cue.h>

#include "cue_table.h"
#include "fuzz.h"

enum { PHRASES = 24 };

static size_t read_phrases(arena *a, const char **at, const char *end, text_phrase *phrases) {
  size_t count = 0;
  while (*at < end && count < PHRASES) {
    const char *line = *at, *stop = memchr(line, '\n', (size_t)(end - line));
    if (!stop) stop = end;
    *at = stop < end ? stop + 1 : end;
    if (stop - line < 2) break;
    unsigned first = (unsigned char)line[0];
    phrases[count] = (text_phrase){.text = arena_copy(a, line + 1, (size_t)(stop - line - 1)),
                                   .id = first % 5,
                                   .endings = (text_endings)(first / 8 % 5),
                                   .language = (text_phrase_language)(first % 3),
                                   .negative = first % 7 == 0,
                                   .once = first % 2,
                                   .cooldown = first % 4 * 1000};
    count++;
  }
  return count;
}

static size_t hits_of(const text_phrase *phrases, size_t count, const text_scan *s, arena *a) {
  const text_cues *cues;
  text_hits hits, plain;
  if (text_cues_make(a, phrases, count, &cues, NULL)) return 0;
  promise(!text_cues_find(cues, s, a, &hits) && !cue_find_plainly(cues, s, a, &plain), "phrases are found");
  promise(hits.count == plain.count, "the filter keeps every hit");
  for (size_t i = 0; i < hits.count; i++) {
    const text_hit *h = &hits.items[i], *p = &plain.items[i];
    promise(h->phrase == p->phrase && h->first == p->first && h->count == p->count && h->ended == p->ended,
            "the filter changes no hit");
    promise(h->phrase < count, "a hit names its phrase");
    promise(h->count && h->first + h->count <= s->token_count, "a hit is in the text");
  }
  return hits.count;
}

static void fire(const text_cues *cues, const text_scan *s, arena *a) {
  text_cue_state *state = text_cue_state_make(a, cues);
  text_cue_list fired;
  promise(state, "a conversation begins");
  for (mcrm_time now = 0; now < 5000; now += 1700) {
    promise(!text_cues_fire(cues, state, s, now, a, &fired), "cues fire");
    for (size_t i = 0; i < fired.count; i++)
      for (size_t k = 0; k < i; k++) promise(fired.items[i].id != fired.items[k].id, "one cue an id");
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static arena *a; /* one for all runs, for what they take is much to make anew */
  const char *at = (const char *)data, *end = at + size;
  if (!utf8_valid(at, size) || memchr(at, 0, size)) return 0;
  if (!a && !(a = arena_new((size_t)1 << 30))) return 0;
  arena_reset(a);
  text_phrase phrases[PHRASES];
  size_t count = read_phrases(a, &at, end, phrases), bad = 0;
  text_scan s;
  const text_cues *cues;
  promise(!text_scan_make(a, at, (size_t)(end - at), &s), "valid text is scanned");
  int code = text_cues_make(a, phrases, count, &cues, &bad);
  if (!code) {
    fire(cues, &s, a);
    size_t part = size % (count + 1);
    promise(
        hits_of(phrases, count, &s, a) == hits_of(phrases, part, &s, a) + hits_of(phrases + part, count - part, &s, a),
        "all at once finds what each part finds");
  } else {
    promise(bad <= count, "the bad phrase is named");
  }
  return 0;
}
