/* The known generations of the host's tables. */
#include <host/host.h>

#define COUNT(rows) sizeof rows / sizeof *rows

/* ---- generation 1: one balance column, negative = the rep owes ---- */

static const host_mapping reps_v1[] = {
    {"key", "r.id"},
    {"name", "r.full_name"},
    {"shop", "r.store_name"},
    {"admin_username", "r.admin_username"},
    {"phone", "r.phone_number"},
    {"telegram", "r.telegram_id"},
    {"status", "r.status"},
    {"balance", "r.balance"},
    {"updated_at", "r.updated_at"},
};

static const host_mapping invoices_v1[] = {
    {"key", "i.id"},
    {"rep_key", "i.representative_id"},
    {"number", "i.id"},
    {"amount", "i.amount"},
    {"paid", "(SELECT SUM(p.amount) FROM payments p WHERE p.invoice_id = i.id)"},
    {"status", "i.status"},
    {"due_at", "i.due_date"},
    {"issued_at", "i.created_at"},
    {"paid_at", "i.paid_at"},
};

static const host_mapping payments_v1[] = {
    {"key", "p.id"},    {"rep_key", "p.representative_id"}, {"amount", "p.amount"},
    {"kind", "p.type"}, {"description", "p.description"},   {"at", "p.created_at"},
};

const host_options host_preset_v1 = {
    .reps_from = "representatives r",
    .reps = reps_v1,
    .rep_count = COUNT(reps_v1),
    .debtor_sign = "negative",
    .invoices_from = "invoices i",
    .invoices = invoices_v1,
    .invoice_count = COUNT(invoices_v1),
    .payments_from = "payments p",
    .payments = payments_v1,
    .payment_count = COUNT(payments_v1),
};

/* ---- generation 2: the newest row of a ledger carries the balance, positive = the rep owes ---- */

static const host_mapping reps_v2[] = {
    {"key", "r.id"},
    {"name", "r.full_name"},
    {"shop", "r.store_name"},
    {"admin_username", "r.admin_username"},
    {"phone", "r.phone_number"},
    {"telegram", "r.telegram_id"},
    {"status", "r.status"},
    /* rows are written one after the other, each on the balance of the one before: the last written is the newest */
    {"balance",
     "COALESCE((SELECT l.running_balance FROM financial_ledger l WHERE l.representative_id = r.id "
     "ORDER BY l.id DESC LIMIT 1), 0)"},
    {"updated_at", "r.updated_at"},
};

static const host_mapping invoices_v2[] = {
    {"key", "i.id"},
    {"rep_key", "i.representative_id"},
    {"number", "i.invoice_number"},
    {"amount", "i.total_amount"},
    {"paid",
     "(SELECT SUM(ABS(l.amount)) FROM financial_ledger l WHERE l.transaction_type = 'payment' "
     "AND l.representative_id = i.representative_id AND l.reference_id = i.id)"},
    {"status", "i.status"},
    {"due_at", "i.due_date"},
    {"issued_at", "i.created_at"},
    {"paid_at", "i.paid_date"},
};

static const host_mapping payments_v2[] = {
    {"key", "l.id"},
    {"rep_key", "l.representative_id"},
    {"amount", "ABS(l.amount)"},
    {"kind", "l.transaction_type"},
    {"description", "l.description"},
    {"at", "l.transaction_date"},
};

static const host_mapping ledger_v2[] = {
    {"key", "l.id"},
    {"rep_key", "l.representative_id"},
    {"at", "l.transaction_date"},
    {"balance", "l.running_balance"},
};

const host_options host_preset_v2 = {
    .reps_from = "representatives r",
    .reps = reps_v2,
    .rep_count = COUNT(reps_v2),
    .debtor_sign = "positive",
    .invoices_from = "invoices i",
    .invoices = invoices_v2,
    .invoice_count = COUNT(invoices_v2),
    .payments_from = "financial_ledger l WHERE l.transaction_type = 'payment'",
    .payments = payments_v2,
    .payment_count = COUNT(payments_v2),
    .ledger_from = "financial_ledger l",
    .ledger = ledger_v2,
    .ledger_count = COUNT(ledger_v2),
};
