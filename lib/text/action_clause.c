/* Where a Persian clause begins and ends: behind the finite verb before it, behind a comma that closes a statement; not
 * behind one that only sets a time apart or enumerates; and with what is added behind its verb ("… بابت تمدید"). */
#include "action_find.h"

bool action_word(const text_token *t, const char *const *words) {
  for (; *words; words++) {
    if (text_token_is(t, *words)) return true;
  }
  return false;
}

bool action_inside(const action_find *f, uint32_t token, uint32_t roles) {
  for (size_t i = f->hit; i < f->hit_end; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    if (h->first > token) break;
    if (h->entry.kind == LEXICON_ACTION && roles >> h->entry.value & 1 && token < h->first + h->count) return true;
  }
  return false;
}

/* A comma and its like, or "و" before words that ask or commit ("… شاکیه و باید"). */
static bool cuts(const action_find *f, uint32_t token) {
  static const char *const marks[] = {"،", ",", "؛", ";", ":", "!", ".", NULL};
  static const char *const dashes[] = {"-", "–", "—", NULL};
  const text_token *t = &f->scan->tokens[token];
  if (t->kind == TEXT_BREAK || t->kind == TEXT_EMOJI) return true;
  if (t->kind == TEXT_MARK) return action_word(t, marks) || (t->spaced && action_word(t, dashes));
  return (text_token_is(t, "و") || text_token_is(t, "va")) && !action_in_time(f, token) && token + 1 < f->end &&
         action_inside(f, token + 1, ACTION_GOVERNING) && !action_inside(f, token, ACTION_GOVERNING);
}

/* "فردا ساعت ده،", "چشم حتما،" */
static bool only_time(const action_find *f, uint32_t first, uint32_t end) {
  static const char *const small[] = {"و",  "یا", "از", "تا",     "در",     "برای",   "حتما", "لطفا", "پس",
                                      "va", "az", "ta", "baraye", "hatman", "lotfan", "pas",  NULL};
  static const char *const passive[] = {"میشه", "میشود", "شد", "mishe", "shod", NULL};
  for (uint32_t i = first; i < end; i++) {
    if (action_word(&f->scan->tokens[i], passive)) return false;
    if (!action_in_time(f, i) && !action_word(&f->scan->tokens[i], small) && !action_inside(f, i, ACTION_GOVERNING))
      return false;
  }
  return true;
}

/* "لینک، رمز و آدرس رو": the nouns before a comma are part of the same object. */
static bool enumerates(const action_find *f, uint32_t first, uint32_t comma, uint32_t end) {
  static const char *const object[] = {"رو", "را", "ro", "ra", NULL};
  enum { LONGEST = 4 };
  bool joined = false, marked = false;
  if (comma - first > LONGEST) return false;
  for (uint32_t i = first; i < comma; i++) {
    if (action_word(&f->scan->tokens[i], object)) return false;
  }
  for (uint32_t i = comma + 1; i < end && !marked; i++) {
    joined = joined || (text_token_is(&f->scan->tokens[i], "و") && !action_in_time(f, i));
    marked = action_word(&f->scan->tokens[i], object);
  }
  return joined && marked;
}

uint32_t action_clause_first(const action_find *f, uint32_t from, uint32_t end) {
  uint32_t first = end;
  while (first > from && !cuts(f, first - 1)) first--;
  while (first > from) {
    uint32_t mark = first - 1, before = mark;
    while (before > from && !cuts(f, before - 1)) before--;
    if (!only_time(f, before, mark) && !enumerates(f, before, mark, end)) break;
    first = before;
  }
  return first;
}

bool action_preposition(const text_token *t) {
  static const char *const words[] = {"به",    "با",   "از",     "برای", "واسه", "بابت", "در", "درباره", "پیش",
                                      "راجع",  "نسبت", "درمورد", "سر",   "توی",  "be",   "ba", "az",     "baraye",
                                      "barai", "vase", "babate", "dar",  "tu",   "too",  NULL};
  return action_word(t, words);
}

/* "بهش", "براش": a preposition and its pronoun. */
bool action_pronoun(const text_token *t) {
  static const char *const words[] = {"بهش",       "بهشون",  "براش",      "براشون", "باهاش", "باهاشون",
                                      "ازش",       "ازشون",  "واسش",      "واسشون", "برایش", "behesh",
                                      "beheshoon", "barash", "barashoon", "bahash", "azash", NULL};
  return action_word(t, words);
}

bool action_speaker(const text_token *t) {
  static const char *const words[] = {
      "بهم",    "بهمون",    "برام",  "برایم",  "برامون",   "باهام",   "باهامون",  "ازم",      "ازمون", "واسم",
      "واسمون", "خدمتتون",  "بهتون", "براتون", "باهاتون",  "برایتان", "خدمتتان",  "برایمان",  "behem", "behemoon",
      "baram",  "baramoon", "bahat", "barat",  "baratoon", "behet",   "behetoon", "bahatoon", NULL};
  return action_word(t, words);
}

bool action_then(const action_find *f, uint32_t token) {
  if (!text_token_is(&f->scan->tokens[token], "بعد")) return false;
  if (token + 1 >= f->end) return true;
  const text_token *next = &f->scan->tokens[token + 1];
  return next->kind != TEXT_WORD || action_in_time(f, token + 1) || action_preposition(next) || action_pronoun(next) ||
         action_speaker(next) || action_inside(f, token + 1, ACTION_GOVERNING | 1U << ROLE_TASK);
}

/* Behind a verb of motion stands where to ("میرم بانک"). */
uint32_t action_clause_end(const action_find *f, uint32_t end, bool motion) {
  static const char *const joints[] = {"و",  "ولی",  "اما", "که", "تا", "چون",  "اگه", "اگر",  "وگرنه", "یا",
                                       "va", "vali", "ama", "ke", "ta", "chon", "age", "agar", "ya",    NULL};
  uint32_t stop = end;
  for (; stop < f->end && !cuts(f, stop); stop++) {
    const text_token *t = &f->scan->tokens[stop];
    if (t->kind == TEXT_MARK || (action_word(t, joints) && !action_in_time(f, stop))) break;
  }
  if (stop == end) return end;
  const text_token *next = &f->scan->tokens[end];
  bool place = motion && next->kind == TEXT_WORD;
  if (!place && !action_in_time(f, end) && !action_preposition(next) && !action_pronoun(next) && !action_speaker(next))
    return end;
  for (size_t i = f->hit; i < f->hit_end; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    bool finite =
        h->entry.kind == LEXICON_GRAMMAR && (h->entry.value <= GRAMMAR_NEGATED_MODAL || h->entry.value == GRAMMAR_VERB);
    if (h->first >= stop) break;
    if (h->first < end || (h->entry.kind != LEXICON_VERB && !finite)) continue;
    if (!action_inside(f, h->first, 1U << ROLE_NOUN) && !action_in_time(f, h->first)) return place ? end + 1 : end;
  }
  return stop;
}
