#include <access/actor.h>
#include <base/error.h>
#include <marfacrm/access.h>
#include <model/entities.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const roles[ACCESS_ROLES] = {"agent", "supervisor", "admin"};
static const char *const scopes[] = {"none", "own", "team", "all"};

enum { PERMISSIONS_MAX = 64 };

struct access_policy {
  access_scope scope[PERMISSIONS_MAX][ACCESS_ROLES];
};

static int role_index(const char *role) {
  for (int i = 0; i < ACCESS_ROLES; i++)
    if (role && !strcmp(roles[i], role)) return i;
  return -1;
}

static int permission_index(const char *name) {
  for (int i = 0; i < PERMISSIONS_MAX && access_permissions[i].name; i++)
    if (!strcmp(access_permissions[i].name, name)) return i;
  return -1;
}

int access_policy_new(access_policy **out) {
  access_policy *p = calloc(1, sizeof *p);
  if (!p) return MCRM_NO_MEMORY;
  for (int i = 0; i < PERMISSIONS_MAX && access_permissions[i].name; i++)
    memcpy(p->scope[i], access_permissions[i].scope, sizeof p->scope[i]);
  *out = p;
  return MCRM_OK;
}

void access_policy_free(access_policy *p) { free(p); }

int access_policy_set(access_policy *p, const char *permission, const char *role, const char *scope,
                      mcrm_error *error) {
  int at = permission_index(permission), who = role_index(role), reach = -1;
  for (int i = 0; i < 4; i++)
    if (!strcmp(scopes[i], scope)) reach = i;
  if (at < 0)
    return error_set(error, MCRM_INVALID, "access", "access.permission", "access: no permission \"%.60s\"", permission);
  if (who < 0) return error_set(error, MCRM_INVALID, "access", "access.role", "access: no role \"%.60s\"", role);
  if (reach < 0)
    return error_set(error, MCRM_INVALID, "access", "access.scope", "access: \"%.60s\" is none of none, own, team, all",
                     scope);
  if (who == ACCESS_ROLES - 1 && reach < (int)p->scope[at][who])
    return error_set(error, MCRM_INVALID, "access", "access.admin", "access: an admin's %s cannot be narrowed",
                     permission);
  p->scope[at][who] = (access_scope)reach;
  return MCRM_OK;
}

const char *access_scope_name(access_scope scope) { return scope == ACCESS_NONE ? NULL : scopes[scope]; }

const char *access_role_at_gate(const char *role, const char *gate) {
  int mine = role_index(role);
  /* The CRT's path never makes an admin: a CRT member's rights end with the supervisor's. */
  if (mine == ACCESS_ROLES - 1 && gate && !strcmp(gate, "crt")) return roles[ACCESS_ROLES - 2];
  return mine < 0 ? NULL : roles[mine];
}

int access_actor_load(store_tx *tx, const access_policy *policy, const char *username, const char *gate,
                      access_actor *out) {
  store_select s;
  model_records found;
  store_select_begin(&s, tx, &model_user);
  store_where(&s, "username = ? AND active = 1", store_text(username));
  int code = store_select_end(&s, &found);
  if (code) return code;
  const mcrm_user *user = found.count ? found.at[0] : NULL;
  const char *role = user ? access_role_at_gate(user->role, gate) : NULL;
  if (!role)
    return error_set(tx->error, MCRM_UNAUTHENTICATED, "username", "session.unknown", "no active user \"%.60s\"",
                     username);
  *out = (access_actor){.user_id = user->id,
                        .username = user->username,
                        .name = user->name,
                        .role = role,
                        .team = user->team,
                        .language = user->language ? user->language : "fa",
                        .gate = gate,
                        .policy = policy};
  return MCRM_OK;
}

access_scope access_may(const access_actor *actor, const char *permission) {
  int at = permission_index(permission);
  if (at < 0) return ACCESS_NONE;
  if (!actor->user_id) return ACCESS_ALL;
  int who = role_index(actor->role);
  return who < 0 ? ACCESS_NONE : actor->policy->scope[at][who];
}

