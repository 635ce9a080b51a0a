/* Seasons and days with names. */
#include <string.h>
#include <text/holiday.h>

#include "when_reading.h"

typedef struct phrase {
  const char *words; /* folded, separated by one space */
  short holiday;
} phrase;

/* Longer phrases before those they begin with. */
static const phrase phrases[] = {
    {"عید نوروز", HOLIDAY_NOWRUZ},
    {"نوروز", HOLIDAY_NOWRUZ},
    {"سیزده بدر", HOLIDAY_NATURE_DAY},
    {"سیزدهبدر", HOLIDAY_NATURE_DAY},
    {"روز طبیعت", HOLIDAY_NATURE_DAY},
    {"شب یلدا", HOLIDAY_YALDA},
    {"شب یلدای", HOLIDAY_YALDA},
    {"شب چله", HOLIDAY_YALDA},
    {"تاسوعا", HOLIDAY_TASUA},
    {"عاشورا", HOLIDAY_ASHURA},
    {"اربعین", HOLIDAY_ARBAEEN},
    {"نیمه شعبان", HOLIDAY_MID_SHABAN},
    {"عید فطر", HOLIDAY_FITR},
    {"عید قربان", HOLIDAY_QURBAN},
    {"عید غدیر", HOLIDAY_GHADIR},
    {"عید مبعث", HOLIDAY_MABAATH},
    {"عید", HOLIDAY_NOWRUZ},
    {"روز مادر", HOLIDAY_MOTHERS_DAY_FA},
    {"روز زن", HOLIDAY_MOTHERS_DAY_FA},
    {"روز پدر", HOLIDAY_FATHERS_DAY_FA},
    {"روز مرد", HOLIDAY_FATHERS_DAY_FA},
    {"روز معلم", HOLIDAY_TEACHERS_DAY_FA},
    {"روز دانشجو", HOLIDAY_STUDENTS_DAY_FA},
    {"چهارشنبه سوری", HOLIDAY_FIRE_WEDNESDAY},
    {"چهارشنبهسوری", HOLIDAY_FIRE_WEDNESDAY},
    {"جمعه سیاه", HOLIDAY_BLACK_FRIDAY},
    {"بلک فرایدی", HOLIDAY_BLACK_FRIDAY},
    {"کریسمس", HOLIDAY_CHRISTMAS},
    {"nowruz", HOLIDAY_NOWRUZ},
    {"norooz", HOLIDAY_NOWRUZ},
    {"yalda night", HOLIDAY_YALDA},
    {"christmas eve", HOLIDAY_CHRISTMAS_EVE},
    {"christmas day", HOLIDAY_CHRISTMAS},
    {"christmas", HOLIDAY_CHRISTMAS},
    {"xmas", HOLIDAY_CHRISTMAS},
    {"new year's eve", HOLIDAY_NEW_YEARS_EVE},
    {"new years eve", HOLIDAY_NEW_YEARS_EVE},
    {"new year's day", HOLIDAY_NEW_YEAR},
    {"new years day", HOLIDAY_NEW_YEAR},
    {"valentine's day", HOLIDAY_VALENTINE},
    {"valentine day", HOLIDAY_VALENTINE},
    {"valentines day", HOLIDAY_VALENTINE},
    {"halloween day", HOLIDAY_HALLOWEEN},
    {"halloween", HOLIDAY_HALLOWEEN},
    {"black friday", HOLIDAY_BLACK_FRIDAY},
    {"cyber monday", HOLIDAY_CYBER_MONDAY},
    {"mother's day", HOLIDAY_MOTHERS_DAY},
    {"mothers day", HOLIDAY_MOTHERS_DAY},
    {"father's day", HOLIDAY_FATHERS_DAY},
    {"fathers day", HOLIDAY_FATHERS_DAY},
    {"martin luther king day", HOLIDAY_MLK_DAY},
    {"martin luther king jr day", HOLIDAY_MLK_DAY},
    {"martin luther king's day", HOLIDAY_MLK_DAY},
    {"mlk day", HOLIDAY_MLK_DAY},
    {"presidents day", HOLIDAY_PRESIDENTS_DAY},
    {"president's day", HOLIDAY_PRESIDENTS_DAY},
    {"memorial day", HOLIDAY_MEMORIAL_DAY},
    {"labor day", HOLIDAY_LABOR_DAY},
    {"labour day", HOLIDAY_LABOR_DAY},
    {"columbus day", HOLIDAY_COLUMBUS_DAY},
    {"independence day", HOLIDAY_INDEPENDENCE_DAY},
    {"veterans day", HOLIDAY_VETERANS_DAY},
    {"saint patrick's day", HOLIDAY_ST_PATRICK},
    {"boxing day", HOLIDAY_BOXING_DAY},
    {"women's day", HOLIDAY_WOMENS_DAY},
    {"earth day", HOLIDAY_EARTH_DAY},
    {"easter monday", HOLIDAY_EASTER_MONDAY},
    {"maundy thursday", HOLIDAY_MAUNDY_THURSDAY},
    {"shrove tuesday", HOLIDAY_SHROVE_TUESDAY},
    {"ash wednesday", HOLIDAY_ASH_WEDNESDAY},
    {"palm sunday", HOLIDAY_PALM_SUNDAY},
    {"ascension day", HOLIDAY_ASCENSION},
    {"pentecost", HOLIDAY_PENTECOST},
    {"whit monday", HOLIDAY_WHIT_MONDAY},
    {"whitsun", HOLIDAY_PENTECOST},
    {"eid al fitr", HOLIDAY_FITR},
    {"eid ul fitr", HOLIDAY_FITR},
    {"eid fitr", HOLIDAY_FITR},
    {"eid al adha", HOLIDAY_QURBAN},
    {"eid ul adha", HOLIDAY_QURBAN},
    {"eid adha", HOLIDAY_QURBAN},
    {"ashura", HOLIDAY_ASHURA},
    {"arbaeen", HOLIDAY_ARBAEEN},
    {"good friday", HOLIDAY_GOOD_FRIDAY},
    {"easter sunday", HOLIDAY_EASTER},
    {"easter", HOLIDAY_EASTER},
    {"thanksgiving day", HOLIDAY_THANKSGIVING},
    {"thanksgiving", HOLIDAY_THANKSGIVING},
};

