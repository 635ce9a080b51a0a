#include <base/spool.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 64 << 10 };

int spool_open(const char *folder) {
  int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) return fd;
  char path[4096];
  if (snprintf(path, sizeof path, "%s/.marfacrm-upload-XXXXXX", folder) >= (int)sizeof path) return -1;
  fd = mkostemp(path, O_CLOEXEC);
  if (fd >= 0) unlink(path);
  return fd;
}

bool spool_write(int fd, const void *bytes, size_t length) {
  for (const char *at = bytes; length;) {
    ssize_t wrote = write(fd, at, length);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    at += wrote;
    length -= (size_t)wrote;
  }
  return true;
}

/* Where the kernel does not copy between the two, through memory. */
static bool append_by_hand(int fd, int from, int64_t offset, int64_t length) {
  char block[BLOCK];
  while (length > 0) {
    ssize_t got = pread(from, block, length < BLOCK ? (size_t)length : BLOCK, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || !spool_write(fd, block, (size_t)got)) return false;
    offset += got;
    length -= got;
  }
  return true;
}

bool spool_append(int fd, int from, int64_t offset, int64_t length) {
  while (length > 0) {
    off_t at = offset;
    ssize_t copied = copy_file_range(from, &at, fd, NULL, (size_t)length, 0);
    if (copied < 0 && errno == EINTR) continue;
    if (copied < 0 && (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS || errno == EPERM))
      return append_by_hand(fd, from, offset, length);
    if (copied <= 0) return false;
    offset += copied;
    length -= copied;
  }
  return true;
}

static int give_name(int fd, int folder, const char *name) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW);
}

/* Into a file with another name first, so that nobody finds half of it under the right one. */
static int keep_copy(int fd, int64_t length, int folder, const char *name) {
  char other[300];
  if (snprintf(other, sizeof other, ".%s.%ld-%d", name, (long)getpid(), fd) >= (int)sizeof other) {
    errno = ENAMETOOLONG;
    return -1;
  }
  int copy = openat(folder, other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (copy < 0) return -1;
  int kept = spool_append(copy, fd, 0, length) && !fsync(copy) ? linkat(folder, other, folder, name, 0) : -1;
  int problem = errno;
  close(copy);
  unlinkat(folder, other, 0);
  errno = problem;
  return kept;
}

int spool_keep(int fd, int folder, const char *name) {
  struct stat st;
  if (fstat(fd, &st)) return -1;
  int kept = -1;
  if (!st.st_nlink && !fsync(fd)) kept = give_name(fd, folder, name);
  if (kept && st.st_nlink == 0 && errno != EXDEV && errno != ENOENT) return -1;
  if (kept) kept = keep_copy(fd, st.st_size, folder, name);
  return kept ? kept : fsync(folder);
}
