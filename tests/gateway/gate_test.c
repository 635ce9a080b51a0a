/* Who does not come by a secret path sees nothing. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <store/copy.h>
#include <string.h>
#include <unistd.h>

#include "../harness/backend.h"
#include "../harness/torture.h"
#include "visit.h"

static place p;
static void open_place(void) { place_open(&p, NULL); }
static void close_place(void) { place_close(&p); }

static void not_mine(visitor *v, const char *method, const char *target) {
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

/* ---- whoever does not know it ---- */

static uint64_t seed = 42;
static unsigned any(unsigned below) { return (unsigned)(torture_random(&seed) % below); }

/* A path that is almost right: the secret or the mount with a letter more, less or other, and random ones. */
static void near_miss(char target[200]) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
  char secret[40];
  strcpy(secret, any(2) ? p.crt : p.admin);
  size_t length = strlen(secret), at = any(32);
  switch (any(9)) {
    case 0:
      secret[at] = secret[at] == 'a' ? 'b' : 'a';
      break;
    case 1:
      secret[length - 1 - any(5)] = 0;
      break;
    case 2:
      strcat(secret, "a");
      break;
    case 3:
      if (secret[at] >= 'a')
        secret[at] = (char)(secret[at] - 'a' + 'A');
      else
        secret[at] = '_';
      break;
    case 4:
      snprintf(target, 200, "/crm/%s", secret);
      return;
    case 5:
      snprintf(target, 200, "//%s", secret);
      return;
    case 6:
      snprintf(target, 200, "/%s/", secret);
      return;
    case 7:
      snprintf(target, 200, "/%%%02x%s", secret[0], secret + 1);
      return;
    default:
      for (size_t i = 0; i < length; i++) secret[i] = letters[any(32)];
  }
  snprintf(target, 200, "/%s", secret);
}

START_TEST(ten_thousand_paths_show_nothing) {
  static const char *const inside[] = {"/crm",         "/crm/",        "/crm/api/v1/session",
                                       "/crm/health",  "/crm/metrics", "/crm/api/v1/tasks/1",
                                       "/crm/../crm/", "/crm/%2e%2e/", "/crm/openapi.json"};
  static const char *const methods[] = {"GET", "POST", "HEAD", "DELETE", "PATCH", "OPTIONS", "BREW"};
  visitor v = {.gateway = p.gateway, .peer = "127.0.0.1"};
  char target[200];
  for (int i = 0; i < 10000; i++) {
    near_miss(target);
    if (any(4) == 0) snprintf(target, sizeof target, "%s", inside[any(sizeof inside / sizeof *inside)]);
    if (any(10) == 0) snprintf(target, sizeof target, "/crm/%x/%x?%x=%x", any(99999), any(99), any(9), any(9));
    not_mine(&v, methods[any(4) ? 0 : any(7)], target);
  }
  ck_assert_str_eq(v.gate, "");
}
END_TEST

START_TEST(a_secret_is_taken_by_get_and_head_only) {
  visitor v = {.gateway = p.gateway};
  char target[80];
  snprintf(target, sizeof target, "/%s", p.crt);
  not_mine(&v, "POST", target);
  not_mine(&v, "OPTIONS", target);
  answer a = ask(&v, "HEAD", target, NULL, NULL);
  ck_assert_int_eq(a.status, 303);
  answer_free(&a);
}
END_TEST

START_TEST(what_is_beside_the_mount_is_the_hosts) {
  static const char *const theirs[] = {"/", "/crmx", "/crmx/", "/CRM/",        "/index.html",
                                       "",  "*",     "crm/",   "http://x/crm/"};
  visitor v = visitor_of(&p, "crt", "sara");
  for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++) not_mine(&v, "GET", theirs[i]);
}
END_TEST

/* ---- the cookie ---- */

START_TEST(a_forged_cookie_opens_nothing) {
  visitor v = {.gateway = p.gateway};
  come_in(&v, p.crt);
  size_t length = strlen(v.gate);
  char right[256];
  strcpy(right, v.gate);
  free(expect(&v, 401, "GET", "/crm/api/v1/session", NULL, NULL));
  for (size_t i = strlen("mcrm_gate="); i < length; i++) {
    strcpy(v.gate, right);
    v.gate[i] = v.gate[i] == 'A' ? 'B' : 'A';
    not_mine(&v, "GET", "/crm/api/v1/session");
    strcpy(v.gate, right);
    v.gate[i] = 0;
    not_mine(&v, "GET", "/crm/api/v1/session");
  }
  snprintf(v.gate, sizeof v.gate, "%.250sA", right);
  not_mine(&v, "GET", "/crm/api/v1/session");
  snprintf(v.gate, sizeof v.gate, "x%.250s", right);
  not_mine(&v, "GET", "/crm/api/v1/session");
}
END_TEST

