/* Personal identifiers out of a text before it leaves the house, and back into what comes back. */
#ifndef TEXT_REDACT_H
#define TEXT_REDACT_H

#include <base/arena.h>
#include <base/buffer.h>
#include <stddef.h>
#include <text/entity.h>

/* What the tokens stand for. One of these covers one conversation with a provider: the same identifier gets the same
 * token in every text, whatever way it was written ("[PHONE_1]" for 0912… and for +98912…). */
typedef struct text_redaction text_redaction;

text_redaction *text_redaction_new(void); /* NULL: no memory */
void text_redaction_free(text_redaction *r);

/* Appends the text with phones, Telegram names, e-mail addresses, IP addresses, card, Sheba and national numbers
 * replaced by tokens. Text that looks like a token already is escaped ("[PHONE_1]" → "[PHONE_0_1]") and comes back as
 * it was. MCRM_OK, MCRM_INVALID or MCRM_NO_MEMORY. */
int text_redact(text_redaction *r, const char *text, size_t length, buffer *out);

/* Appends the text with known tokens replaced by what first stood there. Tokens nobody issued stay. */
int text_restore(const text_redaction *r, const char *text, size_t length, buffer *out);

#endif
