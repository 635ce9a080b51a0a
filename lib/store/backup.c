/* A backup is one SQLite file, whatever database it is of: a file's pages are copied as they are, a server's rows as
 * `marfacrm copy` does it, in one snapshot. It comes back the same ways. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <store/copy.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/* ---- the file ---- */

/* A rename is durable once its folder is. */
static int sync_folder(const char *file) {
  char *folder = strdup(file);
  if (!folder) return -1;
  char *slash = strrchr(folder, '/');
  if (slash) slash[slash == folder] = 0;
  int handle = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int failed = handle < 0 ? -1 : fsync(handle);
  if (handle >= 0) close(handle);
  free(folder);
  return failed;
}

static int refuse(const char *file, mcrm_error *error) {
  int why = errno;
  if (why == ENOMEM) return error_no_memory(error);
  return error_set(error, why == EEXIST ? MCRM_CONFLICT : MCRM_IO, "file", why == EEXIST ? "exists" : "store.io",
                   "%s: %s", file, strerrordesc_np(why));
}

/* The copy grows under another name: a file of the wanted name is a whole copy, or (after a crash) empty. */
int store_backup_into(const char *file, int (*fill)(void *context, const char *partial, mcrm_error *error),
                      void *context, mcrm_error *error) {
  int code = MCRM_OK, reserved = -1, part = -1;
  size_t size = strlen(file) + sizeof ".part";
  char *partial = malloc(size);
  if (!partial) return error_no_memory(error);
  strcpy(partial, file);
  strcat(partial, ".part");
  reserved = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (reserved < 0) {
    code = refuse(file, error);
    goto out;
  }
  unlink(partial); /* of a copy that was cut short: whoever reserved the name is alone with it */
  part = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (part < 0) {
    code = refuse(partial, error);
    goto undo;
  }
  code = fill(context, partial, error);
  if (!code && (fsync(part) || rename(partial, file) || sync_folder(file))) code = refuse(file, error);
  if (!code) goto out;
  unlink(partial);
undo:
  unlink(file);
out:
  if (part >= 0) close(part);
  if (reserved >= 0) close(reserved);
  free(partial);
  return code;
}

/* ---- a server's rows ---- */

static int fill_with_rows(void *context, const char *partial, mcrm_error *error) {
  store *from = context, *to = NULL;
  const store_options options = {
      .url = partial, .driver = &store_sqlite, .create = true, .zone = from->zone, .key = from->key};
  int code = store_open(&options, error, &to);
  if (!code) code = store_migrate(to, error, NULL);
  if (!code) code = store_copy(from, to, NULL, NULL, error);
  store_close(to); /* its log goes into the file */
  return code;
}

int store_backup(store *s, const char *file, mcrm_error *error) {
  if (!file || !file[0]) return error_set(error, MCRM_INVALID, "file", "missing", "a backup needs a file");
  int code = store_same_process(s, error);
  if (code) return code;
  if (!s->driver->backup) return store_backup_into(file, fill_with_rows, s, error);
  void *connection;
  code = store_acquire(s, false, clock_monotonic() + STORE_DEFAULT_WAIT, error, &connection);
  if (code) return code;
  code = s->driver->backup(connection, file, error);
  store_release(s, false, connection);
  return code;
}
