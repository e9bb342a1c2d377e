import { dump, load } from 'js-yaml';
import type { ReleaseFile } from '#scripts/world/releases.ts';
import { LANE, ORG, type Part } from './cast.ts';
import { checkOf, commentsOf, openPulls, ppasIn, progressOf, published, pullState } from './look.ts';
import { approve, comment, commitFiles, editFile, fork, merge, openIssue, openPull } from './person.ts';
import { pullOf, type Story, StoryFault } from './story.ts';
import { until } from './wait.ts';

/** What people do in the story, in one sentence each. */

/** A provider opens a release pull request from a fork of its own. */
export async function submit(
  story: Story,
  part: Part,
  name: string,
  file: Pick<ReleaseFile, 'path' | 'xml'>,
): Promise<number> {
  const { local, pulls } = story;
  const who = local.people[part];
  const copy = await fork(who, local.place);
  const branch = `release-${name}`;
  const { data: upstream } = await who.octokit.rest.git.getRef({ ...local.place, ref: 'heads/candidate' });
  await who.octokit.rest.git.updateRef({ ...copy, ref: 'heads/candidate', sha: upstream.object.sha, force: true });
  await commitFiles(who, copy, {
    branch,
    from: 'candidate',
    message: `Release ${name}`,
    files: { [file.path]: file.xml },
  });
  const head = `${who.login}:${branch}`;
  const number = await openPull(who, local.place, {
    head,
    base: 'candidate',
    title: `Release ${name}`,
    body: `We release ${name}.`,
  });
  pulls.set(name, number);
  return number;
}

/** Waits for the verdict of check-release on the pull request's head. */
export async function checked(story: Story, name: string): Promise<string> {
  const pull = pullOf(story, name);
  return until(story, `check-release of ${name}`, async () =>
    checkOf(story, (await pullState(story, pull)).head.sha, 'check-release'),
  );
}

/** A member of the release team merges a release; the bouncer opens the pull requests of its PPAs. */
export async function acceptRelease(story: Story, name: string, ppas: readonly string[]): Promise<void> {
  await merge(story.local.people.releaseTeam, story.local.place, pullOf(story, name));
  await opened(story, name, ppas);
}

/** The pull requests of a merged release's PPAs are open, and untouched. */
export async function opened(story: Story, name: string, ppas: readonly string[]): Promise<void> {
  const found = await until(story, `the PPAs of ${name} opened`, async () => {
    const open = await openPulls(story);
    return ppas.every((ppa) => open.has(ppa)) ? open : undefined;
  });
  for (const ppa of ppas) story.pulls.set(ppa, found.get(ppa) as number);
  await arrive(story, ppas, 'Unverified');
}

export async function arrive(story: Story, ppas: readonly string[], state: string): Promise<void> {
  for (const ppa of ppas) {
    const pull = pullOf(story, ppa);
    const look = async () => (await progressOf(story, pull)) === state;
    await until(story, `${ppa} in ${state}`, look).catch(async (fault: Error) => {
      throw new StoryFault(fault.message, await commentsOf(story, pull));
    });
  }
}

/** The area holds exactly these, as its published state says. */
export async function areaHolds(story: Story, area: string, ppas: readonly string[], part?: string): Promise<void> {
  const wanted = [...ppas].sort().join(' ');
  let found: string[] = [];
  await until(
    story,
    `${area}${part === undefined ? '' : `/${part}`} holds ${wanted === '' ? 'nothing' : wanted}`,
    async () => {
      found = await ppasIn(story, area, part);
      return found.join(' ') === wanted;
    },
  ).catch((fault: Error) => {
    throw new StoryFault(fault.message, [`it holds: ${found.join(' ')}`]);
  });
}

export async function take(story: Story, part: Part, ppa: string): Promise<void> {
  await comment(story.local.people[part], story.local.place, pullOf(story, ppa), '/verify');
}

interface Row {
  criterion: string;
  critical: boolean;
  by: 'machine' | 'verifier';
  machine: string;
  result: string;
  comment: string;
}
interface Report {
  verifier: string;
  hours: number | null;
  outcome: string;
  summary: string;
  tickets: string[];
  rows: Row[];
}

async function reportPath(story: Story, ppa: string): Promise<string> {
  const { octokit } = story.local.people.outsider;
  const { data } = await octokit.rest.pulls.listFiles({ ...story.local.place, pull_number: pullOf(story, ppa) });
  const path = data.find(({ filename }) => filename.endsWith('/verification.yml'))?.filename;
  if (path === undefined) throw new StoryFault(`The pull request of ${ppa} has no verification.yml.`);
  return path;
}

export async function reportOf(story: Story, ppa: string): Promise<Report> {
  const { octokit } = story.local.people.outsider;
  const path = await reportPath(story, ppa);
  const { data } = await octokit.rest.repos.getContent({
    ...story.local.place,
    path,
    ref: `ppa/${ppa}`,
    mediaType: { format: 'raw' },
  });
  return load(String(data)) as Report;
}

