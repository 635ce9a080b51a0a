/* Representatives: live over the last known, lists, finding a caller, what may be seen. */
#include <base/error.h>
#include <base/utf8.h>
#include <stdio.h>
#include <store/journal.h>
#include <string.h>

#include "cursor.h"
#include "host_fixture.h"

static int code_of(const char *who, mcrm_rep_filter filter) {
  mcrm_rep_page page = {.size = sizeof page};
  filter.size = sizeof filter;
  return READ_AS(who, rep_list, rep_filter, &filter, &page);
}

/* ---- local rows ---- */

START_TEST(each_rep_of_the_host_has_one_local_row) {
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM rep WHERE kind = 'rep'"), HOST_FIXTURE_REPS);
  ck_assert_int_eq(fixture_number("SELECT COUNT(DISTINCT host_key) FROM rep"), HOST_FIXTURE_REPS);
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM rep WHERE sort_key IS NULL OR as_of IS NULL"), 0);
}
END_TEST

START_TEST(hearing_the_same_again_changes_and_journals_nothing) {
  int64_t entries = fixture_number("SELECT COUNT(*) FROM journal");
  f.now += 5 * 60000;
  ck_assert_int_eq(sync_host(), 0);
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM journal"), entries);
  ck_assert_int_eq(fixture_number("SELECT MIN(as_of) FROM rep"), f.now);
}
END_TEST

START_TEST(a_change_in_the_host_is_journalled_once) {
  mcrm_id id = rep_of("3");
  host_sql("UPDATE representatives SET store_name = 'موبایل تازه' WHERE id = 3");
  ck_assert_int_eq(sync_host(), 1);
  ck_assert_int_eq(sync_host(), 0);
  char sql[200];
  snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM journal WHERE entity_id = %lld AND action = 'update'", (long long)id);
  ck_assert_int_eq(fixture_number(sql), 1);
  ck_assert_int_eq(rep_of("3"), id);
}
END_TEST

START_TEST(a_new_rep_gets_a_row_and_one_that_is_gone_keeps_it) {
  mcrm_id id = rep_of("7");
  host_sql(
      "INSERT INTO representatives (id, full_name, admin_username, phone_number) VALUES (900, 'تازه وارد', 'new900', "
      "'09120000001');"
      "DELETE FROM payments WHERE representative_id = 7; DELETE FROM invoices WHERE representative_id = 7;"
      "DELETE FROM representatives WHERE id = 7");
  ck_assert_str_eq(rep_shown("sara", id)->status, "gone"); /* seen before any worker has run */
  ck_assert_int_eq(sync_host(), 2);
  ck_assert_str_eq(rep_shown("sara", rep_of("900"))->name, "تازه وارد");
  ck_assert_int_eq(rep_of("7"), id);
  ck_assert_str_eq(fixture_text("SELECT status FROM rep WHERE host_key = '7'"), "gone");
  host_sql("INSERT INTO representatives (id, full_name, admin_username) VALUES (7, 'برگشته', 'back7')");
  ck_assert_int_eq(sync_host(), 1);
  ck_assert_int_eq(rep_of("7"), id); /* an id is never minted twice for a key */
  ck_assert_str_eq(rep_shown("sara", id)->status, "active");
}
END_TEST

/* ---- live ---- */

START_TEST(what_is_shown_is_what_the_host_says_now) {
  mcrm_id id = rep_of("3");
  host_sql(
      "UPDATE representatives SET balance = -77000, full_name = 'نام دیگر', phone_number = '۰۹۱۲ ۰۰۰ ۰۰۰۷' WHERE id = "
      "3");
  const mcrm_rep *rep = rep_shown("sara", id);
  ck_assert_str_eq(rep->name, "نام دیگر");
  ck_assert_str_eq(rep->balance->state, "debtor");
  ck_assert_int_eq(rep->balance->amount, 77000);
  ck_assert_str_eq(rep->phones.at[0], "+989120000007");
  ck_assert_int_eq(rep->as_of, f.now);
  mcrm_rep_page page = listed("sara", (mcrm_rep_filter){.limit = 200});
  bool seen = false;
  for (size_t i = 0; i < page.items.count; i++)
    if (page.items.at[i]->id == id) {
      seen = true;
      ck_assert_int_eq(page.items.at[i]->balance->amount, 77000);
    }
  ck_assert(seen);
}
END_TEST

