/* The tense of the sentence around a time: «شنبه زنگ زدم» was last Saturday. */
#include <string.h>

#include "when_reading.h"

/* Past forms that are nothing else, without the negation. */
static const char *const persian_past[] = {
    "زدم",   "زدیم",   "زدن",  "زدند",  "زد",    "گفتم",  "گفتیم", "گفتن",   "گفتند",  "گفت",     "کردم",     "کردیم",
    "کردند", "کرد",    "رفتم", "رفتیم", "رفت",   "بودم",  "بودیم", "بودن",   "بودند",  "بود",     "شدم",      "شدیم",
    "شدند",  "شد",     "دادم", "دادیم", "دادند", "داد",   "گرفتم", "گرفتیم", "گرفت",   "فرستادم", "فرستادیم", "فرستاد",
    "خریدم", "خریدیم", "آمدم", "آمد",   "اومدم", "اومد",  "اومدن", "داشتم",  "داشتیم", "داشت",    "پرسیدم",   "پرسید",
    "دیدم",  "دیدیم",  "دید",  "رسیدم", "رسید",  "نوشتم", "نوشت",  "فروختم", "فروخت",  "خواستم",  "خواست",    "موند"};

/* What makes it a plan after all. */
static const char *const persian_plan[] = {"باید", "قراره", "قرار", "خواهم", "خواهد", "کن",  "کنه",
                                           "کنم",  "کنیم",  "کنید", "کنن",   "شود",   "بشه", "شه",
                                           "باشه", "باشد",  "باشم", "باشید", "اگه",   "اگر"};

static const char *const english_past[] = {"called",  "met",     "spoke", "talked", "sent",  "paid",    "bought",
                                           "visited", "emailed", "was",   "were",   "did",   "didn't",  "went",
                                           "came",    "told",    "wrote", "left",   "asked", "stopped", "broke",
                                           "failed",  "had",     "said",  "got"};
static const char *const english_plan[] = {"will",  "to",   "should", "must", "can", "would", "for", "by",
                                           "until", "till", "shall",  "may",  "if",  "due",   "next"};

static bool among(const reading *r, const atom *a, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (when_atom_is(r, a, words[i])) return true;
  return false;
}
#define AMONG(words) among(r, a, words, sizeof words / sizeof *words)

static bool begins(const reading *r, const atom *a, const char *start) {
  size_t length = strlen(start);
  return a->end - a->start > length && !memcmp(r->scan->folded.bytes + a->start, start, length);
}

/* «هماهنگ شد», «قرار شد»: what was settled lies ahead. */
static bool settled(const reading *r, size_t i) {
  static const char *const words[] = {"هماهنگ", "قرار",   "تعیین", "تنظیم", "موکول", "ثبت",
                                      "رزرو",   "برنامه", "منتقل", "مشخص",  "ست"};
  return i && among(r, &r->atoms[i - 1], words, sizeof words / sizeof *words);
}

static bool persian_told(const reading *r, size_t end, uint32_t sentence) {
  for (size_t i = end; i < r->count && i < end + 24; i++) {
    const atom *a = &r->atoms[i];
    if (r->scan->tokens[a->token].sentence != sentence || a->kind == ATOM_WALL) return false;
    if (a->kind != ATOM_WORD || !a->persian) continue;
    if (AMONG(persian_plan) || begins(r, a, "می") || begins(r, a, "نمی") || begins(r, a, "بزن") ||
        begins(r, a, "بفرست") || begins(r, a, "بگیر") || begins(r, a, "بیا") || begins(r, a, "بده") ||
        when_atom_is(r, a, "می"))
      return false;
    atom bare = *a;
    if (begins(r, a, "ن") && a->end - a->start > 6) bare.start += 2; /* نزد، نگفت */
    if (settled(r, i)) return false;
    if (AMONG(persian_past) || among(r, &bare, persian_past, sizeof persian_past / sizeof *persian_past)) return true;
  }
  return false;
}

/* English has the verb before the time as a rule. */
static bool english_told(const reading *r, size_t start, uint32_t sentence) {
  bool past = false;
  for (size_t i = start, steps = 0; i-- > 0 && steps < 16; steps++) {
    const atom *a = &r->atoms[i];
    if (a->kind == ATOM_WALL || r->scan->tokens[a->token].sentence != sentence) break;
    if (a->kind != ATOM_WORD) continue;
    if (AMONG(english_plan)) return false;
    if (AMONG(english_past)) past = true;
  }
  return past;
}

bool when_told(const reading *r, size_t start, size_t end, bool english) {
  if (start >= r->count) return false;
  uint32_t sentence = r->scan->tokens[r->atoms[start].token].sentence;
  return english ? english_told(r, start, sentence) : persian_told(r, end, sentence);
}
