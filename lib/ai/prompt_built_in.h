/* The prompts of share/prompts, in the library itself (lib/ai/CMakeLists.txt prints them). */
#ifndef AI_PROMPT_BUILT_IN_H
#define AI_PROMPT_BUILT_IN_H

#include <stddef.h>

typedef struct prompt_built_in {
  const char *file; /* "fa/note.analyse.yaml" */
  const unsigned char *text;
  size_t length;
} prompt_built_in;

extern const prompt_built_in prompts_built_in[]; /* the last one has no file */

#endif
