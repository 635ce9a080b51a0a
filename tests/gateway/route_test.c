/* What is asked for, and how it is answered: routes, bodies, versions, repeated requests. */
#include <check.h>
#include <jansson.h>
#include <marfacrm/host.h>
#include <stdio.h>
#include <stdlib.h>
#include <store/store.h>
#include <string.h>
#include <time.h>

#include "backend.h"
#include "visit.h"

static place p;
static visitor sara;
static void open_place(void) {
  place_open(&p, NULL);
  sara = visitor_of(&p, "crt", "sara");
}
static void close_place(void) { place_close(&p); }

#define API "/crm/api/v1"

static void says(visitor *v, int status, const char *method, const char *target, const char *headers, const char *body,
                 const char *words) {
  char *content = expect(v, status, method, target, headers, body);
  ck_assert_msg(content && strstr(content, words) != NULL, "%s %s: no %s in %s", method, target, words,
                content ? content : "nothing");
  free(content);
}

static void make_task(char id[24]) {
  char *made = expect(&sara, 200, "POST", API "/tasks", NULL, "{\"title\":\"زنگ بزن\"}");
  text_of(made, "id", id, 24);
  free(made);
}

/* ---- headers ---- */

START_TEST(every_answer_carries_the_security_headers) {
  static const struct {
    const char *method, *target;
  } cases[] = {{"GET", API "/session"},  {"GET", API "/nowhere"}, {"GET", "/crm/none.js"},     {"POST", API "/tasks"},
               {"BREW", API "/session"}, {"GET", "/crm/%zz"},     {"GET", "/crm/health"},      {"GET", "/crm"},
               {"GET", "/crm/metrics"},  {"GET", API "/events"},  {"GET", API "/openapi.json"}};
  static const char *const wanted[] = {
      "Cache-Control: no-store", "X-Content-Type-Options: nosniff",           "Referrer-Policy: no-referrer",
      "frame-ancestors 'none'",  "Cross-Origin-Resource-Policy: same-origin", "X-Request-Id: "};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    answer a = ask(&sara, cases[i].method, cases[i].target, NULL, NULL);
    ck_assert_int_ne(a.status, 0);
    bool file = !strcmp(cases[i].target, "/crm");
    for (size_t k = file; k < sizeof wanted / sizeof *wanted; k++)
      ck_assert_msg(strstr(a.headers, wanted[k]) != NULL, "%s %s: no %s in\n%s", cases[i].method, cases[i].target,
                    wanted[k], a.headers);
    ck_assert_ptr_null(strstr(a.headers, "Access-Control"));
    answer_free(&a);
  }
}
END_TEST

START_TEST(a_trace_id_goes_on) {
  static const char parent[] = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  answer a = ask(&sara, "GET", API "/session", "X-Request-Id: abc-1.2", NULL);
  ck_assert_str_eq(header_of(&a, "X-Request-Id"), "abc-1.2");
  answer_free(&a);
  a = ask(&sara, "GET", API "/session", parent, NULL);
  ck_assert_str_eq(header_of(&a, "X-Request-Id"), "0af7651916cd43dd8448eb211c80319c");
  answer_free(&a);
  a = ask(&sara, "GET", API "/session", "X-Request-Id: a\"b", NULL);
  ck_assert_uint_eq(strlen(header_of(&a, "X-Request-Id")), 32);
  answer_free(&a);
  free(expect(&sara, 200, "POST", API "/tasks", "X-Request-Id: trace-me", "{\"title\":\"x\"}"));
  visitor admin = visitor_of(&p, "admin", "admin");
  says(&admin, 200, "GET", API "/admin/audit?limit=5", NULL, NULL, "\"trace\":\"trace-me\"");
}
END_TEST

/* ---- routes ---- */

