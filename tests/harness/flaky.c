#include "flaky.h"

#include <sqlite3.h>
#include <stddef.h>

typedef struct flaky_file {
  sqlite3_file base;
  sqlite3_file *real; /* stands right behind */
} flaky_file;

static sqlite3_vfs vfs, *below;
static uint64_t fail_at, count, failures;
static flaky_fault fail_how;
static bool fail_after;

void flaky_fail(uint64_t nth, flaky_fault fault, bool sticky) {
  fail_at = nth;
  fail_how = fault;
  fail_after = sticky;
  count = failures = 0;
}

uint64_t flaky_failures(void) { return failures; }

static bool refused(bool writes) {
  if (!fail_at || (fail_how == FLAKY_FULL && !writes)) return false;
  count++;
  if (count < fail_at || (count > fail_at && !fail_after)) return false;
  failures++;
  return true;
}

static sqlite3_file *real(sqlite3_file *file) { return ((flaky_file *)file)->real; }

static int file_close(sqlite3_file *file) { return real(file)->pMethods->xClose(real(file)); }

static int file_read(sqlite3_file *file, void *out, int length, sqlite3_int64 at) {
  return refused(false) ? SQLITE_IOERR_READ : real(file)->pMethods->xRead(real(file), out, length, at);
}

static int file_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 at) {
  if (!refused(true)) return real(file)->pMethods->xWrite(real(file), bytes, length, at);
  if (fail_how == FLAKY_ERROR) return SQLITE_IOERR_WRITE;
  if (length > 1) real(file)->pMethods->xWrite(real(file), bytes, length / 2, at);
  return SQLITE_FULL;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
  return refused(false) ? SQLITE_IOERR_TRUNCATE : real(file)->pMethods->xTruncate(real(file), size);
}

static int file_sync(sqlite3_file *file, int flags) {
  return refused(false) ? SQLITE_IOERR_FSYNC : real(file)->pMethods->xSync(real(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
  return refused(false) ? SQLITE_IOERR_FSTAT : real(file)->pMethods->xFileSize(real(file), size);
}

static int file_lock(sqlite3_file *file, int level) {
  return refused(false) ? SQLITE_IOERR_LOCK : real(file)->pMethods->xLock(real(file), level);
}

static int file_unlock(sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }

static int file_check_lock(sqlite3_file *file, int *out) {
  return real(file)->pMethods->xCheckReservedLock(real(file), out);
}

static int file_control(sqlite3_file *file, int what, void *argument) {
  return real(file)->pMethods->xFileControl(real(file), what, argument);
}

static int file_sector(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }

static int file_device(sqlite3_file *file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }

static int shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **out) {
  if (refused(false)) {
    *out = NULL;
    return SQLITE_IOERR_SHMMAP;
  }
  return real(file)->pMethods->xShmMap(real(file), region, size, extend, out);
}

static int shm_lock(sqlite3_file *file, int first, int locks, int flags) {
  if ((flags & SQLITE_SHM_LOCK) && refused(false)) return SQLITE_IOERR_SHMLOCK;
  return real(file)->pMethods->xShmLock(real(file), first, locks, flags);
}

static void shm_barrier(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }

static int shm_unmap(sqlite3_file *file, int delete) { return real(file)->pMethods->xShmUnmap(real(file), delete); }

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
                                           .xSectorSize = file_sector,
                                           .xDeviceCharacteristics = file_device,
                                           .xShmMap = shm_map,
                                           .xShmLock = shm_lock,
                                           .xShmBarrier = shm_barrier,
                                           .xShmUnmap = shm_unmap};

static int disk_open(sqlite3_vfs *v, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags) {
  (void)v;
  flaky_file *f = (flaky_file *)file;
  f->base.pMethods = NULL;
  f->real = (sqlite3_file *)(void *)(f + 1);
  if (refused(false)) return SQLITE_CANTOPEN;
  int rc = below->xOpen(below, name, f->real, flags, out_flags);
  if (f->real->pMethods) f->base.pMethods = &methods;
  return rc;
}

static int disk_delete(sqlite3_vfs *v, const char *name, int sync) {
  (void)v;
  return refused(false) ? SQLITE_IOERR_DELETE : below->xDelete(below, name, sync);
}

static int disk_access(sqlite3_vfs *v, const char *name, int flags, int *out) {
  (void)v;
  return refused(false) ? SQLITE_IOERR_ACCESS : below->xAccess(below, name, flags, out);
}

static int disk_path(sqlite3_vfs *v, const char *name, int size, char *out) {
  (void)v;
  return below->xFullPathname(below, name, size, out);
}

bool flaky_start(void) {
  below = sqlite3_vfs_find(NULL);
  if (!below) return false;
  vfs = *below;
  vfs.zName = "flaky";
  vfs.pNext = NULL;
  vfs.szOsFile = (int)sizeof(flaky_file) + below->szOsFile;
  vfs.xOpen = disk_open;
  vfs.xDelete = disk_delete;
  vfs.xAccess = disk_access;
  vfs.xFullPathname = disk_path;
  flaky_fail(0, FLAKY_ERROR, false);
  return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK;
}

void flaky_stop(void) { sqlite3_vfs_unregister(&vfs); }