START_TEST(with_the_host_down_the_last_known_values_show_and_say_how_old_they_are) {
  mcrm_id id = rep_of("3");
  mcrm_time heard = f.now;
  const mcrm_rep *before = rep_shown("sara", id);
  host_down();
  f.now += 3600000;
  const mcrm_rep *rep = rep_shown("sara", id);
  ck_assert_str_eq(rep->name, before->name);
  ck_assert_int_eq(rep->balance->amount, before->balance->amount);
  ck_assert_int_eq(rep->as_of, heard);
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.limit = 200}).items.count, HOST_FIXTURE_REPS);
  int64_t changed;
  store_tx tx = fixture_begin(true);
  const access_actor system = {.role = "admin", .policy = f.policy};
  crm_call call = {.tx = &tx, .actor = &system, .crm = &f.crm};
  ck_assert_int_eq(rep_sync(&call, &changed), MCRM_UNAVAILABLE);
  store_rollback(&tx);
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM rep WHERE status = 'gone'"), 0);
  host_up();
  ck_assert_int_eq(rep_shown("sara", id)->as_of, f.now);
}
END_TEST

START_TEST(a_rep_that_has_changed_since_the_list_was_made_falls_out_of_its_filter) {
  mcrm_rep_page before = listed("sara", (mcrm_rep_filter){.balance = "debtor", .limit = 200});
  char sql[100];
  snprintf(sql, sizeof sql, "UPDATE representatives SET balance = 5 WHERE id = %s", before.items.at[0]->host_key);
  host_sql(sql);
  mcrm_rep_page after = listed("sara", (mcrm_rep_filter){.balance = "debtor", .limit = 200});
  ck_assert_uint_eq(after.items.count, before.items.count - 1);
  for (size_t i = 0; i < after.items.count; i++) ck_assert_str_eq(after.items.at[i]->balance->state, "debtor");
}
END_TEST

START_TEST(hostile_values_of_the_host_come_in_clean) {
  host_sql(
      "UPDATE representatives SET full_name = CAST(x'FF41C0AF0A42' AS TEXT), store_name = CAST(x'D8' AS TEXT) WHERE id "
      "= 3;"
      "UPDATE representatives SET full_name = '\" OR 1=1; DROP TABLE rep; --', telegram_id = "
      "'https://t.me/x\"><script>' WHERE id = 4");
  sync_host();
  const mcrm_rep *rep = rep_shown("sara", rep_of("3"));
  ck_assert(utf8_valid(rep->name, strlen(rep->name)));
  ck_assert_ptr_null(strchr(rep->name, '\n'));
  ck_assert_str_eq(rep_shown("sara", rep_of("4"))->name, "\" OR 1=1; DROP TABLE rep; --");
  ck_assert_ptr_null(rep_shown("sara", rep_of("4"))->telegram);
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM rep"), HOST_FIXTURE_REPS);
}
END_TEST

/* ---- lists ---- */

START_TEST(names_are_in_the_persian_order) {
  host_sql(
      "UPDATE representatives SET full_name = CASE id WHEN 1 THEN 'گلی' WHEN 2 THEN 'هادی' WHEN 3 THEN 'پژمان' WHEN 4 "
      "THEN 'آرش' "
      "WHEN 5 THEN 'کاوه' END WHERE id <= 5; DELETE FROM payments; DELETE FROM invoices; DELETE FROM representatives "
      "WHERE id > 5");
  sync_host();
  mcrm_rep_page page = listed("sara", (mcrm_rep_filter){.status = "active", .limit = 200});
  const char *expected[] = {"آرش", "پژمان", "کاوه", "گلی", "هادی"};
  size_t at = 0;
  for (size_t i = 0; i < page.items.count; i++)
    for (; strcmp(expected[at], page.items.at[i]->name) != 0; at++) ck_assert_uint_lt(at, 4);
  ck_assert_uint_gt(page.items.count, 1);
}
END_TEST

