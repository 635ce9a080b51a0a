/* Who is asked, how often, and when not: retries, fallbacks, breaker, limits, budgets, the cache. */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scripted.h"

static const char note[] = "رضایی خیلی ناراحت بود. قول دادم فردا ساعت ۱۰ زنگ بزنم.";

static ai *a;
static ai_call call;
static ai_answer answer;
static mcrm_analysis analysis;

static void setup(void) { scripted_reset(); }

static void teardown(void) {
  ai_close(a);
  a = NULL;
  scripted_free();
}

static void open_with(int count) {
  ai_options o = scripted_options(count);
  a = scripted_open(&o);
}

/* Analyses a note; each its own text, for replies are remembered. */
static void run_text(const char *text) {
  ai_note input = {.text = text};
  call = scripted_call(a);
  memset(&analysis, 0, sizeof analysis);
  analysis.size = sizeof analysis;
  int code = ai_run(&call, "note.analyse", &input, &analysis, &answer);
  ck_assert_msg(!code, "%s", scripted_error.detail);
}

static void run(void) {
  static int number;
  char text[400];
  snprintf(text, sizeof text, "%s %d", note, ++number);
  run_text(text);
}

static void script(int which, mcrm_outcome outcome) { scripted_step(which, (step){.outcome = outcome}); }

START_TEST(the_first_that_answers_is_named) {
  open_with(2);
  run();
  ck_assert_str_eq(answer.provider, "first");
  ck_assert_str_eq(answer.model, "scripted-1");
  ck_assert_str_eq(answer.prompt, "note.analyse/fa@1");
  ck_assert_uint_eq(call.records.count, 1);
  ck_assert_int_eq(call.records.at[0]->input_tokens, 100);
  ck_assert_int_eq(call.records.at[0]->outcome, MCRM_OUTCOME_OK);
  ck_assert_uint_eq(providers[1].asked, 0);
}
END_TEST

/* What each class of failure leads to; docs/ai.md carries this table. */
static const struct {
  mcrm_outcome outcome;
  size_t first, second; /* how often each is asked while the first goes on failing so */
  const char *answers;
} classes[] = {
    {MCRM_OUTCOME_AUTH, 1, 1, "second"},           {MCRM_OUTCOME_REGION, 1, 1, "second"},
    {MCRM_OUTCOME_BILLING, 1, 1, "second"},        {MCRM_OUTCOME_RATE_LIMIT, 1, 1, "second"},
    {MCRM_OUTCOME_OVERLOAD, 1, 1, "second"},       {MCRM_OUTCOME_TIMEOUT, 1, 1, "second"},
    {MCRM_OUTCOME_NETWORK, 1, 1, "second"},        {MCRM_OUTCOME_BAD_REQUEST, 1, 0, "local"},
    {MCRM_OUTCOME_CONTENT_FILTER, 1, 0, "local"},  {MCRM_OUTCOME_TRUNCATED, 1, 1, "second"},
    {MCRM_OUTCOME_INVALID_OUTPUT, 2, 1, "second"}, {MCRM_OUTCOME_PROTOCOL, 1, 1, "second"},
    {MCRM_OUTCOME_UNSUPPORTED, 1, 1, "second"},
};

START_TEST(each_failure_has_its_outcome) {
  script(0, classes[_i].outcome);
  open_with(2);
  run();
  ck_assert_uint_eq(providers[0].asked, classes[_i].first);
  ck_assert_uint_eq(providers[1].asked, classes[_i].second);
  ck_assert_str_eq(answer.provider, classes[_i].answers);
  ck_assert(analysis.summary && analysis.sentiment);
  if (!strcmp(answer.provider, "local")) ck_assert_str_eq(answer.fallback, ai_outcome_name(classes[_i].outcome));
}
END_TEST

START_TEST(three_tries_are_all_there_are) {
  script(0, MCRM_OUTCOME_OVERLOAD);
  script(1, MCRM_OUTCOME_NETWORK);
  open_with(2);
  run();
  ck_assert_uint_eq(providers[0].asked + providers[1].asked, 3);
  ck_assert_uint_eq(call.records.count, 3);
  ck_assert_int_eq(call.records.at[2]->attempt, 3);
  ck_assert_str_eq(answer.provider, "local");
}
END_TEST

