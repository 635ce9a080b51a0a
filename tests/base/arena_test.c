/* The arena: memory is zero, stays where it is until the reset, and grows in place where it can. */
#include <base/arena.h>
#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

START_TEST(memory_is_zero_also_after_a_reset) {
  arena *a = arena_new(0);
  for (int round = 0; round < 3; round++) {
    for (size_t size = 1; size < 3000000; size = size * 3 + 1) {
      unsigned char *bytes = arena_alloc(a, size);
      ck_assert_ptr_nonnull(bytes);
      for (size_t i = 0; i < size; i += size / 100 + 1) ck_assert_uint_eq(bytes[i], 0);
      memset(bytes, 0xAA, size);
    }
    arena_reset(a);
  }
  arena_free(a);
}
END_TEST

/* An assertion costs a system call: those of millions of items are made together. */
static bool all_zero(const uint32_t *list, size_t from, size_t to) {
  for (size_t i = from; i < to; i++)
    if (list[i]) return false;
  return true;
}

static bool all_kept(const uint32_t *list, size_t items) {
  for (size_t i = 0; i < items; i++)
    if (list[i] != i) return false;
  return true;
}

/* Grows an array item by item; something else is handed out behind it after each `beside` growths (0: never). */
static size_t grow_to(arena *a, size_t items, size_t beside) {
  uint32_t *list = NULL;
  size_t room = 0, moved = 0;
  for (size_t i = 0; i < items; i++) {
    if (i == room) {
      size_t wanted = room + room / 4 + 3;
      uint32_t *grown = arena_grow(a, list, room, wanted, sizeof *grown);
      ck_assert_ptr_nonnull(grown);
      ck_assert(all_zero(grown, room, wanted));
      moved += list && grown != list;
      list = grown;
      room = wanted;
      if (beside && i % beside == 0) memset(arena_alloc(a, 5), 0xFF, 5);
    }
    list[i] = (uint32_t)i;
  }
  ck_assert(all_kept(list, items));
  return moved;
}

static bool is_zero(const unsigned char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (bytes[i]) return false;
  return true;
}

START_TEST(what_stands_behind_room_is_zero_all_the_same) {
  arena *a = arena_new((size_t)8 << 20);
  for (int round = 0; round < 6; round++) {
    for (size_t size = 100; size < 2000000; size *= 20) {
      unsigned char *room = arena_room(a, size), *behind = arena_alloc(a, size / 2);
      ck_assert_ptr_nonnull(room);
      ck_assert(behind && is_zero(behind, size / 2));
      memset(room, 0xAA, size);
      memset(behind, 0xAA, size / 2);
    }
    arena_reset(a);
  }
  ck_assert_ptr_null(arena_room(a, (size_t)9 << 20));
  ck_assert(arena_failed(a));
  arena_free(a);
}
END_TEST

START_TEST(an_array_keeps_its_items_and_seldom_moves) {
  arena *a = arena_new(0);
  ck_assert_uint_le(grow_to(a, 2000000, 0), 16); /* of about 60 growths */
  arena_reset(a);
  ck_assert_uint_ge(grow_to(a, 200000, 1), 20); /* nothing that was handed out in between is overwritten */
  arena_free(a);
}
END_TEST

START_TEST(the_limit_holds_for_growth_too) {
  arena *a = arena_new(10000);
  uint32_t *list = arena_grow(a, NULL, 0, 1000, sizeof *list);
  ck_assert_ptr_nonnull(list);
  ck_assert_ptr_eq(arena_grow(a, list, 1000, 2000, sizeof *list), list);
  ck_assert_ptr_null(arena_grow(a, list, 2000, 3000, sizeof *list));
  ck_assert(arena_failed(a));
  arena_free(a);
  a = arena_new(0);
  ck_assert_ptr_null(arena_grow(a, NULL, 0, SIZE_MAX / 2, sizeof *list));
  arena_free(a);
}
END_TEST

int main(void) {
  TCase *t = tcase_create("arena");
  tcase_set_timeout(t, 60);
  tcase_add_test(t, memory_is_zero_also_after_a_reset);
  tcase_add_test(t, what_stands_behind_room_is_zero_all_the_same);
  tcase_add_test(t, an_array_keeps_its_items_and_seldom_moves);
  tcase_add_test(t, the_limit_holds_for_growth_too);
  Suite *suite = suite_create("arena");
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
