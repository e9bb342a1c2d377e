import type { Actor } from '#scripts/forge/access/principal.ts';
import type { Forge } from '#scripts/forge/forge.ts';
import type { Issue, Repo } from '#scripts/forge/state/work.ts';
import { happen } from './happen.ts';

/** `#12`, `owner/name#12`, or the address of an issue's or pull request's page. */
const MENTION = /(?:^|[\s([{,;:])(?:([\w.-]+)\/([\w.-]+))?#(\d+)\b|\/([\w.-]+)\/([\w.-]+)\/(?:pull|issues)\/(\d+)\b/g;

/** Writes `cross-referenced` on the timeline of everything a text mentions, once for each pair. */
export function crossReference(forge: Forge, actor: Actor, repo: Repo, source: Issue, text: string): void {
  for (const [, owner, name, number, owner2, name2, number2] of text.matchAll(MENTION)) {
    const of = forge.db.reposNamed(`${owner ?? owner2 ?? repo.owner}/${name ?? name2 ?? repo.name}`.toLowerCase())[0];
    const target = of === undefined ? undefined : forge.db.issueNumbered(`${of.id}#${Number(number ?? number2)}`)[0];
    if (target === undefined || target.id === source.id || isKnown(forge, target, source)) continue;
    happen(forge, actor, target, 'cross-referenced', { source: source.id });
  }
}

function isKnown(forge: Forge, target: Issue, source: Issue): boolean {
  return forge.db
    .happeningsOf(target.id)
    .some(({ event, data }) => event === 'cross-referenced' && data.source === source.id);
}
