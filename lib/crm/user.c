#include <access/login.h>
#include <access/password.h>
#include <base/error.h>
#include <crm/operations.h>
#include <marfacrm/access.h>
#include <model/entities.h>
#include <string.h>

#include "page.h"

static int check_username(crm_call *call, const char *username) {
  for (const char *c = username; *c; c++)
    if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || strchr("._-@", *c)))
      return error_set(call->tx->error, MCRM_INVALID, "username", "user.username",
                       "username: \"%.40s\" may hold a-z, 0-9 and . _ - @ only", username);
  return MCRM_OK;
}

/* The password becomes its hash; it is never kept. */
static int take_password(crm_call *call, mcrm_user *record) {
  if (!record->password) return MCRM_OK;
  const char *hash;
  int code = access_password_hash(call->tx->arena, record->password, call->tx->error, &hash);
  if (code) return code;
  record->password = NULL;
  record->present &= ~MCRM_BIT_OF(record, password);
  MCRM_SET(record, password_hash, hash);
  return MCRM_OK;
}

static int check_unique(crm_call *call, const char *username, mcrm_id except) {
  int64_t taken = 0;
  int code = store_number(call->tx, &taken, 0, "SELECT id FROM user_account WHERE username = $1", store_text(username));
  if (!code && taken && taken != except)
    code =
        error_set(call->tx->error, MCRM_CONFLICT, "username", "user.taken", "username: \"%.40s\" is taken", username);
  return code;
}

/* The last active admin cannot lock everybody out, themselves included. */
static int keep_an_admin(crm_call *call, const mcrm_user *before, const mcrm_user *after) {
  if (strcmp(before->role, "admin") || !before->active || (!strcmp(after->role, "admin") && after->active))
    return MCRM_OK;
  int64_t others = 0;
  int code = store_number(call->tx, &others, 0,
                          "SELECT CAST(COUNT(*) AS BIGINT) FROM user_account WHERE role = $1 AND active = 1",
                          store_text("admin"));
  if (!code && others == 0)
    code = error_set(call->tx->error, MCRM_CONFLICT, "role", "user.last_admin", "%s is the last active admin",
                     before->username);
  return code;
}

int user_create(crm_call *call, const void *input, void *output) {
  mcrm_user *record = output;
  *record = *(const mcrm_user *)input;
  if (!MCRM_HAS(record, active)) MCRM_SET(record, active, 1);
  if (!record->language) MCRM_SET(record, language, "fa");
  int code = check_username(call, record->username);
  if (!code) code = check_unique(call, record->username, 0);
  if (!code) code = take_password(call, record);
  if (!code) code = store_insert(call->tx, &model_user, record);
  return code;
}

int user_update(crm_call *call, const void *input, void *output) {
  mcrm_user change = *(const mcrm_user *)input;
  void *before, *after = NULL;
  /* Whoever knew the old password, or may not come any more, is out at once. */
  bool end_logins = change.password || (MCRM_HAS(&change, active) && !change.active);
  int code = store_load(call->tx, &model_user, change.id, &before);
  if (!code && change.username) code = check_username(call, change.username);
  if (!code && change.username) code = check_unique(call, change.username, change.id);
  if (!code) code = take_password(call, &change);
  if (!code) code = store_update(call->tx, &model_user, before, &change, &after);
  if (!code) code = keep_an_admin(call, before, after);
  if (!code && end_logins) code = access_logins_end(call->tx, change.id);
  if (!code) *(mcrm_user *)output = *(mcrm_user *)after;
  return code;
}

int user_list(crm_call *call, const void *input, void *output) {
  const mcrm_user_filter *in = input;
  mcrm_user_page *page = output;
  const char *next;
  store_select s;
  model_records found;
  store_select_begin(&s, call->tx, &model_user);
  if (in->role) store_where(&s, "role = ?", store_text(in->role));
  if (in->team) store_where(&s, "team = ?", store_text(in->team));
  if (MCRM_HAS(in, active)) store_where(&s, "active = ?", store_int(in->active));
  access_where(&s, call->actor, "user.read", "id");
  int code = page_select(call, &s, &(page_order){"username", false}, in->cursor, in->limit, &found, &next);
  if (code) return code;
  MCRM_SET(page, items, ((mcrm_user_array){(const mcrm_user *const *)found.at, found.count}));
  MCRM_SET(page, next, next);
  return MCRM_OK;
}