START_TEST(pages_give_every_rep_once_in_every_order) {
  static const char *const sorts[] = {"name", "last_contact_at", "-last_contact_at", "-debt"};
  fixture_sql("UPDATE rep SET last_contact_at = 1000000 + id % 5 WHERE id % 3 = 0"); /* ties and nulls */
  for (size_t s = 0; s < 4; s++) {
    const char *cursor = NULL;
    size_t count = 0;
    mcrm_id seen[HOST_FIXTURE_REPS];
    do {
      mcrm_rep_page page = listed("sara", (mcrm_rep_filter){.sort = sorts[s], .limit = 7, .cursor = cursor});
      for (size_t i = 0; i < page.items.count; i++) {
        for (size_t k = 0; k < count; k++) ck_assert_int_ne(seen[k], page.items.at[i]->id);
        ck_assert_uint_lt(count, HOST_FIXTURE_REPS);
        seen[count++] = page.items.at[i]->id;
      }
      cursor = page.next;
    } while (cursor);
    ck_assert_msg(count == HOST_FIXTURE_REPS, "%s: %zu", sorts[s], count);
  }
}
END_TEST

START_TEST(most_debt_comes_first) {
  mcrm_rep_page page = listed("sara", (mcrm_rep_filter){.sort = "-debt", .balance = "debtor", .limit = 200});
  ck_assert_uint_gt(page.items.count, 5);
  for (size_t i = 1; i < page.items.count; i++)
    ck_assert_int_ge(page.items.at[i - 1]->balance->amount, page.items.at[i]->balance->amount);
  ck_assert_int_eq(page.items.count, host_number("SELECT COUNT(*) FROM representatives WHERE balance < 0"));
}
END_TEST

START_TEST(lists_are_filtered) {
  ck_assert_int_eq(listed("sara", (mcrm_rep_filter){.status = "inactive", .limit = 200}).items.count,
                   host_number("SELECT COUNT(*) FROM representatives WHERE status = 'inactive'"));
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.kind = "prospect"}).items.count, 0);
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.archived = 1}).items.count, 0);
  fixture_sql("UPDATE rep SET last_contact_at = 1000 WHERE host_key = '5'");
  fixture_sql("UPDATE rep SET last_contact_at = 9000 WHERE host_key = '6'");
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.silent_since = 5000, .limit = 200}).items.count,
                    HOST_FIXTURE_REPS - 1);
}
END_TEST

START_TEST(tags_are_met_whole) {
  const char *const vip[] = {"VIP 100%", "تهران"}, *const other[] = {"VIP", "say \"hi\""};
  mcrm_profile_update a = {.size = sizeof a, .id = rep_of("1"), .tags = {vip, 2}};
  mcrm_profile_update b = {.size = sizeof b, .id = rep_of("2"), .tags = {other, 2}, .notes = "a \"VIP 100%\" talk"};
  mcrm_rep out = {.size = sizeof out};
  assert_ok(WRITE_AS("sara", rep_profile_update, profile_update, &a, &out));
  assert_ok(WRITE_AS("sara", rep_profile_update, profile_update, &b, &out));
  mcrm_rep_page page = listed("sara", (mcrm_rep_filter){.tag = "VIP 100%"});
  ck_assert_uint_eq(page.items.count, 1);
  ck_assert_int_eq(page.items.at[0]->id, a.id);
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.tag = "VIP"}).items.count, 1);
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.tag = "say \"hi\""}).items.count, 1);
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.tag = "VI%"}).items.count, 0);
}
END_TEST

