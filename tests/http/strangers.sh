#!/bin/sh
# Whoever has not come in by a secret path cannot tell the CRM's paths from those that do not exist.
. "$(dirname "$0")/serve.sh"
people
start
# seen URL OPTION…: the whole answer, headers too, but for the clock.
seen() { curl -s -i --path-as-is "$@" | grep -av '^Date:' >seen || :; }
alike() {
  seen "$@"
  cmp -s seen unknown || wrong "$*: $(head -c 400 seen)"
}

behaviour "an unknown path gets the host's own 404"
seen "$site/no-such-page"
cp seen unknown
grep -q '^HTTP/1.1 404' unknown || wrong "$(cat unknown)"

behaviour "every path of the mount answers the same, byte for byte"
almost=$(echo "$crt" | tr 'a-m' 'n-z')
for path in crm crm/ crm/index.html crm/page.js crm/health crm/metrics crm/api crm/api/v1 crm/api/v1/openapi.json \
  crm/api/v1/session crm/api/v1/worklog crm/api/v1/reps/1 crm/api/v1/events/stream crm/../crm/ crm/%2e%2e/ crm//api \
  "crm/?x=$(printf 'a%.0s' 1 2 3)" CRM "$almost" "$crt/" "${crt}a" "x$crt" "crm/$crt" "$(echo "$crt" | tr a-z A-Z)"; do
  alike "$site/$path"
done

behaviour "so do other methods, bodies, and cookies that nobody gave"
for path in crm/api/v1/session crm/api/v1/reps "$almost" nothing-either; do
  for method in POST PUT PATCH DELETE OPTIONS; do alike -X $method -d '{"username":"sara"}' "$site/$path"; done
  alike -X POST -H 'Transfer-Encoding: chunked' -d 'chunk' "$site/$path"
  alike -H 'Cookie: mcrm_gate=DKoMS_FthrsAAAGioRbka2NLvAe9EMmZurQcs15MGHSl' "$site/$path"
  alike -H "Cookie: mcrm_gate=$almost; mcrm_login=$(printf '0%.0s' 1 2 3 4)" "$site/$path"
done
seen -I "$site/no-such-page"
cp seen unknown
alike -I "$site/crm/"

behaviour "ten thousand random and near-miss paths, over kept connections"
seen "$site/no-such-page"
cp seen unknown
awk -v secret="$crt" -v site="$site" 'BEGIN {
  srand(7)
  for (i = 0; i < 10000; i++) {
    path = i % 2 ? secret : "crm/"
    at = int(rand() * length(path)) + 1
    c = substr("abcdefghijklmnopqrstuvwxyz234567/-", int(rand() * 34) + 1, 1)
    if (i % 2) path = c == substr(path, at, 1) ? path "x" : substr(path, 1, at - 1) c substr(path, at + 1)
    else path = path c int(rand() * 1000000)
    printf "url = \"%s/%s\"\n", site, path
  }
}' >paths
curl -s -i --path-as-is -K paths | grep -av '^Date:' >all
times=$(wc -l <paths)
same "$times" 10000 "how many were asked for"
yes unknown | head -n "$times" | xargs cat >expected
cmp -s all expected || wrong "one of them differs: $(diff all expected | head -5)"

behaviour "a path that has been rotated away lets nobody in, and its cookies end"
enter sara
get /session
same "$code" 200 "before"
$cli call path.rotate '{"gate":"crt"}' --as admin >/dev/null
tries=0
until get /session && [ "$code" = 404 ] || [ $tries -eq 50 ]; do
  sleep 0.2
  tries=$((tries + 1))
done
alike "$site/$crt"
alike -b cookies "$mount/api/v1/session"
alike -b cookies -X POST -d '{}' "$mount/api/v1/reps"
stop
same "$status" 0 "how it ended"
finish
