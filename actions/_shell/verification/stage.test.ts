import { expect, test } from 'vitest';
import type { Outcome } from '#core/environment/system.ts';
import { memoryProvider, type Program } from '#shell/environment/memory.ts';
import { dnf } from './dnf.ts';
import { freshInstallation } from './fresh.ts';
import { onStage, type Stage } from './stage.ts';
import { isOurs } from './verify.ts';

/** The journey on systems in memory: order, and what is the environment's fault. */
function stageOf(programs: readonly Program[], unsound: readonly string[] = []) {
  const provider = memoryProvider({ programs, unsound });
  const golden = { image: {} as Stage['golden']['image'], sha256: '', root: '' };
  const locked = [{ name: 'storm', version: '1.0-1' }] as unknown as Stage['locked'];
  const said: string[] = [];
  const stage: Stage = { provider, golden, packages: dnf, files: [], locked, say: (line) => said.push(line) };
  return { stage, provider, said };
}
const answering =
  (wanted: string, outcome: Partial<Outcome>): Program =>
  (argv) =>
    argv.join(' ').includes(wanted) ? outcome : undefined;
const silent: Program = () => ({});

test('the network is there for fetching alone: what is installed is installed after booting', async () => {
  const order: string[] = [];
  const watch: Program = (argv, { booted }) => {
    if (argv[0] === 'dnf')
      order.push(`${booted ? 'booted' : 'before'}: ${argv.filter((word) => /^[a-z]+$/.test(word)).join(' ')}`);
    return undefined;
  };
  const installed = answering('rpm -q --queryformat %{NAME}', { stdout: 'storm\t1.0-1\n' });
  const { stage, provider } = stageOf([watch, installed, silent]);
  const facts = await freshInstallation(stage, {});
  expect(order).toEqual([
    'before: dnf makecache',
    'before: dnf install',
    'booted: dnf install',
    'booted: dnf remove storm',
  ]);
  expect(facts.installation.installed).toEqual([{ name: 'storm', version: '1.0-1' }]);
  expect(provider.made.map(({ destroyed }) => destroyed())).toEqual([true]);
});

const FAULTS: readonly (readonly [string, readonly Program[], readonly string[]])[] = [
  [
    'lists that cannot be read',
    [answering('makecache', { code: 1, stderr: 'Error: repomd.xml GPG signature verification error' })],
    [],
  ],
  [
    'a server that goes away',
    [answering('--downloadonly', { code: 1, stderr: 'Curl error (7): Could not connect' })],
    [],
  ],
  ['packages that do not arrive in time', [answering('--downloadonly', { code: 124 })], []],
  ['an unsound system', [], ['/dev/null has other permissions than 666: 600']],
];
test.each(FAULTS)('%s: the environment is at fault, and everything is destroyed', async (_, programs, unsound) => {
  const { stage, provider } = stageOf([...programs, silent], unsound);
  await expect(freshInstallation(stage, {})).rejects.toMatchObject({ code: 'ENVIRONMENT_FAULT' });
  expect(provider.made.map(({ destroyed }) => destroyed())).toEqual([true]);
});

test('what the package manager refuses for the packages themselves is their fault, and a hang, too', async () => {
  const refused = answering('--downloadonly', {
    code: 1,
    stderr: 'nothing provides nowhere needed by storm-1.0-1.noarch',
  });
  const facts = await freshInstallation(stageOf([refused, silent]).stage, {});
  expect(facts.installation.steps).toEqual([
    { name: 'fetch packages', code: 1, output: 'nothing provides nowhere needed by storm-1.0-1.noarch' },
  ]);
  expect(facts.content).toBeUndefined();
  const hanging: Program = (argv, { booted }) =>
    booted && argv.includes('install') ? { code: 124, stdout: 'Running' } : undefined;
  const late = await freshInstallation(stageOf([hanging, silent]).stage, {});
  expect(late.installation.steps.at(-1)).toMatchObject({ code: 124, output: 'Running\nIt did not end in time.' });
});

test('when time is up the system is taken away, whatever goes on in it', async () => {
  const { stage, provider } = stageOf([silent]);
  const forever = onStage(stage, () => new Promise((_, fail) => setTimeout(fail, 200, new Error('odd'))), 50);
  await expect(forever).rejects.toMatchObject({ code: 'ENVIRONMENT_FAULT' });
  const late = onStage(stage, () => new Promise((done) => setTimeout(done, 200, 'a verdict')), 50);
  await expect(late).rejects.toThrow('takes longer than 0.05 s');
  expect(provider.made.map(({ destroyed }) => destroyed())).toEqual([true, true]);
});

test('a full disk of this machine is no verdict; what nobody thought of is none either, and is thrown', () => {
  expect(isOurs(Object.assign(new Error('write'), { code: 'ENOSPC' }))).toBe(true);
  expect(isOurs(new TypeError('a fault of ours'))).toBe(false);
});
