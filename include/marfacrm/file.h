/* marfacrm/file.h: a file that an operation takes or answers with.
 *
 * Programs name it by its path. JSON may do so only where the call says so (mcrm_call_options.files), because JSON
 * often comes from somebody else; over HTTP a file is an upload or a download and nobody names a path.
 *
 * What is given is read and never changed. A file without a name (O_TMPFILE, given as "/proc/self/fd/N") may be kept
 * as it is, without a copy; one with a name is copied and must not change while the call runs. */
#ifndef MARFACRM_FILE_H
#define MARFACRM_FILE_H

#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mcrm_file {
  MCRM_RECORD;
  const char *path;       /* on this machine; absolute in answers */
  const char *media_type; /* "audio/ogg"; as the giver says, so what is in the file decides */
  const char *name;       /* what people call it: "note.ogg"; never used as a path */
  int64_t bytes;          /* set by the library */
  const char *sha256;     /* set by the library: hex */
} mcrm_file;

#ifdef __cplusplus
}
#endif
#endif
