/* seed FOLDER: writes a small corpus for each target of text, from the gold sentences and a freshly trained model. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <text/linear.h>

static void write_seed(const char *folder, const char *target, int number, const char *head, size_t head_length,
                       const void *bytes, size_t length) {
  char path[600];
  snprintf(path, sizeof path, "%s/%s", folder, target);
  if (mkdir(path, 0777) && errno != EEXIST) perror(path);
  snprintf(path, sizeof path, "%s/%s/seed-%04d", folder, target, number);
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(head, 1, head_length, file) != head_length || fwrite(bytes, 1, length, file) != length ||
      fclose(file)) {
    perror(path);
    exit(1);
  }
}

static void write_texts(const char *folder) {
  FILE *file = fopen(MARFACRM_SOURCE "/tests/text/gold/crm-fa.jsonl", "r");
  char line[8192];
  if (!file) exit(1);
  for (int i = 0; fgets(line, sizeof line, file); i++) {
    json_t *row = json_loads(line, 0, NULL);
    const char *text = json_string_value(json_object_get(row, "text"));
    if (!text) exit(1);
    char head[4] = {(char)(i * 37), (char)(i * 11), (char)(0x40 + i % 8), (char)(i % 32)};
    write_seed(folder, "text_fuzz", i, "", 0, text, strlen(text));
    write_seed(folder, "when_fuzz", i, head, sizeof head, text, strlen(text));
    write_seed(folder, "reading_fuzz", i, head, sizeof head, text, strlen(text));
    write_seed(folder, "redact_fuzz", i, "", 0, text, strlen(text));
    write_seed(folder, "cue_fuzz", i, "aپنل\nbوصل\nkزنگ\nsفردا صبح\n\n", strlen("aپنل\nbوصل\nkزنگ\nsفردا صبح\n\n"),
               text, strlen(text));
    json_decref(row);
  }
  fclose(file);
}

static void write_forms(const char *folder) {
  static const char *const forms[] = {"FREQ=DAILY;INTERVAL=2;COUNT=5",
                                      "RRULE:FREQ=MONTHLY;RSCALE=PERSIAN;SKIP=BACKWARD;BYMONTHDAY=31,-1",
                                      "FREQ=WEEKLY;BYDAY=SA,MO;WKST=SA;UNTIL=20270320T120000Z",
                                      "FREQ=MONTHLY;BYDAY=1MO,-1FR",
                                      "FREQ=YEARLY;RSCALE=PERSIAN;UNTIL=20300101",
                                      "2026-11-22T09:00:00+03:30",
                                      "2022-03-22T00:30:00",
                                      "2026-11-22",
                                      "+98 912 345 6789",
                                      "۰۹۱۲۳۴۵۶۷۸۹",
                                      "0098-21-88776655",
                                      "https://t.me/marfa_support",
                                      "@marfa_support"};
  static const char *const personal[] = {
      "شماره من 0912 345 6789 و ایمیل ali@example.com", "کارت 6037-7016-8909-5443 شبا IR550570022080013447370101",
      "آی‌پی 10.0.0.1 و کد ملی 0013542419 و @marfa و [PHONE_1] و [PHONE_0_1]"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    write_seed(folder, "recurrence_fuzz", (int)i, "\x10\x20\x50", 3, forms[i], strlen(forms[i]));
  for (size_t i = 0; i < sizeof personal / sizeof *personal; i++)
    write_seed(folder, "redact_fuzz", 1000 + (int)i, "", 0, personal[i], strlen(personal[i]));
}

static void write_model(const char *folder) {
  static const char *const labels[] = {"sales", "support"};
  static const char *const texts[] = {"قیمت پنل چند است", "پنل وصل نمی‌شود"};
  text_example examples[2];
  for (uint32_t i = 0; i < 2; i++) examples[i] = (text_example){texts[i], strlen(texts[i]), i};
  text_training training = {
      .labels = labels, .label_count = 2, .examples = examples, .example_count = 2, .epochs = 1, .seed = 1};
  buffer model;
  buffer_init(&model, 1 << 24);
  if (text_linear_train(&training, &model, NULL)) exit(1);
  /* whole, and only its head, which the target fills up */
  write_seed(folder, "linear_fuzz", 0, "\0پنل", 1 + sizeof "پنل", model.bytes, model.length);
  write_seed(folder, "linear_fuzz", 1, "\1پنل", 1 + sizeof "پنل", model.bytes, 100);
  buffer_free(&model);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  if (mkdir(argv[1], 0777) && errno != EEXIST) perror(argv[1]);
  write_texts(argv[1]);
  write_forms(argv[1]);
  write_model(argv[1]);
  return 0;
}
