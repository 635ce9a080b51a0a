/* Each allocation of reading a configuration fails once in turn, and then all from it on: the answer is the right one
 * or "no memory", and nothing is left behind. */
#include <allocation.h>
#include <config/config.h>
#include <stdio.h>
#include <string.h>

static const char good[] =
    "storage: {url: \"sqlite:a.db\"}\n"
    "host:\n  source: sqlite\n  url: \"env:CONFIG_MEMORY_URL\"\n  generation: v1\n  time_zone: Asia/Tehran\n"
    "  representatives: {from: r, name: n}\n"
    "access: {scopes: {task.write: {agent: team}}}\n"
    "interaction: {types: [sms]}\n";
static const char *const texts[] = {good, "storage:\n  readers: many\n", "lcoale: {}\n", "log: {level: loud}\n",
                                    "a: [b\n"};
enum { TEXTS = sizeof texts / sizeof *texts };

static config *read_into(int which, mcrm_error *error, int *code) {
  config *c = NULL;
  *error = (mcrm_error){0};
  *code = config_parse(texts[which], strlen(texts[which]), "test.yaml", error, &c);
  return c;
}

static int run(void *context) {
  mcrm_error error;
  int code;
  config *c = read_into(*(int *)context, &error, &code);
  /* what was read in spite of a failure is whole */
  if (c && (strcmp(c->host_url, "sqlite:host.db") || c->host_representatives.count != 2 || c->access_scopes.count != 1))
    code = MCRM_INTERNAL;
  if (code && error.code != code) code = MCRM_INTERNAL;
  config_free(c);
  /* that a wrong text is refused is the right outcome */
  if (*(int *)context) return code == MCRM_INVALID ? MCRM_OK : code ? code : MCRM_INTERNAL;
  return code;
}

static bool right(void *context, int code) {
  if (code == MCRM_OK || code == MCRM_NO_MEMORY) return true;
  fprintf(stderr, "text %d: code %d\n", *(int *)context, code);
  return false;
}

int main(void) {
  uint64_t points = 0, bad = 0;
  if (!allocation_watched()) {
    puts("SKIPPED: a sanitizer has malloc for itself");
    return 0;
  }
  for (int which = 0; which < TEXTS; which++)
    for (int sticky = 0; sticky < 2; sticky++) {
      allocation_report report =
          allocation_sweep(&(allocation_plan){.name = "config", .context = &which, .run = run, .right = right}, sticky);
      points += report.points;
      bad += report.leaks + report.wrong;
    }
  printf("%llu allocations failed in turn, %llu wrong or leaked\n", (unsigned long long)points,
         (unsigned long long)bad);
  return bad || points < 100;
}
