#include "reminder.h"

#include <model/entities.h>

#include "notification.h"

enum { AT_ONCE = 500 };

static int due(crm_call *call, model_records *out) {
  store_select s;
  store_select_begin(&s, call->tx, &model_task);
  store_where(&s, "remind_at IS NOT NULL AND remind_at <= ?", store_int(call->tx->now));
  store_where_plain(&s, "reminded_at IS NULL AND completed_at IS NULL AND archived_at IS NULL");
  store_order(&s, "remind_at, id");
  store_limit(&s, AT_ONCE);
  return store_select_end(&s, out);
}

int reminder_sweep(crm_call *call) {
  model_records found;
  do {
    int code = due(call, &found);
    for (size_t i = 0; i < found.count && !code; i++) code = notification_reminder(call, found.at[i]);
    if (code) return code;
  } while (found.count == AT_ONCE); /* each of them is out of the way now */
  return MCRM_OK;
}
