/* Answers: JSON and errors on standard output, files in, waiting for the next thing. */
#include <base/error.h>
#include <errno.h>
#include <fcntl.h>
#include <marfacrm/session.h>
#include <model/json.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "error_text.h"

static const char *language(void) {
  static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *value = getenv(names[i]);
    if (value && *value) return strncmp(value, "fa", 2) ? "en" : "fa";
  }
  return "en";
}

void cli_member(buffer *json, const char *name, const char *value) {
  if (!value) return;
  if (json->length && json->bytes[json->length - 1] != '{') buffer_byte(json, ',');
  json_write_string(json, name, strlen(name));
  buffer_byte(json, ':');
  json_write_string(json, value, strlen(value));
}

int cli_fail(const mcrm_error *error) {
  buffer json;
  buffer_init(&json, 16 << 10);
  buffer_text(&json, "{\"error\":{");
  cli_member(&json, "code", mcrm_code_name(error->code));
  if (error->field[0])
    cli_member(&json, "field", error->field);
  else
    buffer_text(&json, ",\"field\":null");
  cli_member(&json, "message", error_text(error, language()));
  cli_member(&json, "detail", error->detail);
  buffer_text(&json, "}}");
  puts(json.failed ? "{\"error\":{\"code\":\"no_memory\",\"field\":null,\"message\":\"\",\"detail\":\"\"}}"
                   : json.bytes);
  buffer_free(&json);
  return CLI_FAILED;
}

int cli_fail_with(int code, const char *field, const char *message, const char *format, ...) {
  mcrm_error error = {0};
  char detail[sizeof error.detail];
  va_list args;
  va_start(args, format);
  vsnprintf(detail, sizeof detail, format, args);
  va_end(args);
  error_set(&error, code, field, message, "%s", detail);
  return cli_fail(&error);
}

int cli_fail_session(const mcrm_session *session) { return cli_fail(mcrm_session_error(session)); }

int cli_call(mcrm_session *session, const char *operation, const char *json) {
  char *answer = NULL;
  int code = mcrm_call(session, operation, json, &answer);
  int status = code ? CLI_FAILED : CLI_DONE;
  if (answer)
    puts(answer);
  else
    status = cli_fail_session(session);
  mcrm_free(answer);
  return status;
}

int cli_file(const char *path, size_t limit, buffer *out) {
  buffer_init(out, limit + 8192);
  int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO, status = CLI_DONE;
  if (fd < 0) return cli_fail_with(MCRM_IO, "file", "io", "cannot open %s: %s", path, strerrordesc_np(errno));
  for (;;) {
    char *room = buffer_room(out, 4096);
    if (!room || out->length > limit) {
      status = out->too_long || out->length > limit
                   ? cli_fail_with(MCRM_INVALID, "file", "text.too_long", "%s has more than %zu bytes", path, limit)
                   : cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory");
      break;
    }
    ssize_t got = read(fd, room, 4096);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) status = cli_fail_with(MCRM_IO, "file", "io", "cannot read %s: %s", path, strerrordesc_np(errno));
    buffer_used(out, got > 0 ? (size_t)got : 0); /* also where nothing came: it puts the end */
    if (got <= 0) break;
  }
  if (fd != STDIN_FILENO) close(fd);
  if (!status && memchr(out->bytes, 0, out->length))
    status = cli_fail_with(MCRM_INVALID, "file", "text.not_utf8", "%s holds a zero byte", path);
  return status;
}

const char *cli_time(mcrm_time at, char out[32]) {
  time_t seconds = (time_t)(at / 1000);
  struct tm local;
  if (!at || !localtime_r(&seconds, &local) || !strftime(out, 32, "%Y-%m-%d %H:%M", &local)) memcpy(out, "-", 2);
  return out;
}

static volatile sig_atomic_t stopped;

static void stop(int signal) {
  (void)signal;
  stopped = 1;
}

/* Blocked except inside cli_wait, so that a signal never falls between the look at the flag and the waiting. */
void cli_signals(void) {
  sigset_t both;
  sigemptyset(&both);
  sigaddset(&both, SIGINT);
  sigaddset(&both, SIGTERM);
  sigprocmask(SIG_BLOCK, &both, NULL);
  struct sigaction action = {.sa_handler = stop};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

bool cli_wait(int64_t ms) {
  sigset_t none;
  sigemptyset(&none);
  struct timespec wait = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
  if (!stopped) ppoll(NULL, 0, &wait, &none);
  return !stopped;
}
