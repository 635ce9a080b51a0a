/* Reading the host's own tables: real SQLite files, written as the demo writes them. */
#include <base/civil.h>
#include <base/clock.h>
#include <base/utf8.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hands.h"

/* ---- both generations ---- */

START_TEST(all_reps_of_both_generations_are_read) {
  for (int generation = 1; generation <= 2; generation++) {
    const char *file = demo(generation == 1 ? "v1.db" : "v2.db", generation);
    host *h = opened(generation == 1 ? &host_preset_v1 : &host_preset_v2, file);
    assert_ok(host_check(h, &error));
    mcrm_rep_array reps = all(h);
    ck_assert_uint_eq(reps.count, 40);
    for (size_t i = 0; i < reps.count; i++) {
      const mcrm_rep *rep = reps.at[i];
      ck_assert_str_eq(rep->kind, "rep");
      ck_assert_ptr_nonnull(rep->name);
      ck_assert_ptr_nonnull(rep->balance);
      ck_assert_int_eq(rep->as_of, NOW);
      ck_assert(i == 0 || strcmp(reps.at[i - 1]->host_key, rep->host_key) < 0);
      for (size_t k = 0; k < rep->phones.count; k++) {
        ck_assert_int_eq(rep->phones.at[k][0], '+');
        ck_assert_uint_eq(strspn(rep->phones.at[k] + 1, "0123456789"), strlen(rep->phones.at[k]) - 1);
      }
      if (rep->telegram) ck_assert_ptr_null(strpbrk(rep->telegram, "@/:."));
    }
    host_close(h);
  }
}
END_TEST

/* The demo writes every phone and Telegram name in some messy form; none may be lost. */
START_TEST(every_messy_phone_and_telegram_name_is_understood) {
  const char *file = demo("v1.db", 1);
  host *h = opened(&host_preset_v1, file);
  mcrm_rep_array reps = all(h);
  size_t phones = 0, names = 0;
  for (size_t i = 0; i < reps.count; i++) {
    phones += reps.at[i]->phones.count > 0;
    names += reps.at[i]->telegram != NULL;
  }
  ck_assert_int_eq(phones, number(file, "SELECT COUNT(phone_number) FROM representatives"));
  ck_assert_int_eq(names, number(file, "SELECT COUNT(telegram_id) FROM representatives"));
  host_close(h);
}
END_TEST

START_TEST(balance_is_a_column_in_one_generation_and_a_ledger_in_the_other) {
  const char *file = demo("v1.db", 1);
  host *h = opened(&host_preset_v1, file);
  sql(file,
      "UPDATE representatives SET balance = -1500 WHERE id = 3; UPDATE representatives SET balance = 20 WHERE id = 4;"
      "UPDATE representatives SET balance = 0 WHERE id = 5");
  ck_assert_str_eq(one(h, "3")->balance->state, "debtor");
  ck_assert_int_eq(one(h, "3")->balance->amount, 1500);
  ck_assert_int_eq(one(h, "3")->debt, 1500);
  ck_assert_str_eq(one(h, "4")->balance->state, "creditor");
  ck_assert_int_eq(one(h, "4")->balance->amount, 20);
  ck_assert_str_eq(one(h, "5")->balance->state, "settled");
  host_close(h);

  file = demo("v2.db", 2);
  h = opened(&host_preset_v2, file);
  sql(file,
      "INSERT INTO financial_ledger (representative_id, transaction_type, amount, running_balance) VALUES "
      "(3, 'invoice', 10.5, 1500.5), (4, 'payment', 5, -20.4)");
  ck_assert_str_eq(one(h, "3")->balance->state, "debtor");
  ck_assert_int_eq(one(h, "3")->balance->amount, 1501);
  ck_assert_str_eq(one(h, "4")->balance->state, "creditor");
  ck_assert_int_eq(one(h, "4")->balance->amount, 20);
  host_close(h);
}
END_TEST

