/* marfacrm.yaml: what it gives, and how it is refused. */
#include <check.h>
#include <config/config.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static mcrm_error error;

static config *read_text(const char *yaml) {
  config *c = NULL;
  error = (mcrm_error){0};
  int code = config_parse(yaml, strlen(yaml), "test.yaml", &error, &c);
  ck_assert_msg(!code, "%s", error.detail);
  ck_assert_ptr_nonnull(c);
  return c;
}

/* The text is refused; the detail begins with `detail`. */
static void refused(const char *yaml, const char *field, const char *message, const char *detail) {
  config *c = NULL;
  error = (mcrm_error){0};
  int code = config_parse(yaml, strlen(yaml), "test.yaml", &error, &c);
  ck_assert_msg(code == MCRM_INVALID, "taken: %s", yaml);
  ck_assert_ptr_null(c);
  ck_assert_str_eq(error.field, field);
  ck_assert_str_eq(error.message, message);
  ck_assert_msg(!strncmp(error.detail, detail, strlen(detail)), "%s", error.detail);
}

START_TEST(an_empty_file_gives_the_defaults) {
  const char *empty[] = {"", "# only a comment\n", "storage:\nhost:\n", "---\n...\n"};
  for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
    config *c = read_text(empty[i]);
    ck_assert_str_eq(c->storage_url, "sqlite:crm.db");
    ck_assert_int_eq(c->storage_readers, 4);
    ck_assert_ptr_null(c->storage_key_file);
    ck_assert_ptr_null(c->host_url);
    ck_assert_ptr_null(c->host_time_zone);
    ck_assert_str_eq(c->locale_language, "fa");
    ck_assert_str_eq(c->locale_time_zone, "Asia/Tehran");
    ck_assert_int_eq(c->jobs_pause, 5);
    ck_assert_uint_eq(c->interaction_types.count, 0);
    config_free(c);
  }
}
END_TEST

START_TEST(every_section_is_read) {
  config *c = read_text(
      "storage: {url: \"sqlite:/var/lib/crm.db\", readers: 8}\n"
      "host:\n"
      "  source: sqlite\n"
      "  url: sqlite:host.db\n"
      "  generation: v1\n"
      "  time_zone: Asia/Tehran\n"
      "  rep_url: https://panel.example/reps/{key}\n"
      "  representatives:\n"
      "    from: representatives r\n"
      "    name: \"trim(r.full_name)\"\n"
      "locale: {language: en}\n"
      "access:\n"
      "  scopes:\n"
      "    task.write: {agent: team, supervisor: all}\n"
      "    rep.account: {agent: none}\n"
      "interaction:\n"
      "  types: [whatsapp, site_visit]\n"
      "jobs: {pause: 30}\n"
      "log: {level: debug}\n");
  ck_assert_str_eq(c->storage_url, "sqlite:/var/lib/crm.db");
  ck_assert_int_eq(c->storage_readers, 8);
  ck_assert_str_eq(c->host_generation, "v1");
  ck_assert_str_eq(c->host_rep_url, "https://panel.example/reps/{key}");
  ck_assert_uint_eq(c->host_representatives.count, 2);
  ck_assert_str_eq(config_pair_value(&c->host_representatives, "name"), "trim(r.full_name)");
  ck_assert_ptr_null(config_pair_value(&c->host_representatives, "phone"));
  ck_assert_str_eq(c->locale_language, "en");
  ck_assert_uint_eq(c->access_scopes.count, 3);
  ck_assert_str_eq(c->access_scopes.at[1].permission, "task.write");
  ck_assert_str_eq(c->access_scopes.at[1].role, "supervisor");
  ck_assert_str_eq(c->access_scopes.at[1].scope, "all");
  ck_assert_str_eq(c->access_scopes.at[2].permission, "rep.account");
  ck_assert_uint_eq(c->interaction_types.count, 2);
  ck_assert_str_eq(c->interaction_types.at[1], "site_visit");
  ck_assert_int_eq(c->jobs_pause, 30);
  ck_assert_str_eq(c->log_level, "debug");
  config_free(c);
}
END_TEST

