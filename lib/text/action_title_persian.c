/* A Persian title begins with what is to be done, as a noun or an infinitive, then its object, then the rest: "برای
 * خانم احمدی فاکتور رو بفرستم" becomes "فرستادن فاکتور برای خانم احمدی", "با او تماس بگیر" becomes "تماس با او". */
#include <string.h>
#include <text/sentiment.h>

#include "action_title.h"
#include "entity_reader.h"

enum { CONTENT = 64, NONE = UINT32_MAX };

typedef struct title {
  action_find *f;
  uint32_t first, end, verb, verb_end, noun, passive; /* tokens; NONE where there is none */
  const char *infinitive;
  bool others; /* somebody else is to do it */
  const text_action *of;
  uint32_t words[CONTENT]; /* tokens, as they are said */
  size_t count;
  size_t object_end; /* how many of them stand before را; 0 = there is none */
} title;

static const text_token *token(const title *t, uint32_t at) { return &t->f->scan->tokens[at]; }

static bool is_task(const title *t, uint32_t at) { return action_inside(t->f, at, 1U << ROLE_TASK); }

/* "خسته نباشید" and other courtesies. */
static bool in_courtesy(const action_find *f, uint32_t at) {
  for (size_t i = f->hit; i < f->hit_end; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    if (h->first > at) break;
    if (h->entry.kind == LEXICON_SENTIMENT && h->entry.emotions == 1U << TEXT_GRATEFUL && at < h->first + h->count)
      return true;
  }
  return false;
}

/* "فورا", "سر فرصت": how soon is no part of what. */
static bool in_hurry(const action_find *f, uint32_t at) {
  for (size_t i = f->hit; i < f->hit_end; i++) {
    const text_lexicon_hit *h = &f->reading->hits[i];
    if (h->first > at) break;
    if (h->entry.kind != LEXICON_URGENCY || at >= h->first + h->count) continue;
    const char *reason = lexicon_reasons[h->entry.value];
    if (!strcmp(reason, "now") || !strcmp(reason, "no-hurry")) return true;
  }
  return false;
}

/* What belongs to the time or to the words that ask: "آخر" of "آخر هر ماه", "بهش" of "بهش قول دادم". */
static bool goes_with_next(const title *t, uint32_t at) {
  static const char *const edges[] = {"آخر", "اول", "از", "قبل", "بعد", "تا", "برای", NULL};
  if (at + 1 >= t->end) return false;
  if (action_word(token(t, at), edges) && action_in_time(t->f, at + 1)) return true;
  return action_pronoun(token(t, at)) && action_inside(t->f, at + 1, ACTION_GOVERNING);
}

static bool dropped(const title *t, uint32_t at) {
  static const char *const words[] = {
      "من",     "ما",      "شما",   "خودم",  "رو",     "را",     "حتما",    "سلام",   "هم",     "دیگه",   "که",
      "تا",     "اون",     "ایشون", "ایشان", "یه",     "لطفا",   "زودتر",   "سریع",   "سریعتر", "باشه",   "چشم",
      "پس",     "آقا",     "داداش", "قربان", "خب",     "بله",    "الو",     "فقط",    "حالا",   "فعلا",   "اوکی",
      "دوست",   "عزیز",    "ممنون", "مرسی",  "جناب",   "خوبی",   "اگه",     "اگر",    "قبلش",   "حداکثر", "موقع",
      "منو",    "man",     "ma",    "shoma", "khodam", "hatman", "salam",   "ham",    "dige",   "ke",     "ta",
      "lotfan", "zoodtar", "sari",  "bashe", "chashm", "pas",    "agha",    "dadash", "khob",   "bale",   "alo",
      "faghat", "hala",    "felan", "ok",    "merci",  "mersi",  "mamnoon", "age",    "agar",   NULL};
  const text_token *k = token(t, at);
  const text_action *of = t->of;
  bool doer = of->name_count && at >= of->name_first && at < of->name_first + of->name_count;
  return k->kind == TEXT_BREAK || k->kind == TEXT_EMOJI || k->kind == TEXT_MARK || doer || action_in_time(t->f, at) ||
         action_inside(t->f, at, ACTION_GOVERNING & ~(1U << ROLE_PROPOSAL)) || in_courtesy(t->f, at) ||
         in_hurry(t->f, at) || goes_with_next(t, at) || action_then(t->f, at) || action_word(k, words) ||
         action_speaker(k);
}

