/* Old plugins in new hosts, and the reverse: compiled twice, with the header of today and with one to come, and run
 * with plugins of 1.0, of today and of a version to come. Under the address sanitizer a wrong size is a report. */
#include "stand.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static const char *const plugins[] = {"aged", "ageless", "coming_plugin"};

START_TEST(ages_understand_each_other) {
  stand s;
  const char *plugin = plugins[_i / 2];
  bool isolated = _i % 2;
#ifdef HOST_TO_COME
  /* marfacrm-provider is today's: what is tested between processes is that both sides skip what they do not know. */
  ck_assert_uint_gt(sizeof(mcrm_chat_reply), 130);
#endif
  int code = stand_open_plugin(&s, isolated, plugin, SETTINGS("greeting=سلام "));
  ck_assert_msg(code == 0, "%s: %s", plugin, s.error.detail);
  ck_assert_str_eq(provider_plugin(s.provider), "aged 1.0");
  ck_assert_int_eq(provider_capabilities(s.provider)->context_tokens, 1234);
  mcrm_outcome outcome = stand_chat(&s, "رضا", 10000, false);
  ck_assert_msg(outcome == MCRM_OUTCOME_OK, "%s: %s", plugin, s.call.failure.detail);
  ck_assert_str_eq(s.chat.text, "سلام رضا");
  ck_assert_int_ge(s.chat.cost, 88); /* the size that the plugin knows the reply by */
  ck_assert_int_eq(s.chat.input_tokens, -1);
  ck_assert_uint_eq(s.chat.size, sizeof s.chat);
  stand_close(&s);
}
END_TEST

/* The loader knows objects by name: each must have its own, also in this process. */
START_TEST(two_plugins_are_two) {
  stand one, other;
  ck_assert_int_eq(stand_open_plugin(&one, _i, "rogue", NULL), 0);
  ck_assert_int_eq(stand_open_plugin(&other, _i, "aged", NULL), 0);
  ck_assert_str_eq(provider_plugin(one.provider), "rogue 1.0");
  ck_assert_ptr_null(strstr(provider_plugin(other.provider), "rogue"));
  stand_close(&other);
  stand_close(&one);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("ages");
  TCase *c = tcase_create("ages");
  tcase_add_loop_test(c, ages_understand_each_other, 0, 6);
  tcase_add_loop_test(c, two_plugins_are_two, 0, 2);
  suite_add_tcase(suite, c);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
