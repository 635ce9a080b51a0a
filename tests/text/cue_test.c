/* The phrase matcher: what counts as the same phrase, where it matches, when a cue fires. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <text/cue.h>

#include "lexicon.h"

static arena *memory;

static void setup(void) { memory = arena_new(0); }
static void teardown(void) { arena_free(memory); }

static text_scan scan_of(const char *text) {
  text_scan s;
  ck_assert_int_eq(text_scan_make(memory, text, strlen(text), &s), MCRM_OK);
  return s;
}

static size_t found_in(const text_phrase *phrases, size_t count, const char *text, text_hits *hits) {
  const text_cues *cues;
  ck_assert_int_eq(text_cues_make(memory, phrases, count, &cues, NULL), MCRM_OK);
  text_scan s = scan_of(text);
  ck_assert_int_eq(text_cues_find(cues, &s, memory, hits), MCRM_OK);
  return hits->count;
}

static size_t found(const char *phrase, text_endings endings, const char *text) {
  text_hits hits;
  return found_in(&(text_phrase){.text = phrase, .endings = endings}, 1, text, &hits);
}

START_TEST(whole_words_only) {
  ck_assert_uint_eq(found("قطع", TEXT_EXACT, "سرور قطع شده"), 1);
  ck_assert_uint_eq(found("قطع", TEXT_EXACT, "قطعات سرور"), 0);
  ck_assert_uint_eq(found("قطع", TEXT_EXACT, "منقطع"), 0);
  ck_assert_uint_eq(found("vpn", TEXT_EXACT, "My VPN, again VPN."), 2);
  ck_assert_uint_eq(found("v2ray", TEXT_EXACT, "V2Ray is slow; v2rayng is not"), 1);
}
END_TEST

START_TEST(what_is_written_differently_is_the_same) {
  ck_assert_uint_eq(found("نمی‌شه", TEXT_EXACT, "وصل نمی شه"), 1);
  ck_assert_uint_eq(found("نمیشه", TEXT_EXACT, "وصل نمی‌شه"), 1);
  ck_assert_uint_eq(found("وصل نمی شه", TEXT_EXACT, "وصل نميشه"), 1);
  ck_assert_uint_eq(found("آخر ماه", TEXT_EXACT, "اخر  ماه"), 1);
  ck_assert_uint_eq(found("خیلی خوب", TEXT_EXACT, "خیلیییی خوووب"), 1);
  ck_assert_uint_eq(found("good", TEXT_EXACT, "goooood"), 1);
  ck_assert_uint_eq(found("don't work", TEXT_EXACT, "they dont work, don’t work"), 2);
  ck_assert_uint_eq(found("follow up", TEXT_EXACT, "the follow-up"), 1);
  ck_assert_uint_eq(found("سلام خسته نباشید", TEXT_EXACT, "سلام، خسته نباشید"), 1);
  ck_assert_uint_eq(found("😡", TEXT_EXACT, "چرا😡😡"), 2);
}
END_TEST

START_TEST(a_phrase_does_not_cross_a_sentence) {
  ck_assert_uint_eq(found("خیلی بد", TEXT_EXACT, "زیاد نه، خیلی. بد نبود"), 0);
  ck_assert_uint_eq(found("خیلی بد", TEXT_EXACT, "خیلی\nبد"), 0);
  ck_assert_uint_eq(found("خیلی بد", TEXT_EXACT, "خیلی ,,,,,,,,,, بد"), 0);
}
END_TEST

START_TEST(endings) {
  static const char *const same[] = {"مشکل", "مشکلی", "مشکلم", "مشکل‌ها", "مشکلهای", "مشکله", "مشکلشون"};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
    ck_assert_uint_eq(found("مشکل", TEXT_ENDINGS_NOUN, same[i]), 1);
  }
  ck_assert_uint_eq(found("مشکل", TEXT_ENDINGS_NOUN, "مشکل‌گشا"), 0);
  ck_assert_uint_eq(found("مشکل", TEXT_EXACT, "مشکلی"), 0);
  ck_assert_uint_eq(found("زشت", TEXT_ENDINGS_NOUN, "زشت‌ترینشونه"), 1);
  ck_assert_uint_eq(found("نخرید", TEXT_ENDINGS_VERB, "نخریدمش"), 1);
  ck_assert_uint_eq(found("نخرید", TEXT_ENDINGS_VERB, "نخریداران"), 0);
  ck_assert_uint_eq(found("disappoint", TEXT_ENDINGS_ENGLISH, "disappointed, disappointing disappointment"), 3);
  ck_assert_uint_eq(found("کند", TEXT_ENDINGS_ANY, "کندوکاو"), 1);
}
END_TEST

START_TEST(hits_name_their_tokens) {
  text_hits hits;
  const text_phrase phrases[] = {{.text = "وصل نمیشه"}, {.text = "نمیشه"}, {.text = "سرور"}};
  ck_assert_uint_eq(found_in(phrases, 3, "سلام، سرور وصل نمی شه.", &hits), 3);
  ck_assert_uint_eq(hits.items[0].phrase, 2);
  ck_assert_uint_eq(hits.items[0].first, 2);
  ck_assert_uint_eq(hits.items[0].count, 1);
  for (size_t i = 1; i < 3; i++) {
    bool whole = hits.items[i].phrase == 0;
    ck_assert_uint_eq(hits.items[i].first, whole ? 3 : 4);
    ck_assert_uint_eq(hits.items[i].count, whole ? 3 : 2);
  }
}
END_TEST

/* The automaton against the obvious: every phrase searched for separately. */
START_TEST(agrees_with_a_naive_search) {
  enum { WORDS = 400, PHRASES = 300, LETTERS = 5 };
  static char text[WORDS * 24], phrase_text[PHRASES][64];
  text_phrase phrases[PHRASES];
  unsigned seed = 12345;
  size_t at = 0, expected = 0;
  text[at++] = ' ';
  for (int w = 0; w < WORDS; w++) {
    for (unsigned n = 1 + (seed >> 16) % 3; n; n--) {
      seed = seed * 1103515245U + 12345U;
      text[at++] = (char)('a' + (seed >> 16) % LETTERS);
      if (at > 2 && text[at - 1] == text[at - 2]) text[at - 1] = (char)('v' + n);
    }
    text[at++] = ' ';
  }
  text[at] = 0;
  for (int i = 0; i < PHRASES; i++) {
    size_t from, to;
    seed = seed * 1103515245U + 12345U;
    for (from = (seed >> 8) % (at - 40); text[from] != ' '; from++) {
    }
    to = from + 1;
    for (unsigned words = 1 + (seed >> 4) % 3; words; words--) {
      while (text[++to] != ' ') {
      }
    }
    snprintf(phrase_text[i], sizeof phrase_text[i], "%.*s", (int)(to - from - 1), text + from + 1);
    phrases[i] = (text_phrase){.text = phrase_text[i]};
    char padded[80];
    snprintf(padded, sizeof padded, " %s ", phrase_text[i]);
    for (const char *p = text; (p = strstr(p, padded)); p++) expected++;
  }
  text_hits hits;
  ck_assert_uint_gt(expected, PHRASES);
  ck_assert_uint_eq(found_in(phrases, PHRASES, text, &hits), expected);
}
END_TEST

