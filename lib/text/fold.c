/* The rules:
 * - Arabic letters that Persian writes otherwise: ي ى ے → ی, ك → ک, ة ۀ ہ ھ → ه, أ إ ٱ → ا. آ, ؤ, ئ stay, and a letter
 *   with a combining madda or hamza becomes the letter that has it built in.
 * - Diacritics, tatweel, soft hyphens, bidi controls, variation selectors and tag characters vanish.
 * - Presentation forms and ligatures become the letters they stand for; full-width and mathematical Latin too.
 * - Digits of three scripts become 0–9, «٫ ٬ ٪» become ". , %"; dashes as long as a hyphen or an en dash become "-".
 * - Latin, Greek and Cyrillic are lower case; Latin letters lose their accents (café finds cafe).
 * - Every kind of space is a plain one, every kind of line end a line feed; runs are kept, so that offsets stay useful.
 * - A half-space stays only between two letters or digits, and only once; a joiner only after a pictograph. */
#include <base/utf8.h>
#include <marfacrm/types.h>
#include <string.h>
#include <text/fold.h>

#include "fold_block.h"
#include "fold_table.h"

enum { LONGEST = 40, HALF = 0x200C, JOINER = 0x200D, MADDA = 0x653, HAMZA = 0x654 };

typedef struct folding {
  const char *in;
  size_t length, at;
  char *out;
  size_t used, capacity;
  arena *arena;   /* where out and the runs live, or … */
  buffer *buffer; /* … the one that out is the end of, from byte base on */
  size_t base;
  /* where the distance to the source changes; kept only in an arena */
  text_fold_run *runs;
  size_t run_count, run_room;
  uint32_t shift; /* the last of them */
  bool failed;
} folding;

static void add_run(folding *f, size_t used, uint32_t shift) {
  f->shift = shift;
  if (f->run_count && f->runs[f->run_count - 1].fold == used) {
    f->runs[f->run_count - 1].shift = shift;
    return;
  }
  if (f->run_count == f->run_room) {
    size_t room = f->run_room ? f->run_room * 2 : 16;
    text_fold_run *larger = arena_grow(f->arena, f->runs, f->run_room, room, sizeof *larger);
    if (!larger) {
      f->failed = true;
      return;
    }
    f->runs = larger;
    f->run_room = room;
  }
  f->runs[f->run_count++] = (text_fold_run){(uint32_t)used, shift};
}

/* A character is written that came from here. */
static inline void note(folding *f, size_t used, size_t source) {
  uint32_t shift = (uint32_t)source - (uint32_t)used;
  if (shift != f->shift) add_run(f, used, shift);
}

uint32_t text_fold_source(const text_folded *f, size_t at) {
  while (at > 0 && at < f->length && ((unsigned char)f->bytes[at] & 0xC0) == 0x80) at--;
  size_t low = 0, high = f->run_count;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (f->runs[middle].fold <= at)
      low = middle;
    else
      high = middle;
  }
  return (uint32_t)at + f->runs[low].shift;
}

uint32_t text_fold_walk(text_fold_place *p, size_t at) {
  const text_folded *f = p->folded;
  while (at > 0 && at < f->length && ((unsigned char)f->bytes[at] & 0xC0) == 0x80) at--;
  while (p->run + 1 < f->run_count && f->runs[p->run + 1].fold <= at) p->run++;
  while (f->runs[p->run].fold > at) p->run--;
  return (uint32_t)at + f->runs[p->run].shift;
}

static size_t put(uint32_t point, char *out) { return utf8_encode(point, out); }

static size_t fold_form(uint32_t point, char *out) {
  size_t index = point <= 0xFDFF ? point - 0xFB50 : point - 0xFE70 + (0xFDFF - 0xFB50 + 1);
  uint16_t entry = fold_forms[index];
  if (entry == FOLD_KEEP) return put(point, out);
  size_t size = entry & 63;
  memcpy(out, fold_forms_text + (entry >> 6), size);
  return size;
}