START_TEST(totals_are_those_of_the_tables) {
  const char *file = demo("v1.db", 1);
  host *h = opened(&host_preset_v1, file);
  mcrm_rep_array reps = all(h);
  for (size_t i = 0; i < reps.count; i++) {
    char text[600];
    const char *key = reps.at[i]->host_key;
    const mcrm_invoices *t = reps.at[i]->invoices;
    snprintf(text, sizeof text, "SELECT COUNT(*) FROM invoices WHERE representative_id = %s", key);
    ck_assert_int_eq(t->count, number(file, text));
    snprintf(
        text, sizeof text,
        "SELECT COALESCE(SUM(amount - (SELECT COALESCE(SUM(amount), 0) FROM payments WHERE invoice_id = i.id)), 0) "
        "FROM invoices i WHERE representative_id = %s AND status <> 'paid'",
        key);
    ck_assert_int_eq(t->unpaid_amount, number(file, text));
    snprintf(text, sizeof text,
             "SELECT COUNT(*) FROM invoices WHERE representative_id = %s AND status <> 'paid' AND "
             "due_date < datetime(%lld, 'unixepoch')",
             key, (long long)now_s);
    ck_assert_int_eq(t->overdue, number(file, text));
    /* one rep alone says the same as all together */
    const mcrm_rep *alone = one(h, key);
    ck_assert_int_eq(alone->invoices->unpaid_amount, t->unpaid_amount);
    ck_assert_int_eq(alone->invoices->last_at, t->last_at);
  }
  host_close(h);
}
END_TEST

/* In generation 2's demo nothing is owed but invoices, less what was paid ahead. */
START_TEST(balance_and_open_invoices_agree_to_the_toman) {
  const char *file = demo("v2.db", 2);
  host *h = opened(&host_preset_v2, file);
  mcrm_rep_array reps = all(h);
  size_t compared = 0;
  for (size_t i = 0; i < reps.count; i++) {
    char text[300];
    snprintf(text, sizeof text,
             "SELECT COUNT(*) FROM financial_ledger WHERE representative_id = %s AND transaction_type = 'payment' AND "
             "reference_id IS NULL",
             reps.at[i]->host_key);
    if (number(file, text)) continue;
    ck_assert_int_eq(reps.at[i]->debt, reps.at[i]->invoices->unpaid_amount);
    compared++;
  }
  ck_assert_uint_gt(compared, 20);
  host_close(h);
}
END_TEST

START_TEST(many_keys_are_asked_for_at_once) {
  const char *file = folder_file(folder, "many.db");
  const demo_options options = {.reps = 200, .seed = 3, .generation = 1, .now = now_s};
  char why[200], texts[200][8];
  const char *keys[200];
  ck_assert_int_eq(demo_write(file, &options, why, sizeof why), 0);
  for (int i = 0; i < 200; i++) {
    snprintf(texts[i], sizeof texts[i], "%d", 200 - i);
    keys[i] = texts[i];
  }
  host *h = opened(&host_preset_v1, file);
  mcrm_rep_array all_of_them = all(h), asked;
  assert_ok(host_reps(h, memory, (mcrm_texts){keys, 200}, NOW, &error, &asked));
  ck_assert_uint_eq(asked.count, 200);
  for (size_t i = 0; i < 200; i++) {
    ck_assert_str_eq(asked.at[i]->host_key, all_of_them.at[i]->host_key);
    ck_assert_int_eq(asked.at[i]->invoices->unpaid_amount, all_of_them.at[i]->invoices->unpaid_amount);
    ck_assert_int_eq(asked.at[i]->invoices->count, all_of_them.at[i]->invoices->count);
  }
  host_close(h);
}
END_TEST

/* ---- accounts ---- */

