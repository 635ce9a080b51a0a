/* Persian: the verb stands at the end of its clause and says who and how. Each finite verb is looked at with the clause
 * before it and with what governs it: a promise ("قول دادم که …"), a duty ("باید …"), a request ("لطفا …"). */
#include <string.h>

#include "action_find.h"
#include "entity_reader.h"

typedef struct clause {
  uint32_t first, end; /* tokens; the verb ends it, or what belongs to the verb */
  uint32_t title;      /* where its own words begin, behind "two weeks from now, when …" */
  uint32_t told;       /* "بگو فایل رو دانلود کنه": where what he is to be told ends; 0 = nothing */
  const text_lexicon_hit *verb;
  unsigned person; /* 0 … 5 */
  lexicon_mood mood;
  bool task, due, joined; /* joined: by "و" to an action of the same person */
} clause;

typedef struct governors {
  bool promise, must, request, hypothetic, proposal, reported, able; /* able: "can" */
} governors;

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
  static const char *const words[] = {"گفت",    "گفتن",        "گفتند",         "گفته",   "میگه",
                                      "میگفت",  "می‌گه", "می‌گفت", "خواست",  "goft",
                                      "goftan", "gofte",       "mige",          "migoft", NULL};
  return action_word(&f->scan->tokens[token], words);
}

static bool is_verb(const text_lexicon_hit *h, const char *const *infinitives) {
  for (; *infinitives; infinitives++) {
    if (!strcmp(lexicon_infinitives[h->entry.value], *infinitives)) return true;
  }
  return false;
}

/* Of a Finglish clause the title is its own words. */
static bool in_latin(const action_find *f, const text_lexicon_hit *verb) {
  return (unsigned char)f->scan->tokens[verb->first].fold[0] < 0x80;
}

static uint32_t skip_lead(const action_find *f, uint32_t first, uint32_t end) {
  static const char *const lead[] = {"و",  "که", "ولی",  "اما", "پس",  "هم",  "تا",    "سپس",    "سلام", "بعدش",
                                     "va", "ke", "vali", "ama", "pas", "ham", "salam", "badesh", "ok",   NULL};
  while (first < end) {
    const text_token *t = &f->scan->tokens[first];
    bool skip = t->kind == TEXT_MARK || t->kind == TEXT_BREAK || t->kind == TEXT_EMOJI;
    bool leads = action_word(t, lead) || action_then(f, first);
    if (!skip && !(t->kind == TEXT_WORD && !action_in_time(f, first) && leads)) break;
    first++;
  }
  return first;
}

/* Who of the third persons: "آقای رضایی", "خانم احمدی"; not to or for whom. */
static void name_in(const action_find *f, uint32_t first, uint32_t end, text_action *t) {
  text_entity person;
  for (uint32_t i = first; i < end; i++) {
    if (i > first && action_preposition(&f->scan->tokens[i - 1])) continue;
    if (!person_at(f->memory, f->scan, i, &person)) continue;
    t->who = TEXT_WHO_NAMED;
    t->name_first = i;
    t->name_count = (uint32_t)person.tokens;
    return;
  }
}

/* "بده", "بدید", "کن": said to do it. "بدی", "کنی" are no commands, nor is what one becomes or may do. */
static bool commands(const action_find *f, const clause *c) {
  static const char *const none[] = {"شدن", "توانستن", "خواستن", "فرمودن", "ماندن", "داشتن", "دیدن", "رسیدن", NULL};
  const text_token *t = &f->scan->tokens[c->verb->first];
  bool you = c->person == 1 && memcmp(t->fold + t->fold_length - 2, "ی", 2) != 0 && t->fold[t->fold_length - 1] != 'i';
  return c->mood == VERB_SUBJUNCTIVE && (you || c->person == 4) && !is_verb(c->verb, none);
}

