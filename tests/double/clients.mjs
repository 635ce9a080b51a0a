// The official clients take the double for the real thing: node clients.mjs FOLDER, beside a running double.mjs.
import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { v2 } from '@google-cloud/speech';
import Groq from 'groq-sdk';
import OpenAI from 'openai';

const folder = process.argv[2], url = readFileSync(`${folder}/url`, 'utf8');
const apiKey = 'xai-double-0123456789';
const openai = new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });
const groq = new Groq({ apiKey, baseURL: url, maxRetries: 0 });
const ask = { model: 'grok-4.3', messages: [{ role: 'user', content: 'سلام' }] };
const fault = (path, name) => fetch(`${url}/__double/fault`, { method: 'PUT', body: JSON.stringify({ path, fault: name, times: 1 }) });

const whole = await openai.chat.completions.create(ask);
assert.equal(whole.choices[0].message.content, 'گفتید: سلام');
let text = '', usage;
for await (const chunk of await openai.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } })) {
  text += chunk.choices[0]?.delta?.content ?? '';
  usage = chunk.usage ?? usage;
}
assert.equal(text, 'گفتید: سلام');
assert.equal(usage.completion_tokens, 5);

for (const [name, kind, status] of [['storm', OpenAI.RateLimitError, 429], ['busy', OpenAI.InternalServerError, 503],
  ['region', OpenAI.PermissionDeniedError, 403], ['reset', OpenAI.APIConnectionError, undefined]]) {
  await fault('/v1/chat/completions', name);
  await assert.rejects(openai.chat.completions.create(ask), (e) => e instanceof kind && e.status === status, name);
}
await assert.rejects(new OpenAI({ apiKey: 'wrong', baseURL: `${url}/v1`, maxRetries: 0 }).chat.completions.create(ask), OpenAI.BadRequestError);

const spoken = { file: createReadStream(`${folder}/fa.wav`), model: 'whisper-1', language: 'fa' };
assert.match((await openai.audio.transcriptions.create(spoken)).text, /^heard \d+ [0-9a-f]{64}$/);
const groqed = await groq.audio.transcriptions.create({ ...spoken, file: createReadStream(`${folder}/fa.wav`), response_format: 'verbose_json', timestamp_granularities: ['segment'] });
assert.equal(groqed.segments.length, 1);
assert.equal((await openai.models.list()).data[0].id, 'whisper-1');

const account = JSON.parse(readFileSync(`${folder}/account.json`, 'utf8'));
const { hostname, port } = new URL(url);
const speech = new v2.SpeechClient({ fallback: true, protocol: 'http', apiEndpoint: hostname, port: Number(port), credentials: account, projectId: 'double' });
const [said] = await speech.recognize({
  recognizer: 'projects/double/locations/global/recognizers/_',
  config: { languageCodes: ['fa-IR'], autoDecodingConfig: {}, model: 'long' }, content: readFileSync(`${folder}/fa.wav`),
});
assert.match(said.results[0].alternatives[0].transcript, /^heard \d+ [0-9a-f]{64}$/);
await speech.close();
console.log('openai, groq-sdk and @google-cloud/speech take the double for the real thing');
