#include <base/buffer.h>
#include <marfacrm/types.h>
#include <string.h>
#include <text/fold.h>
#include <text/number.h>

#include "entity_reader.h"

enum { NATIONAL = 10, SHORTEST_FOREIGN = 8, LONGEST_FOREIGN = 15, SHORTEST_ZEROS = 12, SHORT_TEHRAN = 8 };

static bool digit(char c) { return c >= '0' && c <= '9'; }

/* Two digits after the leading 0 of each province. */
static bool area_code(const char *d) {
  static const char CODES[] =
      "11 13 17 21 23 24 25 26 28 31 34 35 38 41 44 45 51 54 56 58 61 66 71 74 76 77 81 83 84 86 87";
  for (const char *c = CODES; *c; c += c[2] ? 3 : 2)
    if (c[0] == d[0] && c[1] == d[1]) return true;
  return false;
}

/* Ten digits without the leading 0. */
static bool national(const char *d) {
  if (d[0] == '9') return d[1] <= '6' || d[1] == '9';
  return area_code(d) && d[2] >= '1';
}

static bool write_national(const char *d, char *out) {
  if (!national(d)) return false;
  memcpy(out, "+98", 3);
  memcpy(out + 3, d, NATIONAL);
  out[3 + NATIONAL] = 0;
  return true;
}

/* E.164 of a row of digits; international: a + or 00 stood before them. bare: may ten digits without 0 be a landline?
 */
static bool from_digits(const char *d, size_t count, bool international, bool bare, char *out) {
  if (!international && count >= SHORTEST_ZEROS && d[0] == '0' && d[1] == '0') {
    international = true;
    d += 2;
    count -= 2;
  }
  bool iran = count >= 12 && d[0] == '9' && d[1] == '8';
  if (iran && (international || count == 12)) {
    size_t skip = d[2] == '0' ? 3 : 2; /* +98 0912 … */
    return count - skip == NATIONAL && write_national(d + skip, out);
  }
  if (international && count == SHORT_TEHRAN + 1 && !memcmp(d, "9821", 4) && d[4] >= '1') {
    out[0] = '+';
    memcpy(out + 1, d, count);
    out[count + 1] = 0;
    return true;
  }
  if (international) {
    if (count < SHORTEST_FOREIGN || count > LONGEST_FOREIGN || d[0] == '0') return false;
    if (d[0] == '9' && d[1] == '8') return false;
    out[0] = '+';
    memcpy(out + 1, d, count);
    out[count + 1] = 0;
    return true;
  }
  if (count == SHORT_TEHRAN && !memcmp(d, "021", 3) && d[3] >= '1') { /* five digits of a company in Tehran */
    memcpy(out, "+98", 3);
    memcpy(out + 3, d + 1, SHORT_TEHRAN - 1);
    out[SHORT_TEHRAN + 2] = 0;
    return true;
  }
  if (count == NATIONAL + 1 && d[0] == '0') return write_national(d + 1, out);
  return count == NATIONAL && (bare || d[0] == '9') && write_national(d, out);
}

/* Folds into a place of its own: "no" must never mean "no memory". */
bool text_phone_normalise(const char *text, size_t length, char out[TEXT_PHONE_SIZE]) {
  char room[257];
  buffer folded = {.bytes = room, .capacity = sizeof room, .limit = sizeof room - 1};
  char digits[LONGEST_FOREIGN + 6];
  size_t count = 0;
  bool plus = false, good = true;
  if (text_fold_append(&folded, text, length) != MCRM_OK) return false;
  for (size_t i = 0; good && i < folded.length; i++) {
    char c = folded.bytes[i];
    if (digit(c)) {
      good = count < sizeof digits;
      if (good) digits[count++] = c;
    } else if (c == '+') {
      good = !plus && !count;
      plus = true;
    } else {
      good = strchr(" -.()/\t\n_", c) && c;
    }
  }
  return good && count && from_digits(digits, count, plus, true, out);
}

