#include <text/redact.h>

#include <marfacrm/types.h>
#include <stdlib.h>
#include <string.h>

/* One identifier: its canonical value makes it the same one again, the first spelling is what comes back. */
typedef struct known {
  text_entity_kind kind;
  unsigned number;
  const char *value, *spelling;
  size_t length; /* of the spelling, which may hold any byte */
} known;

/* Those of one kind, by their numbers. */
typedef struct shelf {
  known *at;
  size_t count, capacity;
} shelf;

struct text_redaction {
  arena *arena;
  shelf shelves[TEXT_PERSON + 1];
  /* An open hash of all: kind << 24 | number, 0 = free. Always at most half full. */
  uint32_t *slots;
  size_t slot_count, used;
};

enum { MOST_OF_A_KIND = 0xFFFFFF };

static const char *label(text_entity_kind kind) {
  switch (kind) {
    case TEXT_PHONE:
      return "PHONE";
    case TEXT_TELEGRAM:
      return "TELEGRAM";
    case TEXT_EMAIL:
      return "EMAIL";
    case TEXT_IP:
      return "IP";
    case TEXT_CARD:
      return "CARD";
    case TEXT_SHEBA:
      return "SHEBA";
    case TEXT_NATIONAL_ID:
      return "ID";
    default:
      return NULL;
  }
}

text_redaction *text_redaction_new(void) {
  text_redaction *r = calloc(1, sizeof *r);
  if (r && !(r->arena = arena_new(0))) {
    free(r);
    return NULL;
  }
  return r;
}

void text_redaction_free(text_redaction *r) {
  if (!r) return;
  for (int k = 0; k <= TEXT_PERSON; k++) free(r->shelves[k].at);
  free(r->slots);
  arena_free(r->arena);
  free(r);
}

static size_t hash(text_entity_kind kind, const char *value) {
  uint64_t h = UINT64_C(0xCBF29CE484222325) ^ (uint64_t)kind;
  for (; *value; value++) h = (h ^ (unsigned char)*value) * UINT64_C(0x100000001B3);
  return (size_t)(h ^ h >> 29);
}

static const known *of_slot(const text_redaction *r, uint32_t slot) {
  return &r->shelves[slot >> 24].at[(slot & MOST_OF_A_KIND) - 1];
}

/* The slot that holds the value, or the free one where it belongs. */
static uint32_t *slot_of(const text_redaction *r, text_entity_kind kind, const char *value) {
  size_t at = hash(kind, value) & (r->slot_count - 1);
  while (r->slots[at] && (r->slots[at] >> 24 != (uint32_t)kind || strcmp(of_slot(r, r->slots[at])->value, value) != 0))
    at = (at + 1) & (r->slot_count - 1);
  return &r->slots[at];
}

static bool more_slots(text_redaction *r) {
  if (r->used * 2 < r->slot_count) return true;
  size_t count = r->slot_count ? r->slot_count * 2 : 64;
  uint32_t *old = r->slots, *slots = calloc(count, sizeof *slots);
  if (!slots) return false;
  size_t old_count = r->slot_count;
  r->slots = slots;
  r->slot_count = count;
  for (size_t i = 0; i < old_count; i++)
    if (old[i]) *slot_of(r, (text_entity_kind)(old[i] >> 24), of_slot(r, old[i])->value) = old[i];
  free(old);
  return true;
}

static bool more_room(shelf *s) {
  if (s->count < s->capacity) return true;
  size_t capacity = s->capacity ? s->capacity * 2 : 16;
  known *at = s->count < MOST_OF_A_KIND ? realloc(s->at, capacity * sizeof *at) : NULL;
  if (!at) return false;
  s->at = at;
  s->capacity = capacity;
  return true;
}

static const known *remember(text_redaction *r, const text_entity *e, const char *text) {
  if (!more_slots(r)) return NULL;
  uint32_t *slot = slot_of(r, e->kind, e->value);
  if (*slot) return of_slot(r, *slot);
  shelf *s = &r->shelves[e->kind];
  if (!more_room(s)) return NULL;
  known one = {.kind = e->kind,
               .number = (unsigned)s->count + 1,
               .value = arena_text(r->arena, e->value),
               .spelling = arena_copy(r->arena, text + e->start, e->end - e->start),
               .length = e->end - e->start};
  if (!one.value || !one.spelling) return NULL;
  s->at[s->count++] = one;
  *slot = (uint32_t)e->kind << 24 | one.number;
  r->used++;
  return &s->at[s->count - 1];
}

