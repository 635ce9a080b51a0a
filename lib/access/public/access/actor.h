/* Who acts, and how far their rights reach. The one place where rights are decided: the dispatcher, the
 * operations and the capabilities that frontends are told of all ask here. */
#ifndef ACCESS_ACTOR_H
#define ACCESS_ACTOR_H

#include <store/record.h>
#include <store/store.h>

/* How far a permission reaches over rows that have an owner. */
typedef enum access_scope { ACCESS_NONE, ACCESS_OWN, ACCESS_TEAM, ACCESS_ALL } access_scope;

enum { ACCESS_ROLES = 3 }; /* agent, supervisor, admin: each may at least what the one before may */

typedef struct access_permission {
  const char *name; /* "task.write" */
  access_scope scope[ACCESS_ROLES];
  const char *help;
} access_permission;

/* The built-in table; NULL name ends. */
extern const access_permission access_permissions[];

/* The table in force: the built-in one as the configuration has changed it. */
typedef struct access_policy access_policy;
int access_policy_new(access_policy **out);
void access_policy_free(access_policy *p);
/* Narrows or widens one right. Admin rights cannot be taken from admins. */
int access_policy_set(access_policy *p, const char *permission, const char *role, const char *scope, mcrm_error *error);

typedef struct access_actor {
  mcrm_id user_id; /* 0: the system (jobs); may everything */
  const char *username;
  const char *name;
  const char *role; /* in force: the lesser of the user's role and of the gate */
  const char *team; /* may be NULL */
  const char *language;
  const char *gate; /* crt | admin | local */
  const access_policy *policy;
} access_actor;

/* "own", "team", "all"; NULL for none. */
const char *access_scope_name(access_scope scope);
/* The lesser of a role and what a gate allows: whoever came in by the CRT's path is at most a supervisor. */
const char *access_role_at_gate(const char *role, const char *gate);
/* Reads an active user. MCRM_UNAUTHENTICATED where there is none, or not active. */
int access_actor_load(store_tx *tx, const access_policy *policy, const char *username, const char *gate,
                      access_actor *out);

access_scope access_may(const access_actor *actor, const char *permission);
/* MCRM_DENIED unless the permission reaches somewhere. */
int access_require(store_tx *tx, const access_actor *actor, const char *permission);
/* Does the permission reach this owner's rows? owner 0 = nobody's, reached by every scope but none. */
int access_reaches(store_tx *tx, const access_actor *actor, const char *permission, mcrm_id owner, bool *yes);
/* Adds to a list the condition that its rows are within reach. owner_column: a literal such as "user_id". */
void access_where(store_select *s, const access_actor *actor, const char *permission, const char *owner_column);
/* Loads a row to be shown: MCRM_NOT_FOUND also where it is out of reach of `read`. */
int access_load(store_tx *tx, const access_actor *actor, const model_entity *e, mcrm_id id, const char *read,
                void **out);
/* Loads a row to be changed: as access_load, then MCRM_DENIED where it is out of reach of `write`. */
int access_load_for(store_tx *tx, const access_actor *actor, const model_entity *e, mcrm_id id, const char *read,
                    const char *write, void **out);
/* Clears the present bits of the MODEL_SENSITIVE fields, nested ones included, for actors without "rep.account". */
void access_hide(const access_actor *actor, const model_entity *e, void *record);

#endif
