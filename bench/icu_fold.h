/* What stands beside folding: ICU's NFKC case fold, the nearest thing that it has, from UTF-8 to UTF-8. */
#ifndef BENCH_ICU_FOLD_H
#define BENCH_ICU_FOLD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif
/* The length of the folded text, with or without the record of edits that leads back to the source; the program ends
 * where ICU fails. */
size_t icu_fold(const char *text, size_t length, int map);
#ifdef __cplusplus
}
#endif
#endif
