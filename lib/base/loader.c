#include <base/error.h>
#include <base/loader.h>
#include <link.h>
#include <stdbool.h>

/* The first object is the program; one that is started by a loader names it. */
static int named(struct dl_phdr_info *program, size_t size, void *found) {
  (void)size;
  for (size_t i = 0; i < program->dlpi_phnum; i++)
    if (program->dlpi_phdr[i].p_type == PT_INTERP) *(bool *)found = true;
  return 1;
}

int loader_need(const char *field, const char *what, mcrm_error *error) {
  bool found = false;
  dl_iterate_phdr(named, &found);
  if (found) return MCRM_OK;
  return error_set(error, MCRM_UNSUPPORTED, field, "module.static",
                   "%.100s cannot be loaded by a program that is linked statically", what);
}
