#include <marfacrm/types.h>
#include <string.h>

#include "entity_reader.h"
#include "link.h"

const char *text_entity_name(text_entity_kind kind) {
  static const char *const NAMES[] = {"phone", "telegram", "email",       "url",     "ip",    "money",
                                      "card",  "sheba",    "national_id", "product", "person"};
  return NAMES[kind];
}

/* ---- Telegram ---- */

static bool skip(const char *text, size_t length, size_t *at, const char *prefix) {
  size_t size = strlen(prefix);
  if (length - *at < size || memcmp(text + *at, prefix, size) != 0) return false;
  *at += size;
  return true;
}

static size_t name_length(const char *text, size_t length) {
  size_t size = 0;
  while (size < length &&
         ((text[size] >= 'a' && text[size] <= 'z') || (text[size] >= '0' && text[size] <= '9') || text[size] == '_'))
    size++;
  return size;
}

bool telegram_name(const char *folded, size_t length, size_t *start, size_t *size) {
  size_t at = 0;
  bool link = false;
  if (skip(folded, length, &at, "tg://resolve?domain=")) {
    link = true;
  } else {
    if (!skip(folded, length, &at, "https://")) skip(folded, length, &at, "http://");
    skip(folded, length, &at, "www.");
    link = skip(folded, length, &at, "t.me/") || skip(folded, length, &at, "telegram.me/") ||
           skip(folded, length, &at, "telegram.dog/");
    if (!link && at) return false;
    if (link) skip(folded, length, &at, "s/");
  }
  if (!link) skip(folded, length, &at, "@");
  size_t name = name_length(folded + at, length - at);
  if (name < 3 || name > 32 || folded[at] < 'a' || folded[at] > 'z') return false;
  if (link && (!memcmp(folded + at, "joinchat", 8) || !memcmp(folded + at, "proxy", 5)) && at + name < length)
    return false;
  size_t rest = at + name;
  if (rest < length && !(link && (folded[rest] == '/' || folded[rest] == '?'))) return false;
  *start = at;
  *size = name;
  return true;
}

/* Folds into a place of its own: "no" must never mean "no memory". */
bool text_telegram_normalise(const char *text, size_t length, char out[TEXT_TELEGRAM_SIZE]) {
  char room[513];
  buffer folded = {.bytes = room, .capacity = sizeof room, .limit = sizeof room - 1};
  bool good = false;
  if (text_fold_append(&folded, text, length) == MCRM_OK) {
    size_t from = 0, to = folded.length, start, size;
    while (from < to && folded.bytes[from] == ' ') from++;
    while (to > from && folded.bytes[to - 1] == ' ') to--;
    const char *name = folded.bytes + from;
    size_t digits = 0;
    while (digits < to - from && name[digits] >= '0' && name[digits] <= '9') digits++;
    if (digits && digits == to - from && digits >= 5 && digits <= 15) {
      memcpy(out, name, digits);
      out[digits] = 0;
      good = true;
    } else if (telegram_name(name, to - from, &start, &size) && size >= 4) {
      out[0] = '@';
      memcpy(out + 1, name + start, size);
      out[size + 1] = 0;
      good = true;
    }
  }
  return good;
}

static const char *at_name(arena *a, const char *source, size_t length) {
  char *value = arena_alloc(a, length + 2);
  if (!value) return NULL;
  value[0] = '@';
  memcpy(value + 1, source, length);
  return value;
}

