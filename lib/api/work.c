#include <base/error.h>
#include <crm/work.h>

#include "idempotency.h"
#include "instance.h"

/* Keys older than a day may be used again; the table must not grow for ever. */
static int expire_keys(mcrm *instance, mcrm_error *error) {
  store_tx tx;
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  int code = store_begin(instance->store, a, error, true, 0, &(store_origin){.operation = "idempotency.expire"}, &tx);
  if (!code) {
    code = idempotency_expire(&tx);
    if (!code) code = store_commit(&tx);
    store_rollback(&tx);
  }
  arena_free(a);
  return code;
}

int mcrm_host_changed(mcrm *instance, int64_t *changed, mcrm_error *error) {
  int64_t count;
  error_clear(error);
  int code = crm_host_changed(&instance->crm, instance->store, instance->policy, &count, error);
  if (changed) *changed = code ? 0 : count;
  return code;
}

int mcrm_host_watch(mcrm *instance, int64_t timeout_ms, int64_t *changed, mcrm_error *error) {
  int code = MCRM_OK;
  if (changed) *changed = 0;
  error_clear(error);
  if (!instance->host) return mcrm_host_changed(instance, changed, error);
  bool heard = atomic_exchange(&instance->host_unread, false);
  if (!heard) code = host_watch(instance->host, clock_monotonic() + timeout_ms * INT64_C(1000000), &heard, error);
  if (code || !heard) return code;
  code = mcrm_host_changed(instance, changed, error);
  if (code) atomic_store(&instance->host_unread, true); /* nobody says it twice: the next call reads again */
  return code;
}

int mcrm_watch(mcrm *instance, int64_t timeout_ms, mcrm_error *error) {
  bool heard;
  error_clear(error);
  return store_watch(instance->store, clock_monotonic() + timeout_ms * INT64_C(1000000), &heard, error);
}

void mcrm_unwatch(mcrm *instance) { store_unwatch(instance->store); }

int64_t mcrm_work_pause(mcrm *instance, int64_t most) {
  mcrm_error quiet = {0};
  mcrm_time due;
  if (crm_work_next(&instance->crm, instance->store, &quiet, &due) || !due) return most;
  int64_t left = due - store_now(instance->store);
  return left < 0 ? 0 : left < most ? left : most;
}

int mcrm_work(mcrm *instance, unsigned *done, mcrm_error *error) {
  unsigned ran = 0;
  error_clear(error);
  int code = crm_work(&instance->crm, instance->store, instance->policy, &ran, error);
  if (!code && ran) code = expire_keys(instance, error);
  if (done) *done = ran;
  return code;
}
