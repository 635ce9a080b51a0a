#include "allocation.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>

static _Thread_local uint64_t fail_at, count, failures;
static _Thread_local bool fail_after;

void allocation_fail(uint64_t nth, bool sticky) {
  fail_at = nth;
  fail_after = sticky;
  count = failures = 0;
}

uint64_t allocation_count(void) { return count; }

uint64_t allocation_failures(void) { return failures; }

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

bool allocation_watched(void) { return false; }

int64_t allocation_live(void) { return 0; }

#else

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

/* The libraries are to use these, too: they must be seen from outside. */
#pragma GCC visibility push(default)
void *malloc(size_t size);
void *calloc(size_t items, size_t size);
void *realloc(void *block, size_t size);
void *memalign(size_t alignment, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void **out, size_t alignment, size_t size);
void free(void *block);
#pragma GCC visibility pop

static atomic_llong live;

static bool refused(void) {
  count++;
  if (!fail_at || count < fail_at || (count > fail_at && !fail_after)) return false;
  failures++;
  errno = ENOMEM;
  return true;
}

static void *counted(void *block) {
  if (block) atomic_fetch_add_explicit(&live, 1, memory_order_relaxed);
  return block;
}

void *malloc(size_t size) { return refused() ? NULL : counted(__libc_malloc(size)); }

void *calloc(size_t items, size_t size) { return refused() ? NULL : counted(__libc_calloc(items, size)); }

void *realloc(void *block, size_t size) {
  if (refused()) return NULL;
  void *moved = __libc_realloc(block, size);
  if (!block) return counted(moved);
  if (!size && !moved) atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed); /* it was freed */
  return moved;
}

void *memalign(size_t alignment, size_t size) { return refused() ? NULL : counted(__libc_memalign(alignment, size)); }

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **out, size_t alignment, size_t size) {
  void *block = memalign(alignment, size);
  if (!block) return ENOMEM;
  *out = block;
  return 0;
}

void free(void *block) {
  if (block) atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed);
  __libc_free(block);
}

bool allocation_watched(void) { return true; }

int64_t allocation_live(void) { return atomic_load_explicit(&live, memory_order_relaxed); }

#endif

allocation_report allocation_sweep(const allocation_plan *plan, bool sticky) {
  allocation_report report = {0};
  bool failed = true;
  /* nth 0 is a run without failures, to fill whatever is kept for the life of the process */
  for (uint64_t nth = 0; failed; nth = nth ? nth + (plan->step ? plan->step : 1) : plan->first ? plan->first : 1) {
    if (plan->prepare) plan->prepare(plan->context);
    int64_t before = allocation_live();
    allocation_fail(nth, sticky);
    int code = plan->run(plan->context);
    failed = allocation_failures() > 0;
    allocation_fail(0, false);
    int64_t left = allocation_live() - before;
    if (nth && left && !plan->keeps) {
      fprintf(stderr, "%s: allocation %llu%s: %lld blocks left over\n", plan->name, (unsigned long long)nth,
              sticky ? " and on" : "", (long long)left);
      report.leaks++;
    }
    if ((code && !failed) || !plan->right(plan->context, code)) {
      fprintf(stderr, "%s: allocation %llu%s: wrong with code %d\n", plan->name, (unsigned long long)nth,
              sticky ? " and on" : "", code);
      report.wrong++;
    }
    if (!nth) failed = allocation_watched() && !code; /* without a malloc of ours the one run is all */
    report.points += nth && failed;
  }
  return report;
}
