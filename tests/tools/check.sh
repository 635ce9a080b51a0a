# What the scripts of this folder share. MARFACRM is the program; each script works in a folder of its own.
set -eu
unset MARFACRM_CONFIG
export LC_ALL=C.UTF-8
folder=$(mktemp -d /tmp/marfacrm-cli-XXXXXX)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
failures=0
what=""

behaviour() { what=$1; }
wrong() {
  failures=$((failures + 1))
  printf 'WRONG: %s: %s\n' "$what" "$1" >&2
}
# run STATUS ARGUMENT…: the program ends with that status; its output is in out and err.
run() {
  expected=$1
  shift
  status=0
  "$MARFACRM" "$@" >out 2>err </dev/null || status=$?
  [ "$status" -eq "$expected" ] ||
    wrong "marfacrm $* ended with $status instead of $expected: $(head -c 600 out) $(head -c 600 err)"
}
# The same with standard input from a text.
run_with() {
  input=$1
  expected=$2
  shift 2
  status=0
  printf '%s' "$input" | "$MARFACRM" "$@" >out 2>err || status=$?
  [ "$status" -eq "$expected" ] ||
    wrong "marfacrm $* ended with $status instead of $expected: $(head -c 600 out) $(head -c 600 err)"
}
says() { grep -qF -- "$1" out || wrong "no «$1» in: $(head -c 600 out)"; }
says_not() { ! grep -qF -- "$1" out || wrong "«$1» in: $(head -c 600 out)"; }
hints() { grep -qF -- "$1" err || wrong "no «$1» on standard error: $(head -c 600 err)"; }
# The first id in the output.
first_id() { sed -n 's/^{"id":"\([0-9]*\)".*/\1/p' out | head -1; }
finish() {
  [ "$failures" -eq 0 ] || { echo "$failures wrong" >&2; exit 1; }
  echo "all as described"
}
