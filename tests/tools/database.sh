#!/bin/sh
# init, migrate, check, backup, restore, audit: without and with a configuration.
. "$(dirname "$0")/check.sh"

behaviour "nothing works before init, and nothing is made by trying"
run 1 call session.me --as sara
says '"code":"not_found"'
run 1 migrate
[ ! -e crm.db ] || wrong "a database was made"

behaviour "init makes a database and a key that nobody else can read"
run 0 init
says '"created":true'
[ "$(stat -c %a crm.db)" = 600 ] || wrong "crm.db has mode $(stat -c %a crm.db)"
[ "$(stat -c '%a %s' crm.db.key)" = "600 32" ] || wrong "the key: $(stat -c '%a %s' crm.db.key)"
cp crm.db.key key.before
run 0 init
says '"created":false'
cmp -s crm.db.key key.before || wrong "a second init changed the key"
run 0 migrate
says '"migrated":false'

behaviour "check finds a whole database in order"
run 0 check
says '"ok":true'

behaviour "check names line, column, key and value of what is wrong in the configuration"
printf 'storage:\n  url: sqlite:crm.db\nlocale:\n  langauge: fa\n' >wrong.yaml
run 1 check --config wrong.yaml
says 'wrong.yaml:4:3: locale.langauge: unknown key'
printf 'locale: {time_zone: Mars/Base}\n' >wrong.yaml
run 1 --config=wrong.yaml check
says "'Mars/Base'"
run 1 check --config missing.yaml
says 'missing.yaml'
run 0 check --schema
says '"additionalProperties": false'

behaviour "marfacrm.yaml of the folder is found by itself, MARFACRM_CONFIG goes before it, --config before both"
printf 'storage: {url: "sqlite:here.db"}\n' >marfacrm.yaml
printf 'storage: {url: "sqlite:there.db"}\n' >there.yaml
printf 'storage: {url: "sqlite:third.db"}\n' >third.yaml
run 0 init
says 'here.db'
MARFACRM_CONFIG=there.yaml run 0 init
says 'there.db'
MARFACRM_CONFIG=there.yaml run 0 init --config third.yaml
says 'third.db'
rm marfacrm.yaml

behaviour "a backup is whole, and restore puts it back"
run 0 user add sara --name سارا --role agent
run 0 call prospect.create '{"name":"پیش از پشتیبان"}' --as sara
run 0 backup copy.db
run 0 call prospect.create '{"name":"پس از پشتیبان"}' --as sara
run 1 backup copy.db
run 1 restore copy.db
says '"code":"conflict"'
run 0 call rep.list --as sara
says 'پس از پشتیبان'
run 0 restore copy.db --replace
says '"restored":true'
run 0 call rep.list --as sara
says 'پیش از پشتیبان'
says_not 'پس از پشتیبان'
[ -e crm.db.before ] || wrong "the old database is gone"
ls crm.db.restoring* >/dev/null 2>&1 && wrong "rests: $(ls crm.db.restoring*)"
run 0 audit verify

behaviour "restore refuses what is no database of this instance, and leaves the present one alone"
printf 'not a database at all' >junk.db
rm -rf crm.db.before
run 1 restore junk.db --replace
run 0 call rep.list --as sara
says 'پیش از پشتیبان'
mkdir other
(cd other && "$MARFACRM" init >/dev/null && "$MARFACRM" user add x --name x --role admin >/dev/null)
run 1 restore other/crm.db --replace
run 0 audit verify
says '"ok":true'

behaviour "the audit log shows who did what, and its head is remembered"
run 0 audit list
says 'prospect.create'
run 0 audit list --json --entity rep --limit 1
says '"operation":"prospect.create"'
run 0 audit head
head=$(cat out)
run 0 user add omid --name امید --role agent
run 0 audit verify --expect "$head"
run 1 audit verify --expect "1:$(printf '%064d' 0)"
says '"code":"conflict"'
run 2 audit verify --expect nonsense
finish
