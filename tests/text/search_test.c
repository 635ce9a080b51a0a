/* Search keys, misspelt names, sorting. */
#include <check.h>
#include <marfacrm/types.h>
#include <stdlib.h>
#include <string.h>
#include <text/collation.h>
#include <text/search.h>
#include <unicode/ucol.h>
#include <unicode/ustring.h>

static arena *memory;
static void setup(void) { memory = arena_new(0); }
static void teardown(void) { arena_free(memory); }

static const char *index_of(const char *text) {
  buffer out;
  buffer_init(&out, 1 << 20);
  ck_assert_int_eq(text_search_index(memory, text, strlen(text), &out), MCRM_OK);
  const char *copy = arena_copy(memory, out.bytes ? out.bytes : "", out.length);
  buffer_free(&out);
  return copy;
}

static bool has_key(const char *index, const char *key, bool prefix) {
  size_t size = strlen(key);
  for (const char *at = index; *at;) {
    size_t length = strcspn(at, " ");
    if (length >= size && (prefix || length == size) && !memcmp(at, key, size)) return true;
    at += length;
    if (*at) at++;
  }
  return false;
}

/* As a full-text index would: every term by one of its keys. */
static bool found(const char *query, const char *text) {
  text_search_query q;
  ck_assert_int_eq(text_search_query_make(memory, query, strlen(query), &q), MCRM_OK);
  const char *index = index_of(text);
  for (size_t t = 0; t < q.count; t++) {
    bool any = false;
    for (size_t k = 0; k < q.terms[t].count && !any; k++) any = has_key(index, q.terms[t].keys[k], q.terms[t].prefix);
    if (!any) return false;
  }
  return q.count > 0;
}

#define finds(query, text)  ck_assert_msg(found(query, text), "%s should find %s (%s)", query, text, index_of(text))
#define misses(query, text) ck_assert_msg(!found(query, text), "%s should not find %s", query, text)

START_TEST(other_letter_forms) {
  finds("كتاب علي ", "کتاب علی");
  finds("آقای ", "اقای رضایی");
  finds("مسول ", "مسئول پنل");
  finds("سابون ", "صابون");
  finds("۱۲۰۰ ", "فاکتور 1,200 تومانی");
  misses("کتابدار ", "کتاب");
  misses("پول ", "پل");
}
END_TEST

START_TEST(half_spaces_and_endings) {
  finds("میخواهم ", "می‌خواهم");
  finds("می خواهم ", "می‌خواهم");
  finds("می‌خواهم ", "می خواهم");
  finds("کتاب ", "کتاب‌هایم");
  finds("کتابها ", "کتاب ها");
  finds("پنلم ", "پنل");
  finds("پنل ", "پنلش خراب شد");
}
END_TEST

START_TEST(finglish) {
  finds("kanfig ", "کانفیگ جدید");
  finds("salam ", "سلام");
  finds("rezaei ", "آقای رضایی");
  finds("mohammad ", "محمد کریمی");
  finds("hossein ", "حسین");
  finds("saeed ", "سعید");
  finds("masoud ", "مسعود");
  finds("ahmadi ", "خانم احمدی");
  finds("tamdid ", "تمدید شد");
  finds("پنل ", "panel moshkel dare");
  finds("v2ray ", "وی تو ری");
  finds("ویتوری ", "کانفیگ V2Ray");
}
END_TEST

START_TEST(phones_and_names) {
  finds("0912 345 6789 ", "شماره ۰۹۱۲۳۴۵۶۷۸۹");
  finds("+989123456789 ", "0912-345-6789");
  finds("09123456789 ", "+98 912 345 6789");
  finds("@reza_vpn ", "آیدی @Reza_VPN");
  finds("reza ", "@reza_vpn");
}
END_TEST

START_TEST(the_last_word_is_a_prefix_while_it_is_typed) {
  finds("رضا", "رضایی");
  misses("رضا ", "رضاییان");
  finds("0912", "0912 345 6789");
  finds("قطعی سر", "قطعی سرور");
}
END_TEST

