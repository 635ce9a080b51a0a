/* The lines that the commands of text read: plain text, or a JSON object with text and optionally now and lang. */
#ifndef TOOLS_TEXT_LINE_H
#define TOOLS_TEXT_LINE_H

#include <marfacrm/text.h>

typedef struct text_line {
  const char *text;
  size_t length;
  mcrm_time now;
  const char *language;
} text_line;

typedef struct text_lines {
  const char *now, *language, *zone; /* the options, NULL where they are not given */
  mcrm_text *engine;                 /* while lines are read */
  mcrm_time at;                      /* --now; 0: the clock's, anew for each line */
  int (*take)(void *context, const mcrm_text *engine, const text_line *line);
  void *context;
} text_lines;

/* Hands all lines over; the command's exit status. */
int text_lines_read(text_lines *lines, const char *command);

/* An answer that is one text: {"text":…, NAME: answer}. Takes the answer (mcrm_free). */
int text_line_put(const text_line *line, const char *name, char *answer);

#endif
