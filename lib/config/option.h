/* The table of everything that may stand in the configuration. */
#ifndef CONFIG_OPTION_H
#define CONFIG_OPTION_H

#include <config/node.h>

#include <config/config.h>

typedef enum option_kind {
  OPTION_TEXT,      /* const char *, of `choices` where there are any */
  OPTION_ZONE,      /* const char *: a time zone that the system knows */
  OPTION_URL,       /* const char *: as it is if it holds no password, else env:NAME or file:PATH that holds it */
  OPTION_SECRET,    /* const char *: env:NAME or file:PATH that holds it */
  OPTION_INT,       /* int64_t, least to most */
  OPTION_TEXTS,     /* mcrm_texts: words */
  OPTION_PAIRS,     /* config_pairs: names of `choices` */
  OPTION_SCOPES,    /* config_scopes */
  OPTION_NAMES,     /* mcrm_texts: names of providers */
  OPTION_USD,       /* int64_t: ticks of 10^-10 USD */
  OPTION_PROVIDERS, /* config_providers */
  OPTION_TASKS      /* config_tasks */
} option_kind;

typedef struct option {
  const char *path; /* "storage.url" */
  option_kind kind;
  size_t offset;
  const char *const *choices; /* NULL-terminated */
  int64_t least, most;
  const char *fallback; /* the default, as it would stand in the file */
  const char *help;
} option;

extern const option config_options[]; /* ordered by section; path NULL ends */

/* A configuration while it is read, with what only this room sees of it. */
typedef struct secret secret;
typedef struct config_state {
  config public;
  arena *arena;
  secret *secrets;
  mcrm_error *error;
} config_state;

/* Sets one option from the value that stands in the file. */
int option_set(config_state *state, const option *o, const node *value);
/* MCRM_INVALID with the place, the key and the value; `what` says what is wrong with it. */
int option_refuse(config_state *state, const char *path, const node *at, const char *message, const char *what);

/* The value is not what is expected: "a list". */
int option_refuse_value(config_state *state, const char *path, const node *at, const char *message,
                        const char *expected);
/* providers.c */
int option_set_names(config_state *state, const char *path, const node *value, mcrm_texts *out);
int option_set_providers(config_state *state, const option *o, const node *value);
int option_set_tasks(config_state *state, const option *o, const node *value);

/* Reads env:NAME or file:PATH into the state. */
int secret_read(config_state *state, const char *path, const node *at, const char **out);
void secret_wipe(config_state *state);

#endif
