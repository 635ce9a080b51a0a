/* The rows of every entity describe its struct wholly: nothing of a struct is left out or claimed twice. */
#include <check.h>
#include <marfacrm/interaction.h>
#include <model/entities.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t width(const model_field *f) {
  return f->kind == MODEL_TEXTS || f->kind == MODEL_LIST || f->kind == MODEL_MAP ? 16 : 8;
}

START_TEST(rows_tile_the_structs) {
  for (const model_entity *const *e = model_entities; *e; e++) {
    size_t at = MODEL_HEADER;
    for (size_t i = 0; i < (*e)->count; i++) {
      const model_field *f = &(*e)->fields[i];
      ck_assert_msg(f->offset == at, "%s.%s is at %u, the row before it ends at %zu: a member before it has no row",
                    (*e)->name, f->name, f->offset, at);
      at += width(f);
    }
    ck_assert_msg(at == (*e)->size, "%s: rows end at %zu, the struct at %zu", (*e)->name, at, (*e)->size);
  }
}
END_TEST

START_TEST(every_field_has_its_own_bit) {
  for (const model_entity *const *e = model_entities; *e; e++)
    for (size_t i = 0; i < (*e)->count; i++)
      ck_assert_msg(model_slot(&(*e)->fields[i]) < MODEL_SLOTS, "%s.%s has no bit", (*e)->name, (*e)->fields[i].name);
}
END_TEST

START_TEST(names_are_unique_and_found) {
  for (const model_entity *const *e = model_entities; *e; e++) {
    ck_assert_ptr_eq(model_entity_find((*e)->name), *e);
    for (size_t i = 0; i < (*e)->count; i++) {
      const model_field *f = &(*e)->fields[i];
      ck_assert_ptr_eq(model_field_find(*e, f->name, strlen(f->name)), f);
    }
  }
}
END_TEST

static size_t depth(const model_entity *e, size_t above) {
  ck_assert_msg(above < 8, "%s nests without end", e->name);
  size_t deepest = above;
  for (size_t i = 0; i < e->count; i++) {
    if (!e->fields[i].entity) continue;
    size_t below = depth(e->fields[i].entity, above + 1);
    if (below > deepest) deepest = below;
  }
  return deepest;
}

START_TEST(nesting_has_no_cycle) {
  for (const model_entity *const *e = model_entities; *e; e++) depth(*e, 0);
}
END_TEST

START_TEST(maps_are_keyed_by_a_text_and_nested_rows_are_known) {
  for (const model_entity *const *e = model_entities; *e; e++)
    for (size_t i = 0; i < (*e)->count; i++) {
      const model_field *f = &(*e)->fields[i];
      bool nested = f->kind == MODEL_OBJECT || f->kind == MODEL_LIST || f->kind == MODEL_MAP;
      ck_assert_msg(nested == (f->entity != NULL), "%s.%s", (*e)->name, f->name);
      if (f->kind == MODEL_MAP) ck_assert_int_eq(f->entity->fields[0].kind, MODEL_TEXT);
    }
}
END_TEST

START_TEST(stored_entities_begin_with_the_four_columns) {
  static const char *const columns[] = {"id", "created_at", "updated_at", "version"};
  for (const model_entity *const *e = model_entities; *e; e++) {
    if (!(*e)->table) continue;
    for (size_t i = 0; i < 4; i++) ck_assert_str_eq((*e)->fields[i].name, columns[i]);
    if ((*e)->owner) ck_assert_ptr_nonnull(model_field_find(*e, (*e)->owner, strlen((*e)->owner)));
  }
}
END_TEST

START_TEST(the_bit_of_a_member_is_the_bit_of_its_row) {
  mcrm_interaction i = {.size = sizeof i};
  MCRM_SET(&i, notes, "x");
  ck_assert(model_has(&i, model_field_find(&model_interaction, "notes", 5)));
  ck_assert(MCRM_HAS(&i, notes));
  ck_assert(!MCRM_HAS(&i, summary));
  ck_assert_uint_eq(i.present & (i.present - 1), 0);
}
END_TEST

/* Programs compiled against an older header rely on where the fields are: what tests/model/fields.txt lists stays where
 * it was. Releasing adds the new ones: row_test --print > tests/model/fields.txt */
START_TEST(fields_stay_where_older_programs_look_for_them) {
  char line[200], name[100], field[100];
  unsigned offset, seen = 0;
  FILE *file = fopen(MARFACRM_SOURCE "/tests/model/fields.txt", "re");
  ck_assert_ptr_nonnull(file);
  while (fgets(line, sizeof line, file)) {
    ck_assert_msg(sscanf(line, "%99[^.].%99s %u", name, field, &offset) == 3, "%s", line);
    const model_entity *e = model_entity_find(name);
    ck_assert_msg(e != NULL, "the entity %s is gone", name);
    const model_field *f = model_field_find(e, field, strlen(field));
    ck_assert_msg(f != NULL, "the field %s.%s is gone", name, field);
    ck_assert_msg(f->offset == offset, "%s.%s was at %u and is at %u: new fields go to the end", name, field, offset,
                  f->offset);
    seen++;
  }
  fclose(file);
  ck_assert_uint_gt(seen, 300);
}
END_TEST

static int print_fields(void) {
  for (const model_entity *const *e = model_entities; *e; e++)
    for (size_t i = 0; i < (*e)->count; i++)
      printf("%s.%s %u\n", (*e)->name, (*e)->fields[i].name, (*e)->fields[i].offset);
  return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], "--print")) return print_fields();
  Suite *s = suite_create("entity rows");
  TCase *c = tcase_create("entity rows");
  tcase_add_test(c, rows_tile_the_structs);
  tcase_add_test(c, every_field_has_its_own_bit);
  tcase_add_test(c, names_are_unique_and_found);
  tcase_add_test(c, nesting_has_no_cycle);
  tcase_add_test(c, maps_are_keyed_by_a_text_and_nested_rows_are_known);
  tcase_add_test(c, stored_entities_begin_with_the_four_columns);
  tcase_add_test(c, fields_stay_where_older_programs_look_for_them);
  tcase_add_test(c, the_bit_of_a_member_is_the_bit_of_its_row);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
