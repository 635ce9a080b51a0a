/* Hearing that the host's data changed, where its database can say so: the triggers of trigger.c notify, and whoever
 * watches looks at once. */
#include <base/error.h>

#include "connection.h"

int host_watch(host *h, int64_t until, bool *heard, mcrm_error *error) {
  *heard = false;
  if (!h->live) return error_set(error, MCRM_UNSUPPORTED, "host.live", "unsupported", "the host is looked at by turns");
  mcrm_error why = {0};
  int code = store_listener_wait(&h->listener, until, heard, &why);
  if (code == MCRM_UNSUPPORTED)
    return error_set(error, code, "host.listen_url", "missing", "host.live: listen: %s", why.detail);
  return code ? host_unavailable(h, &why, error) : MCRM_OK;
}
