import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ProvisioningError, showFault } from '#core/faults.ts';
import { reproduceClosure } from '#shell/closure/reproduce.ts';

/**
 * `npm run closure -- <sha256> [--url PUBLIC_URL]`: gives the answer of a closure check again from what the pool keeps by digest; the
 * sha256 is `closure.inputs` of a candidate's evidence, or `inputs` of one of a PPA's `closures` (rollout.yml). Ends with 1 when it is another one now.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { url: { type: 'string', default: process.env.PUBLIC_URL ?? '' } },
});
const [inputs = ''] = positionals;
const publicUrl = values.url.replace(/\/$/, '');
if (!/^[0-9a-f]{64}$/.test(inputs) || !/^https?:\/\//.test(publicUrl)) {
  console.error(
    'npm run closure -- <sha256 that evidence names as inputs of a closure> --url <where the store is served>',
  );
  process.exit(2);
}
const keep = mkdtempSync(join(tmpdir(), 'closure-'));
try {
  const { said, again } = await reproduceClosure(inputs, { publicUrl, keep });
  for (const { id, sha256 } of said.base) console.log(`base ${id}: ${sha256}`);
  for (const sentence of again.faults) console.log(`fault: ${sentence}`);
  for (const sentence of again.notes) console.log(`note: ${sentence}`);
  const { faults, notes } = said;
  const same = JSON.stringify([faults, notes]) === JSON.stringify([again.faults, again.notes]);
  console.log(same ? `The same answer: ${faults.length} faults.` : 'Another answer than was given then:');
  if (!same) for (const sentence of [...faults, ...notes]) console.log(`then: ${sentence}`);
  process.exitCode = same ? 0 : 1;
} catch (error) {
  if (!(error instanceof ProvisioningError)) throw error;
  for (const fault of error.faults) console.error(showFault(fault));
  process.exitCode = 1;
} finally {
  rmSync(keep, { recursive: true, force: true });
}
