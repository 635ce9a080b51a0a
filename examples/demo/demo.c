#include "demo.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "people.h"

enum { DAY = 86400, WEEK = 7 * DAY, EVENTS = 3 * DEMO_WEEKS + 8, TIME_TEXT = 72 /* what six ints might take */ };

static const char schema_1[] =
    "CREATE TABLE representatives (id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, admin_username TEXT NOT NULL "
    "UNIQUE,"
    " telegram_id TEXT, phone_number TEXT, store_name TEXT, status TEXT NOT NULL DEFAULT 'active',"
    " balance INTEGER DEFAULT 0, pricing TEXT NOT NULL DEFAULT '{}',"
    " created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);"
    "CREATE TABLE invoices (id INTEGER PRIMARY KEY,"
    " representative_id INTEGER NOT NULL REFERENCES representatives (id), amount INTEGER NOT NULL,"
    " status TEXT NOT NULL DEFAULT 'pending', due_date TEXT NOT NULL, paid_at TEXT, data TEXT, telegram_link TEXT,"
    " created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);"
    "CREATE TABLE payments (id INTEGER PRIMARY KEY,"
    " representative_id INTEGER NOT NULL REFERENCES representatives (id), invoice_id INTEGER REFERENCES invoices (id),"
    " amount INTEGER NOT NULL, type TEXT NOT NULL, description TEXT,"
    " created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);"
    "CREATE INDEX invoices_rep ON invoices (representative_id);"
    "CREATE INDEX payments_rep ON payments (representative_id);"
    "CREATE INDEX payments_invoice ON payments (invoice_id);";

static const char schema_2[] =
    "CREATE TABLE representatives (id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, admin_username TEXT NOT NULL "
    "UNIQUE,"
    " telegram_id TEXT, phone_number TEXT, store_name TEXT, limited_price_1_month NUMERIC DEFAULT 900,"
    " limited_price_6_month NUMERIC DEFAULT 1600, unlimited_price_1_month NUMERIC DEFAULT 40000,"
    " unlimited_price_6_month NUMERIC DEFAULT 240000, status TEXT DEFAULT 'active', sourcing_type TEXT DEFAULT "
    "'direct',"
    " created_at TEXT DEFAULT CURRENT_TIMESTAMP, updated_at TEXT DEFAULT CURRENT_TIMESTAMP);"
    "CREATE TABLE invoices (id INTEGER PRIMARY KEY, invoice_number TEXT NOT NULL UNIQUE,"
    " representative_id INTEGER REFERENCES representatives (id), total_amount NUMERIC NOT NULL,"
    " base_amount NUMERIC NOT NULL, discount_amount NUMERIC DEFAULT 0, tax_amount NUMERIC DEFAULT 0,"
    " status TEXT DEFAULT 'pending', due_date TEXT, paid_date TEXT, invoice_data TEXT, telegram_sent BOOLEAN DEFAULT 0,"
    " created_at TEXT DEFAULT CURRENT_TIMESTAMP, updated_at TEXT DEFAULT CURRENT_TIMESTAMP);"
    "CREATE TABLE invoice_items (id INTEGER PRIMARY KEY, invoice_id INTEGER NOT NULL REFERENCES invoices (id),"
    " description TEXT NOT NULL, service_type TEXT NOT NULL, duration_months INTEGER NOT NULL, quantity NUMERIC "
    "DEFAULT 1,"
    " unit_price NUMERIC NOT NULL, total_price NUMERIC NOT NULL);"
    "CREATE TABLE financial_ledger (id INTEGER PRIMARY KEY,"
    " representative_id INTEGER NOT NULL REFERENCES representatives (id),"
    " transaction_date TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, transaction_type TEXT NOT NULL, amount NUMERIC NOT "
    "NULL,"
    " running_balance NUMERIC NOT NULL, reference_id INTEGER, reference_number TEXT, description TEXT,"
    " created_at TEXT DEFAULT CURRENT_TIMESTAMP);"
    "CREATE INDEX invoices_rep ON invoices (representative_id);"
    "CREATE INDEX items_invoice ON invoice_items (invoice_id);"
    "CREATE INDEX ledger_rep ON financial_ledger (representative_id);";

/* ---- one rep's half year ---- */

/* Amounts in tenths of a Toman: generation 2 has fractions. */
typedef struct event {
  int64_t at, amount;
  int invoice; /* its place among the rep's invoices; -1: a payment for none */
  bool payment;
} event;

typedef struct bill {
  int64_t at, due, amount, paid, paid_at;
  bool cancelled;
} bill;

