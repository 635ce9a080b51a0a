#include "notification.h"

#include <base/error.h>
#include <crm/operations.h>
#include <marfacrm/report.h>
#include <model/entities.h>
#include <stdio.h>
#include <string.h>

#include "ids.h"
#include "message.h"
#include "page.h"

enum { READ_AT_ONCE = 500 };

/* ---- made ---- */

typedef struct notice {
  const char *kind, *entity;
  mcrm_id entity_id, rep_id;
  message_key key;
  message_values values;
} notice;

/* In the language of whom it is for; people who have left are told nothing. */
static int tell(crm_call *call, mcrm_id user, const notice *n) {
  store_rows rows;
  const char *language = NULL;
  bool there = false;
  int code =
      store_query(call->tx, &rows, "SELECT language FROM user_account WHERE id = $1 AND active = 1", store_int(user));
  if (!code && store_next(&rows)) {
    there = true;
    language = store_get_text(&rows, 0);
  }
  code = store_end(&rows);
  if (code || !there) return code;
  mcrm_notification notification = {.size = sizeof notification,
                                    .user_id = user,
                                    .kind = n->kind,
                                    .entity = n->entity,
                                    .entity_id = n->entity_id,
                                    .rep_id = n->rep_id,
                                    .text = message(call->tx->arena, language, n->key, n->values),
                                    .at = call->tx->now};
  if (!notification.text) return error_no_memory(call->tx->error);
  return store_insert(call->tx, &model_notification, &notification);
}

int notification_assigned(crm_call *call, const mcrm_task *task) {
  const char *by = call->actor->name ? call->actor->name : call->actor->username;
  notice n = {.kind = "assigned",
              .entity = "task",
              .entity_id = task->id,
              .rep_id = task->rep_id,
              .key = MESSAGE_ASSIGNED,
              .values = {.a = task->title, .b = by ? by : ""}};
  if (!call->actor->user_id) return MCRM_OK; /* what the system makes shows in the work log anyway */
  return tell(call, task->assignee_id, &n);
}

int notification_reminder(crm_call *call, const mcrm_task *task) {
  const zone *z = store_zone(call->tx->store);
  bool clock = task->due_grain && !strcmp(task->due_grain, "minute");
  const char *language = NULL;
  store_rows rows;
  int code =
      store_query(call->tx, &rows, "SELECT language FROM user_account WHERE id = $1", store_int(task->assignee_id));
  if (!code && store_next(&rows)) language = store_get_text(&rows, 0);
  code = store_end(&rows);
  const char *due = task->due_at ? message_time(call->tx->arena, language, task->due_at, clock, z) : NULL;
  notice n = {.kind = "reminder",
              .entity = "task",
              .entity_id = task->id,
              .rep_id = task->rep_id,
              .key = due ? MESSAGE_REMINDER_DUE : MESSAGE_REMINDER,
              .values = {.a = task->title, .b = due}};
  if (!code) code = tell(call, task->assignee_id, &n);
  mcrm_task change = {.size = sizeof change};
  MCRM_SET(&change, reminded_at, call->tx->now);
  return code ? code : store_update(call->tx, &model_task, task, &change, NULL);
}

static bool critical(const mcrm_interaction *i) {
  return i && i->urgency && !strcmp(i->urgency, "critical") && i->state && !strcmp(i->state, "final");
}

int notification_critical(crm_call *call, const mcrm_interaction *before, const mcrm_interaction *after) {
  if (!critical(after) || critical(before)) return MCRM_OK;
  store_tx *tx = call->tx;
  store_rows rows;
  const char *rep = NULL;
  int code = store_query(tx, &rows, "SELECT name FROM rep WHERE id = $1", store_int(after->rep_id));
  if (!code && store_next(&rows)) rep = store_get_text(&rows, 0);
  code = store_end(&rows);
  const char *what = after->summary ? after->summary : after->subject;
  notice n = {.kind = "alert",
              .entity = "interaction",
              .entity_id = after->id,
              .rep_id = after->rep_id,
              .key = MESSAGE_CRITICAL_NOTICE,
              .values = {.a = what ? what : "", .b = rep ? rep : ""}};
  mcrm_id people[32];
  size_t count = 0;
  if (!code)
    code = store_query(tx, &rows,
                       "SELECT id FROM user_account WHERE active = 1 AND (id = $1 OR (role = 'supervisor' AND team = "
                       "(SELECT team FROM user_account WHERE id = $1))) ORDER BY id LIMIT 32",
                       store_int(after->user_id));
  while (!code && count < sizeof people / sizeof *people && store_next(&rows))
    people[count++] = store_get_int(&rows, 0);
  if (!code) code = store_end(&rows);
  for (size_t i = 0; i < count && !code; i++)
    if (people[i] != call->actor->user_id) code = tell(call, people[i], &n);
  return code;
}

