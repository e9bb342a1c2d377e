import { parseArgs } from 'node:util';
import { refusal } from '#core/fault-codes.ts';
import { ProvisioningError, showFault } from '#core/faults.ts';
import { planSweep, sweepInputs } from '#shell/closure/sweep-inputs.ts';
import { rebuildPool, verifyPool } from '#shell/pool-care.ts';
import { withPublishLock } from '#shell/publish-lock.ts';
import { openStores } from '#shell/stores.ts';
import { storeOption } from './store-option.ts';

/**
 * `npm run pool -- verify|rebuild [--store PATH]`: reads every package of the pool again. verify tells what is not as it
 * was taken in and changes nothing; rebuild writes fragments that are missing or described otherwise today. STORE when
 * not given. Ends with 1 when something is wrong.
 * `npm run pool -- sweep [--dry-run]`: takes away what closures were judged by and nothing names any more, as publishing
 * does once a day; with --dry-run says what would go, and what is counted towards it.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { store: { type: 'string', default: process.env.STORE ?? '' }, 'dry-run': { type: 'boolean' } },
});
const [verb = ''] = positionals;
if (positionals.length !== 1 || !['verify', 'rebuild', 'sweep'].includes(verb)) {
  console.error('npm run pool -- verify|rebuild|sweep [--dry-run] [--store PATH]    STORE when not given');
  process.exit(2);
}

async function sweep(place: string): Promise<void> {
  const { store, alone, close } = await openStores(place);
  try {
    if (values['dry-run'] !== true) {
      const gone = await alone(() => sweepInputs(store, new Date()), console.error);
      for (const key of gone ?? []) console.log(`removed: ${key}`);
      console.log(gone === undefined ? 'Swept today already.' : `${gone.length} removed`);
      return;
    }
    const { remove, ledger } = await planSweep(store, new Date());
    for (const key of remove) console.log(`goes: ${key}`);
    for (const [key, days] of Object.entries(ledger.unwanted))
      console.log(`unnamed for ${Math.floor(days)} days: ${key}`);
    console.log(`${remove.length} would be removed`);
  } finally {
    await close();
  }
}

async function read(store: string): Promise<void> {
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
}

try {
  const place = storeOption(values.store, 'pool');
  await (verb === 'sweep' ? sweep(place) : read(place));
} catch (accident) {
  const known = accident instanceof ProvisioningError;
  console.error(known ? accident.faults.map(showFault).join('\n') : (accident as Error).message);
  process.exitCode = 1;
}