START_TEST(reps_are_found_as_people_type) {
  host_sql(
      "UPDATE representatives SET full_name = 'علی کریمی', store_name = 'موبایل‌سرای پارسیان', "
      "admin_username "
      "= "
      "'ali_parsian', "
      "phone_number = '0912 345 6789', telegram_id = '@karimi_shop' WHERE id = 3");
  sync_host();
  static const char *const typed[] = {"علي كريمي",        "کریمی",       "موبایل سرای پارسیان",
                                      "ali_parsian",      "09123456789", "۰۹۱۲۳۴۵",
                                      "+98 912 345 6789", "345 6789",    "karimi_shop"};
  mcrm_id id = rep_of("3");
  for (size_t t = 0; t < sizeof typed / sizeof *typed; t++) {
    mcrm_rep_page page = listed("sara", (mcrm_rep_filter){.text = typed[t], .limit = 200});
    bool found = false;
    for (size_t i = 0; i < page.items.count; i++) found |= page.items.at[i]->id == id;
    ck_assert_msg(found, "%s", typed[t]);
    ck_assert_msg(page.items.count < 20, "%s: %zu", typed[t], page.items.count);
  }
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.text = "چنین کسی نیست"}).items.count, 0);
}
END_TEST

START_TEST(a_calling_number_finds_its_rep_in_any_form) {
  host_sql("UPDATE representatives SET phone_number = '٠٩١٢-٣٤٥-٦٧٨٩ / 02188776655' WHERE id = 3");
  sync_host();
  static const char *const forms[] = {"09123456789",        "+989123456789", "00989123456789", "989123456789",
                                      "9123456789",         "0912 345 6789", "۰۹۱۲ ۳۴۵ ۶۷۸۹",  "(0912) 345-6789",
                                      " +98 912 345 6789 ", "٠٩١٢٣٤٥٦٧٨٩",   "021-8877 6655"};
  mcrm_id id = rep_of("3");
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    mcrm_rep_page page = listed("sara", (mcrm_rep_filter){.phone = forms[i]});
    ck_assert_msg(page.items.count == 1 && page.items.at[0]->id == id, "%s: %zu", forms[i], page.items.count);
  }
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.phone = "09990000000"}).items.count, 0);
  assert_refused(MCRM_INVALID, "phone", code_of("sara", (mcrm_rep_filter){.phone = "unknown"}));
  host_sql("UPDATE representatives SET phone_number = '09120000009' WHERE id = 3");
  sync_host();
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.phone = "09123456789"}).items.count, 0);
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.phone = "09120000009"}).items.count, 1);
}
END_TEST

START_TEST(bad_pages_are_refused) {
  assert_refused(MCRM_INVALID, "limit", code_of("sara", (mcrm_rep_filter){.limit = 201}));
  assert_refused(MCRM_INVALID, "limit", code_of("sara", (mcrm_rep_filter){.limit = -1}));
  static const char *const bad[] = {"x", "!!!", "AAAA", "not a cursor", "bgAAAAAAAAAB=", "\xD8\xB3"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_refused(MCRM_INVALID, "cursor", code_of("sara", (mcrm_rep_filter){.cursor = bad[i]}));
  const char *by_name = listed("sara", (mcrm_rep_filter){.limit = 3}).next;
  assert_refused(MCRM_INVALID, "cursor", code_of("sara", (mcrm_rep_filter){.sort = "-debt", .cursor = by_name}));
  assert_refused(MCRM_INVALID, "sort", code_of("sara", (mcrm_rep_filter){.sort = "age"}));
}
END_TEST

START_TEST(cursors_come_back_as_they_were) {
  store_tx tx = fixture_begin(false);
  crm_call call = {.tx = &tx};
  char longest[CURSOR_TEXT_MAX + 1];
  memset(longest, 'x', CURSOR_TEXT_MAX);
  longest[CURSOR_TEXT_MAX] = 0;
  const store_value keys[] = {store_null(),       store_int(INT64_MIN), store_int(-1),    store_int(INT64_MAX),
                              store_real(-0.125), store_text(""),       store_text("گل"), store_text(longest)};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    store_value key;
    mcrm_id id;
    const char *cursor = cursor_write(&call, keys[i], INT64_MAX - (int64_t)i);
    ck_assert_ptr_nonnull(cursor);
    ck_assert_uint_le(strlen(cursor), 300);
    assert_ok(cursor_read(&call, cursor, &key, &id));
    ck_assert_int_eq(id, INT64_MAX - (int64_t)i);
    ck_assert_int_eq(key.kind, keys[i].kind);
    ck_assert_int_eq(key.number, keys[i].number);
    ck_assert(key.real == keys[i].real);
    if (key.kind == STORE_TEXT) ck_assert_str_eq(key.text, keys[i].text);
    /* every way of breaking one letter is a cursor of its own or is refused; none is a crash */
    for (size_t k = 0; k < strlen(cursor); k++) {
      char broken[400];
      snprintf(broken, sizeof broken, "%s", cursor);
      broken[k] = broken[k] == '~' ? '!' : '~';
      error_clear(&f.error);
      ck_assert_int_eq(cursor_read(&call, broken, &key, &id), MCRM_INVALID);
    }
  }
  store_rollback(&tx);
}
END_TEST

