/* Prospects, and what becomes of them. */
#include <marfacrm/copilot.h>
#include <marfacrm/report.h>
#include <stdio.h>
#include <string.h>

#include "host_fixture.h"

static int create(const char *who, mcrm_prospect in, mcrm_rep *out) {
  in.size = sizeof in;
  *out = (mcrm_rep){.size = sizeof *out};
  return WRITE_AS(who, prospect_create, prospect, &in, out);
}

static mcrm_rep made(const char *name) {
  mcrm_rep out;
  assert_ok(create("sara", (mcrm_prospect){.name = name}, &out));
  return out;
}

static int link_to(const char *who, mcrm_id id, const char *host_key, mcrm_rep *out) {
  const mcrm_linking in = {.size = sizeof in, .id = id, .host_key = host_key};
  *out = (mcrm_rep){.size = sizeof *out};
  return WRITE_AS(who, prospect_link, linking, &in, out);
}

START_TEST(a_prospect_is_made_from_what_was_typed) {
  const char *const phones[] = {"۰۹۱۲ ۳۴۵ ۶۷۸۹", "09123456789", "021-88776655"};
  mcrm_rep rep;
  assert_ok(create("sara",
                   (mcrm_prospect){.name = "مغازه‌دار تازه",
                                   .shop = "موبایل نو",
                                   .phones = {phones, 3},
                                   .telegram = "t.me/New_Shop"},
                   &rep));
  ck_assert_str_eq(rep.kind, "prospect");
  ck_assert_ptr_null(rep.host_key);
  ck_assert_uint_eq(rep.phones.count, 2);
  ck_assert_str_eq(rep.phones.at[0], "+989123456789");
  ck_assert_str_eq(rep.phones.at[1], "+982188776655");
  ck_assert_str_eq(rep.telegram, "new_shop");
  mcrm_rep_page page = listed("sara", (mcrm_rep_filter){.kind = "prospect"});
  ck_assert_uint_eq(page.items.count, 1);
  ck_assert_int_eq(listed("reza", (mcrm_rep_filter){.phone = "0912-345-6789"}).items.at[0]->id, rep.id);
  ck_assert_int_eq(listed("reza", (mcrm_rep_filter){.text = "مغازه دار"}).items.at[0]->id, rep.id);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused_by_name) {
  const char *const phones[] = {"09123456789", "some day"};
  mcrm_rep rep;
  assert_refused(MCRM_INVALID, "name", create("sara", (mcrm_prospect){.shop = "x"}, &rep));
  assert_refused(MCRM_INVALID, "name", create("sara", (mcrm_prospect){.name = "  \n"}, &rep));
  assert_refused(MCRM_INVALID, "phones", create("sara", (mcrm_prospect){.name = "a", .phones = {phones, 2}}, &rep));
  assert_refused(MCRM_INVALID, "telegram", create("sara", (mcrm_prospect){.name = "a", .telegram = "two words"}, &rep));
  assert_refused(MCRM_INVALID, "id", create("sara", (mcrm_prospect){.name = "a", .id = 5}, &rep));
  assert_refused(MCRM_INVALID, "name", create("sara", (mcrm_prospect){.name = "\xFF\xFE"}, &rep));
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM rep WHERE kind = 'prospect'"), 0);
}
END_TEST

START_TEST(a_prospect_is_changed_and_a_rep_of_the_host_is_not) {
  mcrm_rep rep = made("نخست");
  mcrm_prospect change = {.size = sizeof change};
  MCRM_SET(&change, id, rep.id);
  MCRM_SET(&change, version, rep.version);
  MCRM_SET(&change, name, "دوم");
  mcrm_rep out = {.size = sizeof out};
  assert_ok(WRITE_AS("reza", prospect_update, prospect, &change, &out));
  ck_assert_str_eq(out.name, "دوم");
  ck_assert_int_eq(out.version, rep.version + 1);
  ck_assert_int_eq(WRITE_AS("reza", prospect_update, prospect, &change, &out), MCRM_CONFLICT);
  mcrm_prospect theirs = {.size = sizeof theirs, .id = rep_of("3"), .name = "بدل"};
  assert_refused(MCRM_INVALID, "id", WRITE_AS("admin", prospect_update, prospect, &theirs, &out));
  mcrm_prospect nobody = {.size = sizeof nobody, .id = 4711, .name = "x"};
  assert_refused(MCRM_NOT_FOUND, "id", WRITE_AS("admin", prospect_update, prospect, &nobody, &out));
}
END_TEST