static void write_token(buffer *out, const known *k) {
  buffer_byte(out, '[');
  buffer_text(out, label(k->kind));
  buffer_byte(out, '_');
  buffer_number(out, k->number);
  buffer_byte(out, ']');
}

/* "[LABEL_" with one of our labels: its length, else 0. */
static size_t token_head(const char *text, size_t length, text_entity_kind *kind) {
  if (!length || *text != '[') return 0;
  for (int k = TEXT_PHONE; k <= TEXT_PERSON; k++) {
    const char *name = label((text_entity_kind)k);
    size_t size = name ? strlen(name) : 0;
    if (!name || length < size + 2 || memcmp(text + 1, name, size) != 0 || text[size + 1] != '_') continue;
    *kind = (text_entity_kind)k;
    return size + 2;
  }
  return 0;
}

/* What a user typed in the form of a token gets a "0_" in it, which no token of ours has. */
static void copy_escaped(buffer *out, const char *text, size_t length) {
  size_t plain = 0;
  for (size_t at = 0; at < length;) {
    text_entity_kind kind;
    size_t head = token_head(text + at, length - at, &kind);
    at += head ? head : 1;
    if (!head) continue;
    buffer_append(out, text + plain, at - plain);
    buffer_text(out, "0_");
    plain = at;
  }
  buffer_append(out, text + plain, length - plain);
}

static int finished(const buffer *out) {
  return !out->failed ? MCRM_OK : out->too_long ? MCRM_INVALID : MCRM_NO_MEMORY;
}

int text_redact(text_redaction *r, const char *text, size_t length, buffer *out) {
  arena *a = arena_new(((size_t)64 << 20) + length * 192);
  if (!a) return MCRM_NO_MEMORY;
  text_scan scan;
  text_entities found;
  int code = text_scan_make(a, text, length, &scan);
  if (code == MCRM_OK) code = text_entities_find(a, &scan, &found);
  size_t at = 0;
  for (size_t i = 0; code == MCRM_OK && i < found.count; i++) {
    const text_entity *e = &found.at[i];
    if (!label(e->kind)) continue;
    const known *k = remember(r, e, text);
    if (!k) {
      code = MCRM_NO_MEMORY;
      break;
    }
    copy_escaped(out, text + at, e->start - at);
    write_token(out, k);
    at = e->end;
  }
  if (code == MCRM_OK) copy_escaped(out, text + at, length - at);
  arena_free(a);
  return code == MCRM_OK ? finished(out) : code;
}

static const known *find(const text_redaction *r, text_entity_kind kind, unsigned number) {
  return number >= 1 && number <= r->shelves[kind].count ? &r->shelves[kind].at[number - 1] : NULL;
}

/* The token that begins at `text`: its length and what it stands for; 0 where it is none of ours. */
static size_t read_token(const text_redaction *r, const char *text, size_t length, const known **k) {
  text_entity_kind kind;
  size_t at = token_head(text, length, &kind);
  if (!at) return 0;
  unsigned number = 0;
  size_t start = at;
  while (at < length && at < start + 9 && text[at] >= '0' && text[at] <= '9')
    number = number * 10 + (unsigned)(text[at++] - '0');
  if (at == start || text[start] == '0' || at >= length || text[at] != ']') return 0;
  *k = find(r, kind, number);
  return *k ? at + 1 : 0;
}

int text_restore(const text_redaction *r, const char *text, size_t length, buffer *out) {
  size_t plain = 0;
  for (size_t at = 0; at < length;) {
    const known *k;
    text_entity_kind kind;
    size_t token = read_token(r, text + at, length - at, &k),
           head = token ? 0 : token_head(text + at, length - at, &kind);
    bool escaped = head && length - at - head >= 2 && !memcmp(text + at + head, "0_", 2);
    if (!token && !escaped) {
      at++;
      continue;
    }
    buffer_append(out, text + plain, at + (escaped ? head : 0) - plain);
    if (token) buffer_append(out, k->spelling, k->length);
    at += token ? token : head + 2;
    plain = at;
  }
  buffer_append(out, text + plain, length - plain);
  return finished(out);
}