START_TEST(of_several_cookies_of_the_name_one_must_be_right) {
  visitor v = {.gateway = p.gateway}, tossed = {.gateway = p.gateway};
  come_in(&v, p.crt);
  snprintf(tossed.gate, sizeof tossed.gate, "mcrm_gate=planted; %.200s", v.gate);
  free(expect(&tossed, 401, "GET", "/crm/api/v1/session", NULL, NULL));
}
END_TEST

START_TEST(a_cookie_lapses_after_thirty_days_and_is_renewed_for_whoever_works_here) {
  const mcrm_time day = INT64_C(86400000);
  visitor idle = {.gateway = p.gateway}, at_work = visitor_of(&p, "crt", "sara");
  come_in(&idle, p.crt);
  for (int i = 0; i < 29; i++) {
    p.people.now += day;
    at_work.login[0] = 0;
    sign_in_as(&at_work, "sara");
  }
  free(expect(&idle, 401, "GET", "/crm/api/v1/session", NULL, NULL));
  p.people.now += day + 1;
  not_mine(&idle, "GET", "/crm/api/v1/session");
  sign_in_as(&at_work, "sara");
}
END_TEST

START_TEST(a_new_path_ends_the_old_one_and_its_cookies) {
  visitor v = visitor_of(&p, "crt", "sara"), admin = visitor_of(&p, "admin", "admin");
  free(expect(&v, 200, "GET", "/crm/api/v1/session", NULL, NULL));
  char *old = p.crt, target[80];
  p.crt = new_path(&p, "crt", 0);
  not_mine(&v, "GET", "/crm/api/v1/session");
  snprintf(target, sizeof target, "/%s", old);
  not_mine(&v, "GET", target);
  free(old);
  come_in(&v, p.crt);
  free(expect(&admin, 200, "GET", "/crm/api/v1/session", NULL, NULL));
}
END_TEST

START_TEST(with_an_overlap_both_paths_lead_in_until_it_ends) {
  visitor v = {.gateway = p.gateway}, late = {.gateway = p.gateway};
  char *old = p.crt, target[80];
  come_in(&v, old);
  p.crt = new_path(&p, "crt", 3600000);
  come_in(&late, old);
  come_in(&late, p.crt);
  come_in(&v, old);
  p.people.now += 3600000;
  not_mine(&v, "GET", "/crm/");
  snprintf(target, sizeof target, "/%s", old);
  not_mine(&v, "GET", target);
  free(expect(&late, 401, "GET", "/crm/api/v1/session", NULL, NULL));
  free(old);
}
END_TEST

START_TEST(an_end_that_was_promised_is_never_put_off_and_few_paths_are_valid_at_once) {
  visitor v = {.gateway = p.gateway}, admin = visitor_of(&p, "admin", "admin");
  static const char much[] = "{\"gate\":\"crt\",\"overlap_ms\":2000000000}";
  char target[80];
  char *second = new_path(&p, "crt", 60000);
  free(new_path(&p, "crt", 2000000000));
  p.people.now += 60000;
  snprintf(target, sizeof target, "/%s", p.crt);
  not_mine(&v, "GET", target);
  come_in(&v, second);
  free(second);
  for (int i = 0; i < 14; i++) free(expect(&admin, 200, "POST", "/crm/api/v1/admin/paths", NULL, much));
  free(expect(&admin, 409, "POST", "/crm/api/v1/admin/paths", NULL, much));
  free(expect(&admin, 200, "POST", "/crm/api/v1/admin/paths", NULL, "{\"gate\":\"crt\"}"));
  free(expect(&admin, 200, "POST", "/crm/api/v1/admin/paths", NULL, much));
}
END_TEST

START_TEST(another_process_path_is_known_at_once) {
  mcrm_error error = {0};
  mcrm *other;
  mcrm_session *session;
  mcrm_result *result;
  mcrm_options options = {.size = sizeof options, .storage_url = p.people.url, .key_file = p.people.key_file};
  ck_assert(!mcrm_open(&options, &other, &error));
  ck_assert(!mcrm_session_system(other, &session, &error));
  mcrm_path_rotation rotation = {.size = sizeof rotation, .gate = "crt", .overlap_ms = 60000};
  ck_assert(!mcrm_path_rotate(session, &rotation, &result));
  visitor v = {.gateway = p.gateway};
  usleep(1100000); /* the list is looked at again when it is a second old */
  come_in(&v, ((const mcrm_secret_path *)mcrm_result_record(result))->secret);
  mcrm_result_free(result);
  mcrm_session_close(session);
  mcrm_close(other);
}
END_TEST

/* ---- how the address decides about the cookies ---- */

