/* Records: stored, read back, changed, listed. */
#include <base/error.h>
#include <model/json.h>
#include <stdlib.h>

#include "record_fixture.h"

/* ---- storing and reading ---- */

START_TEST(what_is_stored_is_what_is_read) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget g = full_gadget();
  g.derived = 99;
  ck_assert_msg(store_insert(&tx, &model_gadget, &g) == MCRM_OK, "%s", f.error.detail);
  commit(&tx);
  ck_assert_int_gt(g.id, 0);
  ck_assert_int_eq(g.version, 1);
  ck_assert_int_eq(g.created_at, f.now);
  ck_assert_int_eq(g.updated_at, f.now);

  tx = begin_read();
  const mcrm_gadget *r = loaded_gadget(&tx, g.id);
  store_rollback(&tx);
  ck_assert_int_eq(r->id, g.id);
  ck_assert_int_eq(r->created_at, f.now);
  ck_assert_int_eq(r->version, 1);
  ck_assert_int_eq(r->rep_id, 77);
  ck_assert_int_eq(r->owner_id, 5);
  ck_assert_str_eq(r->title, "پیگیری سرور");
  ck_assert_str_eq(r->notes, "کند است");
  ck_assert_int_eq(r->due_at, 1795000000000);
  ck_assert_int_eq(r->count, -12);
  ck_assert_int_eq(r->price, INT64_C(9007199254740993));
  ck_assert_int_eq(r->done, 1);
  ck_assert(r->ratio == 0.1);
  ck_assert_str_eq(r->extra, "{\"a\":[1,2]}");
  ck_assert_uint_eq(r->tags.count, 2);
  ck_assert_str_eq(r->tags.at[1], "تمدید");
  ck_assert_str_eq(r->part->label, "چرخ");
  ck_assert_int_eq(r->part->at, 1700000000000);
  ck_assert_uint_eq(r->parts.count, 2);
  ck_assert_str_eq(r->parts.at[1]->label, "زنگ \"x\"");
  ck_assert_int_eq(r->parts.at[1]->weight, -1);
  ck_assert_uint_eq(r->by_label.count, 2);
  ck_assert_str_eq(r->by_label.at[0]->label, "چرخ");
  ck_assert_str_eq(r->secret, "hunter2");
  ck_assert_int_eq(r->sensitive, 42);
  ck_assert_msg(!MCRM_HAS(r, derived) && r->derived == 0, "a derived field has no column");
  ck_assert(MCRM_HAS(r, title) && MCRM_HAS(r, secret) && MCRM_HAS(r, by_label));
  ck_assert_uint_eq(r->size, sizeof *r);
  fixture_close();
}
END_TEST

START_TEST(null_is_stored_as_null_and_zero_as_zero) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget g = stored_gadget(&tx, "x");
  commit(&tx);
  ck_assert_int_eq(number_of("SELECT COUNT(*) FROM gadget WHERE rep_id IS NULL AND due_at IS NULL AND notes IS NULL "
                             "AND extra IS NULL AND tags IS NULL AND part IS NULL AND parts IS NULL AND "
                             "by_label IS NULL AND count = 0 AND price = 0 AND done = 0 AND ratio = 0.0"),
                   1);
  tx = begin_read();
  const mcrm_gadget *r = loaded_gadget(&tx, g.id);
  store_rollback(&tx);
  ck_assert_ptr_null(r->notes);
  ck_assert_ptr_null(r->part);
  ck_assert_uint_eq(r->tags.count, 0);
  ck_assert_int_eq(r->due_at, 0);
  ck_assert_msg(MCRM_HAS(r, notes) && MCRM_HAS(r, part), "a stored field is shown even where it is null");
  fixture_close();
}
END_TEST

