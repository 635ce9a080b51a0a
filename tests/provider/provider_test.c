/* A plugin does its work, and its worst, in a process of its own and in this one. */
#include "stand.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define check_ok(code) ck_assert_msg((code) == 0, "%s %s %s", s.error.field, s.error.message, s.error.detail)
#define expect(outcome, wanted)                                                                       \
  do {                                                                                                \
    mcrm_outcome got_outcome = (outcome);                                                             \
    ck_assert_msg(got_outcome == (wanted), "%s (%s: %s), not %s", provider_outcome_name(got_outcome), \
                  s.call.failure.code, s.call.failure.detail, provider_outcome_name(wanted));         \
  } while (0)

static bool soon(void *context) { return ++*(int *)context > 2; }

START_TEST(answers) {
  stand s;
  check_ok(stand_open(&s, _i, SETTINGS("key=a-very-secret-key")));
  ck_assert_str_eq(provider_name(s.provider), "one");
  ck_assert_str_eq(provider_plugin(s.provider), "rogue 1.0");
  ck_assert_uint_eq(provider_capabilities(s.provider)->flags, MCRM_CAN_CHAT | MCRM_CAN_SPEECH | MCRM_CAN_STREAM);
  ck_assert_int_eq(provider_capabilities(s.provider)->local, 1); /* lowered or raised by start */
  ck_assert_str_eq(provider_capabilities(s.provider)->media_types[1], "audio/wav");
  ck_assert_ptr_null(provider_capabilities(s.provider)->media_types[2]);
  expect(stand_chat(&s, "سلام", 5000, false), MCRM_OUTCOME_OK);
  ck_assert_str_eq(s.chat.text, "سلام");
  ck_assert_str_eq(s.chat.model, "rogue-1");
  ck_assert_int_eq(s.chat.input_tokens, 7);
  ck_assert_int_eq(s.chat.output_tokens, -1);
  ck_assert_ptr_null(s.chat.request_id);
  ck_assert_ptr_nonnull(strstr(s.log, "2 one: started"));
  stand_close(&s);
}
END_TEST

/* A recording that is read piece by piece; it breaks off after `whole` bytes. */
typedef struct tape {
  const char *audio;
  size_t whole, largest;
} tape;

static int wind(void *context, size_t at, void *to, size_t length) {
  tape *t = context;
  if (length > t->largest) t->largest = length;
  if (at + length > t->whole) return MCRM_IO;
  memcpy(to, t->audio + at, length);
  return MCRM_OK;
}

START_TEST(listens_to_audio) {
  stand s;
  check_ok(stand_open(&s, _i, NULL));
  size_t length = 20 << 20;
  char *audio = malloc(length);
  unsigned sum = 0;
  for (size_t i = 0; i < length; i++) sum = sum * 31 + (unsigned char)(audio[i] = (char)(i * 7 >> 3));
  const char *const hints[] = {"رضایی", "پنل"};
  const mcrm_speech_request request = {.size = sizeof request,
                                       .audio = audio,
                                       .length = length,
                                       .media_type = "audio/webm",
                                       .hints = hints,
                                       .hint_count = 2};
  mcrm_speech_reply reply;
  char expected[100];
  s.call = (provider_call){.arena = s.arena, .deadline = clock_monotonic() + 30000000000};
  expect(provider_speech(s.provider, &s.call, &request, &reply), MCRM_OUTCOME_OK);
  snprintf(expected, sizeof expected, "%zu %u audio/webm 2", length, sum);
  ck_assert_str_eq(reply.text, expected);
  ck_assert_uint_eq(reply.segment_count, 1);
  ck_assert_int_eq(reply.segments[0]->end_ms, 900);
  ck_assert_str_eq(reply.segments[0]->text, expected);

  mcrm_speech_request taped = request;
  taped.audio = NULL;
  for (int broken = 0; broken < 3; broken++) {
    tape t = {.audio = audio, .whole = broken == 1 ? length / 2 : length};
    arena_reset(s.arena);
    s.call =
        (provider_call){.arena = s.arena, .deadline = clock_monotonic() + 30000000000, .read = wind, .context = &t};
    expect(provider_speech(s.provider, &s.call, &taped, &reply),
           broken == 1 ? MCRM_OUTCOME_BAD_REQUEST : MCRM_OUTCOME_OK);
    if (broken == 1)
      ck_assert_str_eq(s.call.failure.code, "audio");
    else
      ck_assert_str_eq(reply.text, expected);
    if (_i) ck_assert_uint_le(t.largest, 1 << 20); /* never whole in the host's memory */
  }
  free(audio);
  stand_close(&s);
}
END_TEST

