/* A number is read piece by piece («دو», «میلیون», «و», «سیصد», «هزار»), left to right. A group below a thousand fills
 * up from hundreds to units; a scale closes it; each scale must be smaller than the one before. Whatever does not fit
 * ends the number. */
#include <string.h>
#include <text/number.h>

#include "number_word.h"

/* More than any number has, so that "thousand thousand thousand …" is not read to its end from every word of it. */
enum { MOST_PIECES = 64 };

typedef struct place {
  size_t token;
  uint32_t offset; /* into the token's fold */
  uint32_t limit;  /* where a compound token stops being a number; 0: not a compound */
} place;

typedef struct piece {
  number_kind kind;
  unsigned flags;
  int64_t value;
  int32_t nano;
  bool latin;
} piece;

typedef struct sum {
  int64_t total, group, chunk; /* chunk: what the last scale added */
  int64_t bound;               /* the last scale; 0: none yet */
  int32_t nano;
  int64_t low; /* the next piece of this group must be below it */
  bool open;   /* a group has begun */
  bool closed; /* nothing but a scale or nothing at all may follow */
  bool ended, ordinal, words, strong, saturated;
  unsigned pieces, first_flags;
} sum;

/* ---- pieces ---- */

static bool joined_unit(const char *text, size_t length) {
  static const char *const UNITS[] = {"تا",
                                      "تایی",
                                      "بار",
                                      "نفر",
                                      "نفره",
                                      "سال",
                                      "ساله",
                                      "ماه",
                                      "ماهه",
                                      "هفته",
                                      "روز",
                                      "روزه",
                                      "شب",
                                      "ساعت",
                                      "ساعته",
                                      "دقیقه",
                                      "ثانیه",
                                      "تومن",
                                      "تومان",
                                      "تومنی",
                                      "تومانی",
                                      "ریال",
                                      "دلار",
                                      "درصد",
                                      "درصدی",
                                      "عدد",
                                      "برابر",
                                      "مورد",
                                      "کیلو",
                                      "گیگ",
                                      "کاربره",
                                      "هفته‌ای",
                                      "دقیقه‌ای",
                                      "گیگابایت"};
  for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
    if (strlen(UNITS[i]) == length && !memcmp(UNITS[i], text, length)) return true;
  return false;
}

static bool half_space_at(const char *text, size_t length) { return length >= 3 && !memcmp(text, TEXT_HALF_SPACE, 3); }

/* May `next` stand right behind `before` in one word? «دوهزار», «بیست‌وسه» yes; «دوده» no. */
static bool joins(const number_word *before, const number_word *next) {
  if (before->kind == NUMBER_AND) return next->kind != NUMBER_AND;
  if (next->kind == NUMBER_AND) return true;
  return next->kind == NUMBER_SCALE || (next->value == 100 && before->value < 10);
}

/* How much of a compound word is a number: «دوهزار», «سه‌تا», «بیست‌وپنج». 0: nothing. */
static uint32_t compound_length(const char *text, uint32_t length) {
  const number_word *before = NULL;
  uint32_t at = 0, good = 0;
  while (at < length) {
    const number_word *w = number_word_prefix(text + at, length - at);
    if (!w || (w->flags & NUMBER_WEAK)) break;
    uint32_t end = at + w->length;
    bool border = end == length || half_space_at(text + end, length - end);
    if ((w->flags & NUMBER_ORDINAL) && !border) break;
    bool spaced = at >= 3 && half_space_at(text + at - 3, 3);
    if (before && !spaced && !joins(before, w)) break;
    if (!before && w->kind == NUMBER_AND) break;
    before = w;
    at = end;
    if (at == length) return w->kind == NUMBER_AND ? 0 : length;
    if (w->kind != NUMBER_AND && joined_unit(text + at, length - at)) return at;
    if (!border) continue;
    at += 3;
    if (w->kind != NUMBER_AND) good = joined_unit(text + at, length - at) ? end : 0;
    if (good) return good;
  }
  return 0;
}

static void from_word(const number_word *w, piece *out) {
  *out = (piece){.kind = w->kind, .flags = w->flags, .value = w->value, .latin = (unsigned char)w->text[0] < 0x80};
}

static bool digits_piece(const text_token *t, piece *out) {
  *out = (piece){.kind = NUMBER_DIGITS, .value = t->value};
  if (!t->fraction) return true;
  const char *dot = memchr(t->fold, '.', t->fold_length);
  int32_t unit = TEXT_NANO;
  for (const char *c = dot ? dot + 1 : t->fold; c < t->fold + t->fold_length && unit > 1; c++) {
    unit /= 10;
    out->nano += unit * (*c - '0');
  }
  return true;
}

