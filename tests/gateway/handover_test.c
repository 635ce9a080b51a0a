/* The host signs somebody in and hands them over with a token. */
#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "visit.h"

#define SECRET   "a secret that the host and we share"
#define INSTANCE "http://127.0.0.1:8080/crm"

static place p;
static char said[400];
static void hear(void *context, int level, const char *line) {
  (void)context, (void)level;
  if (strstr(line, "hand_over.refused")) snprintf(said, sizeof said, "%s", line);
}

static const mcrm_gateway_options options = {
    .size = sizeof options, .public_url = INSTANCE, .host_secret = SECRET, .log = hear};
static void open_place(void) {
  said[0] = 0;
  place_open(&p, &options);
}
static void close_place(void) { place_close(&p); }

/* As a host does it. */
static void sign(const char *json, const char *secret, char out[2000]) {
  unsigned char mac[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256_state state;
  const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  sodium_bin2base64(out, 1900, (const unsigned char *)json, strlen(json), variant);
  crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret, strlen(secret));
  crypto_auth_hmacsha256_update(&state, (const unsigned char *)out, strlen(out));
  crypto_auth_hmacsha256_final(&state, mac);
  strcat(out, ".");
  sodium_bin2base64(out + strlen(out), 60, mac, sizeof mac, variant);
}

typedef struct claim {
  const char *user, *gate, *instance, *nonce;
  int64_t lives_s;
} claim;

static const claim sara = {"sara", "crt", INSTANCE, "0123456789abcdef", 30};

static void token_of(claim c, char out[2000]) {
  char json[600];
  snprintf(json, sizeof json, "{\"user\":\"%s\",\"gate\":\"%s\",\"instance\":\"%s\",\"nonce\":\"%s\",\"expires\":%lld}",
           c.user, c.gate, c.instance, c.nonce, (long long)(p.people.now / 1000 + c.lives_s));
  sign(json, SECRET, out);
}

static visitor arrived(mcrm_gateway *gateway, const char *gate) {
  visitor v = {.gateway = gateway, .peer = "192.0.2.7"};
  come_in(&v, strcmp(gate, "crt") ? p.admin : p.crt);
  return v;
}

static answer show(visitor *v, const char *token) {
  char target[2200];
  snprintf(target, sizeof target, "/crm/hand-over?token=%s", token);
  return ask(v, "GET", target, NULL, NULL);
}

static void turned_away(visitor *v, const char *token, const char *why) {
  char expected[60];
  answer a = show(v, token);
  ck_assert_msg(a.status == 401, "%s: %d", why, a.status);
  ck_assert_ptr_nonnull(strstr(a.content, "\"message\":"));
  ck_assert_ptr_null(strstr(a.content, why)); /* whoever shows it is not told */
  ck_assert_ptr_null(strstr(a.headers, "Set-Cookie: mcrm_login"));
  snprintf(expected, sizeof expected, "\"why\":\"%s\"", why);
  ck_assert_msg(strstr(said, expected) != NULL, "%s, not %s", said, why);
  ck_assert_str_eq(v->login, "");
  answer_free(&a);
}

static void not_for(visitor *v, claim c, const char *why) {
  char token[2000];
  token_of(c, token);
  turned_away(v, token, why);
}

START_TEST(a_signed_token_becomes_an_ordinary_login) {
  char token[2000];
  visitor v = arrived(p.gateway, "crt");
  token_of(sara, token);
  answer a = show(&v, token);
  ck_assert_int_eq(a.status, 303);
  ck_assert_str_eq(header_of(&a, "Location"), "/crm/");
  ck_assert_str_eq(header_of(&a, "Referrer-Policy"), "no-referrer");
  ck_assert_ptr_nonnull(strstr(a.headers, "; Path=/crm; HttpOnly; SameSite=Strict\n"));
  answer_free(&a);
  char *me = expect(&v, 200, "GET", "/crm/api/v1/session", NULL, NULL);
  ck_assert_ptr_nonnull(strstr(me, "\"username\":\"sara\""));
  text_of(me, "csrf_token", v.csrf, sizeof v.csrf);
  free(me);
  free(expect(&v, 200, "POST", "/crm/api/v1/tasks", NULL, "{\"title\":\"x\"}"));
  free(expect(&v, 204, "DELETE", "/crm/api/v1/session", NULL, NULL));
  free(expect(&v, 401, "GET", "/crm/api/v1/session", NULL, NULL));
}
END_TEST

