/* English: what asks or commits stands before the verb ("could you …", "I'll …"), or the verb begins the sentence. */
#include "action_find.h"

static bool is_any(const text_token *t, const char *const *words) {
  for (; *words; words++) {
    if (text_token_is(t, *words)) return true;
  }
  return false;
}

/* Where the sentence proper begins: behind "Hi John," and "so", "also", "then". */
static uint32_t opening(const action_find *f) {
  static const char *const lead[] = {"so",    "also", "and",    "then",  "but",  "ok",  "okay", "hi",
                                     "hello", "hey",  "thanks", "again", "just", "fyi", "dear", NULL};
  uint32_t at = f->first;
  enum { GREETING = 4 };
  for (uint32_t i = f->first; i < f->end && i < f->first + GREETING; i++) {
    const text_token *t = &f->scan->tokens[i];
    if (text_token_is(t, ",") || text_token_is(t, ":") || (text_token_is(t, "-") && t->spaced)) at = i + 1;
  }
  while (at < f->end && (f->scan->tokens[at].kind == TEXT_MARK || is_any(&f->scan->tokens[at], lead))) at++;
  return at;
}

/* An imperative: the sentence begins with the bare verb of something one does, and it is no noun ("Call me Maybe",
 * "Order status is"). */
static bool imperative(const action_find *f, uint32_t at) {
  static const char *const noun_after[] = {"is",  "was",  "are",   "were", "of",     "has",
                                           "had", "will", "being", "to",   "center", NULL};
  const text_lexicon_hit *h = action_role(f, 1U << ROLE_TASK, at, at + 1);
  if (!h || h->ended) return false;
  uint32_t next = h->first + h->count;
  return next < f->end && !is_any(&f->scan->tokens[next], noun_after);
}

/* Mass mail: it asks everybody and nobody. */
static bool boilerplate(const action_find *f) {
  if (action_role(f, 1U << ROLE_BOILERPLATE, f->first, f->end)) return true;
  for (uint32_t i = f->first; i < f->end; i++) {
    const text_token *t = &f->scan->tokens[i];
    if (t->kind == TEXT_LINK || text_token_is(t, "link") || text_token_is(t, "%")) return true;
  }
  return false;
}

static void add(action_find *f, text_action_kind kind, text_who who, uint32_t first, uint32_t end, double sure) {
  text_action like = {.kind = kind, .who = who, .first = first, .count = end - first, .confidence = sure};
  text_action *t = action_add(f, &like);
  if (!t) return;
  if (t->has_due && t->confidence < 0.9) t->confidence += 0.1;
  t->title = action_title_english(f, first, end);
  f->failed = f->failed || !t->title;
}

/* Without the marks at its end. */
static uint32_t trimmed(const action_find *f, uint32_t first, uint32_t end) {
  while (end > first + 1 && f->scan->tokens[end - 1].kind != TEXT_WORD &&
         f->scan->tokens[end - 1].kind != TEXT_NUMBER && f->scan->tokens[end - 1].kind != TEXT_LINK)
    end--;
  return end;
}

static const uint32_t openers =
    1U << ROLE_REQUEST | 1U << ROLE_PROPOSAL | 1U << ROLE_PROMISE | 1U << ROLE_WILL | 1U << ROLE_MUST;

/* Where what begins here ends: at the next word that asks or commits, behind "and" or a comma. */
static uint32_t end_of(const action_find *f, const text_lexicon_hit *h) {
  uint32_t from = h->first + h->count;
  const text_lexicon_hit *next = action_role(f, openers, from + 2, f->end);
  return trimmed(f, h->first, next ? next->first : f->end);
}

/* "he let me know", "wanted to make sure", "eager to please" ask for nothing: somebody else does it. */
static bool told(const action_find *f, const text_lexicon_hit *h) {
  static const char *const before[] = {"to",  "did",  "also", "will", "can",  "may", "lets", "he",
                                       "she", "they", "it",   "we",   "that", "who", "not",  NULL};
  static const char *const asking[] = {"can", "could", "would", "will",   "i",  "i'd",  "may", "do",   "are",
                                       "is",  "if",    "you",   "you'll", "we", "we'd", "any", "what", NULL};
  if (h->first == f->first) return false;
  const text_token *first = &f->scan->tokens[h->first];
  return is_any(&f->scan->tokens[h->first - 1], before) && !is_any(first, asking);
}

static void opened(action_find *f, const text_lexicon_hit *h, bool mass) {
  uint32_t end = end_of(f, h);
  bool task = action_role(f, 1U << ROLE_TASK, h->first, end) != NULL;
  bool condition = action_role(f, 1U << ROLE_HYPOTHETIC, f->first, h->first) != NULL;
  text_due due;
  bool timed = action_due(f, h->first, end, &due);
  double sure = (task ? 0.7 : 0.55) - (condition ? 0.25 : 0) - (mass ? 0.4 : 0);
  switch ((lexicon_role)h->entry.value) {
    case ROLE_REQUEST:
      if (sure > 0.2 && !told(f, h)) add(f, TEXT_ACTION_REQUEST, TEXT_WHO_YOU, h->first, end, sure);
      break;
    case ROLE_PROPOSAL:
      if (sure > 0.2) add(f, TEXT_ACTION_PROPOSAL, TEXT_WHO_YOU, h->first, end, sure);
      break;
    case ROLE_PROMISE:
    case ROLE_WILL:
      if ((task || timed) && !mass) add(f, TEXT_ACTION_PROMISE, TEXT_WHO_ME, h->first, end, sure);
      break;
    default:
      if ((task || timed) && !mass) add(f, TEXT_ACTION_TASK, TEXT_WHO_ME, h->first, end, sure - 0.1);
      break;
  }
}

void action_english(action_find *f) {
  bool mass = boilerplate(f);
  uint32_t at = opening(f), from = f->first;
  if (at < f->end && !mass && !action_role(f, openers, at, at + 1) && imperative(f, at)) {
    const text_lexicon_hit *next = action_role(f, openers, at + 1, f->end);
    from = next ? next->first : f->end;
    add(f, TEXT_ACTION_REQUEST, TEXT_WHO_YOU, at, trimmed(f, at, from), 0.65);
  }
  while (from < f->end && !f->failed) {
    const text_lexicon_hit *h = action_role(f, openers, from, f->end);
    if (!h) break;
    opened(f, h, mass);
    uint32_t end = end_of(f, h);
    from = end > h->first + h->count ? end : h->first + h->count;
  }
}
