#!/bin/sh
# user, call, events, jobs, worker.
. "$(dirname "$0")/check.sh"
run 0 init

behaviour "people are added, listed, changed and shut out"
run 0 user add sara --name سارا --role agent --team crt
run 1 user add sara --name "سارای دیگر" --role agent
says '"code":"conflict"'
run 1 user add mina --name مینا --role queen
says '"field":"role"'
run 2 user add mina
run 2 user fly mina
run_with 'a long enough password
' 0 user add mina --name مینا --role supervisor --password
run_with 'short
' 1 user passwd mina
says '"field":"password"'
run_with 'another long password
' 0 user passwd mina
says_not 'password_hash'
run 0 user list
says 'سارا'
says 'supervisor'
run 0 user list --json
says '"items":['
run 0 user role sara supervisor
says '"role":"supervisor"'
run 0 user role sara agent
run 0 user disable mina
says '"active":false'
run 1 call session.me --as mina
says '"code":"unauthenticated"'
run 0 user enable mina
run 0 call session.me --as mina
run 1 user passwd nobody
says '"code":"not_found"'

behaviour "a user's own rights hold on the command line, too"
run 1 user add x --name x --role admin --as sara
says '"code":"denied"'
run 1 call audit.list --as sara
says '"code":"denied"'
run 0 audit list
says 'deny'

behaviour "call runs an operation; an error is JSON on standard output"
run 0 call prospect.create '{"name":"موبایل رضایی","phones":["۰۹۱۲ ۳۴۵ ۶۷۸۹"]}' --as sara
says '+989123456789'
rep=$(first_id)
run_with '{"name":"از ورودی"}' 0 call prospect.create - --as sara
run 1 call prospect.create '{"name":' --as sara
says '"error":{"code":"invalid"'
run 1 call prospect.create '{"nmae":"x"}' --as sara
says '"field":"nmae"'
run 1 call no.such --as sara
run 2 call session.me
hints '--as USER'
run 2 call
run 2 call session.me --as
run 2 call session.me --az sara
run 1 call session.me --as nobody
says '"code":"unauthenticated"'

behaviour "an idempotency key makes a repeated call one"
run 0 call prospect.create '{"name":"یک بار"}' --as sara --idempotency-key k1
cp out first
run 0 call prospect.create '{"name":"یک بار"}' --as sara --idempotency-key k1
cmp -s out first || wrong "the second answer is another: $(cat out)"
run 1 call prospect.create '{"name":"چیز دیگر"}' --as sara --idempotency-key k1
says '"code":"conflict"'

behaviour "from a note to tasks"
run 0 call interaction.log "{\"rep_id\":\"$rep\",\"type\":\"call\",\"notes\":\"قول دادم فردا ساعت ۱۰ خبر بدم\"}" --as sara
interaction=$(first_id)
run 0 call note.analyse "{\"text\":\"قول دادم فردا ساعت ۱۰ خبر بدم\",\"interaction_id\":\"$interaction\"}" --as sara
for id in $(grep -o '"suggestions":.*' out | sed 's/"interaction":{.*//' | grep -o '{"id":"[0-9]*"' | tr -dc '0-9\n'); do
  run 0 call suggestion.decide "{\"id\":\"$id\",\"decision\":\"accept\"}" --as sara
done
run 0 call task.list '{"status":"open"}' --as sara
says '"source":"ai"'
says 'T10:00:00+03:30'
run 0 call worklog.get --as sara
says '"open":1'

behaviour "events come in order, from where one was, and live"
run 0 events
says 'user.create'
run 0 events --json --entity interaction
says '"operation":"interaction.log"'
says_not 'user.create'
last=$("$MARFACRM" events --json | tail -1 | sed 's/{"seq":\([0-9]*\),.*/\1/')
run 0 events --after "$last"
[ ! -s out ] || wrong "something after the last: $(cat out)"
"$MARFACRM" events --follow --json >followed &
follower=$!
sleep 1
run 0 call prospect.create '{"name":"زنده"}' --as sara
tries=0
until grep -q prospect.create followed || [ $tries -eq 50 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
kill -INT $follower
status=0
wait $follower || status=$?
[ $status -eq 0 ] || wrong "events --follow ended with $status on SIGINT"
[ "$(wc -l <followed)" -eq 1 ] || wrong "followed: $(cat followed)"

behaviour "the worker runs what is due, once or until it is told to stop"
run 0 worker --once
says '"done":'
run 0 jobs list
says 'task.remind'
run 0 jobs list --json --state waiting
says '"items":['
run 1 jobs retry 5
run 2 jobs retry five
"$MARFACRM" worker 2>worker.log &
worker=$!
sleep 1
kill -TERM $worker
status=0
wait $worker || status=$?
[ $status -eq 0 ] || wrong "the worker ended with $status on SIGTERM"
grep -q stopped worker.log || wrong "the worker's log: $(cat worker.log)"

behaviour "usage errors say what to do and end with 2"
run 2
run 2 fly
hints "there is no command 'fly'"
run 0 --help
says 'worker'
run 0 --version
says 'marfacrm '
for command in init migrate backup restore check user call operations worker events audit jobs export import; do
  run 0 $command --help
  says "Usage: marfacrm $command"
done
run 2 init now
run 2 check --loudly
finish
