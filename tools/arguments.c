#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

int cli_usage(const char *command, const char *format, ...) {
  va_list args;
  fprintf(stderr, "%s%s: ", strcmp(command, "marfacrm") ? "marfacrm " : "", command);
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  return CLI_USAGE;
}

static void help(const cli_command *command, const char *name) {
  printf("Usage: marfacrm %s%s%s%s\n\n%s\n", name, *command->usage ? " " : "", command->usage,
         command->options[0].name ? " [options]" : "", command->help);
  if (command->options[0].name) puts("\nOptions:");
  for (const cli_option *o = command->options; o->name; o++) {
    int width = printf("  --%s%s%s", o->name, o->argument ? " " : "", o->argument ? o->argument : "");
    printf("%*s%s\n", width < 28 ? 28 - width : 1, "", o->help);
  }
}

static const cli_option *find(const cli_option *options, const char *text, size_t length) {
  for (const cli_option *o = options; o->name; o++)
    if (strlen(o->name) == length && !memcmp(o->name, text, length)) return o;
  return NULL;
}

/* One --name, --name=value or --name value; how many arguments it took, 0 where it is wrong. */
static int take_option(const cli_command *command, const char *name, char **argv, int left) {
  const char *text = argv[0] + 2, *equals = strchr(text, '=');
  const cli_option *o = find(command->options, text, equals ? (size_t)(equals - text) : strlen(text));
  if (!o) {
    cli_usage(name, "there is no option %s; see marfacrm %s --help", argv[0], name);
    return 0;
  }
  if (*o->value) {
    cli_usage(name, "--%s is given twice", o->name);
    return 0;
  }
  if (!o->argument) {
    *o->value = "";
    if (equals) cli_usage(name, "--%s takes no value", o->name);
    return !equals;
  }
  if (equals) {
    *o->value = equals + 1;
    return 1;
  }
  if (left < 2) {
    cli_usage(name, "--%s needs a %s", o->name, o->argument);
    return 0;
  }
  *o->value = argv[1];
  return 2;
}

bool cli_read(const cli_command *command, int argc, char **argv, const char *words[CLI_WORDS], int *status) {
  int count = 0;
  bool only_words = false;
  *status = CLI_USAGE;
  memset(words, 0, sizeof *words * CLI_WORDS);
  for (int i = 1; i < argc;) {
    if (!only_words && (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))) {
      help(command, argv[0]);
      *status = CLI_DONE;
      return false;
    }
    if (!only_words && !strcmp(argv[i], "--")) {
      only_words = true;
      i++;
    } else if (!only_words && argv[i][0] == '-' && argv[i][1]) {
      int took = argv[i][1] == '-' ? take_option(command, argv[0], argv + i, argc - i) : 0;
      if (!took) {
        if (argv[i][1] != '-') cli_usage(argv[0], "there is no option %s; see marfacrm %s --help", argv[i], argv[0]);
        return false;
      }
      i += took;
    } else if (count == command->most || count == CLI_WORDS) {
      cli_usage(argv[0], "'%s' is one word too many; usage: marfacrm %s %s", argv[i], argv[0], command->usage);
      return false;
    } else {
      words[count++] = argv[i++];
    }
  }
  if (count < command->least) {
    cli_usage(argv[0], "something is missing; usage: marfacrm %s %s", argv[0], command->usage);
    return false;
  }
  *status = CLI_DONE;
  return true;
}

bool cli_number(const char *text, int64_t *out) {
  int64_t number = 0;
  if (!*text) return false;
  for (; *text; text++) {
    if (*text < '0' || *text > '9' || number > (INT64_MAX - 9) / 10) return false;
    number = number * 10 + (*text - '0');
  }
  *out = number;
  return true;
}
