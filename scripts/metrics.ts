/** `npm run metrics [-- folder]`: metrics of verification from the records of a release repo's checkout, as JSON. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { metricsOf } from '#core/verification/metrics.ts';
import { parseVerification } from '#core/verification/verification.ts';
import { soundOf } from '#core/yaml.ts';
import { readCriteria } from '#shell/criteria.ts';

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
const folder = join(root, 'releases');
const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
const reports = names
  .filter((name) => name.endsWith('/verification.yml'))
  .sort()
  .map((name) => {
    const file = join(folder, name);
    return soundOf(parseVerification(readFileSync(file, 'utf8'), { file: `releases/${name}` }));
  });
console.log(JSON.stringify(metricsOf(reports, await readCriteria(root)), null, 2));
