/* Does a provider take what browsers record? */
#ifndef AI_HEARING_H
#define AI_HEARING_H

#include <provider/provider.h>

enum { AI_HEARING_MS = 1000 };

/* Sends a second of speech as a browser records it (webm with Opus) to a provider that was started. UNSUPPORTED, code
 * "audio": it hears, but not that. *said: what it heard. */
mcrm_outcome ai_hear(provider *p, provider_call *call, const char **said);

#endif
