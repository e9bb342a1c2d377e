import { expect, test } from 'vitest';
import { memoryProvider, type Program } from '#shell/environment/memory.ts';
import { runServices } from './services.ts';

type Properties = Readonly<Record<string, string>>;
const UP = { LoadState: 'loaded', ActiveState: 'active', Result: 'success', Type: 'simple', ConditionResult: 'yes' };

/** A systemctl in memory: what `show` says follows the last verb; `refused` verbs end with 1. */
function systemctl(after: (verb: string) => Properties, refused: readonly string[] = []): Program {
  let last = '';
  return ([program, verb = '']) => {
    if (program === 'journalctl') return { stdout: 'a line of its journal\n' };
    if (program !== 'systemctl') return undefined;
    if (verb !== 'show') last = verb;
    const said = Object.entries(after(last)).map(([name, value]) => `${name}=${value}\n`);
    return verb === 'show' ? { stdout: said.join('') } : { code: refused.includes(verb) ? 1 : 0 };
  };
}
/** Up after its start and its restart, and broken by a start while it runs. */
function startsTwice(): Program {
  let starts = 0;
  const inner = systemctl((verb) => (verb === 'start' && starts > 1 ? { ...UP, ActiveState: 'failed' } : UP));
  return (...asked) => {
    const [[program, verb]] = asked;
    if (program === 'systemctl' && verb === 'start') starts += 1;
    return inner(...asked);
  };
}
const ordinary = (verb: string): Properties => (verb === 'stop' ? { ...UP, ActiveState: 'inactive' } : UP);

async function run(programs: readonly Program[], setup?: string) {
  const provider = memoryProvider({ programs });
  const system = await provider.create({ image: {} as never, sha256: '', root: '' });
  provider.made[0]?.system.ports.push({ protocol: 'tcp', address: '0.0.0.0', port: 2170, program: 'slapd' });
  const service = { units: ['bdii.service'], ...(setup === undefined ? {} : { setup }) };
  const { runs, ports } = await runServices(system, service, () => {});
  return { ...runs[0], ports: ports.map(({ port }) => port) };
}

test('starts, restarts, starts again, stops, and listens while it runs', async () => {
  expect(await run([systemctl(ordinary)])).toEqual({
    ...{ unit: 'bdii.service', state: 'ran', output: 'a line of its journal', ports: [2170] },
  });
});

// systemd.unit(5), systemd.service(5): what the properties of a unit say.
const CASES: readonly (readonly [string, Program, object])[] = [
  ['nobody brings it', systemctl(() => ({ LoadState: 'not-found' })), { state: 'missing' }],
  [
    'its condition fails',
    systemctl(() => ({ ...UP, ActiveState: 'inactive', ConditionResult: 'no' })),
    { state: 'skipped' },
  ],
  ['systemctl start refuses', systemctl(ordinary, ['start']), { state: 'failed', failedAct: 'start' }],
  [
    'it dies soon after',
    systemctl((verb) => (verb === 'start' ? { ...UP, ActiveState: 'failed' } : UP)),
    { state: 'failed', failedAct: 'start' },
  ],
  ['it does not survive a second start', startsTwice(), { state: 'failed', failedAct: 'start again' }],
  ['it cannot be restarted', systemctl(ordinary, ['restart']), { state: 'failed', failedAct: 'restart' }],
  ['it does not stop', systemctl(() => UP), { state: 'failed', failedAct: 'stop' }],
  [
    'a one-shot has done its work',
    systemctl(() => ({ ...UP, Type: 'oneshot', ActiveState: 'inactive' })),
    { state: 'ran' },
  ],
  [
    'a one-shot has failed',
    systemctl(() => ({ ...UP, Type: 'oneshot', ActiveState: 'inactive', Result: 'exit-code' })),
    { state: 'failed', failedAct: 'start' },
  ],
];
test.each(CASES)('%s', async (_, program, expected) => {
  expect(await run([program])).toMatchObject(expected);
});

test('a set-up that fails is told as such, and nothing is started', async () => {
  const failing: Program = ([program, ...rest]) =>
    program === 'sh' ? { code: 1, stderr: `no database: ${rest.at(-1) ?? ''}` } : { code: 99 };
  expect(await run([failing], 'createdb voms')).toMatchObject({
    ...{ state: 'failed', failedAct: 'set up', output: 'no database: createdb voms' },
  });
});
