/* Cues out of YAML, as docs/text.md describes them. It stands here because the text room reads no YAML. */
#include <base/arena.h>
#include <base/error.h>
#include <config/node.h>
#include <marfacrm/text.h>
#include <stdbool.h>
#include <string.h>

enum { BYTES_MOST = 4 << 20, VALUES_MOST = 30000 };

typedef struct file {
  arena *arena;
  mcrm_error *error;
  const mcrm_phrase **phrases;
  const node **places; /* of the phrases, to name their lines */
  size_t count, room;
} file;

static int refuse(file *f, const node *n, const char *what) {
  return error_set(f->error, MCRM_INVALID, n->key, "cue.file", "line %zu: %s: %s", n->line, n->key ? n->key : "cues",
                   what);
}

static const node *member(const node *map, const char *key) {
  for (const node *c = map->children; c; c = c->next)
    if (!strcmp(c->key, key)) return c;
  return NULL;
}

static int read_text(file *f, const node *n, const char **out) {
  if (n->kind != NODE_TEXT) return refuse(f, n, "a word is expected");
  *out = n->text;
  return MCRM_OK;
}

/* Digits and a unit: 90s, 5min, 2h. */
static int read_cooldown(file *f, const node *n, int64_t *out) {
  static const struct {
    const char *unit;
    int64_t ms;
  } UNITS[] = {{"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}};
  int64_t value = 0;
  const char *at = n->kind == NODE_TEXT ? n->text : "";
  size_t digits = strspn(at, "0123456789");
  if (!digits || digits > 9) return refuse(f, n, "a time like 90s, 5min or 2h is expected");
  for (; digits; digits--) value = value * 10 + (*at++ - '0');
  while (*at == ' ') at++;
  for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
    if (!strcmp(at, UNITS[i].unit)) {
      *out = value * UNITS[i].ms;
      return MCRM_OK;
    }
  return refuse(f, n, "its unit is ms, s, min or h");
}

static int read_weight(file *f, const node *n, int64_t *out) {
  const char *at = n->kind == NODE_TEXT ? n->text : "";
  bool minus = *at == '-';
  at += minus;
  size_t digits = strspn(at, "0123456789");
  if (!digits || digits > 5 || at[digits]) return refuse(f, n, "a whole number is expected");
  for (*out = 0; *at; at++) *out = *out * 10 + (*at - '0');
  if (minus) *out = -*out;
  return MCRM_OK;
}

static int read_once(file *f, const node *n, bool *out) {
  const char *text = n->kind == NODE_TEXT ? n->text : "";
  *out = !strcmp(text, "true");
  return *out || !strcmp(text, "false") ? MCRM_OK : refuse(f, n, "true or false is expected");
}

static int read_setting(file *f, const node *n, mcrm_phrase *p) {
  if (!strcmp(n->key, "category")) return read_text(f, n, &p->category);
  if (!strcmp(n->key, "language")) return read_text(f, n, &p->language);
  if (!strcmp(n->key, "endings")) return read_text(f, n, &p->endings);
  if (!strcmp(n->key, "cooldown")) return read_cooldown(f, n, &p->cooldown_ms);
  if (!strcmp(n->key, "weight")) return read_weight(f, n, &p->weight);
  if (!strcmp(n->key, "once")) return read_once(f, n, &p->once);
  if (strcmp(n->key, "phrases") != 0 && strcmp(n->key, "not") != 0) return refuse(f, n, "there is no such setting");
  return n->kind == NODE_LIST ? MCRM_OK : refuse(f, n, "a list is expected");
}

static bool make_room(file *f) {
  if (f->count < f->room) return true;
  size_t room = f->room ? f->room * 2 : 64;
  const mcrm_phrase **phrases = arena_array(f->arena, room, sizeof *phrases);
  const node **places = arena_array(f->arena, room, sizeof *places);
  if (!phrases || !places) return false;
  if (f->count) memcpy(phrases, f->phrases, f->count * sizeof *phrases);
  if (f->count) memcpy(places, f->places, f->count * sizeof *places);
  f->phrases = phrases;
  f->places = places;
  f->room = room;
  return true;
}

static int read_phrases(file *f, const node *list, const mcrm_phrase *like, bool negative) {
  for (const node *n = list ? list->children : NULL; n; n = n->next) {
    if (n->kind != NODE_TEXT) return refuse(f, n, "a phrase is a text");
    mcrm_phrase *p = make_room(f) ? arena_alloc(f->arena, sizeof *p) : NULL;
    if (!p) return error_no_memory(f->error);
    *p = *like;
    p->text = n->text;
    p->negative = negative;
    f->places[f->count] = n;
    f->phrases[f->count++] = p;
  }
  return MCRM_OK;
}

static int read_cue(file *f, const node *cue) {
  if (cue->kind != NODE_MAP) return refuse(f, cue, "a cue has settings, phrases among them");
  mcrm_phrase like = {.size = sizeof like, .cue = cue->key};
  for (const node *n = cue->children; n; n = n->next) {
    int code = read_setting(f, n, &like);
    if (code != MCRM_OK) return code;
  }
  const node *phrases = member(cue, "phrases");
  if (!phrases || !phrases->children) return refuse(f, cue, "it has no phrases");
  int code = read_phrases(f, phrases, &like, false);
  return code == MCRM_OK ? read_phrases(f, member(cue, "not"), &like, true) : code;
}

static int read_file(file *f, const node *root) {
  if (!root) return MCRM_OK;
  if (root->kind != NODE_MAP) return refuse(f, root, "the file is a map that holds cues");
  for (const node *n = root->children; n; n = n->next)
    if (strcmp(n->key, "cues") != 0) return refuse(f, n, "there is no such setting");
  const node *cues = root->children;
  if (!cues || node_empty(cues)) return MCRM_OK;
  if (cues->kind != NODE_MAP) return refuse(f, cues, "cues are a map, from a name to its settings");
  for (const node *n = cues->children; n; n = n->next) {
    int code = read_cue(f, n);
    if (code != MCRM_OK) return code;
  }
  return MCRM_OK;
}

/* A phrase that does not compile is looked for one by one, so that its line can be named. */
static int locate(file *f) {
  mcrm_error whole = *f->error;
  for (size_t i = 0; i < f->count && whole.code == MCRM_INVALID; i++) {
    mcrm_cues *one = NULL;
    mcrm_error error;
    int code = mcrm_cues_open(&f->phrases[i], 1, &one, &error);
    mcrm_cues_close(one);
    if (code != MCRM_INVALID) continue;
    *f->error = (mcrm_error){0};
    return error_set(f->error, code, error.field, error.message, "line %zu: %s", f->places[i]->line, error.detail);
  }
  return whole.code;
}

int mcrm_cues_open_yaml(const char *yaml, size_t length, mcrm_cues **out, mcrm_error *error) {
  *out = NULL;
  mcrm_error own;
  if (!error) error = &own;
  *error = (mcrm_error){0};
  file f = {.arena = arena_new(0), .error = error};
  if (!f.arena) return error_no_memory(error);
  node *root;
  int code = node_read(f.arena, yaml, length, "cues", (node_limits){BYTES_MOST, VALUES_MOST}, error, &root);
  if (code == MCRM_OK) code = read_file(&f, root);
  if (code == MCRM_OK && mcrm_cues_open(f.phrases, f.count, out, error) != MCRM_OK) code = locate(&f);
  arena_free(f.arena);
  return code;
}
