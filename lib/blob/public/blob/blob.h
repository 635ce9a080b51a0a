/* Files beside the database that are too large for its rows: each is named by the SHA-256 of what is in it, so that
 * the same content is kept once and a name never changes its meaning. Rows name files; a file is written whole and is
 * on the disk before a row does. With a key everything is encrypted at rest.
 *
 * Any number of threads and processes may use a folder at once. */
#ifndef BLOB_BLOB_H
#define BLOB_BLOB_H

#include <marfacrm/types.h>
#include <stdbool.h>

typedef struct blobs blobs;
typedef struct blob blob;

enum { BLOB_KEY_SIZE = 32, BLOB_NAME_SIZE = 65, BLOB_STAMP_SIZE = 64 };

/* The folder is made when the first file comes. key: BLOB_KEY_SIZE bytes, copied; NULL: files are kept as they are.
 * What was kept before there was a key stays readable. NULL: no memory. */
blobs *blobs_new(const char *folder, const unsigned char *key);
void blobs_free(blobs *b);
const char *blobs_folder(const blobs *b);

/* Keeps the bytes of a descriptor (read from its beginning by offset) under the name of their SHA-256, which must be
 * `name`; durably, when it returns MCRM_OK. Kept again it is a new file in the old one's place. */
int blobs_keep(blobs *b, int descriptor, int64_t bytes, const char *name, mcrm_error *error);

/* Opens a file to be read: MCRM_NOT_FOUND where there is none. */
int blob_open(const blobs *b, const char *name, mcrm_error *error, blob **out);
void blob_close(blob *file);
int64_t blob_size(const blob *file);
/* Exactly `length` bytes of the content from `offset` on. MCRM_IO also where it is not what was kept. */
int blob_read(blob *file, int64_t offset, void *out, size_t length, mcrm_error *error);
/* Where the content lies on this machine as it is; NULL if it is encrypted. Lives as long as the file is open. */
const char *blob_path(const blob *file);

/* Which file stands there now: blobs_erase removes that one and no other, so that what was kept again meanwhile stays.
 * "" where there is none. */
void blobs_stamp(const blobs *b, const char *name, char stamp[BLOB_STAMP_SIZE]);
/* Removes a file; one that is gone, or is another than the stamp says, is no failure. stamp NULL: whichever. */
int blobs_erase(blobs *b, const char *name, const char *stamp, mcrm_error *error);

/* Calls `each` with the name of every file that was last kept before `before` (of the system's clock), and clears away
 * what was left of writing that never ended. A code of `each` ends the walk. *count: how many files there are. */
int blobs_each(blobs *b, mcrm_time before, int (*each)(void *context, const char *name, int64_t bytes), void *context,
               int64_t *count, mcrm_error *error);

/* Makes every file of a folder stand in another folder, too: linked where that can be, else copied. */
int blobs_copy(const char *from, const char *to, mcrm_error *error);

#endif