START_TEST(hostile_texts_come_back_byte_for_byte) {
  static const char *const texts[] = {
      "",         "'; DROP TABLE gadget; --", "$1 ? %s %n \\ \" \n\r\t", "\xE2\x80\x8C\xE2\x80\xAE\xEF\xBB\xBF",
      "\x01\x7F", "😀 مي‌خواهم ك"};
  fixture_open();
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    store_tx tx = begin_write();
    const char *const tags[] = {texts[i]};
    mcrm_part part = {.size = sizeof part, .present = 1, .label = texts[i]};
    mcrm_gadget g = {.size = sizeof g, .title = texts[i], .tags = {tags, 1}, .part = &part};
    ck_assert_msg(store_insert(&tx, &model_gadget, &g) == MCRM_OK, "%s", f.error.detail);
    commit(&tx);
    tx = begin_read();
    const mcrm_gadget *r = loaded_gadget(&tx, g.id);
    store_rollback(&tx);
    ck_assert_str_eq(r->title, texts[i]);
    ck_assert_str_eq(r->tags.at[0], texts[i]);
    ck_assert_str_eq(r->part->label, texts[i]);
  }
  fixture_close();
}
END_TEST

START_TEST(a_column_that_does_not_read_back_is_named) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget g = full_gadget();
  ck_assert_msg(store_insert(&tx, &model_gadget, &g) == MCRM_OK, "%s", f.error.detail);
  commit(&tx);
  run_sql("UPDATE gadget SET parts = '[{\"label\":'");
  tx = begin_read();
  void *found;
  ck_assert_int_eq(store_load(&tx, &model_gadget, g.id, &found), MCRM_INTERNAL);
  ck_assert_str_eq(f.error.field, "parts");
  ck_assert_ptr_nonnull(strstr(f.error.detail, "gadget.parts"));
  ck_assert_ptr_null(found);
  store_rollback(&tx);
  fixture_close();
}
END_TEST

START_TEST(a_given_id_that_is_taken_is_a_conflict) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget g = stored_gadget(&tx, "one");
  mcrm_gadget again = {.size = sizeof again, .id = g.id, .title = "two"};
  ck_assert_int_eq(store_insert(&tx, &model_gadget, &again), MCRM_CONFLICT);
  ck_assert_str_eq(f.error.field, "id");
  ck_assert_int_eq(again.id, g.id);
  store_rollback(&tx);
  fixture_close();
}
END_TEST

/* Ids go up by one within a millisecond: another process can have been faster with the next. */
START_TEST(an_id_that_another_process_took_changes_nothing_and_asks_to_try_again) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_id last;
  ck_assert_int_eq(store_mint(&tx, &last), MCRM_OK);
  ck_assert_int_eq(
      store_run(&tx, "INSERT INTO gadget (id, title) VALUES ($1, $2)", store_int(last + 1), store_text("theirs")),
      MCRM_OK);
  commit(&tx);
  tx = begin_write();
  mcrm_gadget ours = {.size = sizeof ours, .title = "ours"};
  int code = store_insert(&tx, &model_gadget, &ours);
  if (!code) code = store_commit(&tx);
  ck_assert_int_eq(code, MCRM_BUSY);
  ck_assert_str_eq(f.error.message, "id.taken");
  store_rollback(&tx);
  error_clear(&f.error);
  ck_assert_int_eq(number_of("SELECT COUNT(*) FROM gadget"), 1);
  ck_assert_int_eq(number_of("SELECT COUNT(*) FROM journal"), 0);
  tx = begin_write();
  stored_gadget(&tx, "ours");
  commit(&tx);
  ck_assert_int_eq(number_of("SELECT COUNT(*) FROM gadget"), 2);
  fixture_close();
}
END_TEST

START_TEST(an_absent_record_is_not_found) {
  fixture_open();
  store_tx tx = begin_write();
  void *none;
  ck_assert_int_eq(store_load(&tx, &model_gadget, 404, &none), MCRM_NOT_FOUND);
  ck_assert_str_eq(f.error.field, "id");
  ck_assert_ptr_null(none);
  error_clear(&f.error);
  mcrm_gadget ghost = {.size = sizeof ghost, .id = 404};
  ck_assert_int_eq(store_delete(&tx, &model_gadget, &ghost), MCRM_NOT_FOUND);
  store_rollback(&tx);
  fixture_close();
}
END_TEST

