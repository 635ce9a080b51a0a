#include "people.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend.h"

static mcrm_time stand_still(void *context) { return ((people *)context)->now; }

/* A server's database has no folder beside it for recordings. */
static const char *settings_of(people *p) {
  static char path[96];
  if (backend_is_sqlite()) return NULL;
  snprintf(path, sizeof path, "%s/marfacrm.yaml", p->folder);
  FILE *f = fopen(path, "w");
  ck_assert_ptr_nonnull(f);
  fprintf(f, "voice:\n  folder: %s/crm.db.voice\n", p->folder);
  fclose(f);
  return path;
}

static void open_instance(people *p) {
  mcrm_error error = {0};
  mcrm_options options = {.size = sizeof options,
                          .config_file = settings_of(p),
                          .storage_url = p->url,
                          .key_file = p->key_file,
                          .create = 1,
                          .now = stand_still,
                          .now_context = p};
  ck_assert_msg(!mcrm_open(&options, &p->crm, &error), "%s", error.detail);
  ck_assert_msg(!mcrm_session_system(p->crm, &p->system, &error), "%s", error.detail);
}

static mcrm_session *sign_in(people *p, const char *name, const char *gate) {
  mcrm_error error = {0};
  mcrm_session *session;
  ck_assert_msg(!mcrm_session_open(p->crm, name, gate, &session, &error), "%s", error.detail);
  return session;
}

static void sign_everybody_in(people *p) {
  p->sara = sign_in(p, "sara", "crt");
  p->reza = sign_in(p, "reza", "crt");
  p->mina = sign_in(p, "mina", "crt");
  p->omid = sign_in(p, "omid", "crt");
  p->nima = sign_in(p, "nima", "crt");
  p->admin = sign_in(p, "admin", "admin");
}

static void sign_everybody_out(people *p) {
  mcrm_session *all[] = {p->sara, p->reza, p->mina, p->omid, p->nima, p->admin, p->system};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) mcrm_session_close(all[i]);
}

void people_open(people *p) {
  static const char *const users[][4] = {{"sara", "سارا", "agent", "north"},      {"reza", "رضا", "agent", "north"},
                                         {"mina", "مینا", "supervisor", "north"}, {"omid", "امید", "agent", "south"},
                                         {"nima", "نیما", "supervisor", "south"}, {"admin", "مدیر", "admin", "south"}};
  memset(p, 0, sizeof *p);
  snprintf(p->folder, sizeof p->folder, "/tmp/marfacrm-api-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(p->folder));
  snprintf(p->url, sizeof p->url, "%s%s", backend_is_sqlite() ? "sqlite:" : "", backend_url(p->folder, "crm.db"));
  snprintf(p->key_file, sizeof p->key_file, "%s/crm.db.key", p->folder);
  p->now = INT64_C(1795325400000); /* 2026-11-22T09:00:00+03:30, a Sunday */
  open_instance(p);
  for (size_t i = 0; i < sizeof users / sizeof *users; i++)
    mcrm_free(must_print(p->system, "user.create",
                         "{\"username\":\"%s\",\"name\":\"%s\",\"role\":\"%s\",\"team\":\"%s\"}", users[i][0],
                         users[i][1], users[i][2], users[i][3]));
  sign_everybody_in(p);
}

void people_reopen(people *p) {
  sign_everybody_out(p);
  mcrm_close(p->crm);
  open_instance(p);
  sign_everybody_in(p);
}

void people_close(people *p) {
  char command[sizeof p->folder + 16];
  sign_everybody_out(p);
  mcrm_close(p->crm);
  snprintf(command, sizeof command, "rm -rf '%s'", p->folder); /* with the recordings in it */
  ck_assert(!system(command));
}

char *must(mcrm_session *session, const char *operation, const char *json) {
  char *answer;
  int code = mcrm_call(session, operation, json, &answer);
  ck_assert_msg(!code, "%s %s: %s", operation, json ? json : "", answer ? answer : mcrm_code_name(code));
  return answer;
}

char *must_print(mcrm_session *session, const char *operation, const char *format, ...) {
  char json[8192];
  va_list args;
  va_start(args, format);
  int length = vsnprintf(json, sizeof json, format, args);
  va_end(args);
  ck_assert(length > 0 && (size_t)length < sizeof json);
  return must(session, operation, json);
}

void refused(mcrm_session *session, const char *operation, const char *json, int code, const char *field) {
  char *answer;
  int got = mcrm_call(session, operation, json, &answer);
  ck_assert_msg(got == code, "%s %s: %s, not %s: %s", operation, json, mcrm_code_name(got), mcrm_code_name(code),
                answer);
  if (field)
    ck_assert_msg(!strcmp(mcrm_session_error(session)->field, field), "%s %s: field \"%s\", not \"%s\"", operation,
                  json, mcrm_session_error(session)->field, field);
  mcrm_free(answer);
}

void text_of(const char *json, const char *name, char *out, size_t size) {
  char key[80];
  snprintf(key, sizeof key, "\"%s\":\"", name);
  const char *at = strstr(json, key);
  ck_assert_msg(at != NULL, "no %s in %s", name, json);
  at += strlen(key);
  const char *end = strchr(at, '"');
  ck_assert(end && (size_t)(end - at) < size);
  memcpy(out, at, (size_t)(end - at));
  out[end - at] = 0;
}

void make_rep(people *p, const char *name, char id[24]) {
  char *answer = must_print(p->sara, "prospect.create", "{\"name\":\"%s\",\"phones\":[\"09121234567\"]}", name);
  text_of(answer, "id", id, 24);
  mcrm_free(answer);
}
