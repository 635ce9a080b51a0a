/* Two operations on files, for tests of what the table can say: one takes a sample and keeps it, one gives it back. */
#ifndef TESTS_GATEWAY_UPLOAD_TABLE_H
#define TESTS_GATEWAY_UPLOAD_TABLE_H

#include <api/operation.h>
#include <marfacrm/file.h>
#include <marfacrm/types.h>

typedef struct mcrm_sample {
  MCRM_RECORD;
  const char *title;
  const mcrm_file *file;
} mcrm_sample;

typedef struct mcrm_sample_kept {
  MCRM_RECORD;
  const char *title, *media_type, *name, *sha256;
  int64_t bytes;
  int64_t without_copy; /* the upload itself has got the name */
} mcrm_sample_kept;

/* Where samples are kept. */
extern const char *sample_folder;
extern int sample_runs;

#endif
