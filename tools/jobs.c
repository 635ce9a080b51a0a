/* jobs list|retry */
#include <marfacrm/operations.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

static int list(mcrm_session *session, const char *state, const char *kind, bool json) {
  buffer input;
  mcrm_result *result = NULL;
  mcrm_job_filter filter = {.size = sizeof filter, .state = state, .kind = kind, .limit = 100};
  if (json) {
    buffer_init(&input, 4096);
    buffer_byte(&input, '{');
    cli_member(&input, "state", state);
    cli_member(&input, "kind", kind);
    buffer_byte(&input, '}');
    int status = input.failed ? cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory")
                              : cli_call(session, "job.list", input.bytes);
    buffer_free(&input);
    return status;
  }
  if (mcrm_job_list(session, &filter, &result)) return cli_fail_session(session);
  const mcrm_job_page *page = mcrm_result_record(result);
  for (size_t i = 0; i < page->items.count; i++) {
    const mcrm_job *j = page->items.at[i];
    char at[32];
    printf("%-20lld %-20s %-8s %-16s attempt %-3lld %s\n", (long long)j->id, j->kind, j->state, cli_time(j->run_at, at),
           (long long)j->attempt, j->error ? j->error : "");
  }
  mcrm_result_free(result);
  return CLI_DONE;
}

int command_jobs(int argc, char **argv) {
  const char *words[CLI_WORDS], *state = NULL, *kind = NULL, *json = NULL, *as = NULL;
  const cli_option options[] = {{"state", "STATE", "list: waiting, running, done or dead", &state},
                                {"kind", "KIND", "list: only of this kind", &kind},
                                {"json", NULL, "list: as JSON", &json},
                                {"as", "USER", "act as this admin instead of as the system", &as},
                                {0}};
  int status;
  if (!cli_read(&(cli_command){"list | retry ID", "The queue of slow and periodic work.", options, 1, 2}, argc, argv,
                words, &status))
    return status;
  mcrm_id id = 0;
  bool retry = !strcmp(words[0], "retry");
  if (!retry && strcmp(words[0], "list")) return cli_usage("jobs", "'%s' is none of list, retry", words[0]);
  if (retry && (!words[1] || !cli_number(words[1], &id))) return cli_usage("jobs", "retry needs the ID of a job");
  if (!retry && words[1]) return cli_usage("jobs", "list takes no '%s'", words[1]);
  cli_session s;
  if ((status = cli_act(as, &s))) return status;
  if (retry) {
    char input[64];
    snprintf(input, sizeof input, "{\"id\":\"%lld\"}", (long long)id);
    status = cli_call(s.session, "job.retry", input);
  } else {
    status = list(s.session, state, kind, json != NULL);
  }
  cli_close(&s);
  return status;
}