/* "کسی هست جواب بده": nobody is told to. */
static bool nobody(const action_find *f, const clause *c) {
  static const char *const words[] = {"کسی", "یکی", "هیچکس", NULL};
  bool one = c->first + 1 < c->end && text_token_is(&f->scan->tokens[c->first + 1], "دیگه");
  return c->person % 3 == 1 && f->scan->tokens[c->first].kind == TEXT_WORD &&
         ((action_word(&f->scan->tokens[c->first], words) && !one) ||
          (c->verb->first > c->first + 1 && action_word(&f->scan->tokens[c->verb->first - 2], words)));
}

/* What one asks oneself ("نفهمیدم باید کدوم لینک رو …") is to be answered, not done. */
static bool asks(const action_find *f, uint32_t first, uint32_t end) {
  for (size_t i = f->hit; i < f->hit_end; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    if (h->first >= end) break;
    if (h->entry.kind != LEXICON_ACTION || h->entry.value != ROLE_ASK || h->first < first) continue;
    bool every = h->first > f->first && text_token_is(&f->scan->tokens[h->first - 1], "هر");
    if (!every && !action_in_time(f, h->first)) return true;
  }
  return false;
}

/* "یک هفته‌ست پیام میدم": it goes on already. */
static bool goes_on(const action_find *f, const clause *c) {
  for (size_t i = f->when; i < f->when_end; i++) {
    const text_when *w = &f->whens->at[i];
    if (w->token >= c->first && w->token < c->end && w->kind == TEXT_WHEN_DURATION) return !c->due;
  }
  return false;
}

static bool of_speaker(const action_find *f, const clause *c, const governors *g, text_action *t) {
  bool said = c->mood == VERB_PRESENT || c->mood == VERB_FUTURE, signs = c->task || c->due || c->joined;
  if (g->request && f->question) return false; /* "میشه بپرسم …؟" */
  if (g->proposal && c->person == 3) {
    t->kind = TEXT_ACTION_PROPOSAL;
    t->who = TEXT_WHO_YOU;
    return true;
  }
  t->kind = g->promise || (said && !g->must) ? TEXT_ACTION_PROMISE : TEXT_ACTION_TASK;
  t->who = TEXT_WHO_ME;
  if (asks(f, c->first, c->verb->first) || (said && goes_on(f, c)) || (g->able && !g->promise)) return false;
  return signs || ((g->promise || g->must) && !said);
}

static bool of_others(const action_find *f, const clause *c, const governors *g, text_action *t) {
  static const char *const happen[] = {"شدن", "افتادن", "ماندن", NULL};
  bool said = c->mood == VERB_PRESENT || c->mood == VERB_FUTURE, signs = c->task || c->due || c->joined;
  bool passive = c->verb->first > c->first && is_verb(c->verb, happen) && !said;
  if (g->request && !said) {
    t->kind = TEXT_ACTION_REQUEST;
    t->who = TEXT_WHO_YOU;
    return signs;
  }
  t->kind = (g->must && !g->promise && !g->reported) || passive ? TEXT_ACTION_TASK : TEXT_ACTION_PROMISE;
  t->who = TEXT_WHO_THEY;
  if ((said && is_verb(c->verb, happen)) || g->able || (g->hypothetic && !g->promise) || nobody(f, c)) return false;
  if (said) return c->joined || (signs && (c->due || g->promise || g->reported));
  return signs && (g->must || g->promise || g->reported || c->joined || (passive && c->task && c->due));
}

/* Sets kind, who and a first confidence; false where the clause asks for nothing. */
static bool classify(const action_find *f, const clause *c, const governors *g, text_action *t) {
  bool said = c->mood == VERB_PRESENT || c->mood == VERB_FUTURE;
  if (c->person % 3 == 0) return of_speaker(f, c, g, t);
  /* "بده" commands, or says what he is to give */
  bool third = c->person == 1 && !said && !g->request && (g->promise || g->reported || g->must || g->able);
  if (third || c->person % 3 == 2 || nobody(f, c)) return of_others(f, c, g, t);
  t->kind = TEXT_ACTION_REQUEST;
  t->who = TEXT_WHO_YOU;
  if (said) return (g->request || f->question) && (c->task || c->due);
  return c->task || c->due || g->request || (commands(f, c) && !g->hypothetic);
}

