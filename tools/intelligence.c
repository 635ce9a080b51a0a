/* provider list|test|help, prompt list|show|render, doctor provider|storage|host */
#include <ai/hearing.h>
#include <ai/prompt.h>
#include <ai/schema.h>
#include <ai/task.h>
#include <api/inside.h>
#include <base/clock.h>
#include <base/error.h>
#include <crm/recordings.h>
#include <gateway/doctor.h>
#include <model/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <store/guard.h>
#include <string.h>
#include <unistd.h>

#include "advice.h"
#include "cli.h"
#include "intelligence.h"

static const int64_t PROBE_NS = INT64_C(20000000000);
static const int64_t HEARING_NS = INT64_C(120000000000); /* a large model on a small machine */

static const config_provider *find(const config *c, const char *name) {
  for (size_t i = 0; i < c->providers.count; i++)
    if (!strcmp(c->providers.at[i].name, name)) return &c->providers.at[i];
  return NULL;
}

/* ---- doctor ---- */

typedef struct findings {
  buffer json, text; /* the same for programs and for people */
  bool ok, first;
} findings;

static void begin(findings *f) {
  *f = (findings){.ok = true, .first = true};
  buffer_init(&f->json, 1 << 20);
  buffer_init(&f->text, 1 << 20);
  buffer_text(&f->json, "{\"findings\":[");
}

static void found(findings *f, bool good, const char *about, const char *outcome, const char *code, const char *detail,
                  const advice *a) {
  if (!f->first) buffer_byte(&f->json, ',');
  f->first = false;
  f->ok = f->ok && good;
  buffer_byte(&f->json, '{');
  cli_member(&f->json, "about", about);
  cli_member(&f->json, "level", good ? "ok" : "problem");
  cli_member(&f->json, "outcome", outcome);
  cli_member(&f->json, "code", code && *code ? code : NULL);
  cli_member(&f->json, "detail", detail && *detail ? detail : NULL);
  if (a) {
    cli_member(&f->json, "what_fa", a->what_fa);
    cli_member(&f->json, "what", a->what_en);
    cli_member(&f->json, "do_fa", a->do_fa);
    cli_member(&f->json, "do", a->do_en);
  }
  buffer_byte(&f->json, '}');
  buffer_print(&f->text, "%s %s: %s%s%s\n", good ? "✓" : "✗", about, outcome, detail && *detail ? ": " : "",
               detail ? detail : "");
  if (a && !good) buffer_print(&f->text, "    %s %s\n    %s %s\n", a->what_fa, a->do_fa, a->what_en, a->do_en);
}

static int finish(findings *f, bool for_people) {
  buffer_print(&f->json, "],\"ok\":%s}", f->ok ? "true" : "false");
  buffer *out = for_people ? &f->text : &f->json;
  if (!out->failed && out->bytes) fputs(out->bytes, stdout);
  if (!for_people) putchar('\n');
  int status = out->failed || !f->ok ? CLI_FAILED : CLI_DONE;
  buffer_free(&f->json);
  buffer_free(&f->text);
  return status;
}

/* What is wrong before anybody is asked: the file, its owner and mode, an option. */
static void not_opened(findings *f, const char *about, const mcrm_error *e) {
  static const advice
      missing = {0,
                 NULL,
                 "چنین افزونه‌ای نیست.",
                 "There is no such plugin.",
                 "نام plugin و پوشهٔ ai.plugins را ببینید.",
                 "Check plugin, and the folder ai.plugins."},
      unsafe = {0,
                NULL,
                "پروندهٔ افزونه امن نیست: دیگران می‌توانند آن را تغییر "
                "دهند، "
                "یا "
                "sha256 "
                "آن "
                "نمی‌خواند.",
                "The plugin's file is not safe: others may write it, or its sha256 differs.",
                "مالک را root کنید و chmod 755؛ sha256 را پس از بررسی تازه کنید.",
                "Give it to root with chmod 755; renew sha256 after having looked at it."},
      wrong = {
          0,
          NULL,
          "گزینه‌ای در پیکربندی نادرست است.",
          "An option of the configuration is wrong.",
          "سطر گفته‌شده را درست کنید؛ marfacrm provider help گزینه‌ها را نشان "
          "می‌دهد.",
          "Mend the line it names; marfacrm provider help shows the options."};
  found(f, false, about, mcrm_code_name(e->code), e->message, e->detail,
        e->code == MCRM_NOT_FOUND ? &missing
        : e->code == MCRM_DENIED  ? &unsafe
                                  : &wrong);
}

