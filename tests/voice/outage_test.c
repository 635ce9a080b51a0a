/* A day without the provider, in simulated time; a disk that is full; a provider that stays away for good. */
#include <check.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "studio.h"

enum { NOTES = 10, MINUTE = 60 * 1000, HOUR = 60 * MINUTE };
static const mcrm_time DAY = (mcrm_time)24 * HOUR;

static studio s;

static void setup(void) {
  studio_make(&s, 0, "");
  ck_assert(!studio_open(&s));
}

static void teardown(void) { studio_remove(&s); }

static void speak(int count) {
  for (int i = 0; i < count; i++) {
    char name[24];
    snprintf(name, sizeof name, "%d.wav", i);
    studio_record(&s, name, (unsigned long long)i, 1);
    ck_assert(!studio_upload(&s, name));
  }
}

static void live(mcrm_time ms, mcrm_time step) {
  for (mcrm_time done = 0; done < ms; done += step) {
    studio_work(&s);
    *s.offset += step;
  }
}

START_TEST(a_day_without_the_provider_loses_nothing_and_does_nothing_twice) {
  char *answer = NULL;
  studio_outage(&s, "network");
  speak(NOTES);
  live(DAY, 20 * MINUTE);
  ck_assert_int_eq(studio_heard(&s), 0);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM voice_note WHERE state IN ('ready', 'failed')"), 0);
  ck_assert_int_eq(
      studio_number(&s, "SELECT count(*) FROM voice_note WHERE error_code IN ('ai.network', 'ai.overload')"), NOTES);
  /* in the reader's words, and once as a notice */
  ck_assert(!mcrm_call(s.sara, "voice_note.list", "{\"limit\":1}", &answer));
  ck_assert_ptr_nonnull(strstr(answer, "\"error\":\""));
  mcrm_free(answer);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM notification WHERE entity = 'voice_note'"), NOTES);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM job WHERE state = 'dead'"), 0);

  studio_outage(&s, NULL);
  ck_assert(!mcrm_call(s.system, "provider.test", "{\"name\":\"ears\"}", &answer)); /* the breaker is in real time */
  ck_assert_ptr_nonnull(strstr(answer, "\"outcome\":\"ok\""));
  mcrm_free(answer);
  long tested = studio_heard(&s); /* the test itself sends a second of speech */
  live(90 * MINUTE, 10 * MINUTE);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM voice_note WHERE state = 'ready'"), NOTES);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM voice_note WHERE error_code IS NOT NULL"), 0);
  ck_assert_int_eq(studio_heard(&s) - tested, NOTES);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM task"), NOTES);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM (SELECT 1 FROM task GROUP BY interaction_id)"), NOTES);
}
END_TEST

START_TEST(after_a_week_it_is_given_up_with_its_reason_and_can_be_taken_up_again) {
  char *answer = NULL;
  studio_outage(&s, "credit");
  speak(1);
  live(8 * DAY, HOUR);
  ck_assert_int_eq(studio_number(&s,
                                 "SELECT count(*) FROM voice_note WHERE state = 'failed' AND error_code = "
                                 "'ai.billing' AND error_detail LIKE '%ears%'"),
                   1);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM job WHERE state = 'dead' AND error LIKE '%billing%'"), 1);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM notification WHERE entity = 'voice_note'"), 2);
  studio_outage(&s, NULL);
  ck_assert(!mcrm_call(s.system, "provider.test", "{\"name\":\"ears\"}", &answer));
  mcrm_free(answer);
  char json[40];
  snprintf(json, sizeof json, "{\"id\":\"%lld\"}", (long long)studio_number(&s, "SELECT id FROM voice_note"));
  ck_assert(!mcrm_call(s.sara, "voice_note.retry", json, NULL));
  studio_work(&s);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM voice_note WHERE state = 'ready'"), 1);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM task"), 1);
}
END_TEST

