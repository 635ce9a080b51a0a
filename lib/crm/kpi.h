/* A person's figures: today, the day before, and the fortnight. */
#ifndef CRM_KPI_H
#define CRM_KPI_H

#include <crm/call.h>
#include <marfacrm/report.h>

/* The figures of a user on the day that begins at `day`. */
int kpi_load(crm_call *call, mcrm_id user, mcrm_time day, mcrm_kpi_array *out);
/* MCRM_NOT_FOUND (field "user_id") unless the permission reaches this user. *user 0 becomes the actor. */
int kpi_person(crm_call *call, const char *permission, mcrm_id *user);

#endif
