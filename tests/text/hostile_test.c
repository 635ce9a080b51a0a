/* Texts made to be slow: every reader takes time in proportion to the length, whatever the text is. */
#include <check.h>
#include <marfacrm/text.h>
#include <stdlib.h>
#include <string.h>
#include <text/collation.h>
#include <text/normalise.h>
#include <text/redact.h>
#include <text/search.h>
#include <time.h>

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static mcrm_text *engine;

static void json(const char *what, const char *text, size_t length) {
  char *out;
  int code = mcrm_text_json(engine, what, text, length, 1795500000000, NULL, &out, NULL);
  ck_assert(code == MCRM_OK || code == MCRM_INVALID || code == MCRM_NO_MEMORY);
  mcrm_free(out);
}

static void numbers(const char *t, size_t n) { json("numbers", t, n); }
static void entities(const char *t, size_t n) { json("entities", t, n); }
static void fold(const char *t, size_t n) { json("fold", t, n); }
static void when(const char *t, size_t n) { json("when", t, n); }
/* reads times, sentiment and actions before it chooses */
static void summary(const char *t, size_t n) { json("summary", t, n); }

static void clean(const char *t, size_t n) {
  buffer out;
  buffer_init(&out, (size_t)1 << 30);
  ck_assert_int_eq(text_normalise(t, n, &out), MCRM_OK);
  buffer_free(&out);
}

static void keys(const char *t, size_t n) {
  arena *a = arena_new((size_t)1 << 32);
  buffer out;
  buffer_init(&out, (size_t)1 << 32);
  text_search_query q;
  ck_assert_int_eq(text_search_index(a, t, n, &out), MCRM_OK);
  ck_assert_int_eq(text_search_query_make(a, t, n, &q), MCRM_OK);
  ck_assert_int_eq(text_collation_key(t, n, &out), MCRM_OK);
  buffer_free(&out);
  arena_free(a);
}

static void redact(const char *t, size_t n) {
  text_redaction *r = text_redaction_new();
  buffer hidden, back;
  buffer_init(&hidden, (size_t)1 << 30);
  buffer_init(&back, (size_t)1 << 30);
  ck_assert_int_eq(text_redact(r, t, n, &hidden), MCRM_OK);
  ck_assert_int_eq(text_restore(r, hidden.bytes, hidden.length, &back), MCRM_OK);
  buffer_free(&hidden);
  buffer_free(&back);
  text_redaction_free(r);
}

typedef struct reader {
  const char *name;
  void (*read)(const char *, size_t);
} reader;

static const reader READERS[] = {{"fold", fold}, {"numbers", numbers}, {"entities", entities}, {"clean", clean},
                                 {"keys", keys}, {"redact", redact},   {"when", when},         {"summary", summary}};

static const char *const UNITS[] = {"ا",
                                    "a",
                                    "1",
                                    "1 ",
                                    "هزار ",
                                    "هزار",
                                    "یک‌",
                                    "یک و ",
                                    "\xE2\x80\x8C",
                                    "ا\xE2\x80\x8C",
                                    "1.",
                                    "1,",
                                    "((",
                                    "a@",
                                    "\xEF\xB7\xBA",
                                    "a\xE2\x80\x8C",
                                    "(",
                                    "[PHONE_",
                                    "<a",
                                    ". ",
                                    "a.",
                                    "a@b.c",
                                    "http://a",
                                    "0912 ",
                                    "09123456789 ",
                                    "$",
                                    "آقای ",
                                    "«",
                                    "```",
                                    "می ",
                                    "one and ",
                                    "ده بیست ",
                                    "2-3 ",
                                    "+98",
                                    "ir",
                                    "-",
                                    "@abc",
                                    "و ",
                                    "ه ی ",
                                    "ـ",
                                    "!?",
                                    "صفر ",
                                    "فردا ",
                                    "سرور قطع شد. ",
                                    "هر دوشنبه و ",
                                    "از ",
                                    "تا ",
                                    "ساعت ",
                                    "دوشنبه و ",
                                    "بهار و ",
                                    "Monday and ",
                                    "باید ",
                                    "لطفا ",
                                    "نه ",
                                    "خوب نیست، ",
                                    "قول دادم ",
                                    "next ",
                                    "please call ",
                                    "in 2 ",
                                    "1405/",
                                    "\xE2\x80\xAE",
                                    "\xF0\x9F\x91\xA9\xE2\x80\x8D",
                                    "\xF0\x9F\x87\xAE",
                                    "[[",
                                    "\n",
                                    "\xD9\x94",
                                    "خوب ",
                                    "خیلی ",
                                    "آیا ",
                                    "که "};

/* Of the text; sanitizers slow down what they look at, and see as much in a shorter one. */
#ifdef __SANITIZE_ADDRESS__
enum { LARGE = 40000 };
#else
enum { LARGE = 200000 };
#endif

/* Eight times the text in at most about eight times the time; small texts are measured often enough to trust. */
START_TEST(time_is_linear) {
  char *text = malloc(LARGE + 64);
  for (size_t u = 0; u < sizeof UNITS / sizeof *UNITS; u++) {
    size_t size = strlen(UNITS[u]);
    for (size_t i = 0; i < LARGE; i += size) memcpy(text + i, UNITS[u], size);
    size_t large = LARGE / size * size, small = LARGE / 8 / size * size;
    const reader *r = &READERS[_i];
    double best = 1e9;
    for (int i = 0; i < 2; i++) {
      double start = seconds();
      r->read(text, small);
      double taken = seconds() - start;
      if (taken < best) best = taken;
    }
    double start = seconds();
    r->read(text, large);
    double taken = seconds() - start;
    ck_assert_msg(taken < best * 30 + 0.1, "%s of \"%s\": %.4f s for %zu bytes, %.4f s for %zu", r->name, UNITS[u],
                  best, small, taken, large);
  }
  free(text);
}
END_TEST

static void setup(void) { ck_assert_int_eq(mcrm_text_open(NULL, &engine, NULL), MCRM_OK); }
static void teardown(void) { mcrm_text_close(engine); }

int main(void) {
  TCase *t = tcase_create("hostile");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_set_timeout(t, 100);
  tcase_add_loop_test(t, time_is_linear, 0, (int)(sizeof READERS / sizeof *READERS));
  Suite *suite = suite_create("hostile");
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
