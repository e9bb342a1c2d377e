import type { Content, PackageContent } from '../facts.ts';
import { type Check, counted, type Finding, listed, NOT_INSTALLED } from '../finding.ts';
import { withLinks } from '../links.ts';
import { reading } from '../reads.ts';

const USER = /^(\/usr)?\/bin\/(?<name>[^/]+)$/;
const ADMINISTRATOR = /^(\/usr)?\/sbin\/(?<name>[^/]+)$/;
const PAGE = /^\/usr\/share\/man\/(?:[^/]+\/)?man[0-9][a-z]*\/(?<name>[^/]+)\.[0-9][a-z0-9]*(?:\.gz|\.xz|\.zst)?$/;

/** QC_DOC_2: a manual page for every program that users run. */
export const manualPages: Check = {
  reads: reading(['documentation'], ['packages']),
  from: ['fresh', 'packages', 'pages'],
  judge: ({ content, documentation }) => {
    if (content === undefined) return NOT_INSTALLED;
    return withLinks(installed(content), documentation);
  },
};

function installed(content: Content): Finding {
  const { programs, undocumented } = programsOf(content.packages, 'user');
  const evidence = `programs: ${programs.join(' ')}\nwithout manual page: ${undocumented.join(' ')}`;
  if (programs.length === 0) return { result: 'NA', comment: 'No programs for users.', evidence };
  if (undocumented.length === 0)
    return { result: 'OK', comment: `${counted(programs.length, 'program')} with manual pages.`, evidence };
  const result = undocumented.length === programs.length ? 'FAIL' : 'WARNING';
  return { result, comment: `Without a manual page: ${listed(undocumented)}.`, evidence };
}

/** Paths of programs for users. */
export function programPaths(packages: readonly PackageContent[]): string[] {
  return packages.flatMap(({ files }) => files.filter((path) => USER.test(path)));
}

/** Names of programs below the directories of users or administrators, and those of them without a manual page. */
export function programsOf(packages: readonly PackageContent[], whose: 'user' | 'administrator') {
  const files = packages.flatMap((each) => each.files);
  const named = (pattern: RegExp) => files.flatMap((path) => pattern.exec(path)?.groups?.name ?? []);
  const pages = new Set(named(PAGE));
  const programs = [...new Set(named(whose === 'user' ? USER : ADMINISTRATOR))].sort();
  return { programs, undocumented: programs.filter((name) => !pages.has(name)), pages: [...pages].sort() };
}
