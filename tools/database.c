/* init, migrate, backup, restore, check. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <blob/blob.h>
#include <store/copy.h>

#include "cli.h"

static const cli_option no_options[] = {{0}};

/* sqlite:FILE → FILE; NULL for what is no file. */
static const char *file_of(const char *url) {
  if (!strncmp(url, "sqlite:", 7)) return url + 7;
  return strstr(url, "://") ? NULL : url;
}

static void print_storage(const config *c, const char *what) {
  buffer json;
  const char *file = file_of(c->storage_url);
  buffer_init(&json, 16 << 10);
  buffer_byte(&json, '{');
  cli_member(&json, "storage", file ? c->storage_url : "postgresql"); /* a URL may hold a password */
  if (c->storage_key_file) cli_member(&json, "key_file", c->storage_key_file);
  if (!c->storage_key_file && file) {
    buffer key;
    buffer_init(&key, 8192);
    buffer_print(&key, "%s.key", file);
    cli_member(&json, "key_file", key.bytes);
    buffer_free(&key);
  }
  buffer_print(&json, ",%s}", what);
  puts(json.failed ? "{}" : json.bytes);
  buffer_free(&json);
}

int command_init(int argc, char **argv) {
  const char *words[CLI_WORDS];
  config *c;
  mcrm *crm;
  int status;
  if (!cli_read(&(cli_command){"",
                               "Makes the database, brings it up to date, and makes the instance key that protects "
                               "the audit log\n(0600, beside the database; keep a copy of it elsewhere). Harmless "
                               "where they exist.",
                               no_options, 0, 0},
                argc, argv, words, &status))
    return status;
  if ((status = cli_config(&c))) return status;
  const char *file = file_of(c->storage_url);
  bool existed = file && !access(file, F_OK);
  status = cli_open(true, &crm);
  if (!status) {
    mcrm_close(crm);
    print_storage(c, existed ? "\"created\":false" : "\"created\":true");
  }
  config_free(c);
  return status;
}

int command_migrate(int argc, char **argv) {
  const char *words[CLI_WORDS];
  config *c;
  mcrm *crm = NULL;
  mcrm_error error = {0};
  int status;
  if (!cli_read(&(cli_command){"", "Brings an older database up to date, each step in a transaction of its own.",
                               no_options, 0, 0},
                argc, argv, words, &status))
    return status;
  mcrm_options options = {.size = sizeof options, .config_file = cli_config_file()};
  int code = mcrm_open(&options, &crm, &error);
  if (!code) {
    mcrm_close(crm);
    puts("{\"migrated\":false}");
    return CLI_DONE;
  }
  if (strcmp(error.message, "storage.old")) return cli_fail(&error);
  if ((status = cli_config(&c))) return status;
  status = cli_open(true, &crm);
  if (!status) {
    mcrm_close(crm);
    puts("{\"migrated\":true}");
  }
  config_free(c);
  return status;
}

int command_backup(int argc, char **argv) {
  const char *words[CLI_WORDS];
  mcrm *crm;
  mcrm_error error = {0};
  int status;
  if (!cli_read(&(cli_command){"FILE",
                               "Writes a consistent copy into a new file while others use the database, and the "
                               "recordings into FILE.voice.\nThe instance key and voice.key_file are not in it: keep "
                               "those files, too.",
                               no_options, 1, 1},
                argc, argv, words, &status))
    return status;
  if ((status = cli_open(false, &crm))) return status;
  if (mcrm_backup(crm, words[0], &error))
    status = cli_fail(&error);
  else {
    buffer json;
    buffer_init(&json, 16 << 10);
    buffer_byte(&json, '{');
    cli_member(&json, "file", words[0]);
    buffer_byte(&json, '}');
    puts(json.failed ? "{}" : json.bytes);
    buffer_free(&json);
  }
  mcrm_close(crm);
  return status;
}

/* ---- restore ---- */

