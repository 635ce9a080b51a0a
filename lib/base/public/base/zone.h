/* A time zone read from the system's tzdata (RFC 8536 TZif files). Immutable once loaded, so it may be
 * shared by threads. */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <marfacrm/types.h>

typedef struct zone zone;

/* name: "Asia/Tehran", "UTC", or an absolute path. NULL where there is no such zone (or no memory): the
 * error says which. After the last transition of the file its offset stays in force: right for zones without
 * summer time (Iran since 2022) and, with tzdata's "fat" files, up to 2037 for the others. */
zone *zone_load(const char *name, mcrm_error *error);
void zone_free(zone *z);
const char *zone_name(const zone *z);
/* Offset from UTC in seconds that is in force at an instant. */
int32_t zone_offset(const zone *z, mcrm_time instant);

#endif
