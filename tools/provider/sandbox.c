#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- limits ---- */

enum { MEMORY = 1 << 30, DESCRIPTORS = 256 };

static int limit(int what, rlim_t most) {
  const struct rlimit l = {most, most};
  return setrlimit((__rlimit_resource_t)what, &l);
}

static const char *limit_all(void) {
  int failed = limit(RLIMIT_CORE, 0) | limit(RLIMIT_FSIZE, 0) | limit(RLIMIT_NOFILE, DESCRIPTORS);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* they reserve terabytes */
  failed |= limit(RLIMIT_AS, MEMORY);
#endif
  /* No core dump, and no other process of the user looks into our memory, where the key is. */
  failed |= prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  return failed ? "not all limits" : "limits";
}

/* ---- landlock ---- */

static void allow(int rules, const char *path, uint64_t access) {
  struct landlock_path_beneath_attr rule = {.allowed_access = access};
  rule.parent_fd = path ? open(path, O_PATH | O_CLOEXEC) : -1;
  if (rule.parent_fd < 0) return; /* not there, not needed */
  syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  close(rule.parent_fd);
}

/* Returns the version of the kernel's interface, 0 where there is none. */
static long landlock(const char *ca_file) {
  /* By name, certificates, libraries (name services are loaded when they are first asked), and what these read. */
  static const char *const files[] = {"/etc/resolv.conf", "/etc/hosts",      "/etc/host.conf",    "/etc/nsswitch.conf",
                                      "/etc/gai.conf",    "/etc/services",   "/etc/protocols",    "/etc/ld.so.cache",
                                      "/etc/localtime",   "/dev/urandom",    "/dev/null",         "/proc/meminfo",
                                      "/proc/cpuinfo",    "/proc/self/maps", "/proc/self/status", "/etc/passwd"};
  static const char *const folders[] = {"/etc/ssl",
                                        "/etc/pki",
                                        "/usr/lib",
                                        "/usr/lib64",
                                        "/lib",
                                        "/lib64",
                                        "/usr/share/ca-certificates",
                                        "/usr/local/share/ca-certificates",
                                        "/usr/share/zoneinfo",
                                        "/run/systemd/resolve",
                                        "/sys/devices/system/cpu"};
  const uint64_t read_file = LANDLOCK_ACCESS_FS_READ_FILE, read_folder = read_file | LANDLOCK_ACCESS_FS_READ_DIR;
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return 0;
  /* All of the first version, and moving between folders (2) and cutting files off (3) where it knows them. */
  struct landlock_ruleset_attr all = {.handled_access_fs = (UINT64_C(1) << 13) - 1};
  if (version >= 2) all.handled_access_fs |= UINT64_C(1) << 13;
  if (version >= 3) all.handled_access_fs |= UINT64_C(1) << 14;
  int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
  if (rules < 0) return 0;
  for (size_t i = 0; i < sizeof files / sizeof *files - 1; i++) allow(rules, files[i], read_file);
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) allow(rules, folders[i], read_folder);
  allow(rules, ca_file, read_file);
  long failed = syscall(SYS_landlock_restrict_self, rules, 0);
  close(rules);
  return failed ? 0 : version;
}

/* ---- seccomp ---- */

#if defined(__x86_64__)
enum { ARCHITECTURE = AUDIT_ARCH_X86_64, X32 = 0x40000000 };
#elif defined(__aarch64__)
enum { ARCHITECTURE = AUDIT_ARCH_AARCH64, X32 = 0 };
#else
enum { ARCHITECTURE = 0, X32 = 0 };
#endif

