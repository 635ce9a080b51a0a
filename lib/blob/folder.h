/* Where files are, and how they are opened without leaving the folder. */
#ifndef BLOB_FOLDER_H
#define BLOB_FOLDER_H

#include <blob/blob.h>
#include <limits.h>

enum { BLOB_PATH_SIZE = 96, BLOB_BLOCK = 64 << 10 };

struct blobs {
  bool has_key;
  unsigned char key[BLOB_KEY_SIZE];
  char folder[PATH_MAX - BLOB_PATH_SIZE];
};

/* 64 lower-case hexadecimal digits and nothing else. */
bool blob_name_valid(const char *name);
/* "ab/cd/abcd…" with the ending of how it is kept. */
void blob_path_of(const char *name, bool sealed, char path[BLOB_PATH_SIZE]);
/* Opens below a folder: no symbolic link, no mount, no way out. */
int folder_open(int folder, const char *path, int flags, unsigned mode);
/* The folder itself, or -1 and errno. `make`: with its parents' last one missing it is made. */
int folder_root(const blobs *b, bool make);
/* Keeping shares the lock, erasing has it alone. -1 and errno; close it to let go. */
int folder_lock(int root, bool alone);
int folder_failed(mcrm_error *error, const blobs *b, const char *what);

#endif
