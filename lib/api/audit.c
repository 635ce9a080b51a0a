#include <base/error.h>
#include <stdio.h>
#include <store/journal.h>
#include <string.h>

#include "instance.h"

int mcrm_audit_verify(mcrm *instance, const char *expected_head, int64_t expected_seq, char *head, int64_t *seq,
                      mcrm_error *error) {
  store_chain expected = {.seq = expected_seq}, found = {0};
  error_clear(error);
  if (expected_head) snprintf(expected.head, sizeof expected.head, "%s", expected_head);
  arena *a = arena_new(0);
  if (!a) return error_no_memory(error);
  int code = store_verify(instance->store, a, expected_head ? &expected : NULL, error, &found);
  if (head) memcpy(head, found.head, sizeof found.head);
  if (seq) *seq = found.seq;
  arena_free(a);
  return code;
}