static void cookies_are(const char *url, const char *tag, const char *name, const char *attributes) {
  mcrm_error error = {0};
  mcrm_gateway_options options = {.size = sizeof options, .public_url = url, .tag = tag};
  visitor v = {0};
  char target[80], wanted[200];
  ck_assert_msg(!mcrm_gateway_open(p.people.crm, &options, &v.gateway, &error), "%s", error.detail);
  snprintf(target, sizeof target, "/%s", p.admin);
  answer a = ask(&v, "GET", target, NULL, NULL);
  ck_assert_int_eq(a.status, 303);
  snprintf(wanted, sizeof wanted, "Set-Cookie: %s=", name);
  ck_assert_msg(strstr(a.headers, wanted) != NULL, "%s: %s", url, a.headers);
  ck_assert_msg(strstr(a.headers, attributes) != NULL, "%s: %s", url, a.headers);
  answer_free(&a);
  mcrm_gateway_close(v.gateway);
}

START_TEST(the_public_address_names_the_cookies) {
  cookies_are("http://127.0.0.1:8080/crm", NULL, "mcrm_gate", "; Path=/crm; HttpOnly; SameSite=Lax\n");
  cookies_are("https://crm.example.ir", NULL, "__Host-mcrm_gate", "; Path=/; HttpOnly; SameSite=Lax; Secure\n");
  cookies_are("https://example.ir/a/crm/", "two", "__Secure-mcrm_gate_two",
              "; Path=/a/crm; HttpOnly; SameSite=Lax; Secure\n");
  cookies_are("http://panel.localhost/", NULL, "mcrm_gate", "; Path=/; HttpOnly; SameSite=Lax\n");
}
END_TEST

START_TEST(plain_http_beyond_loopback_is_refused) {
  static const char *const urls[] = {"http://example.ir/crm",
                                     "http://10.0.0.1/",
                                     "ftp://x/",
                                     "crm",
                                     "https:///crm",
                                     "https://a@b/crm",
                                     "https://x/crm?y=1",
                                     "https://x/a b",
                                     "https://x/a//b",
                                     "http://127.0.0.1.example.ir/crm",
                                     "http://localhost.example.ir/"};
  for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
    mcrm_error error = {0};
    mcrm_gateway *g;
    mcrm_gateway_options options = {.size = sizeof options, .public_url = urls[i]};
    ck_assert_msg(mcrm_gateway_open(p.people.crm, &options, &g, &error) == MCRM_INVALID, "%s", urls[i]);
    ck_assert_str_eq(error.field, "public_url");
  }
  mcrm_error error = {0};
  mcrm_gateway *g;
  mcrm_gateway_options insecure = {.size = sizeof insecure, .public_url = urls[0], .insecure = 1};
  ck_assert(!mcrm_gateway_open(p.people.crm, &insecure, &g, &error));
  mcrm_gateway_close(g);
}
END_TEST

START_TEST(a_prefix_stands_before_the_secret) {
  mcrm_error error = {0};
  mcrm_gateway_options options = {.size = sizeof options, .gate_prefix = "/enter/"};
  visitor v = {0};
  char target[80];
  ck_assert(!mcrm_gateway_open(p.people.crm, &options, &v.gateway, &error));
  snprintf(target, sizeof target, "/%s", p.crt);
  not_mine(&v, "GET", target);
  snprintf(target, sizeof target, "/enter/%s", p.crt);
  free(expect(&v, 303, "GET", target, NULL, NULL));
  mcrm_gateway_close(v.gateway);
}
END_TEST

START_TEST(probes_of_the_machine_are_let_in_where_the_host_wants_it) {
  mcrm_error error = {0};
  mcrm_gateway_options options = {.size = sizeof options, .local_probes = 1};
  visitor v = {.peer = "127.0.0.1"};
  ck_assert(!mcrm_gateway_open(p.people.crm, &options, &v.gateway, &error));
  free(expect(&v, 200, "GET", "/crm/health", NULL, NULL));
  char *figures = expect(&v, 200, "GET", "/crm/metrics", NULL, NULL);
  ck_assert_ptr_nonnull(strstr(figures, "marfacrm_requests_total{status=\"2xx\"} 1\n"));
  free(figures);
  not_mine(&v, "GET", "/crm/healthy");
  not_mine(&v, "POST", "/crm/health");
  not_mine(&v, "GET", "/crm/api/v1/session");
  v.peer = "192.0.2.1";
  not_mine(&v, "GET", "/crm/health");
  mcrm_gateway_close(v.gateway);
}
END_TEST

/* ---- where the secret must not be ---- */

static char lines[1 << 16];
static void keep_line(void *context, int level, const char *line) {
  (void)context;
  (void)level;
  ck_assert_ptr_null(strchr(line, '\n'));
  ck_assert(strlen(lines) + strlen(line) + 2 < sizeof lines);
  strcat(lines, line);
  strcat(lines, "\n");
}

