#!/bin/sh
# Stopping: what is under way is finished, event streams are told goodbye, and it ends with 0 in good time.
. "$(dirname "$0")/serve.sh"
people

behaviour "an event stream sees what changes, and is told when the server stops"
start
enter sara
curl -s -N -b cookies "$mount/api/v1/events/stream" >stream &
listener=$!
curl -s -N -b cookies "$mount/api/v1/events/stream" >gone &
leaver=$!
until_said() { # FILE TEXT
  tries=0
  until grep -q "$2" "$1" || [ $tries -eq 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  grep -q "$2" "$1" || wrong "no «$2» in: $(head -c 400 "$1")"
}
until_said stream 'event: ready'
until_said gone 'event: ready'
kill "$leaver"
wait "$leaver" || :
post /prospects '{"name":"زنده"}'
until_said stream prospect.create
# one that says nothing, and one that has only begun
python3 -c "
import socket, time
quiet = socket.create_connection(('127.0.0.1', $port))
half = socket.create_connection(('127.0.0.1', $port))
half.sendall(b'GET /crm/ HTTP/1.1\r\nHost: x\r\n')
print('begun', flush=True)
time.sleep(30)" >half &
half=$!
until_said half begun
stop
same "$status" 0 "how it ended"
[ "$took" -le 10 ] || wrong "stopping took $took s"
ended=0
wait "$listener" || ended=$?
same "$ended" 0 "how the stream ended"
kill "$half" 2>/dev/null || :
wait "$half" 2>/dev/null || :

behaviour "each request that was answered has its line in the log"
same "$(grep -c '"do":"prospect.create"' server.log)" 1 "lines of the change"
same "$(grep -c '"do":"session.login"' server.log)" 1 "lines of the login"

behaviour "SIGINT ends it, too, at once where nothing is under way"
start
kill -INT "$server"
status=0
before=$(date +%s)
wait "$server" || status=$?
server=""
same "$status" 0 "how it ended"
[ $(($(date +%s) - before)) -le 3 ] || wrong "stopping an idle server took long"

behaviour "on a Unix socket, for a server in front"
"$MARFACRM_HTTP" --config marfacrm.yaml --unix "$folder/http.sock" 2>server.log &
server=$!
tries=0
until [ -S http.sock ] && grep -q listening server.log || [ $tries -eq 100 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
same "$(stat -c %a http.sock)" 660 "the socket's rights"
same "$(curl -s -o out -w '%{http_code}' --unix-socket http.sock "http://front/$crt")" 303 "the secret path"
same "$(curl -s -o out -w '%{http_code}' --unix-socket http.sock http://front/crm/)" 404 "the mount"
stop
same "$status" 0 "how it ended"

behaviour "what it cannot do is said"
for wrong_options in "--listen here" "--listen 127.0.0.1:99999" "--unix $folder/no/such/folder/s" "--config none.yaml" \
  "--database sqlite:/no/such/folder/crm.db"; do
  status=0
  # shellcheck disable=SC2086 # options
  timeout 10 "$MARFACRM_HTTP" --config marfacrm.yaml $wrong_options 2>said || status=$?
  same "$status" 1 "$wrong_options"
  grep -q '^marfacrm-http: .' said || wrong "$wrong_options says: $(cat said)"
done
status=0
"$MARFACRM_HTTP" --workers 1000 2>said || status=$?
same "$status" 2 "--workers 1000"
finish
