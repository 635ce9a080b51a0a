/* Printing for people: Persian digits and Jalali dates, which the library itself tells. */
#ifndef LOOP_SHOW_H
#define LOOP_SHOW_H

#include <marfacrm/marfacrm.h>

/* Replaces the digits 0 to 9 by Persian ones; good until the next call but seven. */
const char *show_digits(const char *text);
const char *show_number(int64_t number);
/* «سه‌شنبه ۱۴۰۵/۰۹/۰۳ ساعت ۱۰:۰۰»; a whole day has no clock. */
const char *show_time(const mcrm_text *engine, mcrm_time at, int whole_day);
const char *show_text(const char *text);

#endif
