#include "cue_table.h"

/* Symbols and pictographs: each is a word of its own. */
static bool is_emoji(uint32_t c) {
  return (c >= 0x2190 && c <= 0x2BFF) || (c >= 0x1F000 && c <= 0x1FAFF) || c == 0x3030 || c == 0x303D;
}

static cue_kind ascii(uint32_t c) {
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return CUE_IS_LETTER;
  switch (c) {
    case '\'':
    case '`':
      return CUE_IS_SKIPPED;
    case '.':
      return CUE_IS_DOT;
    case '!':
    case '?':
    case ';':
    case ':':
    case '\n':
    case '\r':
      return CUE_IS_BREAK;
    default:
      return CUE_IS_SPACE;
  }
}

static cue_kind arabic(uint32_t c, uint32_t *plain) {
  if ((c >= 0x064B && c <= 0x065F) || c == 0x0670 || c == 0x0640 || c == 0x0621) return CUE_IS_SKIPPED;
  if (c == 0x060C || c == 0x066A || c == 0x066B || c == 0x066C || c == 0x066D) return CUE_IS_SPACE;
  if (c == 0x061B || c == 0x061F || c == 0x06D4) return CUE_IS_BREAK;
  if (c < 0x0620 || (c >= 0x06D5 && c < 0x06EE && c != 0x06D5)) return CUE_IS_SPACE;
  switch (c) {
    case 0x0622:
    case 0x0623:
    case 0x0625:
      *plain = 0x0627;
      break; /* آ أ إ */
    case 0x0624:
      *plain = 0x0648;
      break; /* ؤ */
    case 0x0626:
    case 0x0649:
    case 0x064A:
      *plain = 0x06CC;
      break; /* ئ ى ي */
    case 0x0629:
    case 0x06C0:
      *plain = 0x0647;
      break; /* ة ۀ */
    case 0x0643:
      *plain = 0x06A9;
      break; /* ك */
    default:
      break;
  }
  return CUE_IS_LETTER;
}

cue_kind cue_point(uint32_t c, uint32_t *plain) {
  *plain = c;
  if (c < 0x80) {
    if (c >= 'A' && c <= 'Z') *plain = c + 32;
    return ascii(*plain);
  }
  if (c >= 0x0600 && c < CUE_NARROW) return arabic(c, plain);
  if (c < 0xC0) return CUE_IS_SPACE;
  if (c == 0x200C || c == 0x200D || c == 0x2019 || c == 0x2018 || (c >= 0xFE00 && c <= 0xFE0F) ||
      (c >= 0x1F3FB && c <= 0x1F3FF))
    return CUE_IS_SKIPPED;
  if (c == 0x2028 || c == 0x2029) return CUE_IS_BREAK;
  if (c == 0x2026) return CUE_IS_DOT; /* … */
  if (c >= 0x2000 && c <= 0x206F) return CUE_IS_SPACE;
  if (is_emoji(c)) return CUE_IS_EMOJI;
  return CUE_IS_LETTER;
}
