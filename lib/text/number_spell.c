#include <string.h>
#include <text/number.h>

static const char *const FA_UNITS[] = {"صفر",    "یک",     "دو",     "سه",   "چهار",  "پنج",    "شش",
                                       "هفت",    "هشت",    "نه",     "ده",   "یازده", "دوازده", "سیزده",
                                       "چهارده", "پانزده", "شانزده", "هفده", "هجده",  "نوزده"};
static const char *const FA_TENS[] = {"", "", "بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود"};
static const char *const FA_HUNDREDS[] = {"",      "صد",   "دویست", "سیصد",  "چهارصد",
                                          "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد"};
static const char *const FA_SCALES[] = {"", "هزار", "میلیون", "میلیارد", "تریلیون", "کوادریلیون", "کوینتیلیون"};
static const char *const EN_UNITS[] = {"zero",     "one",     "two",     "three",     "four",     "five",    "six",
                                       "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
                                       "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const EN_TENS[] = {"",      "",      "twenty",  "thirty", "forty",
                                      "fifty", "sixty", "seventy", "eighty", "ninety"};
static const char *const EN_SCALES[] = {"", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion"};

enum { GROUPS = 7 };

static void join(buffer *out, const char *between, bool *first) {
  if (!*first) buffer_text(out, between);
  *first = false;
}

static void persian_group(buffer *out, unsigned group, bool *first) {
  if (group >= 100) {
    join(out, " و ", first);
    buffer_text(out, FA_HUNDREDS[group / 100]);
    group %= 100;
  }
  if (group >= 20) {
    join(out, " و ", first);
    buffer_text(out, FA_TENS[group / 10]);
    group %= 10;
  }
  if (group) {
    join(out, " و ", first);
    buffer_text(out, FA_UNITS[group]);
  }
}

static void english_group(buffer *out, unsigned group, bool *first) {
  if (group >= 100) {
    join(out, " ", first);
    buffer_text(out, EN_UNITS[group / 100]);
    buffer_text(out, " hundred");
    group %= 100;
  }
  if (!group) return;
  join(out, " ", first);
  if (group >= 20) {
    buffer_text(out, EN_TENS[group / 10]);
    group %= 10;
    if (group) buffer_byte(out, '-');
  }
  if (group) buffer_text(out, EN_UNITS[group]);
}

static void spell(buffer *out, uint64_t value, text_language language) {
  unsigned groups[GROUPS];
  for (size_t i = 0; i < GROUPS; i++) {
    groups[i] = (unsigned)(value % 1000);
    value /= 1000;
  }
  bool first = true, fa = language != TEXT_ENGLISH;
  for (size_t i = GROUPS; i-- > 0;) {
    if (!groups[i]) continue;
    if (fa)
      persian_group(out, groups[i], &first);
    else
      english_group(out, groups[i], &first);
    if (i) {
      buffer_byte(out, ' ');
      buffer_text(out, fa ? FA_SCALES[i] : EN_SCALES[i]);
    }
  }
  if (first) buffer_text(out, fa ? FA_UNITS[0] : EN_UNITS[0]);
}

static bool ends_with(const buffer *b, const char *ending) {
  size_t length = strlen(ending);
  return b->length >= length && !memcmp(b->bytes + b->length - length, ending, length);
}

static void replace_ending(buffer *b, const char *ending, const char *other) {
  b->length -= strlen(ending);
  buffer_text(b, other);
}

static void persian_ordinal(buffer *out) {
  if (ends_with(out, "سه"))
    replace_ending(out, "ه", "وم");
  else if (ends_with(out, "ی"))
    buffer_text(out, TEXT_HALF_SPACE "ام");
  else
    buffer_text(out, "م");
}

static void english_ordinal(buffer *out) {
  static const char *const IRREGULAR[][2] = {{"one", "first"},     {"two", "second"},   {"three", "third"},
                                             {"five", "fifth"},    {"eight", "eighth"}, {"nine", "ninth"},
                                             {"twelve", "twelfth"}};
  for (size_t i = 0; i < sizeof IRREGULAR / sizeof *IRREGULAR; i++)
    if (ends_with(out, IRREGULAR[i][0])) {
      replace_ending(out, IRREGULAR[i][0], IRREGULAR[i][1]);
      return;
    }
  if (ends_with(out, "ty"))
    replace_ending(out, "y", "ieth");
  else
    buffer_text(out, "th");
}

/* «و هشتاد و پنج صدم», " point eight five" */
static void spell_fraction(buffer *out, uint32_t nano, bool whole, text_language language) {
  unsigned places = 9;
  while (nano % 10 == 0) {
    nano /= 10;
    places--;
  }
  if (language == TEXT_ENGLISH) {
    buffer_text(out, whole ? " point" : "zero point");
    uint32_t unit = 1;
    for (unsigned i = 1; i < places; i++) unit *= 10;
    for (; unit; unit /= 10) {
      buffer_byte(out, ' ');
      buffer_text(out, EN_UNITS[nano / unit % 10]);
    }
    return;
  }
  static const char *const PLACES[] = {"",         "دهم",      "صدم",         "هزارم",       "ده هزارم",
                                       "صد هزارم", "میلیونیم", "ده میلیونیم", "صد میلیونیم", "میلیاردم"};
  if (whole) buffer_text(out, " و ");
  spell(out, nano, language);
  buffer_byte(out, ' ');
  buffer_text(out, PLACES[places]);
}

void text_number_words(buffer *out, int64_t value, int32_t nano, bool ordinal, text_language language) {
  bool fa = language != TEXT_ENGLISH;
  uint64_t whole = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  uint32_t part = (uint32_t)(nano < 0 ? -nano : nano);
  if (value < 0 || (!value && nano < 0)) buffer_text(out, fa ? "منفی " : "minus ");
  bool has_part = part > 0 && part < TEXT_NANO;
  if (whole || !has_part) spell(out, whole, language);
  if (has_part) {
    spell_fraction(out, part, whole > 0, language);
  } else if (ordinal && !out->failed) {
    if (fa)
      persian_ordinal(out);
    else
      english_ordinal(out);
  }
}
