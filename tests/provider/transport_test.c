/* Every fault that a peer may have ends a call by its deadline, and under its right name. */
#include "fault_table.h"
#include "stand.h"

#include <base/buffer.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static faults plain, tls, deaf, full;

#define check_ok(code) ck_assert_msg((code) == 0, "%s %s %s", s.error.field, s.error.message, s.error.detail)
#define expect(outcome, wanted)                                                                       \
  do {                                                                                                \
    mcrm_outcome got_outcome = (outcome);                                                             \
    ck_assert_msg(got_outcome == (wanted), "%s (%s: %s), not %s", provider_outcome_name(got_outcome), \
                  s.call.failure.code, s.call.failure.detail, provider_outcome_name(wanted));         \
  } while (0)

static void open_at(stand *out, bool isolated, const char *base, const char *path, const char *a, const char *b) {
  char url[200];
  stand s;
  snprintf(url, sizeof url, "url=%s/%s", base, path);
  int code = stand_open(&s, isolated, SETTINGS(url, "deed=get", a ? a : "loud=false", b));
  check_ok(code);
  *out = s;
}

static void drop(void *context, const char *text, size_t length) { (void)context, (void)text, (void)length; }

START_TEST(each_fault_has_its_name) {
  const fault_row *row = &transport_faults[_i % TRANSPORT_FAULTS];
  bool isolated = _i < TRANSPORT_FAULTS;
  stand s;
  open_at(&s, isolated, plain.url, row->fault, NULL, NULL);
  s.call.delta = row->stream ? drop : NULL;
  mcrm_outcome outcome = stand_chat(&s, "", row->ms, row->stream);
  ck_assert_msg(outcome == row->outcome, "%s: %s (%s: %s)", row->fault, provider_outcome_name(outcome),
                s.call.failure.code, s.call.failure.detail);
  /* Isolated, the host may be the one that sees the deadline pass. */
  if (outcome != MCRM_OUTCOME_TIMEOUT || !isolated) ck_assert_str_eq(s.call.failure.code, row->code);
  if (outcome != MCRM_OUTCOME_TIMEOUT) ck_assert_uint_eq(s.call.requests, 1);
  stand_close(&s);
}
END_TEST

START_TEST(what_an_answer_says_arrives) {
  stand s;
  open_at(&s, _i, plain.url, "storm", NULL, NULL);
  expect(stand_chat(&s, "", 10000, false), MCRM_OUTCOME_RATE_LIMIT);
  ck_assert_int_eq(s.call.failure.status, 429);
  ck_assert_int_eq(s.call.failure.retry_after_ms, 7000);
  ck_assert_int_gt(s.call.failure.server_time, 1700000000000);
  stand_close(&s);
  open_at(&s, _i, plain.url, "storm_ms", NULL, NULL);
  expect(stand_chat(&s, "", 10000, false), MCRM_OUTCOME_RATE_LIMIT);
  ck_assert_int_eq(s.call.failure.retry_after_ms, 1500);
  stand_close(&s);
  open_at(&s, _i, plain.url, "storm_date", NULL, NULL);
  expect(stand_chat(&s, "", 10000, false), MCRM_OUTCOME_RATE_LIMIT);
  ck_assert_int_eq(s.call.failure.retry_after_ms, 42000); /* by the service's clock, not by ours */
  stand_close(&s);
  open_at(&s, _i, plain.url, "redirect", NULL, NULL);
  expect(stand_chat(&s, "", 10000, false), MCRM_OUTCOME_OK);
  ck_assert_int_eq(s.chat.cost, 302);
  ck_assert_str_eq(s.chat.text, "moved");
  stand_close(&s);
  open_at(&s, _i, plain.url, "zipped", NULL, NULL);
  expect(stand_chat(&s, "", 10000, false), MCRM_OUTCOME_OK);
  ck_assert_str_eq(s.chat.text, "unpacked");
  ck_assert_int_gt(s.call.bytes_received, 0);
  ck_assert_int_gt(s.call.first_byte_ns, 0);
  stand_close(&s);
}
END_TEST