/* Is the file a database that this instance's key belongs to, with its audit log whole? */
static int examine(const char *file, const char *key_file) {
  mcrm *crm;
  mcrm_error error = {0};
  mcrm_options options = {
      .size = sizeof options, .config_file = cli_config_file(), .storage_url = file, .key_file = key_file};
  if (mcrm_open(&options, &crm, &error)) return cli_fail(&error);
  int code = mcrm_check(crm, &error);
  if (code == MCRM_UNAVAILABLE || (code && !strncmp(error.field, "host", 4))) { /* the host has no part in this */
    code = MCRM_OK;
    error = (mcrm_error){0};
  }
  if (!code) code = mcrm_audit_verify(crm, NULL, 0, NULL, NULL, &error);
  mcrm_close(crm);
  return code ? cli_fail(&error) : CLI_DONE;
}

static int copy(const char *from, const char *to) {
  char block[64 << 10];
  int in = open(from, O_RDONLY | O_CLOEXEC), out = -1, status = CLI_DONE;
  if (in >= 0) out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  ssize_t got = in < 0 || out < 0 ? -1 : 1;
  while (got > 0 && (got = read(in, block, sizeof block)) > 0)
    for (ssize_t done = 0, wrote; done < got; done += wrote)
      if ((wrote = write(out, block + done, (size_t)(got - done))) < 0) {
        got = -1;
        break;
      }
  if (got >= 0 && fsync(out)) got = -1;
  if (got < 0)
    status = cli_fail_with(MCRM_IO, "file", "io", "cannot copy %s to %s: %s", from, to, strerrordesc_np(errno));
  if (in >= 0) close(in);
  if (out >= 0) close(out);
  return status;
}

typedef struct restoring {
  char fresh[4096], aside[4096];
  const char *file;
} restoring;

static bool names(restoring *r, const char *file) {
  r->file = file;
  return snprintf(r->fresh, sizeof r->fresh, "%s.restoring", file) < (int)sizeof r->fresh &&
         snprintf(r->aside, sizeof r->aside, "%s.before", file) < (int)sizeof r->aside - 8;
}

/* The old database goes aside with its write-ahead log, for that is part of it. */
static int put_aside(const restoring *r) {
  char from[4200], to[4200];
  static const char *const parts[] = {"-wal", "-shm", ""};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    snprintf(from, sizeof from, "%s%s", r->file, parts[i]);
    snprintf(to, sizeof to, "%s%s", r->aside, parts[i]);
    if (rename(from, to) && errno != ENOENT)
      return cli_fail_with(MCRM_IO, "file", "io", "cannot move %s aside: %s", from, strerrordesc_np(errno));
  }
  return CLI_DONE;
}

/* The new names must outlive a power cut, too; where the disk refuses, the files are whole under either name. */
static void sync_folder(const char *file) {
  char folder[4200];
  const char *slash = strrchr(file, '/');
  snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - file) + 1 : 1, slash ? file : ".");
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

/* Those of the backup come to those that are there: names never change their meaning, and what no row names is swept.
 */
static int restore_recordings(const config *c, const char *backup, const char *file) {
  char from[4200], to[4200];
  mcrm_error error = {0};
  snprintf(from, sizeof from, "%s.voice", backup);
  snprintf(to, sizeof to, "%s.voice", file);
  if (access(from, F_OK)) return CLI_DONE;
  return blobs_copy(from, c->voice_folder ? c->voice_folder : to, &error) ? cli_fail(&error) : CLI_DONE;
}

static int put_rows(const config *c, const char *file, bool replace) {
  static const unsigned char no_key[STORE_KEY_SIZE] = {0}; /* rows are carried over as they are */
  const store_options options = {.url = file, .key = no_key};
  mcrm_error error = {0};
  store *backup = NULL;
  int code = store_open(&options, &error, &backup);
  if (!code) code = store_restore(backup, c->storage_url, replace, &error);
  store_close(backup);
  return code ? cli_fail(&error) : CLI_DONE;
}