/* ---- what may be seen ---- */

START_TEST(who_may_not_see_finances_sees_and_learns_none) {
  mcrm_id id = rep_of("3");
  host_sql("UPDATE representatives SET balance = -50000000 WHERE id = 3");
  const mcrm_rep *seen = rep_shown("sara", id);
  ck_assert(MCRM_HAS(seen, balance) && MCRM_HAS(seen, invoices));
  assert_ok(access_policy_set(f.policy, "rep.account", "agent", "none", &f.error));
  const mcrm_rep *rep = rep_shown("sara", id);
  ck_assert(!MCRM_HAS(rep, balance) && !rep->balance);
  ck_assert(!MCRM_HAS(rep, invoices) && !rep->invoices);
  ck_assert(!MCRM_HAS(rep, debt) && !rep->debt);
  for (size_t i = 0; i < rep->health->reasons.count; i++) ck_assert_str_ne(rep->health->reasons.at[i]->code, "debt");
  for (size_t i = 0; i < rep->opportunity->reasons.count; i++) {
    const char *reason = rep->opportunity->reasons.at[i]->code;
    ck_assert(strcmp(reason, "debt") && strcmp(reason, "credit") && strcmp(reason, "settled"));
  }
  assert_refused(MCRM_DENIED, "balance", code_of("sara", (mcrm_rep_filter){.balance = "debtor"}));
  assert_refused(MCRM_DENIED, "sort", code_of("sara", (mcrm_rep_filter){.sort = "-debt"}));
  mcrm_account account = {.size = sizeof account};
  const mcrm_ref ref = {.size = sizeof ref, .id = id};
  ck_assert_int_eq(READ_AS("sara", rep_account, ref, &ref, &account), MCRM_DENIED);
  rep = rep_shown("supervisor", id);
  ck_assert(MCRM_HAS(rep, balance));
}
END_TEST

START_TEST(secrets_of_the_row_never_leave) {
  const mcrm_rep *rep = rep_shown("admin", rep_of("3"));
  ck_assert(!MCRM_HAS(rep, sort_key) && !rep->sort_key && !MCRM_HAS(rep, debt) && !rep->debt);
}
END_TEST

START_TEST(a_rep_that_is_not_there_is_not_found) {
  const mcrm_ref ref = {.size = sizeof ref, .id = 4711};
  mcrm_rep out = {.size = sizeof out};
  assert_refused(MCRM_NOT_FOUND, "id", READ_AS("sara", rep_get, ref, &ref, &out));
}
END_TEST

/* ---- account ---- */

START_TEST(an_account_is_live) {
  mcrm_account account = {.size = sizeof account};
  const mcrm_ref ref = {.size = sizeof ref, .id = rep_of("3")};
  assert_ok(READ_AS("sara", rep_account, ref, &ref, &account));
  ck_assert_int_eq(account.rep_id, ref.id);
  ck_assert_int_eq(account.invoices.count, host_number("SELECT COUNT(*) FROM invoices WHERE representative_id = 3"));
  ck_assert_int_eq(account.payments.count, host_number("SELECT COUNT(*) FROM payments WHERE representative_id = 3"));
  size_t payments = account.payments.count;
  host_sql("INSERT INTO payments (representative_id, amount, type) VALUES (3, 12345, 'manual')");
  assert_ok(READ_AS("sara", rep_account, ref, &ref, &account));
  ck_assert_uint_eq(account.payments.count, payments + 1);
  host_down();
  account = (mcrm_account){.size = sizeof account};
  assert_ok(READ_AS("sara", rep_account, ref, &ref, &account));
  ck_assert(MCRM_HAS(&account, balance) && !MCRM_HAS(&account, invoices));
  host_up();
}
END_TEST

