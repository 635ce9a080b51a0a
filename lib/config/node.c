#include <config/node.h>

#include <base/error.h>
#include <config/config.h>
#include <string.h>
#include <yaml.h>

/* A reader of one file. The stack holds the lists and maps that are open; a map also its waiting key. */
typedef struct reader {
  arena *arena;
  const char *file;
  mcrm_error *error;
  yaml_parser_t parser;
  node *open[CONFIG_DEPTH];
  node *keys[CONFIG_DEPTH];
  size_t depth, count, most;
  node *root;
} reader;

static int refuse(reader *r, yaml_mark_t mark, const char *message, const char *what) {
  return error_set(r->error, MCRM_INVALID, NULL, message, "%s:%zu:%zu: %s", r->file, mark.line + 1, mark.column + 1,
                   what);
}

static node *make(reader *r, node_kind kind, yaml_mark_t mark) {
  if (++r->count > r->most) {
    refuse(r, mark, "config.too_large", "the file has too many values");
    return NULL;
  }
  node *n = arena_alloc(r->arena, sizeof *n);
  if (!n) {
    error_no_memory(r->error);
    return NULL;
  }
  *n = (node){.kind = kind, .file = r->file, .line = mark.line + 1, .column = mark.column + 1};
  return n;
}

/* A scalar in a map is a key and its value in turn. */
static int place_key(reader *r, node *n, yaml_mark_t mark) {
  node *map = r->open[r->depth - 1];
  if (n->kind != NODE_TEXT) return refuse(r, mark, "config.syntax", "a key must be a plain word");
  for (const node *c = map->children; c; c = c->next)
    if (!strcmp(c->key, n->text))
      return error_set(r->error, MCRM_INVALID, n->text, "config.twice",
                       "%s:%zu:%zu: '%s' stands here twice, first in line %zu", r->file, mark.line + 1, mark.column + 1,
                       n->text, c->line);
  r->keys[r->depth - 1] = n;
  return MCRM_OK;
}

static int place(reader *r, node *n, yaml_mark_t mark) {
  if (!r->depth) {
    if (r->root) return refuse(r, mark, "config.syntax", "one document only");
    r->root = n;
    return MCRM_OK;
  }
  node *parent = r->open[r->depth - 1];
  if (parent->kind == NODE_MAP) {
    node *key = r->keys[r->depth - 1];
    if (!key) return place_key(r, n, mark);
    n->key = key->text;
    n->line = key->line;
    n->column = key->column;
    r->keys[r->depth - 1] = NULL;
  }
  if (parent->last)
    parent->last->next = n;
  else
    parent->children = n;
  parent->last = n;
  return MCRM_OK;
}

static int open_node(reader *r, node_kind kind, const yaml_char_t *anchor, const yaml_char_t *tag, yaml_mark_t mark) {
  if (anchor || tag) return refuse(r, mark, "config.alias", "anchors, aliases and tags are not allowed");
  if (r->depth == CONFIG_DEPTH) return refuse(r, mark, "config.too_deep", "nested too deep");
  node *n = make(r, kind, mark);
  if (!n) return r->error->code;
  int code = place(r, n, mark);
  if (code) return code;
  r->keys[r->depth] = NULL;
  r->open[r->depth++] = n;
  return MCRM_OK;
}

static int scalar(reader *r, const yaml_event_t *event) {
  const char *text = (const char *)event->data.scalar.value;
  size_t length = event->data.scalar.length;
  if (event->data.scalar.anchor || event->data.scalar.tag)
    return refuse(r, event->start_mark, "config.alias", "anchors, aliases and tags are not allowed");
  if (memchr(text, 0, length)) return refuse(r, event->start_mark, "config.syntax", "a value holds a zero byte");
  node *n = make(r, NODE_TEXT, event->start_mark);
  if (!n) return r->error->code;
  n->text = arena_copy(r->arena, text, length);
  if (!n->text) return error_no_memory(r->error);
  n->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  return place(r, n, event->start_mark);
}

static int take(reader *r, const yaml_event_t *event) {
  switch (event->type) {
    case YAML_SCALAR_EVENT:
      return scalar(r, event);
    case YAML_SEQUENCE_START_EVENT:
      return open_node(r, NODE_LIST, event->data.sequence_start.anchor, event->data.sequence_start.tag,
                       event->start_mark);
    case YAML_MAPPING_START_EVENT:
      return open_node(r, NODE_MAP, event->data.mapping_start.anchor, event->data.mapping_start.tag, event->start_mark);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      r->depth--;
      return MCRM_OK;
    /* refused altogether: nine lines of aliases to aliases can stand for a billion values */
    case YAML_ALIAS_EVENT:
      return refuse(r, event->start_mark, "config.alias", "anchors, aliases and tags are not allowed");
    default:
      return MCRM_OK;
  }
}

static int malformed(reader *r) {
  const yaml_parser_t *p = &r->parser;
  if (p->error == YAML_MEMORY_ERROR) return error_no_memory(r->error);
  if (p->error == YAML_READER_ERROR)
    return error_set(r->error, MCRM_INVALID, NULL, "config.syntax", "%s: %s at byte %zu", r->file,
                     p->problem ? p->problem : "not UTF-8", p->problem_offset);
  return refuse(r, p->problem_mark, "config.syntax", p->problem ? p->problem : "not YAML");
}

int node_read(arena *a, const char *text, size_t length, const char *file, node_limits limits, mcrm_error *error,
              node **root) {
  reader r = {.arena = a, .file = file, .most = limits.nodes, .error = error};
  int code = MCRM_OK;
  if (length > limits.bytes)
    return error_set(error, MCRM_INVALID, NULL, "config.too_large", "%s: more than %zu bytes", file, limits.bytes);
  if (!yaml_parser_initialize(&r.parser)) return error_no_memory(error);
  yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, length);
  for (bool end = false; !end && !code;) {
    yaml_event_t event;
    if (!yaml_parser_parse(&r.parser, &event)) {
      code = malformed(&r);
      break;
    }
    end = event.type == YAML_STREAM_END_EVENT;
    code = take(&r, &event);
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&r.parser);
  *root = code ? NULL : r.root;
  return code;
}

bool node_empty(const node *n) {
  return n->kind == NODE_TEXT && n->plain && (!n->text[0] || !strcmp(n->text, "~") || !strcmp(n->text, "null"));
}