START_TEST(a_deleted_record_is_gone) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget g = stored_gadget(&tx, "draft");
  ck_assert_int_eq(store_delete(&tx, &model_gadget, &g), MCRM_OK);
  commit(&tx);
  ck_assert_int_eq(number_of("SELECT COUNT(*) FROM gadget"), 0);
  ck_assert_int_eq(number_of("SELECT COUNT(*) FROM search_doc"), 0);
  fixture_close();
}
END_TEST

/* ---- changing ---- */

START_TEST(an_update_writes_the_present_fields_that_differ) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget g = full_gadget();
  ck_assert_msg(store_insert(&tx, &model_gadget, &g) == MCRM_OK, "%s", f.error.detail);
  commit(&tx);

  f.now += 60000;
  tx = begin_write();
  const mcrm_gadget *before = loaded_gadget(&tx, g.id);
  mcrm_gadget change = {.size = sizeof change, .notes = "not present, so not looked at"};
  MCRM_SET(&change, title, "پیگیری فوری");
  MCRM_SET(&change, due_at, 0);
  MCRM_SET(&change, part, NULL);
  MCRM_SET(&change, count, -12);
  MCRM_SET(&change, ratio, 2.5);
  void *after;
  ck_assert_int_eq(store_update(&tx, &model_gadget, before, &change, &after), MCRM_OK);
  const mcrm_gadget *a = after;
  ck_assert_str_eq(a->title, "پیگیری فوری");
  ck_assert_str_eq(a->notes, "کند است");
  ck_assert_int_eq(a->due_at, 0);
  ck_assert_ptr_null(a->part);
  ck_assert(a->ratio == 2.5);
  ck_assert_int_eq(a->version, 2);
  ck_assert_int_eq(a->updated_at, f.now);
  ck_assert_int_eq(a->created_at, f.now - 60000);
  ck_assert_str_eq(before->title, "پیگیری سرور");
  commit(&tx);

  tx = begin_read();
  const mcrm_gadget *r = loaded_gadget(&tx, g.id);
  mcrm_audit_entry_array history;
  ck_assert_int_eq(store_history(&tx, "gadget", g.id, 0, 10, &history), MCRM_OK);
  store_rollback(&tx);
  ck_assert_str_eq(r->title, "پیگیری فوری");
  ck_assert_str_eq(r->notes, "کند است");
  ck_assert_int_eq(r->version, 2);
  ck_assert_uint_eq(r->parts.count, 2);
  ck_assert_uint_eq(history.count, 2);
  ck_assert_str_eq(history.at[0]->action, "update");
  ck_assert_int_eq(history.at[0]->entity_version, 2);
  ck_assert_str_eq(history.at[0]->after, "{\"title\":\"پیگیری فوری\",\"due_at\":null,\"ratio\":2.5,\"part\":null}");
  ck_assert_ptr_nonnull(strstr(history.at[0]->before, "\"title\":\"پیگیری سرور\""));
  fixture_close();
}
END_TEST

START_TEST(an_update_of_nested_values_is_read_back) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget g = full_gadget();
  ck_assert_msg(store_insert(&tx, &model_gadget, &g) == MCRM_OK, "%s", f.error.detail);
  const mcrm_gadget *before = loaded_gadget(&tx, g.id);
  char label[] = "lock";
  mcrm_part lock = {.size = sizeof lock, .present = 3, .label = label, .weight = 8};
  const mcrm_part *const parts[] = {&lock};
  const char *const tags[] = {label};
  mcrm_gadget change = {.size = sizeof change};
  MCRM_SET(&change, parts, ((mcrm_part_array){parts, 1}));
  MCRM_SET(&change, by_label, ((mcrm_part_array){parts, 1}));
  MCRM_SET(&change, tags, ((mcrm_texts){tags, 1}));
  MCRM_SET(&change, part, &lock);
  MCRM_SET(&change, extra, "[]");
  void *after;
  ck_assert_msg(store_update(&tx, &model_gadget, before, &change, &after) == MCRM_OK, "%s", f.error.detail);
  memset(label, 'z', 4); /* the caller's memory is not what the result lives on */
  const mcrm_gadget *both[] = {after, loaded_gadget(&tx, g.id)};
  for (int i = 0; i < 2; i++) {
    ck_assert_uint_eq(both[i]->parts.count, 1);
    ck_assert_str_eq(both[i]->parts.at[0]->label, "lock");
    ck_assert_str_eq(both[i]->by_label.at[0]->label, "lock");
    ck_assert_int_eq(both[i]->by_label.at[0]->weight, 8);
    ck_assert_str_eq(both[i]->tags.at[0], "lock");
    ck_assert_uint_eq(both[i]->tags.count, 1);
    ck_assert_str_eq(both[i]->part->label, "lock");
    ck_assert_str_eq(both[i]->extra, "[]");
  }
  commit(&tx);
  fixture_close();
}
END_TEST

