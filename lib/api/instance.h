/* What an instance and a session are made of. */
#ifndef API_INSTANCE_H
#define API_INSTANCE_H

#include <access/actor.h>
#include <api/inside.h>
#include <base/clock.h>
#include <base/zone.h>
#include <crm/call.h>
#include <marfacrm/session.h>
#include <pthread.h>
#include <stdatomic.h>
#include <store/store.h>

#include "intelligence.h"

struct mcrm {
  store *store;
  zone *zone;
  mcrm_text *text;
  host *host;
  ai *ai; /* NULL: no providers */
  blobs *blobs;
  access_policy *policy;
  arena *memory; /* texts of the configuration */
  crm crm;
  api_gateway gateway;
  mcrm_clock clock;
  api_log log;
  unsigned char master[API_KEY_SIZE]; /* worked out from the instance key; others are worked out from it */
  atomic_uint commits, paths;         /* see <api/inside.h> */
  atomic_bool host_unread;            /* it was heard that the host's data changed, and they could not be read */
  atomic_uint people;   /* raised when somebody's role, team or state changes: sessions look themselves up again */
  pthread_mutex_t lock; /* guards the two below */
  void (*wake)(void *context);
  void *wake_context;
};

/* Refusals of one operation, to be journalled together. */
typedef struct api_denial {
  const char *operation; /* of the table; NULL = free */
  int64_t since;         /* clock_monotonic of the last entry */
  int64_t unreported;
} api_denial;

enum { API_DENIALS = 16 };

struct mcrm_session {
  mcrm *instance;
  mcrm_error error;
  arena *scratch;  /* of mcrm_call; reset by each */
  arena *identity; /* texts of the actor */
  char *username;  /* NULL: the system */
  char gate[8];
  access_actor actor;
  unsigned people; /* the instance's count when the actor was read */
  int64_t read_at; /* clock_monotonic */
  atomic_flag in_use;
  char idempotency_key[201];
  char trace[65];
  int64_t timeout_ms;
  int opened; /* a file that the last answer named; -1: none */
  bool files; /* the next call's JSON may name files */
  api_denial denials[API_DENIALS];
};

/* Closes the file that the last answer named. */
void api_session_drop_file(mcrm_session *session);

/* Brings the actor up to date. */
int api_actor_refresh(mcrm_session *session);

#endif