/* A server's database: the backup is examined as a file, in the working folder, and its rows are put in place. */
static int restore_server(const config *c, const char *backup, bool replace) {
  static const char file[] = "marfacrm.restoring";
  static const char *const parts[] = {"", "-wal", "-shm"};
  int status = copy(backup, file);
  if (status) return status;
  status = examine(file, c->storage_key_file ? c->storage_key_file : "marfacrm.key");
  if (!status) status = put_rows(c, file, replace);
  if (!status) status = restore_recordings(c, backup, "marfacrm");
  for (size_t i = 0; i < 3; i++) {
    char rest[sizeof file + 8];
    snprintf(rest, sizeof rest, "%s%s", file, parts[i]);
    unlink(rest);
  }
  return status;
}

static int restore(const config *c, const char *backup, bool replace) {
  restoring r;
  char key[4200];
  const char *file = file_of(c->storage_url);
  if (!file) return restore_server(c, backup, replace);
  if (!names(&r, file))
    return cli_fail_with(MCRM_UNSUPPORTED, "storage.url", "unsupported", "%s is not a file", c->storage_url);
  bool exists = !access(file, F_OK);
  if (exists && !replace)
    return cli_fail_with(MCRM_CONFLICT, "storage.url", "conflict", "%s exists; --replace puts it aside first", file);
  if (exists && !access(r.aside, F_OK))
    return cli_fail_with(MCRM_CONFLICT, "file", "conflict", "%s of an earlier restore is still there", r.aside);
  snprintf(key, sizeof key, "%s.key", file);
  int status = copy(backup, r.fresh);
  if (status) return status;
  status = examine(r.fresh, c->storage_key_file ? c->storage_key_file : key);
  if (!status && exists) status = put_aside(&r);
  if (!status && rename(r.fresh, file))
    status = cli_fail_with(MCRM_IO, "file", "io", "cannot put %s in place: %s", r.fresh, strerrordesc_np(errno));
  if (!status) sync_folder(file);
  if (!status) status = restore_recordings(c, backup, file);
  static const char *const parts[] = {"", "-wal", "-shm"};
  for (size_t i = 0; i < 3; i++) {
    char rest[4200];
    snprintf(rest, sizeof rest, "%s%s", r.fresh, parts[i]);
    unlink(rest);
  }
  return status;
}

int command_restore(int argc, char **argv) {
  const char *words[CLI_WORDS], *replace = NULL;
  const cli_option options[] = {{"replace", NULL, "put an existing database aside as FILE.before (PostgreSQL: schema_before)", &replace}, {0}};
  config *c;
  int status;
  if (!cli_read(&(cli_command){"FILE",
                               "Puts a backup in the database's place, after checking that it is whole and belongs "
                               "to the instance key.\nStop the programs that use the database first.",
                               options, 1, 1},
                argc, argv, words, &status))
    return status;
  if ((status = cli_config(&c))) return status;
  status = restore(c, words[0], replace != NULL);
  if (!status) print_storage(c, "\"restored\":true");
  config_free(c);
  return status;
}

/* ---- check ---- */

int command_check(int argc, char **argv) {
  const char *words[CLI_WORDS], *schema = NULL;
  const cli_option options[] = {{"schema", NULL, "print the JSON Schema of marfacrm.yaml instead", &schema}, {0}};
  config *c;
  mcrm *crm;
  mcrm_error error = {0};
  int status;
  if (!cli_read(&(cli_command){"",
                               "Checks marfacrm.yaml (errors name line and column), the database's structure, and "
                               "each mapping of the host's\ntables against the tables themselves.",
                               options, 0, 0},
                argc, argv, words, &status))
    return status;
  if (schema) {
    buffer out;
    buffer_init(&out, 1 << 20);
    config_schema(&out);
    status = out.failed ? cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory") : CLI_DONE;
    if (!status) fputs(out.bytes, stdout);
    buffer_free(&out);
    return status;
  }
  if ((status = cli_config(&c))) return status;
  if (!(status = cli_open(false, &crm))) {
    if (mcrm_check(crm, &error))
      status = cli_fail(&error);
    else
      print_storage(c, c->host_url ? "\"host\":\"ok\",\"ok\":true" : "\"host\":null,\"ok\":true");
    mcrm_close(crm);
  }
  config_free(c);
  return status;
}
