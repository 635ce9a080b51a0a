/* Who came in, by which path, and who failed to: in the audit log, and in bounds. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "visit.h"

static place p;
static void open_place(void) { place_open(&p, NULL); }
static void close_place(void) { place_close(&p); }

static visitor arrived(const char *gate) {
  visitor v = {.gateway = p.gateway, .peer = "192.0.2.7"};
  come_in(&v, strcmp(gate, "crt") ? p.admin : p.crt);
  return v;
}

static void fails(visitor *v, const char *username) {
  char json[200];
  snprintf(json, sizeof json, "{\"username\":\"%s\",\"password\":\"not the password\"}", username);
  free(expect(v, 401, "POST", "/crm/api/v1/session", NULL, json));
}

static char *audit(void) { return must(p.people.admin, "audit.list", "{\"limit\":100}"); }

static unsigned times(const char *text, const char *what) {
  unsigned count = 0;
  for (const char *at = text; (at = strstr(at, what)); at += strlen(what)) count++;
  return count;
}

static void id_of(mcrm_session *s, char id[24]) {
  char *me = must(s, "session.me", NULL);
  text_of(me, "id", id, 24);
  mcrm_free(me);
}

START_TEST(a_login_tells_by_which_path_and_how) {
  visitor crt = arrived("crt"), admin = arrived("admin");
  sign_in_as(&crt, "sara");
  sign_in_as(&admin, "admin");
  char *list = must(p.people.admin, "audit.list", "{\"entity\":\"login\",\"limit\":2}");
  ck_assert_uint_eq(times(list, "\"action\":\"login\""), 2);
  ck_assert_uint_eq(times(list, "\"by\":\"password\""), 2);
  ck_assert_uint_eq(times(list, "\"gate\":\"admin\""), 1);
  ck_assert_uint_eq(times(list, "\"gate\":\"crt\""), 1);
  char path[24], entry[60];
  char *gates = must(p.people.admin, "audit.list", "{\"entity\":\"gate\",\"limit\":1}"); /* the admin's, made last */
  text_of(gates, "entity_id", path, sizeof path);
  snprintf(entry, sizeof entry, "\"path\":\"%s\"", path);
  ck_assert_uint_eq(times(list, entry), 1);
  ck_assert_ptr_null(strstr(list, p.crt));
  ck_assert_ptr_null(strstr(list, p.admin));
  mcrm_free(gates);
  mcrm_free(list);
}
END_TEST

START_TEST(failures_of_somebody_are_told_in_bounds) {
  char id[24], who[60];
  visitor v = arrived("crt");
  id_of(p.people.sara, id);
  snprintf(who, sizeof who, "\"user_id\":\"%s\",\"failures\":", id);
  for (int i = 0; i < 3; i++) fails(&v, "sara");
  char *list = audit();
  ck_assert_uint_eq(times(list, who), 1); /* the first is told at once, the next two are counted */
  mcrm_free(list);
  sign_in_as(&v, "sara");
  list = must(p.people.admin, "audit.list", "{\"entity\":\"login\",\"limit\":1}");
  ck_assert_ptr_nonnull(strstr(list, "\"failures\":3"));
  mcrm_free(list);
  v.login[0] = 0;
  for (int i = 0; i < 5; i++) fails(&v, "sara");
  list = audit();
  ck_assert_uint_eq(times(list, who), 3); /* the first again, and that they have to wait */
  strcat(who, "5");
  ck_assert_uint_eq(times(list, who), 1);
  mcrm_free(list);
}
END_TEST

START_TEST(what_nobody_is_called_is_written_nowhere) {
  visitor v = arrived("crt");
  char *before = audit();
  fails(&v, "correct horse"); /* a password, in the wrong field */
  char *after = audit();
  ck_assert_str_eq(before, after);
  mcrm_free(after);
  for (int i = 0; i < 4; i++) fails(&v, "correct horse");
  after = audit();
  ck_assert_uint_eq(times(after, "\"action\":\"deny\""), times(before, "\"action\":\"deny\"") + 1);
  ck_assert_ptr_null(strstr(after, "correct"));
  mcrm_free(before);
  mcrm_free(after);
}
END_TEST

START_TEST(the_chain_holds_and_a_head_kept_elsewhere_is_still_there) {
  mcrm_error error = {0};
  char head[65], later[65];
  int64_t seq, now;
  visitor v = arrived("crt");
  fails(&v, "sara");
  ck_assert(!mcrm_audit_verify(p.people.crm, NULL, 0, head, &seq, &error));
  sign_in_as(&v, "sara");
  ck_assert(!mcrm_audit_verify(p.people.crm, head, seq, later, &now, &error));
  ck_assert_int_gt(now, seq);
  ck_assert_str_ne(head, later);
  ck_assert_int_eq(mcrm_audit_verify(p.people.crm, later, seq, NULL, NULL, &error), MCRM_CONFLICT);
}
END_TEST

static Suite *suite(void) {
  Suite *s = suite_create("audit");
  TCase *c = tcase_create("audit");
  tcase_set_timeout(c, 250);
  tcase_add_checked_fixture(c, open_place, close_place);
  tcase_add_test(c, a_login_tells_by_which_path_and_how);
  tcase_add_test(c, failures_of_somebody_are_told_in_bounds);
  tcase_add_test(c, what_nobody_is_called_is_written_nowhere);
  tcase_add_test(c, the_chain_holds_and_a_head_kept_elsewhere_is_still_there);
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
