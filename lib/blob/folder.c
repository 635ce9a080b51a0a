#include "folder.h"

#include <base/error.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char lock_name[] = ".lock", sealed_ending[] = ".sealed";

blobs *blobs_new(const char *folder, const unsigned char *key) {
  blobs *b = calloc(1, sizeof *b);
  if (!b) return NULL;
  if (snprintf(b->folder, sizeof b->folder, "%s", folder) >= (int)sizeof b->folder) {
    free(b);
    return NULL;
  }
  b->has_key = key != NULL;
  if (key) memcpy(b->key, key, sizeof b->key);
  return b;
}

void blobs_free(blobs *b) {
  if (!b) return;
  sodium_memzero(b->key, sizeof b->key);
  free(b);
}

const char *blobs_folder(const blobs *b) { return b->folder; }

bool blob_name_valid(const char *name) {
  return name && strspn(name, "0123456789abcdef") == BLOB_NAME_SIZE - 1 && !name[BLOB_NAME_SIZE - 1];
}

void blob_path_of(const char *name, bool sealed, char path[BLOB_PATH_SIZE]) {
  snprintf(path, BLOB_PATH_SIZE, "%.2s/%.2s/%.64s%s", name, name + 2, name, sealed ? sealed_ending : "");
}

int folder_open(int folder, const char *path, int flags, unsigned mode) {
  struct open_how how = {.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
                         .mode = mode,
                         .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV};
  long fd = syscall(SYS_openat2, folder, path, &how, sizeof how);
  /* Older kernels and some sandboxes do not have it; the names are ours, so this is a second line only. */
  if (fd < 0 && (errno == ENOSYS || errno == EPERM)) return openat(folder, path, flags | O_CLOEXEC | O_NOFOLLOW, mode);
  return (int)fd;
}

int folder_root(const blobs *b, bool make) {
  int fd = open(b->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0 || errno != ENOENT || !make) return fd;
  if (mkdir(b->folder, 0700) && errno != EEXIST) return -1;
  return open(b->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int folder_lock(int root, bool alone) {
  int fd = folder_open(root, lock_name, O_RDWR | O_CREAT, 0600);
  if (fd < 0) return -1;
  int got;
  do got = flock(fd, alone ? LOCK_EX : LOCK_SH);
  while (got && errno == EINTR);
  if (!got) return fd;
  close(fd);
  return -1;
}

int folder_failed(mcrm_error *error, const blobs *b, const char *what) {
  int number = errno;
  return error_set(error, number == ENOMEM ? MCRM_NO_MEMORY : MCRM_IO, "file",
                   number == ENOSPC || number == EDQUOT ? "io.full" : "io", "cannot %s in %.160s: %s", what, b->folder,
                   strerrordesc_np(number));
}

/* ---- stamps ---- */

static bool stamp_at(int root, const char *name, bool sealed, char stamp[BLOB_STAMP_SIZE]) {
  char path[BLOB_PATH_SIZE];
  struct stat st;
  blob_path_of(name, sealed, path);
  if (fstatat(root, path, &st, AT_SYMLINK_NOFOLLOW)) return false;
  snprintf(stamp, BLOB_STAMP_SIZE, "%llx-%llx.%lx", (unsigned long long)st.st_ino,
           (unsigned long long)st.st_mtim.tv_sec, (unsigned long)st.st_mtim.tv_nsec);
  return true;
}

void blobs_stamp(const blobs *b, const char *name, char stamp[BLOB_STAMP_SIZE]) {
  stamp[0] = 0;
  int root = blob_name_valid(name) ? folder_root(b, false) : -1;
  if (root < 0) return;
  if (!stamp_at(root, name, true, stamp)) stamp_at(root, name, false, stamp);
  close(root);
}

static int erase_one(int root, const char *name, bool sealed, const char *stamp) {
  char path[BLOB_PATH_SIZE], now[BLOB_STAMP_SIZE];
  if (!stamp_at(root, name, sealed, now) || (stamp && strcmp(stamp, now))) return 0;
  blob_path_of(name, sealed, path);
  return unlinkat(root, path, 0) && errno != ENOENT ? -1 : 0;
}

int blobs_erase(blobs *b, const char *name, const char *stamp, mcrm_error *error) {
  if (!blob_name_valid(name)) return MCRM_OK;
  int root = folder_root(b, false), code = MCRM_OK;
  if (root < 0) return errno == ENOENT ? MCRM_OK : folder_failed(error, b, "open the files");
  int lock = folder_lock(root, true);
  if (lock < 0 || erase_one(root, name, true, stamp) || erase_one(root, name, false, stamp))
    code = folder_failed(error, b, "erase a file");
  if (lock >= 0) close(lock);
  close(root);
  return code;
}

/* ---- all of them ---- */

typedef struct pass {
  blobs *b;
  int root;
  mcrm_time before;
  int (*each)(void *context, const char *name, int64_t bytes);
  void *context;
  int64_t *count;
} pass;

static mcrm_time changed_at(const struct stat *st) {
  return (mcrm_time)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
}

/* "abcd….sealed" → the name; false where it is no file of ours. */
static bool name_of(const char *file, char name[BLOB_NAME_SIZE]) {
  size_t length = strlen(file);
  if (length < BLOB_NAME_SIZE - 1 || (file[BLOB_NAME_SIZE - 1] && strcmp(file + BLOB_NAME_SIZE - 1, sealed_ending)))
    return false;
  memcpy(name, file, BLOB_NAME_SIZE - 1);
  name[BLOB_NAME_SIZE - 1] = 0;
  return blob_name_valid(name);
}

static int pass_file(pass *p, int folder, const char *file) {
  struct stat st;
  char name[BLOB_NAME_SIZE];
  if (fstatat(folder, file, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode)) return MCRM_OK;
  bool old = changed_at(&st) < p->before;
  if (!name_of(file, name)) {
    if (old && file[0] == '.') unlinkat(folder, file, 0); /* half a file that nobody came back for */
    return MCRM_OK;
  }
  ++*p->count;
  return old && p->each ? p->each(p->context, name, st.st_size) : MCRM_OK;
}

static int pass_folder(pass *p, const char *path, int depth) {
  int fd = folder_open(p->root, path, O_RDONLY | O_DIRECTORY, 0), code = MCRM_OK;
  DIR *entries = fd < 0 ? NULL : fdopendir(fd);
  if (!entries) {
    if (fd >= 0) close(fd);
    return MCRM_OK; /* gone meanwhile */
  }
  for (struct dirent *e = readdir(entries); e && !code; e = readdir(entries)) {
    char below[BLOB_PATH_SIZE];
    if (depth == 2)
      code = pass_file(p, dirfd(entries), e->d_name);
    else if (strspn(e->d_name, "0123456789abcdef") == 2 && !e->d_name[2]) {
      snprintf(below, sizeof below, "%s/%.2s", path, e->d_name);
      code = pass_folder(p, below, depth + 1);
    }
  }
  closedir(entries);
  return code;
}

int blobs_each(blobs *b, mcrm_time before, int (*each)(void *context, const char *name, int64_t bytes), void *context,
               int64_t *count, mcrm_error *error) {
  int64_t files = 0;
  pass p = {.b = b, .before = before, .each = each, .context = context, .count = &files};
  p.root = folder_root(b, false);
  int code = MCRM_OK;
  if (p.root < 0 && errno != ENOENT) code = folder_failed(error, b, "list the files");
  if (p.root >= 0) {
    code = pass_folder(&p, ".", 0);
    close(p.root);
  }
  if (count) *count = files;
  return code;
}
