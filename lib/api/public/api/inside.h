/* What the rooms above may know of an instance and a session beside the public header. */
#ifndef API_INSIDE_H
#define API_INSIDE_H

#include <access/actor.h>
#include <ai/ai.h>
#include <base/buffer.h>
#include <host/host.h>
#include <marfacrm/session.h>
#include <store/store.h>

struct crm;

enum { API_KEY_SIZE = 32, API_PATIENCE_MS = 5000 /* of a call that says nothing else */ };

/* What the configuration says of the gateway. */
typedef struct api_gateway {
  const char *public_url, *prefix, *tag, *ui_folder, *upload_folder; /* NULL: nothing, prefix excepted */
  char *host_secret;                                                 /* overwritten when the instance is closed */
  int64_t idle_ms, absolute_ms;
  size_t upload_limit;
} api_gateway;
const api_gateway *api_gateway_settings(const mcrm *instance);

store *api_store(const mcrm *instance);
const struct crm *api_crm(const mcrm *instance);
ai *api_ai(const mcrm *instance);     /* NULL: no providers */
host *api_host(const mcrm *instance); /* NULL: no host is configured */
/* A key of its own for each purpose (8 bytes), worked out from the instance key: the same in every process. */
void api_key(const mcrm *instance, const char purpose[8], unsigned char out[API_KEY_SIZE]);
/* Counts what this process has committed that others should look at again: all changes; new or ended secret paths. */
unsigned api_commits(const mcrm *instance);
unsigned api_paths(const mcrm *instance);
void api_paths_changed(mcrm *instance);

/* Brings the session's actor up to date and says who acts; borrowed until the next call on the session. */
int api_session_actor(mcrm_session *session, const access_actor **out);

/* {"error":{…}} with the message in the language ("fa" or "en"). */
void api_error_json(buffer *out, const mcrm_error *error, const char *language);

#endif
