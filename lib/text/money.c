#include <string.h>
#include <text/number.h>

#include "entity_reader.h"

typedef struct currency {
  const char *word;
  const char *code; /* NULL: Toman; "": Rial */
} currency;

static const currency CURRENCIES[] = {
    {"تومان", NULL},    {"تومن", NULL},    {"تمن", NULL},      {"تمان", NULL},    {"toman", NULL}, {"tomans", NULL},
    {"tooman", NULL},   {"tuman", NULL},   {"tomani", NULL},   {"tmn", NULL},     {"irt", NULL},   {"ت", NULL},
    {"ریال", ""},       {"ریل", ""},       {"rial", ""},       {"rials", ""},     {"riyal", ""},   {"irr", ""},
    {"دلار", "USD"},    {"dollar", "USD"}, {"dollars", "USD"}, {"usd", "USD"},    {"$", "USD"},    {"یورو", "EUR"},
    {"euro", "EUR"},    {"euros", "EUR"},  {"eur", "EUR"},     {"€", "EUR"},      {"تتر", "USDT"}, {"usdt", "USDT"},
    {"tether", "USDT"}, {"درهم", "AED"},   {"aed", "AED"},     {"dirham", "AED"}, {"لیر", "TRY"},  {"پوند", "GBP"},
    {"£", "GBP"}};

static const currency *currency_named(const char *text, size_t length) {
  for (size_t i = 0; i < sizeof CURRENCIES / sizeof *CURRENCIES; i++)
    if (CURRENCIES[i].word[0] == text[0] && strlen(CURRENCIES[i].word) == length &&
        !memcmp(CURRENCIES[i].word, text, length))
      return &CURRENCIES[i];
  return NULL;
}

/* With what people hang on it: «تومنه», «دلارم», «تترو». */
static const currency *currency_of(const char *text, size_t length) {
  static const char *const ENDINGS[] = {"ه", "م", "ش", "و", "ی", "رو", "مون", "شو"};
  const currency *c = currency_named(text, length);
  for (size_t i = 0; !c && (unsigned char)text[0] >= 0x80 && i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
    size_t ending = strlen(ENDINGS[i]);
    if (length >= ending + 6 && !memcmp(text + length - ending, ENDINGS[i], ending))
      c = currency_named(text, length - ending);
  }
  return c;
}

static const currency *currency_at(const text_scan *s, size_t token) {
  if (token >= s->token_count) return NULL;
  const text_token *t = &s->tokens[token];
  return t->kind == TEXT_WORD || t->kind == TEXT_MARK ? currency_of(t->fold, t->fold_length) : NULL;
}

static bool is(const text_scan *s, size_t token, const char *word) {
  return token < s->token_count && text_token_is(&s->tokens[token], word);
}

