import type { Lock } from '#core/ppa/lock.ts';
import type { PpaPlan } from '#core/release/plan.ts';
import { stateLabel } from '#core/rollout/state.ts';
import { marker, quoted, readMarker, table } from './markdown.ts';

const TYPES = { major: 'Major', minor: 'Minor', revision: 'Revision' } as const;

/** Labels a PPA is born with (design.md section 2). */
export function birthLabels({ type }: Pick<Lock, 'type'>, major: number, emergency: boolean): string[] {
  const always = [stateLabel('unverified'), `ReleaseType: ${TYPES[type]}`, `UMDRelease: ${major}`];
  return emergency ? [...always, 'Emergency'] : always;
}

/** Born without labels: the bouncer died between opening and labelling. Once one of these families is there, others decide. */
export function isUnlabelled(labels: readonly string[]): boolean {
  return !labels.some((label) => /^(RolloutProgress|ReleaseType|UMDRelease): /.test(label));
}

export interface PpaOrigin {
  /** Folder of the release. */
  readonly release: string;
  /** Git's blob id of release.xml. */
  readonly blob: string;
  /** PPAs of that release. */
  readonly total: number;
  readonly emergency: boolean;
  /** The release's own pull request, when it came by one. */
  readonly from?: number;
}

/** What a PPA's pull request remembers of its release; undefined when a person took it out. */
export function readOrigin(body: string): PpaOrigin | undefined {
  const { release, xml, of, emergency, from } = readMarker('ppa', body) ?? {};
  if (release === undefined || xml === undefined || !/^\d{1,4}$/.test(of ?? '')) return undefined;
  const parent = /^[1-9]\d{0,8}$/.test(from ?? '') ? { from: Number(from) } : {};
  return { release, blob: xml, total: Number(of), emergency: emergency === 'yes', ...parent };
}

/** @param pull number of the release's own pull request, undefined when it came otherwise */
export function pullRequestText(lock: Lock, plan: PpaPlan, origin: PpaOrigin, pull: number | undefined): string {
  const { os, arch } = plan.id;
  const rows = lock.packages.map((each) => [
    quoted(each.name),
    quoted(each.version),
    quoted(each.arch),
    `${Math.ceil(each.size / 1024)} KiB`,
    `\`${each.sha256.slice(0, 16)}…\``,
    `\`${each.signer.slice(-16)}\``,
  ]);
  const from = pull === undefined ? `\`${origin.release}\`` : `#${pull} (\`${origin.release}\`)`;
  return [
    `**${quoted(lock.product)} ${lock.version}** of ${quoted(lock.provider)} for ${os}/${arch}, a ${lock.type} release, from ${from}.`,
    ...(lock.reason === undefined ? [] : [`Reason given for the version: ${quoted(lock.reason)}`]),
    table(['package', 'version', 'architecture', 'size', 'sha256', 'signed by'], rows),
    ...besides(lock),
    NEXT,
    marker('ppa', {
      release: origin.release,
      xml: origin.blob,
      of: String(origin.total),
      emergency: origin.emergency ? 'yes' : 'no',
      ...(pull === undefined ? {} : { from: String(pull) }),
    }),
  ].join('\n\n');
}

const KINDS = { group: 'groups of packages (`comps.xml`)', modules: 'modules (`modules.yaml`)' } as const;

function besides({ metadata = [] }: Lock): readonly string[] {
  if (metadata.length === 0) return [];
  const said = metadata.map(({ kind, sha256, signer }) => {
    const by = signer === undefined ? 'by https' : `signed by \`${signer.slice(-16)}\``;
    return `${KINDS[kind]}, \`${sha256.slice(0, 16)}…\`, ${by}`;
  });
  return [`From the provider's repository come besides: ${said.join('; ')}.`];
}

const NEXT = `**What happens next.** The packages appear in \`untested\`. A verifier takes it by \`/verify\`, by the label or by assigning it to themselves; the automated
criteria then run by themselves and fill their rows of \`verification.yml\`, the verifier fills in the rest, and an approving review of that sends it to staged rollout.
\`/why\` tells at any time what it waits for and who must act.`;