static bool names(mcrm_texts texts, const char *name) {
  for (size_t i = 0; i < texts.count; i++)
    if (!strcmp(texts.at[i], name)) return true;
  return false;
}

/* Is it asked for what it cannot do? The list that says so, or NULL. */
static const char *beyond(const config *c, const char *name, unsigned can) {
  if (!(can & MCRM_CAN_CHAT) && names(c->ai_chat, name)) return "ai.chat";
  if (!(can & MCRM_CAN_SPEECH) && names(c->ai_speech, name)) return "ai.speech";
  for (size_t i = 0; i < c->ai_tasks.count; i++) {
    const config_task *t = &c->ai_tasks.at[i];
    unsigned need = strcmp(t->name, "speech") ? MCRM_CAN_CHAT : MCRM_CAN_SPEECH;
    if (!(can & need) && names(t->providers, name)) return t->name;
  }
  return NULL;
}

static bool listens(const config *c, const char *name) {
  for (size_t i = 0; i < c->ai_tasks.count; i++)
    if (!strcmp(c->ai_tasks.at[i].name, "speech") && names(c->ai_tasks.at[i].providers, name)) return true;
  return names(c->ai_speech, name);
}

/* With another one behind it, a provider that does not take what browsers record may be meant for other recordings. */
static void examine_hearing(findings *f, const config *c, const char *name, provider *p, arena *a) {
  const char *said = NULL;
  provider_call call = {.arena = a, .deadline = clock_monotonic() + HEARING_NS, .trace = "doctor"};
  if (!(provider_capabilities(p)->flags & MCRM_CAN_SPEECH) || !listens(c, name)) return;
  mcrm_outcome outcome = ai_hear(p, &call, &said);
  const mcrm_failure *why = &call.failure;
  bool good = outcome == MCRM_OUTCOME_OK || (outcome == MCRM_OUTCOME_UNSUPPORTED && c->ai_speech.count > 1);
  found(f, good, name, ai_outcome_name(outcome), outcome == MCRM_OUTCOME_OK ? NULL : why->code,
        outcome == MCRM_OUTCOME_OK ? said : why->detail, advice_on(outcome, why->code, why->status));
}

static void examine(findings *f, const config *c, const config_provider *p, arena *a) {
  mcrm_error error = {0};
  provider_options o;
  provider *opened = NULL;
  const char *said = NULL;
  int code = intelligence_provider(c, p, a, &error, &o);
  if (!code) code = provider_open(&o, &error, &opened);
  if (code) {
    not_opened(f, p->name, &error);
    return;
  }
  if (!strcmp(c->ai_egress, "none") && !provider_capabilities(opened)->local) {
    static const advice closed = {0,
                                  NULL,
                                  "ai.egress برابر none است و این سرویس بیرون از این ماشین است.",
                                  "ai.egress is none, and this provider is not on this machine.",
                                  "egress را any کنید یا سرویسی محلی بگذارید.",
                                  "Set egress to any, or use a local provider."};
    found(f, false, p->name, "egress", NULL, NULL, &closed);
  } else {
    provider_call call = {.arena = a, .deadline = clock_monotonic() + PROBE_NS, .trace = "doctor"};
    call.failure.size = sizeof call.failure;
    mcrm_outcome outcome = provider_probe(opened, &call, &said);
    const mcrm_failure *why = &call.failure;
    bool good = outcome == MCRM_OUTCOME_OK;
    found(f, good, p->name, ai_outcome_name(outcome), good ? NULL : why->code, good ? said : why->detail,
          advice_on(outcome, why->code, why->status));
    const char *list = beyond(c, p->name, provider_capabilities(opened)->flags);
    if (list) {
      static const advice other = {
          0,
          NULL,
          "این سرویس کاری را که از آن خواسته شده نمی‌تواند.",
          "This provider cannot do what it is asked for.",
          "آن را از فهرست گفته‌شده بردارید؛ provider help توانایی‌ها را "
          "نشان "
          "می‌دهد.",
          "Take it out of the list that is named; provider help shows what it can."};
      found(f, false, p->name, "unsupported", "capability", list, &other);
    }
    if (good) examine_hearing(f, c, p->name, opened, a);
    int64_t skew = why->server_time ? why->server_time - clock_system(NULL) : 0;
    if (skew > 300000 || skew < -300000)
      found(f, false, p->name, "clock", NULL, NULL, advice_on(MCRM_OUTCOME_AUTH, "clock", 0));
  }
  provider_close(opened);
}

