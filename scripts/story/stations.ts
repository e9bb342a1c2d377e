import {
  acceptRelease,
  areaHolds,
  arrive,
  checked,
  finishTexts,
  mustBeMerged,
  opened,
  passVerification,
  ppaNamed,
  report,
  submit,
  take,
  verifiedByMachine,
} from './acts.ts';
import { installOn, openSite, type SiteName, upgradeOn, versionOn } from './clients.ts';
import { commentsOf, openPulls, progressOf, published, pullState } from './look.ts';
import { closeIssue, comment, label, merge, openIssue } from './person.ts';
import type { Station } from './progress.ts';
import { release, servedVersion, testedWhole } from './releasing.ts';
import { must, pullOf, type Story } from './story.ts';
import { sleepUntil, until } from './wait.ts';

/** The stations of the first journey, in the order in which they are passed. The process: domain.md sections 3 and 7. */

const first = ({ local }: Story) => local.world.release('first');
const names = (story: Story) => {
  const file = first(story);
  return {
    voms: ppaNamed(file, '.voms.'),
    deb: ppaNamed(file, '.fetch-crl.debian-12'),
    rpm: ppaNamed(file, '.fetch-crl.rpm-on-debian'),
  };
};
const only = (story: Story, release: 'bdii' | 'igtf'): string => story.local.world.release(release).ppas[0] as string;

const announce: Station<Story> = {
  title: 'Providers open release pull requests; check-release passes one and refuses its faulty twin',
  async run(story, say) {
    const { world } = story.local;
    await submit(story, 'provider', 'first', first(story));
    await submit(story, 'provider', 'faulty', world.faulty);
    await submit(story, 'provider', 'bdii', world.release('bdii'));
    await submit(story, 'anchors', 'igtf', world.release('igtf'));
    must(
      story,
      (await checked(story, 'first')) === 'success',
      'check-release did not pass the first release.',
      await commentsOf(story, pullOf(story, 'first')),
    );
    const preview = (await commentsOf(story, pullOf(story, 'first'))).join('\n');
    for (const ppa of first(story).ppas)
      must(story, preview.includes(ppa), `The preview does not name ${ppa}.`, [preview]);
    must(story, (await checked(story, 'faulty')) === 'failure', 'check-release passed the faulty release.');
    const refusal = (await commentsOf(story, pullOf(story, 'faulty'))).join('\n');
    for (const { line, code } of world.faulty.faults) {
      const told = refusal
        .split('\n')
        .some((text) => text.includes(`${world.faulty.path}:${line}`) && text.includes(code));
      must(story, told, `The refusal does not tell ${code} on line ${line}.`, [refusal]);
    }
    say(`the twin was refused with all ${world.faulty.faults.length} faults, each with file and line`);
  },
};

const split: Station<Story> = {
  title: 'The release team merges; the bouncer fetches, checks, pools and opens one pull request per PPA',
  async run(story, say) {
    const { world, people, place } = story.local;
    for (const name of ['bdii', 'igtf'] as const)
      must(
        story,
        (await checked(story, name)) === 'success',
        `check-release did not pass ${name}.`,
        await commentsOf(story, pullOf(story, name)),
      );
    const releases = { first: first(story), bdii: world.release('bdii'), igtf: world.release('igtf') };
    for (const name of Object.keys(releases)) await merge(people.releaseTeam, place, pullOf(story, name));
    for (const [name, { ppas }] of Object.entries(releases)) await opened(story, name, ppas);
    const all = Object.values(releases).flatMap(({ ppas }) => ppas);
    await areaHolds(story, 'untested', all);
    say(`in untested: ${all.join(', ')}`);
  },
};

const verify: Station<Story> = {
  title: 'Verifiers take the PPAs; each is installed and judged on a throw-away system',
  async run(story, say) {
    const { voms, deb, rpm } = names(story);
    const bdii = only(story, 'bdii');
    await take(story, 'verifier', voms);
    await take(story, 'secondVerifier', rpm);
    await label(
      story.local.people.secondVerifier,
      story.local.place,
      pullOf(story, deb),
      'RolloutProgress: In Verification',
    );
    await take(story, 'verifier', bdii);
    await take(story, 'verifier', only(story, 'igtf'));
    const all = [voms, deb, rpm, bdii, only(story, 'igtf')];
    await arrive(story, all, 'In Verification');
    for (const ppa of all) {
      const { rows } = await verifiedByMachine(story, ppa);
      const results = rows.filter(({ machine }) => machine !== '').map(({ machine }) => machine);
      say(`${ppa}: ${results.length} automated criteria, ${results.filter((result) => result === 'OK').length} OK`);
    }
  },
};

