import { expect, test } from 'vitest';
import type { State } from './state.ts';
import { ACCEPT, type History, history } from './testing/history.ts';

/** Who may ask for what, and where: domain.md section 3 and the commands of issue 3, copied by hand; everybody else is refused with the reason. */

const PEOPLE = ['vera', 'toni', 'mara', 'rita', 'rolf', 'vala', 'quin', 'carla', 'nobody'];
const VERIFIERS = ['vera', 'toni'];
const HOLDERS = ['vera', 'toni', 'mara', 'rita', 'rolf'];

const FROZEN = '2026-02-25T12:00:00Z';
const ticket = (it: History, open: boolean) => {
  const calendar = { lanes: { 'umd-5': { freezeDays: 7, releases: [{ version: '5.1.0', date: '2026-03-02' }] } } };
  it.world = { ...it.world, calendar, released: ['umd-5.0.0'] }; // there is a base that an emergency can be added to
  it.world = { ...it.world, issues: { 9: { number: 9, title: 'UMD Verification: x', open, pull: false } } };
  return it;
};
/** A PPA that stands in each state. */
const STAGES: Readonly<Record<string, () => History>> = {
  unverified: () => ticket(history(), true),
  'in-verification': () => ticket(history().inVerification(), true),
  'waiting-for-response': () => {
    const it = ticket(history().inVerification(), true);
    it.say('vera', '/waiting #9').reconcile();
    return it;
  },
  'staged-rollout': () => ticket(history().stagedRollout(), true),
  'umd-store': () => ticket(history().at(FROZEN).umdStore(), true),
};

interface Right {
  readonly who: readonly string[];
  /** State it leads to; absent: the same. */
  readonly to?: State;
  /** Part of the refusal that even they get. */
  readonly but?: string;
}
type Rights = Readonly<Partial<Record<string, Right>>>;

const NOWHERE = /^This does not lead anywhere from /;
const ONLY = /^Only @umd\/[a-z-]+( or (@umd\/[a-z-]+|the reconciler itself))* may do this\.$/;
const everywhere = (right: Right): Rights => Object.fromEntries(Object.keys(STAGES).map((state) => [state, right]));

