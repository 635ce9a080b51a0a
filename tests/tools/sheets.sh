#!/bin/sh
# export and import.
. "$(dirname "$0")/check.sh"
run 0 init
run 0 user add mina --name مینا --role supervisor --team crt
run 0 user add sara --name سارا --role agent --team crt

behaviour "a sheet that somebody typed in Persian becomes prospects"
printf '\357\273\277نام,فروشگاه,تلفن\r\n"رضایی، علی",موبایل رضایی,۰۹۱۲۳۴۵۶۷۸۹\r\nمینا کریمی,,+98 935 000 1122; 09120000000\r\n' >people.csv
run 0 import prospect people.csv --dry-run --as mina
says '"rows":2,"taken":2,"dry_run":true,"faults":[]'
run 0 call rep.list --as mina
says '"items":[]'
run 0 import prospect people.csv --as mina
says '"taken":2,"dry_run":false'
run 0 call rep.list --as mina
says 'رضایی، علی'
says '+989123456789'
says '["+989350001122","+989120000000"]'

behaviour "any wrong row keeps all of them out and is named"
printf 'name,phones\nدرست,09121111111\n,09122222222\nنادرست,هیچ\n' >wrong.csv
run 1 import prospect wrong.csv --as mina
says '"rows":3,"taken":0'
says '"row":3,"field":"name"'
says '"row":4,"field":"phones"'
run 0 call rep.list --as mina
says_not 'درست'
printf 'name,telephone\nx,y\n' >wrong.csv
run 1 import prospect wrong.csv --as mina
says '"row":1,"field":"telephone"'
printf 'name,id\nx,5\n' >wrong.csv
run 1 import prospect wrong.csv --as mina
says '"field":"id"'
printf 'name\n"open\n' >wrong.csv
run 1 import prospect wrong.csv --as mina
says 'not closed'
printf '' >wrong.csv
run 1 import prospect wrong.csv --as mina
says 'import needs a csv'
printf 'name\na\377b\n' >wrong.csv
run 1 import prospect wrong.csv --as mina
run 1 import prospect missing.csv --as mina
says '"code":"io"'

behaviour "tasks: Jalali dates, words for choices, reps by name, colleagues by username; semicolons as Excel writes them"
printf 'عنوان;نماینده;سررسید;اولویت;مسئول\nتماس برای تمدید;مینا کریمی;۱۴۰۵/۱۰/۰۱;زیاد;sara\nپیگیری بدهی;مینا کریمی;1405-10-02 16:30;;\n' >tasks.csv
run 0 import task tasks.csv --as mina
says '"taken":2'
run 0 call task.list '{"sort":"due_at"}' --as mina
says '"due_at":"2026-12-22T00:00:00+03:30","due_grain":"day"'
says '"due_at":"2026-12-23T16:30:00+03:30","due_grain":"minute"'
says '"priority":"high"'
printf 'title,rep_id\nx,هیچ‌کس\n' >wrong.csv
run 1 import task wrong.csv --as mina
says '"field":"rep_id"'

behaviour "who may not import may not import"
run 1 import task tasks.csv --as sara
says '"code":"denied"'

behaviour "formulas are defused on the way out and come back as they were"
printf 'name,shop\n"=1+1","+cmd"\n"@x","%s"\n' "'=quoted" >formulas.csv
run 0 import prospect formulas.csv --as mina
run 0 export rep --as mina
says "\"'=1+1\",\"'+cmd\""
says "\"'@x\""
[ "$(head -c 3 out | od -An -tx1 | tr -d ' ')" = efbbbf ] || wrong "no byte order mark"
[ "$(grep -c "$(printf '\r')$" out)" -eq "$(wc -l <out)" ] || wrong "lines do not end in CRLF"
says '"رضایی، علی"'
says "\"'+989350001122; +989120000000\""

behaviour "an export is of a filter's whole list"
run 0 export task --filter '{"priority":"high"}' --as mina
says 'تماس برای تمدید'
says_not 'پیگیری بدهی'
run 1 export task --filter '{"limit":5}' --as mina
run 1 export task --filter '{"prority":"high"}' --as mina
says '"field":"filter.prority"'
run 1 export invoice --as mina
says '"field":"entity"'
i=0
printf 'name\n' >many.csv
while [ $i -lt 450 ]; do
  i=$((i + 1))
  echo "نفر $i" >>many.csv
done
run 0 import prospect many.csv --as mina
run 0 export rep --as mina
[ "$(wc -l <out)" -eq 455 ] || wrong "$(wc -l <out) lines of 455"
finish
