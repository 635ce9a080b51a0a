/* multipart/form-data (RFC 7578), all of it in memory or mapped. */
#ifndef GATEWAY_MULTIPART_H
#define GATEWAY_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

enum { MULTIPART_PARTS = 32, MULTIPART_NAME = 80 };

typedef struct multipart_part {
  char name[MULTIPART_NAME];
  char file_name[MULTIPART_NAME * 2], type[MULTIPART_NAME]; /* "" = not said */
  const char *bytes;                                        /* borrowed */
  size_t length;
} multipart_part;

typedef struct multipart {
  multipart_part parts[MULTIPART_PARTS];
  size_t count;
} multipart;

/* content_type: with its boundary. false: malformed, too many parts, or a part without a name. */
bool multipart_read(const char *content_type, const char *bytes, size_t length, multipart *out);

#endif
