/* Events as they happen: what is heard, by whom, and what becomes of a client that is slow, gone or signed out. */
#include <check.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "visit.h"

static place p;
static void open_place(void) { place_open(&p, NULL); }
static void close_place(void) { place_close(&p); }

static mcrm_exchange *listen_with(visitor *v, const char *query, const char *last) {
  char cookies[600], target[100];
  mcrm_exchange *x;
  snprintf(cookies, sizeof cookies, "%s; %s", v->gate, v->login);
  snprintf(target, sizeof target, "/crm/api/v1/events/stream%s", query);
  mcrm_header headers[] = {{"Cookie", cookies}, {"Last-Event-ID", last ? last : ""}};
  mcrm_head head = {
      .size = sizeof head, .method = "GET", .target = target, .headers = headers, .header_count = last ? 2 : 1};
  ck_assert_int_eq(mcrm_gateway_begin(v->gateway, &head, &x), MCRM_READY);
  ck_assert(!mcrm_gateway_finish(x));
  return x;
}

static mcrm_exchange *listen_to(visitor *v) {
  mcrm_exchange *x = listen_with(v, "", NULL);
  ck_assert_int_eq(mcrm_exchange_status(x), 200);
  ck_assert(mcrm_exchange_is_stream(x));
  return x;
}

/* What comes now, as text that is good for the next call. */
static const char *hear(mcrm_exchange *x) {
  static char text[300000];
  const char *bytes;
  size_t length;
  int64_t wait_ms;
  int code = mcrm_exchange_stream(x, &bytes, &length, &wait_ms);
  if (code) return NULL;
  ck_assert(length < sizeof text && wait_ms >= 0 && wait_ms <= 15000);
  memcpy(text, bytes, length);
  text[length] = 0;
  return text;
}

static void hears(mcrm_exchange *x, const char *words) {
  const char *text = hear(x);
  ck_assert_msg(text && strstr(text, words), "no %s in: %s", words, text ? text : "(over)");
}

static void make_tasks(mcrm_session *s, int count) {
  for (int i = 0; i < count; i++) mcrm_free(must(s, "task.create", "{\"title\":\"x\"}"));
}

static int64_t head_of_journal(void) {
  char *page = must(p.people.system, "event.list", "{\"limit\":1}");
  int64_t head = strtoll(strstr(page, "\"head\":") + 7, NULL, 10);
  mcrm_free(page);
  return head;
}

START_TEST(a_stream_says_where_it_begins_and_then_what_changes) {
  visitor v = visitor_of(&p, "crt", "sara");
  char wanted[200];
  int64_t head = head_of_journal();
  mcrm_exchange *x = listen_to(&v);
  const char *text = hear(x);
  snprintf(wanted, sizeof wanted, "retry: 3000\n\nid: %lld\nevent: ready\n", (long long)head);
  ck_assert_msg(!strncmp(text, wanted, strlen(wanted)), "%s", text);
  ck_assert_str_eq(hear(x), "");
  make_tasks(p.people.sara, 1);
  text = hear(x);
  snprintf(wanted, sizeof wanted, "id: %lld\nevent: change\ndata: {\"seq\":%lld,", (long long)head + 1,
           (long long)head + 1);
  ck_assert_msg(!strncmp(text, wanted, strlen(wanted)), "%s", text);
  ck_assert_ptr_nonnull(strstr(text, "\"operation\":\"task.create\""));
  ck_assert_str_eq(text + strlen(text) - 2, "\n\n");
  ck_assert_str_eq(hear(x), "");
  mcrm_exchange_free(x);
}
END_TEST

