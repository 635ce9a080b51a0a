#include "visit.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 32 };

typedef struct made {
  mcrm_header headers[MOST];
  size_t count;
  char text[16384], cookies[600];
} made;

static void split(made *m, const char *headers) {
  if (!headers) return;
  snprintf(m->text, sizeof m->text, "%s", headers);
  for (char *line = m->text, *next; line && *line; line = next) {
    next = strchr(line, '\n');
    if (next) *next++ = 0;
    char *colon = strstr(line, ": ");
    ck_assert_msg(colon && m->count < MOST, "%s", line);
    *colon = 0;
    m->headers[m->count++] = (mcrm_header){line, colon + 2};
  }
}

static bool has(const made *m, const char *name) {
  for (size_t i = 0; i < m->count; i++)
    if (!strcasecmp(m->headers[i].name, name)) return true;
  return false;
}

static void add(made *m, const char *name, const char *value) {
  if (!has(m, name)) m->headers[m->count++] = (mcrm_header){name, value};
}

static void keep_cookie(visitor *v, const char *line) {
  char *to = strstr(line, "mcrm_gate") ? v->gate : v->login;
  size_t length = strcspn(line, ";");
  ck_assert(length < sizeof v->gate);
  memcpy(to, line, length);
  to[length] = 0;
  if (strstr(line, "Max-Age=0;")) to[0] = 0;
}

static void read_answer(visitor *v, mcrm_exchange *x, answer *a) {
  a->status = mcrm_exchange_status(x);
  for (size_t i = 0;; i++) {
    mcrm_header h = mcrm_exchange_header(x, i);
    if (!h.name) break;
    size_t at = strlen(a->headers);
    ck_assert_int_lt(snprintf(a->headers + at, sizeof a->headers - at, "%s: %s\n", h.name, h.value),
                     sizeof a->headers - at);
    if (!strcmp(h.name, "Set-Cookie")) keep_cookie(v, h.value);
  }
  const void *content = mcrm_exchange_content(x, &a->length);
  int64_t offset, length;
  int file = mcrm_exchange_file(x, &offset, &length);
  if (file >= 0) a->length = (size_t)length;
  a->content = calloc(1, a->length + 1);
  ck_assert_ptr_nonnull(a->content);
  if (file >= 0)
    ck_assert_int_eq(pread(file, a->content, a->length, offset), length);
  else
    memcpy(a->content, content, a->length);
}

answer ask_bytes(visitor *v, const char *method, const char *target, const char *headers, const char *body,
                 size_t length) {
  static made m;
  char number[24];
  answer a = {0};
  mcrm_exchange *x;
  m = (made){0};
  split(&m, headers);
  snprintf(m.cookies, sizeof m.cookies, "%s; other=1; %s", v->gate, v->login);
  add(&m, "Cookie", m.cookies);
  if (strcmp(method, "GET") && v->csrf[0]) add(&m, "X-CSRF-Token", v->csrf);
  snprintf(number, sizeof number, "%zu", length);
  if (body) add(&m, "Content-Type", "application/json");
  if (body) add(&m, "content-length", number);
  mcrm_head head = {.size = sizeof head,
                    .method = method,
                    .target = target,
                    .headers = m.headers,
                    .header_count = m.count,
                    .peer = v->peer};
  a.step = mcrm_gateway_begin(v->gateway, &head, &x);
  if (a.step == MCRM_NOT_MINE) {
    ck_assert_ptr_null(x);
    return a;
  }
  for (size_t at = 0; a.step == MCRM_NEED_BODY && at < length;) {
    size_t piece = length - at < 1000 ? length - at : 1000;
    if (mcrm_exchange_body(x, body + at, piece)) break;
    at += piece;
  }
  a.in_turn = mcrm_exchange_in_turn(x);
  int code = mcrm_gateway_try(x);
  a.at_hand = code != MCRM_BUSY;
  if (!a.at_hand) code = mcrm_gateway_finish(x);
  ck_assert(code == 0 || code == MCRM_NOT_FOUND);
  if (!code) read_answer(v, x, &a);
  mcrm_exchange_free(x);
  return a;
}