/* «آیدی تلگرامش reza_vpn», "telegram id: 123456789": a bare name or number behind the word for it. */
static bool named_telegram(arena *a, const text_scan *s, size_t token, text_entity *out) {
  static const char *const WORDS[] = {"آیدی",    "ایدی",    "آی‌دی", "telegram", "تلگرام",
                                      "تلگرامش", "تلگرامم", "id",          "یوزرنیم",  "username"};
  const text_token *t = &s->tokens[token];
  bool number = t->kind == TEXT_NUMBER && t->fold_length >= 6 && t->fold_length <= 12 && !t->fraction &&
                !memchr(t->fold, ',', t->fold_length);
  bool word = t->kind == TEXT_WORD && t->fold_length >= 5 && t->fold_length <= 32 &&
              name_length(t->fold, t->fold_length) == t->fold_length && memchr(t->fold, '_', t->fold_length);
  if (!number && !word) return false;
  for (size_t back = 1; back <= 3 && back <= token; back++) {
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
      if (text_token_is(&s->tokens[token - back], WORDS[i])) {
        if (number && t->fold[0] == '0') return false;
        entity_span(s, token, (size_t)(t->fold - s->folded.bytes) + t->fold_length, out);
        out->kind = TEXT_TELEGRAM;
        out->value =
            number ? arena_copy(a, t->fold, t->fold_length) : at_name(a, s->text + t->start, t->end - t->start);
        return true;
      }
  }
  return false;
}

/* ---- links ---- */

static bool plain_source(const text_token *t) { return t->end - t->start == t->fold_length; }

static bool link_at(arena *a, const text_scan *s, size_t token, text_entity *out) {
  const text_token *t = &s->tokens[token];
  size_t start, size;
  if (t->kind != TEXT_LINK) return false;
  entity_span(s, token, (size_t)(t->fold - s->folded.bytes) + t->fold_length, out);
  bool handle = link_is_handle(t->fold, t->fold_length);
  if (telegram_name(t->fold, t->fold_length, &start, &size) && (handle || t->fold_length > size + 1)) {
    out->kind = TEXT_TELEGRAM;
    out->value = plain_source(t) ? at_name(a, s->text + t->start + start, size) : at_name(a, t->fold + start, size);
  } else if (handle) {
    return false;
  } else if (link_is_email(t->fold, t->fold_length)) {
    out->kind = TEXT_EMAIL;
    out->value = arena_copy(a, t->fold, t->fold_length);
  } else {
    out->kind = link_is_ip(t->fold, t->fold_length) ? TEXT_IP : TEXT_URL;
    out->value =
        plain_source(t) ? arena_copy(a, s->text + t->start, t->end - t->start) : arena_copy(a, t->fold, t->fold_length);
  }
  return true;
}

/* ---- all of them ---- */

static bool entity_at(arena *a, const text_scan *s, size_t token, text_entity *out) {
  switch (s->tokens[token].kind) {
    case TEXT_LINK:
      return link_at(a, s, token, out);
    case TEXT_NUMBER:
      return named_telegram(a, s, token, out) || phone_at(a, s, token, out) || identity_at(a, s, token, out) ||
             money_at(a, s, token, out) || product_at(s, token, out);
    case TEXT_MARK:
      return phone_at(a, s, token, out) || money_at(a, s, token, out);
    case TEXT_WORD:
      return identity_at(a, s, token, out) || product_at(s, token, out) || phone_at(a, s, token, out) ||
             money_at(a, s, token, out) || person_at(a, s, token, out) || named_telegram(a, s, token, out);
    case TEXT_EMOJI:
    case TEXT_BREAK:
      break;
  }
  return false;
}

static bool add(arena *a, text_entity **list, size_t *capacity, size_t count, const text_entity *e) {
  if (count == *capacity) {
    size_t wanted = *capacity ? *capacity * 2 : 8;
    text_entity *grown = arena_grow(a, *list, *capacity, wanted, sizeof *grown);
    if (!grown) return false;
    *list = grown;
    *capacity = wanted;
  }
  (*list)[count] = *e;
  return true;
}

int text_entities_find(arena *a, const text_scan *s, text_entities *out) {
  text_entity *list = NULL, one;
  size_t count = 0, capacity = 0;
  for (size_t i = 0; i < s->token_count;) {
    if (!entity_at(a, s, i, &one)) {
      i++;
      continue;
    }
    if (!one.value || !add(a, &list, &capacity, count, &one)) return MCRM_NO_MEMORY;
    count++;
    i = one.token + one.tokens;
  }
  *out = (text_entities){.at = list, .count = count};
  return MCRM_OK;
}