START_TEST(an_update_without_a_difference_changes_nothing) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget g = full_gadget();
  ck_assert_msg(store_insert(&tx, &model_gadget, &g) == MCRM_OK, "%s", f.error.detail);
  const mcrm_gadget *before = loaded_gadget(&tx, g.id);
  mcrm_gadget change = full_gadget();
  change.present = before->present;
  change.version = 1;
  void *after;
  ck_assert_int_eq(store_update(&tx, &model_gadget, before, &change, &after), MCRM_OK);
  ck_assert_ptr_eq(after, before);
  commit(&tx);
  ck_assert_int_eq(number_of("SELECT COUNT(*) FROM journal"), 1);
  ck_assert_int_eq(number_of("SELECT version FROM gadget"), 1);
  fixture_close();
}
END_TEST

START_TEST(a_stale_version_is_refused_with_both_sides) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget g = stored_gadget(&tx, "first");
  const mcrm_gadget *before = loaded_gadget(&tx, g.id);
  mcrm_gadget theirs = {.size = sizeof theirs};
  MCRM_SET(&theirs, title, "theirs");
  MCRM_SET(&theirs, sensitive, 1);
  MCRM_SET(&theirs, secret, "s3cret");
  void *after;
  ck_assert_int_eq(store_update(&tx, &model_gadget, before, &theirs, &after), MCRM_OK);
  mcrm_gadget yours = {.size = sizeof yours};
  MCRM_SET(&yours, version, 1);
  MCRM_SET(&yours, title, "yours");
  MCRM_SET(&yours, count, 0);
  MCRM_SET(&yours, sensitive, 2);
  MCRM_SET(&yours, secret, "other");
  ck_assert_int_eq(store_update(&tx, &model_gadget, after, &yours, NULL), MCRM_CONFLICT);
  ck_assert_str_eq(f.error.field, "version");
  ck_assert_str_eq(f.error.detail, "{\"version\":2,\"title\":{\"theirs\":\"theirs\",\"yours\":\"yours\"}}");
  store_rollback(&tx);
  fixture_close();
}
END_TEST

START_TEST(a_record_that_changed_since_it_was_loaded_is_a_conflict) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget g = stored_gadget(&tx, "first");
  const mcrm_gadget *stale = loaded_gadget(&tx, g.id);
  mcrm_gadget change = {.size = sizeof change};
  MCRM_SET(&change, title, "second");
  ck_assert_int_eq(store_update(&tx, &model_gadget, stale, &change, NULL), MCRM_OK);
  MCRM_SET(&change, title, "third");
  ck_assert_int_eq(store_update(&tx, &model_gadget, stale, &change, NULL), MCRM_CONFLICT);
  ck_assert_ptr_nonnull(strstr(f.error.detail, "second"));
  store_rollback(&tx);
  fixture_close();
}
END_TEST

START_TEST(a_conflict_over_long_texts_is_still_whole_json) {
  fixture_open();
  store_tx tx = begin_write();
  char *text = calloc(1, 3001);
  for (int i = 0; i < 3000; i += 2) memcpy(text + i, "ش", 2);
  mcrm_gadget g = stored_gadget(&tx, text);
  const mcrm_gadget *stale = loaded_gadget(&tx, g.id);
  mcrm_gadget change = {.size = sizeof change};
  MCRM_SET(&change, version, 9);
  MCRM_SET(&change, title, text + 2);
  MCRM_SET(&change, notes, text);
  MCRM_SET(&change, extra, "[1]");
  ck_assert_int_eq(store_update(&tx, &model_gadget, stale, &change, NULL), MCRM_CONFLICT);
  size_t length = strlen(f.error.detail);
  ck_assert_msg(f.error.detail[0] == '{' && f.error.detail[length - 1] == '}', "%s", f.error.detail);
  ck_assert_int_eq(json_check(f.error.detail, length, &(mcrm_error){0}), MCRM_OK);
  free(text);
  store_rollback(&tx);
  fixture_close();
}
END_TEST