START_TEST(a_limit_of_its_own_has_its_name) {
  stand s;
  open_at(&s, _i, plain.url, "stall", "idle_timeout=200ms", NULL);
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_TIMEOUT);
  ck_assert_str_eq(s.call.failure.code, "idle");
  stand_close(&s);
  open_at(&s, _i, plain.url, "silence", "first_byte_timeout=200ms", NULL);
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_TIMEOUT);
  ck_assert_str_eq(s.call.failure.code, "first_byte");
  stand_close(&s);
  open_at(&s, _i, plain.url, "drip", "timeout=300ms", NULL);
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_TIMEOUT);
  ck_assert_str_eq(s.call.failure.code, "total");
  stand_close(&s);
  open_at(&s, _i, full.url, "", "connect_timeout=200ms", NULL);
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_TIMEOUT);
  ck_assert_str_eq(s.call.failure.code, "connect");
  stand_close(&s);
  char base[64];
  snprintf(base, sizeof base, "https://127.0.0.1:%u", deaf.port); /* TLS that never answers */
  open_at(&s, _i, base, "", "connect_timeout=200ms", NULL);
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_TIMEOUT);
  ck_assert_str_eq(s.call.failure.code, "connect");
  stand_close(&s);
}
END_TEST

START_TEST(the_network_has_its_names) {
  stand s;
  open_at(&s, _i, "http://no-such-host.invalid", "", NULL, NULL);
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_NETWORK);
  ck_assert_str_eq(s.call.failure.code, "dns");
  ck_assert_uint_eq(s.call.requests, 0);
  stand_close(&s);
  open_at(&s, _i, "http://127.0.0.1:1", "", NULL, NULL);
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_NETWORK);
  ck_assert_str_eq(s.call.failure.code, "tcp");
  stand_close(&s);
  open_at(&s, _i, tls.url, "", NULL, NULL); /* nobody vouches for it */
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_NETWORK);
  ck_assert_str_eq(s.call.failure.code, "tls");
  stand_close(&s);
  char base[64];
  snprintf(base, sizeof base, "https://127.0.0.1:%u", plain.port); /* TLS to who speaks none */
  open_at(&s, _i, base, "", NULL, NULL);
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_NETWORK);
  ck_assert_str_eq(s.call.failure.code, "tls");
  stand_close(&s);
}
END_TEST

START_TEST(a_certificate_of_ones_own_is_trusted_by_its_file) {
  stand s;
  char ca[300];
  snprintf(ca, sizeof ca, "ca_file=%s", tls.word);
  open_at(&s, _i, tls.url, "none", ca, NULL);
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_OK);
  ck_assert_str_eq(s.chat.text, "fine");
  stand_close(&s);
  open_at(&s, _i, tls.url, "none", "insecure=true", NULL);
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_OK);
  stand_close(&s);
  open_at(&s, _i, "https://service.example", "none", "insecure=true", NULL);
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_BAD_REQUEST);
  stand_close(&s);
}
END_TEST

START_TEST(a_name_can_be_given_its_address) {
  stand s;
  char base[64], resolve[64];
  snprintf(base, sizeof base, "http://service.example:%u", plain.port);
  snprintf(resolve, sizeof resolve, "resolve=service.example:%u:127.0.0.1", plain.port);
  open_at(&s, _i, base, "none", resolve, NULL);
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_OK);
  ck_assert_str_eq(s.chat.text, "fine");
  stand_close(&s);
}
END_TEST

START_TEST(only_http_is_spoken) {
  stand s;
  int code = stand_open(&s, _i, SETTINGS("deed=get", "url=http://127.0.0.1:1/%zz"));
  check_ok(code);
  expect(stand_chat(&s, "", 5000, false), MCRM_OUTCOME_NETWORK);
  stand_close(&s);
}
END_TEST

START_TEST(parts_keep_their_order_and_nobody_waits_for_a_100) {
  stand s;
  char url[100];
  snprintf(url, sizeof url, "url=%s/post", plain.url);
  check_ok(stand_open(&s, _i, SETTINGS("deed=parts", url)));
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_OK);
  ck_assert_msg(strstr(s.chat.text, "\"parts\": [\"model\", \"language\", \"file\"]") != NULL, "%s", s.chat.text);
  ck_assert_ptr_nonnull(strstr(s.chat.text, "\"expect\": null"));
  ck_assert_ptr_nonnull(strstr(s.chat.text, "multipart/form-data"));
  ck_assert_int_gt(s.call.bytes_sent, 3 << 20);
  stand_close(&s);
}
END_TEST

