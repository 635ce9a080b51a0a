/* Representatives and prospects. See <marfacrm/rep.h>. */
#include <marfacrm/rep.h>
#include <model/entities.h>

static const char *const rep_kinds[] = {"rep", "prospect", NULL};
static const char *const channels[] = {"call", "telegram", NULL};
static const char *const balance_states[] = {"debtor", "creditor", "settled", NULL};
static const char *const rep_sorts[] = {"name", "-last_contact_at", "last_contact_at", "-debt", NULL};

static const model_field balance_fields[] = {
    FIELD_TEXT(mcrm_balance, state, .choices = balance_states, .help = "debtor | creditor | settled"),
    FIELD_MONEY(mcrm_balance, amount, .help = "whole Toman, never negative"),
};
MODEL_ENTITY(balance, balance_fields, .help = "What the rep owes or is owed.");

static const model_field invoices_fields[] = {
    FIELD_INT(mcrm_invoices, count),           FIELD_INT(mcrm_invoices, unpaid),   FIELD_INT(mcrm_invoices, overdue),
    FIELD_MONEY(mcrm_invoices, unpaid_amount), FIELD_TIME(mcrm_invoices, last_at),
};
MODEL_ENTITY(invoices, invoices_fields,
             .help = "Totals of the rep's invoices. Overdue = unpaid and past due; partial payments subtract.");

static const model_field service_fields[] = {
    FIELD_TEXT(mcrm_service, status),
    FIELD_INT(mcrm_service, active),
    FIELD_INT(mcrm_service, expiring),
};
MODEL_ENTITY(service, service_fields);

static const model_field fact_fields[] = {
    FIELD_TEXT(mcrm_fact, text, .flags = MODEL_REQUIRED),
    FIELD_TEXT(mcrm_fact, source, .help = "user, or the interaction it was heard in"),
    FIELD_TIME(mcrm_fact, at),
};
MODEL_ENTITY(fact, fact_fields, .help = "A detail worth remembering for the next conversation.");

static const model_field profile_fields[] = {
    FIELD_TEXT(mcrm_profile, preferred_channel, .max = 20, .help = "call | telegram | email | meeting"),
    FIELD_TEXT(mcrm_profile, best_times, .max = 300),
    FIELD_TEXT(mcrm_profile, language),
    FIELD_TEXT(mcrm_profile, notes, .max = 4000),
    FIELD_TEXTS(mcrm_profile, tags),
    FIELD_LIST(mcrm_profile, facts, fact),
};
MODEL_ENTITY(profile, profile_fields);

static const model_field score_fields[] = {
    FIELD_REAL(mcrm_score, score),
    FIELD_LIST(mcrm_score, reasons, reason),
};
MODEL_ENTITY(score, score_fields, .help = "A score between 0 and 100 and why it is that.");

static const model_field rep_fields[] = {
    FIELDS_STORED(mcrm_rep),
    FIELD_TEXT(mcrm_rep, kind, .flags = MODEL_READ_ONLY, .choices = rep_kinds, .help = "rep | prospect"),
    FIELD_TEXT(mcrm_rep, host_key, .flags = MODEL_READ_ONLY, .max = 200,
               .help = "the host's own key; NULL for a prospect"),
    FIELD_TEXT(mcrm_rep, name, .flags = MODEL_READ_ONLY | MODEL_SEARCHABLE, .max = 200),
    FIELD_TEXT(mcrm_rep, shop, .flags = MODEL_READ_ONLY | MODEL_SEARCHABLE, .max = 200),
    FIELD_TEXT(mcrm_rep, admin_username, .flags = MODEL_READ_ONLY | MODEL_SEARCHABLE, .max = 100,
               .help = "on the panel"),
    FIELD_TEXTS(mcrm_rep, phones, .flags = MODEL_READ_ONLY | MODEL_SEARCHABLE,
                .help = "E.164, the first is called first"),
    FIELD_TEXT(mcrm_rep, telegram, .flags = MODEL_READ_ONLY | MODEL_SEARCHABLE, .max = 100,
               .help = "user name without @, or a numeric id"),
    FIELD_TEXT(mcrm_rep, status, .flags = MODEL_READ_ONLY, .help = "as the host has it: active, inactive, …"),
    FIELD_OBJECT(mcrm_rep, balance, balance, .flags = MODEL_READ_ONLY | MODEL_SENSITIVE,
                 .help = "hidden from roles that may not see finances"),
    FIELD_OBJECT(mcrm_rep, invoices, invoices, .flags = MODEL_READ_ONLY | MODEL_SENSITIVE, .help = "likewise"),
    FIELD_OBJECT(mcrm_rep, service, service, .flags = MODEL_READ_ONLY),
    FIELD_TEXT(mcrm_rep, host_url, .flags = MODEL_READ_ONLY, .max = 1000,
               .help = "the rep's page in the host's admin panel"),
    FIELD_TIME(mcrm_rep, as_of, .flags = MODEL_READ_ONLY,
               .help = "when the host was last heard; older than now = the host is down"),
    FIELD_OBJECT(mcrm_rep, profile, profile, .flags = MODEL_READ_ONLY | MODEL_SEARCHABLE),
    FIELD_OBJECT(mcrm_rep, health, score, .flags = MODEL_READ_ONLY),
    FIELD_OBJECT(mcrm_rep, opportunity, score, .flags = MODEL_READ_ONLY),
    FIELD_TIME(mcrm_rep, last_contact_at, .flags = MODEL_READ_ONLY),
    FIELD_TEXT(mcrm_rep, cadence, .flags = MODEL_READ_ONLY, .max = 200,
               .help = "RFC 5545 rule of the periodic check-in, e.g. FREQ=DAILY;INTERVAL=14; NULL = none"),
    FIELD_TIME(mcrm_rep, next_check_in_at, .flags = MODEL_READ_ONLY, .help = "when the cadence makes its next task"),
    FIELD_TIME(mcrm_rep, archived_at, .flags = MODEL_READ_ONLY),
    FIELD_TEXT(mcrm_rep, sort_key, .flags = MODEL_SECRET, .help = "Persian collation key of the name; never shown"),
    FIELD_MONEY(mcrm_rep, debt, .flags = MODEL_SECRET, .help = "what the rep owes, negative if owed; never shown"),
};
MODEL_ENTITY(rep, rep_fields, .table = "rep", .read = "rep.read");

