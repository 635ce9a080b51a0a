/* Where recordings lie where nobody says: beside the database's file, and with a server where the program runs. */
#include <check.h>
#include <ftw.h>
#include <marfacrm/marfacrm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "folder.h"
#include "wav.h"

enum { RATE = 8000 };

static char found[300];
static int recordings;

/* One is named by its SHA-256. */
static int look(const char *path, const struct stat *st, int kind, struct FTW *at) {
  const char *name = path + at->base;
  (void)st;
  if (kind != FTW_F || strlen(name) < 64 || strspn(name, "0123456789abcdef") < 64) return 0;
  snprintf(found, sizeof found, "%s", path);
  recordings++;
  return 0;
}

static int clear(const char *path, const struct stat *st, int kind, struct FTW *at) {
  (void)st, (void)kind, (void)at;
  return remove(path);
}

static mcrm_session *session_of(mcrm *crm, const char *who) {
  mcrm_error error = {0};
  mcrm_session *s = NULL;
  int code = who ? mcrm_session_open(crm, who, "crt", &s, &error) : mcrm_session_system(crm, &s, &error);
  ck_assert_msg(!code, "%s", error.detail);
  return s;
}

static char *answered(mcrm_session *s, const char *operation, const char *json) {
  char *answer = NULL;
  const mcrm_call_options may = {.size = sizeof may, .files = 1};
  ck_assert_int_eq(mcrm_session_next(s, &may), 0);
  ck_assert_msg(!mcrm_call(s, operation, json, &answer), "%s: %s", operation, mcrm_session_error(s)->detail);
  return answer;
}

START_TEST(a_recording_lies_where_it_is_looked_for) {
  char folder[64], path[100], json[200], id[24];
  mcrm_error error = {0};
  mcrm *crm;
  folder_make(folder);
  const mcrm_options options = {.size = sizeof options, .storage_url = backend_url(folder, "crm.db"), .create = 1};
  ck_assert_int_eq(chdir(folder), 0);
  ck_assert_msg(!mcrm_open(&options, &crm, &error), "%s", error.detail);
  mcrm_session *system = session_of(crm, NULL);
  mcrm_free(answered(system, "user.create", "{\"username\":\"sara\",\"name\":\"سارا\",\"role\":\"agent\"}"));
  mcrm_session *sara = session_of(crm, "sara");
  char *prospect = answered(sara, "prospect.create", "{\"name\":\"فروشگاه\"}");
  ck_assert_int_eq(sscanf(prospect, "{\"id\":\"%23[0-9]", id), 1);
  mcrm_free(prospect);
  snprintf(path, sizeof path, "%s/one.wav", folder);
  ck_assert(wav_write(path, RATE, 1, 7));
  snprintf(json, sizeof json, "{\"rep_id\":\"%s\",\"file\":{\"path\":\"%s\"}}", id, path);
  char *note = answered(sara, "voice_note.upload", json);
  ck_assert_int_eq(sscanf(note, "{\"id\":\"%23[0-9]", id), 1);
  mcrm_free(note);
  recordings = 0;
  ck_assert_int_eq(nftw(folder, look, 8, FTW_PHYS), 0);
  ck_assert_int_eq(recordings, 1);
  snprintf(path, sizeof path, "%s/%s/", folder, backend_is_sqlite() ? "crm.db.voice" : "marfacrm.voice");
  ck_assert_msg(!strncmp(found, path, strlen(path)), "%s, not in %s", found, path);
  snprintf(json, sizeof json, "{\"id\":\"%s\"}", id);
  mcrm_free(answered(sara, "voice_note.audio", json));
  mcrm_session_close(sara);
  mcrm_session_close(system);
  mcrm_close(crm);
  ck_assert_int_eq(chdir("/"), 0);
  nftw(folder, clear, 8, FTW_PHYS | FTW_DEPTH);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("voice_folder");
  TCase *t = tcase_create("folder");
  tcase_set_timeout(t, 60);
  tcase_add_test(t, a_recording_lies_where_it_is_looked_for);
  suite_add_tcase(suite, t);
  SRunner *r = srunner_create(suite);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