START_TEST(a_connection_is_used_again) {
  faults own;
  stand s;
  faults_start(&own, "plain");
  open_at(&s, _i, own.url, "seen", NULL, NULL);
  for (int i = 0; i < 5; i++) expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_OK);
  ck_assert_str_eq(s.chat.text, "[5, 1]");
  stand_close(&s);
  faults_stop(&own);
}
END_TEST

/* What costs money is not sent again unasked. The control: libcurl does send a GET again, so the fault is the right
 * one. */
START_TEST(a_request_is_sent_once_where_its_connection_dies_under_it) {
  for (int control = 0; control < 2; control++) {
    faults own;
    stand s;
    char url[100];
    faults_start(&own, "plain");
    snprintf(url, sizeof url, "url=%s/fickle", own.url);
    check_ok(stand_open(&s, _i, SETTINGS(control ? "deed=get" : "deed=parts", url)));
    expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_OK);
    ck_assert_str_eq(s.chat.text, "1");
    expect(stand_chat(&s, "", 20000, false), control ? MCRM_OUTCOME_OK : MCRM_OUTCOME_NETWORK);
    if (!control) {
      ck_assert_str_eq(s.call.failure.code, "reset");
      ck_assert_uint_eq(s.call.requests, 1);
      expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_OK);
    }
    ck_assert_str_eq(s.chat.text, "3"); /* the second was read, and either libcurl or we asked a third time */
    stand_close(&s);
    faults_stop(&own);
  }
}
END_TEST

static void print_rows(buffer *out, const fault_row *rows, size_t count) {
  for (size_t i = 0; i < count; i++)
    buffer_print(out, rows[i].code[0] ? "| %s | `%s` (`%s`) |\n" : "| %s | `%s` |\n", rows[i].does,
                 provider_outcome_name(rows[i].outcome), rows[i].code);
}

START_TEST(the_documentation_has_every_fault) {
  buffer table;
  static char page[1 << 20];
  buffer_init(&table, sizeof page);
  buffer_text(&table, "| any service | outcome |\n|---|---|\n");
  print_rows(&table, transport_faults, TRANSPORT_FAULTS);
  buffer_text(&table, "\n| an AI service answers | outcome |\n|---|---|\n");
  print_rows(&table, service_faults, SERVICE_FAULTS);
  buffer_text(&table, "\n| its TLS has | outcome |\n|---|---|\n");
  print_rows(&table, tls_faults, TLS_FAULTS);
  FILE *file = fopen(MARFACRM_SOURCE "/docs/ai.md", "r");
  ck_assert_ptr_nonnull(file);
  page[fread(page, 1, sizeof page - 1, file)] = 0;
  fclose(file);
  ck_assert_msg(strstr(page, table.bytes) != NULL, "docs/ai.md is behind; it should say:\n%s", table.bytes);
  buffer_free(&table);
}
END_TEST

static void append(void *context, const char *text, size_t length) { strncat(context, text, length); }

START_TEST(a_stream_arrives_piece_by_piece) {
  stand s;
  char heard[64] = "";
  open_at(&s, _i, plain.url, "stream", NULL, NULL);
  s.call.delta = append;
  s.call.context = heard;
  expect(stand_chat(&s, "", 20000, true), MCRM_OUTCOME_OK);
  ck_assert_str_eq(heard, "onetwothree");
  ck_assert_str_eq(s.chat.text, "");
  stand_close(&s);
}
END_TEST

static bool soon(void *context) { return ++*(int *)context > 2; }

