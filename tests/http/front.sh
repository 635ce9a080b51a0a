#!/bin/sh
# nginx in front, with the configuration that is given to admins: the secret and what else an address may hold stay out of
# its logs. A host hands somebody over with a token, signed as docs/gateway.md says.
. "$(dirname "$0")/serve.sh"
people
root=$here/../..
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
site=http://127.0.0.1:$port
mount=$site/crm
HOST_SECRET=0123456789abcdef0123456789abcdef
export HOST_SECRET
printf 'gateway: {host_secret: "env:HOST_SECRET"}\n' >>marfacrm.yaml
mkdir temp
# the file as it stands, without what needs a certificate; the rest is what a package's nginx.conf has around it
{
  cat <<CONF
daemon off;
pid $folder/nginx.pid;
error_log $folder/nginx-error.log info;
events {}
http {
  client_body_temp_path $folder/temp/body;
  proxy_temp_path $folder/temp/proxy;
  fastcgi_temp_path $folder/temp/fastcgi;
  uwsgi_temp_path $folder/temp/uwsgi;
  scgi_temp_path $folder/temp/scgi;
CONF
  sed -e '/ssl_certificate/d' -e "s#listen 443 ssl http2#listen 127.0.0.1:$port#" \
    -e "s#/run/marfacrm/http.sock#$folder/http.sock#" -e "s#/var/log/nginx/#$folder/nginx-#" "$root/examples/http/nginx.conf"
  echo '}'
} >nginx.conf
# nginx started by root would give its workers to another user, who cannot reach a folder of ours
[ "$(id -u)" -ne 0 ] || sed -i '1i user root;' nginx.conf
front=""
finish_front() {
  [ -z "$front" ] || kill -QUIT "$front" 2>/dev/null || :
  finish_server
}
trap finish_front EXIT
"$NGINX_PROGRAM" -e "$folder/nginx-error.log" -c "$folder/nginx.conf" 2>nginx.out &
front=$!
serve() {
  : >server.log
  "$MARFACRM_HTTP" --config marfacrm.yaml --unix "$folder/http.sock" --public-url "$mount" 2>>server.log &
  server=$!
  tries=0
  until curl -s "$site/" | grep -q 'Not found' || [ $tries -eq 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
}
serve

behaviour "the loop goes through nginx"
enter sara
grep -q '^HTTP/1.1 303' gate.head || wrong "$(head -1 gate.head)"
post /prospects '{"name":"x"}'
same "$code" 200 "a prospect"

behaviour "events come as they happen, not when a buffer is full"
curl -sN -b cookies "$mount/api/v1/events/stream" >events &
reader=$!
tries=0
until grep -q '^event: ready' events || [ $tries -eq 100 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
post /prospects '{"name":"y"}'
tries=0
until grep -q '^event: change' events || [ $tries -eq 100 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
grep -q '^event: change' events || wrong "$(cat events)"
kill "$reader" 2>/dev/null || :

behaviour "a token signed with the lines of the documentation signs somebody in, once"
sed -n '/^    import base64/,/return (claim/s/^    //p' "$root/docs/gateway.md" | sed "s#https://panel.example.ir/crm#$mount#" >sign.py
token=$(python3 -c 'exec(open("sign.py").read()); print(token("mina", "crt"))')
rm -f cookies
curl -s -o gate -c cookies -b cookies "$site/$crt"
code=$(curl -s -o out -w '%{http_code} %{redirect_url}' -c cookies -b cookies "$mount/hand-over?token=$token")
same "$code" "303 $mount/" "handed over"
get /session
same "$code" 200 "signed in"
grep -q '"username":"mina"' out || wrong "who is signed in: $(head -c 300 out)"
same "$(curl -s -o out -w '%{http_code}' -b cookies "$mount/hand-over?token=$token")" 401 "the same token"
if command -v node >/dev/null; then
  sed -n '/^    const { createHmac/,/^    }$/s/^    //p' "$root/docs/gateway.md" | sed "s#https://panel.example.ir/crm#$mount#" >sign.js
  echo 'console.log(token("mina", "crt"))' >>sign.js
  same "$(curl -s -o out -w '%{http_code}' -b cookies "$mount/hand-over?token=$(node sign.js)")" 303 "signed by node"
fi

behaviour "with the server gone the front says so, and its logs hold no secret either"
curl -s -o out "$site/$crt?from=link"
curl -s -o out -H "Referer: $site/$crt" "$site/favicon.ico"
stop
code=$(curl -s -o out -w '%{http_code}' "$site/$crt")
same "$code" 502 "no server"
code=$(curl -s -o out -w '%{http_code}' -b cookies "$mount/hand-over?token=$token")
same "$code" 502 "no server for a token"
for secret in "$crt" "$token" "$password"; do
  for log in nginx-crm.log nginx-error.log nginx.out server.log; do
    ! grep -qF -e "$secret" "$log" || wrong "$log holds a secret: $(grep -F -e "$secret" "$log" | head -2)"
  done
done
grep -q '"GET /(masked)" 303' nginx-crm.log || wrong "the access log does not tell of the gate: $(head -3 nginx-crm.log)"

behaviour "a log without the mask would hold it, so this test would see it"
sed -e "s#nginx-crm.log masked#nginx-crm.log#" nginx.conf >open.conf
kill -QUIT "$front"
wait "$front" || :
"$NGINX_PROGRAM" -e "$folder/nginx-error.log" -c "$folder/open.conf" 2>nginx.out &
front=$!
tries=0
until curl -s -o out "$site/$crt" || [ $tries -eq 100 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
grep -qF "$crt" nginx-crm.log || wrong "the control does not find it"
finish
