/* Who the demo's representatives are. */
#ifndef DEMO_PEOPLE_H
#define DEMO_PEOPLE_H

#include <stddef.h>
#include <stdint.h>

/* splitmix64: small, and the same everywhere. */
uint64_t demo_random(uint64_t *state);
/* 0 … below - 1 */
unsigned demo_below(uint64_t *state, unsigned below);

enum { PERSON_TEXT = 120 };

typedef struct person {
  char name[PERSON_TEXT], shop[PERSON_TEXT], username[PERSON_TEXT];
  char phone[PERSON_TEXT];    /* "" = not known */
  char telegram[PERSON_TEXT]; /* "" = not known */
  const char *status;
} person;

/* The n-th person; user names and phones of different n differ. urls: Telegram names are whole addresses. */
void demo_person(uint64_t *state, unsigned n, int urls, const char *inactive, person *out);

#endif
