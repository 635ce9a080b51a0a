# The double of tests/double as a provider: plugins and their program in a folder that nobody else may write.
plugins=$(dirname "$MARFACRM")/../lib/marfacrm/plugins
doubled=""
finish_double() {
  [ -z "$doubled" ] || kill "$doubled" 2>/dev/null || :
  finish_server
}
# double: starts it; sets $double to its address and writes the key it takes into the file key.
double() {
  trap finish_double EXIT
  mkdir -m 755 plugins
  cp "$plugins/grok.so" "$plugins/whisper.so" "$(dirname "$MARFACRM")/../libexec/marfacrm-provider" plugins/
  chmod 755 plugins/*
  printf 'xai-double-0123456789' >key
  node "$MARFACRM_SOURCE/tests/double/double.mjs" "$folder" &
  doubled=$!
  tries=0
  until [ -s url ] || [ $tries -eq 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  double=$(cat url)
}
say() { jq -nc --arg path "$1" --arg text "$2" '{path:$path, text:$text}' | curl -s -o told -X PUT -d @- "$double/__double/say"; }
# fault PATH FAULT TIMES
fault() { curl -s -o told -X PUT -d "{\"path\":\"$1\",\"fault\":\"$2\",\"times\":$3}" "$double/__double/fault"; }
# received FILTER: of the list of requests that came
received() { curl -s "$double/__double/received" | jq -r "$1"; }