START_TEST(distances) {
  struct {
    const char *a, *b;
    int limit, expected;
  } const rows[] = {
      {"abc", "abc", 2, 0},        {"abc", "abd", 2, 1},        {"abc", "acb", 2, 1},    {"abc", "ab", 2, 1},
      {"kitten", "sitting", 3, 3}, {"kitten", "sitting", 2, 3}, {"کریمی", "کرمی", 1, 1}, {"", "ab", 2, 2}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    ck_assert_int_eq(text_search_distance(rows[i].a, strlen(rows[i].a), rows[i].b, strlen(rows[i].b), rows[i].limit),
                     rows[i].expected);
}
END_TEST

START_TEST(names_in_spite_of_typing_errors) {
  const text_name list[] = {{1, "علیرضا کریمی"}, {2, "محمد رضایی"},   {3, "سارا محمدی"}, {4, "حسین تهرانی"},
                            {5, "Reza Ahmadi"},  {6, "فروشگاه نوین"}, {7, "\xFF"}};
  text_names *names = text_names_make(list, sizeof list / sizeof *list);
  ck_assert_ptr_nonnull(names);
  struct {
    const char *query;
    int64_t id;
  } const rows[] = {{"علی رضا کریمی", 1}, {"کرمی", 1},          {"karimi", 1},      {"رضائی", 2},
                    {"محمد رضاي", 2},     {"sara mohamadi", 3}, {"حسن تهرانی", 4},  {"هسین تحرانی", 4},
                    {"ahmady", 5},        {"reza ahmadi", 5},   {"فروشگا نوین", 6}, {"novin", 6}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    text_name_match best[3];
    size_t count = text_names_find(names, rows[i].query, strlen(rows[i].query), best, 3);
    ck_assert_msg(count > 0 && best[0].id == rows[i].id, "%s: %d", rows[i].query, count ? (int)best[0].id : 0);
  }
  text_name_match none[3];
  ck_assert_uint_eq(text_names_find(names, "قهرمان", strlen("قهرمان"), none, 3), 0);
  text_names_free(names);
}
END_TEST

/* ---- sorting ---- */

static char *key_of(const char *text) {
  buffer out;
  buffer_init(&out, 1 << 16);
  ck_assert_int_eq(text_collation_key(text, strlen(text), &out), MCRM_OK);
  return buffer_take(&out);
}

START_TEST(sorted_as_persian_readers_expect) {
  const char *order[] = {"2",    "۱۰",    "آرش",  "آزاده", "ابراهیم", "احمد",   "بابک",  "پریسا", "تقی",
                         "جواد", "چنگیز", "حسن",  "ژاله",  "سعید",    "کامران", "گلناز", "لیلا",  "مریم",
                         "نادر", "وحید",  "هادی", "یاسر",  "Ali",     "ben",    "Zoe"};
  for (size_t i = 1; i < sizeof order / sizeof *order; i++) {
    char *a = key_of(order[i - 1]), *b = key_of(order[i]);
    ck_assert_msg(strcmp(a, b) < 0, "%s (%s) before %s (%s)", order[i - 1], a, order[i], b);
    free(a);
    free(b);
  }
}
END_TEST

START_TEST(equals_are_told_apart_only_at_the_end) {
  char *a = key_of("Ali"), *b = key_of("ali"), *c = key_of("alia"), *d = key_of("كاظم"), *e = key_of("کاظم");
  ck_assert_str_ne(a, b);
  ck_assert_int_lt(strcmp(a, c), 0);
  ck_assert_int_lt(strcmp(b, c), 0);
  ck_assert_str_eq(d, e);
  free(a), free(b), free(c), free(d), free(e);
}
END_TEST

/* Words of letters only, against ICU's Persian collation. */
START_TEST(the_order_of_letters_is_that_of_icu) {
  UErrorCode status = U_ZERO_ERROR;
  UCollator *icu = ucol_open("fa_IR", &status);
  ck_assert(U_SUCCESS(status));
  static const char LETTERS[] = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی";
  uint64_t state = 3;
  int agreed = 0, all = 0;
  for (int i = 0; i < 4000; i++) {
    char words[2][24];
    for (int w = 0; w < 2; w++) {
      size_t length = 0;
      for (int l = 0; l < 2 + (i + w) % 4; l++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407U;
        memcpy(words[w] + length, LETTERS + (state >> 33) % 33 * 2, 2);
        length += 2;
      }
      words[w][length] = 0;
    }
    UChar left[32], right[32];
    int32_t m, n;
    u_strFromUTF8(left, 32, &m, words[0], -1, &status);
    u_strFromUTF8(right, 32, &n, words[1], -1, &status);
    int expected = ucol_strcoll(icu, left, m, right, n);
    char *a = key_of(words[0]), *b = key_of(words[1]);
    int got = strcmp(a, b);
    all++;
    agreed += (got > 0) - (got < 0) == expected;
    ck_assert_msg((got > 0) - (got < 0) == expected, "%s %s", words[0], words[1]);
    free(a);
    free(b);
  }
  ucol_close(icu);
  ck_assert_int_eq(agreed, all);
}
END_TEST

START_TEST(malformed_text_is_refused) {
  buffer out;
  buffer_init(&out, 1000);
  text_search_query q;
  ck_assert_int_eq(text_collation_key("\xFF", 1, &out), MCRM_INVALID);
  ck_assert_int_eq(text_search_index(memory, "\xFF", 1, &out), MCRM_INVALID);
  ck_assert_int_eq(text_search_query_make(memory, "\xFF", 1, &q), MCRM_INVALID);
  buffer_free(&out);
}
END_TEST

int main(void) {
  TCase *t = tcase_create("search");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, other_letter_forms);
  tcase_add_test(t, half_spaces_and_endings);
  tcase_add_test(t, finglish);
  tcase_add_test(t, phones_and_names);
  tcase_add_test(t, the_last_word_is_a_prefix_while_it_is_typed);
  tcase_add_test(t, distances);
  tcase_add_test(t, names_in_spite_of_typing_errors);
  tcase_add_test(t, sorted_as_persian_readers_expect);
  tcase_add_test(t, equals_are_told_apart_only_at_the_end);
  tcase_add_test(t, the_order_of_letters_is_that_of_icu);
  tcase_add_test(t, malformed_text_is_refused);
  Suite *suite = suite_create("search");
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
