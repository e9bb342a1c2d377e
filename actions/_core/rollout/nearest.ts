/** The answer to a word that is no command: the nearest that is one, if any is near. `usages`: command → how it is written. */
export function nearestOf(word: string, usages: Readonly<Record<string, string>>): string {
  const [nearest] = Object.entries(usages)
    .map(([name, usage]) => ({ usage, distance: distance(word.toLowerCase(), name) }))
    .sort((a, b) => a.distance - b.distance);
  const near = nearest !== undefined && nearest.distance <= Math.max(2, Math.floor(word.length / 2));
  return near
    ? `There is no such command; the nearest is \`${nearest.usage}\`.`
    : 'There is no such command; see `/help`.';
}

/** Levenshtein. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
}