static bool file_has(const char *name, const char *text) {
  char path[200];
  snprintf(path, sizeof path, "%s/%s", p.people.folder, name);
  FILE *f = fopen(path, "rb");
  if (!f) return false;
  static char bytes[8 << 20];
  size_t length = fread(bytes, 1, sizeof bytes, f);
  fclose(f);
  return memmem(bytes, length, text, strlen(text)) != NULL;
}

/* All that a server's database holds, in the file that is looked through. */
static void copy_to_file(void) {
  static const unsigned char key[STORE_KEY_SIZE];
  static store *to; /* stays open: its log is looked through, too */
  mcrm_error error = {0};
  store *from;
  char url[200];
  snprintf(url, sizeof url, "sqlite:%s/crm.db", p.people.folder);
  store_options source = {.url = p.people.url, .key = key}, target = {.url = url, .create = true, .key = key};
  ck_assert_msg(!store_open(&source, &error, &from) && !store_open(&target, &error, &to), "%s", error.detail);
  ck_assert_msg(!store_migrate(to, &error, NULL) && !store_copy(from, to, NULL, NULL, &error), "%s", error.detail);
  store_close(from);
}

START_TEST(the_secret_is_in_no_log_and_not_in_the_database) {
  mcrm_error error = {0};
  mcrm_gateway_options options = {.size = sizeof options, .log = keep_line};
  place q = p;
  lines[0] = 0;
  ck_assert(!mcrm_gateway_open(p.people.crm, &options, &q.gateway, &error));
  visitor v = visitor_of(&q, "admin", "admin");
  char target[80];
  snprintf(target, sizeof target, "/%.31s%c", q.admin, q.admin[31] == 'x' ? 'y' : 'x');
  not_mine(&v, "GET", target);
  answer a =
      ask(&v, "POST", "/crm/api/v1/admin/paths", "Idempotency-Key: once", "{\"gate\":\"crt\",\"overlap_ms\":1000}");
  ck_assert_int_eq(a.status, 200);
  char made[40];
  text_of(a.content, "secret", made, sizeof made);
  answer_free(&a);
  char *audit = expect(&v, 200, "GET", "/crm/api/v1/admin/audit?limit=200", NULL, NULL);
  ck_assert_ptr_null(strstr(audit, made));
  free(audit);
  if (!backend_is_sqlite()) copy_to_file();
  static const char *const files[] = {"crm.db", "crm.db-wal"};
  for (size_t i = 0; i < 2; i++) {
    ck_assert(!file_has(files[i], made));
    ck_assert(!file_has(files[i], q.admin));
    ck_assert(!file_has(files[i], v.login + strlen("mcrm_login=")));
  }
  ck_assert(file_has("crm.db-wal", "path.rotate") || file_has("crm.db", "path.rotate"));
  ck_assert_ptr_null(strstr(lines, q.admin));
  ck_assert_ptr_null(strstr(lines, made));
  ck_assert_ptr_nonnull(strstr(
      lines, "{\"event\":\"request\",\"do\":\"session.login\",\"user\":\"admin\",\"gate\":\"admin\",\"status\":200,"));
  ck_assert_ptr_nonnull(strstr(lines, "{\"event\":\"gate.missed\",\"times\":1}"));
  mcrm_gateway_close(q.gateway);
}
END_TEST

static Suite *suite(void) {
  Suite *s = suite_create("gate");
  TCase *c = tcase_create("gate");
  tcase_set_timeout(c, 250);
  tcase_add_checked_fixture(c, open_place, close_place);
  tcase_add_test(c, a_secret_path_leads_to_the_mount_and_gives_a_cookie);
  tcase_add_test(c, ten_thousand_paths_show_nothing);
  tcase_add_test(c, a_secret_is_taken_by_get_and_head_only);
  tcase_add_test(c, what_is_beside_the_mount_is_the_hosts);
  tcase_add_test(c, a_forged_cookie_opens_nothing);
  tcase_add_test(c, of_several_cookies_of_the_name_one_must_be_right);
  tcase_add_test(c, a_cookie_lapses_after_thirty_days_and_is_renewed_for_whoever_works_here);
  tcase_add_test(c, a_new_path_ends_the_old_one_and_its_cookies);
  tcase_add_test(c, with_an_overlap_both_paths_lead_in_until_it_ends);
  tcase_add_test(c, an_end_that_was_promised_is_never_put_off_and_few_paths_are_valid_at_once);
  tcase_add_test(c, another_process_path_is_known_at_once);
  tcase_add_test(c, the_public_address_names_the_cookies);
  tcase_add_test(c, plain_http_beyond_loopback_is_refused);
  tcase_add_test(c, a_prefix_stands_before_the_secret);
  tcase_add_test(c, probes_of_the_machine_are_let_in_where_the_host_wants_it);
  tcase_add_test(c, the_secret_is_in_no_log_and_not_in_the_database);
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
