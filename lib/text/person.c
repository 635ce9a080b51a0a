/* People by their titles: «آقای رضایی», «خانم دکتر احمدی», «مهندس محمد کریمی», "Mr. Smith". */
#include <string.h>

#include "entity_reader.h"

/* Both lists in the order of their bytes, folded. */
static const char *const GIVEN[] = {
    "آتنا",     "آرش",      "آرمان",  "آرمین", "آریا",   "آزاده",    "آناهیتا",  "آیدا",
    "ابراهیم",  "ابوالفضل", "احسان",  "احمد",  "ارسلان", "اسماعیل",  "اشکان",    "اصغر",
    "اعظم",     "افشین",    "الهام",  "الهه",  "امید",   "امیر",     "امیرحسین", "امیررضا",
    "امیرعلی",  "اکبر",     "اکرم",   "ایمان", "ایوب",   "بابک",     "بهاره",    "بهرام",
    "بهروز",    "بهزاد",    "بهناز",  "بهنام", "ترانه",  "تورج",     "ثریا",     "جعفر",
    "جمشید",    "جواد",     "حامد",   "حبیب",  "حدیث",   "حسن",      "حسین",     "حمید",
    "حمیدرضا",  "حمیده",    "خدیجه",  "خسرو",  "داریوش", "داود",     "داوود",    "راحله",
    "راضیه",    "رامین",    "رحیم",   "رسول",  "رضا",    "رضوان",    "رقیه",     "روح‌الله",
    "رویا",     "ریحانه",   "زهرا",   "زهره",  "زینب",   "سارا",     "سامان",    "ساناز",
    "ستاره",    "سجاد",     "سحر",    "سروش",  "سعید",   "سمانه",    "سمیرا",    "سمیه",
    "سهراب",    "سهیلا",    "سودابه", "سوسن",  "سپیده",  "سیامک",    "سیاوش",    "سینا",
    "شاهین",    "شایان",    "شبنم",   "شهاب",  "شهرام",  "شهرزاد",   "شهریار",   "شهلا",
    "شهناز",    "شکوفه",    "شیدا",   "شیرین", "شیما",   "صادق",     "صالح",     "صبا",
    "صدیقه",    "طاها",     "طاهره",  "طیبه",  "عادل",   "عاطفه",    "عباس",     "عرفان",
    "علی",      "علیرضا",   "غزاله",  "غزل",   "غلام",   "غلامرضا",  "فائزه",    "فاطمه",
    "فرامرز",   "فرزاد",    "فرزانه", "فرشاد", "فرشته",  "فرهاد",    "فریبا",    "فرید",
    "فریدون",   "فهیمه",    "قاسم",   "لاله",  "لیلا",   "لیلی",     "مازیار",   "مجتبی",
    "مجید",     "محبوبه",   "محدثه",  "محسن",  "محمد",   "محمدحسین", "محمدرضا",  "محمدعلی",
    "محمدمهدی", "محمود",    "مرتضی",  "مرضیه", "مریم",   "مسعود",    "مصطفی",    "معصومه",
    "ملیکا",    "منصور",    "منیژه",  "مهدی",  "مهران",  "مهرداد",   "مهسا",     "مهشید",
    "مهناز",    "مژده",     "مژگان",  "میثم",  "میلاد",  "مینا",     "نادر",     "نازنین",
    "نازی",     "ناصر",     "ندا",    "نرجس",  "نرگس",   "نسترن",    "نسرین",    "نوید",
    "نگار",     "نگین",     "نیلوفر", "نیما",  "هادی",   "هانیه",    "هدی",      "هستی",
    "هما",      "هوشنگ",    "هومن",   "وحید",  "پارسا",  "پدرام",    "پروانه",   "پرویز",
    "پروین",    "پریسا",    "پریناز", "پوریا", "پویا",   "پژمان",    "پیمان",    "کاظم",
    "کامران",   "کاوه",     "کبری",   "کریم",  "کوروش",  "کیمیا",    "کیوان",    "گلناز",
    "یاسر",     "یاسمن",    "یاسین",  "یعقوب", "یلدا",   "یوسف"};