static int doctor_providers(const char *name, bool for_people) {
  config *c;
  findings f;
  int status = cli_config(&c);
  if (status) return status;
  arena *a = arena_new(0);
  const config_provider *one = name ? find(c, name) : NULL;
  if (!a || (name && !one)) {
    status = a ? cli_fail_with(MCRM_NOT_FOUND, "name", "not_found", "the configuration has no provider '%.40s'", name)
               : cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory");
  } else {
    begin(&f);
    for (size_t i = 0; i < c->providers.count; i++)
      if (!one || one == &c->providers.at[i]) examine(&f, c, &c->providers.at[i], a);
    status = finish(&f, for_people);
  }
  arena_free(a);
  config_free(c);
  return status;
}

static void examine_database(findings *f, mcrm *crm, const char *about) {
  mcrm_error error = {0};
  int code = mcrm_check(crm, &error);
  if (!about) about = code && !strncmp(error.field, "host", 4) ? "host" : "storage";
  found(f, !code, about, code ? mcrm_code_name(code) : "ok", error.message, error.detail, NULL);
}

static void examine_recordings(findings *f, mcrm *crm) {
  static const advice lost = {
      0,
      NULL,
      "فایل بعضی از یادداشت‌های صوتی نیست یا باز نمی‌شود.",
      "Some voice notes have a file that is missing or cannot be opened.",
      "پوشهٔ voice.folder و کلید voice.key_file را ببینید و از پشتیبان برگردانید.",
      "Check voice.folder and voice.key_file; restore them from a backup."};
  mcrm_error error = {0};
  voice_files files;
  char line[400];
  int code = voice_look(api_crm(crm), api_store(crm), &error, &files);
  if (code) {
    found(f, false, "recordings", mcrm_code_name(code), error.message, error.detail, NULL);
    return;
  }
  snprintf(line, sizeof line, "%lld files, %lld that no row names, %lld missing%s%.200s", (long long)files.files,
           (long long)files.orphans, (long long)files.missing, files.reason[0] ? ": " : "", files.reason);
  found(f, !files.missing, "recordings", files.missing ? "missing" : "ok", NULL, line, &lost);
}

/* The second line of a PostgreSQL database. That it is not there is no fault. */
static void examine_guard(findings *f, mcrm *crm) {
  mcrm_error error = {0};
  store_guard guard;
  char line[200];
  int code = store_guard_look(api_store(crm), &error, &guard);
  if (code) {
    found(f, false, "row_security", mcrm_code_name(code), error.message, error.detail, NULL);
    return;
  }
  if (!guard.possible) return;
  if (guard.owner)
    snprintf(line, sizeof line, "the role %.60s owns the tables and sees all rows; docs/storage.md has the other way",
             guard.role);
  else
    snprintf(line, sizeof line, "the role %.60s sees rows only where it says for whom: %lld tables, %lld open",
             guard.role, (long long)guard.tables, (long long)guard.open);
  found(f, guard.owner || !guard.open, "row_security",
        guard.owner  ? "off"
        : guard.open ? "open"
                     : "on",
        NULL, line, NULL);
}

/* The library has its own, so a folder that is missing stops nothing; but its owner has meant something by it. */
static void examine_prompts(findings *f, const config *c, arena *a) {
  static const advice lost = {
      0,
      NULL,
      "پوشهٔ ai.prompts نیست؛ متن‌های خود سامانه به‌کار می‌رود.",
      "The folder ai.prompts is not there; the built-in prompts are used.",
      "نشانی پوشه را درست کنید یا ai.prompts را بردارید.",
      "Correct the folder's path, or take ai.prompts out."};
  mcrm_error error = {0};
  prompts all;
  if (c->ai_prompts && access(c->ai_prompts, R_OK | X_OK)) {
    found(f, false, "prompts", "missing", NULL, c->ai_prompts, &lost);
    return;
  }
  int code = prompts_read(a, c->ai_prompts, NULL, &error, &all);
  found(f, !code, "prompts", code ? mcrm_code_name(code) : "ok", error.message, error.detail, NULL);
}

