// A double of xAI, OpenAI-style and Google speech services that misbehaves on demand: node double.mjs FOLDER [tls].
// It writes FOLDER/account.json (a service account with a key of its own) and FOLDER/url, and listens on 127.0.0.1.
// With `tls` it listens with good and bad certificates, too: FOLDER/{trusted,stranger,expired,misnamed,hangup} have their
// addresses (ending in /v1), FOLDER/NAME.pem their certificates.
//   PUT /__double/fault {"path": "/v1/stt", "fault": "busy", "times": 1}   GET /__double/received
//   PUT /__double/say {"path": "/v1/audio/transcriptions", "text": "…"}: what it hears, or answers to a chat, from now on
// It is strict where the real services are: what it does not like is answered with their own 4xx.
import { execFileSync } from 'node:child_process';
import { createHash, createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createBareServer } from 'node:net';
import { gzipSync } from 'node:zlib';

const KEY = 'xai-double-0123456789';
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const account = {
  type: 'service_account', project_id: 'double', private_key_id: 'k1', private_key: privateKey,
  client_email: 'crm@double.iam.gserviceaccount.com',
};
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const received = [];
const faults = new Map(); // path → {fault, times}
const said = new Map(); // path → text

const json = (res, status, body, headers = {}) => {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers });
  res.end(text);
};
const openaiError = (status, code, message, headers) => (res) =>
  json(res, status, { error: { message, type: 'invalid_request_error', param: null, code } }, headers);
const html = (status) => (res) => {
  res.writeHead(status, { 'content-type': 'text/html; charset=UTF-8' });
  res.end(`<!DOCTYPE html><html><title>Error ${status} (Forbidden)!!1</title></html>`);
};

const FAULTS = {
  key: (res) => json(res, 400, { code: 'Client specified an invalid argument', error: `Incorrect API key provided: ${KEY}.` }),
  credit: (res) => json(res, 403, { code: 'The caller does not have permission', error: "Your team doesn't have any credits yet." }),
  quota: openaiError(429, 'insufficient_quota', 'You exceeded your current quota'),
  storm: openaiError(429, 'rate_limit_exceeded', 'Slow down', { 'retry-after': '7' }),
  region: openaiError(403, 'unsupported_country_region_territory', 'Country, region, or territory not supported'),
  page: html(403),
  busy: (res) => json(res, 503, { error: { message: 'The server is overloaded', type: 'server_error', code: null } }),
  unavailable: (res) => json(res, 200, { code: 'The service is currently unavailable', error: 'try later' }),
  moved: (res) => { res.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' }); res.end(); },
  reset: (res) => res.socket.destroy(),
  short: (res) => { res.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 }); res.write('{"choices":['); setTimeout(() => res.socket.destroy(), 30); },
  garbage: (res) => { res.writeHead(200, { 'content-type': 'application/json' }); res.end('{"choices":[{"mess'); },
  silent: () => {},
  drip: (res) => { res.writeHead(200, { 'content-type': 'application/json', 'content-length': 100000 }); const t = setInterval(() => res.write(' '), 50); res.on('close', () => clearInterval(t)); },
  bomb: (res) => { const zip = gzipSync(Buffer.alloc(200 << 20, ' '), { level: 1 }); res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip', 'content-length': zip.length }); res.end(zip); },
  comments: (res) => { res.writeHead(200, { 'content-type': 'text/event-stream' }); const t = setInterval(() => res.write(': keep-alive\n\n'), 20); res.on('close', () => clearInterval(t)); },
  endless: (res) => { res.writeHead(200, { 'content-type': 'application/json' }); const more = () => { while (res.write(' '.repeat(65536))); }; res.on('drain', more); more(); },
  cut: (res) => { res.writeHead(200, { 'content-type': 'text/event-stream' }); res.write('data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"نیمه"}}]}\n\n'); setTimeout(() => res.socket.destroy(), 30); },
  nomark: (res) => { res.writeHead(200, { 'content-type': 'text/event-stream' }); res.end('data: {"choices":[{"index":0,"delta":{"content":"همه"},"finish_reason":"stop"}]}\n\n'); },
  midway: (res) => { res.writeHead(200, { 'content-type': 'text/event-stream' }); res.end('data: {"error":{"message":"overloaded","type":"server_error","param":null,"code":null}}\n\n'); },
};

