/* No memory, at every point of a call through the dispatcher: each allocation fails once in turn, and then all from
 * it on. No crash, no leak; a call that fails changed nothing, or can be repeated with its key and then has one
 * effect; a call that succeeds answers what it answers with memory. COUNT: look at every point also where a usual
 * run looks at a part of them. */
#include <check.h>
#include <inttypes.h>
#include <marfacrm/marfacrm.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "allocation.h"
#include "folder.h"
#include "torture.h"

static const mcrm_time noon = INT64_C(1795325400000);

typedef struct office {
  char folder[FOLDER_SIZE], template[FOLDER_SIZE + 16], work[FOLDER_SIZE + 16];
  char rep[24], talk[24];
  mcrm *crm;
  mcrm_session *session;
} office;

typedef enum subject { NOBODY, REP, TALK, TASK } subject;

/* An operation, whose id stands for %s in its input, a table and how many rows more it has afterwards. */
typedef struct duty {
  const char *operation;
  subject subject;
  const char *json, *table;
  int rows;
} duty;

static const duty duties[] = {
    {"interaction.log", REP, "{\"rep_id\":\"%s\",\"type\":\"call\",\"notes\":\"سرور کند است\"}", "interaction", 1},
    {"task.create", REP, "{\"rep_id\":\"%s\",\"title\":\"تماس\",\"checklist\":[{\"text\":\"یک\"}]}", "task", 1},
    {"task.complete", TASK,
     "{\"id\":\"%s\",\"interaction\":{\"type\":\"call\",\"notes\":\"شد\"},\"next_task\":{\"title\":\"بعدی\"}}", "task",
     1},
    {"note.analyse", TALK,
     "{\"interaction_id\":\"%s\",\"text\":\"از کندی سرور ناراضی بود، قول دادم فردا ساعت ۱۰ خبر بدم\"}", NULL, 0},
    {"interaction.update", TALK, "{\"id\":\"%s\",\"notes\":\"نو\"}", NULL, 0},
    {"prospect.create", NOBODY, "{\"name\":\"دکان\",\"phones\":[\"09351112233\"],\"telegram\":\"dokan\"}", "rep", 1},
    {"view.save", NOBODY, "{\"name\":\"باز\",\"operation\":\"task.list\",\"filter\":{\"status\":\"open\"}}",
     "saved_view", 1},
    {"task.create", REP, "{\"rep_id\":\"%s\",\"title\":7}", NULL, 0}, /* refused */
    {"worklog.get", NOBODY, NULL, NULL, 0},
    {"rep.get", REP, "{\"id\":\"%s\"}", NULL, 0},
    {"rep.list", NOBODY, "{}", NULL, 0},
    {"rep.timeline", REP, "{\"id\":\"%s\"}", NULL, 0},
    {"interaction.list", NOBODY, "{}", NULL, 0},
    {"interaction.history", TALK, "{\"id\":\"%s\"}", NULL, 0},
    {"task.list", NOBODY, "{}", NULL, 0},
    {"suggestion.list", NOBODY, "{}", NULL, 0},
    {"search.all", NOBODY, "{\"text\":\"سرور\"}", NULL, 0},
    {"kpi.get", NOBODY, "{}", NULL, 0},
    {"text.when", NOBODY, "{\"text\":\"شنبه بعد ساعت ۴ عصر\"}", NULL, 0},
    {"notification.list", NOBODY, "{}", NULL, 0},
    {"record.export", NOBODY, "{\"entity\":\"task\"}", NULL, 0},
    {"event.list", NOBODY, "{}", NULL, 0},
    {"audit.list", NOBODY, "{}", NULL, 0},
    {"session.me", NOBODY, NULL, NULL, 0},
};
enum { DUTIES = sizeof duties / sizeof *duties };

static office o;

/* ---- the office ---- */

static mcrm_time stand_still(void *context) {
  (void)context;
  return noon;
}

