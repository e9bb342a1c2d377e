import { dump } from 'js-yaml';
import {
  acceptRelease,
  areaHolds,
  arrive,
  checked,
  finishTexts,
  mustBeMerged,
  passVerification,
  ppaNamed,
  report,
  reportOf,
  submit,
  take,
  verifiedByMachine,
} from './acts.ts';
import { installOn, openSite, type SiteName, upgradeOn, versionOn } from './clients.ts';
import { commentsOf, headOf, labelsOf, ppasIn, progressOf, pullState } from './look.ts';
import { approve, comment } from './person.ts';
import type { Say, Station } from './progress.ts';
import { release, servedVersion, testedWhole } from './releasing.ts';
import { checklistOf, lockDigestOf, mustBeTaken, propose, rollBack, textOn } from './side-acts.ts';
import { must, pullOf, type Story } from './story.ts';
import { sleepUntil, until } from './wait.ts';

/**
 * The side ways of a release (domain.md sections 1, 3 and 7): an emergency and an exception while the candidate is frozen,
 * a PPA that is taken out of it, a release that is taken back.
 */

const FIXED = 'fetch-crl';
const names = ({ local }: Story) => {
  const update = local.world.release('fetch-crl-update');
  return {
    deb: ppaNamed(update, '.debian-12'),
    rpm: ppaNamed(update, '.rpm-on-debian'),
    anchors: local.world.release('igtf').ppas[0] as string,
  };
};
const SITES: readonly SiteName[] = ['debian-12', 'rpm-on-debian'];

/** What a site has installed, compared with what production is to give it. */
async function mustHave(story: Story, name: SiteName, part: string, say: Say): Promise<string> {
  const system = story.sites.get(name);
  const [has, served] = [
    system === undefined ? '' : await versionOn(name, system, FIXED),
    await servedVersion(story, name, part, FIXED),
  ];
  must(story, has === served && has !== '', `${name} has ${FIXED} ${has}, production gives ${served}.`);
  say(`${name}: ${FIXED} ${has}`);
  return has;
}

async function words(story: Story, pull: number): Promise<string> {
  return (await commentsOf(story, pull)).join('\n');
}

const stands: Station<Story> = {
  title: 'umd-5.0.0 is out; sites install it from production, while providers submit what is to come',
  async run(story, say) {
    const { world } = story.local;
    await submit(story, 'anchors', 'igtf', world.release('igtf'));
    await submit(story, 'provider', 'update', world.release('fetch-crl-update'));
    await until(story, 'umd-5.0.0 published', async () => (await ppasIn(story, 'production', 'base')).length === 2);
    for (const name of SITES) {
      const system = await openSite(name, story.local);
      story.sites.set(name, system);
      await installOn(name, system, [FIXED]);
      await mustHave(story, name, 'base', say);
    }
  },
};

const fill: Station<Story> = {
  title:
    'Trust anchors enter the candidate; of an update of fetch-crl the rpm is in staged rollout, the deb in verification',
  async run(story) {
    const { deb, rpm, anchors } = names(story);
    for (const name of ['igtf', 'update'])
      must(story, (await checked(story, name)) === 'success', `check-release did not pass ${name}.`);
    await acceptRelease(story, 'igtf', [anchors]);
    await acceptRelease(story, 'update', [deb, rpm]);
    for (const ppa of [anchors, rpm, deb]) await take(story, 'verifier', ppa);
    for (const ppa of [anchors, rpm, deb]) await verifiedByMachine(story, ppa);
    for (const ppa of [anchors, rpm]) await passVerification(story, 'verifier', ppa);
    await arrive(story, [anchors, rpm], 'StagedRollout');
    await report(story, 'cnaf', anchors, 'accept', 'All our hosts verify with them.');
    await mustBeMerged(story, anchors);
    await areaHolds(story, 'candidate', [anchors], 'updates');
    await areaHolds(story, 'untested', [deb]);
  },
};

