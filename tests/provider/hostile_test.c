/* A thousand damaged plugins: cut off at every part of the file, and with bits turned over. Each is opened in a process
 * of its own and asked; the host must live, and a sound plugin must answer after each. SEED= repeats a run. */
#include "../harness/torture.h"
#include "stand.h"

#include <check.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of so many damaged plugins two fifths are cut off, the others have bits that turned. COUNT=1000 is the whole thing.
 */
enum { DAMAGED = 120, LARGEST = 4 << 20 };
static int cut, turned;

static char folder[] = "/tmp/marfacrm-hostile-XXXXXX", path[64];
static char *sound;
static size_t length;
static uint64_t state;

static uint64_t chance(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static void put_file(const char *bytes, size_t size) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  ck_assert_int_ge(fd, 0);
  ck_assert_int_eq(write(fd, bytes, size), (ssize_t)size);
  close(fd);
}

/* 1: it was refused, 2: it was opened. Whatever it does, this comes back. */
static int visit(void) {
  stand s;
  int code = stand_open_plugin(&s, true, path, NULL);
  if (!code) {
    stand_chat(&s, "are you well?", 500, false);
    stand_close(&s);
    return 2;
  }
  ck_assert_msg(s.error.detail[0] && s.error.message[0], "a refusal without a reason");
  arena_free(s.arena);
  return 1;
}

static void damage(char *copy, size_t *size, int which) {
  memcpy(copy, sound, length);
  *size = length;
  if (which < cut) {
    *size = (size_t)which * length / cut;
    return;
  }
  /* One bit or a few, mostly where the loader reads. */
  for (int bits = 1 + which % 4; bits; bits--) {
    size_t reach = chance() % 4 ? (length < 24576 ? length : 24576) : length;
    copy[chance() % reach] ^= (char)(1 << chance() % 8);
  }
}

START_TEST(damaged_plugins_harm_nobody) {
  char *copy = malloc(length);
  stand healthy;
  int refused = 0, opened = 0;
  ck_assert_int_eq(stand_open(&healthy, true, NULL), 0);
  for (int i = 0; i < cut + turned; i++) {
    size_t size;
    damage(copy, &size, i);
    put_file(copy, size);
    int what = visit();
    refused += what == 1;
    opened += what == 2;
    if (i < cut) ck_assert_msg(what == 1, "a plugin cut off at %zu of %zu was opened", size, length);
    if (i % 10) continue;
    ck_assert_int_eq(stand_chat(&healthy, "well", 10000, false), MCRM_OUTCOME_OK);
    ck_assert_str_eq(healthy.chat.text, "well");
  }
  printf("%d damaged plugins: %d refused, %d opened, 0 hosts died\n", cut + turned, refused, opened);
  ck_assert_int_gt(refused, cut);
  ck_assert_int_gt(opened, 0);
  put_file(sound, length);
  ck_assert_int_eq(visit(), 2); /* it was the damage */
  stand_close(&healthy);
  free(copy);
}
END_TEST

/* The control: what a host that simply loads its plugins would have lived through. */
START_TEST(without_checks_and_process_some_kill_their_host) {
  char *copy = malloc(length);
  int dead = 0;
  for (int i = 0; i < cut + 60; i += 4) {
    size_t size;
    damage(copy, &size, i);
    unlink(path);
    put_file(copy, size);
    pid_t child = fork();
    if (!child) {
      signal(SIGBUS, SIG_DFL), signal(SIGSEGV, SIG_DFL); /* a sanitizer's handlers would make a plain exit of it */
      void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
      _exit(object ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    dead += !WIFEXITED(status) || WEXITSTATUS(status) > 1;
  }
  ck_assert_int_gt(dead, 0);
  printf("control: %d hosts of %d died\n", dead, (cut + 60) / 4);
  free(copy);
}
END_TEST

static int refusal_of(const char *plugin, const char *sha256, mcrm_error *error) {
  provider *p = NULL;
  const provider_options options = {
      .name = "one", .plugin = plugin, .sha256 = sha256, .isolated = true, .program = PROVIDER_PROGRAM};
  *error = (mcrm_error){0};
  int code = provider_open(&options, error, &p);
  if (!code) provider_close(p);
  return code;
}

START_TEST(a_file_that_others_may_change_is_not_loaded) {
  mcrm_error error;
  char link[80];
  put_file(sound, length);
  ck_assert_int_eq(refusal_of(path, NULL, &error), 0);
  chmod(path, 0666);
  ck_assert_int_eq(refusal_of(path, NULL, &error), MCRM_DENIED);
  ck_assert_str_eq(error.field, "providers.one.plugin");
  ck_assert_ptr_nonnull(strstr(error.detail, "may be written by others"));
  chmod(path, 0644);
  chmod(folder, 0777);
  ck_assert_int_eq(refusal_of(path, NULL, &error), MCRM_DENIED);
  chmod(folder, 0755);
  if (!geteuid()) {
    ck_assert_int_eq(chown(path, 12345, 12345), 0);
    ck_assert_int_eq(refusal_of(path, NULL, &error), MCRM_DENIED);
    ck_assert_int_eq(chown(path, 0, 0), 0);
  }
  snprintf(link, sizeof link, "%s/link.so", folder);
  ck_assert_int_eq(symlink(path, link), 0);
  ck_assert_int_eq(refusal_of(link, NULL, &error), MCRM_DENIED);
  unlink(link);
  ck_assert_int_eq(refusal_of("/nowhere/at/all.so", NULL, &error), MCRM_NOT_FOUND);
  ck_assert_int_eq(refusal_of("no-such-plugin", NULL, &error), MCRM_NOT_FOUND);
  ck_assert_int_eq(refusal_of("../rogue", NULL, &error), MCRM_INVALID);
}
END_TEST

START_TEST(a_pinned_digest_must_fit) {
  mcrm_error error;
  char hex[65] = "", command[200];
  put_file(sound, length);
  snprintf(command, sizeof command, "sha256sum %s", path);
  FILE *sum = popen(command, "r");
  ck_assert_int_eq(fscanf(sum, "%64s", hex), 1);
  pclose(sum);
  ck_assert_int_eq(refusal_of(path, hex, &error), 0);
  hex[0] = hex[0] == '0' ? '1' : '0';
  ck_assert_int_eq(refusal_of(path, hex, &error), MCRM_DENIED);
  ck_assert_str_eq(error.field, "providers.one.sha256");
}
END_TEST

int main(void) {
  int damaged = (int)torture_setting("COUNT", DAMAGED);
  cut = damaged * 2 / 5;
  turned = damaged - cut;
  const char *seed = getenv("SEED");
  state = seed ? strtoull(seed, NULL, 10) * 2654435761u + 1 : 20261122;
  sound = malloc(LARGEST);
  FILE *file = fopen(PROVIDER_PLUGINS "/rogue.so", "rb");
  length = file ? fread(sound, 1, LARGEST, file) : 0;
  if (file) fclose(file);
  if (!length || !mkdtemp(folder)) return 1;
  chmod(folder, 0755);
  snprintf(path, sizeof path, "%s/damaged.so", folder);
  Suite *suite = suite_create("hostile");
  TCase *c = tcase_create("hostile");
  tcase_set_timeout(c, 900);
  tcase_add_test(c, damaged_plugins_harm_nobody);
  tcase_add_test(c, without_checks_and_process_some_kill_their_host);
  tcase_add_test(c, a_file_that_others_may_change_is_not_loaded);
  tcase_add_test(c, a_pinned_digest_must_fit);
  suite_add_tcase(suite, c);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  unlink(path);
  rmdir(folder);
  free(sound);
  return failed != 0;
}
