/* Answers that are about the service itself. */
#include <api/reference.h>
#include <base/error.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Printed once, outside the lock that begin takes, too; it is as long as the gateway lives. */
static const char *openapi(mcrm_gateway *g, size_t *length) {
  buffer made;
  pthread_mutex_lock(&g->lock);
  const char *text = g->openapi;
  *length = g->openapi_length;
  pthread_mutex_unlock(&g->lock);
  if (text) return text;
  buffer_init(&made, REFERENCE_LIMIT);
  reference_openapi_at(&made, g->api);
  *length = made.length;
  char *fresh = buffer_take(&made);
  pthread_mutex_lock(&g->lock);
  if (!g->openapi) {
    g->openapi = fresh;
    g->openapi_length = *length;
    fresh = NULL;
  }
  text = g->openapi;
  *length = g->openapi_length;
  pthread_mutex_unlock(&g->lock);
  free(fresh); /* somebody else was quicker */
  return text;
}

void document_openapi(mcrm_exchange *x) {
  size_t length;
  const char *text = openapi(x->gateway, &length);
  if (!text) {
    answer_refuse(x, 503, MCRM_NO_MEMORY, NULL, "no_memory", "no memory for the document");
    return;
  }
  answer_begin(x, 200);
  answer_content(x, "application/json", text, length);
}

/* Is the database there? */
void document_health(mcrm_exchange *x) {
  static const char well[] = "{\"status\":\"ok\"}", ill[] = "{\"status\":\"unavailable\"}";
  mcrm_error error = {0};
  store_tx tx;
  int64_t seq;
  int code = store_begin(x->gateway->store, x->memory, &error, false, 0, &(store_origin){.operation = "health"}, &tx);
  if (!code) {
    code = store_number(&tx, &seq, 0, "SELECT id FROM gate LIMIT $1", store_int(1));
    store_rollback(&tx);
  }
  answer_begin(x, code ? 503 : 200);
  answer_content(x, "application/json", code ? ill : well, strlen(code ? ill : well));
}
