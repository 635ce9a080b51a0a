/* Files that are named by what is in them: kept whole or not at all, read in any part, gone when they are erased. */
#include <blob/blob.h>
#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"

enum { LARGE = 200 * 1000 };

static char folder[FOLDER_SIZE], place[FOLDER_SIZE + 16];
static unsigned char content[LARGE];
static const unsigned char key[BLOB_KEY_SIZE] = "a key of thirty-two bytes for us";

static void set_up(void) {
  ck_assert(sodium_init() >= 0);
  folder_make(folder);
  snprintf(place, sizeof place, "%s/files", folder);
  randombytes_buf_deterministic(content, sizeof content, key);
}

static void tear_down(void) {
  char command[FOLDER_SIZE + 16];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  ck_assert(!system(command));
}

static void name_of(const void *bytes, size_t length, char name[BLOB_NAME_SIZE]) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, bytes, length);
  sodium_bin2hex(name, BLOB_NAME_SIZE, hash, sizeof hash);
}

static int keep(blobs *b, const void *bytes, size_t length, char name[BLOB_NAME_SIZE], mcrm_error *error) {
  int fd = open(folder, O_TMPFILE | O_RDWR, 0600);
  ck_assert(fd >= 0 && write(fd, bytes, length) == (ssize_t)length);
  name_of(bytes, length, name);
  *error = (mcrm_error){0};
  int code = blobs_keep(b, fd, (int64_t)length, name, error);
  close(fd);
  return code;
}

static int64_t count(blobs *b) {
  int64_t files;
  mcrm_error error = {0};
  ck_assert(!blobs_each(b, INT64_MAX, NULL, NULL, &files, &error));
  return files;
}

static void expect_content(const blobs *b, const char *name, const unsigned char *wanted, int64_t length) {
  static const int64_t offsets[] = {0, 1, 65535, 65536, 65537, 131071, LARGE - 1};
  unsigned char part[70000];
  mcrm_error error = {0};
  blob *file;
  ck_assert_msg(!blob_open(b, name, &error, &file), "%s", error.detail);
  ck_assert_int_eq(blob_size(file), length);
  for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
    if (offsets[i] >= length) continue;
    size_t size = (size_t)(length - offsets[i]) < sizeof part ? (size_t)(length - offsets[i]) : sizeof part;
    ck_assert(!blob_read(file, offsets[i], part, size, &error));
    ck_assert(!memcmp(part, wanted + offsets[i], size));
  }
  blob_close(file);
}

/* Where the one file lies. */
static void path_of(const char *name, const char *ending, char path[512]) {
  snprintf(path, 512, "%s/%.2s/%.2s/%s%s", place, name, name + 2, name, ending);
}

static bool holds(const char *path, const void *bytes, size_t length) {
  static unsigned char whole[LARGE * 2];
  FILE *file = fopen(path, "rb");
  ck_assert_msg(file != NULL, "%s", path);
  size_t got = fread(whole, 1, sizeof whole, file);
  fclose(file);
  return memmem(whole, got, bytes, length) != NULL;
}

START_TEST(what_was_kept_is_read_in_any_part) {
  for (int with_key = 0; with_key < 2; with_key++) {
    char name[BLOB_NAME_SIZE], small[BLOB_NAME_SIZE], path[512];
    mcrm_error error;
    blobs *b = blobs_new(place, with_key ? key : NULL);
    ck_assert(!keep(b, content, LARGE, name, &error) && !keep(b, "x", 1, small, &error));
    expect_content(b, name, content, LARGE);
    expect_content(b, small, (const unsigned char *)"x", 1);
    path_of(name, with_key ? ".sealed" : "", path);
    ck_assert_int_eq(holds(path, content + 70000, 64), !with_key);
    blobs_free(b);
  }
}
END_TEST

START_TEST(the_same_content_is_one_file) {
  char name[BLOB_NAME_SIZE];
  mcrm_error error;
  blobs *b = blobs_new(place, NULL);
  for (int i = 0; i < 3; i++) ck_assert(!keep(b, content, LARGE, name, &error));
  ck_assert_int_eq(count(b), 1);
  blobs_free(b);
  /* with a key from now on: still one, and the readable one is gone */
  b = blobs_new(place, key);
  expect_content(b, name, content, LARGE);
  ck_assert(!keep(b, content, LARGE, name, &error));
  ck_assert_int_eq(count(b), 1);
  expect_content(b, name, content, LARGE);
  blobs_free(b);
}
END_TEST

