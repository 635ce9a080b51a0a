/* Why does a browser see a 404? For the administrator at the command line; tells no secret. */
#ifndef GATEWAY_DOCTOR_H
#define GATEWAY_DOCTOR_H

#include <base/buffer.h>
#include <marfacrm/session.h>
#include <stdbool.h>

typedef struct gateway_doctor_case {
  const char *address; /* as it stood in the browser's address bar, or NULL */
  const char *cookies; /* the Cookie header it sent, or NULL */
} gateway_doctor_case;

/* Appends {"public_url":…,"gates":[…],"findings":[{"level","what"}],"ok":…}. *ok: nothing stands in the way. */
int gateway_doctor(mcrm *instance, const gateway_doctor_case *question, buffer *json, bool *ok, mcrm_error *error);

#endif