/* What may follow a title without being a name. */
static const char *const NO_NAME[] = {"آره",
                                      "آقا",
                                      "آقای",
                                      "آمد",
                                      "آن",
                                      "از",
                                      "است",
                                      "است؟",
                                      "الان",
                                      "اما",
                                      "امروز",
                                      "او",
                                      "اومد",
                                      "اون",
                                      "اگر",
                                      "اگه",
                                      "این",
                                      "با",
                                      "باید",
                                      "ببخشید",
                                      "بر",
                                      "برای",
                                      "بزرگ",
                                      "بعدا",
                                      "بله",
                                      "به",
                                      "بود",
                                      "تا",
                                      "تر",
                                      "تماس",
                                      "جان",
                                      "جواب",
                                      "جوان",
                                      "جون",
                                      "خانم",
                                      "خانم‌ها",
                                      "خواست",
                                      "خواستن",
                                      "خوب",
                                      "خوبی",
                                      "خوبید",
                                      "خوبین",
                                      "خودتون",
                                      "خودش",
                                      "خودشون",
                                      "خیلی",
                                      "دارن",
                                      "دارند",
                                      "داره",
                                      "در",
                                      "دکتر",
                                      "دیروز",
                                      "دیگر",
                                      "دیگه",
                                      "را",
                                      "رو",
                                      "زنگ",
                                      "سلام",
                                      "شاید",
                                      "شد",
                                      "شده",
                                      "شما",
                                      "عزیز",
                                      "عزیزم",
                                      "فردا",
                                      "فرستاد",
                                      "فروشنده",
                                      "فقط",
                                      "قبلا",
                                      "لطفا",
                                      "ما",
                                      "مثل",
                                      "محترم",
                                      "مدیر",
                                      "مرسی",
                                      "مشتری",
                                      "ممنون",
                                      "ممنونم",
                                      "من",
                                      "مهندس",
                                      "میخواد",
                                      "میشه",
                                      "میگفت",
                                      "میگه",
                                      "می‌خواد",
                                      "می‌شه",
                                      "نفر",
                                      "نماینده",
                                      "نه",
                                      "نیز",
                                      "ها",
                                      "های",
                                      "هر",
                                      "هست",
                                      "هستم",
                                      "هستن",
                                      "هستند",
                                      "هم",
                                      "همسایه",
                                      "همه",
                                      "همون",
                                      "همکار",
                                      "همین",
                                      "هنوز",
                                      "هیچ",
                                      "و",
                                      "ولی",
                                      "وی",
                                      "پس",
                                      "پشتیبان",
                                      "پشتیبانی",
                                      "پیام",
                                      "چرا",
                                      "چه",
                                      "چون",
                                      "چی",
                                      "کجا",
                                      "کرد",
                                      "کردن",
                                      "کردند",
                                      "کسی",
                                      "که",
                                      "کی",
                                      "گرامی",
                                      "گفت",
                                      "گفتن",
                                      "گفتند",
                                      "گفته",
                                      "یه",
                                      "یک",
                                      "یکی"};

/* A word against a text of this length: below, equal or above. */
static int word_order(const char *word, const char *text, size_t length) {
  size_t i = 0;
  while (i < length && word[i] == text[i]) i++;
  return i < length ? (unsigned char)word[i] - (unsigned char)text[i] : word[i] != 0;
}

static bool listed(const char *const *list, size_t count, const text_token *t) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = word_order(list[middle], t->fold, t->fold_length);
    if (!order) return true;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return false;
}

#define LISTED(list, t) listed(list, sizeof(list) / sizeof *(list), t)

static bool any_of(const text_token *t, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (text_token_is(t, words[i])) return true;
  return false;
}

static bool persian_title(const text_token *t) {
  static const char *const TITLES[] = {"آقای",  "اقای",   "خانم",  "خانوم",   "مهندس",    "دکتر",
                                       "سرکار", "جناب",   "استاد", "حاجی",    "حاج",      "آقا",
                                       "سید",   "aghaye", "aqaye", "khanome", "khanoome", "mohandes"};
  return any_of(t, TITLES, sizeof TITLES / sizeof *TITLES);
}

/* «آقا» and «خانم» stand alone as an address more often than before a name. */
static bool weak_title(const text_token *t) {
  static const char *const WEAK[] = {"آقا", "حاج", "سید", "جناب", "سرکار", "استاد", "خانم", "خانوم", "دکتر", "مهندس"};
  return any_of(t, WEAK, sizeof WEAK / sizeof *WEAK);
}

static bool english_title(const text_token *t) {
  static const char *const TITLES[] = {"mr", "mrs", "ms", "miss", "dr", "prof", "mister"};
  return any_of(t, TITLES, sizeof TITLES / sizeof *TITLES);
}

