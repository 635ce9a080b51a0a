/* The driver: finds where an expression begins, and hands out results. */
#include <string.h>
#include <text/when.h>

#include "when_reading.h"

typedef struct results {
  text_when *at;
  size_t count, capacity;
} results;

static text_when *add(results *list, arena *a) {
  if (list->count == list->capacity) {
    size_t capacity = list->capacity ? list->capacity * 2 : 8;
    text_when *grown = arena_grow(a, list->at, list->capacity, capacity, sizeof *grown);
    if (!grown) return NULL;
    list->at = grown;
    list->capacity = capacity;
  }
  list->at[list->count] = (text_when){0};
  return &list->at[list->count++];
}

/* Where a folded offset lies in the source, in bytes and code points. */
static uint32_t source_end(const reading *r, const atom *a) {
  const text_token *t = &r->scan->tokens[a->last_token];
  uint32_t token_end = (uint32_t)(t->fold - r->scan->folded.bytes) + t->fold_length;
  return a->end >= token_end ? t->end : text_fold_source(&r->scan->folded, a->end);
}

static uint32_t points_between(const char *text, uint32_t from, uint32_t to) {
  uint32_t points = 0;
  for (uint32_t i = from; i < to; i++) points += ((unsigned char)text[i] & 0xC0) != 0x80;
  return points;
}

static void place(const reading *r, const expression *e, text_when *w) {
  const atom *first = &r->atoms[e->start], *last = &r->atoms[e->end - 1];
  const text_token *t = &r->scan->tokens[first->token], *u = &r->scan->tokens[last->last_token];
  w->token = first->token;
  w->token_count = last->last_token - first->token + 1;
  w->start = text_fold_source(&r->scan->folded, first->start);
  w->end = source_end(r, last);
  w->point_start = t->point_start + points_between(r->scan->text, t->start, w->start);
  w->point_end = u->point_start + points_between(r->scan->text, u->start, w->end);
}

static bool whole_text(const reading *r, const expression *e) {
  if (e->start != 0) return false;
  for (size_t i = e->end; i < r->count; i++)
    if (r->atoms[i].kind != ATOM_MARK && r->atoms[i].kind != ATOM_WALL) return false;
  return true;
}

/* At the beginning of a clause, or at its end behind «رو»: «مابقی رو پونزدهم». */
static bool opens_clause(const reading *r, size_t i, size_t end) {
  const atom *before = i ? &r->atoms[i - 1] : NULL, *next = &r->atoms[end];
  if (before && before->kind == ATOM_MARK && before->mark == ',') return true;
  if (before && (next->kind == ATOM_WALL || next->kind == ATOM_MARK) && when_atom_is(r, before, "رو")) return true;
  return !i || r->scan->tokens[r->atoms[i].token].sentence != r->scan->tokens[r->atoms[i - 1].token].sentence;
}

/* «پنجم اینکه …» */
static bool lists(const reading *r, size_t i) {
  const atom *a = &r->atoms[i];
  return when_atom_is(r, a, "اینکه") || when_atom_is(r, a, "که") || when_atom_is(r, a, "این") ||
         atom_class(r, i, WORD_TIMES) || a->kind == ATOM_MARK;
}

static bool any_of(const reading *r, const atom *a, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (when_atom_is(r, a, words[i])) return true;
  return false;
}

/* Words that are a time only by their letters: «جمعه پور», «اسمش «فردا موبایل» هست», «یه تیر», «سی دی», «تایم اوت», «شب
 * و روز». */
static bool named_so(const reading *r, const expression *e) {
  static const char *const surnames[] = {"پور", "زاده", "نژاد", "نیا", "فر", "دوست"};
  static const char *const naming[] = {"اسم", "اسمش", "اسمشون", "نام", "نامش", "بنام", "عنوان", "تایم"};
  const atom *first = &r->atoms[e->start], *next = &r->atoms[e->end];
  size_t length = e->end - e->start;
  if (!first->persian) return false;
  if (length == 1 && any_of(r, next, surnames, sizeof surnames / sizeof *surnames)) return true;
  size_t before = e->start;
  if (before && r->atoms[before - 1].kind == ATOM_MARK) before--;
  if (before && any_of(r, &r->atoms[before - 1], naming, sizeof naming / sizeof *naming)) return true;
  if (length == 1 && when_atom_is(r, first, "شب") && atom_class(r, e->end, WORD_AND))
    return when_atom_is(r, &next[1], "روز");
  if (e->strong || length != 2 || !(e->a.has & HAS_MONTH)) return false;
  return when_atom_is(r, first, "یه") || (when_atom_is(r, first, "سی") && when_atom_is(r, &first[1], "دی"));
}

