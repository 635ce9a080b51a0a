/* The one way in: what it takes, refuses, repeats and keeps apart. */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "people.h"

static people p;
static char rep[24];

static void setup(void) {
  people_open(&p);
  make_rep(&p, "فروشگاه رضایی", rep);
}

static void teardown(void) { people_close(&p); }

static char *log_note(mcrm_session *session, const char *notes) {
  return must_print(session, "interaction.log", "{\"rep_id\":\"%s\",\"type\":\"call\",\"notes\":\"%s\"}", rep, notes);
}

START_TEST(json_and_records_give_the_same) {
  char *json = log_note(p.sara, "سلام");
  mcrm_interaction in = {.size = sizeof in, .rep_id = atoll(rep), .type = "call", .notes = "سلام"};
  mcrm_result *result;
  ck_assert(!mcrm_interaction_log(p.sara, &in, &result));
  const mcrm_interaction *made = mcrm_result_record(result);
  char id[24], again[24];
  text_of(json, "id", id, sizeof id);
  snprintf(again, sizeof again, "%lld", (long long)made->id);
  char *replaced = strstr(json, id);
  ck_assert_uint_eq(strlen(id), strlen(again));
  memcpy(replaced, again, strlen(again)); /* alike but for the id */
  char *shown = must_print(p.sara, "interaction.get", "{\"id\":\"%s\"}", again);
  ck_assert_str_eq(json, shown);
  mcrm_free(json);
  mcrm_free(shown);
  mcrm_result_free(result);
}
END_TEST

START_TEST(bad_input_is_named) {
  refused(p.sara, "interaction.log", "{\"rep_id\":\"7\",\"type\":\"call\"}", MCRM_NOT_FOUND, "rep_id");
  refused(p.sara, "interaction.log", "{\"type\":\"call\"}", MCRM_INVALID, "rep_id");
  refused(p.sara, "interaction.log", "{\"type\":\"call\",", MCRM_INVALID, NULL);
  refused(p.sara, "interaction.update", "{\"notes\":\"x\"}", MCRM_INVALID, "id");
  refused(p.sara, "no.such", "{}", MCRM_NOT_FOUND, "operation");
  refused(p.sara, "session.me", "{\"x\":1}", MCRM_INVALID, NULL);
  refused(p.sara, "task.list", "{\"limit\":1000}", MCRM_INVALID, "limit");
  refused(p.sara, "task.list", "{\"cursor\":\"zzz\"}", MCRM_INVALID, "cursor");
  char json[256];
  snprintf(json, sizeof json, "{\"rep_id\":\"%s\",\"type\":\"fax\"}", rep);
  refused(p.sara, "interaction.log", json, MCRM_INVALID, "type");
}
END_TEST

START_TEST(an_error_speaks_the_users_language) {
  char *answer;
  ck_assert_int_eq(mcrm_call(p.sara, "interaction.get", "{\"id\":\"5\"}", &answer), MCRM_NOT_FOUND);
  ck_assert_msg(strstr(answer, "\"code\":\"not_found\"") && strstr(answer, "پیدا نشد"), "%s", answer);
  mcrm_free(answer);
}
END_TEST

START_TEST(the_same_key_has_one_effect_and_one_answer) {
  char json[256], other[256];
  char *first, *second;
  snprintf(json, sizeof json, "{\"rep_id\":\"%s\",\"type\":\"call\",\"notes\":\"یک\"}", rep);
  snprintf(other, sizeof other, "{\"rep_id\":\"%s\",\"type\":\"call\",\"notes\":\"دو\"}", rep);
  mcrm_call_options key = {.size = sizeof key, .idempotency_key = "tap-1"};
  ck_assert(!mcrm_session_next(p.sara, &key));
  first = must(p.sara, "interaction.log", json);
  ck_assert(!mcrm_session_next(p.sara, &key));
  second = must(p.sara, "interaction.log", json);
  ck_assert_str_eq(first, second);
  ck_assert(!mcrm_session_next(p.sara, &key));
  refused(p.sara, "interaction.log", other, MCRM_CONFLICT, "idempotency_key");
  mcrm_free(second);
  second = must(p.reza, "interaction.log", json); /* somebody else's key is another key; here there is none */
  ck_assert_str_ne(first, second);
  mcrm_free(second);
  p.now += 25 * 3600 * 1000;
  ck_assert(!mcrm_session_next(p.sara, &key));
  second = must(p.sara, "interaction.log", json); /* a day later it is a new request */
  ck_assert_str_ne(first, second);
  mcrm_free(first);
  mcrm_free(second);
}
END_TEST

