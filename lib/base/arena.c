#include <base/arena.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
  FIRST_CHUNK = 8 * 1024,
  KEPT_CHUNK = 512 * 1024,
  LARGEST_CHUNK = 4 * 1024 * 1024,
  LARGE_CHUNK = 1024 * 1024,
  ALIGNMENT = 16
};

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
static chunk *large_chunk(size_t size, bool zero) {
  chunk *c = zero ? calloc(1, HEADER + size) : malloc(HEADER + size);
  if (!c) return NULL;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = ((uintptr_t)c + page - 1) & ~(page - 1);
  uintptr_t end = ((uintptr_t)c + HEADER + size) & ~(page - 1);
  if (end > start) (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
  *c = (chunk){.size = size, .zero = zero};
  return c;
}

static chunk *chunk_new(size_t size, bool zero) {
  if (size >= LARGE_CHUNK) return large_chunk(size, zero);
  chunk *c = malloc(HEADER + size);
  if (c) *c = (chunk){.size = size};
  return c;
}

arena *arena_new(size_t limit) {
  arena *a = malloc(sizeof *a);
  if (!a) return NULL;
  chunk *c = chunk_new(FIRST_CHUNK, false);
  if (!c) {
    free(a);
    return NULL;
  }
  *a = (arena){.newest = c, .first = c, .limit = limit ? limit : (size_t)256 << 20};
  return a;
}

void arena_free(arena *a) {
  if (!a) return;
  for (chunk *c = a->newest, *next; c; c = next) {
    next = c->next;
    free(c);
  }
  free(a);
}

/* The largest chunk stays, so that the same work again needs no fresh pages: they cost more than what is done in them.
 */
void arena_reset(arena *a) {
  chunk *kept = a->first;
  for (chunk *c = a->newest; c != a->first; c = c->next)
    if (c->size > kept->size && c->size <= KEPT_CHUNK) kept = c;
  while (a->newest) {
    chunk *next = a->newest->next;
    if (a->newest != kept) free(a->newest);
    a->newest = next;
  }
  *kept = (chunk){.size = kept->size};
  a->newest = a->first = kept;
  a->total = 0;
  a->failed = false;
}

bool arena_failed(const arena *a) { return a->failed; }

void arena_fail(arena *a) { a->failed = true; }

static void *fail(arena *a) {
  a->failed = true;
  return NULL;
}

static size_t rounded_up(size_t size) { return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

static void *hand_out_any(arena *a, size_t rounded) {
  chunk *c = a->newest;
  void *at = (char *)c + HEADER + c->used;
  c->used += rounded;
  a->total += rounded;
  return at;
}

static void *hand_out(arena *a, size_t rounded) {
  void *at = hand_out_any(a, rounded);
  return a->newest->zero ? at : memset(at, 0, rounded);
}

static bool add_chunk(arena *a, size_t size, bool zero) {
  size_t wanted = a->newest->size * 2 > LARGEST_CHUNK ? LARGEST_CHUNK : a->newest->size * 2;
  chunk *c = chunk_new(size > wanted ? size : wanted, zero);
  if (!c) return false;
  c->next = a->newest;
  a->newest = c;
  return true;
}

static bool has_room(const arena *a, size_t size) { return size <= a->limit && a->total <= a->limit - size; }

/* Is there so much behind what was handed out last, or a new chunk? */
static bool find_room(arena *a, size_t rounded, bool zero) {
  return a->newest->size - a->newest->used >= rounded || add_chunk(a, rounded, zero);
}

void *arena_alloc(arena *a, size_t size) {
  size_t rounded = rounded_up(size);
  return has_room(a, size) && find_room(a, rounded, true) ? hand_out(a, rounded) : fail(a);
}

void *arena_room(arena *a, size_t size) {
  size_t rounded = rounded_up(size);
  return has_room(a, size) && find_room(a, rounded, false) ? hand_out_any(a, rounded) : fail(a);
}

void *arena_grow(arena *a, void *old, size_t room, size_t wanted, size_t size) {
  if (wanted > SIZE_MAX / 4 / size || room > wanted) return fail(a);
  size_t before = rounded_up(room * size), after = rounded_up(wanted * size);
  chunk *c = a->newest;
  bool last = old && (char *)old + before == (char *)c + HEADER + c->used;
  if (last && c->size - c->used >= after - before) {
    if (!has_room(a, after - before)) return fail(a);
    hand_out(a, after - before);
    return old;
  }
  if (!has_room(a, after)) return fail(a);
  /* What has grown this far may grow on; a large chunk's pages are not touched before their use. */
  if (c->size - c->used < after && !add_chunk(a, after >= LARGE_CHUNK ? after * 2 : after, true)) return fail(a);
  void *grown = hand_out(a, after);
  if (room) memcpy(grown, old, room * size);
  return grown;
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
