/* The second table that everything derives from: one row for each thing that can be done. From the rows come
 * authorisation, the transaction, the HTTP routes, OpenAPI, the command line and the bindings' methods. */
#ifndef API_OPERATION_H
#define API_OPERATION_H

#include <crm/call.h>
#include <stdbool.h>

typedef struct api_operation {
  const char *name;          /* "task.complete" */
  const char *permission;    /* of access_permissions; needed to get in at all, rows are checked within */
  const model_entity *input; /* NULL: takes nothing */
  const model_entity *output;
  crm_operation *run;
  bool write;         /* runs in a write transaction */
  bool secret;        /* what it answers is shown once and kept nowhere, so it takes no idempotency key */
  const char *method; /* HTTP */
  const char *path;   /* under the mount's /api/v1; {id} is the input's field */
  const char *help;
  crm_gather *gather; /* before `run`: see <crm/call.h>; both or neither */
  crm_ask *ask;
} api_operation;

extern const api_operation api_operations[]; /* ends with name NULL */

const api_operation *api_operation_find(const char *name);

/* The one operation that is about the table itself. */
crm_operation session_me;

#endif
