import { withKey } from './key.ts';
import { labelChange } from './label-change.ts';
import { type Measured, measure, type Say } from './measure.ts';
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

interface Wish {
  readonly sizes: readonly number[];
  readonly formats: readonly ('rpm' | 'deb')[];
  readonly runs: number;
  readonly machine: string;
  readonly say: Say;
}

export async function benchPublish({ sizes, formats, runs, machine, say }: Wish): Promise<PublishReport> {
  return withKey(async (key) => {
    const measured: (Measured & { readonly format: string; readonly packages: number })[] = [];
    const label = sizes.includes(1500) ? await labelChange(runs, key, say) : undefined;
    for (const packages of sizes) {
      for (const format of formats)
        measured.push({ format, packages, ...(await measure(format, packages, runs, key, say)) });
    }
    return {
      machine,
      rows: measured.flatMap(({ rows }) => rows),
      labelChange: label,
      peakRss: measured.map(({ format, packages, peakRssMib }) => ({ format, packages, mib: Math.round(peakRssMib) })),
    };
  });
}

/** Markdown. */
export function table({ machine, rows, labelChange: label, peakRss }: PublishReport): string {
  const line = ({ format, packages, peer, ours_ms, peer_ms, ratio }: Row) =>
    `| ${format} | ${packages.toLocaleString('en')} | ${peer} | ${ours_ms} | ${peer_ms} | ${ratio} |`;
  const most = Math.max(...peakRss.map(({ mib }) => mib));
  return [
    `One package changed, a whole process with its signature, median wall time. Machine: ${machine}.`,
    '',
    '| format | packages | compared with | ours, ms | theirs, ms | ours / theirs |',
    '|---|---|---|---|---|---|',
    ...rows.map(line),
    ...(label === undefined ? [] : [line(label)]),
    '',
    `Most memory of any run of ours, first ones included: ${most} MiB.`,
  ].join('\n');
}
