/* serve: the HTTP server, which is a program of its own (examples/http): it alone needs libmicrohttpd. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/* Beside this program where both are installed; where they were built; else on the PATH. */
static void run_server(char **argv) {
  static const char *const places[] = {"marfacrm-http", "../examples/http/marfacrm-http"};
  char self[PATH_MAX], path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  char *slash = length > 0 ? (self[length] = 0, strrchr(self, '/')) : NULL;
  for (size_t i = 0; slash && i < sizeof places / sizeof *places; i++)
    if (snprintf(path, sizeof path, "%.*s/%s", (int)(slash - self), self, places[i]) < (int)sizeof path)
      execv(path, argv);
  execvp("marfacrm-http", argv);
}

/* Everything said is the server's to read, --help as well. */
int command_serve(int argc, char **argv) {
  const char *file = cli_config_file();
  char **arguments = calloc((size_t)argc + 3, sizeof *arguments);
  int count = 0;
  if (!arguments) return cli_fail_with(MCRM_NO_MEMORY, NULL, "memory", "out of memory");
  arguments[count++] = (char *)(uintptr_t) "marfacrm-http";
  if (file) {
    arguments[count++] = (char *)(uintptr_t) "--config";
    arguments[count++] = (char *)(uintptr_t)file;
  }
  for (int i = 1; i < argc; i++) arguments[count++] = argv[i];
  run_server(arguments);
  int problem = errno;
  free(arguments);
  return cli_fail_with(MCRM_UNAVAILABLE, NULL, "serve.program", "marfacrm-http does not start: %s", strerror(problem));
}
