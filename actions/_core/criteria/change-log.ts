import { type Block, heading, paragraph } from '#core/document/block.ts';
import { changesBySource } from './coverage.ts';
import { type Criteria, SOURCES } from './criterion.ts';
import { introducedIn } from './versions.ts';

/** What a version changed, under each of the six sources (domain.md section 5), also where nothing came from one. */
export function changeLogOf(criteria: Pick<Criteria, 'catalogue'>, version: string, level: 2 | 3 = 2): Block[] {
  const changes = changesBySource(criteria, version);
  return SOURCES.flatMap((source): Block[] => {
    const some = changes.get(source) ?? [];
    const items = some.map(({ id, name, revision: { change, reference } }) => {
      const isNew = introducedIn(criteria.catalogue.get(id) ?? { log: [] }) === version && change === 'First version.';
      return `${id} ${name}: ${isNew ? 'new' : change}${reference === undefined ? '' : ` (${reference})`}`;
    });
    const body: Block = items.length === 0 ? paragraph('Nothing.') : { kind: 'list', items };
    return [heading(level, `From: ${source} (${some.length})`), body];
  });
}
