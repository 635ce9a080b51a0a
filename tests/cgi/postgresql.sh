#!/bin/sh
# The CGI program where a module is wanted: PostgreSQL's driver, or a plugin in the program's own process. A program that
# is linked statically hands over to its dynamic twin.
. "$(dirname "$0")/../http/serve.sh"
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  echo "SKIPPED: PostgreSQL is not installed"
  exit 77
fi
servers=$MARFACRM_SOURCE/examples/demo/postgresql-server
mkdir database
clean() {
  "$servers" "$folder/database" stop
  rm -rf "$(cat "$folder/database/server")"
  finish_server
}
trap clean EXIT
socket=$(cd / && "$servers" "$folder/database" start)
# ask PATH: what the program answers is in out, what it says in server.log.
ask() {
  MARFACRM_CONFIG=$folder/marfacrm.yaml MARFACRM_NOT_FOUND=$folder/page REQUEST_METHOD=GET REQUEST_URI=$1 \
    "$MARFACRM_CGI" >out 2>>server.log || wrong "it ended with $?: $(tail -1 server.log)"
}
echo 'nothing here' >page
export GROK_KEY=unused

behaviour "a database of PostgreSQL serves as one of SQLite does"
cat >marfacrm.yaml <<CONF
storage: {url: "postgresql://postgres@/postgres?host=$socket", key_file: "$folder/marfacrm.key"}
CONF
cli="$MARFACRM --config $folder/marfacrm.yaml"
$cli init >/dev/null
crt=$($cli path rotate crt | jq -r .secret)
ask "/$crt"
grep -q '^Status: 303' out || wrong "$(head -3 out): $(tail -1 server.log)"
ask /crm/
grep -q '^Status: 404' out || wrong "$(head -3 out)"
grep -q 'nothing here' out || wrong "not the host's page: $(tail -1 out)"

behaviour "a plugin in the program's own process is no hindrance"
cat >marfacrm.yaml <<CONF
storage: {url: "sqlite:$folder/crm.db"}
providers: {model: {plugin: grok, isolation: none, api_key: "env:GROK_KEY"}}
ai: {chat: [model], prompts: "$MARFACRM_SOURCE/share/prompts"}
CONF
$cli init >/dev/null
crt=$($cli path rotate crt | jq -r .secret)
ask "/$crt"
grep -q '^Status: 303' out || wrong "$(head -3 out): $(tail -1 server.log)"
finish
