/* Writing: into a file without a meaning, to the disk, then under its name; so that a name never stands for less than
 * the whole. */
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

static bool write_all(int fd, const unsigned char *bytes, size_t length) {
  while (length) {
    ssize_t wrote = write(fd, bytes, length);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    bytes += wrote;
    length -= (size_t)wrote;
  }
  return true;
}

/* 1 the whole block, 0 the file ended before, -1 errno */
static int read_block(int fd, int64_t offset, unsigned char *out, size_t length) {
  for (size_t got = 0; got < length;) {
    ssize_t n = pread(fd, out + got, length - got, offset + (int64_t)got);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n < 0 ? -1 : 0;
    got += (size_t)n;
  }
  return 1;
}

typedef struct keeping {
  blobs *b;
  int from, to;
  int64_t bytes;
  const char *name;
  mcrm_error *error;
  unsigned char plain[BLOB_BLOCK], block[SEALED_BLOCK];
} keeping;

/* Copies block by block, and sees that the content is what its name says. */
static int copy(keeping *k) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  char name[BLOB_NAME_SIZE];
  crypto_hash_sha256_state state;
  sealed s;
  crypto_hash_sha256_init(&state);
  if (k->b->has_key) {
    sealed_begin(&s, k->b->key, k->name, k->bytes);
    if (!write_all(k->to, s.head, sizeof s.head)) return folder_failed(k->error, k->b, "write a file");
  }
  for (int64_t at = 0, index = 0; at < k->bytes; at += BLOB_BLOCK, index++) {
    size_t length = k->bytes - at < BLOB_BLOCK ? (size_t)(k->bytes - at) : BLOB_BLOCK;
    int got = read_block(k->from, at, k->plain, length);
    if (got < 0) return folder_failed(k->error, k->b, "read what is to be kept");
    if (!got) break;
    crypto_hash_sha256_update(&state, k->plain, length);
    if (k->b->has_key) sealed_close_block(&s, index, k->plain, length, k->block);
    if (!write_all(k->to, k->b->has_key ? k->block : k->plain, k->b->has_key ? length + SEALED_TAG : length))
      return folder_failed(k->error, k->b, "write a file");
  }
  crypto_hash_sha256_final(&state, hash);
  sodium_bin2hex(name, sizeof name, hash, sizeof hash);
  if (strcmp(name, k->name))
    return error_set(k->error, MCRM_INVALID, "file", "file.changed", "the file changed while it was being read");
  return fsync(k->to) ? folder_failed(k->error, k->b, "write a file") : MCRM_OK;
}

/* The folders on the way to a name, on the disk before anything is in them. */
static bool make_folders(int root, const char *path) {
  char part[BLOB_PATH_SIZE];
  for (int length = 2; length <= 5; length += 3) {
    snprintf(part, sizeof part, "%.*s", length, path);
    if (!mkdirat(root, part, 0700)) {
      char above[BLOB_PATH_SIZE];
      snprintf(above, sizeof above, "%.*s", length == 2 ? 1 : 2, length == 2 ? "." : path);
      int fd = folder_open(root, above, O_RDONLY | O_DIRECTORY, 0);
      bool done = fd >= 0 && !fsync(fd);
      if (fd >= 0) close(fd);
      if (!done) return false;
    } else if (errno != EEXIST) {
      return false;
    }
  }
  return true;
}

/* Under its name, and durably so. The other way of keeping it, from before or after there was a key, goes. */
static int name_it(keeping *k, int root, int folder, const char *fresh, const char *path) {
  char other[BLOB_PATH_SIZE];
  int lock = folder_lock(root, false);
  if (lock < 0 || renameat(folder, fresh, root, path) || fsync(folder)) {
    if (lock >= 0) close(lock);
    return folder_failed(k->error, k->b, "name a file");
  }
  blob_path_of(k->name, !k->b->has_key, other);
  unlinkat(root, other, 0);
  close(lock);
  return MCRM_OK;
}