/** The machine's rows are in the report of the PPA. */
export async function verifiedByMachine(story: Story, ppa: string): Promise<Report> {
  return until(story, `the automated rows of ${ppa}`, async () => {
    const report = await reportOf(story, ppa);
    return report.rows.some(({ machine }) => machine !== '') && report;
  });
}

/** What suffices for an emergency: the critical criteria. */
interface Thoroughness {
  readonly onlyCritical?: boolean;
}

/** The verifier answers what the machine could not, says how long it took and what came of it. */
async function completeReport(
  story: Story,
  part: Part,
  ppa: string,
  { onlyCritical = false }: Thoroughness,
): Promise<void> {
  const who = story.local.people[part];
  const path = await reportPath(story, ppa);
  const tickets = await ticketsFor(story, part, ppa);
  const edit = (text: string): string => {
    const report = load(text) as Report;
    const answer = (row: Row): Row => {
      if (onlyCritical && !row.critical) return row;
      return row.by === 'machine' ? explain(row) : { ...row, result: 'OK', comment: 'Read, and tried by hand.' };
    };
    return dump(
      {
        ...report,
        verifier: who.login,
        hours: 2.5,
        outcome: 'accepted',
        tickets: [...report.tickets, ...tickets],
        summary: `Tried on a clean system for ${LANE}.`,
        rows: report.rows.map(answer),
      },
      { lineWidth: -1 },
    );
  };
  await editFile(who, story.local.place, { branch: `ppa/${ppa}`, path, message: `Report of ${ppa} completed`, edit });
}

/** What the machine saw fail without being critical is told to the provider in a problem ticket. */
async function ticketsFor(story: Story, part: Part, ppa: string): Promise<string[]> {
  const failing = (await reportOf(story, ppa)).rows.filter(({ machine }) => machine === 'FAIL');
  if (failing.length === 0) return [];
  const body = failing.map(({ criterion, comment: said }) => `- ${criterion}: ${said}`).join('\n');
  const title = `UMD Verification: ${ppa} fails ${failing.map(({ criterion }) => criterion).join(', ')}`;
  const issue = { title, body: `Criticality: not critical. Workaround: none needed.\n\n${body}` };
  return [`#${await openIssue(story.local.people[part], story.local.place, issue)}`];
}

/** A warning, or what the machine left open, wants a word of a person. */
function explain(row: Row): Row {
  if (row.machine === 'Not tested') return { ...row, result: 'OK', comment: 'Tried by hand.' };
  return ['WARNING', 'NA', 'Not tested', 'FAIL'].includes(row.machine)
    ? { ...row, comment: 'Seen; told to the provider, no obstacle.' }
    : row;
}

/** Completes the report and approves it as it stands then. */
export async function passVerification(
  story: Story,
  part: Part,
  ppa: string,
  thoroughness: Thoroughness = {},
): Promise<void> {
  await completeReport(story, part, ppa, thoroughness);
  await approve(story.local.people[part], story.local.place, pullOf(story, ppa), 'Criteria met.');
}

/** An early adopter team reports, naming what it tried as the testing repository said it. */
export async function report(
  story: Story,
  part: Part,
  ppa: string,
  outcome: 'accept' | 'reject',
  words: string,
): Promise<void> {
  const testing = (await published(story)).filter(({ area }) => area === 'testing');
  const tried = testing.flatMap(({ packages }) => packages).filter((each) => each.ppa === ppa);
  const lines = [...new Set(tried.map(({ name, version }) => `package: ${name} ${version}`))];
  const text = [`/report ${outcome} ${words}`, ...lines].join('\n');
  await comment(story.local.people[part], story.local.place, pullOf(story, ppa), text);
}

export async function mustBeMerged(story: Story, ppa: string): Promise<void> {
  const pull = pullOf(story, ppa);
  await until(story, `${ppa} merged into the candidate`, async () => (await pullState(story, pull)).merged);
}

/** The release manager finishes the drafted texts of a release, in his own words where the draft wants them, and approves. */
export async function finishTexts(story: Story, tag: string): Promise<void> {
  const { octokit } = story.local.people.outsider;
  const manager = story.local.people.releaseManager;
  const branch = `texts/${tag}`;
  const pull = await until(story, `the texts of ${tag} drafted`, async () => {
    const { data } = await octokit.rest.pulls.list({ ...story.local.place, head: `${ORG}:${branch}` });
    return data[0]?.number;
  });
  story.pulls.set(branch, pull);
  await editFile(manager, story.local.place, {
    ...{ branch, path: `releases/umd/5/${tag}.yml`, message: `Texts of ${tag} finished` },
    edit: (text) => text.replace(/\[to be written: [^\]]*\]/, `${tag} is what sites were asking for.`),
  });
  await approve(manager, story.local.place, pull, 'Read and finished.');
}

/** A PPA of the world's release, by its product and platform. */
export function ppaNamed(file: ReleaseFile, start: string): string {
  const found = file.ppas.filter((ppa) => ppa.includes(start));
  if (found.length !== 1) throw new StoryFault(`${start} names ${found.length} PPAs of ${file.path}.`);
  return found[0] as string;
}