START_TEST(an_unknown_address_is_404_and_a_wrong_method_405) {
  says(&sara, 404, "GET", API "/nowhere", NULL, NULL, "\"code\":\"not_found\"");
  says(&sara, 404, "GET", API, NULL, NULL, "not_found");
  says(&sara, 404, "GET", "/crm/api/v2/tasks", NULL, NULL, "not_found");
  says(&sara, 404, "GET", API "/tasks/1/2/3", NULL, NULL, "not_found");
  says(&sara, 404, "GET", API "/tasks/", NULL, NULL, "not_found");
  says(&sara, 404, "GET", API "/Tasks", NULL, NULL, "not_found");
  answer a = ask(&sara, "DELETE", API "/tasks", NULL, NULL);
  ck_assert_int_eq(a.status, 405);
  ck_assert_str_eq(header_of(&a, "Allow"), "POST, GET, HEAD");
  answer_free(&a);
  a = ask(&sara, "PUT", API "/session", NULL, NULL);
  ck_assert_int_eq(a.status, 405);
  ck_assert_ptr_nonnull(strstr(header_of(&a, "Allow"), "DELETE"));
  answer_free(&a);
  a = ask(&sara, "POST", API "/events/stream", NULL, NULL);
  ck_assert_int_eq(a.status, 405);
  ck_assert_str_eq(header_of(&a, "Allow"), "GET, HEAD");
  answer_free(&a);
}
END_TEST

START_TEST(who_is_not_signed_in_is_told_so_before_anything_else) {
  visitor v = {.gateway = p.gateway};
  come_in(&v, p.crt);
  says(&v, 401, "GET", API "/nowhere", NULL, NULL, "unauthenticated");
  says(&v, 401, "POST", API "/tasks", NULL, "{", "unauthenticated");
  says(&v, 401, "GET", "/crm/metrics", NULL, NULL, "unauthenticated");
  says(&v, 401, "GET", API "/events/stream", NULL, NULL, "unauthenticated");
  free(expect(&v, 200, "GET", API "/openapi.json", NULL, NULL));
}
END_TEST

START_TEST(a_fixed_word_beats_a_field) {
  char id[24], body[120];
  make_task(id);
  snprintf(body, sizeof body, "{\"ids\":[\"%s\"],\"action\":\"priority\",\"priority\":\"high\"}", id);
  free(expect(&sara, 200, "POST", API "/tasks/bulk", NULL, body));
}
END_TEST

START_TEST(the_query_becomes_the_input_by_the_kinds_of_its_fields) {
  char id[24], target[200], other[24];
  make_rep(&p.people, "علی رضایی", id);
  make_task(other);
  says(&sara, 200, "GET", API "/reps?phone=%2B98%20912%20123%204567&limit=1", NULL, NULL, "علی رضایی");
  says(&sara, 200, "GET", API "/search?text=%D8%B9%D9%84%DB%8C", NULL, NULL, "علی رضایی");
  says(&sara, 200, "GET", API "/search?text=%D8%B9%D9%84%DB%8C+%D8%B1%D8%B6%D8%A7%DB%8C%DB%8C", NULL, NULL, id);
  snprintf(target, sizeof target, API "/tasks?rep_id=%s", id);
  says(&sara, 200, "GET", target, NULL, NULL, "\"items\":[]");
  says(&sara, 200, "GET", API "/tasks?due_before=2030-01-01T00:00:00%2B03:30", NULL, NULL, "\"items\":[]");
  says(&sara, 400, "GET", API "/tasks?limit=many", NULL, NULL, "\"field\":\"limit\"");
  says(&sara, 400, "GET", API "/tasks?limit=1&limit=2", NULL, NULL, "\"field\":\"limit\"");
  says(&sara, 400, "GET", API "/tasks?nothing=1", NULL, NULL, "\"field\":\"nothing\"");
  says(&sara, 400, "GET", API "/tasks?status=%00", NULL, NULL, "\"code\":\"invalid\"");
  says(&sara, 400, "GET", API "/tasks?status=%ff", NULL, NULL, "\"code\":\"invalid\"");
  says(&sara, 400, "GET", API "/tasks?status=%4", NULL, NULL, "\"code\":\"invalid\"");
  says(&sara, 400, "GET", API "/tasks?%22:1,%22limit=1", NULL, NULL, "\"code\":\"invalid\"");
  says(&sara, 400, "GET", API "/session?x=1", NULL, NULL, "x");
  says(&sara, 400, "GET", API "/views?limit=1", NULL, NULL, "takes no input");
  says(&sara, 400, "GET", API "/tasks/abc", NULL, NULL, "\"field\":\"id\"");
  says(&sara, 400, "GET", API "/tasks/1%22", NULL, NULL, "\"field\":\"id\"");
  says(&sara, 404, "GET", API "/tasks/123456", NULL, NULL, "not_found");
}
END_TEST