static bool may_be_compound(const text_token *t) {
  return t->fold_length >= 8 && (unsigned char)t->fold[0] >= 0x80 && number_word_begins(t->fold, t->fold_length);
}

/* The piece at a place; moves the place behind it. */
static bool read_piece(const text_scan *s, place *at, piece *out) {
  if (at->token >= s->token_count) return false;
  const text_token *t = &s->tokens[at->token];
  if (t->kind == TEXT_NUMBER) {
    at->token++;
    return digits_piece(t, out);
  }
  if (t->kind != TEXT_WORD) return false;
  if (!at->limit) {
    const number_word *whole = number_word_find(t->fold, t->fold_length);
    if (whole) {
      at->token++;
      from_word(whole, out);
      return true;
    }
    if (!may_be_compound(t)) return false;
    at->limit = compound_length(t->fold, t->fold_length);
    if (!at->limit) return false;
  }
  const number_word *part = number_word_prefix(t->fold + at->offset, at->limit - at->offset);
  if (!part) return false;
  from_word(part, out);
  at->offset += part->length;
  if (half_space_at(t->fold + at->offset, at->limit - at->offset)) at->offset += 3;
  if (at->offset >= at->limit) {
    /* the rest of a token such as «پنج‌سال» is not a number: whatever follows does not belong to this one */
    if (at->limit == t->fold_length) *at = (place){.token = at->token + 1};
  }
  return true;
}

static bool stuck_inside(const text_scan *s, const place *at) {
  return at->limit && at->offset >= at->limit && at->token < s->token_count;
}

/* ---- adding up ---- */

static int64_t place_below(int64_t value) { return value >= 100 ? 100 : value >= 20 ? 10 : 0; }

static int64_t add_capped(sum *n, int64_t a, int64_t b) {
  int64_t result;
  if (!__builtin_add_overflow(a, b, &result)) return result;
  n->saturated = true;
  return INT64_MAX;
}

static int64_t times_capped(sum *n, int64_t a, int64_t b) {
  int64_t result;
  if (!__builtin_mul_overflow(a, b, &result)) return result;
  n->saturated = true;
  return INT64_MAX;
}

static bool take_small(sum *n, const piece *p, bool joined) {
  if (n->closed) return false;
  if (!n->open) {
    if (n->bound && p->value >= n->bound) return false;
    n->group = p->value;
    n->low = place_below(p->value);
    n->open = true;
    return true;
  }
  bool hundreds = p->value == 100 && !joined && n->group >= 1 && n->group <= (p->latin ? 99 : 9);
  if (hundreds) {
    n->group *= 100;
    n->low = 100;
    return true;
  }
  if (p->value >= n->low || p->value == 0) return false;
  n->group += p->value;
  n->low = p->value >= 20 ? 10 : 0;
  return true;
}

static bool take_digits(sum *n, const piece *p, bool joined) {
  if (n->closed) return false;
  if (n->open) {
    if (!joined || p->value >= n->low || p->nano) return false;
    n->group += p->value;
  } else {
    if (n->bound && p->value >= n->bound) return false;
    n->group = p->value;
    n->nano = p->nano;
    n->open = true;
  }
  n->low = 0;
  return true;
}

/* group.nano × scale, a thousand at a time, so that nothing is lost. */
static int64_t scaled(sum *n, int64_t scale) {
  int64_t whole = n->group, nano = n->nano;
  while (scale > 1) {
    int64_t factor = scale % 1000 == 0 ? 1000 : scale;
    nano *= factor;
    whole = add_capped(n, times_capped(n, whole, factor), nano / TEXT_NANO);
    nano %= TEXT_NANO;
    scale /= factor;
  }
  n->nano = (int32_t)nano;
  return whole;
}

static bool take_scale(sum *n, int64_t scale) {
  if (n->open || !n->pieces) {
    if (n->bound && scale >= n->bound) return false;
    if (!n->open) n->group = 1;
    n->chunk = scaled(n, scale);
    n->total = add_capped(n, n->total, n->chunk);
  } else {
    /* «هزار میلیارد» */
    if (n->total != n->chunk || scale < n->bound || n->closed) return false;
    n->total = n->chunk = times_capped(n, n->chunk, scale);
  }
  n->bound = scale;
  n->open = n->closed = false;
  n->group = 0;
  if (n->nano) n->closed = true;
  return true;
}

static bool take_part(sum *n, int32_t nano, bool joined) {
  if (n->closed || n->nano) return false;
  if (!n->pieces) {
    n->open = true;
    n->nano = nano;
  } else if (joined && n->open) {
    n->nano = nano;
  } else if (joined && n->bound) {
    /* «یک میلیون و نیم» */
    n->total = add_capped(n, n->total, n->bound / (TEXT_NANO / nano));
    n->ended = true;
  } else if (nano == TEXT_NANO / 4 && n->pieces == 1 && n->open && n->group >= 1 && n->group <= 3) {
    n->nano = (int32_t)n->group * nano;
    n->group = 0;
  } else {
    return false;
  }
  n->closed = true;
  n->low = 0;
  return true;
}

