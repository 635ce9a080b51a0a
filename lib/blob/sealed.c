#include "sealed.h"

#include <sodium.h>
#include <string.h>

enum { MAGIC = 8, NONCE = 16, NAME = BLOB_NAME_SIZE - 1 };
static const unsigned char magic[MAGIC] = "MCRMB1\r\n";

static void put64(unsigned char *out, uint64_t value) {
  for (int i = 0; i < 8; i++) out[i] = (unsigned char)(value >> 8 * i);
}

void sealed_begin(sealed *s, const unsigned char *key, const char *name, int64_t bytes) {
  s->key = key;
  s->name = name;
  memcpy(s->head, magic, MAGIC);
  randombytes_buf(s->head + MAGIC, NONCE);
  put64(s->head + MAGIC + NONCE, (uint64_t)bytes);
}

bool sealed_adopt(sealed *s, const unsigned char *key, const char *name, const unsigned char head[SEALED_HEAD]) {
  s->key = key;
  s->name = name;
  memcpy(s->head, head, SEALED_HEAD);
  return !memcmp(head, magic, MAGIC) && sealed_bytes(s) > 0;
}

int64_t sealed_bytes(const sealed *s) {
  uint64_t value = 0;
  for (int i = 8; i-- > 0;) value = value << 8 | s->head[MAGIC + NONCE + i];
  return value > INT64_MAX / 2 ? -1 : (int64_t)value;
}

int64_t sealed_size(int64_t bytes) {
  return SEALED_HEAD + bytes + (bytes + BLOB_BLOCK - 1) / BLOB_BLOCK * (int64_t)SEALED_TAG;
}

/* What a block is bound to beside its content: the file's head and its name; its place is in the nonce. */
static void bind(const sealed *s, int64_t index, unsigned char nonce[NONCE + 8],
                 unsigned char bound[SEALED_HEAD + NAME]) {
  memcpy(nonce, s->head + MAGIC, NONCE);
  put64(nonce + NONCE, (uint64_t)index);
  memcpy(bound, s->head, SEALED_HEAD);
  memcpy(bound + SEALED_HEAD, s->name, NAME);
}

void sealed_close_block(const sealed *s, int64_t index, const void *plain, size_t length, unsigned char *out) {
  unsigned char nonce[NONCE + 8], bound[SEALED_HEAD + NAME];
  bind(s, index, nonce, bound);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, plain, length, bound, sizeof bound, NULL, nonce, s->key);
}

bool sealed_open_block(const sealed *s, int64_t index, const unsigned char *block, size_t length, void *plain) {
  unsigned char nonce[NONCE + 8], bound[SEALED_HEAD + NAME];
  bind(s, index, nonce, bound);
  return !crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, block, length, bound, sizeof bound, nonce,
                                                     s->key);
}