/* Are these words of time meant as one? */
static bool accepted(const reading *r, const expression *e) {
  const moment *m = &e->a;
  if (named_so(r, e)) return false;
  if (e->range && m->weak && (e->a.has & HAS_MONTH)) return e->strong;
  if (!m->weak) return true;
  if (m->recent) return true;
  if (e->strong && (m->has & HAS_MONTH) && !m->english && atom_class(r, e->start, WORD_FROM)) /* «از بهمن پرسیدم» */
    return atom_class(r, e->end - 1, WORD_BEFORE_AFTER);
  if (e->strong) return true;
  if (m->has == HAS_DAY && !m->english && m->day >= 5 && opens_clause(r, e->start, e->end)) return !lists(r, e->end);
  if (!whole_text(r, e)) return false;
  /* alone: "May", «دهم», but neither "jan" nor «فروردین» */
  const atom *a = &r->atoms[e->start];
  if (m->has & HAS_MONTH) return m->english && a->end - a->start > 3 ? true : when_atom_is(r, a, "may");
  return (m->has & (HAS_DAY | HAS_WEEKDAY)) != 0;
}

static bool resolve_range(const reading *r, const expression *e, text_when *w) {
  text_when a = {0}, b = {0};
  moment second = e->b;
  if (!when_resolve(r, &e->a, &a) || !when_resolve(r, &second, &b)) return false;
  uint32_t keep[] = {w->token, w->token_count, w->start, w->end, w->point_start, w->point_end};
  if (b.point < a.point && !((a.flags | b.flags) & TEXT_WHEN_NO_VALUE)) {
    int64_t step = 0;
    if (e->b.has & HAS_WEEKDAY)
      step = 7 * (int64_t)MS_PER_DAY;
    else if ((e->b.has & HAS_TIME) && !(e->b.has & (HAS_MONTH | HAS_YEAR | HAS_SHIFT))) {
      bool said = e->b.meridiem || e->b.exact || (e->b.has & HAS_PART) || e->b.hour > 12;
      step = said ? MS_PER_DAY : MS_PER_DAY / 2;
    } else if ((e->b.has & HAS_MONTH) && !(e->b.has & HAS_YEAR)) {
      civil c = civil_at(a.point, r->zone), d = civil_at(b.point, r->zone);
      int64_t day = civil_days(d.year, d.month, d.day), first = civil_days(c.year, c.month, c.day);
      if (day < first) {
        text_calendar calendar = when_calendar(r, &e->b);
        step = (when_add_months(day, 12, calendar) - day) * MS_PER_DAY;
      }
    }
    for (int turns = 0; step && b.point < a.point && turns < 60; turns++) {
      b.point += step;
      b.from += step;
      b.to += step;
      b.last += step;
    }
    if (b.point < a.point && (e->a.has & HAS_TIME) && b.point + MS_PER_DAY >= a.point) b.flags |= TEXT_WHEN_AMBIGUOUS;
  }
  *w = a;
  w->token = keep[0];
  w->token_count = keep[1];
  w->start = keep[2];
  w->end = keep[3];
  w->point_start = keep[4];
  w->point_end = keep[5];
  w->kind = TEXT_WHEN_RANGE;
  w->to = b.to;
  w->last = b.last;
  w->flags = a.flags | b.flags;
  if (!(b.flags & TEXT_WHEN_PAST)) w->flags &= ~(unsigned)TEXT_WHEN_PAST;
  if (b.to <= r->now) w->flags |= TEXT_WHEN_PAST;
  if (w->to < w->from) { /* said backwards: "from December to the end of the month" */
    w->from = b.from;
    w->to = a.to;
    w->last = a.last;
    w->flags |= TEXT_WHEN_AMBIGUOUS;
  }
  if (b.grain < w->grain) w->grain = b.grain;
  if (e->until) { /* «امروز تا ساعت ۵» */
    w->flags |= TEXT_WHEN_DEADLINE;
    w->point = b.point;
  }
  return true;
}

