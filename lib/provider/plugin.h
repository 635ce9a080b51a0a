/* A plugin's descriptor, taken over by the sizes that it was compiled with. */
#ifndef PROVIDER_PLUGIN_H
#define PROVIDER_PLUGIN_H

#include <base/arena.h>
#include <base/buffer.h>
#include <marfacrm/plugin.h>
#include <marfacrm/types.h>

/* Through which member a struct reaches. */
#define PLUGIN_THROUGH(type, member) (offsetof(type, member) + sizeof(((type *)0)->member))

/* Our own copy; what the plugin does not have is 0 or NULL. */
typedef struct plugin_view {
  mcrm_plugin plugin;
  mcrm_capabilities capabilities;
  mcrm_chat_ops chat;     /* run NULL: it does not chat */
  mcrm_speech_ops speech; /* run NULL: it does not listen */
  const mcrm_plugin_option *options;
  size_t option_count;
} plugin_view;

/* MCRM_INVALID with what is wrong with it. */
int plugin_adopt(const mcrm_plugin *theirs, arena *a, plugin_view *out, mcrm_error *error);
/* min(theirs, ours) into zeroed memory; false where it is shorter than `least`. */
bool plugin_take(void *ours, size_t our_size, const void *theirs, size_t their_size, size_t least);
/* What a person may want to know of it: what it can, its options, the transport's. */
void plugin_describe(const plugin_view *view, buffer *out);

#endif
