/* marfacrm/types.h: the vocabulary shared by every public header.
 *
 * Encoding: all text is UTF-8 and NUL-terminated unless a length is given.
 * Times: milliseconds since 1970-01-01T00:00:00Z, UTC. 0 means "no time".
 * Ids: positive 64-bit numbers, ordered by creation; 0 means "no record". In JSON they are decimal
 * strings, because JavaScript loses the last digits of 64-bit numbers. An id is never a secret.
 * Money: whole Toman. */
#ifndef MARFACRM_TYPES_H
#define MARFACRM_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define MCRM_BEGIN_DECLS
#endif

#if defined(__GNUC__)
#define MCRM_API __attribute__((visibility("default")))
#else
#define MCRM_API
#endif

typedef int64_t mcrm_id;
typedef int64_t mcrm_time;

/* Result codes. Every function that can fail returns one of them; 0 is success, all others are
 * negative. The interface page gives each its HTTP status. */
typedef enum mcrm_code {
  MCRM_OK = 0,
  MCRM_INVALID = -1,         /* an argument or a field is wrong: the error names it */
  MCRM_UNAUTHENTICATED = -2, /* nobody is signed in */
  MCRM_DENIED = -3,          /* the actor may not do this */
  MCRM_NOT_FOUND = -4,       /* no such record, or none that the actor may see */
  MCRM_CONFLICT = -5,        /* somebody else changed the record, or the key was used for another request */
  MCRM_BUSY = -6,            /* locked or over a limit: try again later */
  MCRM_TIMEOUT = -7,         /* the deadline passed */
  MCRM_CANCELLED = -8,       /* the caller cancelled */
  MCRM_UNAVAILABLE = -9,     /* a service that is needed is down */
  MCRM_UNSUPPORTED = -10,    /* not possible here, e.g. an instance used after fork() */
  MCRM_NO_MEMORY = -11,      /* an allocation failed; nothing was changed */
  MCRM_IO = -12,             /* the disk refused; nothing was changed */
  MCRM_INTERNAL = -13        /* a defect of the library; please report it */
} mcrm_code;

/* What went wrong, in a form for programs (code, field), for translation (message) and for people
 * who read logs (detail: one line, English, naming the value). */
typedef struct mcrm_error {
  int code;         /* an mcrm_code; MCRM_OK when the last call succeeded */
  char field[64];   /* name of the field that was wrong, or "" */
  char message[48]; /* message key, e.g. "text.too_long" */
  char detail[256]; /* one line */
} mcrm_error;

/* A list of texts. */
typedef struct mcrm_texts {
  const char *const *at;
  size_t count;
} mcrm_texts;

/* "invalid", "denied", …: the name of a code as it stands in JSON. Never NULL. */
MCRM_API const char *mcrm_code_name(int code);

#ifdef __cplusplus
}
#endif
#endif
