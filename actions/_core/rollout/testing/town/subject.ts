import { renderLock } from '#core/ppa/lock.ts';
import { type PpaId, parsePpaName } from '#core/ppa/ppa.ts';
import { parseVerification, renderVerification } from '#core/verification/verification.ts';
import { reportText } from '../report.ts';

/** What its people mean to do with a PPA, whatever the machine makes of it. */
export type Intent =
  /** Everybody likes it. */
  | 'accept'
  /** The machine's critical criterion fails, and the verifier turns it down. */
  | 'fails'
  /** One early adopter rejects, and the manager turns it down. */
  | 'disliked'
  /** One early adopter rejects, the manager waits for a ticket, the provider solves it, then everybody likes it. */
  | 'mended'
  /** The provider pushes another lock when it is in staged rollout, then everybody likes it. */
  | 'pushed';

export interface Subject {
  readonly pull: number;
  readonly product: string;
  readonly version: string;
  readonly distribution: 'umd' | 'cmd';
  readonly type: 'major' | 'minor' | 'revision';
  readonly intent: Intent;
  readonly group?: string;
  /** Release team and vulnerability group want it out alone. */
  readonly urgent?: true;
  /** Its verifier wants it let through a freeze. */
  readonly excepted?: true;
  /** The release it came with is taken back. */
  readonly rolled?: true;
}

const MAJORS = { umd: 5, cmd: 1 } as const;
export const laneOf = ({ distribution }: Pick<Subject, 'distribution'>) => ({
  distribution,
  major: MAJORS[distribution],
});
export const laneText = (of: Pick<Subject, 'distribution'>) => `${of.distribution}-${MAJORS[of.distribution]}`;
export const nameOf = ({ product, version }: Subject) => `INFN.${product}.debian-12.amd64-${version}`;
export const idOf = (of: Subject) => parsePpaName(nameOf(of)) as PpaId;
/** PPAs of a group come from one release. */
export const folderOf = (of: Subject) =>
  `releases/${of.distribution}/${MAJORS[of.distribution]}/INFN/${of.group ?? of.product}-${of.version}`;
export const lockPathOf = (of: Subject) =>
  `repos/${of.distribution}/${MAJORS[of.distribution]}/debian-12/amd64/${of.product}.yml`;
export const reportPathOf = (of: Subject) => `${folderOf(of)}/${nameOf(of)}/verification.yml`;

/** Digest of the one package: tells PPA and build apart by eye. */
export const digestOf = ({ pull }: Subject, build: number) =>
  `${pull}${String(build).padStart(3, '0')}`.padStart(64, '0');

const kept = new Map<string, string>();
function once(key: string, make: () => string): string {
  const text = kept.get(key) ?? make();
  kept.set(key, text);
  return text;
}

/** @param build another one is another lock */
export function lockTextOf(of: Subject, build: number): string {
  return once(`lock ${JSON.stringify(of)} ${build}`, () =>
    renderLock({
      product: of.product,
      provider: 'INFN',
      version: of.version,
      ppa: nameOf(of),
      release: folderOf(of),
      type: of.type,
      ...(of.group === undefined ? {} : { group: of.group }),
      packages: [
        {
          name: `${of.product}-server`,
          version: `${of.version}-${build}`,
          arch: 'amd64',
          sha256: digestOf(of, build),
          size: 1,
          file: `${of.product}-server_1_amd64.deb`,
          signer: 'A'.repeat(40),
          url: 'https://provider.example/x.deb',
        },
      ],
    }),
  );
}

export function reportTextOf(of: Subject): string {
  return once(`report ${nameOf(of)} ${of.type}`, () =>
    reportText({ ppa: nameOf(of), product: of.product, version: of.version, releaseType: of.type }),
  );
}

/** What a verifier sees in the report. */
export function readReport(text: string): { machine: string; outcome: string } | undefined {
  const report = parseVerification(text, { file: 'verification.yml' }).value;
  return report === undefined
    ? undefined
    : { machine: report.rows.find(({ by }) => by === 'machine')?.machine ?? '', outcome: report.outcome };
}

/** The report as a verifier leaves it who likes what he saw. */
export function completedText(text: string, verifier: string): string {
  return once(`complete ${verifier} ${text}`, () => {
    const report = parseVerification(text, { file: 'verification.yml' }).value;
    if (report === undefined) return text;
    const rows = report.rows.map((each) => (each.by === 'verifier' ? { ...each, result: 'OK' as const } : each));
    return renderVerification({ ...report, verifier, hours: 3, outcome: 'accepted', rows });
  });
}
