# From a recording to accepted tasks, by the command line and by HTTP, with the double as the provider of speech and of
# chat: Persian speech of espeak-ng, and the double says which bytes it got.
. "$(dirname "$0")/serve.sh"
command -v node >/dev/null && command -v espeak-ng >/dev/null || exit 77
. "$here/double.sh"
people
admin_path=$($cli call path.rotate '{"gate":"admin"}' --as admin | jq -r .secret)
double
cat >>marfacrm.yaml <<Y
providers:
  ears: {plugin: $folder/plugins/whisper.so, base_url: $double/v1, key: "file:$folder/key", timeout: 20s}
  mind: {plugin: $folder/plugins/grok.so, base_url: $double/v1, key: "file:$folder/key", model: grok-4.3, timeout: 20s}
ai: {chat: [mind], speech: [ears], prompts: $MARFACRM_SOURCE/share/prompts, program: $folder/plugins/marfacrm-provider}
voice: {key_file: $folder/voice.key, keep_days: 7}
Y
sara() { $cli call "$1" "$2" --as sara >out || wrong "$1 $2: $(cat out)"; }
work() { $cli worker --once >worked 2>>worker.log || wrong "worker: $(cat worked)"; }
rep=$($cli call prospect.create '{"name":"فروشگاه نمونه"}' --as sara | jq -r .id)
heard='از کندی سرور ناراضی بود. قول دادم فردا ساعت ۱۰ خبر بدم و جمعه برای تمدید زنگ بزنم.'
right='از کندی سرور ناراضی بود. قول دادم فردا ساعت ۱۰ خبر بدم و شنبه برای تمدید زنگ بزنم.'
espeak-ng -v fa -w one.wav "$heard"
espeak-ng -v fa -w two.wav "دومی. $heard"
espeak-ng -v fa -w three.wav "سومی. $heard"
say /v1/audio/transcriptions "$heard"
reply() { # TEXT: what a model makes of it
  jq -nc --arg heard "$1" '{sentiment_quote:"از کندی سرور ناراضی بود", sentiment:"negative", sentiment_score:-0.6,
    emotions:["disappointed"], urgency_quote:null, urgency:"normal",
    action_items:[{quote:"فردا ساعت ۱۰ خبر بدم", text:"خبر دادن دربارهٔ سرور", who:"user", when:"فردا ساعت ۱۰"},
      {quote:($heard | capture("(?<q>(جمعه|شنبه) برای تمدید زنگ بزنم)").q), text:"تماس برای تمدید", who:"user",
       when:($heard | capture("(?<d>جمعه|شنبه)").d)}],
    promises:[], open_questions:[], topics:["سرور"], follow_up_when:null, outcome:null, feedback:null,
    summary:"از کندی سرور ناراضی است.", story:null, confidence:0.9}'
}
say /v1/chat/completions "$(reply "$heard")"

behaviour "a recording becomes a transcript and findings: by the command line"
sara voice_note.upload "{\"rep_id\":\"$rep\",\"language\":\"fa\",\"file\":{\"path\":\"$folder/one.wav\"}}"
note=$(jq -r .id out)
same "$(jq -r .state out)" stored "a new note"
work
sara voice_note.get "{\"id\":\"$note\"}"
same "$(jq -r .state out)" ready "after the work: $(cat out)"
same "$(jq -r .transcript out)" "$heard" "the transcript"
same "$(jq -r .provider out)" ears "who heard"
same "$(jq -r .analysis.provider out)" mind "who read: $(jq -c .analysis.flags out)"
same "$(received '.[] | select(.path == "/v1/audio/transcriptions") | .file')" "$(sha256sum one.wav | cut -d' ' -f1)" \
  "the bytes that the service got"

behaviour "a corrected word changes what follows from it"
say /v1/chat/completions "$(reply "$right")"
sara voice_note.review "$(jq -nc --arg id "$note" --arg t "$right" '{id:$id, transcript:$t}')"
same "$(jq -r .voice_note.state out)" transcribed "after the correction"
work
sara voice_note.get "{\"id\":\"$note\"}"
same "$(jq -r .state out)" ready "analysed again"
same "$(jq -r .transcript out)" "$right" "the corrected transcript"
interaction=$(jq -r .interaction_id out)
sara suggestion.list "{\"interaction_id\":\"$interaction\",\"state\":\"proposed\"}"
grep -q جمعه out && wrong "the misheard day is still proposed: $(cat out)"
grep -q شنبه out || wrong "no proposal for Saturday: $(cat out)"

