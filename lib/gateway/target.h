/* The path and query of a request, read strictly: what is not plainly one thing is refused. */
#ifndef GATEWAY_TARGET_H
#define GATEWAY_TARGET_H

#include <base/arena.h>
#include <marfacrm/types.h>

enum { TARGET_SEGMENTS = 12, TARGET_PAIRS = 64 };

typedef struct target_pair {
  const char *name, *value;
} target_pair;

typedef struct target {
  const char *segments[TARGET_SEGMENTS]; /* decoded; NUL-terminated UTF-8 */
  size_t count;
  bool folder; /* ends with a slash */
  target_pair pairs[TARGET_PAIRS];
  size_t pair_count;
} target;

/* How long the path is: what stands before '?'. */
size_t target_path_length(const char *text);
/* Reads the path below the mount (`path` begins with '/' or is empty) and the query. false: malformed escapes, not
 * UTF-8, control characters, "." or ".." or a hidden slash in a segment, too many parts; or no memory. */
bool target_read(arena *a, const char *path, size_t length, const char *query, target *out);
/* %41 → A and, where `plus`, + → space; NULL where it is malformed. */
const char *target_decode(arena *a, const char *text, size_t length, bool plus);

#endif