static int open_at(const char *path, int create, mcrm **crm, mcrm_error *error) {
  char url[FOLDER_SIZE + 32];
  snprintf(url, sizeof url, "sqlite:%s", path);
  mcrm_options options = {.size = sizeof options, .storage_url = url, .create = create, .now = stand_still};
  return mcrm_open(&options, crm, error);
}

static void copy_file(const char *from, const char *to) {
  char bytes[65536];
  FILE *in = fopen(from, "r"), *out = fopen(to, "w");
  ck_assert(in && out);
  for (size_t got; (got = fread(bytes, 1, sizeof bytes, in)) > 0;) ck_assert_uint_eq(fwrite(bytes, 1, got, out), got);
  fclose(in);
  fclose(out);
}

static void fresh_copy(void) {
  static const char *const ends[] = {"-wal", "-shm", ".key"};
  char from[FOLDER_SIZE + 32], to[FOLDER_SIZE + 32];
  for (size_t i = 0; i < 3; i++) {
    snprintf(to, sizeof to, "%s%s", o.work, ends[i]);
    unlink(to);
  }
  copy_file(o.template, o.work);
  snprintf(from, sizeof from, "%s.key", o.template);
  copy_file(from, to);
  ck_assert(!chmod(to, 0600));
}

static void make(const char *operation, char id[24], const char *format, ...) {
  char json[512], *answer;
  va_list args;
  va_start(args, format);
  vsnprintf(json, sizeof json, format, args);
  va_end(args);
  ck_assert_msg(!mcrm_call(o.session, operation, json, &answer), "%s", mcrm_session_error(o.session)->detail);
  if (id) ck_assert_int_eq(sscanf(answer, "{\"id\":\"%23[0-9]", id), 1);
  mcrm_free(answer);
}

static void open_office(const char *path, int create) {
  mcrm_error error = {0};
  ck_assert_msg(!open_at(path, create, &o.crm, &error), "%s", error.detail);
  if (create) {
    ck_assert(!mcrm_session_system(o.crm, &o.session, &error));
    make("user.create", NULL, "{\"username\":\"sara\",\"name\":\"سارا\",\"role\":\"admin\"}");
    mcrm_session_close(o.session);
  }
  ck_assert_msg(!mcrm_session_open(o.crm, "sara", "admin", &o.session, &error), "%s", error.detail);
}

static void close_office(void) {
  mcrm_session_close(o.session);
  mcrm_close(o.crm);
}

static void set_up(void) {
  memset(&o, 0, sizeof o);
  folder_make_quick(o.folder);
  snprintf(o.template, sizeof o.template, "%s/crm.db", o.folder);
  snprintf(o.work, sizeof o.work, "%s/work.db", o.folder);
  open_office(o.template, 1);
  make("prospect.create", o.rep, "{\"name\":\"فروشگاه\",\"phones\":[\"09121234567\"]}");
  make("interaction.log", o.talk, "{\"rep_id\":\"%s\",\"type\":\"call\",\"notes\":\"از سرور گفت\"}", o.rep);
  make("note.analyse", NULL, "{\"interaction_id\":\"%s\",\"text\":\"قول دادم فردا ساعت ۱۰ به او خبر بدم\"}", o.talk);
  make("task.create", NULL, "{\"rep_id\":\"%s\",\"title\":\"دیر\",\"due_at\":\"2026-11-01T09:00:00+03:30\"}", o.rep);
  close_office();
  fresh_copy();
}

static void tear_down(void) { folder_remove(o.folder); }

static int64_t rows_of(const char *table) {
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  char sql[64];
  int64_t count = -1;
  if (!table) return 0;
  snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
  if (!sqlite3_open_v2(o.work, &db, SQLITE_OPEN_READONLY, NULL) && !sqlite3_prepare_v2(db, sql, -1, &statement, NULL) &&
      sqlite3_step(statement) == SQLITE_ROW)
    count = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return count;
}

/* ---- one duty, in an office that stays open ---- */

typedef struct attempt {
  const duty *duty;
  char json[512], key[32];
  char *answer, *expected; /* without what differs from one time to the next: ids */
  int64_t before;
  unsigned number;
} attempt;

