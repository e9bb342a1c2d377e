import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { htmlOf } from '#core/document/html.ts';
import { markdownOf } from '#core/document/markdown.ts';
import { refusal, throwAll } from '#core/fault-codes.ts';
import { parseMoves } from '#core/verification/elapsed.ts';
import { metricsOf } from '#core/verification/metrics.ts';
import { metricsDocument } from '#core/verification/metrics-document.ts';
import { parseVerification } from '#core/verification/verification.ts';
import { soundOf } from '#core/yaml.ts';
import { readCriteria } from '#shell/criteria.ts';
import { runCommand } from './command-line.ts';

const USAGE = `npm run metrics                  metrics of verification, from the records of this checkout, as JSON
npm run metrics -- <folder>      of another checkout of a release repo
npm run metrics -- --out folder  writes metrics.json, and metrics.html and metrics.md with pictures, there`;

await runCommand(USAGE, async () => {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
  if (positionals.length > 1)
    throw refusal('INPUT_INVALID', `Name one checkout, not also ${positionals.slice(1).join(', ')}.`);
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
  const metrics = metricsOf(reports.map(soundOf), await readCriteria(root), moves.map(soundOf));
  const json = JSON.stringify(metrics, null, 2);
  if (values.out === undefined) return console.log(json);
  const { title, blocks } = metricsDocument(metrics);
  const forms = { json: `${json}\n`, html: htmlOf(title, blocks), md: markdownOf(blocks) };
  mkdirSync(resolve(values.out), { recursive: true });
  for (const [ending, text] of Object.entries(forms)) {
    const path = join(resolve(values.out), `metrics.${ending}`);
    writeFileSync(path, text);
    console.log(path);
  }
});
