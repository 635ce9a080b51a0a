#!/bin/sh
# doctor provider: planted faults, each told apart. The service is a few lines of Python that answer by the path.
. "$(dirname "$0")/check.sh"
plugins=$(dirname "$MARFACRM")/../lib/marfacrm/plugins
cat >service.py <<'PY'
import http.server, json, time
from email.utils import formatdate
ANSWERS = {
    "good": (200, {"name": "marfanet", "team_blocked": False, "api_key_blocked": False, "api_key_disabled": False}),
    "auth": (401, {"error": {"message": "Incorrect API key provided"}}),
    "region": (403, {"error": {"code": "unsupported_country_region_territory", "message": "Country not supported"}}),
    "billing": (403, {"code": "forbidden", "error": "Your team doesn't have any credits yet"}),
    "limit": (429, {"error": "Too many requests"}),
    "down": (503, {"error": "unavailable"}),
    "late": (200, {"name": "marfanet", "team_blocked": False, "api_key_blocked": False, "api_key_disabled": False}),
    "path": (404, {"error": "no such path"}),
}
class Service(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = ANSWERS.get(self.path.split("/")[1], ANSWERS["path"])
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith(("/wav/", "/ears/")):  # as whisper.cpp does, without and with --convert
            heard = b"RIFF" in sent or self.path.startswith("/ears/")
            if self.command == "GET":
                status, body = 200, {"status": "ok"}
            elif heard and (b"RIFF" in sent or b"A_OPUS" in sent):
                status, body = 200, {"text": " سلام، صدا می‌آید؟\n"}
            else:
                status, body = 200, {"error": "failed to read audio data"}
        text = json.dumps(body).encode()
        if self.path.startswith("/page/"):
            status, text = 200, b"<html>welcome</html>"
        if self.path.startswith("/late/"):
            self.send_response_only(status)
            self.send_header("Date", formatdate(time.time() - 3600, usegmt=True))
        else:
            self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    do_POST = do_GET
    def log_message(self, *words): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
print(server.server_address[1], flush=True)
server.serve_forever()
PY
python3 service.py >port &
service=$!
trap 'kill $service' EXIT
while [ ! -s port ]; do sleep 0.05; done
port=$(cat port)
export CANARY_KEY=canary-7f3a

# config BASE_URL [PLUGIN [LINE]]
config() {
  printf 'providers:\n  one:\n    plugin: %s\n    key: env:CANARY_KEY\n    model: grok-4.3\n    base_url: %s\n%s\nai: {chat: [one], isolation: none}\n' \
    "${2-$folder/grok.so}" "$1" "${3-}" >ai.yaml
}
sick() { # OUTCOME [CODE]
  run 1 --config ai.yaml doctor provider
  says "\"outcome\":\"$1\""
  [ -z "${2-}" ] || says "\"code\":\"$2"
  says '"do_fa":"'
  says_not "$CANARY_KEY"
}
folder=$PWD/plugins
mkdir -m 755 plugins
cp "$plugins/grok.so" plugins/ && chmod 755 plugins/grok.so

behaviour "a provider that is well is said to be"
config "http://127.0.0.1:$port/good/v1"
run 0 --config ai.yaml doctor provider
says '"ok":true'
says_not "$CANARY_KEY"

behaviour "1: the key is wrong";        config "http://127.0.0.1:$port/auth/v1";    sick auth
behaviour "2: the country is blocked";  config "http://127.0.0.1:$port/region/v1";  sick region
behaviour "3: no credit";               config "http://127.0.0.1:$port/billing/v1"; sick billing
behaviour "4: too many calls";          config "http://127.0.0.1:$port/limit/v1";   sick rate_limit
behaviour "5: the service is down";     config "http://127.0.0.1:$port/down/v1";    sick overload
behaviour "6: nobody listens there";    config "http://127.0.0.1:1/v1";             sick network tcp
behaviour "7: the name does not exist"; config "http://no-such-host.invalid/v1";    sick network dns
behaviour "8: no TLS where it is expected"; config "https://127.0.0.1:$port/good/v1"; sick network tls
behaviour "9: the proxy is not there"
config "http://service.invalid/v1" "$folder/grok.so" '    proxy: http://127.0.0.1:1'
sick network proxy
behaviour "10: no such plugin"
config "http://127.0.0.1:$port/good/v1" "$folder/none.so"
sick not_found
behaviour "11: others may write the plugin"
chmod 777 plugins/grok.so
config "http://127.0.0.1:$port/good/v1"
sick denied
chmod 755 plugins/grok.so
behaviour "12: an option that there is not, with its place"
config "http://127.0.0.1:$port/good/v1" "$folder/grok.so" '    modell: x'
sick invalid
says 'ai.yaml:7'
behaviour "13: it is pinned to another file"
config "http://127.0.0.1:$port/good/v1" "$folder/grok.so" "    sha256: $(printf '%064d' 0)"
sick denied
behaviour "14: a web page answers in its place"
config "http://127.0.0.1:$port/page/v1"
sick protocol
says 'base_url'

behaviour "a provider that is asked for what it cannot do"
cp "$plugins/whisper.so" plugins/ && chmod 755 plugins/whisper.so
printf 'providers:\n  ears: {plugin: %s/whisper.so, server: speaches, model: m, base_url: "http://127.0.0.1:%s/good/v1"}\nai: {chat: [ears], isolation: none}\n' \
  "$folder" "$port" >ai.yaml
sick unsupported capability
says '"detail":"ai.chat"'

# ears PATH [MORE]: a whisper.cpp at that path, asked for speech
ears() {
  printf 'providers:\n  ears: {plugin: %s/whisper.so, server: whisper.cpp, base_url: "http://127.0.0.1:%s/%s"}\nai: {speech: [ears], isolation: none}\n' \
    "$folder" "$port" "$1" >ai.yaml
}
behaviour "a server that takes only wav is sent what a browser records"
ears wav
sick unsupported audio
says 'it takes wav, but not webm'
says '--convert'
rm -f crm.db*
run 0 init
run 1 --config ai.yaml provider test ears
says '"outcome":"unsupported"'
says '"code":"audio"'
run 0 user add sara --name سارا --role admin
run 0 call ai_call.list '{}' --as sara
says '"task":"probe"'

behaviour "one that takes it says what it heard"
ears ears
run 0 --config ai.yaml doctor provider
says 'hears webm: سلام، صدا می‌آید؟'
rm -f crm.db*

behaviour "the clock is an hour wrong"
config "http://127.0.0.1:$port/late/v1"
run 1 --config ai.yaml doctor provider
says '"outcome":"clock"'

behaviour "everything at once, for people and for programs; a provider that is broken hides nothing"
run 0 init
printf 'providers:\n  gone: {plugin: %s/none.so}\nai: {chat: [gone], isolation: none, prompts: %s/share/prompts}\n' "$folder" \
  "$MARFACRM_SOURCE" >ai.yaml
run 1 --config ai.yaml doctor
says '✓ storage: ok'
says '✓ recordings: ok: 0 files, 0 that no row names, 0 missing'
says '✗ paths'
says '✗ gone: not_found'
run 1 --config ai.yaml doctor --json
says '{"about":"storage","level":"ok"'
says '"about":"gone","level":"problem"'
says '"ok":false}'
run 0 --config ai.yaml provider list
says '"name":"gone"'
printf 'ai: {prompts: /nowhere/at/all}\n' >lost.yaml
run 1 --config lost.yaml doctor
says '✗ prompts: missing'
says '✓ storage: ok'
run 0 --config lost.yaml prompt list
says '"file":"built in"'
mkdir -p crm.db.voice/ab/cd
name=abcd$(printf '%060d' 0)
echo x >"crm.db.voice/ab/cd/$name"
touch -d '2 hours ago' "crm.db.voice/ab/cd/$name"
run 0 --config ai.yaml doctor recordings
says '1 files, 1 that no row names'

behaviour "15: the key is not in the environment"
config "http://127.0.0.1:$port/good/v1"
unset CANARY_KEY
run 1 --config ai.yaml doctor provider
says 'the environment has no CANARY_KEY'

behaviour "prompts are checked, listed and shown"
run 0 prompt list --installed "$MARFACRM_SOURCE/share/prompts"
says '"name":"note.analyse","language":"fa","version":"1"'
run 0 prompt render note.analyse --lang en --installed "$MARFACRM_SOURCE/share/prompts"
says '"additionalProperties":false'
mkdir -p mine/fa mine/en
printf 'name: note.analyse\nlanguage: fa\nversion: 2\nsystem: no marks\nreduce: "{{nonce}}"\nrepair: x\n' >mine/fa/note.analyse.yaml
printf 'ai: {prompts: mine}\n' >ai.yaml
run 1 --config ai.yaml prompt list --installed "$MARFACRM_SOURCE/share/prompts"
says 'mine/fa/note.analyse.yaml:4: it must hold {{nonce}}'
finish