START_TEST(new_phones_replace_the_old_ones) {
  const char *const first[] = {"09120000001", "09120000002"}, *const second[] = {"09120000002", "09120000003"};
  mcrm_rep rep;
  assert_ok(create("sara", (mcrm_prospect){.name = "a", .phones = {first, 2}}, &rep));
  mcrm_prospect change = {.size = sizeof change, .id = rep.id, .phones = {second, 2}};
  mcrm_rep out = {.size = sizeof out};
  assert_ok(WRITE_AS("sara", prospect_update, prospect, &change, &out));
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.phone = "09120000001"}).items.count, 0);
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.phone = "09120000002"}).items.count, 1);
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.phone = "09120000003"}).items.count, 1);
}
END_TEST

/* ---- becoming a rep ---- */

static int64_t of_rep(const char *where, mcrm_id rep) {
  char sql[120];
  snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s rep_id = %lld", where, (long long)rep);
  return fixture_number(sql);
}

static void record_much(mcrm_id rep, int count) {
  for (int i = 0; i < count; i++) {
    mcrm_interaction talk = {.size = sizeof talk,
                             .rep_id = rep,
                             .user_id = f.sara,
                             .type = "call",
                             .state = "final",
                             .direction = "out",
                             .started_at = f.now - i * 60000,
                             .notes = "گفت‌وگوی نخستین"};
    fixture_insert(&model_interaction, &talk);
  }
  mcrm_task task = {.size = sizeof task,
                    .rep_id = rep,
                    .assignee_id = f.sara,
                    .title = "زنگ بزن",
                    .status = "open",
                    .priority = "normal"};
  fixture_insert(&model_task, &task);
}

START_TEST(what_was_recorded_goes_with_the_prospect_to_the_rep) {
  const char *const phones[] = {"09120000077"}, *const tags[] = {"نمایشگاه"};
  mcrm_rep prospect, linked;
  assert_ok(create("sara", (mcrm_prospect){.name = "در راه", .phones = {phones, 1}}, &prospect));
  mcrm_profile_update profile = {.size = sizeof profile,
                                 .id = prospect.id,
                                 .notes = "خوش‌برخورد",
                                 .tags = {tags, 1},
                                 .cadence = "FREQ=WEEKLY"};
  mcrm_rep out = {.size = sizeof out};
  assert_ok(WRITE_AS("sara", rep_profile_update, profile_update, &profile, &out));
  record_much(prospect.id, 230); /* more than one batch */
  fixture_sql("UPDATE rep SET last_contact_at = 1795000000000 WHERE kind = 'prospect'");
  mcrm_id rep = rep_of("3");
  assert_ok(link_to("supervisor", prospect.id, "3", &linked));
  ck_assert_int_eq(linked.id, rep);
  ck_assert_str_eq(linked.kind, "rep");
  ck_assert_str_eq(linked.profile->notes, "خوش‌برخورد");
  ck_assert_str_eq(linked.profile->tags.at[0], "نمایشگاه");
  ck_assert_str_eq(linked.cadence, "FREQ=WEEKLY");
  ck_assert_int_gt(linked.next_check_in_at, f.now);
  ck_assert_int_eq(linked.last_contact_at, INT64_C(1795000000000));
  ck_assert_int_eq(of_rep("interaction WHERE", rep), 230);
  ck_assert_int_eq(of_rep("task WHERE", rep), 1);
  ck_assert_int_eq(of_rep("interaction WHERE", prospect.id) + of_rep("task WHERE", prospect.id) +
                       of_rep("search_doc WHERE entity <> 'rep' AND", prospect.id),
                   0);
  ck_assert_int_eq(listed("sara", (mcrm_rep_filter){.phone = "09120000077"}).items.at[0]->id, rep);
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.kind = "prospect"}).items.count, 0);
  ck_assert_uint_eq(listed("sara", (mcrm_rep_filter){.kind = "prospect", .archived = 1}).items.count, 1);
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM rep WHERE kind = 'prospect' AND next_check_in_at IS NOT NULL"),
                   0);
  ck_assert_int_eq(sync_host(), 0);
}
END_TEST

