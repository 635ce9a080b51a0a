/* An instance in a folder of its own, with the people of two teams, for tests of the public API. */
#ifndef TESTS_API_PEOPLE_H
#define TESTS_API_PEOPLE_H

#include <marfacrm/marfacrm.h>

typedef struct people {
  char folder[64];
  char url[400], key_file[96];
  mcrm *crm;
  mcrm_time now;      /* the clock stands here; tests move it */
  mcrm_session *sara; /* agent, team north */
  mcrm_session *reza; /* agent, team north */
  mcrm_session *mina; /* supervisor, team north */
  mcrm_session *omid; /* agent, team south */
  mcrm_session *nima; /* supervisor, team south */
  mcrm_session *admin;
  mcrm_session *system;
} people;

void people_open(people *p);
void people_close(people *p);
/* Closes and opens the instance again, on the same files. */
void people_reopen(people *p);

/* Runs an operation that must succeed; the answer's JSON is the test's (mcrm_free). */
char *must(mcrm_session *session, const char *operation, const char *json);
/* printf for the input. */
char *must_print(mcrm_session *session, const char *operation, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Runs an operation that must fail with this code and, where not NULL, this field. */
void refused(mcrm_session *session, const char *operation, const char *json, int code, const char *field);
/* The text of the first "name":"…" in a JSON document, copied into `out`; fails the test where there is none. */
void text_of(const char *json, const char *name, char *out, size_t size);
/* Makes a prospect and returns its id. */
void make_rep(people *p, const char *name, char id[24]);

#endif
