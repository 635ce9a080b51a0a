/* hearing.webm, as the build makes it into C. */
#ifndef AI_HEARING_BUILT_IN_H
#define AI_HEARING_BUILT_IN_H

#include <stddef.h>

extern const unsigned char hearing_sample[];
extern const size_t hearing_sample_size;

#endif
