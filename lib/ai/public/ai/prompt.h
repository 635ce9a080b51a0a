/* Prompts are data: YAML files, one for each task and language, in share/marfacrm/prompts/{fa,en}/ or in the admin's
 * folder, which wins. Checked when they are read, so that a mistake shows at the start and not in the middle of a call.
 *
 *   name: note.analyse
 *   language: fa
 *   version: 1
 *   system: |        what the model is told first: {{schema}}, {{nonce}}
 *   reduce: |        the same for the parts of a long text
 *   repair: |        after a reply that does not fit: {{errors}} */
#ifndef AI_PROMPT_H
#define AI_PROMPT_H

#include <base/arena.h>
#include <base/buffer.h>
#include <marfacrm/types.h>

typedef struct prompt {
  const char *name, *language, *version, *file;
  const char *id; /* "note.analyse/fa@1" */
  const char *system, *reduce, *repair;
} prompt;

enum { PROMPTS_MOST = 32 };

typedef struct prompts {
  const prompt *at[PROMPTS_MOST];
  size_t count;
} prompts;

typedef struct prompt_value {
  const char *name, *text;
} prompt_value;

/* Reads each task's prompts; those that are in neither folder are in the library. MCRM_INVALID with file:line. */
int prompts_read(arena *a, const char *admins, const char *installed, mcrm_error *error, prompts *out);
/* In that language, else in English; NULL: none. */
const prompt *prompt_find(const prompts *all, const char *name, const char *language);
/* Puts the values in. */
void prompt_render(buffer *out, const char *template, const prompt_value *values, size_t count);

#endif
