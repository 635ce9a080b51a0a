/* Dates that name a day, a month or a year: in digits and in words. */
#include "when_reading.h"

bool when_persian(const reading *r, size_t i) {
  if (r->options.language != TEXT_AUTO) return r->options.language == TEXT_PERSIAN;
  if (r->scan->persian) return true;
  const atom *a = &r->atoms[i];
  return a->kind == ATOM_DIGITS && (unsigned char)r->scan->text[text_fold_source(&r->scan->folded, a->start)] >= 0x80;
}

int when_century(const reading *r, int year, text_calendar calendar) {
  int this_year, month, day;
  if (calendar == TEXT_GREGORIAN)
    civil_date(r->today, &this_year, &month, &day);
  else
    jalali_from_days(r->today, &this_year, &month, &day);
  int full = this_year / 100 * 100 + year, ahead = calendar == TEXT_GREGORIAN ? 20 : 15;
  if (full > this_year + ahead) full -= 100;
  if (full <= this_year + ahead - 100) full += 100;
  return full;
}

static bool is_month(const reading *r, size_t i) {
  return atom_class(r, i, WORD_JALALI) || atom_class(r, i, WORD_GREGORIAN) || atom_class(r, i, WORD_LUNAR);
}

static text_calendar month_calendar(const reading *r, size_t i) {
  return atom_class(r, i, WORD_GREGORIAN) ? TEXT_GREGORIAN : atom_class(r, i, WORD_JALALI) ? TEXT_JALALI : TEXT_LUNAR;
}

static void set_month(const reading *r, size_t i, moment *m) {
  m->has |= HAS_MONTH;
  m->month = r->atoms[i].value;
  m->calendar = month_calendar(r, i);
  m->calendar_said = true;
  m->english = !r->atoms[i].persian;
}

/* «هجری شمسی», «ه.ش.», «میلادی», "AD"; a year's and a date's last word. */
size_t when_era_word(const reading *r, size_t i, moment *m) {
  size_t at = i;
  bool hejira = atom_class(r, at, WORD_HEJIRA);
  if (hejira) at++;
  if (atom_class(r, at, WORD_ERA)) {
    static const text_calendar calendars[] = {TEXT_JALALI, TEXT_GREGORIAN, TEXT_LUNAR, TEXT_GREGORIAN};
    bool english = !r->atoms[at].persian;
    m->calendar = calendars[r->atoms[at].value];
    m->calendar_said = true;
    if (r->atoms[at].value == ERA_BEFORE) m->year = -m->year;
    return at + 1 + (english && atom_mark(r, at + 1, '.') && !r->atoms[at + 1].spaced ? 1 : 0);
  }
  if (hejira) return at;
  if (atom_class(r, at, WORD_BEFORE_AFTER) && r->atoms[at].value < 0 && atom_class(r, at + 1, WORD_FROM) &&
      when_atom_is(r, &r->atoms[at + 2], "میلاد")) {
    m->calendar = TEXT_GREGORIAN;
    m->calendar_said = true;
    m->year = -m->year;
    return at + 3;
  }
  if (when_atom_is(r, &r->atoms[at], "ه") && atom_mark(r, at + 1, '.')) at += 2;
  bool solar = when_atom_is(r, &r->atoms[at], "ش"), lunar = when_atom_is(r, &r->atoms[at], "ق");
  if (!solar && !lunar) {
    bool ad = when_atom_is(r, &r->atoms[i], "a") && atom_mark(r, i + 1, '.') && when_atom_is(r, &r->atoms[i + 2], "d");
    if (!ad) return i;
    m->calendar = TEXT_GREGORIAN;
    return atom_mark(r, i + 3, '.') ? i + 4 : i + 3;
  }
  m->calendar = solar ? TEXT_JALALI : TEXT_LUNAR;
  m->calendar_said = true;
  return at > i && atom_mark(r, at + 1, '.') ? at + 2 : at + 1;
}

