/* Tables of fold.c. */
#ifndef TEXT_FOLD_TABLE_H
#define TEXT_FOLD_TABLE_H

#include <stdint.h>

enum {
  FOLD_SAME = 0,      /* stays as it is */
  FOLD_DROP = 1,      /* vanishes */
  FOLD_MARK = 2,      /* builds itself into the letter before it, or vanishes */
  FOLD_PAIR = 0x8000, /* two ASCII letters, in bits 8–14 and 0–6; any other value is a code point below U+0800 */
  FOLD_KEEP = 63,
  FOLD_FORMS = (0xFDFF - 0xFB50 + 1) + (0xFEFF - 0xFE70 + 1)
};

/* By code point minus 0x80. */
extern const uint16_t fold_two_bytes[0x800 - 0x80];
/* Arabic presentation forms, U+FB50–FDFF and then U+FE70–FEFF: offset << 6 | length in fold_forms_text. */
extern const uint16_t fold_forms[FOLD_FORMS];
extern const char fold_forms_text[];
/* Which letters of U+0600–06FF stay as they are, in bits; see fold_block.c. */
extern const uint8_t fold_same_low[16], fold_same_high[16];

#endif