typedef struct history {
  bill bills[DEMO_WEEKS];
  event events[EVENTS];
  int bill_count, event_count;
} history;

typedef struct writer {
  sqlite3 *db;
  sqlite3_stmt *rep, *bill, *payment, *item, *ledger;
  const demo_options *options;
  uint64_t random;
  int64_t bill_id, payment_id, ledger_id;
} writer;

static void pay(history *h, int invoice, int64_t at, int64_t amount, int64_t now) {
  if (at > now || amount <= 0 || h->event_count == EVENTS) return;
  h->events[h->event_count++] = (event){.at = at, .amount = amount, .invoice = invoice, .payment = true};
  if (invoice < 0) return;
  h->bills[invoice].paid += amount;
  h->bills[invoice].paid_at = at;
}

/* Good payers pay all at once; others later, in part, or not at all. */
static void pay_bill(writer *w, history *h, int invoice, unsigned care) {
  const bill *b = &h->bills[invoice];
  int64_t now = w->options->now, days = demo_below(&w->random, 5 + (100 - care) / 4);
  int64_t at = b->at + days * DAY + demo_below(&w->random, 8 * 3600);
  if (demo_below(&w->random, 100) < care) {
    pay(h, invoice, at, b->amount, now);
  } else if (demo_below(&w->random, 100) < 60) {
    int64_t part = b->amount * (20 + demo_below(&w->random, 60)) / 100 / 100000 * 100000;
    pay(h, invoice, at, part, now);
    if (demo_below(&w->random, 100) < care) pay(h, invoice, at + WEEK, b->amount - part, now);
  }
}

static void live(writer *w, history *h) {
  unsigned care = demo_below(&w->random, 4) ? 35 + demo_below(&w->random, 65) : 100,
           size = 200 + demo_below(&w->random, 3800);
  int64_t now = w->options->now, first = now - DEMO_WEEKS * WEEK + 3 * DAY + demo_below(&w->random, DAY);
  *h = (history){0};
  for (int week = 0; week < DEMO_WEEKS; week++) {
    if (!demo_below(&w->random, 25)) continue; /* nothing sold */
    int place = h->bill_count++;
    bill *b = &h->bills[place];
    b->at = first + week * (int64_t)WEEK;
    b->due = b->at + WEEK;
    b->amount = (int64_t)(size * (60 + demo_below(&w->random, 80)) / 100) * 10000;
    if (w->options->generation == 2) {
      b->amount += demo_below(&w->random, 10) * 5 % 10;
      b->cancelled = !demo_below(&w->random, 60);
    }
    if (b->cancelled || h->event_count == EVENTS) continue;
    h->events[h->event_count++] = (event){.at = b->at, .amount = b->amount, .invoice = place};
    pay_bill(w, h, place, care);
  }
  if (!demo_below(&w->random, 8)) /* paid ahead */
    pay(h, -1, now - demo_below(&w->random, 20) * (int64_t)DAY, (int64_t)size * 20000, now);
}

/* In order of time; what happened at the same moment stays in its order. */
static void order(history *h) {
  for (int i = 1; i < h->event_count; i++) {
    event e = h->events[i];
    int at = i;
    for (; at && h->events[at - 1].at > e.at; at--) h->events[at] = h->events[at - 1];
    h->events[at] = e;
  }
}

static int64_t owes(const history *h) {
  int64_t balance = 0;
  for (int i = 0; i < h->event_count; i++) balance += h->events[i].payment ? -h->events[i].amount : h->events[i].amount;
  return balance;
}

/* ---- SQL ---- */

static void time_text(int64_t at, char out[TIME_TEXT]) {
  int64_t z = at / DAY + 719468, left = at % DAY;
  int64_t era = z / 146097, day_of_era = z - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted = (5 * day_of_year + 2) / 153, month = shifted < 10 ? shifted + 3 : shifted - 9;
  snprintf(out, TIME_TEXT, "%04d-%02d-%02d %02d:%02d:%02d", (int)(year_of_era + era * 400 + (month <= 2)) % 10000,
           (int)month, (int)(day_of_year - (153 * shifted + 2) / 5 + 1), (int)(left / 3600), (int)(left / 60 % 60),
           (int)(left % 60));
}

static void bind_time(sqlite3_stmt *s, int place, int64_t at) {
  char text[TIME_TEXT];
  if (!at) return;
  time_text(at, text);
  sqlite3_bind_text(s, place, text, -1, SQLITE_TRANSIENT);
}

static void bind_words(sqlite3_stmt *s, int place, const char *text) {
  if (text && text[0]) sqlite3_bind_text(s, place, text, -1, SQLITE_TRANSIENT);
}

