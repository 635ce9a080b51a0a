#include "sheet.h"

#include <base/civil.h>
#include <base/error.h>
#include <base/utf8.h>
#include <model/json.h>
#include <string.h>
#include <text/fold.h>
#include <text/jalali.h>

#include "rep.h"

/* ---- words ---- */

typedef struct sheet_word {
  const char *field, *word, *value;
} sheet_word;

/* Headings: field NULL. */
static const sheet_word words[] = {
    {NULL, "نام", "name"},
    {NULL, "فروشگاه", "shop"},
    {NULL, "نام فروشگاه", "shop"},
    {NULL, "تلفن", "phones"},
    {NULL, "شماره تلفن", "phones"},
    {NULL, "موبایل", "phones"},
    {NULL, "تلگرام", "telegram"},
    {NULL, "نماینده", "rep_id"},
    {NULL, "عنوان", "title"},
    {NULL, "شرح", "description"},
    {NULL, "توضیحات", "description"},
    {NULL, "سررسید", "due_at"},
    {NULL, "مهلت", "due_at"},
    {NULL, "یادآوری", "remind_at"},
    {NULL, "اولویت", "priority"},
    {NULL, "وضعیت", "status"},
    {NULL, "مسئول", "assignee_id"},
    {NULL, "نوع", "type"},
    {NULL, "جهت", "direction"},
    {NULL, "هدف", "purpose"},
    {NULL, "تاریخ", "started_at"},
    {NULL, "زمان", "started_at"},
    {NULL, "کارشناس", "user_id"},
    {NULL, "مدت", "duration_s"},
    {NULL, "موضوع", "subject"},
    {NULL, "یادداشت", "notes"},
    {NULL, "خلاصه", "summary"},
    {NULL, "نتیجه", "outcome"},
    {NULL, "بازخورد", "feedback"},
    {NULL, "فوریت", "urgency"},
    {NULL, "پیگیری", "follow_up_at"},
    {NULL, "تاریخ پیگیری", "follow_up_at"},
    {"priority", "کم", "low"},
    {"priority", "معمولی", "normal"},
    {"priority", "عادی", "normal"},
    {"priority", "زیاد", "high"},
    {"priority", "مهم", "high"},
    {"priority", "فوری", "urgent"},
    {"urgency", "کم", "low"},
    {"urgency", "معمولی", "normal"},
    {"urgency", "عادی", "normal"},
    {"urgency", "زیاد", "high"},
    {"urgency", "بحرانی", "critical"},
    {"status", "باز", "open"},
    {"status", "در حال انجام", "in_progress"},
    {"status", "انجام شده", "done"},
    {"status", "لغو شده", "cancelled"},
    {"type", "تماس", "call"},
    {"type", "تلفن", "call"},
    {"type", "تلگرام", "telegram"},
    {"type", "ایمیل", "email"},
    {"type", "جلسه", "meeting"},
    {"type", "حضوری", "meeting"},
    {"direction", "ورودی", "in"},
    {"direction", "خروجی", "out"},
    {"state", "پیش نویس", "draft"},
    {"state", "نهایی", "final"},
};

/* The value of a word, compared folded and with half-spaces as spaces. */
static const char *find_word(const char *field, const char *text, size_t length) {
  buffer key;
  const char *value = NULL;
  buffer_init(&key, 1000);
  if (length > 100 || text_fold_append(&key, text, length) || !key.bytes) goto out;
  for (char *half = key.bytes; (half = strstr(half, TEXT_HALF_SPACE));) {
    *half = ' ';
    memmove(half + 1, half + 3, strlen(half + 3) + 1);
  }
  for (size_t i = 0; i < sizeof words / sizeof *words && !value; i++) {
    buffer word;
    if (!field != !words[i].field || (field && strcmp(field, words[i].field) != 0)) continue;
    buffer_init(&word, 1000);
    if (!text_fold_append(&word, words[i].word, strlen(words[i].word)) && word.bytes && !strcmp(word.bytes, key.bytes))
      value = words[i].value;
    buffer_free(&word);
  }
out:
  buffer_free(&key);
  return value;
}

const model_field *sheet_heading(const model_entity *e, const char *text, size_t length) {
  const model_field *f = model_field_find(e, text, length);
  if (f && !(f->flags & MODEL_SECRET)) return f;
  const char *name = find_word(NULL, text, length);
  return name ? model_field_find(e, name, strlen(name)) : NULL;
}

