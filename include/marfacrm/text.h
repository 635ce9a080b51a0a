/* marfacrm/text.h: reading Persian and English without any provider. */
#ifndef MARFACRM_TEXT_H
#define MARFACRM_TEXT_H

#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The text engine: tables and a time zone. Immutable once open, so any number of threads may share it. */
typedef struct mcrm_text mcrm_text;

typedef struct mcrm_text_options {
  size_t size;
  const char *time_zone; /* default Asia/Tehran */
} mcrm_text_options;

MCRM_API int mcrm_text_open(const mcrm_text_options *options, mcrm_text **out, mcrm_error *error);
MCRM_API void mcrm_text_close(mcrm_text *text);

/* what: when | fold | normalise | numbers | entities | sentiment | actions | summary | jalali. The answer is a JSON
 * object with `text` and what was found; free it with mcrm_free. language: fa, en, or NULL = told from the text. */
MCRM_API int mcrm_text_json(const mcrm_text *text, const char *what, const char *utf8, size_t length, mcrm_time now,
                            const char *language, char **json_out, mcrm_error *error);

#ifdef __cplusplus
}
#endif
#endif
