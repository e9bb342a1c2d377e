/** GitHub's filter patterns (workflow syntax, "Filter pattern cheat sheet"): `*` stops at `/`, `**` does not, `?` and `+` repeat what precedes. */
function expressionOf(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] as string;
    if (pattern.startsWith('**/', at) && (at === 0 || pattern[at - 1] === '/')) {
      source += '(?:.*/)?';
      at += 2;
    } else if (pattern.startsWith('**', at)) {
      source += '.*';
      at += 1;
    } else if (char === '*') source += '[^/]*';
    else if (char === '?' || char === '+') source += char;
    else if (char === '[') {
      const close = pattern.indexOf(']', at);
      source += close === -1 ? '\\[' : pattern.slice(at, close + 1);
      if (close !== -1) at = close;
    } else if (char === '\\' && at + 1 < pattern.length) {
      at += 1;
      source += escaped(pattern[at] as string);
    } else source += escaped(char);
  }
  return new RegExp(`^${source}$`);
}

function escaped(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Whether a name passes a list of patterns: the last one that speaks of it decides; `!` takes away. */
export function matches(patterns: readonly string[], name: string): boolean {
  let taken = false;
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) {
      if (expressionOf(pattern.slice(1)).test(name)) taken = false;
    } else if (expressionOf(pattern).test(name)) taken = true;
  }
  return taken;
}

/** `x` and `x-ignore` of one filter: no filter passes everything. */
export function passes(filter: readonly string[] | undefined, ignore: readonly string[] | undefined, name: string) {
  if (filter !== undefined) return matches(filter, name);
  return ignore === undefined || !matches(ignore, name);
}

/** Paths: one changed file that passes is enough; `paths-ignore` passes unless every file is ignored. */
export function passesPaths(
  filter: readonly string[] | undefined,
  ignore: readonly string[] | undefined,
  changed: readonly string[],
): boolean {
  if (filter !== undefined) return changed.some((path) => matches(filter, path));
  return ignore === undefined || changed.length === 0 || changed.some((path) => !matches(ignore, path));
}
