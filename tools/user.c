/* user add|list|passwd|disable|enable|role */
#include <marfacrm/operations.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli.h"

typedef struct request {
  const char *name, *role, *team, *language, *password, *json, *as;
} request;

/* Reads one line, without echo where it is typed. */
static int read_line(const char *prompt, char *line, int size) {
  struct termios before, quiet;
  bool typed = isatty(STDIN_FILENO) && !tcgetattr(STDIN_FILENO, &before);
  if (typed) {
    fputs(prompt, stderr);
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  char *got = fgets(line, size, stdin);
  if (typed) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
  }
  if (!got) return cli_fail_with(MCRM_INVALID, "password", "field.required", "no password on standard input");
  line[strcspn(line, "\r\n")] = 0;
  return CLI_DONE;
}

static int read_password(char *password, int size) {
  char again[1024];
  int status = read_line("Password: ", password, size);
  if (status || !isatty(STDIN_FILENO)) return status;
  status = read_line("Once more: ", again, sizeof again);
  if (!status && strcmp(password, again))
    status = cli_fail_with(MCRM_INVALID, "password", "invalid", "the two are not the same");
  explicit_bzero(again, sizeof again);
  return status;
}

/* The user of that name. The list is short: a team's people. */
static int find(mcrm_session *session, const char *username, mcrm_id *id) {
  mcrm_user_filter filter = {.size = sizeof filter, .limit = 200};
  char cursor[400] = "";
  for (;;) {
    mcrm_result *result = NULL;
    filter.cursor = cursor[0] ? cursor : NULL;
    if (mcrm_user_list(session, &filter, &result)) return cli_fail_session(session);
    const mcrm_user_page *page = mcrm_result_record(result);
    for (size_t i = 0; i < page->items.count; i++) {
      if (strcmp(page->items.at[i]->username, username)) continue;
      *id = page->items.at[i]->id;
      mcrm_result_free(result);
      return CLI_DONE;
    }
    bool more = page->next && strlen(page->next) < sizeof cursor;
    if (more) memcpy(cursor, page->next, strlen(page->next) + 1);
    mcrm_result_free(result);
    if (!more) return cli_fail_with(MCRM_NOT_FOUND, "username", "not_found", "there is no user \"%s\"", username);
  }
}

static int send(mcrm_session *session, const char *operation, buffer *json) {
  buffer_byte(json, '}');
  int status = json->failed ? cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory")
                            : cli_call(session, operation, json->bytes);
  if (json->bytes) explicit_bzero(json->bytes, json->length); /* it may hold a password */
  buffer_free(json);
  return status;
}

static int add(mcrm_session *session, const char *username, const request *r) {
  char password[1024];
  buffer json;
  if (!r->name || !r->role) return cli_usage("user", "add needs --name NAME and --role agent|supervisor|admin");
  if (r->password) {
    int status = read_password(password, sizeof password);
    if (status) return status;
  }
  buffer_init(&json, 64 << 10);
  buffer_byte(&json, '{');
  cli_member(&json, "username", username);
  cli_member(&json, "name", r->name);
  cli_member(&json, "role", r->role);
  cli_member(&json, "team", r->team);
  cli_member(&json, "language", r->language);
  if (r->password) cli_member(&json, "password", password);
  explicit_bzero(password, sizeof password);
  return send(session, "user.create", &json);
}

static void begin_update(buffer *json, mcrm_id id) {
  buffer_init(json, 64 << 10);
  buffer_print(json, "{\"id\":\"%lld\"", (long long)id);
}

static int change(mcrm_session *session, const char *action, const char *const *words, const request *r) {
  char password[1024];
  buffer json;
  mcrm_id id = 0;
  int status = find(session, words[1], &id);
  if (status) return status;
  if (!strcmp(action, "passwd") && (status = read_password(password, sizeof password))) return status;
  begin_update(&json, id);
  if (!strcmp(action, "passwd")) cli_member(&json, "password", password);
  if (!strcmp(action, "disable")) buffer_text(&json, ",\"active\":false");
  if (!strcmp(action, "enable")) buffer_text(&json, ",\"active\":true");
  if (!strcmp(action, "role")) {
    cli_member(&json, "role", words[2]);
    cli_member(&json, "team", r->team);
  }
  explicit_bzero(password, sizeof password);
  return send(session, "user.update", &json);
}

static void print_page(const mcrm_user_page *page) {
  for (size_t i = 0; i < page->items.count; i++) {
    const mcrm_user *u = page->items.at[i];
    char seen[32];
    printf("%-16s %-10s %-12s %-8s %-16s %s\n", u->username, u->role, u->team ? u->team : "-",
           u->active ? "active" : "disabled", cli_time(u->last_seen_at, seen), u->name);
  }
}

static int list(mcrm_session *session, const request *r) {
  mcrm_user_filter filter = {.size = sizeof filter, .limit = 200, .role = r->role, .team = r->team};
  char cursor[400] = "";
  if (r->json) return cli_call(session, "user.list", "{\"limit\":200}");
  printf("%-16s %-10s %-12s %-8s %-16s %s\n", "username", "role", "team", "", "last seen", "name");
  for (bool more = true; more;) {
    mcrm_result *result = NULL;
    filter.cursor = cursor[0] ? cursor : NULL;
    if (mcrm_user_list(session, &filter, &result)) return cli_fail_session(session);
    const mcrm_user_page *page = mcrm_result_record(result);
    print_page(page);
    more = page->next && strlen(page->next) < sizeof cursor;
    if (more) memcpy(cursor, page->next, strlen(page->next) + 1);
    mcrm_result_free(result);
  }
  return CLI_DONE;
}

int command_user(int argc, char **argv) {
  static const struct {
    const char *name;
    int words;
  } actions[] = {{"add", 2}, {"list", 1}, {"passwd", 2}, {"disable", 2}, {"enable", 2}, {"role", 3}};
  const char *words[CLI_WORDS];
  request r = {0};
  const cli_option options[] = {{"name", "NAME", "add: as colleagues know them", &r.name},
                                {"role", "ROLE", "add, list: agent, supervisor or admin", &r.role},
                                {"team", "TEAM", "add, role, list: whose records they share", &r.team},
                                {"language", "fa|en", "add: of messages", &r.language},
                                {"password", NULL, "add: read a password from standard input", &r.password},
                                {"json", NULL, "list: as JSON", &r.json},
                                {"as", "USER", "act as this admin instead of as the system", &r.as},
                                {0}};
  int status;
  if (!cli_read(&(cli_command){"add USERNAME | list | passwd USERNAME | disable USERNAME | enable USERNAME | role "
                               "USERNAME ROLE",
                               "People and their roles. A password is read from standard input, without echo where it "
                               "is typed; people whom\nthe host authenticates need none.",
                               options, 1, 3},
                argc, argv, words, &status))
    return status;
  int count = 0, needed = -1;
  while (count < CLI_WORDS && words[count]) count++;
  for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
    if (!strcmp(actions[i].name, words[0])) needed = actions[i].words;
  if (needed < 0) return cli_usage("user", "'%s' is none of add, list, passwd, disable, enable, role", words[0]);
  if (count != needed)
    return cli_usage("user", "%s needs %d word%s after it", words[0], needed - 1, needed == 2 ? "" : "s");
  cli_session s;
  if ((status = cli_act(r.as, &s))) return status;
  if (!strcmp(words[0], "add"))
    status = add(s.session, words[1], &r);
  else if (!strcmp(words[0], "list"))
    status = list(s.session, &r);
  else
    status = change(s.session, words[0], words, &r);
  cli_close(&s);
  return status;
}
