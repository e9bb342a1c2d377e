import { parseArgs } from 'node:util';
import { refusal } from '#core/fault-codes.ts';
import { ProvisioningError, showFault } from '#core/faults.ts';
import { rebuildPool, verifyPool } from '#shell/pool-care.ts';
import { withPublishLock } from '#shell/publish-lock.ts';
import { storeOption } from './store-option.ts';

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
if (positionals.length !== 1 || (verb !== 'verify' && verb !== 'rebuild')) {
  console.error('npm run pool -- verify|rebuild [--store PATH]    STORE when not given');
  process.exit(2);
}
try {
  const store = storeOption(values.store, 'pool');
  if (store.startsWith('s3://'))
    throw refusal('STORE_INVALID', 'Only a pool on a disk is read again by hand; copy that of a bucket to one.');
  const { packages, faults, written } =
    verb === 'verify'
      ? { ...(await verifyPool(store)), written: [] }
      : await withPublishLock(store, () => rebuildPool(store));
  for (const each of faults) console.error(showFault(each));
  const wrote = verb === 'rebuild' ? `, ${written.length} fragments written` : '';
  console.log(`${packages} packages${wrote}, ${faults.length} at fault`);
  process.exitCode = faults.length > 0 ? 1 : 0;
} catch (accident) {
  const known = accident instanceof ProvisioningError;
  console.error(known ? accident.faults.map(showFault).join('\n') : (accident as Error).message);
  process.exitCode = 1;
}
