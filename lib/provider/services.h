/* What an instance and its calls are made of, shared by instance.c and the services that plugins call. */
#ifndef PROVIDER_SERVICES_H
#define PROVIDER_SERVICES_H

#include "instance.h"

enum { INSTANCE_ROOM = 512, INSTANCE_SEGMENTS = 100000, INSTANCE_LINE = 1024 };

struct instance {
  plugin_view view;
  const char *name;
  arena *arena; /* from start to stop */
  vault *vault;
  void *state;
  bool started;
  mcrm_capabilities capabilities;
  transport_settings transport_settings;
  const transport_table *table;
  transport *transport;
  void (*log)(void *context, mcrm_log_level level, const char *line);
  void *context;
  const provider_setting *settings; /* while it is opened */
  size_t setting_count;
};

struct mcrm_plugin_call {
  instance *instance;
  arena *arena;
  provider_call *call; /* NULL in start */
  bool starting;
  int64_t begun;
  transport_send send;
};

/* Room behind what a plugin fills in, should it be newer and careless about sizes. */
typedef struct failure_room {
  mcrm_failure failure;
  char more[INSTANCE_ROOM];
} failure_room;

typedef struct capabilities_room {
  mcrm_capabilities capabilities;
  char more[INSTANCE_ROOM];
} capabilities_room;

/* Lines ended, secrets blotted out. */
void services_failure(const instance *i, mcrm_failure *failure);

#endif
