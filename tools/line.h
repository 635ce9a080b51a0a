/* Lines of input, each of which may be a JSON object with a few members that are texts. */
#ifndef TOOLS_LINE_H
#define TOOLS_LINE_H

#include <base/buffer.h>
#include <stdbool.h>

typedef struct line_member {
  const char *name;
  bool given, text; /* it is there; it is a text (and not a number, null …) */
  buffer value;
} line_member;

/* Hands each line of standard input over, without its end. CLI_FAILED where one of them was not done, or what stands
 * there cannot be read. */
int line_each(int (*one)(void *context, const char *line, size_t length), void *context);

/* Fills in the members of this name that the object on the line has. False where the line is no well-formed object. */
bool line_read(const char *line, size_t length, line_member *members, size_t count);

#endif