/* Is the atom this word, with half-spaces in it or not? */
static bool is_word(const reading *r, const atom *a, const char *word, size_t length) {
  const char *at = r->scan->folded.bytes + a->start, *end = r->scan->folded.bytes + a->end;
  if (a->kind != ATOM_WORD) return false;
  for (size_t i = 0; i < length; i++) {
    if (end - at > 3 && !memcmp(at, TEXT_HALF_SPACE, 3)) at += 3;
    if (at == end || *at++ != word[i]) return false;
  }
  return at == end;
}

static size_t phrase_at(const reading *r, size_t i, const char *words) {
  while (*words) {
    const char *space = strchr(words, ' ');
    size_t length = space ? (size_t)(space - words) : strlen(words);
    if (!is_word(r, &r->atoms[i], words, length)) return 0;
    i++;
    words += length + (space ? 1 : 0);
  }
  return i;
}

/* The classes that the first words of the phrases have. */
static bool may_begin_phrase(const atom *a) {
  if (a->kind != ATOM_WORD) return false;
  return a->class == WORD_PHRASE ||
         (a->persian && (a->class == WORD_PART || a->class == WORD_EDGE || a->class == WORD_NUMBER ||
                         a->class == WORD_UNIT || a->class == WORD_WEEKDAY));
}

size_t when_special(const reading *r, size_t i, moment *m) {
  if (r->atoms[i].kind != ATOM_WORD) return i;
  size_t at = i;
  if (!(m->has & (HAS_HOLIDAY | HAS_DAY | HAS_RELDAY | HAS_WEEKDAY))) {
    int value = when_english_turn(r, i, &at);
    if (may_begin_phrase(&r->atoms[at]))
      for (size_t k = 0; k < sizeof phrases / sizeof *phrases; k++) {
        size_t end = phrase_at(r, at, phrases[k].words);
        if (!end) continue;
        m->has |= HAS_HOLIDAY;
        m->holiday = phrases[k].holiday;
        if (holiday_is_lunar((holiday_day)m->holiday)) m->flags |= TEXT_WHEN_APPROXIMATE;
        m->turn = value == 9 || value == 0 ? TURN_NONE : value;
        if (m->turn == TURN_LAST) m->flags |= TEXT_WHEN_PAST;
        m->english = !r->atoms[at].persian;
        /* short ones are names of people, too */
        m->weak = end == at + 1 && r->atoms[at].persian && strlen(phrases[k].words) < 14;
        if (atom_unit(r, end, TEXT_GRAIN_YEAR)) m->weak = false;
        if (r->atoms[end].kind == ATOM_DIGITS && r->atoms[end].digits == 4) {
          m->has |= HAS_YEAR;
          m->weak = false;
          m->year = r->atoms[end].value;
          m->calendar = m->year < 1500 ? TEXT_JALALI : TEXT_GREGORIAN;
          end++;
        }
        return end;
      }
  }
  if (m->has & (HAS_SEASON | HAS_MONTH)) return i;
  at = i;
  bool announced = atom_unit(r, at, TEXT_GRAIN_QUARTER) && r->atoms[at].persian;
  if (announced) at++;
  if (!atom_class(r, at, WORD_SEASON)) return i;
  bool persian = r->atoms[at].persian;
  bool in = i && (atom_class(r, i - 1, WORD_IN) || atom_class(r, i - 1, WORD_FROM) || atom_class(r, i - 1, WORD_UNTIL));
  m->has |= HAS_SEASON;
  m->season = r->atoms[at].value;
  m->english = !persian;
  m->weak = !announced && !(in && persian) && !(m->has & (HAS_YEAR | HAS_PERIOD));
  at++;
  for (int more = 0; more < 4 && persian && atom_class(r, at, WORD_AND) && atom_class(r, at + 1, WORD_SEASON); more++) {
    at += 2;
    m->flags |= TEXT_WHEN_NO_VALUE;
  }
  if (!persian) return at;
  moment probe = *m;
  size_t end = when_period(r, at, &probe);
  if (end == at || probe.period != TEXT_GRAIN_YEAR) {
    probe = *m;
    end = when_year(r, at, &probe);
  }
  if (end == at && r->atoms[at].kind == ATOM_DIGITS && r->atoms[at].digits == 4 && r->atoms[at].value > 1200) {
    probe.has |= HAS_YEAR;
    probe.year = r->atoms[at].value;
    probe.calendar = TEXT_JALALI;
    end = at + 1;
  }
  if (end > at) {
    probe.weak = false;
    *m = probe;
  }
  return end;
}
