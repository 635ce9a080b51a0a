/* An arena: many allocations, one free. All memory is aligned for any type and zeroed, but for arena_room's.
 * A failed allocation returns NULL and marks the arena, so that a caller may also check once at the end. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct arena arena;

/* limit: the most bytes that may ever be handed out (0 = 256 MiB). NULL if there is no memory. */
arena *arena_new(size_t limit);
void arena_free(arena *a);
/* Forgets everything but keeps some memory (at most half a MiB) for reuse. */
void arena_reset(arena *a);
bool arena_failed(const arena *a);
/* Marks it failed, for want of memory elsewhere on its behalf. */
void arena_fail(arena *a);

void *arena_alloc(arena *a, size_t size);
/* The same, not zeroed: for what is written as a whole, for to zero much takes as long as to write it. */
void *arena_room(arena *a, size_t size);
/* count × size with the product checked. */
void *arena_array(arena *a, size_t count, size_t size);
/* An array of `wanted` items of which the first `room` are those of old (NULL: none): in place where old was the last
 * that was handed out, elsewhere with more room behind it. NULL leaves old as it is. */
void *arena_grow(arena *a, void *old, size_t room, size_t wanted, size_t size);
/* A NUL-terminated copy of `length` bytes. */
char *arena_copy(arena *a, const char *bytes, size_t length);
/* A copy of a NUL-terminated text; NULL stays NULL. */
char *arena_text(arena *a, const char *text);
char *arena_print(arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
