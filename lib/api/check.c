#include <base/error.h>

#include "instance.h"

int mcrm_check(mcrm *instance, mcrm_error *error) {
  error_clear(error);
  int code = store_check(instance->store, error);
  if (!code && instance->host) code = host_check(instance->host, error);
  return code;
}