const sideways: Station<Story> = {
  title:
    'One PPA waits for its provider over a problem ticket and comes back; one is rejected; a label out of turn is put back',
  async run(story, say) {
    const { people, place } = story.local;
    const { voms, deb } = names(story);
    const bdii = only(story, 'bdii');
    const body = 'Criticality: critical. Workaround: none.\n\nThe timer does not start after a fresh install.';
    const ticket = await openIssue(people.secondVerifier, place, {
      title: 'UMD Verification: fetch-crl timer does not start',
      body,
    });
    story.tickets.set('fetch-crl', ticket);
    await comment(people.secondVerifier, place, pullOf(story, deb), `/waiting #${ticket}`);
    await arrive(story, [deb], 'Waiting for Response');
    await comment(
      people.verifier,
      place,
      pullOf(story, bdii),
      '/reject it listens on every address before it is configured, which is a critical criterion',
    );
    await arrive(story, [bdii], 'Rejected');
    must(story, (await pullState(story, pullOf(story, bdii))).state === 'closed', 'The rejected PPA is still open.');
    await areaHolds(story, 'untested', [...first(story).ppas, only(story, 'igtf')]);
    await label(people.criteria, place, pullOf(story, voms), 'RolloutProgress: UMDStore');
    await until(
      story,
      'a label set out of turn put back',
      async () => (await progressOf(story, pullOf(story, voms))) === 'In Verification',
    );
    await comment(people.provider, place, ticket, 'Mended in our packaging; please try again.');
    await closeIssue(people.secondVerifier, place, ticket);
    await arrive(story, [deb], 'In Verification');
    say(`ticket #${ticket} was solved; ${bdii} is rejected and gone from untested`);
  },
};

const toTesting: Station<Story> = {
  title: 'Verifiers complete and approve; the packages move from untested to testing',
  async run(story) {
    const { voms, deb, rpm } = names(story);
    await passVerification(story, 'verifier', voms);
    await passVerification(story, 'secondVerifier', deb);
    await passVerification(story, 'secondVerifier', rpm);
    await passVerification(story, 'verifier', only(story, 'igtf'));
    const all = [voms, deb, rpm, only(story, 'igtf')];
    await arrive(story, all, 'StagedRollout');
    await areaHolds(story, 'testing', all);
    await areaHolds(story, 'untested', []);
  },
};

const rollout: Station<Story> = {
  title: 'Two early adopter teams report; the PPAs become UMDStore and are merged into the candidate',
  async run(story) {
    const { voms, deb, rpm } = names(story);
    for (const ppa of [voms, deb, rpm])
      await report(story, 'cesnet', ppa, 'accept', 'Runs on two of our production hosts since Monday.');
    await story.local.runner.idle();
    must(story, (await progressOf(story, pullOf(story, voms))) === 'StagedRollout', 'One report of two was enough.');
    for (const ppa of [voms, deb, rpm]) await report(story, 'cnaf', ppa, 'accept', 'No problem seen.');
    for (const ppa of [voms, deb, rpm]) await mustBeMerged(story, ppa);
    await areaHolds(story, 'candidate', [voms, deb, rpm], 'base');
    await areaHolds(story, 'testing', [only(story, 'igtf')]);
  },
};

const freeze: Station<Story> = {
  title:
    'The release manager finishes the texts; the calendar freezes the candidate; a PPA that becomes ready now waits',
  async run(story, say) {
    const ppa = only(story, 'igtf');
    await sleepUntil(story, new Date('2026-06-17T08:00:00Z'));
    await finishTexts(story, 'umd-5.0.0');
    await mustBeMerged(story, 'texts/umd-5.0.0');
    await sleepUntil(story, new Date('2026-06-24T06:00:00Z'));
    await report(story, 'cnaf', ppa, 'accept', 'All our hosts verify with the new anchors.');
    await arrive(story, [ppa], 'UMDStore');
    const { merged } = await pullState(story, pullOf(story, ppa));
    must(story, !merged, 'A PPA was merged into a frozen candidate.');
    const why = (await commentsOf(story, pullOf(story, ppa))).join('\n');
    must(story, /frozen/i.test(why), 'Nothing says that the PPA waits for the freeze to end.', [why]);
    await testedWhole(story);
    say(`${ppa} is ready and waits for the release`);
  },
};

