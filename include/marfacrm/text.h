/* marfacrm/text.h: what the library reads out of Persian and English text, without any provider.
 *
 * One engine serves any number of threads: it never changes once it is open. No function keeps what it is given.
 * Positions (start, end) count code points of the given text, the end is exclusive. */
#ifndef MARFACRM_TEXT_H
#define MARFACRM_TEXT_H

#include <marfacrm/types.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mcrm_text mcrm_text;

typedef struct mcrm_text_options {
  size_t size;           /* sizeof(mcrm_text_options) */
  const char *time_zone; /* NULL: Asia/Tehran */
} mcrm_text_options;

/* The longest text that is read, in bytes. */
enum { MCRM_TEXT_MOST = 16 * 1024 * 1024 };

/* Opens an engine; options may be NULL. MCRM_INVALID where there is no such time zone. */
MCRM_API int mcrm_text_open(const mcrm_text_options *options, mcrm_text **out, mcrm_error *error);
MCRM_API void mcrm_text_close(mcrm_text *engine);

/* Reads a text and answers with one JSON object, which is yours (mcrm_free). `what` is one of
 *   when        spans: dates, times, durations, ranges and recurrences, relative to `now`
 *   fold        folded: the form that is matched on
 *   normalise   normalised: typographic clean-up, for text that a program made
 *   numbers     numbers in digits and words
 *   entities    phones, accounts, money, bank and identity numbers, products, people
 *   sentiment   label, score, emotions, urgency and the words that show them
 *   actions     what is asked for or promised, by whom, until when
 *   summary     the sentences that matter
 *   jalali      a date in either calendar: gregorian, jalali, weekday
 * The object always has `text`. language: "fa", "en", or NULL for what the letters say. MCRM_INVALID: malformed UTF-8,
 * too long, or no such `what`; error may be NULL. */
MCRM_API int mcrm_text_json(const mcrm_text *engine, const char *what, const char *text, size_t length, mcrm_time now,
                            const char *language, char **json_out, mcrm_error *error);

/* The folded form of a text: what search and matching compare. *out is yours (mcrm_free), NUL-terminated. */
MCRM_API int mcrm_text_fold(const char *text, size_t length, char **out, mcrm_error *error);
/* Typographic clean-up. *out is yours (mcrm_free). */
MCRM_API int mcrm_text_normalise(const char *text, size_t length, char **out, mcrm_error *error);
/* A key that sorts as Persian readers expect when keys are compared by bytes. *out is yours (mcrm_free). */
MCRM_API int mcrm_text_collation(const char *text, size_t length, char **out, mcrm_error *error);

/* An ISO 8601 time ("2026-11-22T09:00:00+03:30"); without an offset it is wall clock in the engine's zone, without a
 * time of day the beginning of the day. MCRM_INVALID where it is none. */
MCRM_API int mcrm_time_parse(const mcrm_text *engine, const char *text, size_t length, mcrm_time *out,
                             mcrm_error *error);

enum { MCRM_PHONE_SIZE = 20 };
/* The E.164 form of a phone number in any of the forms used in Iran, or an international one. MCRM_INVALID where it is
 * none. */
MCRM_API int mcrm_phone_normalise(const char *text, size_t length, char out[MCRM_PHONE_SIZE]);
/* The form people read: 0912 345 6789. */
MCRM_API void mcrm_phone_display(const char *e164, char out[MCRM_PHONE_SIZE]);

/* A time that a text speaks of. */
typedef struct mcrm_when {
  uint32_t start, end;
  const char *kind;  /* "date", "time", "datetime", "duration", "range", "recurrence" */
  const char *grain; /* "minute", "hour", "day", "week", "month", "year" … */
  mcrm_time from, to;
  mcrm_time due; /* as a due time; 0: it is none (past, a duration) */
  bool all_day;  /* the due time is a day, not a moment */
  bool assumed, vague, ambiguous, past;
} mcrm_when;

/* All times of a text. *out is yours (mcrm_free); NULL where *count is 0. */
MCRM_API int mcrm_text_when(const mcrm_text *engine, const char *text, size_t length, mcrm_time now,
                            const char *language, mcrm_when **out, size_t *count, mcrm_error *error);

#ifdef __cplusplus
}
#endif
#endif