START_TEST(a_stale_version_is_refused_with_the_difference) {
  char id[24], json[256];
  char *made = log_note(p.sara, "یک");
  text_of(made, "id", id, sizeof id);
  mcrm_free(made);
  mcrm_free(must_print(p.sara, "interaction.update", "{\"id\":\"%s\",\"version\":1,\"notes\":\"دو\"}", id));
  snprintf(json, sizeof json, "{\"id\":\"%s\",\"version\":1,\"notes\":\"سه\"}", id);
  refused(p.mina, "interaction.update", json, MCRM_CONFLICT, NULL);
  ck_assert_msg(strstr(mcrm_session_error(p.mina)->detail, "notes"), "%s", mcrm_session_error(p.mina)->detail);
  char *now = must_print(p.sara, "interaction.get", "{\"id\":\"%s\"}", id);
  ck_assert_ptr_nonnull(strstr(now, "دو"));
  mcrm_free(now);
}
END_TEST

START_TEST(only_present_fields_change) {
  char id[24];
  char *made = must_print(p.sara, "task.create",
                          "{\"title\":\"یک\",\"description\":\"شرح\",\"due_at\":\"2026-11-25T10:00:00+03:30\"}");
  text_of(made, "id", id, sizeof id);
  mcrm_free(made);
  char *changed = must_print(p.sara, "task.update", "{\"id\":\"%s\",\"due_at\":null}", id);
  ck_assert_msg(strstr(changed, "\"due_at\":null") && strstr(changed, "\"description\":\"شرح\""), "%s", changed);
  mcrm_free(changed);
}
END_TEST

START_TEST(a_changed_role_counts_at_once) {
  char *me = must(p.admin, "user.list", "{\"role\":\"agent\"}");
  refused(p.sara, "audit.list", "{}", MCRM_DENIED, NULL);
  const char *at = strstr(me, "\"username\":\"sara\"");
  ck_assert_ptr_nonnull(at);
  char id[24];
  const char *start = me;
  for (const char *next; (next = strstr(start + 1, "{\"id\":\"")) && next < at;) start = next;
  text_of(start, "id", id, sizeof id);
  mcrm_free(must_print(p.admin, "user.update", "{\"id\":\"%s\",\"active\":false}", id));
  refused(p.sara, "session.me", NULL, MCRM_UNAUTHENTICATED, NULL);
  mcrm_free(me);
}
END_TEST

START_TEST(the_last_admin_cannot_be_lost) {
  char id[24], json[80];
  char *list = must(p.admin, "user.list", "{\"role\":\"admin\"}");
  text_of(list, "id", id, sizeof id);
  mcrm_free(list);
  snprintf(json, sizeof json, "{\"id\":\"%s\",\"role\":\"agent\"}", id);
  refused(p.admin, "user.update", json, MCRM_CONFLICT, "role");
}
END_TEST

START_TEST(passwords_are_hashed_and_never_shown) {
  char *made =
      must(p.admin, "user.create",
           "{\"username\":\"neda\",\"name\":\"ندا\",\"role\":\"agent\",\"password\":\"correct horse battery\"}");
  ck_assert_ptr_null(strstr(made, "password"));
  ck_assert_ptr_null(strstr(made, "argon2"));
  mcrm_free(made);
  char *audit = must(p.admin, "audit.list", "{}");
  ck_assert_ptr_null(strstr(audit, "correct horse"));
  mcrm_free(audit);
  refused(p.admin, "user.create", "{\"username\":\"x1\",\"name\":\"x\",\"role\":\"agent\",\"password\":\"short\"}",
          MCRM_INVALID, "password");
}
END_TEST

