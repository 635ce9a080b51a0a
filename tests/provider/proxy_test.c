/* Proxies as admins have them: microsocks and tinyproxy, with and without a password, and what is wrong with them. */
#include "stand.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static faults plain, tls, refusing;
static unsigned socks_port, http_port;
static pid_t socks, http;
static char folder[] = "/tmp/marfacrm-proxy-XXXXXX", settings_file[64];

static int connected(unsigned port, bool only_bind) {
  struct sockaddr_in at = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof at;
  int fd = socket(AF_INET, SOCK_STREAM, 0), code;
  code = only_bind ? bind(fd, (struct sockaddr *)&at, size) : connect(fd, (struct sockaddr *)&at, size);
  if (!code && only_bind) code = getsockname(fd, (struct sockaddr *)&at, &size);
  close(fd);
  return code ? -1 : ntohs(at.sin_port);
}

static pid_t start(unsigned port, char *const *arguments) {
  pid_t child = fork();
  if (!child) {
    if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr)) _exit(126);
    execvp(arguments[0], arguments);
    _exit(127);
  }
  for (int i = 0; i < 500 && connected(port, false) < 0; i++) usleep(10000);
  return child;
}

static void start_proxies(void) {
  char port[16];
  socks_port = (unsigned)connected(0, true);
  snprintf(port, sizeof port, "%u", socks_port);
  socks =
      start(socks_port, (char *[]){"microsocks", "-i", "127.0.0.1", "-p", port, "-u", "name", "-P", "pass-word", NULL});
  http_port = (unsigned)connected(0, true);
  snprintf(settings_file, sizeof settings_file, "%s/tinyproxy.conf", folder);
  FILE *f = fopen(settings_file, "w");
  fprintf(f, "Port %u\nListen 127.0.0.1\nTimeout 60\nMaxClients 20\nAllow 127.0.0.1\nBasicAuth name pass-word\n",
          http_port);
  fclose(f);
  http = start(http_port, (char *[]){"tinyproxy", "-d", "-c", settings_file, NULL});
}

/* What a request through it comes to; the failure's code in *code. */
static mcrm_outcome through(bool isolated, const char *scheme, const char *who, unsigned port, const char *url,
                            char code[64], stand *s) {
  char proxy[128], target[128], ca[300];
  snprintf(proxy, sizeof proxy, "proxy=%s://%s127.0.0.1:%u", scheme, who, port);
  snprintf(target, sizeof target, "url=%s/none", url);
  snprintf(ca, sizeof ca, "ca_file=%s", tls.word);
  ck_assert_int_eq(stand_open(s, isolated, SETTINGS("deed=get", proxy, target, "no_proxy=none", ca)), 0);
  mcrm_outcome outcome = stand_chat(s, "", 10000, false);
  memcpy(code, s->call.failure.code, 64);
  if (outcome == MCRM_OUTCOME_OK) ck_assert_int_eq(s->chat.cost, strstr(s->chat.text, "fine") ? 200 : s->chat.cost);
  return outcome;
}

static const struct {
  const char *scheme, *who;
  bool socks, secure;
  mcrm_outcome outcome;
  const char *code;
} ways[] = {
    {"socks5h", "name:pass-word@", true, false, MCRM_OUTCOME_OK, ""},
    {"socks5h", "name:pass-word@", true, true, MCRM_OUTCOME_OK, ""},
    {"socks5", "name:pass-word@", true, true, MCRM_OUTCOME_OK, ""},
    {"socks5h", "name:wrong-word@", true, true, MCRM_OUTCOME_NETWORK, "proxy"},
    {"socks5h", "", true, true, MCRM_OUTCOME_NETWORK, "proxy"},
    {"http", "name:pass-word@", false, false, MCRM_OUTCOME_OK, ""},
    {"http", "name:pass-word@", false, true, MCRM_OUTCOME_OK, ""},
    {"http", "name:wrong-word@", false, true, MCRM_OUTCOME_NETWORK, "proxy"},
    {"http", "", false, true, MCRM_OUTCOME_NETWORK, "proxy"},
};
enum { WAYS = sizeof ways / sizeof *ways };

START_TEST(each_way_through_a_proxy) {
  int i = _i % WAYS;
  char code[64];
  stand s;
  mcrm_outcome outcome = through(_i < WAYS, ways[i].scheme, ways[i].who, ways[i].socks ? socks_port : http_port,
                                 ways[i].secure ? tls.url : plain.url, code, &s);
  ck_assert_msg(outcome == ways[i].outcome && !strcmp(code, ways[i].code), "%s://%s: %s %s: %s", ways[i].scheme,
                ways[i].who, provider_outcome_name(outcome), code, s.call.failure.detail);
  ck_assert_ptr_null(strstr(s.call.failure.detail, "-word"));
  ck_assert_ptr_null(strstr(s.log, "-word"));
  stand_close(&s);
}
END_TEST

START_TEST(a_proxy_that_is_not_there_or_refuses_is_to_blame) {
  char code[64];
  stand s;
  ck_assert_int_eq(through(_i, "socks5h", "", 1, tls.url, code, &s), MCRM_OUTCOME_NETWORK);
  ck_assert_str_eq(code, "proxy");
  stand_close(&s);
  ck_assert_int_eq(through(_i, "http", "", 1, tls.url, code, &s), MCRM_OUTCOME_NETWORK);
  ck_assert_str_eq(code, "proxy");
  stand_close(&s);
  ck_assert_int_eq(through(_i, "socks5h", "", refusing.port, tls.url, code, &s), MCRM_OUTCOME_NETWORK);
  ck_assert_str_eq(code, "proxy");
  stand_close(&s);
}
END_TEST

START_TEST(this_machine_is_reached_without_it) {
  stand s;
  char target[128];
  snprintf(target, sizeof target, "url=%s/none", plain.url);
  ck_assert_int_eq(stand_open(&s, _i, SETTINGS("deed=get", "proxy=socks5h://127.0.0.1:1", target)), 0);
  ck_assert_int_eq(stand_chat(&s, "", 10000, false), MCRM_OUTCOME_OK);
  stand_close(&s);
}
END_TEST

int main(void) {
  if (!mkdtemp(folder)) return 1;
  faults_start(&plain, "plain");
  faults_start(&tls, "tls");
  faults_start(&refusing, "socks");
  start_proxies();
  Suite *suite = suite_create("proxy");
  TCase *c = tcase_create("proxy");
  tcase_set_timeout(c, 120);
  tcase_add_loop_test(c, each_way_through_a_proxy, 0, 2 * WAYS);
  tcase_add_loop_test(c, a_proxy_that_is_not_there_or_refuses_is_to_blame, 0, 2);
  tcase_add_loop_test(c, this_machine_is_reached_without_it, 0, 2);
  suite_add_tcase(suite, c);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  kill(socks, SIGKILL);
  kill(http, SIGKILL);
  waitpid(socks, NULL, 0);
  waitpid(http, NULL, 0);
  faults_stop(&plain);
  faults_stop(&tls);
  faults_stop(&refusing);
  unlink(settings_file);
  rmdir(folder);
  return failed != 0;
}
