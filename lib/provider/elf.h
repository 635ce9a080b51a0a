/* Whether a shared object lies wholly within its bytes, so that loading it cannot touch a page that is not there. */
#ifndef PROVIDER_ELF_H
#define PROVIDER_ELF_H

#include <stddef.h>

/* NULL, or what is wrong with it. */
const char *elf_wrong(const unsigned char *bytes, size_t length);

#endif