static size_t fold_punctuation(uint32_t point, char *out) {
  switch (point) {
    case 0x2000:
    case 0x2001:
    case 0x2002:
    case 0x2003:
    case 0x2004:
    case 0x2005:
    case 0x2006:
    case 0x2007:
    case 0x2008:
    case 0x2009:
    case 0x200A:
    case 0x202F:
    case 0x205F:
      return put(' ', out);
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
      return put('-', out);
    case 0x2018:
    case 0x2019:
    case 0x201B:
      return put('\'', out);
    case 0x2028:
    case 0x2029:
      return put('\n', out);
    default:
      break;
  }
  if (point == 0x200B || point == 0x200E || point == 0x200F || (point >= 0x202A && point <= 0x202E) ||
      (point >= 0x2060 && point <= 0x206F))
    return 0;
  return put(point, out);
}

static size_t fold_long(uint32_t point, char *out) {
  if (point >= 0x2000 && point <= 0x206F) return fold_punctuation(point, out);
  if ((point >= 0xFB50 && point <= 0xFDFF) || (point >= 0xFE70 && point < 0xFEFF)) return fold_form(point, out);
  if (point == 0xFEFF || (point >= 0xFE00 && point <= 0xFE0F) || (point >= 0xE0000 && point <= 0xE007F)) return 0;
  if (point >= 0xFF01 && point <= 0xFF5E) {
    char ascii = (char)(point - 0xFF01 + '!');
    *out = (ascii >= 'A' && ascii <= 'Z') ? (char)(ascii + 32) : ascii;
    return 1;
  }
  if (point >= 0x1D400 && point <= 0x1D6A3) return put('a' + (point - 0x1D400) % 26, out);
  if (point >= 0x1D7CE && point <= 0x1D7FF) return put('0' + (point - 0x1D7CE) % 10, out);
  if (point == 0x2212) return put('-', out);
  if (point == 0x3000 || point == 0x1680) return put(' ', out);
  if ((point >= 0x1E00 && point <= 0x1E95) || (point >= 0x1EA0 && point <= 0x1EFF)) return put(point | 1, out);
  return put(point, out);
}

/* What a character becomes wherever it stands; the marks that depend on their neighbours are fold_mark's. */
static size_t fold_point(uint32_t point, char *out) {
  if (point < 0x80) {
    *out = (char)((point >= 'A' && point <= 'Z') ? point + 32 : point);
    return 1;
  }
  if (point >= 0x800) return fold_long(point, out);
  uint16_t rule = fold_two_bytes[point - 0x80];
  if (rule == FOLD_SAME) return put(point, out);
  if (rule == FOLD_DROP || rule == FOLD_MARK) return 0;
  if (rule & FOLD_PAIR) {
    out[0] = (char)(rule >> 8 & 0x7F);
    out[1] = (char)(rule & 0x7F);
    return 2;
  }
  return put(rule, out);
}

static uint32_t last_point(const folding *f) {
  if (!f->used) return 0;
  size_t at = f->used - 1;
  while (at > 0 && ((unsigned char)f->out[at] & 0xC0) == 0x80) at--;
  uint32_t point = 0;
  utf8_decode(f->out + at, f->used - at, &point);
  return point;
}

static bool joins(uint32_t point) {
  if (point < 0x80) return (point >= '0' && point <= '9') || (point >= 'a' && point <= 'z');
  if (point < 0xC0) return false;
  if (point < 0x2000)
    return point != 0x60C && point != 0x61B && point != 0x61F && point != 0x6D4 && point != 0xD7 && point != 0xF7 &&
           point != 0x66D;
  return point >= 0x2C60 && !(point >= 0x3000 && point <= 0x303F) && !(point >= 0x1F000 && point <= 0x1FAFF);
}

static bool grow(folding *f, size_t more) {
  /* the invariant of every loop here: what is left of the source fits at a byte a byte */
  size_t needed = f->used + more + (f->length - f->at);
  if (needed <= f->capacity) return true;
  size_t capacity = f->capacity + f->capacity / 2 + more + LONGEST;
  if (capacity < needed) capacity = needed;
  if (f->buffer) {
    f->buffer->length = f->base;
    char *room = buffer_room(f->buffer, capacity);
    if (!room) return false;
    f->out = room;
    f->capacity = capacity;
    return true;
  }
  char *out = arena_room(f->arena, capacity + TEXT_FOLD_BEHIND);
  if (!out) return false;
  if (f->used) memcpy(out, f->out, f->used);
  f->out = out;
  f->capacity = capacity;
  return true;
}

static bool emit(folding *f, const char *bytes, size_t size, size_t source) {
  if (size > 3 && !grow(f, size)) return false;
  memcpy(f->out + f->used, bytes, size);
  if (f->arena)
    for (size_t i = 0; i < size; i++)
      if (((unsigned char)bytes[i] & 0xC0) != 0x80) note(f, f->used + i, source);
  f->used += size;
  return true;
}

