/* Replies that came already, by what was asked: bounded, in memory, for an hour. */
#ifndef AI_CACHE_H
#define AI_CACHE_H

#include <base/buffer.h>
#include <marfacrm/types.h>
#include <stdbool.h>
#include <stdint.h>

enum { CACHE_KEY = 32, CACHE_ENTRIES = 128, CACHE_BYTES = 4 << 20, CACHE_MS = 3600 * 1000 };

typedef struct cache_entry {
  unsigned char key[CACHE_KEY];
  char *text, *provider, *model; /* text NULL: free */
  size_t bytes;
  mcrm_time at;
  uint64_t used;
} cache_entry;

typedef struct cache {
  cache_entry entries[CACHE_ENTRIES];
  size_t bytes;
  uint64_t clock, hits, misses;
} cache;

/* The entry, borrowed while the lock is held; or NULL. */
const cache_entry *cache_find(cache *c, const unsigned char key[CACHE_KEY], mcrm_time now);
/* Copies; what does not fit or finds no memory is not kept. */
void cache_keep(cache *c, const unsigned char key[CACHE_KEY], const char *text, const char *provider, const char *model,
                mcrm_time now);
void cache_free(cache *c);

#endif
