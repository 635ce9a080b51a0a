#include <base/civil.h>
#include <text/holiday.h>
#include <text/jalali.h>

/* The first day of each lunar month, YYYYMMDD (0: not needed). 1445 to 1447 were entered by hand after the calendars of
 * 1403 and 1404; beside the table of the Persian Calendar project (github.com/persian-calendar/calendar,
 * IranianIslamicDateConverter, after the Calendar Center of the University of Tehran; it reaches to the end of 1404 AP)
 * 23 of the 25 months up to there are the same, 1446/4 begins a day later there and 1446/12 a day earlier. The others
 * are reckoned from the astronomical new moon: the month begins after the evening on which the moon is at least 19
 * hours old at Tehran's sunset. All begin on the day on which the Umm al-Qura calendar (as ICU has it) begins them, or
 * the day after. The sighting of the moon may shift any of them by a day, so what rests on this table is approximate.
 */
static const struct {
  short year;
  int firsts[12];
} lunar_years[] = {
    {1445, {0, 0, 0, 0, 0, 0, 0, 0, 20240312, 20240410, 20240510, 20240608}},
    {1446,
     {20240707, 20240806, 20240905, 20241004, 20241103, 20241203, 20250102, 20250131, 20250302, 20250331, 20250429,
      20250529}},
    {1447,
     {20250627, 20250726, 20250825, 20250924, 20251023, 20251122, 20251222, 20260121, 20260219, 20260321, 20260419,
      20260518}},
    {1448,
     {20260617, 20260716, 20260814, 20260913, 20261012, 20261111, 20261211, 20270110, 20270208, 20270310, 20270409,
      20270508}},
    {1449,
     {20270606, 20270706, 20270804, 20270902, 20271002, 20271031, 20271130, 20271230, 20280128, 20280227, 20280328,
      20280426}},
    {1450,
     {20280526, 20280624, 20280724, 20280822, 20280920, 20281020, 20281118, 20281218, 20290116, 20290215, 20290317,
      20290416}},
    {1451,
     {20290515, 20290614, 20290713, 20290812, 20290910, 20291009, 20291108, 20291207, 20300106, 20300204, 20300306,
      20300405}},
    {1452,
     {20300504, 20300603, 20300703, 20300801, 20300831, 20300929, 20301029, 20301127, 20301226, 20310125, 20310223,
      20310325}},
    {1453,
     {20310423, 20310523, 20310622, 20310721, 20310820, 20310918, 20311018, 20311117, 20311216, 20320115, 20320213,
      20320313}},
    {1454, {20320412, 20320511, 20320610, 20320709, 20320808, 20320907, 20321006, 20321105, 0, 0, 0, 0}},
};
enum { LUNAR_YEARS = sizeof lunar_years / sizeof *lunar_years };

typedef enum reckoning { SOLAR, SOLAR_LAST, LUNAR, LUNAR_END, CIVIL, EASTER, NTH, LAST } reckoning;

typedef struct named_day {
  reckoning calendar;
  signed char month, day;
  const char *name;           /* NULL: not a public holiday, only a day with a name */
  signed char weekday, after; /* NTH (of the month), LAST, SOLAR_LAST: 0 = Sunday, and so many days behind it */
} named_day;

