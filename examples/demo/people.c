#include "people.h"

#include <stdio.h>
#include <string.h>

uint64_t demo_random(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
  return z ^ z >> 31;
}

unsigned demo_below(uint64_t *state, unsigned below) { return (unsigned)(demo_random(state) % below); }

typedef struct word {
  const char *fa, *latin;
} word;

static const word first_names[] = {
    {"محمد", "mohammad"}, {"علی", "ali"},         {"رضا", "reza"},
    {"حسین", "hossein"},  {"مهدی", "mehdi"},      {"امیرحسین", "amirhossein"},
    {"سعید", "saeed"},    {"مجید", "majid"},      {"حمید", "hamid"},
    {"وحید", "vahid"},    {"احسان", "ehsan"},     {"بهنام", "behnam"},
    {"پویا", "pouya"},    {"فرهاد", "farhad"},    {"کاوه", "kaveh"},
    {"آرش", "arash"},     {"ژاله", "zhaleh"},     {"گلناز", "golnaz"},
    {"چنگیز", "changiz"}, {"نرگس", "narges"},     {"زهرا", "zahra"},
    {"مریم", "maryam"},   {"سمیه", "somayeh"},    {"لیلا", "leila"},
    {"شیما", "shima"},    {"یاسر", "yaser"},      {"داوود", "davood"},
    {"ناصر", "naser"},    {"ابراهیم", "ebrahim"}, {"صادق", "sadegh"},
};

static const word last_names[] = {
    {"رضایی", "rezaei"},         {"محمدی", "mohammadi"},
    {"کریمی", "karimi"},         {"حسینی", "hosseini"},
    {"احمدی", "ahmadi"},         {"مرادی", "moradi"},
    {"جعفری", "jafari"},         {"صادقی", "sadeghi"},
    {"نوری", "nouri"},           {"قاسمی", "ghasemi"},
    {"پورمحمد", "pourmohammad"}, {"گودرزی", "goudarzi"},
    {"چراغی", "cheraghi"},       {"ژاله‌پور", "zhalehpour"},
    {"اکبری", "akbari"},         {"شریفی", "sharifi"},
    {"فلاحی", "fallahi"},        {"باقری", "bagheri"},
    {"یوسفی", "yousefi"},        {"نظری", "nazari"},
    {"طاهری", "taheri"},         {"زارعی", "zarei"},
    {"کاظمی", "kazemi"},         {"سلیمانی", "soleimani"},
    {"عباسی", "abbasi"},         {"خسروی", "khosravi"},
    {"میرزایی", "mirzaei"},      {"دهقان", "dehghan"},
    {"ابراهیمی", "ebrahimi"},    {"آقایی", "aghaei"},
    {"پاکدل", "pakdel"},         {"تهرانی", "tehrani"},
    {"شیرازی", "shirazi"},       {"تبریزی", "tabrizi"},
    {"اصفهانی", "esfahani"},     {"حیدری", "heidari"},
    {"غلامی", "gholami"},        {"لطفی", "lotfi"},
    {"وکیلی", "vakili"},         {"همتی", "hemmati"},
};

static const char *const shop_kinds[] = {
    "موبایل %s",       "فروشگاه %s",     "خدمات موبایل %s", "موبایل‌سرای %s",
    "دنیای موبایل %s", "تعمیرات %s",     "همراه %s",        "کافی‌نت %s",
    "مرکز اینترنت %s", "گالری موبایل %s"};
static const word shop_names[] = {
    {"پارسیان", "parsian"}, {"آریا", "aria"},         {"مهر", "mehr"},          {"ستاره", "setareh"},
    {"آسمان", "aseman"},    {"پاسارگاد", "pasargad"}, {"نگین", "negin"},        {"الماس", "almas"},
    {"دیجیتال", "digital"}, {"ایران", "iran"},        {"سپهر", "sepehr"},       {"کیان", "kian"},
    {"گلستان", "golestan"}, {"ژوپیتر", "jupiter"},    {"چهارراه", "chaharrah"}, {"رویال", "royal"},
    {"آفتاب", "aftab"},     {"پرواز", "parvaz"},      {"نوین", "novin"},        {"سامان", "saman"},
};

static const char *const operators[] = {"912", "913", "914", "915", "916", "917", "918", "919", "910", "911", "935",
                                        "936", "937", "938", "939", "901", "902", "903", "990", "991", "992", "920"};

#define COUNT(list) ((unsigned)(sizeof(list) / sizeof *(list)))

