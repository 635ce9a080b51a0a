// @copilotkit/aimock with or without its chaos: node aimock.mjs FOLDER [chaos]; writes its address into FOLDER/aimock.
import { renameSync, writeFileSync } from 'node:fs';
import { LLMock } from '@copilotkit/aimock';

const [folder, chaos] = process.argv.slice(2);
const mock = new LLMock({ port: 0, host: '127.0.0.1' });
mock.onMessage('سلام', { content: 'درود بر شما' });
if (chaos) mock.setChaos({ dropRate: 0.2, malformedRate: 0.2, disconnectRate: 0.2, rateLimitRate: 0.2 });
await mock.start();
writeFileSync(`${folder}/aimock.new`, mock.url);
renameSync(`${folder}/aimock.new`, `${folder}/aimock`);
