#ifndef TEXT_LINEAR_FILE_H
#define TEXT_LINEAR_FILE_H

#include <text/linear.h>

#define LINEAR_MAGIC "MFTL"
enum { LINEAR_VERSION = 1, LINEAR_HEAD = 8 };

static inline size_t linear_size(size_t labels) {
  return LINEAR_HEAD + labels * (TEXT_LINEAR_LABEL_SIZE + 4 + (size_t)TEXT_LINEAR_BUCKETS) + 4;
}

uint32_t linear_crc(const unsigned char *bytes, size_t length);

#endif
