/* The first of the two tables that everything derives from: what an entity is made of.
 *
 * A record is a documented struct in a public header; beside it stands one row a field. From the rows come
 * validation, SQL, JSON in and out, schemas, CSV columns and binding types. Adding a field = one struct line,
 * one row, one migration line. */
#ifndef MODEL_ENTITY_H
#define MODEL_ENTITY_H

#include <marfacrm/types.h>
#include <stdbool.h>

typedef enum model_kind {
  MODEL_ID,     /* mcrm_id: decimal string in JSON, 0 = null */
  MODEL_TIME,   /* mcrm_time: ISO 8601 in JSON, 0 = null */
  MODEL_INT,    /* int64_t */
  MODEL_MONEY,  /* int64_t, whole Toman */
  MODEL_BOOL,   /* int64_t 0 or 1 */
  MODEL_REAL,   /* double */
  MODEL_TEXT,   /* const char * */
  MODEL_JSON,   /* const char *: any JSON value, passed through */
  MODEL_TEXTS,  /* mcrm_texts */
  MODEL_OBJECT, /* const T *: a nested record */
  MODEL_LIST,   /* T_array: nested records */
  MODEL_MAP     /* T_array shown as a JSON object: the first text field is the key */
} model_kind;

enum {
  MODEL_REQUIRED = 1 << 0,   /* must be given when the record is created */
  MODEL_READ_ONLY = 1 << 1,  /* the library sets it; refused in input */
  MODEL_DERIVED = 1 << 2,    /* has no column: worked out when the record is read; implies read-only */
  MODEL_AI = 1 << 3,         /* an AI may have written it: carries provenance */
  MODEL_SEARCHABLE = 1 << 4, /* goes into the search index */
  MODEL_SENSITIVE = 1 << 5,  /* shown only to roles that may see finances */
  MODEL_SECRET = 1 << 6,     /* a column that never leaves the library */
  MODEL_FIXED = 1 << 7,      /* names the record (id, version): never one of the changed fields */
  MODEL_INPUT = 1 << 8,      /* has no column and is never shown: what an operation takes (a new password) */
  MODEL_EXISTING = 1 << 9    /* a nested record that may be one which exists: the operation looks it up by its id */
};

typedef struct model_entity model_entity;

typedef struct model_field {
  const char *name;
  const char *key; /* ,"name": as the JSON writer needs it */
  uint16_t key_length;
  uint16_t offset;
  model_kind kind;
  uint32_t flags;
  uint32_t max;               /* most code points of a text, most items of a list; 0 = the kind's default */
  const char *const *choices; /* NULL-terminated, for a text that is one of a fixed set */
  const model_entity *entity; /* of nested records */
  const char *help;           /* one line for the printed reference */
} model_field;

struct model_entity {
  const char *name;
  const char *help;
  const char *table; /* NULL: not stored */
  const char *owner; /* column with the user whose record this is; NULL: nobody's */
  const char *read;  /* the permission to see a stored record, and to hear that it changed */
  size_t size;
  const model_field *fields;
  size_t count;
};

enum { MODEL_HEADER = 16, MODEL_SLOTS = 64, MODEL_TEXT_MAX = 20000, MODEL_LIST_MAX = 200 };

/* The layout that all lists and nested records share. */
typedef struct model_records {
  const void *const *at;
  size_t count;
} model_records;

typedef struct model_record {
  MCRM_RECORD;
} model_record;

