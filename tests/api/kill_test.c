/* kill -9 while two processes work through the public API: every call that was answered has its effect exactly once,
 * the one that was cut off can be repeated with its key, and the audit chain holds. The control answers before it
 * calls, and must be caught. SEED and COUNT (rounds) from the environment. */
#include "kill.h"

#include <check.h>
#include <inttypes.h>
#include <marfacrm/marfacrm.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "folder.h"
#include "torture.h"

enum { ROUNDS = 200, CONTROL_ROUNDS = 60 };

typedef struct office {
  char folder[FOLDER_SIZE], url[FOLDER_SIZE + 32], path[FOLDER_SIZE + 16];
  char rep[24];
  bool early; /* answers before it calls */
  char head[65];
  int64_t seq;
} office;

static mcrm *open_office(const office *o, int create, mcrm_session **session) {
  mcrm *crm = NULL;
  mcrm_error error = {0};
  mcrm_options options = {.size = sizeof options, .storage_url = o->url, .create = create};
  int code = mcrm_open(&options, &crm, &error);
  if (!code)
    code = create ? mcrm_session_system(crm, session, &error) : mcrm_session_open(crm, "sara", "crt", session, &error);
  if (code) fprintf(stderr, "office: %s\n", error.detail);
  return code ? NULL : crm;
}

/* One number is one conversation or one task, by a key of its own. */
static int call_number(const office *o, mcrm_session *session, uint64_t number) {
  char json[256], key[32];
  snprintf(key, sizeof key, "key-%" PRIu64, number);
  if (number % 2)
    snprintf(json, sizeof json, "{\"rep_id\":\"%s\",\"type\":\"call\",\"notes\":\"number %" PRIu64 "\"}", o->rep,
             number);
  else
    snprintf(json, sizeof json, "{\"rep_id\":\"%s\",\"title\":\"number %" PRIu64 "\"}", o->rep, number);
  mcrm_call_options once = {.size = sizeof once, .idempotency_key = key};
  int code = mcrm_session_next(session, &once);
  return code ? code : mcrm_call(session, number % 2 ? "interaction.log" : "task.create", json, NULL);
}

static void work_forever(void *context, uint64_t first, int ledger) {
  office *o = context;
  mcrm_session *session;
  if (!open_office(o, 0, &session)) return;
  for (uint64_t number = first;; number++) {
    if (o->early) kill_acknowledge(ledger, number);
    if (call_number(o, session, number)) break;
    if (!o->early) kill_acknowledge(ledger, number);
  }
  fprintf(stderr, "writer: %s\n", mcrm_session_error(session)->detail);
}

/* How often the number is there, asked of the file itself. */
static int64_t effects(sqlite3 *db, uint64_t number) {
  char sql[160];
  sqlite3_stmt *statement = NULL;
  snprintf(sql, sizeof sql,
           number % 2 ? "SELECT count(*) FROM interaction WHERE notes = 'number %" PRIu64 "'"
                      : "SELECT count(*) FROM task WHERE title = 'number %" PRIu64 "'",
           number);
  int64_t count = -1;
  if (!sqlite3_prepare_v2(db, sql, -1, &statement, NULL) && sqlite3_step(statement) == SQLITE_ROW)
    count = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return count;
}

/* The newest number of each writer, and the one it may have been at. */
static bool repeat_cut_off(const office *o, mcrm_session *session, sqlite3 *db, const uint64_t *acknowledged,
                           size_t count) {
  bool fine = true;
  for (size_t i = 0; i < count; i++) {
    bool last = true;
    for (size_t j = i + 1; j < count && last; j++) last = acknowledged[j] / KILL_SPAN != acknowledged[i] / KILL_SPAN;
    for (uint64_t n = acknowledged[i]; last && n < acknowledged[i] + 2; n++)
      fine &= !call_number(o, session, n) && effects(db, n) == 1;
  }
  if (!fine) fprintf(stderr, "repeating: %s\n", mcrm_session_error(session)->detail);
  return fine;
}