START_TEST(undo_takes_back_the_whole_step) {
  char task[24];
  char *made = must_print(p.sara, "task.create", "{\"title\":\"زنگ\",\"rep_id\":\"%s\"}", rep);
  text_of(made, "id", task, sizeof task);
  mcrm_free(made);
  p.now += 1000;
  char *done = must_print(p.sara, "task.complete",
                          "{\"id\":\"%s\",\"interaction\":{\"type\":\"call\",\"notes\":\"صحبت شد\"},"
                          "\"next_task\":{\"title\":\"بعدی\"}}",
                          task);
  ck_assert_ptr_nonnull(strstr(done, "\"status\":\"done\""));
  mcrm_free(done);
  p.now += 1000;
  mcrm_free(must_print(p.sara, "record.undo", "{\"entity\":\"task\",\"id\":\"%s\"}", task));
  char *now = must_print(p.sara, "task.get", "{\"id\":\"%s\"}", task);
  ck_assert_msg(strstr(now, "\"status\":\"open\""), "%s", now);
  mcrm_free(now);
  char *interactions = must(p.sara, "interaction.list", "{}"), *tasks = must(p.sara, "task.list", "{}");
  ck_assert_ptr_nonnull(strstr(interactions, "\"items\":[]"));
  ck_assert_ptr_null(strstr(tasks, "بعدی"));
  mcrm_free(interactions);
  mcrm_free(tasks);
}
END_TEST

START_TEST(undo_takes_back_a_step_of_any_length) {
  enum { TASKS = 230 };
  static char bulk[TASKS * 24 + 100];
  char first[24] = "", id[24];
  size_t used = (size_t)snprintf(bulk, sizeof bulk, "{\"action\":\"priority\",\"priority\":\"urgent\",\"ids\":[");
  for (int i = 0; i < TASKS; i++) {
    char *made = must(p.sara, "task.create", "{\"title\":\"کار\"}");
    text_of(made, "id", id, sizeof id);
    mcrm_free(made);
    if (i == TASKS / 2) memcpy(first, id, sizeof first); /* from the middle of the step */
    used += (size_t)snprintf(bulk + used, sizeof bulk - used, "%s\"%s\"", i ? "," : "", id);
  }
  snprintf(bulk + used, sizeof bulk - used, "]}");
  p.now += 1000;
  mcrm_free(must(p.sara, "task.bulk", bulk));
  p.now += 1000;
  mcrm_free(must_print(p.sara, "record.undo", "{\"entity\":\"task\",\"id\":\"%s\"}", first));
  char *urgent = must(p.sara, "task.list", "{\"priority\":\"urgent\"}");
  ck_assert_ptr_nonnull(strstr(urgent, "\"items\":[]"));
  mcrm_free(urgent);
}
END_TEST

static void *call_in_a_loop(void *session) {
  for (int i = 0; i < 200; i++) {
    char *answer = NULL;
    int code = mcrm_call(session, "interaction.list", "{}", &answer);
    ck_assert(code == MCRM_OK || code == MCRM_BUSY);
    mcrm_free(answer);
  }
  return NULL;
}

START_TEST(a_session_is_one_threads_at_a_time) {
  pthread_t threads[3];
  for (size_t i = 0; i < 3; i++) ck_assert(!pthread_create(&threads[i], NULL, call_in_a_loop, p.sara));
  for (size_t i = 0; i < 3; i++) pthread_join(threads[i], NULL);
}
END_TEST

static void *write_in_a_loop(void *session) {
  for (int i = 0; i < 50; i++) mcrm_free(log_note(session, "هم‌زمان"));
  return NULL;
}

START_TEST(sessions_of_one_instance_work_side_by_side) {
  pthread_t writers[3], reader;
  mcrm_session *sessions[] = {p.sara, p.reza, p.mina};
  for (size_t i = 0; i < 3; i++) ck_assert(!pthread_create(&writers[i], NULL, write_in_a_loop, sessions[i]));
  ck_assert(!pthread_create(&reader, NULL, call_in_a_loop, p.admin));
  for (size_t i = 0; i < 3; i++) pthread_join(writers[i], NULL);
  pthread_join(reader, NULL);
  size_t found = 0;
  char cursor[400] = "{\"limit\":200}";
  char *page = must(p.admin, "interaction.list", cursor);
  for (const char *c = page; (c = strstr(c, "\"state\":\"final\"")); c++) found++;
  ck_assert_uint_eq(found, 150);
  mcrm_free(page);
  mcrm_error error = {0};
  ck_assert_msg(!mcrm_audit_verify(p.crm, NULL, 0, NULL, NULL, &error), "%s", error.detail);
}
END_TEST

static int woken;
static void wake(void *context) { *(int *)context += 1; }

