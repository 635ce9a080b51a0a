/* The host platform's own data: who its representatives are and what they owe. Read-only by construction; the
 * host's tables are the truth and nothing of them is edited here. */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <base/arena.h>
#include <base/buffer.h>
#include <base/zone.h>
#include <marfacrm/host.h>
#include <marfacrm/rep.h>
#include <store/driver.h>

typedef struct host host;

/* For each field of a rep (or invoice, payment, ledger entry) a column or SQL expression of the host's tables;
 * what is not mapped (or mapped to "") the host does not have. Expressions come from the admin's configuration, never
 * from a user. */
typedef struct host_mapping {
  const char *name, *expression;
} host_mapping;

/* Amounts are rounded to whole Toman. Times may be numbers (seconds or milliseconds since 1970) or ISO 8601 texts.
 * Phones and Telegram names may be written in any form; several phones may stand in one text. */
typedef struct host_options {
  const char *url;       /* sqlite:FILE … */
  const char *time_zone; /* of times without one; NULL = UTC */

  const char *reps_from; /* table or FROM clause, e.g. "representatives r" */
  /* key, name (both needed), shop, admin_username, phone, phone2, phones, telegram, status, balance (or debt and
   * credit), service_status, service_active, service_expiring, url, updated_at */
  const host_mapping *reps;
  size_t rep_count;
  const char *debtor_sign; /* the sign of a debtor's balance: "positive" (NULL) or "negative" */

  const char *invoices_from; /* NULL = the host has no invoices */
  /* rep_key, amount (both needed), key, number, paid, status, due_at, issued_at, paid_at, url. paid: what has been
   * paid so far. status: "paid" and "cancelled" (void) end an invoice, every other word leaves it open. */
  const host_mapping *invoices;
  size_t invoice_count;

  const char *payments_from;
  const host_mapping *payments; /* rep_key, amount (both needed), key, kind, description, at */
  size_t payment_count;

  const char *ledger_from;    /* balances as they were; NULL = worked out from invoices and payments */
  const host_mapping *ledger; /* rep_key, at, balance (all needed), key; debtor_sign holds here too */
  size_t ledger_count;

  const mcrm_host_source *source; /* functions of the host program instead of all that is mapped above; copied */

  bool live; /* the host's database says when something changed: host_watch */
  const char *listen_url; /* where it says so, if `url` leads through a pooler; NULL = url */

  const char *rep_url; /* pattern of the rep's admin page with {key}; NULL = none */
} host_options;

/* The known generations of the host's tables, as SQLite or PostgreSQL has them; url is NULL. */
extern const host_options host_preset_v1, host_preset_v2;

/* Copies the options. Does not connect: a host that is down must not keep the CRM from starting. MCRM_INVALID
 * names a field that is missing or unknown ("host.representatives.name"). */
int host_open(const host_options *options, mcrm_error *error, host **out);
/* Closes nothing after a fork. No call may be running. */
void host_close(host *h);
/* Runs every mapped expression against the real tables: MCRM_OK, or MCRM_INVALID with the field that is wrong and
 * why; MCRM_UNAVAILABLE where the host is down. */
int host_check(host *h, mcrm_error *error);

/* Live values of the given keys (count 0 = all reps), as mcrm_rep records of kind "rep" with the host's fields
 * present, `debt` filled in and as_of = now; ordered by host_key (strcmp), each key once; keys the host does not
 * know are missing. MCRM_UNAVAILABLE where the host is down or of another shape, within about a second. Any thread;
 * each call takes a connection of its own from a small pool. */
int host_reps(host *h, arena *a, mcrm_texts keys, mcrm_time now, mcrm_error *error, mcrm_rep_array *out);
/* The rep with that key in what host_reps returned, or NULL. */
const mcrm_rep *host_rep_find(const mcrm_rep_array *reps, const char *key);

/* Invoices and payments (newest first, at most `limit` of each), the balance and its course of one rep. An unknown key
 * is MCRM_NOT_FOUND. rep_id is left to the caller. */
int host_account(host *h, arena *a, const char *key, mcrm_time now, size_t limit, mcrm_error *error, mcrm_account *out);

/* Waits until the host says that something changed, or until a moment (clock_monotonic). *heard: look at it. The first
 * call begins to listen, and so does one after the connection was lost: both have heard something. MCRM_UNSUPPORTED:
 * this host does not say; MCRM_UNAVAILABLE: it is down, wait by yourself. One thread at a time is of use. */
int host_watch(host *h, int64_t until, bool *heard, mcrm_error *error);
/* SQL that adds (or removes) the triggers which make the host's database say so, on every table that the mapping reads.
 */
int host_triggers(host *h, bool install, buffer *sql, mcrm_error *error);
/* Runs it in one transaction, as whoever may (url NULL: the host's own URL). */
int host_run_script(host *h, const char *url, const char *sql, mcrm_error *error);

/* What makes values clean; the CRM's own input goes through it, too. */
enum { HOST_PHONES_MAX = 8 };
/* The phones in a text, in E.164, each once; at most `room`. MCRM_OK (with a count of 0 where there is none) or
 * MCRM_NO_MEMORY. */
int host_phones(arena *a, const char *text, size_t length, const char **out, size_t room, size_t *count);
/* The Telegram name without @, or the numeric id, in any written form; NULL where it is none. */
const char *host_telegram(arena *a, const char *text, size_t length);

#endif
