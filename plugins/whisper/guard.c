/* Whisper was taught with films, and where nothing is said it hears how films end: thanks, subscriptions, subtitles'
 * makers. It also falls into loops. Both are left out, and counted, because a made-up promise is worse than a gap. */
#include <math.h>
#include <string.h>

#include "whisper.h"

/* Folded as below. A whole segment must be one of them: who says "thanks for watching" within a sentence said it. */
static const char *const outros[] = {"thanks for watching",
                                     "thank you for watching",
                                     "thank you so much for watching",
                                     "thanks for watching guys",
                                     "please subscribe",
                                     "please subscribe to my channel",
                                     "dont forget to subscribe",
                                     "like and subscribe",
                                     "subscribe to the channel",
                                     "see you in the next video",
                                     "ill see you in the next one",
                                     "subtitles by the amaraorg community",
                                     "transcription by castingwords",
                                     "subtitles by",
                                     "captions by",
                                     "music",
                                     "applause",
                                     "silence",
                                     "blank audio",
                                     "ممنون که تماشا کردید",
                                     "ممنون که این ویدیو را تماشا کردید",
                                     "ممنون از تماشای شما",
                                     "با تشکر از تماشای شما",
                                     "از تماشای شما متشکرم",
                                     "از تماشای شما سپاسگزارم",
                                     "ممنون از اینکه این ویدیو رو دیدید",
                                     "ممنون که همراه ما بودید",
                                     "لطفا سابسکرایب کنید",
                                     "لطفا کانال را سابسکرایب کنید",
                                     "سابسکرایب یادتون نره",
                                     "لایک و سابسکرایب یادتون نره",
                                     "زیرنویس از تیم",
                                     "زیرنویس",
                                     "ترجمه و زیرنویس",
                                     "موسیقی",
                                     "تا ویدیوی بعدی خدانگهدار",
                                     "تا ویدیو بعدی خداحافظ"};

/* Two-byte letters that are written in two ways, and what they become; "" = nothing. */
static const char *folded(const char *letter, size_t length) {
  static const char *const pairs[][2] = {{"ي", "ی"}, {"ى", "ی"}, {"ك", "ک"}, {"ۀ", "ه"}, {"ة", "ه"},   {"أ", "ا"},
                                         {"إ", "ا"}, {"،", " "}, {"؛", " "}, {"؟", " "}, {"‌", " "}, {"…", " "},
                                         {"«", " "}, {"»", " "}, {"♪", " "}, {"’", ""}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    if (strlen(pairs[i][0]) == length && !memcmp(pairs[i][0], letter, length)) return pairs[i][1];
  }
  /* Arabic marks above and below letters */
  if (length == 2 && (unsigned char)letter[0] == 0xD9 && (unsigned char)letter[1] >= 0x8B &&
      (unsigned char)letter[1] <= 0x92)
    return "";
  return NULL;
}

/* Small letters, one kind of each, single spaces, no punctuation: what can be compared. At most size - 1 bytes. */
static void fold(const char *text, char *out, size_t size) {
  size_t at = 0;
  bool space = false;
  for (size_t length; *text && at + 8 < size; text += length) {
    length = draft_letter(text, strlen(text));
    if (!length) length = 1;
    const char *instead = folded(text, length);
    char small[2] = {(char)(*text >= 'A' && *text <= 'Z' ? *text + 32 : *text), 0};
    if (length == 1 && strchr("'`", *text)) continue;
    if (length == 1) instead = (*small >= 'a' && *small <= 'z') || (*small >= '0' && *small <= '9') ? small : " ";
    if (*small == '.' && length == 1) instead = text[1] >= 'a' && text[1] <= 'z' ? "" : " "; /* amara.org */
    if (instead && *instead == ' ') {
      space = at > 0;
      continue;
    }
    if (space) out[at++] = ' ';
    space = false;
    size_t bytes = instead ? strlen(instead) : length;
    memcpy(out + at, instead ? instead : text, bytes);
    at += bytes;
  }
  out[at] = 0;
}