size_t when_era(const reading *r, size_t i, moment *m) {
  if (!(m->has & (HAS_YEAR | HAS_PERIOD))) return i;
  bool year = m->has & HAS_YEAR;
  moment probe = *m;
  size_t end = when_era_word(r, i, &probe);
  if (end == i) return i;
  /* «سال جاری میلادی» changes what is counted; a year that was read keeps its calendar where the word contradicts it */
  if (!year || (m->calendar != TEXT_GREGORIAN) == (probe.calendar != TEXT_GREGORIAN)) *m = probe;
  return end;
}

bool when_set_year(moment *m, int year, text_calendar guess) {
  m->has |= HAS_YEAR;
  m->year = year;
  if (m->calendar_said) return true;
  m->calendar = year >= 1200 && year < 1500 ? TEXT_JALALI : year >= 1500 ? TEXT_GREGORIAN : guess;
  return year >= 1000 && year <= 3000;
}

static bool year_number(const reading *r, size_t at, const number *n, int value, bool announced,
                        text_calendar calendar) {
  if (n->ordinal || n->article || n->vague) return false;
  if (value >= 1200 && value <= 3000) return n->words || n->digits == 4;
  if (announced) return value >= 0 && value <= 1500;
  if (n->digits != 2 || calendar == TEXT_LUNAR) return false;
  const atom *next = &r->atoms[at];
  if (next->kind == ATOM_MARK && (next->mark == ':' || next->mark == '%' || next->mark == '/')) return false;
  if (next->kind != ATOM_WORD) return true;
  return next->class != WORD_MERIDIEM && next->class != WORD_PART && next->class != WORD_SCALE &&
         !(next->class == WORD_UNIT && !(next->value == TEXT_GRAIN_HOUR && next->persian)) &&
         next->class != WORD_ORDINAL_END;
}

/* The year behind a month: "سال ۹۵", ", 2012", "of 2018", «۱۴۰۰». */
static size_t year_at(const reading *r, size_t i, moment *m, bool two_digits) {
  size_t at = i;
  bool announced = false;
  if (atom_mark(r, at, ',') || (atom_mark(r, at, '.') && !r->atoms[at].spaced && m->english)) at++;
  if (atom_mark(r, at, '/') || atom_mark(r, at, '-')) {
    if (r->atoms[at].spaced || r->atoms[at + 1].digits != 4) return i;
    at++;
  }
  if (atom_class(r, at, WORD_OF) || (atom_class(r, at, WORD_IN) && !r->atoms[at].persian)) at++;
  if (atom_unit(r, at, TEXT_GRAIN_YEAR) && r->atoms[at].persian) {
    at++;
    announced = true;
  }
  number n;
  int year;
  size_t end = when_whole(r, at, 0, 3000, &year, &n);
  if (end == at) return i;
  moment probe = *m;
  probe.year = year;
  size_t era = when_era_word(r, end, &probe);
  if (era > end && m->calendar != TEXT_GREGORIAN && probe.calendar == TEXT_GREGORIAN) probe.calendar = m->calendar;
  if (era == end && !year_number(r, end, &n, year, announced, m->calendar)) return i;
  if (n.digits <= 2 && !n.words && era == end) {
    if (!two_digits && !announced && year <= 31) return i;
    probe.year = when_century(r, year, m->calendar);
  }
  probe.has |= HAS_YEAR;
  *m = probe;
  return era;
}

/* The day of a month: 25, «سوم», «سی ام», "the 3rd", «اول». */
static size_t day_at(const reading *r, size_t i, int *day) {
  number n;
  size_t at = i;
  if (atom_class(r, at, WORD_THE)) at++;
  if (atom_class(r, at, WORD_EDGE) && r->atoms[at].value == EDGE_FIRST) {
    *day = 1;
    return at + 1;
  }
  if (atom_unit(r, at, TEXT_GRAIN_SECOND) && when_atom_is(r, &r->atoms[at], "second")) {
    *day = 2;
    return at + 1;
  }
  size_t end = when_whole(r, at, 1, 39, day, &n);
  if (end == at || n.digits > 2) return i;
  return end;
}