START_TEST(the_course_of_the_balance_ends_at_the_balance) {
  for (int generation = 1; generation <= 2; generation++) {
    host *h =
        opened(generation == 1 ? &host_preset_v1 : &host_preset_v2, demo(generation == 1 ? "a1" : "a2", generation));
    for (int i = 1; i <= 10; i++) {
      char key[4];
      mcrm_account account;
      snprintf(key, sizeof key, "%d", i);
      assert_ok(host_account(h, memory, key, NOW, 200, &error, &account));
      ck_assert_uint_gt(account.series.count, 10);
      int64_t debt = account.balance->amount * (strcmp(account.balance->state, "creditor") ? 1 : -1);
      ck_assert_int_eq(account.series.at[account.series.count - 1]->amount, debt);
      for (size_t k = 1; k < account.series.count; k++)
        ck_assert_int_le(account.series.at[k - 1]->at, account.series.at[k]->at);
      for (size_t k = 1; k < account.invoices.count; k++)
        ck_assert_int_ge(account.invoices.at[k - 1]->issued_at, account.invoices.at[k]->issued_at);
      for (size_t k = 1; k < account.payments.count; k++)
        ck_assert_int_ge(account.payments.at[k - 1]->at, account.payments.at[k]->at);
      /* before everything that is known, nothing was owed: generation 1's course is worked out from the end */
      if (generation == 1) {
        const mcrm_invoice *first = account.invoices.at[account.invoices.count - 1];
        ck_assert_int_eq(account.series.at[0]->amount, first->amount);
      }
    }
    host_close(h);
  }
}
END_TEST

START_TEST(an_account_is_bounded) {
  host *h = opened(&host_preset_v1, demo("v1.db", 1));
  mcrm_account account;
  assert_ok(host_account(h, memory, "1", NOW, 5, &error, &account));
  ck_assert_uint_eq(account.invoices.count, 5);
  ck_assert_uint_le(account.payments.count, 5);
  assert_code(MCRM_NOT_FOUND, host_account(h, memory, "4711", NOW, 5, &error, &account));
  host_close(h);
}
END_TEST

/* ---- live ---- */

START_TEST(a_change_is_seen_at_once) {
  const char *file = demo("v1.db", 1);
  host *h = opened(&host_preset_v1, file);
  one(h, "3");
  sql(file,
      "UPDATE representatives SET full_name = 'نام تازه', balance = -42 WHERE id = 3; DELETE FROM invoices WHERE "
      "representative_id = 4");
  ck_assert_str_eq(one(h, "3")->name, "نام تازه");
  ck_assert_int_eq(one(h, "3")->debt, 42);
  ck_assert_int_eq(one(h, "4")->invoices->count, 0);
  host_close(h);
}
END_TEST

START_TEST(nothing_of_the_host_is_ever_changed) {
  const char *file = demo("v1.db", 1);
  int64_t before = number(file, "SELECT total_changes() + (SELECT COUNT(*) FROM sqlite_master)");
  static const host_mapping rows[] = {{"key", "1) FROM representatives; DELETE FROM representatives; --"},
                                      {"name", "full_name"}};
  const host_options options = {.url = file, .reps_from = "representatives", .reps = rows, .rep_count = 2};
  host *h;
  mcrm_rep_array out;
  assert_ok(host_open(&options, &error, &h));
  assert_code(MCRM_UNAVAILABLE, host_reps(h, memory, (mcrm_texts){0}, NOW, &error, &out));
  assert_code(MCRM_INVALID, host_check(h, &error));
  host_close(h);
  ck_assert_int_eq(number(file, "SELECT COUNT(*) FROM representatives"), 40);
  ck_assert_int_eq(number(file, "SELECT total_changes() + (SELECT COUNT(*) FROM sqlite_master)"), before);
}
END_TEST

/* ---- down ---- */

static int64_t milliseconds_of(host *h, int expected) {
  mcrm_rep_array out;
  const char *key = "3";
  int64_t start = clock_monotonic();
  assert_code(expected, host_reps(h, memory, (mcrm_texts){&key, 1}, NOW, &error, &out));
  return (clock_monotonic() - start) / 1000000;
}

