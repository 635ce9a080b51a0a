/* Who does not come by a secret path sees nothing. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "visit.h"

static place p;
static void open_place(void) { place_open(&p, NULL); }
static void close_place(void) { place_close(&p); }

static __attribute__((unused)) void not_mine(visitor *v, const char *method, const char *target) {
  answer a = ask(v, method, target, NULL, NULL);
  ck_assert_msg(a.status == 0, "%s %s: %d", method, target, a.status);
  answer_free(&a);
}

START_TEST(a_secret_path_leads_to_the_mount_and_gives_a_cookie) {
  visitor v = {.gateway = p.gateway};
  char target[80];
  snprintf(target, sizeof target, "/%s?utm_source=telegram", p.crt);
  answer a = ask(&v, "GET", target, NULL, NULL);
  ck_assert_int_eq(a.status, 303);
  ck_assert_str_eq(header_of(&a, "Location"), "/crm/");
  ck_assert_ptr_nonnull(strstr(a.headers, "Set-Cookie: mcrm_gate="));
  ck_assert_ptr_nonnull(strstr(a.headers, "; Max-Age=2592000; Path=/crm; HttpOnly; SameSite=Lax\n"));
  ck_assert_str_eq(header_of(&a, "Referrer-Policy"), "no-referrer");
  ck_assert_str_eq(header_of(&a, "Cache-Control"), "no-store");
  ck_assert_uint_eq(a.length, 0);
  ck_assert_ptr_null(strstr(a.headers, p.crt));
  answer_free(&a);
  free(expect(&v, 401, "GET", "/crm/api/v1/session", NULL, NULL));
}
END_TEST

static Suite *suite(void) {
  Suite *s = suite_create("gate");
  TCase *c = tcase_create("gate");
  tcase_set_timeout(c, 250);
  tcase_add_checked_fixture(c, open_place, close_place);
  tcase_add_test(c, a_secret_path_leads_to_the_mount_and_gives_a_cookie);
  suite_add_tcase(s, c);
  return s;
}

int main(void) {
  SRunner *runner = srunner_create(suite());
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
