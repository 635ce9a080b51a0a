/* Which driver a URL means. SQLite is linked in; others are modules, so that the library does not need what they need.
 */
#include <base/error.h>
#include <base/loader.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

#ifndef STORE_MODULES
#error "STORE_MODULES, the folder of the installed modules, comes from the build"
#endif

static const char module_name[] = "marfacrm-postgres.so";

/* Names of libpq and its friends must not be met by those of the host (Node brings its own OpenSSL). The sanitizers
 * refuse that. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { LOAD = RTLD_NOW | RTLD_LOCAL };
#else
enum { LOAD = RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND };
#endif

static bool readable(const char *path) { return !access(path, R_OK); }

/* The folder of the program or library that this code is in. */
static bool own_folder(char out[PATH_MAX]) {
  Dl_info info;
  if (!dladdr((const void *)module_name, &info) || !info.dli_fname) return false;
  if (!realpath(info.dli_fname, out)) return false;
  char *slash = strrchr(out, '/');
  if (slash) *slash = 0;
  return slash != NULL;
}

/* In the folder that the environment names, or where it is installed, or where an installation that was moved as a
 * whole (or a build) has it. */
static bool find_module(char out[PATH_MAX]) {
  static const char *const beside[] = {"marfacrm", "../lib/marfacrm", "../" STORE_LIBDIR "/marfacrm"};
  char folder[PATH_MAX];
  const char *named = secure_getenv("MARFACRM_MODULES");
  if (named && named[0] == '/') return snprintf(out, PATH_MAX, "%s/%s", named, module_name) < PATH_MAX && readable(out);
  if (own_folder(folder))
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
      if (snprintf(out, PATH_MAX, "%s/%s/%s", folder, beside[i], module_name) < PATH_MAX && readable(out)) return true;
  return snprintf(out, PATH_MAX, "%s/%s", STORE_MODULES, module_name) < PATH_MAX && readable(out);
}

/* Code that anybody may write is not loaded. */
static int trustworthy(const char *path, mcrm_error *error) {
  struct stat s;
  if (stat(path, &s)) return error_set(error, MCRM_UNSUPPORTED, "url", "store.module", "%s cannot be read", path);
  if ((s.st_uid != 0 && s.st_uid != geteuid()) || (s.st_mode & S_IWOTH))
    return error_set(error, MCRM_UNSUPPORTED, "url", "store.module", "%s may be written by others", path);
  return MCRM_OK;
}

/* A module stays loaded: what it brought along may have left threads' destructors behind. */
static const store_driver *load(mcrm_error *error) {
  char path[PATH_MAX];
  if (loader_need("url", "the driver for PostgreSQL", error)) return NULL;
  if (!find_module(path)) {
    error_set(error, MCRM_UNSUPPORTED, "url", "store.module",
              "the driver for PostgreSQL (%s) is not installed; MARFACRM_MODULES may name its folder", module_name);
    return NULL;
  }
  if (trustworthy(path, error)) return NULL;
  void *module = dlopen(path, LOAD);
  store_driver_entry *entry = module ? (store_driver_entry *)(uintptr_t)dlsym(module, "marfacrm_store_driver") : NULL;
  const store_driver *driver = entry ? entry(STORE_DRIVER_VERSION) : NULL;
  if (!driver) {
    const char *why = entry ? "it was built for another version of the library" : dlerror();
    error_set(error, MCRM_UNSUPPORTED, "url", "store.module", "%s: %s", path, why ? why : "it cannot be loaded");
  }
  return driver;
}

const store_driver *store_driver_for(const char *url, const char **rest, mcrm_error *error) {
  *rest = url;
  if (!strncmp(url, "sqlite:", 7)) {
    *rest = url + 7;
    return &store_sqlite;
  }
  if (!strncmp(url, "postgresql://", 13) || !strncmp(url, "postgres://", 11)) return load(error);
  const char *slashes = strstr(url, "://");
  if (slashes && slashes == url + strspn(url, "abcdefghijklmnopqrstuvwxyz")) {
    error_set(error, MCRM_UNSUPPORTED, "url", "store.scheme", "no database driver for %.*s:", (int)(slashes - url),
              url);
    return NULL;
  }
  return &store_sqlite;
}
