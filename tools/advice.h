/* What to do about what a provider says, for whoever runs the CRM. */
#ifndef TOOLS_ADVICE_H
#define TOOLS_ADVICE_H

#include <marfacrm/plugin.h>

typedef struct advice {
  mcrm_outcome outcome;
  const char *code; /* NULL: any */
  const char *what_fa, *what_en, *do_fa, *do_en;
} advice;

/* Never NULL. */
const advice *advice_on(mcrm_outcome outcome, const char *code, int status);

#endif