START_TEST(an_address_that_hides_something_is_400) {
  static const char *const targets[] = {API "/tasks/%2e%2e", "/crm/../etc/passwd",
                                        "/crm/./x",          "/crm/a%2fb",
                                        "/crm/a%5cb",        "/crm//x",
                                        "/crm/%00",          "/crm/%c0%ae%c0%ae/x",
                                        "/crm/%zz",          "/crm/%",
                                        "/crm/a%0ab",        API "//tasks",
                                        "/crm/\xff",         "/crm/a/b/c/d/e/f/g/h/i/j/k/l/m"};
  for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
    says(&sara, 400, "GET", targets[i], NULL, NULL, "\"code\":\"invalid\"");
  char *long_one = calloc(1, 9000);
  strcpy(long_one, "/crm/");
  memset(long_one + 5, 'a', 8900);
  says(&sara, 414, "GET", long_one, NULL, NULL, "\"code\":\"invalid\"");
  free(long_one);
}
END_TEST

/* ---- bodies ---- */

START_TEST(a_body_is_one_json_object_of_a_known_type) {
  static const char path[] = API "/tasks";
  says(&sara, 415, "POST", path, "Content-Type: text/plain", "{\"title\":\"x\"}", "\"field\":\"Content-Type\"");
  says(&sara, 415, "POST", path, "Content-Type: application/jsonx", "{\"title\":\"x\"}", "invalid");
  says(&sara, 415, "POST", path, "Content-Type: application/x-www-form-urlencoded", "title=x", "invalid");
  free(expect(&sara, 200, "POST", path, "Content-Type: Application/JSON; charset=utf-8", "{\"title\":\"x\"}"));
  static const char *const bad[] = {"",
                                    "{",
                                    "[]",
                                    "null",
                                    "\"x\"",
                                    "{\"title\":\"x\"}{}",
                                    "{\"title\":\"x\"},{\"a\":1}",
                                    "{\"title\":\"x\",}",
                                    "{\"title\":\"x\",\"title\":\"y\"}",
                                    "{\"title\":1}",
                                    "{\"title\":\"x\",\"unknown\":1}",
                                    "{\"title\":\"\xff\"}",
                                    "{\"title\":\"x\"} x",
                                    "{\"title\":\"\\ud800\"}",
                                    "{]",
                                    "{}}"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    says(&sara, 400, "POST", path, NULL, bad[i], "\"code\":\"invalid\"");
  answer a = ask_bytes(&sara, "POST", path, NULL, "{\"title\":\"x\"}\0{}", 17);
  ck_assert_int_eq(a.status, 400);
  answer_free(&a);
  says(&sara, 400, "POST", API "/tasks?title=x", NULL, "{\"title\":\"x\"}", "invalid");
  says(&sara, 400, "GET", API "/session", "Content-Length: 2", "{}", "invalid");
}
END_TEST

START_TEST(the_path_names_the_record_and_the_body_cannot_name_another) {
  char id[24], other[24], target[100], body[100];
  make_task(id);
  make_task(other);
  snprintf(target, sizeof target, API "/tasks/%s", id);
  snprintf(body, sizeof body, "{\"title\":\"y\",\"id\":\"%s\"}", other);
  says(&sara, 400, "PATCH", target, "If-Match: *", body, "\"field\":\"id\"");
}
END_TEST

START_TEST(a_body_has_a_limit) {
  size_t length = (1 << 20) + 100;
  char *body = calloc(1, length + 1), number[24];
  memset(body, ' ', length);
  memcpy(body, "{\"title\":\"x\"}", 13);
  says(&sara, 413, "POST", API "/tasks", NULL, body, "\"code\":\"invalid\"");
  says(&sara, 413, "POST", API "/tasks", "Transfer-Encoding: chunked\ncontent-length: 13", body, "invalid");
  body[1 << 20] = 0;
  free(expect(&sara, 200, "POST", API "/tasks", NULL, body));
  snprintf(number, sizeof number, "content-length: %d", 12);
  says(&sara, 400, "POST", API "/tasks", number, "{\"title\":\"x\"}", "invalid");
  says(&sara, 400, "POST", API "/tasks", "content-length: -1", "{\"title\":\"x\"}", "invalid");
  says(&sara, 400, "POST", API "/tasks", "content-length: 13\nContent-Length: 14", "{\"title\":\"x\"}", "invalid");
  says(&sara, 400, "POST", API "/tasks", "content-length: 99999999999999999999999999", "{}", "");
  free(body);
}
END_TEST

START_TEST(a_header_that_stands_there_twice_is_refused) {
  static const char *const twice[] = {"If-Match: \"1\"\nIf-Match: \"2\"", "X-CSRF-Token: a\nx-csrf-token: b",
                                      "Idempotency-Key: a\nIdempotency-Key: b",
                                      "Content-Type: application/json\nContent-Type: text/csv"};
  for (size_t i = 0; i < sizeof twice / sizeof *twice; i++)
    says(&sara, 400, "POST", API "/tasks", twice[i], "{\"title\":\"x\"}", "invalid");
}
END_TEST

static const char form[] =
    "--b\r\nContent-Disposition: form-data; name=\"entity\"\r\n\r\nprospect\r\n"
    "--b\r\nContent-Disposition: form-data; name=\"csv\"; filename=\"x.csv\"\r\nContent-Type: text/csv\r\n\r\n"
    "name\nعلی\n\r\n--b--\r\n";

START_TEST(a_form_with_a_file_and_a_plain_file_are_taken_too) {
  visitor mina = visitor_of(&p, "crt", "mina");
  static const char type[] = "Content-Type: multipart/form-data; boundary=b";
  says(&mina, 200, "POST", API "/import", type, form, "\"taken\":1");
  says(&mina, 200, "POST", API "/import?entity=prospect", "Content-Type: text/csv", "name\nرضا\nسارا\n", "\"taken\":2");
  says(&mina, 400, "POST", API "/import", "Content-Type: multipart/form-data", form, "invalid");
  says(&mina, 400, "POST", API "/import", "Content-Type: multipart/form-data; boundary=c", form, "invalid");
  says(&mina, 400, "POST", API "/import", type, "--b\r\n\r\nx\r\n--b--", "invalid");
  says(&mina, 400, "POST", API "/import", type,
       "--b\r\nContent-Disposition: form-data; name=\"entity\"\r\n\r\nprospect", "invalid");
  says(&mina, 415, "POST", API "/tasks", "Content-Type: text/csv", "a\n", "invalid");
}
END_TEST

START_TEST(a_large_upload_waits_in_a_file_and_has_a_limit) {
  visitor mina = visitor_of(&p, "crt", "mina");
  size_t room = 27 << 20, length = 0;
  char *csv = calloc(1, room);
  length = (size_t)sprintf(csv, "name,shop\n");
  for (int i = 0; length < 200000; i++)
    length += (size_t)sprintf(csv + length, "نماینده %d,فروشگاهی در خیابان %d\n", i, i);
  free(expect(&mina, 400, "POST", API "/import?entity=nothing", "Content-Type: text/csv", csv));
  memset(csv + length, 'x', room - length - 1);
  free(expect(&mina, 413, "POST", API "/import?entity=prospect", "Content-Type: text/csv", csv));
  csv[20 << 20] = 0;
  free(expect(&mina, 413, "POST", API "/import?entity=prospect", "Content-Type: text/csv", csv));
  free(csv);
}
END_TEST

START_TEST(a_disk_that_refuses_an_upload_is_told) {
  mcrm_error error = {0};
  mcrm_gateway_options options = {.size = sizeof options, .upload_folder = "/proc/self"};
  place q = p;
  ck_assert(!mcrm_gateway_open(p.people.crm, &options, &q.gateway, &error));
  visitor mina = visitor_of(&q, "crt", "mina");
  char *csv = calloc(1, 100001);
  memset(csv, 'x', 100000);
  says(&mina, 500, "POST", API "/import?entity=prospect", "Content-Type: text/csv", csv, "\"code\":\"io\"");
  free(csv);
  mcrm_gateway_close(q.gateway);
}
END_TEST

/* ---- versions and repeated requests ---- */

START_TEST(an_edit_names_the_version_it_has_seen) {
  char id[24], target[100];
  make_task(id);
  snprintf(target, sizeof target, API "/tasks/%s", id);
  answer a = ask(&sara, "GET", target, NULL, NULL);
  ck_assert_str_eq(header_of(&a, "ETag"), "\"1\"");
  answer_free(&a);
  says(&sara, 428, "PATCH", target, NULL, "{\"title\":\"a\"}", "\"code\":\"conflict\"");
  a = ask(&sara, "PATCH", target, "If-Match: \"1\"", "{\"title\":\"a\"}");
  ck_assert_int_eq(a.status, 200);
  ck_assert_str_eq(header_of(&a, "ETag"), "\"2\"");
  answer_free(&a);
  says(&sara, 412, "PATCH", target, "If-Match: \"1\"", "{\"title\":\"b\"}", "theirs");
  says(&sara, 412, "PATCH", target, NULL, "{\"title\":\"b\",\"version\":1}", "theirs");
  free(expect(&sara, 200, "PATCH", target, NULL, "{\"version\":2,\"title\":\"b\"}"));
  free(expect(&sara, 200, "PATCH", target, "If-Match: *", "{\"title\":\"c\"}"));
  says(&sara, 428, "PATCH", target, NULL, "{\"title\":\"\\\"version\\\":4\"}", "conflict");
  static const char *const bad[] = {
      "1", "W/\"4\"", "\"4\", \"5\"", "\"x\"", "\"\"", "\"-1\"", "\"0\"", "\"99999999999999999999\"", ""};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    char header[60];
    snprintf(header, sizeof header, "If-Match: %s", bad[i]);
    says(&sara, 400, "PATCH", target, header, "{\"title\":\"d\"}", "\"field\":\"If-Match\"");
  }
  snprintf(target, sizeof target, API "/tasks/%s/complete", id);
  says(&sara, 412, "POST", target, "If-Match: \"1\"", "{}", "conflict");
  free(expect(&sara, 200, "POST", target, "If-Match: \"4\"", "{}"));
  says(&sara, 409, "POST", target, NULL, "{}", "conflict");
}
END_TEST

