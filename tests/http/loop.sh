#!/bin/sh
# The loop of the spine through the server, beside the same through the command line.
. "$(dirname "$0")/serve.sh"
people
start
note='از کندی سرور ناراضی بود. قول دادم فردا ساعت ۱۰ خبر بدم و شنبه برای تمدید زنگ بزنم.'
# What differs from one run to the next although it means the same.
plain='walk(if type == "object" then with_entries(select(.key | test("^(id|by|seq|at|trace_id)$|_(id|by)$|(created|updated|started|decided|completed)_at$") | not))
  else . end)'

behaviour "the secret path gives a cookie and leads to the mount, where a login is needed"
enter sara
grep -q '^HTTP/1.1 303' gate.head || wrong "$(head -1 gate.head)"
grep -qi '^location: /crm/' gate.head || wrong "no way to the mount: $(cat gate.head)"
same "$(jq -r .user.username session)" sara "who is in"
code=$(curl -s -o out -w '%{http_code}' -b "$(awk '$6 == "mcrm_gate" {print $6 "=" $7}' cookies)" "$mount/api/v1/worklog")
same "$code" 401 "the work log without a login"

behaviour "the loop through HTTP gives what it gives through the command line"
. "$here/both.sh"

behaviour "changing anything needs the session's CSRF token"
csrf=wrong
post /prospects '{"name":"بی‌نشان"}'
same "$code" 403 "a forged token"

behaviour "who has signed out is out"
csrf=$(jq -r .csrf_token session)
curl -s -o out -X DELETE -b cookies -H "X-CSRF-Token: $csrf" "$mount/api/v1/session"
get /worklog
same "$code" 401 "after signing out"

behaviour "no secret in the log or in the database"
! grep -qF "$crt" server.log || wrong "the log holds the path's secret"
! grep -qF "$password" server.log || wrong "the log holds a password"
! cat crm.db crm.db-wal 2>/dev/null | grep -qaF "$crt" || wrong "the database holds the path's secret"
stop
same "$status" 0 "how it ended"
finish
