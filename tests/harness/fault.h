/* A fault as a test case: what starts the servers it is done to, and what stops them. */
#ifndef HARNESS_FAULT_H
#define HARNESS_FAULT_H

#include <check.h>
#include <stdbool.h>

/* quick: runs with every push; the others by make torture (marfacrm_fault_tests in cmake/tests.cmake). */
static inline void fault_case(Suite *s, const char *name, bool quick, SFun start, SFun stop, const TTest *test) {
  TCase *c = tcase_create(name);
  tcase_set_tags(c, quick ? "quick" : "long");
  tcase_set_timeout(c, 0);
  tcase_add_checked_fixture(c, start, stop);
  tcase_add_test(c, test);
  suite_add_tcase(s, c);
}

#endif
