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

behaviour "words and search keys"
run_with 'کتاب‌خانه V2Ray
' 0 text tokens
says '"text":"V2Ray","kind":"word","fold":"v2ray","sentence":0'
run_with 'کتاب‌خانه
' 0 text keys
says '"کتابخانه"'
says '"کتاب"'

behaviour "what names a person is a token in all lines, and comes back"
run_with '0912 345 6789 از @marfa پرسید
{"text":"باز ۰۹۱۲۳۴۵۶۷۸۹"}
{"restore":"به [PHONE_1] زنگ بزن، نه به [PHONE_9]"}
' 0 text redact
[ "$(sed -n 1p out)" = '{"redacted":"[PHONE_1] از [TELEGRAM_1] پرسید"}' ] || wrong "the first line: $(sed -n 1p out)"
[ "$(sed -n 2p out)" = '{"redacted":"باز [PHONE_1]"}' ] || wrong "the same number is another: $(sed -n 2p out)"
[ "$(sed -n 3p out)" = '{"restored":"به 0912 345 6789 زنگ بزن، نه به [PHONE_9]"}' ] || wrong "not restored: $(sed -n 3p out)"
run_with '{"text":"a","restore":"b"}
{"note":"x"}
0912 345 6789
' 1 text redact
[ "$(grep -c '"field":"text"' out)" -eq 2 ] || wrong "two lines are wrong"
says '{"redacted":"[PHONE_1]"}'
run 2 text redact file

behaviour "names are found in spite of typing errors"
printf 'سارا کریمی\n\nعلی رضایی\r\nفروشگاه پارس\n' >people.txt
run_with 'علی رضائی
رضایی علی
{"text":"فروشگا پارس"}
قورباغه
' 0 text names people.txt
sed -n 1p out | grep -q '"matches":\[{"line":3,"name":"علی رضایی","distance":0}\]' || wrong "another letter: $(sed -n 1p out)"
sed -n 2p out | grep -q '"line":3' || wrong "the other way round: $(sed -n 2p out)"
sed -n 3p out | grep -q '{"line":4,"name":"فروشگاه پارس","distance":1}' || wrong "a missing letter: $(sed -n 3p out)"
[ "$(sed -n 4p out)" = '{"text":"قورباغه","matches":[]}' ] || wrong "nobody is called so: $(sed -n 4p out)"
run_with 'علی
' 2 text names people.txt --limit 0
run_with 'علی
' 2 text names -
run 1 text names missing.txt
: >nobody.txt
run_with 'علی
' 0 text names nobody.txt
says '"matches":[]'
run 0 text names --help
says 'Usage: marfacrm text names FILE'

behaviour "a number in words, and the key that sorts"
run_with '2300000
۲٫۵
-3
' 0 text words
[ "$(sed -n 1p out)" = '{"text":"2300000","words":"دو میلیون و سیصد هزار"}' ] || wrong "millions: $(sed -n 1p out)"
sed -n 2p out | grep -q '"words":"دو و پنج دهم"' || wrong "a fraction: $(sed -n 2p out)"
sed -n 3p out | grep -q '"words":"منفی سه"' || wrong "below nothing: $(sed -n 3p out)"
run_with '{"text":"23","lang":"en"}
' 0 text words --ordinal
says '"words":"twenty-third"'
run_with 'سه کتاب
۱ ۲
' 1 text words
[ "$(grep -c '"field":"text"' out)" -eq 2 ] || wrong "neither line is a number: $(cat out)"
keys() { printf '%s\n' "$1" | "$MARFACRM" text collation | sed 's/.*"key":"\(.*\)"}$/\1/'; }
[ "$(printf '%s\n%s\n' "$(keys پارس)" "$(keys بابک)" | LC_ALL=C sort | head -1)" = "$(keys بابک)" ] ||
  wrong "b comes before p"
[ "$(printf '%s\n%s\n' "$(keys گلی)" "$(keys لاله)" | LC_ALL=C sort | head -1)" = "$(keys گلی)" ] ||
  wrong "gaf comes before lam, though its code point is higher"

behaviour "the lines are a conversation in which cues fire"
cat >cues.yaml <<'END'
cues:
  price:
    category: objection
    weight: 2
    endings: noun
    cooldown: 5min
    phrases: [گرون]
    not: [گرون نیست]
  greeting:
    once: true
    phrases: [سلام]
END
said() {
  printf '{"text":"%s","now":"2026-11-22T%s+03:30"}\n' "$1" "$2"
}
talk=$(said 'سلام، خیلی گرونه' 09:00:00; said 'سلام، باز گرون شد' 09:01:00; said 'گرون نیست' 10:00:00; said 'بازم گرون' 10:01:00)
run_with "$talk
" 0 text cues cues.yaml
[ "$(wc -l <out)" -eq 4 ] || wrong "four lines give four answers"
sed -n 1p out | grep -q '"start":11,"end":16,"text":"گرونه","cue":"price","category":"objection","phrase":"گرون","weight":2' ||
  wrong "the price: $(sed -n 1p out)"
sed -n 1p out | grep -q '"cue":"greeting"' || wrong "the greeting: $(sed -n 1p out)"
for quiet in 2 3; do
  sed -n ${quiet}p out | grep -q '"cues":\[\]' || wrong "line $quiet is to be silent: $(sed -n ${quiet}p out)"
done
sed -n 4p out | grep -q '"cue":"price"' || wrong "after five minutes it fires again: $(sed -n 4p out)"
run_with "$talk
" 0 text cues cues.yaml --all
[ "$(grep -c '"cue":"price"' out)" -eq 4 ] || wrong "every place is told"
sed -n 3p out | grep -q '"negative":true' || wrong "the negative phrase is told"
printf 'cues:\n  x:\n    phrases: [" "]\n' >bad.yaml
run_with 'x
' 1 text cues bad.yaml
says '"code":"invalid"'
run 1 text cues missing.yaml
run 2 text cues
run 0 text cues --help
says 'Usage: marfacrm text cues FILE'

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
