/* The host's side with each allocation failing in turn: opened, asked, closed; what answers is right, the rest says so.
 */
#include "allocation.h"
#include "stand.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

typedef struct attempt {
  stand s;
  mcrm_outcome outcome;
  char text[64];
} attempt;

static int run(void *context) {
  attempt *r = context;
  memset(r, 0, sizeof *r);
  provider *p = NULL;
  const provider_setting settings[] = {{"words", "one", NULL}, {"words", "two", NULL}, {"key", "a-secret", NULL}};
  const provider_options options = {.name = "one",
                                    .plugin = "rogue",
                                    .isolated = true,
                                    .folder = PROVIDER_PLUGINS,
                                    .program = PROVIDER_PROGRAM,
                                    .settings = settings,
                                    .setting_count = 3};
  int code = provider_open(&options, &r->s.error, &p);
  if (code) return code;
  r->s.provider = p;
  arena *a = arena_new(0);
  provider_call call = {.arena = a};
  mcrm_chat_reply reply = {0};
  r->outcome = a ? stand_chat_own(&r->s, &call, "سلام", 20000, &reply) : MCRM_OUTCOME_PROTOCOL;
  code = r->outcome == MCRM_OUTCOME_OK ? 0 : MCRM_NO_MEMORY;
  if (!code) snprintf(r->text, sizeof r->text, "%s", reply.text);
  arena_free(a);
  provider_close(p);
  return code;
}

static bool right(void *context, int code) {
  const attempt *r = context;
  if (!code) return !strcmp(r->text, "سلام");
  if (code != MCRM_NO_MEMORY && code != MCRM_UNAVAILABLE && code != MCRM_IO)
    fprintf(stderr, "code %d: %s\n", code, r->s.error.detail);
  return code == MCRM_NO_MEMORY || code == MCRM_UNAVAILABLE || code == MCRM_IO;
}

START_TEST(every_allocation_may_fail) {
  attempt r;
  const allocation_plan plan = {.name = "provider", .context = &r, .run = run, .right = right};
  allocation_report report = allocation_sweep(&plan, _i);
  printf("%llu points\n", (unsigned long long)report.points);
  ck_assert_uint_eq(report.wrong, 0);
  ck_assert_uint_eq(report.leaks, 0);
  if (allocation_watched()) ck_assert_uint_gt(report.points, 10);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("memory");
  TCase *c = tcase_create("memory");
  tcase_set_timeout(c, 120);
  tcase_add_loop_test(c, every_allocation_may_fail, 0, 2);
  suite_add_tcase(suite, c);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
