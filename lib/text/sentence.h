/* Where sentences end. */
#ifndef TEXT_SENTENCE_H
#define TEXT_SENTENCE_H

#include <text/token.h>

/* Fills in scan->sentences and the tokens' sentence numbers. */
int sentence_cut(arena *a, text_scan *scan, text_token *tokens);

#endif