/* "به من", "برای ما" */
static bool to_speaker(const title *t, uint32_t at) {
  static const char *const persons[] = {"من", "ما", "شما", "خودم", "خودمون", NULL};
  return action_preposition(token(t, at)) && at + 1 < t->end && action_word(token(t, at + 1), persons);
}

static bool in_name(const title *t, uint32_t at) {
  enum { REACH = 4 };
  text_entity person;
  for (uint32_t i = at > t->first + REACH ? at - REACH : t->first; i <= at; i++) {
    if (person_at(t->f->memory, t->f->scan, i, &person) && i + person.tokens > at) return true;
  }
  return false;
}

/* The noun of a compound verb: زنگ in "برای تمدید زنگ بزنم". "دادن" and its like have objects of their own: only a noun
 * of what one does makes a compound with them. */
static uint32_t noun_of(const title *t, uint32_t verb) {
  static const char *const light[] = {"کردن", "زدن", "شدن", "کشیدن", "فرمودن", NULL};
  static const char *const heavy[] = {"دادن", "گرفتن", "گذاشتن", "بستن", "داشتن", "رساندن", "انداختن", NULL};
  static const char *const with_heavy[] = {"وقت",   "مهلت", "قرار", "جلسه", "انجام", "نشون", "نشان", "یاد",
                                           "ادامه", "کمک",  "فرصت", "راه",  "نگاه",  "جا",   NULL};
  static const char *const no_noun[] = {"رو", "را", "هم", "دوباره", "باز", NULL};
  bool is_light = false, is_heavy = false;
  for (const char *const *l = light; *l; l++) is_light = is_light || !strcmp(t->infinitive, *l);
  for (const char *const *l = heavy; *l; l++) is_heavy = is_heavy || !strcmp(t->infinitive, *l);
  if ((!is_light && !is_heavy) || verb == t->first) return NONE;
  uint32_t noun = verb - 1;
  const text_token *k = token(t, noun);
  if (is_heavy && text_token_is(k, "پس")) return noun;
  if (k->kind != TEXT_WORD || dropped(t, noun) || action_preposition(k) || action_pronoun(k)) return NONE;
  if (action_word(k, no_noun) || in_name(t, noun)) return NONE;
  if (noun > t->first && action_preposition(token(t, noun - 1)) && !action_inside(t->f, noun - 1, 1U << ROLE_TASK))
    return NONE;
  bool puts = !strcmp(t->infinitive, "انداختن") || !strcmp(t->infinitive, "گذاشتن"); /* else it is what is put */
  return is_light || (is_task(t, noun) && !puts) || action_word(k, with_heavy) ? noun : NONE;
}

/* Does the noun alone say it, so that "کردن" may go: "ارسال", "پیگیری"? */
static bool says_all(const text_token *noun) {
  static const char *const words[] = {
      "ارسال", "پیگیری", "بررسی",  "تمدید",    "واریز",  "پرداخت",  "تسویه", "ثبت",      "نصب",     "تنظیم",
      "اصلاح", "تغییر",  "حذف",    "معرفی",    "ارجاع",  "رسیدگی",  "ارتقا", "صحبت",     "هماهنگی", "یادآوری",
      "تحویل", "افزایش", "کاهش",   "انتقال",   "تایید",  "تأیید",   "تعویض", "جایگزینی", "رزرو",    "سفارش",
      "خرید",  "لغو",    "مراجعه", "بازدید",   "ملاقات", "مشورت",   "وصول",  "اعلام",    "تست",     "دعوت",
      "شارژ",  "تمرین",  "تهیه",   "عذرخواهی", "تشکر",   "دانلود",  "آپلود", "ذخیره",    "چاپ",     "اسکن",
      "امضا",  "تماس",   "آموزش",  "راهنمایی", "ابطال",  "برگزاری", "تکمیل", "محاسبه",   "مذاکره",  "صدور",
      "گفتگو", "آپدیت",  "تبلیغ",  "فروش",     NULL};
  return action_word(noun, words);
}