/* ---- digits ---- */

/* Digits of any script as ASCII; a number's grouping signs go. NULL: no memory. */
static char *ascii_digits(arena *a, const char *text, size_t length, bool number) {
  char *out = arena_alloc(a, length + 1), *p = out;
  if (!out) return NULL;
  for (size_t i = 0, size; i < length; i += size) {
    uint32_t point;
    size = utf8_decode(text + i, length - i, &point);
    if (!size) size = 1, point = (unsigned char)text[i];
    if (point >= 0x06F0 && point <= 0x06F9)
      *p++ = (char)('0' + point - 0x06F0);
    else if (point >= 0x0660 && point <= 0x0669)
      *p++ = (char)('0' + point - 0x0660);
    else if (number && (point == ',' || point == 0x066C || point == 0x060C))
      continue;
    else if (number && point == 0x066B)
      *p++ = '.';
    else {
      memcpy(p, text + i, size);
      p += size;
    }
  }
  return out;
}

static bool take_number(const char **text, int digits, int *out) {
  const char *p = *text;
  int number = 0, count = 0;
  for (; *p >= '0' && *p <= '9' && count < digits; p++, count++) number = number * 10 + (*p - '0');
  *text = p;
  *out = number;
  return count > 0;
}

/* 1405/08/15, 1405-8-15 10:30, 2026/11/06: years of 1300 to 1499 are Jalali. */
static bool read_date(const char *text, const zone *z, mcrm_time *out, bool *whole_day) {
  int year, month, day;
  char separator;
  civil c = {0};
  if (!take_number(&text, 4, &year) || (*text != '/' && *text != '-')) return false;
  separator = *text++;
  if (!take_number(&text, 2, &month) || *text++ != separator || !take_number(&text, 2, &day)) return false;
  if (year >= 1300 && year < 1500) {
    if (!jalali_valid(year, month, day)) return false;
    civil_date(jalali_days(year, month, day), &c.year, &c.month, &c.day);
  } else {
    if (!civil_valid(year, month, day)) return false;
    c = (civil){.year = year, .month = month, .day = day};
  }
  *whole_day = !*text;
  while (*text == ' ' || *text == 'T') text++;
  if (*text) {
    if (!take_number(&text, 2, &c.hour) || *text++ != ':' || !take_number(&text, 2, &c.minute) || c.hour > 23 ||
        c.minute > 59)
      return false;
    if (*text == ':' && (text++, !take_number(&text, 2, &c.second) || c.second > 59)) return false;
  }
  *out = civil_instant(&c, z);
  return !*text;
}

/* ---- references ---- */

static int refuse(crm_call *call, const model_field *f, const char *message, const char *text, const char *what) {
  return error_set(call->tx->error, MCRM_INVALID, f->name, message, "%s: \"%.60s\" %s", f->name, text, what);
}

static int read_reference(crm_call *call, const model_field *f, const char *text, mcrm_id *out) {
  store_rows rows;
  size_t found = 0;
  size_t digits = strspn(text, "0123456789");
  *out = 0;
  if (!text[digits] && digits >= 12 && digits < 19) { /* an id; the host's keys and names are shorter */
    for (const char *p = text; *p; p++) *out = *out * 10 + (*p - '0');
    return MCRM_OK;
  }
  if (!strcmp(f->name, "rep_id")) {
    const char *key = rep_sort_key(call, text);
    if (!key) return error_no_memory(call->tx->error);
    store_query(call->tx, &rows,
                "SELECT id FROM rep WHERE (host_key = $1 OR admin_username = $1 OR sort_key = $2) AND archived_at IS "
                "NULL ORDER BY id LIMIT 2",
                store_text(text), store_text(key));
  } else if (!strcmp(f->name, "user_id") || !strcmp(f->name, "assignee_id")) {
    store_query(call->tx, &rows, "SELECT id FROM user_account WHERE username = $1", store_text(text));
  } else {
    return refuse(call, f, "field.type", text, "is not an id");
  }
  while (store_next(&rows)) {
    *out = store_get_int(&rows, 0);
    found++;
  }
  int code = store_end(&rows);
  if (code) return code;
  if (found > 1) return refuse(call, f, "sheet.ambiguous", text, "names more than one; use the key or the username");
  return found ? MCRM_OK : refuse(call, f, "not_found", text, "names nobody");
}

