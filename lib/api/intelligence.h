/* From the configuration to providers that run. */
#ifndef API_INTELLIGENCE_H
#define API_INTELLIGENCE_H

#include <ai/ai.h>
#include <base/arena.h>
#include <base/clock.h>
#include <config/config.h>
#include <provider/provider.h>

/* What provider_open takes of one provider; `settings` without what the router keeps for itself. Borrows from the
 * configuration and the arena. */
int intelligence_provider(const config *c, const config_provider *p, arena *a, mcrm_error *error,
                          provider_options *out);
/* Where an instance's log lines go. */
typedef struct api_log {
  void (*call)(void *context, int level, const char *line); /* NULL: nowhere */
  void *context;
} api_log;

/* All of them, each to be started at its first use: *out stays NULL where none is configured. The log lives as long as
 * what comes out. */
int intelligence_open(const config *c, arena *a, mcrm_clock clock, api_log *log, mcrm_error *error, ai **out);

#endif
