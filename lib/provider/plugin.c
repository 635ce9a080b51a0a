#include "plugin.h"

#include "option.h"
#include "settings.h"

#include <base/error.h>
#include <string.h>

enum { STATE_BYTES = 1 << 20, ROW_BYTES = 4096 };

bool plugin_take(void *ours, size_t our_size, const void *theirs, size_t their_size, size_t least) {
  memset(ours, 0, our_size);
  if (!theirs || their_size < least) return false;
  memcpy(ours, theirs, their_size < our_size ? their_size : our_size);
  return true;
}

static int refuse(mcrm_error *error, const char *what) {
  return error_set(error, MCRM_INVALID, "plugin", "provider.plugin", "the plugin %s", what);
}

static bool named(const char *name) {
  size_t n = name ? strnlen(name, 41) : 0;
  if (!n || n > 40) return false;
  for (size_t i = 0; i < n; i++)
    if (!((name[i] >= 'a' && name[i] <= 'z') || (i && ((name[i] >= '0' && name[i] <= '9') || name[i] == '-'))))
      return false;
  return true;
}

/* Rows are as far apart as the plugin's header made them. */
static int adopt_options(const mcrm_plugin_option *theirs, arena *a, plugin_view *out, mcrm_error *error) {
  const size_t least = PLUGIN_THROUGH(mcrm_plugin_option, help);
  if (!theirs) return MCRM_OK;
  mcrm_plugin_option *rows = arena_array(a, OPTION_MOST, sizeof *rows);
  if (!rows) return error_no_memory(error);
  size_t count = 0;
  for (const char *at = (const char *)theirs;; count++) {
    mcrm_plugin_option *row = (mcrm_plugin_option *)(uintptr_t)at;
    if (!row->name) break;
    if (count == OPTION_MOST) return refuse(error, "has more options than a table may have");
    if (row->size != theirs->size || row->size > ROW_BYTES || row->size % sizeof(void *) ||
        !plugin_take(&rows[count], sizeof *rows, row, row->size, least))
      return refuse(error, "has an option of a wrong size");
    at += theirs->size;
  }
  out->options = rows;
  out->option_count = count;
  return option_check(rows, count, out->plugin.state_size, settings_reserved, error);
}

int plugin_adopt(const mcrm_plugin *theirs, arena *a, plugin_view *out, mcrm_error *error) {
  *out = (plugin_view){0};
  if (!theirs) return refuse(error, "does not run with this host");
  if (theirs->abi_major != MCRM_PLUGIN_ABI_MAJOR)
    return error_set(error, MCRM_INVALID, "plugin", "provider.abi",
                     "the plugin is made for version %u of the plugin interface; this host has %d.%d",
                     theirs->abi_major, MCRM_PLUGIN_ABI_MAJOR, MCRM_PLUGIN_ABI_MINOR);
  if (!plugin_take(&out->plugin, sizeof out->plugin, theirs, theirs->size, PLUGIN_THROUGH(mcrm_plugin, speech)))
    return refuse(error, "has a descriptor that is too short");
  const mcrm_plugin *p = &out->plugin;
  if (!named(p->name)) return refuse(error, "has no name of a to z, 0 to 9 and -");
  if (!p->version) return refuse(error, "has no version");
  if (p->state_size > STATE_BYTES) return refuse(error, "wants a state that is too large");
  if (!p->capabilities || !plugin_take(&out->capabilities, sizeof out->capabilities, p->capabilities,
                                       p->capabilities->size, PLUGIN_THROUGH(mcrm_capabilities, local)))
    return refuse(error, "says nothing of its capabilities");
  if (p->chat &&
      (!plugin_take(&out->chat, sizeof out->chat, p->chat, p->chat->size, PLUGIN_THROUGH(mcrm_chat_ops, run)) ||
       !out->chat.run))
    return refuse(error, "chats without a function for it");
  if (p->speech && (!plugin_take(&out->speech, sizeof out->speech, p->speech, p->speech->size,
                                 PLUGIN_THROUGH(mcrm_speech_ops, run)) ||
                    !out->speech.run))
    return refuse(error, "listens without a function for it");
  if (!out->chat.run && !out->speech.run) return refuse(error, "neither chats nor listens");
  return adopt_options(p->options, a, out, error);
}

void plugin_describe(const plugin_view *view, buffer *out) {
  static const struct {
    unsigned flag;
    const char *name;
  } abilities[] = {{MCRM_CAN_CHAT, "chat"},     {MCRM_CAN_STREAM, "stream"},     {MCRM_CAN_SCHEMA, "schema"},
                   {MCRM_CAN_SPEECH, "speech"}, {MCRM_CAN_SEGMENTS, "segments"}, {MCRM_CAN_HINTS, "hints"}};
  const mcrm_plugin *p = &view->plugin;
  buffer_print(out, "%s %s: %s\ncan:", p->name, p->version, p->help ? p->help : "");
  for (size_t i = 0; i < sizeof abilities / sizeof *abilities; i++)
    if (view->capabilities.flags & abilities[i].flag) buffer_print(out, " %s", abilities[i].name);
  buffer_text(out, "\n\noptions:\n");
  option_describe(view->options, view->option_count, out);
  buffer_text(out, "\nof every provider:\n");
  option_describe(settings_options, settings_option_count, out);
}
