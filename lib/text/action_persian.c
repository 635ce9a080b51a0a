/* Persian: the verb stands at the end of its clause and says who and how. Each finite verb is looked at with the clause
 * before it and with what governs it: a promise ("قول دادم که …"), a duty ("باید …"), a request ("لطفا …"). */
#include "action_find.h"

typedef struct clause {
  uint32_t first, end; /* tokens; the verb is the last */
  const text_lexicon_hit *verb;
  unsigned person; /* 0 … 5 */
  lexicon_mood mood;
  bool task, due;
} clause;

typedef struct governors {
  bool promise, must, request, hypothetic, proposal, reported;
} governors;

static bool is_word(const action_find *f, uint32_t token, const char *const *words) {
  for (; *words; words++) {
    if (text_token_is(&f->scan->tokens[token], *words)) return true;
  }
  return false;
}

/* Is the token inside a phrase of one of these roles that is longer than itself, or the phrase itself? */
static bool inside_role(const action_find *f, uint32_t token, uint32_t roles) {
  for (size_t i = f->hit; i < f->hit_end; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    if (h->first > token) break;
    if (h->entry.kind == LEXICON_ACTION && roles >> h->entry.value & 1 && token < h->first + h->count) return true;
  }
  return false;
}

static governors governors_in(const action_find *f, uint32_t first, uint32_t end, governors g) {
  for (size_t i = f->hit; i < f->hit_end; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    if (h->first >= end) break;
    if (h->first < first) continue;
    if (h->entry.kind == LEXICON_GRAMMAR && h->entry.value == GRAMMAR_CONTRAST) g = (governors){0};
    if (h->entry.kind != LEXICON_ACTION) continue;
    g.promise = g.promise || h->entry.value == ROLE_PROMISE;
    g.must = g.must || h->entry.value == ROLE_MUST;
    g.request = g.request || h->entry.value == ROLE_REQUEST;
    g.proposal = g.proposal || h->entry.value == ROLE_PROPOSAL;
    g.hypothetic = g.hypothetic || h->entry.value == ROLE_HYPOTHETIC;
  }
  return g;
}

/* What somebody else said he would do. */
static bool reports(const action_find *f, uint32_t token) {
  static const char *const words[] = {"گفت",   "گفتن",        "گفتند",         "گفته",  "میگه",
                                      "میگفت", "می‌گه", "می‌گفت", "خواست", NULL};
  return is_word(f, token, words);
}

static uint32_t skip_lead(const action_find *f, uint32_t first, uint32_t end) {
  static const char *const lead[] = {"و", "که", "ولی", "اما", "بعد", "پس", "هم", "تا", "سپس", "سلام", "بعدش", NULL};
  while (first < end) {
    const text_token *t = &f->scan->tokens[first];
    bool skip = t->kind == TEXT_MARK || t->kind == TEXT_BREAK || t->kind == TEXT_EMOJI;
    if (!skip && !(t->kind == TEXT_WORD && !action_in_time(f, first) && is_word(f, first, lead))) break;
    first++;
  }
  return first;
}

/* Who of the third persons: "آقای رضایی", "خانم احمدی". */
static void name_in(const action_find *f, uint32_t first, uint32_t end, text_action *t) {
  static const char *const titles[] = {"آقای", "اقای", "خانم", "مهندس", "دکتر", "جناب", "سرکار", "حاج", NULL};
  static const char *const no_names[] = {"رو", "را", "با", "از", "به", "گفت", "قول", "که", "تماس", "زنگ", "فردا", NULL};
  for (uint32_t i = first; i + 1 < end; i++) {
    if (!is_word(f, i, titles)) continue;
    uint32_t last = i;
    while (last + 1 < end && is_word(f, last + 1, titles)) last++;
    if (last + 1 < end && f->scan->tokens[last + 1].kind == TEXT_WORD && !is_word(f, last + 1, no_names)) last++;
    t->who = TEXT_WHO_NAMED;
    t->name_first = i;
    t->name_count = last - i + 1;
    return;
  }
}