/* Tenths of a Toman as the table holds them. */
static void bind_money(sqlite3_stmt *s, int place, int64_t tenths) {
  if (tenths % 10)
    sqlite3_bind_double(s, place, (double)tenths / 10);
  else
    sqlite3_bind_int64(s, place, tenths / 10);
}

static int run(sqlite3_stmt *s) {
  int rc = sqlite3_step(s);
  sqlite3_reset(s);
  sqlite3_clear_bindings(s);
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int write_rep(writer *w, int64_t id, const person *p, const history *h) {
  sqlite3_stmt *s = w->rep;
  int64_t joined = w->options->now - (DEMO_WEEKS + 4 + demo_below(&w->random, 60)) * (int64_t)WEEK;
  sqlite3_bind_int64(s, 1, id);
  bind_words(s, 2, p->name);
  bind_words(s, 3, p->username);
  bind_words(s, 4, p->telegram);
  bind_words(s, 5, p->phone);
  bind_words(s, 6, p->shop);
  bind_words(s, 7, p->status);
  bind_time(s, 8, joined);
  bind_time(s, 9, h->event_count ? h->events[h->event_count - 1].at : joined);
  if (w->options->generation == 1) sqlite3_bind_int64(s, 10, -owes(h) / 10);
  return run(s);
}

/* Real tables are not always kept up: some that are past due still say pending. */
static const char *bill_status(writer *w, const bill *b) {
  if (b->cancelled) return "cancelled";
  if (b->paid >= b->amount) return "paid";
  return b->due < w->options->now && demo_below(&w->random, 4) ? "overdue" : "pending";
}

static int write_bill(writer *w, int64_t rep, int64_t id, const bill *b) {
  sqlite3_stmt *s = w->bill;
  char number[40];
  sqlite3_bind_int64(s, 1, id);
  sqlite3_bind_int64(s, 2, rep);
  bind_money(s, 3, b->amount);
  bind_words(s, 4, bill_status(w, b));
  bind_time(s, 5, b->due);
  bind_time(s, 6, b->paid >= b->amount ? b->paid_at : 0);
  bind_time(s, 7, b->at);
  snprintf(number, sizeof number, w->options->generation == 1 ? "https://t.me/marfanet_bills/%lld" : "INV-%06lld",
           (long long)id);
  bind_words(s, 8, number);
  int rc = run(s);
  if (rc || w->options->generation == 1) return rc;
  s = w->item;
  sqlite3_bind_int64(s, 1, id);
  bind_words(s, 2, "اشتراک حجمی");
  bind_money(s, 3, b->amount);
  return run(s);
}

static int write_payment(writer *w, int64_t rep, int64_t first_bill, const history *h, const event *e) {
  sqlite3_stmt *s = w->payment;
  sqlite3_bind_int64(s, 1, ++w->payment_id);
  sqlite3_bind_int64(s, 2, rep);
  if (e->invoice >= 0) sqlite3_bind_int64(s, 3, first_bill + e->invoice);
  bind_money(s, 4, e->amount);
  bool full = e->invoice >= 0 && h->bills[e->invoice].amount == e->amount;
  bind_words(s, 5, e->invoice < 0 ? "manual" : full ? "full" : "partial");
  bind_words(s, 6, e->invoice < 0 ? "علی‌الحساب" : "کارت به کارت");
  bind_time(s, 7, e->at);
  return run(s);
}

static int write_ledger(writer *w, int64_t rep, int64_t first_bill, const event *e, int64_t balance) {
  sqlite3_stmt *s = w->ledger;
  char number[40];
  sqlite3_bind_int64(s, 1, ++w->ledger_id);
  sqlite3_bind_int64(s, 2, rep);
  bind_time(s, 3, e->at);
  bind_words(s, 4, e->payment ? "payment" : "invoice");
  bind_money(s, 5, e->amount);
  bind_money(s, 6, balance);
  if (e->invoice >= 0) {
    sqlite3_bind_int64(s, 7, first_bill + e->invoice);
    snprintf(number, sizeof number, "INV-%06lld", (long long)(first_bill + e->invoice));
    bind_words(s, 8, number);
  }
  bind_words(s, 9, e->payment ? e->invoice < 0 ? "علی‌الحساب" : "کارت به کارت" : "فاکتور هفتگی");
  return run(s);
}

static int write_history(writer *w, int64_t rep, const history *h) {
  int64_t first_bill = w->bill_id + 1, balance = 0;
  int rc = SQLITE_OK;
  for (int i = 0; !rc && i < h->bill_count; i++) rc = write_bill(w, rep, ++w->bill_id, &h->bills[i]);
  for (int i = 0; !rc && i < h->event_count; i++) {
    const event *e = &h->events[i];
    balance += e->payment ? -e->amount : e->amount;
    if (w->options->generation == 2)
      rc = write_ledger(w, rep, first_bill, e, balance);
    else if (e->payment)
      rc = write_payment(w, rep, first_bill, h, e);
  }
  return rc;
}

static int write_all(writer *w) {
  unsigned reps = w->options->reps ? w->options->reps : DEMO_REPS;
  bool second = w->options->generation == 2;
  int rc = SQLITE_OK;
  for (unsigned n = 0; !rc && n < reps; n++) {
    person p;
    history h;
    demo_person(&w->random, n, second, second ? "suspended" : "pending", &p);
    live(w, &h);
    order(&h);
    rc = write_rep(w, n + 1, &p, &h);
    if (!rc) rc = write_history(w, n + 1, &h);
  }
  return rc;
}

static int prepare(writer *w) {
  bool second = w->options->generation == 2;
  const char *columns =
      "id, full_name, admin_username, telegram_id, phone_number, store_name, status, created_at, updated_at";
  char rep_sql[400];
  snprintf(rep_sql, sizeof rep_sql, "INSERT INTO representatives (%s%s) VALUES (?,?,?,?,?,?,?,?,?%s)", columns,
           second ? "" : ", balance", second ? "" : ",?");
  const char *bill_sql =
      second ? "INSERT INTO invoices (id, representative_id, total_amount, base_amount, status, due_date,"
               " paid_date, created_at, updated_at, invoice_number) VALUES (?1,?2,?3,?3,?4,?5,?6,?7,?7,?8)"
             : "INSERT INTO invoices (id, representative_id, amount, status, due_date, paid_at, created_at,"
               " telegram_link) VALUES (?,?,?,?,?,?,?,?)";
  int rc = sqlite3_prepare_v2(w->db, rep_sql, -1, &w->rep, NULL);
  if (!rc) rc = sqlite3_prepare_v2(w->db, bill_sql, -1, &w->bill, NULL);
  if (!rc && !second)
    rc = sqlite3_prepare_v2(w->db,
                            "INSERT INTO payments (id, representative_id, invoice_id, amount, type, description,"
                            " created_at) VALUES (?,?,?,?,?,?,?)",
                            -1, &w->payment, NULL);
  if (!rc && second)
    rc = sqlite3_prepare_v2(w->db,
                            "INSERT INTO invoice_items (invoice_id, description, service_type, duration_months,"
                            " unit_price, total_price) VALUES (?1,?2,'limited',1,?3,?3)",
                            -1, &w->item, NULL);
  if (!rc && second)
    rc = sqlite3_prepare_v2(w->db,
                            "INSERT INTO financial_ledger (id, representative_id, transaction_date,"
                            " transaction_type, amount, running_balance, reference_id, reference_number,"
                            " description, created_at) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?3)",
                            -1, &w->ledger, NULL);
  return rc;
}

static int fill(writer *w) {
  int rc = sqlite3_exec(w->db, w->options->generation == 2 ? schema_2 : schema_1, NULL, NULL, NULL);
  if (!rc) rc = sqlite3_exec(w->db, "BEGIN", NULL, NULL, NULL);
  if (!rc) rc = prepare(w);
  if (!rc) rc = write_all(w);
  sqlite3_finalize(w->rep);
  sqlite3_finalize(w->bill);
  sqlite3_finalize(w->payment);
  sqlite3_finalize(w->item);
  sqlite3_finalize(w->ledger);
  return rc ? rc : sqlite3_exec(w->db, "COMMIT", NULL, NULL, NULL);
}

int demo_write(const char *file, const demo_options *options, char *error, size_t size) {
  writer w = {.options = options, .random = options->seed};
  if (options->reps > DEMO_REPS_MOST || options->generation < 1 || options->generation > 2) {
    snprintf(error, size, "at most %d representatives, generation 1 or 2", DEMO_REPS_MOST);
    return -1;
  }
  int made = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made < 0) {
    snprintf(error, size, "%s exists already or cannot be made", file);
    return -1;
  }
  close(made);
  int rc = sqlite3_open_v2(file, &w.db, SQLITE_OPEN_READWRITE, NULL);
  if (!rc) rc = fill(&w);
  if (rc) snprintf(error, size, "%s: %s", file, sqlite3_errmsg(w.db));
  sqlite3_close(w.db);
  if (rc) unlink(file);
  return rc ? -1 : 0;
}
