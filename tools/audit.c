/* audit verify|list|head */
#include <marfacrm/operations.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

typedef struct request {
  const char *expect, *entity, *id, *before, *limit, *json, *as;
} request;

/* "SEQ:DIGEST", as audit head prints it. */
static bool split(const char *expect, char digits[24], const char **digest, int64_t *seq) {
  const char *colon = strchr(expect, ':');
  if (!colon || colon - expect > 19 || strlen(colon + 1) != 64) return false;
  memcpy(digits, expect, (size_t)(colon - expect));
  digits[colon - expect] = 0;
  *digest = colon + 1;
  return cli_number(digits, seq);
}

static int verify(mcrm *crm, const request *r, bool only_head) {
  char digits[24], head[65];
  const char *digest = NULL;
  int64_t expected = 0, seq = 0;
  mcrm_error error = {0};
  if (r->expect && !split(r->expect, digits, &digest, &expected))
    return cli_usage("audit", "--expect needs SEQ:DIGEST, as marfacrm audit head printed it");
  if (mcrm_audit_verify(crm, digest, expected, head, &seq, &error)) return cli_fail(&error);
  if (only_head)
    printf("%lld:%s\n", (long long)seq, head);
  else
    printf("{\"ok\":true,\"seq\":%lld,\"head\":\"%s\"}\n", (long long)seq, head);
  return CLI_DONE;
}

static void print_entry(const mcrm_audit_entry *e) {
  char at[32];
  printf("%-8lld %-16s %-6s %-20lld %-22s %-8s %s %lld v%lld\n", (long long)e->seq, cli_time(e->at, at),
         e->gate ? e->gate : "-", (long long)e->user_id, e->operation ? e->operation : "-", e->action,
         e->entity ? e->entity : "-", (long long)e->entity_id, (long long)e->entity_version);
}

static int list(mcrm_session *session, const request *r) {
  mcrm_audit_filter filter = {.size = sizeof filter, .entity = r->entity, .limit = 50};
  if ((r->id && !cli_number(r->id, &filter.id)) || (r->before && !cli_number(r->before, &filter.before)) ||
      (r->limit && !cli_number(r->limit, &filter.limit)))
    return cli_usage("audit", "--id, --before and --limit need numbers");
  if (r->json) {
    buffer json;
    buffer_init(&json, 4096);
    buffer_print(&json, "{\"limit\":%lld", (long long)filter.limit);
    if (filter.before) buffer_print(&json, ",\"before\":%lld", (long long)filter.before);
    if (filter.id) buffer_print(&json, ",\"id\":\"%lld\"", (long long)filter.id);
    cli_member(&json, "entity", r->entity);
    buffer_byte(&json, '}');
    int status = json.failed ? cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory")
                             : cli_call(session, "audit.list", json.bytes);
    buffer_free(&json);
    return status;
  }
  mcrm_result *result = NULL;
  if (mcrm_audit_list(session, &filter, &result)) return cli_fail_session(session);
  const mcrm_audit_page *page = mcrm_result_record(result);
  for (size_t i = 0; i < page->items.count; i++) print_entry(page->items.at[i]);
  mcrm_result_free(result);
  return CLI_DONE;
}

int command_audit(int argc, char **argv) {
  const char *words[CLI_WORDS];
  request r = {0};
  const cli_option options[] = {
      {"expect", "SEQ:DIGEST", "verify: a head kept earlier, which must still be there", &r.expect},
      {"entity", "ENTITY", "list: only of this kind", &r.entity},
      {"id", "ID", "list: only of this record", &r.id},
      {"before", "SEQ", "list: older than this", &r.before},
      {"limit", "N", "list: at most so many (50)", &r.limit},
      {"json", NULL, "list: as JSON, with what changed", &r.json},
      {"as", "USER", "list: with this user's rights", &r.as},
      {0}};
  int status;
  if (!cli_read(&(cli_command){"verify | head | list",
                               "verify walks the whole chain of entries and names the first that was tampered with; "
                               "head prints SEQ:DIGEST to be\nkept elsewhere, because a chain alone does not show that "
                               "its end was cut off; list shows entries, newest first.",
                               options, 1, 1},
                argc, argv, words, &status))
    return status;
  bool is_list = !strcmp(words[0], "list"), is_head = !strcmp(words[0], "head");
  if (!is_list && !is_head && strcmp(words[0], "verify"))
    return cli_usage("audit", "'%s' is none of verify, head, list", words[0]);
  cli_session s;
  if ((status = cli_act(r.as, &s))) return status;
  status = is_list ? list(s.session, &r) : verify(s.crm, &r, is_head);
  cli_close(&s);
  return status;
}