/* ---- profile ---- */

static mcrm_rep profile_of(const char *who, mcrm_profile_update in) {
  mcrm_rep out = {.size = sizeof out};
  in.size = sizeof in;
  assert_ok(WRITE_AS(who, rep_profile_update, profile_update, &in, &out));
  return out;
}

START_TEST(a_profile_is_merged_and_facts_say_where_they_come_from) {
  mcrm_id id = rep_of("3");
  mcrm_fact first = {.size = sizeof first, .text = "دخترش دانشجو شد"};
  const mcrm_fact *facts[] = {&first, NULL};
  mcrm_profile_update in = {.size = sizeof in, .id = id, .best_times = "صبح‌ها", .facts = {facts, 1}};
  MCRM_SET(&first, text, first.text);
  profile_of("sara", in);
  mcrm_time then = f.now;
  f.now += 86400000;
  mcrm_fact again = {.size = sizeof again}, second = {.size = sizeof second};
  MCRM_SET(&again, text, "دخترش دانشجو شد");
  MCRM_SET(&second, text, "مغازه را جابه‌جا کرد");
  MCRM_SET(&second, source, "42");
  const mcrm_fact *both[] = {&again, &second};
  mcrm_profile_update more = {.id = id, .notes = "خوش‌صحبت", .facts = {both, 2}};
  mcrm_rep rep = profile_of("reza", more);
  ck_assert_str_eq(rep.profile->best_times, "صبح‌ها");
  ck_assert_str_eq(rep.profile->notes, "خوش‌صحبت");
  ck_assert_uint_eq(rep.profile->facts.count, 2);
  ck_assert_int_eq(rep.profile->facts.at[0]->at, then);
  ck_assert_str_eq(rep.profile->facts.at[0]->source, "user");
  ck_assert_int_eq(rep.profile->facts.at[1]->at, f.now);
  ck_assert_str_eq(rep.profile->facts.at[1]->source, "42");
  const mcrm_rep *read = rep_shown("sara", id);
  ck_assert_str_eq(read->profile->notes, "خوش‌صحبت");
  ck_assert_int_eq(sync_host(), 0); /* the host knows nothing of it and takes nothing away */
  ck_assert_str_eq(rep_shown("sara", id)->profile->notes, "خوش‌صحبت");
}
END_TEST

START_TEST(a_cadence_says_when_the_next_check_in_is) {
  mcrm_id id = rep_of("3");
  mcrm_rep rep = profile_of("sara", (mcrm_profile_update){.id = id, .cadence = "FREQ=DAILY;INTERVAL=14"});
  ck_assert_int_eq(rep.next_check_in_at, fixture_at("2026-12-07 00:00"));
  mcrm_profile_update bad = {.size = sizeof bad, .id = id, .cadence = "EVERY NOW AND THEN"};
  mcrm_rep out = {.size = sizeof out};
  assert_refused(MCRM_INVALID, "cadence", WRITE_AS("sara", rep_profile_update, profile_update, &bad, &out));
  mcrm_profile_update ended = {.size = sizeof ended, .id = id, .cadence = "FREQ=DAILY;UNTIL=20200101T000000Z"};
  assert_refused(MCRM_INVALID, "cadence", WRITE_AS("sara", rep_profile_update, profile_update, &ended, &out));
  mcrm_profile_update none = {.size = sizeof none};
  MCRM_SET(&none, id, id);
  MCRM_SET(&none, cadence, NULL);
  assert_ok(WRITE_AS("sara", rep_profile_update, profile_update, &none, &out));
  ck_assert(!out.cadence && !out.next_check_in_at);
}
END_TEST

START_TEST(a_profile_that_somebody_else_has_changed_is_not_overwritten) {
  mcrm_id id = rep_of("3");
  int64_t version = rep_shown("sara", id)->version;
  profile_of("reza", (mcrm_profile_update){.id = id, .notes = "reza's"});
  mcrm_profile_update late = {.size = sizeof late, .id = id, .version = version, .notes = "sara's"};
  mcrm_rep out = {.size = sizeof out};
  ck_assert_int_eq(WRITE_AS("sara", rep_profile_update, profile_update, &late, &out), MCRM_CONFLICT);
  ck_assert_str_eq(rep_shown("sara", id)->profile->notes, "reza's");
}
END_TEST

