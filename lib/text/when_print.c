/* Times in words that the reader of dates reads back. */
#include <base/civil.h>
#include <text/when.h>

static void print_digits(buffer *out, int value, int width, bool persian) {
  char digits[12];
  int count = 0;
  unsigned rest = value < 0 ? 0U : (unsigned)value;
  do {
    digits[count++] = (char)(rest % 10);
    rest /= 10;
  } while ((rest || count < width) && count < 12);
  while (count > 0) {
    char wide[2] = {'\xDB', (char)(0xB0 + digits[--count])};
    if (persian)
      buffer_append(out, wide, 2);
    else
      buffer_byte(out, (char)('0' + digits[count]));
  }
}

static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

static void print_clock(buffer *out, const civil *c, text_grain grain, bool persian) {
  print_digits(out, c->hour, 2, persian);
  buffer_byte(out, ':');
  print_digits(out, c->minute, 2, persian);
  if (grain == TEXT_GRAIN_SECOND) {
    buffer_byte(out, ':');
    print_digits(out, c->second, 2, persian);
  }
}

static void print_persian(buffer *out, const civil *c, text_grain grain) {
  int year, month, day;
  jalali_from_days(civil_days(c->year, c->month, c->day), &year, &month, &day);
  if (grain >= TEXT_GRAIN_YEAR) {
    buffer_text(out, "سال ");
    print_digits(out, year, 1, true);
    return;
  }
  if (grain == TEXT_GRAIN_QUARTER) {
    static const char *const quarters[] = {"اول", "دوم", "سوم", "چهارم"};
    buffer_text(out, "فصل ");
    buffer_text(out, quarters[(month - 1) / 3]);
    buffer_text(out, " سال ");
    print_digits(out, year, 1, true);
    return;
  }
  if (grain <= TEXT_GRAIN_WEEK) {
    if (grain == TEXT_GRAIN_WEEK) buffer_text(out, "هفته ");
    print_digits(out, day, 1, true);
    buffer_byte(out, ' ');
  }
  buffer_text(out, jalali_month_name(month, TEXT_PERSIAN));
  buffer_byte(out, ' ');
  print_digits(out, year, 1, true);
  if (grain < TEXT_GRAIN_DAY) {
    buffer_text(out, " ساعت ");
    print_clock(out, c, grain, true);
  }
}

static void print_english(buffer *out, const civil *c, text_grain grain) {
  if (grain >= TEXT_GRAIN_YEAR) {
    buffer_text(out, "in ");
    print_digits(out, c->year, 1, false);
    return;
  }
  if (grain == TEXT_GRAIN_QUARTER) {
    static const char *const quarters[] = {"1st", "2nd", "3rd", "4th"};
    buffer_text(out, quarters[(c->month - 1) / 3]);
    buffer_text(out, " quarter ");
    print_digits(out, c->year, 1, false);
    return;
  }
  if (grain <= TEXT_GRAIN_WEEK) {
    if (grain == TEXT_GRAIN_WEEK) buffer_text(out, "the week of ");
    print_digits(out, c->day, 1, false);
    buffer_byte(out, ' ');
  }
  buffer_text(out, months[c->month - 1]);
  buffer_byte(out, ' ');
  print_digits(out, c->year, 1, false);
  if (grain < TEXT_GRAIN_DAY) {
    buffer_text(out, " at ");
    print_clock(out, c, grain, false);
  }
}

void text_when_print(buffer *out, mcrm_time at, text_grain grain, const zone *z, text_language language) {
  civil c = civil_at(at, z);
  if (language == TEXT_ENGLISH)
    print_english(out, &c, grain);
  else
    print_persian(out, &c, grain);
}
