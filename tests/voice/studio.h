/* A CRM with a provider of speech (ears.c) whose outages and clock are the test's. */
#ifndef TESTS_STUDIO_H
#define TESTS_STUDIO_H

#include <marfacrm/marfacrm.h>
#include <sqlite3.h>

#include "folder.h"

typedef struct studio {
  char folder[FOLDER_SIZE], database[FOLDER_SIZE + 16], url[FOLDER_SIZE + 32], config[FOLDER_SIZE + 16];
  char rep[24];
  mcrm_time *offset; /* of the clock; shared with processes that are forked */
  mcrm *crm;
  mcrm_session *sara, *system;
} studio;

/* Writes the configuration and makes Sara and a rep; leaves it closed. more: lines of YAML, or "". */
void studio_make(studio *s, int takes_ms, const char *more);
void studio_remove(studio *s);
int studio_open(studio *s);
void studio_close(studio *s);
/* NULL ends it. */
void studio_outage(const studio *s, const char *kind);
/* How many recordings were listened to. */
long studio_heard(const studio *s);
/* A recording that is unlike any other number's; `seconds` long. */
void studio_record(const studio *s, const char *name, unsigned long long number, unsigned seconds);
/* Its upload; the code. */
int studio_upload(studio *s, const char *name);
/* Until nothing is due. */
void studio_work(studio *s);
/* One number from the database, or -1. */
int64_t studio_number(const studio *s, const char *sql);

#endif
