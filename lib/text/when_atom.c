/* Cutting the scan's tokens into atoms: "14مهر92" is three, "سه شنبه" one, «پس‌فردا» one. */
#include <string.h>

#include "when_reading.h"

typedef struct row {
  atom *at;
  size_t count, capacity, expected;
  arena *arena;
} row;

static atom *push(row *r) {
  if (r->count == r->capacity) {
    size_t capacity = r->capacity ? r->capacity + r->capacity / 4 + 16 : r->expected;
    atom *grown = arena_grow(r->arena, r->at, r->capacity, capacity, sizeof *grown);
    if (!grown) return NULL;
    r->at = grown;
    r->capacity = capacity;
  }
  r->at[r->count] = (atom){0};
  return &r->at[r->count++];
}

typedef enum letter { LETTER_OTHER, LETTER_DIGIT, LETTER_LATIN, LETTER_PERSIAN, LETTER_HALF, LETTER_COMMA } letter;

/* What stands at text, and in *size how many bytes it takes. The text is folded, so ASCII is lower case. */
static letter letter_at(const char *text, size_t length, size_t *size) {
  unsigned char c = (unsigned char)text[0];
  *size = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
  if (*size > length) *size = length;
  if (c >= '0' && c <= '9') return LETTER_DIGIT;
  if (c >= 'a' && c <= 'z') return LETTER_LATIN;
  if (c == 0xD8 && *size == 2 && (unsigned char)text[1] == 0x8C) return LETTER_COMMA; /* ، */
  if (c == 0xD8 && *size == 2 && ((unsigned char)text[1] == 0x9B || (unsigned char)text[1] == 0x9F))
    return LETTER_OTHER;
  if (c >= 0xD8 && c <= 0xDB) return LETTER_PERSIAN;
  if (*size == 3 && !memcmp(text, TEXT_HALF_SPACE, 3)) return LETTER_HALF;
  return LETTER_OTHER;
}

static void set_word(atom *a, const timeword *w) {
  a->class = w->class;
  a->value = w->value;
  a->flags = w->flags;
  if (w->flags & WORD_FINGLISH) a->persian = true;
}

static bool push_word(row *r, const char *text, uint32_t start, uint32_t end, atom shape) {
  while (start < end) {
    size_t length = end - start, first = 0;
    atom *a = push(r);
    if (!a) return false;
    *a = shape;
    a->start = start;
    a->end = end;
    const timeword *w = timeword_find(text + start, length);
    timeword derived;
    if (w)
      set_word(a, w);
    else if (timeword_derive(text + start, length, &derived))
      set_word(a, &derived);
    else if ((first = timeword_split(text + start, length)))
      a->end = start + (uint32_t)first;
    if (first && (w = timeword_find(text + start, first))) set_word(a, w);
    start = a->end;
    shape.spaced = shape.joined = false;
  }
  return true;
}

static void set_digits(atom *a, const char *text) {
  int64_t value = 0;
  for (uint32_t i = a->start; i < a->end; i++)
    if (value < 100000000) value = value * 10 + (text[i] - '0');
  a->kind = ATOM_DIGITS;
  a->value = (int32_t)value;
  a->digits = (uint8_t)(a->end - a->start > 200 ? 200 : a->end - a->start);
}

/* The atoms of one token. */
static bool push_token(row *r, const text_scan *scan, uint32_t token) {
  const text_token *t = &scan->tokens[token];
  const char *text = scan->folded.bytes;
  uint32_t at = (uint32_t)(t->fold - text), end = at + t->fold_length;
  bool spaced = t->spaced, joined = false;
  if (t->kind == TEXT_LINK || t->kind == TEXT_EMOJI || t->kind == TEXT_BREAK || t->fold_length > 120) {
    atom *a = push(r);
    if (!a) return false;
    *a = (atom){.start = at, .end = end, .token = token, .last_token = token, .kind = ATOM_WALL, .spaced = spaced};
    return true;
  }
  while (at < end) {
    size_t size;
    letter kind = letter_at(text + at, end - at, &size);
    if (text[at] == ' ' || text[at] == '\t') {
      spaced = true;
      at++;
      continue;
    }
    if (kind == LETTER_HALF) {
      joined = true;
      at += 3;
      continue;
    }
    uint32_t stop = at + (uint32_t)size;
    if (kind == LETTER_DIGIT || kind == LETTER_LATIN || kind == LETTER_PERSIAN)
      while (stop < end) {
        letter next = letter_at(text + stop, end - stop, &size);
        bool apostrophe = kind == LETTER_LATIN && text[stop] == '\'' && stop + 1 < end &&
                          letter_at(text + stop + 1, end - stop - 1, &size) == LETTER_LATIN;
        if (apostrophe) size = 1;
        if (next != kind && !apostrophe) break;
        stop += (uint32_t)size;
      }
    atom shape = {.start = at, .end = stop, .token = token, .last_token = token, .spaced = spaced, .joined = joined};
    if (kind == LETTER_LATIN || kind == LETTER_PERSIAN) {
      shape.persian = kind == LETTER_PERSIAN;
      if (!push_word(r, text, at, stop, shape)) return false;
    } else {
      atom *a = push(r);
      if (!a) return false;
      *a = shape;
      if (kind == LETTER_DIGIT) {
        set_digits(a, text);
      } else {
        a->kind = ATOM_MARK;
        a->mark = kind == LETTER_COMMA ? ',' : size == 1 ? text[at] : 0;
      }
    }
    spaced = joined = false;
    at = stop;
  }
  return true;
}

