#include "cache.h"

#include <stdlib.h>
#include <string.h>

static void drop(cache *c, cache_entry *e) {
  if (!e->text) return;
  c->bytes -= e->bytes;
  explicit_bzero(e->text, strlen(e->text));
  free(e->text);
  free(e->provider);
  free(e->model);
  *e = (cache_entry){0};
}

const cache_entry *cache_find(cache *c, const unsigned char key[CACHE_KEY], mcrm_time now) {
  for (cache_entry *e = c->entries; e < c->entries + CACHE_ENTRIES; e++) {
    if (!e->text || memcmp(e->key, key, CACHE_KEY)) continue;
    if (now - e->at > CACHE_MS) {
      drop(c, e);
      break;
    }
    e->used = ++c->clock;
    c->hits++;
    return e;
  }
  c->misses++;
  return NULL;
}

static cache_entry *oldest(cache *c) {
  cache_entry *found = c->entries;
  for (cache_entry *e = c->entries; e < c->entries + CACHE_ENTRIES; e++) {
    if (!e->text) return e;
    if (e->used < found->used) found = e;
  }
  return found;
}

void cache_keep(cache *c, const unsigned char key[CACHE_KEY], const char *text, const char *provider, const char *model,
                mcrm_time now) {
  size_t bytes = strlen(text) + 1;
  if (bytes > CACHE_BYTES / 8) return;
  while (c->bytes + bytes > CACHE_BYTES) {
    cache_entry *e = NULL;
    for (cache_entry *one = c->entries; one < c->entries + CACHE_ENTRIES; one++)
      if (one->text && (!e || one->used < e->used)) e = one;
    if (!e) return;
    drop(c, e);
  }
  cache_entry *e = oldest(c);
  drop(c, e);
  cache_entry made = {
      .text = strdup(text), .provider = strdup(provider), .model = strdup(model), .bytes = bytes, .at = now};
  memcpy(made.key, key, CACHE_KEY);
  made.used = ++c->clock;
  *e = made;
  c->bytes += bytes;
  if (!made.provider || !made.model || !made.text) {
    if (!made.text) {
      c->bytes -= bytes;
      free(made.provider);
      free(made.model);
      *e = (cache_entry){0};
    } else {
      drop(c, e);
    }
  }
}

void cache_free(cache *c) {
  for (cache_entry *e = c->entries; e < c->entries + CACHE_ENTRIES; e++) drop(c, e);
}
