#!/bin/sh
# serve: the HTTP server as a command of the program.
. "$(dirname "$0")/check.sh"
run 0 init

behaviour "its help is the server's"
run 0 serve --help
says '--listen ADDR:PORT'

behaviour "what the server does not take is refused"
run 2 serve --listne 127.0.0.1:0
run 2 serve here

behaviour "it serves until it is told to stop, in the process that was started, with the configuration in force"
printf 'storage: {url: "sqlite:served.db"}\n' >served.yaml
"$MARFACRM" --config served.yaml serve --listen 127.0.0.1:0 --no-jobs 2>log &
server=$!
for _ in $(seq 100); do
  address=$(sed -n 's/.*listening on \([0-9.:]*\) .*/\1/p' log)
  [ -n "$address" ] && break
  sleep 0.1
done
[ -n "$address" ] || wrong "it does not listen: $(cat log)"
[ "$(curl -s -o /dev/null -w '%{http_code}' "http://$address/")" = 404 ] || wrong "a stranger's answer is no 404"
kill -TERM $server
wait $server || wrong "it ended with $?"
[ -f served.db ] || wrong "the configuration was not read"
finish