START_TEST(what_was_missed_is_caught_up_with_from_the_last_event) {
  visitor v = visitor_of(&p, "crt", "sara");
  int64_t head = head_of_journal();
  char last[24], query[60];
  make_tasks(p.people.sara, 3);
  snprintf(last, sizeof last, "%lld", (long long)head);
  snprintf(query, sizeof query, "?after=%lld", (long long)head + 1);
  for (int way = 0; way < 2; way++) {
    mcrm_exchange *x = listen_with(&v, way ? query : "", way ? NULL : last);
    const char *text = hear(x);
    int heard = 0;
    for (const char *at = text; (at = strstr(at, "event: change")); at++) heard++;
    ck_assert_int_eq(heard, way ? 2 : 3);
    ck_assert_str_eq(hear(x), "");
    mcrm_exchange_free(x);
  }
  free(expect(&v, 200, "HEAD", "/crm/api/v1/events/stream", NULL, NULL)); /* is no stream */
  free(expect(&v, 400, "GET", "/crm/api/v1/events/stream?after=x", NULL, NULL));
  free(expect(&v, 400, "GET", "/crm/api/v1/events/stream?since=1", NULL, NULL));
  free(expect(&v, 400, "GET", "/crm/api/v1/events/stream", "Last-Event-ID: 1; drop", NULL));
}
END_TEST

START_TEST(a_long_way_is_caught_up_with_piece_by_piece) {
  visitor v = visitor_of(&p, "crt", "sara");
  mcrm_exchange *x = listen_to(&v);
  hear(x);
  make_tasks(p.people.sara, 250);
  int heard = 0, calls = 0;
  for (const char *text = hear(x); *text; text = hear(x), calls++)
    for (const char *at = text; (at = strstr(at, "event: change")); at++) heard++;
  ck_assert_int_eq(heard, 250);
  ck_assert_int_eq(calls, 3);
  mcrm_exchange_free(x);
}
END_TEST

START_TEST(who_is_far_behind_starts_afresh_instead_of_growing) {
  visitor v = visitor_of(&p, "crt", "sara");
  mcrm_exchange *x = listen_to(&v);
  hear(x);
  make_tasks(p.people.sara, 2001);
  const char *text = hear(x);
  char wanted[200];
  snprintf(wanted, sizeof wanted, "id: %lld\nevent: resync\ndata: {\"head\":", (long long)head_of_journal());
  ck_assert_msg(!strncmp(text, wanted, strlen(wanted)), "%s", text);
  ck_assert_ptr_null(strstr(text, "change"));
  ck_assert_str_eq(hear(x), "");
  mcrm_exchange_free(x);
  x = listen_with(&v, "", "999999999"); /* the database is another one */
  hears(x, "event: resync\n");
  mcrm_exchange_free(x);
}
END_TEST

START_TEST(nobody_hears_of_what_they_may_not_see) {
  visitor v = visitor_of(&p, "crt", "sara"), admin = visitor_of(&p, "admin", "admin");
  mcrm_exchange *x = listen_to(&v), *all = listen_to(&admin);
  hear(x);
  hear(all);
  make_tasks(p.people.omid, 1); /* another team's */
  const char *text = hear(x);
  ck_assert_ptr_null(strstr(text, "data:"));
  ck_assert_ptr_nonnull(strstr(text, "id: ")); /* the cursor moves on all the same */
  hears(all, "\"operation\":\"task.create\"");
  make_tasks(p.people.reza, 1); /* a team mate's */
  hears(x, "\"operation\":\"task.create\"");
  mcrm_exchange_free(x);
  mcrm_exchange_free(all);
}
END_TEST

START_TEST(another_process_is_heard_within_a_second) {
  visitor v = visitor_of(&p, "crt", "sara");
  mcrm_exchange *x = listen_to(&v);
  hear(x);
  mcrm_error error = {0};
  mcrm *other;
  mcrm_session *sara;
  mcrm_options options = {.size = sizeof options, .storage_url = p.people.url, .key_file = p.people.key_file};
  ck_assert(!mcrm_open(&options, &other, &error));
  ck_assert(!mcrm_session_open(other, "sara", "local", &sara, &error));
  make_tasks(sara, 1);
  usleep(1010000);
  hears(x, "task.create");
  mcrm_session_close(sara);
  mcrm_close(other);
  mcrm_exchange_free(x);
}
END_TEST

static void is_over(mcrm_exchange *x, const char *reason) {
  hears(x, reason);
  ck_assert_ptr_null(hear(x));
  ck_assert_ptr_null(hear(x));
  mcrm_exchange_free(x);
}

