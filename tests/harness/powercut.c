#include "powercut.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "torture.h"

enum { FILES = 8, SECTOR = 512, REGIONS = 64, REGION = 32768, LOCKS = SQLITE_SHM_NLOCK };

typedef struct content {
  unsigned char *bytes;
  size_t size, capacity;
} content;

typedef struct disk_file {
  char name[256];
  bool used;
  content now;                     /* what the program sees */
  content synced;                  /* replay: what is certain to be there */
  size_t pending;                  /* replay: the oldest operation that is not synced */
  bool fresh;                      /* made since its folder was synced */
  int shared, reserved, exclusive; /* locks of the file */
  void *regions[REGIONS];
  int shm_shared[LOCKS], shm_exclusive[LOCKS];
} disk_file;

typedef enum op_kind { OP_WRITE, OP_TRUNCATE, OP_DELETE, OP_SYNC, OP_SYNC_FOLDER } op_kind;

typedef struct op {
  op_kind kind;
  unsigned char file;
  size_t size_after;
  size_t at, length; /* WRITE: whole sectors as they were after it */
  unsigned char *bytes;
} op;

struct powercut_disk {
  disk_file files[FILES];
  bool recording, lying;
  op *ops;
  size_t count, capacity, replayed;
};

typedef struct open_file {
  sqlite3_file base;
  disk_file *file;
  int lock; /* SQLITE_LOCK_… */
  bool shm_shared[LOCKS], shm_exclusive[LOCKS];
  bool temporary;
} open_file;

static sqlite3_vfs vfs; /* SQLite wants it to outlive everything */
static powercut_disk *mounted;

/* ---- content ---- */

static void must(bool fine) {
  if (fine) return;
  fputs("powercut: out of memory or files\n", stderr);
  abort();
}

static void resize(content *c, size_t size) {
  if (size > c->capacity) {
    size_t capacity = c->capacity ? c->capacity : 65536;
    while (capacity < size) capacity *= 2;
    c->bytes = realloc(c->bytes, capacity);
    must(c->bytes != NULL);
    c->capacity = capacity;
  }
  if (size > c->size) memset(c->bytes + c->size, 0, size - c->size);
  c->size = size;
}

static void put(content *c, size_t at, const void *bytes, size_t length) {
  if (at + length > c->size) resize(c, at + length);
  memcpy(c->bytes + at, bytes, length);
}

static void copy(content *to, const content *from) {
  to->size = 0;
  resize(to, from->size);
  if (from->size) memcpy(to->bytes, from->bytes, from->size);
}

static disk_file *find(const char *name, bool create) {
  disk_file *unused = NULL;
  for (int i = 0; i < FILES; i++) {
    disk_file *f = &mounted->files[i];
    if (f->used && !strcmp(f->name, name)) return f;
    if (!f->used && !unused) unused = f;
  }
  if (!create) return NULL;
  must(unused && strlen(name) < sizeof unused->name);
  strcpy(unused->name, name);
  unused->used = true;
  unused->now.size = 0;
  return unused;
}

/* ---- recording ---- */

static op *record(disk_file *f, op_kind kind) {
  if (!mounted->recording) return NULL;
  if (mounted->count == mounted->capacity) {
    mounted->capacity = mounted->capacity ? 2 * mounted->capacity : 4096;
    mounted->ops = realloc(mounted->ops, mounted->capacity * sizeof *mounted->ops);
    must(mounted->ops != NULL);
  }
  op *o = &mounted->ops[mounted->count++];
  *o = (op){.kind = kind, .file = (unsigned char)(f - mounted->files), .size_after = f->now.size};
  return o;
}

static void record_write(disk_file *f, size_t at, size_t length) {
  op *o = record(f, OP_WRITE);
  if (!o) return;
  o->at = at / SECTOR * SECTOR;
  size_t end = (at + length + SECTOR - 1) / SECTOR * SECTOR;
  if (end > f->now.size) end = f->now.size;
  o->length = end - o->at;
  o->bytes = malloc(o->length);
  must(o->bytes != NULL);
  memcpy(o->bytes, f->now.bytes + o->at, o->length);
}

/* ---- files ---- */

static disk_file *file_of(sqlite3_file *handle) { return ((open_file *)handle)->file; }

