/* What the parts of a plugin hand around of a call: the host's services and the call. Memory is the call's and is never
 * freed by hand. */
#ifndef COMMON_WORK_H
#define COMMON_WORK_H

#include <marfacrm/plugin.h>
#include <stdbool.h>

typedef struct work {
  const mcrm_plugin_host *host;
  mcrm_plugin_call *call;
} work;

void *work_alloc(const work *w, size_t bytes);
/* A NUL-terminated copy; NULL where there is no memory. */
char *work_copy(const work *w, const char *bytes, size_t length);
char *work_print(const work *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
void work_log(const work *w, mcrm_log_level level, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Fills in code and detail and returns the outcome, so that it can be returned at once. */
mcrm_outcome work_fail(mcrm_failure *failure, mcrm_outcome outcome, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
mcrm_outcome work_no_memory(mcrm_failure *failure);

/* A header of a reply; NULL where there is none. The name in lower case. */
const char *work_header(const mcrm_http_reply *reply, const char *name);

/* ASCII only and of no locale. */
bool work_starts(const char *text, const char *beginning);
/* Whether `text` has `word`, which is in lower case, in any case; NULL has nothing. */
bool work_has(const char *text, const char *word);

#endif
