import { type CheckerFinding, UNREADABLE } from './checker.ts';

/** What piuparts 1.1 says, and the names that criteria/findings.yml knows it by; piuparts itself gives none. */
const HEADS: readonly (readonly [RegExp, string])[] = [
  [/^Package purging left files on system:/, 'left-files'],
  [/^After purging files have disappeared:/, 'files-disappeared'],
  [/^After purging files have been modified:/, 'files-modified'],
  [/^Installed diversions .* not removed by purge:/, 'diversions-left'],
  [/^Existing diversions .* removed\/modified:/, 'diversions-removed'],
  [/^debsums reports modifications inside the chroot:/, 'files-changed'],
  [/^silently overwrites files via directory symlinks:/, 'overwrites-through-link'],
  [/^Broken symlinks:/, 'broken-symlinks'],
  [/^Processes are running inside chroot:/, 'processes'],
  [/^Cron file (?<what>\S+) has output with package removed/, 'cron-output'],
  [/^Logrotate file (?<what>\S+) exits with error or has output with package removed/, 'logrotate-output'],
];
/** Its summing up: the findings stand above. */
const SUM = /^(Installation and purging test|All tests)\b/;
const ENTRY = /^\d+m\d+\.\ds (?:DUMP|DEBUG|INFO|WARN|WARNING|ERROR): (?<rest>.*)$/;

/** Whether it came to a word about the package: it breaks off after some of its findings, and when a command of its own fails. */
export function piupartsEnded(log: string): boolean {
  return /: (PASS: All tests\.|FAIL: )/.test(log);
}

/** Findings of a log: every "FAIL:" and "Warning:" with the paths below it, a finding for each. */
export function piupartsFindings(log: string): CheckerFinding[] {
  return entriesOf(log).flatMap(({ head, below }): CheckerFinding[] => {
    const { kind, what = '' } = /^(?<kind>FAIL|Warning|WARN): (?<what>.*)$/.exec(head)?.groups ?? {};
    if (kind === undefined || SUM.test(what)) return [];
    const [pattern, name = UNREADABLE] = HEADS.find(([each]) => each.test(what)) ?? [];
    const severity = kind === 'FAIL' ? ('E' as const) : ('W' as const);
    const about = { tool: 'piuparts', severity, subject: '' } as const;
    if (pattern === undefined) return [{ ...about, tag: UNREADABLE, detail: what }];
    const ofDependencies = below.some((line) => line.includes('left by dependencies'));
    const tag = ofDependencies ? `${name}-by-dependencies` : name;
    const paths = below.filter((line) => line.startsWith('  ')).map((line) => line.trim().replaceAll(/\s+/g, ' '));
    const named = pattern.exec(what)?.groups?.what;
    const details = named === undefined ? paths : [named];
    return (details.length === 0 ? [what] : details).map((detail) => ({ ...about, tag, detail }));
  });
}

function entriesOf(log: string): { head: string; below: string[] }[] {
  const entries: { head: string; below: string[] }[] = [];
  for (const line of log.split('\n')) {
    const rest = ENTRY.exec(line)?.groups?.rest;
    if (rest !== undefined) entries.push({ head: rest, below: [] });
    else if (line.trim() !== '') entries.at(-1)?.below.push(line);
  }
  return entries;
}
