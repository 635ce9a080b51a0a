#include "file.h"

#include <base/error.h>
#include <errno.h>
#include <fcntl.h>
#include <marfacrm/file.h>
#include <model/entities.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 64 << 10, DIGEST_TEXT = crypto_hash_sha256_BYTES * 2 + 1 };

/* The record is the call's own copy. */
static mcrm_file *file_of(const model_entity *e, const void *record) {
  const model_field *f = record ? model_file_field(e) : NULL;
  return f && model_has(record, f) ? (mcrm_file *)(uintptr_t)model_object(record, f) : NULL;
}

bool file_named(const model_entity *e, const void *record) {
  const mcrm_file *file = file_of(e, record);
  return file && MCRM_HAS(file, path);
}

void file_hide(const model_entity *e, void *record) {
  mcrm_file *file = file_of(e, record);
  if (file) file->present &= ~MCRM_BIT_OF(file, path);
}

static int refuse(mcrm_error *error, const char *message, const char *path, const char *why) {
  return error_set(error, MCRM_INVALID, "file.path", message, "%.120s: %s", path, why);
}

static int measure(int fd, arena *a, mcrm_file *file, int64_t *bytes) {
  unsigned char block[BLOCK], hash[crypto_hash_sha256_BYTES];
  char text[DIGEST_TEXT];
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  *bytes = 0;
  for (ssize_t got; (got = pread(fd, block, sizeof block, *bytes)) != 0;) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    crypto_hash_sha256_update(&state, block, (size_t)got);
    *bytes += got;
  }
  crypto_hash_sha256_final(&state, hash);
  sodium_bin2hex(text, sizeof text, hash, sizeof hash);
  MCRM_SET(file, bytes, *bytes);
  MCRM_SET(file, sha256, arena_text(a, text));
  return 0;
}

int file_take(const api_operation *o, void *input, arena *a, crm_file *out, mcrm_error *error) {
  struct stat st;
  mcrm_file *file = file_of(o->input, input);
  *out = (crm_file){.descriptor = -1};
  if (!file) return MCRM_OK;
  int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return refuse(error, "file.unreadable", file->path, strerrorname_np(errno));
  int code = MCRM_OK;
  if (fstat(fd, &st) || !S_ISREG(st.st_mode))
    code = refuse(error, "file.unreadable", file->path, "it is not a plain file");
  else if (measure(fd, a, file, &out->bytes))
    code = refuse(error, "file.unreadable", file->path, strerrorname_np(errno));
  else if (!out->bytes)
    code = refuse(error, "file.empty", file->path, "it is empty");
  if (code) {
    close(fd);
    return code;
  }
  out->descriptor = fd;
  file_hide(o->input, input);
  return arena_failed(a) ? error_no_memory(error) : MCRM_OK;
}

void file_release(crm_file *file) {
  if (file->descriptor >= 0) close(file->descriptor);
  file->descriptor = -1;
}
