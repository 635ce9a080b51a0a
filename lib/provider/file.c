#include "file.h"

#include "object.h"

#include <base/error.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST = 64 << 20 };

/* ---- where ---- */

static bool own_folder(char out[FILE_PATH_BYTES]) {
  Dl_info info;
  char resolved[PATH_MAX];
  const char *from = "/proc/self/exe";
  /* A shared library is named by its path; a program by what it was called by, which may be anything. */
  if (dladdr((void *)(uintptr_t)&file_installed, &info) && info.dli_fname && strstr(info.dli_fname, ".so"))
    from = info.dli_fname;
  if (!realpath(from, resolved)) return false;
  char *slash = strrchr(resolved, '/');
  if (!slash) return false;
  *slash = 0;
  return snprintf(out, FILE_PATH_BYTES, "%s", resolved) < FILE_PATH_BYTES;
}

static bool there(const char *base, const char *folder, const char *name, char out[FILE_PATH_BYTES]) {
  int length = snprintf(out, FILE_PATH_BYTES, "%s/%s%s", base, folder, name);
  return length > 0 && length < FILE_PATH_BYTES && !access(out, F_OK);
}

int file_installed(bool program, const char *name, char out[FILE_PATH_BYTES]) {
  static const char *const libraries[] = {"", "lib/", FILE_LIBRARIES "/"}, *const programs[] = {"libexec/",
                                                                                                FILE_PROGRAMS "/"};
  const char *const *folders = program ? programs : libraries;
  size_t count = program ? sizeof programs / sizeof *programs : sizeof libraries / sizeof *libraries;
  char base[FILE_PATH_BYTES];
  /* lib/x86_64-linux-gnu/libmarfacrm.so and bin/marfacrm are two and one steps below what they share. */
  for (int step = own_folder(base) ? 0 : 4; step < 4 && base[0]; step++) {
    for (size_t i = 0; i < count; i++)
      if (there(base, folders[i], name, out)) return MCRM_OK;
    *strrchr(base, '/') = 0;
  }
  return there(FILE_PREFIX, program ? "/" FILE_PROGRAMS "/" : "/" FILE_LIBRARIES "/", name, out) ? MCRM_OK
                                                                                                 : MCRM_NOT_FOUND;
}

int file_plugin(const char *plugin, const char *folder, char out[FILE_PATH_BYTES], mcrm_error *error) {
  if (plugin[0] == '/') {
    if (snprintf(out, FILE_PATH_BYTES, "%s", plugin) >= FILE_PATH_BYTES)
      return error_set(error, MCRM_INVALID, "plugin", "provider.path", "the plugin's path is too long");
    return MCRM_OK;
  }
  size_t length = strspn(plugin, "abcdefghijklmnopqrstuvwxyz0123456789-_");
  if (!length || plugin[length] || length > 40)
    return error_set(error, MCRM_INVALID, "plugin", "provider.path",
                     "'%.60s' is neither an absolute path nor the name of a plugin", plugin);
  char resolved[PATH_MAX];
  if (!folder) {
    char name[64];
    snprintf(name, sizeof name, "marfacrm/plugins/%s.so", plugin);
    if (!file_installed(false, name, out)) return MCRM_OK;
    return error_set(error, MCRM_NOT_FOUND, "plugin", "provider.no_plugin", "no plugin %s is installed", plugin);
  }
  if (!realpath(folder, resolved) || snprintf(out, FILE_PATH_BYTES, "%s/%s.so", resolved, plugin) >= FILE_PATH_BYTES ||
      access(out, F_OK))
    return error_set(error, MCRM_NOT_FOUND, "plugin", "provider.no_plugin", "there is no %s.so in %.120s", plugin,
                     folder);
  return MCRM_OK;
}

/* ---- whose ---- */

static int deny(mcrm_error *error, const char *path, const char *why) {
  return error_set(error, MCRM_DENIED, "plugin", "provider.untrusted", "%.180s %s", path, why);
}

static int check_owner(const struct stat *st, const char *path, bool folder, mcrm_error *error) {
  if (st->st_uid && st->st_uid != geteuid()) return deny(error, path, "belongs to another user");
  /* In a folder such as /tmp nobody can rename what is another's. */
  if (st->st_mode & (S_IWGRP | S_IWOTH) && !(folder && st->st_mode & S_ISVTX))
    return deny(error, path, "may be written by others (chmod go-w)");
  return MCRM_OK;
}

