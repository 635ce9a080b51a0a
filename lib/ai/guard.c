#include "guard.h"

#include <base/json.h>
#include <base/utf8.h>
#include <string.h>
#include <text/fold.h>

static bool dropped(uint32_t c) {
  if (c == '\n' || c == '\t' || c == 0x200C || c == 0x200D) return false;
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0000 && c <= 0xE0FFF);
}

void guard_clean(buffer *out, const char *text, size_t length) {
  for (size_t i = 0, taken; i < length; i += taken) {
    uint32_t c;
    taken = utf8_decode(text + i, length - i, &c);
    if (!taken) {
      taken = 1;
      continue;
    }
    if (!dropped(c)) buffer_append(out, text + i, taken);
  }
}

/* As text_fold leaves them. What is said to a model, not to a customer. */
static const char *const phrases[] = {"ignore previous",
                                      "ignore all previous",
                                      "ignore the above",
                                      "ignore all instructions",
                                      "disregard previous",
                                      "disregard the above",
                                      "disregard all",
                                      "forget previous",
                                      "forget your instructions",
                                      "override your",
                                      "new instructions",
                                      "system prompt",
                                      "system message",
                                      "you are now",
                                      "act as",
                                      "pretend to be",
                                      "developer mode",
                                      "jailbreak",
                                      "do anything now",
                                      "as an ai",
                                      "reveal your",
                                      "print your instructions",
                                      "repeat the words above",
                                      "end of data",
                                      "begin system",
                                      "assistant:",
                                      "system:",
                                      "<|im_start|>",
                                      "[inst]",
                                      "tool_call",
                                      "function_call",
                                      "<script",
                                      "javascript:",
                                      "onerror=",
                                      "drop table",
                                      "</data",
                                      "set the sentiment",
                                      "mark as",
                                      "respond with",
                                      "output only",
                                      "دستورهای قبلی",
                                      "دستورات قبلی",
                                      "دستور قبلی",
                                      "دستورالعمل قبلی",
                                      "دستورالعمل‌های قبلی",
                                      "دستورهای بالا",
                                      "دستورات بالا",
                                      "نادیده بگیر",
                                      "پرامپت",
                                      "از این به بعد تو",
                                      "تو الان یک",
                                      "نقش خود را",
                                      "وانمود کن",
                                      "پیام سیستم",
                                      "دستور سیستم",
                                      "دستور جدید",
                                      "هوش مصنوعی باید",
                                      "فقط بنویس",
                                      "فقط خروجی",
                                      "خروجی را",
                                      "همه وظایف را",
                                      "همه کارها را حذف",
                                      "وضعیت را تغییر بده",
                                      "رمز عبور را"};

/* A run of base64 too long to be a word of anybody's. */
static bool blob(const char *text, size_t length) {
  size_t run = 0;
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    bool letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
    run = letter ? run + 1 : 0;
    if (run >= 80) return true;
  }
  return false;
}

/* Letters alone, so that "i.g-n o r e" reads as "ignore". */
static int spelled_out(const char *folded, size_t length, bool *out) {
  static const char *const words[] = {"ignoreprevious", "ignoreallprevious", "systemprompt", "نادیدهبگیر",
                                      "دستورهایقبلی"};
  buffer squeezed;
  bool found = false, failed;
  buffer_init(&squeezed, length + 1);
  for (size_t i = 0, taken; i < length; i += taken) {
    uint32_t c;
    taken = utf8_decode(folded + i, length - i, &c);
    if (!taken) break;
    if (c > 0x40 && c != 0x200C && c != 0x200D && c != '_' && c != '`') buffer_append(&squeezed, folded + i, taken);
  }
  for (size_t i = 0; squeezed.bytes && !squeezed.failed && i < sizeof words / sizeof *words; i++)
    if (strstr(squeezed.bytes, words[i])) found = true;
  failed = squeezed.failed;
  buffer_free(&squeezed);
  *out = found;
  return failed ? MCRM_NO_MEMORY : MCRM_OK;
}

/* What the words say, whatever their letters look like. Text that cannot be folded is suspicious by itself. */
static int orders(arena *a, const char *text, size_t length, bool *out) {
  text_folded folded, phrase;
  int code = text_fold(a, text, length, &folded);
  *out = code != MCRM_OK;
  if (code) return code == MCRM_NO_MEMORY ? code : MCRM_OK;
  for (size_t i = 0; !*out && i < sizeof phrases / sizeof *phrases; i++) {
    if (text_fold(a, phrases[i], strlen(phrases[i]), &phrase)) return MCRM_NO_MEMORY;
    *out = strstr(folded.bytes, phrase.bytes) != NULL;
  }
  return *out ? MCRM_OK : spelled_out(folded.bytes, folded.length, out);
}

int guard_suspicious(arena *a, const char *text, size_t length, bool *out) {
  bool hidden = false;
  for (size_t i = 0, taken; i < length && !hidden; i += taken ? taken : 1) {
    uint32_t c;
    taken = utf8_decode(text + i, length - i, &c);
    hidden = taken && ((c >= 0xE0000 && c <= 0xE007F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069));
  }
  *out = hidden || blob(text, length);
  if (*out) return MCRM_OK;
  buffer clean;
  buffer_init(&clean, length + 1);
  guard_clean(&clean, text, length);
  int code = clean.failed ? MCRM_NO_MEMORY : orders(a, clean.bytes ? clean.bytes : "", clean.length, out);
  buffer_free(&clean);
  return code;
}

void guard_quote(buffer *out, const char *nonce, const char *text, size_t length) {
  buffer_print(out, "<data %s>\n", nonce);
  size_t number = 0;
  for (size_t i = 0; i < length;) {
    const char *end = memchr(text + i, '\n', length - i);
    size_t line = end ? (size_t)(end - text) - i : length - i;
    if (line) {
      buffer_print(out, "{\"i\":%zu,\"t\":", ++number);
      json_write_string(out, text + i, line);
      buffer_text(out, "}\n");
    }
    i += line + 1;
  }
  buffer_print(out, "</data %s>", nonce);
}
