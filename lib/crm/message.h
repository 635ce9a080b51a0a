/* The sentences that the CRM itself writes: reasons, notifications, titles. Persian with half-spaces and Persian
 * digits, or English. A new one is a line in message.c and a name here. */
#ifndef CRM_MESSAGE_H
#define CRM_MESSAGE_H

#include <base/arena.h>
#include <base/zone.h>
#include <marfacrm/types.h>
#include <stdbool.h>

typedef enum message_key {
  MESSAGE_OVERDUE_DAYS,
  MESSAGE_OVERDUE_TODAY,
  MESSAGE_DUE_SOON,
  MESSAGE_DUE_AT,
  MESSAGE_DUE_TODAY,
  MESSAGE_DUE_TOMORROW,
  MESSAGE_DUE_DAYS,
  MESSAGE_PROMISE,
  MESSAGE_ANGRY,
  MESSAGE_UNHAPPY,
  MESSAGE_WORSE,
  MESSAGE_DEBT,
  MESSAGE_SILENT,
  MESSAGE_NEVER_SPOKEN,
  MESSAGE_CRITICAL,
  MESSAGE_URGENT,
  MESSAGE_PRIORITY_URGENT,
  MESSAGE_PRIORITY_HIGH,
  MESSAGE_PRIORITY_LOW,
  MESSAGE_FOLLOW_UP,
  MESSAGE_REMINDER,
  MESSAGE_REMINDER_DUE,
  MESSAGE_ASSIGNED,
  MESSAGE_CRITICAL_NOTICE,
  MESSAGE_CHECK_IN,
  MESSAGE_ALERT_ANGRY,
  MESSAGE_ALERT_URGENT,
  MESSAGE_ALERT_PROMISE,
  MESSAGE_ALERT_DEBT,
  MESSAGE_GONE,
  MESSAGE_NOT_ACTIVE,
  MESSAGE_ACTIVE,
  MESSAGE_PROSPECT,
  MESSAGE_HAPPY,
  MESSAGE_EXPIRING,
  MESSAGE_CREDIT,
  MESSAGE_SETTLED,
  MESSAGE_INVOICES_OVERDUE,
  MESSAGE_URGENT_TASKS,
  MESSAGE_VOICE_FAILED,
  MESSAGE_VOICE_WAITS,
  MESSAGE_VOICE_NO_PROVIDER,
  MESSAGE_VOICE_UNSUPPORTED,
  MESSAGE_VOICE_BILLING,
  MESSAGE_VOICE_BUDGET,
  MESSAGE_VOICE_BUSY,
  MESSAGE_VOICE_KEY,
  MESSAGE_VOICE_REGION,
  MESSAGE_VOICE_UNREACHABLE,
  MESSAGE_VOICE_REFUSED,
  MESSAGE_VOICE_SILENT,
  MESSAGE_VOICE_OWNER,
  MESSAGE_VOICE_FILE,
  MESSAGE_VOICE_OTHER,
  MESSAGE_KEYS
} message_key;

/* What stands for {n}, {a} and {b}. A text that is NULL is written as nothing. */
typedef struct message_values {
  int64_t n;
  const char *a, *b;
} message_values;

bool message_persian(const char *language);
/* NULL only where there is no memory. language: "fa" or "en"; everything else is Persian. */
const char *message(arena *a, const char *language, message_key key, message_values values);
/* «۲ آذر» or «۲ آذر ساعت ۱۶:۳۰»; in English the Gregorian date. */
const char *message_time(arena *a, const char *language, mcrm_time at, bool with_clock, const zone *z);
/* «۱۶:۳۰» */
const char *message_clock(arena *a, const char *language, mcrm_time at, const zone *z);

#endif
