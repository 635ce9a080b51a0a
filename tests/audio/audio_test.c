/* What is said of an audio file is what is in it; what is damaged is refused with the place. */
#include <audio/audio.h>
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "speech.h"

static char folder[FOLDER_SIZE];

static const char persian[] =
    "سلام، فردا ساعت ده صبح با آقای رضایی تماس می‌گیرم و فاکتور را "
    "می‌فرستم.";

static const struct kind {
  const char *name, *media_type, *codec;
  uint32_t sample_rate;
  bool whole; /* no shorter beginning of the file is a file */
} kinds[] = {
    {"a.wav", "audio/wav", "pcm", 16000, true},
    {"a.8k.wav", "audio/wav", "mulaw", 8000, true},
    {"a.mp3", "audio/mpeg", "mp3", 22050, false},
    {"a.ogg", "audio/ogg", "opus", 48000, false},
    {"a.vorbis.ogg", "audio/ogg", "vorbis", 44100, false},
    {"a.webm", "audio/webm", "opus", 48000, true},
    {"a.live.webm", "audio/webm", "opus", 48000, false},
    {"a.m4a", "audio/mp4", "aac", 22050, true},
    {"a.live.m4a", "audio/mp4", "aac", 22050, false},
    {"a.opus.m4a", "audio/mp4", "opus", 48000, true},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static struct {
  unsigned char *bytes;
  size_t length;
} files[KINDS];

static void speak(void) {
  folder_make(folder);
  for (size_t i = 0; i < KINDS; i++) speech_make(folder, kinds[i].name, "fa", persian);
}

static void fall_silent(void) { folder_remove(folder); }

static void set_up(void) {
  for (size_t i = 0; i < KINDS; i++) files[i].bytes = speech_read(folder, kinds[i].name, &files[i].length);
}

static void tear_down(void) {
  for (size_t i = 0; i < KINDS; i++) free(files[i].bytes);
}

/* Of a block of exactly that size, so that the sanitizer sees a byte read beyond it. */
static int walk_whole(const unsigned char *exact, size_t length, mcrm_error *error, audio_info *info) {
  *error = (mcrm_error){0};
  int code = audio_walk_bytes(exact, length, error, info);
  if (code != error->code) ck_abort_msg("%d, but the error says %d", code, error->code);
  return code;
}

static int walk(const unsigned char *bytes, size_t length, mcrm_error *error, audio_info *info) {
  unsigned char *exact = malloc(length ? length : 1);
  if (length) memcpy(exact, bytes, length);
  int code = walk_whole(exact, length, error, info);
  free(exact);
  return code;
}

static void refused(const unsigned char *bytes, size_t length, const char *message, const char *detail) {
  mcrm_error error;
  audio_info info;
  ck_assert_int_eq(walk(bytes, length, &error, &info), MCRM_INVALID);
  ck_assert_str_eq(error.field, "file");
  ck_assert_msg(!strcmp(error.message, message) && strstr(error.detail, detail), "%s: %s", error.message, error.detail);
}

START_TEST(each_kind_is_told_from_its_bytes) {
  audio_info info, wav;
  mcrm_error error;
  ck_assert_int_eq(walk(files[0].bytes, files[0].length, &error, &wav), MCRM_OK);
  ck_assert_int_eq(wav.duration_ms, (int64_t)(wav.frames * 1000 / 16000));
  ck_assert_int_gt(wav.duration_ms, 3000);
  for (size_t i = 0; i < KINDS; i++) {
    int code = walk(files[i].bytes, files[i].length, &error, &info);
    ck_assert_msg(!code, "%s: %s", kinds[i].name, error.detail);
    ck_assert_str_eq(info.media_type, kinds[i].media_type);
    ck_assert_str_eq(info.codec, kinds[i].codec);
    ck_assert_uint_eq(info.sample_rate, kinds[i].sample_rate);
    ck_assert_uint_eq(info.channels, 1);
    /* encoders add a frame or two at the ends */
    ck_assert_msg(llabs(info.duration_ms - wav.duration_ms) <= 120, "%s: %lld ms, not %lld", kinds[i].name,
                  (long long)info.duration_ms, (long long)wav.duration_ms);
  }
}
END_TEST

START_TEST(a_beginning_of_a_file_is_refused_or_shorter) {
  for (size_t i = 0; i < KINDS; i++) {
    audio_info whole, info;
    mcrm_error error;
    ck_assert_int_eq(walk(files[i].bytes, files[i].length, &error, &whole), MCRM_OK);
    size_t taken = 0, step = files[i].length / 997 + 1;
    for (size_t length = 0; length < files[i].length; length += step) {
      bool shorter = !walk(files[i].bytes, length, &error, &info);
      taken += shorter;
      if (shorter ? info.duration_ms > whole.duration_ms
                  : error.code != MCRM_INVALID || (length >= 64 && !strstr(error.detail, "byte") &&
                                                   strcmp(error.message, "audio.empty") != 0))
        ck_abort_msg("%s of %zu: %s", kinds[i].name, length, error.detail);
    }
    if (kinds[i].whole) ck_assert_msg(!taken, "%s: %zu beginnings were taken", kinds[i].name, taken);
  }
}
END_TEST

START_TEST(a_changed_byte_breaks_nothing) {
  for (size_t i = 0; i < KINDS; i++)
    for (size_t at = 0, step = 1; at < files[i].length; at += step) {
      audio_info info;
      mcrm_error error;
      unsigned char was = files[i].bytes[at];
      for (unsigned char with = 1; with; with = (unsigned char)(with << 3)) {
        files[i].bytes[at] = was ^ with;
        if (!walk_whole(files[i].bytes, files[i].length, &error, &info) && info.duration_ms <= 0)
          ck_abort_msg("%s with %02x at %zu: no length", kinds[i].name, was ^ with, at);
      }
      files[i].bytes[at] = 0xFF;
      walk_whole(files[i].bytes, files[i].length, &error, &info);
      files[i].bytes[at] = was;
      step = at < 1024 ? 1 : 97 + at % 31; /* the heads byte by byte */
    }
}
END_TEST

START_TEST(the_length_is_counted_not_believed) {
  audio_info before, after;
  mcrm_error error;
  /* m4a: mvhd, tkhd and mdhd say how long it is */
  unsigned char *m4a = files[7].bytes;
  ck_assert_int_eq(walk(m4a, files[7].length, &error, &before), MCRM_OK);
  static const char *const heads[] = {"mvhd", "mdhd"};
  for (size_t i = 0; i < 2; i++) {
    unsigned char *head = memmem(m4a, files[7].length, heads[i], 4);
    ck_assert_ptr_nonnull(head);
    memset(head + 4 + 16, 0, 3); /* the duration */
  }
  ck_assert_int_eq(walk(m4a, files[7].length, &error, &after), MCRM_OK);
  ck_assert_int_eq(before.duration_ms, after.duration_ms);
  /* webm: Duration, a float of 8 bytes */
  unsigned char *webm = files[5].bytes, *duration = memmem(webm, files[5].length, "\x44\x89\x88", 3);
  ck_assert_ptr_nonnull(duration);
  ck_assert_int_eq(walk(webm, files[5].length, &error, &before), MCRM_OK);
  memset(duration + 3, 0, 8);
  ck_assert_int_eq(walk(webm, files[5].length, &error, &after), MCRM_OK);
  ck_assert_int_eq(before.duration_ms, after.duration_ms);
}
END_TEST

START_TEST(what_is_damaged_is_named_with_its_place) {
  unsigned char *ogg = files[3].bytes, *wav = files[0].bytes, *mp3 = files[2].bytes;
  ogg[files[3].length / 2] ^= 0x10;
  refused(ogg, files[3].length, "audio.damaged", "the checksum does not fit the page at byte");
  mp3[1200] = mp3[1201] = 0;
  refused(mp3, 1500, "audio.damaged", "mp3");
  refused(wav, files[0].length - 100, "audio.damaged", "wav cut off: the sound that begins at byte");
  refused(files[7].bytes, files[7].length - 1, "audio.damaged", "mp4 cut off: a box that begins at byte");
  refused(files[5].bytes, files[5].length / 2, "audio.damaged", "webm cut off: an element that begins at byte");
}
END_TEST

START_TEST(other_files_are_no_audio) {
  static const char text[] = "<!doctype html><html><body>not audio at all</body></html>";
  refused((const unsigned char *)text, sizeof text - 1, "file.media_type", "none of webm, ogg, mp3, m4a and wav");
  refused((const unsigned char *)"", 0, "file.media_type", "none of");
  refused((const unsigned char *)"RIFF\4\0\0\0WAVE", 12, "audio.empty", "has no sound");
}
END_TEST

/* What a command writes into the folder. */
static unsigned char *made_by(const char *arguments, const char *name, size_t *length) {
  char command[1024];
  snprintf(command, sizeof command, "ffmpeg -nostdin -loglevel error -y %s '%s/%s'", arguments, folder, name);
  ck_assert_msg(system(command) == 0, "%s", command);
  return speech_read(folder, name, length);
}

START_TEST(the_right_container_with_something_else_in_it_is_refused) {
  static const struct {
    const char *arguments, *name, *detail;
  } cases[] = {
      {"-f lavfi -i testsrc=d=1:s=64x64 -f lavfi -i sine=d=1 -c:v mpeg4 -c:a aac", "film.mp4", "a track of pictures"},
      {"-f lavfi -i testsrc=d=1:s=64x64 -f lavfi -i sine=d=1 -c:v libvpx -c:a libopus", "film.webm",
       "a track that is not sound"},
      {"-f lavfi -i sine=d=1 -c:a libvorbis", "vorbis.webm", "another codec than Opus"},
      {"-f lavfi -i sine=d=1 -c:a flac", "flac.ogg", "neither Opus nor Vorbis"},
      {"-f lavfi -i sine=d=1 -c:a alac", "alac.m4a", "another codec than AAC or Opus"},
      {"-f lavfi -i sine=d=1 -c:a adpcm_ms", "adpcm.wav", "another codec than PCM"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t length;
    unsigned char *bytes = made_by(cases[i].arguments, cases[i].name, &length);
    refused(bytes, length, "file.media_type", cases[i].detail);
    free(bytes);
  }
}
END_TEST

START_TEST(two_voices_are_two_channels) {
  size_t length;
  audio_info info;
  mcrm_error error;
  unsigned char *bytes = made_by("-f lavfi -i sine=d=2 -ac 2 -c:a libopus", "stereo.webm", &length);
  ck_assert_int_eq(walk(bytes, length, &error, &info), MCRM_OK);
  ck_assert_uint_eq(info.channels, 2);
  ck_assert_int_ge(info.duration_ms, 2000);
  ck_assert_int_le(info.duration_ms, 2100);
  free(bytes);
}
END_TEST

/* ---- made by hand ---- */

START_TEST(elements_in_elements_in_elements_end_somewhere) {
  unsigned char bytes[4096] = "\x1A\x45\xDF\xA3\x80\x18\x53\x80\x67\xFF";
  size_t length = 10;
  /* clusters of unknown size in each other: each ends the one before */
  while (length + 5 < sizeof bytes) {
    memcpy(bytes + length, "\x1F\x43\xB6\x75\xFF", 5);
    length += 5;
  }
  refused(bytes, length, "audio.damaged", "no track");
  /* boxes in boxes */
  memcpy(bytes,
         "\0\0\0\x10"
         "ftypM4A \0\0\0\0",
         16);
  for (length = 16; length + 8 < sizeof bytes; length += 8) {
    size_t left = sizeof bytes - length;
    memcpy(bytes + length, (unsigned char[]){0, 0, (unsigned char)(left >> 8), (unsigned char)left, 'm', 'o', 'o', 'v'},
           8);
  }
  refused(bytes, sizeof bytes, "audio.damaged", "a box in the wrong place at byte 24");
}
END_TEST

START_TEST(sizes_beyond_all_measure_are_refused) {
  static const unsigned char webm[] = "\x1A\x45\xDF\xA3\x80\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFE\0\0\0";
  static const unsigned char mp4[] =
      "\0\0\0\x10"
      "ftypM4A \0\0\0\0\0\0\0\1moov\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0";
  static const unsigned char wav[] = "RIFF\xFF\xFF\xFF\xFFWAVEjunk\xFF\xFF\xFF\x7F";
  refused(webm, sizeof webm - 1, "audio.damaged", "webm cut off: an element that begins at byte 5");
  refused(mp4, sizeof mp4 - 1, "audio.damaged", "mp4 cut off: a box that begins at byte 16");
  refused(wav, sizeof wav - 1, "audio.damaged", "wav cut off: a chunk that begins at byte 12");
}
END_TEST

static int broken_disk(void *context, uint64_t offset, void *out, size_t length) {
  if (offset + length > 4096) return MCRM_IO;
  memcpy(out, (unsigned char *)context + offset, length);
  return MCRM_OK;
}

START_TEST(a_disk_that_fails_is_not_a_damaged_file) {
  for (size_t i = 2; i < KINDS; i++) { /* of a wav only the head is read */
    audio_input input = {broken_disk, files[i].bytes, files[i].length};
    mcrm_error error = {0};
    audio_info info;
    ck_assert_msg(audio_walk(&input, &error, &info) == MCRM_IO, "%s: %s", kinds[i].name, error.detail);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("audio");
  TCase *tests = tcase_create("audio");
  tcase_set_timeout(tests, 300);
  tcase_add_unchecked_fixture(tests, speak, fall_silent);
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, each_kind_is_told_from_its_bytes);
  tcase_add_test(tests, a_beginning_of_a_file_is_refused_or_shorter);
  tcase_add_test(tests, a_changed_byte_breaks_nothing);
  tcase_add_test(tests, the_length_is_counted_not_believed);
  tcase_add_test(tests, what_is_damaged_is_named_with_its_place);
  tcase_add_test(tests, other_files_are_no_audio);
  tcase_add_test(tests, the_right_container_with_something_else_in_it_is_refused);
  tcase_add_test(tests, two_voices_are_two_channels);
  tcase_add_test(tests, elements_in_elements_in_elements_end_somewhere);
  tcase_add_test(tests, sizes_beyond_all_measure_are_refused);
  tcase_add_test(tests, a_disk_that_fails_is_not_a_damaged_file);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
