#!/bin/sh
# Whoever asks alone is answered by the thread that looks after the connections. What takes long then must hold up
# nobody who comes meanwhile: a model that says nothing for three seconds, and others that ask for a list.
. "$(dirname "$0")/serve.sh"
command -v node >/dev/null || exit 77
. "$here/double.sh"
people
double
cat >>marfacrm.yaml <<Y
providers:
  mind: {plugin: $folder/plugins/grok.so, base_url: $double/v1, key: "file:$folder/key", model: grok-4.3, timeout: 3s}
ai: {chat: [mind], prompts: $MARFACRM_SOURCE/share/prompts, program: $folder/plugins/marfacrm-provider}
Y
start --no-jobs
enter sara
now_ms() { date +%s%3N; }
slow() { # FILE: asks and waits for the model
  curl -s -o "$1" -w '%{http_code}\n' -b cookies -H "X-CSRF-Token: $csrf" -H 'Content-Type: application/json' \
    -d '{"text":"قول دادم فردا ساعت ۱۰ خبر بدم"}' "$mount/api/v1/notes/analyse" >"$1.code"
  now_ms >"$1.end"
}

fault /v1/chat/completions silent 100
for round in 1 2 3; do
  behaviour "round $round: three quick ones beside a slow one"
  began=$(now_ms)
  slow waited &
  sleep 0.3
  for quick in 1 2 3; do
    get /reps
    same "$code" 200 "quick one $quick"
  done
  took=$(($(now_ms) - began))
  [ "$took" -lt 2000 ] || wrong "they took $took ms"
  [ ! -e waited.end ] || wrong "the slow one was not slow"
  wait $!
  same "$(cat waited.code)" 200 "the slow one"
  [ $(($(cat waited.end) - began)) -ge 2500 ] || wrong "the slow one ended after $(($(cat waited.end) - began)) ms"
  rm -f waited waited.end waited.code
done

behaviour "two slow ones do not wait for each other, and the server stops when both are answered"
began=$(now_ms)
slow one &
first=$!
sleep 0.2
slow two &
second=$!
sleep 0.2
get /reps
same "$code" 200 "the quick one"
[ $(($(now_ms) - began)) -lt 2000 ] || wrong "the quick one took $(($(now_ms) - began)) ms"
stop
wait $first
wait $second
same "$status" 0 "how it ended"
same "$(cat one.code) $(cat two.code)" "200 200" "the slow ones"
[ $(($(cat two.end) - began)) -lt 5500 ] || wrong "the second ended after $(($(cat two.end) - began)) ms"
finish