/* Behind a day, before the month: «روز دوم از ماه مهر», "of", "day of". */
static size_t month_after_day(const reading *r, size_t i) {
  size_t at = i;
  if (atom_mark(r, at, '-') || atom_mark(r, at, '/')) {
    if (r->atoms[at].spaced || r->atoms[at + 1].spaced) return i;
    at++;
  }
  if (atom_unit(r, at, TEXT_GRAIN_DAY)) at++;
  if (atom_class(r, at, WORD_OF) || (atom_class(r, at, WORD_FROM) && r->atoms[at].persian)) at++;
  if (atom_unit(r, at, TEXT_GRAIN_MONTH) && r->atoms[at].persian && is_month(r, at + 1)) at++;
  return is_month(r, at) ? at : i;
}

static size_t month_suffix(const reading *r, size_t i) {
  return atom_unit(r, i, TEXT_GRAIN_MONTH) && r->atoms[i].persian && !(r->atoms[i].flags & WORD_PLURAL_FORM) ? i + 1
                                                                                                             : i;
}

/* «میدان ۷ تیر»: streets and squares are called after days */
static bool address(const reading *r, size_t i) {
  static const char *const places[] = {"خیابان",  "خیابون", "میدان",     "میدون", "بلوار",   "کوچه",
                                       "ورزشگاه", "مدرسه",  "بیمارستان", "شهرک",  "بزرگراه", "ایستگاه",
                                       "مترو",    "پارک",   "چهارراه",   "پل",    "اتوبان",  "فلکه"};
  for (size_t k = 0; i && k < sizeof places / sizeof *places; k++)
    if (when_atom_is(r, &r->atoms[i - 1], places[k])) return true;
  return false;
}

static size_t day_then_month(const reading *r, size_t i, moment *m) {
  int day;
  if (address(r, i)) return i;
  size_t at = day_at(r, i, &day);
  if (at == i) return i;
  size_t month = is_month(r, at) ? at : month_after_day(r, at);
  if (!is_month(r, month)) return i;
  if (when_atom_is(r, &r->atoms[month], "دی") && when_atom_is(r, &r->atoms[month + 1], "جی")) return i;
  if (day > 31) {
    m->invalid = day < 40;
    return m->invalid ? month + 1 : i;
  }
  set_month(r, month, m);
  m->has |= HAS_DAY;
  m->day = day;
  at = month_suffix(r, month + 1);
  if ((atom_mark(r, at, '/') || atom_mark(r, at, '-')) && r->atoms[at + 1].digits == 4 && !r->atoms[at].spaced) at++;
  return year_at(r, at, m, true);
}

/* «بابت آذر», «فاکتورهای معوق آبان», «اجاره مهر» */
static bool billed(const reading *r, size_t i) {
  static const char *const nouns[] = {"بابت",     "معوق",    "معوقه", "فاکتور", "فاکتورهای", "اجاره", "اجارهٔ",
                                      "حقوق",     "قسط",     "اقساط", "شارژ",   "بدهی",      "فروش",  "گزارش",
                                      "صورتحساب", "پورسانت", "سهم",   "کارکرد", "قبض",       "عملکرد"};
  for (size_t k = 0; i && k < sizeof nouns / sizeof *nouns; k++)
    if (when_atom_is(r, &r->atoms[i - 1], nouns[k])) return true;
  return false;
}

