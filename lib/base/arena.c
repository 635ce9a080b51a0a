#include <base/arena.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FIRST_CHUNK = 8 * 1024, LARGEST_CHUNK = 4 * 1024 * 1024, LARGE_CHUNK = 1024 * 1024, ALIGNMENT = 16 };

typedef struct chunk {
  struct chunk *next;
  size_t size, used;
  bool zero; /* what is not used yet is zero already */
} chunk;

struct arena {
  chunk *newest, *first;
  size_t total, limit;
  bool failed;
};

#define HEADER ((sizeof(chunk) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

/* Fresh pages cost more than what is done in them: a large chunk asks for huge ones and is not touched before its use,
 * for calloc() knows that what comes from the kernel is zero. */
static chunk *large_chunk(size_t size) {
  chunk *c = calloc(1, HEADER + size);
  if (!c) return NULL;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = ((uintptr_t)c + page - 1) & ~(page - 1);
  uintptr_t end = ((uintptr_t)c + HEADER + size) & ~(page - 1);
  if (end > start) (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
  *c = (chunk){.size = size, .zero = true};
  return c;
}

static chunk *chunk_new(size_t size) {
  if (size >= LARGE_CHUNK) return large_chunk(size);
  chunk *c = malloc(HEADER + size);
  if (c) *c = (chunk){.size = size};
  return c;
}

arena *arena_new(size_t limit) {
  arena *a = malloc(sizeof *a);
  if (!a) return NULL;
  chunk *c = chunk_new(FIRST_CHUNK);
  if (!c) {
    free(a);
    return NULL;
  }
  *a = (arena){.newest = c, .first = c, .limit = limit ? limit : (size_t)256 << 20};
  return a;
}

static void free_chunks(chunk *c, const chunk *stop) {
  while (c != stop) {
    chunk *next = c->next;
    free(c);
    c = next;
  }
}

void arena_free(arena *a) {
  if (!a) return;
  free_chunks(a->newest, NULL);
  free(a);
}

void arena_reset(arena *a) {
  free_chunks(a->newest, a->first);
  a->newest = a->first;
  a->first->used = 0;
  a->total = 0;
  a->failed = false;
}

bool arena_failed(const arena *a) { return a->failed; }

void arena_fail(arena *a) { a->failed = true; }

static void *fail(arena *a) {
  a->failed = true;
  return NULL;
}

void *arena_alloc(arena *a, size_t size) {
  if (size > a->limit || a->total > a->limit - size) return fail(a);
  size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  chunk *c = a->newest;
  if (c->size - c->used < rounded) {
    size_t wanted = c->size * 2 > LARGEST_CHUNK ? LARGEST_CHUNK : c->size * 2;
    c = chunk_new(rounded > wanted ? rounded : wanted);
    if (!c) return fail(a);
    c->next = a->newest;
    a->newest = c;
  }
  void *at = (char *)c + HEADER + c->used;
  c->used += rounded;
  a->total += rounded;
  return c->zero ? at : memset(at, 0, rounded);
}

void *arena_array(arena *a, size_t count, size_t size) {
  if (size && count > SIZE_MAX / size) return fail(a);
  return arena_alloc(a, count * size);
}

char *arena_copy(arena *a, const char *bytes, size_t length) {
  if (length == SIZE_MAX) return fail(a);
  char *copy = arena_alloc(a, length + 1);
  if (copy && length) memcpy(copy, bytes, length);
  return copy;
}

char *arena_text(arena *a, const char *text) { return text ? arena_copy(a, text, strlen(text)) : NULL; }

char *arena_print(arena *a, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, args);
  char *text = length < 0 ? fail(a) : arena_alloc(a, (size_t)length + 1);
  if (text) vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  va_end(args);
  return text;
}
