/* What a record must keep to, however it came in. */
#include <base/error.h>
#include <check.h>
#include <marfacrm/interaction.h>
#include <marfacrm/task.h>
#include <model/entities.h>
#include <model/validate.h>
#include <stdlib.h>
#include <string.h>

static arena *memory;
static mcrm_error error;

static void setup(void) {
  error_clear(&error);
  memory = arena_new(0);
}

static void teardown(void) { arena_free(memory); }

static int check(const mcrm_task *task, model_use use) {
  error_clear(&error);
  return model_validate(&model_task, task, use, &error);
}

static void refuses(const mcrm_task *task, model_use use, const char *field) {
  ck_assert_int_eq(check(task, use), MCRM_INVALID);
  ck_assert_str_eq(error.field, field);
}

START_TEST(required_fields_are_needed_only_to_create) {
  mcrm_task task = {.size = sizeof task};
  refuses(&task, MODEL_CREATE, "title");
  ck_assert(!check(&task, MODEL_UPDATE));
  MCRM_SET(&task, title, NULL);
  refuses(&task, MODEL_UPDATE, "title");
  MCRM_SET(&task, title, " \t");
  refuses(&task, MODEL_CREATE, "title");
}
END_TEST

START_TEST(what_the_library_sets_cannot_be_given) {
  mcrm_task task = {.size = sizeof task};
  MCRM_SET(&task, completed_at, 5);
  refuses(&task, MODEL_UPDATE, "completed_at");
  task = (mcrm_task){.size = sizeof task};
  MCRM_SET(&task, overdue, 0);
  refuses(&task, MODEL_UPDATE, "overdue");
  task = (mcrm_task){.size = sizeof task};
  MCRM_SET(&task, title, "x");
  MCRM_SET(&task, id, 7);
  refuses(&task, MODEL_CREATE, "id");
  ck_assert(!check(&task, MODEL_UPDATE));
}
END_TEST

START_TEST(texts_have_a_length_a_form_and_sometimes_choices) {
  char title[502 * 2 + 1];
  for (size_t i = 0; i < 501; i++) memcpy(title + i * 2, "ی", 2);
  title[500 * 2] = 0;
  mcrm_task task = {.size = sizeof task};
  MCRM_SET(&task, title, title);
  ck_assert(!check(&task, MODEL_CREATE));
  memcpy(title + 500 * 2, "ی", 3);
  refuses(&task, MODEL_CREATE, "title");
  ck_assert_ptr_nonnull(strstr(error.detail, "501"));
  task.title = "\xff";
  refuses(&task, MODEL_CREATE, "title");
  task.title = "x";
  MCRM_SET(&task, priority, "urgentest");
  refuses(&task, MODEL_CREATE, "priority");
  ck_assert_ptr_nonnull(strstr(error.detail, "\"urgentest\" is none of low, normal, high, urgent"));
}
END_TEST

START_TEST(nested_records_are_checked_and_named) {
  mcrm_todo empty = {.size = sizeof empty};
  const mcrm_todo *items[] = {&empty};
  mcrm_task task = {.size = sizeof task};
  MCRM_SET(&task, title, "x");
  MCRM_SET(&task, checklist, ((mcrm_todo_array){items, 1}));
  refuses(&task, MODEL_CREATE, "checklist.text");
}
END_TEST

START_TEST(a_nested_new_record_has_no_id) {
  mcrm_task next = {.size = sizeof next};
  MCRM_SET(&next, id, 9);
  mcrm_task_completion done = {.size = sizeof done};
  MCRM_SET(&done, id, 4);
  MCRM_SET(&done, next_task, &next);
  error_clear(&error);
  ck_assert_int_eq(model_validate(&model_task_completion, &done, MODEL_CREATE, &error), MCRM_INVALID);
  ck_assert_str_eq(error.field, "next_task");
}
END_TEST

/* A program compiled against an older, shorter struct, and one that did not bother with present bits. */
START_TEST(an_older_struct_is_adopted) {
  mcrm_task task = {.size = offsetof(mcrm_task, description), .title = "x", .rep_id = 3};
  task.description = "beyond the size: not read";
  void *ours;
  ck_assert(!model_adopt(memory, &model_task, &task, &error, &ours));
  const mcrm_task *adopted = ours;
  ck_assert_uint_eq(adopted->size, sizeof(mcrm_task));
  ck_assert_str_eq(adopted->title, "x");
  ck_assert_ptr_null(adopted->description);
  ck_assert(MCRM_HAS(adopted, title) && MCRM_HAS(adopted, rep_id) && !MCRM_HAS(adopted, due_at));
}
END_TEST

START_TEST(a_struct_without_size_is_refused) {
  mcrm_task task = {.title = "x"};
  void *ours;
  ck_assert_int_eq(model_adopt(memory, &model_task, &task, &error, &ours), MCRM_INVALID);
  ck_assert_str_eq(error.field, "size");
}
END_TEST

int main(void) {
  Suite *s = suite_create("validation");
  TCase *c = tcase_create("validation");
  tcase_add_checked_fixture(c, setup, teardown);
  tcase_add_test(c, required_fields_are_needed_only_to_create);
  tcase_add_test(c, what_the_library_sets_cannot_be_given);
  tcase_add_test(c, texts_have_a_length_a_form_and_sometimes_choices);
  tcase_add_test(c, nested_records_are_checked_and_named);
  tcase_add_test(c, a_nested_new_record_has_no_id);
  tcase_add_test(c, an_older_struct_is_adopted);
  tcase_add_test(c, a_struct_without_size_is_refused);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
