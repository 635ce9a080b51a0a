# What the scripts of this folder and of tests/cgi share. MARFACRM is the program, MARFACRM_HTTP the server; each script
# works in a folder of its own, on a port of its own.
set -eu
unset MARFACRM_CONFIG
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d /tmp/marfacrm-http-XXXXXX)
server=""
finish_server() {
  [ -z "$server" ] || kill -9 "$server" 2>/dev/null || :
  rm -rf "$folder"
}
trap finish_server EXIT
cd "$folder"
umask 077
failures=0
what=""
password='a long enough password'

behaviour() { what=$1; }
wrong() {
  failures=$((failures + 1))
  printf 'WRONG: %s: %s\n' "$what" "$1" >&2
}
same() { [ "$1" = "$2" ] || wrong "$3: «$1» instead of «$2»"; }
finish() {
  [ "$failures" -eq 0 ] || { tail -5 server.log >&2 || :; echo "$failures wrong" >&2; exit 1; }
  echo "all as described"
}

# A database with Sara, who has a password, and with a secret path for each gate.
people() {
  echo "storage: {url: \"sqlite:$folder/crm.db\"}" >marfacrm.yaml
  cli="$MARFACRM --config $folder/marfacrm.yaml"
  $cli init >/dev/null
  echo "$password" | $cli user add sara --name سارا --role agent --team crt --password >/dev/null
  echo "$password" | $cli user add admin --name مدیر --role admin --password >/dev/null
  echo "$password" | $cli user add mina --name مینا --role agent --team crt --password >/dev/null
  crt=$($cli call path.rotate '{"gate":"crt"}' --as admin | jq -r .secret)
}

# start OPTION…: the server on a free port; sets server, site and mount.
start() {
  : >server.log # what an earlier server said must not be taken for this one's
  "$MARFACRM_HTTP" --config marfacrm.yaml --listen 127.0.0.1:0 "$@" 2>server.log &
  server=$!
  tries=0
  until grep -q 'listening on' server.log || [ $tries -eq 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  mount=$(sed -n 's/^marfacrm-http.* for //p' server.log)
  site=${mount%/crm}
  port=${site##*:}
}
# stop: SIGTERM; sets status to how the server ended, and took to the seconds.
stop() {
  before=$(date +%s)
  kill -TERM "$server"
  status=0
  wait "$server" || status=$?
  took=$(($(date +%s) - before))
  server=""
}

# enter USER: by the CRT's secret path, then by the password.
enter() {
  rm -f cookies
  curl -s -o gate -D gate.head -c cookies -b cookies "$site/$crt"
  curl -s -o session -c cookies -b cookies -H 'Content-Type: application/json' \
    -d "{\"username\":\"$1\",\"password\":\"$password\"}" "$mount/api/v1/session"
  csrf=$(jq -r .csrf_token session)
}
# get PATH, post PATH JSON: the answer is in out, its status in code.
get() { code=$(curl -s -o out -w '%{http_code}' -b cookies "$mount/api/v1$1"); }
post() {
  code=$(curl -s -o out -w '%{http_code}' -b cookies -H "X-CSRF-Token: $csrf" -H 'Content-Type: application/json' \
    -d "$2" "$mount/api/v1$1")
}
