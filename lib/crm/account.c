/* A rep's account, live from the host. */
#include <base/error.h>
#include <crm/operations.h>
#include <model/entities.h>
#include <string.h>

#include "rep.h"

enum { ACCOUNT_ROWS = 200 };

/* What was last known: without lists, and as_of says how old it is. */
static void last_known(const mcrm_rep *rep, mcrm_account *out) {
  MCRM_SET(out, balance, rep->balance);
  MCRM_SET(out, totals, rep->invoices);
  MCRM_SET(out, as_of, rep->as_of);
}

int rep_account(crm_call *call, const void *input, void *output) {
  mcrm_account *out = output;
  mcrm_rep *rep;
  int code = access_require(call->tx, call->actor, "rep.account");
  if (!code) code = rep_load(call, ((const mcrm_ref *)input)->id, &rep);
  if (code) return code;
  mcrm_error why = {0};
  int heard = MCRM_UNAVAILABLE;
  if (rep->host_key && call->crm->host)
    heard = host_account(call->crm->host, call->tx->arena, rep->host_key, call->tx->now, ACCOUNT_ROWS, &why, out);
  if (heard == MCRM_NO_MEMORY) return error_no_memory(call->tx->error);
  if (heard) last_known(rep, out);
  MCRM_SET(out, rep_id, rep->id);
  return MCRM_OK;
}