START_TEST(what_was_known_of_the_rep_stands) {
  mcrm_rep prospect = made("در راه"), linked, out = {.size = sizeof out};
  mcrm_profile_update theirs = {.size = sizeof theirs, .id = prospect.id, .notes = "prospect", .best_times = "عصر"};
  mcrm_profile_update ours = {.size = sizeof ours, .id = rep_of("3"), .notes = "rep"};
  assert_ok(WRITE_AS("sara", rep_profile_update, profile_update, &theirs, &out));
  assert_ok(WRITE_AS("sara", rep_profile_update, profile_update, &ours, &out));
  assert_ok(link_to("supervisor", prospect.id, "3", &linked));
  ck_assert_str_eq(linked.profile->notes, "rep");
  ck_assert_str_eq(linked.profile->best_times, "عصر");
}
END_TEST

START_TEST(a_rep_that_no_worker_has_read_in_yet_can_be_linked) {
  mcrm_rep prospect = made("در راه"), linked;
  host_sql("INSERT INTO representatives (id, full_name, admin_username, balance) VALUES (901, 'تازه', 'new901', -900)");
  record_much(prospect.id, 2);
  assert_ok(link_to("supervisor", prospect.id, "901", &linked));
  ck_assert_str_eq(linked.host_key, "901");
  ck_assert_str_eq(linked.name, "تازه");
  ck_assert_int_eq(linked.balance->amount, 900);
  ck_assert_int_eq(of_rep("interaction WHERE", linked.id), 2);
  ck_assert_int_eq(fixture_number("SELECT COUNT(*) FROM rep WHERE status = 'gone'"), 0);
  ck_assert_int_eq(sync_host(), 0);
}
END_TEST

START_TEST(a_link_that_cannot_be_is_refused_and_changes_nothing) {
  mcrm_rep prospect = made("در راه"), out;
  record_much(prospect.id, 1);
  assert_refused(MCRM_NOT_FOUND, "host_key", link_to("supervisor", prospect.id, "4711", &out));
  assert_refused(MCRM_INVALID, "host_key", link_to("supervisor", prospect.id, " ", &out));
  assert_refused(MCRM_INVALID, "id", link_to("supervisor", rep_of("4"), "3", &out));
  assert_refused(MCRM_NOT_FOUND, "id", link_to("supervisor", 4711, "3", &out));
  ck_assert_int_eq(link_to("sara", prospect.id, "3", &out), MCRM_DENIED);
  host_down();
  ck_assert_int_eq(link_to("supervisor", prospect.id, "999", &out), MCRM_UNAVAILABLE);
  host_up();
  ck_assert_int_eq(of_rep("interaction WHERE", prospect.id), 1);
  assert_ok(link_to("supervisor", prospect.id, "3", &out));
  assert_refused(MCRM_CONFLICT, "id", link_to("supervisor", prospect.id, "4", &out));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("prospect");
  TCase *c = tcase_create("prospect");
  tcase_add_checked_fixture(c, host_fixture_open, host_fixture_close);
  tcase_set_timeout(c, 60);
  tcase_add_test(c, a_prospect_is_made_from_what_was_typed);
  tcase_add_test(c, what_makes_no_sense_is_refused_by_name);
  tcase_add_test(c, a_prospect_is_changed_and_a_rep_of_the_host_is_not);
  tcase_add_test(c, new_phones_replace_the_old_ones);
  tcase_add_test(c, what_was_recorded_goes_with_the_prospect_to_the_rep);
  tcase_add_test(c, what_was_known_of_the_rep_stands);
  tcase_add_test(c, a_rep_that_no_worker_has_read_in_yet_can_be_linked);
  tcase_add_test(c, a_link_that_cannot_be_is_refused_and_changes_nothing);
  suite_add_tcase(suite, c);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
