/* What a text names: phones, accounts, addresses, money, bank and identity numbers, products, people. */
#ifndef TEXT_ENTITY_H
#define TEXT_ENTITY_H

#include <base/arena.h>
#include <text/token.h>

typedef enum text_entity_kind {
  TEXT_PHONE,       /* value: E.164 */
  TEXT_TELEGRAM,    /* value: "@name", or digits */
  TEXT_EMAIL,       /* value: lower case */
  TEXT_URL,         /* value: as typed */
  TEXT_IP,          /* value: as typed */
  TEXT_MONEY,       /* value: the amount in digits, with the currency's code before it where that is not Toman */
  TEXT_CARD,        /* value: 16 digits */
  TEXT_SHEBA,       /* value: IR and 24 digits */
  TEXT_NATIONAL_ID, /* value: 10 digits, or 11 of a company */
  TEXT_PRODUCT,     /* value: the usual spelling, e.g. "V2Ray" */
  TEXT_PERSON       /* value: the name without its title */
} text_entity_kind;

enum {
  TEXT_COLLOQUIAL = 1,    /* money: «۲۰۰ تومن» said for 200,000; amount and other are the two readings */
  TEXT_RIAL = 2,          /* money: was said in Rial, is divided by ten */
  TEXT_FOREIGN = 4,       /* money: not Toman; amount is in that currency's whole units */
  TEXT_RANGE = 8,         /* money: from other to amount */
  TEXT_BAD_CHECKSUM = 16, /* card, Sheba, national id: has the form, but a digit must be wrong */
  TEXT_COMPANY = 32,      /* national id: of a company */
  TEXT_ASSUMED = 64,      /* money: no currency was named */
  TEXT_SPOKEN = 128       /* phone: said in words */
};

typedef struct text_entity {
  text_entity_kind kind;
  uint32_t start, end;             /* bytes in the source */
  uint32_t point_start, point_end; /* code points in the source, end exclusive */
  size_t token, tokens;            /* the first token it touches, and how many */
  const char *value;
  unsigned flags;
  int64_t amount, other; /* money */
} text_entity;

typedef struct text_entities {
  const text_entity *at;
  size_t count;
} text_entities;

/* All entities of a text in order, without overlap. MCRM_OK or MCRM_NO_MEMORY. */
int text_entities_find(arena *a, const text_scan *s, text_entities *out);

/* "phone", "national_id", …: as in JSON. */
const char *text_entity_name(text_entity_kind kind);

enum { TEXT_PHONE_SIZE = 20, TEXT_TELEGRAM_SIZE = 40, TEXT_SHEBA_SIZE = 27 };

/* The E.164 form of a text that is nothing but a phone number, in any of the forms used in Iran (any digits, +98, 0098,
 * 98, 0, or bare), or an international one with + or 00. False where it is none. */
bool text_phone_normalise(const char *text, size_t length, char out[TEXT_PHONE_SIZE]);
/* "+989123456789" → "0912 345 6789", "+982188776655" → "021 8877 6655"; others stay as they are. */
void text_phone_display(const char *e164, char out[TEXT_PHONE_SIZE]);
/* "@name" in lower case from @name, name, t.me/name, https://telegram.me/name; digits of a numeric id. */
bool text_telegram_normalise(const char *text, size_t length, char out[TEXT_TELEGRAM_SIZE]);

/* Checksums. Digits only, in ASCII. */
bool text_card_valid(const char *digits, size_t length);
bool text_sheba_valid(const char *sheba, size_t length); /* "IR" and 24 digits */
bool text_national_id_valid(const char *digits, size_t length);
bool text_company_id_valid(const char *digits, size_t length);
/* The bank that issued a card, by its first six digits, in Persian; NULL where it is not known. */
const char *text_card_bank(const char *digits, size_t length);

#endif