static void examine_paths(findings *f, mcrm *crm) {
  static const advice look = {0,
                              NULL,
                              "راه ورود به سامانه کامل نیست.",
                              "The way into the CRM is not complete.",
                              "marfacrm doctor paths همه را می‌گوید.",
                              "marfacrm doctor paths tells all of it."};
  const gateway_doctor_case question = {0};
  mcrm_error error = {0};
  buffer json;
  bool ok = false;
  buffer_init(&json, 1 << 20);
  int code = gateway_doctor(crm, &question, &json, &ok, &error);
  found(f, !code && ok, "paths", code ? mcrm_code_name(code) : ok ? "ok" : "path", error.message, error.detail, &look);
  buffer_free(&json);
}

/* Each thing for itself: what does not work must not hide what else is wrong. */
int doctor_all(bool for_people) {
  mcrm *crm = NULL;
  config *c = NULL;
  mcrm_error error = {0};
  findings f;
  const char *file = cli_config_file();
  begin(&f);
  int code = file ? config_load(file, &error, &c) : config_parse("", 0, "", &error, &c);
  found(&f, !code, "configuration", code ? mcrm_code_name(code) : "ok", error.message,
        code ? error.detail : (file ? file : "none; the defaults hold"), NULL);
  if (code) return finish(&f, for_people);
  const mcrm_options options = {.size = sizeof options, .config_file = file};
  error = (mcrm_error){0};
  code = mcrm_open(&options, &crm, &error);
  if (code) {
    found(&f, false, "storage", mcrm_code_name(code), error.message, error.detail, NULL);
  } else {
    examine_database(&f, crm, NULL);
    examine_guard(&f, crm);
    examine_recordings(&f, crm);
    examine_paths(&f, crm);
    mcrm_close(crm);
  }
  arena *a = arena_new(0);
  for (size_t i = 0; a && i < c->providers.count; i++) examine(&f, c, &c->providers.at[i], a);
  if (a) examine_prompts(&f, c, a);
  if (!a) found(&f, false, "providers", "no_memory", NULL, NULL, NULL);
  arena_free(a);
  config_free(c);
  return finish(&f, for_people);
}

int doctor_intelligence(const char *about, const char *name, bool for_people) {
  mcrm *crm;
  findings f;
  if (!strcmp(about, "provider")) return doctor_providers(name, for_people);
  int status = cli_open(false, &crm); /* what keeps it from opening is told with its place */
  if (status) return status;
  begin(&f);
  if (!strcmp(about, "recordings"))
    examine_recordings(&f, crm);
  else
    examine_database(&f, crm, about);
  mcrm_close(crm);
  return finish(&f, for_people);
}

/* ---- provider ---- */

static int provider_test(const char *name) {
  cli_session s;
  buffer json;
  char *answer = NULL;
  const mcrm_call_options patient = {.size = sizeof patient, .timeout_ms = 30000};
  int status = cli_act(NULL, &s);
  if (status) return status;
  buffer_init(&json, 4096);
  buffer_byte(&json, '{');
  cli_member(&json, "name", name);
  buffer_byte(&json, '}');
  mcrm_session_next(s.session, &patient);
  int code = json.failed ? MCRM_NO_MEMORY : mcrm_call(s.session, "provider.test", json.bytes, &answer);
  if (answer) puts(answer);
  status = !code && answer && strstr(answer, "\"outcome\":\"ok\"") ? CLI_DONE : CLI_FAILED;
  mcrm_free(answer);
  buffer_free(&json);
  cli_close(&s);
  return status;
}

static int provider_list(void) {
  cli_session s;
  int status = cli_act(NULL, &s);
  if (status) return status;
  status = cli_call(s.session, "provider.list", NULL);
  cli_close(&s);
  return status;
}

