#!/bin/sh
# A typed client generated from the API's document does the loop; the document is OpenAPI 3.1 by the standard's own schema.
. "$(dirname "$0")/serve.sh"
client=$here/client
command -v node >/dev/null && command -v npm >/dev/null || { echo "skipped: there is no Node"; exit 77; }
export npm_config_fetch_retries=1 npm_config_fetch_timeout=20000
[ -d "$client/node_modules" ] || npm ci --silent --prefix "$client" >npm.log 2>&1 || {
  rm -rf "$client/node_modules"
  echo "skipped: the packages of tests/http/client could not be fetched"
  exit 77
}
people
start
enter sara

behaviour "the document is valid"
get /openapi.json
same "$code" 200 "the document"
node "$client/validate.mjs" out || wrong "it is not valid"

behaviour "a client made from it compiles, refuses what the document does not know, and does the loop"
mkdir made
cp "$client"/*.ts "$client/tsconfig.json" made/
ln -s "$client/node_modules" made/node_modules
echo '{"type":"module"}' >made/package.json
(cd made && node_modules/.bin/openapi-typescript ../out -o api.d.ts >../types.log 2>&1) || wrong "$(cat types.log)"
(cd made && node_modules/.bin/tsc -p .) || wrong "it does not compile"
gate=$(awk '$6 == "mcrm_gate" {print $6 "=" $7}' cookies)
node made/loop.js "$mount" "$gate" "$password" || wrong "the loop stopped"
stop
same "$status" 0 "how the server ended"
finish