answer ask(visitor *v, const char *method, const char *target, const char *headers, const char *body) {
  return ask_bytes(v, method, target, headers, body, body ? strlen(body) : 0);
}

void answer_free(answer *a) {
  free(a->content);
  *a = (answer){0};
}

char *expect(visitor *v, int status, const char *method, const char *target, const char *headers, const char *body) {
  answer a = ask(v, method, target, headers, body);
  ck_assert_msg(a.status == status, "%s %s: %d, not %d: %s", method, target, a.status, status,
                a.content ? a.content : "");
  return a.content;
}

const char *header_of(const answer *a, const char *name) {
  static char values[2][1024];
  static unsigned next;
  char wanted[80];
  snprintf(wanted, sizeof wanted, "%s: ", name);
  for (const char *line = a->headers; *line; line = strchr(line, '\n') + 1) {
    if (strncmp(line, wanted, strlen(wanted))) continue;
    char *value = values[next++ % 2];
    snprintf(value, sizeof values[0], "%.*s", (int)strcspn(line + strlen(wanted), "\n"), line + strlen(wanted));
    return value;
  }
  return NULL;
}

void come_in(visitor *v, const char *secret) {
  char target[80];
  snprintf(target, sizeof target, "/%s", secret);
  answer a = ask(v, "GET", target, NULL, NULL);
  ck_assert_int_eq(a.status, 303);
  ck_assert_str_eq(header_of(&a, "Location"), "/crm/");
  ck_assert(v->gate[0]);
  answer_free(&a);
}

void sign_in_as(visitor *v, const char *username) {
  char json[200];
  snprintf(json, sizeof json, "{\"username\":\"%s\",\"password\":\"" PASSWORD "\"}", username);
  v->csrf[0] = 0;
  char *me = expect(v, 200, "POST", "/crm/api/v1/session", NULL, json);
  text_of(me, "csrf_token", v->csrf, sizeof v->csrf);
  ck_assert(v->login[0]);
  free(me);
}

char *new_path(place *p, const char *gate, int64_t overlap_ms) {
  mcrm_path_rotation rotation = {.size = sizeof rotation, .gate = gate, .overlap_ms = overlap_ms};
  mcrm_result *result;
  ck_assert(!mcrm_path_rotate(p->people.system, &rotation, &result));
  const mcrm_secret_path *path = mcrm_result_record(result);
  char *secret = strdup(path->secret);
  mcrm_result_free(result);
  return secret;
}

void place_open(place *p, const mcrm_gateway_options *options) {
  mcrm_error error = {0};
  memset(p, 0, sizeof *p);
  people_open(&p->people);
  mcrm_session *sessions[] = {p->people.sara, p->people.mina, p->people.admin};
  for (size_t i = 0; i < 3; i++) {
    char id[24];
    char *me = must(sessions[i], "session.me", NULL);
    text_of(me, "id", id, sizeof id);
    mcrm_free(me);
    mcrm_free(must_print(p->people.system, "user.update", "{\"id\":\"%s\",\"password\":\"" PASSWORD "\"}", id));
  }
  p->crt = new_path(p, "crt", 0);
  p->admin = new_path(p, "admin", 0);
  ck_assert_msg(!mcrm_gateway_open(p->people.crm, options, &p->gateway, &error), "%s", error.detail);
}

void place_close(place *p) {
  mcrm_gateway_close(p->gateway);
  free(p->crt);
  free(p->admin);
  people_close(&p->people);
}

visitor visitor_of(place *p, const char *gate, const char *username) {
  visitor v = {.gateway = p->gateway, .peer = "192.0.2.7"};
  come_in(&v, strcmp(gate, "crt") ? p->admin : p->crt);
  sign_in_as(&v, username);
  return v;
}
