import type { EvidenceRow } from './evidence.ts';

/** A note beside a line of the pull request, for a person who reads its changes. */
export interface RowAnnotation {
  readonly path: string;
  readonly line: number;
  readonly title: string;
  readonly message: string;
  readonly level: 'failure' | 'warning';
}

/** The forge takes so many at a time. */
const MOST = 50;

/**
 * What fails and what warns, beside the package of the lock that the finding names, else beside the lock's first line of
 * content. Failing rows come first.
 */
export function annotationsOf(rows: readonly EvidenceRow[], lock: { path: string; text: string }): RowAnnotation[] {
  const lines = lock.text.split('\n');
  const packages = lines.flatMap((line, at) => {
    const name = /^\s*(?:- ?)?\{?\s*name: ['"]?([A-Za-z0-9][A-Za-z0-9._+-]*)/.exec(line)?.[1];
    return name === undefined ? [] : [{ name, line: at + 1 }];
  });
  const first = Math.max(1, lines.findIndex((line) => /^ppa:/.test(line)) + 1);
  const of = (level: 'failure' | 'warning', wanted: string) =>
    rows
      .filter(({ result, waiver }) => (waiver === undefined ? result : 'WARNING') === wanted && result !== 'OK')
      .map(({ criterion, comment, waiver }) => ({
        path: lock.path,
        line: packages.find(({ name }) => wordIn(name, comment))?.line ?? first,
        title: criterion,
        message: waiver === undefined ? comment : `${comment} Waived by ${waiver}`,
        level,
      }));
  return [...of('failure', 'FAIL'), ...of('warning', 'WARNING')].slice(0, MOST);
}

/** As a name of its own: `voms` does not stand in `voms-server`, nor in `/usr/share/voms/x`. */
function wordIn(name: string, text: string): boolean {
  return text.split(/[\s,:;()[\]]+/).some((word) => word.replace(/\.+$/, '') === name);
}
