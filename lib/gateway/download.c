/* The answer of an operation that is a file: whole, or the part that a player or a resumed download asks for
 * (RFC 9110, section 14: one range; more than one is answered with the whole). */
#include <base/error.h>
#include <fcntl.h>
#include <marfacrm/file.h>
#include <model/entities.h>
#include <model/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

typedef enum range { RANGE_WHOLE, RANGE_PART, RANGE_NOWHERE } range;

/* Digits, at most 18 of them; false: none. */
static bool digits(const char **at, int64_t *out) {
  const char *from = *at;
  *out = 0;
  for (; **at >= '0' && **at <= '9' && *at - from < 18; ++*at) *out = *out * 10 + (**at - '0');
  return *at > from;
}

/* "bytes=5-9", "bytes=5-", "bytes=-3". What cannot be read is as if it were not there. */
static range read_range(const char *text, int64_t size, int64_t *from, int64_t *length) {
  int64_t first = 0, last = 0;
  if (!text || strncmp(text, "bytes=", 6)) return RANGE_WHOLE;
  const char *at = text + 6;
  bool tail = *at == '-';
  if (!tail && !digits(&at, &first)) return RANGE_WHOLE;
  if (*at++ != '-') return RANGE_WHOLE;
  bool end = digits(&at, &last);
  if (*at || (tail && !end) || (!tail && end && last < first)) return RANGE_WHOLE;
  if (tail) {
    first = last < size ? size - last : 0;
    end = last > 0;
    last = size - 1;
    if (!end) return RANGE_NOWHERE;
  }
  if (first >= size) return RANGE_NOWHERE;
  *from = first;
  *length = (end && last < size ? last : size - 1) - first + 1;
  return RANGE_PART;
}

/* A media type goes into a header: whatever else it may be, it is one line. */
static const char *type_of(const mcrm_file *file) {
  const char *type = file->media_type;
  for (const char *c = type; c && *c; c++)
    if (*c < ' ' || *c > '~') return "application/octet-stream";
  return type && strchr(type, '/') ? type : "application/octet-stream";
}

/* Never shown in the page's own place: to be saved, under the name it came with (RFC 6266). */
static const char *disposition(mcrm_exchange *x, const char *name) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  buffer out;
  if (!name || !*name) return "attachment";
  buffer_init(&out, 4096);
  buffer_text(&out, "attachment; filename=\"");
  for (const char *c = name; *c; c++) buffer_byte(&out, strchr(plain, *c) ? *c : '_');
  buffer_text(&out, "\"; filename*=UTF-8''");
  for (const char *c = name; *c; c++)
    if (strchr(plain, *c))
      buffer_byte(&out, *c);
    else
      buffer_print(&out, "%%%02X", (unsigned char)*c);
  const char *kept = out.failed ? NULL : arena_copy(x->memory, out.bytes, out.length);
  buffer_free(&out);
  return kept ? kept : "attachment";
}

static const char *tag_of(mcrm_exchange *x, const mcrm_file *file, const struct stat *st) {
  if (file->sha256 && strlen(file->sha256) >= 32) return arena_print(x->memory, "\"%.32s\"", file->sha256);
  return arena_print(x->memory, "\"%llx-%llx-%llx\"", (unsigned long long)st->st_size,
                     (unsigned long long)st->st_mtim.tv_sec, (unsigned long long)st->st_mtim.tv_nsec);
}

static void serve(mcrm_exchange *x, const mcrm_file *file, int fd, const struct stat *st) {
  const char *tag = tag_of(x, file, st);
  bool same = tag && x->head.if_none_match && strstr(x->head.if_none_match, tag);
  bool whole = x->head_only || (x->head.if_range && (!tag || strcmp(x->head.if_range, tag)));
  int64_t from = 0, length = st->st_size;
  range r = same || whole ? RANGE_WHOLE : read_range(x->head.range, st->st_size, &from, &length);
  if (r == RANGE_NOWHERE)
    answer_refuse(x, 416, MCRM_INVALID, "Range", "request.range", "the file has %lld bytes", (long long)st->st_size);
  else
    answer_begin(x, same ? 304 : r == RANGE_PART ? 206 : 200);
  answer_header(x, "Accept-Ranges", "bytes");
  if (r == RANGE_NOWHERE)
    answer_header(x, "Content-Range", arena_print(x->memory, "bytes */%lld", (long long)st->st_size));
  else
    answer_header(x, "ETag", tag);
  if (r == RANGE_NOWHERE || same) {
    close(fd);
    return;
  }
  if (r == RANGE_PART)
    answer_header(x, "Content-Range",
                  arena_print(x->memory, "bytes %lld-%lld/%lld", (long long)from, (long long)(from + length - 1),
                              (long long)st->st_size));
  answer_header(x, "Content-Type", type_of(file));
  answer_header(x, "Content-Disposition", disposition(x, file->name));
  x->file = fd;
  x->file_offset = from;
  x->file_length = length;
}

void download_answer(mcrm_exchange *x, const char *json) {
  const model_entity *e = x->operation->output;
  mcrm_error error = {0};
  void *record;
  struct stat st;
  if (model_decode(x->memory, e, json, strlen(json), store_zone(x->gateway->store), &error, &record)) {
    answer_error(x, &error);
    return;
  }
  const mcrm_file *file = model_object(record, model_file_field(e));
  int fd = file && file->path ? open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : -1;
  if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode)) {
    serve(x, file, fd, &st);
    return;
  }
  if (fd >= 0) close(fd);
  answer_refuse(x, 404, MCRM_NOT_FOUND, NULL, "file.gone", "the file is no longer there");
}
