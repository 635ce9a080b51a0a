/* Secret paths: made here, kept and compared in lib/access/gate.c. */
#include <access/gate.h>
#include <base/error.h>
#include <crm/operations.h>
#include <marfacrm/access.h>

int path_rotate(crm_call *call, const void *input, void *output) {
  const mcrm_path_rotation *in = input;
  mcrm_secret_path *made = output;
  const char *secret, *before = call->crm->gate_address;
  int code = access_gate_rotate(call->tx, in->gate, in->overlap_ms, &secret);
  if (code) return code;
  MCRM_SET(made, gate, in->gate);
  MCRM_SET(made, secret, secret);
  MCRM_SET(made, address, before ? arena_print(call->tx->arena, "%s%s", before, secret) : NULL);
  return before && !made->address ? error_no_memory(call->tx->error) : MCRM_OK;
}
