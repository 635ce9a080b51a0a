/* No memory, at every point of a request: each allocation fails once in turn, and then all from it on. No crash, no
 * leak; the answer is the right one, or says that there was no memory, or the host is left to answer; a change that
 * failed can be repeated with its key and has one effect. */
#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/allocation.h"
#include "visit.h"

static place p;
static visitor sara;
static int posts;

typedef struct errand {
  const char *method, *target, *headers, *body;
  int status;
} errand;

static const char form[] = "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nx\r\n--b--\r\n";

static const errand errands[] = {
    {"GET", "/crm/api/v1/session", NULL, NULL, 200},
    {"GET", "/crm/api/v1/tasks?status=open&limit=2", NULL, NULL, 200},
    {"GET", "/crm/api/v1/nowhere", NULL, NULL, 404},
    {"GET", "/crm/%zz", NULL, NULL, 400},
    {"DELETE", "/crm/api/v1/tasks", NULL, NULL, 405},
    {"POST", "/crm/api/v1/tasks", "Content-Type: text/plain", "x", 415},
    {"GET", "/crm/api/v1/events/stream", NULL, NULL, 200},
    {"GET", "/crm/health", NULL, NULL, 200},
    {"GET", "/crm/metrics", NULL, NULL, 403},
    {"GET", "/crm/index.html", NULL, NULL, 404},
    {"POST", "/crm/api/v1/session", NULL, "{\"username\":\"sara\"}", 400},
};

/* Without the helper's own allocations: only what the library does may fail. */
typedef struct outcome {
  int status; /* 0: the host's */
  uint64_t allocations;
} outcome;

static outcome go(const errand *e, const char *more, uint64_t nth, bool sticky) {
  outcome out = {0};
  char cookies[600];
  mcrm_header headers[6] = {{"Cookie", cookies}, {"X-CSRF-Token", sara.csrf}};
  mcrm_exchange *x = NULL;
  size_t count = 2;
  const char *bytes;
  size_t length;
  int64_t wait;
  snprintf(cookies, sizeof cookies, "%s; %s", sara.gate, sara.login);
  headers[count++] = (mcrm_header){"Content-Type", e->headers ? strchr(e->headers, ' ') + 1 : "application/json"};
  if (more) headers[count++] = (mcrm_header){"Idempotency-Key", more};
  mcrm_head head = {
      .size = sizeof head, .method = e->method, .target = e->target, .headers = headers, .header_count = count};
  allocation_fail(nth, sticky);
  mcrm_step step = mcrm_gateway_begin(sara.gateway, &head, &x);
  if (step == MCRM_NEED_BODY && e->body) mcrm_exchange_body(x, e->body, strlen(e->body));
  if (x && !mcrm_gateway_finish(x)) {
    out.status = mcrm_exchange_status(x);
    if (mcrm_exchange_is_stream(x)) mcrm_exchange_stream(x, &bytes, &length, &wait);
  }
  mcrm_exchange_free(x);
  out.allocations = allocation_count();
  allocation_fail(0, false);
  return out;
}

static void sweep(const errand *e, bool sticky) {
  for (uint64_t nth = 1;; nth++) {
    outcome out = go(e, NULL, nth, sticky);
    ck_assert_msg(out.status == e->status || out.status == 0 || out.status == 503, "%s %s, allocation %llu: %d",
                  e->method, e->target, (unsigned long long)nth, out.status);
    if (nth > out.allocations) break;
  }
  ck_assert_int_eq(go(e, NULL, 0, false).status, e->status);
}

static void sweep_post(const errand *e, bool sticky) {
  char key[40];
  for (uint64_t nth = 1;; nth++) {
    snprintf(key, sizeof key, "key %d", posts++);
    outcome out = go(e, key, nth, sticky);
    ck_assert_msg(out.status == 200 || out.status == 0 || out.status == 503, "allocation %llu: %d",
                  (unsigned long long)nth, out.status);
    ck_assert_int_eq(go(e, key, 0, false).status, 200);
    if (nth > out.allocations) break;
  }
}

/* ---- whom the host vouches for ---- */

static int vouch(void *context, const mcrm_head *head, char username[65]) {
  (void)context, (void)head;
  strcpy(username, "sara");
  return 1;
}

/* Each try is the first for a long time: nobody is known, and the login that the host's word makes has ended. */
static void sweep_vouched(const errand *e, bool sticky) {
  mcrm_gateway_options options = {.size = sizeof options, .identify = vouch};
  mcrm_gateway *ours = sara.gateway;
  mcrm_error error = {0};
  char login[sizeof sara.login];
  strcpy(login, sara.login);
  sara.login[0] = 0;
  outcome out = {.allocations = 1};
  for (uint64_t nth = 1; nth <= out.allocations + 1; nth++) {
    p.people.now += INT64_C(1860000);
    ck_assert(!mcrm_gateway_open(p.people.crm, &options, &sara.gateway, &error));
    out = go(e, NULL, nth, sticky);
    ck_assert_msg(out.status == e->status || out.status == 0 || out.status == 503, "vouched, %s, allocation %llu: %d",
                  e->target, (unsigned long long)nth, out.status);
    ck_assert_int_eq(go(e, NULL, 0, false).status, e->status);
    mcrm_gateway_close(sara.gateway);
  }
  sara.gateway = ours;
  strcpy(sara.login, login);
}

static int tasks(void) {
  sqlite3 *db;
  sqlite3_stmt *statement;
  ck_assert(!sqlite3_open_v2(p.people.url + 7, &db, SQLITE_OPEN_READONLY, NULL));
  ck_assert(!sqlite3_prepare_v2(db, "SELECT COUNT(*) FROM task", -1, &statement, NULL));
  ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
  int count = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return count;
}

START_TEST(want_of_memory_does_no_harm) {
  if (!allocation_watched()) {
    fprintf(stderr, "SKIPPED: a sanitizer has the heap for itself\n");
    return;
  }
  static const errand post = {"POST", "/crm/api/v1/tasks", NULL, "{\"title\":\"x\"}", 200};
  static const errand posted = {"POST", "/crm/api/v1/tasks", "Content-Type: multipart/form-data; boundary=b", form,
                                200};
  int64_t live = 0;
  for (int round = 0; round < 2; round++) { /* the first warms up what the system's libraries keep */
    posts = 0;
    place_open(&p, NULL);
    sara = visitor_of(&p, "crt", "sara");
    for (size_t i = 0; i < sizeof errands / sizeof *errands; i++) {
      sweep(&errands[i], false);
      sweep(&errands[i], true);
    }
    for (size_t i = 0; i < 2; i++) {
      sweep_vouched(&errands[i], false);
      sweep_vouched(&errands[i], true);
    }
    sara = visitor_of(&p, "crt", "sara"); /* hours have gone by */
    sweep_post(&post, false);
    sweep_post(&posted, true);
    ck_assert_int_eq(tasks(), posts);
    place_close(&p);
    if (round) ck_assert_msg(allocation_live() == live, "%lld blocks leaked", (long long)(allocation_live() - live));
    live = allocation_live();
  }
}
END_TEST

static Suite *suite(void) {
  Suite *s = suite_create("gateway without memory");
  TCase *c = tcase_create("gateway without memory");
  tcase_set_timeout(c, 250);
  tcase_add_test(c, want_of_memory_does_no_harm);
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
