/* The readers that entity.c asks in turn. Each looks for one kind of thing that begins at a token, fills in everything
 * but the span's code points, and returns false where there is none. */
#ifndef TEXT_ENTITY_READER_H
#define TEXT_ENTITY_READER_H

#include <text/entity.h>

/* Digits with what people put between them: "6037-7016 8909.5443". */
enum { DIGIT_RUN_MOST = 28 };
typedef struct digit_run {
  char digits[DIGIT_RUN_MOST + 1];
  uint32_t end[DIGIT_RUN_MOST]; /* offset in the folded text behind each digit */
  size_t count;
  bool more;   /* a digit follows directly behind the last one */
  bool spread; /* something stood between some of them */
} digit_run;

/* Reads the run that begins at an offset of the folded text. */
void digit_run_read(const text_scan *s, size_t offset, digit_run *run);
/* May a number of this many digits end here: no digit is stuck to its last one? */
bool digit_run_ends(const text_scan *s, const digit_run *run, size_t count);
/* Do the digits stand in blocks of four (or in one piece)? */
bool digit_run_in_fours(const digit_run *run, size_t start_offset, size_t count);

/* The span from a token to an offset of the folded text. */
void entity_span(const text_scan *s, size_t token, size_t folded_end, text_entity *out);

bool phone_at(arena *a, const text_scan *s, size_t token, text_entity *out);
bool identity_at(arena *a, const text_scan *s, size_t token, text_entity *out);
bool money_at(arena *a, const text_scan *s, size_t token, text_entity *out);
bool product_at(const text_scan *s, size_t token, text_entity *out);
bool person_at(arena *a, const text_scan *s, size_t token, text_entity *out);

/* "@name" or digits out of a folded link or name. */
bool telegram_name(const char *folded, size_t length, size_t *start, size_t *size);

#endif
