/* Values as the host's tables hold them, made clean: whatever stands there, what comes out is valid. */
#ifndef HOST_VALUE_H
#define HOST_VALUE_H

#include <base/arena.h>
#include <base/zone.h>
#include <host/host.h>
#include <stdbool.h>

/* Valid UTF-8 on one line, without surrounding space, at most `points` code points; malformed bytes become U+FFFD.
 * Numbers are written out. NULL for nothing (or where the arena has failed). */
const char *host_value_text(arena *a, const store_value *v, size_t points);
/* An amount in thousandths of a Toman, so that sums are rounded once; false where it is no amount. */
bool host_value_exact(const store_value *v, int64_t *out);
/* Thousandths as whole Toman, halves away from zero. */
int64_t host_whole(int64_t exact);
/* An amount in whole Toman, or a number. */
bool host_value_money(const store_value *v, int64_t *out);
/* False where it is no time. */
bool host_value_time(const store_value *v, const zone *z, mcrm_time *out);

#endif