static bool settle(const reading *r, expression *e, text_when *w) {
  if (e->duration) {
    w->kind = TEXT_WHEN_DURATION;
    w->grain = (text_grain)e->length.grain;
    w->flags = e->length.flags | e->flags;
    w->duration = e->length.months / 12 * 365 * 86400 + e->length.months % 12 * 30 * 86400 + e->length.days * 86400 +
                  e->length.ms / MS_PER_SECOND;
    w->from = r->now;
    w->to = w->last = w->point = r->now + w->duration * MS_PER_SECOND;
    return true;
  }
  if (e->range) return resolve_range(r, e, w);
  moment *m = &e->a;
  unsigned open = HAS_WEEKDAY | HAS_DAY | HAS_MONTH | HAS_CLOCK | HAS_PART;
  bool dated = (m->has & HAS_DAY) && (m->has & HAS_MONTH); /* the nearest is meant, whatever the tense */
  if (!(m->has & ~open) && !dated && m->turn == TURN_NONE && !m->nth && !(e->flags & TEXT_WHEN_DEADLINE) &&
      when_told(r, e->start, e->end, m->english)) {
    m->flags |= TEXT_WHEN_PAST;
    m->turn = TURN_LAST;
  }
  if (!when_resolve(r, &e->a, w)) return false;
  w->flags |= e->flags;
  if (e->flags & TEXT_WHEN_DEADLINE && !(w->flags & TEXT_WHEN_NO_VALUE)) {
    w->from = r->now < w->to ? r->now : w->to; /* "until now" ends at the second, "until yesterday" before */
    if (e->a.has & HAS_WEEKEND && w->kind == TEXT_WHEN_DATE) w->point = w->last;
  }
  return true;
}

/* Numbers before the last of a list or range: «پنج تا ۶ ساعت», «13 ، 23 و 24 دقیقه». */
static size_t numbers_before(const reading *r, size_t i) {
  size_t at = i;
  for (int more = 0; more < 4; more++) {
    int value;
    number n;
    size_t end = when_whole(r, at, 0, 1000, &value, &n);
    if (end == at || n.ordinal) break;
    bool comma = atom_mark(r, end, ',') && r->atoms[end + 1].spaced;
    bool word = atom_class(r, end, WORD_UNTIL) || atom_class(r, end, WORD_OR) ||
                (atom_class(r, end, WORD_TO) && !r->atoms[end].persian);
    if (!word && !comma && !atom_mark(r, end, '-') && !(atom_class(r, end, WORD_AND) && r->atoms[end].persian)) break;
    at = end + 1;
  }
  return at;
}

/* A bare amount of time: «چهل دقیقه», «۳ یا ۴ شبه», «3 روز در هفته». */
static bool duration_at(const reading *r, size_t i, expression *e) {
  size_t end = when_amount(r, i, &e->length);
  if (end == i) {
    size_t at = numbers_before(r, i);
    if (at == i) return false;
    end = when_amount(r, at, &e->length);
    if (end == at) return false;
    e->length.flags |= TEXT_WHEN_VAGUE;
  }
  bool per = atom_class(r, end, WORD_IN) && atom_class(r, end + 1, WORD_UNIT) && r->atoms[end].persian &&
             r->atoms[end + 1].value > e->length.grain && !(r->atoms[end + 1].flags & WORD_PLURAL_FORM) &&
             r->atoms[end + 2].kind != ATOM_DIGITS && r->atoms[end + 2].class == WORD_NONE;
  e->end = per ? end + 2 : end;
  if (atom_class(r, end, WORD_REMAINING) && (atom_class(r, end + 1, WORD_TO) || atom_class(r, end + 1, WORD_UNTIL)))
    e->end = end + 2; /* «۵ تا ۶ ساعت مانده به اذان» */
  e->duration = true;
  return true;
}

