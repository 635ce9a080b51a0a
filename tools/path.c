/* path rotate crt|admin, doctor paths */
#include <gateway/doctor.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/* 90m, 12h, 7d → milliseconds */
static bool duration(const char *text, int64_t *ms) {
  static const struct {
    char unit;
    int64_t ms;
  } units[] = {{'m', 60000}, {'h', 3600000}, {'d', 86400000}};
  int64_t number = 0;
  size_t digits = strspn(text, "0123456789");
  if (!digits || digits > 6 || strlen(text) != digits + 1) return false;
  for (size_t i = 0; i < digits; i++) number = number * 10 + (text[i] - '0');
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (units[i].unit == text[digits]) {
      *ms = number * units[i].ms;
      return true;
    }
  return false;
}

static int rotate(const char *gate, int64_t overlap_ms, const char *as) {
  cli_session s;
  buffer json;
  int status = cli_act(as, &s);
  if (status) return status;
  buffer_init(&json, 400);
  buffer_print(&json, "{\"overlap_ms\":%lld", (long long)overlap_ms);
  cli_member(&json, "gate", gate);
  buffer_byte(&json, '}');
  status = json.failed ? cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory")
                       : cli_call(s.session, "path.rotate", json.bytes);
  buffer_free(&json);
  cli_close(&s);
  return status;
}

int command_path(int argc, char **argv) {
  const char *words[CLI_WORDS] = {0}, *overlap = NULL, *as = NULL;
  const cli_option options[] = {
      {"overlap", "TIME", "how long the paths before it stay valid: 90m, 12h, 1d; default: they end now", &overlap},
      {"as", "USER", "act as this admin instead of as the system", &as},
      {0}};
  int64_t overlap_ms = 0;
  int status;
  if (!cli_read(&(cli_command){"rotate crt|admin",
                               "Makes a new secret path for a gate and shows it, this once. Without --overlap whoever "
                               "came in by the path\nbefore it is out at once.",
                               options, 2, 2},
                argc, argv, words, &status))
    return status;
  if (strcmp(words[0], "rotate")) return cli_usage("path", "'%s' is not rotate", words[0]);
  if (overlap && !duration(overlap, &overlap_ms))
    return cli_usage("path", "--overlap '%s' is not a number with m, h or d", overlap);
  return rotate(words[1], overlap_ms, as);
}

static int doctor_paths(const gateway_doctor_case *question) {
  mcrm *crm;
  mcrm_error error = {0};
  buffer json;
  bool ok = false;
  int status = cli_open(false, &crm);
  if (status) return status;
  buffer_init(&json, 1 << 20);
  if (gateway_doctor(crm, question, &json, &ok, &error))
    status = cli_fail(&error);
  else
    puts(json.bytes);
  buffer_free(&json);
  mcrm_close(crm);
  return status ? status : ok ? CLI_DONE : CLI_FAILED;
}

int command_doctor(int argc, char **argv) {
  const char *words[CLI_WORDS] = {0}, *json = NULL;
  gateway_doctor_case question = {0};
  const cli_option options[] = {
      {"address", "URL", "paths: what stood in the browser's address bar", &question.address},
      {"cookies", "TEXT", "paths: the Cookie header that the browser sent", &question.cookies},
      {"json", NULL, "for programs; one thing is told to programs also where the output is no terminal", &json},
      {0}};
  int status;
  if (!cli_read(
          &(cli_command){
              "[paths | provider [NAME] | storage | host | recordings]",
              "Looks at everything, or at one thing. provider: asks each provider, or the one named, and says what is "
              "wrong and what to do. storage, host: "
              "looks at the\ndatabase and the host's tables. paths: says why somebody sees a 404 where the CRM should "
              "be: no path yet, one that has ended, "
              "an address that is\nnot the configured one, a cookie that was dropped. Exit 0 only if "
              "nothing stands in the way.",
              options, 0, 2},
          argc, argv, words, &status))
    return status;
  if (!words[0]) return doctor_all(!json);
  if (!strcmp(words[0], "recordings") || !strcmp(words[0], "provider") || !strcmp(words[0], "storage") ||
      !strcmp(words[0], "host"))
    return doctor_intelligence(words[0], words[1], !json && isatty(STDOUT_FILENO));
  if (strcmp(words[0], "paths"))
    return cli_usage("doctor", "'%s' is none of paths, provider, storage, host, recordings", words[0]);
  return doctor_paths(&question);
}
