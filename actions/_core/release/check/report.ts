import type { Fault } from '#core/faults.ts';
import { quoted, table } from '#core/intake/markdown.ts';
import type { CheckedRelease } from './check.ts';

/** Markdown for the job's summary: the PPAs that it would make, or everything that is wrong. Foreign text is quoted. */
export function reportOf({ conclusion, about, faults, ppas }: CheckedRelease, pull: number): string {
  if (conclusion === 'fail')
    return [`### Pull request #${pull}: ${count(faults.length, 'fault')}`, '', faultTable(faults)].join('\n');
  if (about === 'nothing') return `### Pull request #${pull}: no release in it, nothing to check`;
  const rows = ppas.map(({ name, platform, type, packages }) => [
    quoted(name),
    quoted(platform),
    type,
    String(packages),
  ]);
  const head = `### Pull request #${pull}: ${count(ppas.length, 'PPA')} when it is merged`;
  return [head, '', table(['PPA', 'platform', 'release type', 'packages'], rows)].join('\n');
}

function faultTable(faults: readonly Fault[]): string {
  const rows = faults.map(({ code, sentence, hint, where }) => [
    quoted([where?.file, where?.line, where?.column].filter((part) => part !== undefined).join(':')),
    code,
    quoted(sentence),
    quoted(hint),
  ]);
  return table(['where', 'fault', 'what', 'remedy'], rows);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
