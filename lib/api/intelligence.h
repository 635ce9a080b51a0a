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
/* Opens all of them: *out stays NULL where none is configured. While the configuration lives: it holds the secrets. */
int intelligence_open(const config *c, arena *a, mcrm_clock clock,
                      void (*log)(void *context, mcrm_log_level level, const char *line), void *context,
                      mcrm_error *error, ai **out);

#endif