START_TEST(a_profile_is_undone_also_where_the_rep_is_the_hosts_and_what_the_host_said_is_not) {
  mcrm_id id = rep_of("3");
  mcrm_record_ref what = {.size = sizeof what, .entity = "rep", .id = id}, out = {.size = sizeof out};
  assert_refused(MCRM_INVALID, "id", WRITE_AS("sara", record_undo, record_ref, &what, &out));
  profile_of("sara", (mcrm_profile_update){.id = id, .notes = "خوش‌صحبت"});
  f.now += 1000;
  profile_of("sara", (mcrm_profile_update){.id = id, .notes = "کم‌حرف"});
  f.now += 1000;
  assert_refused(MCRM_DENIED, "id", WRITE_AS("reza", record_undo, record_ref, &what, &out));
  assert_ok(WRITE_AS("sara", record_undo, record_ref, &what, &out));
  ck_assert_str_eq(rep_shown("sara", id)->profile->notes, "خوش‌صحبت");
  ck_assert_str_eq(rep_shown("sara", id)->kind, "rep");
  f.now += 1000;
  profile_of("omid", (mcrm_profile_update){.id = id, .notes = "از گروه دیگر"});
  f.now += 1000;
  assert_refused(MCRM_DENIED, "id", WRITE_AS("supervisor", record_undo, record_ref, &what, &out)); /* of another team */
  ck_assert_str_eq(rep_shown("sara", id)->profile->notes, "از گروه دیگر");
}
END_TEST

/* ---- contact ---- */

START_TEST(contact_gives_the_link_and_a_draft_whose_clock_runs) {
  host_sql(
      "UPDATE representatives SET phone_number = '+98 912 345 6789', telegram_id = 'https://t.me/Karimi_Shop' WHERE id "
      "= 3");
  mcrm_id id = rep_of("3"); /* not read in yet: live */
  mcrm_contact_link out = {.size = sizeof out};
  mcrm_contact call = {.size = sizeof call, .id = id, .channel = "call", .purpose = "debt"};
  assert_ok(WRITE_AS("sara", rep_contact, contact, &call, &out));
  ck_assert_str_eq(out.url, "tel:+989123456789");
  ck_assert_str_eq(out.display, "0912 345 6789");
  ck_assert_str_eq(out.interaction->state, "draft");
  ck_assert_str_eq(out.interaction->type, "call");
  ck_assert_str_eq(out.interaction->purpose, "debt");
  ck_assert_int_eq(out.interaction->rep_id, id);
  ck_assert_int_eq(out.interaction->user_id, f.sara);
  ck_assert_int_eq(out.interaction->started_at, f.now);
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM interaction WHERE state = 'draft'"), 1);
  mcrm_contact telegram = {.size = sizeof telegram, .id = id, .channel = "telegram"};
  assert_ok(WRITE_AS("sara", rep_contact, contact, &telegram, &out));
  ck_assert_str_eq(out.url, "https://t.me/karimi_shop");
  ck_assert_str_eq(out.display, "@karimi_shop");
  host_sql("UPDATE representatives SET phone_number = NULL, telegram_id = NULL WHERE id = 3");
  assert_refused(MCRM_INVALID, "channel", WRITE_AS("sara", rep_contact, contact, &call, &out));
  assert_refused(MCRM_INVALID, "channel", WRITE_AS("sara", rep_contact, contact, &telegram, &out));
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM interaction"), 2);
}
END_TEST

/* ---- scores ---- */

static bool has_reason(const mcrm_score *score, const char *code) {
  for (size_t i = 0; i < score->reasons.count; i++)
    if (!strcmp(score->reasons.at[i]->code, code)) return true;
  return false;
}

