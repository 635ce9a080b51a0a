#include <ai/checklist.h>
#include <base/error.h>
#include <string.h>
#include <text/cue.h>
#include <text/token.h>

enum { PHRASES_MOST = 41, WORDS_MOST = 15, LETTERS_FEW = 5 };

typedef enum found { NOWHERE, HALF, DOUBTFUL, SAID } found;

typedef struct marking {
  ai_call *call;
  text_scan scan;
  const text_cues *doubts;
} marking;

/* ---- doubts: what was not said after all, or was a question ---- */

static const char *const doubt_words[] = {
    "نگفتم",        "نگفتیم",   "نگفته",   "نگفت",        "نپرسیدم",   "نپرسیدیم", "ندادم",    "ندادیم",    "نکردم",
    "نکردیم",       "نشد",      "نشده",    "نرسید",       "نرسیدم",    "فراموش",   "یادم رفت", "یادم نبود", "وقت نشد",
    "باید بگویم",   "باید بگم", "بعدا",    "نمیدانم",     "نمیدونم",   "did not",  "didn't",   "haven't",   "have not",
    "was not able", "forgot",   "not yet", "should have", "will tell", "couldn't", "could not"};

static int make_doubts(marking *m) {
  enum { COUNT = sizeof doubt_words / sizeof *doubt_words };
  text_phrase phrases[COUNT];
  for (size_t i = 0; i < COUNT; i++) phrases[i] = (text_phrase){.text = doubt_words[i], .endings = TEXT_EXACT};
  return text_cues_make(m->call->arena, phrases, COUNT, &m->doubts, NULL) ? error_no_memory(m->call->error) : MCRM_OK;
}

static bool is_question(const text_scan *scan, const text_sentence *s) {
  for (uint32_t i = s->first; i < s->first + s->count; i++)
    if (text_token_is(&scan->tokens[i], "?") || text_token_is(&scan->tokens[i], "؟")) return true;
  return false;
}

static int is_doubtful(marking *m, uint32_t sentence, bool *yes) {
  text_hits hits;
  *yes = is_question(&m->scan, &m->scan.sentences[sentence]);
  if (*yes) return MCRM_OK;
  if (text_cues_find(m->doubts, &m->scan, m->call->arena, &hits)) return error_no_memory(m->call->error);
  for (size_t i = 0; i < hits.count && !*yes; i++) *yes = m->scan.tokens[hits.items[i].first].sentence == sentence;
  return MCRM_OK;
}

/* ---- one point ---- */

/* A word counts with its endings where it is long enough not to be the beginning of another. */
static text_endings endings_of(const char *phrase) {
  size_t letters = 0, spaces = 0;
  for (const char *c = phrase; *c; c++) {
    letters += ((unsigned char)*c & 0xC0) != 0x80 && *c != ' ';
    spaces += *c == ' ';
  }
  return spaces || letters >= LETTERS_FEW ? TEXT_ENDINGS_ANY : TEXT_EXACT;
}

static size_t collect(const mcrm_checklist_item *item, text_phrase phrases[PHRASES_MOST]) {
  size_t count = 0;
  if (item->item) phrases[count++] = (text_phrase){.text = item->item, .endings = endings_of(item->item)};
  for (size_t i = 0; i < item->phrases.count && count < PHRASES_MOST; i++)
    phrases[count++] = (text_phrase){.text = item->phrases.at[i], .endings = endings_of(item->phrases.at[i])};
  return count;
}

/* The best sentence in which a phrase stands as it is. A phrase that cannot be one (no letters, too long) is none. */
static int find_said(marking *m, text_phrase *phrases, size_t *count, found *best, uint32_t *where) {
  const text_cues *cues = NULL;
  text_hits hits = {0};
  size_t bad;
  int code = MCRM_INVALID;
  while (*count && (code = text_cues_make(m->call->arena, phrases, *count, &cues, &bad)) == MCRM_INVALID)
    phrases[bad < *count ? bad : *count - 1] = phrases[*count - 1], --*count;
  if (!*count) return MCRM_OK;
  if (code || text_cues_find(cues, &m->scan, m->call->arena, &hits)) return error_no_memory(m->call->error);
  for (size_t i = 0; i < hits.count && *best < SAID; i++) {
    bool doubtful;
    uint32_t sentence = m->scan.tokens[hits.items[i].first].sentence;
    if ((code = is_doubtful(m, sentence, &doubtful))) return code;
    if (doubtful && *best == DOUBTFUL) continue;
    *best = doubtful ? DOUBTFUL : SAID;
    *where = sentence;
  }
  return MCRM_OK;
}

