/* Names to look up, and the keys of the search index, as a program uses them. */
#include <base/error.h>
#include <string.h>
#include <text/search.h>

#include "engine.h"

enum { MATCHES_MOST = 64 };

int mcrm_search_keys(const char *text, size_t length, char **out, mcrm_error *error) {
  *out = NULL;
  mcrm_error own;
  error = engine_error(error, &own);
  int code = engine_check(length, error);
  if (code != MCRM_OK) return code;
  arena *a = engine_arena(length);
  if (!a) return error_no_memory(error);
  buffer b;
  buffer_init(&b, (size_t)1 << 32);
  code = text_search_index(a, text, length, &b);
  arena_free(a);
  return engine_give(code, &b, out, error);
}

int mcrm_names_open(const mcrm_name *names, size_t count, mcrm_names **out, mcrm_error *error) {
  *out = NULL;
  mcrm_error spare;
  error = engine_error(error, &spare);
  arena *a = arena_new((size_t)1 << 32);
  text_name *own = a ? arena_array(a, count ? count : 1, sizeof *own) : NULL;
  if (own) {
    for (size_t i = 0; i < count; i++) own[i] = (text_name){names[i].id, names[i].text};
    *out = (mcrm_names *)(void *)text_names_make(own, count);
  }
  arena_free(a);
  return *out ? MCRM_OK : error_no_memory(error);
}

void mcrm_names_close(mcrm_names *names) { text_names_free((text_names *)(void *)names); }

int mcrm_names_find(const mcrm_names *names, const char *text, size_t length, mcrm_name_match *out, size_t limit,
                    size_t *count, mcrm_error *error) {
  *count = 0;
  mcrm_error own;
  error = engine_error(error, &own);
  int code = engine_check(length, error);
  if (code != MCRM_OK) return code;
  text_name_match found[MATCHES_MOST];
  if (limit > MATCHES_MOST) limit = MATCHES_MOST;
  *count = text_names_find((const text_names *)(const void *)names, text, length, found, limit);
  for (size_t i = 0; i < *count; i++) out[i] = (mcrm_name_match){found[i].id, found[i].distance};
  return MCRM_OK;
}