static bool ends_with(const text_token *t, const char *ending) {
  size_t length = strlen(ending);
  return t->fold_length > length + 2 && !memcmp(t->fold + t->fold_length - length, ending, length);
}

static bool surname_form(const text_token *t) {
  static const char *const ENDINGS[] = {"ی",  "زاده", "پور", "نژاد", "یان", "فر",   "نیا", "وند",
                                        "لو", "چی",   "مند", "منش",  "راد", "خواه", "دوست"};
  for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++)
    if (ends_with(t, ENDINGS[i])) return true;
  return false;
}

/* Verbs that follow a name: «آقای رضایی میگه», «نمی‌خواست». */
static bool verb_form(const text_token *t) {
  return t->fold_length > 6 && (!memcmp(t->fold, "می", 4) || !memcmp(t->fold, "نمی", 6)) &&
         (ends_with(t, "ه") || ends_with(t, "د") || ends_with(t, "ن") || ends_with(t, "م"));
}

static bool could_be_name(const text_token *t) {
  return t->kind == TEXT_WORD && t->fold_length >= 4 && !LISTED(NO_NAME, t) && !(verb_form(t) && !LISTED(GIVEN, t));
}

static void name_value(arena *a, const text_scan *s, size_t first, size_t last, text_entity *out) {
  const text_token *from = &s->tokens[first], *to = &s->tokens[last];
  entity_span(s, out->token, (size_t)(to->fold - s->folded.bytes) + to->fold_length, out);
  out->kind = TEXT_PERSON;
  out->value = arena_copy(a, s->text + from->start, to->end - from->start);
}

/* Capitalised words behind the title. */
static bool english_person(arena *a, const text_scan *s, size_t token, text_entity *out) {
  size_t at = token + 1, first;
  if (at < s->token_count && text_token_is(&s->tokens[at], ".")) at++;
  first = at;
  while (at < s->token_count && at < first + 3 && s->tokens[at].kind == TEXT_WORD &&
         s->text[s->tokens[at].start] >= 'A' && s->text[s->tokens[at].start] <= 'Z')
    at++;
  if (at == first) return false;
  name_value(a, s, first, at - 1, out);
  return true;
}

/* The first letters of all titles; sends most words away. */
static bool may_be_title(const text_token *t) {
  if ((unsigned char)t->fold[0] < 0x80) return t->fold_length <= 8 && strchr("adkmp", t->fold[0]) != NULL;
  if (t->fold_length < 6 || t->fold_length > 10) return false;
  for (const char *first = "آاخمدسجح"; *first; first += 2)
    if (first[0] == t->fold[0] && first[1] == t->fold[1]) return true;
  return false;
}

bool person_at(arena *a, const text_scan *s, size_t token, text_entity *out) {
  const text_token *t = &s->tokens[token];
  if (t->kind != TEXT_WORD || !may_be_title(t)) return false;
  *out = (text_entity){.token = token};
  if ((unsigned char)t->fold[0] < 0x80 && english_title(t)) return english_person(a, s, token, out);
  if (!persian_title(t)) return false;
  size_t at = token;
  bool weak = true;
  while (at < s->token_count && at < token + 4 && s->tokens[at].kind == TEXT_WORD && persian_title(&s->tokens[at])) {
    weak = weak && weak_title(&s->tokens[at]);
    at++;
  }
  if (at >= s->token_count || !could_be_name(&s->tokens[at])) return false;
  const text_token *name = &s->tokens[at];
  bool given = LISTED(GIVEN, name);
  if (weak && !given && !surname_form(name)) return false;
  size_t last = at;
  bool follows = at + 1 < s->token_count && could_be_name(&s->tokens[at + 1]);
  if (given && follows) {
    const text_token *next = &s->tokens[at + 1];
    if (LISTED(GIVEN, next) || surname_form(next)) last = at + 1;
    bool third = last > at && at + 2 < s->token_count && LISTED(GIVEN, next) && could_be_name(&s->tokens[at + 2]) &&
                 surname_form(&s->tokens[at + 2]);
    if (third) last = at + 2;
  } else if (follows && surname_form(name)) {
    static const char *const SECOND[] = {"زاده", "پور", "نژاد", "نیا", "فر", "تبار", "مقدم", "اصل", "فرد", "راد"};
    if (any_of(&s->tokens[at + 1], SECOND, sizeof SECOND / sizeof *SECOND)) last = at + 1;
  }
  name_value(a, s, at, last, out);
  return true;
}