static void without_ids(char *json) {
  char *out = json;
  for (const char *in = json; *in;) {
    size_t digits = strspn(in, "0123456789");
    if (digits >= 15)
      *out++ = '#';
    else if (digits) {
      memmove(out, in, digits);
      out += digits;
    } else {
      *out++ = *in++;
    }
    in += digits;
  }
  *out = 0;
}

static void fill_in(char *out, size_t size, const char *json, const char *id) {
  const char *place = strstr(json, "%s");
  if (place)
    snprintf(out, size, "%.*s%s%s", (int)(place - json), json, id, place + 2);
  else
    snprintf(out, size, "%s", json);
}

static int call(attempt *a, char **answer) {
  mcrm_call_options once = {.size = sizeof once, .idempotency_key = a->key};
  int code = a->duty->rows ? mcrm_session_next(o.session, &once) : MCRM_OK;
  return code ? code : mcrm_call(o.session, a->duty->operation, a->duty->json ? a->json : NULL, answer);
}

static void prepare(void *context) {
  attempt *a = context;
  char task[24];
  const char *ids[] = {[NOBODY] = "", [REP] = o.rep, [TALK] = o.talk, [TASK] = task};
  snprintf(a->key, sizeof a->key, "key-%u", a->number++);
  if (a->duty->subject == TASK) make("task.create", task, "{\"rep_id\":\"%s\",\"title\":\"تماس\"}", o.rep);
  if (a->duty->json) fill_in(a->json, sizeof a->json, a->duty->json, ids[a->duty->subject]);
  a->before = rows_of(a->duty->table);
}

/* That the input is refused is what is expected of it. */
static bool refused(const attempt *a, int code) {
  return code == MCRM_INVALID && !strcmp(mcrm_session_error(o.session)->field, "title") &&
         strstr(a->json, "\"title\":7");
}

static int run(void *context) {
  attempt *a = context;
  a->answer = NULL;
  int code = call(a, &a->answer);
  return refused(a, code) ? MCRM_OK : code;
}

/* The answer without ids is the one that a call with memory gave first. */
static bool as_expected(attempt *a, char *answer) {
  without_ids(answer);
  bool same = !a->expected || !strcmp(answer, a->expected);
  if (!same) fprintf(stderr, "%s answered\n%s\nnot\n%s\n", a->duty->operation, answer, a->expected);
  if (a->expected)
    mcrm_free(answer);
  else
    a->expected = answer;
  return same;
}

static bool right(void *context, int code) {
  attempt *a = context;
  int64_t more = rows_of(a->duty->table) - a->before;
  bool fine = code == MCRM_OK || code == MCRM_NO_MEMORY || code == MCRM_UNAVAILABLE;
  if (code == MCRM_OK) fine &= more == a->duty->rows;
  if (code == MCRM_NO_MEMORY) fine &= more == 0;
  if (!fine)
    fprintf(stderr, "%s: code %d, %s, %" PRId64 " rows more\n", a->duty->operation, code,
            mcrm_session_error(o.session)->detail, more);
  if (code == MCRM_OK && a->answer) return fine & as_expected(a, a->answer);
  if (code == MCRM_OK) return fine & refused(a, MCRM_INVALID); /* only a refusal may go without words */
  mcrm_free(a->answer);
  bool done = run(a) == MCRM_OK && a->answer; /* with memory, by the same key */
  return fine & (done && rows_of(a->duty->table) == a->before + a->duty->rows && as_expected(a, a->answer));
}

static allocation_report sweep_duty(const duty *d, bool sticky) {
  attempt a = {.duty = d};
  open_office(o.work, 0);
  allocation_plan plan = {
      .name = d->operation, .context = &a, .prepare = prepare, .run = run, .right = right, .keeps = true};
  allocation_report report = allocation_sweep(&plan, sticky);
  mcrm_error error = {0};
  if (mcrm_check(o.crm, &error) || mcrm_audit_verify(o.crm, NULL, 0, NULL, NULL, &error)) {
    fprintf(stderr, "%s: %s\n", d->operation, error.detail);
    report.wrong++;
  }
  close_office();
  mcrm_free(a.expected);
  return report;
}