bool when_atom_is(const reading *r, const atom *a, const char *word) {
  size_t length = strlen(word);
  return a->end - a->start == length && !memcmp(r->scan->folded.bytes + a->start, word, length);
}

/* Words of several atoms become one. Persian writes them joined, spaced or with a half-space. */
static size_t merge_length(const reading *r, const atom *a, size_t left, timeword *out) {
  if (left < 2 || a->kind != ATOM_WORD || a[1].kind != ATOM_WORD) return 0;
  if (a->class == WORD_NUMBER && a->value >= 1 && a->value <= 5 && a[1].class == WORD_WEEKDAY && a[1].value == 6) {
    *out = (timeword){.class = WORD_WEEKDAY, .value = a->value - 1, .flags = a[1].flags};
    return 2;
  }
  if ((when_atom_is(r, a, "پس") || when_atom_is(r, a, "پسون")) && a[1].class == WORD_DAY && a[1].value == 1) {
    *out = (timeword){.class = WORD_DAY, .value = when_atom_is(r, a, "پس") ? 2 : 3};
    return 2;
  }
  if (when_atom_is(r, a, "پری") && (a[1].class == WORD_UNIT || a[1].class == WORD_PART)) {
    bool night = a[1].class == WORD_PART;
    *out = (timeword){.class = night ? WORD_NIGHT : WORD_DAY, .value = -2};
    return 2;
  }
  bool noon = left >= 3 && a[1].class == WORD_FROM && a[2].class == WORD_PART && a[2].value == PART_NOON;
  if (a->class == WORD_BEFORE_AFTER && (noon || (a[1].class == WORD_PART && a[1].value == PART_NOON))) {
    *out = (timeword){.class = WORD_PART, .value = a->value > 0 ? PART_AFTERNOON : PART_MORNING};
    return noon ? 3 : 2;
  }
  if (when_atom_is(r, a, "بعداز") && a[1].class == WORD_PART && a[1].value == PART_NOON) {
    *out = (timeword){.class = WORD_PART, .value = PART_AFTERNOON};
    return 2;
  }
  if (a->class == WORD_HALF && a[1].class == WORD_PART && a[1].value == PART_NIGHT) {
    *out = (timeword){.class = WORD_PART, .value = PART_MIDNIGHT};
    return 2;
  }
  if ((a->class == WORD_IN && a[1].class == WORD_MIDST)) {
    *out = (timeword){.class = WORD_MIDST, .value = 1};
    return 2;
  }
  static const struct {
    const char *first, *second;
    int month;
  } lunar[] = {{"ربیع", "الاول", 3},  {"ربیع", "اول", 3},  {"ربیع", "الثانی", 4},  {"ربیع", "ثانی", 4},
               {"جمادی", "الاول", 5}, {"جمادی", "اول", 5}, {"جمادی", "الثانی", 6}, {"جمادی", "ثانی", 6},
               {"ذی", "القعده", 11},  {"ذی", "قعده", 11},  {"ذی", "الحجه", 12},    {"ذی", "حجه", 12}};
  if (a->class == WORD_NONE && a->persian)
    for (size_t k = 0; k < sizeof lunar / sizeof *lunar; k++)
      if (when_atom_is(r, a, lunar[k].first) && when_atom_is(r, &a[1], lunar[k].second)) {
        *out = (timeword){.class = WORD_LUNAR, .value = lunar[k].month};
        return 2;
      }
  if (a[1].joined && ((a->class == WORD_NUMBER && a->value == 13 && when_atom_is(r, &a[1], "بدر")) ||
                      (a->class == WORD_WEEKDAY && when_atom_is(r, &a[1], "سوری")))) {
    *out = (timeword){.class = WORD_PHRASE};
    return 2;
  }
  bool ezafe = when_atom_is(r, &a[1], "ی") && (a->class == WORD_UNIT || a->class == WORD_GREGORIAN);
  if (ezafe && a->class == WORD_UNIT && !a[1].joined) ezafe = false;
  if (ezafe) {
    *out = (timeword){.class = a->class, .value = a->value, .flags = a->flags};
    return 2;
  }
  if (a[1].joined && (a->class == WORD_JALALI || a->class == WORD_GREGORIAN || a->class == WORD_LUNAR) &&
      a[1].class == WORD_UNIT && a[1].value == TEXT_GRAIN_MONTH) {
    *out = (timeword){.class = a->class, .value = a->value, .flags = WORD_SURE};
    return 2;
  }
  return 0;
}