static double confidence(const clause *c, const governors *g) {
  double sure = 0.45;
  if (c->task) sure += 0.2;
  if (c->due) sure += 0.2;
  if (g->promise || g->must || g->request || g->reported) sure += 0.15;
  if (g->hypothetic) sure -= 0.3;
  return sure > 0.95 ? 0.95 : sure;
}

static bool add(action_find *f, const clause *c, const governors *g, text_action *like) {
  like->first = c->first;
  like->count = c->end - c->first;
  like->confidence = confidence(c, g);
  if (like->who == TEXT_WHO_THEY) name_in(f, f->first, c->end, like);
  text_action *t = action_add(f, like);
  if (!t) return false;
  t->title = action_title_persian(f, c->title, c->end, in_latin(f, c->verb) ? NULL : c->verb, t);
  if (c->told && t->title) {
    const text_token *from = &f->scan->tokens[c->end], *to = &f->scan->tokens[c->told - 1];
    t->title = arena_print(f->memory, "%s: %.*s", t->title, (int)(to->end - from->start), f->scan->text + from->start);
    t->count = c->told - c->first;
    if (!t->has_due) t->has_due = action_due(f, c->first, c->told, &t->due);
  }
  f->failed = f->failed || !t->title;
  return true;
}

/* An aside ("فکر میکنم") asks for nothing; "بگم" alone is one unless a time is set for it. */
static bool aside(const action_find *f, const clause *c) {
  for (size_t i = f->hit; i < f->hit_end; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    if (h->first > c->verb->first) break;
    bool covers = h->first + h->count > c->verb->first;
    if (covers && h->entry.kind == LEXICON_ACTION && h->entry.value == ROLE_BOILERPLATE &&
        (h->count > 1 || !(c->due || c->task)))
      return true;
  }
  return false;
}

static bool consider(action_find *f, clause *c, const governors *g) {
  static const char *const doing[] = {"فرستادن", "ریختن", "پرداختن", "رساندن", "آوردن", "ساختن", "نوشتن", NULL};
  text_due due;
  c->first = skip_lead(f, c->first, c->end);
  c->title = c->title > c->first ? skip_lead(f, c->title, c->end) : c->first;
  if (c->first >= c->end) return false;
  c->task =
      action_role(f, 1U << ROLE_TASK, c->title, c->end) != NULL || (in_latin(f, c->verb) && is_verb(c->verb, doing));
  c->due = action_due(f, c->first, c->end, &due);
  if (aside(f, c) || (action_role(f, 1U << ROLE_PAST, c->first, c->end) && !c->due)) return false;
  text_action like = {0};
  return classify(f, c, g, &like) && add(f, c, g, &like);
}

/* A note without a verb: "پیگیری تمدید شنبه". It begins with what is to be done. */
static void bare_note(action_find *f) {
  enum { SHORT = 14 };
  text_due due;
  uint32_t at = f->first;
  if (f->end - f->first > SHORT || f->question || !action_due(f, f->first, f->end, &due)) return;
  while (at < f->end && (f->scan->tokens[at].kind != TEXT_WORD || action_in_time(f, at))) at++;
  if (at == f->end || !action_inside(f, at, 1U << ROLE_TASK)) return;
  text_action like = {.kind = TEXT_ACTION_TASK, .first = f->first, .count = f->end - f->first, .confidence = 0.5};
  text_action *t = action_add(f, &like);
  if (!t) return;
  t->title = action_title_persian(f, f->first, f->end, NULL, t);
  f->failed = f->failed || !t->title;
}