START_TEST(scores_say_why) {
  mcrm_id id = rep_of("3");
  host_sql(
      "UPDATE invoices SET status = 'paid' WHERE representative_id = 3; UPDATE representatives SET status = 'active', "
      "balance = 0 WHERE id = 3");
  double calm = rep_shown("sara", id)->health->score;
  mcrm_sentiment angry = {.size = sizeof angry};
  const char *const emotions[] = {"angry"};
  MCRM_SET(&angry, label, "negative");
  MCRM_SET(&angry, score, -0.8);
  MCRM_SET(&angry, emotions, ((mcrm_texts){emotions, 1}));
  mcrm_interaction talk = {.size = sizeof talk,
                           .rep_id = id,
                           .user_id = f.sara,
                           .type = "call",
                           .state = "final",
                           .direction = "in",
                           .started_at = f.now - 3600000,
                           .sentiment = &angry,
                           .urgency = "critical"};
  fixture_insert(&model_interaction, &talk);
  mcrm_task task = {
      .size = sizeof task, .rep_id = id, .assignee_id = f.sara, .title = "زنگ", .status = "open", .priority = "urgent"};
  fixture_insert(&model_task, &task);
  host_sql(
      "UPDATE invoices SET status = 'pending', due_date = '2026-01-01 00:00:00' WHERE representative_id = 3;"
      "DELETE FROM payments WHERE representative_id = 3");
  const mcrm_rep *rep = rep_shown("sara", id);
  ck_assert(rep->health->score < calm - 30 && rep->health->score >= 0);
  ck_assert(has_reason(rep->health, "angry") && has_reason(rep->health, "debt") &&
            has_reason(rep->health, "urgent_tasks"));
  ck_assert(has_reason(rep->opportunity, "angry"));
  for (size_t i = 0; i < rep->health->reasons.count; i++) ck_assert(rep->health->reasons.at[i]->text[0]);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("rep");
  TCase *c = tcase_create("rep");
  tcase_add_checked_fixture(c, host_fixture_open, host_fixture_close);
  tcase_set_timeout(c, 60);
  tcase_add_test(c, each_rep_of_the_host_has_one_local_row);
  tcase_add_test(c, hearing_the_same_again_changes_and_journals_nothing);
  tcase_add_test(c, a_change_in_the_host_is_journalled_once);
  tcase_add_test(c, a_new_rep_gets_a_row_and_one_that_is_gone_keeps_it);
  tcase_add_test(c, what_is_shown_is_what_the_host_says_now);
  tcase_add_test(c, with_the_host_down_the_last_known_values_show_and_say_how_old_they_are);
  tcase_add_test(c, a_rep_that_has_changed_since_the_list_was_made_falls_out_of_its_filter);
  tcase_add_test(c, hostile_values_of_the_host_come_in_clean);
  tcase_add_test(c, names_are_in_the_persian_order);
  tcase_add_test(c, pages_give_every_rep_once_in_every_order);
  tcase_add_test(c, most_debt_comes_first);
  tcase_add_test(c, lists_are_filtered);
  tcase_add_test(c, tags_are_met_whole);
  tcase_add_test(c, reps_are_found_as_people_type);
  tcase_add_test(c, a_calling_number_finds_its_rep_in_any_form);
  tcase_add_test(c, bad_pages_are_refused);
  tcase_add_test(c, cursors_come_back_as_they_were);
  tcase_add_test(c, who_may_not_see_finances_sees_and_learns_none);
  tcase_add_test(c, secrets_of_the_row_never_leave);
  tcase_add_test(c, a_rep_that_is_not_there_is_not_found);
  tcase_add_test(c, an_account_is_live);
  tcase_add_test(c, a_profile_is_merged_and_facts_say_where_they_come_from);
  tcase_add_test(c, a_cadence_says_when_the_next_check_in_is);
  tcase_add_test(c, a_profile_that_somebody_else_has_changed_is_not_overwritten);
  tcase_add_test(c, a_profile_is_undone_also_where_the_rep_is_the_hosts_and_what_the_host_said_is_not);
  tcase_add_test(c, contact_gives_the_link_and_a_draft_whose_clock_runs);
  tcase_add_test(c, scores_say_why);
  suite_add_tcase(suite, c);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