START_TEST(a_key_is_needed_and_the_right_one) {
  char name[BLOB_NAME_SIZE];
  unsigned char byte, other[BLOB_KEY_SIZE] = {1};
  mcrm_error error;
  blob *file;
  blobs *b = blobs_new(place, key);
  ck_assert(!keep(b, content, LARGE, name, &error));
  blobs_free(b);
  b = blobs_new(place, NULL);
  ck_assert_int_eq(blob_open(b, name, &error, &file), MCRM_UNAVAILABLE);
  ck_assert_str_eq(error.message, "file.no_key");
  blobs_free(b);
  b = blobs_new(place, other);
  error = (mcrm_error){0};
  ck_assert(!blob_open(b, name, &error, &file));
  ck_assert_int_eq(blob_read(file, 0, &byte, 1, &error), MCRM_IO);
  blob_close(file);
  blobs_free(b);
}
END_TEST

START_TEST(a_changed_or_shortened_file_is_not_believed) {
  char name[BLOB_NAME_SIZE], path[512];
  mcrm_error error;
  unsigned char byte;
  blob *file;
  blobs *b = blobs_new(place, key);
  ck_assert(!keep(b, content, LARGE, name, &error));
  path_of(name, ".sealed", path);
  int fd = open(path, O_RDWR);
  ck_assert(pwrite(fd, "\0\0\0\0", 4, 100000) == 4);
  ck_assert(!blob_open(b, name, &error, &file));
  ck_assert(!blob_read(file, 10, &byte, 1, &error)); /* the first block is whole */
  ck_assert_int_eq(blob_read(file, 70000, &byte, 1, &error), MCRM_IO);
  ck_assert_str_eq(error.message, "file.damaged");
  blob_close(file);
  ck_assert(!ftruncate(fd, 65536 + 16 + 32));
  error = (mcrm_error){0};
  ck_assert_int_eq(blob_open(b, name, &error, &file), MCRM_IO);
  close(fd);
  blobs_free(b);
}
END_TEST

START_TEST(blocks_cannot_change_places) {
  char name[BLOB_NAME_SIZE], path[512];
  static unsigned char block[65536 + 16];
  mcrm_error error;
  unsigned char byte;
  blob *file;
  blobs *b = blobs_new(place, key);
  ck_assert(!keep(b, content, LARGE, name, &error));
  path_of(name, ".sealed", path);
  int fd = open(path, O_RDWR);
  ck_assert(pread(fd, block, sizeof block, 32) == sizeof block);
  ck_assert(pwrite(fd, block, sizeof block, 32 + sizeof block) == sizeof block);
  close(fd);
  ck_assert(!blob_open(b, name, &error, &file));
  ck_assert_int_eq(blob_read(file, 65536, &byte, 1, &error), MCRM_IO);
  blob_close(file);
  blobs_free(b);
}
END_TEST

START_TEST(what_is_not_what_it_was_called_is_not_kept) {
  char name[BLOB_NAME_SIZE];
  mcrm_error error = {0};
  blobs *b = blobs_new(place, NULL);
  int fd = open(folder, O_TMPFILE | O_RDWR, 0600);
  ck_assert(write(fd, content, 1000) == 1000);
  name_of(content, 999, name);
  ck_assert_int_eq(blobs_keep(b, fd, 1000, name, &error), MCRM_INVALID);
  ck_assert_str_eq(error.message, "file.changed");
  error = (mcrm_error){0};
  ck_assert_int_eq(blobs_keep(b, fd, 1000, "../../../../tmp/x", &error), MCRM_INTERNAL);
  ck_assert_int_eq(count(b), 0);
  close(fd);
  blobs_free(b);
}
END_TEST

START_TEST(a_folder_that_is_a_link_elsewhere_is_not_entered) {
  char name[BLOB_NAME_SIZE], path[512], elsewhere[512];
  mcrm_error error;
  blobs *b = blobs_new(place, NULL);
  name_of(content, LARGE, name);
  ck_assert(!mkdir(place, 0700));
  snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", folder);
  ck_assert(!mkdir(elsewhere, 0700));
  snprintf(path, sizeof path, "%s/%.2s", place, name);
  ck_assert(!symlink(elsewhere, path));
  ck_assert_int_eq(keep(b, content, LARGE, name, &error), MCRM_IO);
  blobs_free(b);
}
END_TEST

START_TEST(erased_is_gone_and_what_was_kept_again_stays) {
  char name[BLOB_NAME_SIZE], stamp[BLOB_STAMP_SIZE], none[BLOB_STAMP_SIZE];
  mcrm_error error;
  blob *file;
  blobs *b = blobs_new(place, NULL);
  ck_assert(!keep(b, content, LARGE, name, &error));
  blobs_stamp(b, name, stamp);
  usleep(20000);
  ck_assert(!keep(b, content, LARGE, name, &error)); /* somebody else brings the same */
  ck_assert(!blobs_erase(b, name, stamp, &error));
  expect_content(b, name, content, LARGE);
  blobs_stamp(b, name, stamp);
  ck_assert(!blobs_erase(b, name, stamp, &error));
  ck_assert_int_eq(blob_open(b, name, &error, &file), MCRM_NOT_FOUND);
  error = (mcrm_error){0};
  ck_assert(!blobs_erase(b, name, stamp, &error)); /* twice is no failure */
  blobs_stamp(b, name, none);
  ck_assert_str_eq(none, "");
  ck_assert_int_eq(count(b), 0);
  blobs_free(b);
}
END_TEST

