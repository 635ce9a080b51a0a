/* kill -9 at every write and every sync of a voice note's way, one after the other: while it is uploaded, claimed,
 * heard, transcribed, analysed and committed. What was left is taken up by the next worker: one note, one transcript,
 * one task, one call in the ledger. Whoever died between an answer and its commit has asked in vain; nobody can know
 * that. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <check.h>

#include "studio.h"
#include "torture.h"

enum { POINTS = 12, LEASE_MS = 31000 };

/* Shared with the child. */
typedef struct fate {
  long at;   /* the write or sync that it does not live to see; 0 = it lives */
  long seen; /* how many there were */
  int armed; /* counting has begun */
  int kept;  /* the upload was answered */
} fate;

static fate *of;

static void pass(void) {
  if (!of || !of->armed || ++of->seen != of->at) return;
  raise(SIGKILL);
}

/* In the program itself, so that the libraries find them first. */
#pragma GCC visibility push(default)
ssize_t write(int fd, const void *bytes, size_t length) {
  pass();
  return syscall(SYS_write, fd, bytes, length);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  pass();
  return syscall(SYS_pwrite64, fd, bytes, length, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  pass();
  return syscall(SYS_pwrite64, fd, bytes, length, at);
}
int fsync(int fd) {
  pass();
  return (int)syscall(SYS_fsync, fd);
}
int fdatasync(int fd) {
  pass();
  return (int)syscall(SYS_fdatasync, fd);
}
#pragma GCC visibility pop

/* One note, from its upload to its task, by a process of its own. `hasty`: answers before it uploads. */
static bool live(studio *s, const char *name, long at, bool hasty) {
  int status;
  *of = (fate){.at = at};
  pid_t child = fork();
  ck_assert_int_ge(child, 0);
  if (!child) {
    if (studio_open(s)) _exit(2);
    of->kept = hasty;
    of->armed = 1;
    if (studio_upload(s, name)) _exit(3);
    of->kept = 1;
    studio_work(s);
    of->armed = 0;
    _exit(0);
  }
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert_msg(WIFSIGNALED(status) || !WEXITSTATUS(status), "the worker ended with %d", WEXITSTATUS(status));
  return WIFEXITED(status);
}

static int64_t of_note(const studio *s, const char *name, const char *what) {
  char sql[400];
  snprintf(sql, sizeof sql, "SELECT count(*) FROM voice_note v WHERE v.name = '%s' AND %s", name, what);
  return studio_number(s, sql);
}

/* By whoever works next. */
static void finish(studio *s) {
  *s->offset += LEASE_MS;
  ck_assert(!studio_open(s));
  for (int i = 0; i < 2; i++) {
    studio_work(s);
    *s->offset += 5000;
  }
  studio_close(s);
}

START_TEST(whenever_it_is_killed_there_is_one_note_one_task_and_one_call) {
  studio s;
  long heard = 0, twice = 0, all;
  studio_make(&s, 0, "");
  studio_record(&s, "whole.wav", 1, 1);
  ck_assert(live(&s, "whole.wav", 0, false));
  all = of->seen;
  ck_assert_int_eq(of_note(&s, "whole.wav", "v.state = 'ready'"), 1);
  long points = (long)torture_setting("COUNT", POINTS);
  if (points > all) points = all;
  heard = studio_heard(&s);
  for (long i = 0; i < points; i++) {
    char name[32];
    snprintf(name, sizeof name, "%ld.wav", i);
    studio_record(&s, name, (unsigned long long)i + 2, 1);
    live(&s, name, 1 + i * all / points, false);
    finish(&s);
    int64_t there = of_note(&s, name, "1");
    ck_assert_msg(there == 1 || (!there && !of->kept), "%s: %d notes, answered: %d", name, (int)there, of->kept);
    ck_assert_msg(of_note(&s, name, "v.state = 'ready'") == there, "%s is not finished", name);
    ck_assert_int_eq(of_note(&s, name, "(SELECT count(*) FROM task t WHERE t.interaction_id = v.interaction_id) = 1"),
                     there);
    long more = studio_heard(&s) - heard;
    heard += more;
    ck_assert_int_le(more, 2 * there);
    twice += more == 2;
  }
  /* what was bought and kept is booked once, at the very commit that keeps it */
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM ai_call WHERE task = 'speech' AND outcome = 'ok'"),
                   studio_number(&s, "SELECT count(*) FROM voice_note"));
  printf("killed at %ld of %ld writes and syncs: nothing lost, nothing done twice; asked in vain: %ld\n", points, all,
         twice);
  studio_remove(&s);
}
END_TEST

START_TEST(the_control_is_caught) {
  studio s;
  studio_make(&s, 0, "");
  studio_record(&s, "hasty.wav", 1, 1);
  ck_assert(!live(&s, "hasty.wav", 3, true));
  finish(&s);
  ck_assert(of->kept && !of_note(&s, "hasty.wav", "1"));
  studio_remove(&s);
}
END_TEST

int main(void) {
  of = mmap(NULL, sizeof *of, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (of == MAP_FAILED) return 1;
  Suite *suite = suite_create("voice_stage");
  TCase *t = tcase_create("kill");
  tcase_set_timeout(t, 880);
  tcase_add_test(t, whenever_it_is_killed_there_is_one_note_one_task_and_one_call);
  tcase_add_test(t, the_control_is_caught);
  suite_add_tcase(suite, t);
  SRunner *r = srunner_create(suite);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
