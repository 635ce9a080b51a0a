/* events: what changed, oldest first, and on request what changes from now on. */
#include <marfacrm/operations.h>
#include <stdio.h>

#include "cli.h"

enum { EVENTS_PAGE = 200, EVENTS_PAUSE_MS = 500 };

/* Until something changed, where the database says so; else a pause. */
static bool wait_for_more(mcrm *crm) {
  mcrm_error quiet = {0};
  return mcrm_watch(crm, EVENTS_PAUSE_MS, &quiet) ? cli_wait(EVENTS_PAUSE_MS) : cli_wait(0);
}

static void print_event(const mcrm_event *e, bool json) {
  char at[32];
  if (!json) {
    printf("%-8lld %-16s %-22s %-8s %s %lld v%lld by %lld\n", (long long)e->seq, cli_time(e->at, at),
           e->operation ? e->operation : "-", e->action, e->entity ? e->entity : "-", (long long)e->entity_id,
           (long long)e->entity_version, (long long)e->user_id);
    return;
  }
  buffer line;
  buffer_init(&line, 16 << 10);
  buffer_print(&line, "{\"seq\":%lld,\"at_ms\":%lld,\"user_id\":\"%lld\"", (long long)e->seq, (long long)e->at,
               (long long)e->user_id);
  cli_member(&line, "operation", e->operation);
  cli_member(&line, "action", e->action);
  cli_member(&line, "entity", e->entity);
  buffer_print(&line, ",\"entity_id\":\"%lld\",\"entity_version\":%lld}", (long long)e->entity_id,
               (long long)e->entity_version);
  if (!line.failed) puts(line.bytes);
  buffer_free(&line);
}

/* All that came after *after. */
static int print_new(mcrm_session *session, const char *entity, bool json, int64_t *after) {
  for (;;) {
    mcrm_result *result = NULL;
    mcrm_event_filter filter = {.size = sizeof filter, .after = *after, .entity = entity, .limit = EVENTS_PAGE};
    if (mcrm_event_list(session, &filter, &result)) return cli_fail_session(session);
    const mcrm_event_page *page = mcrm_result_record(result);
    size_t count = page->items.count;
    for (size_t i = 0; i < count; i++) print_event(page->items.at[i], json);
    int64_t before = *after;
    if (count) *after = page->items.at[count - 1]->seq;
    /* a page may be short because the rest is not for this actor: the head says how far it looked */
    bool end = count < EVENTS_PAGE;
    if (end && page->head > *after) *after = page->head;
    mcrm_result_free(result);
    if (end || *after == before) return CLI_DONE;
  }
}

static int head(mcrm_session *session, int64_t *seq) {
  mcrm_result *result = NULL;
  mcrm_event_filter filter = {.size = sizeof filter, .after = INT64_MAX, .limit = 1};
  if (mcrm_event_list(session, &filter, &result)) return cli_fail_session(session);
  *seq = ((const mcrm_event_page *)mcrm_result_record(result))->head;
  mcrm_result_free(result);
  return CLI_DONE;
}

int command_events(int argc, char **argv) {
  const char *words[CLI_WORDS], *follow = NULL, *after_text = NULL, *entity = NULL, *as = NULL, *json = NULL;
  const cli_option options[] = {{"follow", NULL, "go on until interrupted", &follow},
                                {"after", "SEQ", "only what came after; default 0, with --follow: now", &after_text},
                                {"entity", "ENTITY", "only of this kind: task, interaction, …", &entity},
                                {"as", "USER", "only what this user may see", &as},
                                {"json", NULL, "one JSON object a line", &json},
                                {0}};
  int status;
  int64_t after = 0;
  if (!cli_read(
          &(cli_command){"", "Prints what changed: number, time, operation, action, record, and who.", options, 0, 0},
          argc, argv, words, &status))
    return status;
  if (after_text && !cli_number(after_text, &after)) return cli_usage("events", "--after needs a number");
  cli_session s;
  if ((status = cli_act(as, &s))) return status;
  if (follow) cli_signals();
  if (follow && !after_text) status = head(s.session, &after);
  do {
    if (!status) status = print_new(s.session, entity, json != NULL, &after);
    fflush(stdout);
  } while (!status && follow && !ferror(stdout) && wait_for_more(s.crm));
  cli_close(&s);
  return status;
}