/* A combining madda or hamza: builds the letter in, where there is one, and vanishes. */
static void compose(folding *f, uint32_t mark) {
  uint32_t before = last_point(f), whole = 0;
  if (before == 0x627 && mark == MADDA) whole = 0x622;
  if (before == 0x648 && mark == HAMZA) whole = 0x624;
  if (before == 0x6CC && mark == HAMZA) whole = 0x626;
  if (whole) utf8_encode(whole, f->out + f->used - 2);
}

/* Half-spaces, with everything that vanishes between them, up to the next character that stays. */
static int fold_half_space(folding *f) {
  size_t source = f->at;
  uint32_t point = 0;
  char next[LONGEST];
  size_t size = 0;
  while (f->at < f->length) {
    size_t step = utf8_decode(f->in + f->at, f->length - f->at, &point);
    if (!step) return MCRM_INVALID;
    size = point == HALF || point == JOINER ? 0 : fold_point(point, next);
    if (size) break;
    f->at += step;
  }
  uint32_t after = 0;
  if (size) utf8_decode(next, size, &after);
  if (size && joins(last_point(f)) && joins(after) && !emit(f, TEXT_HALF_SPACE, 3, source)) return MCRM_NO_MEMORY;
  return MCRM_OK;
}

static int fold_slowly(folding *f) {
  uint32_t point;
  size_t step = utf8_decode(f->in + f->at, f->length - f->at, &point);
  if (!step) return MCRM_INVALID;
  if (point == HALF) return fold_half_space(f);
  char out[LONGEST];
  size_t size = 0, source = f->at;
  f->at += step;
  if (point == MADDA || point == HAMZA) {
    compose(f, point);
  } else if (point == JOINER) {
    uint32_t before = last_point(f);
    if (before >= 0x2190 && !joins(before)) size = put(point, out);
  } else if (point == '\r') {
    /* "\r\n" is one line end */
    if (f->at == f->length || f->in[f->at] != '\n') size = put('\n', out);
  } else {
    size = fold_point(point, out);
  }
  return emit(f, out, size, source) ? MCRM_OK : MCRM_NO_MEMORY;
}

/* Eight ASCII bytes in lower case: adds 32 to every byte from 'A' to 'Z', all at once. */
static uint64_t lower_eight(uint64_t eight) {
  uint64_t high = UINT64_C(0x8080808080808080), each = UINT64_C(0x0101010101010101);
  uint64_t from_a = eight + each * (0x80 - 'A'), after_z = eight + each * (0x7F - 'Z');
  return eight | (from_a & ~after_z & high) >> 2;
}

static bool has_return(uint64_t eight) {
  uint64_t x = eight ^ UINT64_C(0x0D0D0D0D0D0D0D0D);
  return (x - UINT64_C(0x0101010101010101)) & ~x & UINT64_C(0x8080808080808080);
}

static inline void fold_ascii(folding *f, const bool mapped) {
  size_t at = f->at, used = f->used;
  uint64_t eight;
  if (mapped) note(f, used, at);
  while (f->length - at >= 8) {
    memcpy(&eight, f->in + at, 8);
    if ((eight & UINT64_C(0x8080808080808080)) || has_return(eight)) break;
    eight = lower_eight(eight);
    memcpy(f->out + used, &eight, 8);
    at += 8;
    used += 8;
  }
  while (at < f->length && (unsigned char)f->in[at] < 0x80 && f->in[at] != '\r') {
    char c = f->in[at];
    f->out[used] = (char)(c | ((c >= 'A' && c <= 'Z') << 5));
    at++;
    used++;
  }
  f->at = at;
  f->used = used;
}

static bool arabic_letter(unsigned lead, unsigned tail) {
  unsigned point = (lead & 0x1F) << 6 | (tail & 0x3F);
  return lead >= 0xD8 && lead <= 0xDB && (tail & 0xC0) == 0x80 && fold_two_bytes[point - 0x80] == FOLD_SAME &&
         joins(point);
}

/* A half-space between two letters that stay as they are: the usual case, which needs no looking ahead. */
static bool plain_half_space(const folding *f, size_t at, size_t used) {
  const unsigned char *in = (const unsigned char *)f->in + at, *out = (const unsigned char *)f->out + used;
  return f->length - at >= 5 && in[0] == 0xE2 && in[1] == 0x80 && in[2] == 0x8C && arabic_letter(in[3], in[4]) &&
         used >= 2 && arabic_letter(out[-2], out[-1]);
}

