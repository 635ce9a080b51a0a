/* CSV: what is written is read back, and what others write is understood or refused with its row. */
#include <check.h>
#include <sheet.h>
#include <stdlib.h>
#include <string.h>

static arena *a;
static mcrm_error error;
static sheet_reader reader;
static sheet_row row;

static void setup(void) {
  a = arena_new(0);
  error = (mcrm_error){0};
}
static void teardown(void) { arena_free(a); }

/* The next row, its cells joined by '|'; "END" at the end, "ERROR" where it is refused. */
static const char *next(void) {
  static char joined[1000];
  int got = sheet_read(&reader, a, &error, &row);
  if (got <= 0) return got ? "ERROR" : "END";
  joined[0] = 0;
  for (size_t i = 0; i < row.count; i++) {
    ck_assert_uint_eq(strlen(row.cells[i].text), row.cells[i].length);
    if (i) strcat(joined, "|");
    strcat(joined, row.cells[i].text);
  }
  return joined;
}

static const char *written(const char *text) {
  static buffer out;
  buffer_free(&out);
  buffer_init(&out, 1000);
  sheet_write_text(&out, text, strlen(text));
  return out.bytes;
}

START_TEST(rows_are_read_as_rfc_4180_has_them) {
  sheet_reader_begin(&reader, "\xEF\xBB\xBFname,shop\r\n\"a, \"\"b\"\"\",\"two\r\nlines\"\r\n x , y z \nlast,");
  ck_assert_str_eq(next(), "name|shop");
  ck_assert_str_eq(next(), "a, \"b\"|two\r\nlines");
  ck_assert_str_eq(next(), "x|y z");
  ck_assert_str_eq(next(), "last|");
  ck_assert_str_eq(next(), "END");
}
END_TEST

START_TEST(blank_lines_are_no_rows_but_are_counted) {
  sheet_reader_begin(&reader, "name\n\n\na\n\r\nb\n\n");
  ck_assert_str_eq(next(), "name");
  ck_assert_int_eq(reader.row, 1);
  ck_assert_str_eq(next(), "a");
  ck_assert_int_eq(reader.row, 4);
  ck_assert_str_eq(next(), "b");
  ck_assert_int_eq(reader.row, 6);
  ck_assert_str_eq(next(), "END");
}
END_TEST

START_TEST(the_heading_tells_what_separates) {
  sheet_reader_begin(&reader, "a;b,c;d\n1,5;2;3\n");
  ck_assert_str_eq(next(), "a|b,c|d");
  ck_assert_str_eq(next(), "1,5|2|3");
  sheet_reader_begin(&reader, "a\tb\n1\t\n\"x\"\t\"y\"");
  ck_assert_str_eq(next(), "a|b");
  ck_assert_str_eq(next(), "1|");
  ck_assert_str_eq(next(), "x|y");
}
END_TEST

START_TEST(quotes_gone_wrong_are_refused_with_their_row) {
  sheet_reader_begin(&reader, "a\n\"open\n");
  ck_assert_str_eq(next(), "a");
  ck_assert_str_eq(next(), "ERROR");
  ck_assert_str_eq(error.detail, "row 2: a quote is not closed");
  error = (mcrm_error){0};
  sheet_reader_begin(&reader, "a\n\"x\"y\n");
  next();
  ck_assert_str_eq(next(), "ERROR");
  ck_assert_str_eq(error.detail, "row 2: text after a closing quote");
}
END_TEST

START_TEST(a_row_has_so_many_columns_at_most) {
  char text[SHEET_COLUMNS * 2 + 2];
  memset(text, ',', sizeof text);
  text[SHEET_COLUMNS - 1] = 0;
  sheet_reader_begin(&reader, text);
  next();
  ck_assert_uint_eq(row.count, SHEET_COLUMNS);
  text[SHEET_COLUMNS - 1] = ',';
  text[SHEET_COLUMNS] = 0;
  sheet_reader_begin(&reader, text);
  ck_assert_str_eq(next(), "ERROR");
}
END_TEST

START_TEST(formulas_are_defused_and_come_back) {
  static const struct {
    const char *text, *cell;
  } cases[] = {{"=1+1", "\"'=1+1\""},          {"+98", "\"'+98\""},   {"-x", "\"'-x\""},
               {"@sum", "\"'@sum\""},          {"\t=x", "\"'\t=x\""}, {"'=x", "\"''=x\""},
               {"'quoted'", "\"'quoted'\""},   {"a=b", "\"a=b\""},    {"\xEF\xBC\x9Dx", "\"'\xEF\xBC\x9Dx\""},
               {"a \"b\"", "\"a \"\"b\"\"\""}, {"", "\"\""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ck_assert_str_eq(written(cases[i].text), cases[i].cell);
    sheet_reader_begin(&reader, cases[i].cell);
    reader.separator = ',';
    ck_assert_str_eq(next(), cases[i].text);
  }
}
END_TEST

int main(void) {
  TCase *c = tcase_create("sheet");
  tcase_add_checked_fixture(c, setup, teardown);
  tcase_add_test(c, rows_are_read_as_rfc_4180_has_them);
  tcase_add_test(c, blank_lines_are_no_rows_but_are_counted);
  tcase_add_test(c, the_heading_tells_what_separates);
  tcase_add_test(c, quotes_gone_wrong_are_refused_with_their_row);
  tcase_add_test(c, a_row_has_so_many_columns_at_most);
  tcase_add_test(c, formulas_are_defused_and_come_back);
  Suite *s = suite_create("sheet");
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
