/* What leaves the house comes back: restored it is the text that it was, and redacted again it is what left. */
#include <base/utf8.h>
#include <string.h>
#include <text/entity.h>
#include <text/redact.h>

#include "fuzz.h"

static bool is_personal(text_entity_kind kind) {
  return kind == TEXT_PHONE || kind == TEXT_TELEGRAM || kind == TEXT_EMAIL || kind == TEXT_IP || kind == TEXT_CARD ||
         kind == TEXT_SHEBA || kind == TEXT_NATIONAL_ID;
}

static size_t identifiers(const char *text, size_t length) {
  arena *a = arena_new((size_t)1 << 30);
  text_scan s;
  text_entities found;
  size_t count = 0;
  if (!a) abort();
  promise(!text_scan_make(a, text, length, &s) && !text_entities_find(a, &s, &found), "text is read");
  for (size_t i = 0; i < found.count; i++) count += is_personal(found.at[i].kind);
  arena_free(a);
  return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = (const char *)data;
  text_redaction *r = text_redaction_new();
  buffer hidden, back, again;
  buffer_init(&hidden, 1 << 24);
  buffer_init(&back, 1 << 24);
  buffer_init(&again, 1 << 24);
  int code = text_redact(r, text, size, &hidden);
  promise(!code == utf8_valid(text, size), "text is redacted, and nothing else");
  if (!code) {
    promise(!text_restore(r, hidden.bytes ? hidden.bytes : "", hidden.length, &back), "tokens are put back");
    promise(!text_redact(r, back.bytes ? back.bytes : "", back.length, &again), "and taken out again");
    /* an identifier comes back as it was written first, so only one that stands there once comes back as it was */
    bool same = back.length == size && (!size || !memcmp(back.bytes, text, size));
    if (identifiers(text, size) <= 1) promise(same, "the text comes back");
    if (same)
      promise(again.length == hidden.length && (!again.length || !memcmp(again.bytes, hidden.bytes, again.length)),
              "by the same tokens");
  }
  buffer_free(&hidden);
  buffer_free(&back);
  buffer_free(&again);
  text_redaction_free(r);
  return 0;
}
