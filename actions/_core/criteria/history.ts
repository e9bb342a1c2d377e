import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { parseYaml } from '#core/yaml.ts';
import type { Criteria } from './criterion.ts';
import type { CriteriaFile } from './parse.ts';
import { RELEASED_SCHEMA } from './schema.ts';

/**
 * Ids that a release of the distribution had among its released versions of the criteria and that are gone, or a whole version
 * that is: the lists of this tree cannot vouch for themselves. An id that another criterion supersedes was given up, not lost.
 * @param files `criteria/released/*.yml` at that release's tag
 */
export function lostSince(
  tag: string,
  files: readonly CriteriaFile[],
  { catalogue, released }: Pick<Criteria, 'catalogue' | 'released'>,
): Fault[] {
  const superseded = new Set([...catalogue.values()].flatMap(({ supersedes }) => supersedes));
  const say = (sentence: string) => fault('CRITERIA_INVALID', sentence, { file: 'criteria/released' });
  return files.flatMap(({ path, text }) => {
    const about = { file: path, schema: RELEASED_SCHEMA, code: 'CRITERIA_INVALID' } as const;
    const { value, faults } = parseYaml<{ version: string; criteria: string[] }>(text, about);
    if (value === undefined) return [...faults];
    const { version, criteria } = value;
    const now = released.get(version);
    if (now === undefined) return [say(`Version ${version}, released with ${tag}, has no list any more.`)];
    return [
      ...criteria
        .filter((id) => !now.includes(id))
        .map((id) => say(`${id} was in version ${version} at ${tag} and is out of its list.`)),
      ...criteria
        .filter((id) => !catalogue.has(id) && !superseded.has(id))
        .map((id) => say(`${id} of ${tag} has vanished.`)),
    ];
  });
}
