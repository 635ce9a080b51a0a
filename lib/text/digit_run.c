#include <string.h>

#include "entity_reader.h"

static bool digit(char c) { return c >= '0' && c <= '9'; }

/* The size of what may stand between two digits: at most two of these, or a half-space. */
static size_t gap(const text_scan *s, size_t at) {
  size_t start = at;
  const char *in = s->folded.bytes;
  while (at < s->folded.length && at - start < 3) {
    if (strchr(" -._()", in[at]) && in[at])
      at++;
    else if (s->folded.length - at >= 3 && !memcmp(in + at, TEXT_HALF_SPACE, 3))
      at += 3;
    else
      break;
  }
  return at < s->folded.length && digit(in[at]) ? at - start : 0;
}

void digit_run_read(const text_scan *s, size_t offset, digit_run *run) {
  *run = (digit_run){0};
  const char *in = s->folded.bytes;
  size_t at = offset;
  while (run->count < DIGIT_RUN_MOST) {
    if (at < s->folded.length && digit(in[at])) {
      run->end[run->count] = (uint32_t)at + 1;
      run->digits[run->count++] = in[at++];
      continue;
    }
    size_t skipped = run->count ? gap(s, at) : 0;
    if (!skipped) break;
    run->spread = true;
    at += skipped;
  }
  run->more = at < s->folded.length && digit(in[at]);
}

bool digit_run_ends(const text_scan *s, const digit_run *run, size_t count) {
  size_t end = run->end[count - 1];
  return end >= s->folded.length || !digit(s->folded.bytes[end]);
}

bool digit_run_in_fours(const digit_run *run, size_t start_offset, size_t count) {
  bool gaps_at_fours = true, any = false;
  for (size_t i = 0; i < count; i++) {
    size_t before = i ? run->end[i - 1] : start_offset;
    bool gapped = run->end[i] > before + 1;
    any |= gapped;
    if (gapped != (i > 0 && i % 4 == 0)) gaps_at_fours = false;
  }
  return !any || gaps_at_fours;
}

void entity_span(const text_scan *s, size_t token, size_t folded_end, text_entity *out) {
  size_t last = token;
  while (last + 1 < s->token_count && (size_t)(s->tokens[last + 1].fold - s->folded.bytes) < folded_end) last++;
  *out = (text_entity){.token = token,
                       .tokens = last - token + 1,
                       .start = s->tokens[token].start,
                       .point_start = s->tokens[token].point_start};
  const text_token *t = &s->tokens[last];
  size_t token_end = (size_t)(t->fold - s->folded.bytes) + t->fold_length;
  out->end = token_end <= folded_end ? t->end : text_fold_source(&s->folded, folded_end);
  out->point_end = t->point_end;
  if (token_end > folded_end)
    for (uint32_t i = out->end; i < t->end; i++) out->point_end -= ((unsigned char)s->text[i] & 0xC0) != 0x80;
}