START_TEST(what_was_begun_and_left_is_cleared_away) {
  char name[BLOB_NAME_SIZE], path[512];
  mcrm_error error;
  int64_t files;
  blobs *b = blobs_new(place, NULL);
  ck_assert(!keep(b, content, LARGE, name, &error));
  snprintf(path, sizeof path, "%s/%.2s/%.2s/.new-0123", place, name, name + 2);
  ck_assert(!close(open(path, O_CREAT | O_WRONLY, 0600)));
  ck_assert(!blobs_each(b, 0, NULL, NULL, &files, &error)); /* not yet: it may still be at work */
  ck_assert(!access(path, F_OK));
  ck_assert(!blobs_each(b, INT64_MAX, NULL, NULL, &files, &error));
  ck_assert(access(path, F_OK));
  ck_assert_int_eq(files, 1);
  blobs_free(b);
}
END_TEST

START_TEST(a_full_disk_keeps_nothing_of_it) {
  char name[BLOB_NAME_SIZE];
  mcrm_error error;
  blobs *b = blobs_new(place, NULL);
  ck_assert(!mkdir(place, 0700));
  if (mount("none", place, "tmpfs", 0, "size=64k")) {
    fputs("SKIPPED a_full_disk_keeps_nothing_of_it: only root may mount\n", stderr);
  } else {
    ck_assert_int_eq(keep(b, content, LARGE, name, &error), MCRM_IO);
    ck_assert_str_eq(error.message, "io.full");
    ck_assert_int_eq(count(b), 0);
    ck_assert(!keep(b, content, 1000, name, &error)); /* what fits is still taken: no rest lies about */
    umount(place);
  }
  blobs_free(b);
}
END_TEST

START_TEST(another_folder_has_the_same_files) {
  char name[BLOB_NAME_SIZE], there[FOLDER_SIZE + 16];
  mcrm_error error;
  blobs *b = blobs_new(place, key);
  ck_assert(!keep(b, content, LARGE, name, &error));
  snprintf(there, sizeof there, "%s/backup", folder);
  for (int i = 0; i < 2; i++) ck_assert(!blobs_copy(place, there, &error));
  ck_assert(!blobs_erase(b, name, NULL, &error));
  blobs_free(b);
  b = blobs_new(there, key);
  expect_content(b, name, content, LARGE);
  ck_assert_int_eq(count(b), 1);
  blobs_free(b);
}
END_TEST

/* ---- at once ---- */

static void *keep_and_erase(void *context) {
  char name[BLOB_NAME_SIZE], stamp[BLOB_STAMP_SIZE];
  mcrm_error error;
  for (int i = 0; i < 200; i++) {
    ck_assert_msg(!keep(context, content, 3000, name, &error), "%s", error.detail);
    blobs_stamp(context, name, stamp);
    error = (mcrm_error){0};
    ck_assert_msg(!blobs_erase(context, name, i % 2 ? stamp : "", &error), "%s", error.detail);
  }
  return NULL;
}

START_TEST(keeping_and_erasing_at_once_leaves_whole_files) {
  pthread_t threads[4];
  char name[BLOB_NAME_SIZE];
  mcrm_error error;
  blobs *b = blobs_new(place, key);
  for (int i = 0; i < 4; i++) ck_assert(!pthread_create(&threads[i], NULL, keep_and_erase, b));
  for (int i = 0; i < 4; i++) ck_assert(!pthread_join(threads[i], NULL));
  ck_assert(!keep(b, content, 3000, name, &error));
  expect_content(b, name, content, 3000);
  ck_assert_int_eq(count(b), 1);
  blobs_free(b);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("blob");
  TCase *tests = tcase_create("blob");
  tcase_set_timeout(tests, 60);
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, what_was_kept_is_read_in_any_part);
  tcase_add_test(tests, the_same_content_is_one_file);
  tcase_add_test(tests, a_key_is_needed_and_the_right_one);
  tcase_add_test(tests, a_changed_or_shortened_file_is_not_believed);
  tcase_add_test(tests, blocks_cannot_change_places);
  tcase_add_test(tests, what_is_not_what_it_was_called_is_not_kept);
  tcase_add_test(tests, a_folder_that_is_a_link_elsewhere_is_not_entered);
  tcase_add_test(tests, erased_is_gone_and_what_was_kept_again_stays);
  tcase_add_test(tests, what_was_begun_and_left_is_cleared_away);
  tcase_add_test(tests, a_full_disk_keeps_nothing_of_it);
  tcase_add_test(tests, another_folder_has_the_same_files);
  tcase_add_test(tests, keeping_and_erasing_at_once_leaves_whole_files);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
