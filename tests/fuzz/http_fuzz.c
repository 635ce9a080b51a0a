/* A request as a stranger writes it: method, target and headers a line each, an empty line, the body. First through the
 * readers alone, then through a whole gateway, as somebody who has come in and signed in. Built twice: http_fuzz has
 * the CRM's own operations, upload_fuzz (FUZZ_UPLOADS) a table with two that take and give files, for bodies that are
 * files, forms with a file, and ranges. */
#include <fcntl.h>
#include <marfacrm/marfacrm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "head.h"
#include "internal.h"
#include "multipart.h"
#include "target.h"
#ifdef FUZZ_UPLOADS
#include "../gateway/upload_table.h"
#endif

static mcrm_gateway *gateway;
static char cookies[400], token[65];
static mcrm *instance;

#ifdef FUZZ_UPLOADS
/* The folder of samples, with one that can be asked for: GET /crm/api/v1/samples/one. */
static char samples[64], one[80];
static void make_samples(void) {
  snprintf(samples, sizeof samples, "/dev/shm/mcrm-fuzz-%d", (int)getpid());
  snprintf(one, sizeof one, "%s/one", samples);
  sample_folder = samples;
  promise(!mkdir(samples, 0700), "there is a folder");
  int fd = open(one, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  promise(fd >= 0 && write(fd, "0123456789", 10) == 10 && !close(fd), "there is a sample");
}

static void remove_samples(void) {
  unlink(one);
  rmdir(samples);
}

/* What was kept goes again, or the folder grows with each run. */
static void drop_sample(mcrm_exchange *x) {
  char path[160];
  size_t length;
  const char *content = mcrm_exchange_content(x, &length), *sum = length ? strstr(content, "\"sha256\":\"") : NULL;
  if (mcrm_exchange_status(x) != 200 || !sum) return;
  snprintf(path, sizeof path, "%s/%.64s", samples, sum + 10);
  unlink(path);
}
#else
static void make_samples(void) {}
static void remove_samples(void) {}
static void drop_sample(mcrm_exchange *x) { (void)x; }
#endif

static void clean_up(void) {
  static const char *const ends[] = {"", "-wal", "-shm", ".key"};
  char path[64];
  for (size_t i = 0; i < 4; i++) {
    snprintf(path, sizeof path, "/dev/shm/mcrm-fuzz-%d.db%s", (int)getpid(), ends[i]);
    unlink(path);
  }
  remove_samples();
}

static const char *cookie_of(mcrm_exchange *x) {
  for (size_t i = 0;; i++) {
    mcrm_header h = mcrm_exchange_header(x, i);
    promise(h.name, "the answer sets a cookie");
    if (!strcmp(h.name, "Set-Cookie")) return h.value;
  }
}

static void send(mcrm_head *head, const char *body, size_t length, mcrm_exchange **out) {
  head->size = sizeof *head;
  head->peer = "";
  mcrm_step step = mcrm_gateway_begin(gateway, head, out);
  if (step == MCRM_NOT_MINE) {
    promise(!*out, "nothing is made for what is not ours");
    return;
  }
  if (step == MCRM_NEED_BODY) mcrm_exchange_body(*out, body, length);
  if (mcrm_gateway_finish(*out)) {
    mcrm_exchange_free(*out);
    *out = NULL;
  }
}

static void add_cookie(mcrm_exchange *x) {
  const char *value = cookie_of(x);
  strcat(cookies, "; ");
  strncat(cookies, value, strcspn(value, ";"));
  mcrm_exchange_free(x);
}

/* The database is in memory's folder; one for each process. */
static void set_up(void) {
  char url[64], target[40], *answer;
  atexit(clean_up);
  make_samples();
  mcrm_error error = {0};
  mcrm_session *system;
  mcrm_exchange *x;
  snprintf(url, sizeof url, "sqlite:/dev/shm/mcrm-fuzz-%d.db", (int)getpid());
  mcrm_options options = {.size = sizeof options, .storage_url = url, .create = 1};
  promise(!mcrm_open(&options, &instance, &error) && !mcrm_session_system(instance, &system, &error), "it opens");
  promise(
      !mcrm_call(system, "user.create",
                 "{\"username\":\"sara\",\"name\":\"s\",\"role\":\"agent\",\"password\":\"a good password\"}", NULL),
      "there is somebody");
  promise(!mcrm_call(system, "path.rotate", "{\"gate\":\"crt\"}", &answer), "there is a path");
  snprintf(target, sizeof target, "/%.32s", strstr(answer, "\"secret\":\"") + 10);
  mcrm_free(answer);
  mcrm_session_close(system);
  mcrm_gateway_options o = {
      .size = sizeof o, .upload_folder = "/dev/shm", .host_secret = "a secret shared with the fuzzer …"};
  promise(!mcrm_gateway_open(instance, &o, &gateway, &error), "the gateway opens");
  mcrm_header headers[] = {{"Cookie", cookies}, {"Content-Type", "application/json"}};
  mcrm_head head = {.method = "GET", .target = target};
  send(&head, "", 0, &x);
  add_cookie(x);
  static const char login[] = "{\"username\":\"sara\",\"password\":\"a good password\"}";
  head = (mcrm_head){.method = "POST", .target = "/crm/api/v1/session", .headers = headers, .header_count = 2};
  send(&head, login, sizeof login - 1, &x);
  promise(mcrm_exchange_status(x) == 200, "she signs in");
  size_t length;
  const char *me = mcrm_exchange_content(x, &length);
  memcpy(token, strstr(me, "\"csrf_token\":\"") + 14, 64);
  add_cookie(x);
}

/* ---- the readers alone ---- */

static void read_parts(const char *text, size_t length) {
  target t;
  multipart form;
  heading h = {.cookies = {text}, .cookie_count = 1};
  const char *value;
  size_t value_length;
  arena *a = arena_new(1 << 20);
  if (!a) return;
  size_t path = target_path_length(text);
  if (target_read(a, text, path, text[path] == '?' ? text + path + 1 : "", &t))
    for (size_t i = 0; i < t.count; i++)
      promise(*t.segments[i] && !strchr(t.segments[i], '/') && strcmp(t.segments[i], ".."), "a segment is one name");
  if (cookie_find(&h, "mcrm_gate", 1, &value, &value_length))
    promise(value >= text && value + value_length <= text + strlen(text), "a cookie lies in its header");
  if (input_member(text, length, "version", &value, &value_length))
    promise(value >= text && value + value_length <= text + length, "a member lies in its object");
  size_t line = strcspn(text, "\n");
  char *type = arena_copy(a, text, line);
  if (type && line < length && multipart_read(type, text + line + 1, length - line - 1, &form))
    for (size_t i = 0; i < form.count; i++)
      promise(form.parts[i].bytes >= text && form.parts[i].bytes + form.parts[i].length <= text + length,
              "a part lies in its form");
  arena_free(a);
}

/* ---- a whole request ---- */

static char *line_of(char **at) {
  char *line = *at, *end = strchr(line, '\n');
  *at = end ? end + 1 : line + strlen(line);
  if (end) *end = 0;
  return line;
}

static void request(char *text, size_t length) {
  mcrm_header headers[24] = {{"Cookie", cookies}, {"X-CSRF-Token", token}};
  char *at = text;
  mcrm_head head = {.headers = headers, .header_count = 2};
  head.method = line_of(&at);
  head.target = line_of(&at);
  while (*at && head.header_count < 24) {
    char *line = line_of(&at), *colon = strchr(line, ':');
    if (!colon) break;
    *colon = 0;
    headers[head.header_count++] = (mcrm_header){line, colon + 1};
  }
  mcrm_exchange *x;
  send(&head, at, (size_t)(text + length - at), &x);
  if (!x) return;
  int status = mcrm_exchange_status(x);
  promise(status >= 200 && status < 600 && status != 500, "an answer has a status, and nothing inside broke");
  for (size_t i = 0; mcrm_exchange_header(x, i).name; i++)
    promise(!strpbrk(mcrm_exchange_header(x, i).value, "\r\n"), "no header has a line break");
  int64_t offset, size;
  if (mcrm_exchange_file(x, &offset, &size) >= 0)
    promise(offset >= 0 && size >= 0 && (status != 206 || size > 0), "a part lies in its file");
  drop_sample(x);
  mcrm_exchange_free(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!gateway) set_up();
  char *text = malloc(size + 1);
  if (!text) return 0;
  memcpy(text, data, size);
  text[size] = 0;
  read_parts(text, size);
  request(text, size);
  free(text);
  return 0;
}