static bool suffix_is_harmless(const reading *r, const atom *a) {
  static const char *const harmless[] = {"ست", "اند", "ی", "ای", "ام", "م", "است", "اش", "س", "هاست", "شون", "یی", "ه"};
  if (a->class != WORD_NONE) return true;
  for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
    if (when_atom_is(r, a, harmless[i])) return true;
  return false;
}

/* 2026-11-22T10:00, 9a */
static bool glues(const reading *r, const atom *a) {
  return when_atom_is(r, a, "t") || when_atom_is(r, a, "a") || when_atom_is(r, a, "q");
}

/* A word of time inside a longer word is none: «می‌شود», 4G, هتل4ستاره. */
static void disarm(const reading *r, atom *atoms, size_t count) {
  for (size_t i = 0; i + 1 < count; i++) {
    atom *a = &atoms[i], *b = &atoms[i + 1];
    if (b->spaced || b->kind == ATOM_WALL || a->kind == ATOM_WALL || a->kind == ATOM_MARK || b->kind == ATOM_MARK)
      continue;
    bool strange_left =
        a->kind == ATOM_WORD && a->class == WORD_NONE && !when_atom_is(r, a, "t") && !when_atom_is(r, a, "q");
    bool strange_right = b->kind == ATOM_WORD && b->class == WORD_NONE && !glues(r, b);
    if (b->joined && a->kind == ATOM_WORD) {
      if (strange_right && !suffix_is_harmless(r, b)) a->class = WORD_NONE;
      if (strange_left) b->class = WORD_NONE;
    } else if (a->kind != b->kind) {
      bool code = a->kind == ATOM_WORD && !a->persian && b->digits > 2; /* AZAR1405 */
      if ((strange_left || code) && b->kind == ATOM_DIGITS) b->kind = ATOM_WALL;
      if (code) a->class = WORD_NONE;
      if (strange_right && a->kind == ATOM_DIGITS && !b->persian) a->kind = ATOM_WALL;
    }
  }
}

int when_atoms(reading *r) {
  /* most tokens are one atom */
  row atoms = {.arena = r->arena, .expected = r->scan->token_count + r->scan->token_count / 8 + ATOM_PADDING + 16};
  for (size_t i = 0; i < r->scan->token_count; i++)
    if (!push_token(&atoms, r->scan, (uint32_t)i)) return MCRM_NO_MEMORY;
  size_t out = 0;
  for (size_t i = 0; i < atoms.count;) {
    timeword w = {0};
    size_t merged = merge_length(r, &atoms.at[i], atoms.count - i, &w);
    atom a = atoms.at[i];
    if (merged) {
      set_word(&a, &w);
      a.end = atoms.at[i + merged - 1].end;
      a.last_token = atoms.at[i + merged - 1].token;
    }
    atoms.at[out++] = a;
    i += merged ? merged : 1;
  }
  atoms.count = out;
  disarm(r, atoms.at, atoms.count);
  uint32_t end = (uint32_t)r->scan->folded.length;
  for (int i = 0; i < ATOM_PADDING; i++) {
    atom *wall = push(&atoms);
    if (!wall) return MCRM_NO_MEMORY;
    *wall = (atom){.start = end, .end = end, .kind = ATOM_WALL, .spaced = true};
  }
  r->atoms = atoms.at;
  r->count = atoms.count - ATOM_PADDING;
  return MCRM_OK;
}