static int tell_owner(crm_call *call, const mcrm_voice_note *note, message_key key) {
  store_rows rows;
  const char *rep = NULL;
  int code = store_query(call->tx, &rows, "SELECT name FROM rep WHERE id = $1", store_int(note->rep_id));
  if (!code && store_next(&rows)) rep = store_get_text(&rows, 0);
  code = store_end(&rows);
  notice n = {.kind = "alert",
              .entity = "voice_note",
              .entity_id = note->id,
              .rep_id = note->rep_id,
              .key = key,
              .values = {.a = rep ? rep : ""}};
  return code ? code : tell(call, note->user_id, &n);
}

int notification_voice_failed(crm_call *call, const mcrm_voice_note *note) {
  return tell_owner(call, note, MESSAGE_VOICE_FAILED);
}

int notification_voice_waits(crm_call *call, const mcrm_voice_note *note) {
  return tell_owner(call, note, MESSAGE_VOICE_WAITS);
}

/* ---- read ---- */

static int unread(crm_call *call, int64_t *out) {
  return store_number(call->tx, out, 0,
                      "SELECT CAST(COUNT(*) AS BIGINT) FROM notification WHERE user_id = $1 AND read_at IS NULL",
                      store_int(call->actor->user_id));
}

static int answer(crm_call *call, mcrm_notification_page *page, model_records found, const char *next) {
  int64_t count;
  int code = unread(call, &count);
  MCRM_SET(page, items, ((mcrm_notification_array){(const mcrm_notification *const *)found.at, found.count}));
  MCRM_SET(page, next, next);
  MCRM_SET(page, unread, count);
  return code;
}

int notification_list(crm_call *call, const void *input, void *output) {
  const mcrm_notification_filter *filter = input;
  const char *next;
  store_select s;
  model_records found;
  store_select_begin(&s, call->tx, &model_notification);
  store_where(&s, "user_id = ?", store_int(call->actor->user_id));
  if (filter->unread) store_where_plain(&s, "read_at IS NULL");
  int code = page_select(call, &s, &(page_order){NULL, true}, filter->cursor, filter->limit, &found, &next);
  return code ? code : answer(call, output, found, next);
}

static int mark(crm_call *call, const mcrm_notification *before, mcrm_notification **after) {
  mcrm_notification change = {.size = sizeof change};
  MCRM_SET(&change, read_at, before->read_at ? before->read_at : call->tx->now);
  void *changed;
  int code = store_update(call->tx, &model_notification, before, &change, &changed);
  *after = changed;
  return code;
}

/* All that are unread, some at a time. */
static int mark_all(crm_call *call) {
  model_records found;
  do {
    store_select s;
    store_select_begin(&s, call->tx, &model_notification);
    store_where(&s, "user_id = ? AND read_at IS NULL", store_int(call->actor->user_id));
    store_order(&s, "id");
    store_limit(&s, READ_AT_ONCE);
    int code = store_select_end(&s, &found);
    mcrm_notification *after;
    for (size_t i = 0; i < found.count && !code; i++) code = mark(call, found.at[i], &after);
    if (code) return code;
  } while (found.count == READ_AT_ONCE);
  return MCRM_OK;
}

static int unknown(crm_call *call, size_t index, const char *id) {
  char field[32];
  snprintf(field, sizeof field, "ids[%zu]", index);
  return error_set(call->tx->error, MCRM_NOT_FOUND, field, "notification.unknown", "there is no notification \"%.40s\"",
                   id);
}

static int mark_one(crm_call *call, size_t index, const char *text, mcrm_notification **after) {
  mcrm_id id;
  if (!id_read(text, &id)) return unknown(call, index, text);
  store_select s;
  store_select_begin(&s, call->tx, &model_notification);
  store_where(&s, "id = ? AND user_id = ?", store_int(id), store_int(call->actor->user_id));
  model_records found;
  int code = store_select_end(&s, &found);
  if (code) return code;
  return found.count ? mark(call, found.at[0], after) : unknown(call, index, text);
}

int notification_read(crm_call *call, const void *input, void *output) {
  const mcrm_read_mark *marks = input;
  size_t count = marks->ids.count;
  mcrm_notification **after = arena_array(call->tx->arena, count, sizeof *after);
  if (!after) return error_no_memory(call->tx->error);
  int code = count ? MCRM_OK : mark_all(call);
  for (size_t i = 0; i < count && !code; i++) code = mark_one(call, i, marks->ids.at[i], &after[i]);
  if (code) return code;
  return answer(call, output, (model_records){(const void *const *)after, count}, NULL);
}