#define MODEL_CHECK(type, member, c_type, kind)                             \
  (0 * sizeof(struct {                                                      \
     _Static_assert(_Generic(((type *)0)->member, c_type : 1, default : 0), \
                    #type "." #member " does not hold a " kind);            \
     int unused;                                                            \
   }))

#define MODEL_ROW(type, member, c_type, kind_, ...)                                                            \
  {                                                                                                            \
    .name = #member, .key = ",\"" #member "\":", .key_length = sizeof(",\"" #member "\":") - 1, .kind = kind_, \
    .offset = (uint16_t)(offsetof(type, member) + MODEL_CHECK(type, member, c_type, #kind_)), __VA_ARGS__      \
  }

#define FIELD_ID(type, member, ...)    MODEL_ROW(type, member, int64_t, MODEL_ID, __VA_ARGS__)
#define FIELD_TIME(type, member, ...)  MODEL_ROW(type, member, int64_t, MODEL_TIME, __VA_ARGS__)
#define FIELD_INT(type, member, ...)   MODEL_ROW(type, member, int64_t, MODEL_INT, __VA_ARGS__)
#define FIELD_MONEY(type, member, ...) MODEL_ROW(type, member, int64_t, MODEL_MONEY, __VA_ARGS__)
#define FIELD_BOOL(type, member, ...)  MODEL_ROW(type, member, int64_t, MODEL_BOOL, __VA_ARGS__)
#define FIELD_REAL(type, member, ...)  MODEL_ROW(type, member, double, MODEL_REAL, __VA_ARGS__)
#define FIELD_TEXT(type, member, ...)  MODEL_ROW(type, member, const char *, MODEL_TEXT, __VA_ARGS__)
#define FIELD_JSON(type, member, ...)  MODEL_ROW(type, member, const char *, MODEL_JSON, __VA_ARGS__)
#define FIELD_TEXTS(type, member, ...) MODEL_ROW(type, member, mcrm_texts, MODEL_TEXTS, __VA_ARGS__)
#define FIELD_OBJECT(type, member, nested, ...) \
  MODEL_ROW(type, member, const mcrm_##nested *, MODEL_OBJECT, .entity = &model_##nested, __VA_ARGS__)
#define FIELD_LIST(type, member, nested, ...) \
  MODEL_ROW(type, member, mcrm_##nested##_array, MODEL_LIST, .entity = &model_##nested, __VA_ARGS__)
#define FIELD_MAP(type, member, nested, ...) \
  MODEL_ROW(type, member, mcrm_##nested##_array, MODEL_MAP, .entity = &model_##nested, __VA_ARGS__)

/* The four columns of every stored record. */
#define FIELDS_STORED(type)                                                                       \
  FIELD_ID(type, id, .flags = MODEL_FIXED, .help = "the record's id; needed to change it"),       \
      FIELD_TIME(type, created_at, .flags = MODEL_READ_ONLY, .help = "when it was made"),         \
      FIELD_TIME(type, updated_at, .flags = MODEL_READ_ONLY, .help = "when it was last changed"), \
      FIELD_INT(type, version, .flags = MODEL_FIXED, .help = "counts the changes; given in an update, it must match")

#define MODEL_ENTITY(name_, rows, ...) \
  const model_entity model_##name_ = { \
      .name = #name_, .size = sizeof(mcrm_##name_), .fields = rows, .count = sizeof rows / sizeof *rows, __VA_ARGS__}

/* All entities, in the order of lib/model/entities.c; NULL ends. */
extern const model_entity *const model_entities[];

const model_entity *model_entity_find(const char *name);
const model_field *model_field_find(const model_entity *e, const char *name, size_t length);

static inline unsigned model_slot(const model_field *f) { return ((unsigned)f->offset - MODEL_HEADER) / 8; }
static inline uint64_t model_bit(const model_field *f) { return UINT64_C(1) << model_slot(f); }
static inline bool model_has(const void *record, const model_field *f) {
  return (((const model_record *)record)->present & model_bit(f)) != 0;
}
static inline bool model_stored(const model_field *f) { return !(f->flags & (MODEL_DERIVED | MODEL_INPUT)); }

/* Reading and writing a field through its row. */
int64_t model_number(const void *record, const model_field *f); /* ID, TIME, INT, MONEY, BOOL */
double model_real(const void *record, const model_field *f);
const char *model_text(const void *record, const model_field *f); /* TEXT, JSON; may be NULL */
mcrm_texts model_texts(const void *record, const model_field *f);
const void *model_object(const void *record, const model_field *f);       /* may be NULL */
model_records model_list(const void *record, const model_field *f);       /* LIST, MAP */
void model_set_number(void *record, const model_field *f, int64_t value); /* the setters also set the present bit */
void model_set_real(void *record, const model_field *f, double value);
void model_set_text(void *record, const model_field *f, const char *value);
void model_set_texts(void *record, const model_field *f, mcrm_texts value);
void model_set_object(void *record, const model_field *f, const void *value);
void model_set_list(void *record, const model_field *f, model_records value);
/* Is the value the null of its kind (0 for id and time, NULL, an empty list)? Numbers are never null. */
bool model_null(const void *record, const model_field *f);

#endif