behaviour "what is accepted stands in the work log"
sara voice_note.review "{\"id\":\"$note\",\"accept_rest\":true,\"final\":true}"
same "$(jq '.tasks | length' out)" 2 "tasks of the review: $(cat out)"
same "$(jq -r .interaction.state out)" final "the conversation"
sara worklog.get '{}'
same "$(jq '[.now, .overdue[], .today[], .later[]] | map(select(.task != null) | .task.title) | unique | length' out)" 2 \
  "tasks in the work log: $(head -c 700 out)"
$cli audit verify >out || wrong "audit: $(cat out)"

behaviour "the same by HTTP: as a form, and as a bare body"
start
enter sara
code=$(curl -s -o out -w '%{http_code}' -b cookies -H "X-CSRF-Token: $csrf" -H 'X-Request-Id: trace-form' -F rep_id="$rep" -F language=fa \
  -F "file=@two.wav;type=audio/wav" "$mount/api/v1/voice-notes")
same "$code" 200 "a form: $(cat out)"
form=$(jq -r .id out)
code=$(curl -s -o out -w '%{http_code}' -b cookies -H "X-CSRF-Token: $csrf" -H 'Content-Type: audio/wav' \
  --data-binary @three.wav "$mount/api/v1/voice-notes?rep_id=$rep&language=fa")
same "$code" 200 "a bare body: $(cat out)"
bare=$(jq -r .id out)
work
for id in "$form" "$bare"; do
  tries=0
  until get "/voice-notes/$id" && [ "$(jq -r .state out)" = ready ] || [ $tries -eq 100 ]; do # the server works, too
    sleep 0.1
    tries=$((tries + 1))
  done
  same "$(jq -r .state out)" ready "note $id: $(cat out)"
done
post "/voice-notes/$form/review" "$(jq -nc --arg t "$right" '{transcript:$t}')"
same "$code" 200 "correcting: $(cat out)"
work
tries=0
until get "/voice-notes/$form" && [ "$(jq -r .state out)" = ready ] || [ $tries -eq 100 ]; do sleep 0.1; tries=$((tries + 1)); done
post "/voice-notes/$form/review" '{"accept_rest":true}'
same "$code" 200 "accepting: $(cat out)"
same "$(jq '.tasks | length' out)" 2 "tasks: $(cat out)"

behaviour "one trace from the request to the providers' calls, in the ledger and in the log"
same "$($cli call ai_call.list '{"trace":"trace-form"}' --as admin | jq -r '[.items[].task] | unique | join(" ")')" \
  "note.analyse speech" "the calls of the request"
cat worker.log server.log | grep '"event":"ai_call"' | grep -q '"trace":"trace-form"' || wrong "the log has no trace of it"

behaviour "metrics tell what the providers did, and no secret"
crt_path=$crt crt=$admin_path
enter admin
crt=$crt_path
post /admin/providers/test '{"name":"ears"}'
same "$code" 200 "testing a provider: $(cat out)"
same "$(jq -r '.outcome, .said' out | tr '\n' ' ' | head -c 60)" "$(printf 'ok model whisper-1; hears webm: %s' "$heard" | head -c 60)" "what it says"
curl -s -o metrics -b cookies "$mount/metrics"
grep -q '^marfacrm_ai_calls_total{provider="ears",outcome="ok"} [1-9]' metrics || wrong "no calls: $(grep marfacrm_ai metrics | head -5)"
for family in seconds_total usd_total sent_bytes_total breaker_opened_total ready allowed cache_total; do
  grep -q "^marfacrm_ai_$family" metrics || wrong "no marfacrm_ai_$family: $(grep -o '^marfacrm_ai_[a-z_]*' metrics | sort -u | tr '\n' ' ')"
