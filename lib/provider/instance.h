/* A started plugin in this process: inside of marfacrm-provider, or of the host (isolation: none, built in). */
#ifndef PROVIDER_INSTANCE_H
#define PROVIDER_INSTANCE_H

#include "plugin.h"
#include "vault.h"

#include <provider/provider.h>
#include <provider/transport.h>

typedef struct instance instance;

typedef struct instance_options {
  const char *name;
  const provider_setting *settings;
  size_t setting_count;
  const transport_table *transport; /* NULL: host->http is refused */
  void (*log)(void *context, mcrm_log_level level, const char *line);
  void *context;
} instance_options;

/* Settings read, the plugin started. The descriptor stays where it is for good (plugins are never unloaded). */
int instance_open(const mcrm_plugin *descriptor, const instance_options *options, instance **out, mcrm_error *error);
void instance_close(instance *i); /* no call runs any more */
const plugin_view *instance_view(const instance *i);
const mcrm_capabilities *instance_capabilities(const instance *i);
/* Waiting requests look whether they are cancelled. */
void instance_wake(instance *i);

mcrm_outcome instance_chat(instance *i, provider_call *call, const mcrm_chat_request *request, mcrm_chat_reply *reply);
mcrm_outcome instance_speech(instance *i, provider_call *call, const mcrm_speech_request *request,
                             mcrm_speech_reply *reply);
mcrm_outcome instance_probe(instance *i, provider_call *call, const char **said);

/* The services handed to a plugin's entry. */
extern const mcrm_plugin_host instance_host;
/* Loads a sealed file for good and asks its entry. */
int instance_load(int fd, const mcrm_plugin **out, mcrm_error *error);
/* Fills in a failure. */
mcrm_outcome provider_fail(mcrm_failure *failure, mcrm_outcome outcome, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
mcrm_outcome provider_unreadable(mcrm_failure *failure); /* the recording */
/* Whether a reply may be handed on: texts that are there and UTF-8, numbers in their ranges. It crosses from a plugin
 * (or its process), so it is looked at where it arrives. */
mcrm_outcome instance_check_chat(const mcrm_chat_reply *reply, mcrm_failure *failure);
mcrm_outcome instance_check_speech(const mcrm_speech_reply *reply, mcrm_failure *failure);
/* One printable line of UTF-8, NUL-terminated within its array. */
void instance_line(char *text, size_t size);

#endif
