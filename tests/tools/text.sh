#!/bin/sh
# text: reading lines, training a classifier, using it.
. "$(dirname "$0")/check.sh"

behaviour "a line in, an object out"
run_with 'فردا ساعت ۱۰ برای تمدید زنگ می‌زنم
' 0 text actions --now 2026-11-22T09:00:00+03:30
says '"title":"زنگ زدن برای تمدید"'
says '"due":"2026-11-23T10:00:00+03:30"'
run_with 'x' 2 text nothing
run 2 text

rows() { # billing and technical rows, each with a word of its own beside those that repeat
  i=0
  while [ $i -lt "$1" ]; do
    printf '{"text":"فاکتور شماره %s را برای پرداخت بفرستید","label":"billing"}\n' $i
    printf '{"text":"سرور شماره %s قطع است و وصل نمی‌شود","label":"technical"}\n' $i
    i=$((i + 1))
  done
}

behaviour "a model is trained, measured on rows it has not seen, and written"
rows 20 >rows.jsonl
run 0 text train rows.jsonl out.model
says 'rows 40, held out 8'
says 'accuracy 1.000'
says 'macro-F1 1.000'
hints 'learning from 32 rows'
[ -s out.model ] || wrong "no model"
run 0 text train rows.jsonl again.model --json --labels billing,technical
says '"rows":40,"held_out":8,"accuracy":1.000,"macro_f1":1.000'
says '"model":"again.model"'
cmp -s out.model again.model || wrong "the same rows gave another model"

behaviour "rows that contradict each other are measured as such"
i=0
while [ $i -lt 50 ]; do
  printf '{"text":"همان متن","label":"%s"}\n' "$([ $((i % 5)) -eq 4 ] && echo billing || echo technical)"
  i=$((i + 1))
done >noise.jsonl
run 0 text train noise.jsonl noise.model --json
says '"accuracy":0.000,"macro_f1":0.000'

behaviour "the model tells texts apart"
run_with 'سرور آلمان قطع است
{"text":"فاکتور این ماه را بفرستید"}
' 0 text classify out.model
[ "$(wc -l <out)" -eq 2 ] || wrong "two lines give two answers"
[ "$(sed -n 1p out | grep -c '"label":"technical"')" -eq 1 ] || wrong "the first is technical"
[ "$(sed -n 2p out | grep -c '"label":"billing"')" -eq 1 ] || wrong "the second is billing"
says '"probabilities":{"billing":0.'
run_with '{"label":"x"}
سرور
' 1 text classify out.model
says '"field":"text"'
says '"label":"technical"'

behaviour "what is wrong is said with its line, and the old model stays"
cp out.model kept.model
for bad in 'no json' '{"label":"billing"}' '{"text":"","label":"billing"}' '{"text":"x","label":5}'; do
  rows 4 >bad.jsonl
  printf '%s\n' "$bad" >>bad.jsonl
  run 1 text train bad.jsonl out.model
  says 'bad.jsonl, line 9:'
done
run 1 text train rows.jsonl out.model --labels billing,sales
says 'rows.jsonl, line 2:'
says '"field":"label"'
rows 1 >few.jsonl
run 1 text train few.jsonl out.model
says 'at least 10'
grep billing rows.jsonl >one.jsonl
run 1 text train one.jsonl out.model
says 'one label only'
run 1 text train missing.jsonl out.model
says '"code":"io"'
run 1 text train rows.jsonl no/such/folder.model
says '"code":"io"'
cmp -s out.model kept.model || wrong "a failed training changed the model"
[ -z "$(ls | grep part)" ] || wrong "a half-written file is left"
head -c 1000 out.model >short.model
run 1 text classify short.model
says 'no model, or damaged'
run 1 text classify missing.model
run 2 text train rows.jsonl
run 0 text train --help
says 'Usage: marfacrm text train'
finish
