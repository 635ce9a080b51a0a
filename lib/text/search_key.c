#include "search_key.h"

#include <base/utf8.h>
#include <string.h>

/* What a Persian letter is in a key; 0: nothing. */
static uint32_t key_letter(uint32_t point, bool first) {
  switch (point) {
    case 0x622:
      return 0x627; /* آ */
    case 0x624:
      return 0x648; /* ؤ */
    case 0x626:
      return 0x6CC; /* ئ */
    case 0x621:
      return 0; /* ء */
    case 0x639:
      return first ? 0x627 : 0; /* ع */
    case 0x62B:
    case 0x635:
      return 0x633;
    case 0x630:
    case 0x636:
    case 0x638:
      return 0x632;
    case 0x637:
      return 0x62A;
    case 0x62D:
      return 0x647;
    case 0x63A:
      return 0x642;
    default:
      break;
  }
  bool letter =
      (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9') ||
      (point >= 0xC0 && point < 0x2000 && point != 0x60C && point != 0x61B && point != 0x61F && point != 0x6D4) ||
      point >= 0x3040;
  return letter ? point : 0;
}

static bool next_is_waw(const char *text, size_t length) {
  return length >= 2 && (!memcmp(text, "و", 2) || !memcmp(text, "ؤ", 2));
}

bool search_key_make(const char *folded, size_t length, search_key *out) {
  out->length = 0;
  for (size_t i = 0; i < length;) {
    uint32_t point;
    size_t size = utf8_decode(folded + i, length - i, &point);
    if (!size) return false;
    i += size;
    bool hamza = point == 0x626; /* مسئول is often مسول */
    point = key_letter(point, out->length == 0);
    if (!point || (hamza && next_is_waw(folded + i, length - i))) continue;
    bool double_waw = point == 0x648 && out->length > 2 && !memcmp(out->bytes + out->length - 2, "و", 2);
    if (double_waw) continue;
    if (out->length + 4 > SEARCH_KEY_SIZE) break;
    out->length += utf8_encode(point, out->bytes + out->length);
  }
  return out->length > 0;
}

void search_keys_add(search_keys *keys, const char *bytes, size_t length) {
  if (!length || length > SEARCH_KEY_SIZE || keys->count == SEARCH_KEYS_MOST) return;
  for (size_t i = 0; i < keys->count; i++)
    if (keys->at[i].length == length && !memcmp(keys->at[i].bytes, bytes, length)) return;
  search_key *k = &keys->at[keys->count++];
  memcpy(k->bytes, bytes, length);
  k->length = length;
}

void search_keys_add_stems(search_keys *keys, const search_key *key) {
  static const char *const LONG[] = {"هایشان", "هایتان", "هایمان", "هاشون", "هاتون", "هامون", "هایی",
                                     "هایم",   "هایت",   "هایش",   "های",   "ها",    "ترین",  "تری",
                                     "تر",     "شون",    "تون",    "مون",   "شان",   "تان",   "مان"};
  static const char *const SHORT[] = {"م", "ت", "ش", "ی"};
  enum { SHORTEST_STEM = 6 };
  for (size_t i = 0; i < sizeof LONG / sizeof *LONG; i++) {
    size_t ending = strlen(LONG[i]);
    if (key->length < ending + SHORTEST_STEM || memcmp(key->bytes + key->length - ending, LONG[i], ending) != 0)
      continue;
    search_keys_add(keys, key->bytes, key->length - ending);
    break;
  }
  for (size_t i = 0; i < sizeof SHORT / sizeof *SHORT; i++)
    if (key->length >= 2 + SHORTEST_STEM && !memcmp(key->bytes + key->length - 2, SHORT[i], 2))
      search_keys_add(keys, key->bytes, key->length - 2);
}

bool search_is_latin(const char *folded, size_t length) {
  for (size_t i = 0; i < length; i++)
    if ((folded[i] < 'a' || folded[i] > 'z') && folded[i] != '\'') return false;
  return length > 0;
}