static int file_close(sqlite3_file *handle) {
  open_file *o = (open_file *)handle;
  if (o->temporary) {
    free(o->file->now.bytes);
    *o->file = (disk_file){0};
  }
  return SQLITE_OK;
}

static int file_read(sqlite3_file *handle, void *out, int length, sqlite3_int64 at) {
  const content *c = &file_of(handle)->now;
  size_t there = (size_t)at < c->size ? c->size - (size_t)at : 0;
  if (there > (size_t)length) there = (size_t)length;
  if (there) memcpy(out, c->bytes + at, there);
  if (there == (size_t)length) return SQLITE_OK;
  memset((char *)out + there, 0, (size_t)length - there);
  return SQLITE_IOERR_SHORT_READ;
}

static int file_write(sqlite3_file *handle, const void *bytes, int length, sqlite3_int64 at) {
  disk_file *f = file_of(handle);
  put(&f->now, (size_t)at, bytes, (size_t)length);
  record_write(f, (size_t)at, (size_t)length);
  return SQLITE_OK;
}

static int file_truncate(sqlite3_file *handle, sqlite3_int64 size) {
  disk_file *f = file_of(handle);
  resize(&f->now, (size_t)size);
  record(f, OP_TRUNCATE);
  return SQLITE_OK;
}

static int file_sync(sqlite3_file *handle, int flags) {
  (void)flags;
  disk_file *f = file_of(handle);
  if (mounted->lying) return SQLITE_OK;
  record(f, OP_SYNC);
  if (f->fresh) record(f, OP_SYNC_FOLDER); /* as SQLite's own VFS does with a new journal or log */
  f->fresh = false;
  return SQLITE_OK;
}

static int file_size(sqlite3_file *handle, sqlite3_int64 *size) {
  *size = (sqlite3_int64)file_of(handle)->now.size;
  return SQLITE_OK;
}

/* ---- locks: several connections of one thread ---- */

static int file_lock(sqlite3_file *handle, int level) {
  open_file *o = (open_file *)handle;
  disk_file *f = o->file;
  if (level <= o->lock) return SQLITE_OK;
  int others_share = f->shared - (o->lock >= SQLITE_LOCK_SHARED);
  if (f->exclusive || (level >= SQLITE_LOCK_RESERVED && f->reserved && o->lock < SQLITE_LOCK_RESERVED))
    return SQLITE_BUSY;
  if (level == SQLITE_LOCK_EXCLUSIVE && others_share) return SQLITE_BUSY;
  if (o->lock == SQLITE_LOCK_NONE) f->shared++;
  if (level >= SQLITE_LOCK_RESERVED && o->lock < SQLITE_LOCK_RESERVED) f->reserved++;
  if (level == SQLITE_LOCK_EXCLUSIVE) f->exclusive++;
  o->lock = level;
  return SQLITE_OK;
}

static int file_unlock(sqlite3_file *handle, int level) {
  open_file *o = (open_file *)handle;
  disk_file *f = o->file;
  if (level >= o->lock) return SQLITE_OK;
  if (o->lock == SQLITE_LOCK_EXCLUSIVE) f->exclusive--;
  if (o->lock >= SQLITE_LOCK_RESERVED) f->reserved--;
  if (level == SQLITE_LOCK_NONE) f->shared--;
  o->lock = level;
  return SQLITE_OK;
}

static int file_check_lock(sqlite3_file *handle, int *reserved) {
  *reserved = file_of(handle)->reserved > 0;
  return SQLITE_OK;
}

static int file_control(sqlite3_file *handle, int what, void *argument) {
  (void)handle;
  (void)what;
  (void)argument;
  return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *handle) {
  (void)handle;
  return SECTOR;
}

