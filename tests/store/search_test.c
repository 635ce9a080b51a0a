/* Search: what is found, by whom, in which order, and that no query is more than words. */
#include <base/error.h>
#include <base/utf8.h>
#include <stdio.h>
#include <stdlib.h>

#include "record_fixture.h"

static const store_search_scope everybody = {.all = true};

static mcrm_id store_note(store_tx *tx, const char *title, const char *notes, mcrm_id owner) {
  mcrm_gadget g = {.size = sizeof g, .title = title, .notes = notes, .owner_id = owner, .rep_id = 9};
  ck_assert_msg(store_insert(tx, &model_gadget, &g) == MCRM_OK, "%s", f.error.detail);
  return g.id;
}

static store_hits found(const char *query, const char *entity, const store_search_scope *scope, mcrm_id before,
                        int64_t limit) {
  store_tx tx = begin_read();
  store_hits hits;
  ck_assert_msg(store_search(&tx, query, entity, scope, before, limit, &hits) == MCRM_OK, "%s: %s", query,
                f.error.detail);
  store_rollback(&tx);
  return hits;
}

static size_t count_of(const char *query) { return found(query, NULL, &everybody, 0, 100).count; }

START_TEST(a_record_is_found_by_the_words_of_its_searchable_fields) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget g = full_gadget();
  ck_assert_int_eq(store_insert(&tx, &model_gadget, &g), MCRM_OK);
  commit(&tx);
  store_hits hits = found("سرور", NULL, &everybody, 0, 10);
  ck_assert_uint_eq(hits.count, 1);
  ck_assert_int_eq(hits.at[0].id, g.id);
  ck_assert_int_eq(hits.at[0].rep_id, 77);
  ck_assert_str_eq(hits.at[0].entity, "gadget");
  ck_assert_uint_eq(count_of("پیگیری سرور"), 1);
  ck_assert_uint_eq(count_of("سرور پیگیری"), 1);
  ck_assert_msg(count_of("vip") == 1, "a list of texts is searched");
  ck_assert_msg(count_of("زنگ") == 1, "so are the texts of nested records");
  ck_assert_msg(count_of("سرور خاموش") == 0, "every word must be there");
  ck_assert_msg(count_of("hunter2") == 0, "a field that is not searchable is not searched");
  ck_assert_msg(count_of("هیچ") == 0, "not there");
  fixture_close();
}
END_TEST

START_TEST(writing_in_another_way_finds_the_same) {
  fixture_open();
  store_tx tx = begin_write();
  store_note(&tx, "می‌خواهد V2Ray بخرد", "شماره ۰۹۱۲", 0);
  commit(&tx);
  static const char *const queries[] = {"مي‌خواهد", "V2RAY", "v2ray", "0912", "٠٩١٢", "مي‌خواهد v2"};
  for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
    ck_assert_msg(count_of(queries[i]) == 1, "%s", queries[i]);
  fixture_close();
}
END_TEST

START_TEST(the_last_word_may_be_half_typed) {
  fixture_open();
  store_tx tx = begin_write();
  store_note(&tx, "connection lost", NULL, 0);
  commit(&tx);
  ck_assert_uint_eq(count_of("conn"), 1);
  ck_assert_uint_eq(count_of("lost conn"), 1);
  ck_assert_msg(count_of("conn lost") == 0, "only the last one");
  ck_assert_msg(count_of("nnect") == 0, "only its beginning");
  fixture_close();
}
END_TEST

