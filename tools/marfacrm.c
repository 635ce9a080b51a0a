/* marfacrm: the CRM on the command line. */
#include <marfacrm/marfacrm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

static const struct {
  const char *name, *help;
  int (*run)(int argc, char **argv);
} commands[] = {
    {"init", "make the database and its key", command_init},
    {"migrate", "bring an older database up to date", command_migrate},
    {"copy", "move everything to another database", command_copy},
    {"backup", "copy the database while others use it", command_backup},
    {"restore", "put a backup in place of the database", command_restore},
    {"check", "check the configuration, the storage and the host's tables", command_check},
    {"user", "add, list and change people", command_user},
    {"path", "make a new secret path", command_path},
    {"host", "let the host's database say when something changed", command_host},
    {"doctor", "why does it not work", command_doctor},
    {"provider", "list and test the providers of the intelligence", command_provider},
    {"prompt", "what providers are told", command_prompt},
    {"call", "run an operation", command_call},
    {"operations", "print the operations and entities", command_operations},
    {"worker", "run jobs: reminders, check-ins, refreshing", command_worker},
    {"serve", "the HTTP server", command_serve},
    {"events", "what changed, and what changes", command_events},
    {"audit", "list and verify the audit log", command_audit},
    {"jobs", "see the queue, retry what was given up", command_jobs},
    {"export", "a list as CSV", command_export},
    {"import", "rows of a CSV file", command_import},
    {"text", "what the library reads in a Persian text", command_text},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static int help(FILE *out) {
  fputs("Usage: marfacrm [--config FILE] COMMAND …\n\n", out);
  for (size_t i = 0; i < COMMANDS; i++) fprintf(out, "  %-11s %s\n", commands[i].name, commands[i].help);
  fputs(
      "\nmarfacrm COMMAND --help tells more. Without --config: MARFACRM_CONFIG, else ./marfacrm.yaml, else defaults.\n",
      out);
  return out == stdout ? CLI_DONE : CLI_USAGE;
}

/* --config FILE may stand anywhere before "--"; it is handed on by the environment. */
static int take_config(int *argc, char **argv) {
  int kept = 1;
  for (int i = 1; i < *argc; i++) {
    const char *file = NULL;
    if (!strcmp(argv[i], "--")) {
      while (i < *argc) argv[kept++] = argv[i++];
      break;
    }
    if (!strncmp(argv[i], "--config=", 9)) file = argv[i] + 9;
    if (!strcmp(argv[i], "--config")) {
      if (i + 1 == *argc) return cli_usage("marfacrm", "--config needs a FILE");
      file = argv[++i];
    }
    if (!file)
      argv[kept++] = argv[i];
    else if (!*file || setenv("MARFACRM_CONFIG", file, 1))
      return cli_usage("marfacrm", "--config needs a FILE");
  }
  argv[kept] = NULL;
  *argc = kept;
  return CLI_DONE;
}

int main(int argc, char **argv) {
  umask(077); /* databases, keys and backups are nobody else's business */
  int status = take_config(&argc, argv);
  if (status) return status;
  if (argc < 2) return help(stderr);
  if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) return help(stdout);
  if (!strcmp(argv[1], "--version")) return printf("marfacrm %s\n", mcrm_version()) < 0;
  for (size_t i = 0; i < COMMANDS; i++) {
    if (strcmp(commands[i].name, argv[1])) continue;
    status = commands[i].run(argc - 1, argv + 1);
    if (fflush(stdout) || ferror(stdout)) {
      fputs("marfacrm: the output could not be written\n", stderr);
      return CLI_FAILED;
    }
    return status;
  }
  return cli_usage("marfacrm", "there is no command '%s'; see marfacrm --help", argv[1]);
}