START_TEST(a_lone_provider_gets_a_moment_between_tries) {
  script(0, MCRM_OUTCOME_OVERLOAD);
  script(0, MCRM_OUTCOME_OVERLOAD);
  script(0, MCRM_OUTCOME_OK);
  open_with(1);
  run();
  ck_assert_str_eq(answer.provider, "first");
  ck_assert_uint_eq(providers[0].asked, 3);
  ck_assert_int_le(scripted_slept_ms(), 1000 + 2000);
  ck_assert_int_gt(scripted_slept_ms(), 0);
}
END_TEST

START_TEST(a_short_retry_after_is_waited_for) {
  scripted_step(0, (step){.outcome = MCRM_OUTCOME_RATE_LIMIT, .retry_after_ms = 3000});
  script(0, MCRM_OUTCOME_OK);
  open_with(1);
  run();
  ck_assert_int_eq(scripted_slept_ms(), 3000);
  ck_assert_str_eq(answer.provider, "first");
}
END_TEST

START_TEST(a_long_one_cools_the_provider_and_asks_another) {
  scripted_step(0, (step){.outcome = MCRM_OUTCOME_RATE_LIMIT, .retry_after_ms = 20000});
  script(0, MCRM_OUTCOME_OK);
  open_with(2);
  run();
  ck_assert_str_eq(answer.provider, "second");
  ck_assert_int_eq(scripted_slept_ms(), 0);
  run(); /* still cooling: not even asked */
  ck_assert_uint_eq(providers[0].asked, 1);
  scripted_pass(20001);
  run();
  ck_assert_uint_eq(providers[0].asked, 2);
  ck_assert_str_eq(answer.provider, "first");
}
END_TEST

START_TEST(a_wrong_key_is_not_hammered) {
  script(0, MCRM_OUTCOME_AUTH);
  open_with(1);
  for (int i = 0; i < 10; i++) run();
  ck_assert_uint_eq(providers[0].asked, 1);
  ck_assert_str_eq(answer.fallback, "auth");
}
END_TEST

START_TEST(a_person_who_says_so_ends_the_rest) {
  script(0, MCRM_OUTCOME_REGION);
  script(0, MCRM_OUTCOME_OK);
  open_with(1);
  run();
  run();
  ck_assert_uint_eq(providers[0].asked, 1);
  ai_forgive(a);
  run();
  ck_assert_uint_eq(providers[0].asked, 2);
  ck_assert_str_eq(answer.provider, "first");
}
END_TEST

START_TEST(a_wait_that_the_service_asked_for_is_kept) {
  scripted_step(0, (step){.outcome = MCRM_OUTCOME_RATE_LIMIT, .retry_after_ms = 20000});
  open_with(1);
  run();
  ai_forgive(a);
  run();
  ck_assert_uint_eq(providers[0].asked, 1);
}
END_TEST

START_TEST(an_open_breaker_lets_one_try_when_told) {
  script(0, MCRM_OUTCOME_OVERLOAD);
  open_with(1);
  for (int i = 0; i < 3; i++) run();
  size_t asked = providers[0].asked;
  ai_forgive(a);
  run();
  ck_assert_uint_eq(providers[0].asked, asked + 1);
  run();
  ck_assert_uint_eq(providers[0].asked, asked + 1); /* it failed: open again */
}
END_TEST

START_TEST(five_failures_open_the_breaker_and_one_probe_closes_it) {
  script(0, MCRM_OUTCOME_OVERLOAD);
  open_with(1);
  run();
  run();
  size_t asked = providers[0].asked;
  ck_assert_uint_le(asked, 6);
  run();
  ck_assert_uint_eq(providers[0].asked, asked); /* open: nobody waits for it */
  scripted_pass(30001);
  providers[0].count = 0; /* well again */
  run();
  ck_assert_uint_eq(providers[0].asked, asked + 1);
  ck_assert_str_eq(answer.provider, "first");
}
END_TEST

START_TEST(a_failed_probe_keeps_it_open) {
  script(0, MCRM_OUTCOME_OVERLOAD);
  open_with(1);
  for (int i = 0; i < 3; i++) run();
  size_t asked = providers[0].asked;
  scripted_pass(30001);
  run();
  ck_assert_uint_eq(providers[0].asked, asked + 1); /* one probe, no retry of it */
  run();
  ck_assert_uint_eq(providers[0].asked, asked + 1);
}
END_TEST

