/* Whether a shared object lies wholly within its bytes, so that loading it cannot touch a page that is not there. */
#ifndef PROVIDER_OBJECT_H
#define PROVIDER_OBJECT_H

#include <stddef.h>

/* NULL, or what is wrong with it. */
const char *object_wrong(const unsigned char *bytes, size_t length);

#endif
