/* Filling in an mcrm_error. The first error stays: a lower one is never masked by what follows from it. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <marfacrm/types.h>

/* Sets the error (unless one is set already) and returns its code. field and format may be NULL. */
int error_set(mcrm_error *error, int code, const char *field, const char *message, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
int error_no_memory(mcrm_error *error);
void error_clear(mcrm_error *error);
/* Puts `prefix.` before the field, so that a nested object's error names the whole way down. */
void error_within(mcrm_error *error, const char *prefix);

#endif
