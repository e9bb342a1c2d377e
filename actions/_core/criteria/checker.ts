/** Programs that look at packages or at what was installed, and what they found: read here, weighed in `findings.ts`. */

export const CHECKERS = ['lintian', 'rpmlint', 'dpkg-verify', 'rpm-verify', 'systemd-analyze', 'piuparts'] as const;
export type Checker = (typeof CHECKERS)[number];

export interface CheckerFinding {
  readonly tool: Checker;
  /** The tool's own name of the fault: `no-manual-page`. */
  readonly tag: string;
  /** `E` error, `W` warning, `I` information, as the tool says; `W` where it tells none. */
  readonly severity: 'E' | 'W' | 'I';
  /** Package or unit. */
  readonly subject: string;
  readonly detail: string;
}

/** One run of one tool. */
export interface CheckerRun {
  readonly tool: Checker;
  /** Why it said nothing: then its findings mean nothing either. */
  readonly failed?: string;
  readonly findings: readonly CheckerFinding[];
}

/** Tag of a line that is none that the tool is known to write. */
export const UNREADABLE = 'unreadable';

const LINTIAN =
  /^(?<severity>[EWIPXCNO]): (?<subject>[^\s:]+)(?: (?:source|udeb|binary|changes))?: (?<tag>[a-zA-Z0-9][\w.+-]*)(?: (?<detail>.*))?$/;

/** lintian 2.x. Overridden tags (O) and what it says besides (N) are no findings; pedantic ones (P, X, C) are not asked for. */
export function lintianFindings(text: string): CheckerFinding[] {
  return linesOf(text)
    .filter((line) => !/^[NOPXC]: /.test(line))
    .map((line) => read('lintian', LINTIAN, line));
}

const RPMLINT =
  /^(?<subject>\S+?)(?:\.(?:noarch|x86_64|aarch64|i686|src))?(?::\d+)?: (?<severity>[EWI]): (?<tag>[a-zA-Z0-9%][\w.%+-]*)(?: (?<detail>.*))?$/;
const RPMLINT_ABOUT =
  /^(=+ rpmlint session starts =+|rpmlint: [\d.]+|configuration:|\s+\/\S+|checks: \d+, packages: \d+|\s*\d+ packages and \d+ specfiles checked;.*|=+ .* =+)$/;

/** rpmlint 2.x; what it says about itself is no finding. */
export function rpmlintFindings(text: string): CheckerFinding[] {
  return linesOf(text)
    .filter((line) => !RPMLINT_ABOUT.test(line))
    .map((line) => read('rpmlint', RPMLINT, line));
}

function read(tool: Checker, pattern: RegExp, line: string): CheckerFinding {
  const { severity, subject = '', tag, detail = '' } = pattern.exec(line)?.groups ?? {};
  if (tag === undefined) return { tool, tag: UNREADABLE, severity: 'E', subject: '', detail: line };
  return { tool, tag, severity: severity === 'E' ? 'E' : severity === 'I' ? 'I' : 'W', subject, detail };
}

// rpm(8) "Verify options"; dpkg(1) `--verify-format rpm` writes the same nine places, most of them unasked (`?`).
const VERIFIED =
  /^(?:(?<missing>missing)|(?<flags>[SM5DLUGTP.?]{9})) +(?:(?<kind>[a-z]) )? *(?<path>\/.*?)(?: \([^)]*\))?$/;
const FLAGS: readonly (readonly [RegExp, string])[] = [
  [/[S5DL]/, 'changed'],
  [/M/, 'mode'],
  [/[UG]/, 'owner'],
  [/P/, 'capabilities'],
];

/** `rpm --verify` and `dpkg --verify`, one finding for each way in which a file differs; a newer time alone is none. */
export function verifyFindings(tool: 'dpkg-verify' | 'rpm-verify', text: string): CheckerFinding[] {
  return linesOf(text).flatMap((line): CheckerFinding[] => {
    const found = VERIFIED.exec(line)?.groups;
    const about = { tool, severity: 'W', subject: '' } as const;
    if (found === undefined) return [{ ...about, tag: UNREADABLE, detail: line }];
    const { missing, flags = '', kind, path = '' } = found;
    const tags = missing === undefined ? FLAGS.filter(([flag]) => flag.test(flags)).map(([, tag]) => tag) : ['missing'];
    return tags.map((tag) => ({ ...about, tag: kind === 'c' ? `${tag}-configuration` : tag, detail: path }));
  });
}

/** What systemd-analyze verify says about unit files, a line each; its sentences have no names of their own. */
export function unitFindings(units: readonly { readonly unit: string; readonly said: string }[]): CheckerFinding[] {
  return units.flatMap(({ unit, said }) =>
    linesOf(said).map((detail) => ({
      ...({ tool: 'systemd-analyze', tag: 'said', severity: 'W' } as const),
      ...{ subject: unit, detail },
    })),
  );
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
