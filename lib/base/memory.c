#include <marfacrm/types.h>
#include <stdlib.h>

void mcrm_free(void *text) { free(text); }