static bool is_outro(const whisper *o, const char *text) {
  char said[256], phrase[256];
  if (strlen(text) > 200) return false;
  fold(text, said, sizeof said);
  for (size_t i = 0; i < sizeof outros / sizeof *outros; i++) {
    if (!strcmp(said, outros[i])) return true;
  }
  for (size_t i = 0; i < o->outros.count; i++) {
    fold(o->outros.at[i], phrase, sizeof phrase);
    if (*phrase && !strcmp(said, phrase)) return true;
  }
  return false;
}

bool guard_drops(const work *w, const whisper *o, const char *text, const doubt *d) {
  const char *why = NULL;
  if (d->no_speech > o->no_speech && d->log_probability < o->log_probability)
    why = "silence";
  else if (o->compression > 0 && d->compression > o->compression)
    why = "repetition";
  else if (is_outro(o, text))
    why = "an outro";
  if (why) work_log(w, MCRM_LOG_INFO, "a segment of %zu bytes was left out: %s", strlen(text), why);
  return why != NULL;
}

/* ---- loops ---- */

enum { LOOP_WORDS = 16, WORDS = 20000 };

typedef struct words {
  const char **at; /* where each begins */
  size_t *length;
  size_t count;
} words;

static bool split(const work *w, const char *text, words *out) {
  size_t most = strlen(text) / 2 + 1;
  if (most > WORDS) most = WORDS;
  out->at = work_alloc(w, most * sizeof *out->at);
  out->length = work_alloc(w, most * sizeof *out->length);
  if (!out->at || !out->length) return false;
  while (out->count < most && *(text += strspn(text, " \t\r\n"))) {
    out->at[out->count] = text;
    out->length[out->count++] = strcspn(text, " \t\r\n");
    text += out->length[out->count - 1];
  }
  return true;
}

/* Without what stands at its end: "no," and "no" are one word. */
static size_t bare(const char *word, size_t length) {
  static const char *const ends[] = {",", ".", "!", "?", "،", "؟", "؛", "…"};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    size_t end = strlen(ends[i]);
    if (length > end && !memcmp(word + length - end, ends[i], end)) {
      length -= end;
      i = (size_t)-1;
    }
  }
  return length;
}

static bool same(const words *v, size_t a, size_t b, size_t count) {
  for (size_t i = 0; i < count; i++) {
    size_t one = bare(v->at[a + i], v->length[a + i]), other = bare(v->at[b + i], v->length[b + i]);
    if (one != other || memcmp(v->at[a + i], v->at[b + i], one)) return false;
  }
  return true;
}

/* How many words from `from` on are `size` words said again and again; 0 where people may well talk like that. */
static size_t loop(const words *v, size_t from, size_t size) {
  size_t times = 1;
  size_t enough = size == 1 ? 7 : size == 2 ? 5 : 4;
  while (from + (times + 1) * size <= v->count && same(v, from, from + times * size, size)) times++;
  return times >= enough ? times * size : 0;
}

const char *guard_loops(const work *w, const whisper *o, const char *text) {
  words v = {0};
  draft d;
  bool any = false;
  if (!o->loops) return text;
  if (!split(w, text, &v)) return NULL;
  draft_init(&d, w, 0);
  for (size_t i = 0; i < v.count;) {
    size_t size = 1, skip = 0;
    while (size <= LOOP_WORDS && !(skip = loop(&v, i, size))) size++;
    size_t keep = skip ? size : 1;
    const char *end = v.at[i + keep - 1] + v.length[i + keep - 1];
    if (d.length) draft_byte(&d, ' ');
    draft_append(&d, v.at[i], (size_t)(end - v.at[i]));
    any = any || skip;
    i += skip ? skip : 1;
  }
  if (!any || v.count == WORDS) return text;
  work_log(w, MCRM_LOG_INFO, "a loop was kept once: %zu of %zu bytes", d.length, strlen(text));
  return d.failed ? NULL : d.bytes;
}
