#!/bin/sh
# Killed under load: whatever was answered with 2xx is in the database. COUNT= times (5).
. "$(dirname "$0")/serve.sh"
people
: >promised
behaviour "killed ${COUNT:-5} times"
turn=0
while [ $turn -lt "${COUNT:-5}" ]; do
  turn=$((turn + 1))
  start
  enter sara
  for client in 1 2 3 4; do
    (
      i=0
      while i=$((i + 1)); do
        name="k$turn-$client-$i"
        code=$(curl -s -o /dev/null -w '%{http_code}' -b cookies -H "X-CSRF-Token: $csrf" \
          -H 'Content-Type: application/json' -d "{\"name\":\"$name\"}" "$mount/api/v1/prospects") || exit 0
        [ "$code" != 200 ] || echo "$name" >>promised
      done
    ) &
  done
  sleep "0.$((turn * 37 % 90 + 10))"
  kill -9 "$server"
  wait || :
  server=""
done
$cli check >checked 2>&1 || wrong "check: $(head -c 400 checked)"
sort promised >wanted
sqlite3 crm.db "SELECT name FROM rep WHERE name LIKE 'k%'" 2>/dev/null | sort >kept
[ "$(wc -l <wanted)" -ge "$turn" ] || wrong "only $(wc -l <wanted) were promised: no load"
[ -z "$(comm -23 wanted kept)" ] || wrong "promised and lost: $(comm -23 wanted kept | head -5)"
echo "$turn kills, $(wc -l <wanted) promised, $(wc -l <kept) kept"
finish
