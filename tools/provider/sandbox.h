/* What the process gives up before a byte of the plugin runs. */
#ifndef PROVIDER_SANDBOX_H
#define PROVIDER_SANDBOX_H

#include <stddef.h>

/* Files: only to read, and only what names, certificates and libraries need, and ca_file (may be NULL). Programs,
 * processes and listening: none. Memory, descriptors, files and core dumps: limited. `said`: "landlock 4, seccomp,
 * limits", with "no …" for what this kernel does not have. */
void sandbox_enter(const char *ca_file, char *said, size_t size);

#endif
