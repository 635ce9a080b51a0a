/* Keys by which a text is found. Index and query go through the same keys, so what was typed in another way is found:
 * other letter forms, half-space or space or nothing, Finglish, light endings, a misspelt name. */
#ifndef TEXT_SEARCH_H
#define TEXT_SEARCH_H

#include <base/arena.h>
#include <base/buffer.h>
#include <stdbool.h>
#include <stddef.h>

/* Appends the keys of a text for an index, separated by single spaces. A key holds only letters and digits of the
 * folded alphabet (a–z, 0–9, Persian letters), so a tokenizer that cuts at spaces keeps it whole; the order of the text
 * is kept. MCRM_OK, MCRM_INVALID (malformed text, or the buffer's limit) or MCRM_NO_MEMORY. */
int text_search_index(arena *a, const char *text, size_t length, buffer *out);

/* One word of a query: it is found where any of its keys is. */
typedef struct text_search_term {
  const char *const *keys;
  size_t count;
  bool prefix; /* the last word as it is being typed: keys are beginnings */
} text_search_term;

typedef struct text_search_query {
  const text_search_term *terms; /* all of them must be found */
  size_t count;
} text_search_query;

enum { TEXT_SEARCH_TERMS = 32 };

/* The terms of a query (at most TEXT_SEARCH_TERMS, further words are left out). The last term is a prefix unless a
 * space follows it. */
int text_search_query_make(arena *a, const char *text, size_t length, text_search_query *out);

/* How many single edits (insert, delete, replace, swap of neighbours) lead from one key to another, at most `limit`;
 * limit + 1 where it is more. Keys are taken as code points; those longer than 64 are compared for equality only. */
int text_search_distance(const char *a, size_t a_length, const char *b, size_t b_length, int limit);
/* Edits that a key of this many letters forgives: none below 4, one below 8, else two. */
int text_search_tolerance(size_t letters);

/* Names to look up in spite of typing errors: built once, read by any number of threads. */
typedef struct text_names text_names;
typedef struct text_name {
  int64_t id;
  const char *text;
} text_name;
typedef struct text_name_match {
  int64_t id;
  int distance; /* 0: its keys are equal */
} text_name_match;

/* Copies what it needs. NULL where there is no memory. Malformed names are left out. */
text_names *text_names_make(const text_name *names, size_t count);
void text_names_free(text_names *names);
/* The best matches, nearest first, at most `limit`; the count. 0 where there is no memory too. */
size_t text_names_find(const text_names *names, const char *text, size_t length, text_name_match *out, size_t limit);

#endif