/** Command → state → who; `otherwise`: what the others are told where it leads somewhere, and what all are told elsewhere. */
const TABLE: readonly (readonly [string, Rights, { readonly others?: RegExp; readonly elsewhere?: RegExp }])[] = [
  ['/verify', { unverified: { who: VERIFIERS, to: 'in-verification' } }, {}],
  [
    '/waiting #9',
    {
      'in-verification': { who: VERIFIERS, to: 'waiting-for-response' },
      'staged-rollout': { who: ['mara'], to: 'waiting-for-response' },
    },
    {},
  ],
  [
    '/waiting critical it dies',
    {
      'in-verification': { who: VERIFIERS, to: 'waiting-for-response' },
      'staged-rollout': { who: ['mara'], to: 'waiting-for-response' },
    },
    {},
  ],
  [
    '/resume',
    { 'waiting-for-response': { who: VERIFIERS, but: '#9 is still open; closing it resumes.' } },
    { others: /^#9 is still open; closing it resumes\.$/ },
  ],
  [
    '/reject it is bad',
    { 'in-verification': { who: VERIFIERS, to: 'rejected' }, 'staged-rollout': { who: ['mara'], to: 'rejected' } },
    {},
  ],
  [
    '/accept enough',
    { 'staged-rollout': { who: ['mara'], but: 'Without every report it may pass after 28 days' } },
    {},
  ],
  ['/hold x', everywhere({ who: HOLDERS }), {}],
  ['/unhold', everywhere({ who: HOLDERS }), {}],
  [
    '/ea-teams lip',
    { ...everywhere({ who: ['mara'] }), 'umd-store': { who: ['mara'], but: 'Staged rollout is over.' } },
    {},
  ],
  [
    ACCEPT,
    { 'staged-rollout': { who: ['carla'] } },
    { others: /^Only members of the selected teams may report: cesga, lip\.$/, elsewhere: /, not in StagedRollout\.$/ },
  ],
  ['/release-type major', everywhere({ who: [...VERIFIERS, 'rolf'] }), {}],
  ['/rerun', { 'in-verification': { who: [...VERIFIERS, 'rolf'] } }, { elsewhere: /not in verification\.$|^Only / }],
  ['/emergency x', everywhere({ who: ['rolf'] }), {}],
  ['/confirm', everywhere({ who: ['vala', 'rolf'], but: 'Nobody of the release team has asked for it' }), {}],
  ['/no-emergency x', everywhere({ who: ['vala', 'rolf'], but: 'It is no emergency.' }), {}],
  ['/why', everywhere({ who: PEOPLE }), {}],
  ['/help', everywhere({ who: PEOPLE }), {}],
];

const asked = (it: History, act: () => void) => {
  const before = it.facts;
  act();
  const { standing, effects } = it.plan();
  it.facts = before;
  return { standing, effects, answer: standing.answers.at(-1) };
};

test.each(Object.entries(STAGES))(
  'in %s every command is granted to whom the table names, and to nobody else',
  (state, make) => {
    const it = make();
    expect(it.state).toBe(state);
    for (const [command, rights, { others = ONLY, elsewhere = NOWHERE }] of TABLE)
      for (const person of PEOPLE) {
        const right = rights[state];
        const may = right?.who.includes(person) === true;
        const { standing, answer } = asked(it, () => it.say(person, command));
        const told = `${person} ${command} in ${state}: ${answer?.sentence}`;
        expect([told, answer?.granted]).toEqual([told, may && right?.but === undefined]);
        if (right === undefined) expect(answer?.sentence).toMatch(elsewhere);
        else if (!may) expect(answer?.sentence).toMatch(others);
        else if (right.but !== undefined) expect(answer?.sentence).toContain(right.but);
        expect([told, standing.state]).toEqual([told, (may && right?.but === undefined && right.to) || state]);
      }
  },
);

/** The same of a PPA that is a confirmed emergency: what went the shortened way goes back. */
test.each(Object.keys(STAGES))('in %s a confirmed emergency is taken back by either group alone', (state) => {
  const it = STAGES[state]?.() ?? history();
  it.say('rolf', '/emergency x').reconcile();
  it.say('vala', '/confirm').reconcile();
  expect([state, it.state, it.plan().standing.urgent?.confirmedBy]).toEqual([state, state, 'vala']);
  for (const person of PEOPLE) {
    const may = person === 'vala' || person === 'rolf';
    const { standing, answer } = asked(it, () => it.say(person, '/no-emergency x'));
    expect([person, answer?.granted, standing.urgent === undefined]).toEqual([person, may, may]);
    if (!may) expect(answer?.sentence).toMatch(ONLY);
  }
});

const LABELS = [
  'Unverified',
  'In Verification',
  'Waiting for Response',
  'StagedRollout',
  'UMDStore',
  'Production',
  'Rejected',
  'Nonsense',
];

test.each(Object.entries(STAGES))(
  'in %s a label moves nothing but what its command would, and is put back with a reason',
  (state, make) => {
    const it = make();
    for (const name of LABELS)
      for (const person of PEOPLE) {
        const label = `RolloutProgress: ${name}`;
        if (it.facts.labels.includes(label)) continue;
        const { standing, effects, answer } = asked(it, () => it.label(person, label));
        const taken = state === 'unverified' && name === 'In Verification' && VERIFIERS.includes(person);
        const told = `${person} puts on ${name} in ${state}: ${answer?.sentence}`;
        expect([told, standing.state, answer?.granted]).toEqual([told, taken ? 'in-verification' : state, taken]);
        expect(answer?.sentence).not.toBe('');
        const off = effects.some((effect) => effect.kind === 'remove-label' && effect.label === label);
        expect([told, off]).toEqual([told, !taken]);
      }
  },
);

test.each(Object.entries(STAGES))(
  'in %s two labels, an unknown one or none are mended from the record, loudly',
  (_, make) => {
    const it = make();
    const own = it.facts.labels.find((label) => label.startsWith('RolloutProgress')) ?? '';
    const states = () => it.facts.labels.filter((label) => label.startsWith('RolloutProgress'));
    it.label('nobody', 'RolloutProgress: Production').label('nobody', 'RolloutProgress: Whatever').reconcile();
    expect([states(), it.lastAnswer?.granted]).toEqual([[own], false]);
    it.unlabel('nobody', own).reconcile();
    expect([states(), it.lastAnswer?.sentence]).toEqual([
      [own],
      'This label is kept by the reconciler; it was put back.',
    ]);
    expect(it.facts.sticky?.body).toContain('took off: ');
  },
);

test.each(['/emergency'])('%s is not for everybody', (command) => {
  const it = history();
  for (const person of ['vera', 'mara', 'rita', 'carla', 'nobody'])
    expect(asked(it, () => it.say(person, command)).answer).toMatchObject({ granted: false });
});

// The nearest by hand: one letter left out, doubled, exchanged or wrong.
test.each([
  ['/verfy', '/verify'],
  ['/wating #9', '/waiting #<issue>'],
  ['/resum', '/resume'],
  ['/ea-team lip', '/ea-teams <team>,<team>'],
  ['/reprot accept', '/report accept|reject <words>'],
  ['/acept x', '/accept <reason>'],
  ['/hodl x', '/hold <reason>'],
  ['/unhodl', '/unhold'],
  ['/rejct x', '/reject <reason>'],
  ['/release-typ minor', '/release-type major|minor|revision'],
  ['/emergancy', '/emergency'],
  ['/noemergency x', '/no-emergency <reason>'],
  ['/confrim', '/confirm'],
  ['/rerunn', '/rerun <criterion>'],
  ['/hwy', '/why'],
  ['/hlep', '/help'],
])('%s is answered with the nearest command, %s', (typo, usage) => {
  const it = history();
  const { answer, standing } = asked(it, () => it.say('vera', typo));
  expect(answer).toMatchObject({ granted: false, by: 'vera' });
  expect(answer?.sentence).toContain(`the nearest is \`${usage}`);
  expect(standing.state).toBe('unverified');
});
