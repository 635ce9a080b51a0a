/* host show-triggers, install-triggers, remove-triggers: the host's database says by itself that something changed. */
#include <api/inside.h>
#include <host/host.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

enum { SQL_MOST = 1 << 20 };

/* Only a "yes" at a terminal agrees; nobody there means no. */
static bool agreed(void) {
  char answer[16] = "";
  if (!isatty(STDIN_FILENO)) {
    fputs("marfacrm host: nothing was changed; --yes agrees where nobody can be asked\n", stderr);
    return false;
  }
  fputs("Run this in the host's database? Type yes: ", stderr);
  return fgets(answer, sizeof answer, stdin) && !strcmp(answer, "yes\n");
}

/* env:NAME keeps a password out of the process list. */
static const char *address(const char *url) { return url && !strncmp(url, "env:", 4) ? getenv(url + 4) : url; }

static int run(host *h, const char *url, const char *sql, bool install) {
  mcrm_error error = {0};
  if (host_run_script(h, url, sql, &error)) return cli_fail(&error);
  printf("{\"triggers\":\"%s\"}\n", install ? "installed" : "removed");
  return CLI_DONE;
}

static int triggers(const char *word, const char *url, bool yes) {
  mcrm *crm;
  mcrm_error error = {0};
  buffer sql;
  bool show = !strcmp(word, "show-triggers"), install = strcmp(word, "remove-triggers") != 0;
  int status = cli_open(false, &crm);
  if (status) return status;
  buffer_init(&sql, SQL_MOST);
  host *h = api_host(crm);
  if (!h)
    status = cli_fail_with(MCRM_UNSUPPORTED, "host.source", "unsupported", "no host is configured");
  else if (host_triggers(h, install, &sql, &error))
    status = cli_fail(&error);
  else
    fputs(sql.bytes, show ? stdout : stderr);
  if (!status && !show) status = yes || agreed() ? run(h, address(url), sql.bytes, install) : CLI_FAILED;
  buffer_free(&sql);
  mcrm_close(crm);
  return status;
}

int command_host(int argc, char **argv) {
  static const char *const known[] = {"show-triggers", "install-triggers", "remove-triggers"};
  const char *words[CLI_WORDS], *url = NULL, *yes = NULL;
  const cli_option options[] = {{"url", "URL", "whoever may make triggers there, or env:NAME; default: host.url", &url},
                                {"yes", NULL, "agree without being asked", &yes},
                                {0}};
  int status;
  if (!cli_read(
          &(cli_command){"show-triggers|install-triggers|remove-triggers",
                         "Adds triggers to the tables of a PostgreSQL host that the mapping reads, so that a change "
                         "there is seen here within a\nsecond (host: {live: listen}). The SQL is shown first, and "
                         "nothing else in the host is touched.",
                         options, 1, 1},
          argc, argv, words, &status))
    return status;
  if (url && !address(url)) return cli_usage("host", "--url %s: there is no such variable", url);
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (!strcmp(words[0], known[i])) return triggers(words[0], url, yes != NULL);
  return cli_usage("host", "'%s' is not show-triggers, install-triggers or remove-triggers", words[0]);
}