static int device(sqlite3_file *handle) {
  (void)handle;
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int shm_map(sqlite3_file *handle, int region, int size, int extend, void volatile **out) {
  disk_file *f = file_of(handle);
  *out = NULL;
  if (region >= REGIONS || size != REGION) return SQLITE_IOERR_SHMMAP;
  if (!f->regions[region] && extend) f->regions[region] = calloc(1, REGION);
  *out = f->regions[region];
  return f->regions[region] || !extend ? SQLITE_OK : SQLITE_NOMEM;
}

static int shm_lock(sqlite3_file *handle, int first, int count, int flags) {
  open_file *o = (open_file *)handle;
  disk_file *f = o->file;
  bool exclusive = flags & SQLITE_SHM_EXCLUSIVE, lock = flags & SQLITE_SHM_LOCK;
  for (int i = first; lock && i < first + count; i++) {
    if (f->shm_exclusive[i] - o->shm_exclusive[i]) return SQLITE_BUSY;
    if (exclusive && f->shm_shared[i] - o->shm_shared[i]) return SQLITE_BUSY;
  }
  for (int i = first; i < first + count; i++) {
    bool *mine = exclusive ? &o->shm_exclusive[i] : &o->shm_shared[i];
    int *all = exclusive ? &f->shm_exclusive[i] : &f->shm_shared[i];
    *all += lock - *mine;
    *mine = lock;
  }
  return SQLITE_OK;
}

static void shm_barrier(sqlite3_file *handle) { (void)handle; }

static int shm_unmap(sqlite3_file *handle, int delete) {
  disk_file *f = file_of(handle);
  for (int i = 0; delete &&i < REGIONS; i++) {
    free(f->regions[i]);
    f->regions[i] = NULL;
  }
  return SQLITE_OK;
}

static const sqlite3_io_methods methods = {.iVersion = 2,
                                           .xClose = file_close,
                                           .xRead = file_read,
                                           .xWrite = file_write,
                                           .xTruncate = file_truncate,
                                           .xSync = file_sync,
                                           .xFileSize = file_size,
                                           .xLock = file_lock,
                                           .xUnlock = file_unlock,
                                           .xCheckReservedLock = file_check_lock,
                                           .xFileControl = file_control,
                                           .xSectorSize = sector_size,
                                           .xDeviceCharacteristics = device,
                                           .xShmMap = shm_map,
                                           .xShmLock = shm_lock,
                                           .xShmBarrier = shm_barrier,
                                           .xShmUnmap = shm_unmap};

static int disk_open(sqlite3_vfs *v, sqlite3_filename name, sqlite3_file *handle, int flags, int *out_flags) {
  (void)v;
  static unsigned temporary;
  char unnamed[32];
  open_file *o = (open_file *)handle;
  *o = (open_file){0};
  if (!name) {
    snprintf(unnamed, sizeof unnamed, "temporary-%u", temporary++);
    o->temporary = true;
  }
  /* who makes a database with open(2) first, for its mode, opens it without asking SQLite to make it */
  bool create = !name || (flags & SQLITE_OPEN_CREATE) || !access(name, F_OK);
  o->file = find(name ? name : unnamed, create);
  if (!o->file) return SQLITE_CANTOPEN;
  if (!o->file->now.size && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL))) o->file->fresh = true;
  o->base.pMethods = &methods;
  if (out_flags) *out_flags = flags;
  return SQLITE_OK;
}

/* A deleted file is an empty one: to SQLite they are the same. */
static int disk_delete(sqlite3_vfs *v, const char *name, int sync) {
  (void)v;
  disk_file *f = find(name, false);
  if (!f || !f->now.size) return SQLITE_IOERR_DELETE_NOENT;
  f->now.size = 0;
  record(f, OP_DELETE);
  if (sync && !mounted->lying) record(f, OP_SYNC_FOLDER);
  return SQLITE_OK;
}

static int disk_access(sqlite3_vfs *v, const char *name, int flags, int *out) {
  (void)v;
  (void)flags;
  const disk_file *f = find(name, false);
  *out = f && f->now.size;
  return SQLITE_OK;
}

