/* From the target to what is asked for. Operations come from the table; beside them stand signing in and out, the
 * stream, the documents, and the frontend's files. */
#include <string.h>

#include "internal.h"

static const struct {
  const char *method, *path;
  task task;
} fixed[] = {
    {"POST", "session", TASK_LOGIN},
    {"DELETE", "session", TASK_LOGOUT},
    {"GET", "session", TASK_ME},
    {"GET", "openapi.json", TASK_OPENAPI},
};

static bool is(const mcrm_exchange *x, size_t from, const char *first, const char *second) {
  const target *t = &x->target;
  return t->count == from + (second ? 2 : 1) && !t->folder && !strcmp(t->segments[from], first) &&
         (!second || !strcmp(t->segments[from + 1], second));
}

static bool reads(const mcrm_exchange *x) { return !strcmp(x->method, "GET"); }

/* Below /api/v1. */
static task find_api(mcrm_exchange *x) {
  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
    if (is(x, 2, fixed[i].path, NULL) && !strcmp(x->method, fixed[i].method)) return fixed[i].task;
  if (is(x, 2, "events", "stream") && reads(x)) return TASK_STREAM;
  return TASK_API;
}

/* "/tasks/{id}/complete" against the segments; a fixed word beats a field. Points of a match, or -1. */
static int match(const char *path, const target *t, target_pair values[4], size_t *count) {
  int points = 0;
  size_t segment = 2;
  *count = 0;
  for (const char *p = path; *p; segment++) {
    p++; /* the slash */
    size_t length = strcspn(p, "/");
    if (segment >= t->count) return -1;
    if (*p == '{') {
      if (*count == 4) return -1;
      values[(*count)++] = (target_pair){p + 1, t->segments[segment]};
    } else if (strncmp(p, t->segments[segment], length) || t->segments[segment][length]) {
      return -1;
    } else {
      points++;
    }
    p += length;
  }
  return segment == t->count && !t->folder ? points : -1;
}

static void allow(mcrm_exchange *x, const char *method) {
  size_t length = strlen(x->allow);
  if (strstr(x->allow, method) || length + strlen(method) + 3 > sizeof x->allow) return;
  if (length) memcpy(x->allow + length, ", ", 3);
  strcat(x->allow, method);
  if (!strcmp(method, "GET")) allow(x, "HEAD");
}

/* Methods that other routes of the same address take. */
static void allow_fixed(mcrm_exchange *x) {
  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
    if (is(x, 2, fixed[i].path, NULL)) allow(x, fixed[i].method);
  if (is(x, 2, "events", "stream")) allow(x, "GET");
}

static void find_operation(mcrm_exchange *x) {
  int best = -1;
  if (x->target.count < 3 || strcmp(x->target.segments[1], "v1")) return;
  allow_fixed(x);
  char first = x->target.segments[2][0];
  for (const api_operation *o = api_operations; o->name; o++) {
    target_pair values[4];
    size_t count;
    if (o->path[1] != first && o->path[1] != '{') continue; /* as most are, with every request */
    int points = match(o->path, &x->target, values, &count);
    if (points < 0) continue;
    allow(x, o->method);
    if (points <= best || strcmp(o->method, x->method)) continue;
    best = points;
    x->operation = o;
    memcpy(x->path_values, values, sizeof values);
    x->path_count = count;
  }
}

void route_find(mcrm_exchange *x) {
  const target *t = &x->target;
  if (t->count >= 2 && !strcmp(t->segments[0], "api") && !strcmp(t->segments[1], "v1"))
    x->task = find_api(x);
  else if (is(x, 0, "health", NULL) && reads(x))
    x->task = TASK_HEALTH;
  else if (is(x, 0, "metrics", NULL) && reads(x))
    x->task = TASK_METRICS;
  else if (x->gateway->host_secret && is(x, 0, "hand-over", NULL) && reads(x))
    x->task = TASK_HAND_OVER;
  else if (t->count && !strcmp(t->segments[0], "api"))
    x->task = TASK_API;
  else
    x->task = TASK_FILE;
  if (x->task == TASK_API) find_operation(x);
}

int route_operation(mcrm_exchange *x) {
  if (x->operation) return MCRM_OK;
  if (x->allow[0])
    return answer_refuse(x, 405, MCRM_INVALID, NULL, "request.method", "%s is not taken here", x->method);
  return answer_refuse(x, 404, MCRM_NOT_FOUND, NULL, "route.unknown", "there is no such address");
}
