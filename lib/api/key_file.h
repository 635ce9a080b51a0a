/* The instance key: 32 random bytes in a file of mode 0600 beside the database. */
#ifndef API_KEY_FILE_H
#define API_KEY_FILE_H

#include <marfacrm/types.h>
#include <stdbool.h>
#include <store/store.h>

/* Reads the key; with `create` makes a missing one. A file that others may read, or of another size, is refused. */
int key_file_read(const char *path, bool create, mcrm_error *error, unsigned char key[STORE_KEY_SIZE]);
#endif
