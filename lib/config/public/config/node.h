/* A YAML file as a small tree that knows where each value stood. */
#ifndef CONFIG_NODE_H
#define CONFIG_NODE_H

#include <base/arena.h>
#include <marfacrm/types.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP } node_kind;

typedef struct node node;
struct node {
  node_kind kind;
  const char *key;  /* in a map: its name */
  const char *text; /* NODE_TEXT */
  bool plain;       /* written without quotes, so that true, 12 and null mean what they look like */
  const char *file;
  size_t line, column; /* from 1; of the key where there is one */
  node *children, *last, *next;
};

/* What is refused as too much: bytes, and values. */
typedef struct node_limits {
  size_t bytes, nodes;
} node_limits;

/* *root stays NULL where the text holds nothing but comments. */
int node_read(arena *a, const char *text, size_t length, const char *file, node_limits limits, mcrm_error *error,
              node **root);
/* Is it an empty value, as in `storage:` with nothing below? */
bool node_empty(const node *n);

#endif
