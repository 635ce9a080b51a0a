/* Files without a name: what has arrived and may be kept, or is gone with its descriptor. */
#ifndef BASE_SPOOL_H
#define BASE_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file without a name in the folder, or -1 and errno. */
int spool_open(const char *folder);
bool spool_write(int fd, const void *bytes, size_t length);
/* Appends a stretch of another file. */
bool spool_append(int fd, int from, int64_t offset, int64_t length);
/* Gives the file of a descriptor a name in the folder, durably: when it returns 0 the content and the name have been
 * written to the disk. A file without a name on the folder's file system is linked, any other one is copied.
 * -1 and errno; EEXIST: the name is taken. */
int spool_keep(int fd, int folder, const char *name);

#endif
