#!/bin/sh
# Each public header compiles by itself, as C17 and C++17, with warnings as errors; no include goes around the rooms.
. "$(dirname "$0")/check.sh"
count=0
for header in "$SOURCE"/include/marfacrm/*.h; do
  name=marfacrm/$(basename "$header")
  printf '#include <%s>\n#include <%s>\n' "$name" "$name" |
    "$CC" -x c -std=c17 -pedantic-errors -Wall -Wextra -Wconversion -Wstrict-prototypes -Werror -I"$SOURCE/include" -fsyntax-only - || wrong "$name as C17"
  printf '#include <%s>\n' "$name" |
    "$CXX" -x c++ -std=c++17 -pedantic-errors -Wall -Wextra -Werror -I"$SOURCE/include" -fsyntax-only - || wrong "$name as C++17"
  count=$((count + 1))
done
[ "$count" -ge 10 ] || wrong "only $count headers"
around=$(grep -rnE '#[[:space:]]*include[[:space:]]*["<]([^">]*\.\./|/)' "$SOURCE/lib" "$SOURCE/include" "$SOURCE/tools" || true)
[ -z "$around" ] || wrong "includes that go around the rooms: $around"
grep -rqE '#[[:space:]]*include[[:space:]]*"[^"]*/' "$SOURCE/lib" && wrong "a quoted include with a folder: $(grep -rnE '#[[:space:]]*include[[:space:]]*"[^"]*/' "$SOURCE/lib")"
finish