static bool wanted_duration(const reading *r, const expression *e, size_t i) {
  if (r->atoms[e->end - 1].persian) return true;
  bool told = i > e->start && atom_class(r, i - 1, WORD_FOR);
  return r->options.durations || told;
}

/* «روزهای», «سال به سال»: no time, but speaking of one. */
static bool mention_at(const reading *r, size_t i, size_t behind_prefix, expression *e) {
  size_t end = when_mention(r, i);
  if (end == i) {
    if (behind_prefix == i) return false;
    end = when_mention(r, behind_prefix);
    if (end == behind_prefix) return false;
    if (!atom_class(r, i, WORD_IN) && !atom_class(r, i, WORD_FROM)) e->start = behind_prefix;
  }
  e->a = (moment){.flags = TEXT_WHEN_NO_VALUE | TEXT_WHEN_VAGUE, .calendar = TEXT_JALALI, .calendar_said = true};
  e->flags = 0;
  e->end = end;
  return true;
}

/* One expression at atom i, if there is one. */
static bool expression_at(const reading *r, size_t i, expression *e, int *code) {
  *e = (expression){.start = i, .end = i};
  *code = when_recurrence(r, i, e);
  if (*code != MCRM_OK || e->rule) return e->rule != NULL;
  size_t at = when_prefix(r, i, e);
  e->strong = at > i;
  if (at > i) { /* the prefix as part of the time («در ۵ دقیقه»), before it is taken for a word in front of one */
    expression whole = {.start = i, .end = i};
    if (when_range(r, i, &whole) && whole.end > at) {
      *e = whole;
      return true;
    }
  }
  if (when_range(r, at, e)) {
    if (!e->range && atom_class(r, e->end, WORD_TO) && atom_class(r, e->end + 1, WORD_BEFORE_AFTER) &&
        r->atoms[e->end + 1].value > 0) { /* «ساعت ۵ به بعد» */
      e->flags |= TEXT_WHEN_OPEN;
      e->end += 2;
    }
    return true;
  }
  if (duration_at(r, at, e)) {
    if (wanted_duration(r, e, at)) return true;
    *e = (expression){.start = i, .end = i};
    return false;
  }
  return mention_at(r, i, at, e);
}

static bool is_numeric_date(const reading *r, size_t i) {
  const atom *a = &r->atoms[i];
  return a->kind == ATOM_DIGITS && a[1].kind == ATOM_MARK && strchr("/-.\\", a[1].mark) && a[1].mark &&
         a[2].kind == ATOM_DIGITS;
}

/* Which of the words before a time belong to its span. */
static void trim(const reading *r, expression *e) {
  while (e->start + 1 < e->end) { /* «در 1398/04/17», «در حدود», «تقریبا» */
    const atom *a = &r->atoms[e->start];
    bool in = a->kind == ATOM_WORD && a->class == WORD_IN && !when_atom_is(r, a, "at");
    bool about = in && atom_class(r, e->start + 1, WORD_ABOUT) && a->persian;
    bool nearly = a->kind == ATOM_WORD && a->class == WORD_ABOUT && a->persian && when_atom_is(r, a, "تقریبا");
    if (!(in && is_numeric_date(r, e->start + 1)) && !about && !nearly) break;
    e->start++;
  }
  while (e->start < e->end) {
    const atom *a = &r->atoms[e->start];
    if (a->kind != ATOM_WORD || a->persian) return;
    if (a->class != WORD_FROM && a->class != WORD_BY && a->class != WORD_UNTIL && a->class != WORD_THE &&
        a->class != WORD_ABOUT && a->class != WORD_BEFORE && a->class != WORD_AFTER && a->class != WORD_BETWEEN)
      return;
    if (a->class == WORD_THE && !(e->a.has & (HAS_MONTH | HAS_DAY))) return;
    if ((a->class == WORD_AFTER || a->class == WORD_BEFORE) && (e->a.has & HAS_SHIFT)) return;
    e->start++;
  }
}