/* "درستش کنید": the pronoun of the noun, which goes to the infinitive ("درست کردنش"). */
static const char *pronoun_of(const title *t, uint32_t noun) {
  static const char *const pronouns[] = {"شون", "تون", "مون", "ش", "م", NULL};
  const text_token *k = token(t, noun);
  const char *const *p = pronouns;
  for (; *p; p++) {
    size_t length = strlen(*p);
    if (k->end - k->start > length + 2 && !memcmp(t->f->scan->text + k->end - length, *p, length)) break;
  }
  if (!*p) return NULL;
  for (size_t i = t->f->hit; i < t->f->hit_end; i++) {
    const text_lexicon_hit *h = &t->f->reading->hits[i];
    if (h->first > noun) break;
    bool task = h->entry.kind == LEXICON_ACTION && h->entry.value == ROLE_TASK;
    if (task && h->first == noun && h->count == 1 && h->ended) return *p;
  }
  return NULL;
}

/* "گرفته" of "گرفته شود" as "گرفتن". */
static const char *of_participle(const title *t, uint32_t at) {
  const text_token *k = token(t, at);
  return arena_print(t->f->memory, "%.*sن", (int)(k->fold_length - 2), k->fold);
}

static void put_verb(title *t, buffer *b, unsigned *words) {
  const char *pronoun = t->noun == NONE ? NULL : pronoun_of(t, t->noun);
  if (t->noun == NONE) {
    buffer_text(b, t->infinitive);
  } else if (pronoun) {
    const text_token *k = token(t, t->noun);
    buffer_append(b, t->f->scan->text + k->start, k->end - k->start - strlen(pronoun));
    buffer_byte(b, ' ');
    buffer_text(b, t->infinitive);
    if (!memcmp(pronoun, "ش", 2)) buffer_text(b, pronoun); /* for me, for you: who reads it knows */
  } else {
    title_put(t->f, b, t->noun, words);
    if (says_all(token(t, t->noun))) {
      const text_token *k = token(t, t->noun);
      bool vowel = !memcmp(k->fold + k->fold_length - 2, "ا", 2);
      bool object = t->count && !action_preposition(token(t, t->words[0])) && !action_pronoun(token(t, t->words[0]));
      if (vowel && object) buffer_text(b, "ی"); /* امضای قرارداد */
      return;
    }
    buffer_byte(b, ' ');
    buffer_text(b, t->infinitive);
  }
  ++*words;
}

static void collect(title *t) {
  static const char *const object[] = {"رو", "را", "منو", NULL};
  for (uint32_t i = t->first; i < t->end && t->count < CONTENT; i++) {
    bool verb = (i >= t->verb && i < t->verb_end) || i == t->noun || i == t->passive;
    if (action_word(token(t, i), object) && !t->object_end) t->object_end = t->count;
    bool comma = t->count && text_token_is(token(t, i), "،");
    bool subject = t->others && !t->count && action_inside(t->f, i, 1U << ROLE_THEY);
    if (to_speaker(t, i)) {
      i++;
    } else if (!verb && !subject && (comma || !dropped(t, i))) {
      t->words[t->count++] = i;
    }
  }
}

/* Leading and trailing words that join or govern what has gone. */
static void trim(title *t) {
  static const char *const joints[] = {"و", "یا", "،", ",", NULL};
  size_t from = 0;
  while (from < t->count && action_word(token(t, t->words[from]), joints)) from++;
  while (t->count > from && (action_word(token(t, t->words[t->count - 1]), joints) ||
                             action_preposition(token(t, t->words[t->count - 1]))))
    t->count--;
  memmove(t->words, t->words + from, (t->count - from) * sizeof *t->words);
  t->count -= from;
  t->object_end = t->object_end > from ? t->object_end - from : 0;
  if (t->object_end > t->count) t->object_end = t->count;
}

