/* What an error says to a person, in their language. */
#ifndef API_ERROR_TEXT_H
#define API_ERROR_TEXT_H

#include <marfacrm/types.h>

typedef struct error_sentence {
  const char *key, *fa, *en;
} error_sentence;

extern const error_sentence error_sentences[]; /* the last one has no key */

/* The sentence of the error's message key, or that of its code where the key has none. language: fa or en. */
const char *error_text(const mcrm_error *error, const char *language);

#endif
