#include <base/error.h>
#include <base/zone.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_LIMIT = 256 * 1024, TRANSITION_LIMIT = 8192, HEADER_SIZE = 44 };

typedef struct transition {
  int64_t at; /* seconds since 1970 */
  int32_t offset;
} transition;

struct zone {
  char name[64];
  int32_t first_offset;
  size_t count;
  transition transitions[];
};

typedef struct reader {
  const unsigned char *at, *end;
} reader;

static uint64_t big_endian(const unsigned char *at, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) value = value << 8 | at[i];
  return value;
}

typedef struct counts {
  size_t utc, standard, leap, time, type, chars;
} counts;

static bool read_header(reader *r, counts *c) {
  if (r->end - r->at < HEADER_SIZE || memcmp(r->at, "TZif", 4)) return false;
  size_t *fields[] = {&c->utc, &c->standard, &c->leap, &c->time, &c->type, &c->chars};
  for (size_t i = 0; i < 6; i++) {
    *fields[i] = (size_t)big_endian(r->at + 20 + 4 * i, 4);
    if (*fields[i] > TRANSITION_LIMIT) return false;
  }
  r->at += HEADER_SIZE;
  return true;
}

static size_t body_size(const counts *c, size_t time_size) {
  return c->time * (time_size + 1) + c->type * 6 + c->chars + c->leap * (time_size + 4) + c->standard + c->utc;
}

static zone *parse(const unsigned char *bytes, size_t length, bool *no_memory) {
  reader r = {bytes, bytes + length};
  counts c;
  if (!read_header(&r, &c) || bytes[4] < '2' || (size_t)(r.end - r.at) < body_size(&c, 4)) return NULL;
  r.at += body_size(&c, 4); /* version 1 data: 32-bit times, superseded by what follows */
  if (!read_header(&r, &c) || c.type == 0 || (size_t)(r.end - r.at) < body_size(&c, 8)) return NULL;
  const unsigned char *times = r.at, *indexes = times + c.time * 8, *types = indexes + c.time;
  zone *z = calloc(1, sizeof *z + c.time * sizeof *z->transitions);
  *no_memory = !z;
  if (!z) return NULL;
  z->count = c.time;
  z->first_offset = (int32_t)big_endian(types, 4);
  for (size_t i = 0; i < c.time; i++) {
    if (indexes[i] >= c.type) {
      free(z);
      return NULL;
    }
    z->transitions[i] =
        (transition){(int64_t)big_endian(times + 8 * i, 8), (int32_t)big_endian(types + 6 * (size_t)indexes[i], 4)};
  }
  return z;
}

static bool acceptable(const char *name) {
  if (!name[0] || strlen(name) >= sizeof((zone *)0)->name || strstr(name, "..")) return false;
  return true;
}

zone *zone_load(const char *name, mcrm_error *error) {
  char path[128];
  zone *z = NULL;
  unsigned char *bytes = NULL;
  FILE *file = NULL;
  if (!acceptable(name)) {
    error_set(error, MCRM_INVALID, "time_zone", "time_zone.unknown", "time_zone: no zone named \"%.60s\"", name);
    goto out;
  }
  snprintf(path, sizeof path, "%s%s", name[0] == '/' ? "" : "/usr/share/zoneinfo/", name);
  file = fopen(path, "rbe");
  if (!file) {
    int code = errno == ENOMEM ? MCRM_NO_MEMORY : MCRM_INVALID;
    error_set(error, code, "time_zone", "time_zone.unknown", "time_zone: cannot read %s (is tzdata installed?)", path);
    goto out;
  }
  bytes = malloc(FILE_LIMIT);
  if (!bytes) {
    error_no_memory(error);
    goto out;
  }
  setvbuf(file, NULL, _IONBF, 0);
  size_t size = fread(bytes, 1, FILE_LIMIT, file);
  bool no_memory = false;
  z = parse(bytes, size, &no_memory);
  if (no_memory) {
    error_no_memory(error);
    goto out;
  }
  if (!z) {
    error_set(error, MCRM_INVALID, "time_zone", "time_zone.unreadable", "time_zone: %s is not a TZif file", path);
    goto out;
  }
  snprintf(z->name, sizeof z->name, "%s", name);
out:
  if (file) fclose(file);
  free(bytes);
  return z;
}

void zone_free(zone *z) { free(z); }

const char *zone_name(const zone *z) { return z->name; }

int32_t zone_offset(const zone *z, mcrm_time instant) {
  int64_t seconds = instant >= 0 ? instant / 1000 : -((-instant + 999) / 1000);
  if (!z->count || seconds < z->transitions[0].at) return z->first_offset;
  if (seconds >= z->transitions[z->count - 1].at) return z->transitions[z->count - 1].offset;
  size_t low = 0, high = z->count - 1;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (z->transitions[middle].at <= seconds)
      low = middle;
    else
      high = middle;
  }
  return z->transitions[low].offset;
}
