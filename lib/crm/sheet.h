/* Lists as sheets: CSV by RFC 4180, out (sheet_export.c) and in (sheet_import.c). */
#ifndef CRM_SHEET_H
#define CRM_SHEET_H

#include <base/buffer.h>
#include <crm/call.h>

/* ---- cells (sheet_csv.c) ----
 * A spreadsheet runs a cell that begins with = + - @ (or a tab or line break before them) as a formula. Such a text
 * gets an apostrophe in front, and a text with apostrophes before one of them gets another, so that reading can take
 * exactly one away. */
void sheet_write_text(buffer *out, const char *text, size_t length);

/* One row at a time of a CSV text; lines end in CRLF or LF, a field may be quoted, blank lines are no rows. */
typedef struct sheet_reader {
  const char *at, *end;
  char separator; /* told from the heading: comma, semicolon or tab */
  int64_t row;    /* of the row just read; the heading is 1 */
} sheet_reader;

enum { SHEET_COLUMNS = 100 };

typedef struct sheet_row {
  struct {
    const char *text; /* NUL-terminated, in the arena, blanks around it taken off */
    size_t length;
  } cells[SHEET_COLUMNS];
  size_t count;
} sheet_row;

void sheet_reader_begin(sheet_reader *r, const char *csv);
/* 1 a row, 0 the end, MCRM_INVALID (the error says what is wrong), MCRM_NO_MEMORY. After MCRM_INVALID nothing more can
 * be read. */
int sheet_read(sheet_reader *r, arena *a, mcrm_error *error, sheet_row *row);

/* ---- what people write in a sheet (sheet_cell.c) ---- */

/* The field that a heading means, by its name or a Persian word; NULL: none. */
const model_field *sheet_heading(const model_entity *e, const char *text, size_t length);
/* Reads a cell into its field: Persian digits, Jalali dates, Persian words for choices, a rep by the host's key,
 * username or name, a colleague by username. *whole_day: the cell is a date without a time. */
int sheet_cell(crm_call *call, const model_field *f, const char *text, size_t length, void *record, bool *whole_day);

#endif