START_TEST(a_repeated_request_has_one_effect_and_one_answer) {
  static const char path[] = API "/tasks", key[] = "Idempotency-Key: once";
  char *first = expect(&sara, 200, "POST", path, key, "{\"title\":\"یک بار\"}");
  char *second = expect(&sara, 200, "POST", path, key, "{ \"title\" : \"یک بار\" }");
  ck_assert_str_eq(first, second);
  says(&sara, 409, "POST", path, key, "{\"title\":\"دیگر\"}", "idempotency");
  char *list = expect(&sara, 200, "GET", API "/tasks", NULL, NULL);
  ck_assert_ptr_null(strstr(strstr(list, "یک بار") + 3, "یک بار"));
  free(list);
  free(first);
  free(second);
  says(&sara, 400, "POST", path, "Idempotency-Key: ", "{\"title\":\"x\"}", "Idempotency-Key");
  char long_key[300] = "Idempotency-Key: ";
  memset(long_key + strlen(long_key), 'k', 201);
  says(&sara, 400, "POST", path, long_key, "{\"title\":\"x\"}", "idempotency_key");
}
END_TEST

/* ---- without waiting ---- */

static answer read_record(visitor *v, const char *target, bool at_hand) {
  answer a = ask(v, "GET", target, NULL, NULL);
  ck_assert_msg(a.at_hand == (at_hand && backend_is_sqlite()), "%s: %s", target, a.at_hand ? "at hand" : "waited for");
  return a;
}

