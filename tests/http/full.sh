#!/bin/sh
# The disk that uploads wait on fills up in the middle of one: it is refused, nothing is half done, the server goes on.
. "$(dirname "$0")/serve.sh"
mkdir spool
if ! mount -t tmpfs -o size=256k none spool 2>/dev/null; then
  echo "SKIPPED: mounting a small disk needs root"
  exit 77
fi
trap 'umount -l spool; finish_server' EXIT
people
printf 'gateway: {upload_folder: "%s/spool"}\n' "$folder" >>marfacrm.yaml
echo "$password" | $cli user add nima --name نیما --role supervisor --team crt --password >/dev/null
start
enter nima
import() {
  code=$(curl -s -o out -w '%{http_code}' -b cookies -H "X-CSRF-Token: $csrf" -H 'Content-Type: text/csv' \
    --data-binary "@$1" "$mount/api/v1/import?entity=prospect") || :
}

behaviour "a full disk in the middle of an upload"
{ echo 'name'; seq -f 'فروشگاه شماره %g' 40000; } >large
import large
same "$code" 500 "more than fits"
same "$(jq -r .error.code out)" io "what is said"
get /reps
same "$(jq '.items | length' out)" 0 "what was taken"
same "$(df --output=used spool | tail -1 | tr -d ' ')" 0 "what is left on the disk"

behaviour "afterwards"
{ echo 'name'; seq -f 'فروشگاه شماره %g' 3000; } >middling # over 64 KiB: waits on the same disk
import middling
same "$code" 200 "what fits"
same "$(jq .taken out)" 3000 "rows taken"
stop
same "$status" 0 "how it ended"
finish
