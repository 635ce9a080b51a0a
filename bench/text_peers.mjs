// text_peers.mjs BENCH_TEXT: the parts of the text engine beside the npm packages that do the nearest thing, on the same
// utterances, in the same run. Each side is measured in turn; the quickest round counts, for both.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const here = new URL('.', import.meta.url);
if (!existsSync(new URL('node_modules', here))) {
  console.log('SKIPPED: the npm peers are not installed (npm ci --prefix bench)');
  process.exit(0);
}
const bench = process.argv[2];
if (!bench) {
  console.error('usage: node text_peers.mjs BENCH_TEXT');
  process.exit(2);
}

const chrono = await import('chrono-node');
const { default: winkNLP } = await import('wink-nlp');
const { default: model } = await import('wink-eng-lite-web-model');
const { default: vader } = await import('vader-sentiment');
const { default: Virastar } = await import('virastar');
const jalaali = await import('jalaali-js');
const tools = await import('@persian-tools/persian-tools');

const lines = readFileSync(new URL('utterances.txt', here), 'utf8').split('\n').filter(Boolean);
const texts = { fa: lines.slice(0, lines.length / 2), en: lines.slice(lines.length / 2) };
const virastar = new Virastar();
const wink = winkNLP(model);
const now = new Date('2026-11-24T12:00:00+03:30');

let day = 0;
function jalaliAndBack() {
  day = (day + 397) % 20000;
  const date = new Date(day * 86400000);
  const j = jalaali.toJalaali(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
  return jalaali.toGregorian(j.jy, j.jm, j.jd);
}

// part of ours, language, what the peer does
const pairs = [
  ['fold', 'fa', 'persian-tools letters and digits', (t) => tools.digitsFaToEn(tools.toPersianChars(t))],
  ['scan', 'en', 'wink-nlp tokens', (t) => wink.readDoc(t).tokens().length()],
  ['numbers', 'fa', 'persian-tools words to number', (t) => tools.wordsToNumber(t)],
  ['when', 'en', 'chrono-node', (t) => chrono.parse(t, now)],
  ['entities', 'en', 'wink-nlp entities', (t) => wink.readDoc(t).entities().out()],
  ['sentiment+urgency', 'en', 'vader-sentiment', (t) => vader.SentimentIntensityAnalyzer.polarity_scores(t)],
  ['sentiment+urgency', 'fa', 'persian-tools sentiment', (t) => tools.getTextSentiment(t)],
  ['normalise', 'fa', 'virastar', (t) => virastar.cleanup(t)],
  ['normalise', 'fa', 'persian-tools half-space', (t) => tools.halfSpace(t)],
  ['jalali and back', 'fa', 'jalaali-js', jalaliAndBack],
  ['everything', 'en', 'wink-nlp tokens, entities, sentiment', (t) => {
    const doc = wink.readDoc(t);
    return [doc.tokens().length(), doc.entities().out(), doc.out(wink.its?.sentiment ?? (() => 0))];
  }],
];

function roundOf(work, list) {
  const start = process.cpuUsage();
  let calls = 0, used = 0;
  do {
    for (const text of list) work(text);
    calls += list.length;
    const cpu = process.cpuUsage(start);
    used = cpu.user + cpu.system;
  } while (used < 40000);
  return used / calls;
}

const ours = {}, peers = pairs.map(() => Infinity);
for (let round = 0; round < 4; round++) {
  const parts = JSON.parse(execFileSync(bench, ['--json'], { encoding: 'utf8' }));
  for (const [name, value] of Object.entries(parts))
    for (const language of ['fa', 'en'])
      ours[`${name} ${language}`] = Math.min(ours[`${name} ${language}`] ?? Infinity, value[language]);
  // the first round warms the compiler up and is not counted
  pairs.forEach(([, language, , work], i) => {
    const us = roundOf(work, texts[language]);
    if (round) peers[i] = Math.min(peers[i], us);
  });
}

console.log(`microseconds an utterance of about 100 bytes, beside npm packages (node ${process.version})`);
let slower = 0;
pairs.forEach(([part, language, what], i) => {
  const mine = ours[`${part} ${language}`], ratio = peers[i] / mine;
  if (ratio <= 1) slower++;
  console.log(`  ${`${part} ${language}`.padEnd(22)} ours ${mine.toFixed(2).padStart(8)}   ` +
    `${what.padEnd(38)} ${peers[i].toFixed(2).padStart(9)}   ${ratio.toFixed(1).padStart(7)} x ${ratio > 1 ? 'ok' : 'SLOWER'}`);
});
for (const language of ['fa', 'en']) {
  const all = ours[`everything ${language}`];
  console.log(`  everything ${language}: ${all.toFixed(2)} (aim <= 20) ${all <= 20 ? 'ok' : 'MISSED'}`);
}
if (slower) console.log(`  ${slower} parts are slower than their peer`);
