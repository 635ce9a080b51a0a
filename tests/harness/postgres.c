#include "postgres.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef POSTGRES_TEMPLATE
#define POSTGRES_TEMPLATE ""
#endif

static void give_up(const char *what, const char *folder) {
  fprintf(stderr, "PostgreSQL of the test: %s (%s): %s\n", what, folder, strerror(errno));
  exit(99);
}

bool postgres_installed(void) { return POSTGRES_BIN[0] && !access(POSTGRES_BIN "/initdb", X_OK); }

/* The server refuses root. */
static void become_server_user(void) {
  if (geteuid()) return;
  const struct passwd *user = getpwnam("postgres");
  if (!user || initgroups(user->pw_name, user->pw_gid) || setgid(user->pw_gid) || setuid(user->pw_uid)) _exit(98);
}

/* A file system of its own kind, in a view of the tree that goes with the server. */
static bool mount_small_disk(const postgres_server *s) {
  char at[80], options[40];
  const struct passwd *user = getpwnam("postgres");
  snprintf(at, sizeof at, "%s/small", s->folder);
  snprintf(options, sizeof options, "size=%uM,mode=0700", s->small_mb);
  return user && !unshare(CLONE_NEWNS) && !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) && !mkdir(at, 0700) &&
         !mount("none", at, "tmpfs", 0, options) && !chown(at, user->pw_uid, user->pw_gid);
}

/* A write that reaches the limit is cut short in the middle of a page, as on a full disk: the server says that it is.
 */
static void limit_files(unsigned mb) {
  const rlim_t most = ((rlim_t)mb << 20) + 4096;
  if (setrlimit(RLIMIT_FSIZE, &(struct rlimit){most, most})) _exit(94);
}

static const char *clock_library(void) {
  static glob_t found;
  if (!found.gl_pathc) glob("/usr/lib/*/faketime/libfaketime.so.1", 0, NULL, &found);
  return found.gl_pathc ? found.gl_pathv[0] : NULL;
}

bool postgres_clock_installed(void) { return clock_library() != NULL; }

void postgres_clock(const postgres_server *s, long seconds) {
  char file[80], fresh[80];
  snprintf(file, sizeof file, "%s/clock", s->folder);
  snprintf(fresh, sizeof fresh, "%s/clock.new", s->folder);
  FILE *f = fopen(fresh, "w");
  if (!f || fprintf(f, "%+ld\n", seconds) < 0 || fclose(f) || rename(fresh, file)) give_up("no clock", s->folder);
}

static void move_clock(const postgres_server *s) {
  char file[80];
  snprintf(file, sizeof file, "%s/clock", s->folder);
  setenv("LD_PRELOAD", clock_library(), 1);
  setenv("FAKETIME_TIMESTAMP_FILE", file, 1);
  setenv("FAKETIME_NO_CACHE", "1", 1);
  setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1", 1);
}

