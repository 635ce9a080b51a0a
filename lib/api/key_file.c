#include "key_file.h"

#include <base/error.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static int make(const char *path, mcrm_error *error) {
  unsigned char key[STORE_KEY_SIZE];
  if (getrandom(key, sizeof key, 0) != (ssize_t)sizeof key)
    return error_set(error, MCRM_INTERNAL, "key_file", "internal", "the kernel gives no random bytes");
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    if (errno == EEXIST) return MCRM_OK; /* another process made it just now */
    return error_set(error, MCRM_IO, "key_file", "io", "cannot make %s: %s", path, strerrordesc_np(errno));
  }
  bool written = write(fd, key, sizeof key) == (ssize_t)sizeof key && !fsync(fd);
  int failed = errno;
  close(fd);
  explicit_bzero(key, sizeof key);
  if (written) return MCRM_OK;
  unlink(path);
  return error_set(error, MCRM_IO, "key_file", "io", "cannot write %s: %s", path, strerrordesc_np(failed));
}

int key_file_read(const char *path, bool create, mcrm_error *error, unsigned char key[STORE_KEY_SIZE]) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 && errno == ENOENT && create) {
    int code = make(path, error);
    if (code) return code;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  }
  if (fd < 0)
    return error_set(error, errno == ENOENT ? MCRM_NOT_FOUND : MCRM_IO, "key_file", "key_file.unreadable",
                     "cannot read the instance key %s: %s", path, strerrordesc_np(errno));
  struct stat status;
  unsigned char more;
  int code = MCRM_OK;
  if (fstat(fd, &status) || !S_ISREG(status.st_mode) || (status.st_mode & 077) || status.st_uid != geteuid())
    code = error_set(error, MCRM_INVALID, "key_file", "key_file.open",
                     "%s must be a file of this user that nobody else may read (chmod 600)", path);
  else if (read(fd, key, STORE_KEY_SIZE) != STORE_KEY_SIZE || read(fd, &more, 1) != 0)
    code =
        error_set(error, MCRM_INVALID, "key_file", "key_file.size", "%s does not hold %d bytes", path, STORE_KEY_SIZE);
  close(fd);
  return code;
}
