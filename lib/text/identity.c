/* Numbers that banks and the state gave out. */
#include <string.h>

#include "entity_reader.h"

enum { CARD = 16, SHEBA = 24, PERSON = 10, COMPANY = 11, LAST_DISTRICT = 749 };

static bool all_digits(const char *d, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (d[i] < '0' || d[i] > '9') return false;
  return length > 0;
}

static bool all_same(const char *d, size_t length) {
  for (size_t i = 1; i < length; i++)
    if (d[i] != d[0]) return false;
  return true;
}

/* Six digits of the issuer → bank. Compared with the list of persian-tools (banksCode in @persian-tools/persian-tools):
 * all of that list but 903769, which looks like a misprint of 603769; 505809 and 581874 are in this one only. */
static const struct {
  const char *prefix, *name;
} BANKS[] = {{"603799", "بانک ملی ایران"},
             {"170019", "بانک ملی ایران"},
             {"589210", "بانک سپه"},
             {"627648", "بانک توسعه صادرات ایران"},
             {"207177", "بانک توسعه صادرات ایران"},
             {"627961", "بانک صنعت و معدن"},
             {"603770", "بانک کشاورزی"},
             {"639217", "بانک کشاورزی"},
             {"628023", "بانک مسکن"},
             {"627760", "پست بانک ایران"},
             {"502908", "بانک توسعه تعاون"},
             {"627412", "بانک اقتصاد نوین"},
             {"622106", "بانک پارسیان"},
             {"639194", "بانک پارسیان"},
             {"627884", "بانک پارسیان"},
             {"502229", "بانک پاسارگاد"},
             {"639347", "بانک پاسارگاد"},
             {"627488", "بانک کارآفرین"},
             {"502910", "بانک کارآفرین"},
             {"621986", "بانک سامان"},
             {"639346", "بانک سینا"},
             {"639607", "بانک سرمایه"},
             {"636214", "بانک آینده"},
             {"502806", "بانک شهر"},
             {"504706", "بانک شهر"},
             {"502938", "بانک دی"},
             {"603769", "بانک صادرات ایران"},
             {"610433", "بانک ملت"},
             {"991975", "بانک ملت"},
             {"627353", "بانک تجارت"},
             {"585983", "بانک تجارت"},
             {"589463", "بانک رفاه کارگران"},
             {"627381", "بانک انصار"},
             {"639370", "بانک مهر اقتصاد"},
             {"606373", "بانک قرض‌الحسنه مهر ایران"},
             {"504172", "بانک قرض‌الحسنه رسالت"},
             {"505416", "بانک گردشگری"},
             {"505426", "بانک گردشگری"},
             {"505785", "بانک ایران زمین"},
             {"636949", "بانک حکمت ایرانیان"},
             {"639599", "بانک قوامین"},
             {"585947", "بانک خاورمیانه"},
             {"505809", "بانک خاورمیانه"},
             {"628157", "موسسه اعتباری توسعه"},
             {"505801", "موسسه اعتباری کوثر"},
             {"606256", "موسسه اعتباری ملل"},
             {"507677", "موسسه اعتباری نور"},
             {"581874", "بانک ایران و ونزوئلا"},
             {"636797", "بانک مرکزی"},
             {"636795", "بانک مرکزی"}};

const char *text_card_bank(const char *digits, size_t length) {
  if (length < 6) return NULL;
  for (size_t i = 0; i < sizeof BANKS / sizeof *BANKS; i++)
    if (!memcmp(BANKS[i].prefix, digits, 6)) return BANKS[i].name;
  return NULL;
}

static bool luhn(const char *d, size_t length) {
  int sum = 0;
  for (size_t i = 0; i < length; i++) {
    int value = d[i] - '0';
    if ((length - i) % 2 == 0) value = value * 2 > 9 ? value * 2 - 9 : value * 2;
    sum += value;
  }
  return sum % 10 == 0;
}

bool text_card_valid(const char *digits, size_t length) {
  return length == CARD && all_digits(digits, length) && text_card_bank(digits, length) && luhn(digits, length);
}

bool text_sheba_valid(const char *sheba, size_t length) {
  if (length != SHEBA + 2 || (sheba[0] | 32) != 'i' || (sheba[1] | 32) != 'r' || !all_digits(sheba + 2, SHEBA))
    return false;
  unsigned rest = 0;
  for (size_t i = 4; i < length; i++) rest = (rest * 10 + (unsigned)(sheba[i] - '0')) % 97;
  rest = (rest * 10000 + 1827) % 97; /* "IR" as 18 27 */
  rest = (rest * 100 + (unsigned)(sheba[2] - '0') * 10 + (unsigned)(sheba[3] - '0')) % 97;
  return rest == 1;
}