// ---- what is received ----

function parts(body, type) {
  const mark = Buffer.from(`--${/boundary="?([^";]+)/.exec(type)[1]}`);
  const found = [];
  for (let at = body.indexOf(mark); at >= 0;) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) break;
    const piece = body.subarray(at + mark.length + 2, next - 2);
    const gap = piece.indexOf('\r\n\r\n');
    const head = piece.subarray(0, gap).toString();
    found.push({
      name: /name="([^"]*)"/.exec(head)[1], file: /filename="([^"]*)"/.exec(head)?.[1],
      type: /content-type: *(\S+)/i.exec(head)?.[1], bytes: piece.subarray(gap + 4),
    });
    at = next;
  }
  return found;
}
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
const heard = (bytes, path) => said.get(path) ?? `heard ${bytes.length} ${digest(bytes)}`;

// ---- xAI and OpenAI ----

function withKey(answer) {
  return (req, res, body) => {
    const key = req.headers['api-key'] ?? req.headers.authorization?.replace(/^Bearer /, '');
    if (!key) return json(res, 401, { error: { message: 'Missing key', type: 'invalid_request_error', param: null, code: 'missing_key' } });
    if (key !== KEY) return FAULTS.key(res);
    return answer(req, res, body);
  };
}

function chat(req, res, body) {
  let q;
  try { q = JSON.parse(body.toString()); } catch { return openaiError(415, null, 'no JSON')(res); }
  const known = ['model', 'messages', 'temperature', 'max_completion_tokens', 'max_tokens', 'reasoning_effort', 'response_format',
    'stream', 'stream_options', 'store', 'prompt_cache_key'];
  const strange = Object.keys(q).find((k) => !known.includes(k));
  if (strange) return openaiError(400, 'unknown_parameter', `Unknown parameter: ${strange}`)(res);
  if (!Array.isArray(q.messages) || q.messages.some((m) => !['system', 'user', 'assistant'].includes(m.role)))
    return openaiError(422, null, 'messages')(res);
  const content = said.get('/v1/chat/completions') ?? (q.response_format ? '{"ok":true}' : `گفتید: ${q.messages.at(-1).content}`);
  const usage = {
    prompt_tokens: 20, completion_tokens: 5, total_tokens: 30, prompt_tokens_details: { cached_tokens: 8, text_tokens: 20, audio_tokens: 0, image_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 5, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
    num_sources_used: 0, cost_in_usd_ticks: 1176500,
  };
  const head = { id: 'c-1', created: 1770774046, model: q.model ?? 'local', system_fingerprint: 'fp_1' };
  const headers = { 'x-zero-data-retention': 'false', 'x-request-id': 'r-1' };
  if (!q.stream)
    return json(res, 200, { ...head, object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, finish_reason: 'stop' }], usage }, headers);
  res.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  const chunk = (choices, more = {}) => res.write(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...more })}\n\n`);
  chunk([{ index: 0, delta: { role: 'assistant', reasoning_content: 'hm' }, finish_reason: null }]);
  for (const letter of content.match(/.{1,4}/gsu)) chunk([{ index: 0, delta: { content: letter }, finish_reason: null }]);
  chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]);
  if (q.stream_options?.include_usage) chunk([], { usage });
  return res.end('data: [DONE]\n\n');
}

function transcribe(req, res, body) {
  const form = parts(body, req.headers['content-type'] ?? '');
  const file = form.find((p) => p.name === 'file');
  const value = (name) => form.find((p) => p.name === name)?.bytes.toString();
  if (!file?.file || !/\.(flac|mp3|mp4|mpeg|mpga|m4a|ogg|wav|webm)$/.test(file.file)) return openaiError(400, null, 'Invalid file format.')(res);
  if (!value('model')) return openaiError(400, 'missing_required_parameter', 'you must provide a model parameter')(res);
  if (value('language') && !/^[a-z]{2,3}$/.test(value('language'))) return openaiError(400, 'invalid_language', 'ISO-639-1')(res);
  const text = heard(file.bytes, '/v1/audio/transcriptions');
  if (value('response_format') === 'text') { res.writeHead(200, { 'content-type': 'text/plain' }); return res.end(`${text}\n`); }
  if (value('response_format') !== 'verbose_json') return json(res, 200, { text, usage: { type: 'duration', seconds: 3 } });
  if (form.some((p) => p.name === 'timestamp_granularities')) return openaiError(400, null, 'timestamp_granularities[]')(res);
  return json(res, 200, {
    task: 'transcribe', language: value('language') === 'fa' ? 'persian' : 'english', duration: 2.5, text,
    segments: [{ id: 0, seek: 0, start: 0, end: 2.5, text: ` ${text}`, tokens: [1], temperature: 0, avg_logprob: -0.2, compression_ratio: 1.1, no_speech_prob: 0.01 }],
  });
}

function stt(req, res, body) {
  const form = parts(body, req.headers['content-type'] ?? '');
  if (form.at(-1)?.name !== 'file') return json(res, 400, { error: 'file must be the last part' });
  if (form.filter((p) => p.name === 'keyterm').length > 100) return json(res, 400, { error: 'too many keyterms' });
  const text = heard(form.at(-1).bytes);
  return json(res, 200, { text, language: '', duration: 2.5, words: text.split(' ').map((w, i) => ({ text: w, start: i, end: i + 0.5 })) });
}

// ---- Google ----

const google = (code, status, message) => (res) => json(res, code, { error: { code, message, status } });

function goodToken(token) {
  if (token === 'ya29.double') return true;
  const [head, claims, signature] = token.split('.');
  if (!signature) return false;
  const good = createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(createPublicKey(publicKey), signature, 'base64url');
  const h = JSON.parse(Buffer.from(head, 'base64url')), c = JSON.parse(Buffer.from(claims, 'base64url'));
  const now = Date.now() / 1000;
  return good && h.alg === 'RS256' && h.kid === 'k1' && c.iss === account.client_email && c.exp - c.iat <= 3600 &&
    c.iat < now + 60 && c.exp > now && (c.scope?.includes(SCOPE) || c.aud?.includes('speech.googleapis.com') || c.aud?.includes('oauth2'));
}

function recognize(req, res, body) {
  if (!goodToken(req.headers.authorization?.replace(/^Bearer /, '') ?? ''))
    return google(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.')(res);
  if (req.method === 'GET')
    return json(res, 200, { name: req.url, locationId: 'global', metadata: { languages: { models: { 'fa-IR': { modelFeatures: { long: {} } } } } } });
  const q = JSON.parse(body.toString());
  if (!q.config?.languageCodes?.length || !q.config.model || !q.content) return google(400, 'INVALID_ARGUMENT', 'config')(res);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(q.content) || q.content.length % 4) return google(400, 'INVALID_ARGUMENT', 'base64')(res);
  const transcript = heard(Buffer.from(q.content, 'base64'));
  return json(res, 200, {
    results: [{ alternatives: [{ transcript, confidence: 0.9, words: [{ endOffset: '0.500s', word: 'heard' }] }], resultEndOffset: '1.500s', languageCode: q.config.languageCodes[0].toLowerCase() }],
    metadata: { totalBilledDuration: '2s', requestId: 'g-1' },
  });
}

function token(req, res, body) {
  const form = new URLSearchParams(body.toString());
  if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer' || !goodToken(form.get('assertion') ?? ''))
    return json(res, 400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' });
  return json(res, 200, { access_token: 'ya29.double', expires_in: 3599, token_type: 'Bearer' });
}

// ---- the server ----

const ROUTES = [
  [/^\/v1\/chat\/completions$/, withKey(chat)],
  [/^\/v1\/audio\/transcriptions$/, withKey(transcribe)],
  [/^\/openai\/v1\/audio\/transcriptions$/, withKey(transcribe)],
  [/^\/v1\/stt$/, withKey(stt)],
  [/^\/v1\/api-key$/, withKey((req, res) => json(res, 200, { redacted_api_key: 'xai-...6789', name: 'double', team_blocked: false, api_key_blocked: false, api_key_disabled: false, acls: [] }))],
  [/^\/v1\/language-models$/, withKey((req, res) => json(res, 200, { models: [{ id: 'grok-4.3', aliases: ['grok-4.3-latest'] }] }))],
  [/^\/v1\/models$/, withKey((req, res) => json(res, 200, { object: 'list', data: [{ id: 'whisper-1', object: 'model', created: 1, owned_by: 'double' }] }))],
  [/^\/v2\/projects\/[^/]+\/locations\/[^/]+(\/recognizers\/_:recognize)?$/, recognize],
  [/^\/token$/, token],
];

function answer(req, res, body) {
  const path = req.url.split('?')[0];
  if (path === '/__double/received') return json(res, 200, received);
  if (path === '/__double/fault') {
    const f = JSON.parse(body.toString());
    if (!FAULTS[f.fault]) return json(res, 404, { error: 'no such fault' });
    faults.set(f.path, f);
    return json(res, 200, {});
  }
  if (path === '/__double/say') {
    const { path: where, text } = JSON.parse(body.toString());
    said.set(where, text);
    return json(res, 200, {});
  }
  const form = req.headers['content-type']?.startsWith('multipart/') ? parts(body, req.headers['content-type']) : [];
  const file = form.find((p) => p.file !== undefined)?.bytes;
  received.push({ method: req.method, path: req.url, headers: req.headers, bytes: body.length, sha256: digest(body), file: file && digest(file) });
  const fault = faults.get(path);
  if (fault && fault.times-- > 0) return FAULTS[fault.fault](res);
  const route = ROUTES.find(([pattern]) => pattern.test(path));
  return route ? route[1](req, res, body) : json(res, 404, { error: { message: `no ${path}`, type: 'invalid_request_error', param: null, code: null } });
}

const serve = (req, res) => {
  const chunks = [];
  req.on('data', (c) => chunks.push(c));
  req.on('end', () => answer(req, res, Buffer.concat(chunks)));
};
const folder = process.argv[2];
const listening = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));

function certificate(name, days, address) {
  const file = (kind) => `${folder}/${name}.${kind}`;
  writeFileSync(file('ext'), `subjectAltName=IP:${address}`);
  const openssl = (...words) => execFileSync('openssl', words, { stdio: 'ignore' });
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', file('key'), '-out', file('csr'), '-subj', `/CN=${address}`);
  openssl('x509', '-req', '-in', file('csr'), '-signkey', file('key'), '-days', `${days}`, '-extfile', file('ext'), '-out', file('pem'));
  return { key: readFileSync(file('key')), cert: readFileSync(file('pem')) };
}

if (process.argv[3] === 'tls') {
  const servers = {
    trusted: createTlsServer(certificate('trusted', 2, '127.0.0.1'), serve),
    stranger: createTlsServer(certificate('stranger', 2, '127.0.0.1'), serve),
    expired: createTlsServer(certificate('expired', -1, '127.0.0.1'), serve),
    misnamed: createTlsServer(certificate('misnamed', 2, '127.0.0.2'), serve),
    hangup: createBareServer((socket) => socket.once('data', () => socket.destroy()).on('error', () => {})),
  };
  certificate('hangup', 2, '127.0.0.1');
  for (const [name, server] of Object.entries(servers))
    writeFileSync(`${folder}/${name}`, `https://127.0.0.1:${await listening(server)}/v1`);
}
const url = `http://127.0.0.1:${await listening(createServer(serve))}`;
writeFileSync(`${folder}/account.json`, JSON.stringify({ ...account, token_uri: `${url}/token` }));
writeFileSync(`${folder}/url.new`, url);
renameSync(`${folder}/url.new`, `${folder}/url`);
