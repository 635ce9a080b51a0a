/* operations: the library's tables, printed. */
#include <api/reference.h>
#include <stdio.h>
#include <string.h>

#include <api/operation.h>
#include "cli.h"

static int print(void (*reference)(buffer *out)) {
  buffer out;
  buffer_init(&out, REFERENCE_LIMIT);
  reference(&out);
  int status = out.failed ? cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory") : CLI_DONE;
  if (!status) fputs(out.bytes, stdout);
  buffer_free(&out);
  return status;
}

static int print_json(void) {
  char *operations = NULL, *entities = NULL;
  int status = CLI_DONE;
  if (mcrm_describe("operations", &operations) || mcrm_describe("entities", &entities))
    status = cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory");
  else
    printf("{\"operations\":%s,\n\"entities\":%s}\n", operations, entities);
  mcrm_free(operations);
  mcrm_free(entities);
  return status;
}

static int print_list(void) {
  for (const api_operation *o = api_operations; o->name; o++)
    printf("%-22s %-6s %-28s %s\n", o->name, o->method, o->path, o->help);
  return CLI_DONE;
}

int command_operations(int argc, char **argv) {
  const char *words[CLI_WORDS], *json = NULL, *openapi = NULL, *typescript = NULL, *python = NULL, *markdown = NULL,
                                *c_header = NULL, *c_source = NULL;
  const cli_option options[] = {{"json", NULL, "operations and entities with all their fields", &json},
                                {"openapi", NULL, "OpenAPI 3.1", &openapi},
                                {"typescript", NULL, "types for TypeScript", &typescript},
                                {"python", NULL, "types for Python 3.11 and later", &python},
                                {"c-header", NULL, "include/marfacrm/operations.h", &c_header},
                                {"c-source", NULL, "lib/api/typed.c", &c_source},
                                {"markdown", NULL, "the reference, docs/operations.md", &markdown},
                                {0}};
  int status;
  if (!cli_read(&(cli_command){"", "Prints the operations and entities from the library's own tables.", options, 0, 0},
                argc, argv, words, &status))
    return status;
  if (!!json + !!openapi + !!typescript + !!python + !!markdown + !!c_header + !!c_source > 1)
    return cli_usage("operations", "one form at a time");
  if (json) return print_json();
  if (openapi) return print(reference_openapi);
  if (typescript) return print(reference_typescript);
  if (python) return print(reference_python);
  if (c_header) return print(reference_c_header);
  if (c_source) return print(reference_c_source);
  if (markdown) return print(reference_markdown);
  return print_list();
}
