/* kill -9 while two processes record, upload and work: every recording that was answered is there with its audio, is
 * finished by whoever comes next, and its tasks are made once. The control answers before it uploads, and must be
 * caught. SEED and COUNT (rounds) from the environment. */
#include "kill.h"

#include <check.h>
#include <inttypes.h>
#include <stdbool.h>

#include "studio.h"
#include "torture.h"

enum { ROUNDS = 15, CONTROL_ROUNDS = 8, LEASE_MS = 31000 };

typedef struct tape {
  studio s;
  bool early; /* answers before it uploads */
} tape;

static void record_forever(void *context, uint64_t first, int ledger) {
  tape *t = context;
  mcrm_error error = {0};
  if (studio_open(&t->s)) return;
  for (uint64_t number = first;; number++) {
    char name[32];
    unsigned done;
    snprintf(name, sizeof name, "%" PRIu64 ".wav", number);
    studio_record(&t->s, name, number, 1);
    if (t->early) kill_acknowledge(ledger, number);
    if (studio_upload(&t->s, name)) break;
    if (!t->early) kill_acknowledge(ledger, number);
    if (mcrm_work(t->s.crm, &done, &error)) break;
  }
  fprintf(stderr, "writer: %s %s\n", mcrm_session_error(t->s.sara)->detail, error.detail);
}

static int64_t count_of(const studio *s, const char *what, uint64_t number) {
  char sql[200];
  snprintf(sql, sizeof sql, "SELECT count(*) FROM voice_note WHERE name = '%" PRIu64 ".wav'%s", number, what);
  return studio_number(s, sql);
}

/* The recording can be listened to. */
static bool plays(studio *s, uint64_t number) {
  char sql[120], json[40];
  const mcrm_call_options may = {.size = sizeof may, .files = 1};
  snprintf(sql, sizeof sql, "SELECT id FROM voice_note WHERE name = '%" PRIu64 ".wav'", number);
  snprintf(json, sizeof json, "{\"id\":\"%lld\"}", (long long)studio_number(s, sql));
  return !mcrm_session_next(s->sara, &may) && !mcrm_call(s->sara, "voice_note.audio", json, NULL);
}

static int64_t check_round(void *context, const uint64_t *acknowledged, size_t count) {
  tape *t = context;
  studio *s = &t->s;
  int64_t lost = 0;
  bool fine = true;
  *s->offset += LEASE_MS; /* what the dead had claimed is free */
  if (studio_open(s)) return -1;
  for (int i = 0; i < 3; i++) {
    studio_work(s);
    *s->offset += 5000; /* failures wait for some seconds */
  }
  for (size_t i = 0; i < count; i++) {
    bool there = count_of(s, "", acknowledged[i]) == 1;
    lost += !there;
    if (there && (count_of(s, " AND state = 'ready'", acknowledged[i]) != 1 || !plays(s, acknowledged[i]))) {
      fprintf(stderr, "%" PRIu64 " is not finished\n", acknowledged[i]);
      fine = false;
    }
  }
  /* one task for each note, whether it was answered or not */
  int64_t twice =
      studio_number(s, "SELECT count(*) FROM (SELECT 1 FROM task GROUP BY interaction_id HAVING count(*) > 1)");
  int64_t undone = studio_number(s, "SELECT (SELECT count(*) FROM voice_note) - (SELECT count(*) FROM task)");
  if (twice || undone) fprintf(stderr, "%lld twice, %lld without a task\n", (long long)twice, (long long)undone);
  fine = fine && !twice && !undone;
  studio_close(s);
  return fine ? lost : -1;
}

static kill_report torture(bool early, unsigned rounds) {
  tape t = {.early = early};
  studio_make(&t.s, 2, "");
  kill_plan plan = {.rounds = rounds,
                    .writers = 2,
                    .seed = torture_setting("SEED", 1),
                    .most_ms = 120,
                    .context = &t,
                    .write = record_forever,
                    .lost = check_round};
  kill_report report = kill_run(&plan);
  printf("%s: %u rounds, %" PRIu64 " answered, %" PRIu64 " lost, %u wrong; %lld notes, heard %ld times\n",
         early ? "control" : "kill", report.rounds, report.acknowledged, report.lost, report.wrong,
         (long long)studio_number(&t.s, "SELECT count(*) FROM voice_note"), studio_heard(&t.s));
  studio_remove(&t.s);
  return report;
}

START_TEST(no_recording_that_was_answered_is_lost_or_left_unfinished) {
  kill_report report = torture(false, (unsigned)torture_setting("COUNT", ROUNDS));
  ck_assert_uint_gt(report.acknowledged, report.rounds);
  ck_assert_uint_eq(report.lost, 0);
  ck_assert_uint_eq(report.wrong, 0);
}
END_TEST

START_TEST(the_control_is_caught) { ck_assert_uint_gt(torture(true, CONTROL_ROUNDS).lost, 0); }
END_TEST

int main(void) {
  Suite *suite = suite_create("voice_kill");
  TCase *t = tcase_create("kill");
  tcase_set_timeout(t, 280);
  tcase_add_test(t, no_recording_that_was_answered_is_lost_or_left_unfinished);
  tcase_add_test(t, the_control_is_caught);
  suite_add_tcase(suite, t);
  SRunner *r = srunner_create(suite);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
