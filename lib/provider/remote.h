/* An instance in a process of its own. Several threads may call at once, and no thread of ours is needed: whoever
 * waits for an answer and finds nobody reading the socket reads for all. */
#ifndef PROVIDER_REMOTE_H
#define PROVIDER_REMOTE_H

#include "channel.h"
#include "message.h"

typedef struct remote remote;

typedef struct remote_options {
  const char *program;
  int plugin;                 /* the sealed file; becomes the remote's */
  provider_patience patience; /* for the first start */
  message_hello hello;
  void (*log)(void *context, mcrm_log_level level, const char *line);
  void *context;
} remote_options;

/* Starts the process once, so that what is wrong is said now. The options' texts outlive the remote. */
int remote_open(const remote_options *options, remote **out, mcrm_error *error);
/* What the first process said; lives as long as the remote. */
const message_ready *remote_ready(const remote *r);
/* From now on no call goes in; those that wait come home. */
void remote_stop(remote *r);
void remote_free(remote *r); /* nobody is inside any more */

/* One call: verb is WIRE_CHAT, WIRE_SPEECH or WIRE_PROBE. The answer's texts are in call->arena; call->failure is
 * filled in unless it is OK. */
mcrm_outcome remote_call(remote *r, wire_verb verb, provider_call *call, const message_ask *ask, const channel_raw *raw,
                         message_done *done);

#endif