/* Month first: "August 10, 2012", «مهر ۱۴۰۰», "Sep. 2012", or alone. */
static size_t month_then(const reading *r, size_t i, moment *m) {
  size_t at = i;
  bool announced = false;
  if (atom_unit(r, at, TEXT_GRAIN_MONTH) && r->atoms[at].persian) {
    size_t month = when_atom_is(r, &r->atoms[at + 1], "مبارک") ? at + 2 : at + 1;
    if (!is_month(r, month)) return i;
    at = month;
    announced = true;
  }
  if (!is_month(r, at)) return i;
  const atom *name = &r->atoms[at];
  if (name->flags & WORD_COPULA) return i;
  if (when_atom_is(r, name, "دی") && when_atom_is(r, &name[1], "جی")) return i;
  set_month(r, at, m);
  at++;
  size_t suffix = month_suffix(r, at);
  bool sure = announced || suffix > at || (name->flags & WORD_SURE) ||
              (name->class == WORD_GREGORIAN && !(name->flags & WORD_RISKY)) ||
              (name->class == WORD_LUNAR && !(name->flags & WORD_RISKY));
  at = suffix;
  m->weak = !sure;
  if (!name->persian) {
    size_t day_start = atom_mark(r, at, '.') && !r->atoms[at].spaced ? at + 1 : at;
    if (atom_mark(r, day_start, ',')) day_start++;
    bool joint = (atom_mark(r, day_start, '-') || atom_mark(r, day_start, '/')) && !r->atoms[day_start].spaced &&
                 !r->atoms[day_start + 1].spaced && r->atoms[day_start + 1].digits <= 2; /* Oct-2 */
    if (joint) day_start++;
    int day;
    size_t end = day_at(r, day_start, &day);
    bool clock = atom_mark(r, end, ':') || atom_class(r, end, WORD_MERIDIEM);
    bool second = end == day_start + 1 && atom_unit(r, day_start, TEXT_GRAIN_SECOND);
    if (end > day_start && !clock && !second && day <= 31) {
      m->has |= HAS_DAY;
      m->day = day;
      m->weak = false;
      return year_at(r, end, m, true);
    }
  }
  if (name->persian && (atom_class(r, at, WORD_PAST) || atom_class(r, at, WORD_FUTURE))) { /* «مهر گذشته» */
    m->turn = atom_class(r, at, WORD_PAST) ? TURN_LAST : TURN_NEXT;
    if (m->turn == TURN_LAST) m->flags |= TEXT_WHEN_PAST;
    m->weak = false;
    return at + 1;
  }
  size_t end = year_at(r, at, m, !name->persian || sure || name->class == WORD_JALALI);
  if (end > at) m->weak = false;
  m->recent = m->weak && name->class == WORD_JALALI && name->persian && billed(r, i);
  /* «می» and «مه» are a prefix and fog: never a month alone */
  if (m->weak && name->persian && name->class == WORD_GREGORIAN) return i;
  return end;
}

/* «هفته ۱۵ آبان», "the week of October 6th": the week that holds the day */
static size_t week_of(const reading *r, size_t i, moment *m) {
  size_t at = atom_class(r, i, WORD_THE) ? i + 1 : i;
  if (!atom_unit(r, at, TEXT_GRAIN_WEEK) || r->atoms[at].flags & WORD_PLURAL_FORM) return i;
  bool persian = r->atoms[at].persian;
  at++;
  if (!persian && !atom_class(r, at, WORD_OF)) return i;
  if (!persian) at++;
  moment probe = *m;
  size_t end = day_then_month(r, at, &probe);
  if (end == at && !persian) {
    probe = *m;
    end = month_then(r, at, &probe);
  }
  if (end == at || !(probe.has & HAS_DAY)) return i;
  probe.as_week = true;
  *m = probe;
  return end;
}

