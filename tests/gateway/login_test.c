/* Signing in, staying signed in, and what it takes to change something. */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "visit.h"

static place p;
static void open_place(void) { place_open(&p, NULL); }
static void close_place(void) { place_close(&p); }

static const char session[] = "/crm/api/v1/session";

static visitor arrived(const char *gate) {
  visitor v = {.gateway = p.gateway, .peer = "192.0.2.7"};
  come_in(&v, strcmp(gate, "crt") ? p.admin : p.crt);
  return v;
}

static answer try(visitor *v, const char *username, const char *password) {
  char json[400];
  snprintf(json, sizeof json, "{\"username\":\"%s\",\"password\":\"%s\"}", username, password);
  return ask(v, "POST", session, "X-Request-Id: t", json);
}

static void fails(visitor *v, const char *username, const char *password, int status) {
  answer a = try(v, username, password);
  ck_assert_msg(a.status == status, "%s: %d: %s", username, a.status, a.content);
  answer_free(&a);
}

START_TEST(signing_in_tells_who_one_is_and_gives_a_strict_cookie) {
  visitor v = arrived("crt");
  answer a = try(&v, "sara", PASSWORD);
  ck_assert_int_eq(a.status, 200);
  ck_assert_ptr_nonnull(strstr(a.content, "\"username\":\"sara\""));
  ck_assert_ptr_nonnull(strstr(a.content, "\"capabilities\":[{\"operation\":\"session.me\""));
  ck_assert_ptr_nonnull(strstr(a.content, ",\"csrf_token\":\""));
  ck_assert_ptr_nonnull(strstr(a.headers, "Set-Cookie: mcrm_login="));
  ck_assert_ptr_nonnull(strstr(a.headers, "; Max-Age=43200; Path=/crm; HttpOnly; SameSite=Strict\n"));
  ck_assert_ptr_null(strstr(a.content, v.login + strlen("mcrm_login=")));
  answer_free(&a);
  char *me = expect(&v, 200, "GET", session, NULL, NULL);
  char token[80];
  text_of(me, "csrf_token", token, sizeof token);
  ck_assert_uint_eq(strlen(token), 64);
  free(me);
}
END_TEST

START_TEST(a_wrong_name_and_a_wrong_password_are_told_alike) {
  visitor v = arrived("crt");
  answer name = try(&v, "nobody", PASSWORD), password = try(&v, "sara", "not the password");
  answer none = try(&v, "reza", PASSWORD); /* has no password: the host vouches for them */
  ck_assert_int_eq(name.status, 401);
  ck_assert_str_eq(name.content, password.content);
  ck_assert_str_eq(name.headers, password.headers);
  ck_assert_str_eq(name.content, none.content);
  ck_assert_str_eq(name.headers, none.headers);
  ck_assert_str_eq(v.login, "");
  answer_free(&name);
  answer_free(&password);
  answer_free(&none);
}
END_TEST

/* What a try costs: how often a password was hashed, and with which parameters. */
static struct {
  int times;
  char parameters[64];
} hashed;
int __real_crypto_pwhash_str_verify(const char *hash, const char *password, unsigned long long length);
int __wrap_crypto_pwhash_str_verify(const char *hash, const char *password, unsigned long long length);
int __wrap_crypto_pwhash_str_verify(const char *hash, const char *password, unsigned long long length) {
  const char *end = strchr(strstr(hash, "m="), '$');
  hashed.times++;
  snprintf(hashed.parameters, sizeof hashed.parameters, "%.*s", (int)(end - hash), hash);
  return __real_crypto_pwhash_str_verify(hash, password, length);
}

