/* Shared by the finders of action items: one sentence after the other. */
#ifndef TEXT_ACTION_FIND_H
#define TEXT_ACTION_FIND_H

#include <text/action.h>

#include "lexicon.h"

typedef struct action_find {
  const text_reading *reading;
  const text_scan *scan;
  const text_when_list *whens;
  const zone *zone;
  arena *memory;
  text_action *items;
  size_t count, room;
  size_t hit, hit_end;   /* the hits of this sentence */
  size_t when, when_end; /* its times */
  uint32_t first, end;   /* its tokens */
  bool question, failed;
} action_find;

/* The first hit of a role (a bit each) that begins in the tokens; NULL where there is none. */
const text_lexicon_hit *action_role(const action_find *f, uint32_t roles, uint32_t first, uint32_t end);
/* A copy into the list, with its due time from the tokens it stands on. */
text_action *action_add(action_find *f, const text_action *like);
bool action_due(const action_find *f, uint32_t first, uint32_t end, text_due *out);
/* Is the token part of a time? */
bool action_in_time(const action_find *f, uint32_t token);

/* Is the token one of the words (NULL ends)? */
bool action_word(const text_token *t, const char *const *words);
/* Does it stand inside a phrase of one of these roles? */
bool action_inside(const action_find *f, uint32_t token, uint32_t roles);

/* The clause whose verb ends before `end`, of the tokens behind `from`; and where it ends with what follows its verb.
 */
uint32_t action_clause_first(const action_find *f, uint32_t from, uint32_t end);
uint32_t action_clause_end(const action_find *f, uint32_t end, bool motion);
bool action_then(const action_find *f, uint32_t token); /* "بعد" as "then", not as "after" */

bool action_preposition(const text_token *t);
bool action_pronoun(const text_token *t); /* "بهش" */
bool action_speaker(const text_token *t); /* "برام": for who speaks, or is spoken to */

void action_persian(action_find *f);
void action_english(action_find *f);

/* Titles of what stands on the tokens [first, end); a name of who is to do it is left out. */
const char *action_title_persian(action_find *f, uint32_t first, uint32_t end, const text_lexicon_hit *verb,
                                 const text_action *of);
const char *action_title_english(action_find *f, uint32_t first, uint32_t end);

enum {
  ACTION_PERSON = 0x0F,
  ACTION_MOOD_SHIFT = 4,
  ACTION_GOVERNING = 1U << ROLE_PROMISE | 1U << ROLE_REQUEST | 1U << ROLE_MUST | 1U << ROLE_PROPOSAL
};

#endif
