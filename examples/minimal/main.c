/* From a Persian note of a call to tasks in the work log. cc main.c $(pkg-config --cflags --libs marfacrm) */
#include <marfacrm/marfacrm.h>
#include <stdio.h>

static int fail(const mcrm_error *e) { return fprintf(stderr, "%s %s: %s\n", e->message, e->field, e->detail), 1; }

int main(void) {
  mcrm *crm;
  mcrm_session *system, *s;
  mcrm_result *r, *logged, *found;
  mcrm_error e = {0};
  mcrm_user sara = {.size = sizeof sara, .username = "sara", .name = "سارا", .role = "agent", .active = 1};
  mcrm_prospect shop = {.size = sizeof shop, .name = "موبایل رضایی"};
  if (mcrm_open(&(mcrm_options){.size = sizeof(mcrm_options), .create = 1}, &crm, &e)) return fail(&e);
  if (mcrm_session_system(crm, &system, &e)) return fail(&e);
  if (mcrm_user_create(system, &sara, NULL)) return fail(mcrm_session_error(system));
  if (mcrm_session_open(crm, "sara", "local", &s, &e)) return fail(&e);
  if (mcrm_prospect_create(s, &shop, &r)) return fail(mcrm_session_error(s));
  mcrm_interaction call = {
      .size = sizeof call, .rep_id = ((const mcrm_rep *)mcrm_result_record(r))->id, .type = "call"};
  call.notes = "از کندی سرور ناراضی بود. قول دادم فردا ساعت ۱۰ خبر بدم و شنبه برای تمدید زنگ بزنم.";
  if (mcrm_interaction_log(s, &call, &logged)) return fail(mcrm_session_error(s));
  mcrm_note note = {.size = sizeof note, .text = call.notes};
  note.interaction_id = ((const mcrm_interaction *)mcrm_result_record(logged))->id;
  if (mcrm_note_analyse(s, &note, &found)) return fail(mcrm_session_error(s));
  const mcrm_analysis *a = mcrm_result_record(found);
  for (size_t i = 0; i < a->suggestions.count; i++) {
    mcrm_decide yes = {.size = sizeof yes, .id = a->suggestions.at[i]->id, .decision = "accept"};
    if (mcrm_suggestion_decide(s, &yes, NULL)) return fail(mcrm_session_error(s));
  }
  char *worklog = NULL;
  if (mcrm_call(s, "worklog.get", NULL, &worklog)) return fail(mcrm_session_error(s));
  puts(worklog);
  mcrm_free(worklog), mcrm_result_free(r), mcrm_result_free(logged), mcrm_result_free(found);
  mcrm_session_close(s), mcrm_session_close(system), mcrm_close(crm);
}
