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

/* Records. Every record (mcrm_rep, mcrm_task, …) begins with these two members:
 *   size     of the struct the caller was compiled with; set it in structs you build (the library sets it in
 *            those it returns), so that fields can be appended without breaking older callers
 *   present  one bit for each field: set = the field was given (input) or is shown (output). An update changes
 *            the present fields only. In a struct you build for creating, `present` may stay 0: every field that
 *            is not zero counts as given.
 * A present field with the value NULL (texts, nested records) or 0 (ids, times) is null. Numbers and booleans
 * have no null. A field whose bit is clear in a returned record is hidden from this actor.
 *   mcrm_task change = {.size = sizeof change};
 *   MCRM_SET(&change, id, task_id);
 *   MCRM_SET(&change, due_at, 0);            // clears the due time, leaves the rest alone */
#define MCRM_RECORD \
  size_t size;      \
  uint64_t present

/* Members of every record that is stored. version counts the changes; an update that carries it is refused
 * with MCRM_CONFLICT when somebody else has changed the record since. */
#define MCRM_STORED     \
  MCRM_RECORD;          \
  mcrm_id id;           \
  mcrm_time created_at; \
  mcrm_time updated_at; \
  int64_t version

#define MCRM_BIT_OF(record, member) \
  (UINT64_C(1) << (((const char *)&(record)->member - (const char *)(record)) / 8 - 2))
#define MCRM_SET(record, member, value) ((record)->member = (value), (record)->present |= MCRM_BIT_OF(record, member))
#define MCRM_HAS(record, member)        (((record)->present & MCRM_BIT_OF(record, member)) != 0)

/* Declares T_array: a borrowed list of records. */
#define MCRM_LIST(T)         \
  typedef struct T##_array { \
    const T *const *at;      \
    size_t count;            \
  } T##_array

/* "invalid", "denied", …: the name of a code as it stands in JSON. Never NULL. */
MCRM_API const char *mcrm_code_name(int code);

/* Frees a text that the library gave away through a `char **`. NULL is fine. */
MCRM_API void mcrm_free(void *text);

#ifdef __cplusplus
}
#endif
#endif