/* NAME: an instance of the configuration, else a plugin. */
static int provider_help(const char *name) {
  config *c;
  mcrm_error error = {0};
  char *text = NULL;
  int status = cli_config(&c);
  if (status) return status;
  const config_provider *p = find(c, name);
  provider_options o = {
      .name = name, .plugin = p ? config_setting_of(p, "plugin")->value : name, .folder = c->ai_plugins};
  o.program = c->ai_program;
  if (provider_describe(&o, &error, &text))
    status = cli_fail(&error);
  else
    puts(text);
  free(text);
  config_free(c);
  return status;
}

int command_provider(int argc, char **argv) {
  const char *words[CLI_WORDS] = {0};
  const cli_option options[] = {{0}};
  int status;
  if (!cli_read(&(cli_command){"list | test NAME | help PLUGIN",
                               "Shows the configured providers, asks one whether key, model and endpoint are good "
                               "(exit 0 only if they are),\nor lists what a plugin can be told.",
                               options, 1, 2},
                argc, argv, words, &status))
    return status;
  if (!strcmp(words[0], "list") && !words[1]) return provider_list();
  if (!strcmp(words[0], "test") && words[1]) return provider_test(words[1]);
  if (!strcmp(words[0], "help") && words[1]) return provider_help(words[1]);
  return cli_usage("provider", "list, test NAME or help PLUGIN");
}

/* ---- prompt ---- */

static int show_list(const prompts *all) {
  buffer json;
  buffer_init(&json, 1 << 16);
  buffer_text(&json, "{\"items\":[");
  for (size_t i = 0; i < all->count; i++) {
    buffer_text(&json, i ? ",{" : "{");
    cli_member(&json, "name", all->at[i]->name);
    cli_member(&json, "language", all->at[i]->language);
    cli_member(&json, "version", all->at[i]->version);
    cli_member(&json, "file", all->at[i]->file);
    buffer_byte(&json, '}');
  }
  buffer_text(&json, "]}");
  int status = json.failed ? cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory") : CLI_DONE;
  if (!status) puts(json.bytes);
  buffer_free(&json);
  return status;
}

static int show_one(const prompts *all, const char *name, const char *language, bool rendered) {
  const prompt *p = prompt_find(all, name, language);
  const ai_task *task = ai_tasks;
  buffer schema, out;
  while (task->name && strcmp(task->name, name)) task++;
  if (!p || !task->name) return cli_fail_with(MCRM_NOT_FOUND, "name", "not_found", "there is no prompt '%.40s'", name);
  buffer_init(&schema, 1 << 20);
  buffer_init(&out, 1 << 20);
  schema_print(&schema, task->reply);
  const prompt_value values[] = {{"schema", schema.bytes ? schema.bytes : ""}, {"nonce", "0123456789abcdef"}};
  prompt_render(&out, p->system, values, rendered ? 2 : 0);
  int status = out.failed || schema.failed ? CLI_FAILED : CLI_DONE;
  if (!status) puts(rendered ? out.bytes : p->system);
  buffer_free(&schema);
  buffer_free(&out);
  return status;
}

int command_prompt(int argc, char **argv) {
  const char *words[CLI_WORDS] = {0}, *language = NULL, *installed = NULL;
  const cli_option options[] = {{"lang", "fa|en", "of the prompt; default: fa", &language},
                                {"installed", "FOLDER", "where those that come along are", &installed},
                                {0}};
  int status;
  config *c;
  prompts all;
  mcrm_error error = {0};
  if (!cli_read(&(cli_command){"list | show NAME | render NAME",
                               "Checks all prompts and lists them with where they come from; shows one as it is "
                               "written, or as a provider gets it.",
                               options, 1, 2},
                argc, argv, words, &status))
    return status;
  if ((status = cli_config(&c))) return status;
  arena *a = arena_new(0);
  bool list = !strcmp(words[0], "list"), render = !strcmp(words[0], "render");
  if (!a || prompts_read(a, c->ai_prompts, installed, &error, &all))
    status = a ? cli_fail(&error) : cli_fail_with(MCRM_NO_MEMORY, NULL, "no_memory", "out of memory");
  else if (list)
    status = show_list(&all);
  else if ((render || !strcmp(words[0], "show")) && words[1])
    status = show_one(&all, words[1], language ? language : "fa", render);
  else
    status = cli_usage("prompt", "list, show NAME or render NAME");
  arena_free(a);
  config_free(c);
  return status;
}