START_TEST(an_unknown_key_is_refused_with_its_place_and_what_may_stand_there) {
  refused("storage:\n  urll: sqlite:crm.db\n", "storage.urll", "config.unknown",
          "test.yaml:2:3: storage.urll: unknown key; here may stand url, listen_url, key_file, readers");
  refused("sotrage: {}\n", "sotrage", "config.unknown",
          "test.yaml:1:1: sotrage: unknown key; here may stand providers, storage, host, locale, access, gateway, voice, "
          "interaction, ai, jobs, log");
  /* sections of later releases are not taken silently */
  refused("plugins: {grok: {}}\n", "plugins", "config.unknown", "test.yaml:1:1: ");
  refused("storage.url: sqlite:x\n", "storage.url", "config.unknown", "test.yaml:1:1: ");
  refused("<<: {storage: {}}\n", "<<", "config.unknown", "test.yaml:1:1: ");
}
END_TEST

START_TEST(a_wrong_value_is_named) {
  refused("locale:\n  language: de\n", "locale.language", "config.choice",
          "test.yaml:2:3: locale.language: 'de' is not one of fa, en");
  refused("locale: {time_zone: Asia/Teheran}\n", "locale.time_zone", "config.zone", "test.yaml:1:10: ");
  refused("storage: {readers: 0}\n", "storage.readers", "config.number",
          "test.yaml:1:11: storage.readers: '0' is not a whole number from 1 to 64");
  refused("storage: {readers: 4.5}\n", "storage.readers", "config.number", "test.yaml");
  refused("storage: {readers: \"4\"}\n", "storage.readers", "config.number", "test.yaml");
  refused("storage: {readers: 99999999999999999999999999}\n", "storage.readers", "config.number", "test.yaml");
  refused("storage: {readers: [4]}\n", "storage.readers", "config.type",
          "test.yaml:1:11: storage.readers: a list is not a text");
  refused("storage: {url: }\n", "storage.url", "config.empty", "test.yaml");
  refused("storage: [url]\n", "storage", "config.type", "test.yaml:1:1: ");
  refused("just text\n", "(file)", "config.type", "test.yaml:1:1: ");
  refused("interaction: {types: [Tel, x]}\n", "interaction.types", "config.word", "test.yaml");
  refused("interaction: {types: [sms, sms]}\n", "interaction.types", "config.twice", "test.yaml");
  refused("access: {scopes: {task.write: {boss: all}}}\n", "access.scopes.task.write.boss", "config.choice",
          "test.yaml:1:32: ");
  refused("access: {scopes: {task.write: {agent: most}}}\n", "access.scopes.task.write.agent", "config.choice",
          "test.yaml");
}
END_TEST

START_TEST(a_key_may_stand_once) {
  refused("storage: {url: a}\nstorage: {url: b}\n", "storage", "config.twice",
          "test.yaml:2:1: 'storage' stands here twice, first in line 1");
}
END_TEST

START_TEST(a_host_needs_an_address_and_a_mapping) {
  refused("host: {source: sqlite}\n", "host.url", "config.missing", "host.url: needed");
  refused("host: {source: sqlite, url: \"sqlite:h.db\"}\n", "host.generation", "config.missing", "host.generation");
  refused("host: {url: \"sqlite:h.db\", generation: v1}\n", "host.source", "config.missing", "host.source: needed");
  refused("host: {generation: v1}\n", "host.url", "config.missing", "host.url: needed");
}
END_TEST

START_TEST(malformed_yaml_is_refused_with_its_place) {
  refused("storage: {url: a\nhost: b}\n", "", "config.syntax", "test.yaml:2:5: ");
  refused("storage:\n\turl: a\n", "", "config.syntax", "test.yaml:2:");
  refused("a: b: c\n", "", "config.syntax", "test.yaml:1:5: ");
  refused("storage: \xff\n", "", "config.syntax", "test.yaml: ");
  refused("storage: {}\n---\nstorage: {}\n", "", "config.syntax", "test.yaml:3:1: one document only");
  refused("storage: {url: \"a\\0b\"}\n", "", "config.syntax", "test.yaml:1:16: ");
  refused("? [a]\n: b\n", "", "config.syntax", "test.yaml:1:3: ");
}
END_TEST

START_TEST(aliases_and_tags_are_refused) {
  refused("a: &a [1,1]\nb: &b [*a,*a]\n", "", "config.alias", "test.yaml:1:4: ");
  refused("storage: *x\n", "", "config.alias", "test.yaml:1:10: ");
  refused("storage: !!map {}\n", "", "config.alias", "test.yaml");
  refused("storage: {url: !!str x}\n", "", "config.alias", "test.yaml");
}
END_TEST

