/* What the CRM does by itself for people: reminders, and check-ins with reps. */
#ifndef CRM_REMINDER_H
#define CRM_REMINDER_H

#include <crm/call.h>

/* Gives the reminders that are due, each once. */
int reminder_sweep(crm_call *call);

/* The first time of a cadence (an RFC 5545 rule) after a moment, at 00:00; *next 0: it has ended. MCRM_INVALID (field
 * "cadence") where it is no rule. */
int cadence_next(crm_call *call, const char *rule, mcrm_time start, mcrm_time after, mcrm_time *next);
/* Makes the follow-ups of reps whose next_check_in_at has come; never a second one while one is open. */
int cadence_sweep(crm_call *call);

#endif
