/* Endings that leave a word the same word. Persian endings come in slots, each of which may be empty. */
#include "cue_table.h"

typedef const char *const slot;

/* One letter is written as one ASCII byte here, so that the slots can be compared with the folded letters cheaply:
 * a ا, t ت, d د, r ر, s س, S ش, m م, n ن, h ه, v و, i ی. */
static slot comparative[] = {"tr", "trin", NULL};
static slot plural[] = {"ha", "hai", "hi", "an", NULL};
static slot joined[] = {"i", "ii", "ai", NULL};
static slot owner[] = {"m", "t", "S", "mvn", "tvn", "Svn", "man", "tan", "San", "am", "at", "aS", NULL};
static slot copula[] = {"h", "m", "n", "nd", "im", "in", "id", "st", "ast", "s", "as", "nd", "and", "v", "hm", NULL};
static slot *const noun_slots[] = {comparative, plural, joined, owner, copula, NULL};

static slot participle[] = {"h", NULL};
static slot person[] = {"m",  "i",  "d",   "h",  "im",  "id",  "in",  "nd", "n",
                        "am", "ai", "ast", "st", "aim", "aid", "and", NULL};
static slot object[] = {"m", "t", "S", "mvn", "tvn", "Svn", "man", "tan", "San", NULL};
static slot *const verb_slots[] = {participle, person, object, NULL};

static slot english[] = {"s",   "es",   "ed",   "ing",   "ings", "ingly", "edly",  "ly", "er",
                         "est", "ness", "ment", "ments", "e",    "ely",   "fully", NULL};

enum { ENDING_LETTERS = 12 };

static char plain_letter(uint32_t c) {
  switch (c) {
    case 0x0627:
      return 'a';
    case 0x062A:
      return 't';
    case 0x062F:
      return 'd';
    case 0x0631:
      return 'r';
    case 0x0633:
      return 's';
    case 0x0634:
      return 'S';
    case 0x0645:
      return 'm';
    case 0x0646:
      return 'n';
    case 0x0647:
      return 'h';
    case 0x0648:
      return 'v';
    case 0x06CC:
      return 'i';
    default:
      return 0;
  }
}

static size_t begins(const char *letters, const char *with) {
  size_t n = 0;
  while (with[n] && letters[n] == with[n]) n++;
  return with[n] ? 0 : n;
}

/* `reach` holds the positions reached so far as bits; each slot adds those it leads to. */
static bool through(slot *const *slots, const char *letters, size_t count) {
  uint32_t reach = 1;
  for (; *slots; slots++) {
    uint32_t more = reach;
    for (size_t at = 0; at < count; at++) {
      if (!(reach >> at & 1)) continue;
      for (slot *e = *slots; *e; e++) {
        size_t n = begins(letters + at, *e);
        if (n) more |= (uint32_t)1 << (at + n);
      }
    }
    reach = more;
  }
  return reach >> count & 1;
}

static bool persian(slot *const *slots, const uint32_t *letters, size_t count) {
  char plain[ENDING_LETTERS + 1];
  for (size_t i = 0; i < count; i++) {
    plain[i] = plain_letter(letters[i]);
    if (!plain[i]) return false;
  }
  plain[count] = 0;
  return through(slots, plain, count);
}

static bool latin(const uint32_t *letters, size_t count) {
  char plain[ENDING_LETTERS + 1];
  for (size_t i = 0; i < count; i++) {
    if (letters[i] < 'a' || letters[i] > 'z') return false;
    plain[i] = (char)letters[i];
  }
  plain[count] = 0;
  for (slot *e = english; *e; e++) {
    if (begins(plain, *e) == count) return true;
  }
  return false;
}

bool cue_ending(text_endings endings, const uint32_t *letters, size_t count) {
  if (count == 0 || endings == TEXT_ENDINGS_ANY) return true;
  if (count > ENDING_LETTERS) return false;
  switch (endings) {
    case TEXT_ENDINGS_NOUN:
      return persian(noun_slots, letters, count);
    case TEXT_ENDINGS_VERB:
      return persian(verb_slots, letters, count);
    case TEXT_ENDINGS_ENGLISH:
      return latin(letters, count);
    default:
      return false;
  }
}