START_TEST(size_and_depth_have_limits) {
  char *text = malloc(CONFIG_BYTES + 2);
  memset(text, ' ', CONFIG_BYTES + 1);
  text[CONFIG_BYTES + 1] = 0;
  refused(text, "", "config.too_large", "test.yaml: more than");
  memset(text, '[', 100000);
  text[100000] = 0;
  refused(text, "", "config.too_deep", "test.yaml:1:9: ");
  size_t n = 0;
  for (int i = 0; i <= CONFIG_NODES; i++) n += (size_t)sprintf(text + n, "- a\n");
  refused(text, "", "config.too_large", "test.yaml:");
  free(text);
}
END_TEST

static char folder[] = "/tmp/config_testXXXXXX";

static const char *write_file(const char *name, const char *content, mode_t mode) {
  static char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  unlink(path);
  FILE *f = fopen(path, "w");
  ck_assert_ptr_nonnull(f);
  fputs(content, f);
  fclose(f);
  chmod(path, mode);
  return path;
}

static const char *url_from(const char *reference) {
  static char yaml[800];
  snprintf(yaml, sizeof yaml, "storage:\n  url: %s\n", reference);
  return yaml;
}

START_TEST(a_secret_comes_from_the_environment_or_a_file_of_ones_own) {
  setenv("CONFIG_TEST_KEY", "0a0b", 1);
  config *c = read_text(url_from("env:CONFIG_TEST_KEY"));
  ck_assert_str_eq(c->storage_url, "0a0b");
  config_free(c);

  char reference[300];
  snprintf(reference, sizeof reference, "file:%s", write_file("key", "0c0d\n", 0600));
  c = read_text(url_from(reference));
  ck_assert_str_eq(c->storage_url, "0c0d");
  config_free(c);
}
END_TEST

START_TEST(a_secret_in_the_open_is_refused_and_not_repeated) {
  refused("gateway: {host_secret: hunter2hunter2hunter2hunter2hunter2}\n", "gateway.host_secret", "config.secret",
          "test.yaml");
  ck_assert_ptr_null(strstr(error.detail, "hunter2"));
  refused("host: {url: \"postgresql://crm:hunter2@db/host\", generation: v1}\n", "host.url", "config.secret",
          "test.yaml");
  ck_assert_ptr_null(strstr(error.detail, "hunter2"));
  unsetenv("CONFIG_TEST_NONE");
  refused(url_from("env:CONFIG_TEST_NONE"), "storage.url", "config.secret",
          "test.yaml:2:3: storage.url: the environment has no CONFIG_TEST_NONE");

  char reference[400], link[300];
  snprintf(reference, sizeof reference, "file:%s", write_file("key", "0c0d\n", 0644));
  refused(url_from(reference), "storage.url", "config.secret", "test.yaml:2:3: ");
  ck_assert_ptr_nonnull(strstr(error.detail, "chmod 600"));

  const char *real = write_file("key", "0c0d\n", 0600);
  snprintf(link, sizeof link, "%s/link", folder);
  unlink(link);
  ck_assert_int_eq(symlink(real, link), 0);
  snprintf(reference, sizeof reference, "file:%s", link);
  refused(url_from(reference), "storage.url", "config.secret", "test.yaml");
  ck_assert_ptr_nonnull(strstr(error.detail, "symbolic link"));

  snprintf(reference, sizeof reference, "file:%s", write_file("key", "\n", 0600));
  refused(url_from(reference), "storage.url", "config.secret", "test.yaml");
  snprintf(reference, sizeof reference, "file:%s", folder);
  refused(url_from(reference), "storage.url", "config.secret", "test.yaml");
  refused(url_from("file:/nowhere/at/all"), "storage.url", "config.secret", "test.yaml");
}
END_TEST

START_TEST(providers_keep_where_each_setting_stood) {
  static const char yaml[] =
      "providers:\n"
      "  grok-main:\n"
      "    plugin: grok\n"
      "    api_key: env:MARFACRM_TEST_KEY\n"
      "    hints: [a, b]\n"
      "ai:\n"
      "  chat: [grok-main]\n"
      "  day_usd: 2.50\n"
      "  tasks:\n"
      "    note.analyse: {providers: [grok-main], day_tokens: 5000}\n";
  config *c;
  setenv("MARFACRM_TEST_KEY", "canary-key", 1);
  error = (mcrm_error){0};
  ck_assert_msg(!config_parse(yaml, sizeof yaml - 1, "test.yaml", &error, &c), "%s", error.detail);
  const config_provider *p = &c->providers.at[0];
  ck_assert_str_eq(p->name, "grok-main");
  ck_assert_uint_eq(p->count, 4);
  ck_assert_str_eq(config_setting_of(p, "api_key")->value, "canary-key");
  ck_assert_str_eq(config_setting_of(p, "api_key")->where, "test.yaml:4:5");
  ck_assert_str_eq(p->settings[3].value, "b");
  ck_assert_int_eq(c->ai_day_ticks, INT64_C(25000000000));
  ck_assert_int_eq(c->ai_tasks.at[0].day_tokens, 5000);
  config_free(c);
}
END_TEST