bool text_national_id_valid(const char *digits, size_t length) {
  if (length != PERSON || !all_digits(digits, length) || all_same(digits, length)) return false;
  int district = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  if (district == 0 || district > LAST_DISTRICT || !memcmp(digits + 3, "000000", 6)) return false;
  int sum = 0;
  for (int i = 0; i < 9; i++) sum += (digits[i] - '0') * (10 - i);
  int rest = sum % 11, check = digits[9] - '0';
  return check == (rest < 2 ? rest : 11 - rest);
}

bool text_company_id_valid(const char *digits, size_t length) {
  static const int WEIGHTS[] = {29, 27, 23, 19, 17};
  if (length != COMPANY || !all_digits(digits, length) || all_same(digits, length)) return false;
  int tens = digits[9] - '0' + 2, sum = 0;
  for (int i = 0; i < 10; i++) sum += (digits[i] - '0' + tens) * WEIGHTS[i % 5];
  int rest = sum % 11;
  return digits[10] - '0' == (rest == 10 ? 0 : rest);
}

/* ---- in a text ---- */

/* Does one of these words stand within the three tokens before? */
static bool preceded(const text_scan *s, size_t token, const char *const *words, size_t count) {
  for (size_t back = 1; back <= 4 && back <= token; back++)
    for (size_t i = 0; i < count; i++)
      if (text_token_is(&s->tokens[token - back], words[i])) return true;
  return false;
}

static bool sheba_at(arena *a, const text_scan *s, size_t token, text_entity *out) {
  const text_token *t = &s->tokens[token];
  size_t offset = (size_t)(t->fold - s->folded.bytes), start = offset;
  bool named = t->kind == TEXT_WORD;
  if (named) {
    if (t->fold_length < 2 || memcmp(t->fold, "ir", 2) != 0) return false;
    offset += 2;
    while (offset < s->folded.length && s->folded.bytes[offset] == ' ' && offset - start < 4) offset++;
  }
  if (offset >= s->folded.length || s->folded.bytes[offset] < '0' || s->folded.bytes[offset] > '9') return false;
  digit_run run;
  digit_run_read(s, offset, &run);
  if (run.count < SHEBA || !digit_run_ends(s, &run, SHEBA)) return false;
  char sheba[TEXT_SHEBA_SIZE] = "IR";
  memcpy(sheba + 2, run.digits, SHEBA);
  bool valid = text_sheba_valid(sheba, SHEBA + 2);
  if (!valid && !named) return false;
  entity_span(s, token, run.end[SHEBA - 1], out);
  out->kind = TEXT_SHEBA;
  out->flags = valid ? 0 : TEXT_BAD_CHECKSUM;
  out->value = arena_text(a, sheba);
  return true;
}

static bool card_in(arena *a, const text_scan *s, size_t token, size_t offset, const digit_run *run, text_entity *out) {
  if (run->count < CARD || !digit_run_ends(s, run, CARD) || !digit_run_in_fours(run, offset, CARD)) return false;
  entity_span(s, token, run->end[CARD - 1], out);
  out->kind = TEXT_CARD;
  out->flags = text_card_valid(run->digits, CARD) ? 0 : TEXT_BAD_CHECKSUM;
  out->value = arena_copy(a, run->digits, CARD);
  return true;
}

static bool national_in(arena *a, const text_scan *s, size_t token, const digit_run *run, text_entity *out) {
  static const char *const NAMED[] = {"ملی", "کدملی", "شناسه", "melli", "national", "کد‌ملی"};
  bool company = run->count >= COMPANY && digit_run_ends(s, run, COMPANY);
  size_t length = company ? COMPANY : PERSON;
  if (run->count < length || !digit_run_ends(s, run, length)) return false;
  bool named = preceded(s, token, NAMED, sizeof NAMED / sizeof *NAMED);
  bool valid = company ? text_company_id_valid(run->digits, length) : text_national_id_valid(run->digits, length);
  bool whole = run->end[length - 1] - (run->end[0] - 1) == length;
  if (!named && (!valid || !whole)) return false;
  entity_span(s, token, run->end[length - 1], out);
  out->kind = TEXT_NATIONAL_ID;
  out->flags = (valid ? 0U : TEXT_BAD_CHECKSUM) | (company ? TEXT_COMPANY : 0U);
  out->value = arena_copy(a, run->digits, length);
  return true;
}

bool identity_at(arena *a, const text_scan *s, size_t token, text_entity *out) {
  const text_token *t = &s->tokens[token];
  size_t offset = (size_t)(t->fold - s->folded.bytes);
  if (t->kind == TEXT_WORD) return sheba_at(a, s, token, out);
  if (t->kind != TEXT_NUMBER || (offset && s->folded.bytes[offset - 1] >= '0' && s->folded.bytes[offset - 1] <= '9'))
    return false;
  digit_run run;
  digit_run_read(s, offset, &run);
  if (run.count < PERSON) return false;
  return sheba_at(a, s, token, out) || card_in(a, s, token, offset, &run, out) || national_in(a, s, token, &run, out);
}
