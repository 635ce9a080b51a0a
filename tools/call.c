/* call: any operation of the table. */
#include <string.h>

#include "cli.h"

enum { CALL_BYTES = 8 << 20 };

int command_call(int argc, char **argv) {
  const char *words[CLI_WORDS], *as = NULL, *key = NULL;
  const cli_option options[] = {{"as", "USER", "whose rights it runs with (needed)", &as},
                                {"idempotency-key", "KEY", "the same call with the same key has one effect", &key},
                                {0}};
  int status;
  if (!cli_read(&(cli_command){"OPERATION [JSON|-]",
                               "Runs an operation with a JSON object (- reads it from standard input) and prints its "
                               "answer. marfacrm operations\nlists them.",
                               options, 1, 2},
                argc, argv, words, &status))
    return status;
  if (!as) return cli_usage("call", "--as USER is needed: whose rights does it run with?");
  buffer input;
  buffer_init(&input, 1);
  if (words[1] && !strcmp(words[1], "-")) {
    if ((status = cli_file("-", CALL_BYTES, &input))) goto out;
    words[1] = input.bytes;
  }
  cli_session s;
  if ((status = cli_act(as, &s))) goto out;
  /* whoever runs the program can read the files that they name */
  if (mcrm_session_next(s.session,
                        &(mcrm_call_options){.size = sizeof(mcrm_call_options), .idempotency_key = key, .files = 1}))
    status = cli_fail_session(s.session);
  else
    status = cli_call(s.session, words[0], words[1]);
  cli_close(&s);
out:
  buffer_free(&input);
  return status;
}
