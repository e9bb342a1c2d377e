import { type Broken, type Named, nameOf, type Rule } from './closure.ts';

/** Sentences about a package that cannot be installed: who needs what, link by link, down to what is missing and who had it. */
export function explain(broken: Broken): string {
  const chain = chainTo(broken, broken.rules);
  if (chain.length > 0) return `${nameOf(broken)} cannot be installed: ${chain.map(clause).join('; ')}.`;
  const others = broken.rules.map(clause);
  return `${nameOf(broken)} cannot be installed: ${[...new Set(others)].join('; ') || 'the solver gives no reason'}.`;
}

/** Links from the package to the first rule that ends the matter; breadth first, so the shortest. */
function chainTo(broken: Named, rules: readonly Rule[]): readonly Rule[] {
  const queue: (readonly [Named, readonly Rule[]])[] = [[broken, []]];
  const seen = new Set<string>();
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [one, links] = next;
    if (seen.has(nameOf(one))) continue;
    seen.add(nameOf(one));
    const own = rules.filter((rule) => rule.package !== null && nameOf(rule.package) === nameOf(one));
    const end = own.find(({ kind }) => kind !== 'requires');
    if (end !== undefined) return [...links, end];
    for (const rule of own) for (const provider of rule.providers) queue.push([provider, [...links, rule]]);
  }
  return [];
}

function clause({ kind, package: subject, needs, other, providers }: Rule): string {
  const who = subject === null ? 'the system' : nameOf(subject);
  switch (kind) {
    case 'requires':
      return `${who} needs ${needs}`;
    case 'nothing-provides':
      return `${who} needs ${needs}, which nothing has${hadBy(providers)}`;
    case 'conflicts':
      return `${who} conflicts with ${other === null ? needs : nameOf(other)}`;
    case 'obsoletes':
      return `${who} replaces ${other === null ? needs : nameOf(other)}`;
    case 'same-name':
      return `${who} stands against ${other === null ? 'another version' : nameOf(other)}`;
    case 'not-installable':
      return `${who} is not for this architecture`;
  }
}

function hadBy(providers: readonly Named[]): string {
  const had = providers.map((one) => `${nameOf(one)} of ${one.from}`);
  return had.length === 0 ? '' : ` (${had.join(', ')} had it)`;
}
