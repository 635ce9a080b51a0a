/* export, import: lists as CSV. */
#include <marfacrm/operations.h>
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

int command_import(int argc, char **argv) {
  const char *words[CLI_WORDS], *dry = NULL, *as = NULL;
  const cli_option options[] = {{"dry-run", NULL, "say what would be wrong, store nothing", &dry},
                                {"as", "USER", "whose records they become", &as},
                                {0}};
  int status;
  if (!cli_read(&(cli_command){"ENTITY FILE|-",
                               "Stores the rows of a CSV file as prospects, tasks or interactions: all of them, or "
                               "none and a report of what is\nwrong with which row. The heading names the fields.",
                               options, 2, 2},
                argc, argv, words, &status))
    return status;
  buffer csv, json;
  buffer_init(&json, (SHEET_BYTES * 6) + 4096);
  if (!(status = cli_file(words[1], SHEET_BYTES, &csv))) {
    buffer_byte(&json, '{');
    cli_member(&json, "entity", words[0]);
    cli_member(&json, "csv", csv.bytes);
    buffer_text(&json, dry ? ",\"dry_run\":true}" : "}");
    cli_session s;
    if (json.failed)
      status = cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory");
    else if (!(status = cli_act(as, &s))) {
      status = cli_call(s.session, "record.import", json.bytes);
      cli_close(&s);
    }
  }
  buffer_free(&csv);
  buffer_free(&json);
  return status;
}
