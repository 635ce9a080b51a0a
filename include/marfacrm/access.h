/* marfacrm/access.h: the people who work in the CRM, and what each may do.
 *
 * Roles are agent, supervisor and admin. A right is the lesser of the role and of the gate a person came in by.
 * Rows have owners: an agent reads the team's records and changes their own, a supervisor changes the team's, an
 * admin everybody's (the configuration may narrow or widen this). */
#ifndef MARFACRM_ACCESS_H
#define MARFACRM_ACCESS_H

#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mcrm_user {
  MCRM_STORED;
  const char *username;      /* to sign in with; unique, lower case */
  const char *name;          /* as colleagues know them */
  const char *role;          /* agent | supervisor | admin */
  const char *team;          /* the team whose records they share; may be NULL */
  const char *language;      /* fa | en */
  int64_t active;            /* 0 = may not sign in */
  mcrm_time last_seen_at;    /* of the last sign-in */
  const char *password;      /* input only: the new password, 10 to 200 characters; never shown */
  const char *password_hash; /* never leaves the library */
} mcrm_user;
MCRM_LIST(mcrm_user);

typedef struct mcrm_user_page {
  MCRM_RECORD;
  mcrm_user_array items;
  const char *next; /* cursor of the next page; NULL at the end */
} mcrm_user_page;

typedef struct mcrm_user_filter {
  MCRM_RECORD;
  const char *role;
  const char *team;
  int64_t active;
  const char *cursor;
  int64_t limit;
} mcrm_user_filter;

/* A new secret path. */
typedef struct mcrm_path_rotation {
  MCRM_RECORD;
  const char *gate;   /* crt | admin */
  int64_t overlap_ms; /* how long the paths before it stay valid; 0: they end now, with the cookies they gave */
} mcrm_path_rotation;

typedef struct mcrm_secret_path {
  MCRM_RECORD;
  const char *gate;
  const char *secret;  /* the last part of the address; shown this once */
  const char *address; /* the whole address, where gateway.public_url is configured */
} mcrm_secret_path;

/* One right of the actor, as frontends need it to decide what to show. */
typedef struct mcrm_capability {
  MCRM_RECORD;
  const char *operation; /* "task.complete" */
  const char *scope;     /* own | team | all: on whose records */
} mcrm_capability;
MCRM_LIST(mcrm_capability);

typedef struct mcrm_me {
  MCRM_RECORD;
  const mcrm_user *user;
  const char *gate; /* how they came in: crt | admin | local */
  const char *role; /* the role in force: the lesser of role and gate */
  mcrm_capability_array capabilities;
  int64_t head; /* the newest event there is: whoever reads after this and hears from here on misses nothing */
} mcrm_me;

#ifdef __cplusplus
}
#endif
#endif
