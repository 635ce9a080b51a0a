#include "vault.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* A shorter secret would blot out half of what is said, and is none. */
enum { CHUNK = 16 << 10, ALIGNMENT = 16, SHORTEST = 4 };

typedef struct chunk {
  struct chunk *next;
  size_t size, used;
} chunk;

typedef struct secret {
  struct secret *next;
  const char *text;
  size_t length;
} secret;

struct vault {
  chunk *chunks;
  secret *secrets;
};

#define HEADER ((sizeof(chunk) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

vault *vault_new(void) { return calloc(1, sizeof(vault)); }

void vault_free(vault *v) {
  if (!v) return;
  for (chunk *c = v->chunks, *next; c; c = next) {
    next = c->next;
    size_t size = c->size;
    explicit_bzero(c, size);
    munmap(c, size);
  }
  free(v);
}

void *vault_alloc(vault *v, size_t bytes) {
  if (bytes > (size_t)64 << 20) return NULL;
  size_t rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  chunk *c = v->chunks;
  if (!c || c->size - c->used < rounded) {
    size_t size = (HEADER + rounded + CHUNK - 1) / CHUNK * CHUNK;
    c = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (c == MAP_FAILED) return NULL;
    /* Both are for the better where the limits allow them. */
    (void)mlock(c, size);
    (void)madvise(c, size, MADV_DONTDUMP);
    *c = (chunk){.next = v->chunks, .size = size, .used = HEADER};
    v->chunks = c;
  }
  void *at = (char *)c + c->used;
  c->used += rounded;
  return at;
}

char *vault_copy(vault *v, const char *bytes, size_t length) {
  char *copy = vault_alloc(v, length + 1);
  if (copy && length) memcpy(copy, bytes, length);
  return copy;
}

bool vault_secret(vault *v, const char *text) {
  size_t length = strlen(text);
  if (length < SHORTEST) return true;
  secret *s = vault_alloc(v, sizeof *s);
  if (!s) return false;
  *s = (secret){.next = v->secrets, .text = text, .length = length};
  v->secrets = s;
  return true;
}

static void blot(char *line, const secret *s) {
  for (char *at = line; (at = strstr(at, s->text)) != NULL; at += 3) {
    memcpy(at, "***", 3);
    memmove(at + 3, at + s->length, strlen(at + s->length) + 1);
  }
  size_t length = strlen(line);
  size_t most = length < s->length - 1 ? length : s->length - 1;
  for (size_t cut = most; cut >= SHORTEST; cut--) {
    if (memcmp(line + length - cut, s->text, cut)) continue;
    memcpy(line + length - cut, "***", 4);
    return;
  }
}

void vault_blot(const vault *v, char *line) {
  for (const secret *s = v->secrets; s; s = s->next) blot(line, s);
}
