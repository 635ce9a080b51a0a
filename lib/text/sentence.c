#include "sentence.h"

#include <marfacrm/types.h>
#include <string.h>

static const char *const ABBREVIATIONS[] = {
    "mr",  "mrs", "ms",   "dr",   "prof", "sr",   "jr",    "st",  "vs",   "etc", "eg",     "ie",
    "inc", "ltd", "co",   "corp", "no",   "nr",   "tel",   "ext", "dept", "est", "approx", "fig",
    "jan", "feb", "mar",  "apr",  "jun",  "jul",  "aug",   "sep", "sept", "oct", "nov",    "dec",
    "mon", "tue", "tues", "wed",  "thu",  "thur", "thurs", "fri", "sat",  "sun"};

static bool is_abbreviation(const text_token *t) {
  for (size_t i = 0; i < sizeof ABBREVIATIONS / sizeof *ABBREVIATIONS; i++)
    if (text_token_is(t, ABBREVIATIONS[i])) return true;
  return false;
}

static bool is_arabic(const text_token *t) {
  unsigned char lead = (unsigned char)t->fold[0];
  return t->kind == TEXT_WORD && lead >= 0xD8 && lead <= 0xDD;
}

static bool is_single_letter(const text_token *t) {
  return t->kind == TEXT_WORD && t->fold_length == (((unsigned char)t->fold[0] < 0x80) ? 1U : 2U);
}

static bool is_any(const text_token *t, const char *const *words, size_t count) {
  if (t->kind != TEXT_MARK) return false;
  for (size_t i = 0; i < count; i++)
    if (text_token_is(t, words[i])) return true;
  return false;
}

static bool is_end(const text_token *t) {
  static const char *const ENDS[] = {"!", "?", "؟", "؛", "…", "۔", "‼", "⁉", "。"};
  return is_any(t, ENDS, sizeof ENDS / sizeof *ENDS);
}

static bool is_closing(const text_token *t) {
  static const char *const CLOSING[] = {")", "]", "}", "»", "”", "\""};
  return is_any(t, CLOSING, sizeof CLOSING / sizeof *CLOSING);
}

static bool is_dot(const text_token *t) { return t->kind == TEXT_MARK && text_token_is(t, "."); }

/* Does the dot at i end its sentence? first: where the sentence began. */
static bool dot_ends(const text_scan *s, size_t first, size_t i) {
  if (i + 1 == s->token_count || s->tokens[i + 1].kind == TEXT_BREAK) return true;
  const text_token *next = &s->tokens[i + 1], *before = i > first ? &s->tokens[i - 1] : NULL;
  if (is_dot(next)) return false;
  if (!before) return next->spaced;
  if (!next->spaced && !is_closing(next))
    return is_arabic(before) && is_arabic(next) && !is_single_letter(before) && !is_single_letter(next);
  if (before->spaced && !next->spaced && !is_closing(next)) return false;
  if (before->kind == TEXT_NUMBER && i == first + 1) return false; /* "1. first point" */
  if (before->kind == TEXT_WORD && (is_single_letter(before) || is_abbreviation(before))) return false;
  return true;
}

static size_t sentence_end(const text_scan *s, size_t first) {
  size_t i = first;
  for (; i < s->token_count; i++) {
    const text_token *t = &s->tokens[i];
    if (t->kind == TEXT_BREAK) return i + 1;
    if (!is_end(t) && !(is_dot(t) && dot_ends(s, first, i))) continue;
    /* marks, closing quotes and pictographs that follow belong to it, and the line break that does too */
    i++;
    while (i < s->token_count && (is_end(&s->tokens[i]) || is_dot(&s->tokens[i]) || is_closing(&s->tokens[i]) ||
                                  s->tokens[i].kind == TEXT_EMOJI))
      i++;
    if (i < s->token_count && s->tokens[i].kind == TEXT_BREAK) i++;
    return i;
  }
  return i;
}

static bool add(arena *a, text_sentence **list, size_t *capacity, size_t count, text_sentence one) {
  if (count == *capacity) {
    size_t wanted = *capacity ? *capacity * 2 : 8;
    text_sentence *grown = arena_grow(a, *list, *capacity, wanted, sizeof *grown);
    if (!grown) return false;
    *list = grown;
    *capacity = wanted;
  }
  (*list)[count] = one;
  return true;
}

int sentence_cut(arena *a, text_scan *scan, text_token *tokens) {
  text_sentence *list = NULL;
  size_t capacity = 0, count = 0, first = 0;
  while (first < scan->token_count) {
    size_t end = sentence_end(scan, first), last = end;
    while (last > first && tokens[last - 1].kind == TEXT_BREAK) last--;
    size_t from = first;
    while (from < last && tokens[from].kind == TEXT_BREAK) from++;
    bool empty = from == last;
    for (size_t i = first; i < end; i++) tokens[i].sentence = (uint32_t)(empty && count ? count - 1 : count);
    if (!empty) {
      text_sentence one = {.first = (uint32_t)from,
                           .count = (uint32_t)(last - from),
                           .start = tokens[from].start,
                           .end = tokens[last - 1].end};
      if (!add(a, &list, &capacity, count, one)) return MCRM_NO_MEMORY;
      count++;
    }
    first = end;
  }
  scan->sentences = list;
  scan->sentence_count = count;
  return MCRM_OK;
}
