#!/bin/sh
# The systemd units as they are shipped, read by systemd itself; the program's place excepted. A unit with a word that
# systemd does not know is found.
set -eu
command -v systemd-analyze >/dev/null 2>&1 || { echo "SKIPPED: systemd is not installed"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for unit in service socket; do
  sed "s#/usr/bin/marfacrm-http#$MARFACRM_HTTP#" "$MARFACRM_SOURCE/examples/http/marfacrm.$unit" >"$folder/marfacrm.$unit"
done
verify() { systemd-analyze verify --man=no "$folder/marfacrm.service" "$folder/marfacrm.socket" >"$folder/said" 2>&1; }
verify && ! grep -q "$folder" "$folder/said" || { cat "$folder/said" >&2; exit 1; }
sed -i 's/^NoNewPrivileges=/NoNewPrivilege=/' "$folder/marfacrm.service"
verify || :
grep -q 'NoNewPrivilege' "$folder/said" || { echo "a misspelt word went unseen: $(cat "$folder/said")" >&2; exit 1; }
echo "all as described"
