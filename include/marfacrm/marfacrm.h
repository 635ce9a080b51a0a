/* marfacrm: a CRM with built-in intelligence as a library. This header includes all of the public API except
 * what extenders need (host.h, plugin.h). Start with session.h, which has the rules; then operations.h.
 *
 * Versions. The library keeps source and binary compatibility within a major version: functions and fields are
 * appended, never changed. Structs you build start with `size`, so a program compiled against an older header goes
 * on working; records the library returns may be larger than your header knows. */
#ifndef MARFACRM_MARFACRM_H
#define MARFACRM_MARFACRM_H

#include <marfacrm/gateway.h>
#include <marfacrm/operations.h>
#include <marfacrm/records.h>
#include <marfacrm/session.h>
#include <marfacrm/text.h>
#include <marfacrm/types.h>

#endif
