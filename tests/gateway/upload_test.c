/* Files go in and out of operations: uploads without being read into memory, downloads in the parts that are asked for.
 */
#include "upload_table.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "visit.h"

static place p;
static visitor sara;
static char folder[64], big[300000];

static void set_up(void) {
  strcpy(folder, "/var/tmp/marfacrm-samples-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(folder));
  sample_folder = folder;
  sample_runs = 0;
  place_open(&p, &(mcrm_gateway_options){.size = sizeof(mcrm_gateway_options), .upload_folder = folder});
  sara = visitor_of(&p, "crt", "sara");
  for (size_t i = 0; i < sizeof big; i++) big[i] = (char)("0123456789"[i % 10]);
}

static void tear_down(void) {
  char command[100];
  place_close(&p);
  snprintf(command, sizeof command, "rm -r %s", folder);
  ck_assert_int_eq(system(command), 0);
}

static void contains(const char *json, const char *what) { ck_assert_msg(strstr(json, what), "%s in %s", what, json); }

static char *put(const char *target, const char *headers, const char *body, size_t length, int status) {
  answer a = ask_bytes(&sara, "POST", target, headers, body, length);
  ck_assert_msg(a.status == status, "%d: %s", a.status, a.content);
  return a.content;
}

/* The name under which a sample of these bytes is kept. */
static const char *kept(const char *bytes, size_t length) {
  static char name[80];
  char *json = put("/crm/api/v1/samples?title=x", "Content-Type: audio/ogg", bytes, length, 200);
  text_of(json, "sha256", name, sizeof name);
  free(json);
  return name;
}

START_TEST(a_body_becomes_the_file_without_a_copy) {
  const size_t sizes[] = {sizeof big, 20};
  for (size_t i = 0; i < 2; i++) {
    char *json = put("/crm/api/v1/samples?title=note", "Content-Type: audio/webm;codecs=opus", big, sizes[i], 200);
    contains(json, "\"title\":\"note\"");
    contains(json, "\"media_type\":\"audio/webm;codecs=opus\"");
    contains(json, i ? "\"bytes\":20" : "\"bytes\":300000");
    contains(json, "\"without_copy\":1");
    free(json);
  }
}
END_TEST

START_TEST(a_part_of_a_form_is_the_file_and_the_others_are_fields) {
  static char form[sizeof big + 1000];
  int head = snprintf(form, sizeof form,
                      "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nتماس\r\n"
                      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"note.ogg\"\r\n"
                      "Content-Type: audio/ogg\r\n\r\n");
  memcpy(form + head, big, sizeof big);
  memcpy(form + head + sizeof big, "\r\n--b--\r\n", 9);
  char *json = put("/crm/api/v1/samples", "Content-Type: multipart/form-data; boundary=b", form,
                   (size_t)head + sizeof big + 9, 200);
  contains(json, "\"title\":\"تماس\"");
  contains(json, "\"name\":\"note.ogg\"");
  contains(json, "\"media_type\":\"audio/ogg\"");
  contains(json, "\"bytes\":300000");
  free(json);
}
END_TEST

START_TEST(nobody_names_a_file_of_the_server) {
  const char *json = "{\"title\":\"x\",\"file\":{\"path\":\"/etc/passwd\"}}";
  const char *form =
      "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nx\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"file.path\"\r\n\r\n/etc/passwd\r\n--b--\r\n";
  free(put("/crm/api/v1/samples", "Content-Type: application/json", json, strlen(json), 415));
  free(put("/crm/api/v1/samples", "Content-Type: multipart/form-data; boundary=b", form, strlen(form), 400));
  free(put("/crm/api/v1/samples?title=x&file=%7B%22path%22%3A%22%2Fetc%2Fpasswd%22%7D", "Content-Type: audio/ogg", "a",
           1, 400));
  free(put("/crm/api/v1/samples?title=x&file=%7B%22path%22%3A%22%2Fetc%2Fpasswd%22%7D", NULL, NULL, 0, 400));
  free(put("/crm/api/v1/samples?title=x", "Content-Type: audio/ogg", "", 0, 400));
  refused(p.people.sara, "sample.put", json, MCRM_INVALID, "file.path");
  ck_assert_int_eq(sample_runs, 0);
}
END_TEST

START_TEST(programs_name_files_and_see_where_they_are) {
  const mcrm_call_options files = {.size = sizeof files, .files = 1};
  char path[100], json[300], name[80], *told;
  snprintf(path, sizeof path, "%s/mine.ogg", folder);
  snprintf(json, sizeof json, "{\"title\":\"x\",\"file\":{\"path\":\"%s\",\"media_type\":\"audio/ogg\"}}", path);
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  ck_assert_int_eq(write(fd, "my own recording", 16), 16);
  close(fd);
  ck_assert(!mcrm_session_next(p.people.sara, &files));
  told = must(p.people.sara, "sample.put", json);
  contains(told, "\"bytes\":16");
  contains(told, "\"without_copy\":0"); /* it stays its owner's */
  text_of(told, "sha256", name, sizeof name);
  mcrm_free(told);
  snprintf(json, sizeof json, "{\"title\":\"%s\"}", name);
  ck_assert(!mcrm_session_next(p.people.sara, &files));
  told = must(p.people.sara, "sample.get", json);
  contains(told, folder);
  mcrm_free(told);
  told = must(p.people.sara, "sample.get", json);
  ck_assert_ptr_null(strstr(told, folder));
  mcrm_free(told);
}
END_TEST

START_TEST(what_is_no_plain_file_is_refused) {
  const char *const paths[] = {"/dev/null", "/", "/nowhere/x", "/proc/self/fd/99999"};
  mcrm_file file = {.size = sizeof file};
  mcrm_sample sample = {.size = sizeof sample, .title = "x", .file = &file};
  for (size_t i = 0; i < 4; i++) {
    file.path = paths[i];
    ck_assert_int_eq(mcrm_invoke(p.people.sara, "sample.put", &sample, NULL), MCRM_INVALID);
    ck_assert_str_eq(mcrm_session_error(p.people.sara)->field, "file.path");
  }
  ck_assert_int_eq(sample_runs, 0);
}
END_TEST

START_TEST(an_upload_sent_again_has_one_effect_and_another_one_is_a_conflict) {
  const char *headers = "Content-Type: audio/ogg\nIdempotency-Key: k1";
  char *first = put("/crm/api/v1/samples?title=x", headers, big, 1000, 200);
  char *again = put("/crm/api/v1/samples?title=x", headers, big, 1000, 200);
  ck_assert_str_eq(first, again);
  free(put("/crm/api/v1/samples?title=x", headers, big, 999, 409));
  ck_assert_int_eq(sample_runs, 1);
  free(first);
  free(again);
}
END_TEST

static answer fetch(const char *name, const char *method, const char *headers) {
  char target[120];
  snprintf(target, sizeof target, "/crm/api/v1/samples/%s", name);
  return ask(&sara, method, target, headers, NULL);
}

START_TEST(a_file_is_sent_to_be_saved) {
  answer a = fetch(kept(big, sizeof big), "GET", NULL);
  ck_assert_int_eq(a.status, 200);
  ck_assert_uint_eq(a.length, sizeof big);
  ck_assert(!memcmp(a.content, big, sizeof big));
  ck_assert_str_eq(header_of(&a, "Content-Type"), "audio/ogg");
  ck_assert_str_eq(header_of(&a, "X-Content-Type-Options"), "nosniff");
  ck_assert_str_eq(header_of(&a, "Accept-Ranges"), "bytes");
  ck_assert_str_eq(header_of(&a, "Content-Disposition"),
                   "attachment; filename=\"________.ogg\"; filename*=UTF-8''%D8%AA%D9%85%D8%A7%D8%B3.ogg");
  answer_free(&a);
}
END_TEST

START_TEST(a_part_is_sent_where_a_part_is_asked_for) {
  static const struct {
    const char *range;
    int status;
    const char *content_range, *content;
  } cases[] = {
      {"bytes=0-4", 206, "bytes 0-4/100", "01234"},
      {"bytes=95-", 206, "bytes 95-99/100", "56789"},
      {"bytes=-3", 206, "bytes 97-99/100", "789"},
      {"bytes=-1000", 206, "bytes 0-99/100", NULL},
      {"bytes=98-1000", 206, "bytes 98-99/100", "89"},
      {"bytes=99-99", 206, "bytes 99-99/100", "9"},
      {"bytes=100-", 416, "bytes */100", NULL},
      {"bytes=-0", 416, "bytes */100", NULL},
      {"bytes=999999999999999999-", 416, "bytes */100", NULL},
      {"bytes=5-4", 200, NULL, NULL}, /* malformed: as if it were not there */
      {"bytes=", 200, NULL, NULL},
      {"bytes=-", 200, NULL, NULL},
      {"bytes=a-b", 200, NULL, NULL},
      {"bytes=9999999999999999999999-", 200, NULL, NULL},
      {"lines=1-2", 200, NULL, NULL},
      {"bytes=0-1,5-6", 200, NULL, NULL}, /* several: the whole */
  };
  const char *name = kept(big, 100);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char headers[100];
    snprintf(headers, sizeof headers, "Range: %s", cases[i].range);
    answer a = fetch(name, "GET", headers);
    ck_assert_msg(a.status == cases[i].status, "%s: %d", cases[i].range, a.status);
    const char *got = header_of(&a, "Content-Range");
    ck_assert_msg(cases[i].content_range ? got && !strcmp(got, cases[i].content_range) : !got, "%s: %s", cases[i].range,
                  got);
    if (cases[i].content) ck_assert_str_eq(a.content, cases[i].content);
    if (a.status == 200) ck_assert_uint_eq(a.length, 100);
    answer_free(&a);
  }
}
END_TEST