void text_phone_display(const char *e164, char out[TEXT_PHONE_SIZE]) {
  size_t length = strlen(e164);
  if (length != 13 || memcmp(e164, "+98", 3) != 0) {
    size_t copied = length < TEXT_PHONE_SIZE ? length : TEXT_PHONE_SIZE - 1;
    memcpy(out, e164, copied);
    out[copied] = 0;
    return;
  }
  const char *d = e164 + 3;
  static const char MOBILE[] = "0ddd ddd dddd", LANDLINE[] = "0dd dddd dddd";
  const char *form = d[0] == '9' ? MOBILE : LANDLINE;
  for (; *form; form++) *out++ = *form == 'd' ? *d++ : *form;
  *out = 0;
}

/* Is the number followed by a word that makes it a count or an amount? */
static bool counted(const text_scan *s, size_t token) {
  static const char *const WORDS[] = {"تومان", "تومن", "ریال", "هزار",  "میلیون", "میلیارد",
                                      "دلار",  "%",    "درصد", "toman", "rial"};
  if (token >= s->token_count) return false;
  for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
    if (text_token_is(&s->tokens[token], WORDS[i])) return true;
  return false;
}

/* Numbers said one after the other: «صفر نهصد و دوازده سیصد و چهل و پنج شصت و هفت هشتاد و نه». */
static bool spoken_phone(arena *a, const text_scan *s, size_t token, text_entity *out) {
  char digits[LONGEST_FOREIGN + 20], e164[TEXT_PHONE_SIZE];
  size_t count = 0, at = token, parts = 0;
  const text_token *first = &s->tokens[token];
  if (first->kind != TEXT_WORD) return false;
  while (at < s->token_count && count < NATIONAL + 1) {
    text_number n;
    if (parts && (text_token_is(&s->tokens[at], "،") || text_token_is(&s->tokens[at], "-"))) at++;
    size_t taken = text_number_at(s, at, &n);
    if (!taken || n.value > 9999 || n.nano || n.negative || n.ordinal || n.partial) break;
    if (!parts && n.value != 0 && (n.value < 900 || n.value > 999)) return false;
    char reversed[4];
    size_t size = 0;
    for (int64_t rest = n.value; size == 0 || rest; rest /= 10) reversed[size++] = (char)('0' + rest % 10);
    while (size) digits[count++] = reversed[--size];
    at += taken;
    parts++;
  }
  if (parts < 3 || !from_digits(digits, count, false, false, e164)) return false;
  const text_token *last = &s->tokens[at - 1];
  entity_span(s, token, (size_t)(last->fold - s->folded.bytes) + last->fold_length, out);
  out->kind = TEXT_PHONE;
  out->flags = TEXT_SPOKEN;
  out->value = arena_text(a, e164);
  return true;
}

bool phone_at(arena *a, const text_scan *s, size_t token, text_entity *out) {
  const text_token *t = &s->tokens[token];
  size_t offset = (size_t)(t->fold - s->folded.bytes);
  bool plus = false;
  if (t->kind == TEXT_WORD) return spoken_phone(a, s, token, out);
  if (t->kind == TEXT_MARK && (t->fold[0] == '+' || t->fold[0] == '(')) {
    plus = t->fold[0] == '+';
    offset++;
    if (offset < s->folded.length && s->folded.bytes[offset] == '+' && !plus) {
      plus = true;
      offset++;
    }
    if (offset >= s->folded.length || !digit(s->folded.bytes[offset])) return false;
  } else if (t->kind != TEXT_NUMBER) {
    return false;
  }
  char lead = s->folded.bytes[offset];
  if (!plus && lead != '0' && lead != '9') return false;
  if (offset && digit(s->folded.bytes[offset - 1])) return false;
  digit_run run;
  digit_run_read(s, offset, &run);
  for (size_t count = run.count; count >= SHORTEST_FOREIGN; count--) {
    char e164[TEXT_PHONE_SIZE];
    if (!digit_run_ends(s, &run, count)) continue;
    if (!from_digits(run.digits, count, plus, false, e164)) continue;
    if (run.digits[0] == '0' && run.digits[1] == '0' && memcmp(e164, "+98", 3) != 0 && run.spread) continue;
    if (count == SHORT_TEHRAN && run.end[3] == run.end[2] + 1) continue; /* 02141954 in one piece may be anything */
    entity_span(s, token, run.end[count - 1], out);
    if (counted(s, token + out->tokens)) return false;
    out->kind = TEXT_PHONE;
    out->value = arena_text(a, e164);
    return true;
  }
  return false;
}
