/* The calls of a provider process. */
#ifndef PROVIDER_SERVE_H
#define PROVIDER_SERVE_H

#include "channel.h"
#include "instance.h"

typedef struct server server;

/* channel: whose reading half stays the caller's. */
server *serve_new(channel *c);
void serve_start(server *s, instance *i, unsigned concurrency);
/* A frame that is a call, or the end of one; takes it over. false: not such a frame. */
bool serve_frame(server *s, frame *f);
/* Until when the caller may sleep; ends the process where a plugin does not come home and nobody else is at work. */
int64_t serve_watch(server *s);
/* A frame to the host; any thread. Ends the process where the host is gone. */
void serve_say(server *s, wire_verb verb, uint32_t call, const wire_shape *shape, const void *record);
void serve_log(void *context, mcrm_log_level level, const char *line);

#endif
