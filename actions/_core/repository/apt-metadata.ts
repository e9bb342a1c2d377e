import { type DebFragment, PLACEHOLDER, poolPath } from './fragment.ts';

/** Packages, stanza for stanza as apt-ftparchive writes them. An amd64 index holds the packages for all architectures too. */
export function renderPackages(fragments: readonly DebFragment[]): string {
  return fragments
    .map(({ stanza, sha256, file }) =>
      stanza.replace(`Filename: ${PLACEHOLDER}`, () => `Filename: ${poolPath(sha256, file)}`),
    )
    .map((stanza) => `${stanza}\n`)
    .join('');
}

export interface ReleaseFacts {
  /** Who publishes, for pins: `UMD`. */
  readonly origin: string;
  /** Which repository, for pins: `UMD-5-untested`. */
  readonly label: string;
  /** The path below dists/: Suite and Codename must fit it, or apt complains. */
  readonly suite: string;
  readonly description: string;
  readonly architectures: readonly string[];
  /** By the wall clock, as clients compare it with theirs. */
  readonly date: Date;
  readonly validUntil: Date;
  /** Untested and testing: apt installs from them only when asked, but upgrades what came from them. */
  readonly optional: boolean;
  /** Where older snapshots lie, `@SNAPSHOTID@` in the place of the name: for `apt --snapshot`. */
  readonly snapshots?: string;
  /** Paths below `dists/<suite>/`; the open Packages must be among them even where nobody fetches it, or apt sees none. */
  readonly files: readonly { readonly path: string; readonly sha256: string; readonly size: number }[];
}

/** Text of Release, to be signed. SHA256 only: MD5 and SHA-1 are weak and no client of a declared platform wants them. */
export function renderRelease(facts: ReleaseFacts): string {
  const fields: readonly (readonly [string, string])[] = [
    ['Origin', facts.origin],
    ['Label', facts.label],
    ['Suite', facts.suite],
    ['Codename', facts.suite],
    ['Date', aptDate(facts.date)],
    ['Valid-Until', aptDate(facts.validUntil)],
    ...(facts.optional
      ? ([
          ['NotAutomatic', 'yes'],
          ['ButAutomaticUpgrades', 'yes'],
        ] as const)
      : []),
    ['Acquire-By-Hash', 'yes'],
    ...(facts.snapshots === undefined ? [] : ([['Snapshots', facts.snapshots]] as const)),
    ['Architectures', facts.architectures.join(' ')],
    ['Components', 'main'],
    ['Description', facts.description],
  ];
  const files = facts.files.map(({ sha256, size, path }) => ` ${sha256} ${String(size).padStart(9)} ${path}\n`);
  return `${fields.map(([name, value]) => `${name}: ${value}\n`).join('')}SHA256:\n${files.join('')}`;
}

function aptDate(date: Date): string {
  return date.toUTCString().replace('GMT', 'UTC');
}