/* A server with an event thread must never wait on it: so only what has just been looked up may be answered there. */
START_TEST(one_record_of_somebody_known_needs_no_waiting) {
  static const char *const others[] = {API "/tasks", API "/session", API "/nowhere", API "/worklog", "/crm/"};
  char id[24], target[80];
  make_task(id);
  snprintf(target, sizeof target, API "/tasks/%s", id);
  answer slow = ask(&sara, "GET", target, "Accept-Language: fa", NULL), quick = read_record(&sara, target, true);
  ck_assert_int_eq(quick.status, 200);
  ck_assert_str_eq(quick.content, slow.content);
  ck_assert_str_eq(header_of(&quick, "ETag"), header_of(&slow, "ETag"));
  answer_free(&slow);
  answer_free(&quick);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    answer a = read_record(&sara, others[i], false);
    answer_free(&a);
  }
  answer none = read_record(&sara, API "/tasks/999", true);
  ck_assert_int_eq(none.status, 404);
  answer_free(&none);
}
END_TEST

static int nothing(void *context, const char *table, mcrm_texts keys, mcrm_host_rows *rows) {
  (void)context, (void)table, (void)keys, (void)rows;
  return MCRM_OK;
}

START_TEST(short_changes_of_a_file_are_for_one_thread) {
  static const struct {
    const char *method, *target, *body;
    bool in_turn;
  } cases[] = {{"POST", API "/tasks", "{\"title\":\"x\"}", true},
               {"GET", API "/tasks", NULL, false},
               {"GET", API "/session", NULL, false},
               {"POST", API "/notes/analyse", "{\"text\":\"x\"}", false}, /* a provider may be asked */
               {"POST", API "/session", "{\"username\":\"sara\",\"password\":\"x\"}", false},
               {"POST", API "/nowhere", "{}", false}};
  bool file = backend_is_sqlite();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    answer a = ask(&sara, cases[i].method, cases[i].target, NULL, cases[i].body);
    ck_assert_msg(a.in_turn == (cases[i].in_turn && file), "%s %s", cases[i].method, cases[i].target);
    answer_free(&a);
  }
}
END_TEST

