#include "module.h"

#include "file.h"

#include <base/error.h>
#include <dlfcn.h>
#include <string.h>

/* In a host such as Node, which exports an OpenSSL of its own, libcurl must find the one that it was built for. The
 * sanitizers, though, want to stand before everything. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(RTLD_DEEPBIND)
enum { BINDING = 0 };
#else
enum { BINDING = RTLD_DEEPBIND };
#endif

int module_transport(const transport_table **out, mcrm_error *error) {
  char path[FILE_PATH_BYTES];
  if (file_installed(false, "marfacrm/marfacrm-transport.so", path))
    return error_set(error, MCRM_NOT_FOUND, "plugin", "provider.no_transport",
                     "marfacrm-transport.so is not installed");
  int code = file_trusted(path, error);
  if (code) return code;
  void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL | BINDING);
  void *symbol = object ? dlsym(object, "marfacrm_transport") : NULL;
  if (!symbol)
    return error_set(error, MCRM_UNAVAILABLE, "plugin", "provider.no_transport", "%.120s cannot be loaded", path);
  transport_entry_function *entry;
  memcpy(&entry, &symbol, sizeof entry);
  *out = entry();
  return MCRM_OK;
}
