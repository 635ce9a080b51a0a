#include "studio.h"

#include <check.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "wav.h"

static mcrm_time present(void *context) {
  struct timespec t;
  const studio *s = context;
  clock_gettime(CLOCK_REALTIME, &t);
  return (mcrm_time)t.tv_sec * 1000 + t.tv_nsec / 1000000 + __atomic_load_n(s->offset, __ATOMIC_RELAXED);
}

static int open_as(studio *s, int create) {
  mcrm_error error = {0};
  const mcrm_options options = {.size = sizeof options,
                                .config_file = s->config,
                                .storage_url = s->url,
                                .create = create,
                                .now = present,
                                .now_context = s};
  int code = mcrm_open(&options, &s->crm, &error);
  if (!code) code = mcrm_session_system(s->crm, &s->system, &error);
  if (!code && !create) code = mcrm_session_open(s->crm, "sara", "crt", &s->sara, &error);
  if (code) fprintf(stderr, "studio: %s\n", error.detail);
  return code;
}

int studio_open(studio *s) { return open_as(s, 0); }

void studio_close(studio *s) {
  mcrm_session_close(s->sara);
  mcrm_session_close(s->system);
  mcrm_close(s->crm);
  s->crm = NULL;
  s->sara = s->system = NULL;
}

static void write_config(const studio *s, int takes_ms, const char *more) {
  FILE *file = fopen(s->config, "w");
  ck_assert_ptr_nonnull(file);
  fprintf(file,
          "providers:\n  ears: {plugin: %s/ears.so, isolation: none, folder: %s, takes: %d}\n"
          "ai: {speech: [ears], policy: automatic}\n%s",
          VOICE_PLUGINS, s->folder, takes_ms, more);
  fclose(file);
}

void studio_make(studio *s, int takes_ms, const char *more) {
  char *answer = NULL;
  *s = (studio){0};
  folder_make(s->folder);
  s->offset = mmap(NULL, sizeof *s->offset, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ck_assert(s->offset != MAP_FAILED);
  snprintf(s->database, sizeof s->database, "%s/crm.db", s->folder);
  snprintf(s->url, sizeof s->url, "sqlite:%s", s->database);
  snprintf(s->config, sizeof s->config, "%s/crm.yaml", s->folder);
  write_config(s, takes_ms, more);
  ck_assert(!open_as(s, 1));
  ck_assert(!mcrm_call(s->system, "user.create", "{\"username\":\"sara\",\"name\":\"سارا\",\"role\":\"agent\"}", NULL));
  mcrm_error error;
  ck_assert(!mcrm_session_open(s->crm, "sara", "crt", &s->sara, &error));
  ck_assert(!mcrm_call(s->sara, "prospect.create", "{\"name\":\"فروشگاه\"}", &answer));
  ck_assert_int_eq(sscanf(answer, "{\"id\":\"%23[0-9]", s->rep), 1);
  mcrm_free(answer);
  studio_close(s);
}

void studio_remove(studio *s) {
  char command[FOLDER_SIZE + 16];
  studio_close(s);
  munmap(s->offset, sizeof *s->offset);
  snprintf(command, sizeof command, "rm -rf '%s'", s->folder);
  ck_assert_int_eq(system(command), 0);
}

void studio_outage(const studio *s, const char *kind) {
  const char *path = folder_file(s->folder, "outage");
  unlink(path);
  FILE *file = kind ? fopen(path, "w") : NULL;
  if (!file) return;
  fputs(kind, file);
  fclose(file);
}

long studio_heard(const studio *s) {
  struct stat st;
  return stat(folder_file(s->folder, "heard"), &st) ? 0 : (long)st.st_size;
}

void studio_record(const studio *s, const char *name, unsigned long long number, unsigned seconds) {
  ck_assert(wav_write(folder_file(s->folder, name), 8000, seconds, number));
}

int studio_upload(studio *s, const char *name) {
  char json[FOLDER_SIZE + 200];
  const mcrm_call_options may = {.size = sizeof may, .files = 1};
  snprintf(json, sizeof json, "{\"rep_id\":\"%s\",\"language\":\"fa\",\"file\":{\"path\":\"%s\",\"name\":\"%s\"}}",
           s->rep, folder_file(s->folder, name), name);
  int code = mcrm_session_next(s->sara, &may);
  return code ? code : mcrm_call(s->sara, "voice_note.upload", json, NULL);
}

void studio_work(studio *s) {
  mcrm_error error = {0};
  unsigned done;
  ck_assert_msg(!mcrm_work(s->crm, &done, &error), "%s", error.detail);
}

int64_t studio_number(const studio *s, const char *sql) {
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  int64_t number = -1;
  if (!sqlite3_open_v2(s->database, &db, SQLITE_OPEN_READONLY, NULL) &&
      !sqlite3_prepare_v2(db, sql, -1, &statement, NULL) && sqlite3_step(statement) == SQLITE_ROW)
    number = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return number;
}