static int keep_in(keeping *k, int root) {
  char path[BLOB_PATH_SIZE], below[BLOB_PATH_SIZE], fresh[48];
  unsigned char noise[12];
  char word[sizeof noise * 2 + 1];
  blob_path_of(k->name, k->b->has_key, path);
  snprintf(below, sizeof below, "%.5s", path);
  randombytes_buf(noise, sizeof noise);
  snprintf(fresh, sizeof fresh, ".new-%s", sodium_bin2hex(word, sizeof word, noise, sizeof noise));
  int folder = make_folders(root, path) ? folder_open(root, below, O_RDONLY | O_DIRECTORY, 0) : -1;
  if (folder < 0) return folder_failed(k->error, k->b, "make a folder");
  k->to = folder_open(folder, fresh, O_WRONLY | O_CREAT | O_EXCL, 0600);
  int code = k->to < 0 ? folder_failed(k->error, k->b, "make a file") : copy(k);
  if (k->to >= 0) close(k->to);
  if (!code) code = name_it(k, root, folder, fresh, path);
  if (code) unlinkat(folder, fresh, 0);
  close(folder);
  return code;
}

int blobs_keep(blobs *b, int descriptor, int64_t bytes, const char *name, mcrm_error *error) {
  if (!blob_name_valid(name) || bytes <= 0)
    return error_set(error, MCRM_INTERNAL, "file", "internal", "a file is kept under its SHA-256");
  keeping *k = malloc(sizeof *k);
  if (!k) return error_no_memory(error);
  *k = (keeping){.b = b, .from = descriptor, .bytes = bytes, .name = name, .error = error};
  int root = folder_root(b, true), code;
  if (root < 0)
    code = folder_failed(error, b, "make the folder");
  else {
    code = keep_in(k, root);
    close(root);
  }
  sodium_memzero(k, sizeof *k);
  free(k);
  return code;
}

/* ---- a folder's files in another folder ---- */

typedef struct copying {
  blobs *from, *to;
  mcrm_error *error;
} copying;

static int copy_bytes(int from, int to) {
  unsigned char block[16 << 10];
  ssize_t got;
  while ((got = read(from, block, sizeof block)) > 0)
    if (!write_all(to, block, (size_t)got)) return -1;
  return got || fsync(to) ? -1 : 0;
}

static int copy_file(copying *c, const char *path) {
  int code = MCRM_OK, source = folder_root(c->from, false), target = folder_root(c->to, true), from = -1, to = -1;
  if (source >= 0) from = folder_open(source, path, O_RDONLY, 0);
  if (from < 0) goto out; /* the other way of keeping it, or erased meanwhile */
  if (target < 0 || !make_folders(target, path)) {
    code = folder_failed(c->error, c->to, "make a folder");
    goto out;
  }
  if (!linkat(source, path, target, path, 0) || errno == EEXIST) goto out;
  to = folder_open(target, path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (to < 0 || copy_bytes(from, to)) {
    code = folder_failed(c->error, c->to, "write a file");
    if (to >= 0) unlinkat(target, path, 0);
  }
out:
  if (from >= 0) close(from);
  if (to >= 0) close(to);
  if (source >= 0) close(source);
  if (target >= 0) close(target);
  return code;
}

static int copy_name(void *context, const char *name, int64_t bytes) {
  char path[BLOB_PATH_SIZE];
  (void)bytes;
  for (int kind = 0; kind < 2; kind++) {
    blob_path_of(name, kind, path);
    int code = copy_file(context, path);
    if (code) return code;
  }
  return MCRM_OK;
}

int blobs_copy(const char *from, const char *to, mcrm_error *error) {
  copying c = {blobs_new(from, NULL), blobs_new(to, NULL), error};
  int code = c.from && c.to ? blobs_each(c.from, INT64_MAX, copy_name, &c, NULL, error) : error_no_memory(error);
  blobs_free(c.from);
  blobs_free(c.to);
  return code;
}
