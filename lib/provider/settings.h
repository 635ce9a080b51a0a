/* The options of an instance that are the transport's, read by the same kind of table as a plugin's. */
#ifndef PROVIDER_SETTINGS_H
#define PROVIDER_SETTINGS_H

#include "vault.h"

#include <marfacrm/types.h>
#include <provider/transport.h>

extern const mcrm_plugin_option settings_options[];
extern const size_t settings_option_count;
/* Names that no plugin may give an option of its own; NULL-terminated. */
extern const char *const settings_reserved[];

/* What the table cannot say: the proxy's scheme, its password as a secret. */
int settings_check(const transport_settings *s, const char *instance, vault *v, mcrm_error *error);

#endif
