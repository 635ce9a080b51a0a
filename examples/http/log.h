/* One line a request costs a system call each where it is written at once. Lines of a tenth of a second go out together;
 * warnings and errors take what waits with them and go out at once, and so does everything from log_stop on. */
#ifndef HTTP_LOG_H
#define HTTP_LOG_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum { LOG_BYTES = 16 * 1024 };

typedef struct log_lines {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  pthread_t writer;
  bool batching;
  size_t used;
  char bytes[LOG_BYTES];
} log_lines;

/* Where no thread can be had, every line goes out at once. */
void log_start(log_lines *log);
void log_stop(log_lines *log);
/* For mcrm_gateway_options.log; context: the log_lines. */
void log_line(void *context, int level, const char *line);

#endif