const urgent: Station<Story> = {
  title: 'Frozen for umd-5.1.0: the release team declares the deb an emergency, the vulnerability group confirms',
  async run(story, say) {
    const { people, place } = story.local;
    const { deb, rpm } = names(story);
    await sleepUntil(story, new Date('2026-06-17T06:00:00Z'));
    await comment(people.releaseTeam, place, pullOf(story, deb), '/emergency CVE-2026-1234 is being exploited');
    await comment(people.verifier, place, pullOf(story, deb), '/confirm');
    await comment(people.security, place, pullOf(story, deb), '/confirm');
    await until(story, 'the emergency heard', async () =>
      (await labelsOf(story, pullOf(story, deb))).includes('Emergency'),
    );
    const said = await words(story, pullOf(story, deb));
    must(story, /Only @umd\/vulnerability-group may do this/.test(said), 'A verifier could confirm it.', [said]);
    await passVerification(story, 'verifier', deb, { onlyCritical: true });
    await arrive(story, [deb], 'StagedRollout');
    await areaHolds(story, 'testing', [deb, rpm]);
    await report(story, 'cesnet', deb, 'accept', 'Runs; the hole is closed.');
    for (const part of ['cesnet', 'cnaf'] as const) await report(story, part, rpm, 'accept', 'No problem seen.');
    await arrive(story, [deb, rpm], 'UMDStore');
    const { rows } = await reportOf(story, deb);
    const open = rows.filter(({ critical, result, machine }) => !critical && result === '' && machine !== 'OK');
    must(story, open.length > 0, 'Nothing was left out of its verification.');
    say(`without ${open.map(({ criterion }) => criterion).join(', ')}, and with one report of two`);
  },
};

const alone: Station<Story> = {
  title: 'Its own branch is tested on throw-away systems and tagged umd-5.0.1; a site upgrades with apt-get',
  async run(story, say) {
    const { people, place } = story.local;
    const { deb, rpm, anchors } = names(story);
    const branch = `emergency/${deb}`;
    await testedWhole(story, branch);
    const { data: runs } = await people.outsider.octokit.rest.actions.listWorkflowRunsForRepo({
      ...place,
      per_page: 100,
    });
    const tests = runs.workflow_runs.filter(({ display_title }) => display_title === `compose-release umd-5 ${branch}`);
    must(
      story,
      tests.some(({ conclusion }) => conclusion === 'success'),
      'compose-release did not test the emergency.',
    );
    const was = await versionOn('debian-12', story.sites.get('debian-12') as never, FIXED);
    await release(story, 'umd-5.0.1', branch);
    await areaHolds(story, 'production', [deb], 'updates');
    for (const name of SITES) await upgradeOn(name, story.sites.get(name) as never, [FIXED]);
    must(story, (await mustHave(story, 'debian-12', 'updates', say)) !== was, 'The site was not upgraded.');
    await mustHave(story, 'rpm-on-debian', 'base', say);
    await arrive(story, [deb], 'Production');
    const { state, merged } = await pullState(story, pullOf(story, deb));
    must(story, state === 'closed' && !merged, 'The emergency was merged with what its branch grew from.');
    await areaHolds(story, 'candidate', [deb, anchors], 'updates');
    const gone = await until(
      story,
      'the branch gone',
      async () => (await headOf(story, branch).catch(() => 'gone')) === 'gone',
    );
    must(story, gone, 'The branch of the emergency is still there.');
    must(story, (await progressOf(story, pullOf(story, rpm))) === 'UMDStore', 'The rpm travelled along.');
    await testedWhole(story);
  },
};

const exception: Station<Story> = {
  title:
    'The rpm is ready, too, and waits for the freeze to end; an exception with two approvers lets this one PPA through',
  async run(story, say) {
    const { people, place } = story.local;
    const { deb, rpm, anchors } = names(story);
    must(story, !(await pullState(story, pullOf(story, rpm))).merged, 'It entered a frozen candidate.');
    const why = await words(story, pullOf(story, rpm));
    must(story, /frozen for umd-5\.1\.0/.test(why), 'Nothing says that it waits for the freeze to end.', [why]);
    const lock = await lockDigestOf(story, rpm);
    const approvers = [people.releaseManager.login, people.releaseTeam.login];
    const entry = { ppa: rpm, lock, reason: 'The same hole is open there.', approvers, until: '2026-06-20' };
    const title = 'Let the rpm of fetch-crl through the freeze';
    const files = { 'releases/exceptions.yml': dump({ exceptions: [entry] }) };
    const pull = await propose(story, people.verifier, { branch: 'exception', title, files });
    await approve(people.releaseTeam, place, pull, 'Yes.');
    await story.local.runner.idle();
    must(story, !(await pullState(story, pull)).merged, 'One approver of two was enough.');
    await approve(people.releaseManager, place, pull, 'Yes.');
    await mustBeTaken(story, title);
    await mustBeMerged(story, rpm);
    await areaHolds(story, 'candidate', [deb, rpm, anchors], 'updates');
    say(`${rpm} is in the frozen candidate, by the digest ${lock.slice(0, 12)} of its lock`);
  },
};