static uint64_t random_below(uint64_t *seed, uint64_t below) {
  *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (*seed >> 33) % below;
}

/* Pieces of words with everything that a word may have in it or around it. */
static size_t random_pieces(uint64_t *seed, char *out, size_t count) {
  static const char *const PIECES[] = {
      "ا", "آ",      "ب",  "س", "ی", "ئ",   "م", "ن",   "می",  "نمی",  " می ",  " نمی ", "ها",
      "a", "b",      "e",  "o", "t", "1",   "é", " ",   " ",   " ",    " ",     ". ",    "،",
      "؟", "\n",     "…",  "-", "_", "'",   "’", "ء",   "‌", "‌",  "ۀ",     "ە",     "۔ ",
      "😡", "❤️", "中", "ß", "ܐ", "‍", ".", "ییی", "ooo", "آآآآ", "  ,  ", "x",     "٪"};
  size_t length = 0;
  while (count--) {
    const char *piece = PIECES[random_below(seed, sizeof PIECES / sizeof *PIECES)];
    memcpy(out + length, piece, strlen(piece));
    length += strlen(piece);
  }
  out[length] = 0;
  return length;
}

/* The first phrase that is found otherwise with the filter than without, as text; NULL: both find the same. */
static const char *differs(const text_cues *cues, const char *text, size_t length) {
  text_scan s;
  text_hits quick, plain;
  if (text_scan_make(memory, text, length, &s) || text_cues_find(cues, &s, memory, &quick) ||
      cue_find_plainly(cues, &s, memory, &plain))
    return "not done";
  for (size_t i = 0; i < plain.count; i++) {
    const text_hit *a = &quick.items[i], *b = &plain.items[i];
    bool same = i < quick.count && a->phrase == b->phrase && a->first == b->first && a->count == b->count &&
                a->ended == b->ended;
    if (!same)
      return arena_print(memory, "phrase %u, in: %.80s", b->phrase,
                         s.tokens[b->first].fold - (s.tokens[b->first].fold - s.folded.bytes < 40 ? 0 : 40));
  }
  return quick.count == plain.count ? NULL : "more is found";
}

static text_phrase random_phrase(uint64_t *seed, bool with_endings) {
  char text[200];
  random_pieces(seed, text, 1 + random_below(seed, 7));
  uint64_t ending = random_below(seed, 5);
  return (text_phrase){.text = arena_text(memory, text), .endings = with_endings ? (text_endings)ending : TEXT_EXACT};
}

