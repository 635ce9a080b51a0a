#include "sheet.h"

#include <base/error.h>
#include <string.h>

/* ASCII signs and their full-width forms, which some spreadsheets take for the same. */
static bool starts_formula(const char *text, size_t length) {
  static const char *const wide[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
  if (!length) return false;
  if (memchr("=+-@\t\r\n", text[0], 7)) return true;
  for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
    if (length >= 3 && !memcmp(text, wide[i], 3)) return true;
  return false;
}

/* Apostrophes, then what would be a formula. */
static bool needs_apostrophe(const char *text, size_t length) {
  size_t i = 0;
  while (i < length && text[i] == '\'') i++;
  return starts_formula(text + i, length - i);
}

void sheet_write_text(buffer *out, const char *text, size_t length) {
  buffer_byte(out, '"');
  if (needs_apostrophe(text, length)) buffer_byte(out, '\'');
  for (const char *end = text + length; text < end;) {
    const char *quote = memchr(text, '"', (size_t)(end - text));
    size_t run = quote ? (size_t)(quote - text) + 1 : (size_t)(end - text);
    buffer_append(out, text, run);
    if (quote) buffer_byte(out, '"');
    text += run;
  }
  buffer_byte(out, '"');
}

void sheet_reader_begin(sheet_reader *r, const char *csv) {
  *r = (sheet_reader){.at = csv, .end = csv + strlen(csv), .separator = ','};
  if (!strncmp(csv, "\xEF\xBB\xBF", 3)) r->at += 3;
  /* spreadsheets of places where the comma is the decimal sign write semicolons */
  size_t counts[3] = {0};
  for (const char *p = r->at; p < r->end && *p != '\n'; p++) {
    counts[0] += *p == ',';
    counts[1] += *p == ';';
    counts[2] += *p == '\t';
  }
  if (counts[1] > counts[0]) r->separator = ';';
  if (counts[2] > counts[0] && counts[2] > counts[1]) r->separator = '\t';
}

static bool blank(char c) { return c == ' ' || c == '\t'; }

static bool at_line_end(const sheet_reader *r) {
  return r->at == r->end || *r->at == '\n' || (*r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n');
}

static void skip_line_end(sheet_reader *r) {
  if (r->at < r->end && *r->at == '\r') r->at++;
  if (r->at < r->end) r->at++;
}

/* What stands between quotes; a doubled quote is one. */
static int read_quoted(sheet_reader *r, arena *a, mcrm_error *error, sheet_row *row) {
  const char *begin = ++r->at;
  size_t length = 0, doubled = 0;
  for (;; r->at++) {
    if (r->at == r->end)
      return error_set(error, MCRM_INVALID, NULL, "sheet.quote", "row %lld: a quote is not closed", (long long)r->row);
    if (*r->at != '"') continue;
    if (r->at + 1 == r->end || r->at[1] != '"') break;
    doubled++;
    r->at++;
  }
  char *text = arena_alloc(a, (size_t)(r->at - begin) - doubled + 1);
  if (!text) return error_no_memory(error);
  for (const char *p = begin; p < r->at; p++) {
    text[length++] = *p;
    p += *p == '"';
  }
  r->at++;
  while (r->at < r->end && blank(*r->at) && *r->at != r->separator) r->at++;
  if (!at_line_end(r) && *r->at != r->separator)
    return error_set(error, MCRM_INVALID, NULL, "sheet.quote", "row %lld: text after a closing quote",
                     (long long)r->row);
  row->cells[row->count].text = text;
  row->cells[row->count++].length = length;
  return MCRM_OK;
}

static int read_plain(sheet_reader *r, arena *a, mcrm_error *error, sheet_row *row) {
  const char *begin = r->at;
  while (!at_line_end(r) && *r->at != r->separator) r->at++;
  const char *last = r->at;
  while (last > begin && blank(last[-1])) last--;
  char *text = arena_copy(a, begin, (size_t)(last - begin));
  if (!text) return error_no_memory(error);
  row->cells[row->count].text = text;
  row->cells[row->count++].length = (size_t)(last - begin);
  return MCRM_OK;
}

/* Takes away the apostrophe that writing put in front. */
static void disarm(sheet_row *row) {
  for (size_t i = 0; i < row->count; i++)
    if (row->cells[i].length && row->cells[i].text[0] == '\'' &&
        needs_apostrophe(row->cells[i].text, row->cells[i].length)) {
      row->cells[i].text++;
      row->cells[i].length--;
    }
}

int sheet_read(sheet_reader *r, arena *a, mcrm_error *error, sheet_row *row) {
  row->count = 0;
  r->row++;
  while (r->at < r->end && at_line_end(r)) {
    skip_line_end(r);
    r->row++;
  }
  if (r->at == r->end) return 0;
  for (;;) {
    if (row->count == SHEET_COLUMNS)
      return error_set(error, MCRM_INVALID, NULL, "sheet.columns", "row %lld has more than %d columns",
                       (long long)r->row, SHEET_COLUMNS);
    while (r->at < r->end && blank(*r->at) && *r->at != r->separator) r->at++;
    int code = r->at < r->end && *r->at == '"' ? read_quoted(r, a, error, row) : read_plain(r, a, error, row);
    if (code) return code;
    if (at_line_end(r)) break;
    r->at++; /* the separator */
  }
  skip_line_end(r);
  disarm(row);
  return 1;
}
