/* The host platform's own data: who its representatives are and what they owe. Read-only by construction; the
 * host's tables are the truth and nothing of them is edited here. */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <base/arena.h>
#include <base/zone.h>
#include <marfacrm/rep.h>
#include <store/driver.h>

typedef struct host host;

/* For each field of a rep (or invoice, payment) a column or SQL expression of the host's tables; NULL = the host
 * has none. Expressions come from the admin's configuration, never from a user. */
typedef struct host_mapping {
  const char *name, *expression;
} host_mapping;

typedef struct host_options {
  const char *url;                /* sqlite:FILE … */
  const char *time_zone;          /* of times without one; NULL = UTC */
  const char *reps_from;          /* table or FROM clause, e.g. "representatives r" */
  const host_mapping *reps;       /* key, name, shop, admin_username, phone, telegram, status, balance or debt/credit, … */
  size_t rep_count;
  const char *invoices_from;      /* NULL = the host has no invoices */
  const host_mapping *invoices;   /* key, rep_key, number, amount, paid, status, due_at, issued_at, paid_at, url */
  size_t invoice_count;
  const char *payments_from;
  const host_mapping *payments;   /* rep_key, amount, kind, description, at */
  size_t payment_count;
  const char *rep_url;            /* pattern of the rep's admin page with {key}; NULL = none */
} host_options;

/* Copies the options. Does not connect: a host that is down must not keep the CRM from starting. */
int host_open(const host_options *options, mcrm_error *error, host **out);
void host_close(host *h);
/* Runs every mapped expression against the real tables: MCRM_OK, or the field that is wrong and why. */
int host_check(host *h, mcrm_error *error);

/* Live values of the given keys (count 0 = all reps), as mcrm_rep records of kind "rep" with the host's fields
 * present and as_of = now; keys the host does not know are missing. MCRM_UNAVAILABLE where the host is down,
 * within about a second. Any thread; each call takes a connection of its own from a small pool. */
int host_reps(host *h, arena *a, mcrm_texts keys, mcrm_time now, mcrm_error *error, mcrm_rep_list *out);
/* Invoices, payments and the balance series of one rep. */
int host_account(host *h, arena *a, const char *key, mcrm_time now, mcrm_error *error, mcrm_account *out);

#endif