static int64_t capped(int64_t a, int64_t b) {
  int64_t product;
  return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

static int64_t times(const text_number *n, int64_t factor) {
  int64_t whole = capped(n->value, factor), part = (int64_t)n->milli * factor / 1000;
  return whole > INT64_MAX - part ? INT64_MAX : whole + part;
}

/* Abbreviated scales behind digits: «۲۰۰ه», «۲م», "2m". */
static int64_t short_scale(const text_scan *s, size_t token) {
  if (is(s, token, "ه") || is(s, token, "هز")) return 1000;
  if (is(s, token, "م") || is(s, token, "میل") || is(s, token, "m")) return 1000000;
  return 0;
}

/* What was said for less: «۲۰۰ تومن» is 200,000, «یک میلیون و دویست تومن» 1,200,000. 0: nothing to guess. */
static int64_t colloquial(const text_number *n) {
  if (n->value == 0 && n->nano == 0) return 0;
  if (n->value < 1000) return times(n, 1000);
  int64_t rest = n->value % 1000000;
  if (n->value >= 1000000000 && n->value % 1000000000 < 1000 && n->value % 1000000000 > 0 && n->words)
    return n->value + (n->value % 1000000000) * 999999;
  if (n->value >= 1000000 && rest > 0 && rest < 1000 && n->words) return n->value + rest * 999;
  return 0;
}

/* "USD 1200.5" */
static const char *foreign_value(arena *a, const char *code, const text_number *n) {
  buffer text;
  buffer_init(&text, 128);
  buffer_text(&text, code);
  buffer_byte(&text, ' ');
  text_number_print(&text, n);
  const char *value = text.failed ? NULL : arena_copy(a, text.bytes, text.length);
  buffer_free(&text);
  return value;
}

static void write_value(arena *a, int64_t amount, text_entity *out) {
  char text[40];
  char digits[20];
  size_t at = 0, size = 0;
  uint64_t rest = (uint64_t)amount;
  do digits[size++] = (char)('0' + rest % 10);
  while (rest /= 10);
  while (size) text[at++] = digits[--size];
  out->value = arena_copy(a, text, at);
}

static void settle(arena *a, const text_number *n, const text_number *low, const currency *c, int64_t scale,
                   text_entity *out) {
  out->kind = TEXT_MONEY;
  out->amount = times(n, scale);
  if (low) {
    out->other = times(low, scale);
    out->flags |= TEXT_RANGE;
  }
  if (c->code && !*c->code) {
    out->flags |= TEXT_RIAL;
    out->amount /= 10;
    out->other /= 10;
  } else if (c->code) {
    out->flags |= TEXT_FOREIGN;
  } else if (scale == 1) {
    int64_t meant = colloquial(n);
    if (meant) {
      out->flags |= TEXT_COLLOQUIAL;
      if (!low) out->other = out->amount;
      if (low && low->value < 1000) out->other = times(low, 1000);
      out->amount = meant;
    }
  }
  if (c->code && *c->code && scale == 1)
    out->value = foreign_value(a, c->code, n);
  else
    write_value(a, out->amount, out);
}

static size_t token_end(const text_scan *s, size_t token) {
  return (size_t)(s->tokens[token].fold - s->folded.bytes) + s->tokens[token].fold_length;
}

/* "$20" */
static bool currency_first(arena *a, const text_scan *s, size_t token, text_entity *out) {
  const currency *c = currency_at(s, token);
  text_number n;
  if (!c || !c->code || s->tokens[token].kind != TEXT_MARK) return false;
  size_t taken = text_number_at(s, token + 1, &n);
  if (!taken) return false;
  entity_span(s, token, token_end(s, token + taken), out);
  settle(a, &n, NULL, c, 1, out);
  return true;
}

/* Near these words a bare large number is an amount: «بدهی دو میلیون», «دو میلیون واریز کردم». */
static bool money_is_near(const text_scan *s, size_t token, size_t after) {
  static const char *const CUES[] = {
      "بدهی",   "بدهیش",  "بدهیم", "بدهکار", "بدهکارم", "بدهکاره", "طلب",    "طلبکار",          "قیمت", "قیمتش", "مبلغ",
      "فاکتور", "هزینه",  "واریز", "پرداخت", "تسویه",   "موجودی",  "اعتبار", "کیف‌پول", "حساب", "بدهيم", "پول",
      "ریختم",  "واریزی", "owe",   "owes",   "debt",    "paid",    "price",  "balance"};
  size_t from = token > 3 ? token - 3 : 0, to = after + 2 < s->token_count ? after + 2 : s->token_count;
  for (size_t i = from; i < to; i++) {
    if (i >= token && i < after) continue;
    if (s->tokens[i].sentence != s->tokens[token].sentence) continue;
    for (size_t c = 0; c < sizeof CUES / sizeof *CUES; c++)
      if (text_token_is(&s->tokens[i], CUES[c])) return true;
  }
  return false;
}

/* The rest of a token such as «دوهزار‌تومن». */
static const currency *joined_currency(const text_scan *s, const text_number *n) {
  const text_token *last = &s->tokens[n->token + n->tokens - 1];
  size_t from = n->partial;
  if (last->fold_length - from > 3 && !memcmp(last->fold + from, TEXT_HALF_SPACE, 3)) from += 3;
  return currency_of(last->fold + from, last->fold_length - from);
}

bool money_at(arena *a, const text_scan *s, size_t token, text_entity *out) {
  static const currency TOMAN = {"", NULL};
  const text_token *t = &s->tokens[token];
  if (t->kind == TEXT_MARK) return currency_first(a, s, token, out);
  text_number n, low, high;
  bool vague;
  size_t taken = text_number_at(s, token, &n), range = taken ? text_number_range_at(s, token, &low, &high, &vague) : 0;
  if (range && high.value / 20 > low.value) range = 0; /* «۲۰ تا ۹۰۰ تومن»: twenty pieces for 900 */
  if (range) {
    taken = range;
    n = high;
  }
  if (!taken || n.negative || n.percent) return false;
  size_t after = token + taken;
  if (n.partial) {
    const currency *joined = joined_currency(s, &n);
    if (!joined) return false;
    entity_span(s, token, token_end(s, after - 1), out);
    settle(a, &n, range ? &low : NULL, joined, 1, out);
    return true;
  }
  int64_t scale = 1;
  bool stuck_m = n.ordinal && !n.words && is(s, after - 1, "م"); /* «۲م»: an ordinal, unless a currency follows */
  if (n.ordinal && !stuck_m) return false;
  if (stuck_m)
    scale = 1000000;
  else if (!n.words && short_scale(s, after) &&
           (is(s, after, "م") || currency_at(s, after + 1) || !s->tokens[after].spaced)) {
    scale = short_scale(s, after);
    if (!currency_at(s, after + 1) && scale == 1000000) return false;
    after++;
  }
  const currency *c = currency_at(s, after);
  if (c) {
    entity_span(s, token, token_end(s, after), out);
    settle(a, &n, range ? &low : NULL, c, scale, out);
    return true;
  }
  if (stuck_m || (n.value < 1000 && scale == 1) || n.saturated || !money_is_near(s, token, after)) return false;
  if (!n.words && scale == 1 && !memchr(s->tokens[token].fold, ',', s->tokens[token].fold_length) && n.value % 1000)
    return false;
  entity_span(s, token, token_end(s, after - 1), out);
  settle(a, &n, range ? &low : NULL, &TOMAN, scale, out);
  out->flags |= TEXT_ASSUMED;
  return true;
}