/* ---- kinds ---- */

static int read_boolean(crm_call *call, const model_field *f, const char *text, void *record) {
  static const char *const yes[] = {"1", "true", "yes", "بله", "آری"}, *const no[] = {"0", "false", "no", "خیر", "نه"};
  for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
    if (strcmp(text, yes[i]) && strcmp(text, no[i])) continue;
    model_set_number(record, f, !strcmp(text, yes[i]));
    return MCRM_OK;
  }
  return refuse(call, f, "field.type", text, "is neither yes nor no");
}

/* Items stand between semicolons or on lines of their own. */
static int read_list(crm_call *call, const model_field *f, const char *text, void *record) {
  static const char *const separators[] = {";", "؛", "\n"};
  arena *a = call->tx->arena;
  size_t most = 1, count = 0;
  for (const char *p = text; *p; p++) most += *p == ';' || *p == '\n' || *p == '\xD8';
  const char **at = arena_array(a, most, sizeof *at);
  if (!at) return error_no_memory(call->tx->error);
  while (*text) {
    const char *end = text + strlen(text);
    size_t skip = 0;
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
      const char *found = strstr(text, separators[i]);
      if (!found || found >= end) continue;
      end = found;
      skip = strlen(separators[i]);
    }
    const char *next = end + skip;
    while (text < end && memchr(" \t\r", *text, 3)) text++;
    while (end > text && memchr(" \t\r", end[-1], 3)) end--;
    if (end > text && !(at[count++] = arena_copy(a, text, (size_t)(end - text))))
      return error_no_memory(call->tx->error);
    text = next;
  }
  model_set_texts(record, f, (mcrm_texts){at, count});
  return MCRM_OK;
}

static int read_time(crm_call *call, const model_field *f, const char *text, void *record, bool *whole_day) {
  const zone *z = store_zone(call->tx->store);
  mcrm_time at;
  if (!read_date(text, z, &at, whole_day) && !civil_parse(text, strlen(text), z, &at))
    return refuse(call, f, "field.type", text, "is no date; write 1405/08/15 or 1405/08/15 10:30");
  model_set_number(record, f, at);
  return MCRM_OK;
}

/* As JSON, so that ranges and forms are those of every other way in. */
static int read_as_json(crm_call *call, const model_field *f, const char *text, void *record) {
  bool sign = text[0] == '-';
  const char *digits = text + sign;
  while (digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9') digits++;
  const char *json = sign ? arena_print(call->tx->arena, "-%s", digits) : digits;
  if (!json) return error_no_memory(call->tx->error);
  return model_decode_field(call->tx->arena, f, json, strlen(json), store_zone(call->tx->store), call->tx->error,
                            record);
}

int sheet_cell(crm_call *call, const model_field *f, const char *text, size_t length, void *record, bool *whole_day) {
  arena *a = call->tx->arena;
  mcrm_id id;
  int code;
  *whole_day = false;
  if (!utf8_valid(text, length)) return refuse(call, f, "text.not_utf8", "", "is not valid UTF-8");
  bool number = f->kind == MODEL_INT || f->kind == MODEL_MONEY || f->kind == MODEL_REAL;
  const char *plain = f->kind == MODEL_TEXT ? text : ascii_digits(a, text, length, number);
  if (!plain) return error_no_memory(call->tx->error);
  switch (f->kind) {
    case MODEL_TEXT: {
      const char *word = find_word(f->name, text, length);
      model_set_text(record, f, word ? word : text);
      return MCRM_OK;
    }
    case MODEL_ID:
      code = read_reference(call, f, plain, &id);
      if (!code) model_set_number(record, f, id);
      return code;
    case MODEL_TIME:
      return read_time(call, f, plain, record, whole_day);
    case MODEL_BOOL:
      return read_boolean(call, f, plain, record);
    case MODEL_TEXTS:
      return read_list(call, f, text, record);
    case MODEL_INT:
    case MODEL_MONEY:
    case MODEL_REAL:
      return read_as_json(call, f, plain, record);
    default:
      return model_decode_field(a, f, text, length, store_zone(call->tx->store), call->tx->error, record);
  }
}