static bool take(sum *n, const piece *p, bool joined) {
  if (n->ended || n->pieces == MOST_PIECES) return false;
  bool done = false;
  switch (p->kind) {
    case NUMBER_SMALL:
      done = take_small(n, p, joined);
      break;
    case NUMBER_DIGITS:
      done = take_digits(n, p, joined);
      break;
    case NUMBER_SCALE:
      done = !joined && take_scale(n, p->value);
      break;
    case NUMBER_DOZEN:
      done = !joined && (!n->pieces || n->open) && !n->bound && take_scale(n, p->value);
      break;
    case NUMBER_HALF:
      done = take_part(n, TEXT_NANO / 2, joined);
      break;
    case NUMBER_QUARTER:
      done = take_part(n, TEXT_NANO / 4, joined);
      break;
    case NUMBER_AND:
    case NUMBER_ARTICLE:
      break;
  }
  if (!done) return false;
  if (!n->pieces) n->first_flags = p->flags;
  n->pieces++;
  n->words |= p->kind != NUMBER_DIGITS;
  n->strong |= !(p->flags & NUMBER_WEAK);
  if (p->flags & NUMBER_ORDINAL) n->ordinal = n->ended = true;
  return true;
}

/* ---- the sequence ---- */

static bool is_mark(const text_scan *s, size_t token, char mark) {
  return token < s->token_count && s->tokens[token].kind == TEXT_MARK && s->tokens[token].fold_length == 1 &&
         s->tokens[token].fold[0] == mark;
}

static bool is_stuck(const text_scan *s, size_t token) { return token < s->token_count && !s->tokens[token].spaced; }

/* What may stand between two pieces: nothing, «و», "and" (with "a" before a half), a hyphen in "twenty-one". */
static bool read_link(const text_scan *s, place *at, const sum *n, bool *joined) {
  *joined = false;
  place next = *at;
  piece p;
  if (!next.limit && is_mark(s, next.token, '-') && is_stuck(s, next.token) && is_stuck(s, next.token + 1)) {
    const text_token *before = &s->tokens[next.token - 1];
    if (before->kind != TEXT_WORD || (unsigned char)before->fold[0] >= 0x80 || n->low == 0) return false;
    at->token++;
    return true;
  }
  if (!read_piece(s, &next, &p)) return false;
  if (p.kind != NUMBER_AND) return true;
  *joined = true;
  *at = next;
  if (!p.value) return true;
  place after = next;
  if (read_piece(s, &after, &p) && p.kind == NUMBER_ARTICLE) {
    *at = after;
    return read_piece(s, &after, &p) && (p.kind == NUMBER_HALF || p.kind == NUMBER_QUARTER);
  }
  return n->low == 100 || (n->bound && !n->open) || p.kind == NUMBER_HALF || p.kind == NUMBER_QUARTER;
}

/* "a hundred", "half a million": the article counts only before something that multiplies. */
static bool skip_article(const text_scan *s, place *at, const sum *n) {
  place next = *at;
  piece p, after;
  if (!read_piece(s, &next, &p) || p.kind != NUMBER_ARTICLE) return true;
  place follow = next;
  if (!read_piece(s, &follow, &after)) return false;
  bool multiplies = after.kind == NUMBER_SCALE || after.kind == NUMBER_DOZEN || after.value == 100;
  if (n->pieces ? !(n->closed && multiplies) : !(multiplies || after.kind == NUMBER_HALF)) return false;
  *at = next;
  return true;
}

/* Reads as far as it goes; *at stands behind the last piece that fits. A group that turns out to belong to a larger
 * scale («دو هزار و پنج میلیون») is given back. */
static void read_sum(const text_scan *s, place *at, sum *n) {
  place here = *at, group_start = *at;
  sum before_group = *n;
  for (;;) {
    bool joined = false;
    if (n->pieces && !read_link(s, &here, n, &joined)) return;
    if (!skip_article(s, &here, n)) return;
    if (!n->open) {
      before_group = *n;
      group_start = *at;
    }
    piece p;
    place next = here;
    if (!read_piece(s, &next, &p)) return;
    if (!take(n, &p, joined)) {
      if (p.kind == NUMBER_SCALE && n->open && before_group.pieces && !joined) {
        *n = before_group;
        *at = group_start;
      }
      return;
    }
    here = *at = next;
    if (n->ended || stuck_inside(s, at)) return;
  }
}