/* Where a request may be when nobody waits for it any more. */
static void leave_in(bool isolated, const char *phase, const char *base, const char *path, bool stream) {
  stand s;
  int asked = 0;
  open_at(&s, isolated, base, path, NULL, NULL);
  s.call.delta = stream ? drop : NULL;
  mcrm_outcome outcome = stand_chat(&s, "", 150, stream);
  ck_assert_msg(outcome == MCRM_OUTCOME_TIMEOUT, "%s: %s %s", phase, provider_outcome_name(outcome),
                s.call.failure.detail);
  s.call.cancelled = soon;
  s.call.context = &asked;
  s.call.delta = stream ? drop : NULL;
  outcome = stand_chat(&s, "", 60000, stream);
  ck_assert_msg(outcome == MCRM_OUTCOME_CANCELLED, "%s: %s %s", phase, provider_outcome_name(outcome),
                s.call.failure.detail);
  stand_close(&s);
}

START_TEST(a_request_can_be_left_in_each_phase) {
  char handshake[64];
  snprintf(handshake, sizeof handshake, "https://127.0.0.1:%u", deaf.port);
  leave_in(_i, "connecting", full.url, "", false);
  leave_in(_i, "TLS", handshake, "", false);
  leave_in(_i, "waiting for the head", plain.url, "silence", false);
  leave_in(_i, "in the head", plain.url, "headless", false);
  leave_in(_i, "in the body", plain.url, "drip", false);
  leave_in(_i, "waiting for the rest", plain.url, "stall", false);
  leave_in(_i, "in a stream", plain.url, "endless", true);
}
END_TEST

/* A name service that hears and never answers is made in namespaces of the kernel's, where those are to be had. */
START_TEST(a_request_can_be_left_while_its_name_is_looked_up) {
  pid_t child = fork();
  if (!child) {
    if (!stand_silent_names()) _exit(77);
    leave_in(_i, "its name", "http://service.example", "", false);
    _exit(0);
  }
  int status;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert_msg(WIFEXITED(status) && (!WEXITSTATUS(status) || WEXITSTATUS(status) == 77), "%d", status);
  if (WEXITSTATUS(status)) puts("skipped: no namespaces, so no silent name service");
}
END_TEST

START_TEST(the_environments_proxy_is_not_ours) {
  stand s;
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  setenv("all_proxy", "socks5://127.0.0.1:1", 1);
  open_at(&s, _i, plain.url, "none", NULL, NULL);
  expect(stand_chat(&s, "", 20000, false), MCRM_OUTCOME_OK);
  stand_close(&s);
  unsetenv("http_proxy");
  unsetenv("all_proxy");
}
END_TEST

int main(void) {
  faults_start(&plain, "plain");
  faults_start(&tls, "tls");
  faults_start(&deaf, "deaf");
  faults_start(&full, "full");
  Suite *suite = suite_create("transport");
  TCase *c = tcase_create("faults");
  tcase_set_timeout(c, 120);
  tcase_add_loop_test(c, each_fault_has_its_name, 0, 2 * TRANSPORT_FAULTS);
  tcase_add_test(c, the_documentation_has_every_fault);
  tcase_add_loop_test(c, what_an_answer_says_arrives, 0, 2);
  tcase_add_loop_test(c, a_limit_of_its_own_has_its_name, 0, 2);
  tcase_add_loop_test(c, the_network_has_its_names, 0, 2);
  tcase_add_loop_test(c, a_certificate_of_ones_own_is_trusted_by_its_file, 0, 2);
  tcase_add_loop_test(c, a_name_can_be_given_its_address, 0, 2);
  tcase_add_loop_test(c, only_http_is_spoken, 0, 2);
  tcase_add_loop_test(c, parts_keep_their_order_and_nobody_waits_for_a_100, 0, 2);
  tcase_add_loop_test(c, a_connection_is_used_again, 0, 2);
  tcase_add_loop_test(c, a_request_is_sent_once_where_its_connection_dies_under_it, 0, 2);
  tcase_add_loop_test(c, a_stream_arrives_piece_by_piece, 0, 2);
  tcase_add_loop_test(c, a_request_can_be_left_in_each_phase, 0, 2);
  tcase_add_loop_test(c, a_request_can_be_left_while_its_name_is_looked_up, 0, 2);
  tcase_add_loop_test(c, the_environments_proxy_is_not_ours, 0, 2);
  suite_add_tcase(suite, c);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  faults_stop(&plain);
  faults_stop(&tls);
  faults_stop(&deaf);
  faults_stop(&full);
  return failed != 0;
}
