/* Reps that are to be spoken to every so often get their follow-up by themselves. */
#include <base/error.h>
#include <marfacrm/rep.h>
#include <model/entities.h>

#include "day.h"
#include "message.h"
#include "reminder.h"
#include "task.h"

enum { AT_ONCE = 200 };

typedef struct due_rep {
  mcrm_id id;
  const char *name, *cadence;
  mcrm_time at;
} due_rep;

static int due(crm_call *call, due_rep *reps, size_t *count) {
  store_rows rows;
  *count = 0;
  int code = store_query(call->tx, &rows,
                         "SELECT id, name, cadence, next_check_in_at FROM rep WHERE next_check_in_at IS NOT NULL AND "
                         "next_check_in_at <= $1 ORDER BY next_check_in_at, id LIMIT $2",
                         store_int(call->tx->now), store_int(AT_ONCE));
  while (!code && store_next(&rows))
    reps[(*count)++] =
        (due_rep){store_get_int(&rows, 0), store_get_text(&rows, 1), store_get_text(&rows, 2), store_get_int(&rows, 3)};
  return store_end(&rows);
}

/* Whoever spoke to the rep last and is still here; else the agent who has been here longest. */
static int assignee(crm_call *call, mcrm_id rep, mcrm_id *out) {
  int64_t found = 0;
  int code = store_number(call->tx, &found, 0,
                          "SELECT u.id FROM interaction i JOIN user_account u ON u.id = i.user_id WHERE i.rep_id = $1 "
                          "AND u.active = 1 ORDER BY i.started_at DESC, i.id DESC LIMIT 1",
                          store_int(rep));
  if (!code && !found)
    code = store_number(call->tx, &found, 0,
                        "SELECT id FROM user_account WHERE active = $1 ORDER BY CASE role WHEN 'agent' THEN 0 WHEN "
                        "'supervisor' THEN 1 ELSE 2 END, id LIMIT 1",
                        store_int(1));
  *out = found;
  return code;
}

static int make_task(crm_call *call, const due_rep *rep) {
  int64_t open = 0;
  int code = store_number(call->tx, &open, 0,
                          "SELECT 1 FROM task WHERE rep_id = $1 AND source = 'cadence' AND completed_at IS NULL AND "
                          "archived_at IS NULL LIMIT 1",
                          store_int(rep->id));
  mcrm_id user = 0;
  if (!code && !open) code = assignee(call, rep->id, &user);
  if (code || open || !user) return code;
  store_rows rows;
  const char *language = NULL;
  code = store_query(call->tx, &rows, "SELECT language FROM user_account WHERE id = $1", store_int(user));
  if (!code && store_next(&rows)) language = store_get_text(&rows, 0);
  if ((code = store_end(&rows))) return code;
  mcrm_task task = {.size = sizeof task}, *made;
  MCRM_SET(&task, title, message(call->tx->arena, language, MESSAGE_CHECK_IN, (message_values){.a = rep->name}));
  MCRM_SET(&task, rep_id, rep->id);
  MCRM_SET(&task, assignee_id, user);
  MCRM_SET(&task, due_at, civil_midnight(call->tx->now, store_zone(call->tx->store)));
  MCRM_SET(&task, due_grain, "day");
  return task.title ? task_make(call, &task, "cadence", &made) : error_no_memory(call->tx->error);
}

/* Worked out from the cadence, so it is not journalled as a change of the rep. A rule that has ended, or is none
 * any more, makes no more check-ins. */
static int advance(crm_call *call, const due_rep *rep) {
  mcrm_time next = 0;
  if (rep->cadence) {
    mcrm_error quiet = {0}, *error = call->tx->error;
    call->tx->error = &quiet;
    int code = cadence_next(call, rep->cadence, rep->at, call->tx->now, &next);
    call->tx->error = error;
    if (code && code != MCRM_INVALID) return error_set(error, code, NULL, quiet.message, "%s", quiet.detail);
  }
  return store_post(call->tx, "UPDATE rep SET next_check_in_at = $1 WHERE id = $2", store_int_or_null(next),
                   store_int(rep->id));
}

static int check_in(crm_call *call, const due_rep *rep) {
  int64_t archived = 0;
  int code = store_number(call->tx, &archived, 0, "SELECT archived_at FROM rep WHERE id = $1", store_int(rep->id));
  if (!code && !archived && rep->cadence) code = make_task(call, rep);
  return code ? code : advance(call, rep);
}

int cadence_sweep(crm_call *call) {
  due_rep *reps = arena_array(call->tx->arena, AT_ONCE, sizeof *reps);
  if (!reps) return error_no_memory(call->tx->error);
  size_t count;
  do {
    int code = due(call, reps, &count);
    for (size_t i = 0; i < count && !code; i++) code = check_in(call, &reps[i]);
    if (code) return code;
  } while (count == AT_ONCE); /* each of them is due later now */
  return MCRM_OK;
}
