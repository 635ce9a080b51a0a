set -eu
failures=0
wrong() {
  failures=$((failures + 1))
  printf 'WRONG: %s\n' "$1" >&2
}
finish() {
  [ "$failures" -eq 0 ] || { echo "$failures wrong" >&2; exit 1; }
  echo "all as described"
}
# Functions that the public headers declare.
declared() {
  cat "$SOURCE"/include/marfacrm/*.h | tr '\n' ' ' | grep -o 'MCRM_API[^;(#]*[ *]mcrm_[a-z0-9_]*(' | sed 's/.*[ *]\(mcrm_[a-z0-9_]*\)($/\1/' | sort -u
}
