/* marfacrm/host.h: the host platform's data from functions of the host program, where the library cannot or shall not
 * read the host's database by itself.
 *
 *   static int read(void *context, const char *table, mcrm_texts keys, mcrm_host_rows *rows) {
 *     … for each representative asked for:
 *     mcrm_host_cell cells[] = {{"key", "17"}, {"name", "موبایل رضایی"}, {"phone", "0912 345 6789"}, {"debt",
 * "1200000"}}; if (mcrm_host_row(rows, cells, 4)) return MCRM_NO_MEMORY;
 *   }
 *   mcrm_host_source source = {.size = sizeof source, .tables = "representatives invoices", .read = read};
 *   mcrm_open(&(mcrm_options){.size = sizeof(mcrm_options), .host_source = &source}, &crm, &error);
 *
 * The fields are those of marfacrm.yaml's host.representatives, host.invoices, host.payments and host.ledger
 * (docs/embedding.md has the list), and values may be as messy as there: phones in any form, amounts and dates in
 * digits of any script, Jalali dates, times without a zone (they are of host.time_zone). */
#ifndef MARFACRM_HOST_H
#define MARFACRM_HOST_H

#include <marfacrm/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Collects what `read` finds; borrowed for the call. */
typedef struct mcrm_host_rows mcrm_host_rows;

typedef struct mcrm_host_cell {
  const char *name, *value; /* value NULL: there is none */
} mcrm_host_cell;

/* Adds a row; texts are copied. MCRM_INVALID: the table has no field of that name; MCRM_NO_MEMORY. Once it has failed
 * the whole call fails, with this reason, whatever `read` returns. */
MCRM_API int mcrm_host_row(mcrm_host_rows *rows, const mcrm_host_cell *cells, size_t count);

typedef struct mcrm_host_source {
  size_t size;
  void *context;
  /* Which tables the host has, with spaces between: "representatives" is needed, "invoices", "payments" and "ledger"
   * may be there. */
  const char *tables;
  /* The rows of a table that belong to the representatives with these keys; no keys = all rows. In any order. MCRM_OK,
   * or a code: the CRM then shows the last known values with their age. It is called on any thread that uses the
   * instance, several at once, and must come home within a second: people wait for it. It must not call this instance.
   */
  int (*read)(void *context, const char *table, mcrm_texts keys, mcrm_host_rows *rows);
} mcrm_host_source;

/* Says that the host's data changed: the CRM looks at all representatives and makes an event of each that is different.
 * From any host, whatever its source; any thread. *changed (may be NULL): how many were different. MCRM_UNSUPPORTED: no
 * host is configured; MCRM_UNAVAILABLE: it is down. */
MCRM_API int mcrm_host_changed(mcrm *instance, int64_t *changed, mcrm_error *error);

/* Waits at most timeout_ms for the host's database to say that something changed, then does what mcrm_host_changed
 * does: for a thread that calls it again and again. The first call looks at once. *changed as above, 0 where the time
 * ran out. What was heard and could not be read, the next call reads. MCRM_UNSUPPORTED: the host does not say (only
 * host: {live: listen} does; others are looked at by mcrm_work, every host.poll_seconds); MCRM_UNAVAILABLE: it is down.
 * In both cases wait by yourself before the next call. */
MCRM_API int mcrm_host_watch(mcrm *instance, int64_t timeout_ms, int64_t *changed, mcrm_error *error);

#ifdef __cplusplus
}
#endif
#endif
