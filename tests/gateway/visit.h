/* A browser without a server: requests go straight through begin and finish. It keeps cookies. */
#ifndef TESTS_GATEWAY_VISIT_H
#define TESTS_GATEWAY_VISIT_H

#include <marfacrm/marfacrm.h>
#include <stdbool.h>

#include "../api/people.h"

typedef struct visitor {
  mcrm_gateway *gateway;
  char gate[256], login[256]; /* "name=value", or "" */
  char csrf[80];
  const char *peer;
} visitor;

typedef struct answer {
  mcrm_step step;
  bool at_hand;       /* mcrm_gateway_try was enough */
  bool in_turn;       /* mcrm_exchange_in_turn */
  int status;         /* 0: not ours, the host answers */
  char headers[4096]; /* "Name: value\n" … */
  char *content;
  size_t length;
} answer;

/* One request. headers: "Name: value\nName: value", or NULL; the visitor's cookies and, for what changes something,
 * the token are added, and a Content-Type for JSON. body NULL: none. */
answer ask(visitor *v, const char *method, const char *target, const char *headers, const char *body);
answer ask_bytes(visitor *v, const char *method, const char *target, const char *headers, const char *body,
                 size_t length);
void answer_free(answer *a);
/* Asks and expects a status; the content is the test's to free. */
char *expect(visitor *v, int status, const char *method, const char *target, const char *headers, const char *body);
/* The value of a header, or NULL; good for the next call but one. */
const char *header_of(const answer *a, const char *name);

/* Comes in by a secret path; the cookie is kept. */
void come_in(visitor *v, const char *secret);
/* Signs in with the password of all people here. */
void sign_in_as(visitor *v, const char *username);

#define PASSWORD "correct horse battery"
/* Gives the people passwords; opens a gateway; makes both secret paths. */
typedef struct place {
  people people;
  mcrm_gateway *gateway;
  char *crt, *admin;
} place;
void place_open(place *p, const mcrm_gateway_options *options);
void place_close(place *p);
/* A new secret path; the test's to free. */
char *new_path(place *p, const char *gate, int64_t overlap_ms);
/* A visitor who has come in and signed in. */
visitor visitor_of(place *p, const char *gate, const char *username);

#endif
