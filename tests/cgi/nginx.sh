#!/bin/sh
# The CRM as a CGI program under nginx and fcgiwrap, with the configuration that is given to admins.
. "$(dirname "$0")/../http/serve.sh"
people
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
site=http://127.0.0.1:$port
mount=$site/crm
mkdir temp root
echo '<!doctype html><title>404</title>nothing here' >root/404.html
{
  cat <<CONF
daemon off;
pid $folder/nginx.pid;
error_log $folder/nginx-error.log info;
events {}
http {
  default_type text/html;
  root $folder/root;
  error_page 404 /404.html;
  client_body_temp_path $folder/temp/body;
  proxy_temp_path $folder/temp/proxy;
  fastcgi_temp_path $folder/temp/fastcgi;
  uwsgi_temp_path $folder/temp/uwsgi;
  scgi_temp_path $folder/temp/scgi;
CONF
  sed -e "s#127.0.0.1:8080#127.0.0.1:$port#" -e "s#/run/fcgiwrap.socket#$folder/fcgi.sock#" \
    -e "s#/usr/libexec/marfacrm/marfacrm.cgi#$MARFACRM_CGI#" -e "s#/etc/marfacrm/marfacrm.yaml#$folder/marfacrm.yaml#" \
    -e "s#https://crm.example.ir/crm#$mount#" -e "s#/etc/marfacrm/404.html#$folder/root/404.html#" \
    -e "s#/var/log/nginx/#$folder/nginx-#" "$here/../../examples/cgi/nginx.conf"
  echo '}'
} >nginx.conf
[ "$(id -u)" -ne 0 ] || sed -i '1i user root;' nginx.conf # its workers must reach our folder
wrapper=""
finish_wrapper() {
  [ -z "$wrapper" ] || kill "$wrapper" 2>/dev/null || :
  [ -z "$server" ] || kill -QUIT "$server" 2>/dev/null || :
  server=""
  finish_server
}
trap finish_wrapper EXIT
"$FCGIWRAP" -s "unix:$folder/fcgi.sock" 2>server.log &
wrapper=$!
"$NGINX_PROGRAM" -e "$folder/nginx-error.log" -c "$folder/nginx.conf" 2>>server.log &
server=$!
tries=0
until curl -s -o /dev/null "$site/" && [ -S fcgi.sock ] || [ $tries -eq 100 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
note='از کندی سرور ناراضی بود. قول دادم فردا ساعت ۱۰ خبر بدم و شنبه برای تمدید زنگ بزنم.'
plain='walk(if type == "object" then with_entries(select(.key | test("^(id|by|seq|at|trace_id)$|_(id|by)$|(created|updated|started|decided|completed)_at$") | not))
  else . end)'

behaviour "strangers see the page that the server has for what it does not know"
for path in no-such-page crm/api/v1/session aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; do
  same "$(curl -s -w '%{http_code}' "$site/$path")" "$(cat root/404.html)
404" "$path"
done

behaviour "the loop gives what it gives through the command line"
enter sara
grep -q '^HTTP/1.1 303' gate.head || wrong "$(head -1 gate.head)"
. "$here/../http/both.sh"

behaviour "the logs hold no secret, with the program gone either"
kill "$wrapper"
wait "$wrapper" || :
wrapper=""
same "$(curl -s -o out -w '%{http_code}' "$site/$crt")" 502 "no program"
for log in nginx-crm.log nginx-error.log server.log; do
  ! grep -qF -e "$crt" "$log" || wrong "$log holds the secret: $(grep -F "$crt" "$log" | head -2)"
done
grep -q 'connect() to unix' nginx-error.log && wrong "$(grep 'connect() to unix' nginx-error.log)"
same "$(curl -s -o out -w '%{http_code}' "$mount/")" 502 "nor elsewhere"
grep -q 'connect() to unix' nginx-error.log || wrong "other failures are no longer told"
grep -q '"GET /(masked)" 303' nginx-crm.log || wrong "$(head -3 nginx-crm.log)"
finish
