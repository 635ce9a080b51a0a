/* marfacrm: a CRM with built-in intelligence as a library. This header includes all of the public API except
 * what extenders need (host.h, plugin.h). Start with session.h, which has the rules; then operations.h.
 *
 * Versions. The library keeps source and binary compatibility within a major version: functions and fields are
 * appended, never changed. Structs you build start with `size`, so a program compiled against an older header goes
 * on working; records the library returns may be larger than your header knows. */
#ifndef MARFACRM_MARFACRM_H
#define MARFACRM_MARFACRM_H

#include <marfacrm/access.h>
#include <marfacrm/copilot.h>
#include <marfacrm/event.h>
#include <marfacrm/gateway.h>
#include <marfacrm/interaction.h>
#include <marfacrm/job.h>
#include <marfacrm/list.h>
#include <marfacrm/operations.h>
#include <marfacrm/rep.h>
#include <marfacrm/report.h>
#include <marfacrm/session.h>
#include <marfacrm/task.h>
#include <marfacrm/text.h>
#include <marfacrm/types.h>

#endif