START_TEST(an_entity_without_an_owner_or_texts_is_stored_too) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gauge gauge = {.size = sizeof gauge, .reading = 3};
  ck_assert_msg(store_insert(&tx, &model_gauge, &gauge) == MCRM_OK, "%s", f.error.detail);
  commit(&tx);
  ck_assert_int_eq(number_of("SELECT reading FROM gauge"), 3);
  ck_assert_int_eq(number_of("SELECT COUNT(*) FROM search_doc"), 0);
  fixture_close();
}
END_TEST

/* ---- the CRM's own entities ---- */

static void *made_record(const model_entity *e, int *counter);

static model_records made_list(const model_entity *e, int *counter) {
  const void **at = arena_array(f.arena, 2, sizeof *at);
  for (int i = 0; i < 2; i++) at[i] = made_record(e, counter);
  return (model_records){at, 2};
}

/* Another value in each field. */
static void *made_record(const model_entity *e, int *counter) {
  static const char *const tags[] = {"یک", "two"};
  model_record *record = arena_alloc(f.arena, e->size);
  record->size = e->size;
  for (const model_field *field = e->fields, *end = field + e->count; field < end; field++) {
    int n = ++*counter;
    if (!model_stored(field)) continue;
    switch (field->kind) {
      case MODEL_BOOL:
        model_set_number(record, field, 1);
        break;
      case MODEL_TIME:
        model_set_number(record, field, 1700000000000 + n);
        break;
      case MODEL_ID:
      case MODEL_INT:
      case MODEL_MONEY:
        model_set_number(record, field, 1000 + n);
        break;
      case MODEL_REAL:
        model_set_real(record, field, n + 0.5);
        break;
      case MODEL_TEXT:
        model_set_text(record, field, arena_print(f.arena, "متن %d", n));
        break;
      case MODEL_JSON:
        model_set_text(record, field, "{\"k\":[1,null]}");
        break;
      case MODEL_TEXTS:
        model_set_texts(record, field, (mcrm_texts){tags, 2});
        break;
      case MODEL_OBJECT:
        model_set_object(record, field, made_record(field->entity, counter));
        break;
      case MODEL_LIST:
      case MODEL_MAP:
        model_set_list(record, field, made_list(field->entity, counter));
        break;
    }
  }
  return record;
}

static const char *json_of(const model_entity *e, const void *record) {
  buffer json;
  buffer_init(&json, 1 << 20);
  model_encode(&json, e, record, f.zone);
  const char *text = arena_copy(f.arena, json.bytes, json.length);
  buffer_free(&json);
  return text;
}

START_TEST(every_stored_entity_fits_its_table_and_comes_back) {
  fixture_open();
  int counter = 0, kinds = 0;
  store_tx tx = begin_write();
  for (const model_entity *const *at = model_entities; *at; at++) {
    const model_entity *e = *at;
    if (!e->table) continue;
    kinds++;
    model_record *record = made_record(e, &counter);
    model_set_number(record, &e->fields[0], 0);
    void *found, *after;
    ck_assert_msg(store_insert(&tx, e, record) == MCRM_OK, "%s: %s", e->name, f.error.detail);
    mcrm_id id = model_number(record, &e->fields[0]);
    ck_assert_msg(store_load(&tx, e, id, &found) == MCRM_OK, "%s: %s", e->name, f.error.detail);
    ck_assert_str_eq(json_of(e, found), json_of(e, record));

    model_record *change = made_record(e, &counter);
    model_set_number(change, model_field_find(e, "version", 7), 1);
    ck_assert_msg(store_update(&tx, e, found, change, &after) == MCRM_OK, "%s: %s", e->name, f.error.detail);
    ck_assert_msg(store_load(&tx, e, id, &found) == MCRM_OK, "%s: %s", e->name, f.error.detail);
    ck_assert_str_eq(json_of(e, found), json_of(e, after));
    ck_assert_str_ne(json_of(e, found), json_of(e, record));
  }
  commit(&tx);
  ck_assert_int_gt(kinds, 5);
  fixture_close();
}
END_TEST

