import { expect, test } from 'vitest';
import { type Injection, injectionDue, planInjection, whyOfInjection } from './injection.ts';
import { history } from './testing/history.ts';

// By a wall calendar of January 2026: the 5th is a Monday, the 9th a Friday, the 10th and 11th a weekend.
test.each([
  ['2026-01-05T08:00:00Z', '2026-01-12'],
  ['2026-01-07T23:59:59Z', '2026-01-14'],
  ['2026-01-09T08:00:00Z', '2026-01-16'],
  ['2026-01-10T08:00:00Z', '2026-01-16'],
  ['2026-01-11T08:00:00Z', '2026-01-16'],
])('merged on %s it is to be injected until %s', (mergedAt, due) => expect(injectionDue(mergedAt)).toBe(due));

const folder = 'releases/umd/5/INFN/voms-2.1.0';
const injection: Injection = { folder, pull: 3, mergedAt: '2026-01-09T08:00:00Z', head: 'a'.repeat(40), timeline: [] };
const on = (now: string) => ({ ...history().world, now: new Date(now) });

test('until then the bouncer is given time; a day later it is said once who must act, and to the provider', () => {
  const last = on('2026-01-16T23:59:59Z');
  expect(whyOfInjection(injection, last)).toMatchObject({ verdict: 'temporarily', until: '2026-01-16' });
  expect(planInjection(injection, last)).toEqual([]);
  const late = on('2026-01-17T00:00:00Z');
  expect(whyOfInjection(injection, late)).toMatchObject({
    verdict: 'waiting for item',
    sentence: `Not all PPAs of ${folder} were opened by 2026-01-16, 5 working days after it was merged.`,
  });
  const [notice, ...more] = planInjection(injection, late);
  expect([notice?.kind, more]).toEqual(['notice', []]);
  const body = notice?.kind === 'notice' ? notice.body : '';
  expect(body).toMatch(/@toni Not all PPAs .*Who must act: @umd\/release-team/s);
  const said = { kind: 'commented', id: 'c1', at: '2026-01-17T00:00:00Z', edited: false, body } as const;
  const by = { login: 'umd-bot[bot]', ours: true, bot: true };
  expect(planInjection({ ...injection, timeline: [{ ...said, by }] }, late)).toEqual([]);
});
