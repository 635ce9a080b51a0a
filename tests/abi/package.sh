#!/bin/sh
# The installed package: the README's program builds against it by pkg-config and by find_package, shared and static,
# runs, and does what it says.
. "$(dirname "$0")/check.sh"
[ -z "$SANITIZE" ] || { echo "SKIPPED: the package is tested in the plain build"; exit 0; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset MARFACRM_CONFIG
"$CMAKE" --install "$BUILD" --prefix "$folder/usr" >"$folder/log" || { cat "$folder/log"; exit 1; }
example=$SOURCE/examples/minimal/main.c
[ "$(wc -l <"$example")" -le 40 ] || wrong "the program has $(wc -l <"$example") lines"
PKG_CONFIG_PATH=$(dirname "$(find "$folder/usr" -name marfacrm.pc)")
LD_LIBRARY_PATH=$(dirname "$(find "$folder/usr" -name libmarfacrm.so)")
export PKG_CONFIG_PATH LD_LIBRARY_PATH

# README.md shows this very program.
awk '/^```c$/ {in_program = 1; next} /^```$/ {in_program = 0} in_program' "$SOURCE/README.md" >"$folder/readme.c"
cmp -s "$folder/readme.c" "$example" || wrong "README.md shows another program than examples/minimal/main.c"

runs() {
  mkdir "$folder/$1"
  (cd "$folder/$1" && "$2" >out) || { wrong "$1 failed"; return 0; }
  grep -q '"due_at":"[0-9-]*T10:00:00+03:30"' "$folder/$1/out" || wrong "$1: no task at ten: $(cat "$folder/$1/out")"
  grep -q '"source":"ai"' "$folder/$1/out" || wrong "$1: no task of a suggestion"
}
# shellcheck disable=SC2046 # flags are words
"$CC" -std=c17 -Wall -Wextra -Werror "$example" -o "$folder/by_pkg_config" $(pkg-config --cflags --libs marfacrm) &&
  runs by_pkg_config_run "$folder/by_pkg_config" || wrong "pkg-config"
# shellcheck disable=SC2046
"$CC" -std=c17 "$example" -o "$folder/static" $(pkg-config --cflags marfacrm) "$LD_LIBRARY_PATH/libmarfacrm.a" \
  $(pkg-config --static --libs-only-l marfacrm | sed 's/-lmarfacrm//') &&
  runs static_run "$folder/static" || wrong "the static library"
mkdir "$folder/project"
cat >"$folder/project/CMakeLists.txt" <<CMAKE
cmake_minimum_required(VERSION 3.25)
project(host C)
find_package(marfacrm 0.1 REQUIRED)
add_executable(shared $example)
target_link_libraries(shared marfacrm::marfacrm)
add_executable(static $example)
target_link_libraries(static marfacrm::static)
CMAKE
{ "$CMAKE" -S "$folder/project" -B "$folder/project/build" -DCMAKE_PREFIX_PATH="$folder/usr" &&
  "$CMAKE" --build "$folder/project/build"; } >"$folder/log" 2>&1 || wrong "find_package: $(tail -20 "$folder/log")"
[ ! -x "$folder/project/build/shared" ] || runs cmake_shared_run "$folder/project/build/shared"
[ ! -x "$folder/project/build/static" ] || runs cmake_static_run "$folder/project/build/static"

# The installed program works by itself and agrees with the library.
mkdir "$folder/alone"
(cd "$folder/alone" && "$folder/usr/bin/marfacrm" init >/dev/null && "$folder/usr/bin/marfacrm" check >/dev/null) || wrong "the installed program"
[ -f "$folder/usr/share/marfacrm/marfacrm.schema.json" ] || wrong "the schema of the configuration is not installed"
finish