/* Two-byte letters with single spaces and half-spaces between them, up to about `limit`. Stops at anything else. */
static inline void fold_letters(folding *f, const bool mapped, size_t limit) {
  size_t at = f->at, used = f->used, length = f->length;
  const unsigned char *in = (const unsigned char *)f->in;
  while (length - at >= 2 && at < limit) {
    unsigned lead = in[at], tail = in[at + 1];
    if (lead == ' ' && tail >= 0x80) {
      f->out[used] = ' ';
      if (mapped) note(f, used, at);
      used++;
      at++;
      continue;
    }
    if (lead == 0xE2 && plain_half_space(f, at, used)) {
      memcpy(f->out + used, TEXT_HALF_SPACE, 3);
      if (mapped) note(f, used, at);
      used += 3;
      at += 3;
      continue;
    }
    if (lead < 0xC2 || lead > 0xDF || (tail & 0xC0) != 0x80) break;
    unsigned point = (lead & 0x1F) << 6 | (tail & 0x3F), rule = fold_two_bytes[point - 0x80];
    if (rule == FOLD_SAME) {
      rule = point;
    } else if (rule == FOLD_DROP) {
      at += 2;
      continue;
    } else if (rule >= ' ' && rule < 0x80) {
      f->out[used] = (char)rule;
      if (mapped) note(f, used, at);
      at += 2;
      used++;
      continue;
    } else if (rule < ' ' || rule > 0x7FF) {
      break;
    }
    f->out[used] = (char)(0xC0 | rule >> 6);
    f->out[used + 1] = (char)(0x80 | (rule & 0x3F));
    if (mapped) note(f, used, at);
    at += 2;
    used += 2;
  }
  f->at = at;
  f->used = used;
}

static inline void fold_blocks(folding *f, const bool mapped) {
  size_t done = fold_block(f->in + f->at, f->length - f->at, f->out + f->used);
  if (mapped && done) note(f, f->used, f->at);
  f->at += done;
  f->used += done;
}

static inline int fold_all(folding *f, const bool mapped) {
  enum { STRETCH = 16, FEW = 4 }; /* one or two letters are mostly all that is in the way of a block */
  while (f->at < f->length) {
    size_t before = f->at;
    if (f->length - f->at >= STRETCH) fold_blocks(f, mapped);
    if (f->at == f->length) break;
    unsigned char lead = (unsigned char)f->in[f->at];
    if (lead >= 0x80)
      fold_letters(f, mapped, f->at + FEW);
    else if (f->at == before || f->length - f->at < STRETCH)
      fold_ascii(f, mapped);
    if (f->at == before) {
      int code = fold_slowly(f);
      if (code != MCRM_OK) return code;
    }
  }
  return MCRM_OK;
}

int text_fold(arena *a, const char *text, size_t length, text_folded *out) {
  if (length > INT32_MAX) return MCRM_INVALID;
  folding f = {.in = text, .length = length, .arena = a};
  *out = (text_folded){0};
  if (!grow(&f, 1)) return MCRM_NO_MEMORY;
  add_run(&f, 0, 0);
  int code = fold_all(&f, true);
  if (code != MCRM_OK) return code;
  memset(f.out + f.used, 0, TEXT_FOLD_BEHIND);
  note(&f, f.used, length);
  if (f.failed) return MCRM_NO_MEMORY;
  *out = (text_folded){.bytes = f.out, .length = f.used, .runs = f.runs, .run_count = f.run_count};
  return MCRM_OK;
}

int text_fold_append(buffer *out, const char *text, size_t length) {
  if (length > INT32_MAX) return MCRM_INVALID;
  size_t start = out->length;
  char *room = buffer_room(out, length + 1);
  if (!room) return out->too_long ? MCRM_INVALID : MCRM_NO_MEMORY;
  folding f = {.in = text, .length = length, .buffer = out, .base = start, .out = room, .capacity = length + 1};
  int code = fold_all(&f, false);
  if (out->failed) return out->too_long ? MCRM_INVALID : MCRM_NO_MEMORY;
  out->length = start + (code == MCRM_OK ? f.used : 0);
  out->bytes[out->length] = 0;
  return code;
}
