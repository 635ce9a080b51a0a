/* The trainable classifier: it learns, keeps what it learned, and takes nothing that is no model. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <text/linear.h>

static arena *memory;

static void setup(void) { memory = arena_new((size_t)1 << 30); }
static void teardown(void) { arena_free(memory); }

static const char *const labels[] = {"billing", "technical", "sales"};

static const char *const patterns[][6] = {
    {"فاکتور ماه %d رو نفرستادید", "مبلغ واریزی %d اشتباه است", "رسید پرداخت شماره %d پیوست شد", "بدهی من %d تومان است",
     "کارت به کارت کردم %d", "please check invoice %d"},
    {"سرور شماره %d وصل نمیشود", "پینگ سرور %d بالاست", "کانفیگ %d کار نمیکند", "خطای %d میدهد",
     "اپ بعد از %d دقیقه قطع میشود", "server %d is unreachable"},
    {"قیمت پنل %d کاربره", "برای %d اکانت تخفیف دارید", "میخواهم %d پنل سفارش بدهم", "پلن %d ماهه دارید",
     "نمایندگی با %d مشتری میخواهم", "how much is a plan for %d users"}};

enum { EXAMPLES = 540 };

static void make_examples(text_example *e, int from) {
  for (int i = 0; i < EXAMPLES; i++) {
    char text[200];
    int label = i % 3;
    /* -Wformat-nonliteral is of no use here: the patterns stand above, one %d in each */
    const char *pattern = patterns[label][i / 3 % 6], *hole = strstr(pattern, "%d");
    snprintf(text, sizeof text, "%.*s%d%s", (int)(hole - pattern), pattern, from + i * 7, hole + 2);
    e[i] = (text_example){arena_text(memory, text), strlen(text), (uint32_t)label};
  }
}

static void trained(buffer *file) {
  text_example *e = arena_array(memory, EXAMPLES, sizeof *e);
  make_examples(e, 100);
  text_training t = {
      .labels = labels, .label_count = 3, .examples = e, .example_count = EXAMPLES, .epochs = 5, .seed = 1};
  buffer_init(file, (size_t)1 << 22);
  ck_assert_int_eq(text_linear_train(&t, file, NULL), MCRM_OK);
}

static size_t predicted(const text_linear *m, const char *text, double *sure) {
  text_scan scan;
  text_reading reading;
  text_linear_result r;
  ck_assert_int_eq(text_scan_make(memory, text, strlen(text), &scan), MCRM_OK);
  ck_assert_int_eq(text_read(&scan, memory, &reading), MCRM_OK);
  ck_assert_int_eq(text_linear_predict(m, &reading, memory, &r), MCRM_OK);
  double sum = 0;
  for (size_t i = 0; i < 3; i++) sum += r.probabilities[i];
  ck_assert_double_eq_tol(sum, 1, 1e-9);
  if (sure) *sure = r.probabilities[r.label];
  return r.label;
}

START_TEST(learns) {
  buffer file;
  trained(&file);
  const text_linear *m;
  ck_assert_int_eq(text_linear_open(file.bytes, file.length, memory, &m), MCRM_OK);
  ck_assert_uint_eq(text_linear_label_count(m), 3);
  ck_assert_str_eq(text_linear_label(m, 1), "technical");
  double sure;
  ck_assert_uint_eq(predicted(m, "فاکتورم اشتباه صادر شده", NULL), 0);
  ck_assert_uint_eq(predicted(m, "سرورها قطع است و وصل نمیشود", &sure), 1);
  ck_assert_double_gt(sure, 0.6);
  ck_assert_uint_eq(predicted(m, "برای سفارش پنل جدید تخفیف هست؟", NULL), 2);
  ck_assert_uint_eq(predicted(m, "my server is unreachable again", NULL), 1);
  predicted(m, "", NULL);
  buffer_free(&file);
}
END_TEST

START_TEST(same_seed_same_model) {
  buffer one, two;
  trained(&one);
  trained(&two);
  ck_assert_uint_eq(one.length, two.length);
  ck_assert(!memcmp(one.bytes, two.bytes, one.length));
  buffer_free(&one);
  buffer_free(&two);
}
END_TEST

START_TEST(damaged_files_are_refused) {
  buffer file;
  trained(&file);
  const text_linear *m;
  for (size_t i = 0; i < file.length; i += i < 300 ? 1 : 9973) {
    file.bytes[i] ^= 0x20;
    ck_assert_int_eq(text_linear_open(file.bytes, file.length, memory, &m), MCRM_INVALID);
    file.bytes[i] ^= 0x20;
  }
  for (size_t i = 0; i < file.length; i += i < 300 ? 1 : 9973)
    ck_assert_int_eq(text_linear_open(file.bytes, i, memory, &m), MCRM_INVALID);
  ck_assert_int_eq(text_linear_open(file.bytes, file.length, memory, &m), MCRM_OK);
  buffer_free(&file);
}
END_TEST

START_TEST(bad_training_is_refused) {
  text_example e[] = {{"سلام", strlen("سلام"), 0}, {"\xFF", 1, 1}};
  text_training t = {.labels = labels, .label_count = 2, .examples = e, .example_count = 2};
  buffer file;
  size_t bad = 0;
  buffer_init(&file, (size_t)1 << 22);
  ck_assert_int_eq(text_linear_train(&t, &file, &bad), MCRM_INVALID);
  ck_assert_uint_eq(bad, 1);
  e[1] = (text_example){"x", 1, 2};
  ck_assert_int_eq(text_linear_train(&t, &file, &bad), MCRM_INVALID);
  t.example_count = 0;
  ck_assert_int_eq(text_linear_train(&t, &file, NULL), MCRM_INVALID);
  t.example_count = 1;
  t.label_count = 1;
  ck_assert_int_eq(text_linear_train(&t, &file, NULL), MCRM_INVALID);
  ck_assert_uint_eq(file.length, 0);
  buffer_free(&file);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("linear");
  TCase *t = tcase_create("linear");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_set_timeout(t, 60);
  tcase_add_test(t, learns);
  tcase_add_test(t, same_seed_same_model);
  tcase_add_test(t, damaged_files_are_refused);
  tcase_add_test(t, bad_training_is_refused);
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