START_TEST(options_reach_the_plugin) {
  stand s;
  check_ok(stand_open(&s, _i,
                      SETTINGS("deed=words", "words=یک", "words=دو", "words=سه", "count=12", "wait=0.5m", "weight=0.25",
                               "loud=true", "url=https://x.example/v1/")));
  expect(stand_chat(&s, "", 5000, false), MCRM_OUTCOME_OK);
  ck_assert_str_eq(s.chat.text, "3 یک 12 30000 0.250 1");
  stand_close(&s);
  stand_open(&s, _i, SETTINGS("deed=words"));
  expect(stand_chat(&s, "", 5000, false), MCRM_OUTCOME_OK);
  ck_assert_str_eq(s.chat.text, "2 one 3 1000 0.500 0");
  stand_close(&s);
}
END_TEST

START_TEST(wrong_options_are_named_with_their_place) {
  static const struct {
    const char *setting, *field, *words;
  } cases[] = {
      {"count=many", "providers.one.count", "'many' is not a whole number from 1 to 1000"},
      {"count=1001", "providers.one.count", "from 1 to 1000"},
      {"count=2.5", "providers.one.count", "whole number"},
      {"wait=soon", "providers.one.wait", "a time such as"},
      {"wait=2h", "providers.one.wait", "from 1 to 60000"},
      {"loud=maybe", "providers.one.loud", "true or false"},
      {"weight=1.5", "providers.one.weight", "a number from 0 to 1"},
      {"url=ftp://x", "providers.one.url", "http:// or https://"},
      {"url=https://name:pass@x.example", "providers.one.url", "without a name and password"},
      {"manner=rude", "providers.one.manner", "one of echo"},
      {"colour=red", "providers.one.colour", "is not an option of this plugin"},
      {"proxy=ftp://x:1", "providers.one.proxy", "socks5h://"},
      {"ip=5", "providers.one.ip", "one of any, 4, 6"},
      {"deed=refuse", "providers.one.deed", "I will not"},
      {"key=", "providers.one.key", "has no value"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    stand s;
    ck_assert_int_eq(stand_open(&s, _i, SETTINGS(cases[i].setting)), MCRM_INVALID);
    ck_assert_str_eq(s.error.field, cases[i].field);
    ck_assert_msg(strstr(s.error.detail, cases[i].words) != NULL, "%s: %s", cases[i].setting, s.error.detail);
    if (strcmp(cases[i].field, "providers.one.proxy"))
      ck_assert_msg(!strncmp(s.error.detail, "marfacrm.yaml:12:5: ", 20), "%s", s.error.detail);
    arena_free(s.arena);
  }
}
END_TEST

START_TEST(an_option_may_stand_once) {
  stand s;
  ck_assert_int_eq(stand_open(&s, _i, SETTINGS("count=1", "count=2")), MCRM_INVALID);
  ck_assert_ptr_nonnull(strstr(s.error.detail, "is given twice"));
  arena_free(s.arena);
}
END_TEST

START_TEST(a_key_is_never_said) {
  stand s;
  check_ok(stand_open(&s, _i, SETTINGS("deed=leak", "key=xai-0123456789abcdef")));
  expect(stand_chat(&s, "", 5000, false), MCRM_OUTCOME_AUTH);
  ck_assert_str_eq(s.call.failure.detail, "Incorrect API key provided: ***.");
  const char *said;
  s.call.deadline = clock_monotonic() + 5000000000;
  expect(provider_probe(s.provider, &s.call, &said), MCRM_OUTCOME_OK);
  ck_assert_str_eq(said, "***");
  ck_assert_ptr_nonnull(strstr(s.log, "1 one: Incorrect API key provided: ***."));
  ck_assert_ptr_null(strstr(s.log, "0123456789"));
  stand_close(&s);
}
END_TEST

static void append(void *context, const char *text, size_t length) {
  char *to = context;
  strncat(to, text, length);
}

START_TEST(deltas_come_in_order) {
  stand s;
  char heard[16] = "";
  check_ok(stand_open(&s, _i, SETTINGS("deed=stream")));
  s.call.delta = append;
  s.call.context = heard;
  expect(stand_chat(&s, "", 5000, true), MCRM_OUTCOME_OK);
  ck_assert_str_eq(heard, "abc");
  stand_close(&s);
}
END_TEST

/* ---- isolated: whatever the plugin does, the host goes on ---- */

static const struct {
  const char *deed;
  mcrm_outcome outcome;
  const char *code; /* of the failure, or the reply's text */
} deeds[] = {
    {"deed=abort", MCRM_OUTCOME_PROTOCOL, "crash"},
    {"deed=exit", MCRM_OUTCOME_PROTOCOL, "crash"},
    {"deed=quit", MCRM_OUTCOME_PROTOCOL, "crash"},
    {"deed=segv", MCRM_OUTCOME_PROTOCOL, "crash"},
    {"deed=kill", MCRM_OUTCOME_PROTOCOL, "crash"},
    {"deed=recurse", MCRM_OUTCOME_PROTOCOL, "crash"},
    {"deed=close", MCRM_OUTCOME_PROTOCOL, "crash"},
    {"deed=write", MCRM_OUTCOME_PROTOCOL, "crash"},
    {"deed=wild", MCRM_OUTCOME_PROTOCOL, "crash"},
    {"deed=loop", MCRM_OUTCOME_TIMEOUT, "total"},
    {"deed=sleep", MCRM_OUTCOME_TIMEOUT, NULL},
    {"deed=broad", MCRM_OUTCOME_PROTOCOL, "too_large"},
    {"deed=bytes", MCRM_OUTCOME_PROTOCOL, "plugin"},
    {"deed=silent", MCRM_OUTCOME_PROTOCOL, "plugin"},
    {"deed=nonsense", MCRM_OUTCOME_PROTOCOL, "plugin"},
    {"deed=unended", MCRM_OUTCOME_AUTH, ""},
    {"deed=deep", MCRM_OUTCOME_OK, NULL},
    {"deed=flood", MCRM_OUTCOME_OK, NULL},
    {"deed=many", MCRM_OUTCOME_OK, NULL},
};

START_TEST(a_rogue_harms_only_itself) {
  stand s, other;
  check_ok(stand_open(&s, true, SETTINGS(deeds[_i].deed, "url=http://example.com/abcdefghijklmnopqrstuvwxyz")));
  ck_assert_int_eq(stand_open(&other, true, NULL), 0);
  for (int again = 0; again < 2; again++) {
    mcrm_outcome outcome = stand_chat(&s, "", deeds[_i].outcome == MCRM_OUTCOME_TIMEOUT ? 300 : 30000, false);
    if (deeds[_i].outcome == MCRM_OUTCOME_TIMEOUT && outcome == MCRM_OUTCOME_OK) continue; /* it came home at the end */
    expect(outcome, deeds[_i].outcome);
    if (deeds[_i].code) ck_assert_str_eq(s.call.failure.code, deeds[_i].code);
    ck_assert_int_eq(stand_chat(&other, "I live", 10000, false), MCRM_OUTCOME_OK);
    ck_assert_str_eq(other.chat.text, "I live");
  }
  stand_close(&other);
  stand_close(&s);
}
END_TEST

START_TEST(a_process_that_keeps_dying_is_left_alone) {
  stand s;
  check_ok(stand_open(&s, true, SETTINGS("deed=abort")));
  for (int i = 0; i < 3; i++) {
    expect(stand_chat(&s, "", 10000, false), MCRM_OUTCOME_PROTOCOL);
    ck_assert_str_eq(s.call.failure.code, "crash");
  }
  expect(stand_chat(&s, "", 10000, false), MCRM_OUTCOME_PROTOCOL);
  ck_assert_str_eq(s.call.failure.code, "breaker");
  ck_assert_int_gt(s.call.failure.retry_after_ms, 1000);
  ck_assert_int_le(s.call.failure.retry_after_ms, 60001);
  stand_close(&s);
}
END_TEST

/* Nobody waits for a process: not for its answer, not for its end, not for its beginning. One that is stopped says
 * nothing and never will. */
START_TEST(a_process_that_is_stopped_keeps_nobody) {
  stand s;
  check_ok(stand_open(&s, true, SETTINGS("deed=stop")));
  for (int i = 0; i < 2; i++) { /* the second finds it where the first left it */
    expect(stand_chat(&s, "", 100, false), MCRM_OUTCOME_TIMEOUT);
    ck_assert_str_eq(s.call.failure.code, "total");
  }
  int asked = 0;
  s.call.cancelled = soon;
  s.call.context = &asked;
  expect(stand_chat(&s, "", 60000, false), MCRM_OUTCOME_CANCELLED);
  stand_close(&s);
}
END_TEST

START_TEST(a_start_that_hangs_keeps_nobody) {
  int asked = 0;
  mcrm_error error = {0};
  provider *p;
  const provider_setting setting = {.name = "deed", .value = "hang"};
  const provider_options options = {.name = "one",
                                    .plugin = "rogue",
                                    .isolated = true,
                                    .folder = PROVIDER_PLUGINS,
                                    .program = PROVIDER_PROGRAM,
                                    .settings = &setting,
                                    .setting_count = 1};
  ck_assert_int_eq(provider_new(&options, &error, &p), 0);
  const provider_patience fickle = {.deadline = INT64_MAX, .cancelled = soon, .context = &asked},
                          late = {.deadline = clock_monotonic() + 100000000};
  ck_assert_int_eq(provider_start(p, &fickle, &error), MCRM_CANCELLED);
  error = (mcrm_error){0};
  ck_assert_int_eq(provider_start(p, &late, &error), MCRM_UNAVAILABLE);
  provider_close(p);
}
END_TEST

START_TEST(a_plugin_that_dies_or_hangs_in_start_is_unavailable) {
  stand s;
  ck_assert_int_eq(stand_open(&s, true, SETTINGS("deed=die")), MCRM_UNAVAILABLE);
  ck_assert_str_eq(s.error.field, "providers.one.plugin");
  arena_free(s.arena);
}
END_TEST

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
START_TEST(a_gigabyte_is_not_to_be_had) {
  stand s;
  check_ok(stand_open(&s, true, SETTINGS("deed=large")));
  expect(stand_chat(&s, "", 30000, false), MCRM_OUTCOME_PROTOCOL);
  stand_close(&s);
}
END_TEST
#endif

START_TEST(the_sandbox_holds_what_it_says) {
  static const struct {
    const char *deed, *text, *by;
  } cases[] = {{"deed=fork", "no fork", ", seccomp"},
               {"deed=exec", "no program", ", seccomp"},
               {"deed=listen", "no listening", ", seccomp"},
               {"deed=files", "no files", "landlock "}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    stand s;
    check_ok(stand_open(&s, true, SETTINGS(cases[i].deed)));
    expect(stand_chat(&s, "", 10000, false), MCRM_OUTCOME_OK);
    const char *said = provider_sandbox(s.provider);
    bool holds = strstr(said, cases[i].by) && !strstr(said, "no landlock");
    if (holds) ck_assert_msg(!strcmp(s.chat.text, cases[i].text), "%s: %s in %s", cases[i].deed, s.chat.text, said);
    if (!holds) ck_assert_msg(strstr(s.log, "no ") != NULL, "what could not be set was not said: %s", said);
    stand_close(&s);
  }
}
END_TEST

/* The control: without the process, a rogue takes its host along. */
START_TEST(in_this_process_a_rogue_is_the_end) {
  pid_t child = fork();
  if (!child) {
    stand s;
    signal(SIGABRT, SIG_DFL);
    if (!stand_open(&s, false, SETTINGS("deed=abort"))) stand_chat(&s, "", 1000, false);
    _exit(0);
  }
  int status;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert_msg(!WIFEXITED(status) || WEXITSTATUS(status) != 0, "the host survived a plugin's abort()");
}
END_TEST

/* ---- the host's ways ---- */

START_TEST(a_host_that_ignores_its_children_is_served) {
  stand s;
  void (*before)(int) = signal(SIGCHLD, SIG_IGN);
  check_ok(stand_open(&s, true, SETTINGS("deed=abort")));
  expect(stand_chat(&s, "", 10000, false), MCRM_OUTCOME_PROTOCOL);
  expect(stand_chat(&s, "", 10000, false), MCRM_OUTCOME_PROTOCOL);
  ck_assert_str_eq(s.call.failure.code, "crash");
  stand_close(&s);
  signal(SIGCHLD, before);
}
END_TEST

START_TEST(no_child_is_left_behind) {
  stand s;
  check_ok(stand_open(&s, true, NULL));
  stand_close(&s);
  ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* ECHILD: not even a zombie */
}
END_TEST

START_TEST(a_forked_child_is_refused) {
  stand s;
  check_ok(stand_open(&s, _i, NULL));
  pid_t child = fork();
  if (!child) {
    mcrm_outcome outcome = stand_chat(&s, "", 1000, false);
    int code = outcome == MCRM_OUTCOME_UNSUPPORTED && !strcmp(s.call.failure.code, "forked") ? 7 : 8;
    provider_close(s.provider);
    _exit(code);
  }
  int status;
  waitpid(child, &status, 0);
  ck_assert_int_eq(WEXITSTATUS(status), 7);
  expect(stand_chat(&s, "still here", 5000, false), MCRM_OUTCOME_OK);
  stand_close(&s);
}
END_TEST

static bool yes(void *context) {
  (void)context;
  return true;
}

START_TEST(a_cancelled_call_comes_home) {
  stand s;
  check_ok(stand_open(&s, _i, SETTINGS("deed=sleep")));
  s.call.cancelled = yes;
  expect(stand_chat(&s, "", 60000, false), _i ? MCRM_OUTCOME_CANCELLED : MCRM_OUTCOME_OK);
  stand_close(&s);
}
END_TEST

typedef struct caller {
  stand *s;
  int number, wrong;
} caller;

static void *call_often(void *context) {
  caller *c = context;
  arena *a = arena_new(0);
  for (int i = 0; i < 50; i++) {
    char text[64];
    mcrm_chat_reply reply;
    provider_call call = {.arena = a};
    snprintf(text, sizeof text, "caller %d says %d", c->number, i);
    arena_reset(a);
    mcrm_outcome outcome = stand_chat_own(c->s, &call, text, 30000, &reply);
    if (outcome != MCRM_OUTCOME_OK || strcmp(reply.text, text)) c->wrong++;
  }
  arena_free(a);
  return NULL;
}

START_TEST(calls_at_once_get_their_own_answers) {
  enum { CALLERS = 8 };
  stand s;
  pthread_t threads[CALLERS];
  caller callers[CALLERS];
  check_ok(stand_open(&s, _i, NULL));
  for (int i = 0; i < CALLERS; i++) {
    callers[i] = (caller){.s = &s, .number = i};
    pthread_create(&threads[i], NULL, call_often, &callers[i]);
  }
  for (int i = 0; i < CALLERS; i++) {
    pthread_join(threads[i], NULL);
    ck_assert_int_eq(callers[i].wrong, 0);
  }
  stand_close(&s);
}
END_TEST

static void *close_it(void *context) {
  usleep(50000);
  stand_close(context);
  return NULL;
}

START_TEST(closing_sends_home_who_waits) {
  stand s;
  pthread_t thread;
  mcrm_chat_reply reply;
  check_ok(stand_open(&s, _i, SETTINGS("deed=sleep")));
  arena *a = arena_new(0);
  provider_call call = {.arena = a};
  pthread_create(&thread, NULL, close_it, &s);
  mcrm_outcome outcome = stand_chat_own(&s, &call, "", 60000, &reply);
  ck_assert(outcome == MCRM_OUTCOME_CANCELLED || outcome == MCRM_OUTCOME_OK);
  pthread_join(thread, NULL);
  arena_free(a);
}
END_TEST

START_TEST(a_plugin_describes_itself) {
  char *text = NULL;
  mcrm_error error = {0};
  const provider_options options = {
      .name = "x", .plugin = "rogue", .isolated = _i, .folder = PROVIDER_PLUGINS, .program = PROVIDER_PROGRAM};
  ck_assert_int_eq(provider_describe(&options, &error, &text), 0);
  ck_assert_ptr_nonnull(strstr(text, "rogue 1.0: Does what it is told.\ncan: chat stream speech\n"));
  ck_assert_ptr_nonnull(strstr(text, "number, 1 to 1000, default 3"));
  ck_assert_ptr_nonnull(strstr(text, "connect_timeout"));
  free(text);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("provider");
  TCase *both = tcase_create("both");
  tcase_set_timeout(both, 120);
  tcase_add_loop_test(both, answers, 0, 2);
  tcase_add_loop_test(both, listens_to_audio, 0, 2);
  tcase_add_loop_test(both, options_reach_the_plugin, 0, 2);
  tcase_add_loop_test(both, wrong_options_are_named_with_their_place, 0, 2);
  tcase_add_loop_test(both, an_option_may_stand_once, 0, 2);
  tcase_add_loop_test(both, a_key_is_never_said, 0, 2);
  tcase_add_loop_test(both, deltas_come_in_order, 0, 2);
  tcase_add_loop_test(both, a_forked_child_is_refused, 0, 2);
  tcase_add_loop_test(both, a_cancelled_call_comes_home, 0, 2);
  tcase_add_loop_test(both, calls_at_once_get_their_own_answers, 0, 2);
  tcase_add_loop_test(both, closing_sends_home_who_waits, 0, 2);
  tcase_add_loop_test(both, a_plugin_describes_itself, 0, 2);
  TCase *isolated = tcase_create("isolated");
  tcase_set_timeout(isolated, 120);
  tcase_add_loop_test(isolated, a_rogue_harms_only_itself, 0, (int)(sizeof deeds / sizeof *deeds));
  tcase_add_test(isolated, a_process_that_keeps_dying_is_left_alone);
  tcase_add_test(isolated, a_process_that_is_stopped_keeps_nobody);
  tcase_add_test(isolated, a_start_that_hangs_keeps_nobody);
  tcase_add_test(isolated, a_plugin_that_dies_or_hangs_in_start_is_unavailable);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  tcase_add_test(isolated, a_gigabyte_is_not_to_be_had);
#endif
  tcase_add_test(isolated, the_sandbox_holds_what_it_says);
  tcase_add_test(isolated, in_this_process_a_rogue_is_the_end);
  tcase_add_test(isolated, a_host_that_ignores_its_children_is_served);
  tcase_add_test(isolated, no_child_is_left_behind);
  suite_add_tcase(suite, both);
  suite_add_tcase(suite, isolated);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