START_TEST(a_providers_key_in_the_open_is_refused_and_not_repeated) {
  refused("providers: {x: {plugin: grok, api_key: canary-key}}", "providers.x.api_key", "config.secret",
          "test.yaml:1:31: providers.x.api_key: is a secret");
  ck_assert_ptr_null(strstr(error.detail, "canary"));
  refused("providers: {x: {model: y}}", "providers.x", "config.missing", "test.yaml:1:13: providers.x: needs plugin");
  refused("ai: {day_usd: much}", "ai.day_usd", "config.number", "test.yaml:1:6: ai.day_usd: 'much' is not");
  refused("ai: {egress: some}", "ai.egress", "config.choice",
          "test.yaml:1:6: ai.egress: 'some' is not one of any, none");
}
END_TEST

START_TEST(a_file_is_read_whole) {
  config *c = NULL;
  error = (mcrm_error){0};
  ck_assert_int_eq(config_load(write_file("crm.yaml", "jobs: {pause: 7}\n", 0644), &error, &c), MCRM_OK);
  ck_assert_int_eq(c->jobs_pause, 7);
  config_free(c);
  ck_assert_int_eq(config_load("/nowhere.yaml", &error, &c), MCRM_NOT_FOUND);
  error = (mcrm_error){0};
  ck_assert_int_eq(config_load(folder, &error, &c), MCRM_INVALID);
}
END_TEST

START_TEST(the_schema_is_json_and_knows_every_default) {
  buffer b;
  buffer_init(&b, 1 << 20);
  config_schema(&b);
  ck_assert(!b.failed);
  json_error_t why;
  json_t *schema = json_loads(b.bytes, 0, &why);
  ck_assert_msg(schema != NULL, "%s in line %d", why.text, why.line);
  json_t *sections = json_object_get(schema, "properties");
  const char *name;
  json_t *section;
  json_object_foreach(sections, name, section) {
    if (!strcmp(name, "providers")) continue; /* whose names are the admin's */
    ck_assert(json_is_false(json_object_get(section, "additionalProperties")));
    ck_assert_uint_gt(json_object_size(json_object_get(section, "properties")), 0);
  }
  json_t *storage = json_object_get(json_object_get(sections, "storage"), "properties");
  ck_assert_str_eq(json_string_value(json_object_get(json_object_get(storage, "url"), "default")), "sqlite:crm.db");
  ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(storage, "readers"), "default")), 4);
  json_decref(schema);
  buffer_free(&b);
}
END_TEST

int main(void) {
  if (!mkdtemp(folder)) return 1;
  TCase *t = tcase_create("config");
  tcase_add_test(t, an_empty_file_gives_the_defaults);
  tcase_add_test(t, every_section_is_read);
  tcase_add_test(t, an_unknown_key_is_refused_with_its_place_and_what_may_stand_there);
  tcase_add_test(t, a_wrong_value_is_named);
  tcase_add_test(t, a_key_may_stand_once);
  tcase_add_test(t, a_host_needs_an_address_and_a_mapping);
  tcase_add_test(t, malformed_yaml_is_refused_with_its_place);
  tcase_add_test(t, aliases_and_tags_are_refused);
  tcase_add_test(t, size_and_depth_have_limits);
  tcase_add_test(t, a_secret_comes_from_the_environment_or_a_file_of_ones_own);
  tcase_add_test(t, a_secret_in_the_open_is_refused_and_not_repeated);
  tcase_add_test(t, providers_keep_where_each_setting_stood);
  tcase_add_test(t, a_providers_key_in_the_open_is_refused_and_not_repeated);
  tcase_add_test(t, a_file_is_read_whole);
  tcase_add_test(t, the_schema_is_json_and_knows_every_default);
  Suite *s = suite_create("config");
  suite_add_tcase(s, t);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  char command[100];
  snprintf(command, sizeof command, "rm -r %s", folder);
  return failed || system(command) ? 1 : 0;
}