static int check_folders(char *path, mcrm_error *error) {
  for (char *slash = strrchr(path, '/'); slash; slash = strrchr(path, '/')) {
    struct stat st;
    *slash = 0;
    const char *folder = *path ? path : "/";
    if (lstat(folder, &st) || !S_ISDIR(st.st_mode)) return deny(error, folder, "is not a folder");
    int code = check_owner(&st, folder, true, error);
    if (code) return code;
  }
  return MCRM_OK;
}

/* Opened without following a link at the end; the folders are looked at with all their links resolved. */
static int open_trusted(const char *path, int *fd, mcrm_error *error) {
  char folder[PATH_MAX], resolved[PATH_MAX];
  const char *slash = strrchr(path, '/');
  struct stat st;
  if (path[0] != '/' || !slash[1] || strlen(path) >= FILE_PATH_BYTES)
    return error_set(error, MCRM_INVALID, "plugin", "provider.path", "%.180s is not the absolute path of a file", path);
  snprintf(folder, sizeof folder, "%.*s/", (int)(slash - path), path);
  if (!realpath(folder, resolved) || strlen(resolved) + strlen(slash) >= sizeof resolved)
    return error_set(error, MCRM_NOT_FOUND, "plugin", "provider.no_plugin", "there is no %.180s", path);
  strcat(resolved, slash);
  *fd = open(resolved, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (*fd < 0 && errno == ENOENT)
    return error_set(error, MCRM_NOT_FOUND, "plugin", "provider.no_plugin", "there is no %.180s", path);
  if (*fd < 0) return deny(error, path, errno == ELOOP ? "is a link" : "cannot be opened");
  int code = fstat(*fd, &st) || !S_ISREG(st.st_mode) ? deny(error, path, "is not a file")
                                                     : check_owner(&st, path, false, error);
  if (!code) code = check_folders(resolved, error);
  if (code) close(*fd);
  return code;
}

int file_trusted(const char *path, mcrm_error *error) {
  int fd, code = open_trusted(path, &fd, error);
  if (!code) close(fd);
  return code;
}

/* ---- what ---- */

static int copy_bytes(int from, int to, size_t length) {
  char block[16 << 10];
  for (size_t done = 0; done < length;) {
    ssize_t got = read(from, block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return MCRM_IO;
    for (ssize_t put = 0; put < got;) {
      ssize_t n = write(to, block + put, (size_t)(got - put));
      if (n < 0 && errno != EINTR) return MCRM_IO;
      if (n > 0) put += n;
    }
    done += (size_t)got;
  }
  return MCRM_OK;
}

static int check_digest(const unsigned char *bytes, size_t length, const char *path, const char *wanted,
                        mcrm_error *error) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  char hex[sizeof digest * 2 + 1];
  crypto_hash_sha256(digest, bytes, length);
  sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
  if (!strcasecmp(hex, wanted)) return MCRM_OK;
  return error_set(error, MCRM_DENIED, "sha256", "provider.digest", "%.120s has the digest %s", path, hex);
}

static int check_bytes(int memory, size_t length, const char *path, const char *sha256, mcrm_error *error) {
  unsigned char *bytes = mmap(NULL, length, PROT_READ, MAP_SHARED, memory, 0);
  if (bytes == MAP_FAILED) return error_no_memory(error);
  int code = sha256 ? check_digest(bytes, length, path, sha256, error) : MCRM_OK;
  const char *wrong = code ? NULL : object_wrong(bytes, length);
  if (wrong) code = error_set(error, MCRM_INVALID, "plugin", "provider.plugin", "%.180s %s", path, wrong);
  munmap(bytes, length);
  return code;
}

int file_seal(const char *path, const char *sha256, int *fd, mcrm_error *error) {
  int from, code = open_trusted(path, &from, error), memory = -1;
  struct stat st;
  if (code) return code;
  if (fstat(from, &st) || st.st_size <= 0 || st.st_size > LARGEST)
    code = error_set(error, MCRM_INVALID, "plugin", "provider.plugin", "%.180s is empty or too large", path);
  if (!code) {
    memory = memfd_create("marfacrm-plugin", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory < 0 || copy_bytes(from, memory, (size_t)st.st_size) ||
        fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
      code = error_set(error, MCRM_IO, "plugin", "provider.io", "%.180s cannot be read into memory: %d", path, errno);
  }
  if (!code && !fstat(memory, &st)) code = check_bytes(memory, (size_t)st.st_size, path, sha256, error);
  close(from);
  if (code && memory >= 0) close(memory);
  if (!code) *fd = memory;
  return code;
}
