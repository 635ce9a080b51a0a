/* What an error says to a person, in their language. */
#ifndef API_ERROR_TEXT_H
#define API_ERROR_TEXT_H

/* key: mcrm_error.message; language: fa or en. Never NULL; an unknown key is its code's own sentence. */
const char *error_text(const char *key, const char *language);

#endif