/* A file that may not grow is to a program what a full disk is. */
START_TEST(a_full_disk_refuses_the_recording_and_leaves_nothing) {
  struct rlimit before, tight;
  studio_record(&s, "long.wav", 1, 590); /* 9.4 MB */
  signal(SIGXFSZ, SIG_IGN);
  ck_assert(!getrlimit(RLIMIT_FSIZE, &before));
  tight = before;
  tight.rlim_cur = 6 << 20;
  ck_assert(!setrlimit(RLIMIT_FSIZE, &tight));
  int code = studio_upload(&s, "long.wav");
  ck_assert(!setrlimit(RLIMIT_FSIZE, &before));
  ck_assert_int_eq(code, MCRM_IO);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM voice_note"), 0);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM interaction"), 0);
  char command[FOLDER_SIZE + 100];
  snprintf(command, sizeof command, "test -z \"$(find '%s/crm.db.voice' -type f -size +4k 2>/dev/null)\"", s.folder);
  ck_assert_int_eq(system(command), 0);
  ck_assert(!studio_upload(&s, "long.wav")); /* there is room again */
  studio_work(&s);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM voice_note WHERE state = 'ready'"), 1);
}
END_TEST

/* What could not be kept is not bought: while nothing can be written nobody is asked, and afterwards once. */
START_TEST(a_full_disk_while_it_is_worked_on_costs_nothing) {
  struct rlimit before, tight;
  mcrm_error error = {0};
  unsigned done;
  speak(2);
  signal(SIGXFSZ, SIG_IGN);
  ck_assert(!getrlimit(RLIMIT_FSIZE, &before));
  tight = before;
  tight.rlim_cur = 4096;
  ck_assert(!setrlimit(RLIMIT_FSIZE, &tight));
  for (int i = 0; i < 20; i++) {
    mcrm_work(s.crm, &done, &error);
    *s.offset += MINUTE;
  }
  ck_assert(!setrlimit(RLIMIT_FSIZE, &before));
  ck_assert_int_eq(studio_heard(&s), 0);
  live(10 * MINUTE, MINUTE);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM voice_note WHERE state = 'ready'"), 2);
  ck_assert_int_eq(studio_heard(&s), 2);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM task"), 2);
}
END_TEST

/* One that was changed on the disk is not tried for a week, and the one beside it is heard. */
START_TEST(a_damaged_recording_is_given_up_with_its_reason) {
  char command[FOLDER_SIZE + 200];
  studio_close(&s);
  FILE *config = fopen(s.config, "a");
  ck_assert_ptr_nonnull(config);
  fprintf(config, "voice: {key_file: %s/voice.key}\n", s.folder);
  fclose(config);
  ck_assert(!studio_open(&s));
  speak(1);
  snprintf(command, sizeof command,
           "f=$(find '%s/crm.db.voice' -name '*.sealed') && printf 'x' | dd of=\"$f\" bs=1 conv=notrunc status=none "
           "seek=$(($(wc -c <\"$f\") - 3))",
           s.folder);
  ck_assert_int_eq(system(command), 0);
  studio_record(&s, "other.wav", 99, 1);
  ck_assert(!studio_upload(&s, "other.wav"));
  studio_work(&s);
  ck_assert_int_eq(studio_heard(&s), 1);
  ck_assert_int_eq(
      studio_number(&s, "SELECT count(*) FROM voice_note WHERE state = 'failed' AND error_code = 'file.damaged'"), 1);
  ck_assert_int_eq(studio_number(&s, "SELECT count(*) FROM voice_note WHERE state = 'ready'"), 1);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("voice");
  TCase *t = tcase_create("outage");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_set_timeout(t, 100);
  tcase_add_test(t, a_day_without_the_provider_loses_nothing_and_does_nothing_twice);
  tcase_add_test(t, after_a_week_it_is_given_up_with_its_reason_and_can_be_taken_up_again);
  tcase_add_test(t, a_full_disk_refuses_the_recording_and_leaves_nothing);
  tcase_add_test(t, a_full_disk_while_it_is_worked_on_costs_nothing);
  tcase_add_test(t, a_damaged_recording_is_given_up_with_its_reason);
  suite_add_tcase(suite, t);
  SRunner *r = srunner_create(suite);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