START_TEST(each_call_survives_every_failure) {
  const duty *d = &duties[_i / 2];
  bool sticky = _i % 2;
  open_office(o.work, 0); /* libraries keep what they learn on their first use */
  close_office();
  int64_t before = allocation_live();
  allocation_report report = sweep_duty(d, sticky);
  int64_t left = allocation_live() - before;
  printf("%s, failing %s: %" PRIu64 " points, %" PRIu64 " wrong, %" PRId64 " blocks left\n", d->operation,
         sticky ? "from there on" : "once", report.points, report.wrong, left);
  ck_assert_uint_eq(report.wrong, 0);
  ck_assert_int_eq(left, 0);
  if (allocation_watched()) ck_assert_uint_gt(report.points, 0);
}
END_TEST

/* ---- a whole day, from opening to closing ---- */

static int run_day(void *context) {
  mcrm_error *last = context, error = {0};
  mcrm *crm = NULL;
  mcrm_session *session = NULL;
  int code = open_at(o.work, 0, &crm, &error);
  if (!code) code = mcrm_session_open(crm, "sara", "admin", &session, &error);
  for (size_t i = 0; i < DUTIES && !code; i++) {
    const duty *d = &duties[i];
    const char *ids[] = {[NOBODY] = "", [REP] = o.rep, [TALK] = o.talk};
    char json[512];
    if (d->subject == TASK || strstr(d->json ? d->json : "", "\"title\":7")) continue;
    if (d->json) fill_in(json, sizeof json, d->json, ids[d->subject]);
    code = mcrm_call(session, d->operation, d->json ? json : NULL, NULL);
  }
  *last = session ? *mcrm_session_error(session) : error;
  mcrm_session_close(session);
  mcrm_close(crm);
  return code;
}

static void prepare_day(void *context) {
  (void)context;
  fresh_copy();
}

static bool right_day(void *context, int code) {
  const mcrm_error *last = context;
  mcrm_error error = {0};
  mcrm *crm = NULL;
  int64_t talks = rows_of("interaction"), tasks = rows_of("task");
  bool fine = (code == MCRM_OK && talks == 2 && tasks == 2) ||
              ((code == MCRM_NO_MEMORY || code == MCRM_UNAVAILABLE) && talks <= 2 && tasks <= talks);
  fine = fine && !open_at(o.work, 0, &crm, &error) && !mcrm_check(crm, &error) &&
         !mcrm_audit_verify(crm, NULL, 0, NULL, NULL, &error);
  if (!fine)
    fprintf(stderr, "a day: code %d (%s %s), %" PRId64 " talks, %" PRId64 " tasks: %s\n", code, last->field,
            last->detail, talks, tasks, error.detail);
  mcrm_close(crm);
  return fine;
}

START_TEST(a_day_survives_failures) {
  uint64_t step = torture_setting("COUNT", 0) ? 1 : 37;
  mcrm_error last = {0};
  allocation_plan plan = {.name = "a day",
                          .context = &last,
                          .prepare = prepare_day,
                          .run = run_day,
                          .right = right_day,
                          .first = 1 + torture_setting("SEED", 1) % step,
                          .step = step};
  allocation_report report = allocation_sweep(&plan, _i);
  printf("a day, failing %s: %" PRIu64 " points, %" PRIu64 " leaks, %" PRIu64 " wrong\n", _i ? "from there on" : "once",
         report.points, report.leaks, report.wrong);
  ck_assert_uint_eq(report.wrong + report.leaks, 0);
}
END_TEST

int main(void) {
  Suite *s = suite_create("memory");
  TCase *c = tcase_create("memory");
  tcase_set_timeout(c, 0);
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_add_loop_test(c, each_call_survives_every_failure, 0, 2 * DUTIES);
  tcase_add_loop_test(c, a_day_survives_failures, 0, 2);
  suite_add_tcase(s, c);
  SRunner *runner = srunner_create(s);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