/* ---- lists ---- */

static void store_many(int count) {
  store_tx tx = begin_write();
  for (int i = 0; i < count; i++) {
    mcrm_gadget g = {.size = sizeof g, .title = i % 2 ? "odd" : "even", .count = i, .due_at = i % 10 ? 1000 + i : 0};
    ck_assert_msg(store_insert(&tx, &model_gadget, &g) == MCRM_OK, "%s", f.error.detail);
  }
  commit(&tx);
}

START_TEST(a_list_follows_its_conditions_order_and_limit) {
  fixture_open();
  store_many(200);
  store_tx tx = begin_read();
  store_select s;
  model_records found;
  int64_t count;
  store_select_begin(&s, &tx, &model_gadget);
  store_where(&s, "title = ? AND count < ?", store_text("odd"), store_int(100));
  store_where_plain(&s, "due_at IS NOT NULL OR due_at IS NULL");
  ck_assert_int_eq(store_select_count(&s, &count), MCRM_OK);
  ck_assert_int_eq(count, 50);
  store_order(&s, "count DESC");
  store_limit(&s, 3);
  ck_assert_msg(store_select_end(&s, &found) == MCRM_OK, "%s", f.error.detail);
  ck_assert_uint_eq(found.count, 3);
  for (int i = 0; i < 3; i++) ck_assert_int_eq(((const mcrm_gadget *)found.at[i])->count, 99 - 2 * i);

  store_select_begin(&s, &tx, &model_gadget);
  ck_assert_int_eq(store_select_end(&s, &found), MCRM_OK);
  ck_assert_uint_eq(found.count, 200);
  store_rollback(&tx);
  fixture_close();
}
END_TEST

START_TEST(a_list_takes_its_values_from_a_set) {
  fixture_open();
  store_many(10);
  static const char *const both[] = {"even", "none"};
  store_tx tx = begin_read();
  store_select s;
  model_records found;
  store_select_begin(&s, &tx, &model_gadget);
  store_where_in(&s, "title", (mcrm_texts){both, 2});
  store_where(&s, "count > ?", store_int(3));
  ck_assert_int_eq(store_select_end(&s, &found), MCRM_OK);
  ck_assert_uint_eq(found.count, 3);

  store_select_begin(&s, &tx, &model_gadget);
  store_where_in(&s, "title", (mcrm_texts){NULL, 0});
  ck_assert_int_eq(store_select_end(&s, &found), MCRM_OK);
  ck_assert_uint_eq(found.count, 0);

  const char *many[80];
  for (int i = 0; i < 80; i++) many[i] = "even";
  store_select_begin(&s, &tx, &model_gadget);
  store_where_in(&s, "title", (mcrm_texts){many, 80});
  ck_assert_int_eq(store_select_end(&s, &found), MCRM_INVALID);
  ck_assert_uint_eq(found.count, 0);
  store_rollback(&tx);
  fixture_close();
}
END_TEST

START_TEST(pages_by_key_show_every_record_once) {
  fixture_open();
  store_many(95);
  store_tx tx = begin_read();
  int seen = 0;
  int64_t count = -1;
  mcrm_id id = 0;
  for (model_records page = {0};; seen += (int)page.count) {
    store_select s;
    store_select_begin(&s, &tx, &model_gadget);
    store_where(&s, "(count, id) > (?, ?)", store_int(count), store_int(id));
    store_order(&s, "count, id");
    store_limit(&s, 10);
    ck_assert_int_eq(store_select_end(&s, &page), MCRM_OK);
    if (!page.count) break;
    for (size_t i = 0; i < page.count; i++) ck_assert_int_eq(((const mcrm_gadget *)page.at[i])->count, seen + (int)i);
    count = ((const mcrm_gadget *)page.at[page.count - 1])->count;
    id = ((const mcrm_gadget *)page.at[page.count - 1])->id;
  }
  ck_assert_int_eq(seen, 95);
  store_rollback(&tx);
  fixture_close();
}
END_TEST