size_t when_named_date(const reading *r, size_t i, moment *m) {
  if (m->has & (HAS_MONTH | HAS_NTH | HAS_DAY)) return i;
  size_t week = week_of(r, i, m);
  if (week > i) return week;
  moment probe = *m;
  bool was_weak = m->weak;
  size_t end = day_then_month(r, i, &probe);
  if (end == i && r->atoms[i].kind == ATOM_DIGITS && r->atoms[i].digits == 4) { /* 2024 AD August */
    moment year = *m;
    year.year = r->atoms[i].value;
    size_t era = when_era_word(r, i + 1, &year);
    size_t month = atom_mark(r, era, '-') || atom_mark(r, era, '/') ? era + 1 : era;
    if (atom_class(r, month, WORD_GREGORIAN) && year.year > 1500 && year.year < 3000) {
      set_month(r, month, &year);
      year.has |= HAS_YEAR;
      size_t slash = month + 1;
      if ((atom_mark(r, slash, '/') || atom_mark(r, slash, '-')) && r->atoms[slash + 1].kind == ATOM_DIGITS &&
          r->atoms[slash + 1].digits <= 2) {
        year.has |= HAS_DAY;
        year.day = r->atoms[slash + 1].value;
        slash += 2;
      }
      *m = year;
      return slash;
    }
  }
  if (end == i) {
    probe = *m;
    end = month_then(r, i, &probe);
  }
  if (end == i) return i;
  if (m->has & (HAS_DATE ^ HAS_YEAR)) probe.weak = was_weak;
  *m = probe;
  return end;
}

size_t when_ordinal_day(const reading *r, size_t i, moment *m) {
  if (m->has & (HAS_DAY | HAS_MONTH | HAS_SHIFT | HAS_NTH | HAS_RELDAY)) return i;
  bool the = atom_class(r, i, WORD_THE);
  size_t at = the ? i + 1 : i;
  int day;
  number n;
  size_t end = when_whole(r, at, 1, 31, &day, &n);
  bool month = end > at && atom_unit(r, end, TEXT_GRAIN_MONTH) && r->atoms[end].persian;
  bool english = end > at && !r->atoms[end - 1].persian && !month;
  bool of_month = english && (atom_class(r, end, WORD_OF) || atom_class(r, end, WORD_IN));
  if (end == at) return i;
  size_t rest = of_month ? end + 1 : end;
  if (of_month && atom_class(r, rest, WORD_THE)) rest++;
  bool period = of_month && (atom_unit(r, rest, TEXT_GRAIN_MONTH) || atom_class(r, rest, WORD_NEXT) ||
                             atom_class(r, rest, WORD_THIS) || atom_class(r, rest, WORD_LAST));
  bool on = english && i && when_atom_is(r, &r->atoms[i - 1], "on") &&
            (r->atoms[end].kind != ATOM_WORD || r->atoms[end].class != WORD_NONE) && r->atoms[end].mark != '%';
  if (!n.ordinal && !period && !on && !(month && i && atom_unit(r, i - 1, TEXT_GRAIN_DAY))) return i;
  if (english && !period && n.words && !on && !(m->has & HAS_WEEKDAY)) return i;
  if (english && r->atoms[end].kind == ATOM_WORD && r->atoms[end].class == WORD_NONE) return i;
  bool of_year = atom_unit(r, end, TEXT_GRAIN_YEAR) && i && atom_unit(r, i - 1, TEXT_GRAIN_DAY);
  if (r->atoms[end].kind == ATOM_WORD && r->atoms[end].class == WORD_UNIT && !month && !period && !of_year) return i;
  m->has |= HAS_DAY;
  m->day = day;
  m->english = english;
  bool announced = i && (atom_unit(r, i - 1, TEXT_GRAIN_DAY) || atom_class(r, i - 1, WORD_IN));
  m->weak = !(month || period || announced || the || (m->has & HAS_WEEKDAY));
  if (month && !atom_class(r, end + 1, WORD_FUTURE) && !atom_class(r, end + 1, WORD_BEFORE_AFTER) &&
      !atom_class(r, end + 1, WORD_PAST) && !atom_class(r, end + 1, WORD_CURRENT))
    return end + 1;
  return end;
}

/* After these, four digits are a code or a sum. */
static bool coded(const reading *r, size_t i) {
  static const char *const nouns[] = {"شماره", "کد",   "پلاک", "فاکتور", "سفارش", "تلفن", "داخلی", "مبلغ",
                                      "قیمت",  "آیدی", "پین",  "رمز",    "پورت",  "تیکت", "واحد",  "اتاق"};
  for (size_t k = 0; k < sizeof nouns / sizeof *nouns; k++)
    if (when_atom_is(r, &r->atoms[i], nouns[k])) return true;
  return r->atoms[i].kind != ATOM_WORD || !r->atoms[i].persian;
}