START_TEST(a_token_is_good_once_in_every_process) {
  mcrm_error error = {0};
  mcrm_gateway *other;
  char token[2000];
  ck_assert(!mcrm_gateway_open(p.people.crm, &options, &other, &error));
  visitor v = arrived(p.gateway, "crt"), thief = arrived(other, "crt");
  token_of(sara, token);
  answer a = show(&v, token);
  ck_assert_int_eq(a.status, 303);
  answer_free(&a);
  turned_away(&thief, token, "replayed");
  claim again = sara; /* the nonce counts, not the text */
  again.user = "mina";
  not_for(&thief, again, "replayed");
  p.people.now += 31000;
  turned_away(&thief, token, "expired");
  p.people.now += 120000; /* its nonce has been forgotten by now; it has ended all the same */
  again.nonce = "fedcba9876543210";
  token_of(again, token);
  a = show(&thief, token);
  ck_assert_int_eq(a.status, 303);
  answer_free(&a);
  mcrm_gateway_close(other);
}
END_TEST

START_TEST(looking_where_the_link_leads_does_not_use_it_up) {
  char token[2000], target[2200];
  visitor v = arrived(p.gateway, "crt");
  token_of(sara, token);
  snprintf(target, sizeof target, "/crm/hand-over?token=%s", token);
  answer a = ask(&v, "HEAD", target, NULL, NULL);
  ck_assert_int_eq(a.status, 405);
  ck_assert_str_eq(header_of(&a, "Allow"), "GET");
  answer_free(&a);
  a = show(&v, token);
  ck_assert_int_eq(a.status, 303);
  answer_free(&a);
}
END_TEST

