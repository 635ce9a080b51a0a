/* The plugin's file: found, looked at, and read into memory that nobody can change, before any byte of it runs. */
#ifndef PROVIDER_FILE_H
#define PROVIDER_FILE_H

#include <marfacrm/types.h>
#include <stdbool.h>

enum { FILE_PATH_BYTES = 1024 };

/* Where the parts of an installation are, seen from the program or library that this code is in: `name` under the
 * folder of libraries ("marfacrm/plugins") or of programs ("marfacrm-provider"). MCRM_NOT_FOUND. */
int file_installed(bool program, const char *name, char out[FILE_PATH_BYTES]);
/* A path of a plugin: absolute as it is, a name within the folder (NULL = where they are installed). */
int file_plugin(const char *plugin, const char *folder, char out[FILE_PATH_BYTES], mcrm_error *error);
/* Owner and mode of the file and all folders above: neither may be somebody's beside root and us. */
int file_trusted(const char *path, mcrm_error *error);
/* A sealed copy of the file's bytes as a descriptor, verified: a regular file as trusted as above, of the digest where
 * one is given, and an ELF object of this machine that lies wholly within the file. */
int file_seal(const char *path, const char *sha256, int *fd, mcrm_error *error);

#endif
