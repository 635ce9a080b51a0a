#!/bin/sh
# path rotate, doctor paths.
. "$(dirname "$0")/check.sh"
run 0 init

behaviour "without paths the doctor says that nobody can come in"
run 1 doctor paths
says 'the crt gate has no valid path yet: make one with marfacrm path rotate crt'
says 'the admin gate has no valid path yet'
says '"ok":false'

behaviour "a path is shown once and never again"
run 0 path rotate crt
says '"gate":"crt","secret":"'
says '"address":null'
secret=$(sed 's/.*"secret":"\([a-z2-7]*\)".*/\1/' out)
[ ${#secret} -eq 32 ] || wrong "the secret has ${#secret} characters"
run 0 path rotate admin
run 0 doctor paths
says '"ok":true'
says_not "$secret"
run 0 audit list
says 'rotate'
says_not "$secret"
! grep -q "$secret" crm.db crm.db-wal 2>/dev/null || wrong "the secret is in the database"
run 2 path rotate
run 2 path make crt
run 1 path rotate sales
says '"field":"gate"'
run 2 path rotate crt --overlap soon
run 1 path rotate crt --overlap 31d
says '"field":"overlap_ms"'

behaviour "the doctor explains an address"
run 0 doctor paths --address "http://127.0.0.1:8080/$secret"
says 'the secret in the address opens the crt gate'
says_not "$secret"
run 1 doctor paths --address "http://localhost:8080/$secret"
says 'another host or port than public_url'
run 1 doctor paths --address "/${secret}x"
says 'has 33 characters'
run 1 doctor paths --address "/$(echo "$secret" | tr a-z A-Z)"
says 'capitals'
run 1 doctor paths --address "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
says 'was never one of this database'
run 0 doctor paths --address "http://127.0.0.1:8080/crm/"
says 'come in by the secret path first'
run 0 path rotate crt
run 1 doctor paths --address "/$secret"
says 'is of the crt gate and ended at'

behaviour "the doctor explains the cookies"
run 1 doctor paths --cookies 'theme=dark'
says 'never came in by the secret path'
run 1 doctor paths --cookies 'mcrm_gate_two=abc'
says 'another tag, mount or scheme'
run 1 doctor paths --cookies 'mcrm_gate=abc'
says 'was not made by this instance'

behaviour "the configured address is shown, and plain http beyond loopback refused"
printf 'gateway:\n  public_url: https://crm.example.ir/crm\n' >marfacrm.yaml
run 0 path rotate crt --overlap 1d
says '"address":"https://crm.example.ir/'
run 1 doctor paths --address "http://crm.example.ir/x"
says 'the browser drops it on plain http'
says '__Secure-mcrm_gate'
printf 'gateway:\n  public_url: http://crm.example.ir/crm\n' >marfacrm.yaml
run 1 doctor paths
says '"field":"public_url"'
finish
