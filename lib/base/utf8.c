#include <base/utf8.h>

#include <string.h>

static bool continues(char byte) { return ((unsigned char)byte & 0xC0) == 0x80; }

size_t utf8_decode(const char *text, size_t length, uint32_t *point) {
  unsigned char lead = (unsigned char)text[0];
  if (lead < 0x80) {
    *point = lead;
    return 1;
  }
  size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || size > length) return 0;
  uint32_t value = lead & (0x7FU >> size);
  for (size_t i = 1; i < size; i++) {
    if (!continues(text[i])) return 0;
    value = value << 6 | ((unsigned char)text[i] & 0x3F);
  }
  if ((size == 3 && (value < 0x800 || (value >= 0xD800 && value <= 0xDFFF))) ||
      (size == 4 && (value < 0x10000 || value > 0x10FFFF)))
    return 0;
  *point = value;
  return size;
}

size_t utf8_encode(uint32_t point, char *out) {
  if (point < 0x80) {
    out[0] = (char)point;
    return 1;
  }
  size_t size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  for (size_t i = size - 1; i > 0; i--) {
    out[i] = (char)(0x80 | (point & 0x3F));
    point >>= 6;
  }
  out[0] = (char)((0xF00U >> size & 0xFF) | point);
  return size;
}

bool utf8_valid(const char *text, size_t length) {
  size_t i = 0;
  while (i < length) {
    uint64_t eight;
    if (length - i >= 8 && (memcpy(&eight, text + i, 8), !(eight & UINT64_C(0x8080808080808080)))) {
      i += 8;
      continue;
    }
    uint32_t point;
    size_t size = utf8_decode(text + i, length - i, &point);
    if (!size) return false;
    i += size;
  }
  return true;
}

size_t utf8_count(const char *text, size_t length) {
  size_t count = 0;
  for (size_t i = 0; i < length; i++) count += !continues(text[i]);
  return count;
}

size_t utf8_whole(const char *text, size_t length) {
  size_t lead = length;
  while (lead > 0 && length - lead < 4) {
    lead--;
    if (!continues(text[lead])) {
      uint32_t point;
      return utf8_decode(text + lead, length - lead, &point) ? length : lead;
    }
  }
  return lead;
}
