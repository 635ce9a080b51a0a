/* By the clock, a name that does not exist and a wrong password cannot be told apart. Many tries in turn, compared by
 * their ranks (Mann-Whitney): what decides is whether the one takes longer more often than not. The control is a login
 * that does not hash for unknown names, which must be found. COUNT=: pairs of tries. On demand: it measures time. */
#include <base/clock.h>
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "visit.h"

enum { PAIRS_MOST = 2000 };

static place p;
static bool careless;
static const char nobody[] =
    "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"; /* the start of a hash of nothing */

int __real_crypto_pwhash_str_verify(const char *hash, const char *password, unsigned long long length);
int __wrap_crypto_pwhash_str_verify(const char *hash, const char *password, unsigned long long length);
int __wrap_crypto_pwhash_str_verify(const char *hash, const char *password, unsigned long long length) {
  if (careless && !strncmp(hash, nobody, strlen(nobody))) return -1;
  return __real_crypto_pwhash_str_verify(hash, password, length);
}

typedef struct sample {
  int64_t ns;
  bool known;
} sample;

static int64_t fail_as(visitor *v, const char *username) {
  char json[200];
  snprintf(json, sizeof json, "{\"username\":\"%s\",\"password\":\"not the password\"}", username);
  int64_t at = clock_monotonic();
  answer a = ask(v, "POST", "/crm/api/v1/session", NULL, json);
  at = clock_monotonic() - at;
  if (a.status != 401) at = -1;
  answer_free(&a);
  return at;
}

static int by_time(const void *a, const void *b) {
  const sample *x = a, *y = b;
  return (x->ns > y->ns) - (x->ns < y->ns);
}

/* The rank sum of the known ones, in standard deviations from what chance gives; *apart: of the medians, in parts. */
static double distance(sample *all, int pairs, double *apart) {
  double ranks = 0, n = pairs, median[2] = {0};
  int seen[2] = {0};
  qsort(all, (size_t)pairs * 2, sizeof *all, by_time);
  for (int i = 0; i < pairs * 2; i++) {
    if (all[i].known) ranks += i + 1;
    if (seen[all[i].known]++ == pairs / 2) median[all[i].known] = (double)all[i].ns;
  }
  *apart = median[1] / median[0] - 1;
  return (ranks - n * (2 * n + 1) / 2) / sqrt(n * n * (2 * n + 1) / 12);
}

static bool measure(visitor *v, int pairs, double *z, double *apart) {
  static sample all[PAIRS_MOST * 2];
  for (int i = 0; i < pairs * 2; i++) {
    bool known = (i % 2) ^ (i / 2 % 2); /* neither is always the first of its pair */
    all[i] = (sample){fail_as(v, known ? "sara" : "nobody"), known};
    if (all[i].ns < 0) return false;
    if (i % 2) p.people.now += 16 * 60000; /* nobody has to wait */
  }
  *z = distance(all, pairs, apart);
  return true;
}

START_TEST(a_wrong_name_takes_as_long_as_a_wrong_password) {
  const char *count = getenv("COUNT");
  int pairs = count ? atoi(count) : 100;
  double z, apart;
  ck_assert(pairs >= 20 && pairs <= PAIRS_MOST);
  place_open(&p, NULL);
  visitor v = {.gateway = p.gateway};
  come_in(&v, p.crt);
  ck_assert(measure(&v, pairs, &z, &apart));
  printf("login timing, %d pairs: a known name's median is %+.2f %% of an unknown one's, z = %+.2f\n", pairs,
         apart * 100, z);
  ck_assert_msg(fabs(z) < 3.3 || fabs(apart) < 0.02, "they can be told apart: z = %f, medians %f", z, apart);
  careless = true;
  ck_assert(measure(&v, 20, &z, &apart));
  printf("the control, which does not hash for unknown names: %+.0f %%, z = %+.2f\n", apart * 100, z);
  ck_assert_msg(z > 3.3 && apart > 0.5, "the control was not found: z = %f, medians %f", z, apart);
  careless = false;
  place_close(&p);
}
END_TEST

int main(void) {
  Suite *s = suite_create("login timing");
  TCase *c = tcase_create("login timing");
  tcase_set_timeout(c, 850);
  tcase_add_test(c, a_wrong_name_takes_as_long_as_a_wrong_password);
  suite_add_tcase(s, c);
  SRunner *runner = srunner_create(s);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
