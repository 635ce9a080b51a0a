/* The frontend's files. A name is walked one segment at a time, never through a link or a hidden file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

static const struct {
  const char *ending, *type;
} types[] = {{".html", "text/html; charset=utf-8"},
             {".js", "text/javascript; charset=utf-8"},
             {".mjs", "text/javascript; charset=utf-8"},
             {".css", "text/css; charset=utf-8"},
             {".json", "application/json"},
             {".map", "application/json"},
             {".webmanifest", "application/manifest+json"},
             {".svg", "image/svg+xml"},
             {".png", "image/png"},
             {".jpg", "image/jpeg"},
             {".webp", "image/webp"},
             {".ico", "image/x-icon"},
             {".woff2", "font/woff2"},
             {".woff", "font/woff"},
             {".txt", "text/plain; charset=utf-8"},
             {".wasm", "application/wasm"}};

static const char *type_of(const char *name) {
  const char *ending = strrchr(name, '.');
  for (size_t i = 0; ending && i < sizeof types / sizeof *types; i++)
    if (!strcmp(ending, types[i].ending)) return types[i].type;
  return NULL;
}

/* Builders put a digest into the name (index-BX3fa91c.js): such a file never changes. */
static bool hashed(const char *name) {
  const char *ending = strrchr(name, '.'), *at = ending;
  while (at && at > name && at[-1] != '-' && at[-1] != '.') at--;
  if (!at || at == name || ending - at < 8) return false;
  bool digit = false;
  for (const char *c = at; c < ending; c++) {
    bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_';
    bool upper_or_digit = (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z');
    if (!letter && !upper_or_digit) return false;
    digit = digit || upper_or_digit;
  }
  return digit;
}

/* Does Accept-Encoding name the coding without refusing it? */
static bool accepts(const char *header, const char *coding) {
  size_t length = strlen(coding);
  for (const char *p = header ? strstr(header, coding) : NULL; p; p = strstr(p + 1, coding)) {
    bool starts = p == header || p[-1] == ' ' || p[-1] == ',';
    const char *after = p + length;
    if (!starts || !strchr(" ,;", *after)) continue;
    return strncmp(after, ";q=0", 4) || (after[4] == '.' && strspn(after + 5, "0") != strcspn(after + 5, ", "));
  }
  return false;
}

static int open_plain(int folder, const char *name) {
  return openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
}

/* The folder of the file; `close_it` tells whether it is the walk's own. */
static int walk(const mcrm_exchange *x, size_t folders) {
  int at = dup(x->gateway->ui);
  for (size_t i = 0; i < folders && at >= 0; i++) {
    int next = openat(at, x->target.segments[i], O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    close(at);
    at = next;
  }
  return at;
}

static bool regular(int fd, struct stat *st) { return fd >= 0 && !fstat(fd, st) && S_ISREG(st->st_mode); }

/* The file itself, or its compressed sibling. */
static int open_best(mcrm_exchange *x, int folder, const char *name, struct stat *st, const char **coding) {
  static const char *const codings[][2] = {{"br", ".br"}, {"gzip", ".gz"}};
  for (size_t i = 0; i < 2; i++) {
    if (!accepts(x->head.accept_encoding, codings[i][0])) continue;
    const char *sibling = arena_print(x->memory, "%s%s", name, codings[i][1]);
    int fd = sibling ? open_plain(folder, sibling) : -1;
    *coding = codings[i][0];
    if (regular(fd, st)) return fd;
    if (fd >= 0) close(fd);
  }
  *coding = NULL;
  int fd = open_plain(folder, name);
  if (regular(fd, st)) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

static void absent(mcrm_exchange *x) {
  answer_refuse(x, 404, MCRM_NOT_FOUND, NULL, "route.unknown", "there is no such address");
}

static void serve(mcrm_exchange *x, const char *name, int fd, const struct stat *st, const char *coding) {
  const char *tag =
      arena_print(x->memory, "\"%llx-%llx%s\"", (unsigned long long)st->st_size,
                  (unsigned long long)st->st_mtim.tv_sec * 1000000000u + (unsigned long long)st->st_mtim.tv_nsec,
                  coding ? coding : "");
  bool same = tag && x->head.if_none_match && strstr(x->head.if_none_match, tag);
  answer_begin(x, same ? 304 : 200);
  answer_header(x, "Cache-Control", hashed(name) ? "private, max-age=31536000, immutable" : "private, no-cache");
  answer_header(x, "ETag", tag);
  answer_header(x, "Vary", "Accept-Encoding, Cookie");
  if (same) {
    close(fd);
    return;
  }
  answer_header(x, "Content-Type", type_of(name));
  if (coding) answer_header(x, "Content-Encoding", coding);
  x->file = fd;
  x->file_length = st->st_size;
}

void file_run(mcrm_exchange *x) {
  const target *t = &x->target;
  const char *coding, *name = t->count && !t->folder ? t->segments[t->count - 1] : "index.html";
  struct stat st;
  if (strcmp(x->method, "GET")) {
    strcpy(x->allow, "GET, HEAD");
    answer_refuse(x, 405, MCRM_INVALID, NULL, "request.method", "%s is not taken here", x->method);
    return;
  }
  if (!t->count && !t->folder && x->gateway->mount_length) { /* what a page names is relative to its folder */
    answer_begin(x, 303);
    answer_header(x, "Location", arena_print(x->memory, "%s/", x->gateway->mount));
    return;
  }
  for (size_t i = 0; i < t->count; i++)
    if (t->segments[i][0] == '.') {
      absent(x);
      return;
    }
  int folder = x->gateway->ui >= 0 && type_of(name) ? walk(x, t->count - (t->count && !t->folder)) : -1;
  int fd = folder >= 0 ? open_best(x, folder, name, &st, &coding) : -1;
  if (folder >= 0) close(folder);
  if (fd < 0)
    absent(x);
  else
    serve(x, name, fd, &st, coding);
}