static const model_field rep_page_fields[] = {
    FIELD_LIST(mcrm_rep_page, items, rep),
    FIELD_TEXT(mcrm_rep_page, next),
};
MODEL_ENTITY(rep_page, rep_page_fields);

static const model_field rep_filter_fields[] = {
    FIELD_TEXT(mcrm_rep_filter, text, .max = 300, .help = "as typed: matches names, shops, usernames, phones, tags"),
    FIELD_TEXT(mcrm_rep_filter, phone, .help = "the number that is calling, in any written form"),
    FIELD_TEXT(mcrm_rep_filter, kind, .choices = rep_kinds),
    FIELD_TEXT(mcrm_rep_filter, status),
    FIELD_TEXT(mcrm_rep_filter, balance, .choices = balance_states, .help = "debtor | creditor | settled"),
    FIELD_TEXT(mcrm_rep_filter, tag),
    FIELD_TIME(mcrm_rep_filter, silent_since, .help = "no contact since then"),
    FIELD_BOOL(mcrm_rep_filter, archived, .help = "1 = archived ones instead"),
    FIELD_TEXT(mcrm_rep_filter, sort, .choices = rep_sorts,
               .help = "name (default) | -last_contact_at | last_contact_at | -debt"),
    FIELD_TEXT(mcrm_rep_filter, cursor, .max = 300),
    FIELD_INT(mcrm_rep_filter, limit, .help = "1 to 200, default 50"),
};
MODEL_ENTITY(rep_filter, rep_filter_fields);

static const model_field prospect_fields[] = {
    FIELD_ID(mcrm_prospect, id),
    FIELD_INT(mcrm_prospect, version),
    FIELD_TEXT(mcrm_prospect, name, .max = 200),
    FIELD_TEXT(mcrm_prospect, shop, .max = 200),
    FIELD_TEXTS(mcrm_prospect, phones, .help = "any written form"),
    FIELD_TEXT(mcrm_prospect, telegram, .max = 100),
};
MODEL_ENTITY(prospect, prospect_fields, .help = "Input of prospect.create and prospect.update.");

static const model_field linking_fields[] = {
    FIELD_ID(mcrm_linking, id, .flags = MODEL_REQUIRED),
    FIELD_TEXT(mcrm_linking, host_key, .flags = MODEL_REQUIRED, .max = 200,
               .help = "of the host's rep that the prospect has become"),
};
MODEL_ENTITY(linking, linking_fields);

static const model_field profile_update_fields[] = {
    FIELD_ID(mcrm_profile_update, id, .flags = MODEL_REQUIRED, .help = "of the rep"),
    FIELD_INT(mcrm_profile_update, version),
    FIELD_TEXT(mcrm_profile_update, preferred_channel, .max = 20),
    FIELD_TEXT(mcrm_profile_update, best_times, .max = 300),
    FIELD_TEXT(mcrm_profile_update, language),
    FIELD_TEXT(mcrm_profile_update, notes, .max = 4000),
    FIELD_TEXTS(mcrm_profile_update, tags),
    FIELD_LIST(mcrm_profile_update, facts, fact),
    FIELD_TEXT(mcrm_profile_update, cadence, .max = 200),
};
MODEL_ENTITY(profile_update, profile_update_fields,
             .help = "Input of rep.profile.update: present fields replace those of the profile.");

