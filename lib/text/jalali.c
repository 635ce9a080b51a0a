#include <text/jalali.h>

/* Years that the 33-year rule calls leap although the astronomical new year falls so that the next one is;
 * all lie after the official table. */
static const short late_years[] = {1502, 1601, 1634, 1667, 1700, 1733, 1766, 1799};

static bool late(int64_t year) {
  for (size_t i = 0; i < sizeof late_years / sizeof *late_years; i++)
    if (late_years[i] == year) return true;
  return false;
}

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

bool jalali_leap(int year) {
  if (late(year)) return false;
  if (late((int64_t)year - 1)) return true;
  int64_t rest = 25 * (int64_t)year + 11;
  return rest - floor_div(rest, 33) * 33 < 8;
}

int jalali_month_days(int year, int month) {
  if (month < 1 || month > 12) return 0;
  if (month <= 6) return 31;
  return month < 12 || jalali_leap(year) ? 30 : 29;
}

bool jalali_valid(int year, int month, int day) {
  return year >= 1 && year <= JALALI_YEAR_MAX && day >= 1 && day <= jalali_month_days(year, month);
}

/* 1 Farvardin: 365 days a year and 8 more in 33 years; the constants fix the epoch (1 Farvardin 1 = 622-03-22). */
static int64_t new_year(int64_t year) {
  return -492268 + 365 * (year - 1) + floor_div(8 * year + 21, 33) - (late(year - 1) ? 1 : 0);
}

static int64_t days_before_month(int month) { return month <= 7 ? 31 * (month - 1) : 186 + 30 * (month - 7); }

int64_t jalali_days(int year, int month, int day) { return new_year(year) + days_before_month(month) + day - 1; }

void jalali_from_days(int64_t days, int *year, int *month, int *day) {
  int64_t guess = floor_div((days + 492268) * 33, 12053) + 1;
  while (new_year(guess) > days) guess--;
  while (new_year(guess + 1) <= days) guess++;
  int64_t rest = days - new_year(guess);
  int64_t at = rest < 186 ? rest / 31 : 6 + (rest - 186) / 30;
  *year = (int)guess;
  *month = (int)at + 1;
  *day = (int)(rest - days_before_month(*month)) + 1;
}

jalali_date jalali_add_months(jalali_date date, int64_t months) {
  int64_t at = (int64_t)date.year * 12 + date.month - 1 + months;
  jalali_date to = {(int)floor_div(at, 12), (int)(at - floor_div(at, 12) * 12) + 1, date.day};
  int length = jalali_month_days(to.year, to.month);
  if (to.day > length) to.day = length;
  return to;
}

jalali_date jalali_add_years(jalali_date date, int64_t years) { return jalali_add_months(date, years * 12); }

static const char *const month_names[][2] = {{"فروردین", "Farvardin"}, {"اردیبهشت", "Ordibehesht"},
                                             {"خرداد", "Khordad"},     {"تیر", "Tir"},
                                             {"مرداد", "Mordad"},      {"شهریور", "Shahrivar"},
                                             {"مهر", "Mehr"},          {"آبان", "Aban"},
                                             {"آذر", "Azar"},          {"دی", "Dey"},
                                             {"بهمن", "Bahman"},       {"اسفند", "Esfand"}};

static const char *const weekday_names[][2] = {
    {"یکشنبه", "Sunday"},      {"دوشنبه", "Monday"},    {"سه‌شنبه", "Tuesday"},
    {"چهارشنبه", "Wednesday"}, {"پنجشنبه", "Thursday"}, {"جمعه", "Friday"},
    {"شنبه", "Saturday"}};

const char *jalali_month_name(int month, text_language language) {
  return month < 1 || month > 12 ? "" : month_names[month - 1][language == TEXT_ENGLISH];
}

const char *jalali_weekday_name(int weekday, text_language language) {
  return weekday < 0 || weekday > 6 ? "" : weekday_names[weekday][language == TEXT_ENGLISH];
}

static void print_digits(buffer *out, int number, int width, text_language language) {
  char digits[12];
  int count = 0;
  do {
    digits[count++] = (char)(number % 10);
    number /= 10;
  } while ((number || count < width) && count < 12);
  while (count > 0) {
    char persian[2] = {'\xDB', (char)(0xB0 + digits[--count])}; /* U+06F0 … */
    if (language == TEXT_ENGLISH)
      buffer_byte(out, (char)('0' + digits[count]));
    else
      buffer_append(out, persian, 2);
  }
}

void jalali_print(buffer *out, int64_t days, text_language language) {
  int year, month, day;
  jalali_from_days(days, &year, &month, &day);
  int weekday = (int)(days + 4 - floor_div(days + 4, 7) * 7);
  buffer_text(out, jalali_weekday_name(weekday, language));
  buffer_byte(out, ' ');
  print_digits(out, day, 1, language);
  buffer_byte(out, ' ');
  buffer_text(out, jalali_month_name(month, language));
  buffer_byte(out, ' ');
  print_digits(out, year, 1, language);
}

void jalali_print_number(buffer *out, int64_t days) {
  int year, month, day;
  jalali_from_days(days, &year, &month, &day);
  print_digits(out, year, 4, TEXT_ENGLISH);
  buffer_byte(out, '/');
  print_digits(out, month, 2, TEXT_ENGLISH);
  buffer_byte(out, '/');
  print_digits(out, day, 2, TEXT_ENGLISH);
}