START_TEST(a_part_is_of_the_file_that_the_client_has) {
  char headers[200], tag[80];
  const char *name = kept(big, 100);
  answer a = fetch(name, "HEAD", "Range: bytes=0-4");
  ck_assert_int_eq(a.status, 200);
  strcpy(tag, header_of(&a, "ETag"));
  answer_free(&a);
  snprintf(headers, sizeof headers, "Range: bytes=0-4\nIf-Range: %s", tag);
  a = fetch(name, "GET", headers);
  ck_assert_int_eq(a.status, 206);
  answer_free(&a);
  a = fetch(name, "GET", "Range: bytes=0-4\nIf-Range: \"another\"");
  ck_assert_int_eq(a.status, 200);
  answer_free(&a);
  snprintf(headers, sizeof headers, "If-None-Match: %s", tag);
  a = fetch(name, "GET", headers);
  ck_assert_int_eq(a.status, 304);
  ck_assert_uint_eq(a.length, 0);
  answer_free(&a);
}
END_TEST

START_TEST(a_file_that_has_gone_is_not_found) {
  answer a = fetch("no-such-sample", "GET", NULL);
  ck_assert_int_eq(a.status, 404);
  contains(a.content, "\"not_found\"");
  answer_free(&a);
}
END_TEST

START_TEST(the_description_says_which_operations_are_about_files) {
  char *json = expect(&sara, 200, "GET", "/crm/api/v1/openapi.json", NULL, NULL);
  contains(json, "\"multipart/form-data\":{\"schema\":");
  contains(json, "\"206\":");
  free(json);
}
END_TEST

int main(void) {
  Suite *s = suite_create("files in and out");
  TCase *c = tcase_create("files in and out");
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_set_timeout(c, 120);
  tcase_add_test(c, a_body_becomes_the_file_without_a_copy);
  tcase_add_test(c, a_part_of_a_form_is_the_file_and_the_others_are_fields);
  tcase_add_test(c, nobody_names_a_file_of_the_server);
  tcase_add_test(c, programs_name_files_and_see_where_they_are);
  tcase_add_test(c, what_is_no_plain_file_is_refused);
  tcase_add_test(c, an_upload_sent_again_has_one_effect_and_another_one_is_a_conflict);
  tcase_add_test(c, a_file_is_sent_to_be_saved);
  tcase_add_test(c, a_part_is_sent_where_a_part_is_asked_for);
  tcase_add_test(c, a_part_is_of_the_file_that_the_client_has);
  tcase_add_test(c, a_file_that_has_gone_is_not_found);
  tcase_add_test(c, the_description_says_which_operations_are_about_files);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