/* "یادم بنداز زنگ بزنم": whoever reminds, the call is the task. */
static bool reminds(const action_find *f, size_t hit, uint32_t from) {
  static const char *const words[] = {"یادم", "یادمون", "یادآوری", NULL};
  static const char *const verbs[] = {"انداختن", "کردن", "آوردن", NULL};
  const text_lexicon_hit *h = &f->reading->hits[hit];
  if (h->first == from || !is_verb(h, verbs) || !action_word(&f->scan->tokens[h->first - 1], words)) return false;
  for (size_t i = hit + 1; i < f->hit_end; i++) {
    const text_lexicon_hit *next = &f->reading->hits[i];
    if (next->entry.kind != LEXICON_VERB || next->first == h->first) continue;
    if (action_inside(f, next->first, 1U << ROLE_NOUN)) continue;
    unsigned form = next->entry.emotions;
    return (form & ACTION_PERSON) % 3 == 0 && form >> ACTION_MOOD_SHIFT == VERB_SUBJUNCTIVE;
  }
  return false;
}

/* "دو هفته دیگه که حقوقم رو گرفتم …": the verb says when, what is to be done follows. */
static bool says_when(const action_find *f, uint32_t from, uint32_t verb) {
  uint32_t at = from;
  while (at < verb && action_in_time(f, at)) at++;
  return at > from && at < verb &&
         (text_token_is(&f->scan->tokens[at], "که") || text_token_is(&f->scan->tokens[at], "ke")) &&
         action_clause_first(f, from, verb) == from;
}

/* "هست", "بود"; others of their kind where something joins on ("مشکل داره و …"). */
static bool states(const action_find *f, const text_lexicon_hit *h) {
  static const char *const always[] = {"است", "هست", "هستم", "هستن", "هستند", "بود", "بودم", "بودن", "بودند", NULL};
  static const char *const joints[] = {"و", "ولی", "اما", NULL};
  uint32_t end = h->first + h->count;
  if (h->entry.kind != LEXICON_GRAMMAR || h->entry.value != GRAMMAR_VERB) return false;
  for (const text_lexicon_hit *other = h + 1; other < f->reading->hits + f->hit_end && other->first == h->first;
       other++) {
    if (other->entry.kind == LEXICON_VERB) return false; /* looked at as such */
  }
  return action_word(&f->scan->tokens[h->first], always) ||
         (end < f->end && action_word(&f->scan->tokens[end], joints));
}

/* "نمیتونم": also where a longer phrase of the lexicons covers it. */
static bool negated_form(const text_token *t) {
  return t->kind == TEXT_WORD && t->fold_length > 8 && !memcmp(t->fold, "نمی", 6);
}

static uint32_t told_until(const action_find *f, size_t hit) {
  static const char *const saying[] = {"گفتن", NULL};
  static const char *const motion[] = {"رفتن", "آمدن", NULL};
  const text_lexicon_hit *h = &f->reading->hits[hit];
  if (!is_verb(h, saying) || (h->entry.emotions & ACTION_PERSON) % 3 != 1) return 0;
  for (size_t i = hit + 1; i < f->hit_end; i++) {
    const text_lexicon_hit *next = &f->reading->hits[i];
    if (next->entry.kind != LEXICON_VERB || next->first < h->first + h->count) continue;
    if (action_inside(f, next->first, 1U << ROLE_NOUN)) continue;
    bool third = (next->entry.emotions & ACTION_PERSON) % 3 == 2;
    if (!third || next->entry.emotions >> ACTION_MOOD_SHIFT != VERB_SUBJUNCTIVE) return 0;
    if (action_clause_first(f, h->first + h->count, next->first) != h->first + h->count) return 0;
    return action_clause_end(f, next->first + next->count, is_verb(next, motion));
  }
  return 0;
}

typedef struct walk {
  governors g;
  uint32_t from, looked, refused, subordinate;
  uint32_t done; /* where the last action ended; its person */
  unsigned person;
  bool verbs, modal; /* modal: what is refused follows as a verb of any person */
} walk;