const releaseBase: Station<Story> = {
  title:
    'The release manager tags umd-5.0.0: main moves, production base is the tested candidate, the waiting PPA moves on',
  async run(story, say) {
    const { voms, deb, rpm } = names(story);
    const before = snapshots(await published(story), 'candidate', 'base');
    await sleepUntil(story, new Date('2026-07-01T08:00:00Z'));
    await release(story, 'umd-5.0.0');
    await areaHolds(story, 'production', [voms, deb, rpm], 'base');
    const after = snapshots(await published(story), 'production', 'base');
    must(story, before === after, 'Production is not what was tested as candidate.', [before, after]);
    const { data: said } = await story.local.people.outsider.octokit.rest.repos.getReleaseByTag({
      ...{ ...story.local.place, tag: 'umd-5.0.0' },
    });
    must(story, /## Known issues\n\S/.test(said.body ?? ''), 'The release does not carry its texts.', [
      said.body ?? '',
    ]);
    await arrive(story, [voms, deb, rpm], 'Production');
    await mustBeMerged(story, only(story, 'igtf'));
    await areaHolds(story, 'candidate', [only(story, 'igtf')], 'updates');
    say(`production base: ${after}`);
  },
};

/** What an area's repositories hold, comparable across areas: packages by platform, not paths. */
function snapshots(repositories: Awaited<ReturnType<typeof published>>, area: string, part: string): string {
  const found = repositories.filter((one) => one.area === area && one.part === part);
  return found
    .map(
      ({ os, packages }) =>
        `${os}: ${packages
          .map(({ name, version }) => `${name} ${version}`)
          .sort()
          .join(', ')}`,
    )
    .sort()
    .join('; ');
}

const update: Station<Story> = {
  title: 'A second release, umd-5.1.0, brings an update of fetch-crl and the trust anchors',
  async run(story) {
    const file = story.local.world.release('fetch-crl-update');
    await submit(story, 'provider', 'fetch-crl-update', file);
    must(
      story,
      (await checked(story, 'fetch-crl-update')) === 'success',
      'check-release did not pass the update.',
      await commentsOf(story, pullOf(story, 'fetch-crl-update')),
    );
    await acceptRelease(story, 'fetch-crl-update', file.ppas);
    for (const ppa of file.ppas) await take(story, 'verifier', ppa);
    for (const ppa of file.ppas) await verifiedByMachine(story, ppa);
    for (const ppa of file.ppas) await passVerification(story, 'verifier', ppa);
    await arrive(story, file.ppas, 'StagedRollout');
    for (const ppa of file.ppas) {
      await report(story, 'cesnet', ppa, 'accept', 'Upgraded without a hitch.');
      await report(story, 'cnaf', ppa, 'accept', 'Fine.');
    }
    for (const ppa of file.ppas) await mustBeMerged(story, ppa);
    await areaHolds(story, 'candidate', [...file.ppas, only(story, 'igtf')], 'updates');
    await sleepUntil(story, new Date('2026-08-06T08:00:00Z'));
    await finishTexts(story, 'umd-5.1.0');
    await mustBeMerged(story, 'texts/umd-5.1.0');
    await sleepUntil(story, new Date('2026-08-13T06:00:00Z'));
    await testedWhole(story);
    await sleepUntil(story, new Date('2026-08-20T08:00:00Z'));
    await release(story, 'umd-5.1.0');
    await areaHolds(story, 'production', [...file.ppas, only(story, 'igtf')], 'updates');
    must(
      story,
      [...(await openPulls(story)).keys()].every((title) => title === 'Release faulty'),
      'A pull request is left open.',
    );
  },
};

const PRODUCTS: Readonly<Record<SiteName, readonly string[]>> = {
  'debian-12': ['voms-server', 'voms-clients', 'fetch-crl'],
  'rpm-on-debian': ['fetch-crl'],
};
const SITES = Object.keys(PRODUCTS) as readonly SiteName[];

const install: Station<Story> = {
  title: 'Sites install umd-5.0.0 with apt and dnf from production, signatures on',
  async run(story, say) {
    for (const name of SITES) {
      const system = await openSite(name, story.local);
      story.sites.set(name, system);
      await installOn(name, system, PRODUCTS[name]);
      for (const each of PRODUCTS[name]) {
        const version = await versionOn(name, system, each);
        must(
          story,
          version === (await servedVersion(story, name, 'base', each)),
          `${name} has ${each} ${version}, not the released one.`,
        );
        say(`${name}: ${each} ${version}`);
      }
    }
  },
};

const upgrade: Station<Story> = {
  title: 'The same sites upgrade to umd-5.1.0',
  async run(story, say) {
    for (const [name, system] of story.sites) {
      await upgradeOn(name, system, PRODUCTS[name]);
      const version = await versionOn(name, system, 'fetch-crl');
      must(
        story,
        version === (await servedVersion(story, name, 'updates', 'fetch-crl')),
        `${name} has fetch-crl ${version}, not the update.`,
      );
      say(`${name}: fetch-crl ${version}`);
    }
  },
};

export const STATIONS: readonly Station<Story>[] = [
  announce,
  split,
  verify,
  sideways,
  toTesting,
  rollout,
  freeze,
  releaseBase,
  install,
  update,
  upgrade,
];
