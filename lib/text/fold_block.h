/* Sixteen bytes at a time over text that folding leaves almost as it is: ASCII and Persian as it is mostly written. */
#ifndef TEXT_FOLD_BLOCK_H
#define TEXT_FOLD_BLOCK_H

#include <stddef.h>

/* Copies from in to out (in lower case) up to the first character that folding changes otherwise, or until fewer than
 * 16 bytes are left; returns how many bytes that are. out must have room for `length` bytes. 0 where
 * the processor cannot. */
size_t fold_block(const char *in, size_t length, char *out);

#endif
