/* marfacrm/rep.h: representatives of the host platform, and prospects who are not in the host yet.
 *
 * What the host knows (name, phones, debt, invoices, service) is read live from the host's own tables and never
 * edited here. What the CRM knows beside it (profile, facts, cadence, health) is the CRM's. */
#ifndef MARFACRM_REP_H
#define MARFACRM_REP_H

#include <marfacrm/interaction.h>
#include <marfacrm/task.h>
#include <marfacrm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the rep owes or is owed. */
typedef struct mcrm_balance {
  MCRM_RECORD;
  const char *state; /* debtor | creditor | settled */
  int64_t amount;    /* whole Toman, never negative */
} mcrm_balance;

/* Totals of the rep's invoices. Overdue = unpaid and past due; partial payments subtract. */
typedef struct mcrm_invoices {
  MCRM_RECORD;
  int64_t count;
  int64_t unpaid;
  int64_t overdue;
  int64_t unpaid_amount;
  mcrm_time last_at;
} mcrm_invoices;

typedef struct mcrm_service {
  MCRM_RECORD;
  const char *status;
  int64_t active;
  int64_t expiring;
} mcrm_service;

/* A detail worth remembering for the next conversation. */
typedef struct mcrm_fact {
  MCRM_RECORD;
  const char *text;
  const char *source; /* user, or the interaction it was heard in */
  mcrm_time at;
} mcrm_fact;
MCRM_LIST(mcrm_fact);

typedef struct mcrm_profile {
  MCRM_RECORD;
  const char *preferred_channel; /* call | telegram | email | meeting */
  const char *best_times;
  const char *language;
  const char *notes;
  mcrm_texts tags;
  mcrm_fact_array facts;
} mcrm_profile;

/* A score between 0 and 100 and why it is that. */
typedef struct mcrm_score {
  MCRM_RECORD;
  double score;
  mcrm_reason_array reasons;
} mcrm_score;

typedef struct mcrm_rep {
  MCRM_STORED;
  const char *kind;     /* rep | prospect */
  const char *host_key; /* the host's own key; NULL for a prospect */
  const char *name;
  const char *shop;
  const char *admin_username;    /* on the panel */
  mcrm_texts phones;             /* E.164, the first is called first */
  const char *telegram;          /* user name without @, or a numeric id */
  const char *status;            /* as the host has it: active, inactive, … */
  const mcrm_balance *balance;   /* hidden from roles that may not see finances */
  const mcrm_invoices *invoices; /* likewise */
  const mcrm_service *service;
  const char *host_url; /* the rep's page in the host's admin panel */
  mcrm_time as_of;      /* when the host was last heard; older than now = the host is down */
  const mcrm_profile *profile;
  const mcrm_score *health;
  const mcrm_score *opportunity;
  mcrm_time last_contact_at;
  const char *cadence;        /* RFC 5545 rule of the periodic check-in, e.g. FREQ=DAILY;INTERVAL=14; NULL = none */
  mcrm_time next_check_in_at; /* when the cadence makes its next task */
  mcrm_time archived_at;
  const char *sort_key; /* Persian collation key of the name; never shown */
  int64_t debt;         /* what the rep owes, negative if owed; for filters and order, never shown */
} mcrm_rep;
MCRM_LIST(mcrm_rep);

typedef struct mcrm_rep_page {
  MCRM_RECORD;
  mcrm_rep_array items;
  const char *next;
} mcrm_rep_page;

typedef struct mcrm_rep_filter {
  MCRM_RECORD;
  const char *text;  /* as typed: matches names, shops, usernames, phones, tags */
  const char *phone; /* the number that is calling, in any written form */
  const char *kind;
  const char *status;
  const char *balance; /* debtor | creditor | settled */
  const char *tag;
  mcrm_time silent_since; /* no contact since then */
  int64_t archived;       /* 1 = archived ones instead */
  const char *sort;       /* name (default) | -last_contact_at | last_contact_at | -debt */
  const char *cursor;
  int64_t limit; /* 1 to 200, default 50 */
} mcrm_rep_filter;