static int disk_path(sqlite3_vfs *v, const char *name, int size, char *out) {
  (void)v;
  return snprintf(out, (size_t)size, "%s", name) < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

/* ---- the harness ---- */

powercut_disk *powercut_start(void) {
  sqlite3_vfs *system = sqlite3_vfs_find(NULL);
  if (!system) return NULL;
  vfs = *system; /* time, randomness, sleep */
  vfs.zName = "powercut";
  vfs.pNext = NULL;
  vfs.szOsFile = sizeof(open_file);
  vfs.xOpen = disk_open;
  vfs.xDelete = disk_delete;
  vfs.xAccess = disk_access;
  vfs.xFullPathname = disk_path;
  mounted = calloc(1, sizeof *mounted);
  if (!mounted || sqlite3_vfs_register(&vfs, 1)) return NULL;
  return mounted;
}

void powercut_mount(powercut_disk *disk) { mounted = disk; }

void powercut_free(powercut_disk *disk) {
  for (int i = 0; i < FILES; i++) {
    free(disk->files[i].now.bytes);
    free(disk->files[i].synced.bytes);
    for (int r = 0; r < REGIONS; r++) free(disk->files[i].regions[r]);
  }
  for (size_t i = 0; i < disk->count; i++) free(disk->ops[i].bytes);
  free(disk->ops);
  free(disk);
}

void powercut_record(powercut_disk *disk) {
  for (int i = 0; i < FILES; i++) copy(&disk->files[i].synced, &disk->files[i].now);
  disk->recording = true;
}

void powercut_lie(powercut_disk *disk) { disk->lying = true; }

size_t powercut_moments(const powercut_disk *disk) { return disk->count; }

static void apply(content *c, const op *o) {
  if (o->kind == OP_WRITE) put(c, o->at, o->bytes, o->length);
  if (o->kind < OP_SYNC) resize(c, o->size_after);
}

static void settle(powercut_disk *disk, size_t number, size_t until) {
  disk_file *f = &disk->files[number];
  for (size_t i = f->pending; i < until; i++)
    if (disk->ops[i].file == number) apply(&f->synced, &disk->ops[i]);
  f->pending = until;
}

/* Syncing a folder makes deletions in it certain, and with them what the deleted files had been through. */
static void settle_deletions(powercut_disk *disk, size_t until) {
  for (size_t number = 0; number < FILES; number++) {
    size_t last = 0;
    for (size_t i = disk->files[number].pending; i < until; i++)
      if (disk->ops[i].file == number && disk->ops[i].kind == OP_DELETE) last = i + 1;
    if (last) settle(disk, number, last);
  }
}

/* Brings `synced` of each file up to what is certain after the first `moment` operations. */
static void replay(powercut_disk *disk, size_t moment) {
  for (; disk->replayed < moment; disk->replayed++) {
    const op *o = &disk->ops[disk->replayed];
    if (o->kind == OP_SYNC) settle(disk, o->file, disk->replayed);
    if (o->kind == OP_SYNC_FOLDER) settle_deletions(disk, disk->replayed);
  }
}

/* Which of the unsynced operations reached this sector: the last that did counts, for each holds the whole sector.
 * The odds differ from one image to the next, from hardly anything to nearly all. */
static bool reached(uint64_t seed, size_t index, size_t sector, unsigned odds) {
  uint64_t state = seed ^ (index * UINT64_C(0x9E3779B97F4A7C15)) ^ (sector << 32);
  return torture_random(&state) % 256 < odds;
}

static void find_file(const powercut_disk *disk, const disk_file *f, size_t moment, uint64_t seed, unsigned odds,
                      content *out) {
  copy(out, &f->synced);
  unsigned char number = (unsigned char)(f - disk->files);
  size_t size = out->size;
  for (size_t i = f->pending; i < moment; i++) {
    const op *o = &disk->ops[i];
    if (o->file != number || o->kind >= OP_SYNC) continue;
    if (o->size_after != size && reached(seed, i, SIZE_MAX >> 32, odds)) size = o->size_after;
    for (size_t done = 0; o->kind == OP_WRITE && done < o->length; done += SECTOR) {
      size_t length = o->length - done < SECTOR ? o->length - done : SECTOR;
      if (reached(seed, i, (o->at + done) / SECTOR, odds)) put(out, o->at + done, o->bytes + done, length);
    }
  }
  resize(out, size); /* a sector beyond the end that was recorded is lost */
}

powercut_disk *powercut_found(powercut_disk *disk, size_t moment, uint64_t seed) {
  static const unsigned choices[] = {0, 13, 64, 128, 192, 243, 256};
  powercut_disk *found = calloc(1, sizeof *found);
  must(found != NULL);
  replay(disk, moment);
  unsigned odds = choices[torture_random(&seed) % (sizeof choices / sizeof *choices)];
  for (int i = 0; i < FILES; i++) {
    const disk_file *f = &disk->files[i];
    if (!f->used || strstr(f->name, "temporary-") == f->name) continue;
    strcpy(found->files[i].name, f->name);
    found->files[i].used = true;
    find_file(disk, f, moment, seed + (uint64_t)i, odds, &found->files[i].now);
  }
  return found;
}