START_TEST(hits_come_newest_first_and_page_by_page) {
  fixture_open();
  mcrm_id ids[25];
  for (int i = 0; i < 25; i++) {
    f.now += 10;
    store_tx tx = begin_write();
    ids[i] = store_note(&tx, "page me", NULL, 0);
    commit(&tx);
  }
  mcrm_id before = 0;
  for (int seen = 0; seen < 25;) {
    store_hits hits = found("page", NULL, &everybody, before, 10);
    ck_assert_uint_eq(hits.count, seen < 20 ? 10 : 5);
    for (size_t i = 0; i < hits.count; i++, seen++) ck_assert_int_eq(hits.at[i].id, ids[24 - seen]);
    before = hits.at[hits.count - 1].id;
  }
  ck_assert_uint_eq(found("page", NULL, &everybody, before, 10).count, 0);
  ck_assert_uint_eq(found("page", NULL, &everybody, 0, 0).count, 0);
  ck_assert_uint_eq(found("page", NULL, &everybody, 0, -5).count, 0);
  fixture_close();
}
END_TEST

START_TEST(a_changed_record_is_found_by_its_new_words_only) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_gadget g = full_gadget();
  ck_assert_int_eq(store_insert(&tx, &model_gadget, &g), MCRM_OK);
  mcrm_gadget change = {.size = sizeof change};
  MCRM_SET(&change, title, "نصب پنل");
  void *after;
  ck_assert_int_eq(store_update(&tx, &model_gadget, loaded_gadget(&tx, g.id), &change, &after), MCRM_OK);
  commit(&tx);
  ck_assert_uint_eq(count_of("سرور"), 0);
  ck_assert_uint_eq(count_of("نصب"), 1);
  ck_assert_msg(count_of("کند") == 1, "its other fields stay");

  tx = begin_write();
  mcrm_gadget mine = {.size = sizeof mine};
  MCRM_SET(&mine, owner_id, 6);
  ck_assert_int_eq(store_update(&tx, &model_gadget, after, &mine, &after), MCRM_OK);
  commit(&tx);
  const mcrm_id six = 6;
  const store_search_scope own = {.owners = &six, .owner_count = 1};
  ck_assert_msg(found("نصب", NULL, &own, 0, 10).count == 1, "its new owner finds it");

  tx = begin_write();
  ck_assert_int_eq(store_delete(&tx, &model_gadget, after), MCRM_OK);
  commit(&tx);
  ck_assert_uint_eq(count_of("نصب"), 0);
  fixture_close();
}
END_TEST

START_TEST(nobody_finds_what_is_out_of_scope) {
  fixture_open();
  store_tx tx = begin_write();
  mcrm_id mine = store_note(&tx, "secret plan", NULL, 5);
  store_note(&tx, "secret plan =o5 o5 o_5 \"=o5\"", NULL, 6);
  mcrm_id nobodys = store_note(&tx, "secret plan", NULL, 0);
  store_note(&tx, "secret plan", NULL, 55);
  commit(&tx);
  const mcrm_id five = 5;
  const store_search_scope own = {.owners = &five, .owner_count = 1}, none = {0};
  store_hits hits = found("secret", NULL, &own, 0, 10);
  ck_assert_uint_eq(hits.count, 2);
  ck_assert_int_eq(hits.at[0].id, nobodys);
  ck_assert_int_eq(hits.at[1].id, mine);
  hits = found("secret", NULL, &none, 0, 10);
  ck_assert_uint_eq(hits.count, 1);
  ck_assert_int_eq(hits.at[0].id, nobodys);
  ck_assert_uint_eq(found("secret", NULL, &everybody, 0, 10).count, 4);
  static const char *const tricks[] = {"secret OR =o6", "secret\" OR \"=o6", "=o6", "tokens:secret", "secret NOT =o5"};
  for (size_t i = 0; i < sizeof tricks / sizeof *tricks; i++) {
    hits = found(tricks[i], NULL, &own, 0, 10);
    for (size_t h = 0; h < hits.count; h++) ck_assert(hits.at[h].id == mine || hits.at[h].id == nobodys);
  }
  fixture_close();
}
END_TEST