/* Input of prospect.create and prospect.update. */
typedef struct mcrm_prospect {
  MCRM_RECORD;
  mcrm_id id;
  int64_t version;
  const char *name;
  const char *shop;
  mcrm_texts phones; /* any written form */
  const char *telegram;
} mcrm_prospect;

typedef struct mcrm_linking {
  MCRM_RECORD;
  mcrm_id id;
  const char *host_key; /* of the host's rep that the prospect has become */
} mcrm_linking;

/* Input of rep.profile.update: present fields replace those of the profile. */
typedef struct mcrm_profile_update {
  MCRM_RECORD;
  mcrm_id id; /* of the rep */
  int64_t version;
  const char *preferred_channel;
  const char *best_times;
  const char *language;
  const char *notes;
  mcrm_texts tags;
  mcrm_fact_array facts;
  const char *cadence;
} mcrm_profile_update;

typedef struct mcrm_contact {
  MCRM_RECORD;
  mcrm_id id;          /* of the rep */
  const char *channel; /* call | telegram */
  const char *purpose;
  mcrm_id task_id; /* the task this contact is for */
} mcrm_contact;

/* What rep.contact returns: the link to open, and the draft interaction whose clock is running. */
typedef struct mcrm_contact_link {
  MCRM_RECORD;
  const char *url;     /* tel:+98… or https://t.me/… */
  const char *display; /* as people write it: 0912 345 6789 or @name */
  const mcrm_interaction *interaction;
} mcrm_contact_link;

typedef struct mcrm_invoice {
  MCRM_RECORD;
  const char *number;
  int64_t amount;
  int64_t paid;
  const char *status; /* unpaid | overdue | paid | cancelled */
  mcrm_time issued_at;
  mcrm_time due_at;
  mcrm_time paid_at;
  const char *host_url;
} mcrm_invoice;
MCRM_LIST(mcrm_invoice);

typedef struct mcrm_payment {
  MCRM_RECORD;
  int64_t amount;
  const char *kind;
  const char *description;
  mcrm_time at;
} mcrm_payment;
MCRM_LIST(mcrm_payment);

/* The balance after an event; positive = the rep owes. */
typedef struct mcrm_balance_point {
  MCRM_RECORD;
  mcrm_time at;
  int64_t amount;
} mcrm_balance_point;
MCRM_LIST(mcrm_balance_point);

typedef struct mcrm_account {
  MCRM_RECORD;
  mcrm_id rep_id;
  const mcrm_balance *balance;
  const mcrm_invoices *totals;
  mcrm_invoice_array invoices;     /* newest first, at most 200 */
  mcrm_payment_array payments;     /* newest first, at most 200 */
  mcrm_balance_point_array series; /* oldest first */
  mcrm_time as_of;
} mcrm_account;

/* One thing that happened with a rep, or is to happen. Exactly one of the records is not NULL. */
typedef struct mcrm_timeline_item {
  MCRM_RECORD;
  const char *kind; /* interaction | task | invoice | payment */
  mcrm_time at;
  mcrm_id id;
  const mcrm_interaction *interaction;
  const mcrm_task *task;
  const mcrm_invoice *invoice;
  const mcrm_payment *payment;
} mcrm_timeline_item;
MCRM_LIST(mcrm_timeline_item);

typedef struct mcrm_timeline {
  MCRM_RECORD;
  mcrm_timeline_item_array items;
  const char *next;
} mcrm_timeline;

typedef struct mcrm_timeline_filter {
  MCRM_RECORD;
  mcrm_id id;       /* of the rep */
  mcrm_texts kinds; /* none = all that the actor may see */
  const char *cursor;
  int64_t limit;
} mcrm_timeline_filter;

#ifdef __cplusplus
}
#endif
#endif