/* A set of such phrases and such texts, in which it and the lexicon are looked for. */
static const char *round_differs(uint64_t *seed, bool with_endings) {
  enum { PHRASES = 60, TEXTS = 40 };
  text_phrase phrases[PHRASES];
  const text_cues *cues;
  size_t count = 1 + random_below(seed, PHRASES), bad;
  for (size_t i = 0; i < count; i++) phrases[i] = random_phrase(seed, with_endings);
  for (int code; (code = text_cues_make(memory, phrases, count, &cues, &bad));) {
    if (code != MCRM_INVALID) return "not made";
    phrases[bad] = random_phrase(seed, with_endings); /* nothing but marks is no phrase */
  }
  for (int i = 0; i < TEXTS; i++) {
    char text[8000]; /* some go over several of the filter's windows */
    size_t length = random_pieces(seed, text, random_below(seed, i % 8 ? 200 : 1200));
    const char *wrong = differs(cues, text, length);
    if (!wrong) wrong = differs(&lexicon_cues, text, length);
    if (wrong) return wrong;
  }
  return NULL;
}

START_TEST(the_filter_loses_nothing) {
  enum { ROUNDS = 100 };
  uint64_t seed = 20261127;
  for (int round = 0; round < ROUNDS; round++) {
    const char *wrong = round_differs(&seed, round % 2);
    if (wrong) ck_abort_msg("found otherwise: %s", wrong);
    arena_reset(memory);
  }
}
END_TEST

/* A text in which a word with a half-space behind each letter stands so far from its beginning, and "x y" behind it. */
static size_t long_word_text(char *text, size_t before, const char *word) {
  size_t length = 0;
  while (length < before) length = (size_t)(stpcpy(text + length, length % 7 ? "x" : " ") - text);
  length = (size_t)(stpcpy(text + length, " ") - text);
  for (const char *p = word; *p; p += (unsigned char)*p < 0x80 ? 1 : 2)
    length += (size_t)sprintf(text + length, "%.*s\u200C", (unsigned char)*p < 0x80 ? 1 : 2, p);
  return (size_t)(stpcpy(text + length, " x y") - text);
}

static bool finds_both(const text_cues *cues, const char *text, size_t length) {
  text_scan s;
  text_hits hits;
  return !text_scan_make(memory, text, length, &s) && !text_cues_find(cues, &s, memory, &hits) && hits.count == 2 &&
         !differs(cues, text, length);
}

/* Words that are longer than what the filter sees of one, wherever they begin in its window. */
START_TEST(the_filter_loses_no_long_word) {
  static const char *const words[] = {"abcdefghijklmno", "abcdefghijklmnopqrst", "ابتسنمهابتس"};
  const text_phrase phrases[] = {{.text = words[0]}, {.text = words[1]}, {.text = words[2]}, {.text = "x y"}};
  const text_cues *cues;
  ck_assert_int_eq(text_cues_make(memory, phrases, 4, &cues, NULL), MCRM_OK);
  for (size_t before = 0; before < 140; before++) {
    for (size_t word = 0; word < 3; word++) {
      char text[400] = "";
      size_t length = long_word_text(text, before, words[word]);
      if (!finds_both(cues, text, length)) ck_abort_msg("not both in: %s", text);
    }
  }
}
END_TEST

START_TEST(the_filter_loses_nothing_of_what_people_write) {
  static const char *const files[] = {"crm-fa.jsonl", "crm-fa-2.jsonl", "crm-fa-3.jsonl", "crm-fa-4.jsonl"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char path[300], line[8192];
    snprintf(path, sizeof path, "%s/tests/text/gold/%s", MARFACRM_SOURCE, files[i]);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    for (; fgets(line, sizeof line, file); arena_reset(memory)) {
      const char *wrong = differs(&lexicon_cues, line, strlen(line));
      if (wrong) ck_abort_msg("found otherwise: %s", wrong);
    }
    fclose(file);
  }
}
END_TEST

START_TEST(impossible_phrases_are_refused) {
  const text_cues *cues;
  size_t bad = 99;
  const text_phrase empty[] = {{.text = "سلام"}, {.text = " ، "}};
  ck_assert_int_eq(text_cues_make(memory, empty, 2, &cues, &bad), MCRM_INVALID);
  ck_assert_uint_eq(bad, 1);
  ck_assert_int_eq(text_cues_make(memory, &(text_phrase){.text = "\xFF"}, 1, &cues, NULL), MCRM_INVALID);
  ck_assert_int_eq(text_cues_make(memory, &(text_phrase){.text = "a b c d e f g h i j k l m n o p q"}, 1, &cues, NULL),
                   MCRM_INVALID);
  ck_assert_int_eq(text_cues_make(memory, NULL, 0, &cues, NULL), MCRM_OK);
  text_scan s = scan_of("سلام");
  text_hits hits;
  ck_assert_int_eq(text_cues_find(cues, &s, memory, &hits), MCRM_OK);
  ck_assert_uint_eq(hits.count, 0);
}
END_TEST

