/* A file at rest under a key: a head, then blocks that are encrypted and authenticated one by one, so that any part can
 * be read without the rest. Each block is bound to its place, its file and the file's length. */
#ifndef BLOB_SEALED_H
#define BLOB_SEALED_H

#include "folder.h"

enum { SEALED_HEAD = 32, SEALED_TAG = 16, SEALED_BLOCK = BLOB_BLOCK + SEALED_TAG };

typedef struct sealed {
  unsigned char head[SEALED_HEAD];
  const unsigned char *key;
  const char *name;
} sealed;

void sealed_begin(sealed *s, const unsigned char *key, const char *name, int64_t bytes);
/* false: not a head of ours. */
bool sealed_adopt(sealed *s, const unsigned char *key, const char *name, const unsigned char head[SEALED_HEAD]);
int64_t sealed_bytes(const sealed *s);
/* The size on the disk of so much content. */
int64_t sealed_size(int64_t bytes);
void sealed_close_block(const sealed *s, int64_t index, const void *plain, size_t length, unsigned char *out);
bool sealed_open_block(const sealed *s, int64_t index, const unsigned char *block, size_t length, void *plain);

#endif