START_TEST(a_scope_may_hold_many_owners) {
  fixture_open();
  store_tx tx = begin_write();
  store_note(&tx, "one", NULL, 777);
  store_note(&tx, "one", NULL, 4000);
  commit(&tx);
  mcrm_id owners[1000];
  for (int i = 0; i < 1000; i++) owners[i] = i + 1;
  const store_search_scope team = {.owners = owners, .owner_count = 1000};
  ck_assert_uint_eq(found("one", NULL, &team, 0, 10).count, 1);
  fixture_close();
}
END_TEST

START_TEST(one_kind_can_be_asked_for) {
  fixture_open();
  store_tx tx = begin_write();
  store_note(&tx, "gadget words", NULL, 0);
  commit(&tx);
  ck_assert_uint_eq(found("words", "gadget", &everybody, 0, 10).count, 1);
  ck_assert_uint_eq(found("words", "task", &everybody, 0, 10).count, 0);
  ck_assert_uint_eq(found("words", "gad", &everybody, 0, 10).count, 0);
  fixture_close();
}
END_TEST

START_TEST(no_words_find_nothing) {
  fixture_open();
  store_tx tx = begin_write();
  store_note(&tx, "x y", NULL, 0);
  commit(&tx);
  static const char *const queries[] = {"", " ", "...", "،؟!", "\"\"", "*", "()", "\n\t"};
  for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
    ck_assert_msg(count_of(queries[i]) == 0, "%s", queries[i]);
  fixture_close();
}
END_TEST

START_TEST(a_query_of_any_bytes_is_no_error_of_the_database) {
  fixture_open();
  store_tx tx = begin_write();
  store_note(&tx, "anything", NULL, 0);
  static const char *const hostile[] = {"\"",
                                        "a\"b",
                                        "NEAR(a b)",
                                        "a AND",
                                        "OR",
                                        "NOT a",
                                        "^a",
                                        "a*b*",
                                        "-a",
                                        "{a b}: c",
                                        "tokens : a",
                                        "'; DROP TABLE x",
                                        "a + b",
                                        "(((((",
                                        "\\",
                                        "%s%n",
                                        "a\xE2\x80\x8C",
                                        "\xE2\x80\x8C",
                                        "\xC2\xA0",
                                        "\xE3\x80\x80"
                                        "a",
                                        "ä́",
                                        "😀😀",
                                        "\x01\x02a",
                                        "= =a"};
  store_hits hits;
  for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
    ck_assert_msg(store_search(&tx, hostile[i], NULL, &everybody, 0, 10, &hits) == MCRM_OK, "%s: %s", hostile[i],
                  f.error.detail);
  commit(&tx);
  ck_assert_uint_eq(count_of("anything"), 1);
  fixture_close();
}
END_TEST

/* A text of random characters from all over Unicode. */
static size_t random_text(char *out, int points) {
  static const uint32_t starts[] = {0x20, 0x80, 0x600, 0x2000, 0x2E80, 0xE000, 0x1F300, 0xE0000, 0x10FF00};
  size_t length = 0;
  for (int i = 0; i < points; i++) {
    uint32_t point = starts[(size_t)rand() % (sizeof starts / sizeof *starts)] + (uint32_t)rand() % 0x100;
    length += utf8_encode(point, out + length);
  }
  out[length] = 0;
  return length;
}

START_TEST(random_texts_are_indexed_and_asked_for_without_error) {
  fixture_open();
  srand(7);
  char text[500];
  store_tx tx = begin_write();
  for (int i = 0; i < 400; i++) {
    random_text(text, 1 + rand() % 60);
    store_note(&tx, text, NULL, 0);
    store_hits hits;
    ck_assert_msg(store_search(&tx, text, NULL, &everybody, 0, 3, &hits) == MCRM_OK, "%s: %s", text, f.error.detail);
    random_text(text, 1 + rand() % 60);
    ck_assert_msg(store_search(&tx, text, "gadget", &everybody, 0, 3, &hits) == MCRM_OK, "%s: %s", text,
                  f.error.detail);
  }
  commit(&tx);
  fixture_close();
}
END_TEST