START_TEST(a_change_wakes_and_events_are_read_from_the_journal) {
  woken = 0;
  mcrm_on_change(p.crm, wake, &woken);
  char *before = must(p.sara, "event.list", "{\"limit\":200}");
  ck_assert_int_eq(woken, 0);
  mcrm_free(log_note(p.sara, "x"));
  ck_assert_int_eq(woken, 1);
  const char *at = strstr(before, "\"next\":");
  char *after = must_print(p.sara, "event.list", "{\"after\":%d}", atoi(at + 7));
  ck_assert_msg(strstr(after, "\"operation\":\"interaction.log\""), "%s", after);
  char *hidden = must_print(p.omid, "event.list", "{\"after\":%d}", atoi(at + 7));
  ck_assert_msg(!strstr(hidden, "interaction.log"), "%s", hidden);
  mcrm_free(before);
  mcrm_free(after);
  mcrm_free(hidden);
  mcrm_on_change(p.crm, NULL, NULL);
}
END_TEST

START_TEST(a_forked_child_is_refused_and_the_parent_goes_on) {
  pid_t child = fork();
  ck_assert(child >= 0);
  if (!child) {
    char *answer = NULL;
    int code = mcrm_call(p.sara, "interaction.list", "{}", &answer);
    _exit(code == MCRM_UNSUPPORTED ? 0 : 1);
  }
  int status;
  waitpid(child, &status, 0);
  ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  mcrm_free(log_note(p.sara, "پدر ادامه می‌دهد"));
}
END_TEST

START_TEST(what_was_written_is_there_after_reopening) {
  char *made = log_note(p.sara, "می‌ماند");
  char id[24];
  text_of(made, "id", id, sizeof id);
  people_reopen(&p);
  char *again = must_print(p.sara, "interaction.get", "{\"id\":\"%s\"}", id);
  ck_assert_str_eq(made, again);
  mcrm_free(made);
  mcrm_free(again);
}
END_TEST

START_TEST(refusals_are_in_the_audit_log_once_a_minute) {
  for (int i = 0; i < 5; i++) refused(p.sara, "audit.list", "{}", MCRM_DENIED, NULL);
  char *audit = must(p.admin, "audit.list", "{}");
  size_t entries = 0;
  for (const char *c = audit; (c = strstr(c, "\"action\":\"deny\"")); c++) entries++;
  ck_assert_uint_eq(entries, 1);
  mcrm_free(audit);
}
END_TEST

START_TEST(me_tells_what_the_gate_leaves_of_a_role) {
  mcrm_error error = {0};
  mcrm_session *crt;
  ck_assert(!mcrm_session_open(p.crm, "admin", "crt", &crt, &error));
  char *me = must(crt, "session.me", NULL);
  ck_assert_ptr_nonnull(strstr(me, "\"role\":\"supervisor\",\"capabilities\""));
  ck_assert_ptr_null(strstr(me, "\"operation\":\"user.create\""));
  mcrm_free(me);
  refused(crt, "user.create", "{\"username\":\"q\",\"name\":\"q\",\"role\":\"agent\"}", MCRM_DENIED, NULL);
  mcrm_session_close(crt);
}
END_TEST

int main(void) {
  Suite *s = suite_create("calls");
  TCase *c = tcase_create("calls");
  tcase_set_timeout(c, 60);
  tcase_add_checked_fixture(c, setup, teardown);
  tcase_add_test(c, json_and_records_give_the_same);
  tcase_add_test(c, bad_input_is_named);
  tcase_add_test(c, an_error_speaks_the_users_language);
  tcase_add_test(c, the_same_key_has_one_effect_and_one_answer);
  tcase_add_test(c, a_stale_version_is_refused_with_the_difference);
  tcase_add_test(c, only_present_fields_change);
  tcase_add_test(c, a_changed_role_counts_at_once);
  tcase_add_test(c, the_last_admin_cannot_be_lost);
  tcase_add_test(c, passwords_are_hashed_and_never_shown);
  tcase_add_test(c, undo_takes_back_the_whole_step);
  tcase_add_test(c, undo_takes_back_a_step_of_any_length);
  tcase_add_test(c, a_session_is_one_threads_at_a_time);
  tcase_add_test(c, sessions_of_one_instance_work_side_by_side);
  tcase_add_test(c, a_change_wakes_and_events_are_read_from_the_journal);
  tcase_add_test(c, a_forked_child_is_refused_and_the_parent_goes_on);
  tcase_add_test(c, what_was_written_is_there_after_reopening);
  tcase_add_test(c, refusals_are_in_the_audit_log_once_a_minute);
  tcase_add_test(c, me_tells_what_the_gate_leaves_of_a_role);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