static void finite(action_find *f, walk *w, size_t hit) {
  enum { REFUSED_REACH = 4 };
  static const char *const modal[] = {"توانستن", "خواستن", NULL};
  static const char *const motion[] = {"رفتن", "آمدن", NULL};
  const text_lexicon_hit *h = &f->reading->hits[hit];
  uint32_t end = h->first + h->count;
  clause c = {.verb = h, .person = h->entry.emotions & ACTION_PERSON};
  c.mood = (lexicon_mood)(h->entry.emotions >> ACTION_MOOD_SHIFT);
  if (reports(f, h->first)) {
    w->g.reported = true;
  } else if (is_verb(h, modal)) {
    w->g.able = true;
    return;
  } else if (reminds(f, hit, w->from)) {
    w->g.must = true;
    w->subordinate = end;
    return;
  } else if (!w->subordinate && says_when(f, w->from, h->first)) {
    w->subordinate = end;
    return;
  } else if (w->refused && end <= w->refused + REFUSED_REACH && c.mood == VERB_SUBJUNCTIVE &&
             (w->modal || c.person % 3 != 1) && f->scan->tokens[w->refused].kind == TEXT_WORD &&
             action_clause_first(f, w->refused, h->first) == w->refused) {
    w->refused = 0;
  } else if (c.mood != VERB_PAST) {
    c.first = w->subordinate ? w->from : action_clause_first(f, w->from, h->first);
    c.title = w->subordinate;
    c.told = told_until(f, hit);
    c.end = c.told ? end : action_clause_end(f, end, is_verb(h, motion));
    c.joined = w->done && w->done == c.first && w->person == c.person && text_token_is(&f->scan->tokens[c.first], "و");
    bool acts = consider(f, &c, &w->g);
    w->done = acts ? c.end : 0;
    w->person = c.person;
    end = c.told ? c.told : c.end;
  }
  w->g.able = false;
  w->subordinate = 0;
  w->from = end;
}

/* "تا فردا" behind all verbs, where there is one thing to do. */
static void late_time(action_find *f, size_t before, uint32_t from) {
  if (f->count == before + 1 && !f->items[before].has_due)
    f->items[before].has_due = action_due(f, from, f->end, &f->items[before].due);
}

void action_persian(action_find *f) {
  walk w = {.from = f->first, .looked = f->first};
  size_t before = f->count;
  for (size_t i = f->hit; i < f->hit_end && !f->failed; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    bool negated = h->entry.kind == LEXICON_GRAMMAR && h->entry.value <= GRAMMAR_NEGATED_MODAL;
    negated = negated || (h->entry.kind != LEXICON_VERB && negated_form(&f->scan->tokens[h->first]));
    if (h->entry.kind != LEXICON_VERB && !negated && !states(f, h)) continue;
    uint32_t end = h->first + h->count;
    if (!negated && action_inside(f, end - 1, 1U << ROLE_NOUN)) continue;
    w.verbs = true;
    if (end <= w.from || action_in_time(f, h->first)) continue;
    w.g = governors_in(f, w.looked, end, w.g);
    w.looked = end;
    if (action_inside(f, h->first, ACTION_GOVERNING)) continue;
    if (negated) {
      w.g = (governors){0};
      w.refused = end; /* "نمی‌خواد تمدید کنه", "قبول نکرد بیاد"; but "اگر نشد زنگ
                        * بزنید"
                        */
      w.modal = (h->entry.kind == LEXICON_GRAMMAR && h->entry.value == GRAMMAR_NEGATED_MODAL) ||
                negated_form(&f->scan->tokens[h->first]);
      w.from = end;
      w.subordinate = 0;
    } else if (h->entry.kind == LEXICON_VERB) {
      finite(f, &w, i);
    } else {
      w.from = end;
    }
  }
  if (!w.verbs) bare_note(f);
  late_time(f, before, w.from);
}
