import fc from 'fast-check';
import { describe, type Successor } from './duties.ts';
import { NOISES } from './noise.ts';
import { type Delivery, type Step, Town } from './play.ts';
import type { Intent, Subject } from './subject.ts';

/** A random history: who is there and what they mean, and what happens besides. */
export interface Script {
  readonly subjects: readonly Successor[];
  readonly steps: readonly Step[];
  /** What happens besides once the first release is out. */
  readonly later?: readonly Step[];
  /** What happens besides while everybody does his duty, to the first release and from there to the end. */
  readonly closing?: readonly Step[];
}

const intent: fc.Arbitrary<Intent> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('accept' as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('fails' as const, 'disliked' as const, 'mended' as const, 'pushed' as const),
  },
);
const type = fc.constantFrom('minor' as const, 'major' as const, 'revision' as const);
const subject = (fixed: Pick<Subject, 'pull' | 'product' | 'version' | 'distribution' | 'group'>) =>
  fc.record({ intent, type }).map((more): Successor => ({ ...fixed, ...more }));

const alone = subject({ pull: 1, product: 'voms', version: '2.1.0', distribution: 'umd' }).map((one) => [one]);
const followed = fc
  .tuple(
    subject({ pull: 1, product: 'voms', version: '2.1.0', distribution: 'umd' }),
    subject({ pull: 2, product: 'voms', version: '2.2.0', distribution: 'umd' }),
    fc.constantFrom('Unverified', 'In Verification', 'StagedRollout', 'merged'),
  )
  .map(([older, newer, at]) => [
    { ...older, intent: 'accept' as const },
    { ...newer, after: { pull: 1, at } },
  ]);
const grouped = fc
  .tuple(
    subject({ pull: 3, product: 'bdii', version: '1.0.0', distribution: 'umd', group: 'info' }),
    subject({ pull: 4, product: 'glue', version: '1.0.0', distribution: 'umd', group: 'info' }),
  )
  .map((both) => [...both]);
const late = fc.constantFrom('released', 'frozen again', 'frozen again');
const fix = fc
  .tuple(
    subject({ pull: 1, product: 'voms', version: '2.1.0', distribution: 'umd' }),
    subject({ pull: 6, product: 'voms', version: '2.1.1', distribution: 'umd' }),
    fc.constantFrom<Intent>('accept', 'accept', 'accept', 'pushed', 'mended'),
    late,
  )
  .map(([older, newer, how, at]): Successor[] => [
    { ...older, intent: 'accept' },
    { ...newer, intent: how, after: { pull: 1, at }, urgent: true },
  ]);
/** A fix of a released product goes out alone, whatever else is on its way. */
const urgent = fc
  .tuple(fix, subject({ pull: 7, product: 'argus', version: '1.7.0', distribution: 'umd' }), fc.boolean())
  .map(([both, other, waits]) => [...both, waits ? { ...other, after: { pull: 1, at: 'released' } } : other]);
/** Another is taken back; nothing else comes with its release, so it is told what goes. */
const regretted = fix.map((both) =>
  both.map((one): Successor => (one.urgent === true ? { ...one, rolled: true } : one)),
);
const rolled = subject({ pull: 1, product: 'voms', version: '2.1.0', distribution: 'umd' }).map((one) => [
  { ...one, intent: 'accept' as const, rolled: true as const },
]);
/** It comes when the others are in a frozen candidate, and is let through. */
const excepted = fc
  .tuple(alone, grouped)
  .map(([own, others]) => [
    ...own.map((one): Successor => ({ ...one, excepted: true, after: { pull: 3, at: 'frozen' } })),
    ...others.map((one): Successor => ({ ...one, intent: 'accept' })),
  ]);
const elsewhere = subject({ pull: 5, product: 'occi', version: '1.0.0', distribution: 'cmd' }).map((one) => [one]);

const subjects = fc
  .oneof(
    { weight: 3, arbitrary: fc.tuple(alone) },
    { weight: 2, arbitrary: fc.tuple(followed) },
    { weight: 2, arbitrary: fc.tuple(grouped) },
    { weight: 1, arbitrary: fc.tuple(alone, elsewhere) },
    { weight: 1, arbitrary: fc.tuple(grouped, elsewhere) },
    { weight: 1, arbitrary: fc.tuple(followed, grouped) },
    { weight: 3, arbitrary: fc.tuple(urgent) },
    { weight: 2, arbitrary: fc.tuple(regretted) },
    { weight: 2, arbitrary: fc.tuple(excepted) },
    { weight: 1, arbitrary: fc.tuple(rolled) },
    { weight: 1, arbitrary: fc.tuple(rolled, elsewhere) },
  )
  .map((blocks) => blocks.flat());

const choice = fc.nat(255);
const noise: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('noise' as const),
  noise: fc.nat(NOISES.length - 1),
  ...{ on: choice, choice },
});
const plain: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('duty' as const), choice, trouble: fc.constant(false) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('work' as const), choice, trouble: fc.nat(7).map((n) => n === 0) }),
  },
  { weight: 3, arbitrary: noise },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      minutes: fc.constantFrom(0, 1, 45, 1440, 4 * 1440, 8 * 1440, 22 * 1440),
    }),
  },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 16, arbitrary: plain },
  { weight: 5, arbitrary: fc.constant({ kind: 'look' } as const) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('crash' as const), before: fc.nat(12) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('race' as const),
      meanwhile: fc.array(plain, { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('post' as const),
      fate: fc.constantFrom('lost' as const, 'twice' as const),
    }),
  },
);

export const script: fc.Arbitrary<Script> = fc.record({
  subjects,
  steps: fc.array(step, { maxLength: 24 }),
  later: fc.array(step, { maxLength: 24 }),
  closing: fc.array(fc.oneof({ weight: 3, arbitrary: noise }, { weight: 2, arbitrary: step }), { maxLength: 40 }),
});

/** Plays a history under a delivery to its very end. @throws Error when a rule is broken on the way */
export function play(
  { subjects: of, steps, later = [], closing = [] }: Script,
  delivery: Delivery,
  pace?: number,
): string[] {
  const town = new Town(of, delivery, pace);
  town.quiet();
  for (const each of steps) town.take(each);
  if (later.length > 0) town.end({ enough: () => town.forge.released().length > 0, besides: closing });
  for (const each of later) town.take(each);
  town.end({ besides: closing });
  return town.ends();
}

/** All of it: every rule at every step under both deliveries, and the same end. @param pace as the town's */
export function holds(told: Script, pace?: number): void {
  const perfect = play(told, 'perfect', pace);
  const poor = play(told, 'poor', pace);
  if (JSON.stringify(perfect) !== JSON.stringify(poor))
    throw new Error(`another end: ${perfect.join(', ')} when everything arrives, ${poor.join(', ')} when not`);
}

export const tell = ({ subjects: of, steps, later = [], closing = [] }: Script) =>
  [
    ...of.map(describe),
    ...[...steps, { kind: 'first release' }, ...later, { kind: 'besides, in each turn' }, ...closing].map((each) =>
      'noise' in each ? `${JSON.stringify(each)} ${NOISES[each.noise]?.does}` : JSON.stringify(each),
    ),
  ].join('\n');
