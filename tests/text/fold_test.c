/* Folding and scanning: the forms everything else is matched on. */
#include <base/utf8.h>
#include <check.h>
#include <marfacrm/types.h>
#include <stdlib.h>
#include <string.h>
#include <text/token.h>

static arena *memory;
static void setup(void) { memory = arena_new((size_t)2 << 30); }
static void teardown(void) { arena_free(memory); }

static const char *fold_of(const char *text) {
  text_folded f;
  ck_assert_int_eq(text_fold(memory, text, strlen(text), &f), 0);
  return f.bytes;
}

#define folds(text, folded) ck_assert_str_eq(fold_of(text), folded)

START_TEST(letters_that_persian_writes_otherwise) {
  folds("كتاب هاي عليٍّ و مُوسى", "کتاب های علی و موسی");
  folds("أحمد إيمان ٱلله آب", "احمد ایمان الله آب");
  folds("خانهٔ ما، خانۀ ما، فاطمة", "خانه ما، خانه ما، فاطمه");
  folds("ﺳﻼﻡ ﷲ ﷼", "سلام الله ریال");
  folds("ســـلام", "سلام");
  folds("مسئول و رؤیا", "مسئول و رؤیا");
  folds("مسي\xD9\x94ول آب", "مسئول آب"); /* a combining hamza builds itself in */
  folds("ا\xD9\x93ب", "آب");
}
END_TEST

START_TEST(digits_signs_and_latin) {
  folds("۱۲۳ ٤٥٦ ۱٬۲۰۰٫۵ ۳۰٪", "123 456 1,200.5 30%");
  folds("V2Ray CAFÉ ＡＢＣ１ 𝐁𝐨𝐥𝐝 Straße", "v2ray cafe abc1 bold strasse");
  folds("ПРИВЕТ ΑΒΓ", "привет αβγ");
  folds(
      "a\r\nb\rc\xE2\x80\xA8"
      "d",
      "a\nb\nc\nd");
  folds("5–7 don’t", "5-7 don't");
}
END_TEST

START_TEST(half_spaces_stay_single_and_inside_words) {
  folds("می‌‌خواهم", "می‌خواهم");
  folds("‌سلام‌ دنیا‌.", "سلام دنیا.");
  folds("کتاب‌ِها", "کتاب‌ها");
  folds(
      "\xE2\x80\x8Eسلام\xE2\x80\x8F \xE2\x80\xAB"
      "abc\xE2\x80\xAC",
      "سلام abc"); /* bidi controls */
}
END_TEST

/* A text of random characters from the blocks that folding touches. */
static size_t random_text(uint64_t *state, char *out, size_t points) {
  static const uint32_t BLOCKS[][2] = {
      {0x20, 0x7E},       {0x600, 0x6FF},     {0x80, 0x24F},    {0x2000, 0x206F},   {0xFB50, 0xFDFF},
      {0xFE00, 0xFEFF},   {0x600, 0x655},     {0x200B, 0x200F}, {0x1F300, 0x1F6FF}, {0xFF00, 0xFF5E},
      {0x1D400, 0x1D7FF}, {0xE0000, 0xE007F}, {9, 13},          {0x300, 0x5FF},     {0x1E00, 0x1EFF}};
  size_t length = 0;
  for (size_t i = 0; i < points; i++) {
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407U;
    const uint32_t *block = BLOCKS[(*state >> 33) % (sizeof BLOCKS / sizeof *BLOCKS)];
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407U;
    length += utf8_encode(block[0] + (uint32_t)((*state >> 33) % (block[1] - block[0] + 1)), out + length);
  }
  return length;
}

/* An assertion costs a system call, so that long loops ask first and assert what failed. */
static bool folds_once(const char *text, size_t length, text_folded *once) {
  text_folded twice;
  return !text_fold(memory, text, length, once) && !text_fold(memory, once->bytes, once->length, &twice) &&
         once->length == twice.length && !memcmp(once->bytes, twice.bytes, once->length);
}

START_TEST(folding_twice_is_folding_once) {
  for (uint32_t point = 1; point < 0x110000; point++) {
    if (point >= 0xD800 && point <= 0xDFFF) continue;
    char text[8];
    size_t length = utf8_encode(point, text);
    text_folded once;
    if (!folds_once(text, length, &once)) ck_abort_msg("U+%04X", point);
    if (point % 1000 == 0) arena_reset(memory);
  }
  uint64_t state = 7;
  for (int i = 0; i < 20000; i++) {
    char text[256];
    size_t length = random_text(&state, text, 1 + (size_t)i % 40);
    text_folded once;
    if (!folds_once(text, length, &once)) ck_abort_msg("round %d", i);
    buffer plain;
    buffer_init(&plain, 1 << 16);
    buffer_text(&plain, "x");
    ck_assert_int_eq(text_fold_append(&plain, text, length), 0);
    ck_assert_msg(plain.length == once.length + 1 && !memcmp(plain.bytes + 1, once.bytes, once.length), "round %d", i);
    buffer_free(&plain);
    arena_reset(memory);
  }
}
END_TEST

