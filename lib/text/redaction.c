/* Redaction as a program uses it. */
#include <base/error.h>
#include <text/redact.h>

#include "engine.h"

/* The public handle is the room's own. */
static text_redaction *own(mcrm_redaction *r) { return (text_redaction *)(void *)r; }

int mcrm_redaction_open(mcrm_redaction **out, mcrm_error *error) {
  mcrm_error spare;
  error = engine_error(error, &spare);
  *out = (mcrm_redaction *)(void *)text_redaction_new();
  return *out ? MCRM_OK : error_no_memory(error);
}

void mcrm_redaction_close(mcrm_redaction *redaction) { text_redaction_free(own(redaction)); }

int mcrm_redact(mcrm_redaction *redaction, const char *text, size_t length, char **out, mcrm_error *error) {
  *out = NULL;
  mcrm_error spare;
  error = engine_error(error, &spare);
  int code = engine_check(length, error);
  if (code != MCRM_OK) return code;
  buffer b;
  buffer_init(&b, (size_t)1 << 32);
  return engine_give(text_redact(own(redaction), text, length, &b), &b, out, error);
}

int mcrm_restore(const mcrm_redaction *redaction, const char *text, size_t length, char **out, mcrm_error *error) {
  *out = NULL;
  mcrm_error spare;
  error = engine_error(error, &spare);
  int code = engine_check(length, error);
  if (code != MCRM_OK) return code;
  buffer b;
  buffer_init(&b, (size_t)1 << 32);
  code = text_restore((const text_redaction *)(const void *)redaction, text, length, &b);
  return engine_give(code, &b, out, error);
}