static mcrm_exchange *begin_change(void) {
  static const char body[] = "{\"title\":\"x\"}";
  static char cookies[600];
  mcrm_exchange *x;
  snprintf(cookies, sizeof cookies, "%s; %s", sara.gate, sara.login);
  mcrm_header headers[] = {{"Cookie", cookies}, {"X-CSRF-Token", sara.csrf}, {"Content-Type", "application/json"}};
  mcrm_head head = {
      .size = sizeof head, .method = "POST", .target = API "/tasks", .headers = headers, .header_count = 3};
  ck_assert_int_eq(mcrm_gateway_begin(p.gateway, &head, &x), MCRM_NEED_BODY);
  ck_assert_int_eq(mcrm_exchange_body(x, body, strlen(body)), 0);
  return x;
}

/* Five that came in one moment and are finished one after the other: each by itself would be waited for as long again. */
START_TEST(whoever_stands_in_the_line_before_the_writer_waits_no_longer_than_the_first) {
  enum { LINE = 5, PATIENCE_S = 5 };
  mcrm_exchange *line[LINE];
  mcrm_error error = {0};
  static const unsigned char key[STORE_KEY_SIZE];
  store_options options = {.url = p.people.url, .key = key};
  store *other;
  store_tx holder;
  if (!backend_is_sqlite()) return;
  arena *memory = arena_new(0);
  ck_assert_msg(!store_open(&options, &error, &other), "%s", error.detail);
  for (int i = 0; i < LINE; i++) line[i] = begin_change();
  ck_assert(!store_begin(other, memory, &error, true, 0, NULL, &holder));
  time_t from = time(NULL);
  for (int i = 0; i < LINE; i++) {
    ck_assert(!mcrm_gateway_finish(line[i]));
    ck_assert_int_eq(mcrm_exchange_status(line[i]), 503);
    mcrm_exchange_free(line[i]);
  }
  ck_assert_int_lt(time(NULL) - from, 2 * PATIENCE_S);
  store_rollback(&holder);
  store_close(other);
  arena_free(memory);
}
END_TEST

