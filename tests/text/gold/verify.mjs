// Every weekday, Jalali month and Jalali day named in a gold sentence must be that of the instant beside it; of a range
// ("from the 10th to the 15th") nothing is held, for its words name two days.
import { readFileSync } from 'node:fs';

const files = ['./crm-fa.jsonl', './crm-fa-2.jsonl', './crm-fa-3.jsonl', './crm-fa-4.jsonl'];
const weekday = new Intl.DateTimeFormat('fa', { timeZone: 'Asia/Tehran', weekday: 'long' });
const month = new Intl.DateTimeFormat('fa-u-ca-persian', { timeZone: 'Asia/Tehran', month: 'long' });
const day = new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', { timeZone: 'Asia/Tehran', day: 'numeric' });
const bare = (s) => s.replace(/[\u200c ]/g, '');
const latin = (s) => s.replace(/[۰-۹]/g, (d) => String(d.codePointAt(0) - 0x6f0));
const months = 'فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند';
const grains = new Set(['minute', 'hour', 'day', 'month', null]);

let rows = 0, held = 0, wrong = 0;
const fail = (id, what, value) => { wrong++; console.error(`${id}: ${what}: ${value}`); };
const lines = files.flatMap((file) => readFileSync(new URL(file, import.meta.url), 'utf8').split('\n'));
for (const line of lines) {
  if (!line) continue;
  const row = JSON.parse(line);
  rows++;
  for (const span of row.when) {
    if ([...row.text].slice(span.start, span.start + [...span.text].length).join('') !== span.text)
      fail(row.id, 'not there', span.text);
    if (!grains.has(span.grain)) fail(row.id, 'grain', span.grain);
    if (!span.from) continue;
    const at = new Date(span.from);
    held++;
    const named = bare(span.text).match(/یکشنبه|دوشنبه|سه‌?شنبه|چهارشنبه|پنجشنبه|جمعه|شنبه/);
    if (named && named[0] !== bare(weekday.format(at))) fail(row.id, span.text, weekday.format(at));
    if (span.kind === 'range') continue;
    const dated = latin(span.text).match(new RegExp(`(\\d+) (${months})(?!\\p{L})`, 'u'));
    if (dated && (dated[1] !== day.format(at) || dated[2] !== month.format(at)))
      fail(row.id, span.text, `${day.format(at)} ${month.format(at)}`);
  }
}
console.log(`${rows} sentences, ${held} instants, ${wrong} wrong`);
process.exit(wrong ? 1 : 0);
