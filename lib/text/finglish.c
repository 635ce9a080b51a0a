/* Persian in Latin letters. Consonants are a table; vowels may be written in Persian or not, so an "a" or "o" inside a
 * word gives two readings. */
#include <stdint.h>
#include <string.h>

#include "search_key.h"

enum { MOST_CHOICES = 3, LONGEST = 24 };

typedef struct sound {
  const char *latin, *persian;
} sound;

/* Longer ones first. Persian letters as keys have them (search_key.c). */
static const sound SOUNDS[] = {{"kh", "خ"}, {"sh", "ش"}, {"ch", "چ"}, {"gh", "ق"}, {"zh", "ژ"}, {"ph", "ف"},
                               {"ck", "ک"}, {"b", "ب"},  {"p", "پ"},  {"t", "ت"},  {"s", "س"},  {"j", "ج"},
                               {"h", "ه"},  {"x", "کس"}, {"d", "د"},  {"r", "ر"},  {"z", "ز"},  {"f", "ف"},
                               {"q", "ق"},  {"k", "ک"},  {"c", "ک"},  {"g", "گ"},  {"l", "ل"},  {"m", "م"},
                               {"n", "ن"},  {"v", "و"},  {"w", "و"},  {"y", "ی"}};

/* Words whose spelling the rules do not reach. */
static const sound WORDS[] = {
    {"ye", "یه"},         {"ke", "که"},          {"be", "به"},         {"va", "و"},
    {"o", "و"},           {"to", "تو"},          {"ma", "ما"},         {"na", "نه"},
    {"are", "اره"},       {"bale", "بله"},       {"chi", "چی"},        {"khodafez", "خداهافز"},
    {"khahesh", "خواهش"}, {"khastan", "خواستن"}, {"mikham", "میخوام"}, {"khub", "خوب"},
    {"toman", "تومان"},   {"tooman", "تومان"},   {"agha", "اقا"},      {"aghaye", "اقای"},
    {"khanum", "خانم"},   {"khanom", "خانم"},    {"isa", "ایسی"},      {"mostafa", "مستفی"},
    {"morteza", "مرتزی"}, {"mojtaba", "مجتبی"},  {"musa", "موسی"},     {"yahya", "یهیی"},
    {"leila", "لیلا"},    {"eshtrak", "اشتراک"}};

typedef struct writer {
  char bytes[SEARCH_KEY_SIZE];
  size_t length;
  unsigned choices; /* bits: write the n-th vowel that may be left out */
  unsigned asked;
} writer;

static void put(writer *w, const char *persian) {
  size_t size = strlen(persian);
  if (w->length + size > SEARCH_KEY_SIZE) return;
  memcpy(w->bytes + w->length, persian, size);
  w->length += size;
}

static bool chosen(writer *w) {
  unsigned bit = w->asked < MOST_CHOICES ? w->asked : MOST_CHOICES - 1;
  w->asked++;
  return w->choices >> bit & 1;
}

static bool vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

static bool next_is(const char *t, size_t left, const char *what) {
  size_t size = strlen(what);
  return left >= size && !memcmp(t, what, size);
}

/* Writes the vowel at t; how many letters it took. */
static size_t put_vowel(writer *w, const char *t, size_t left, bool first, bool after_vowel) {
  if (next_is(t, left, "aa")) return put(w, "ا"), 2;
  if (next_is(t, left, "oo") || next_is(t, left, "ou") || next_is(t, left, "uu")) {
    if (first) put(w, "ا");
    return put(w, "و"), 2;
  }
  if (next_is(t, left, "ee") || next_is(t, left, "ii")) {
    if (first) put(w, "ا");
    if (after_vowel && left == 2) put(w, "ی");
    return put(w, "ی"), 2;
  }
  if (next_is(t, left, "ei") || next_is(t, left, "ey") || next_is(t, left, "ay") || next_is(t, left, "ai")) {
    if (first) put(w, "ا");
    if (*t == 'a' && !first && chosen(w)) put(w, "ا");
    if (after_vowel && left == 2) put(w, "ی");
    return put(w, "ی"), 2;
  }
  bool last = left == 1;
  switch (*t) {
    case 'a':
      if (first || last || chosen(w)) put(w, "ا");
      break;
    case 'e':
      if (first) put(w, "ا");
      if (last) put(w, "ه");
      break;
    case 'i':
      if (first) put(w, "ا");
      if (after_vowel && last) put(w, "ی");
      put(w, "ی");
      break;
    case 'o':
      if (first)
        put(w, "ا");
      else if (last || chosen(w))
        put(w, "و");
      break;
    default:
      if (first) put(w, "ا");
      put(w, "و");
      break;
  }
  return 1;
}

static void transliterate(writer *w, const char *t, size_t length) {
  bool after_vowel = false;
  for (size_t i = 0; i < length;) {
    if (t[i] == '\'') {
      i++;
      continue;
    }
    if (vowel(t[i])) {
      i += put_vowel(w, t + i, length - i, i == 0, after_vowel);
      after_vowel = true;
      continue;
    }
    after_vowel = false;
    size_t taken = 1;
    for (size_t s = 0; s < sizeof SOUNDS / sizeof *SOUNDS; s++)
      if (SOUNDS[s].latin[0] == t[i] && next_is(t + i, length - i, SOUNDS[s].latin)) {
        put(w, SOUNDS[s].persian);
        taken = strlen(SOUNDS[s].latin);
        break;
      }
    char letter = t[i];
    i += taken;
    while (taken == 1 && i < length && t[i] == letter) i++; /* mohammad: a doubled consonant is written once */
  }
}

void search_keys_add_finglish(search_keys *keys, const char *latin, size_t length, size_t most) {
  if (length < 2 || length > LONGEST || !search_is_latin(latin, length)) return;
  size_t limit = keys->count + most;
  for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
    if (WORDS[i].latin[0] == latin[0] && strlen(WORDS[i].latin) == length && !memcmp(WORDS[i].latin, latin, length)) {
      search_keys_add(keys, WORDS[i].persian, strlen(WORDS[i].persian));
      break;
    }
  unsigned readings = 1U << MOST_CHOICES;
  for (unsigned i = 0; i < readings && keys->count < limit; i++) {
    /* the likeliest first: 010 (salam → سلام), 001 (kanfig → کانفیگ), 000 (panel → پنل), … */
    static const unsigned ORDER[] = {2, 1, 0, 3, 4, 6, 5, 7};
    writer w = {.choices = ORDER[i]};
    transliterate(&w, latin, length);
    search_keys_add(keys, w.bytes, w.length);
  }
}
