import { refusal } from '#core/fault-codes.ts';
import type { ReleaseType } from '#core/ppa/lock.ts';
import { byText } from '#core/text.ts';
import type { AppliedCriterion, Criteria, Criterion, Trait } from './criterion.ts';
import { inForce } from './versions.ts';

/**
 * The criteria that a product has to meet, by id: those of all its profiles that are in force in the FINAL version.
 * @param profiles of the product card
 * @throws ProvisioningError CRITERIA_INVALID when the card names a profile that is not there
 */
export function criteriaFor(criteria: Criteria, profiles: readonly string[]): AppliedCriterion[] {
  const known = criteria.profiles;
  const chosen = profiles.map((name) => {
    const profile = known.get(name);
    if (profile === undefined)
      throw refusal('CRITERIA_INVALID', `No profile ${name} is there.`, {
        hint: `Name a profile of criteria/profiles on the product card: ${[...known.keys()].join(', ')}.`,
      });
    return profile;
  });
  const traits = new Set(chosen.flatMap((profile) => profile.traits));
  const wanted = new Set(chosen.flatMap((profile) => profile.criteria));
  return inForce(criteria, criteria.version)
    .filter(({ id }) => wanted.has(id))
    .sort((left, right) => byText(left.id, right.id))
    .map((criterion) => ({ criterion, critical: isCritical(criterion, traits) }));
}

function isCritical({ critical }: Criterion, traits: ReadonlySet<Trait>): boolean {
  if (critical === 'always' || critical === 'never') return critical === 'always';
  return critical.some((trait) => traits.has(trait));
}

/**
 * How far a release type asks for a criterion (domain.md section 4). `touched`: only when the change touches it, else it
 * counts as verified already.
 */
export function effortOf(
  type: ReleaseType,
  criterion: Pick<Criterion, 'everyRelease'>,
): 'asked' | 'touched' | 'not asked' {
  if (criterion.everyRelease || type === 'major') return 'asked';
  return type === 'minor' ? 'touched' : 'not asked';
}