START_TEST(a_missing_host_is_unavailable_and_comes_back) {
  const char *file = folder_file(folder, "later.db"), *away = folder_file(folder, "away.db");
  host *h = opened(&host_preset_v1, file); /* the CRM starts without it */
  ck_assert_int_lt(milliseconds_of(h, MCRM_UNAVAILABLE), 200);
  assert_code(MCRM_UNAVAILABLE, host_check(h, &error));
  ck_assert_str_eq(error.field, "host.url");
  demo("later.db", 1);
  milliseconds_of(h, MCRM_OK);
  ck_assert_int_eq(rename(file, away), 0); /* while a connection is open */
  ck_assert_int_lt(milliseconds_of(h, MCRM_UNAVAILABLE), 200);
  const demo_options other = {.reps = 5, .seed = 99, .generation = 1, .now = now_s};
  char why[200];
  ck_assert_int_eq(demo_write(file, &other, why, sizeof why), 0); /* another file under the same name */
  ck_assert_uint_eq(all(h).count, 5);
  host_close(h);
}
END_TEST

START_TEST(a_locked_host_is_given_up_within_a_second) {
  const char *file = demo("v1.db", 1);
  host *h = opened(&host_preset_v1, file);
  sqlite3 *db;
  ck_assert_int_eq(sqlite3_open(file, &db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
  ck_assert_int_le(milliseconds_of(h, MCRM_UNAVAILABLE), 1000);
  ck_assert_int_lt(milliseconds_of(h, MCRM_UNAVAILABLE), 100); /* and nobody else waits for it */
  mcrm_rep_array out;
  struct timespec pause = {.tv_sec = 1};
  nanosleep(&pause, NULL);
  int64_t start = clock_monotonic();
  assert_code(MCRM_UNAVAILABLE, host_reps(h, memory, (mcrm_texts){0}, NOW, &error, &out));
  ck_assert_int_le((clock_monotonic() - start) / 1000000, 1000);
  ck_assert_int_eq(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(db);
  nanosleep(&pause, NULL);
  milliseconds_of(h, MCRM_OK);
  host_close(h);
}
END_TEST

START_TEST(a_file_that_is_no_database_is_unavailable) {
  const char *file = folder_file(folder, "text.db");
  FILE *f = fopen(file, "w");
  for (int i = 0; i < 1000; i++) fputs("this is not a database\n", f);
  fclose(f);
  host *h = opened(&host_preset_v1, file);
  milliseconds_of(h, MCRM_UNAVAILABLE);
  host_close(h);
  h = opened(&host_preset_v1, folder); /* a folder */
  milliseconds_of(h, MCRM_UNAVAILABLE);
  host_close(h);
}
END_TEST

/* splitmix64 */
static uint64_t random_number(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
  return z ^ z >> 31;
}

/* Whatever stands in the host's file: values, or a host that is not available. */
START_TEST(a_damaged_file_is_never_our_end) {
  const char *file = demo("v1.db", 1), *damaged = folder_file(folder, "damaged.db");
  static unsigned char bytes[1 << 20];
  FILE *f = fopen(file, "rb");
  size_t size = fread(bytes, 1, sizeof bytes, f);
  fclose(f);
  host *h = opened(&host_preset_v1, damaged);
  unsigned answered = 0, refused = 0;
  uint64_t state = 20261123;
  for (int round = 0; round < 150; round++) {
    static unsigned char copy[sizeof bytes];
    memcpy(copy, bytes, size);
    for (uint64_t i = 0, n = 1 + random_number(&state) % 200; i < n; i++)
      copy[(round % 3 ? 0 : 100) + random_number(&state) % (round % 2 ? size - 100 : 4096 * 4)] =
          (unsigned char)random_number(&state);
    unlink(damaged);
    f = fopen(damaged, "wb");
    fwrite(copy, 1, round % 10 ? size : size / 2, f);
    fclose(f);
    mcrm_rep_array reps;
    mcrm_account account;
    arena *a = arena_new(0);
    const char *key = "3";
    mcrm_error why = {0};
    int code = host_reps(h, a, (mcrm_texts){round % 4 ? &key : NULL, round % 4 ? 1 : 0}, NOW, &why, &reps);
    ck_assert_msg(code == MCRM_OK || code == MCRM_UNAVAILABLE, "%d %s", code, why.detail);
    for (size_t i = 0; !code && i < reps.count; i++)
      if (reps.at[i]->name) ck_assert(utf8_valid(reps.at[i]->name, strlen(reps.at[i]->name)));
    answered += !code;
    refused += code != 0;
    why = (mcrm_error){0};
    code = host_account(h, a, key, NOW, 50, &why, &account);
    ck_assert_msg(code == MCRM_OK || code == MCRM_UNAVAILABLE || code == MCRM_NOT_FOUND, "%d %s", code, why.detail);
    arena_free(a);
  }
  ck_assert(answered > 5 && refused > 5);
  host_close(h);
}
END_TEST

START_TEST(a_child_process_does_not_use_its_parents_host) {
  host *h = opened(&host_preset_v1, demo("v1.db", 1));
  one(h, "3");
  pid_t child = fork();
  if (!child) {
    mcrm_rep_array reps;
    mcrm_error why = {0};
    const char *key = "3";
    int code = host_reps(h, memory, (mcrm_texts){&key, 1}, NOW, &why, &reps);
    host_close(h); /* closes nothing */
    _exit(code == MCRM_UNSUPPORTED ? 0 : 1);
  }
  int status;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert(WIFEXITED(status) && !WEXITSTATUS(status));
  one(h, "3");
  host_close(h);
}
END_TEST

/* ---- mapping ---- */

static void assert_check(const host_options *options, const char *field) {
  host *h;
  assert_ok(host_open(options, &error, &h));
  assert_code(MCRM_INVALID, host_check(h, &error));
  ck_assert_str_eq(error.field, field);
  host_close(h);
}

START_TEST(a_mapping_that_is_wrong_is_named) {
  const char *file = demo("v1.db", 1);
  host_mapping rows[] = {{"key", "r.id"}, {"name", "r.full_name"}, {"shop", "r.shop_name"}};
  host_options options = {.url = file, .reps_from = "representatives r", .reps = rows, .rep_count = 3};
  assert_check(&options, "host.representatives.shop");
  ck_assert_ptr_nonnull(strstr(error.detail, "r.shop_name"));

  rows[2] = (host_mapping){"balance", "r.full_name"};
  assert_check(&options, "host.representatives.balance");
  rows[2] = (host_mapping){"updated_at", "r.full_name"};
  assert_check(&options, "host.representatives.updated_at");
  rows[2] = (host_mapping){"shop", "r.store_name, r.id"};
  assert_check(&options, "host.representatives.shop");
  rows[2] = (host_mapping){"shop", "r.store_name -- the shop"}; /* a comment swallows nothing */
  host *h;
  assert_ok(host_open(&options, &error, &h));
  assert_ok(host_check(h, &error));
  host_close(h);
  options.reps_from = "agents r";
  assert_check(&options, "host.representatives.from");

  host_options presets = host_preset_v2; /* generation 2's mapping on generation 1's tables */
  presets.url = file;
  assert_check(&presets, "host.representatives.balance");
  mcrm_rep_array out;
  assert_ok(host_open(&presets, &error, &h));
  assert_code(MCRM_UNAVAILABLE, host_reps(h, memory, (mcrm_texts){0}, NOW, &error, &out));
  ck_assert_str_eq(error.field, "host.representatives.balance");
  host_close(h);
}
END_TEST

START_TEST(a_mapping_that_is_not_whole_is_refused_at_once) {
  host_mapping rows[] = {{"key", "id"}, {"nmae", "x"}};
  host_options options = {.url = "x.db", .reps_from = "r", .reps = rows, .rep_count = 2};
  host *h;
  assert_code(MCRM_INVALID, host_open(&options, &error, &h));
  ck_assert_str_eq(error.field, "host.representatives.nmae");
  options.rep_count = 1;
  assert_code(MCRM_INVALID, host_open(&options, &error, &h));
  ck_assert_str_eq(error.field, "host.representatives.name");
  rows[1].name = "name";
  options.rep_count = 2;
  options.debtor_sign = "minus";
  assert_code(MCRM_INVALID, host_open(&options, &error, &h));
  ck_assert_str_eq(error.field, "host.debtor_sign");
  options.debtor_sign = NULL;
  options.time_zone = "Mars/Base";
  assert_code(MCRM_INVALID, host_open(&options, &error, &h));
  options.time_zone = NULL;
  options.url = "mysql://x/y";
  assert_code(MCRM_UNSUPPORTED, host_open(&options, &error, &h));
  options.url = NULL;
  assert_code(MCRM_INVALID, host_open(&options, &error, &h));
  ck_assert_str_eq(error.field, "host.url");
}
END_TEST

/* ---- threads ---- */

static void *ask(void *context) {
  for (int i = 0; i < 50; i++) {
    arena *a = arena_new(0);
    mcrm_error why = {0};
    mcrm_rep_array out;
    const char *keys[] = {"1", "2", "3"};
    if (host_reps(context, a, (mcrm_texts){keys, 3}, NOW, &why, &out) || out.count != 3) return context;
    arena_free(a);
  }
  return NULL;
}

START_TEST(eight_threads_share_a_host) {
  host *h = opened(&host_preset_v1, demo("v1.db", 1));
  pthread_t threads[8];
  for (int i = 0; i < 8; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, ask, h), 0);
  for (int i = 0; i < 8; i++) {
    void *failed;
    pthread_join(threads[i], &failed);
    ck_assert_ptr_null(failed);
  }
  host_close(h);
}
END_TEST

START_TEST(the_demo_is_the_same_for_the_same_seed) {
  for (int generation = 1; generation <= 2; generation++) {
    const char *a = demo(generation == 1 ? "a1" : "a2", generation),
               *b = demo(generation == 1 ? "b1" : "b2", generation);
    host *first = opened(generation == 1 ? &host_preset_v1 : &host_preset_v2, a);
    host *second = opened(generation == 1 ? &host_preset_v1 : &host_preset_v2, b);
    mcrm_rep_array x = all(first), y = all(second);
    ck_assert_uint_eq(x.count, y.count);
    for (size_t i = 0; i < x.count; i++) {
      ck_assert_str_eq(x.at[i]->name, y.at[i]->name);
      ck_assert_int_eq(x.at[i]->debt, y.at[i]->debt);
    }
    host_close(first);
    host_close(second);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("host");
  TCase *c = tcase_create("host");
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_set_timeout(c, 60);
  tcase_add_test(c, all_reps_of_both_generations_are_read);
  tcase_add_test(c, every_messy_phone_and_telegram_name_is_understood);
  tcase_add_test(c, balance_is_a_column_in_one_generation_and_a_ledger_in_the_other);
  tcase_add_test(c, totals_are_those_of_the_tables);
  tcase_add_test(c, balance_and_open_invoices_agree_to_the_toman);
  tcase_add_test(c, many_keys_are_asked_for_at_once);
  tcase_add_test(c, the_course_of_the_balance_ends_at_the_balance);
  tcase_add_test(c, an_account_is_bounded);
  tcase_add_test(c, a_change_is_seen_at_once);
  tcase_add_test(c, nothing_of_the_host_is_ever_changed);
  tcase_add_test(c, a_missing_host_is_unavailable_and_comes_back);
  tcase_add_test(c, a_locked_host_is_given_up_within_a_second);
  tcase_add_test(c, a_file_that_is_no_database_is_unavailable);
  tcase_add_test(c, a_damaged_file_is_never_our_end);
  tcase_add_test(c, a_child_process_does_not_use_its_parents_host);
  tcase_add_test(c, a_mapping_that_is_wrong_is_named);
  tcase_add_test(c, a_mapping_that_is_not_whole_is_refused_at_once);
  tcase_add_test(c, eight_threads_share_a_host);
  tcase_add_test(c, the_demo_is_the_same_for_the_same_seed);
  suite_add_tcase(suite, c);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