/* In the order of holiday_day. */
static const named_day named[HOLIDAY_DAYS] = {
    [HOLIDAY_NOWRUZ] = {SOLAR, 1, 1, "نوروز", 0, 0},
    [HOLIDAY_NATURE_DAY] = {SOLAR, 1, 13, "روز طبیعت", 0, 0},
    [HOLIDAY_YALDA] = {SOLAR, 9, 30, NULL, 0, 0},
    [HOLIDAY_TASUA] = {LUNAR, 1, 9, "تاسوعا", 0, 0},
    [HOLIDAY_ASHURA] = {LUNAR, 1, 10, "عاشورا", 0, 0},
    [HOLIDAY_ARBAEEN] = {LUNAR, 2, 20, "اربعین", 0, 0},
    [HOLIDAY_MID_SHABAN] = {LUNAR, 8, 15, "نیمه شعبان", 0, 0},
    [HOLIDAY_FITR] = {LUNAR, 10, 1, "عید فطر", 0, 0},
    [HOLIDAY_QURBAN] = {LUNAR, 12, 10, "عید قربان", 0, 0},
    [HOLIDAY_GHADIR] = {LUNAR, 12, 18, "عید غدیر", 0, 0},
    [HOLIDAY_MABAATH] = {LUNAR, 7, 27, "مبعث", 0, 0},
    [HOLIDAY_CHRISTMAS] = {CIVIL, 12, 25, NULL, 0, 0},
    [HOLIDAY_CHRISTMAS_EVE] = {CIVIL, 12, 24, NULL, 0, 0},
    [HOLIDAY_NEW_YEAR] = {CIVIL, 1, 1, NULL, 0, 0},
    [HOLIDAY_NEW_YEARS_EVE] = {CIVIL, 12, 31, NULL, 0, 0},
    [HOLIDAY_VALENTINE] = {CIVIL, 2, 14, NULL, 0, 0},
    [HOLIDAY_HALLOWEEN] = {CIVIL, 10, 31, NULL, 0, 0},
    [HOLIDAY_EASTER] = {EASTER, 0, 0, NULL, 0, 0},
    [HOLIDAY_GOOD_FRIDAY] = {EASTER, 0, -2, NULL, 0, 0},
    [HOLIDAY_THANKSGIVING] = {NTH, 11, 4, NULL, 4, 0},
    [HOLIDAY_MOTHERS_DAY_FA] = {LUNAR, 6, 20, NULL, 0, 0},
    [HOLIDAY_FATHERS_DAY_FA] = {LUNAR, 7, 13, NULL, 0, 0},
    [HOLIDAY_TEACHERS_DAY_FA] = {SOLAR, 2, 12, NULL, 0, 0},
    [HOLIDAY_STUDENTS_DAY_FA] = {SOLAR, 9, 16, NULL, 0, 0},
    [HOLIDAY_FIRE_WEDNESDAY] = {SOLAR_LAST, 12, 0, NULL, 3, -1}, /* the eve of the last Wednesday */
    [HOLIDAY_EASTER_MONDAY] = {EASTER, 0, 1, NULL, 0, 0},
    [HOLIDAY_MAUNDY_THURSDAY] = {EASTER, 0, -3, NULL, 0, 0},
    [HOLIDAY_SHROVE_TUESDAY] = {EASTER, 0, -47, NULL, 0, 0},
    [HOLIDAY_ASH_WEDNESDAY] = {EASTER, 0, -46, NULL, 0, 0},
    [HOLIDAY_PALM_SUNDAY] = {EASTER, 0, -7, NULL, 0, 0},
    [HOLIDAY_ASCENSION] = {EASTER, 0, 39, NULL, 0, 0},
    [HOLIDAY_PENTECOST] = {EASTER, 0, 49, NULL, 0, 0},
    [HOLIDAY_WHIT_MONDAY] = {EASTER, 0, 50, NULL, 0, 0},
    [HOLIDAY_BLACK_FRIDAY] = {NTH, 11, 4, NULL, 4, 1},
    [HOLIDAY_CYBER_MONDAY] = {NTH, 11, 4, NULL, 4, 4},
    [HOLIDAY_MOTHERS_DAY] = {NTH, 5, 2, NULL, 0, 0},
    [HOLIDAY_FATHERS_DAY] = {NTH, 6, 3, NULL, 0, 0},
    [HOLIDAY_MLK_DAY] = {NTH, 1, 3, NULL, 1, 0},
    [HOLIDAY_PRESIDENTS_DAY] = {NTH, 2, 3, NULL, 1, 0},
    [HOLIDAY_MEMORIAL_DAY] = {LAST, 5, 0, NULL, 1, 0},
    [HOLIDAY_LABOR_DAY] = {NTH, 9, 1, NULL, 1, 0},
    [HOLIDAY_COLUMBUS_DAY] = {NTH, 10, 2, NULL, 1, 0},
    [HOLIDAY_INDEPENDENCE_DAY] = {CIVIL, 7, 4, NULL, 0, 0},
    [HOLIDAY_VETERANS_DAY] = {CIVIL, 11, 11, NULL, 0, 0},
    [HOLIDAY_ST_PATRICK] = {CIVIL, 3, 17, NULL, 0, 0},
    [HOLIDAY_BOXING_DAY] = {CIVIL, 12, 26, NULL, 0, 0},
    [HOLIDAY_WOMENS_DAY] = {CIVIL, 3, 8, NULL, 0, 0},
    [HOLIDAY_EARTH_DAY] = {CIVIL, 4, 22, NULL, 0, 0},
};

/* The public holidays that nobody sets dates by. */
static const named_day others[] = {
    {SOLAR, 1, 2, "نوروز", 0, 0},
    {SOLAR, 1, 3, "نوروز", 0, 0},
    {SOLAR, 1, 4, "نوروز", 0, 0},
    {SOLAR, 1, 12, "روز جمهوری اسلامی", 0, 0},
    {SOLAR, 3, 14, "رحلت امام خمینی", 0, 0},
    {SOLAR, 3, 15, "قیام ۱۵ خرداد", 0, 0},
    {SOLAR, 11, 22, "پیروزی انقلاب اسلامی", 0, 0},
    {SOLAR, 12, 29, "ملی شدن صنعت نفت", 0, 0},
    {LUNAR, 2, 28, "رحلت پیامبر و شهادت امام حسن", 0, 0},
    {LUNAR_END, 2, 0, "شهادت امام رضا", 0, 0},
    {LUNAR, 3, 8, "شهادت امام حسن عسکری", 0, 0},
    {LUNAR, 3, 17, "میلاد پیامبر و امام جعفر صادق", 0, 0},
    {LUNAR, 6, 3, "شهادت حضرت فاطمه", 0, 0},
    {LUNAR, 7, 13, "ولادت امام علی", 0, 0},
    {LUNAR, 9, 21, "شهادت امام علی", 0, 0},
    {LUNAR, 10, 2, "عید فطر", 0, 0},
    {LUNAR, 10, 25, "شهادت امام جعفر صادق", 0, 0},
};

