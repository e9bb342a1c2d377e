import type { Lock } from '#core/ppa/lock.ts';
import { parsePpaName } from '#core/ppa/ppa.ts';
import type { ReleaseProduct } from '#core/release/release.ts';
import { type Advisory, advisoryOf } from '#core/repository/advisory.ts';
import { grouped } from '#core/repository/group.ts';
import type { RolloutRecord } from '#core/rollout/record.ts';
import { byText } from '#core/text.ts';
import { resultOf, type Verification } from '#core/verification/verification.ts';

/** Everything that is known of one PPA that is new in a release; what cannot be read any more is absent. */
export interface Source {
  readonly lock: Lock;
  /** Of its release.xml. */
  readonly product?: ReleaseProduct;
  readonly verification?: Verification;
  readonly record?: RolloutRecord;
}

/** What the texts say of one product of one release, on all its platforms together. '' where there is nothing to say. */
export interface Part {
  readonly heading: string;
  readonly releaseNotes: string;
  readonly installationNotes: string;
  readonly knownIssues: string;
  readonly changeLog: string;
}

/** A part for each product, by name. */
export function partsOf(sources: readonly Source[]): Part[] {
  const products = grouped(sources, ({ lock }) => `${lock.product} ${lock.release} ${lock.version}`);
  return [...products]
    .sort(([one], [other]) => byText(one, other))
    .map(([, ppas]) => [...ppas].sort((a, b) => byText(a.lock.ppa, b.lock.ppa)))
    .map(partOf);
}

function partOf(ppas: readonly Source[]): Part {
  const [first] = ppas;
  if (first === undefined) throw new Error('A product without a PPA.');
  const { lock, product } = first;
  // What updateinfo.xml tells dnf and what the release tells people is one and the same.
  const advisory = product === undefined ? undefined : advisoryOf(lock, product);
  const platforms = ppas.map((each) => platformOf(each.lock)).join(', ');
  return {
    heading: `${advisory?.title ?? `${lock.product} ${lock.version}`} of ${lock.provider} (${lock.type}; ${platforms})`,
    releaseNotes: [...security(advisory), ...said(advisory?.description)].join('\n'),
    installationNotes: installation(ppas).join('\n'),
    knownIssues: [...new Set(ppas.flatMap(issuesOf))].join('\n'),
    changeLog: said(product?.changeLog).join('\n'),
  };
}

function platformOf({ ppa }: Lock): string {
  const id = parsePpaName(ppa);
  return id === undefined ? '' : `${id.os}/${id.arch}`;
}

function security(advisory: Advisory | undefined): string[] {
  if (advisory?.kind !== 'security') return [];
  const severity = advisory.severity === 'None' ? '' : `, ${advisory.severity.toLowerCase()}`;
  const cves = advisory.cves.length === 0 ? '' : `: ${advisory.cves.join(', ')}`;
  return [`Security update${severity}${cves}.`];
}

function installation(ppas: readonly Source[]): string[] {
  const [first] = ppas;
  const links = first?.product?.documentationLinks ?? [];
  // domain.md section 4: a major release may break compatibility.
  const major =
    first?.lock.type === 'major' ? [`May break compatibility: read ${links.join(', ') || 'its notes'}.`] : [];
  return [...major, ...new Set(ppas.flatMap(({ verification }) => said(verification?.forEarlyAdopters)))];
}

/** What verification and early adopters found and let pass (domain.md section 7: known issues from their findings). */
function issuesOf({ lock, verification, record }: Source): string[] {
  const on = platformOf(lock);
  const rows = verification?.rows ?? [];
  const found = rows
    .filter((row) => ['WARNING', 'FAIL'].includes(resultOf(row)))
    .map(({ name, comment, found: machine }) => `- ${on}: ${name}: ${oneLine(comment || machine)}`);
  const reported = record?.reports ?? [];
  return [
    ...found,
    ...reported
      .filter(({ outcome, issues = '' }) => outcome === 'accept' && issues.trim() !== '')
      .map(({ team, issues = '' }) => `- ${on}: ${oneLine(issues)} (early adopter ${team})`),
    ...[...new Set([...(record?.tickets ?? []), ...(verification?.tickets ?? [])])].map(
      (ticket) => `- ${on}: ticket ${ticket}`,
    ),
  ];
}

const LONGEST = 4000;

/** A stranger's text: no control characters, not without end. */
function said(text = ''): string[] {
  const plain = text
    .replaceAll('\r\n', '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
  if (plain === '') return [];
  return [plain.length <= LONGEST ? plain : `${plain.slice(0, LONGEST)}…`];
}

function oneLine(text: string): string {
  return said(text).join('').replaceAll(/\s+/g, ' ');
}
