/* What stands beside folding: ICU's NFKC case fold, the nearest thing that it has, from UTF-8 to UTF-8. */
#ifndef BENCH_ICU_FOLD_H
#define BENCH_ICU_FOLD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif
/* The length of the folded text; the program ends where ICU fails. The usual way, through UTF-16 and back. */
size_t icu_fold(const char *text, size_t length);
/* The quickest way: on UTF-8 itself, with the record of edits that leads back to the source. */
size_t icu_fold_edits(const char *text, size_t length);
#ifdef __cplusplus
}
#endif
#endif