static void foreign_digits(const char *text, const char *zero, char out[PERSON_TEXT]) {
  size_t used = 0;
  for (; *text && used + 3 < PERSON_TEXT; text++) {
    if (*text >= '0' && *text <= '9') {
      out[used++] = zero[0];
      out[used++] = (char)(zero[1] + (*text - '0'));
    } else {
      out[used++] = *text;
    }
  }
  out[used] = 0;
}

/* The forms in which the same number stands in real tables. */
static void write_phone(uint64_t *state, unsigned n, char out[PERSON_TEXT]) {
  char text[PERSON_TEXT];
  const char *operator= operators[demo_below(state, COUNT(operators))];
  unsigned number = (n * 7919u + 1230457u) % 10000000u; /* 7919 is prime: all differ */
  unsigned high = number / 10000, low = number % 10000;
  switch (demo_below(state, 14)) {
    case 0:
      snprintf(text, sizeof text, "0%s %03u %04u", operator, high, low);
      break;
    case 1:
      snprintf(text, sizeof text, "+98 %s %03u %04u", operator, high, low);
      break;
    case 2:
      snprintf(text, sizeof text, "+98%s%03u%04u", operator, high, low);
      break;
    case 3:
      snprintf(text, sizeof text, "0098%s%03u%04u", operator, high, low);
      break;
    case 4:
      snprintf(text, sizeof text, "98%s%03u%04u", operator, high, low);
      break;
    case 5:
      snprintf(text, sizeof text, "%s%03u%04u", operator, high, low);
      break;
    case 6:
      snprintf(text, sizeof text, "0%s-%03u-%04u", operator, high, low);
      break;
    case 7:
      snprintf(text, sizeof text, "0%s%03u%04u / 021%08u", operator, high, low, 40000000u + number);
      break;
    case 8:
      snprintf(text, sizeof text, " 0%s%03u%04u ", operator, high, low);
      break;
    default:
      snprintf(text, sizeof text, "0%s%03u%04u", operator, high, low);
      break;
  }
  switch (demo_below(state, 8)) {
    case 0:
      foreign_digits(text, "\xDB\xB0", out);
      break; /* ۰ */
    case 1:
      foreign_digits(text, "\xD9\xA0", out);
      break; /* ٠ */
    default:
      snprintf(out, PERSON_TEXT, "%s", text);
      break;
  }
}

static void write_telegram(uint64_t *state, const char *name, int urls, char out[PERSON_TEXT]) {
  static const char *const forms[] = {"@%s", "%s", "https://t.me/%s", "t.me/%s", "http://telegram.me/%s", "@%s"};
  unsigned form = urls ? 2 : demo_below(state, COUNT(forms));
  switch (form) {
    case 0:
    case 5:
      snprintf(out, PERSON_TEXT, "@%.100s", name);
      break;
    case 1:
      snprintf(out, PERSON_TEXT, "%.100s", name);
      break;
    case 2:
      snprintf(out, PERSON_TEXT, "https://t.me/%.80s", name);
      break;
    case 3:
      snprintf(out, PERSON_TEXT, "t.me/%.80s", name);
      break;
    default:
      snprintf(out, PERSON_TEXT, "http://telegram.me/%.80s", name);
      break;
  }
}

void demo_person(uint64_t *state, unsigned n, int urls, const char *inactive, person *out) {
  const word *first = &first_names[demo_below(state, COUNT(first_names))];
  const word *last = &last_names[demo_below(state, COUNT(last_names))];
  const word *shop = &shop_names[demo_below(state, COUNT(shop_names))];
  const char *kind = shop_kinds[demo_below(state, COUNT(shop_kinds))];
  char handle[PERSON_TEXT];
  snprintf(out->name, sizeof out->name, "%s %s", first->fa, last->fa);
  size_t before = strcspn(kind, "%");
  snprintf(out->shop, sizeof out->shop, "%.*s%s", (int)before, kind, shop->fa);
  snprintf(out->username, sizeof out->username, "%s_%s%u", first->latin, shop->latin, 100 + n);
  snprintf(handle, sizeof handle, "%s_%s%u", last->latin, shop->latin, 10 + n);
  write_phone(state, n, out->phone);
  write_telegram(state, handle, urls, out->telegram);
  if (!demo_below(state, 40)) out->phone[0] = 0;
  if (!demo_below(state, 15)) out->telegram[0] = 0;
  unsigned luck = demo_below(state, 100);
  out->status = luck < 88 ? "active" : luck < 95 ? "inactive" : inactive;
}