/* s: the server itself; NULL: another program. */
static pid_t spawn_for(const postgres_server *s, const char *const *arguments, const char *out) {
  pid_t child = fork();
  if (child) return child;
  if (s && s->small_mb && s->mounted && !mount_small_disk(s)) _exit(95);
  if (s && s->small_mb && !s->mounted) limit_files(s->small_mb);
  become_server_user();
  prctl(PR_SET_PDEATHSIG, SIGINT); /* a test that dies leaves no server behind */
  int file = open(out, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (file < 0 || dup2(file, 1) < 0 || dup2(file, 2) < 0 || dup2(nothing, 0) < 0) _exit(97);
  for (int handle = 3; handle < 256; handle++) close(handle); /* the test's own must not stay open in the server */
  unsetenv("LD_PRELOAD");
  if (s && s->own_clock) move_clock(s);
  setenv("LC_ALL", "C.UTF-8", 1);
  execv(arguments[0], (char *const *)(uintptr_t)arguments);
  _exit(96);
}

static pid_t spawn(const char *const *arguments, const char *out) { return spawn_for(NULL, arguments, out); }

static int wait_for(pid_t child) {
  int status = -1;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int postgres_run(const char *const *arguments, const char *out) { return wait_for(spawn(arguments, out)); }

static void show(const char *file) {
  char line[400];
  FILE *f = fopen(file, "r");
  while (f && fgets(line, sizeof line, f)) fputs(line, stderr);
  if (f) fclose(f);
}

/* In memory where there is room: fsync costs nothing there, and no test of ours takes the power away. */
static bool memory_has_room(void) {
  struct statvfs about;
  return !statvfs("/dev/shm", &about) && !access("/dev/shm", W_OK) &&
         about.f_bavail * about.f_frsize >= UINT64_C(2) << 30;
}

static void make_folder(postgres_server *s) {
  const char *within = s->on_disk ? s->on_disk : memory_has_room() ? "/dev/shm" : "/tmp";
  snprintf(s->folder, sizeof s->folder, "%.40s/marfacrm-pg-XXXXXX", within);
  if (!mkdtemp(s->folder)) give_up("no folder", s->folder);
  const struct passwd *user = geteuid() ? NULL : getpwnam("postgres");
  if (user && chown(s->folder, user->pw_uid, user->pw_gid)) give_up("chown", s->folder);
}

static int free_port(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0 || bind(handle, (struct sockaddr *)&address, size) ||
      getsockname(handle, (struct sockaddr *)&address, &size))
    give_up("no free port", "127.0.0.1");
  close(handle);
  return ntohs(address.sin_port);
}

static void configure(postgres_server *s, bool tcp, const char *extra) {
  char path[96];
  snprintf(path, sizeof path, "%s/data/postgresql.conf", s->folder);
  FILE *f = fopen(path, "a");
  if (!f) give_up("no configuration", s->folder);
  s->port = tcp ? free_port() : 0;
  fprintf(f, "\nunix_socket_directories = '%s'\nlisten_addresses = '%s'\n", s->folder, tcp ? "127.0.0.1" : "");
  if (tcp) fprintf(f, "port = %d\n", s->port);
  fprintf(f, "shared_buffers = 32MB\nmax_connections = 60\njit = off\nautovacuum_naptime = 60\n%s\n",
          extra ? extra : "");
  fclose(f);
}

static void launch(postgres_server *s) {
  char data[80], log[80], lock[80], clock[80];
  snprintf(data, sizeof data, "%s/data", s->folder);
  snprintf(clock, sizeof clock, "%s/clock", s->folder);
  snprintf(log, sizeof log, "%s/log", s->folder);
  const char *arguments[] = {POSTGRES_BIN "/postgres", "-D", data, NULL};
  if (s->own_clock && access(clock, F_OK)) postgres_clock(s, 0);
  s->pid = spawn_for(s, arguments, log);
  snprintf(lock, sizeof lock, "%s/.s.PGSQL.%d", s->folder, s->port ? s->port : 5432);
  const char *ready[] = {POSTGRES_BIN "/pg_isready", "-q", "-h", s->folder, "-p", strrchr(lock, '.') + 1, NULL};
  int status = 0;
  for (int i = 0; i < 600; i++) {
    if (!access(lock, F_OK) && !postgres_run(ready, "/dev/null")) return;
    if (waitpid(s->pid, &status, WNOHANG) == s->pid) break;
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
  }
  if (s->mounted && WIFEXITED(status) && WEXITSTATUS(status) == 95) {
    s->mounted = false;
    launch(s);
    return;
  }
  show(log);
  give_up("it does not start", s->folder);
}

void postgres_launch(postgres_server *s) {
  s->mounted = s->small_mb && !s->by_limit;
  launch(s);
}

static void make_data(postgres_server *s, const char *data) {
  char log[80];
  snprintf(log, sizeof log, "%s/log", s->folder);
  const char *arguments[] = {POSTGRES_BIN "/initdb",
                             "-N",
                             "-A",
                             "trust",
                             "-U",
                             "postgres",
                             "-E",
                             "UTF8",
                             "-D",
                             data,
                             "--locale",
                             "C.UTF-8",
                             NULL};
  if (postgres_run(arguments, log)) {
    show(log);
    give_up("initdb", s->folder);
  }
}

static void shell(const char *format, const char *one, const char *two) {
  char command[3 * PATH_MAX];
  snprintf(command, sizeof command, format, one, two);
  if (system(command)) give_up(command, two);
}

/* initdb takes a second: what it made the first time is kept in the build's folder and copied. */
static void take_data(postgres_server *s) {
  char data[80];
  snprintf(data, sizeof data, "%s/data", s->folder);
  int lock = open(POSTGRES_TEMPLATE ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0 || flock(lock, LOCK_EX)) give_up("no lock", POSTGRES_TEMPLATE);
  if (access(POSTGRES_TEMPLATE "/data", F_OK)) {
    make_data(s, data);
    shell("rm -rf '%1$s' && mkdir '%1$s' && cp -a '%2$s' '%1$s/new' && mv '%1$s/new' '%1$s/data'", POSTGRES_TEMPLATE,
          data);
  } else {
    shell("cp -a '%1$s/data' '%2$s'", POSTGRES_TEMPLATE, data);
  }
  close(lock);
}

void postgres_start(postgres_server *s, bool tcp, const char *extra) {
  make_folder(s);
  take_data(s);
  configure(s, tcp, extra);
  postgres_launch(s);
}

void postgres_copy(const postgres_server *from, postgres_server *s, const char *extra) {
  char data[80], log[80], port[12];
  make_folder(s);
  snprintf(data, sizeof data, "%s/data", s->folder);
  snprintf(log, sizeof log, "%s/log", s->folder);
  snprintf(port, sizeof port, "%d", from->port ? from->port : 5432);
  const char *arguments[] = {POSTGRES_BIN "/pg_basebackup",
                             "-h",
                             from->folder,
                             "-p",
                             port,
                             "-U",
                             "postgres",
                             "-R",
                             "-X",
                             "stream",
                             "-c",
                             "fast",
                             "-D",
                             data,
                             NULL};
  if (postgres_run(arguments, log)) {
    show(log);
    give_up("pg_basebackup", s->folder);
  }
  configure(s, true, extra);
}

void postgres_halt(postgres_server *s, int signal) {
  if (!s->pid) return;
  kill(s->pid, signal);
  wait_for(s->pid);
  s->pid = 0;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk) {
  (void)about;
  (void)kind;
  (void)walk;
  return remove(path);
}

void postgres_remove(postgres_server *s) {
  postgres_halt(s, SIGQUIT);
  if (s->folder[0]) nftw(s->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  s->folder[0] = 0;
}

const char *postgres_ask(const postgres_server *s, const char *sql) {
  static char line[400];
  char out[80], port[12];
  snprintf(out, sizeof out, "%s/answer", s->folder);
  snprintf(port, sizeof port, "%d", s->port ? s->port : 5432);
  unlink(out);
  const char *arguments[] = {POSTGRES_BIN "/psql", "-X", "-A",      "-t", "-q", "-v",
                             "ON_ERROR_STOP=1",    "-h", s->folder, "-p", port, "-U",
                             "postgres",           "-c", sql,       NULL};
  if (postgres_run(arguments, out)) {
    show(out);
    give_up(sql, s->folder);
  }
  line[0] = 0;
  FILE *f = fopen(out, "r");
  if (f && fgets(line, sizeof line, f)) line[strcspn(line, "\n")] = 0;
  if (f) fclose(f);
  return line;
}

/* ---- a pooler before it ---- */

static bool write_file(const postgres_server *s, const char *name, const char *text) {
  char path[96];
  snprintf(path, sizeof path, "%s/%s", s->folder, name);
  FILE *f = fopen(path, "w");
  return f && fputs(text, f) >= 0 && !fclose(f);
}

bool postgres_pooler_installed(void) { return !access("/usr/sbin/pgbouncer", X_OK); }

pid_t postgres_pooler(const postgres_server *s) {
  char text[1000], config[96], socket[96], log[80];
  snprintf(config, sizeof config, "%s/pgbouncer.ini", s->folder);
  snprintf(log, sizeof log, "%s/pgbouncer.log", s->folder);
  snprintf(socket, sizeof socket, "%s/.s.PGSQL.%d", s->folder, POSTGRES_POOLER_PORT);
  snprintf(text, sizeof text,
           "[databases]\n* = host=%1$s port=%2$d\n[pgbouncer]\nlisten_addr =\nunix_socket_dir = %1$s\n"
           "listen_port = %3$d\npool_mode = transaction\nauth_type = trust\nauth_file = %1$s/users\n"
           "default_pool_size = 12\n",
           s->folder, s->port ? s->port : 5432, POSTGRES_POOLER_PORT);
  if (!write_file(s, "pgbouncer.ini", text) || !write_file(s, "users", "\"postgres\" \"\"\n\"crm\" \"\"\n"))
    give_up("no configuration of the pooler", s->folder);
  const char *arguments[] = {"/usr/sbin/pgbouncer", config, NULL};
  pid_t pid = spawn(arguments, log);
  for (int i = 0; i < 300; i++) {
    if (!access(socket, F_OK)) return pid;
    if (waitpid(pid, NULL, WNOHANG) == pid) break;
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
  }
  show(log);
  give_up("pgbouncer does not start", s->folder);
  return 0;
}
