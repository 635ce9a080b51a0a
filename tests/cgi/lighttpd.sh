#!/bin/sh
# The CRM as a CGI program under lighttpd, which has its own page for what does not exist.
. "$(dirname "$0")/../http/serve.sh"
people
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
site=http://127.0.0.1:$port
mount=$site/crm
mkdir root uploads
echo '<!doctype html><title>404</title>nothing here' >status-404.html
cat >lighttpd.conf <<CONF
server.document-root = "$folder/root"
server.port = $port
server.bind = "127.0.0.1"
server.modules = ("mod_alias", "mod_cgi", "mod_setenv")
server.upload-dirs = ("$folder/uploads")
server.stream-request-body = 1
server.errorfile-prefix = "$folder/status-"
mimetype.assign = (".html" => "text/html")
\$HTTP["url"] =~ "^/(crm(\$|/)|[a-z2-7]{32}\$)" {
  alias.url = ("/" => "$MARFACRM_CGI/")
  cgi.assign = ("" => "")
  setenv.add-environment = ("MARFACRM_CONFIG" => "$folder/marfacrm.yaml", "MARFACRM_PUBLIC_URL" => "$mount",
    "MARFACRM_NOT_FOUND" => "$folder/status-404.html")
}
CONF
"$LIGHTTPD" -D -f lighttpd.conf 2>server.log &
server=$!
tries=0
until curl -s -o /dev/null "$site/" || [ $tries -eq 50 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
note='از کندی سرور ناراضی بود. قول دادم فردا ساعت ۱۰ خبر بدم و شنبه برای تمدید زنگ بزنم.'
plain='walk(if type == "object" then with_entries(select(.key | test("^(id|by|seq|at|trace_id)$|_(id|by)$|(created|updated|started|decided|completed)_at$") | not))
  else . end)'

behaviour "strangers see the host's own 404, byte for byte"
seen() { curl -s -i "$@" | grep -av '^Date:' >seen || :; }
seen "$site/no-such-page"
cp seen unknown
grep -q '^HTTP/1.1 404' unknown || wrong "$(cat unknown)"
for path in crm crm/ crm/api/v1/session aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; do
  seen "$site/$path"
  cmp -s seen unknown || wrong "$path: $(head -c 400 seen)"
done

behaviour "the loop through CGI gives what it gives through the command line"
enter sara
grep -q '^HTTP/1.1 303' gate.head || wrong "$(head -1 gate.head)"
. "$here/../http/both.sh"

behaviour "the CRM's own errors keep their JSON; events are polled"
get /reps/1
same "$code $(jq -r .error.code out)" "404 not_found" "an unknown rep"
get '/events?limit=5'
same "$code" 200 "polling"
get /events/stream
same "$code" 501 "no stream"

behaviour "a body in chunks is collected by the server"
code=$(curl -s -o out -w '%{http_code}' -b cookies -H "X-CSRF-Token: $csrf" -H 'Content-Type: application/json' \
  -H 'Transfer-Encoding: chunked' -d '{"name":"x"}' "$mount/api/v1/prospects")
same "$code" 200 "in chunks"
finish