START_TEST(an_impatient_caller_says_nothing_about_the_provider) {
  for (int i = 0; i < 12; i++) scripted_step(0, (step){.outcome = MCRM_OUTCOME_TIMEOUT, .takes_ms = 2000});
  script(0, MCRM_OUTCOME_OK);
  open_with(1);
  for (int i = 0; i < 12; i++) {
    ai_note input = {.text = note};
    call = scripted_call(a);
    call.deadline = scripted_clock() + INT64_C(2000000000);
    analysis = (mcrm_analysis){.size = sizeof analysis};
    ck_assert(!ai_run(&call, "note.analyse", &input, &analysis, &answer));
    ck_assert_str_eq(answer.fallback, "timeout");
  }
  run();
  ck_assert_str_eq(answer.provider, "first");
}
END_TEST

START_TEST(all_tries_share_one_deadline) {
  for (int i = 0; i < 4; i++) scripted_step(i, (step){.outcome = MCRM_OUTCOME_TIMEOUT, .takes_ms = 30000});
  open_with(4);
  int64_t start = scripted_clock();
  run();
  ck_assert_int_le((scripted_clock() - start) / 1000000, 60000);
  ck_assert_str_eq(answer.fallback, "timeout");
}
END_TEST

START_TEST(the_rate_is_kept) {
  ai_options o = scripted_options(1);
  ((ai_provider *)(uintptr_t)o.providers)[0].rate_per_minute = 60;
  a = scripted_open(&o);
  int64_t start = scripted_clock();
  for (int i = 0; i < 40; i++) run();
  /* ten seconds' worth at once, the rest one a second */
  ck_assert_int_ge((scripted_clock() - start) / 1000000, 29000);
  ck_assert_uint_eq(providers[0].asked, 40);
}
END_TEST

START_TEST(money_is_counted_before_and_after) {
  scripted_step(0, (step){.cost = 3 * AI_TICKS_PER_USD});
  ai_options o = scripted_options(1);
  ((ai_provider *)(uintptr_t)o.providers)[0].price_output = AI_TICKS_PER_USD;
  o.day = (ai_limit){.cost = 5 * AI_TICKS_PER_USD};
  a = scripted_open(&o);
  run();
  ck_assert_int_eq(call.records.at[0]->cost, 3 * AI_TICKS_PER_USD);
  ai_note input = {.text = "دیگری"};
  call = scripted_call(a);
  call.spent.all.cost = 5 * AI_TICKS_PER_USD;
  analysis = (mcrm_analysis){.size = sizeof analysis};
  ck_assert(!ai_run(&call, "note.analyse", &input, &analysis, &answer));
  ck_assert_str_eq(answer.fallback, "budget");
  ck_assert_int_eq(call.records.at[0]->outcome, MCRM_OUTCOME_BUDGET);
  ck_assert_str_eq(call.records.at[0]->code, "day");
  ck_assert_uint_eq(providers[0].asked, 1);
}
END_TEST

START_TEST(a_user_and_a_task_have_budgets_of_their_own) {
  ai_options o = scripted_options(1);
  ai_task_options task = {.task = "note.analyse", .day = {.tokens = 50000}};
  o.user_day = (ai_limit){.tokens = 20000};
  o.tasks = &task;
  o.task_count = 1;
  a = scripted_open(&o);
  const struct {
    ai_spent spent;
    const char *code;
  } cases[] = {{{.user = {.tokens = 19000}}, "user"}, {{.task = {.tokens = 49000}}, "task"}};
  for (size_t i = 0; i < 2; i++) {
    ai_note input = {.text = note};
    call = scripted_call(a);
    call.spent = cases[i].spent;
    analysis = (mcrm_analysis){.size = sizeof analysis};
    ck_assert(!ai_run(&call, "note.analyse", &input, &analysis, &answer));
    ck_assert_str_eq(call.records.at[0]->code, cases[i].code);
  }
  ck_assert_uint_eq(providers[0].asked, 0);
}
END_TEST

START_TEST(what_was_asked_before_costs_nothing) {
  open_with(1);
  run_text(note);
  run_text(note);
  ck_assert_uint_eq(providers[0].asked, 1);
  ck_assert_str_eq(answer.provider, "first");
  ck_assert(call.records.at[0]->cached);
  ck_assert_int_eq(call.records.at[0]->bytes_sent, 0);
  scripted_pass(3600 * 1000 + 1);
  run_text(note);
  ck_assert_uint_eq(providers[0].asked, 2);
}
END_TEST

static bool yes(void *context) {
  (void)context;
  return true;
}