/* How many words the phrase takes that begins with the preposition at `at` and has an object behind it, as far as the
 * words show it: a title and a name, or all before the next thing. */
static size_t phrase(const title *t, size_t at) {
  enum { LONGEST = 6 };
  text_entity person;
  size_t limit = t->object_end ? t->object_end : t->count;
  if (at + 2 >= limit || action_preposition(token(t, t->words[at + 1]))) return 0; /* "نسبت به" */
  if (person_at(t->f->memory, t->f->scan, t->words[at + 1], &person))
    return at + 1 + person.tokens < limit ? 1 + person.tokens : 0;
  if (is_task(t, t->words[at + 1])) return 0;
  for (size_t i = at + 2; i < limit && i < at + LONGEST; i++) {
    if (action_preposition(token(t, t->words[i]))) return 0;
    if (is_task(t, t->words[i])) return i - at;
  }
  return 0;
}

static void put_words(const title *t, buffer *b, size_t first, size_t end, bool pronouns, unsigned *words) {
  for (size_t i = first; i < end && *words < TITLE_WORDS; i++) {
    if (action_pronoun(token(t, t->words[i])) == pronouns) title_put(t->f, b, t->words[i], words);
  }
}

/* Object, pronouns, the phrase that stood before the object, the rest. */
static void put_content(const title *t, buffer *b, unsigned *words) {
  size_t at = 0, lead = 0;
  while (at < t->count && action_pronoun(token(t, t->words[at]))) at++;
  if (at < t->count && action_preposition(token(t, t->words[at]))) lead = phrase(t, at);
  size_t object = at + lead, end = object;
  if (t->object_end > object && (lead || at == t->count || !action_preposition(token(t, t->words[at]))))
    end = t->object_end;
  while (!t->object_end && end < t->count && !action_preposition(token(t, t->words[end]))) end++;
  put_words(t, b, object, end, false, words);
  put_words(t, b, 0, t->count, true, words);
  put_words(t, b, at, at + lead, false, words);
  put_words(t, b, end, t->count, false, words);
}

static void find_verb(title *t, const text_lexicon_hit *verb) {
  static const char *const me[] = {"یادم", "یادمون", NULL};
  t->verb = verb->first;
  t->verb_end = verb->first + verb->count;
  t->infinitive = lexicon_infinitives[verb->entry.value];
  uint32_t at = verb->first;
  const text_token *before = at > t->first ? token(t, at - 1) : NULL;
  bool participle = before && !strcmp(t->infinitive, "شدن") && before->fold_length > 4 &&
                    !memcmp(before->fold + before->fold_length - 2, "ه", 2) && !is_task(t, at - 1);
  if (participle) {
    t->passive = --at;
    t->infinitive = of_participle(t, at);
  }
  bool reminder = before && !strcmp(t->infinitive, "انداختن") && action_word(before, me);
  if (reminder) {
    t->passive = at - 1;
    t->infinitive = "یادآوری";
  } else if (t->infinitive) {
    t->noun = noun_of(t, at);
    if (!strcmp(t->infinitive, "فرمودن")) t->infinitive = "کردن";
  }
}

const char *action_title_persian(action_find *f, uint32_t first, uint32_t end, const text_lexicon_hit *verb,
                                 const text_action *of) {
  title t = {.f = f, .first = first, .end = end, .verb = NONE, .noun = NONE, .passive = NONE, .of = of};
  buffer b;
  unsigned words = 0;
  if (verb) find_verb(&t, verb);
  if (verb && !t.infinitive) return NULL;
  t.others = verb && (verb->entry.emotions & ACTION_PERSON) % 3 == 2;
  collect(&t);
  trim(&t);
  buffer_init(&b, TITLE_BYTES + 64);
  if (verb) put_verb(&t, &b, &words);
  if (verb) {
    put_content(&t, &b, &words);
  } else {
    for (size_t i = 0; i < t.count && words < TITLE_WORDS; i++) title_put(f, &b, t.words[i], &words);
  }
  return title_finish(f, &b);
}
