/* What the CRM does by itself: reminders, check-ins, news from the host, upkeep. */
#ifndef CRM_WORK_H
#define CRM_WORK_H

#include <crm/call.h>

/* Runs what is due, once. Any number of workers at once: each thing is done by one. *ran (may be NULL): how many
 * jobs worked. A job that fails is put back with its reason and is no failure of this function. */
int crm_work(const crm *instance, store *s, const access_policy *policy, unsigned *ran, mcrm_error *error);
/* Takes over what has changed at the host, now. *changed: how many reps were different. MCRM_UNSUPPORTED: no host. */
int crm_host_changed(const crm *instance, store *s, const access_policy *policy, int64_t *changed, mcrm_error *error);
/* When there is work again; 0 = none is planned. */
int crm_work_next(const crm *instance, store *s, mcrm_error *error, mcrm_time *at);

#endif
