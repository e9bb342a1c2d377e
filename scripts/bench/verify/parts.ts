import type { Deed } from '#shell/environment/deeds.ts';

/** What one verification's time went into. Clock seconds of parts on different systems overlap. */
export interface PartTaken {
  /** Which of the systems of a verification. */
  readonly system: string;
  readonly part: string;
  readonly clock: number;
  readonly cpu: number;
}

/** Programs that tell what a system was for. */
const PURPOSES: readonly (readonly [RegExp, string])[] = [
  [/^lintian /, 'lintian'],
  [/^rpmlint /, 'rpmlint'],
  [/^piuparts /, 'piuparts'],
  [/autopkgtest/, 'autopkgtest'],
  [/^(apt-get|dnf) .*\bremove\b/, 'fresh'],
];

/** Of the command line; the first that fits. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^(apt-get|dnf) .*(\bupdate\b|\bmakecache\b)/, 'read lists'],
  [/^(apt-get|dnf) .*(--download-only|--downloadonly)/, 'fetch'],
  [/^(apt-get|dnf) .*--simulate/, 'look'],
  [/^(apt-get|dnf) .*\binstall\b/, 'install'],
  [/^((apt-get|dnf) .*\bremove\b|dpkg --purge\b)/, 'remove and purge'],
  [/^systemctl (start|stop|restart|daemon-reload)\b/, 'run services'],
  [/^(lintian|rpmlint|piuparts) /, 'check'],
  [/--summary-file/, 'tests'],
  [/^(sh -c mkdir|cat -- )/, 'copy'],
];

const first = (table: readonly (readonly [RegExp, string])[], line: string): string | undefined =>
  table.find(([pattern]) => pattern.test(line))?.[1];

/** Sums by system and part, in the order of their beginnings. */
export function partsOf(deeds: readonly Deed[]): PartTaken[] {
  const lines = new Map<string, string[]>();
  for (const { system, argv } of deeds) lines.set(system, [...(lines.get(system) ?? []), argv.join(' ')]);
  const purpose = (system: string) =>
    (lines.get(system) ?? []).flatMap((line) => first(PURPOSES, line) ?? []).at(0) ?? 'upgrade';
  const sums = new Map<string, { clock: number; cpu: number }>();
  for (const { system, what, argv, begun, ended, worked } of [...deeds].sort((one, other) => one.begun - other.begun)) {
    const part = what === 'run' ? (first(PARTS, argv.join(' ')) ?? 'look') : what === 'list changes' ? 'look' : what;
    const key = `${purpose(system)}\t${part}`;
    const sum = sums.get(key) ?? { clock: 0, cpu: 0 };
    const [before = 0, after = before] = worked;
    sums.set(key, { clock: sum.clock + (ended - begun) / 1000, cpu: sum.cpu + (after - before) / 1000 });
  }
  return [...sums].map(([key, sum]) => {
    const [system = '', part = ''] = key.split('\t');
    return { system, part, ...sum };
  });
}

/** Seconds in which nothing was done in any system: what lies between, and is ours. */
export function betweenDeeds(deeds: readonly Deed[], begun: number, ended: number): number {
  let [covered, until] = [0, begun];
  for (const deed of [...deeds].sort((one, other) => one.begun - other.begun)) {
    covered += Math.max(0, deed.ended - Math.max(deed.begun, until));
    until = Math.max(until, deed.ended);
  }
  return (ended - begun - covered) / 1000;
}
