/* copy URL URL: everything from one database to another, of either kind. */
#include <marfacrm/marfacrm.h>
#include <stdio.h>
#include <store/copy.h>

#include "cli.h"

static void tell(void *context, const char *table, int64_t rows) {
  (void)context;
  if (rows) fprintf(stderr, "%s: %lld\n", table, (long long)rows);
}

/* Rows are carried over as they are, the journal's digests among them: no key is needed, and no zone. */
static int open_at(const char *url, bool create, mcrm_error *error, store **out) {
  static const unsigned char no_key[STORE_KEY_SIZE] = {0};
  store_options options = {.url = url, .create = create, .key = no_key};
  int code = store_open(&options, error, out);
  if (!code && create) code = store_migrate(*out, error, NULL);
  return code;
}

int command_copy(int argc, char **argv) {
  static const cli_option no_options[] = {{0}};
  const char *words[CLI_WORDS];
  mcrm_error error = {0};
  store *from = NULL, *to = NULL;
  store_sum sum = {0};
  int status;
  if (!cli_read(
          &(cli_command){"FROM TO",
                         "Copies everything from one database to another, from SQLite to PostgreSQL or back, and "
                         "compares a checksum\nof all rows. Nobody may write meanwhile. What was cut short goes on "
                         "where it was when it is run again.\nThe instance key is not in the database: the new one "
                         "needs the same file.",
                         no_options, 2, 2},
          argc, argv, words, &status))
    return status;
  int code = open_at(words[0], false, &error, &from);
  if (!code) code = open_at(words[1], true, &error, &to);
  if (!code) code = store_copy(from, to, tell, NULL, &error);
  if (!code) code = store_sum_of(to, &error, &sum);
  store_close(from);
  store_close(to);
  if (code) return cli_fail(&error);
  printf("{\"rows\":%lld,\"checksum\":\"%016llx%016llx\"}\n", (long long)sum.rows, (unsigned long long)sum.high,
         (unsigned long long)sum.low);
  return CLI_DONE;
}