static const model_field contact_fields[] = {
    FIELD_ID(mcrm_contact, id, .flags = MODEL_REQUIRED, .help = "of the rep"),
    FIELD_TEXT(mcrm_contact, channel, .flags = MODEL_REQUIRED, .choices = channels, .help = "call | telegram"),
    FIELD_TEXT(mcrm_contact, purpose, .max = 200),
    FIELD_ID(mcrm_contact, task_id, .help = "the task this contact is for"),
};
MODEL_ENTITY(contact, contact_fields);

static const model_field contact_link_fields[] = {
    FIELD_TEXT(mcrm_contact_link, url, .help = "tel:+98… or https://t.me/…"),
    FIELD_TEXT(mcrm_contact_link, display, .help = "as people write it: 0912 345 6789 or @name"),
    FIELD_OBJECT(mcrm_contact_link, interaction, interaction),
};
MODEL_ENTITY(contact_link, contact_link_fields,
             .help = "What rep.contact returns: the link to open, and the draft interaction whose clock is running.");

static const model_field invoice_fields[] = {
    FIELD_TEXT(mcrm_invoice, number),
    FIELD_MONEY(mcrm_invoice, amount),
    FIELD_MONEY(mcrm_invoice, paid),
    FIELD_TEXT(mcrm_invoice, status, .help = "unpaid | overdue | paid | cancelled"),
    FIELD_TIME(mcrm_invoice, issued_at),
    FIELD_TIME(mcrm_invoice, due_at),
    FIELD_TIME(mcrm_invoice, paid_at),
    FIELD_TEXT(mcrm_invoice, host_url, .max = 1000),
};
MODEL_ENTITY(invoice, invoice_fields);

static const model_field payment_fields[] = {
    FIELD_MONEY(mcrm_payment, amount),
    FIELD_TEXT(mcrm_payment, kind),
    FIELD_TEXT(mcrm_payment, description, .max = 8000),
    FIELD_TIME(mcrm_payment, at),
};
MODEL_ENTITY(payment, payment_fields);

static const model_field balance_point_fields[] = {
    FIELD_TIME(mcrm_balance_point, at),
    FIELD_MONEY(mcrm_balance_point, amount),
};
MODEL_ENTITY(balance_point, balance_point_fields, .help = "The balance after an event; positive = the rep owes.");

static const model_field account_fields[] = {
    FIELD_ID(mcrm_account, rep_id),
    FIELD_OBJECT(mcrm_account, balance, balance, .flags = MODEL_SENSITIVE),
    FIELD_OBJECT(mcrm_account, totals, invoices, .flags = MODEL_SENSITIVE),
    FIELD_LIST(mcrm_account, invoices, invoice, .flags = MODEL_SENSITIVE, .help = "newest first, at most 200"),
    FIELD_LIST(mcrm_account, payments, payment, .flags = MODEL_SENSITIVE, .help = "newest first, at most 200"),
    FIELD_LIST(mcrm_account, series, balance_point, .flags = MODEL_SENSITIVE, .help = "oldest first"),
    FIELD_TIME(mcrm_account, as_of),
};
MODEL_ENTITY(account, account_fields);

static const model_field timeline_item_fields[] = {
    FIELD_TEXT(mcrm_timeline_item, kind, .help = "interaction | task | invoice | payment"),
    FIELD_TIME(mcrm_timeline_item, at),
    FIELD_ID(mcrm_timeline_item, id),
    FIELD_OBJECT(mcrm_timeline_item, interaction, interaction),
    FIELD_OBJECT(mcrm_timeline_item, task, task),
    FIELD_OBJECT(mcrm_timeline_item, invoice, invoice, .flags = MODEL_SENSITIVE),
    FIELD_OBJECT(mcrm_timeline_item, payment, payment, .flags = MODEL_SENSITIVE),
};
MODEL_ENTITY(timeline_item, timeline_item_fields,
             .help = "One thing that happened with a rep, or is to happen. Exactly one of the records is not NULL.");

static const model_field timeline_fields[] = {
    FIELD_LIST(mcrm_timeline, items, timeline_item),
    FIELD_TEXT(mcrm_timeline, next),
};
MODEL_ENTITY(timeline, timeline_fields);

static const model_field timeline_filter_fields[] = {
    FIELD_ID(mcrm_timeline_filter, id, .flags = MODEL_REQUIRED, .help = "of the rep"),
    FIELD_TEXTS(mcrm_timeline_filter, kinds, .help = "none = all that the actor may see"),
    FIELD_TEXT(mcrm_timeline_filter, cursor, .max = 300),
    FIELD_INT(mcrm_timeline_filter, limit),
};
MODEL_ENTITY(timeline_filter, timeline_filter_fields);
