/* The CRM of fixture.h with a host beside it: 40 representatives as the demo writes them, read in once. */
#ifndef TESTS_CRM_HOST_FIXTURE_H
#define TESTS_CRM_HOST_FIXTURE_H

#include <crm/operations.h>
#include <marfacrm/rep.h>
#include <rep.h>

#include "fixture.h"

enum { HOST_FIXTURE_REPS = 40 };

void host_fixture_open(void);
void host_fixture_close(void);
/* Changes the host's tables, as the admin panel would. */
void host_sql(const char *sql);
/* First column of the first row of the host's. */
int64_t host_number(const char *sql);
const char *host_text(const char *sql);
/* Takes the host away (its file gets another name) and gives it back. */
void host_down(void);
void host_up(void);
/* Brings the local rows up to date; how many were changed. */
int64_t sync_host(void);
/* The local row's id. */
mcrm_id rep_of(const char *host_key);
const mcrm_rep *rep_shown(const char *who, mcrm_id id);
mcrm_rep_page listed(const char *who, mcrm_rep_filter filter);

#endif
