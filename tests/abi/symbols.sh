#!/bin/sh
# The shared library exports what the headers declare, the static one shows no other name, and neither calls what a
# library must not call.
. "$(dirname "$0")/check.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

declared >"$folder/declared"
[ "$(wc -l <"$folder/declared")" -gt 50 ] || wrong "only $(wc -l <"$folder/declared") declarations were found"
nm -D --defined-only "$BUILD/lib/libmarfacrm.so" | awk '$2 != "A" {sub(/@.*/, "", $3); print $3}' | sort -u >"$folder/exported"
cmp -s "$folder/declared" "$folder/exported" ||
  wrong "exported and declared differ: $(diff "$folder/declared" "$folder/exported" | grep '^[<>]')"
nm -g --defined-only "$BUILD/lib/libmarfacrm.a" | awk 'NF == 3 {print $3}' | sort -u >"$folder/static"
cmp -s "$folder/declared" "$folder/static" ||
  [ -n "$SANITIZE" ] || wrong "the static library shows: $(diff "$folder/declared" "$folder/static" | grep '^[<>]')"
readelf -d "$BUILD/lib/libmarfacrm.so" | grep -q 'SONAME.*libmarfacrm\.so\.0\]' || wrong "the SONAME is not libmarfacrm.so.0"

# A host's process is not ours to end, to print in, to fork or to reconfigure.
nm -D --undefined-only "$BUILD/lib/libmarfacrm.so" | awk '{sub(/@.*/, "", $2); print $2}' | sort -u >"$folder/needed"
for call in exit _exit abort __assert_fail printf __printf_chk puts putchar perror stdout stderr setlocale system popen \
  fork vfork signal sigaction sigprocmask pthread_sigmask umask chdir tzset localtime localtime_r mktime setenv putenv unsetenv \
  srand rand random strtok gethostbyname atexit on_exit alarm setitimer strtod atof gets; do
  ! grep -qx "$call" "$folder/needed" || [ -n "$SANITIZE" ] || wrong "the library calls $call"
done
finish