static int64_t check_round(void *context, const uint64_t *acknowledged, size_t count) {
  office *o = context;
  mcrm_session *session = NULL;
  mcrm_error error = {0};
  sqlite3 *db = NULL;
  int64_t lost = 0;
  bool fine = true;
  mcrm *crm = open_office(o, 0, &session);
  if (!crm || sqlite3_open_v2(o->path, &db, SQLITE_OPEN_READONLY, NULL)) return -1;
  for (size_t i = 0; i < count; i++) {
    int64_t there = effects(db, acknowledged[i]);
    fine &= there == 0 || there == 1;
    lost += there == 0;
  }
  if (!o->early) fine &= repeat_cut_off(o, session, db, acknowledged, count);
  fine &= !mcrm_audit_verify(crm, o->seq ? o->head : NULL, o->seq, o->head, &o->seq, &error);
  fine = fine && !mcrm_check(crm, &error);
  if (error.code) fprintf(stderr, "check: %s\n", error.detail);
  sqlite3_close(db);
  mcrm_session_close(session);
  mcrm_close(crm);
  return fine ? lost : -1;
}

static void make_office(office *o, bool early) {
  *o = (office){.early = early};
  folder_make(o->folder);
  snprintf(o->path, sizeof o->path, "%s/crm.db", o->folder);
  snprintf(o->url, sizeof o->url, "sqlite:%s", o->path);
  mcrm_session *system, *sara;
  mcrm_error error = {0};
  char *answer = NULL;
  mcrm *crm = open_office(o, 1, &system);
  ck_assert_ptr_nonnull(crm);
  ck_assert(!mcrm_call(system, "user.create", "{\"username\":\"sara\",\"name\":\"سارا\",\"role\":\"agent\"}", NULL));
  ck_assert(!mcrm_session_open(crm, "sara", "crt", &sara, &error));
  ck_assert(!mcrm_call(sara, "prospect.create", "{\"name\":\"فروشگاه\"}", &answer));
  ck_assert_int_eq(sscanf(answer, "{\"id\":\"%23[0-9]", o->rep), 1);
  mcrm_free(answer);
  mcrm_session_close(sara);
  mcrm_session_close(system);
  mcrm_close(crm);
}

static kill_report torture(bool early, unsigned rounds, unsigned writers) {
  office o;
  make_office(&o, early);
  kill_plan plan = {.rounds = rounds,
                    .writers = writers,
                    .seed = torture_setting("SEED", 1),
                    .most_ms = 40,
                    .context = &o,
                    .write = work_forever,
                    .lost = check_round};
  kill_report report = kill_run(&plan);
  folder_remove(o.folder);
  printf("%s: %u rounds, %" PRIu64 " answered, %" PRIu64 " lost, %u wrong\n", early ? "control" : "kill", report.rounds,
         report.acknowledged, report.lost, report.wrong);
  return report;
}

START_TEST(what_was_answered_is_there_once_and_what_was_cut_off_can_be_repeated) {
  unsigned rounds = (unsigned)torture_setting("COUNT", ROUNDS / TORTURE_SHARE);
  kill_report report = torture(false, rounds, 2);
  ck_assert_uint_eq(report.rounds, rounds);
  ck_assert_uint_eq(report.wrong, 0);
  ck_assert_uint_eq(report.lost, 0);
  ck_assert_uint_gt(report.acknowledged, rounds);
}
END_TEST

START_TEST(answering_too_early_is_caught) {
  kill_report report = torture(true, CONTROL_ROUNDS, 1);
  ck_assert_uint_eq(report.wrong, 0);
  ck_assert_uint_gt(report.lost, 0);
}
END_TEST

int main(void) {
  Suite *s = suite_create("kill");
  TCase *c = tcase_create("kill");
  tcase_set_timeout(c, 0);
  tcase_add_test(c, what_was_answered_is_there_once_and_what_was_cut_off_can_be_repeated);
  tcase_add_test(c, answering_too_early_is_caught);
  suite_add_tcase(s, c);
  SRunner *runner = srunner_create(s);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
