import { type Block, heading, paragraph } from '#core/document/block.ts';
import { changesBySource } from './coverage.ts';
import { type Criteria, type Criterion, type Revision, SOURCES } from './criterion.ts';

/** What a version changed, under each of the six sources (domain.md section 5), also where nothing came from one. */
export function changeLogOf(criteria: Pick<Criteria, 'catalogue'>, version: string, level: 2 | 3 = 2): Block[] {
  const changes = changesBySource(criteria, version);
  return SOURCES.flatMap((source): Block[] => {
    const some = changes.get(source) ?? [];
    const items = itemsOf(some);
    const body: Block = items.length === 0 ? paragraph('Nothing.') : { kind: 'list', items };
    return [heading(level, `From: ${source} (${some.length})`), body];
  });
}

type Change = Pick<Criterion, 'id' | 'name'> & { readonly revision: Revision };

/** A line for each change; what was said of several criteria alike is said once. */
function itemsOf(changes: readonly Change[]): string[] {
  const saying = ({ revision: { change, reference } }: Change) =>
    `${change}${reference === undefined ? '' : ` (${reference})`}`;
  return [...new Set(changes.map(saying))].map((said) => {
    const some = changes.filter((each) => saying(each) === said);
    const [only] = some;
    if (some.length === 1 && only !== undefined) return `${only.id} ${only.name}: ${said}`;
    return `${said} ${some.length} criteria: ${some.map(({ id }) => id).join(', ')}`;
  });
}