/* What stands right behind another time, with nothing but white space between, and belongs to it: the same day said
 * again in another calendar ("24.11.2016 پنج‌شنبه ۴ آذر ۱۳۹۵"), the same words repeated («۵
 * دقیقه ۵ دقیقه»), words without a value of their own («هفت‌ماهه ابتدای سال»). */
static bool attached(const reading *r, results *list, const expression *e, const text_when *w) {
  if (!list->count || e->rule) return false;
  text_when *last = &list->at[list->count - 1];
  const char *text = r->scan->text;
  if (last->end > w->start || last->rule) return false;
  for (uint32_t i = last->end; i < w->start; i++)
    if (text[i] != ' ') return false;
  bool last_empty = last->flags & TEXT_WHEN_NO_VALUE, empty = w->flags & TEXT_WHEN_NO_VALUE;
  bool lasting = last->kind == TEXT_WHEN_DURATION && r->atoms[e->start - 1].class == WORD_SPAN;
  uint32_t length = w->end - w->start;
  bool repeated = last->end - last->start == length && !memcmp(text + last->start, text + w->start, length);
  bool again = !e->range && !e->duration && !empty && !last_empty && last->kind != TEXT_WHEN_RANGE &&
               last->kind != TEXT_WHEN_DURATION && w->kind == TEXT_WHEN_DATE && (e->a.has & HAS_DAY) &&
               civil_midnight(last->point, r->zone) == civil_midnight(w->point, r->zone);
  if (!repeated && !again && !empty && !last_empty && !lasting) return false;
  text_when kept = (last_empty || lasting) && !empty ? *w : *last;
  kept.start = last->start;
  kept.point_start = last->point_start;
  kept.token = last->token;
  kept.end = w->end;
  kept.point_end = w->point_end;
  kept.token_count = w->token + w->token_count - last->token;
  *last = kept;
  return true;
}

static bool worth_a_look(const atom *a) {
  if (a->kind == ATOM_WORD) return a->class != WORD_NONE;
  return a->kind == ATOM_DIGITS || (a->kind == ATOM_MARK && (a->mark == '+' || a->mark == '@'));
}

int text_when_find(const text_scan *scan, mcrm_time now, const zone *z, const text_when_options *options, arena *a,
                   text_when_list *out) {
  reading r = {.scan = scan, .now = now, .zone = z, .arena = a, .clock = civil_at(now, z)};
  results list = {0};
  *out = (text_when_list){0};
  if (options) r.options = *options;
  r.today = civil_days(r.clock.year, r.clock.month, r.clock.day);
  int code = when_atoms(&r);
  for (size_t i = 0; code == MCRM_OK && i < r.count;) {
    expression e;
    if (!worth_a_look(&r.atoms[i]) || !expression_at(&r, i, &e, &code)) {
      i++;
      continue;
    }
    if (!e.rule && !e.duration && (e.a.invalid || !accepted(&r, &e))) {
      i = e.a.invalid ? e.end : i + 1;
      continue;
    }
    size_t end = e.end;
    text_when w = {0};
    if (e.rule)
      w = e.result;
    else if (!settle(&r, &e, &w)) {
      i = end;
      continue;
    }
    trim(&r, &e);
    place(&r, &e, &w);
    if (attached(&r, &list, &e, &w)) {
      i = end;
      continue;
    }
    text_when *slot = add(&list, a);
    if (!slot) return MCRM_NO_MEMORY;
    *slot = w;
    i = end;
  }
  out->at = list.at;
  out->count = list.count;
  return code;
}

bool text_when_due(const text_when *w, const zone *z, text_due *out) {
  if (w->flags & (TEXT_WHEN_PAST | TEXT_WHEN_NO_VALUE) || w->kind == TEXT_WHEN_DURATION) return false;
  bool day = w->grain >= TEXT_GRAIN_DAY;
  mcrm_time at = w->point;
  if (w->kind == TEXT_WHEN_RANGE && (w->flags & TEXT_WHEN_DEADLINE)) at = w->last;
  out->at = day ? civil_midnight(at, z) : at;
  out->grain = day ? TEXT_GRAIN_DAY : TEXT_GRAIN_MINUTE;
  return true;
}