START_TEST(where_a_host_is_asked_there_is_waiting) {
  static const mcrm_host_source source = {.size = sizeof source, .tables = "representatives", .read = nothing};
  mcrm_options options = {
      .size = sizeof options, .storage_url = p.people.url, .key_file = p.people.key_file, .host_source = &source};
  mcrm_error error = {0};
  char rep[80], task[80], id[24];
  char *made = expect(&sara, 200, "POST", API "/prospects", NULL, "{\"name\":\"x\"}");
  text_of(made, "id", id, sizeof id);
  free(made);
  snprintf(rep, sizeof rep, API "/reps/%s", id);
  make_task(id);
  snprintf(task, sizeof task, API "/tasks/%s", id);
  answer a = read_record(&sara, rep, true); /* there is no host */
  answer_free(&a);
  place with_host = p;
  ck_assert_msg(!mcrm_open(&options, &with_host.people.crm, &error), "%s", error.detail);
  ck_assert(!mcrm_gateway_open(with_host.people.crm, NULL, &with_host.gateway, &error));
  visitor mina = visitor_of(&with_host, "crt", "mina");
  free(expect(&mina, 200, "GET", rep, NULL, NULL));
  a = read_record(&mina, rep, false);
  answer_free(&a);
  a = read_record(&mina, task, true);
  answer_free(&a);
  mcrm_gateway_close(with_host.gateway);
  mcrm_close(with_host.people.crm);
}
END_TEST

START_TEST(who_has_signed_out_or_is_not_known_is_looked_up) {
  char id[24], target[80];
  make_task(id);
  snprintf(target, sizeof target, API "/tasks/%s", id);
  visitor mina = visitor_of(&p, "crt", "mina"), nobody = mina;
  nobody.login[0] = 0;
  answer a = read_record(&nobody, target, false);
  ck_assert_int_eq(a.status, 401);
  answer_free(&a);
  free(expect(&mina, 200, "GET", API "/session", NULL, NULL));
  visitor stolen = mina; /* keeps the cookie */
  answer out = ask(&mina, "DELETE", API "/session", NULL, NULL);
  ck_assert_int_lt(out.status, 300);
  answer_free(&out);
  a = read_record(&stolen, target, false);
  ck_assert_int_eq(a.status, 401);
  answer_free(&a);
}
END_TEST

/* ---- who may ---- */

static int status_by_call(const char *username, const char *gate, const char *operation, char **json) {
  mcrm_error error = {0};
  mcrm_session *s;
  ck_assert(!mcrm_session_open(p.people.crm, username, gate, &s, &error));
  int code = mcrm_call(s, operation, NULL, json);
  mcrm_session_close(s);
  switch (code) {
    case 0:
      return 200;
    case MCRM_INVALID:
      return 400;
    case MCRM_DENIED:
      return 403;
    case MCRM_NOT_FOUND:
      return 404;
    case MCRM_CONFLICT:
      return 409;
    default:
      return -1;
  }
}

/* "/tasks/{id}" → "/crm/api/v1/tasks/77" */
static void fill_in(const char *path, char target[200]) {
  size_t n = (size_t)sprintf(target, API);
  for (; *path; path++) {
    if (*path != '{') {
      target[n++] = *path;
      continue;
    }
    n += (size_t)sprintf(target + n, "77");
    path = strchr(path, '}');
  }
  target[n] = 0;
}

/* The library's own matrix says what is right (tests/api/matrix_test.c); here every route of the table must come to
 * the same decision: allowed, refused, or, without a login, not even that. */
