#include "option.h"

#include <base/error.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECRET_BYTES = 64 << 10 };

struct secret {
  secret *next;
  size_t length;
  char text[];
};

static secret *make(config_state *state, size_t length) {
  secret *s = calloc(1, sizeof *s + length + 1);
  if (!s) {
    error_no_memory(state->error);
    return NULL;
  }
  s->length = length;
  s->next = state->secrets;
  state->secrets = s;
  return s;
}

void secret_wipe(config_state *state) {
  for (secret *s = state->secrets, *next; s; s = next) {
    next = s->next;
    explicit_bzero(s->text, s->length);
    free(s);
  }
  state->secrets = NULL;
}

static int from_environment(config_state *state, const char *path, const node *at, const char **out) {
  const char *name = at->text + 4, *value = getenv(name);
  if (!value || !*value) {
    char *what = arena_print(state->arena, "the environment has no %s", name);
    return what ? option_refuse(state, path, at, "config.secret", what) : error_no_memory(state->error);
  }
  size_t length = strlen(value);
  secret *s = make(state, length);
  if (!s) return MCRM_NO_MEMORY;
  memcpy(s->text, value, length);
  *out = s->text;
  return MCRM_OK;
}

/* What keeps others from having read or written it; NULL if nothing is wrong. */
static const char *unsafe(const struct stat *st) {
  if (!S_ISREG(st->st_mode)) return "is not a regular file";
  if (st->st_uid != geteuid()) return "belongs to another user";
  if (st->st_mode & 077) return "can be read or written by others (chmod 600)";
  if (st->st_size > SECRET_BYTES) return "is too large for a secret";
  return st->st_size ? NULL : "is empty";
}

static int read_whole(int fd, char *text, size_t *length) {
  size_t done = 0;
  while (done < *length) {
    ssize_t got = read(fd, text + done, *length - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return MCRM_IO;
    if (!got) break;
    done += (size_t)got;
  }
  *length = done;
  return MCRM_OK;
}

static int refuse_file(config_state *state, const char *path, const node *at, const char *why) {
  char *what = arena_print(state->arena, "%s %s", at->text + 5, why);
  return what ? option_refuse(state, path, at, "config.secret", what) : error_no_memory(state->error);
}

static int from_file(config_state *state, const char *path, const node *at, const char **out) {
  struct stat st;
  /* NONBLOCK: a pipe put there must not hang the program */
  int fd = open(at->text + 5, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), code;
  if (fd < 0) return refuse_file(state, path, at, errno == ELOOP ? "is a symbolic link" : "cannot be opened");
  const char *why = fstat(fd, &st) ? "cannot be examined" : unsafe(&st);
  if (why) {
    code = refuse_file(state, path, at, why);
    goto out;
  }
  size_t length = (size_t)st.st_size;
  secret *s = make(state, length);
  if (!s) {
    code = MCRM_NO_MEMORY;
    goto out;
  }
  code = read_whole(fd, s->text, &length);
  if (code) {
    code = refuse_file(state, path, at, "cannot be read");
    goto out;
  }
  while (length && (s->text[length - 1] == '\n' || s->text[length - 1] == '\r')) s->text[--length] = 0;
  if (!length || memchr(s->text, 0, length))
    code = refuse_file(state, path, at, length ? "holds a zero byte" : "is empty");
  else
    *out = s->text;
out:
  close(fd);
  return code;
}

int secret_read(config_state *state, const char *path, const node *at, const char **out) {
  return at->text[0] == 'e' ? from_environment(state, path, at, out) : from_file(state, path, at, out);
}