/* Never needed by a translator of requests; each answers EPERM. */
static const unsigned forbidden[] = {
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_setns,
    SYS_unshare,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_userfaultfd,
    SYS_io_uring_setup,
    SYS_open_by_handle_at,
    SYS_init_module,
    SYS_finit_module,
    SYS_kexec_load,
    SYS_reboot,
    SYS_swapon,
    SYS_swapoff,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    SYS_setuid,
    SYS_setgid,
    SYS_setresuid,
    SYS_setresgid,
    SYS_setgroups,
    SYS_setsid,
    SYS_setpgid,
    SYS_kcmp,
    SYS_personality,
    SYS_quotactl,
    SYS_acct,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_sethostname,
    SYS_pidfd_getfd,
    SYS_pidfd_send_signal,
#ifdef SYS_fork
    SYS_fork,
    SYS_vfork,
#endif
};

enum { LAST = 96 };

#define LOAD(member)           (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define SAY(what)              (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, what)
#define IF(is, value, yes, no) (struct sock_filter) BPF_JUMP(BPF_JMP | is | BPF_K, (unsigned)(value), yes, no)

static int seccomp(void) {
  struct sock_filter f[LAST + 32];
  unsigned short n = 0;
  const unsigned refuse = SECCOMP_RET_ERRNO | EPERM, unknown = SECCOMP_RET_ERRNO | ENOSYS,
                 kill = SECCOMP_RET_KILL_PROCESS;
  const unsigned self = (unsigned)getpid();
  if (ARCHITECTURE == 0) return -1;
  f[n++] = LOAD(arch);
  f[n++] = IF(BPF_JEQ, ARCHITECTURE, 1, 0);
  f[n++] = SAY(kill);
  f[n++] = LOAD(nr);
  if (X32 != 0) {
    f[n++] = IF(BPF_JGE, X32, 0, 1);
    f[n++] = SAY(kill);
  }
  for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
    f[n++] = IF(BPF_JEQ, forbidden[i], 0, 1);
    f[n++] = SAY(refuse);
  }
  /* Threads, but no processes. clone3's flags cannot be seen; libc then takes clone. */
  f[n++] = IF(BPF_JEQ, SYS_clone3, 0, 1);
  f[n++] = SAY(unknown);
  f[n++] = IF(BPF_JEQ, SYS_clone, 0, 4);
  f[n++] = LOAD(args[0]);
  f[n++] = IF(BPF_JSET, CLONE_THREAD, 1, 0);
  f[n++] = SAY(refuse);
  f[n++] = SAY(SECCOMP_RET_ALLOW);
  /* Signals to nobody else; tgkill is how a thread aborts. */
  f[n++] = IF(BPF_JEQ, SYS_kill, 1, 0);
  f[n++] = IF(BPF_JEQ, SYS_tgkill, 0, 4);
  f[n++] = LOAD(args[0]);
  f[n++] = IF(BPF_JEQ, self, 1, 0);
  f[n++] = SAY(refuse);
  f[n++] = SAY(SECCOMP_RET_ALLOW);
  /* TCP, UDP for names, the local name service, and what getaddrinfo asks the kernel. */
  f[n++] = IF(BPF_JEQ, SYS_socket, 0, 7);
  f[n++] = LOAD(args[0]);
  f[n++] = IF(BPF_JEQ, AF_INET, 4, 0);
  f[n++] = IF(BPF_JEQ, AF_INET6, 3, 0);
  f[n++] = IF(BPF_JEQ, AF_UNIX, 2, 0);
  f[n++] = IF(BPF_JEQ, AF_NETLINK, 1, 0);
  f[n++] = SAY(refuse);
  f[n++] = SAY(SECCOMP_RET_ALLOW);
  f[n++] = SAY(SECCOMP_RET_ALLOW);
  struct sock_fprog program = {.len = n, .filter = f};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

void sandbox_enter(const char *ca_file, char *said, size_t size) {
  const char *limits = limit_all();
  char files[32] = "no landlock";
  int privileges = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  long version = privileges ? 0 : landlock(ca_file);
  if (version) snprintf(files, sizeof files, "landlock %ld", version);
  int filtered = privileges ? -1 : seccomp();
  snprintf(said, size, "process; %s, %s, %s", files, filtered ? "no seccomp" : "seccomp", limits);
}