/* The clock is asked on demand, by timing_test: it belongs into no test that runs with others. */
START_TEST(each_way_to_fail_costs_one_hash_of_the_same_kind) {
  static const char *const names[] = {"sara", "nobody", "reza", ""};
  visitor v = arrived("crt");
  char first[64] = "";
  for (size_t i = 0; names[i][0]; i++) {
    hashed.times = 0;
    fails(&v, names[i], "not the password", 401);
    ck_assert_msg(hashed.times == 1, "%s costs %d hashes", names[i], hashed.times);
    if (!i) strcpy(first, hashed.parameters);
    ck_assert_str_eq(hashed.parameters, first);
  }
  for (int i = 0; i < 4; i++) fails(&v, "nobody", "not the password", 401), fails(&v, "sara", "not the password", 401);
  hashed.times = 0;
  fails(&v, "nobody", "not the password", 429);
  fails(&v, "sara", "not the password", 429); /* who has to wait costs nothing, whether they are there or not */
  ck_assert_int_eq(hashed.times, 0);
}
END_TEST

START_TEST(after_five_failures_a_name_has_to_wait) {
  visitor v = arrived("crt");
  for (int i = 0; i < 5; i++) fails(&v, "sara", "not the password", 401);
  answer a = try(&v, "sara", PASSWORD);
  ck_assert_int_eq(a.status, 429);
  ck_assert_str_eq(header_of(&a, "Retry-After"), "30");
  ck_assert_ptr_nonnull(strstr(a.content, "\"code\":\"busy\""));
  answer_free(&a);
  visitor elsewhere = arrived("crt");
  elsewhere.peer = "198.51.100.1";
  fails(&elsewhere, "sara", PASSWORD, 429);
  fails(&v, "mina", "not the password", 401); /* others need not wait */
  p.people.now += 30001;
  sign_in_as(&v, "sara");
  for (int i = 0; i < 4; i++) fails(&v, "sara", "not the password", 401); /* a success forgives */
  fails(&v, "sara", "not the password", 401);
  fails(&v, "sara", "not the password", 429);
}
END_TEST

START_TEST(waiting_doubles_and_a_name_nobody_has_waits_too) {
  visitor v = arrived("crt");
  v.peer = "";
  for (int i = 0; i < 5; i++) fails(&v, "nobody", "not the password", 401);
  fails(&v, "nobody", "not the password", 429);
  p.people.now += 30001;
  fails(&v, "nobody", "not the password", 401);
  answer a = try(&v, "nobody", "not the password");
  ck_assert_str_eq(header_of(&a, "Retry-After"), "60");
  answer_free(&a);
}
END_TEST

START_TEST(an_address_that_tries_many_names_has_to_wait) {
  visitor v = arrived("crt");
  char name[20];
  v.peer = "2001:db8:1:2::1";
  for (int i = 0; i < 20; i++) {
    snprintf(name, sizeof name, "name%d", i);
    fails(&v, name, "not the password", 401);
  }
  v.peer = "2001:db8:1:2:ffff::9"; /* the same line */
  fails(&v, "sara", PASSWORD, 429);
  v.peer = "2001:db8:1:3::1";
  sign_in_as(&v, "sara");
}
END_TEST

