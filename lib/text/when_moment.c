/* A moment: the parts that belong together, in whatever order they are said. */
#include "when_reading.h"

typedef size_t (*part_reader)(const reading *r, size_t i, moment *m);

/* The order decides between readings of the same words: what takes more words is tried first. */
static const part_reader readers[] = {when_numeric_date, when_special,    when_nth,     when_stretch,     when_edge,
                                      when_shift,        when_named_date, when_weekday, when_period,      when_day_word,
                                      when_clock,        when_part,       when_year,    when_ordinal_day, when_era};

static bool may_begin(const reading *r, size_t i) {
  const atom *a = &r->atoms[i];
  if (a->kind == ATOM_DIGITS) return true;
  if (a->kind == ATOM_MARK) return a->mark == '+';
  return a->kind == ATOM_WORD;
}

static size_t one_part(const reading *r, size_t i, moment *m) {
  if (!may_begin(r, i)) return i;
  if (r->atoms[i].kind == ATOM_WORD && r->atoms[i].class == WORD_NONE && !(m->has & (HAS_YEAR | HAS_PERIOD))) return i;
  for (size_t k = 0; k < sizeof readers / sizeof *readers; k++) {
    moment probe = *m;
    size_t end = readers[k](r, i, &probe);
    if (end > i) {
      *m = probe;
      return end;
    }
  }
  return i;
}

/* Words that may stand between two parts of one moment. */
static size_t connector(const reading *r, size_t i, const moment *m, unsigned *flags) {
  const atom *a = &r->atoms[i];
  if (a->kind == ATOM_MARK) {
    if (a->mark == ',' && !a->spaced) return i + 1;
    if (a->mark == '@') return i + 1;
    if (a->mark == '-' && !a->spaced && !a[1].spaced && (m->has & HAS_YEAR) && atom_mark(r, i + 2, ':')) return i + 1;
    if (a->mark == '.' && !a->spaced && (m->has & HAS_WEEKDAY) && a[1].spaced && !a[-1].persian &&
        a[-1].flags & WORD_SHORT)
      return i + 1;
    return i;
  }
  if (a->kind != ATOM_WORD) return i;
  switch (a->class) {
    case WORD_IN:
      return i + 1;
    case WORD_THE:
    case WORD_OF:
      return i + 1;
    case WORD_DATE:
      return i + 1;
    case WORD_ABOUT:
      *flags |= TEXT_WHEN_APPROXIMATE;
      return i + 1;
    case WORD_FROM:
      return a->persian || !(m->has & HAS_WEEKDAY) ? i : atom_class(r, i + 1, WORD_LAST) ? i + 1 : i;
    case WORD_FOR:
      return a->persian ? i : i + 1;
    case WORD_UNIT:
      if (a->persian && (a->value == TEXT_GRAIN_DAY) && !(a->flags & WORD_PLURAL_FORM)) return i + 1;
      return i;
    default:
      break;
  }
  if (when_atom_is(r, a, "t") && !a->spaced) return i + 1;
  return i;
}

/* "tomorrow before 4pm", «فردا بعد از ساعت ۵»: a limit on the time, behind the day. */
static size_t limited_time(const reading *r, size_t i, moment *m) {
  const atom *a = &r->atoms[i];
  if (a->kind != ATOM_WORD || !(m->has & HAS_DATE) || (m->has & HAS_TIME)) return i;
  size_t at = i + 1;
  unsigned flag;
  if (a->class == WORD_BEFORE || (a->class == WORD_BEFORE_AFTER && a->value < 0))
    flag = TEXT_WHEN_BEFORE;
  else if (a->class == WORD_BY)
    flag = TEXT_WHEN_DEADLINE;
  else if (a->class == WORD_AFTER || (a->class == WORD_BEFORE_AFTER && a->value > 0))
    flag = TEXT_WHEN_OPEN;
  else
    return i;
  if (atom_class(r, at, WORD_FROM) && a->persian) at++;
  moment probe = *m;
  size_t end = when_clock(r, at, &probe);
  if (end == at) end = when_part(r, at, &probe);
  if (end == at) return i;
  probe.flags |= flag;
  *m = probe;
  return end;
}

/* A word that is often another gains weight from what stands with it. */
static void weigh(moment *m) {
  unsigned others = m->has & (HAS_PERIOD | HAS_YEAR | HAS_WEEKDAY | HAS_RELDAY | HAS_CLOCK | HAS_HOLIDAY);
  if (m->has & HAS_MONTH && m->has & (HAS_DAY | HAS_YEAR | HAS_PERIOD | HAS_EDGE)) m->weak = false;
  if (m->has & HAS_DAY && others) m->weak = false;
  if (m->has & HAS_HOLIDAY && m->has & (HAS_PART | HAS_CLOCK | HAS_PERIOD)) m->weak = false;
  if (m->has & HAS_SEASON && m->has & (HAS_PERIOD | HAS_YEAR)) m->weak = false;
  if (m->has & HAS_WEEKDAY && m->has & (HAS_DAY | HAS_MONTH | HAS_CLOCK | HAS_PART | HAS_PERIOD)) m->weak = false;
}

size_t when_moment(const reading *r, size_t i, moment *m) {
  size_t at = i, end = i;
  for (int parts = 0; parts < 12; parts++) {
    size_t next = m->has & HAS_DECADE && end > i ? at : one_part(r, at, m);
    if (next == at) next = at == end && end > i ? limited_time(r, at, m) : at;
    if (next > at) {
      end = at = next;
      if (m->invalid) return end;
      continue;
    }
    if (at > end + 2 || end == i || m->has & (HAS_DECADE | HAS_PART_OF)) break;
    unsigned flags = 0;
    next = connector(r, at, m, &flags);
    if (next == at) break;
    m->flags |= flags;
    at = next;
  }
  weigh(m);
  return end;
}
