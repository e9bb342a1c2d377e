/** `npm run metrics [-- folder]`: metrics of verification from the records of a release repo's checkout, as JSON. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ProvisioningError, showFault } from '#core/faults.ts';
import { parseMoves } from '#core/verification/elapsed.ts';
import { metricsOf } from '#core/verification/metrics.ts';
import { parseVerification } from '#core/verification/verification.ts';
import { soundOf } from '#core/yaml.ts';
import { readCriteria } from '#shell/criteria.ts';

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
const folder = join(root, 'releases');
const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
const read = (file: string) =>
  names
    .filter((name) => name.endsWith(`/${file}`))
    .sort()
    .map((name) => ({ file: `releases/${name}`, text: readFileSync(join(folder, name), 'utf8') }));
try {
  const reports = read('verification.yml').map(({ file, text }) => soundOf(parseVerification(text, { file })));
  const moves = read('rollout.yml').map(({ file, text }) => soundOf(parseMoves(text, { file })));
  console.log(JSON.stringify(metricsOf(reports, await readCriteria(root), moves), null, 2));
} catch (accident) {
  if (!(accident instanceof ProvisioningError)) throw accident;
  for (const fault of accident.faults.slice(0, 20)) console.error(showFault(fault));
  process.exitCode = 1;
}
