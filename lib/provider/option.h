/* What an admin wrote, read by a plugin's table of options into the plugin's state. */
#ifndef PROVIDER_OPTION_H
#define PROVIDER_OPTION_H

#include "vault.h"

#include <base/buffer.h>
#include <provider/provider.h>

/* Rows of our own size (plugin_adopt), and the struct that their offsets point into. */
typedef struct option_table {
  const mcrm_plugin_option *rows;
  size_t count;
  void *state;
} option_table;

enum { OPTION_MOST = 128, OPTION_TEXT_BYTES = 64 << 10 };

/* Defaults, then the settings, each by the first table that knows its name. Texts live in the vault. */
int option_read(const option_table *tables, size_t table_count, const char *instance, const provider_setting *settings,
                size_t setting_count, vault *v, mcrm_error *error);
/* Whether a table can be read by at all: names, kinds, places within the state, defaults. `reserved`: names that are
 * the host's; NULL-terminated. */
int option_check(const mcrm_plugin_option *rows, size_t count, size_t state_size, const char *const *reserved,
                 mcrm_error *error);
/* The table as a text for people. */
void option_describe(const mcrm_plugin_option *rows, size_t count, buffer *out);
size_t option_bytes(mcrm_option_kind kind);

#endif