static const text_phrase live[] = {
    {.text = "قطع شده", .id = 7, .category = 1, .weight = 5, .cooldown = 60000},
    {.text = "قطع", .id = 7, .category = 1, .weight = 3, .cooldown = 60000},
    {.text = "قطع نشده", .id = 7, .negative = true},
    {.text = "تخفیف", .id = 8, .category = 2, .endings = TEXT_ENDINGS_NOUN, .once = true},
    {.text = "refund", .id = 9, .category = 3, .language = TEXT_LANGUAGE_ENGLISH},
};

static size_t fire(const text_cues *cues, text_cue_state *state, const char *text, mcrm_time now, text_cue_list *out) {
  text_scan s = scan_of(text);
  ck_assert_int_eq(text_cues_fire(cues, state, &s, now, memory, out), MCRM_OK);
  return out->count;
}

START_TEST(cues_of_a_call) {
  const text_cues *cues;
  text_cue_list out;
  ck_assert_int_eq(text_cues_make(memory, live, 5, &cues, NULL), MCRM_OK);
  text_cue_state *state = text_cue_state_make(memory, cues);
  ck_assert_ptr_nonnull(state);
  ck_assert_uint_eq(fire(cues, state, "سرورم قطع شده و قطع", 0, &out), 1);
  ck_assert_uint_eq(out.items[0].id, 7);
  ck_assert_int_eq(out.items[0].weight, 5);
  ck_assert_uint_eq(fire(cues, state, "باز قطع شد", 59999, &out), 0);
  ck_assert_uint_eq(fire(cues, state, "باز قطع شد", 60000, &out), 1);
  ck_assert_uint_eq(fire(cues, NULL, "قطع نشده", 0, &out), 0);
  ck_assert_uint_eq(fire(cues, NULL, "قطع نشده. الان قطع شده.", 0, &out), 1);
  ck_assert_uint_eq(fire(cues, state, "تخفیفی ندارید؟", 0, &out), 1);
  ck_assert_uint_eq(fire(cues, state, "تخفیف", 999999999, &out), 0);
  ck_assert_uint_eq(fire(cues, state, "I want a refund", 0, &out), 1);
  ck_assert_uint_eq(fire(cues, state, "برای refund پیام داده بود", 0, &out), 0);
}
END_TEST

/* One letter, or separators, again and again: no phrase makes the time grow faster than the text. */
START_TEST(hostile_texts_stay_linear) {
  enum { SIZE = 300000 };
  char *text = malloc(SIZE + 1);
  ck_assert_ptr_nonnull(text);
  static const char *const fill[] = {"a", "a b ", ", ", "aaab", "می "};
  const text_phrase phrases[] = {{.text = "a b a b a b a b a b"},
                                 {.text = "aab", .endings = TEXT_ENDINGS_ENGLISH},
                                 {.text = "a", .endings = TEXT_ENDINGS_ENGLISH},
                                 {.text = "می روم"}};
  const text_cues *cues;
  ck_assert_int_eq(text_cues_make(memory, phrases, 4, &cues, NULL), MCRM_OK);
  for (size_t f = 0; f < sizeof fill / sizeof *fill; f++) {
    size_t n = strlen(fill[f]), length = SIZE / n * n;
    for (size_t i = 0; i < length; i += n) memcpy(text + i, fill[f], n);
    arena *big = arena_new((size_t)1 << 30);
    text_scan s;
    text_hits hits;
    ck_assert_int_eq(text_scan_make(big, text, length, &s), MCRM_OK);
    ck_assert_int_eq(text_cues_find(cues, &s, big, &hits), MCRM_OK);
    arena_free(big);
  }
  free(text);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("cue");
  TCase *t = tcase_create("cue");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_set_timeout(t, 60);
  tcase_add_test(t, whole_words_only);
  tcase_add_test(t, what_is_written_differently_is_the_same);
  tcase_add_test(t, a_phrase_does_not_cross_a_sentence);
  tcase_add_test(t, endings);
  tcase_add_test(t, hits_name_their_tokens);
  tcase_add_test(t, agrees_with_a_naive_search);
  tcase_add_test(t, the_filter_loses_nothing);
  tcase_add_test(t, the_filter_loses_no_long_word);
  tcase_add_test(t, the_filter_loses_nothing_of_what_people_write);
  tcase_add_test(t, impossible_phrases_are_refused);
  tcase_add_test(t, cues_of_a_call);
  tcase_add_test(t, hostile_texts_stay_linear);
  suite_add_tcase(suite, t);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