START_TEST(a_joined_list_reads_the_entity_from_its_columns) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gauge gauge = {.size = sizeof gauge, .reading = 3};
  ck_assert_msg(store_insert(&tx, &model_gauge, &gauge) == MCRM_OK, "%s", f.error.detail);
  for (int i = 0; i < 5; i++) {
    mcrm_gadget g = {.size = sizeof g, .title = "x", .count = i};
    ck_assert_msg(store_insert(&tx, &model_gadget, &g) == MCRM_OK, "%s", f.error.detail);
  }
  buffer sql;
  buffer_init(&sql, 4096);
  buffer_text(&sql, "SELECT ");
  store_columns(&sql, &model_gadget, "g");
  buffer_text(&sql, ", r.id FROM gadget g JOIN gauge r ON r.reading = g.count");
  store_select s;
  store_select_text(&s, &tx, &model_gadget, sql.bytes);
  store_where(&s, "g.title = ?", store_text("x"));
  model_records found;
  ck_assert_msg(store_select_end(&s, &found) == MCRM_OK, "%s", f.error.detail);
  ck_assert_uint_eq(found.count, 1);
  ck_assert_int_eq(((const mcrm_gadget *)found.at[0])->count, 3);
  buffer_free(&sql);
  commit(&tx);
  fixture_close();
}
END_TEST

START_TEST(a_condition_with_the_wrong_number_of_values_is_our_own_mistake) {
  fixture_open();
  store_tx tx = begin_read();
  store_select s;
  model_records found;
  store_select_begin(&s, &tx, &model_gadget);
  store_where(&s, "count = ? OR count = ?", store_int(1));
  ck_assert_int_eq(store_select_end(&s, &found), MCRM_INTERNAL);
  store_select_begin(&s, &tx, &model_gadget);
  store_where(&s, "count = 1", store_int(1));
  ck_assert_int_eq(store_select_end(&s, &found), MCRM_INTERNAL);
  store_rollback(&tx);
  fixture_close();
}
END_TEST

int main(void) {
  Suite *suite = suite_create("record");
  TCase *one = tcase_create("one");
  tcase_add_test(one, what_is_stored_is_what_is_read);
  tcase_add_test(one, null_is_stored_as_null_and_zero_as_zero);
  tcase_add_test(one, hostile_texts_come_back_byte_for_byte);
  tcase_add_test(one, a_column_that_does_not_read_back_is_named);
  tcase_add_test(one, a_given_id_that_is_taken_is_a_conflict);
  tcase_add_test(one, an_id_that_another_process_took_changes_nothing_and_asks_to_try_again);
  tcase_add_test(one, an_absent_record_is_not_found);
  tcase_add_test(one, a_deleted_record_is_gone);
  tcase_add_test(one, an_update_writes_the_present_fields_that_differ);
  tcase_add_test(one, an_update_of_nested_values_is_read_back);
  tcase_add_test(one, an_update_without_a_difference_changes_nothing);
  tcase_add_test(one, a_stale_version_is_refused_with_both_sides);
  tcase_add_test(one, a_record_that_changed_since_it_was_loaded_is_a_conflict);
  tcase_add_test(one, a_conflict_over_long_texts_is_still_whole_json);
  tcase_add_test(one, an_entity_without_an_owner_or_texts_is_stored_too);
  tcase_add_test(one, every_stored_entity_fits_its_table_and_comes_back);
  suite_add_tcase(suite, one);
  TCase *lists = tcase_create("lists");
  tcase_add_test(lists, a_list_follows_its_conditions_order_and_limit);
  tcase_add_test(lists, a_list_takes_its_values_from_a_set);
  tcase_add_test(lists, pages_by_key_show_every_record_once);
  tcase_add_test(lists, a_joined_list_reads_the_entity_from_its_columns);
  tcase_add_test(lists, a_condition_with_the_wrong_number_of_values_is_our_own_mistake);
  suite_add_tcase(suite, lists);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