START_TEST(what_does_not_fit_signs_nobody_in) {
  visitor v = arrived(p.gateway, "crt");
  static const struct {
    claim claim;
    const char *why;
  } cases[] = {{{"sara", "crt", INSTANCE, "0123456789abcdef", 0}, "expired"},
               {{"sara", "crt", INSTANCE, "0123456789abcdef", -5}, "expired"},
               {{"sara", "crt", INSTANCE, "0123456789abcdef", 61}, "lifetime"},
               {{"sara", "crt", "http://127.0.0.1:8080/other", "0123456789abcdef", 30}, "instance"},
               {{"sara", "crt", INSTANCE "/", "0123456789abcdef", 30}, "instance"},
               {{"sara", "admin", INSTANCE, "0123456789abcdef", 30}, "gate"},
               {{"sara", "local", INSTANCE, "0123456789abcdef", 30}, "gate"},
               {{"sara", "crt", INSTANCE, "short", 30}, "nonce"},
               {{"sara", "crt", INSTANCE, "0123456789abcde\\u0000", 30}, "malformed"},
               {{"sara", "crt", INSTANCE, "0123456789 abcdef", 30}, "nonce"},
               {{"nobody", "crt", INSTANCE, "0123456789abcdef", 30}, "user"},
               {{"", "crt", INSTANCE, "0123456789abcdef", 30}, "malformed"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) not_for(&v, cases[i].claim, cases[i].why);
  visitor admin = arrived(p.gateway, "admin");
  not_for(&admin, sara, "gate");
}
END_TEST

START_TEST(a_forged_token_signs_nobody_in) {
  char token[2000], forged[2000];
  visitor v = arrived(p.gateway, "crt");
  token_of(sara, token);
  for (size_t i = 0; token[i]; i += 3) {
    strcpy(forged, token);
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    if (token[i] == '.') continue;
    turned_away(&v, forged, "signature");
  }
  sign("{\"user\":\"sara\"}", "another secret of the same quality …", forged);
  turned_away(&v, forged, "signature");
  answer a = show(&v, token); /* none of them has used it up */
  ck_assert_int_eq(a.status, 303);
  answer_free(&a);
}
END_TEST

START_TEST(what_is_no_token_is_refused) {
  char token[2000], target[2200];
  visitor v = arrived(p.gateway, "crt");
  turned_away(&v, "", "malformed");
  turned_away(&v, "x", "malformed");
  turned_away(&v, ".", "signature");
  turned_away(&v, "..", "signature");
  sign("[]", SECRET, token);
  turned_away(&v, token, "malformed");
  sign("{\"user\":\"sara\"}", SECRET, token);
  turned_away(&v, token, "malformed");
  sign("{\"user\":\"sara\",\"user\":\"mina\"}", SECRET, token);
  turned_away(&v, token, "malformed");
  token_of(sara, token);
  strcat(token, "=");
  turned_away(&v, token, "signature");
  char *large = target;
  memset(large, 'A', 2100);
  large[2100] = 0;
  char *copy = strdup(large);
  turned_away(&v, copy, "malformed");
  free(copy);
  token_of(sara, token);
  snprintf(target, sizeof target, "/crm/hand-over?token=%s&token=%s", "x", token);
  free(expect(&v, 401, "GET", target, NULL, NULL));
  free(expect(&v, 401, "GET", "/crm/hand-over", NULL, NULL));
}
END_TEST

START_TEST(who_is_disabled_is_not_signed_in) {
  char id[24];
  char *me = must(p.people.sara, "session.me", NULL);
  text_of(me, "id", id, sizeof id);
  mcrm_free(me);
  mcrm_free(must_print(p.people.system, "user.update", "{\"id\":\"%s\",\"active\":false}", id));
  visitor v = arrived(p.gateway, "crt");
  not_for(&v, sara, "user");
}
END_TEST

START_TEST(without_the_gate_or_without_the_secret_there_is_no_such_address) {
  mcrm_error error = {0};
  mcrm_gateway *other;
  char token[2000];
  token_of(sara, token);
  visitor stranger = {.gateway = p.gateway};
  answer a = show(&stranger, token);
  ck_assert_int_eq(a.status, 0);
  ck_assert(!mcrm_gateway_open(p.people.crm, NULL, &other, &error));
  visitor v = arrived(other, "crt");
  a = show(&v, token);
  ck_assert_int_eq(a.status, 404);
  answer_free(&a);
  mcrm_gateway_close(other);
}
END_TEST

START_TEST(a_short_secret_is_refused) {
  mcrm_error error = {0};
  mcrm_gateway_options o = {.size = sizeof o, .host_secret = "short"};
  mcrm_gateway *other;
  ck_assert_int_eq(mcrm_gateway_open(p.people.crm, &o, &other, &error), MCRM_INVALID);
  ck_assert_str_eq(error.field, "host_secret");
  ck_assert_ptr_null(strstr(error.detail, "short\""));
}
END_TEST

START_TEST(the_login_is_in_the_audit_log_as_the_hosts) {
  char token[2000];
  visitor v = arrived(p.gateway, "crt");
  token_of(sara, token);
  answer a = show(&v, token);
  answer_free(&a);
  char *list = must(p.people.admin, "audit.list", "{\"entity\":\"login\",\"limit\":1}");
  ck_assert_ptr_nonnull(strstr(list, "\"operation\":\"session.hand_over\""));
  ck_assert_ptr_nonnull(strstr(list, "\"gate\":\"crt\""));
  ck_assert_ptr_nonnull(strstr(list, "\"by\":\"host\""));
  ck_assert_ptr_null(strstr(list, sara.nonce));
  mcrm_free(list);
}
END_TEST

static Suite *suite(void) {
  Suite *s = suite_create("handover");
  TCase *c = tcase_create("handover");
  tcase_set_timeout(c, 250);
  tcase_add_checked_fixture(c, open_place, close_place);
  tcase_add_test(c, a_signed_token_becomes_an_ordinary_login);
  tcase_add_test(c, a_token_is_good_once_in_every_process);
  tcase_add_test(c, looking_where_the_link_leads_does_not_use_it_up);
  tcase_add_test(c, what_does_not_fit_signs_nobody_in);
  tcase_add_test(c, a_forged_token_signs_nobody_in);
  tcase_add_test(c, what_is_no_token_is_refused);
  tcase_add_test(c, who_is_disabled_is_not_signed_in);
  tcase_add_test(c, without_the_gate_or_without_the_secret_there_is_no_such_address);
  tcase_add_test(c, a_short_secret_is_refused);
  tcase_add_test(c, the_login_is_in_the_audit_log_as_the_hosts);
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