static void check_cell(visitor *v, const char *username, const char *gate, json_t *o) {
  const char *method = json_string_value(json_object_get(o, "method")),
             *name = json_string_value(json_object_get(o, "name"));
  char target[200], *json = NULL;
  bool body = !strcmp(method, "POST") || !strcmp(method, "PATCH");
  fill_in(json_string_value(json_object_get(o, "path")), target);
  answer a = ask(v, method, target, !strcmp(method, "PATCH") ? "If-Match: *" : NULL, body ? "{}" : NULL);
  if (!username) {
    ck_assert_msg(a.status == 401, "%s: %d", name, a.status);
  } else {
    bool denied = status_by_call(username, gate, name, &json) == 403;
    ck_assert_msg((a.status == 403) == denied, "%s for %s at %s: %d, but the call says %s", name, username, gate,
                  a.status, json);
    ck_assert_msg(a.status == 200 || a.status == 400 || a.status == 403 || a.status == 404 || a.status == 409 ||
                      (a.status == 415 && strstr(name, ".upload")), /* which takes a file */
                  "%s: %d %s", name, a.status, a.content);
  }
  answer_free(&a);
  mcrm_free(json);
}

START_TEST(each_route_decides_as_the_library_does_for_each_role_and_gate) {
  static const struct {
    const char *username, *gate;
  } who[] = {{"sara", "crt"},  {"sara", "admin"},  {"mina", "crt"}, {"mina", "admin"},
             {"admin", "crt"}, {"admin", "admin"}, {NULL, "crt"},   {NULL, "admin"}};
  char *text;
  ck_assert(!mcrm_describe("operations", &text));
  json_t *all = json_loads(text, 0, NULL), *o;
  mcrm_free(text);
  ck_assert_uint_gt(json_array_size(all), 40);
  size_t i;
  for (size_t w = 0; w < sizeof who / sizeof *who; w++) {
    visitor v = {.gateway = p.gateway};
    come_in(&v, strcmp(who[w].gate, "crt") ? p.admin : p.crt);
    if (who[w].username) sign_in_as(&v, who[w].username);
    json_array_foreach(all, i, o) {
      if (!strcmp(json_string_value(json_object_get(o, "name")), "path.rotate") && who[w].username) continue;
      check_cell(&v, who[w].username, who[w].gate, o);
    }
  }
  json_decref(all);
}
END_TEST

static Suite *suite(void) {
  Suite *s = suite_create("routes");
  TCase *c = tcase_create("routes");
  tcase_set_timeout(c, 250);
  tcase_add_checked_fixture(c, open_place, close_place);
  tcase_add_test(c, every_answer_carries_the_security_headers);
  tcase_add_test(c, a_trace_id_goes_on);
  tcase_add_test(c, an_unknown_address_is_404_and_a_wrong_method_405);
  tcase_add_test(c, who_is_not_signed_in_is_told_so_before_anything_else);
  tcase_add_test(c, a_fixed_word_beats_a_field);
  tcase_add_test(c, the_query_becomes_the_input_by_the_kinds_of_its_fields);
  tcase_add_test(c, an_address_that_hides_something_is_400);
  tcase_add_test(c, a_body_is_one_json_object_of_a_known_type);
  tcase_add_test(c, the_path_names_the_record_and_the_body_cannot_name_another);
  tcase_add_test(c, a_body_has_a_limit);
  tcase_add_test(c, a_header_that_stands_there_twice_is_refused);
  tcase_add_test(c, a_form_with_a_file_and_a_plain_file_are_taken_too);
  tcase_add_test(c, a_large_upload_waits_in_a_file_and_has_a_limit);
  tcase_add_test(c, a_disk_that_refuses_an_upload_is_told);
  tcase_add_test(c, an_edit_names_the_version_it_has_seen);
  tcase_add_test(c, a_repeated_request_has_one_effect_and_one_answer);
  tcase_add_test(c, one_record_of_somebody_known_needs_no_waiting);
  tcase_add_test(c, short_changes_of_a_file_are_for_one_thread);
  tcase_add_test(c, whoever_stands_in_the_line_before_the_writer_waits_no_longer_than_the_first);
  tcase_add_test(c, where_a_host_is_asked_there_is_waiting);
  tcase_add_test(c, who_has_signed_out_or_is_not_known_is_looked_up);
  tcase_add_test(c, each_route_decides_as_the_library_does_for_each_role_and_gate);
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
