import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { showFault } from '#core/faults.ts';
import { rebuildPool, verifyPool } from '#shell/pool-care.ts';
import { withPublishLock } from '#shell/publish-lock.ts';

/**
 * `npm run pool -- verify|rebuild [--store PATH]`: reads every package of the pool again. verify tells what is not as it
 * was taken in and changes nothing; rebuild writes fragments that are missing or described otherwise today. STORE when
 * not given. Ends with 1 when something is wrong.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { store: { type: 'string', default: process.env.STORE ?? '' } },
});
const [verb] = positionals;
if (values.store === '' || positionals.length !== 1 || (verb !== 'verify' && verb !== 'rebuild')) {
  console.error('npm run pool -- verify|rebuild --store PATH');
  process.exit(2);
}
const store = resolve(values.store);
const { packages, faults, written } =
  verb === 'verify'
    ? { ...(await verifyPool(store)), written: [] }
    : await withPublishLock(store, () => rebuildPool(store));
for (const each of faults) console.error(showFault(each));
const wrote = verb === 'rebuild' ? `, ${written.length} fragments written` : '';
console.log(`${packages} packages${wrote}, ${faults.length} at fault`);
process.exitCode = faults.length > 0 ? 1 : 0;
