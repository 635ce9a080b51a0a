/* What is not an operation: the description of the interface, and the frontend's files. */
#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
  ck_assert_msg(strstr(content, words) != NULL, "%s %s: no %s in %s", method, target, words, content);
  free(content);
}

START_TEST(the_description_of_the_interface_is_json_and_names_the_mount) {
  char *text = expect(&sara, 200, "GET", API "/openapi.json", NULL, NULL);
  json_t *doc = json_loads(text, 0, NULL);
  ck_assert_ptr_nonnull(doc);
  ck_assert_str_eq(json_string_value(json_object_get(json_array_get(json_object_get(doc, "servers"), 0), "url")), API);
  json_t *session = json_object_get(json_object_get(doc, "paths"), "/session");
  ck_assert_ptr_nonnull(json_object_get(session, "post"));
  ck_assert_ptr_nonnull(json_object_get(session, "delete"));
  ck_assert_ptr_nonnull(json_object_get(session, "get"));
  ck_assert_ptr_nonnull(json_object_get(json_object_get(json_object_get(doc, "paths"), "/events/stream"), "get"));
  json_decref(doc);
  free(text);
}
END_TEST

static void put_file(const char *folder, const char *name, const char *text) {
  char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *f = fopen(path, "wb");
  ck_assert_ptr_nonnull(f);
  fputs(text, f);
  fclose(f);
}

START_TEST(the_frontends_files_are_served_and_nothing_else) {
  char ui[100], path[200];
  snprintf(ui, sizeof ui, "%s/ui", p.people.folder);
  ck_assert(!mkdir(ui, 0700));
  snprintf(path, sizeof path, "%s/assets", ui);
  ck_assert(!mkdir(path, 0700));
  put_file(ui, "index.html", "<!doctype html>hello");
  put_file(ui, "assets/app-BX3fa91c.js", "plain");
  put_file(ui, "assets/app-BX3fa91c.js.br", "brotli");
  put_file(ui, "assets/app-BX3fa91c.js.gz", "gzip");
  put_file(ui, "style.css", "body{}");
  put_file(ui, ".hidden.html", "secret");
  put_file(ui, "notes.sqlite", "secret");
  snprintf(path, sizeof path, "%s/link.html", ui);
  ck_assert(!symlink(p.people.url + 7, path));

  mcrm_error error = {0};
  mcrm_gateway_options options = {.size = sizeof options, .ui_folder = ui};
  visitor v = {0};
  ck_assert(!mcrm_gateway_open(p.people.crm, &options, &v.gateway, &error));
  come_in(&v, p.crt);
  answer a = ask(&v, "GET", "/crm/", NULL, NULL);
  ck_assert_int_eq(a.status, 200);
  ck_assert_str_eq(a.content, "<!doctype html>hello");
  ck_assert_str_eq(header_of(&a, "Content-Type"), "text/html; charset=utf-8");
  ck_assert_str_eq(header_of(&a, "Cache-Control"), "private, no-cache");
  ck_assert_ptr_nonnull(strstr(a.headers, "default-src 'self'"));
  char wish[200];
  snprintf(wish, sizeof wish, "If-None-Match: %s", header_of(&a, "ETag"));
  answer_free(&a);
  a = ask(&v, "GET", "/crm/index.html", wish, NULL);
  ck_assert_int_eq(a.status, 304);
  ck_assert_uint_eq(a.length, 0);
  answer_free(&a);
  a = ask(&v, "GET", "/crm/assets/app-BX3fa91c.js", "Accept-Encoding: gzip, deflate, br", NULL);
  ck_assert_str_eq(a.content, "brotli");
  ck_assert_str_eq(header_of(&a, "Content-Encoding"), "br");
  ck_assert_str_eq(header_of(&a, "Cache-Control"), "private, max-age=31536000, immutable");
  ck_assert_str_eq(header_of(&a, "Content-Type"), "text/javascript; charset=utf-8");
  answer_free(&a);
  says(&v, 200, "GET", "/crm/assets/app-BX3fa91c.js", "Accept-Encoding: br;q=0, gzip", NULL, "gzip");
  says(&v, 200, "GET", "/crm/assets/app-BX3fa91c.js", "Accept-Encoding: br;q=0.000, gzip;q=0", NULL, "plain");
  says(&v, 200, "GET", "/crm/assets/app-BX3fa91c.js", "Accept-Encoding: broken", NULL, "plain");
  says(&v, 200, "GET", "/crm/style.css", NULL, NULL, "body{}");
  static const char *const none[] = {"/crm/.hidden.html", "/crm/notes.sqlite",   "/crm/link.html",
                                     "/crm/assets",       "/crm/assets/",        "/crm/nothing.html",
                                     "/crm/index.html/",  "/crm/style.css/x.css"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) free(expect(&v, 404, "GET", none[i], NULL, NULL));
  free(expect(&v, 405, "POST", "/crm/", NULL, NULL));
  a = ask(&v, "GET", "/crm", NULL, NULL);
  ck_assert_int_eq(a.status, 303);
  ck_assert_str_eq(header_of(&a, "Location"), "/crm/");
  answer_free(&a);
  mcrm_gateway_close(v.gateway);
  snprintf(path, sizeof path, "rm -rf '%s'", ui);
  ck_assert(!system(path));
}
END_TEST

static Suite *suite(void) {
  Suite *s = suite_create("files");
  TCase *c = tcase_create("files");
  tcase_set_timeout(c, 250);
  tcase_add_checked_fixture(c, open_place, close_place);
  tcase_add_test(c, the_description_of_the_interface_is_json_and_names_the_mount);
  tcase_add_test(c, the_frontends_files_are_served_and_nothing_else);
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