/* «۵ام», «۲۰مین», "23rd", «سی ام». */
static bool ordinal_ending(const text_scan *s, size_t token, bool words) {
  if (token >= s->token_count || s->tokens[token].kind != TEXT_WORD) return false;
  const text_token *t = &s->tokens[token];
  if (text_token_is(t, "ام") || text_token_is(t, "امین")) return true;
  if (words || t->spaced) return false;
  static const char *const ENDINGS[] = {"م", "مین", "st", "nd", "rd", "th"};
  for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++)
    if (text_token_is(t, ENDINGS[i])) return true;
  return false;
}

static size_t percent_at(const text_scan *s, size_t token) {
  if (token >= s->token_count) return 0;
  const text_token *t = &s->tokens[token];
  if (is_mark(s, token, '%') || text_token_is(t, "درصد") || text_token_is(t, "درصدی") || text_token_is(t, "percent") ||
      text_token_is(t, "pct") || text_token_is(t, "darsad"))
    return 1;
  if (token + 1 < s->token_count && text_token_is(t, "per") && text_token_is(&s->tokens[token + 1], "cent")) return 2;
  return 0;
}

static uint32_t points_between(const text_scan *s, uint32_t start, uint32_t end) {
  uint32_t count = 0;
  for (uint32_t i = start; i < end; i++) count += ((unsigned char)s->text[i] & 0xC0) != 0x80;
  return count;
}

static void set_span(const text_scan *s, text_number *out) {
  const text_token *first = &s->tokens[out->token], *last = &s->tokens[out->token + out->tokens - 1];
  out->start = first->start;
  out->point_start = first->point_start;
  out->end = last->end;
  out->point_end = last->point_end;
  if (!out->partial) return;
  out->end = text_fold_source(&s->folded, (size_t)(last->fold - s->folded.bytes) + out->partial);
  out->point_end = last->point_start + points_between(s, last->start, out->end);
}

/* A minus sign is one only with nothing before it and the number stuck to it. */
static bool read_sign(const text_scan *s, place *at) {
  const text_token *t = &s->tokens[at->token];
  bool sign = is_mark(s, at->token, '-') && t->spaced && is_stuck(s, at->token + 1) && at->token + 1 < s->token_count &&
              s->tokens[at->token + 1].kind == TEXT_NUMBER;
  sign = sign || text_token_is(t, "منفی") || text_token_is(t, "minus");
  at->token += sign;
  return sign;
}

static void finish(const sum *n, text_number *out) {
  sum last = *n;
  out->value = add_capped(&last, n->total, n->open ? n->group : 0);
  out->saturated = last.saturated;
  if (last.saturated) out->value = INT64_MAX;
  out->nano = n->nano;
  out->milli = n->nano / 1000000;
  out->ordinal = n->ordinal;
  out->words = n->words;
  out->doubtful = n->pieces == 1 && (n->first_flags & NUMBER_DOUBTFUL);
}

size_t text_number_at(const text_scan *s, size_t token, text_number *out) {
  *out = (text_number){.token = token};
  if (token >= s->token_count) return 0;
  place at = {.token = token};
  const text_token *first = &s->tokens[token];
  if (first->kind == TEXT_MARK || first->kind == TEXT_WORD) {
    out->negative = read_sign(s, &at);
    if (is_mark(s, token, '%') && is_stuck(s, token + 1)) {
      out->percent = true;
      at.token++;
    } else if (first->kind == TEXT_MARK && !out->negative) {
      return 0;
    }
  }
  sum n = {0};
  place end = at;
  read_sum(s, &end, &n);
  if (!n.pieces || !n.strong) return 0;
  finish(&n, out);
  /* a word written together may also be left in its middle, after MOST_PIECES */
  bool cut = end.offset && end.offset < end.limit, inside = cut || stuck_inside(s, &end);
  if (inside) out->partial = cut ? end.offset : end.limit;
  if (!inside && !n.ordinal && !n.nano && ordinal_ending(s, end.token, n.words)) {
    out->ordinal = true;
    end.token++;
  }
  if (!inside && !n.words && is_stuck(s, end.token) && end.token < s->token_count &&
      text_token_is(&s->tokens[end.token], "k")) {
    sum k = {.group = out->value, .nano = out->nano};
    out->value = scaled(&k, 1000);
    out->nano = k.nano;
    out->milli = k.nano / 1000000;
    out->saturated |= k.saturated;
    end.token++;
  }
  out->tokens = end.token - token + inside;
  set_span(s, out);
  if (!inside && !out->percent) out->percent_tokens = percent_at(s, end.token);
  out->percent |= out->percent_tokens > 0;
  return out->tokens;
}
