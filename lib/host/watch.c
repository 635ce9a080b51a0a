/* Hearing that the host's data changed, where its database can say so: the triggers of trigger.c notify, and whoever
 * watches looks at once. */
#include <base/error.h>

#include "connection.h"

static int listen_now(host *h, mcrm_error *error) {
  int code = h->driver->open(h->url, STORE_FOREIGN, false, error, &h->listener);
  if (!code) code = h->driver->listen(h->listener, HOST_CHANNEL, error);
  if (code && h->listener) h->driver->close(h->listener);
  if (code) h->listener = NULL;
  return code;
}

int host_watch(host *h, int64_t until, bool *heard, mcrm_error *error) {
  *heard = false;
  if (!h->live) return error_set(error, MCRM_UNSUPPORTED, "host.live", "unsupported", "the host is looked at by turns");
  pthread_mutex_lock(&h->watching);
  int code = MCRM_OK;
  if (!h->listener) {
    code = listen_now(h, error);
    *heard = !code; /* what happened while nobody listened is not known */
  } else if ((code = h->driver->heard(h->listener, until, error)) >= 0) {
    *heard = code > 0;
    code = MCRM_OK;
  } else {
    h->driver->close(h->listener);
    h->listener = NULL;
  }
  pthread_mutex_unlock(&h->watching);
  if (!code) return MCRM_OK;
  mcrm_error why = *error;
  return host_unavailable(h, &why, error);
}