/* Sets kind, who and a first confidence; false where the clause asks for nothing. */
static bool classify(const action_find *f, const clause *c, const governors *g, text_action *t) {
  bool said = c->mood == VERB_PRESENT || c->mood == VERB_FUTURE, signs = c->task || c->due;
  /* "بده" commands, or says what he is to give. */
  bool third = c->person == 1 && !said && !g->request && (g->promise || g->reported || g->must);
  switch (third ? 2 : c->person) {
    case 0:
    case 3:
      if (g->request && f->question) return false; /* "میشه بپرسم …؟" */
      if (g->proposal && c->person == 3) {
        t->kind = TEXT_ACTION_PROPOSAL;
        t->who = TEXT_WHO_YOU;
        return true;
      }
      t->kind = g->promise || (said && !g->must) ? TEXT_ACTION_PROMISE : TEXT_ACTION_TASK;
      t->who = TEXT_WHO_ME;
      return signs || ((g->promise || g->must) && !said);
    case 1:
    case 4:
      t->kind = TEXT_ACTION_REQUEST;
      t->who = TEXT_WHO_YOU;
      if (said) return (g->request || f->question) && signs;
      return signs || g->request;
    default:
      if (g->request && !said) {
        t->kind = TEXT_ACTION_REQUEST;
        t->who = TEXT_WHO_YOU;
        return signs;
      }
      t->kind = g->must && !g->promise && !g->reported ? TEXT_ACTION_TASK : TEXT_ACTION_PROMISE;
      t->who = TEXT_WHO_THEY;
      if (said) return signs && (c->due || g->promise || g->reported);
      return signs && (g->must || g->promise || g->reported);
  }
}

static double confidence(const clause *c, const governors *g) {
  double sure = 0.45;
  if (c->task) sure += 0.2;
  if (c->due) sure += 0.2;
  if (g->promise || g->must || g->request || g->reported) sure += 0.15;
  if (g->hypothetic) sure -= 0.3;
  return sure > 0.95 ? 0.95 : sure;
}

static void consider(action_find *f, clause *c, const governors *g) {
  enum { ASIDE = 1U << ROLE_BOILERPLATE };
  text_due due;
  c->first = skip_lead(f, c->first, c->end);
  if (c->first >= c->end || inside_role(f, c->end - 1, ASIDE)) return;
  c->task = action_role(f, 1U << ROLE_TASK, c->first, c->end) != NULL;
  c->due = action_due(f, c->first, c->end, &due);
  if (action_role(f, 1U << ROLE_PAST, c->first, c->end) && !c->due) return;
  text_action like = {.first = c->first, .count = c->end - c->first};
  if (!classify(f, c, g, &like)) return;
  if (like.who == TEXT_WHO_THEY) name_in(f, f->first, c->end, &like);
  like.confidence = confidence(c, g);
  text_action *t = action_add(f, &like);
  if (!t) return;
  t->title = action_title_persian(f, c->first, c->end, c->verb);
  f->failed = f->failed || !t->title;
}

/* A note without a verb: "پیگیری تمدید شنبه". */
static void bare_note(action_find *f) {
  enum { SHORT = 9 };
  text_due due;
  if (f->end - f->first > SHORT || f->question || !action_due(f, f->first, f->end, &due)) return;
  if (!action_role(f, 1U << ROLE_TASK, f->first, f->end)) return;
  text_action like = {.kind = TEXT_ACTION_TASK, .first = f->first, .count = f->end - f->first, .confidence = 0.5};
  text_action *t = action_add(f, &like);
  if (!t) return;
  t->title = action_title_persian(f, f->first, f->end, NULL);
  f->failed = f->failed || !t->title;
}

void action_persian(action_find *f) {
  enum { GOVERNING = 1U << ROLE_PROMISE | 1U << ROLE_REQUEST | 1U << ROLE_MUST | 1U << ROLE_PROPOSAL };
  governors g = {0};
  enum { REFUSED_REACH = 4 };
  uint32_t from = f->first, looked = f->first, refused = 0;
  bool verbs = false;
  for (size_t i = f->hit; i < f->hit_end; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    bool negated = h->entry.kind == LEXICON_GRAMMAR && h->entry.value <= GRAMMAR_NEGATED_MODAL;
    if (h->entry.kind != LEXICON_VERB && !negated) continue;
    uint32_t end = h->first + h->count;
    if (!negated && inside_role(f, end - 1, 1U << ROLE_NOUN)) continue;
    verbs = true;
    if (end <= from || action_in_time(f, h->first)) continue;
    g = governors_in(f, looked, end, g);
    looked = end;
    if (inside_role(f, h->first, GOVERNING)) continue;
    clause c = {.first = from, .end = end, .verb = h, .person = h->entry.emotions & ACTION_PERSON};
    c.mood = (lexicon_mood)(h->entry.emotions >> ACTION_MOOD_SHIFT);
    if (negated) {
      g = (governors){0};
      refused = end; /* "نمی‌خواد تمدید کنه" */
    } else if (reports(f, h->first)) {
      g.reported = true;
    } else if (refused && end <= refused + REFUSED_REACH && c.mood == VERB_SUBJUNCTIVE) {
      refused = 0;
    } else if (c.mood != VERB_PAST) {
      consider(f, &c, &g);
    }
    from = end;
  }
  if (!verbs) bare_note(f);
}
