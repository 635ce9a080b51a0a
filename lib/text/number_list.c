#include <marfacrm/types.h>
#include <string.h>
#include <text/number.h>

static bool is_word(const text_scan *s, size_t token, const char *word) {
  return token < s->token_count && text_token_is(&s->tokens[token], word);
}

static bool range_mark(const text_scan *s, size_t token) {
  return is_word(s, token, "تا") || is_word(s, token, "الی") || is_word(s, token, "-") || is_word(s, token, "to") ||
         is_word(s, token, "ta") || is_word(s, token, "or") || is_word(s, token, "یا");
}

static bool below(const text_number *a, const text_number *b) {
  return a->value < b->value || (a->value == b->value && a->nano < b->nano);
}

/* The scale that the larger end was said with: three million → a million. */
static int64_t scale_of(const text_number *n) {
  int64_t scale = 1;
  while (scale < INT64_C(1000000000000) && n->value >= scale * 1000) scale *= 1000;
  return scale;
}

/* «دو تا سه میلیون»: the scale holds for both. */
static void share_scale(text_number *low, const text_number *high) {
  int64_t scale = high->words ? scale_of(high) : 1;
  if (scale == 1 || low->value >= 1000 || high->saturated) return;
  int64_t whole = low->value * scale + (int64_t)low->milli * (scale / 1000);
  if (whole >= high->value) return;
  low->value = whole;
  low->nano = low->milli = 0;
}

/* «دو» of «دو سه» would swallow nothing, but «یکی دو» and «ده بیست» are read word by word. */
size_t text_number_range_at(const text_scan *s, size_t token, text_number *low, text_number *high, bool *vague) {
  size_t first = text_number_at(s, token, low);
  if (!first || low->ordinal || low->partial || low->negative) return 0;
  size_t at = token + first + low->percent_tokens;
  bool marked = range_mark(s, at);
  if (marked && is_word(s, at, "-") && low->words != (at + 1 < s->token_count && s->tokens[at + 1].kind == TEXT_WORD))
    return 0;
  if (!marked && !(low->words && first == 1)) return 0;
  size_t second = text_number_at(s, at + marked, high);
  if (!second || high->ordinal || high->negative || !below(low, high)) return 0;
  if (!marked && (!high->words || at >= s->token_count || !s->tokens[at].spaced || low->nano)) return 0;
  if (!marked && !(low->value < 10 ? scale_of(high) > 1 || high->value <= low->value + 2 : low->value % 10 == 0))
    return 0;
  share_scale(low, high);
  if (vague) *vague = !marked;
  return at + marked + second - token;
}

/* A doubtful word counts where a measure follows it or the hour was asked for: «نه هزار» is no lone word anyway. */
static bool counts(const text_scan *s, const text_number *n) {
  bool alone = n->tokens == s->token_count;
  if (n->ordinal) return alone;
  if (!n->doubtful || alone) return true;
  if (n->percent) return true;
  return n->token > 0 && (is_word(s, n->token - 1, "ساعت") || is_word(s, n->token - 1, "شماره"));
}

/* Room for one more item, the others moved along. */
static void *grow(arena *a, void *list, size_t *capacity, size_t count, size_t size) {
  if (count < *capacity) return list;
  size_t wanted = *capacity ? *capacity * 2 : 8;
  void *grown = arena_grow(a, list, *capacity, wanted, size);
  *capacity = wanted;
  return grown;
}

int text_numbers_find(arena *a, const text_scan *s, text_numbers *out) {
  text_number *list = NULL, n;
  size_t count = 0, capacity = 0;
  for (size_t i = 0; i < s->token_count;) {
    size_t taken = text_number_at(s, i, &n);
    if (taken && counts(s, &n)) {
      list = grow(a, list, &capacity, count, sizeof n);
      if (!list) return MCRM_NO_MEMORY;
      list[count++] = n;
    }
    i += taken ? taken : 1;
  }
  *out = (text_numbers){.at = list, .count = count};
  return MCRM_OK;
}

int text_number_ranges_find(arena *a, const text_scan *s, text_number_ranges *out) {
  text_number_range *list = NULL, n;
  size_t count = 0, capacity = 0;
  for (size_t i = 0; i < s->token_count;) {
    size_t taken = text_number_range_at(s, i, &n.low, &n.high, &n.vague);
    if (taken) {
      list = grow(a, list, &capacity, count, sizeof n);
      if (!list) return MCRM_NO_MEMORY;
      list[count++] = n;
    } else {
      taken = text_number_at(s, i, &n.low); /* its tail begins no range: 2 of "12-3" */
    }
    i += taken ? taken : 1;
  }
  *out = (text_number_ranges){.at = list, .count = count};
  return MCRM_OK;
}

void text_number_print(buffer *out, const text_number *n) {
  if (n->negative && (n->value || n->nano)) buffer_byte(out, '-');
  buffer_number(out, n->value);
  if (!n->nano) return;
  char digits[10] = ".";
  int32_t rest = n->nano;
  size_t length = 10;
  for (size_t i = 9; i > 0; i--) {
    digits[i] = (char)('0' + rest % 10);
    rest /= 10;
  }
  while (digits[length - 1] == '0') length--;
  buffer_append(out, digits, length);
}
