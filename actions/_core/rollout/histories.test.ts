import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lockDigest } from '#core/ppa/lock.ts';
import { parseStanding } from './standing.ts';
import { ACCEPT, type History, history, lockText } from './testing/history.ts';
import type { Successor } from './testing/town/duties.ts';
import { NOISES } from './testing/town/noise.ts';
import { Town } from './testing/town/play.ts';
import { holds, play, script } from './testing/town/script.ts';

/** What may happen to a PPA, by whomever, in any order; most of it is refused. */
const WHO = ['vera', 'toni', 'mara', 'rita', 'carla', 'luis', 'nobody'];
const SAYINGS = [
  '/verify',
  '/waiting #9',
  '/resume',
  ACCEPT,
  '/report reject it dies',
  '/hold x',
  '/unhold',
  '/ea-teams lip',
  '/rerun',
  '/why',
  '/verfy',
];
const LABELS = ['In Verification', 'StagedRollout', 'UMDStore', 'Production', 'Rejected', 'Unverified', 'Nonsense'];

type Step = { readonly does: string; readonly run: (it: History) => void };
const who = fc.constantFrom(...WHO);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(who, fc.constantFrom(...SAYINGS))
      .map(([by, body]) => ({ does: `${by}: ${body}`, run: (it: History) => void it.say(by, body) })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(who, fc.constantFrom(...LABELS)).map(([by, name]) => ({
      does: `${by} +${name}`,
      run: (it: History) => void it.label(by, `RolloutProgress: ${name}`),
    })),
  },
  {
    weight: 1,
    arbitrary: who.map((by) => ({
      does: `${by} -state`,
      run: (it: History) => void it.unlabel(by, it.facts.labels.find((label) => label.startsWith('Rollout')) ?? ''),
    })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(who, fc.constantFrom('approved', 'approved', 'changes_requested'))
      .map(([by, verdict]) => ({ does: `${by} ${verdict}`, run: (it: History) => void it.review(by, verdict) })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom<['OK' | 'FAIL', 'pass' | 'fail' | 'error']>(
        ['OK', 'pass'],
        ['OK', 'pass'],
        ['FAIL', 'fail'],
        ['FAIL', 'error'],
      )
      .map(([result, conclusion]) => ({
        does: `evidence ${conclusion}`,
        run: (it: History) => void it.verified(result, conclusion),
      })),
  },
  { weight: 3, arbitrary: fc.constant({ does: 'report completed', run: (it: History) => void it.completedBy() }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('1', '2').map((build) => ({
      does: `lock ${build}`,
      run: (it: History) => void it.push({ lock: { path: it.facts.lock?.path ?? '', text: lockText(build) } }),
    })),
  },
  { weight: 1, arbitrary: fc.constant({ does: 'rebase', run: (it: History) => void it.push({}) }) },
  {
    weight: 1,
    arbitrary: fc.boolean().map((open) => ({
      does: `ticket ${open ? 'open' : 'closed'}`,
      run: (it: History) => {
        it.world = { ...it.world, issues: { 9: { number: 9, title: 'UMD Verification: x', open, pull: false } } };
      },
    })),
  },
  { weight: 1, arbitrary: fc.constant({ does: 'a week later', run: (it: History) => void it.pass(7 * 24 * 60) }) },
  {
    weight: 1,
    arbitrary: fc.constant({
      does: 'released',
      run: (it: History) => {
        it.world = { ...it.world, released: ['umd-5.0.0'] };
      },
    }),
  },
);

/** The good way with other things in between, so that histories come far. */
const GOOD: readonly Step[] = [
  { does: 'vera: /verify', run: (it) => void it.say('vera', '/verify') },
  { does: 'evidence pass', run: (it) => void it.verified('OK', 'pass') },
  { does: 'report completed', run: (it) => void it.completedBy() },
  { does: 'vera approved', run: (it) => void it.review('vera', 'approved') },
  { does: 'carla: /report accept', run: (it) => void it.say('carla', ACCEPT) },
  { does: 'luis: /report accept', run: (it) => void it.say('luis', ACCEPT) },
];
const steps = fc
  .tuple(fc.array(fc.tuple(fc.nat(GOOD.length), step), { maxLength: 8 }), fc.boolean())
  .map(([others, good]) => {
    const line = good ? [...GOOD] : [];
    for (const [at, other] of others) line.splice(Math.min(at, line.length), 0, other);
    return line;
  });

/** What must hold whenever the reconciler has looked. */
function sound(it: History): void {
  const { standing, effects } = it.plan();
  const states = it.facts.labels.filter((label) => label.startsWith('RolloutProgress'));
  expect(effects.filter(({ kind }) => kind !== 'dispatch')).toEqual([]);
  expect(states).toHaveLength(1);
  const far = ['staged-rollout', 'umd-store', 'production'].includes(standing.state);
  if (!far) expect(it.facts.merged).toBe(false);
  if (!far) return;
  const digest = lockDigest(it.facts.lock?.text ?? '');
  expect([standing.lock, standing.moves.some(({ event }) => event === 'verification-passed')]).toEqual([digest, true]);
  if (it.facts.merged && standing.state !== 'staged-rollout')
    expect(it.facts.rollout?.text).toContain(`lock: ${digest}`);
}

const runs = 60;

/** One thing follows the other after a minute, or all of it happens within one second, which is all that a forge tells. */
const paces: readonly ['a minute' | 'no time'][] = [['a minute'], ['no time']];
const begin = (pace: 'a minute' | 'no time') => (pace === 'no time' ? history().still() : history());

test.each(paces)(
  'with %s in between: whatever happens, looking again changes nothing and nothing passes without its evidence',
  {
    timeout: 600_000,
  },
  (pace) => {
    fc.assert(
      fc.property(steps, (line) => {
        const it = begin(pace);
        for (const { run } of line) {
          if (it.facts.merged || !it.facts.open) break;
          run(it);
          it.tick().reconcile();
          sound(it);
        }
      }),
      { numRuns: runs },
    );
  },
);

test.each(paces)(
  'with %s in between: looks that were missed change the end in no way but time, unless the lock was changed',
  {
    timeout: 600_000,
  },
  (pace) => {
    fc.assert(
      fc.property(steps, fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), (line, looks) => {
        // of a run of the very second of /rerun nobody can tell whether it was there before: it is made again
        const told = pace === 'no time' ? line.filter(({ does }) => !does.endsWith('/rerun')) : line;
        const calm = told.filter(
          ({ does }) => !/^lock|^ticket|later$|^released|completed$|^rebase|-state$|\+/.test(does),
        );
        const end = (every: boolean) => {
          const it = begin(pace);
          it.completedBy('');
          for (const [index, { run, does }] of calm.entries()) {
            if (it.facts.merged || !it.facts.open) break;
            run(it);
            it.tick();
            // the machine's rows go into the report at once: what is approved before is another content
            if (every || looks[index] || does.startsWith('evidence')) it.reconcile();
          }
          it.reconcile();
          sound(it);
          return it.plan().standing.state;
        };
        expect(end(false)).toBe(end(true));
      }),
      { numRuns: runs },
    );
  },
);

test(
  'several PPAs, groups, successors, lanes, freezes and tags: every rule holds, however events arrive and processes die',
  {
    timeout: 600_000,
  },
  () =>
    fc.assert(
      fc.property(script, (told) => holds(told)),
      { numRuns: 20 },
    ),
);

test('the same when all that can be done is done within one second', { timeout: 600_000 }, () =>
  fc.assert(
    fc.property(script, (told) => holds(told, 0)),
    { numRuns: 20 },
  ),
);

const voms: Successor = {
  ...{ pull: 1, product: 'voms', version: '2.1.0', distribution: 'umd', type: 'minor', intent: 'accept' },
};
const newer: Successor = { ...voms, pull: 2, version: '2.2.0' };

const later = { pull: 6, product: 'voms', version: '2.1.1', distribution: 'umd', type: 'revision' } as const;

test('an emergency in a freeze, an exception and a rollback come to the same end, however events arrive', () => {
  const fix: Successor = {
    ...later,
    intent: 'accept',
    after: { pull: 1, at: 'frozen again' },
    urgent: true,
    rolled: true,
  };
  const town = new Town([voms, fix], 'poor');
  town.end();
  expect(town.forge.production.map(({ tag }) => tag)).toEqual(['umd-5.0.0', 'umd-5.0.1']);
  expect(town.ends().filter((said) => !said.includes(' '))).toEqual(['INFN.voms.debian-12.amd64-2.1.0']);
  const glue: Successor = { ...voms, pull: 3, product: 'glue', version: '1.0.0' };
  holds({ subjects: [glue, { ...voms, after: { pull: 3, at: 'frozen' }, excepted: true }], steps: [] });
  const letIn = new Town([glue, { ...voms, after: { pull: 3, at: 'frozen' }, excepted: true }], 'perfect');
  letIn.end();
  expect(letIn.forge.production.map(({ tag, locks }) => `${tag} ${locks.size}`)).toEqual(['umd-5.0.0 2']);
});

test('what a newer one overtook in the candidate does not stand there for ever', () => {
  const ends = play({ subjects: [voms, { ...newer, after: { pull: 1, at: 'merged' } }], steps: [] }, 'poor');
  expect(ends).toContain('INFN.voms.debian-12.amd64-2.2.0 Production');
  const town = new Town([voms, { ...newer, after: { pull: 1, at: 'merged' } }], 'poor');
  town.end();
  expect(town.stateOf(1)).toBe('Rejected');
  expect(town.forge.pulls.get(1)?.sticky?.body).toContain('Superseded in the candidate by #2');
});

test('a member of a group that was turned down before anybody looked at the others keeps them back all the same', () => {
  const both = { version: '1.0.0', distribution: 'umd', type: 'minor', group: 'info' } as const;
  const duty = (choice: number) => ({ kind: 'duty', choice, trouble: false }) as const;
  const work = (choice: number) => ({ kind: 'work', choice, trouble: true }) as const;
  const noise = NOISES.findIndex(({ does }) => does === 'provider pushes another lock');
  holds({
    subjects: [
      { pull: 3, product: 'bdii', intent: 'fails', ...both },
      { pull: 4, product: 'glue', intent: 'accept', ...both },
    ],
    steps: [
      ...[duty(0), duty(189), work(0), { kind: 'race' as const, meanwhile: [work(0)] }, duty(33), work(177), duty(150)],
      { kind: 'noise', noise, on: 2, choice: 52 },
    ],
  });
});

test('a member of a group that a stranger closed is opened again, and nobody is told that it was turned down', () => {
  const both = { version: '1.0.0', distribution: 'umd', type: 'minor', group: 'info', intent: 'accept' } as const;
  const town = new Town(
    [
      { pull: 3, product: 'bdii', ...both },
      { pull: 4, product: 'glue', ...both },
    ],
    'perfect',
  );
  const duty = { kind: 'duty', choice: 0, trouble: false } as const;
  for (let times = 0; times < 5; times++) town.take(duty);
  const [one] = town.forge.pulls.values();
  if (one === undefined || town.forge.pulls.size < 2) throw new Error('not opened');
  town.forge.close(one, 'nobody');
  town.look({ crash: 0 });
  town.look();
  const words = [...town.forge.pulls.values()].map(({ sticky }) => sticky?.body ?? '');
  expect(words.filter((body) => body.includes('was turned down'))).toEqual([]);
  town.end();
  expect([town.stateOf(3), town.stateOf(4)]).toEqual(['Production', 'Production']);
});

test('a standing that cannot be written down is not acted upon', () => {
  const town = new Town([voms], 'poor');
  const [duty, rebase] = [
    { kind: 'duty', choice: 0, trouble: false },
    { kind: 'noise', noise: NOISES.findIndex(({ does }) => does === 'rebase'), on: 0, choice: 0 },
  ] as const;
  town.take(duty); // opened
  town.take({ kind: 'race', meanwhile: [] });
  town.take(duty); // /verify
  town.take({ kind: 'race', meanwhile: [rebase] }); // the commit is gone that the record is to stand on
  town.quiet();
  const { moves } = standingOn(town);
  expect(moves.map(({ event }) => event)).toEqual(['opened', 'verifier-assigned']);
});

function standingOn({ forge }: Town) {
  const [pull] = forge.pulls.values();
  const text = pull === undefined ? '' : (pull.checks.get(forge.head(pull))?.text ?? '');
  const found = parseStanding(text, { ppa: 'INFN.voms.debian-12.amd64-2.1.0', pull: 1 });
  if (found === undefined) throw new Error('no standing on the head');
  return found;
}