/* Do the bytes of `around` come from where they stand, `shift` bytes further in the source? */
static bool stays(const text_folded *f, size_t from, const char *around, size_t shift) {
  for (size_t b = 0; around[b]; b++)
    if (text_fold_source(f, from + b) != shift + ((around[b] & 0xC0) == 0x80 ? b - 1 : b)) return false;
  return true;
}

/* Does the character fold between these texts as it does alone, which is left in `alone`? */
static bool folds_alike(uint32_t point, const char *left, const char *right, char alone[64]) {
  char text[128];
  size_t before = strlen(left), after = strlen(right), size = utf8_encode(point, text + before);
  text_folded f;
  memcpy(text, left, before);
  memcpy(text + before + size, right, after);
  if (text_fold(memory, text, before + size + after, &f)) return false;
  size_t length = f.length - before - after;
  if (!before) memcpy(alone, f.bytes, f.length);
  for (size_t b = 0; b < length; b++)
    if (text_fold_source(&f, before + b) != before) return false;
  return strlen(alone) == length && !memcmp(f.bytes + before, alone, length) && stays(&f, 0, left, 0) &&
         stays(&f, before + length, right, before + size);
}

/* Long runs are folded sixteen bytes at a time, others letter by letter: nobody may see which. */
/* Folds the first bytes of the text, where the memory was used before. */
static bool nuls_follow(const char *text, size_t length) {
  static const char nuls[TEXT_FOLD_BEHIND];
  text_folded f;
  arena_reset(memory);
  memset(arena_room(memory, 4096), 0xFF, 4096);
  arena_reset(memory);
  return !text_fold(memory, text, length, &f) && !memcmp(f.bytes + f.length, nuls, sizeof nuls);
}

START_TEST(vectors_can_be_read_behind_a_fold) {
  static const char *const shorter_and_longer[] = {"ســـلاممم", "ﷲ﷼ﷺ", "V2Ray is slow, v2rayng is not; ½"};
  for (size_t i = 0; i < 3; i++) {
    const char *text = shorter_and_longer[i];
    for (size_t length = 0; length <= strlen(text); length++)
      if (utf8_valid(text, length)) ck_assert(nuls_follow(text, length));
  }
}
END_TEST

START_TEST(a_character_folds_alike_wherever_it_stands) {
  static const char *const AROUND[][2] = {
      {"", ""}, {"سلام دنیا کتاب خوب ", " دوست من و abcdefghijklm"}, {"Abcdefghijklmnop ", " qrstuvwxyz0123456789"}};
  for (uint32_t point = 1; point < 0x10000; point++) {
    if (point >= 0xD800 && point <= 0xDFFF) continue;
    char alone[64] = "";
    for (size_t i = 0; i < 3; i++)
      if (!folds_alike(point, AROUND[i][0], AROUND[i][1], alone)) ck_abort_msg("U+%04X", point);
    if (point % 1000 == 0) arena_reset(memory);
  }
}
END_TEST

START_TEST(offsets_map_back_into_the_source) {
  uint64_t state = 11;
  for (int i = 0; i < 5000; i++) {
    char text[256];
    size_t length = random_text(&state, text, 40);
    text_folded f;
    ck_assert_int_eq(text_fold(memory, text, length, &f), 0);
    text_fold_place place = {.folded = &f};
    ck_assert_uint_eq(text_fold_source(&f, f.length), length);
    for (size_t b = 0; b < f.length; b++) {
      uint32_t source = text_fold_source(&f, b), other = (uint32_t)(state >> 40) % (uint32_t)(f.length + 1);
      char from = text[source];
      ck_assert_uint_eq(text_fold_walk(&place, other), text_fold_source(&f, other));
      ck_assert_uint_eq(text_fold_walk(&place, b), source);
      if (source > text_fold_source(&f, b + 1) || (from & 0xC0) == 0x80) ck_abort_msg("round %d: byte %zu", i, b);
      /* a character between two that vanish folds to just these bytes */
      if ((unsigned char)f.bytes[b] < 0x80 && (unsigned char)from < 0x80 && from >= ' ' &&
          f.bytes[b] != (from >= 'A' && from <= 'Z' ? from + 32 : from))
        ck_abort_msg("round %d: byte %zu", i, b);
    }
    arena_reset(memory);
  }
}
END_TEST