done
! grep -qF "$(cat key)" metrics || wrong "the key is among the figures"

behaviour "egress none: no byte leaves, though the way is open"
port_of=${double##*:}
sed "s|base_url: $double/v1|base_url: http://service.example:$port_of/v1, resolve: [\"service.example:$port_of:127.0.0.1\"]|" \
  marfacrm.yaml >open.yaml
sed 's/^ai: {/ai: {egress: none, /' open.yaml >closed.yaml
espeak-ng -v fa -w kept.wav "ششمی. $heard"
sent=$(received length)
"$MARFACRM" --config closed.yaml call voice_note.upload \
  "{\"rep_id\":\"$rep\",\"language\":\"fa\",\"file\":{\"path\":\"$folder/kept.wav\"}}" --as sara >out || wrong "$(cat out)"
note=$(jq -r .id out)
stop
"$MARFACRM" --config closed.yaml worker --once >worked 2>>worker.log || wrong "worker: $(cat worked)"
"$MARFACRM" --config closed.yaml doctor provider >out && wrong "the doctor is content"
same "$(jq -r '[.findings[].outcome] | unique | join(" ")' out)" egress "the doctor"
same "$(received length)" "$sent" "requests that left"
sara voice_note.get "{\"id\":\"$note\"}"
same "$(jq -r '.state, .error_code' out | tr '\n' ' ')" "stored ai.none " "the note waits and says why"
"$MARFACRM" --config open.yaml doctor provider >out || wrong "the control: $(cat out)"
[ "$(received length)" -gt "$sent" ] || wrong "the control: the way was not open"
sara voice_note.delete "{\"id\":\"$note\"}"
start
enter sara

behaviour "it is played back from an encrypted file, whole and in parts"
find crm.db.voice -type f | grep -q sealed || wrong "nothing is sealed"
find crm.db.voice -type f -exec grep -laF WAVE {} + && wrong "a recording lies there in the clear"
play() { code=$(curl -s -o audio -D audio.head -w '%{http_code}' -b cookies "$@" "$mount/api/v1/voice-notes/$form/audio"); }
play
same "$code" 200 "the whole"
cmp -s audio two.wav || wrong "the whole differs"
grep -qi '^content-type: audio/' audio.head || wrong "$(cat audio.head)"
size=$(wc -c <two.wav)
for range in 0-99 1000-70000 65535-65536; do
  play -r "$range"
  same "$code" 206 "bytes $range"
  tail -c +$((${range%-*} + 1)) two.wav | head -c $((${range#*-} - ${range%-*} + 1)) | cmp -s - audio || wrong "bytes $range differ"
done
play -r -50
same "$code" 206 "the last fifty"
tail -c 50 two.wav | cmp -s - audio || wrong "the last fifty differ"
play -r "$size-"
same "$code" 416 "beyond the end"
enter mina
play
[ "$code" = 403 ] || [ "$code" = 404 ] || wrong "somebody else's recording: $code"

behaviour "a backup takes the recordings along, and restore brings them back"
$cli backup saved.db >out || wrong "backup: $(cat out)"
same "$(find saved.db.voice -type f ! -name .lock | wc -l)" 3 "recordings in the backup"
stop
mv crm.db.voice lost
$cli call voice_note.audio "{\"id\":\"$form\"}" --as sara >out && wrong "a lost recording is played"
$cli doctor recordings >out && wrong "the doctor is content: $(cat out)"
grep -q 3 out || wrong "the missing ones are not counted: $(cat out)"
rm -rf crm.db.before*
$cli restore saved.db --replace >out || wrong "restore: $(cat out)"
$cli call voice_note.audio "{\"id\":\"$form\"}" --as sara >out || wrong "after restoring: $(cat out)"
same "$(jq -r .file.sha256 out)" "$(sha256sum two.wav | cut -d' ' -f1)" "what is played"
rm -rf saved.db.voice lost

behaviour "after a week the audio is erased, and the words stay"
week=$((8 * 86400000))
sqlite3 crm.db "UPDATE voice_note SET created_at = created_at - $week; UPDATE job SET run_at = 0 WHERE kind = 'voice_note.expire'"
work
work
same "$(find crm.db.voice -type f ! -name .lock)" "" "recordings left"
sara voice_note.get "{\"id\":\"$form\"}"
same "$(jq -r .transcript out)" "$right" "the words"
[ "$(jq -r .audio_erased_at out)" != null ] || wrong "not marked as erased"
$cli call voice_note.audio "{\"id\":\"$form\"}" --as sara >out && wrong "an erased recording is played"
same "$(jq -r .error.code out)" not_found "asking for it"

behaviour "what the rules had to read, because the model was down, is read by it later"
fault /v1/chat/completions busy 99
espeak-ng -v fa -w late.wav "دیرتر. $heard"
sara voice_note.upload "{\"rep_id\":\"$rep\",\"language\":\"fa\",\"file\":{\"path\":\"$folder/late.wav\"}}"
note=$(jq -r .id out)
say /v1/chat/completions "$(reply "$heard")"
work
sara voice_note.get "{\"id\":\"$note\"}"
same "$(jq -r '.state, .analysis.provider' out | tr '\n' ' ')" "ready local " "while it is down"
jq -r '.analysis.flags[]' out | grep -q overload || wrong "no reason: $(jq -c .analysis.flags out)"
fault /v1/chat/completions busy 0
sqlite3 crm.db "UPDATE job SET run_at = 0 WHERE kind = 'voice_note.deepen'"
work
sara voice_note.get "{\"id\":\"$note\"}"
same "$(jq -r .analysis.provider out)" mind "afterwards: $(jq -c .analysis.flags out)"
sara suggestion.list "{\"interaction_id\":\"$(jq -r .interaction_id out)\",\"state\":\"proposed\"}"
same "$(jq '[.items[] | select(.field == "task")] | length' out)" 2 "proposals, once each: $(head -c 900 out)"
same "$(sqlite3 crm.db "SELECT count(*) FROM job WHERE kind = 'voice_note.deepen' AND state <> 'done'")" 0 "work left"

behaviour "policy automatic: action items are tasks at once, and the provider is asked once only"
sed -i 's/^ai: {/ai: {policy: automatic, /' marfacrm.yaml
before=$($cli call task.list '{"limit":100}' --as sara | jq '.items | length')
espeak-ng -v fa -w four.wav "چهارمی. $heard"
sara voice_note.upload "{\"rep_id\":\"$rep\",\"language\":\"fa\",\"file\":{\"path\":\"$folder/four.wav\"}}"
say /v1/chat/completions "$(reply "$heard")"
work
same "$($cli call task.list '{"limit":100}' --as sara | jq '.items | length')" $((before + 2)) "tasks made at once"
work
same "$($cli call task.list '{"limit":100}' --as sara | jq '.items | length')" $((before + 2)) "and not again"
same "$(received '[.[] | select(.path == "/v1/audio/transcriptions")] | length')" 7 "recordings that were sent, with the test's and the doctor's"

behaviour "a failing service: the reason is plain, and the work is finished when it is well"
fault /v1/audio/transcriptions credit 1
espeak-ng -v fa -w five.wav "پنجمی. $heard"
sara voice_note.upload "{\"rep_id\":\"$rep\",\"language\":\"fa\",\"file\":{\"path\":\"$folder/five.wav\"}}"
note=$(jq -r .id out)
work
sara voice_note.get "{\"id\":\"$note\"}"
same "$(jq -r .error_code out)" ai.billing "the reason: $(cat out)"
jq -r .error out | grep -q اعتبار || wrong "not said in Persian: $(jq -r .error out)"
sqlite3 crm.db "UPDATE job SET run_at = 0 WHERE kind = 'voice_note.transcribe'"
work
sara voice_note.get "{\"id\":\"$note\"}"
same "$(jq -r .state out)" ready "afterwards"
same "$(jq -r .error_code out)" null "the reason afterwards"

behaviour "no key in logs or database"
! grep -qF "$(cat key)" worker.log server.log || wrong "the key is in a log"
! cat crm.db crm.db-wal 2>/dev/null | grep -qaF "$(cat key)" || wrong "the key is in the database"
finish
