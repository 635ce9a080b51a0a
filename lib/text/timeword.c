#include "timeword.h"

#include <string.h>

static int compare(const char *entry, const char *text, size_t length) {
  int order = strncmp(entry, text, length);
  if (order) return order;
  return entry[length] ? 1 : 0;
}

static const timeword *search(const timeword *words, size_t count, const char *text, size_t length) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = compare(words[middle].text, text, length);
    if (!order) return &words[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

static bool is_latin(const char *text) { return (unsigned char)text[0] < 0x80; }

const timeword *timeword_find(const char *text, size_t length) {
  if (!length || length > 40) return NULL;
  if (is_latin(text)) return search(timewords_en, timewords_en_count, text, length);
  return search(timewords_fa, timewords_fa_count, text, length);
}

static bool ends(const char *text, size_t length, const char *end, size_t *stem) {
  size_t size = strlen(end);
  if (length <= size || memcmp(text + length - size, end, size)) return false;
  *stem = length - size;
  return true;
}

static bool is_month(const timeword *w) {
  return w && (w->class == WORD_JALALI || w->class == WORD_GREGORIAN || w->class == WORD_LUNAR);
}

bool timeword_derive(const char *text, size_t length, timeword *out) {
  if (is_latin(text) || length > 40) return false;
  size_t stem;
  const timeword *w;
  if (ends(text, length, "ماه", &stem) && is_month(w = timeword_find(text, stem))) {
    *out = *w;
    out->flags = WORD_SURE;
    return true;
  }
  static const char *const ordinal[] = {"مین", "م"};
  for (size_t i = 0; i < 2; i++)
    if (ends(text, length, ordinal[i], &stem) && (w = timeword_find(text, stem)) && w->class == WORD_NUMBER &&
        w->value > 1) {
      *out = *w;
      out->class = WORD_ORDINAL;
      return true;
    }
  /* «فردا اول مهره»; «تیره» is dark, whatever stands before it */
  if (ends(text, length, "ه", &stem) && (w = timeword_find(text, stem)) && w->class == WORD_JALALI && w->value != 4) {
    *out = *w;
    out->flags = WORD_COPULA;
    return true;
  }
  static const char *const plural[] = {"های", "ها"};
  for (size_t i = 0; i < 2; i++)
    if (ends(text, length, plural[i], &stem) && (w = timeword_find(text, stem)) &&
        (w->class == WORD_UNIT || w->class == WORD_WEEKDAY || w->class == WORD_PART)) {
      *out = *w;
      out->flags |= WORD_PLURAL_FORM;
      return true;
    }
  return false;
}

/* Pieces of at least this class may be glued; names and words that hide in others may not. */
static bool piece(const timeword *w, size_t length) {
  switch (w->class) {
    case WORD_NUMBER:
    case WORD_SCALE:
    case WORD_AND:
    case WORD_ORDINAL:
    case WORD_UNIT:
    case WORD_WEEKDAY:
    case WORD_DAY:
    case WORD_NIGHT:
    case WORD_PART:
    case WORD_EVERY:
    case WORD_TIMES:
    case WORD_HALF:
    case WORD_IN:
    case WORD_FROM:
    case WORD_EDGE:
    case WORD_PAST:
    case WORD_FUTURE:
    case WORD_ORDINAL_END:
      return true;
    case WORD_JALALI:
    case WORD_GREGORIAN:
      return length > 6;
    default:
      return false;
  }
}

/* The longest entry that the text begins with. Each miss tells how much of the text its neighbour shares, and no
 * longer entry than that can fit. */
static const timeword *longest_prefix(const char *text, size_t length) {
  while (length > 0) {
    size_t low = 0, high = timewords_fa_count;
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      if (compare(timewords_fa[middle].text, text, length) <= 0)
        low = middle + 1;
      else
        high = middle;
    }
    if (!low) return NULL;
    const timeword *before = &timewords_fa[low - 1];
    size_t shared = 0;
    while (shared < length && before->text[shared] == text[shared]) shared++;
    if (!before->text[shared]) return before;
    length = shared < length ? shared : length - 1;
  }
  return NULL;
}

size_t timeword_split(const char *text, size_t length) {
  if (length < 8 || length > 64 || is_latin(text)) return 0;
  size_t at = 0, first = 0;
  bool weighty = false;
  int last = WORD_NONE;
  for (int pieces = 0; at < length; pieces++) {
    const timeword *w = longest_prefix(text + at, length - at);
    size_t size = w ? strlen(w->text) : 0;
    if (!w || pieces == 8 || !piece(w, size)) return 0;
    if (!at) first = size;
    if (w->class != WORD_AND && w->class != WORD_IN && w->class != WORD_FROM) {
      /* «در» and «از» go before a time, and two small numbers are no reason to tear a word apart */
      if ((last == WORD_IN || last == WORD_FROM) && w->class == WORD_NUMBER) return 0;
      if (at && (w->class != WORD_NUMBER || w->value >= 10 || last == WORD_AND)) weighty = true;
    }
    at += size;
    last = w->class;
  }
  return weighty && first < length && last != WORD_AND ? first : 0;
}