START_TEST(who_cancels_is_not_kept) {
  script(0, MCRM_OUTCOME_OVERLOAD);
  open_with(1);
  ai_note input = {.text = note};
  call = scripted_call(a);
  call.cancelled = yes;
  analysis = (mcrm_analysis){.size = sizeof analysis};
  ck_assert_int_eq(ai_run(&call, "note.analyse", &input, &analysis, &answer), MCRM_CANCELLED);
  ck_assert_int_eq(scripted_slept_ms(), 0);
}
END_TEST

START_TEST(without_egress_only_what_is_here_is_asked) {
  providers[1].local = true;
  ai_options o = scripted_options(2);
  o.no_egress = true;
  a = scripted_open(&o);
  run();
  ck_assert_uint_eq(providers[0].asked, 0);
  ck_assert_str_eq(answer.provider, "second");
}
END_TEST

START_TEST(without_egress_and_nobody_here_nothing_is_asked) {
  ai_options o = scripted_options(2);
  o.no_egress = true;
  a = scripted_open(&o);
  run(); /* where a provider is turns out when it is started */
  ck_assert(!ai_chats(a) && !ai_listens(a));
  ck_assert_ptr_null(answer.fallback);
  ck_assert_uint_eq(providers[0].asked + providers[1].asked, 0);
  ck_assert_str_eq(answer.provider, "local");
  ck_assert_uint_eq(call.records.count, 0);
  ai_audio audio = {.bytes = "x", .length = 1, .media_type = "audio/wav"};
  ai_transcript said;
  call = scripted_call(a);
  ck_assert_int_eq(ai_transcribe(&call, &audio, &said), MCRM_UNSUPPORTED);
  ck_assert_str_eq(scripted_error.message, "ai.none");
}
END_TEST

START_TEST(speech_falls_back_and_says_why_it_failed) {
  ai_audio audio = {.bytes = "x", .length = 1, .media_type = "audio/wav", .duration_ms = 5000, .language = "fa"};
  ai_transcript said;
  script(0, MCRM_OUTCOME_BILLING);
  open_with(2);
  call = scripted_call(a);
  ck_assert(!ai_transcribe(&call, &audio, &said));
  ck_assert_str_eq(said.text, "سلام");
  ck_assert_str_eq(said.provider, "second");
  ck_assert_uint_eq(call.records.count, 2);
  script(1, MCRM_OUTCOME_BILLING);
  call = scripted_call(a);
  ck_assert_int_eq(ai_transcribe(&call, &audio, &said), MCRM_UNAVAILABLE);
  ck_assert_str_eq(scripted_error.message, "ai.billing");
  ck_assert_ptr_nonnull(strstr(scripted_error.detail, "second"));
}
END_TEST

START_TEST(a_provider_starts_when_it_is_needed) {
  open_with(2);
  ck_assert(ai_chats(a) && ai_listens(a));
  ck_assert_str_eq(ai_provider_state(a, 0).state, "idle");
  ck_assert_int_eq(providers[0].started, 0);
  run();
  run();
  ck_assert_int_eq(providers[0].started, 1);
  ck_assert_int_eq(providers[1].started, 0); /* nobody needed it */
  ck_assert_str_eq(ai_provider_state(a, 0).state, "ok");
  ck_assert_str_eq(ai_provider_state(a, 1).state, "idle");
}
END_TEST

static char logged[512];
static void keep_line(void *context, mcrm_log_level level, const char *line) {
  (void)context;
  if (level == MCRM_LOG_ERROR) snprintf(logged, sizeof logged, "%s", line);
}

START_TEST(one_that_cannot_start_keeps_nobody_from_answering) {
  ai_options o = scripted_options(2);
  o.log = keep_line;
  providers[0].broken = true;
  a = scripted_open(&o);
  run();
  ck_assert_str_eq(answer.provider, "second");
  ck_assert_uint_eq(call.records.count, 2);
  ck_assert_str_eq(call.records.at[0]->code, "start");
  ck_assert_ptr_nonnull(strstr(call.records.at[0]->detail, "broken as scripted"));
  ck_assert_ptr_nonnull(strstr(logged, "\"event\":\"provider_broken\",\"provider\":\"first\""));
  ai_state s = ai_provider_state(a, 0);
  ck_assert_str_eq(s.state, "broken");
  ck_assert_ptr_nonnull(strstr(s.broken.detail, "broken as scripted"));
  run();
  ck_assert_int_eq(providers[0].started, 1); /* not with each call */
  providers[0].broken = false;
  scripted_pass(61000);
  run();
  ck_assert_str_eq(answer.provider, "first");
}
END_TEST