START_TEST(an_over_long_or_malformed_query_is_refused) {
  fixture_open();
  char *text = calloc(1, 2001);
  memset(text, 'a', 2000);
  store_tx tx = begin_read();
  store_hits hits;
  ck_assert_int_eq(store_search(&tx, text, NULL, &everybody, 0, 10, &hits), MCRM_INVALID);
  ck_assert_str_eq(f.error.field, "query");
  error_clear(&f.error);
  ck_assert_int_eq(store_search(&tx, "a\xFF", NULL, &everybody, 0, 10, &hits), MCRM_INVALID);
  ck_assert_str_eq(f.error.field, "query");
  error_clear(&f.error);
  for (int i = 0; i < 500; i++) text[i] = i % 2 ? ' ' : (char)('a' + i % 26);
  text[500] = 0;
  int code = store_search(&tx, text, NULL, &everybody, 0, 10, &hits);
  ck_assert_msg(code == MCRM_OK || code == MCRM_INVALID, "%s", f.error.detail);
  store_rollback(&tx);
  free(text);
  fixture_close();
}
END_TEST

START_TEST(the_index_agrees_with_the_records_after_many_changes) {
  fixture_open();
  srand(11);
  static const char *const words[] = {"alpha", "beta", "gamma", "delta", "سرور", "تمدید"};
  enum { RECORDS = 40 };
  const mcrm_gadget *live[RECORDS] = {0};
  store_tx tx = begin_write();
  for (int step = 0; step < 600; step++) {
    int at = rand() % RECORDS;
    const char *word = words[rand() % 6];
    if (!live[at]) {
      live[at] = loaded_gadget(&tx, store_note(&tx, word, NULL, 0));
    } else if (rand() % 4) {
      mcrm_gadget change = {.size = sizeof change};
      MCRM_SET(&change, title, word);
      void *after;
      ck_assert_int_eq(store_update(&tx, &model_gadget, live[at], &change, &after), MCRM_OK);
      live[at] = after;
    } else {
      ck_assert_int_eq(store_delete(&tx, &model_gadget, live[at]), MCRM_OK);
      live[at] = NULL;
    }
  }
  for (int w = 0; w < 6; w++) {
    size_t expected = 0;
    for (int i = 0; i < RECORDS; i++) expected += live[i] && !strcmp(live[i]->title, words[w]);
    store_hits hits;
    ck_assert_int_eq(store_search(&tx, words[w], NULL, &everybody, 0, 100, &hits), MCRM_OK);
    ck_assert_uint_eq(hits.count, expected);
  }
  commit(&tx);
  ck_assert_msg(store_check(f.store, &f.error) == MCRM_OK, "%s", f.error.detail);
  fixture_close();
}
END_TEST

int main(void) {
  Suite *suite = suite_create("search");
  TCase *search = tcase_create("search");
  tcase_set_timeout(search, 60);
  tcase_add_test(search, a_record_is_found_by_the_words_of_its_searchable_fields);
  tcase_add_test(search, writing_in_another_way_finds_the_same);
  tcase_add_test(search, the_last_word_may_be_half_typed);
  tcase_add_test(search, hits_come_newest_first_and_page_by_page);
  tcase_add_test(search, a_changed_record_is_found_by_its_new_words_only);
  tcase_add_test(search, nobody_finds_what_is_out_of_scope);
  tcase_add_test(search, a_scope_may_hold_many_owners);
  tcase_add_test(search, one_kind_can_be_asked_for);
  tcase_add_test(search, no_words_find_nothing);
  tcase_add_test(search, a_query_of_any_bytes_is_no_error_of_the_database);
  tcase_add_test(search, random_texts_are_indexed_and_asked_for_without_error);
  tcase_add_test(search, an_over_long_or_malformed_query_is_refused);
  tcase_add_test(search, the_index_agrees_with_the_records_after_many_changes);
  suite_add_tcase(suite, search);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
