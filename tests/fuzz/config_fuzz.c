/* marfacrm.yaml by a stranger: a refusal with a place, or a configuration. */
#include <config/config.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  mcrm_error error = {0};
  config *c = NULL;
  int code = config_parse((const char *)data, size, "fuzz.yaml", &error, &c);
  if (code != error.code || (code == MCRM_OK) != (c != NULL)) abort();
  if (code && (code != MCRM_INVALID || !error.detail[0])) abort();
  config_free(c);
  return 0;
}