START_TEST(what_is_not_a_login_is_refused) {
  visitor v = arrived("crt");
  static const struct {
    const char *body, *headers;
    int status;
  } cases[] = {{"{}", NULL, 400},
               {"{\"username\":\"sara\"}", NULL, 400},
               {"{\"username\":1,\"password\":\"x\"}", NULL, 400},
               {"[]", NULL, 400},
               {"{\"username\":\"sara\",\"password\":\"x\",\"role\":\"admin\"}", NULL, 400},
               {"username=sara&password=x", "Content-Type: application/x-www-form-urlencoded", 415},
               {"{\"username\":\"sara\",\"password\":\"x\"}", "Content-Type: text/plain", 415},
               {"{\"username\":\"sara\",\"password\":\"x\"}", "Sec-Fetch-Site: cross-site", 403}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    free(expect(&v, cases[i].status, "POST", session, cases[i].headers, cases[i].body));
  char *large = calloc(1, 6000);
  memset(large, ' ', 5999);
  free(expect(&v, 413, "POST", session, NULL, large));
  free(large);
}
END_TEST

/* ---- how long ---- */

START_TEST(a_login_ends_when_it_is_not_used) {
  visitor v = visitor_of(&p, "crt", "sara"), used = visitor_of(&p, "crt", "mina");
  for (int i = 0; i < 4; i++) {
    p.people.now += 10 * 60000;
    usleep(1010000); /* what was looked up is trusted for a second */
    free(expect(&used, 200, "GET", session, NULL, NULL));
  }
  char *error = expect(&v, 401, "GET", session, NULL, NULL);
  ck_assert_ptr_nonnull(strstr(error, "\"code\":\"unauthenticated\""));
  free(error);
}
END_TEST

START_TEST(asking_what_is_new_is_no_use_of_a_login) {
  visitor v = visitor_of(&p, "crt", "sara");
  for (int i = 0; i < 2; i++) {
    p.people.now += 14 * 60000;
    usleep(1010000);
    free(expect(&v, 200, "GET", "/crm/api/v1/events?after=1", NULL, NULL));
  }
  p.people.now += 3 * 60000;
  usleep(1010000);
  free(expect(&v, 401, "GET", session, NULL, NULL));
}
END_TEST

START_TEST(a_login_ends_after_twelve_hours_in_any_case) {
  mcrm_error error = {0};
  mcrm_gateway_options options = {.size = sizeof options, .idle_ms = 40000000};
  place q = p;
  ck_assert(!mcrm_gateway_open(p.people.crm, &options, &q.gateway, &error));
  visitor v = visitor_of(&q, "crt", "sara");
  p.people.now += 12 * 3600000 - 5000000;
  usleep(1010000);
  free(expect(&v, 200, "GET", session, NULL, NULL));
  p.people.now += 5000001;
  usleep(1010000);
  free(expect(&v, 401, "GET", session, NULL, NULL));
  mcrm_gateway_close(q.gateway);
}
END_TEST

START_TEST(signing_out_ends_this_login_at_once) {
  visitor v = visitor_of(&p, "crt", "sara"), other = visitor_of(&p, "crt", "sara");
  visitor stolen = v;
  answer a = ask(&v, "DELETE", session, NULL, NULL);
  ck_assert_int_eq(a.status, 204);
  ck_assert_ptr_nonnull(strstr(a.headers, "Set-Cookie: mcrm_login=; Max-Age=0; Path=/crm"));
  answer_free(&a);
  free(expect(&stolen, 401, "GET", session, NULL, NULL));
  free(expect(&other, 200, "GET", session, NULL, NULL));
}
END_TEST

START_TEST(signing_out_everywhere_ends_all_of_them) {
  visitor v = visitor_of(&p, "crt", "sara"), other = visitor_of(&p, "admin", "sara"),
          mina = visitor_of(&p, "crt", "mina");
  free(expect(&v, 400, "DELETE", "/crm/api/v1/session?everywhere=1", NULL, NULL));
  free(expect(&v, 204, "DELETE", "/crm/api/v1/session?everywhere=true", NULL, NULL));
  free(expect(&other, 401, "GET", session, NULL, NULL));
  free(expect(&mina, 200, "GET", session, NULL, NULL));
}
END_TEST

START_TEST(signing_in_again_ends_the_login_the_browser_had) {
  visitor v = visitor_of(&p, "crt", "sara"), stolen = v;
  sign_in_as(&v, "sara");
  ck_assert_str_ne(v.login, stolen.login);
  usleep(1010000);
  free(expect(&stolen, 401, "GET", session, NULL, NULL));
}
END_TEST

static void change_user(const char *username, const char *members) {
  char id[24];
  mcrm_session *s = !strcmp(username, "sara") ? p.people.sara : p.people.mina;
  char *me = must(s, "session.me", NULL);
  text_of(me, "id", id, sizeof id);
  mcrm_free(me);
  mcrm_free(must_print(p.people.system, "user.update", "{\"id\":\"%s\",%s}", id, members));
}

START_TEST(a_new_password_ends_the_logins_within_a_second) {
  visitor v = visitor_of(&p, "crt", "sara");
  change_user("sara", "\"password\":\"" PASSWORD "\"");
  usleep(1010000);
  free(expect(&v, 401, "GET", session, NULL, NULL));
}
END_TEST

START_TEST(who_is_disabled_is_out_and_cannot_come_back) {
  visitor v = visitor_of(&p, "crt", "sara");
  change_user("sara", "\"active\":false");
  free(expect(&v, 401, "GET", "/crm/api/v1/tasks", NULL, NULL));
  fails(&v, "sara", PASSWORD, 401);
}
END_TEST

START_TEST(a_new_role_counts_with_the_next_request) {
  visitor v = visitor_of(&p, "admin", "mina");
  free(expect(&v, 403, "GET", "/crm/api/v1/admin/jobs", NULL, NULL));
  change_user("mina", "\"role\":\"admin\"");
  free(expect(&v, 200, "GET", "/crm/api/v1/admin/jobs", NULL, NULL));
  change_user("mina", "\"role\":\"agent\"");
  free(expect(&v, 403, "GET", "/crm/api/v1/admin/jobs", NULL, NULL));
}
END_TEST

/* ---- by which gate ---- */

START_TEST(an_admin_at_the_crts_gate_is_no_admin) {
  visitor v = visitor_of(&p, "crt", "admin");
  free(expect(&v, 403, "GET", "/crm/api/v1/admin/audit", NULL, NULL));
  free(expect(&v, 403, "GET", "/crm/metrics", NULL, NULL));
  free(expect(&v, 403, "POST", "/crm/api/v1/admin/paths", NULL, "{\"gate\":\"admin\"}"));
  come_in(&v, p.admin); /* the login was made at the other gate */
  free(expect(&v, 403, "GET", "/crm/api/v1/admin/audit", NULL, NULL));
  sign_in_as(&v, "admin");
  free(expect(&v, 200, "GET", "/crm/api/v1/admin/audit", NULL, NULL));
  free(expect(&v, 200, "GET", "/crm/metrics", NULL, NULL));
  come_in(&v, p.crt); /* and now the cookie is */
  free(expect(&v, 403, "GET", "/crm/api/v1/admin/audit", NULL, NULL));
}
END_TEST

START_TEST(a_login_without_the_gate_shows_nothing) {
  visitor v = visitor_of(&p, "crt", "sara");
  v.gate[0] = 0;
  answer a = ask(&v, "GET", session, NULL, NULL);
  ck_assert_int_eq(a.status, 0);
}
END_TEST

/* ---- changing something needs the token ---- */

START_TEST(what_changes_something_needs_the_token_of_the_login) {
  visitor v = visitor_of(&p, "crt", "sara"), mina = visitor_of(&p, "crt", "mina");
  static const char task[] = "{\"title\":\"x\"}", path[] = "/crm/api/v1/tasks";
  char right[80];
  strcpy(right, v.csrf);
  v.csrf[0] = 0;
  free(expect(&v, 403, "POST", path, NULL, task));
  free(expect(&v, 403, "DELETE", session, NULL, NULL));
  strcpy(v.csrf, mina.csrf);
  free(expect(&v, 403, "POST", path, NULL, task));
  snprintf(v.csrf, sizeof v.csrf, "%.63s", right);
  free(expect(&v, 403, "POST", path, NULL, task));
  strcpy(v.csrf, right);
  free(expect(&v, 403, "POST", path, "Sec-Fetch-Site: cross-site", task));
  free(expect(&v, 403, "POST", path, "Sec-Fetch-Site: same-site", task));
  free(expect(&v, 200, "POST", path, "Sec-Fetch-Site: same-origin", task));
  char *list = expect(&v, 200, "GET", path, NULL, NULL);
  ck_assert_ptr_null(strstr(strstr(list, "\"title\"") + 5, "\"title\""));
  free(list);
}
END_TEST

START_TEST(forged_tokens_sign_nobody_in) {
  visitor v = visitor_of(&p, "crt", "sara");
  char right[256];
  strcpy(right, v.login);
  for (size_t i = strlen("mcrm_login="); i < strlen(right); i += 7) {
    strcpy(v.login, right);
    v.login[i] = v.login[i] == '0' ? '1' : '0';
    free(expect(&v, 401, "GET", session, NULL, NULL));
  }
  strcpy(v.login, "mcrm_login=");
  free(expect(&v, 401, "GET", session, NULL, NULL));
  snprintf(v.login, sizeof v.login, "mcrm_login=%0200d", 0);
  free(expect(&v, 401, "GET", session, NULL, NULL));
}
END_TEST

/* ---- few checks at once ---- */

static atomic_int full;
static char full_gate[256];
static void *knock(void *unused) {
  mcrm_exchange *x;
  (void)unused;
  mcrm_header headers[] = {{"Cookie", full_gate}, {"Content-Type", "application/json"}};
  static const char body[] = "{\"username\":\"sara\",\"password\":\"" PASSWORD "\"}";
  mcrm_head head = {.size = sizeof head, .method = "POST", .target = session, .headers = headers, .header_count = 2};
  if (mcrm_gateway_begin(p.gateway, &head, &x) == MCRM_NOT_MINE) return NULL;
  mcrm_exchange_body(x, body, sizeof body - 1);
  mcrm_gateway_finish(x);
  if (mcrm_exchange_status(x) == 503) atomic_fetch_add(&full, 1);
  if (mcrm_exchange_status(x) == 200) atomic_fetch_add(&full, 1000);
  mcrm_exchange_free(x);
  return NULL;
}

START_TEST(only_so_many_passwords_are_checked_at_once) {
  enum { PEOPLE = 40 };
  pthread_t threads[PEOPLE];
  visitor v = arrived("crt");
  strcpy(full_gate, v.gate);
  atomic_store(&full, 0);
  for (int i = 0; i < PEOPLE; i++) ck_assert(!pthread_create(&threads[i], NULL, knock, NULL));
  for (int i = 0; i < PEOPLE; i++) pthread_join(threads[i], NULL);
  int told = atomic_load(&full);
  ck_assert_msg(told / 1000 >= 2 && told % 1000 >= 1 && told / 1000 + told % 1000 == PEOPLE,
                "%d came in, %d had to wait", told / 1000, told % 1000);
}
END_TEST

/* ---- the host vouches ---- */

static char vouched[65];
static int vouch(void *context, const mcrm_head *head, char username[65]) {
  (void)context;
  for (size_t i = 0; i < head->header_count; i++)
    if (!strcmp(head->headers[i].name, "X-Host-User") && !strcmp(head->headers[i].value, "yes")) {
      strcpy(username, vouched);
      return 1;
    }
  return 0;
}

static int visits(void) {
  mcrm_session *s;
  mcrm_error error = {0};
  char *json;
  int count = 0;
  ck_assert(!mcrm_session_system(p.people.crm, &s, &error));
  ck_assert_msg(!mcrm_call(s, "audit.list", "{\"limit\":100}", &json), "%s", json);
  for (const char *at = json; (at = strstr(at, "\"operation\":\"session.identify\"")); at++) count++;
  mcrm_free(json);
  mcrm_session_close(s);
  return count;
}

START_TEST(whom_the_host_vouches_for_is_in_the_audit_log_once_until_idle) {
  mcrm_error error = {0};
  mcrm_gateway_options options = {.size = sizeof options, .identify = vouch, .idle_ms = 60000};
  place q = p;
  ck_assert(!mcrm_gateway_open(p.people.crm, &options, &q.gateway, &error));
  visitor v = {.gateway = q.gateway};
  come_in(&v, p.crt);
  strcpy(vouched, "reza");
  for (int i = 0; i < 3; i++) free(expect(&v, 200, "GET", session, "X-Host-User: yes", NULL));
  ck_assert_int_eq(visits(), 1);
  mcrm_gateway_close(q.gateway); /* another process knows of it */
  ck_assert(!mcrm_gateway_open(p.people.crm, &options, &q.gateway, &error));
  v.gateway = q.gateway;
  free(expect(&v, 200, "GET", session, "X-Host-User: yes", NULL));
  ck_assert_int_eq(visits(), 1);
  mcrm_gateway_close(q.gateway);
  p.people.now += 61000;
  ck_assert(!mcrm_gateway_open(p.people.crm, &options, &q.gateway, &error));
  v.gateway = q.gateway;
  free(expect(&v, 200, "GET", session, "X-Host-User: yes", NULL));
  ck_assert_int_eq(visits(), 2);
  strcpy(vouched, "omid");
  free(expect(&v, 200, "GET", session, "X-Host-User: yes", NULL));
  ck_assert_int_eq(visits(), 3);
  strcpy(vouched, "stranger");
  free(expect(&v, 401, "GET", session, "X-Host-User: yes", NULL));
  ck_assert_int_eq(visits(), 3);
  mcrm_gateway_close(q.gateway);
}
END_TEST

START_TEST(whom_the_host_vouches_for_needs_no_login) {
  mcrm_error error = {0};
  mcrm_gateway_options options = {.size = sizeof options, .identify = vouch};
  place q = p;
  ck_assert(!mcrm_gateway_open(p.people.crm, &options, &q.gateway, &error));
  visitor v = {.gateway = q.gateway};
  answer a = ask(&v, "GET", session, "X-Host-User: yes", NULL);
  ck_assert_int_eq(a.status, 0); /* the gate comes first */
  come_in(&v, p.crt);
  strcpy(vouched, "reza");
  char *me = expect(&v, 200, "GET", session, "X-Host-User: yes", NULL);
  text_of(me, "csrf_token", v.csrf, sizeof v.csrf);
  ck_assert_ptr_nonnull(strstr(me, "\"username\":\"reza\""));
  free(me);
  free(expect(&v, 401, "GET", session, NULL, NULL));
  free(expect(&v, 200, "POST", "/crm/api/v1/tasks", "X-Host-User: yes", "{\"title\":\"x\"}"));
  strcpy(vouched, "omid"); /* the token is of one person */
  free(expect(&v, 403, "POST", "/crm/api/v1/tasks", "X-Host-User: yes", "{\"title\":\"x\"}"));
  strcpy(vouched, "admin");
  free(expect(&v, 403, "GET", "/crm/api/v1/admin/audit", "X-Host-User: yes", NULL));
  strcpy(vouched, "stranger");
  free(expect(&v, 401, "GET", session, "X-Host-User: yes", NULL));
  mcrm_gateway_close(q.gateway);
}
END_TEST

static Suite *suite(void) {
  Suite *s = suite_create("login");
  TCase *c = tcase_create("login");
  tcase_set_timeout(c, 250);
  tcase_add_checked_fixture(c, open_place, close_place);
  tcase_add_test(c, signing_in_tells_who_one_is_and_gives_a_strict_cookie);
  tcase_add_test(c, a_wrong_name_and_a_wrong_password_are_told_alike);
  tcase_add_test(c, each_way_to_fail_costs_one_hash_of_the_same_kind);
  tcase_add_test(c, after_five_failures_a_name_has_to_wait);
  tcase_add_test(c, waiting_doubles_and_a_name_nobody_has_waits_too);
  tcase_add_test(c, an_address_that_tries_many_names_has_to_wait);
  tcase_add_test(c, what_is_not_a_login_is_refused);
  tcase_add_test(c, a_login_ends_when_it_is_not_used);
  tcase_add_test(c, asking_what_is_new_is_no_use_of_a_login);
  tcase_add_test(c, a_login_ends_after_twelve_hours_in_any_case);
  tcase_add_test(c, signing_out_ends_this_login_at_once);
  tcase_add_test(c, signing_out_everywhere_ends_all_of_them);
  tcase_add_test(c, signing_in_again_ends_the_login_the_browser_had);
  tcase_add_test(c, a_new_password_ends_the_logins_within_a_second);
  tcase_add_test(c, who_is_disabled_is_out_and_cannot_come_back);
  tcase_add_test(c, a_new_role_counts_with_the_next_request);
  tcase_add_test(c, an_admin_at_the_crts_gate_is_no_admin);
  tcase_add_test(c, a_login_without_the_gate_shows_nothing);
  tcase_add_test(c, what_changes_something_needs_the_token_of_the_login);
  tcase_add_test(c, forged_tokens_sign_nobody_in);
  tcase_add_test(c, only_so_many_passwords_are_checked_at_once);
  tcase_add_test(c, whom_the_host_vouches_for_needs_no_login);
  tcase_add_test(c, whom_the_host_vouches_for_is_in_the_audit_log_once_until_idle);
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
