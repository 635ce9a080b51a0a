#!/bin/sh
# Socket activation: the socket is there before the server and outlives it, so that nobody is turned away.
. "$(dirname "$0")/serve.sh"
people
mount=http://127.0.0.1/crm
site=http://127.0.0.1
cat >activate.py <<'PY'
# What systemd does: listens, and starts the program with the socket as descriptor 3.
import os, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(64)
for name in sys.argv[2:4]:
    while not os.path.exists(name):
        os.sched_yield()
    child = os.fork()
    if not child:
        os.dup2(listener.fileno(), 3)
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
        os.execv(sys.argv[4], sys.argv[4:])
    open(name + ".pid", "w").write(f"{child}\n")
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    open(name + ".code", "w").write(f"{code}\n")
PY
python3 activate.py "$folder/crm.sock" first second "$MARFACRM_HTTP" --config marfacrm.yaml --public-url "$mount" 2>server.log &
server=$!
await() {
  tries=0
  until [ -s "$1" ] || [ $tries -eq 200 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  [ -s "$1" ] || wrong "$1 does not appear: $(tail -2 server.log)"
}
ask() { curl -s --unix-socket crm.sock -o out -w '%{http_code}' "$@"; }
tries=0
until [ -S crm.sock ] || [ $tries -eq 100 ]; do
  sleep 0.1
  tries=$((tries + 1))
done

behaviour "who comes before the server is there is answered when it is"
ask "$site/$crt" >early &
early=$!
sleep 0.3
[ ! -s early ] || wrong "somebody answered: $(cat early)"
: >first
wait "$early"
same "$(cat early)" 303 "the one who waited"
grep -q 'listening on the socket of systemd' server.log || wrong "$(cat server.log)"

behaviour "the server ends in order and leaves the socket to the next"
await first.pid
kill -TERM "$(cat first.pid)"
await first.code
same "$(cat first.code)" 0 "how it ended"
ask "$site/nothing" >between &
between=$!
: >second
wait "$between"
same "$(cat between)" 404 "the one who came in between"
await second.pid
kill -TERM "$(cat second.pid)"
await second.code
same "$(cat second.code)" 0 "how the second ended"
wait "$server"
server=""

behaviour "systemd's own way of handing a socket over, on a Unix socket and on a port"
if command -v systemd-socket-activate >/dev/null 2>&1; then
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  for listen in "$folder/own.sock" "127.0.0.1:$port"; do
    : >server.log
    systemd-socket-activate -l "$listen" "$MARFACRM_HTTP" --config marfacrm.yaml --public-url "$mount" 2>server.log &
    server=$!
    case $listen in
      /*) through="--unix-socket $listen"; there=$site ;;
      *) through=""; there=http://$listen ;;
    esac
    tries=0
    until grep -qi 'listening on' server.log || [ $tries -eq 100 ]; do
      sleep 0.1
      tries=$((tries + 1))
    done
    ! grep -q 'the socket of systemd' server.log || wrong "the server is there before anybody asks"
    # shellcheck disable=SC2086 # options
    same "$(curl -s $through -o out -w '%{http_code}' "$there/$crt")" 303 "the first who asks, at $listen"
    grep -q 'listening on the socket of systemd' server.log || wrong "$(cat server.log)"
    # shellcheck disable=SC2086 # options
    same "$(curl -s $through -o out -w '%{http_code}' "$there/crm/")" 404 "the second"
    stop
    same "$status" 0 "how it ended"
  done
else
  echo "SKIPPED: systemd-socket-activate is not installed"
fi
finish