static bool first_of_month(int year, int month, int64_t *days) {
  if (year < lunar_years[0].year || year > lunar_years[LUNAR_YEARS - 1].year) return false;
  int first = lunar_years[year - lunar_years[0].year].firsts[month - 1];
  if (!first) return false;
  *days = civil_days(first / 10000, first / 100 % 100, first % 100);
  return true;
}

bool holiday_lunar_days(int year, int month, int day, int64_t *days) {
  if (month < 1 || month > 12 || day < 1 || day > 30 || !first_of_month(year, month, days)) return false;
  *days += day - 1;
  return true;
}

/* Sunday of Easter (Gregorian), by the Anonymous Gregorian computus. */
static int64_t easter(int year) {
  int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  int h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
  int m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;
  return civil_days(year, n / 31, n % 31 + 1);
}

/* The first such weekday on or after that day. */
static int64_t first_weekday(int64_t days, int weekday) { return days + (weekday - civil_weekday(days) + 7) % 7; }

/* The day in one year of its own calendar. */
static bool in_year(const named_day *d, int year, int64_t *days) {
  switch (d->calendar) {
    case SOLAR:
      if (!jalali_valid(year, d->month, d->day)) return false;
      *days = jalali_days(year, d->month, d->day);
      return true;
    case LUNAR:
      return holiday_lunar_days(year, d->month, d->day, days);
    case LUNAR_END:
      if (!first_of_month(year, d->month + 1, days)) return false;
      --*days;
      return true;
    case CIVIL:
      *days = civil_days(year, d->month, d->day);
      return true;
    case EASTER:
      *days = easter(year) + d->day;
      return true;
    case NTH:
      *days = first_weekday(civil_days(year, d->month, 1), d->weekday) + 7 * (d->day - 1) + d->after;
      return true;
    case LAST:
      *days = first_weekday(civil_days(year, d->month + 1, 1), d->weekday) - 7 + d->after;
      return true;
    case SOLAR_LAST:
      if (!jalali_valid(year, 1, 1) || !jalali_valid(year + 1, 1, 1)) return false;
      *days =
          first_weekday(d->month < 12 ? jalali_days(year, d->month + 1, 1) : jalali_days(year + 1, 1, 1), d->weekday) -
          7 + d->after;
      return true;
  }
  return false;
}

/* A year of the day's own calendar in which `days` lies. */
static int year_of(reckoning calendar, int64_t days) {
  int y, m, d;
  if (calendar == SOLAR || calendar == SOLAR_LAST)
    jalali_from_days(days, &y, &m, &d);
  else
    civil_date(days, &y, &m, &d);
  if (calendar == LUNAR || calendar == LUNAR_END) y = (int)((days + 492148) * 30 / 10631) + 1;
  return y;
}

static bool falls_on(const named_day *d, int64_t days) {
  int year = year_of(d->calendar, days);
  for (int y = year - 1; y <= year + 1; y++) {
    int64_t at;
    if (in_year(d, y, &at) && at == days) return true;
  }
  return false;
}

const char *holiday_name(int64_t days) {
  for (int i = 0; i < HOLIDAY_DAYS; i++)
    if (named[i].name && falls_on(&named[i], days)) return named[i].name;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (falls_on(&others[i], days)) return others[i].name;
  return NULL;
}

bool holiday_is(int64_t days) { return civil_weekday(days) == 5 || holiday_name(days); }

bool holiday_working_day(int64_t days) { return !holiday_is(days); }

int64_t holiday_next_working_day(int64_t days) {
  do days++;
  while (holiday_is(days));
  return days;
}

bool holiday_is_lunar(holiday_day which) {
  return (int)which >= 0 && which < HOLIDAY_DAYS && named[which].calendar == LUNAR;
}

bool holiday_find(holiday_day which, int64_t from, int year, int64_t *days) {
  if ((int)which < 0 || which >= HOLIDAY_DAYS) return false;
  const named_day *d = &named[which];
  if (year && !(d->calendar >= CIVIL ? year < 1500 : year > 1500)) {
    if (d->calendar != LUNAR) return in_year(d, year, days);
    from = jalali_days(year, 1, 1); /* a Jalali year: the first such day in it */
    year = 0;
  } else if (year) { /* a year of the other calendar */
    from = year > 1500 ? civil_days(year, 1, 1) : jalali_days(year, 1, 1);
  }
  int own = year_of(d->calendar, from);
  for (int y = own - 1; y <= own + 2; y++)
    if (in_year(d, y, days) && *days >= from) return true;
  return false;
}
