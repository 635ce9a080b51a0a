/* Many at once: requests of one login and of several, paths that change, streams, signing in and out. For the thread
 * sanitizer, and for what the counters must add up to. */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "visit.h"

enum { ROUNDS = 60, READERS = 4, WRITERS = 2 };

static place p;
static visitor sara, mina, admin;
static atomic_int wrong, written;
static char task[80]; /* the address of one */

/* As a server does it; ask() keeps what it makes in one place and is for one thread. */
static int go(const visitor *v, const char *method, const char *target, const char *body, char token[80]) {
  char cookies[600];
  mcrm_exchange *x;
  snprintf(cookies, sizeof cookies, "%s; %s", v->gate, v->login);
  mcrm_header headers[] = {{"Cookie", cookies}, {"X-CSRF-Token", v->csrf}, {"Content-Type", "application/json"}};
  mcrm_head head = {.size = sizeof head, .method = method, .target = target, .headers = headers, .header_count = 3};
  mcrm_step step = mcrm_gateway_begin(p.gateway, &head, &x);
  if (step == MCRM_NOT_MINE) return 0;
  if (step == MCRM_NEED_BODY && body) mcrm_exchange_body(x, body, strlen(body));
  int code = mcrm_gateway_try(x);
  if (code == MCRM_BUSY) code = mcrm_gateway_finish(x);
  int status = code ? 0 : mcrm_exchange_status(x);
  for (size_t i = 0; token && mcrm_exchange_header(x, i).name; i++) {
    mcrm_header h = mcrm_exchange_header(x, i);
    if (!strcmp(h.name, "Set-Cookie") && !strncmp(h.value, "mcrm_login", 10)) snprintf(token, 80, "%.75s", h.value);
  }
  mcrm_exchange_free(x);
  return status;
}

static void expect_status(int status, int wanted, const char *what) {
  if (status == wanted) return;
  fprintf(stderr, "%s: %d, not %d\n", what, status, wanted);
  atomic_fetch_add(&wrong, 1);
}

static void *read_on(void *context) {
  const visitor *v = context;
  for (int i = 0; i < ROUNDS * 4; i++) {
    expect_status(go(v, "GET", "/crm/api/v1/tasks?limit=3", NULL, NULL), 200, "list");
    expect_status(go(v, "GET", task, NULL, NULL), 200, "record");
    expect_status(go(v, "GET", "/crm/api/v1/session", NULL, NULL), 200, "session");
    expect_status(go(v, "GET", "/crm/api/v1/openapi.json", NULL, NULL), 200, "openapi");
  }
  return NULL;
}

static void *write_on(void *context) {
  const visitor *v = context;
  for (int i = 0; i < ROUNDS; i++) {
    expect_status(go(v, "POST", "/crm/api/v1/tasks", "{\"title\":\"x\"}", NULL), 200, "create");
    atomic_fetch_add(&written, 1);
  }
  return NULL;
}

static void *come_and_go(void *context) {
  visitor v = *(const visitor *)context;
  for (int i = 0; i < 8; i++) {
    expect_status(
        go(&v, "POST", "/crm/api/v1/session", "{\"username\":\"sara\",\"password\":\"" PASSWORD "\"}", v.login), 200,
        "login");
    expect_status(go(&v, "DELETE", "/crm/api/v1/session", NULL, NULL), 403, "logout without its token");
    expect_status(go(&v, "GET", "/crm/api/v1/tasks", NULL, NULL), 200, "after signing in");
  }
  return NULL;
}

static void *administer(void *context) {
  const visitor *v = context;
  for (int i = 0; i < ROUNDS; i++) {
    if (i < 10)
      expect_status(go(v, "POST", "/crm/api/v1/admin/paths", "{\"gate\":\"crt\",\"overlap_ms\":3600000}", NULL), 200,
                    "rotate");
    expect_status(go(v, "GET", "/crm/metrics", NULL, NULL), 200, "metrics");
    expect_status(go(v, "GET", "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL, NULL), 0, "a wrong path");
  }
  return NULL;
}

static void *listen_on(void *context) {
  const visitor *v = context;
  char cookies[600];
  mcrm_exchange *x;
  snprintf(cookies, sizeof cookies, "%s; %s", v->gate, v->login);
  mcrm_header headers[] = {{"Cookie", cookies}};
  mcrm_head head = {.size = sizeof head,
                    .method = "GET",
                    .target = "/crm/api/v1/events/stream?after=0",
                    .headers = headers,
                    .header_count = 1};
  if (mcrm_gateway_begin(p.gateway, &head, &x) == MCRM_NOT_MINE || mcrm_gateway_finish(x)) {
    atomic_fetch_add(&wrong, 1);
    return NULL;
  }
  const char *bytes;
  size_t length;
  int64_t wait_ms;
  for (int i = 0; i < ROUNDS * 10; i++)
    if (mcrm_exchange_stream(x, &bytes, &length, &wait_ms)) atomic_fetch_add(&wrong, 1);
  mcrm_exchange_end(x);
  if (mcrm_exchange_stream(x, &bytes, &length, &wait_ms) || !strstr(bytes, "event: end")) atomic_fetch_add(&wrong, 1);
  mcrm_exchange_free(x);
  return NULL;
}

START_TEST(many_at_once_are_answered_each_as_if_alone) {
  pthread_t threads[16];
  size_t count = 0;
  place_open(&p, NULL);
  sara = visitor_of(&p, "crt", "sara");
  mina = visitor_of(&p, "crt", "mina");
  admin = visitor_of(&p, "admin", "admin");
  visitor other = {.gateway = p.gateway};
  come_in(&other, p.crt);
  char id[24], *made = expect(&sara, 200, "POST", "/crm/api/v1/tasks", NULL, "{\"title\":\"x\"}");
  text_of(made, "id", id, sizeof id);
  snprintf(task, sizeof task, "/crm/api/v1/tasks/%s", id);
  free(made);
  atomic_fetch_add(&written, 1);
  for (int i = 0; i < READERS; i++) ck_assert(!pthread_create(&threads[count++], NULL, read_on, i % 2 ? &mina : &sara));
  for (int i = 0; i < WRITERS; i++)
    ck_assert(!pthread_create(&threads[count++], NULL, write_on, i % 2 ? &mina : &sara));
  ck_assert(!pthread_create(&threads[count++], NULL, come_and_go, &other));
  ck_assert(!pthread_create(&threads[count++], NULL, administer, &admin));
  ck_assert(!pthread_create(&threads[count++], NULL, listen_on, &sara));
  ck_assert(!pthread_create(&threads[count++], NULL, listen_on, &admin));
  for (size_t i = 0; i < count; i++) pthread_join(threads[i], NULL);
  ck_assert_int_eq(atomic_load(&wrong), 0);
  char *figures = expect(&admin, 200, "GET", "/crm/metrics", NULL, NULL), wanted[100];
  snprintf(wanted, sizeof wanted, "{operation=\"task.create\",end=\"done\"} %d\n", atomic_load(&written));
  ck_assert_msg(strstr(figures, wanted) != NULL, "%s", figures);
  ck_assert_ptr_nonnull(strstr(figures, "marfacrm_event_streams 0\n"));
  free(figures);
  place_close(&p);
}
END_TEST

static Suite *suite(void) {
  Suite *s = suite_create("gateway at once");
  TCase *c = tcase_create("gateway at once");
  tcase_set_timeout(c, 250);
  tcase_add_test(c, many_at_once_are_answered_each_as_if_alone);
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
