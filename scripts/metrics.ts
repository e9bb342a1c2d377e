import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { refusal, throwAll } from '#core/fault-codes.ts';
import { parseMoves } from '#core/verification/elapsed.ts';
import { metricsOf } from '#core/verification/metrics.ts';
import { parseVerification } from '#core/verification/verification.ts';
import { soundOf } from '#core/yaml.ts';
import { readCriteria } from '#shell/criteria.ts';
import { runCommand } from './command-line.ts';

const USAGE = `npm run metrics               metrics of verification, from the records of this checkout, as JSON
npm run metrics -- <folder>   of another checkout of a release repo`;

await runCommand(USAGE, async () => {
  const { positionals } = parseArgs({ allowPositionals: true, options: {} });
  const root = resolve(positionals[0] ?? join(import.meta.dirname, '..'));
  const missing = ['criteria', 'releases'].filter((name) => !existsSync(join(root, name)));
  if (missing.length > 0)
    throw refusal('INPUT_INVALID', `${root} is no checkout of a release repo: it has no ${missing.join(' and no ')}.`);
  const folder = join(root, 'releases');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const read = (file: string) =>
    names
      .filter((name) => name.endsWith(`/${file}`))
      .sort()
      .map((name) => ({ file: `releases/${name}`, text: readFileSync(join(folder, name), 'utf8') }));
  const reports = read('verification.yml').map(({ file, text }) => parseVerification(text, { file }));
  const moves = read('rollout.yml').map(({ file, text }) => parseMoves(text, { file }));
  throwAll([...reports, ...moves].flatMap(({ faults }) => faults));
  console.log(JSON.stringify(metricsOf(reports.map(soundOf), await readCriteria(root), moves.map(soundOf)), null, 2));
});