static bool has_word(const text_scan *scan, const text_sentence *s, const text_token *word) {
  for (uint32_t i = s->first; i < s->first + s->count; i++) {
    const text_token *t = &scan->tokens[i];
    if (t->fold_length >= word->fold_length && !memcmp(t->fold, word->fold, word->fold_length)) return true;
  }
  return false;
}

/* A sentence with half of a phrase's longer words, and more than one. */
static int find_half(marking *m, const text_phrase *phrases, size_t count, found *best, uint32_t *where) {
  for (size_t i = 0; i < count && *best == NOWHERE; i++) {
    text_scan phrase;
    int code = text_scan_make(m->call->arena, phrases[i].text, strlen(phrases[i].text), &phrase);
    if (code == MCRM_INVALID) continue;
    if (code) return error_no_memory(m->call->error);
    for (uint32_t s = 0; s < m->scan.sentence_count && *best == NOWHERE; s++) {
      size_t words = 0, there = 0;
      for (size_t w = 0; w < phrase.token_count && w < WORDS_MOST; w++) {
        if (phrase.tokens[w].kind != TEXT_WORD || phrase.tokens[w].point_end - phrase.tokens[w].point_start < 3)
          continue;
        words++;
        there += has_word(&m->scan, &m->scan.sentences[s], &phrase.tokens[w]);
      }
      if (there < 2 || there * 2 < words) continue;
      *best = HALF;
      *where = s;
    }
  }
  return MCRM_OK;
}

static const char *sentence_text(marking *m, uint32_t sentence) {
  const text_sentence *s = &m->scan.sentences[sentence];
  return arena_copy(m->call->arena, m->scan.text + s->start, s->end - s->start);
}

static int mark_point(marking *m, const mcrm_checklist_item *item, mcrm_check_mark *mark) {
  text_phrase phrases[PHRASES_MOST];
  found best = NOWHERE;
  uint32_t where = 0;
  size_t count = collect(item, phrases);
  int code = find_said(m, phrases, &count, &best, &where);
  if (!code && best == NOWHERE) code = find_half(m, phrases, count, &best, &where);
  if (code) return code;
  MCRM_SET(mark, item, item->item);
  MCRM_SET(mark, state, best == SAID ? "met" : best == NOWHERE ? "missed" : "unclear");
  MCRM_SET(mark, quote, best == NOWHERE ? NULL : sentence_text(m, where));
  return MCRM_OK;
}

/* A provider's word for it, if it is about this point and its quote was said. What was missed has no quote. */
static const mcrm_check_mark *given_for(const char *text, const mcrm_checklist_item *item,
                                        mcrm_check_mark_array given) {
  for (size_t i = 0; i < given.count; i++) {
    const mcrm_check_mark *g = given.at[i];
    if (!g->item || !g->state || strcmp(g->item, item->item)) continue;
    bool quoted = g->quote && *g->quote;
    if (quoted ? strstr(text, g->quote) != NULL : !strcmp(g->state, "missed")) return g;
  }
  return NULL;
}

int ai_checklist(ai_call *call, const char *text, mcrm_checklist_item_array items, mcrm_check_mark_array given,
                 mcrm_check_mark_array *out) {
  marking m = {.call = call};
  const mcrm_check_mark **marks = arena_array(call->arena, items.count, sizeof *marks);
  *out = (mcrm_check_mark_array){0};
  if (!items.count) return MCRM_OK;
  if (!marks || text_scan_make(call->arena, text, strlen(text), &m.scan)) return error_no_memory(call->error);
  int code = make_doubts(&m);
  for (size_t i = 0; i < items.count && !code; i++) {
    if ((marks[i] = given_for(text, items.at[i], given))) continue;
    mcrm_check_mark *mark = arena_alloc(call->arena, sizeof *mark);
    if (!mark) return error_no_memory(call->error);
    mark->size = sizeof *mark;
    code = mark_point(&m, items.at[i], mark);
    marks[i] = mark;
  }
  if (!code) *out = (mcrm_check_mark_array){marks, items.count};
  return code;
}
