#include <base/error.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sealed.h"

struct blob {
  int fd;
  bool is_sealed;
  int64_t bytes, open_block; /* the block that stands in `plain`, or -1 */
  sealed seal;
  char name[BLOB_NAME_SIZE], path[PATH_MAX];
  unsigned char key[BLOB_KEY_SIZE], plain[BLOB_BLOCK], block[SEALED_BLOCK];
};

static int damaged(mcrm_error *error, const char *name) {
  return error_set(error, MCRM_IO, "file", "file.damaged", "the kept file %.16s… is not what was kept", name);
}

static int read_at(const blob *file, int64_t offset, void *out, size_t length, mcrm_error *error) {
  for (size_t got = 0; got < length;) {
    ssize_t n = pread(file->fd, (char *)out + got, length - got, offset + (int64_t)got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return error_set(error, MCRM_IO, "file", "io", "a kept file cannot be read: %s", strerrordesc_np(errno));
    if (!n) return damaged(error, file->name);
    got += (size_t)n;
  }
  return MCRM_OK;
}

static int open_sealed(blob *file, const blobs *b, int64_t size, mcrm_error *error) {
  unsigned char head[SEALED_HEAD];
  if (!b->has_key)
    return error_set(error, MCRM_UNAVAILABLE, "file", "file.no_key",
                     "the kept file %.16s… is encrypted and no key is configured", file->name);
  memcpy(file->key, b->key, sizeof file->key);
  int code = read_at(file, 0, head, sizeof head, error);
  if (code) return code;
  if (!sealed_adopt(&file->seal, file->key, file->name, head)) return damaged(error, file->name);
  file->bytes = sealed_bytes(&file->seal);
  return sealed_size(file->bytes) == size ? MCRM_OK : damaged(error, file->name);
}

int blob_open(const blobs *b, const char *name, mcrm_error *error, blob **out) {
  *out = NULL;
  char path[BLOB_PATH_SIZE];
  struct stat st;
  blob *file = calloc(1, sizeof *file);
  if (!file) return error_no_memory(error);
  file->fd = -1;
  file->open_block = -1;
  int root = blob_name_valid(name) ? folder_root(b, false) : -1, code = MCRM_OK;
  for (int kind = 1; kind >= 0 && root >= 0 && file->fd < 0; kind--) {
    file->is_sealed = kind;
    blob_path_of(name, kind, path);
    file->fd = folder_open(root, path, O_RDONLY, 0);
  }
  if (file->fd < 0) {
    code = error_set(error, MCRM_NOT_FOUND, "file", "file.gone", "there is no file %.16s… any more", name);
  } else if (fstat(file->fd, &st) || !S_ISREG(st.st_mode)) {
    code = damaged(error, name);
  } else {
    snprintf(file->name, sizeof file->name, "%s", name);
    snprintf(file->path, sizeof file->path, "%s/%s", b->folder, path);
    file->bytes = st.st_size;
    if (file->is_sealed) code = open_sealed(file, b, st.st_size, error);
  }
  if (root >= 0) close(root);
  if (code)
    blob_close(file);
  else
    *out = file;
  return code;
}

void blob_close(blob *file) {
  if (!file) return;
  if (file->fd >= 0) close(file->fd);
  sodium_memzero(file, sizeof *file);
  free(file);
}

int64_t blob_size(const blob *file) { return file->bytes; }
const char *blob_path(const blob *file) { return file->is_sealed ? NULL : file->path; }

static int open_block(blob *file, int64_t index, mcrm_error *error) {
  if (file->open_block == index) return MCRM_OK;
  int64_t left = file->bytes - index * BLOB_BLOCK;
  size_t length = (left < BLOB_BLOCK ? (size_t)left : BLOB_BLOCK) + SEALED_TAG;
  file->open_block = -1;
  int code = read_at(file, SEALED_HEAD + index * SEALED_BLOCK, file->block, length, error);
  if (code) return code;
  if (!sealed_open_block(&file->seal, index, file->block, length, file->plain)) return damaged(error, file->name);
  file->open_block = index;
  return MCRM_OK;
}

int blob_read(blob *file, int64_t offset, void *out, size_t length, mcrm_error *error) {
  if (offset < 0 || offset > file->bytes || (uint64_t)length > (uint64_t)(file->bytes - offset))
    return error_set(error, MCRM_INTERNAL, "file", "internal", "a read beyond the end of a kept file");
  if (!file->is_sealed) return read_at(file, offset, out, length, error);
  for (char *to = out; length;) {
    int64_t index = offset / BLOB_BLOCK;
    size_t skip = (size_t)(offset % BLOB_BLOCK), piece = BLOB_BLOCK - skip < length ? BLOB_BLOCK - skip : length;
    int code = open_block(file, index, error);
    if (code) return code;
    memcpy(to, file->plain + skip, piece);
    to += piece;
    offset += (int64_t)piece;
    length -= piece;
  }
  return MCRM_OK;
}
