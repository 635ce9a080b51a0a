/* Personal identifiers out of a text and back. */
#include <check.h>
#include <marfacrm/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <text/redact.h>

static text_redaction *redaction;
static void setup(void) { redaction = text_redaction_new(); }
static void teardown(void) { text_redaction_free(redaction); }

static char *redacted(const char *text) {
  buffer out;
  buffer_init(&out, 1 << 26);
  ck_assert_int_eq(text_redact(redaction, text, strlen(text), &out), MCRM_OK);
  return buffer_take(&out);
}

static char *restored(const char *text) {
  buffer out;
  buffer_init(&out, 1 << 26);
  ck_assert_int_eq(text_restore(redaction, text, strlen(text), &out), MCRM_OK);
  return buffer_take(&out);
}

static void becomes(const char *text, const char *expected) {
  char *hidden = redacted(text), *back = restored(hidden);
  ck_assert_str_eq(hidden, expected);
  ck_assert_str_eq(back, text);
  free(hidden);
  free(back);
}

START_TEST(identifiers_become_tokens_and_come_back) {
  becomes("زنگ بزن به 0912 345 6789 یا @reza_vpn", "زنگ بزن به [PHONE_1] یا [TELEGRAM_1]");
  becomes("کارت 6037-7016-8909-5443 و شبا IR550570022080013447370101", "کارت [CARD_1] و شبا [SHEBA_1]");
  becomes("ایمیل a.b@example.com، کد ملی 0499370899 و 10.0.0.1", "ایمیل [EMAIL_1]، کد ملی [ID_1] و [IP_1]");
}
END_TEST

START_TEST(one_identifier_has_one_token_in_every_form_and_text) {
  char *a = redacted("0912 345 6789 و +989123456789"), *b = redacted("شماره ۰۹۱۲۳۴۵۶۷۸۹ و 09351112233");
  ck_assert_str_eq(a, "[PHONE_1] و [PHONE_1]");
  ck_assert_str_eq(b, "شماره [PHONE_1] و [PHONE_2]");
  free(a);
  free(b);
}
END_TEST

START_TEST(typed_tokens_are_not_taken_for_ours) {
  becomes("او نوشت [PHONE_1] و 09123456789", "او نوشت [PHONE_0_1] و [PHONE_1]");
  becomes("[PHONE_0_1] [PHONE_ [EMAIL_x]", "[PHONE_0_0_1] [PHONE_0_ [EMAIL_0_x]");
  char *back = restored("[PHONE_7] [CARD_1] [PHONE_01]");
  ck_assert_str_eq(back, "[PHONE_7] [CARD_1] [PHONE_01]");
  free(back);
}
END_TEST

START_TEST(many_identifiers_take_linear_time) {
  enum { COUNT = 100000 };
  char *text = malloc(COUNT * 13 + 1);
  for (int i = 0; i < COUNT; i++) snprintf(text + (size_t)i * 13, 14, "0912%07d\n ", i * 37 % 10000000);
  char *hidden = redacted(text), *back = restored(hidden);
  ck_assert(strncmp(hidden, "0912", 4) && !strstr(hidden, "\n 0912"));
  ck_assert_str_eq(back, text);
  free(text);
  free(hidden);
  free(back);
}
END_TEST

START_TEST(malformed_text_is_refused) {
  buffer out;
  buffer_init(&out, 100);
  ck_assert_int_eq(text_redact(redaction, "a\xFF", 2, &out), MCRM_INVALID);
  buffer_free(&out);
}
END_TEST

int main(void) {
  TCase *t = tcase_create("redact");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_set_timeout(t, 60);
  tcase_add_test(t, identifiers_become_tokens_and_come_back);
  tcase_add_test(t, one_identifier_has_one_token_in_every_form_and_text);
  tcase_add_test(t, typed_tokens_are_not_taken_for_ours);
  tcase_add_test(t, many_identifiers_take_linear_time);
  tcase_add_test(t, malformed_text_is_refused);
  Suite *suite = suite_create("redact");
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
