/* A trained model from anywhere: whatever the bytes are, it is refused or it can be asked. The input is a byte of
 * options, a text, an empty byte and the beginning of a model: with the first option it is filled up to its size and
 * given a right checksum, so that what lies behind the checksum is reached too. */
#include <base/utf8.h>
#include <string.h>

#include "fuzz.h"
#include "linear_file.h"

static unsigned char *model_of(const uint8_t *head, size_t length, bool finish, size_t *size) {
  size_t labels = length > 5 ? head[5] : 0;
  *size = finish && length >= LINEAR_HEAD && labels <= TEXT_LINEAR_LABELS ? linear_size(labels) : length;
  /* memory of its own, so that reading beyond the model is seen */
  unsigned char *bytes = malloc(*size ? *size : 1);
  if (!bytes) abort();
  for (size_t i = 0; i < *size; i++) bytes[i] = head[i % length];
  if (*size != length) {
    uint32_t crc = linear_crc(bytes, *size - 4);
    for (int i = 0; i < 4; i++) bytes[*size - 4 + (size_t)i] = (unsigned char)(crc >> 8 * i);
  }
  return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) return 0;
  bool finish = data[0] & 1;
  data++;
  size--;
  const uint8_t *gap = memchr(data, 0, size);
  if (!gap) return 0;
  size_t text_size = (size_t)(gap - data), model_size;
  unsigned char *bytes = model_of(gap + 1, size - text_size - 1, finish, &model_size);
  arena *a = arena_new((size_t)1 << 30);
  const text_linear *model;
  if (!a) abort();
  text_scan s;
  text_reading reading;
  text_linear_result result;
  if (!text_linear_open(bytes, model_size, a, &model)) {
    size_t labels = text_linear_label_count(model);
    promise(labels >= 2 && labels <= TEXT_LINEAR_LABELS, "a model has labels");
    for (size_t i = 0; i < labels; i++)
      promise(strlen(text_linear_label(model, i)) < TEXT_LINEAR_LABEL_SIZE, "a label is short");
    if (utf8_valid((const char *)data, text_size)) {
      promise(!text_scan_make(a, (const char *)data, text_size, &s) && !text_read(&s, a, &reading), "text is read");
      promise(!text_linear_predict(model, &reading, a, &result), "a model answers");
      promise(result.label < labels, "with one of its labels");
      double sum = 0;
      for (size_t i = 0; i < labels; i++) sum += result.probabilities[i];
      promise(sum > 0.999 && sum < 1.001, "and with probabilities");
    }
  }
  arena_free(a);
  free(bytes);
  return 0;
}