START_TEST(signing_out_ends_the_streams) {
  visitor v = visitor_of(&p, "crt", "sara");
  mcrm_exchange *x = listen_to(&v);
  hear(x);
  free(expect(&v, 204, "DELETE", "/crm/api/v1/session", NULL, NULL));
  is_over(x, "event: end\ndata: {\"reason\":\"signed_out\"}\n\n");
}
END_TEST

START_TEST(a_new_path_ends_the_streams_of_the_old_one) {
  visitor v = visitor_of(&p, "crt", "sara");
  mcrm_exchange *x = listen_to(&v);
  hear(x);
  free(p.crt);
  p.crt = new_path(&p, "crt", 0);
  is_over(x, "signed_out");
}
END_TEST

START_TEST(who_is_disabled_hears_nothing_more) {
  visitor v = visitor_of(&p, "crt", "sara");
  mcrm_exchange *x = listen_to(&v);
  hear(x);
  char id[24];
  char *me = must(p.people.sara, "session.me", NULL);
  text_of(me, "id", id, sizeof id);
  mcrm_free(me);
  mcrm_free(must_print(p.people.system, "user.update", "{\"id\":\"%s\",\"active\":false}", id));
  make_tasks(p.people.reza, 1);
  usleep(1010000);
  const char *text = hear(x);
  ck_assert_msg(text && !strstr(text, "change"), "%s", text);
  ck_assert_ptr_nonnull(strstr(text, "event: end"));
  mcrm_exchange_free(x);
}
END_TEST

START_TEST(a_server_that_stops_says_goodbye) {
  visitor v = visitor_of(&p, "crt", "sara");
  mcrm_exchange *x = listen_to(&v);
  hear(x);
  mcrm_exchange_end(x);
  is_over(x, "event: end\ndata: {\"reason\":\"stopping\"}\n\n");
}
END_TEST

START_TEST(a_thousand_idle_streams_cost_little) {
  enum { STREAMS = 1000 };
  static mcrm_exchange *all[STREAMS];
  visitor v = visitor_of(&p, "crt", "sara");
  struct mallinfo2 before = mallinfo2();
  for (int i = 0; i < STREAMS; i++) {
    all[i] = listen_to(&v);
    hear(all[i]);
  }
  make_tasks(p.people.sara, 50);
  for (int i = 0; i < STREAMS; i++) hears(all[i], "task.create");
  for (int i = 0; i < STREAMS; i++) ck_assert_str_eq(hear(all[i]), "");
  struct mallinfo2 after = mallinfo2();
  size_t each = (after.uordblks - before.uordblks) / STREAMS;
  ck_assert_msg(each <= 12288, "%zu bytes a stream", each);
  if (after.uordblks) printf("%zu bytes an idle stream\n", each);
  for (int i = 0; i < STREAMS; i++) mcrm_exchange_free(all[i]);
}
END_TEST

static Suite *suite(void) {
  Suite *s = suite_create("stream");
  TCase *c = tcase_create("stream");
  tcase_set_timeout(c, 250);
  tcase_add_checked_fixture(c, open_place, close_place);
  tcase_add_test(c, a_stream_says_where_it_begins_and_then_what_changes);
  tcase_add_test(c, what_was_missed_is_caught_up_with_from_the_last_event);
  tcase_add_test(c, a_long_way_is_caught_up_with_piece_by_piece);
  tcase_add_test(c, who_is_far_behind_starts_afresh_instead_of_growing);
  tcase_add_test(c, nobody_hears_of_what_they_may_not_see);
  tcase_add_test(c, another_process_is_heard_within_a_second);
  tcase_add_test(c, signing_out_ends_the_streams);
  tcase_add_test(c, a_new_path_ends_the_streams_of_the_old_one);
  tcase_add_test(c, who_is_disabled_hears_nothing_more);
  tcase_add_test(c, a_server_that_stops_says_goodbye);
  tcase_add_test(c, a_thousand_idle_streams_cost_little);
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
