#!/bin/sh
# libpq is in the driver's module and nowhere else, and there only what never blocks.
. "$(dirname "$0")/check.sh"
module=$BUILD/lib/marfacrm/marfacrm-postgres.so
[ -f "$module" ] || { echo "SKIPPED: this build has no driver for PostgreSQL"; exit 77; }
! readelf -d "$BUILD/lib/libmarfacrm.so" | grep -q 'NEEDED.*libpq' || wrong "the library links libpq"
nm -D --undefined-only "$module" | awk '{sub(/@.*/, "", $2); print $2}' | grep '^PQ' | sort -u >"${TMPDIR:-/tmp}/pq.$$"
trap 'rm -f "${TMPDIR:-/tmp}/pq.$$"' EXIT
grep -qx PQsendQueryPrepared "${TMPDIR:-/tmp}/pq.$$" || wrong "the module does not seem to use libpq"
for call in PQexec PQexecParams PQexecPrepared PQprepare PQdescribePrepared PQconnectdb PQconnectdbParams PQsetdbLogin \
  PQreset PQping PQcancel PQfn PQputCopyEnd PQgetCopyData; do
  ! grep -qx "$call" "${TMPDIR:-/tmp}/pq.$$" || wrong "the module calls $call, which waits without a deadline"
done
shown=$(nm -D --defined-only "$module" | awk '$2 == "T" {print $3}' | grep -v '^_' || true)
[ "$shown" = marfacrm_store_driver ] || [ -n "$SANITIZE" ] || wrong "the module shows: $shown"
finish
