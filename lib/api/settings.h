/* From the configuration file to what the rooms take. */
#ifndef API_SETTINGS_H
#define API_SETTINGS_H

#include <access/actor.h>
#include <ai/ai.h>
#include <api/inside.h>
#include <base/arena.h>
#include <base/clock.h>
#include <crm/call.h>
#include <host/host.h>

#include "intelligence.h"

typedef struct api_settings {
  const char *storage_url; /* NULL where the file says nothing */
  const char *listen_url;
  const char *key_file;
  unsigned readers;
  const char *time_zone;
  const host_options *host; /* NULL: none */
  int64_t host_poll_ms;
  bool host_callbacks; /* the program that embeds us is to give them */
  api_gateway gateway;
  mcrm_texts interaction_types; /* never empty */
  ai *ai;                       /* NULL: no provider is configured; the caller's to close, also after a failure */
  crm_voice voice;
  const char *voice_folder, *voice_key_file; /* NULL where the file says nothing */
} api_settings;

/* file NULL: the defaults. Texts live in the arena; rights go into the policy. */
int api_settings_read(const char *file, arena *a, access_policy *policy, mcrm_clock clock, api_log *log,
                      mcrm_error *error, api_settings *out);

#endif
