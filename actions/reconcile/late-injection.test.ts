import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeStage, PLACE, type Stage } from './testing/stage.ts';
import { folderOf, type Product } from './testing/world.ts';

/** A merged release that the bouncer does not split in time: the built reconciler against the embedded forge. */

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.close());

const voms: Product = { product: 'voms', version: '3.0.0' };
let pull = 0;
let head = '';

async function look() {
  const { code, log, writes, requests } = await stage.reconcile();
  expect(code, log).toBe(0);
  return { writes, requests };
}
async function said() {
  const { data: checks } = await stage.bot.rest.checks.listForRef({ ...PLACE, ref: head, check_name: 'split-release' });
  const { data: comments } = await stage.bot.rest.issues.listComments({ ...PLACE, issue_number: pull });
  const bodies = comments.map(({ body = '' }) => body);
  const [check, ...more] = checks.check_runs;
  expect(more).toEqual([]);
  const sticky = bodies.filter((body) => body.startsWith('<!-- provisioning')).map((body) => body.split('\n').slice(1));
  expect(sticky.length).toBe(1);
  const notices = bodies.filter((body) => body.includes('umd:notice')).map((body) => body.split('\n')[1]);
  return {
    conclusion: check?.conclusion,
    summary: check?.output.summary,
    sticky: sticky[0]?.join('\n') ?? '',
    notices,
  };
}

test('merged on a Saturday it is to be split until Friday: both places say so, and nobody is rung', async () => {
  const vera = stage.as('vera');
  const { data: base } = await vera.rest.git.getRef({ ...PLACE, ref: 'heads/candidate' });
  await vera.rest.git.createRef({ ...PLACE, ref: 'refs/heads/release', sha: base.object.sha });
  await stage.put('vera', 'release', `${folderOf(voms)}/release.xml`, '<x/>');
  const { data } = await vera.rest.pulls.create({ ...PLACE, head: 'release', base: 'candidate', title: 'voms 3' });
  [pull, head] = [data.number, data.head.sha];
  await stage.bot.rest.pulls.merge({ ...PLACE, pull_number: pull, sha: head });
  await look();
  expect(await stage.runner.queued()).toContain('split-release');
  const { conclusion, summary, sticky, notices } = await said();
  expect([conclusion, sticky, notices]).toEqual(['neutral', summary, []]);
  expect(summary).toContain(`The bouncer fetches and splits ${folderOf(voms)}, until 2026-01-16.`); // 10 January 2026 is a Saturday
});

test('on the last day nothing changes; the day after the release team is named, and told once', async () => {
  stage.forge.admin.set(new Date('2026-01-16T23:50:00Z'));
  await look();
  expect((await said()).conclusion).toBe('neutral');
  stage.forge.admin.set(new Date('2026-01-17T08:00:00Z'));
  await look();
  const { conclusion, summary, sticky, notices } = await said();
  expect([conclusion, sticky]).toEqual(['action_required', summary]);
  expect(summary).toContain(
    `Not all PPAs of ${folderOf(voms)} were opened by 2026-01-16, 5 working days after it was merged.`,
  );
  expect(notices).toEqual([expect.stringMatching(/^@tom Not all PPAs .*Who must act: @umd\/release-team/)]);
});

test('while nothing changes it is neither said nor asked for again', async () => {
  expect((await look()).writes).toEqual([]);
  await stage.remember();
  const remembered = await look();
  await stage.remember();
  const again = await look();
  expect([remembered.writes, again.writes, again.requests]).toEqual([[], [], remembered.requests]);
});

test('when its PPA is opened both places say that', async () => {
  await stage.remember();
  const opened = await stage.openPpa(voms);
  await stage.bot.rest.pulls.update({
    ...{ ...PLACE, pull_number: opened },
    body: `<!-- umd:ppa release=${folderOf(voms)} xml=0 of=1 from=${pull} -->`,
  });
  await look();
  const { conclusion, summary, sticky, notices } = await said();
  expect([conclusion, notices.length]).toEqual(['success', 1]);
  expect(summary).toContain('All PPAs of this release are opened.');
  expect(sticky).toContain(`| #${opened} | Unverified |`);
  await stage.remember();
  expect((await look()).writes).toEqual([]);
});
