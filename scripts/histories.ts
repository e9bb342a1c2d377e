import { spawnSync } from 'node:child_process';

/** `npm run histories -- 10000`: so many random histories of the rollout; exit 0 only if every rule held in all. */
const count = process.argv[2] ?? '10000';
if (!/^[1-9]\d{0,6}$/.test(count)) {
  console.error('Usage: npm run histories -- 10000');
  process.exit(2);
}
const { status } = spawnSync('npx', ['vitest', 'run', 'actions/_core/rollout/histories.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, HISTORIES: count },
});
process.exit(status ?? 1);
