/* export, import: lists as CSV. */
#include <marfacrm/operations.h>
#include <model/entities.h>
#include <model/json.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

enum { SHEET_BYTES = 16 << 20 };

int command_export(int argc, char **argv) {
  const char *words[CLI_WORDS], *csv = NULL, *filter = NULL, *as = NULL;
  const cli_option options[] = {
      {"csv", NULL, "comma-separated values (the default)", &csv},
      {"filter", "JSON", "the input of the list operation, e.g. {\"status\":\"overdue\"}", &filter},
      {"as", "USER", "only what this user may see", &as},
      {0}};
  int status;
  if (!cli_read(&(cli_command){"ENTITY",
                               "Prints all reps, interactions or tasks that match as CSV with a byte order mark, for "
                               "spreadsheets; what would be a\nformula is defused.",
                               options, 1, 1},
                argc, argv, words, &status))
    return status;
  cli_session s;
  if ((status = cli_act(as, &s))) return status;
  mcrm_result *result = NULL;
  mcrm_export input = {.size = sizeof input, .entity = words[0], .filter = filter};
  if (mcrm_record_export(s.session, &input, &result))
    status = cli_fail_session(s.session);
  else
    fputs(((const mcrm_exported *)mcrm_result_record(result))->csv, stdout);
  mcrm_result_free(result);
  cli_close(&s);
  return status;
}

/* Prints the report; a row that was not taken is a failure. */
static int import(mcrm_session *session, const mcrm_import *input) {
  mcrm_result *result = NULL;
  buffer json;
  if (mcrm_record_import(session, input, &result)) return cli_fail_session(session);
  const mcrm_imported *report = mcrm_result_record(result);
  buffer_init(&json, 4 << 20);
  model_encode(&json, &model_imported, report, NULL);
  int status = report->faults.count ? CLI_FAILED : CLI_DONE;
  if (json.failed)
    status = cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory");
  else
    puts(json.bytes);
  buffer_free(&json);
  mcrm_result_free(result);
  return status;
}

int command_import(int argc, char **argv) {
  const char *words[CLI_WORDS], *dry = NULL, *as = NULL;
  const cli_option options[] = {{"dry-run", NULL, "say what would be wrong, store nothing", &dry},
                                {"as", "USER", "whose records they become", &as},
                                {0}};
  int status;
  if (!cli_read(&(cli_command){"ENTITY FILE|-",
                               "Stores the rows of a CSV file as prospects, tasks or interactions: all of them, or "
                               "none and a report of what is\nwrong with which row. The heading names the "
                               "fields.\nEnds with 1 where a row was not taken.",
                               options, 2, 2},
                argc, argv, words, &status))
    return status;
  buffer csv;
  cli_session s;
  if (!(status = cli_file(words[1], SHEET_BYTES, &csv)) && !(status = cli_act(as, &s))) {
    status = import(
        s.session,
        &(mcrm_import){.size = sizeof(mcrm_import), .entity = words[0], .csv = csv.bytes, .dry_run = dry != NULL});
    cli_close(&s);
  }
  buffer_free(&csv);
  return status;
}