/* What is counted or paid is no year. */
static bool counted_noun(const reading *r, size_t i) {
  static const char *const nouns[] = {"تومان",  "تومن", "ریال",    "دلار", "یورو",  "نفر",  "عدد",  "تا",
                                      "گیگ",    "مگ",   "کیلو",    "متر",  "کاربر", "بار",  "درصد", "واحد",
                                      "امتیاز", "ت",    "کیلومتر", "گرم",  "درجه",  "صفحه", "مورد", "سکه",
                                      "تتر",    "قطعه", "پیام",    "رای",  "شماره", "پوند", "لیتر", "تن"};
  for (size_t k = 0; k < sizeof nouns / sizeof *nouns; k++)
    if (when_atom_is(r, &r->atoms[i], nouns[k])) return true;
  const atom *a = &r->atoms[i];
  return a->kind == ATOM_DIGITS || (a->kind == ATOM_MARK && (a->mark == '%' || a->mark == ':' || a->mark == '$')) ||
         (a->kind == ATOM_WORD && (a->class == WORD_SCALE || a->class == WORD_UNIT || a->class == WORD_SPAN));
}

size_t when_year(const reading *r, size_t i, moment *m) {
  if (m->has & (HAS_YEAR | HAS_SHIFT)) return i;
  size_t at = i;
  bool announced = atom_unit(r, at, TEXT_GRAIN_YEAR) && (r->atoms[at].persian || r->atoms[at + 1].digits == 4);
  if (announced) {
    at++;
    if (atom_class(r, at, WORD_PLURAL)) at++;
  }
  number n;
  int year;
  size_t end = when_whole(r, at, 1, 3000, &year, &n);
  if (end == at || n.ordinal) return i;
  moment probe = *m;
  probe.year = year;
  size_t era = when_era_word(r, end, &probe);
  bool in = i && !r->atoms[i - 1].persian && n.digits == 4 && year >= 1900 && year < 2200 &&
            (atom_class(r, i - 1, WORD_IN) || atom_class(r, i - 1, WORD_FROM) || atom_class(r, i - 1, WORD_BY) ||
             atom_class(r, i - 1, WORD_BEFORE) || atom_class(r, i - 1, WORD_AFTER) ||
             atom_class(r, i - 1, WORD_UNTIL) || (atom_class(r, i - 1, WORD_OF) && (m->has & HAS_EDGE))) &&
            !when_atom_is(r, &r->atoms[i - 1], "at");
  bool english = !when_persian(r, i);
  if ((m->has & HAS_MONTH) && (m->has & HAS_CLOCK) && n.digits == 4 && year >= 1900 && year < 2100) in = true;
  if (!announced && era == end && !in) {
    bool holiday = (m->has & HAS_HOLIDAY) && n.digits == 4;
    bool noun = when_persian(r, i) && n.digits == 4 &&
                ((year >= 1300 && year <= 1420) || (year >= 1900 && year <= 2040)) && !counted_noun(r, end) && i &&
                !coded(r, i - 1);
    if (!holiday && !noun) return i;
  }
  if (announced && n.words && year < 1000) return i;
  if (announced && !(n.digits == 4 || n.digits == 2 || n.words || era > end)) return i;
  if (announced && atom_class(r, end, WORD_UNIT) && r->atoms[end].value < TEXT_GRAIN_YEAR && n.digits < 4) return i;
  if (n.digits <= 2 && !n.words && era == end) {
    probe.year = when_century(r, year, TEXT_JALALI);
    probe.calendar = TEXT_JALALI;
  } else if (era == end) {
    int calendar_year = probe.year;
    if (!when_set_year(&probe, calendar_year, TEXT_JALALI)) return i;
  }
  probe.has |= HAS_YEAR;
  if (english) probe.english = true;
  *m = probe;
  return era;
}
