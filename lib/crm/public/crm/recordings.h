/* Do the files of voice notes and the rows that name them agree? For the doctor. */
#ifndef CRM_RECORDINGS_H
#define CRM_RECORDINGS_H

#include <store/store.h>

struct crm;

typedef struct voice_files {
  int64_t files;   /* that are kept */
  int64_t orphans; /* older than an hour that no row names; the daily sweep takes them (of the first thousand) */
  int64_t missing; /* that a row names and that cannot be opened */
  char reason[256];
} voice_files;

int voice_look(const struct crm *instance, store *s, mcrm_error *error, voice_files *out);

#endif
