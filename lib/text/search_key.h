/* Keys of single words. Letters that sound alike are one letter in a key (ص ث س, ذ ز ض ظ, ت ط, ح ه, غ ق), so that
 * Finglish, which knows only sounds, and spelling by ear find the same words. */
#ifndef TEXT_SEARCH_KEY_H
#define TEXT_SEARCH_KEY_H

#include <stdbool.h>
#include <stddef.h>

enum { SEARCH_KEY_SIZE = 96, SEARCH_KEYS_MOST = 16 };

typedef struct search_key {
  char bytes[SEARCH_KEY_SIZE];
  size_t length;
} search_key;

typedef struct search_keys {
  search_key at[SEARCH_KEYS_MOST];
  size_t count;
} search_keys;

/* The key of a folded word; half-spaces and marks inside it vanish. False where nothing is left. */
bool search_key_make(const char *folded, size_t length, search_key *out);
/* Adds a key unless it is there already or there is no room. */
void search_keys_add(search_keys *keys, const char *bytes, size_t length);
/* Adds the keys without light endings: ها، های، تر، ترین، م، ت، ش … */
void search_keys_add_stems(search_keys *keys, const search_key *key);
/* Adds up to `most` Persian keys that a Finglish word may stand for. */
void search_keys_add_finglish(search_keys *keys, const char *latin, size_t length, size_t most);

bool search_is_latin(const char *folded, size_t length);

#endif