START_TEST(malformed_text_is_refused) {
  const char *bad[] = {"\xFF", "a\xC3", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC0\x80", "سلام\x80", "\xE2\x80"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    text_folded f;
    text_scan s;
    buffer b;
    buffer_init(&b, 100);
    ck_assert_int_eq(text_fold(memory, bad[i], strlen(bad[i]), &f), MCRM_INVALID);
    ck_assert_int_eq(text_scan_make(memory, bad[i], strlen(bad[i]), &s), MCRM_INVALID);
    ck_assert_int_eq(text_fold_append(&b, bad[i], strlen(bad[i])), MCRM_INVALID);
    ck_assert_uint_eq(b.length, 0);
    buffer_free(&b);
  }
}
END_TEST

/* ---- tokens ---- */

/* "سلام|،|دنیا" with "/" between sentences. */
static const char *cut(const char *text) {
  text_scan s;
  ck_assert_int_eq(text_scan_make(memory, text, strlen(text), &s), 0);
  buffer out;
  buffer_init(&out, 1 << 16);
  for (size_t i = 0; i < s.token_count; i++) {
    const text_token *t = &s.tokens[i];
    if (i) buffer_text(&out, t->sentence != s.tokens[i - 1].sentence ? " / " : "|");
    buffer_append(&out, t->kind == TEXT_BREAK ? "_" : t->fold, t->kind == TEXT_BREAK ? 1 : t->fold_length);
  }
  const char *copy = arena_copy(memory, out.bytes ? out.bytes : "", out.length);
  buffer_free(&out);
  return copy;
}

#define cuts(text, tokens) ck_assert_str_eq(cut(text), tokens)

START_TEST(words_stay_whole) {
  cuts("می‌خواهم V2Ray بگیرم", "می‌خواهم|v2ray|بگیرم");
  cuts("۱٬۲۰۰٬۰۰۰ تومان و 3.5 و ۱،۲۰۰", "1,200,000|تومان|و|3.5|و|1،200");
  cuts("ساعت۴ ۲۰تومن 3pm 4G 5GB", "ساعت|4|20|تومن|3|pm|4g|5|gb");
  cuts("https://t.me/abc?x=1. بعد a.b@ex-ample.com و @reza_vpn",
       "https://t.me/abc?x=1|. / بعد|a.b@ex-ample.com|و|@reza_vpn");
  cuts("don't 12/05/1403 12.05.1403 10.0.0.1", "don't|12|/|05|/|1403|12|.|05|.|1403|10.0.0.1");
  cuts("👍🏽👨‍👩‍👧🇮🇷!", "👍🏽|👨‍👩‍👧|🇮🇷|!");
}
END_TEST

START_TEST(sentences_end_where_people_end_them) {
  cuts("سلام. خوبی؟ بله!", "سلام|. / خوبی|؟ / بله|!");
  cuts("Mr. Smith paid. OK", "mr|.|smith|paid|. / ok");
  cuts("رفتم.فردا میام", "رفتم|. / فردا|میام");
  cuts("1. اول\n2. دوم", "1|.|اول|_ / 2|.|دوم");
  cuts("گفت: «بیا.» رفتم", "گفت|:|«|بیا|.|» / رفتم");
  cuts("ساعت ۵ ق.ظ. بیا", "ساعت|5|ق|.|ظ|.|بیا");
  cuts("چی؟!! باشه 😀", "چی|؟|!|! / باشه|😀");
}
END_TEST

START_TEST(spans_point_into_the_source) {
  const char *text = "\xE2\x80\x8Eكتابِ ۱۲۳ Über";
  text_scan s;
  ck_assert_int_eq(text_scan_make(memory, text, strlen(text), &s), 0);
  ck_assert_uint_eq(s.token_count, 3);
  ck_assert_uint_eq(s.tokens[0].point_start, 1);
  ck_assert_uint_eq(s.tokens[0].point_end, 6); /* with its vowel mark */
  ck_assert_uint_eq(s.tokens[1].point_start, 7);
  ck_assert_uint_eq(s.tokens[2].point_end, 15);
  ck_assert_int_eq(s.tokens[1].value, 123);
  ck_assert(s.persian);
}
END_TEST

int main(void) {
  TCase *t = tcase_create("fold");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_set_timeout(t, 100);
  tcase_add_test(t, letters_that_persian_writes_otherwise);
  tcase_add_test(t, digits_signs_and_latin);
  tcase_add_test(t, half_spaces_stay_single_and_inside_words);
  tcase_add_test(t, folding_twice_is_folding_once);
  tcase_add_test(t, vectors_can_be_read_behind_a_fold);
  tcase_add_test(t, a_character_folds_alike_wherever_it_stands);
  tcase_add_test(t, offsets_map_back_into_the_source);
  tcase_add_test(t, malformed_text_is_refused);
  tcase_add_test(t, words_stay_whole);
  tcase_add_test(t, sentences_end_where_people_end_them);
  tcase_add_test(t, spans_point_into_the_source);
  Suite *suite = suite_create("fold");
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
