/* Whether this program can load others' code. One without a dynamic loader (linked with -static) could only load a
 * second C library beside its own, which ends badly. */
#ifndef BASE_LOADER_H
#define BASE_LOADER_H

#include <marfacrm/types.h>

/* MCRM_OK, or MCRM_UNSUPPORTED "module.static": `what` cannot be loaded. */
int loader_need(const char *field, const char *what, mcrm_error *error);

#endif
