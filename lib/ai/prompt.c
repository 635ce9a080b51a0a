#include "prompt_built_in.h"

#include <ai/prompt.h>

#include <ai/task.h>
#include <base/error.h>
#include <config/node.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#ifndef MARFACRM_PROMPTS
#error "MARFACRM_PROMPTS comes from the build"
#endif

enum { PROMPT_BYTES = 64 << 10 };

static int refuse(mcrm_error *error, const node *at, const char *file, const char *what, const char *word) {
  return error_set(error, MCRM_INVALID, "ai.prompts", "config.prompt", "%s:%zu: %s%s", file, at ? at->line : 1, what,
                   word);
}

/* Every {{word}} must be one of these, and the needed one there. */
static int check_places(mcrm_error *error, const node *at, const char *file, const char *const *known,
                        const char *needed) {
  bool found = !needed;
  for (const char *p = at->text; (p = strstr(p, "{{")); p += 2) {
    const char *end = strstr(p, "}}");
    if (!end) return refuse(error, at, file, "{{ without }}", "");
    size_t length = (size_t)(end - p) - 2;
    const char *const *k = known;
    while (*k && (strlen(*k) != length || memcmp(*k, p + 2, length))) k++;
    if (!*k) return refuse(error, at, file, "an unknown {{value}}; there are: ", known[0]);
    if (needed && !strcmp(*k, needed)) found = true;
  }
  return found ? MCRM_OK
               : refuse(error, at, file, "it must hold {{nonce}}, which marks the text that is only data", "");
}

static int take(const node *root, prompt *p, mcrm_error *error) {
  static const char *const places[] = {"schema", "nonce", NULL}, *const repairs[] = {"errors", NULL};
  const struct {
    const char *name, **to;
    const char *const *places, *needed;
  } keys[] = {{"name", &p->name, NULL, NULL},          {"language", &p->language, NULL, NULL},
              {"version", &p->version, NULL, NULL},    {"system", &p->system, places, "nonce"},
              {"reduce", &p->reduce, places, "nonce"}, {"repair", &p->repair, repairs, NULL}};
  enum { KEYS = sizeof keys / sizeof *keys };
  if (!root || root->kind != NODE_MAP) return refuse(error, root, p->file, "a prompt is a map of keys", "");
  for (const node *n = root->children; n; n = n->next) {
    size_t k = 0;
    while (k < KEYS && strcmp(keys[k].name, n->key)) k++;
    if (k == KEYS) return refuse(error, n, p->file, "unknown key ", n->key);
    if (n->kind != NODE_TEXT || !n->text[0]) return refuse(error, n, p->file, "must be a text: ", n->key);
    int code = keys[k].places ? check_places(error, n, p->file, keys[k].places, keys[k].needed) : MCRM_OK;
    if (code) return code;
    *keys[k].to = n->text;
  }
  for (size_t k = 0; k < KEYS; k++)
    if (!*keys[k].to) return refuse(error, root, p->file, "has no ", keys[k].name);
  return MCRM_OK;
}

static int read_text(arena *a, const char *text, size_t length, const char *file, const char *language,
                     const char *name, mcrm_error *error, prompt **out) {
  prompt *p = arena_alloc(a, sizeof *p);
  node *root = NULL;
  if (!p) return error_no_memory(error);
  p->file = file;
  int code = node_read(a, text, length, file, (node_limits){PROMPT_BYTES, 64}, error, &root);
  if (!code) code = take(root, p, error);
  if (!code && (strcmp(p->name, name) || strcmp(p->language, language)))
    code = refuse(error, root, file, "name and language must be those of the file: ", name);
  if (!code && !(p->id = arena_print(a, "%s/%s@%s", name, language, p->version))) code = error_no_memory(error);
  *out = p;
  return code;
}

/* MCRM_NOT_FOUND where there is no such file. */
static int read_file(arena *a, const char *folder, const char *language, const char *name, mcrm_error *error,
                     prompt **out) {
  char *file = arena_print(a, "%s/%s/%s.yaml", folder, language, name);
  char *text = arena_alloc(a, PROMPT_BYTES + 1);
  if (!file || !text) return error_no_memory(error);
  FILE *f = fopen(file, "re");
  if (!f && (errno == ENOENT || errno == ENOTDIR)) return MCRM_NOT_FOUND;
  if (!f) return error_set(error, MCRM_IO, "ai.prompts", "config.prompt", "%s cannot be opened", file);
  size_t length = fread(text, 1, PROMPT_BYTES, f);
  bool bad = ferror(f) || !feof(f);
  fclose(f);
  if (bad) return error_set(error, MCRM_IO, "ai.prompts", "config.prompt", "%s cannot be read or is too long", file);
  return read_text(a, text, length, file, language, name, error, out);
}

static int read_built_in(arena *a, const char *language, const char *name, mcrm_error *error, prompt **out) {
  char *file = arena_print(a, "%s/%s.yaml", language, name);
  if (!file) return error_no_memory(error);
  for (const prompt_built_in *p = prompts_built_in; p->file; p++)
    if (!strcmp(p->file, file))
      return read_text(a, (const char *)p->text, p->length, "built in", language, name, error, out);
  return error_set(error, MCRM_NOT_FOUND, "ai.prompts", "config.prompt", "there is no prompt %s", file);
}

/* The admin's, else the installed one, else the one in the library: a folder that is missing stops nobody. */
static int read_one(arena *a, const char *admins, const char *installed, const char *language, const char *name,
                    mcrm_error *error, prompts *out) {
  prompt *found = NULL;
  int code = admins ? read_file(a, admins, language, name, error, &found) : MCRM_NOT_FOUND;
  if (code == MCRM_NOT_FOUND) code = read_file(a, installed, language, name, error, &found);
  if (code == MCRM_NOT_FOUND) code = read_built_in(a, language, name, error, &found);
  if (!code && out->count < PROMPTS_MOST) out->at[out->count++] = found;
  return code;
}

int prompts_read(arena *a, const char *admins, const char *installed, mcrm_error *error, prompts *out) {
  *out = (prompts){0};
  if (!installed) installed = MARFACRM_PROMPTS;
  for (const ai_task *task = ai_tasks; task->name; task++) {
    int code = task->reply ? read_one(a, admins, installed, "fa", task->name, error, out) : MCRM_OK;
    if (!code && task->reply) code = read_one(a, admins, installed, "en", task->name, error, out);
    if (code) return code;
  }
  return MCRM_OK;
}

const prompt *prompt_find(const prompts *all, const char *name, const char *language) {
  const prompt *english = NULL;
  for (size_t i = 0; i < all->count; i++) {
    if (strcmp(all->at[i]->name, name)) continue;
    if (!strcmp(all->at[i]->language, language)) return all->at[i];
    english = all->at[i];
  }
  return english;
}

void prompt_render(buffer *out, const char *template, const prompt_value *values, size_t count) {
  for (const char *p = template, *place; *p; p = place) {
    place = strstr(p, "{{");
    if (!place) {
      buffer_text(out, p);
      return;
    }
    buffer_append(out, p, (size_t)(place - p));
    const char *end = strstr(place, "}}");
    for (size_t i = 0; end && i < count; i++)
      if (strlen(values[i].name) == (size_t)(end - place) - 2 &&
          !memcmp(values[i].name, place + 2, strlen(values[i].name)))
        buffer_text(out, values[i].text);
    place = end ? end + 2 : place + 2;
  }
}