const eject: Station<Story> = {
  title: 'The release manager ejects the trust anchors; the candidate is tested again and released as umd-5.1.0',
  async run(story, say) {
    const { people, place } = story.local;
    const { deb, rpm, anchors } = names(story);
    const list = await checklistOf(story, 'umd-5.1.0');
    await comment(people.verifier, place, list, `/eject ${anchors} I do not like it`);
    await comment(people.releaseManager, place, list, `/eject ${anchors} an authority in it is being withdrawn`);
    await arrive(story, [anchors], 'Rejected');
    const said = await words(story, pullOf(story, anchors));
    must(story, said.includes('an authority in it is being withdrawn'), 'Nobody is told why it left.', [said]);
    await areaHolds(story, 'candidate', [deb, rpm], 'updates');
    await finishTexts(story, 'umd-5.1.0');
    await mustBeMerged(story, 'texts/umd-5.1.0');
    const texts = (await textOn(story, 'releases/umd/5/umd-5.1.0.yml', 'candidate')) ?? '';
    must(story, texts.includes(rpm) && !texts.includes(anchors), 'The texts speak of what is not in it.', [texts]);
    await testedWhole(story);
    await sleepUntil(story, new Date('2026-06-24T08:00:00Z'));
    await release(story, 'umd-5.1.0');
    await areaHolds(story, 'production', [deb, rpm], 'updates');
    await upgradeOn('rpm-on-debian', story.sites.get('rpm-on-debian') as never, [FIXED]);
    await mustHave(story, 'rpm-on-debian', 'updates', say);
    await arrive(story, [rpm], 'Production');
  },
};

const back: Station<Story> = {
  title: 'npm run rollback takes umd-5.1.0 back; a fresh site gets the former version, and the lock stays withdrawn',
  async run(story, say) {
    const { people, place } = story.local;
    const { deb, rpm } = names(story);
    const pull = await rollBack(story, people.releaseManager, 'umd-5.1.0', 'It forgets revocations.');
    await story.local.runner.idle();
    must(story, !(await pullState(story, pull)).merged, 'Nobody had approved the rollback.');
    await approve(people.releaseTeam, place, pull, 'Seen it, too.');
    await mustBeTaken(story, 'Roll back umd-5.1.0');
    await areaHolds(story, 'production', [deb], 'updates');
    await areaHolds(story, 'candidate', [deb], 'updates');
    await story.sites.get('rpm-on-debian')?.destroy();
    const fresh = await openSite('rpm-on-debian', story.local);
    story.sites.set('rpm-on-debian', fresh);
    await installOn('rpm-on-debian', fresh, [FIXED]);
    await mustHave(story, 'rpm-on-debian', 'base', say);

    const declared = (await textOn(story, 'repos/umd.yml', 'main')) ?? '';
    must(story, declared.includes(`- ${rpm}`), 'It is not on the list of what is withdrawn.', [declared]);
    const files = { 'repos/umd.yml': declared.replace(`  - ${rpm}\n`, '').replace('withdrawn:\n', 'withdrawn: []\n') };
    const again = await propose(story, people.verifier, { branch: 'again', title: 'Let it come back', files });
    await approve(people.releaseTeam, place, again, 'Why not.');
    await sleepUntil(story, new Date('2026-06-26T08:00:00Z'));
    const refused = await words(story, again);
    must(story, /does not come back, a new version may/.test(refused), 'Nobody says why it stays withdrawn.', [
      refused,
    ]);
    must(story, !(await pullState(story, again)).merged, 'It was taken off the list.');
    await areaHolds(story, 'production', [deb], 'updates');
    await areaHolds(story, 'candidate', [deb], 'updates');
    say(`two days later ${rpm} has not come back`);
  },
};

export const SIDE_WAYS: readonly Station<Story>[] = [stands, fill, urgent, alone, exception, eject, back];
