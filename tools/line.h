/* One line of input that may be a JSON object with a few members that are texts. */
#ifndef TOOLS_LINE_H
#define TOOLS_LINE_H

#include <base/buffer.h>
#include <stdbool.h>

typedef struct line_member {
  const char *name;
  bool given, text; /* it is there; it is a text (and not a number, null …) */
  buffer value;
} line_member;

/* Fills in the members of this name that the object on the line has. False where the line is no well-formed object. */
bool line_read(const char *line, size_t length, line_member *members, size_t count);

#endif
