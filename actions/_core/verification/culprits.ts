// How apt, dpkg and dnf name the package that stands in the way.
const NAMED = [
  /^dpkg: error processing package (?<name>[^\s:]+)/gm,
  /^dpkg: error processing archive \S*\/(?<name>[a-z0-9][a-z0-9+.-]+)_/gm,
  /^ *(?<name>[a-z0-9][a-z0-9+.-]+)(?::[a-z0-9]+)? : (?:Depends|PreDepends|Conflicts|Breaks):/gm,
  /needed by (?<name>[A-Za-z0-9][^\s]*?)-\d[^\s]*-[^\s]+ from/g,
  /package (?<name>[A-Za-z0-9][^\s]*?)-\d[^\s]*-[^\s]+ from \S+ (?:requires|conflicts)/g,
  /^ *file \S+ (?:conflicts between attempted installs of|from install of) (?<name>[A-Za-z0-9][^\s]*?)-\d/gm,
  /scriptlet failed[^\n]*?(?:in rpm package|package:) (?<name>[A-Za-z0-9][^\s]*?)-\d/g,
];

/** Names of packages that a package manager blames for an installation that failed, in the order of their first mention. */
export function culpritsIn(output: string): string[] {
  const found = NAMED.flatMap((pattern) => [...output.matchAll(pattern)]).sort(
    (left, right) => left.index - right.index,
  );
  return [...new Set(found.map(({ groups }) => groups?.name ?? ''))];
}