int access_require(store_tx *tx, const access_actor *actor, const char *permission) {
  if (access_may(actor, permission) != ACCESS_NONE) return MCRM_OK;
  return error_set(tx->error, MCRM_DENIED, NULL, "denied", "%s may not %s", actor->role ? actor->role : "nobody",
                   permission);
}

int access_reaches(store_tx *tx, const access_actor *actor, const char *permission, mcrm_id owner, bool *yes) {
  access_scope scope = access_may(actor, permission);
  *yes = scope == ACCESS_ALL || (scope != ACCESS_NONE && (!owner || owner == actor->user_id));
  if (*yes || scope != ACCESS_TEAM || !actor->team) return MCRM_OK;
  int64_t same = 0;
  int code = store_number(tx, &same, 0, "SELECT 1 FROM user_account WHERE id = $1 AND team = $2", store_int(owner),
                          store_text(actor->team));
  *yes = same == 1;
  return code;
}

void access_where(store_select *s, const access_actor *actor, const char *permission, const char *owner_column) {
  char sql[160];
  access_scope scope = access_may(actor, permission);
  if (scope == ACCESS_ALL) return;
  if (scope == ACCESS_NONE) {
    store_where_plain(s, "1 = 0");
    return;
  }
  bool team = scope == ACCESS_TEAM && actor->team;
  int length =
      team ? snprintf(sql, sizeof sql, "(%s IN (SELECT id FROM user_account WHERE team = ?) OR %s = ? OR %s IS NULL)",
                      owner_column, owner_column, owner_column)
           : snprintf(sql, sizeof sql, "(%s = ? OR %s IS NULL)", owner_column, owner_column);
  if (length < 0 || (size_t)length >= sizeof sql)
    s->code = error_set(s->tx->error, MCRM_INTERNAL, NULL, "internal", "owner column %.40s is too long", owner_column);
  else if (team)
    store_where(s, sql, store_text(actor->team), store_int(actor->user_id));
  else
    store_where(s, sql, store_int(actor->user_id));
}

static mcrm_id owner_of(const model_entity *e, const void *record) {
  if (!e->owner) return 0;
  const model_field *f = model_field_find(e, e->owner, strlen(e->owner));
  return f ? model_number(record, f) : 0;
}

int access_load(store_tx *tx, const access_actor *actor, const model_entity *e, mcrm_id id, const char *read,
                void **out) {
  bool yes = false;
  int code = store_load(tx, e, id, out);
  if (!code) code = access_reaches(tx, actor, read, owner_of(e, *out), &yes);
  if (!code && !yes) code = store_absent(tx, e, id);
  return code;
}

int access_load_for(store_tx *tx, const access_actor *actor, const model_entity *e, mcrm_id id, const char *read,
                    const char *write, void **out) {
  bool yes = false;
  int code = access_load(tx, actor, e, id, read, out);
  if (!code) code = access_reaches(tx, actor, write, owner_of(e, *out), &yes);
  if (!code && !yes)
    code = error_set(tx->error, MCRM_DENIED, "id", "denied", "%s may not change this %s", actor->role, e->name);
  return code;
}

/* Bounded by the nesting of the entity rows. */
static void hide(const model_entity *e, model_record *record) {
  for (const model_field *f = e->fields, *end = f + e->count; f < end; f++) {
    if (!model_has(record, f)) continue;
    if (f->flags & MODEL_SENSITIVE) {
      record->present &= ~model_bit(f);
      memset((char *)record + f->offset, 0, f->kind == MODEL_LIST || f->kind == MODEL_TEXTS ? 16 : 8);
    } else if (f->kind == MODEL_OBJECT && model_object(record, f)) {
      hide(f->entity, (model_record *)(uintptr_t)model_object(record, f));
    } else if (f->kind == MODEL_LIST) {
      model_records list = model_list(record, f);
      for (size_t i = 0; i < list.count; i++) hide(f->entity, (model_record *)(uintptr_t)list.at[i]);
    }
  }
}

void access_hide(const access_actor *actor, const model_entity *e, void *record) {
  if (access_may(actor, "rep.account") == ACCESS_NONE) hide(e, record);
}