START_TEST(where_none_can_start_the_built_in_answers_and_says_so) {
  ai_audio audio = {.bytes = "x", .length = 1, .media_type = "audio/wav"};
  ai_transcript said;
  ai_options o = scripted_options(1);
  providers[0].broken = true;
  a = scripted_open(&o);
  run();
  ck_assert_str_eq(answer.provider, "local");
  ck_assert_str_eq(answer.fallback, "protocol");
  call = scripted_call(a);
  ck_assert_int_eq(ai_transcribe(&call, &audio, &said), MCRM_UNAVAILABLE); /* so that it is tried again */
  ck_assert_ptr_nonnull(strstr(scripted_error.detail, "broken as scripted"));
  providers[0].broken = false; /* whoever looks after it need not wait */
  const char *said_so;
  call = scripted_call(a);
  ck_assert(!ai_probe(&call, "first", &said_so));
  ck_assert_int_eq(call.records.at[0]->outcome, MCRM_OUTCOME_OK);
  run();
  ck_assert_str_eq(answer.provider, "first");
}
END_TEST

static void *many(void *context) {
  arena *memory = arena_new(0);
  (void)context;
  for (int i = 0; i < 40; i++) {
    mcrm_error error = {0};
    ai_call one = call;
    ai_note input = {.text = note};
    ai_answer got;
    mcrm_analysis out = {.size = sizeof out};
    one.arena = memory;
    one.error = &error;
    one.deadline = scripted_clock() + INT64_C(600000000000);
    one.records.count = 0;
    ck_assert(!ai_run(&one, "note.analyse", &input, &out, &got));
    arena_reset(memory);
  }
  arena_free(memory);
  return NULL;
}

START_TEST(many_threads_share_one_instance) {
  pthread_t threads[8];
  ai_options o = scripted_options(2);
  ((ai_provider *)(uintptr_t)o.providers)[0].concurrency = 2;
  for (int i = 0; i < 40; i++) script(0, i % 3 ? MCRM_OUTCOME_OK : MCRM_OUTCOME_RATE_LIMIT);
  a = scripted_open(&o);
  call = scripted_call(a);
  for (size_t i = 0; i < 8; i++) ck_assert(!pthread_create(&threads[i], NULL, many, NULL));
  for (size_t i = 0; i < 8; i++) pthread_join(threads[i], NULL);
}
END_TEST

int main(void) {
  Suite *s = suite_create("router");
  TCase *t = tcase_create("router");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, the_first_that_answers_is_named);
  tcase_add_loop_test(t, each_failure_has_its_outcome, 0, sizeof classes / sizeof *classes);
  tcase_add_test(t, three_tries_are_all_there_are);
  tcase_add_test(t, a_lone_provider_gets_a_moment_between_tries);
  tcase_add_test(t, a_short_retry_after_is_waited_for);
  tcase_add_test(t, a_long_one_cools_the_provider_and_asks_another);
  tcase_add_test(t, a_wrong_key_is_not_hammered);
  tcase_add_test(t, a_person_who_says_so_ends_the_rest);
  tcase_add_test(t, a_wait_that_the_service_asked_for_is_kept);
  tcase_add_test(t, an_open_breaker_lets_one_try_when_told);
  tcase_add_test(t, five_failures_open_the_breaker_and_one_probe_closes_it);
  tcase_add_test(t, a_failed_probe_keeps_it_open);
  tcase_add_test(t, an_impatient_caller_says_nothing_about_the_provider);
  tcase_add_test(t, all_tries_share_one_deadline);
  tcase_add_test(t, the_rate_is_kept);
  tcase_add_test(t, money_is_counted_before_and_after);
  tcase_add_test(t, a_user_and_a_task_have_budgets_of_their_own);
  tcase_add_test(t, what_was_asked_before_costs_nothing);
  tcase_add_test(t, who_cancels_is_not_kept);
  tcase_add_test(t, without_egress_only_what_is_here_is_asked);
  tcase_add_test(t, without_egress_and_nobody_here_nothing_is_asked);
  tcase_add_test(t, speech_falls_back_and_says_why_it_failed);
  tcase_add_test(t, a_provider_starts_when_it_is_needed);
  tcase_add_test(t, one_that_cannot_start_keeps_nobody_from_answering);
  tcase_add_test(t, where_none_can_start_the_built_in_answers_and_says_so);
  tcase_add_test(t, many_threads_share_one_instance);
  suite_add_tcase(s, t);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
