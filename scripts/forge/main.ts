import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startForge } from './start.ts';

/** `npm run forge -- --dir <folder> --port <number>`: a forge by itself, until Ctrl-C. */
const { values } = parseArgs({
  options: { dir: { type: 'string', default: '.cache/forge' }, port: { type: 'string', default: '3000' } },
});
const { url, runnerToken, close } = await startForge({ dir: resolve(values.dir), port: Number(values.port) });
console.log(`Forge        ${url}\nREST         ${url}/api/v3\nRunner token ${runnerToken}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    close().then(() => process.exit(0));
  });
}
