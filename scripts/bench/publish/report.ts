import type { PackageSet } from '../packages/library.ts';
import { REAL } from '../packages/real.ts';
import { barOf } from './bars.ts';
import { withKey } from './key.ts';
import { labelChange } from './label-change.ts';
import { type Measured, measure, type Say, type Wish } from './measure.ts';
import type { Row } from './types.ts';

export interface PublishReport {
  readonly machine: string;
  /** One package changed, whole process with its signature; medians. `limit`: what nobody can leave out. */
  readonly rows: readonly Row[];
  /** Eight repositories of 1,500, a label moved one PPA from one to another; the limit is of the two that changed. */
  readonly labelChange: Row | undefined;
  /** MiB, the largest of all runs of ours, cold ones included; by format and size. */
  readonly peakRss: readonly { readonly format: string; readonly packages: number; readonly mib: number }[];
}

interface Order {
  readonly sizes: readonly number[];
  readonly formats: readonly ('rpm' | 'deb')[];
  readonly sets: readonly PackageSet[];
  readonly runs: number;
  readonly machine: string;
  readonly say: Say;
}

export async function benchPublish({ sizes, formats, sets, runs, machine, say }: Order): Promise<PublishReport> {
  return withKey(async (key) => {
    const measured: (Wish & Measured)[] = [];
    const label = sizes.includes(1500) ? await labelChange(runs, key, say) : undefined;
    for (const wish of wishes(sizes, formats, sets))
      measured.push({ ...wish, ...(await measure(wish, { runs, key, say })) });
    return {
      machine,
      rows: measured.flatMap(({ rows }) => rows),
      labelChange: label,
      peakRss: measured.map(({ format, size, peakRssMib }) => ({
        format,
        packages: size,
        mib: Math.round(peakRssMib),
      })),
    };
  });
}

/** Generated ones of every size; real ones as far as there are. */
function wishes(sizes: Order['sizes'], formats: Order['formats'], sets: Order['sets']): readonly Wish[] {
  return sizes.flatMap((size) =>
    sets
      .filter((set) => set === 'generated' || size <= REAL)
      .flatMap((set) => formats.map((format) => ({ set, format, size }))),
  );
}

/** Markdown. */
export function table({ machine, rows, labelChange: label, peakRss }: PublishReport): string {
  const line = (row: Row) => {
    const { set, format, packages, peer, ours_ms, peer_ms, ratio } = row;
    const bar = barOf(row);
    const asked = bar === undefined ? '' : `${bar} ${ratio <= bar ? 'met' : '**missed**'}`;
    return `| ${set} ${format} | ${packages.toLocaleString('en')} | ${peer} | ${ours_ms} | ${peer_ms} | ${ratio} | ${asked} |`;
  };
  const most = Math.max(...peakRss.map(({ mib }) => mib));
  return [
    `One package changed, a whole process with its signature, median wall time. Machine: ${machine}.`,
    '',
    '| packages | number | compared with | ours, ms | theirs, ms | ours / theirs | at most |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(line),
    ...(label === undefined ? [] : [line(label)]),
    '',
    `Most memory of any run of ours, first ones included: ${most} MiB. Everybody who signs does so with one RSA-3072 key in a running`,
    'gpg-agent: ours once, reprepro and aptly twice (InRelease, Release.gpg), createrepo_c and apt-ftparchive not at all. `limit` is',
    'the bare cost of what nobody can leave out: a Node process, hashing and writing the indexes that a client must find changed,',
    'compressing the changed chunk, one signature. Generated packages have the sizes that packages of Debian 12 have',
    '(`scripts/bench/packages/shape.ts`), real ones are 1,500 debs of it by a fixed rule and rpms built from them.',
  ].join('\n');
}
